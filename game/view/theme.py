"""How everything looks, by role: colours, type, spacing, and how large that is in a window."""

from dataclasses import dataclass
from typing import Literal

Colour = tuple[int, int, int]

BACKGROUND: Colour = (18, 23, 27)
WELL: Colour = (11, 14, 16)
PANEL: Colour = (26, 33, 38)
RAISED: Colour = (33, 41, 47)
EDGE: Colour = (43, 53, 60)
TEXT: Colour = (232, 237, 240)
TEXT_SECOND: Colour = (150, 164, 173)
TEXT_FAINT: Colour = (126, 141, 150)
ACCENT: Colour = (79, 195, 199)
ACCENT_FILL: Colour = (33, 66, 70)
ACCENT_SOFT: Colour = (33, 52, 56)
ACCENT_TEXT: Colour = (176, 214, 216)
WARNING: Colour = (242, 184, 75)
DANGER: Colour = (229, 96, 77)
DANGER_FILL: Colour = (52, 28, 26)
DANGER_TEXT: Colour = (240, 200, 194)
GOOD: Colour = (98, 194, 142)
ECG: Colour = (98, 211, 141)
SPO2: Colour = (88, 199, 243)
BREATHING: Colour = (244, 211, 94)
PRESSURE: Colour = (236, 140, 130)

Size = Literal["small", "body", "heading", "display"]
SIZES: dict[Size, int] = {"small": 18, "body": 21, "heading": 28, "display": 64}
"""Type sizes in design pixels, of a window of 1920 x 1080."""
SMALLEST_PX = 12

RADIUS = 12

DESIGN_WIDTH = 1920
DESIGN_HEIGHT = 1080
TEXT_SCALES = {"normal": 1.0, "large": 1.25, "projector": 1.6}
SMALLEST_WINDOW = (1280, 720)

EASE_S = 0.16
"""Duration of every motion; 0.12 to 0.2 s reads as an answer and delays nobody."""


@dataclass(frozen=True, slots=True)
class Look:
    """How large the design is in one window.

    Attributes:
        width_px, height_px: Size of the window.
        text_scale: One of `TEXT_SCALES`.
        projector: Thicker lines, a halo round the pointer, key presses shown.
    """

    width_px: int
    height_px: int
    text_scale: float = 1.0
    projector: bool = False

    @property
    def scale(self) -> float:
        """Window pixels per design pixel."""
        return min(self.width_px / DESIGN_WIDTH, self.height_px / DESIGN_HEIGHT) * self.text_scale

    @property
    def canvas(self) -> tuple[float, float]:
        """Width and height of the window in design pixels: at least 1920 x 1080 divided by the text scale."""
        return self.width_px / self.scale, self.height_px / self.scale

    @property
    def tight(self) -> bool:
        """Whether the window holds clearly less than a design of 1920 x 1080, so that a screen must leave things out."""
        return self.canvas[0] < 1400

    def px(self, design_px: float) -> int:
        """Return window pixels for a length of the design; what is there stays at least one pixel."""
        pixels = round(design_px * self.scale)
        return pixels if pixels or not design_px else (1 if design_px > 0 else -1)

    def line(self, design_px: float) -> int:
        """Return the thickness of a line: never under a pixel, thicker for the back row."""
        return max(1, round(design_px * self.scale * (1.25 if self.projector else 1.0)))

    def text_px(self, size: Size) -> int:
        """Return the height of a type size in window pixels, never below what can be read."""
        return max(SMALLEST_PX, round(SIZES[size] * self.scale))


def ease_out(part: float) -> float:
    """Return the course of a motion, 0 to 1, quick at first."""
    rest = 1.0 - min(max(part, 0.0), 1.0)
    return 1.0 - rest * rest * rest


def blend(first: Colour, second: Colour, part: float) -> Colour:
    """Return a colour between two."""
    return (
        round(first[0] + (second[0] - first[0]) * part),
        round(first[1] + (second[1] - first[1]) * part),
        round(first[2] + (second[2] - first[2]) * part),
    )


def mark_colour(percent: float) -> Colour:
    """Return the colour of a mark; its number always stands beside it."""
    return GOOD if percent >= 85 else ACCENT if percent >= 70 else WARNING if percent >= 50 else DANGER
