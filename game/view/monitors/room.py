"""The room seen from above with the scatter in it: where people stand, and what lead and distance do for them."""

from collections.abc import Hashable
from dataclasses import dataclass, field

import numpy as np
import pygame
from numpy.typing import NDArray

from game.frames import Side
from game.imaging import CArm, Technique
from game.imaging.carm import TABLE_HALF_WIDTH_MM
from game.imaging.dose import DoseAccount
from game.imaging.staff import LEAD_TRANSMISSION, STAFF, ends_mm, room_mm, scatter_usv_per_min, standing
from game.view.canvas import Canvas
from game.view.layout import Box, columns
from game.view.monitors.carm import TABLE_HEAD_MM, TABLE_LENGTH_MM
from game.view.theme import ACCENT, ACCENT_SOFT, BACKGROUND, EDGE, RAISED, TEXT, TEXT_FAINT, TEXT_SECOND, WARNING, Colour, blend

AHEAD_MM, BELLY_MM, BACK_MM = 1500.0, 2000.0, 1300.0
"""Of the room shown: to head and feet, beyond the belly, and behind the back, where the surgeon stands."""
GRID_MM = 40.0
MAP_STEP_DEG, MAP_STEP_MM = 2.0, 20.0
"""The map is drawn anew when the arm has moved so far: nobody sees less in it."""
BANDS_USV_PER_MIN = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
"""Borders of the bands of the map, two to each tenfold."""
BAND_COLOURS: tuple[Colour, ...] = (
    (20, 28, 33),
    (23, 34, 39),
    (26, 42, 47),
    (30, 54, 59),
    (36, 70, 74),
    (62, 84, 74),
    (104, 92, 58),
    (138, 82, 52),
    (158, 64, 50),
)
LEADS = tuple(LEAD_TRANSMISSION)
SURGEON = STAFF[0].name
DISTANCE = "Twice the distance is a quarter of the dose."
NAMES = {SURGEON: "You"}

Image = NDArray[np.float64]


@dataclass
class Room:
    """What the overlay remembers.

    Attributes:
        open: Whether it stands on the field.
        lead_mm: Of the apron that the figures are behind.
        screen: Whether a ceiling screen hangs between.
        at_mm: Place that the pointer asks about, behind and headwards, or None.
    """

    open: bool = False
    lead_mm: float = 0.0
    screen: bool = False
    at_mm: tuple[float, float] | None = None
    _map: Box = field(default_factory=lambda: Box(0, 0, 0, 0))
    _buttons: dict[str, Box] = field(default_factory=dict)
    _side: Side = "right"
    _key: Hashable = None
    _picture: pygame.Surface | None = None

    def press(self, at: tuple[float, float]) -> bool:
        """Answer a click; say whether it was on the overlay."""
        if not self.open:
            return False
        name = next((name for name, box in self._buttons.items() if box.contains(at)), "")
        match name:
            case "lead":
                self.lead_mm = LEADS[(LEADS.index(self.lead_mm) + 1) % len(LEADS)]
            case "screen":
                self.screen = not self.screen
            case "close":
                self.open = False
        return bool(name)

    def hover(self, at: tuple[float, float]) -> bool:
        """Learn where the pointer is; say whether it is on the overlay."""
        self.at_mm = self._place_mm(at) if self.open and self._map.contains(at) else None
        return self.open and self._buttons.get("whole", self._map).contains(at)

    def _place_mm(self, at: tuple[float, float]) -> tuple[float, float]:
        mm = (BELLY_MM + BACK_MM) / self._map.height
        sign = -1.0 if self._side == "right" else 1.0
        return (at[1] - self._map.y) * mm - BELLY_MM, sign * (at[0] - self._map.centre[0]) * mm

    def _spot(self, behind_mm: float, headwards_mm: float) -> tuple[float, float]:
        mm = (BELLY_MM + BACK_MM) / self._map.height
        sign = -1.0 if self._side == "right" else 1.0
        return self._map.centre[0] + sign * headwards_mm / mm, self._map.y + (behind_mm + BELLY_MM) / mm

    def draw(self, canvas: Canvas, area: Box, carm: CArm, technique: Technique | None, account: DoseAccount, side_up: Side) -> None:
        """Draw the overlay in the middle of an area.

        Args:
            canvas: What is drawn on.
            area: Of the field.
            carm: As it stands now.
            technique: Of the last pulse; None before the first, when nothing is known yet.
            account: What staff got so far.
            side_up: Which side of the patient is up.
        """
        tight = canvas.look.tight
        box = area.middle(min(area.width, canvas.px(780 if tight else 860)), min(area.height, canvas.px(470 if tight else 620)))
        canvas.panel(box, BACKGROUND, ACCENT, 14, 1.5)
        inner = box.inset(canvas.px(16), canvas.px(10))
        line = canvas.line_of("small")
        canvas.label("Scatter at chest height, µSv a minute", inner.top(line), "body", TEXT, "bold")
        body = inner.below(line + canvas.px(8))
        width = min(round(body.height * 2.0 * AHEAD_MM / (BELLY_MM + BACK_MM)), round(body.width * 0.54))
        height = round(width * (BELLY_MM + BACK_MM) / (2.0 * AHEAD_MM))
        self._map, self._side = Box(body.x, body.y + (body.height - height) // 2, width, height), side_up
        words = body.after(width + canvas.px(20))
        self._buttons = {}
        self._draw_map(canvas, carm, technique)
        self._draw_people(canvas, carm)
        self._draw_words(canvas, words, carm, technique, account)
        self._buttons["whole"] = box

    def _rates(self, carm: CArm, technique: Technique, places: tuple[Image, Image]) -> Image:
        points = room_mm(self._side, *places).reshape(-1, 3)
        rates = scatter_usv_per_min(carm, technique, points, self.lead_mm, self.screen)
        return np.asarray(rates.reshape(np.broadcast(*places).shape))

    def _draw_map(self, canvas: Canvas, carm: CArm, technique: Technique | None) -> None:
        turn = (round(carm.orbit_deg / MAP_STEP_DEG), round(carm.tilt_deg / MAP_STEP_DEG))
        place = tuple(round(part / MAP_STEP_MM) for part in carm.isocentre_mm)
        key = (turn, place, carm.field_mm, carm.blades, technique, self.lead_mm, self.screen, self._map, self._side)
        if key != self._key or self._picture is None:
            self._key, self._picture = key, self._bands(carm, technique)
        canvas.surface.blit(self._picture, (self._map.x, self._map.y))
        self._draw_borders(canvas, carm, technique)
        self._draw_table(canvas, carm)
        canvas.outline(self._map, EDGE, 6, 1.0)

    def _bands(self, carm: CArm, technique: Technique | None) -> pygame.Surface:
        """Return the map: a colour for each tenfold of the dose rate, a light line between."""
        size = (self._map.width, self._map.height)
        surface = pygame.Surface(size)
        surface.fill(BAND_COLOURS[0])
        if technique is None:
            return surface
        behind = np.arange(-BELLY_MM, BACK_MM + GRID_MM, GRID_MM)
        headwards = np.arange(-AHEAD_MM, AHEAD_MM + GRID_MM, GRID_MM) * (-1.0 if self._side == "right" else 1.0)
        rates = self._rates(carm, technique, (behind[:, None], headwards[None, :]))
        levels = _enlarged(np.log10(np.maximum(rates, 1e-9)), size)
        band = np.digitize(levels, np.log10(BANDS_USV_PER_MIN))
        colours = np.array(BAND_COLOURS, dtype=np.uint8)[band]
        edges = np.zeros(band.shape, bool)
        edges[1:] |= band[1:] != band[:-1]
        edges[:, 1:] |= band[:, 1:] != band[:, :-1]
        colours[edges] = blend(BAND_COLOURS[1], TEXT, 0.6)
        pygame.surfarray.blit_array(surface, colours.swapaxes(0, 1))
        return surface

    def _draw_borders(self, canvas: Canvas, carm: CArm, technique: Technique | None) -> None:
        """Write what a border of the map stands for, where it crosses the line from the feet's end of the table to the belly's side."""
        if technique is None:
            return
        shares = np.linspace(0.0, 1.0, 400)
        behind, headwards = carm.isocentre_mm[1] - shares * BELLY_MM, carm.isocentre_mm[2] - shares * AHEAD_MM
        band = np.digitize(self._rates(carm, technique, (behind, headwards)), BANDS_USV_PER_MIN)
        last_y = self._map.bottom
        for step in np.flatnonzero(np.diff(band)):
            x, y = self._spot(float(behind[step]), float(headwards[step]))
            words = f"{BANDS_USV_PER_MIN[min(band[step], band[step + 1])]:g}"
            width, height = canvas.width_of(words, "small") + canvas.px(8), canvas.px(24)
            spot = Box(round(x - width / 2), round(y - height / 2), width, height)
            if self._map.x <= spot.x and spot.right <= self._map.right and self._map.y <= spot.y and spot.bottom < last_y - height // 2:
                canvas.chip(spot, BACKGROUND, 150)
                canvas.label(words, spot, "small", TEXT, align="centre")
                last_y = spot.y

    def _draw_table(self, canvas: Canvas, carm: CArm) -> None:
        start = self._spot(-TABLE_HALF_WIDTH_MM, TABLE_HEAD_MM)
        end = self._spot(TABLE_HALF_WIDTH_MM, TABLE_HEAD_MM - TABLE_LENGTH_MM)
        left, right = sorted((round(start[0]), round(end[0])))
        left, right = max(left, self._map.x), min(right, self._map.right)
        canvas.outline(Box(left, round(start[1]), right - left, max(4, round(end[1] - start[1]))), TEXT_SECOND, 4, 1.5)
        spots = [self._spot(*end) for end in ends_mm(carm)]
        canvas.curve(spots, WARNING, 2.0)
        radius = canvas.px(8)
        canvas.disc(spots[0], radius, WARNING)
        canvas.circle(spots[1], radius, TEXT, 2.0)
        for word, spot in (("tube", spots[0]), ("receptor", spots[1])):
            if abs(spots[0][1] - spots[1][1]) > canvas.px(60):
                wide = canvas.width_of(word, "small")
                place = Box(round(spot[0]) - canvas.px(16) - wide, round(spot[1]) - canvas.px(12), wide, canvas.px(24))
                canvas.label(word, place, "small", TEXT)

    def _draw_people(self, canvas: Canvas, carm: CArm) -> None:
        for person in standing(carm):
            x, y = self._spot(person.behind_mm, person.headwards_mm)
            name = NAMES.get(person.name, person.name.capitalize())
            canvas.disc((x, y), canvas.px(9), ACCENT if person.name == SURGEON else TEXT_SECOND)
            width = canvas.width_of(name, "small") + canvas.px(14)
            left = min(max(round(x - width / 2), self._map.x + 2), self._map.right - width - 2)
            spot = Box(left, round(y) + canvas.px(12), width, canvas.px(26))
            canvas.chip(spot, BACKGROUND, 180)
            canvas.label(name, spot, "small", TEXT, align="centre")

    def _draw_words(self, canvas: Canvas, box: Box, carm: CArm, technique: Technique | None, account: DoseAccount) -> None:
        line, gap = canvas.line_of("small"), canvas.px(8)
        buttons, rest = box.below(box.height - canvas.px(36)), box.top(box.height - canvas.px(36) - gap)
        lead, screen, close = columns(buttons, [1.25, 1.0, 0.8], canvas.px(6))
        worn = "No apron" if not self.lead_mm else f"Apron {self.lead_mm:g} mm"
        for name, place, words, on in (
            ("lead", lead, worn, self.lead_mm > 0.0),
            ("screen", screen, "Screen", self.screen),
            ("close", close, "Close", False),
        ):
            canvas.panel(place, ACCENT_SOFT if on else RAISED, ACCENT if on else EDGE, 8)
            canvas.label(words, place, "small", TEXT if on else TEXT_SECOND, align="centre")
            self._buttons[name] = place
        if technique is None:
            canvas.paragraph("No X-rays yet: one pulse tells how much there is to scatter.", rest, "small", TEXT_SECOND)
            return
        y = rest.y
        for name, rate, total in self._people(carm, technique, account):
            head, figures = Box(rest.x, y, rest.width, line), Box(rest.x, y + line, rest.width, line)
            canvas.label(name, head, "small", TEXT, "bold")
            canvas.label(f"{_amount(rate)}/min, {_amount(total)} so far", figures, "small", TEXT_SECOND)
            y += 2 * line + gap // 2
        facts = [(f"Patient's skin, most of it: {account.peak_skin_mgy:.1f} mGy", TEXT_SECOND)]
        if account.hand_pulses:
            facts.append((f"Your hands in {account.hand_pulses} pulses: {account.hand_kerma_ugy:.0f} µGy", WARNING))
        if self.at_mm is not None:
            here = self._rates(carm, technique, (np.array([self.at_mm[0]]), np.array([self.at_mm[1]])))
            facts.append((f"At the pointer: {_amount(float(here[0]))}/min", ACCENT))
        for words, colour in facts:
            canvas.label(words, Box(rest.x, y, rest.width, line), "small", colour)
            y += line
        y += gap
        text = advice(carm)
        if y + canvas.paragraph_height(text, rest.width, "small") <= rest.bottom:
            canvas.paragraph(text, Box(rest.x, y, rest.width, rest.bottom - y), "small", TEXT_FAINT)

    def _people(self, carm: CArm, technique: Technique, account: DoseAccount) -> list[tuple[str, float, float]]:
        """Return each person's name, dose rate while the pedal is held, and dose so far, both behind the lead that is chosen."""
        places = np.array([person.place_mm(self._side) for person in standing(carm)])
        rates = scatter_usv_per_min(carm, technique, places, self.lead_mm, self.screen)
        bare = scatter_usv_per_min(carm, technique, places)
        behind = float(rates[0] / bare[0])
        names = [NAMES.get(person.name, person.name.capitalize()) for person in STAFF]
        totals = [account.staff_usv.get(person.name, 0.0) * behind for person in STAFF]
        return list(zip(names, (float(rate) for rate in rates), totals, strict=True))


def advice(carm: CArm) -> str:
    """Return in words which side the surgeon is on, who stands behind the back."""
    towards = -float(carm.axes()[2][1])
    if towards > 0.5:
        return f"The tube is on your side: the skin scatters back at you. {DISTANCE}"
    if towards < -0.5:
        return f"The receptor is on your side: the patient takes most of it. {DISTANCE}"
    return f"The beam goes up or down: both sides of the table are alike. {DISTANCE}"


def _amount(usv: float) -> str:
    """Return a dose with two figures that mean something."""
    if usv < 0.0995:
        return f"{usv * 1000.0:.0f} nSv"
    return f"{usv:.2f} µSv" if usv < 0.995 else f"{usv:.1f} µSv" if usv < 99.5 else f"{usv:.0f} µSv"


def _enlarged(values: Image, size: tuple[int, int]) -> Image:
    """Return a grid as smooth values for each pixel, shape (height, width)."""
    across, down = np.linspace(0, values.shape[1] - 1, size[0]), np.linspace(0, values.shape[0] - 1, size[1])
    wide = np.stack([np.interp(across, np.arange(values.shape[1]), row) for row in values])
    column, part = np.minimum(down.astype(int), values.shape[0] - 2), (down - np.minimum(down.astype(int), values.shape[0] - 2))[:, None]
    return np.asarray(wide[column] * (1.0 - part) + wide[column + 1] * part)
