"""Parts of the screen that seldom change: drawn once, copied from the window, and laid again until their key changes."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

import pygame

from game.view.canvas import Canvas
from game.view.layout import Box, Entry


@dataclass(frozen=True, slots=True)
class Part:
    """One part as it was drawn last."""

    key: Hashable
    picture: pygame.Surface
    labels: tuple[Entry, ...]


@dataclass
class Kept:
    """The parts by name."""

    parts: dict[str, Part] = field(default_factory=dict)

    def draw(self, canvas: Canvas, name: str, key: Hashable, box: Box, draw: Callable[[], None]) -> None:
        """Lay a part again, or draw it anew when its key or place has changed; its labels stay in the ledger either way."""
        whole = (key, box, canvas.look)
        part = self.parts.get(name)
        if part is not None and part.key == whole:
            canvas.surface.blit(part.picture, (box.x, box.y))
            canvas.ledger.entries.extend(part.labels)
            return
        before = len(canvas.ledger.entries)
        draw()
        area = pygame.Rect(box.rect).clip(canvas.surface.get_rect())
        self.parts[name] = Part(whole, canvas.surface.subsurface(area).copy(), tuple(canvas.ledger.entries[before:]))
