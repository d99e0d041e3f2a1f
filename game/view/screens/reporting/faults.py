"""What went wrong: critical errors first, then complications."""

from collections.abc import Sequence
from dataclasses import dataclass

from game.assessment import Report
from game.view.canvas import Canvas
from game.view.layout import Box
from game.view.screens.reporting.words import clock
from game.view.shapes import Status
from game.view.theme import DANGER, DANGER_FILL, DANGER_TEXT, PANEL, TEXT, TEXT_SECOND, WARNING

MOST_FAULTS = 3


@dataclass(frozen=True, slots=True)
class Fault:
    """A critical error or a complication, in words."""

    sign: Status
    text: str
    why: str


def faults_of(report: Report) -> list[Fault]:
    """Return critical errors first, then complications, in the order of time."""
    criticals = [Fault("danger", f"{clock(error.tick)}  {error.text}", f"Critical. {error.why}") for error in report.critical_errors]
    return criticals + [Fault("warning", f"{clock(item.tick)}  {item.name}", item.cause) for item in report.complications]


def faults_height(canvas: Canvas, faults: Sequence[Fault]) -> int:
    """Return how high their panel is, in pixels."""
    lines = min(len(faults), MOST_FAULTS)
    more = canvas.line_of("small") if len(faults) > MOST_FAULTS else 0
    return lines * canvas.px(68) + more + canvas.px(20)


def draw_faults(canvas: Canvas, box: Box, faults: Sequence[Fault]) -> None:
    """Draw the first of them, and how many more there are."""
    critical = faults[0].sign == "danger"
    canvas.panel(box, DANGER_FILL if critical else PANEL, DANGER if critical else WARNING, 14, 1.5)
    inner = box.inset(canvas.px(24), canvas.px(10))
    for number, fault in enumerate(faults[:MOST_FAULTS]):
        row = Box(inner.x, inner.y + number * canvas.px(68), inner.width, canvas.px(68))
        canvas.status(fault.sign, (row.x + canvas.px(16), row.centre[1]), 30)
        words = row.after(canvas.px(52)).middle(row.width - canvas.px(52), canvas.line_of("body") + canvas.line_of("small"))
        canvas.label(fault.text, words.top(canvas.line_of("body")), "body", TEXT, "bold", shorten=True)
        canvas.label(
            fault.why,
            words.below(canvas.line_of("body")),
            "small",
            DANGER_TEXT if fault.sign == "danger" else TEXT_SECOND,
            shorten=True,
        )
    if len(faults) > MOST_FAULTS:
        more = Box(inner.x + canvas.px(52), inner.y + MOST_FAULTS * canvas.px(68), inner.width - canvas.px(52), canvas.line_of("small"))
        canvas.label(f"and {len(faults) - MOST_FAULTS} more, in the saved report", more, "small", TEXT_SECOND)
