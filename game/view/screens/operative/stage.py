"""The field on the screen: a painted field as surfaces, built beside the frame, and patches laid on it."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

import cv2
import numpy as np
import pygame
from numpy.typing import NDArray

from game.view.field.picture import FieldPicture
from game.view.field.plane import Box, Plane
from game.view.field.sprite import Patch
from game.view.work import ROOM, Work, go_on


@dataclass
class Stage:
    """A painted field and its surfaces under both lamps.

    Attributes:
        picture: What is painted.
        at_once: Repaint in the asking thread: for stills and tests.
    """

    picture: FieldPicture
    at_once: bool = False
    _surfaces: dict[bool, pygame.Surface] = field(default_factory=dict)
    _repainting: Work[list[Box]] | None = None
    _shown: bool = False
    _finishing: bool = False

    @property
    def plane(self) -> Plane:
        """Where the field lies."""
        return self.picture.plane

    def surface(self, lean: bool) -> pygame.Surface:
        """Return the field as a surface."""
        if lean not in self._surfaces:
            self._surfaces[lean] = opaque(self.picture.picture(lean))
        return self._surfaces[lean]

    def repaint(self, change: Callable[[], list[Box]]) -> None:
        """Change so much of the picture that it takes longer than a frame: the old one stands until that is done."""
        if self.at_once:
            self.refresh(change())
        else:
            self._repainting = Work(change)

    def finish(self) -> None:
        """Once the field was shown, make beside the frame what that did without."""
        if not (self.at_once or self._shown) and self.settled():
            self._shown = self._finishing = True
            self._repainting = Work(self.picture.finish)

    @property
    def waits(self) -> bool:
        """Whether a change of the picture is still being painted."""
        return not self.settled() and not self._finishing

    def settled(self) -> bool:
        """Take in what was repainted; say whether the picture may be changed now."""
        if self._repainting is not None and self._repainting.done:
            work, self._repainting, self._finishing = self._repainting, None, False
            self.refresh(work.result())
        return self._repainting is None

    def close(self) -> None:
        """Wait for what is being repainted."""
        if self._repainting is not None:
            self._repainting.result()

    def refresh(self, boxes: list[Box]) -> None:
        """Bring the surfaces up to date where the picture changed."""
        for lean, surface in self._surfaces.items():
            pixels = self.picture.picture(lean)
            for left, top, right, bottom in boxes:
                surface.blit(opaque(pixels[top:bottom, left:right]), (left, top))


def opaque(pixels: NDArray[np.uint8]) -> pygame.Surface:
    """Return display colours, shape (h, w, 3), as a surface in the window's own format where there is one."""
    surface = pygame.image.frombuffer(np.ascontiguousarray(pixels).tobytes(), (pixels.shape[1], pixels.shape[0]), "RGB")
    return surface.convert() if pygame.display.get_surface() else surface.convert(32)


_SURFACES: WeakKeyDictionary[Patch, pygame.Surface] = WeakKeyDictionary()
"""What was laid before, as long as its patch lives: who keeps a patch for a thing that lies still keeps its surface with it."""


def lay_patch(surface: pygame.Surface, patch: Patch | None, at: tuple[int, int] = (0, 0)) -> None:
    """Lay a premultiplied patch on a surface.

    The bytes are turned into the window's order first: pygame lays the same pixels twenty times faster than in another order.
    """
    if patch is None:
        return
    picture = _SURFACES.get(patch)
    if picture is None:
        size = (patch.layer.shape[1], patch.layer.shape[0])
        picture = pygame.image.frombuffer(cv2.cvtColor(patch.layer, cv2.COLOR_RGBA2BGRA).tobytes(), size, "BGRA")
        _SURFACES[patch] = picture
    surface.blit(picture, (at[0] + patch.left, at[1] + patch.top), special_flags=pygame.BLEND_PREMULTIPLIED)


@dataclass
class Stages:
    """The field that is shown, and the one that is being painted for another posture or window.

    Attributes:
        at_once: Paint in the asking thread: for stills and tests.
        busy: Whether a new field is being painted.
        step: Whose field is shown, or "".
    """

    at_once: bool = False
    busy: bool = False
    step: str = ""
    _key: tuple[Hashable, ...] = ()
    _stage: Stage | None = None
    _coming: tuple[tuple[Hashable, ...], Work[FieldPicture]] | None = None

    def get(self, key: tuple[Hashable, ...], paint: Callable[[], FieldPicture]) -> Stage | None:
        """Return the field; within a step the old one stands until the new one is painted.

        Args:
            key: What the painted field depends on, its step first.
            paint: Paints it.
        """
        if self.at_once and key != self._key:
            self._key, self._stage = key, Stage(paint(), at_once=True)
        elif key != self._key and self._coming is None:
            self._coming = (key, Work(lambda: _painted(paint)))
        elif self._coming is not None and self._coming[1].done:
            self._key, self._stage = self._coming[0], Stage(self._coming[1].result())
            self._coming = None
        self.busy = key != self._key
        self.step = str(self._key[0]) if self._key else ""
        return self._stage if self.step == key[0] else None

    def close(self) -> None:
        """Wait for the field in the making: a thread inside OpenCV must not outlive the program."""
        if self._coming is not None:
            self._coming[1].result()
            self._coming = None
        if self._stage is not None:
            self._stage.close()


def _painted(paint: Callable[[], FieldPicture]) -> FieldPicture:
    with ROOM:
        go_on()
        picture = paint()
        picture.picture(False)
    return picture
