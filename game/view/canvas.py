"""What screens draw with: a surface, its look, and the ledger of labels."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pygame

from game.view import shapes
from game.view.layout import Box, Ledger
from game.view.text import Face, cap_height, font, line_height, rendered, shortened, text_width, wrapped
from game.view.theme import ACCENT, BACKGROUND, EDGE, PANEL, RADIUS, TEXT, Colour, Look, Size

Align = Literal["left", "centre", "right"]


@dataclass(frozen=True, slots=True)
class Canvas:
    """One picture being drawn.

    Attributes:
        surface: What is drawn on.
        look: Sizes in this window.
        ledger: Takes every label's needed and given box.
    """

    surface: pygame.Surface
    look: Look
    ledger: Ledger

    @property
    def box(self) -> Box:
        """The whole window."""
        return Box(0, 0, self.surface.get_width(), self.surface.get_height())

    def px(self, design_px: float) -> int:
        """Return window pixels for a length of the design."""
        return self.look.px(design_px)

    def width_of(self, text: str, size: Size = "body", face: Face = "regular") -> int:
        """Return how wide a line of text is, window pixels."""
        return text_width(text, face, self.look.text_px(size))

    def line_of(self, size: Size = "body", face: Face = "regular") -> int:
        """Return the height of a line of text in a paragraph, window pixels."""
        return line_height(self.look.text_px(size))

    def label(
        self,
        text: str,
        box: Box,
        size: Size = "body",
        colour: Colour = TEXT,
        face: Face = "regular",
        align: Align = "left",
        shorten: bool = False,
    ) -> int:
        """Draw one line, its capitals in the vertical middle of a box.

        Args:
            text: One line.
            box: Room for it; the ledger keeps whether it was enough.
            size: Type size.
            colour: Of the type.
            face: Regular, bold or mono.
            align: Where in the box.
            shorten: Cut with an ellipsis what is too wide: for texts that other people write.

        Returns:
            The width that was drawn, window pixels.
        """
        height_px = self.look.text_px(size)
        shown = shortened(text, face, height_px, box.width) if shorten else text
        width = text_width(shown, face, height_px)
        self._note(text, (width, height_px), box)
        spare = {"left": 0, "centre": (box.width - width) // 2, "right": box.width - width}[align]
        baseline = box.y + (box.height + cap_height(height_px)) // 2
        picture = rendered(shown, face, height_px, colour)
        self.surface.blit(picture, (box.x + spare, baseline - font(face, height_px).get_ascent()))
        return width

    def paragraph(
        self, text: str, box: Box, size: Size = "body", colour: Colour = TEXT, face: Face = "regular", align: Align = "left"
    ) -> int:
        """Draw text broken into lines from the top of a box, and return the height it fills."""
        height_px, step = self.look.text_px(size), self.line_of(size)
        lines = wrapped(text, face, height_px, box.width)
        needed = max(text_width(line, face, height_px) for line in lines), len(lines) * step
        self._note(text, needed, box)
        for number, line in enumerate(lines):
            width = text_width(line, face, height_px)
            spare = {"left": 0, "centre": (box.width - width) // 2, "right": box.width - width}[align]
            self.surface.blit(rendered(line, face, height_px, colour), (box.x + spare, box.y + number * step))
        return needed[1]

    def lines(self, text: str, box: Box, most: int, size: Size = "body", colour: Colour = TEXT, align: Align = "left") -> None:
        """Draw text broken into at most so many lines from the top of a box; the last one is cut where there is more."""
        height_px, step = self.look.text_px(size), self.line_of(size)
        broken = wrapped(text, "regular", height_px, box.width)
        kept = list(broken[:most])
        if len(broken) > most:
            kept[-1] = shortened(f"{kept[-1]} {broken[most]}", "regular", height_px, box.width)
        for number, line in enumerate(kept):
            self.label(line, Box(box.x, box.y + number * step, box.width, step), size, colour, align=align, shorten=True)

    def paragraph_height(self, text: str, width_px: int, size: Size = "body", face: Face = "regular") -> int:
        """Return the height that a paragraph would fill."""
        return len(wrapped(text, face, self.look.text_px(size), width_px)) * self.line_of(size)

    def panel(self, box: Box, fill: Colour = PANEL, edge: Colour = EDGE, radius: float = RADIUS, line: float = 1.0) -> None:
        """Draw a rounded panel with an edge."""
        round_px = min(self.px(radius), box.width // 2, box.height // 2)
        thick = self.look.line(line)
        self.surface.blit(shapes.framed(box.width, box.height, round_px, fill, edge, thick), (box.x, box.y))

    def chip(self, box: Box, fill: Colour = BACKGROUND, alpha: int = 200) -> None:
        """Draw a half-transparent rounded ground for a few words on a picture."""
        self.surface.blit(shapes.rounded(box.width, box.height, min(box.height, box.width) // 2, fill, alpha), (box.x, box.y))

    def outline(self, box: Box, colour: Colour = ACCENT, radius: float = RADIUS, line: float = 2.0) -> None:
        """Draw the edge of a rounded box alone."""
        round_px = min(self.px(radius), box.width // 2, box.height // 2)
        self.surface.blit(shapes.outline(box.width, box.height, round_px, colour, self.look.line(line)), (box.x, box.y))

    def bar(self, box: Box, part: float, colour: Colour, ground: Colour = EDGE) -> None:
        """Draw a bar with round ends, filled to a part of 0 to 1."""
        radius = max(1, box.height // 2)
        self.surface.blit(shapes.rounded(box.width, box.height, radius, ground), (box.x, box.y))
        filled = round(box.width * min(max(part, 0.0), 1.0))
        if filled:
            self.surface.blit(shapes.rounded(max(filled, box.height), box.height, radius, colour), (box.x, box.y))

    def disc(self, centre: tuple[float, float], radius_px: int, colour: Colour) -> None:
        """Draw a filled circle."""
        self._middle(shapes.disc(max(1, radius_px), colour), centre)

    def circle(self, centre: tuple[float, float], radius_px: int, colour: Colour, line: float = 2.0) -> None:
        """Draw the edge of a circle."""
        self._middle(shapes.circle(max(1, radius_px), self.look.line(line), colour), centre)

    def ring(self, centre: tuple[float, float], radius_px: int, line_px: int, part: float, colour: Colour) -> None:
        """Draw part of a ring, clockwise from the top."""
        self._middle(shapes.ring(radius_px, line_px, round(100 * part), colour), centre)

    def status(self, kind: shapes.Status, centre: tuple[float, float], size: float = 20) -> None:
        """Draw the sign of a grade, a shape beside its colour."""
        self._middle(shapes.status(kind, max(8, self.px(size))), centre)

    def rule(self, start: tuple[float, float], end: tuple[float, float], colour: Colour = EDGE, line: float = 1.0) -> None:
        """Draw a straight line."""
        thick = self.look.line(line)
        if start[0] == end[0] or start[1] == end[1]:
            left, upper = min(start[0], end[0]), min(start[1], end[1])
            across, down = abs(end[0] - start[0]), abs(end[1] - start[1])
            self.surface.fill(colour, (round(left), round(upper), max(thick, round(across)), max(thick, round(down))))
        else:
            pygame.draw.aaline(self.surface, colour, start, end, thick)

    def curve(self, points: Sequence[tuple[float, float]], colour: Colour, line: float = 2.0) -> None:
        """Draw an antialiased line through points."""
        thick = self.look.line(line)
        for start, end in itertools.pairwise(points):
            pygame.draw.aaline(self.surface, colour, start, end, thick)

    def shade(self, alpha: int, colour: Colour = BACKGROUND) -> None:
        """Darken everything drawn so far."""
        veil = pygame.Surface(self.surface.get_size(), pygame.SRCALPHA)
        veil.fill((*colour, alpha))
        self.surface.blit(veil, (0, 0))

    def _note(self, text: str, needed_px: tuple[int, int], box: Box) -> None:
        """Tell the ledger what a label needs, and what of its box lies inside the window."""
        window = self.box
        across = min(box.right, window.right) - max(box.x, 0)
        down = min(box.bottom, window.bottom) - max(box.y, 0)
        self.ledger.note(text, needed_px, (across, down))

    def _middle(self, picture: pygame.Surface, centre: tuple[float, float]) -> None:
        self.surface.blit(picture, (round(centre[0] - picture.get_width() / 2), round(centre[1] - picture.get_height() / 2)))
