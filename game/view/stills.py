"""Quiet X-ray pictures for title and report, made beside the window's own thread and kept."""

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass, field

import cv2
import numpy as np
import pygame
from numpy.typing import NDArray

from game.frames import Rigid
from game.imaging import CArm, Exposure, render, settled
from game.patient import Patient, PatientSpec, build_patient
from game.view.shapes import rounded_picture
from game.view.theme import BACKGROUND, EASE_S, Colour, ease_out
from game.view.work import ROOM, Work, go_on

Grey = NDArray[np.uint8]
FADE_S = 3 * EASE_S
"""Pictures that come late arrive softly; nothing waits for them."""
ROUND = 0.97
"""Part of the picture's width that its round field fills for certain."""
_TINT: Colour = (26, 84, 92)


def still(spec: PatientSpec, seed: int, orbit_deg: float, isocentre_mm: tuple[float, float, float], field_mm: float, size_px: int) -> Grey:
    """Return a plain picture of a patient, shape (size_px, size_px) uint8."""
    return still_of(_patient(spec, seed), orbit_deg, isocentre_mm, field_mm, size_px)


@functools.lru_cache(maxsize=1)
def _patient(spec: PatientSpec, seed: int) -> Patient:
    """Keep the body of the pictures made last: building its grids takes seconds."""
    return build_patient(spec, seed)


def still_of(patient: Patient, orbit_deg: float, isocentre_mm: tuple[float, float, float], field_mm: float, size_px: int) -> Grey:
    """Return a plain picture of a patient already built, shape (size_px, size_px) uint8."""
    carm = CArm(orbit_deg=orbit_deg, isocentre_mm=isocentre_mm, field_mm=field_mm)
    technique = settled(carm, patient, Rigid(), "spot")
    return render(Exposure(0, carm, Rigid(), technique, noise_seed=1), patient, size_px)


def warmed(patient: Patient) -> Grey:
    """Cut a body for its first picture, when nothing else needs the room; return a small one."""
    with ROOM:
        go_on()
        return still_of(patient, 0.0, (0.0, 0.0, 0.0), 230.0, 64)


def scaled(grey: Grey, width_px: int, height_px: int) -> Grey:
    """Return the largest part of a box's shape inside a round picture, shape (height_px, width_px)."""
    rows, columns = grey.shape
    part = ROUND * min(columns, rows) / math.hypot(width_px, height_px)
    across, down = round(width_px * part), round(height_px * part)
    left, upper = (columns - across) // 2, (rows - down) // 2
    way = cv2.INTER_AREA if part > 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(grey[upper : upper + down, left : left + across], (width_px, height_px), interpolation=way), np.uint8)


def quiet(grey: Grey, size_px: int) -> Grey:
    """Tint a picture into the background and let it fade out to the right and below.

    Args:
        grey: Bones dark, shape (n, n).
        size_px: Side of the result.

    Returns:
        Colours, shape (size_px, size_px, 3) uint8.
    """
    dark = 1.0 - cv2.GaussianBlur(cv2.resize(grey, (size_px, size_px), interpolation=cv2.INTER_CUBIC), (0, 0), size_px / 400.0) / 255.0
    place = (np.arange(size_px, dtype=np.float32) + 0.5) / size_px
    x, y = place[None, :], place[:, None]
    fade = np.clip((0.92 - x) / 0.5, 0, 1) * np.clip((1.0 - y) / 0.3, 0, 1) * np.clip((0.495 - np.hypot(x - 0.5, y - 0.5)) / 0.03, 0, 1)
    amount = (fade * (0.10 + 0.90 * np.clip(dark - 0.12, 0, 1) ** 1.25))[..., None]
    ground, tint = np.array(BACKGROUND, np.float32), np.array(_TINT, np.float32)
    return np.asarray(np.clip(ground + (tint * 1.35 - ground) * amount, 0, 255), np.uint8)


@dataclass
class Still:
    """A picture on the shelf, and for how long it has been there."""

    surface: pygame.Surface
    age_s: float = 0.0
    _rounded: dict[int, pygame.Surface] = field(default_factory=dict)

    def lay(self, surface: pygame.Surface, place: tuple[int, int], radius: int = 0) -> None:
        """Draw it, with round corners where asked, as far as it has arrived."""
        if radius and radius not in self._rounded:
            self._rounded[radius] = rounded_picture(self.surface, radius)
        picture = self._rounded[radius] if radius else self.surface
        picture.set_alpha(self.opacity if self.opacity < 255 else None)
        surface.blit(picture, place)

    @property
    def opacity(self) -> int:
        """0 to 255 while it arrives."""
        return round(255 * ease_out(self.age_s / FADE_S))


Maker = Callable[[], Grey]


@dataclass
class Shelf:
    """Pictures by key; each is made once, one at a time, by a thread of its own.

    Attributes:
        at_once: Make pictures in the asking thread: for stills and tests.
    """

    at_once: bool = False
    _ready: dict[str, Still] = field(default_factory=dict)
    _wanted: dict[str, Maker] = field(default_factory=dict)
    _making: tuple[str, Work[Grey]] | None = None

    def get(self, key: str, make: Maker) -> Still | None:
        """Return a picture, or None while it is still being made; `make` returns grey or colours, uint8."""
        if key not in self._ready and self.at_once:
            self._ready[key] = Still(_surface(make()), FADE_S)
        if key not in self._ready and (self._making is None or self._making[0] != key):
            self._wanted.setdefault(key, make)
        self._serve()
        return self._ready.get(key)

    def _serve(self) -> None:
        """Take what is done, and begin what was wanted first."""
        if self._making is not None and self._making[1].done:
            key, work = self._making
            self._making = None
            self._ready[key] = Still(_surface(work.result()))
        if self._making is None and self._wanted:
            key = next(iter(self._wanted))
            self._making = key, Work(self._wanted.pop(key))

    @property
    def busy(self) -> bool:
        """Whether pictures are still to come."""
        return bool(self._making or self._wanted)

    def on_tick(self, elapsed_s: float) -> None:
        """Let new pictures arrive."""
        for picture in self._ready.values():
            picture.age_s += elapsed_s

    def close(self) -> None:
        """Give up what has not been begun."""
        self._wanted.clear()


def _surface(picture: Grey) -> pygame.Surface:
    """Return grey or colours as a surface of 32 bits, which is laid on a window fastest."""
    colours = picture if picture.ndim == 3 else picture[:, :, None]
    filled = np.full((*picture.shape[:2], 4), 255, np.uint8)
    filled[:, :, :3] = colours
    return pygame.image.frombuffer(filled.tobytes(), (picture.shape[1], picture.shape[0]), "RGBX")
