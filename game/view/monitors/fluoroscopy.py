"""The X-ray monitors: the live or held picture, the stored views, dose figures, and how pictures are turned for looking."""

import functools
import math
from dataclasses import dataclass

import numpy as np
import pygame
from numpy.typing import NDArray

from game.imaging import Blades, CArm
from game.session.observation import ConsoleSight
from game.view import shapes
from game.view.canvas import Canvas
from game.view.layout import Box
from game.view.theme import ACCENT, EDGE, TEXT, TEXT_FAINT, TEXT_SECOND, WARNING, WELL

Pixels = NDArray[np.uint8]
BLACK = (0, 0, 0)
LETTERS = {"Back": "P", "Belly": "A", "Head": "H"}
"""Posterior, anterior and head, as DICOM's patient orientation writes them, where a word would lie on the spine."""
MOVED = "Earlier position"
MOST_OF_PICTURE = 0.25
"""Share of the picture's width that a word may take (by eye)."""
OBLIQUE_DEG = 22.5
"""From AP or lateral; beyond that both name a side of the picture, as in DICOM's patient orientation."""


@dataclass(frozen=True, slots=True)
class Turned:
    """How the monitor shows pictures: view state that changes no picture.

    Attributes:
        quarter_turns: Counter-clockwise quarter turns.
        flipped: Whether left and right are swapped before turning.
    """

    quarter_turns: int = 0
    flipped: bool = False

    def shown(self, u: float, v: float) -> tuple[float, float]:
        """Return where a place of the picture is seen on the monitor, right and up, -1 to 1."""
        x, y = (-u if self.flipped else u), v
        for _ in range(self.quarter_turns % 4):
            x, y = -y, x
        return x, y

    def picture_place(self, x: float, y: float) -> tuple[float, float]:
        """Return the place of the picture that is seen at a place of the monitor."""
        for _ in range(self.quarter_turns % 4):
            x, y = y, -x
        return (-x if self.flipped else x), y

    def turn(self, pixels: Pixels) -> Pixels:
        """Return a picture as the monitor shows it."""
        return np.rot90(pixels[:, ::-1] if self.flipped else pixels, self.quarter_turns % 4)


def picture_surface(pixels: Pixels, size_px: int, turned: Turned) -> pygame.Surface:
    """Return a grey picture as a square surface of a size."""
    shown = np.ascontiguousarray(turned.turn(pixels))
    rgb = np.repeat(shown[..., None], 3, axis=2)
    surface = pygame.image.frombuffer(rgb.tobytes(), (shown.shape[1], shown.shape[0]), "RGB")
    return surface if surface.get_width() == size_px else pygame.transform.smoothscale(surface, (size_px, size_px))


@functools.lru_cache(maxsize=8)
def _well(size_px: int) -> pygame.Surface:
    """Return the black square with a round hole that gives every picture the same clean rim."""
    cover = pygame.Surface((size_px, size_px), pygame.SRCALPHA)
    cover.fill((*WELL, 255))
    hole = shapes.disc(size_px // 2, (255, 255, 255))
    cover.blit(hole, (0, 0), special_flags=pygame.BLEND_RGBA_SUB)
    cover.fill((*WELL, 0), special_flags=pygame.BLEND_RGBA_MAX)
    return cover


def draw_picture(canvas: Canvas, box: Box, picture: pygame.Surface | None, words: str = "") -> None:
    """Draw one round picture, or an empty round where there is none."""
    size = min(box.width, box.height)
    at = (box.x + (box.width - size) // 2, box.y + (box.height - size) // 2)
    if picture is None:
        canvas.disc((at[0] + size / 2, at[1] + size / 2), size // 2, BLACK)
        canvas.circle((at[0] + size / 2, at[1] + size / 2), size // 2, EDGE, 1.5)
        if words:
            room = Box(at[0], at[1], size, size).inset(canvas.px(8), size // 3)
            canvas.paragraph(words, room, "small", TEXT_FAINT, align="centre")
        return
    canvas.surface.blit(picture, at)
    canvas.surface.blit(_well(size), at)


def markers(carm: CArm, turned: Turned) -> tuple[tuple[str, float, float], ...]:
    """Return the lead letters and the head arrow, with their place on the monitor, -1 to 1.

    In AP the patient's right and left are marked, near lateral the back and the belly, and between them both, so that
    no letter is exchanged for another while the arm turns about an oblique.
    """
    turn, least = math.radians(carm.orbit_deg), math.sin(math.radians(OBLIQUE_DEG))
    across = ("R", "L") if math.cos(turn) > 0 else ("L", "R")
    deep = ("Belly", "Back") if math.sin(turn) > 0 else ("Back", "Belly")
    shown = [pair for pair, part in ((across, math.cos(turn)), (deep, math.sin(turn))) if abs(part) >= least]
    left, right = (" ".join(words) for words in zip(*shown, strict=True))
    places = ((left, -0.93, 0.0), (right, 0.93, 0.0), ("Head", 0.0, 0.93))
    return tuple((name, *turned.shown(u, v)) for name, u, v in places)


def draw_markers(canvas: Canvas, box: Box, carm: CArm, turned: Turned) -> None:
    """Draw the letters at the rim of a picture."""
    size = min(box.width, box.height)
    centre = (box.x + box.width / 2, box.y + box.height / 2)
    names = markers(carm, turned)
    short = max(canvas.width_of(name, "small", "mono") for name, _, _ in names) > MOST_OF_PICTURE * size
    for word, x, y in names:
        name = "".join(LETTERS.get(part, part) for part in word.split()) if short else word
        width, height = canvas.width_of(name, "small", "mono") + canvas.px(10), canvas.px(24)
        middle = (centre[0] + x * size / 2, centre[1] - y * size / 2)
        left = min(max(round(middle[0] - width / 2), box.x), box.right - width)
        top = min(max(round(middle[1] - height / 2), box.y), box.bottom - height)
        spot = Box(left, top, width, height)
        canvas.chip(spot, BLACK, 150)
        canvas.label(name, spot, "small", TEXT, "mono", "centre")


def fluoroscopy_time(seconds: float) -> str:
    """Return minutes and seconds of beam time, with tenths: single pulses count too."""
    tenths = int(seconds * 10.0 + 0.5)
    return f"{tenths // 600}:{tenths // 10 % 60:02d}.{tenths % 10}"


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the dose display; `short` is its name where the whole one has no room."""

    name: str
    short: str
    value: str


def dose_rows(console: ConsoleSight) -> tuple[Figure, ...]:
    """Return the figures of the dose display, the most asked for first."""
    tube = "-" if console.kvp is None or console.ma is None else f"{console.kvp:.0f} kV {console.ma:.1f} mA"
    return (
        Figure("Fluoro time", "Time", fluoroscopy_time(console.fluoroscopy_s)),
        Figure("Air kerma", "Kerma", f"{console.air_kerma_mgy:.2f} mGy"),
        Figure("Tube", "", tube),
        Figure("Rate", "", f"{console.kerma_rate_mgy_per_min:.1f} mGy/min"),
        Figure("DAP", "", f"{console.dap_gy_cm2:.2f} Gy·cm²"),
        Figure("Pulses", "", f"{console.pulses_per_s} /s, {console.mode}"),
        Figure(
            "Field", "", console.field if console.blades == Blades() else f"{console.field}, {100.0 * console.blades.open_share:.0f} % open"
        ),
    )


def draw_rows(canvas: Canvas, box: Box, figures: tuple[Figure, ...]) -> None:
    """Draw as many figures as there is room for, on one line each where name and value fit beside each other, else on two."""
    gap = canvas.px(8)
    lines = tuple(_one_line(canvas, figure, box.width - gap) for figure in figures)
    single, step = None not in lines, canvas.line_of("small") + canvas.px(2)
    for number, (figure, name) in enumerate(zip(figures, lines, strict=True)):
        top = box.y + number * step * (1 if single else 2)
        room = Box(box.x, top, box.width, step)
        if top + step * (1 if single else 2) > box.bottom + 2:
            break
        canvas.label(figure.name if name is None else name, room, "small", TEXT_FAINT)
        canvas.label(figure.value, room if single else room.moved(0, step), "small", TEXT, align="right" if single else "left")


def _one_line(canvas: Canvas, figure: Figure, width: int) -> str | None:
    """Return the longest name that stands beside its value, "" where the value alone does, or None."""
    names = (figure.name, figure.short) if figure.short else (figure.name,)
    return next((name for name in names if canvas.width_of(f"{name}{figure.value}", "small") <= width), None)


def blade_lines(carm: CArm, shown: CArm) -> list[list[tuple[float, float]]]:
    """Return where the field's rim and the blades will be, as lines on a picture that was taken before.

    Args:
        carm: As it is set now.
        shown: As it stood for the picture.

    Returns:
        Points (u, v) of each line; none where the picture was taken with the same field and blades.
    """
    if (carm.blades, carm.field_mm) == (shown.blades, shown.field_mm):
        return []
    scale, blades = carm.field_mm / shown.field_mm, carm.blades
    lines = [[(-blades.left, -1.0), (-blades.left, 1.0)]] if blades.left < 1.0 else []
    lines += [[(blades.right, -1.0), (blades.right, 1.0)]] if blades.right < 1.0 else []
    lines += [[(-1.0, blades.top), (1.0, blades.top)]] if blades.top < 1.0 else []
    lines += [[(-1.0, -blades.bottom), (1.0, -blades.bottom)]] if blades.bottom < 1.0 else []
    open_lines = [_within(line, blades.iris) for line in lines]
    turns = [math.radians(step) for step in range(0, 361, 4)]
    rim = [(blades.iris * math.cos(turn), blades.iris * math.sin(turn)) for turn in turns]
    return [[(u * scale, v * scale) for u, v in line] for line in (*open_lines, rim) if line]


def _within(line: list[tuple[float, float]], radius: float) -> list[tuple[float, float]]:
    """Cut a line along an axis to what the iris leaves of it."""
    (u0, v0), (u1, v1) = line
    off = u0 if u0 == u1 else v0
    half = math.sqrt(max(radius * radius - off * off, 0.0))
    if not half:
        return []
    return [(u0, -half), (u1, half)] if u0 == u1 else [(-half, v0), (half, v1)]


def _many(line: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return a straight line as many points, so that it can end where the picture does."""
    if len(line) > 2:
        return line
    (u0, v0), (u1, v1) = line
    shares = [step / 60.0 for step in range(61)]
    return [(u0 + (u1 - u0) * share, v0 + (v1 - v0) * share) for share in shares]


def draw_blades(canvas: Canvas, box: Box, carm: CArm, shown: CArm, turned: Turned) -> None:
    """Draw where rim and blades will be over a picture, before any exposure."""
    size = min(box.width, box.height)
    centre = (box.x + box.width / 2, box.y + box.height / 2)
    for line in blade_lines(carm, shown):
        places = [turned.shown(u, v) for u, v in _many(line) if math.hypot(u, v) <= 1.0 + 1e-6]
        canvas.curve([(centre[0] + x * size / 2, centre[1] - y * size / 2) for x, y in places], WARNING, 1.5)


def draw_hold(canvas: Canvas, box: Box, live: bool, moved: bool = False) -> None:
    """Draw whether the picture is live or held, or held while arm or patient have moved on: a shape and a word."""
    words, colour = ("X-ray on", WARNING) if live else (MOVED, WARNING) if moved else ("Last image hold", TEXT_SECOND)
    middle = (box.x + canvas.px(8), box.y + box.height / 2)
    if live:
        canvas.disc(middle, canvas.px(7), colour)
    else:
        canvas.circle(middle, canvas.px(6), colour if moved else ACCENT, 2.0)
    canvas.label(words, box.after(canvas.px(22)), "small", colour)
