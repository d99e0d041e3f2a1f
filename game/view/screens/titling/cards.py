"""The cards of cases: pictures of the patient, what the chart says, level, minutes, best mark."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from game.view.bests import case_key
from game.view.canvas import Canvas
from game.view.layout import Box, columns
from game.view.library import Case
from game.view.shapes import STATUS_COLOURS, Status
from game.view.stills import Shelf, quiet, scaled, still
from game.view.theme import BACKGROUND, EDGE, PANEL, TEXT, TEXT_FAINT, TEXT_SECOND, WARNING, Size, mark_colour

LEVEL_SIGNS: dict[str, Status] = {"core": "good", "intermediate": "accent", "advanced": "warning", "complication": "danger"}
LATERAL_DEG = 90.0
CENTRE_MM = (0.0, 12.0, -10.0)
CARD_MM = (0.0, -12.0, -10.0)
"""A card is wide: its picture is centred a little ventral of the spine, so that less bare air shows behind the back."""
PICTURE_SEED = 1
"""The library's pictures show one draw of each case's patient, not the one that the next seed will bring."""


@dataclass(frozen=True, slots=True)
class Cards:
    """Draws cases.

    Attributes:
        shelf: Makes the pictures.
        bests: Best marks by key.
    """

    shelf: Shelf
    bests: Mapping[str, float]

    def draw(self, canvas: Canvas, case: Case, box: Box, alone: bool) -> None:
        """Draw what is inside a case's panel; the only case is drawn large, with its chart."""
        if case.scenario is None:
            _broken(canvas, case, box.inset(canvas.px(20), canvas.px(16)))
        elif alone:
            self._feature(canvas, case, box.inset(canvas.px(8)))
        else:
            self._card(canvas, case, box.inset(canvas.px(6)))

    def spine(self, canvas: Canvas, case: Case) -> None:
        """Draw the case's own spine as a quiet picture at the left."""
        assert case.scenario
        spec, size = case.scenario.patient, round(canvas.box.height * 1.12)
        picture = self.shelf.get(
            f"spine {case.path} {size}", lambda: quiet(still(spec, PICTURE_SEED, LATERAL_DEG, CENTRE_MM, 200.0, 640), size)
        )
        if picture:
            picture.lay(canvas.surface, (-round(size * 0.22), -round(size * 0.05)))

    def chart(self, canvas: Canvas, case: Case, box: Box) -> None:
        """Draw what the chosen case's chart says, beside its AP picture."""
        assert case.scenario
        canvas.panel(box, PANEL, EDGE, 14)
        inner = box.inset(canvas.px(6))
        self._thumbnail(canvas, case, inner.left(inner.height), 0.0)
        _chart(canvas, case.scenario.chart, inner.after(inner.height).inset(canvas.px(24), canvas.px(6)))

    def _thumbnail(self, canvas: Canvas, case: Case, box: Box, orbit_deg: float) -> None:
        assert case.scenario
        spec, radius = case.scenario.patient, canvas.px(10)
        centre_mm = CENTRE_MM if box.height > box.width else CARD_MM
        canvas.panel(box, BACKGROUND, EDGE, 10)
        picture = self.shelf.get(
            f"{case.path} {orbit_deg} {box.width} {box.height}",
            lambda: scaled(still(spec, PICTURE_SEED, orbit_deg, centre_mm, 230.0, 640), box.width, box.height),
        )
        if picture:
            picture.lay(canvas.surface, (box.x, box.y), radius)

    def _card(self, canvas: Canvas, case: Case, box: Box) -> None:
        """Draw one card of several: picture, title, summary, level, minutes, best."""
        assert case.scenario
        text = canvas.line_of("body") + 2 * canvas.line_of("small") + canvas.px(24)
        self._thumbnail(canvas, case, Box(box.x, box.y, box.width, box.height - text), LATERAL_DEG)
        words = Box(box.x, box.bottom - text, box.width, text).inset(canvas.px(14), canvas.px(8))
        canvas.label(case.scenario.title, words.top(canvas.line_of("body")), "body", TEXT, "bold", shorten=True)
        under = words.below(canvas.line_of("body"))
        canvas.label(case.scenario.summary, under.top(canvas.line_of("small")), "small", TEXT_SECOND, shorten=True)
        self._level(canvas, case, under.below(canvas.line_of("small")))

    def _level(self, canvas: Canvas, case: Case, box: Box) -> None:
        assert case.scenario
        canvas.disc((box.x + canvas.px(6), box.centre[1]), canvas.px(6), STATUS_COLOURS[LEVEL_SIGNS[case.scenario.level]])
        level = canvas.label(case.scenario.level.capitalize(), box.after(canvas.px(22)), "small", TEXT)
        canvas.label(f"{case.scenario.minutes} min", box.after(canvas.px(46) + level), "small", TEXT_SECOND)
        best = self.bests.get(case_key(case.scenario.id))
        if best is not None:
            canvas.label(f"best {best:.0f} %", box, "small", mark_colour(best), "bold", "right")

    def _feature(self, canvas: Canvas, case: Case, box: Box) -> None:
        """Draw the only case large: two pictures and what the chart says."""
        assert case.scenario
        square = min(box.height, round(box.width * 0.34))
        pictures = columns(box.left(round(box.width * 0.56)), [1.0, 1.0], canvas.px(8)) if not canvas.look.tight else [box.left(square)]
        for place, orbit_deg in zip(pictures, (0.0, LATERAL_DEG), strict=False):
            self._thumbnail(canvas, case, place, orbit_deg)
        words = box.after(pictures[-1].right - box.x).inset(canvas.px(24), canvas.px(16))
        y = words.y
        canvas.label(case.scenario.title, Box(words.x, y, words.width, canvas.line_of("heading")), "heading", TEXT, "bold", shorten=True)
        y += canvas.line_of("heading")
        height = canvas.paragraph_height(case.scenario.summary, words.width, "small")
        canvas.paragraph(case.scenario.summary, Box(words.x, y, words.width, height), "small", TEXT_SECOND)
        y += height + canvas.px(12)
        foot = words.bottom - canvas.line_of("small")
        _chart(canvas, case.scenario.chart, Box(words.x, y, words.width, foot - y - canvas.px(8)))
        self._level(canvas, case, Box(words.x, foot, words.width, canvas.line_of("small")))


def _broken(canvas: Canvas, case: Case, box: Box) -> None:
    line = canvas.line_of("body")
    canvas.status("danger", (box.x + canvas.px(10), box.y + line // 2), 20)
    canvas.label(case.path.name, box.top(line).after(canvas.px(32)), "body", TEXT, "bold", shorten=True)
    step, y = canvas.line_of("small"), box.y + line + canvas.px(6)
    for count, problem in enumerate(case.problems):
        place = f"{problem.line}:{problem.column}  " if problem.line else ""
        height = canvas.paragraph_height(place + problem.text, box.width, "small")
        more = count < len(case.problems) - 1
        if y + height + (step if more else 0) > box.bottom:
            canvas.label(
                f"and {len(case.problems) - count} more" if count else f"{len(case.problems)} problems",
                Box(box.x, y, box.width, step),
                "small",
                WARNING,
            )
            return
        canvas.paragraph(place + problem.text, Box(box.x, y, box.width, height), "small", TEXT_SECOND)
        y += height + canvas.px(4)


def _chart(canvas: Canvas, lines: Sequence[str], box: Box) -> None:
    """Draw the lines of the chart, as large as the room allows; what has no room is counted."""
    width, gap = box.width - canvas.px(18), canvas.px(6)
    large = sum(canvas.paragraph_height(line, width, "body") + gap for line in lines)
    size: Size = "body" if large <= box.height else "small"
    y, step = box.y, canvas.line_of(size)
    for count, line in enumerate(lines):
        height, more = canvas.paragraph_height(line, width, size), count < len(lines) - 1
        if y + height + (step if more else 0) > box.bottom:
            canvas.label(f"and {len(lines) - count} more lines", Box(box.x + canvas.px(18), y, width, step), size, TEXT_FAINT)
            return
        canvas.disc((box.x + canvas.px(4), y + step // 2), max(2, canvas.px(3)), TEXT_FAINT)
        canvas.paragraph(line, Box(box.x + canvas.px(18), y, width, height), size, TEXT)
        y += height + gap
