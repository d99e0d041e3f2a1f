"""Boxes computed from the window, and the ledger of every label's needed and given box."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in window pixels; x and y are its left and upper edges."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """First pixel column right of the box."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """First pixel row below the box."""
        return self.y + self.height

    @property
    def centre(self) -> tuple[int, int]:
        """Middle of the box."""
        return self.x + self.width // 2, self.y + self.height // 2

    @property
    def rect(self) -> tuple[int, int, int, int]:
        """The box as drawing calls take it."""
        return self.x, self.y, self.width, self.height

    def contains(self, point: tuple[float, float]) -> bool:
        """Say whether a point lies in the box."""
        return self.x <= point[0] < self.right and self.y <= point[1] < self.bottom

    def inset(self, across: int, down: int | None = None) -> "Box":
        """Return the box without a margin on each side."""
        high = across if down is None else down
        return Box(self.x + across, self.y + high, max(0, self.width - 2 * across), max(0, self.height - 2 * high))

    def moved(self, dx: int, dy: int) -> "Box":
        """Return the box somewhere else."""
        return Box(self.x + dx, self.y + dy, self.width, self.height)

    def top(self, height: int) -> "Box":
        """Return the strip along the upper edge."""
        return Box(self.x, self.y, self.width, height)

    def below(self, height: int) -> "Box":
        """Return what is left under a strip of that height."""
        return Box(self.x, self.y + height, self.width, max(0, self.height - height))

    def left(self, width: int) -> "Box":
        """Return the strip along the left edge."""
        return Box(self.x, self.y, width, self.height)

    def after(self, width: int) -> "Box":
        """Return what is left beside a left strip of that width."""
        return Box(self.x + width, self.y, max(0, self.width - width), self.height)

    def middle(self, width: int, height: int) -> "Box":
        """Return a box of that size in the middle of this one."""
        return Box(self.x + (self.width - width) // 2, self.y + (self.height - height) // 2, width, height)


def split(length: int, wishes: Sequence[int | float], gap: int) -> list[tuple[int, int]]:
    """Divide a length among parts.

    Args:
        length: Pixels to divide.
        wishes: For each part an int of pixels, or a float: its share of what the ints leave.
        gap: Pixels between parts.

    Returns:
        Start and length of each part; the parts and gaps fill the length exactly when there is a share.
    """
    fixed = sum(wish for wish in wishes if isinstance(wish, int))
    shares = sum(wish for wish in wishes if isinstance(wish, float))
    free = max(0, length - fixed - gap * (len(wishes) - 1))
    parts, start, used = [], 0, 0.0
    for wish in wishes:
        if isinstance(wish, int):
            size = wish
        else:
            before = round(free * used / shares)
            used += wish
            size = round(free * used / shares) - before
        parts.append((start, size))
        start += size + gap
    return parts


def columns(box: Box, wishes: Sequence[int | float], gap: int = 0) -> list[Box]:
    """Divide a box from left to right; see `split`."""
    return [Box(box.x + start, box.y, size, box.height) for start, size in split(box.width, wishes, gap)]


def rows(box: Box, wishes: Sequence[int | float], gap: int = 0) -> list[Box]:
    """Divide a box from top to bottom; see `split`."""
    return [Box(box.x, box.y + start, box.width, size) for start, size in split(box.height, wishes, gap)]


def tiles(box: Box, across: int, count: int, height: int, gap: int) -> list[Box]:
    """Lay equal tiles row by row, as many beside each other as said."""
    places = split(box.width, [1.0] * across, gap)
    return [Box(box.x + places[i % across][0], box.y + (i // across) * (height + gap), places[i % across][1], height) for i in range(count)]


@dataclass(frozen=True, slots=True)
class Entry:
    """One label: the size it needs and the size it was given, in window pixels."""

    text: str
    needed_px: tuple[int, int]
    given_px: tuple[int, int]

    @property
    def fits(self) -> bool:
        """Whether the label is inside its box."""
        return self.needed_px[0] <= self.given_px[0] and self.needed_px[1] <= self.given_px[1]


@dataclass
class Ledger:
    """All labels of the picture drawn last."""

    entries: list[Entry] = field(default_factory=list)

    def clear(self) -> None:
        """Begin a new picture."""
        self.entries.clear()

    def note(self, text: str, needed_px: tuple[int, int], given_px: tuple[int, int]) -> None:
        """Keep one label."""
        self.entries.append(Entry(text, needed_px, given_px))

    def too_large(self) -> list[Entry]:
        """Return the labels that do not fit."""
        return [entry for entry in self.entries if not entry.fits]
