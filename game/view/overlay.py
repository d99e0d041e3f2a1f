"""What lies over every screen: the banner of a read-only folder, and in a room the keys pressed and a halo round the pointer."""

from dataclasses import dataclass, field
from pathlib import Path

import pygame

from game.view import shapes
from game.view.canvas import Canvas
from game.view.layout import Box
from game.view.theme import ACCENT, BACKGROUND, TEXT, WARNING

SHOWN_S = 1.2
MOST_KEYS = 4
BANNER_S = 8.0


def read_only(folder: Path) -> str:
    """Return what is said of a data folder that can not be written."""
    return f"Nothing will be kept: {folder} can not be written."


@dataclass
class Overlay:
    """Keys pressed lately, and how long the banner has stood."""

    keys: list[tuple[str, float]] = field(default_factory=list)
    banner: str = ""
    banner_s: float = 0.0

    def tell(self, text: str) -> None:
        """Show one line for some seconds."""
        self.banner, self.banner_s = text, BANNER_S

    def on_event(self, event: pygame.event.Event) -> None:
        """Remember a key."""
        if event.type == pygame.KEYDOWN:
            self.keys = [*self.keys, (pygame.key.name(event.key), SHOWN_S)][-MOST_KEYS:]

    def on_tick(self, elapsed_s: float) -> None:
        """Let keys and banner grow old."""
        self.keys = [(name, left - elapsed_s) for name, left in self.keys if left > elapsed_s]
        self.banner_s = max(0.0, self.banner_s - elapsed_s)

    def draw(self, canvas: Canvas, pointer: tuple[int, int] | None) -> None:
        """Draw what stands now."""
        if self.banner_s > 0.0:
            self._draw_banner(canvas)
        if canvas.look.projector:
            self._draw_keys(canvas)
            if pointer:
                radius = canvas.px(26)
                canvas.surface.blit(_halo(radius), (pointer[0] - radius, pointer[1] - radius))

    def _draw_banner(self, canvas: Canvas) -> None:
        width = min(canvas.width_of(self.banner, "body") + canvas.px(88), canvas.box.width - canvas.px(48))
        box = Box((canvas.box.width - width) // 2, canvas.px(12), width, canvas.px(48))
        canvas.panel(box, BACKGROUND, WARNING, 999, 1.5)
        canvas.status("warning", (box.x + canvas.px(36), box.centre[1]), 22)
        canvas.label(self.banner, box.after(canvas.px(60)).inset(canvas.px(4), 0), shorten=True)

    def _draw_keys(self, canvas: Canvas) -> None:
        x = canvas.px(24)
        for name, _ in self.keys:
            width = max(canvas.px(44), canvas.width_of(name, "body", "bold") + canvas.px(28))
            box = Box(x, canvas.box.bottom - canvas.px(60), width, canvas.px(44))
            canvas.panel(box, BACKGROUND, ACCENT, 8, 1.5)
            canvas.label(name, box, "body", TEXT, "bold", "centre")
            x = box.right + canvas.px(8)


def _halo(radius: int) -> pygame.Surface:
    halo = shapes.circle(radius, max(2, radius // 8), ACCENT).copy()
    halo.blit(shapes.rounded(2 * radius, 2 * radius, radius, ACCENT, 40), (0, 0))
    return halo
