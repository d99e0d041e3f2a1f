"""The marks: the whole case on a ring, and each step on a bar."""

from game.assessment import Report, StepReport
from game.clock import seconds
from game.view.canvas import Canvas
from game.view.layout import Box, columns
from game.view.screens.reporting.words import in_minutes
from game.view.theme import ACCENT, ACCENT_SOFT, DANGER, EDGE, GOOD, PANEL, TEXT, TEXT_SECOND, Size, mark_colour
from game.view.widgets.kinds import Area, Widget


def draw_score(canvas: Canvas, box: Box, report: Report, before: float | None) -> None:
    """Draw the overall mark, and beside it the verdict; `before` is the best mark so far, None for the first."""
    canvas.panel(box)
    radius = min(canvas.px(92), box.height // 2 - canvas.px(20))
    middle = (box.x + canvas.px(28) + radius, box.centre[1])
    thick = max(4, canvas.px(16))
    canvas.ring(middle, radius, thick, 1.0, EDGE)
    canvas.ring(middle, radius, thick, report.overall_percent / 100.0, GOOD if report.passed else ACCENT)
    inner = Box(middle[0] - radius, middle[1] - canvas.px(46), 2 * radius, canvas.px(64))
    canvas.label(f"{report.overall_percent:.0f}", inner, "display", TEXT, "bold", "centre")
    canvas.label("per cent", inner.moved(0, canvas.px(58)).top(canvas.px(28)), "small", TEXT_SECOND, align="centre")
    words = Box(middle[0] + radius + canvas.px(24), box.y, box.right - middle[0] - radius - canvas.px(40), box.height)
    _draw_verdict(canvas, words, report, before)


def _draw_verdict(canvas: Canvas, box: Box, report: Report, before: float | None) -> None:
    number = len(report.critical_errors)
    weak = sum(not step.passed for step in report.steps)
    why = (
        f"{number} critical error{'s' if number > 1 else ''}"
        if number
        else f"{weak} step{'s' if weak > 1 else ''} too weak"
        if weak
        else ""
    )
    hands_s = seconds(max((entry.tick for entry in report.timeline), default=0))
    lines = [f"{in_minutes(report.duration_s)} theatre", f"{in_minutes(hands_s)} hands"]
    lines += [f"best before {before:.0f} %"] if before is not None else []
    step = canvas.line_of("small") + canvas.px(3)
    height = canvas.line_of("heading") + (step if why else 0) + canvas.px(10) + step * len(lines)
    y = box.centre[1] - height // 2
    passed = "Passed" if report.passed else "Not passed"
    canvas.label(passed, Box(box.x, y, box.width, canvas.line_of("heading")), "heading", GOOD if report.passed else DANGER, "bold")
    y += canvas.line_of("heading")
    if why:
        canvas.label(why, Box(box.x, y, box.width, step), "small", TEXT)
        y += step
    for line in lines:
        canvas.label(line, Box(box.x, y + canvas.px(10), box.width, step), "small", TEXT_SECOND)
        y += step


def steps_panel(canvas: Canvas, box: Box, report: Report) -> list[Widget]:
    """Draw the panel of the steps and return a place to press for each."""
    canvas.panel(box)
    inner = box.inset(canvas.px(12), canvas.px(12))
    head = canvas.px(44)
    canvas.label("Steps", inner.top(head).inset(canvas.px(12), 0), "body", TEXT, "bold")
    gap, count = canvas.px(6), max(1, len(report.steps))
    abreast = 1 if (inner.height - head) // count - gap >= canvas.line_of("small") else 2  # where one under the other has no room
    deep = -(-count // abreast)
    high, wide = min(canvas.px(56), (inner.height - head) // deep), inner.width // abreast
    return [
        Area(
            id=f"step {step.id}",
            box=Box(inner.x + number // deep * wide, inner.y + head + number % deep * high, wide - (gap if abreast > 1 else 0), high - gap),
            radius=8,
        )
        for number, step in enumerate(report.steps)
    ]


def draw_step(canvas: Canvas, box: Box, step: StepReport, chosen: bool, warm: float) -> None:
    """Draw a step's mark on its place; `warm` is how much of the focus's light it has, 0 to 1."""
    if chosen:
        canvas.panel(box, ACCENT_SOFT, ACCENT, 8)
    elif warm > 0.05:
        canvas.panel(box, PANEL, EDGE, 8)
    size: Size = "body" if box.height >= canvas.line_of("body") else "small"
    widest = max(canvas.width_of("100", size, "bold"), canvas.px(40))
    title, bar, mark = columns(box.inset(canvas.px(12), 0), [0.43, 0.57, widest], canvas.px(8))
    canvas.label(step.title, title, size, TEXT, "bold" if chosen else "regular", shorten=True)
    thick = max(4, canvas.px(8))
    canvas.bar(Box(bar.x, bar.centre[1] - thick // 2, bar.width, thick), step.percent / 100.0, mark_colour(step.percent))
    canvas.label(f"{step.percent:.0f}", mark, size, TEXT, "bold", "right")
