"""The measures of one step, the worst first, each beside its target and source."""

from game.assessment import MeasureReport, StepReport, motion_words, with_unit
from game.view.canvas import Canvas
from game.view.layout import Box, columns
from game.view.shapes import STATUS_COLOURS, Status
from game.view.text import with_signs
from game.view.theme import EDGE, TEXT, TEXT_FAINT, TEXT_SECOND, Colour

GRADE_SIGNS: dict[str, Status] = {"target": "good", "acceptable": "warning", "poor": "warning", "fail": "danger", "not_measured": "none"}


def draw_measures(canvas: Canvas, box: Box, step: StepReport, first: int, pointer: tuple[int, int]) -> tuple[int, str]:
    """Draw as many rows as have room.

    Args:
        canvas: Where.
        box: The panel.
        step: Whose measures.
        first: Row that is wanted on top.
        pointer: Where the mouse is.

    Returns:
        The row that is on top, and label and whole source of the one under the pointer, or "".
    """
    canvas.panel(box)
    inner = box.inset(canvas.px(24), canvas.px(12))
    head = canvas.px(44)
    wishes: list[int | float] = [canvas.px(28), 0.41, 0.165, 0.17, 0.255]
    places = columns(inner.top(head), wishes, canvas.px(12))
    canvas.label(step.title, Box(places[0].x, inner.y, places[1].right - places[0].x, head), "body", TEXT, "bold")
    for place, word, side in zip(places[2:], ("yours", "target", "source"), ("right", "left", "left"), strict=True):
        canvas.label(word, place, "small", TEXT_FAINT, align="right" if side == "right" else "left")
    measures = sorted(step.measures, key=lambda measure: (not measure.counted, measure.mark, measure.value is None))
    least = canvas.line_of("small") + canvas.px(8)
    foot = canvas.line_of("small") + canvas.px(4) if step.motion is not None else 0
    shown = min(len(measures), (inner.height - head - foot) // least)
    first, pointed = min(first, len(measures) - shown), ""
    high = min(canvas.px(48), (inner.height - head - foot) // max(1, shown))
    for number, measure in enumerate(measures[first : first + shown]):
        row = Box(inner.x, inner.y + head + number * high, inner.width, high)
        _draw_measure(canvas, measure, row, wishes)
        if row.contains(pointer):
            pointed = f"{measure.label}: {measure.source}"
    if step.motion is not None:
        last = Box(inner.x, inner.bottom - foot, inner.width, foot)
        canvas.label(f"Hands, not marked: {motion_words(step.motion)}", last, "small", TEXT_FAINT, shorten=True)
    if shown < len(measures):
        rail = Box(box.right - canvas.px(12), inner.y + head, max(3, canvas.px(4)), high * shown)
        _draw_scroll(canvas, rail, first, shown, len(measures))
    return first, pointed


def _draw_scroll(canvas: Canvas, rail: Box, first: int, shown: int, count: int) -> None:
    canvas.surface.fill(EDGE, rail.rect)
    canvas.surface.fill(TEXT_FAINT, (rail.x, rail.y + round(rail.height * first / count), rail.width, round(rail.height * shown / count)))


def _draw_measure(canvas: Canvas, measure: MeasureReport, row: Box, wishes: list[int | float]) -> None:
    canvas.rule((row.x, row.y), (row.right, row.y))
    sign, label, yours, target, source = columns(row, wishes, canvas.px(12))
    kind = GRADE_SIGNS[measure.grade]
    canvas.status(kind, (sign.x + canvas.px(10), row.centre[1]), 20)
    canvas.label(measure.label, label, "small", TEXT if measure.counted else TEXT_FAINT, shorten=True)
    if measure.value is None:
        rest = Box(yours.x, row.y, source.right - yours.x, row.height)
        canvas.label(measure.reason, rest, "small", TEXT_SECOND, shorten=True)
        return
    colour: Colour = TEXT if kind == "good" else STATUS_COLOURS[kind]
    canvas.label(with_signs(with_unit(measure.shown, measure.unit)), yours, "small", colour, "bold", "right", shorten=True)
    canvas.label(with_signs(with_unit(measure.target, measure.unit)), target, "small", TEXT_SECOND, shorten=True)
    canvas.label(measure.source, source, "small", TEXT_FAINT, shorten=True)
