"""What stands round the field on every step: title, step line, clocks, captions, tray."""

from collections.abc import Sequence
from dataclasses import dataclass

from game.operation.registry import STEPS
from game.session.observation import Observation
from game.view.canvas import Canvas
from game.view.captions import Caption
from game.view.layout import Box, columns
from game.view.screens.operative.icons import icon
from game.view.screens.operative.tools import Option, Tool
from game.view.theme import ACCENT, ACCENT_SOFT, BACKGROUND, EDGE, GOOD, PANEL, TEXT, TEXT_FAINT, TEXT_SECOND, WARNING, Colour

SPEAKER_COLOURS: dict[str, Colour] = {
    "patient": (79, 195, 199),
    "surgeon": (190, 202, 208),
    "anaesthetist": (244, 211, 94),
    "scrub": (98, 194, 142),
    "circulating": (98, 194, 142),
    "radiographer": (88, 199, 243),
}
HELP_PX = 480
"""Most that a line of what the pointer is on is wide."""
SPEAKER_NAMES = {"surgeon": "You", "scrub": "Scrub nurse", "circulating": "Circulating nurse"}


def draw_title(canvas: Canvas, box: Box, title: str, case: str) -> None:
    """Draw the step's name and the case's."""
    width = canvas.label(title, box, "heading", TEXT, "bold", shorten=True)
    rest = box.after(width + canvas.px(16))
    if rest.width > canvas.px(90):
        canvas.label(case, rest, "small", TEXT_SECOND, shorten=True)


def draw_line(canvas: Canvas, box: Box, steps: Sequence[str], observation: Observation) -> None:
    """Draw the steps of the case in order: done, open, to come."""
    gap = min(canvas.px(190), box.width // max(len(steps), 1))
    first = box.centre[0] - gap * (len(steps) - 1) // 2
    y = box.y + round(box.height * 0.32)
    for number, step in enumerate(steps):
        x = first + number * gap
        done, now = step in observation.steps_done, step == observation.step
        if number:
            _rail(canvas, (x - gap, x), y, steps[number - 1] in observation.steps_done)
        _knot(canvas, (x, y), done, now)
        room = Box(x - gap // 2, y + canvas.px(12), gap, canvas.px(30))
        name = step.capitalize()
        bold = now and canvas.width_of(name, "small", "bold") <= gap
        canvas.label(name, room, "small", TEXT if now else TEXT_SECOND, "bold" if bold else "regular", "centre", shorten=True)


def _rail(canvas: Canvas, ends: tuple[int, int], y: int, done: bool) -> None:
    away = canvas.px(16)
    canvas.rule((ends[0] + away, y - canvas.look.line(2) // 2), (ends[1] - away, y - canvas.look.line(2) // 2), GOOD if done else EDGE, 2.0)


def _knot(canvas: Canvas, at: tuple[int, int], done: bool, now: bool) -> None:
    if now:
        canvas.circle(at, canvas.px(11), ACCENT, 3.0)
        canvas.disc(at, canvas.px(5), ACCENT)
    elif done:
        canvas.status("good", at, 20)
    else:
        canvas.circle(at, canvas.px(8), TEXT_FAINT, 2.0)


def draw_clocks(canvas: Canvas, box: Box, theatre_s: float, hands_s: float) -> None:
    """Draw the theatre's clock and the hands' own."""
    upper = round(box.height * 0.56)
    canvas.label(
        f"{int(theatre_s) // 3600:02d}:{int(theatre_s) // 60 % 60:02d}:{int(theatre_s) % 60:02d}",
        box.top(upper),
        "heading",
        TEXT,
        "bold",
        "right",
    )
    minutes = f"{int(hands_s) // 60:02d}:{int(hands_s) % 60:02d}"
    canvas.label(f"theatre   hands {minutes}", box.below(upper), "small", TEXT_SECOND, align="right")


@dataclass(frozen=True, slots=True)
class Line:
    """What stands at the right of the captions: a refusal, a hint, or nothing."""

    text: str
    kind: str = "hint"


def draw_captions(canvas: Canvas, box: Box, captions: Sequence[Caption], line: Line) -> None:
    """Draw what was said or heard last on the left, guidance on the right."""
    canvas.panel(box, PANEL, EDGE, 10)
    inner = box.inset(canvas.px(18), canvas.px(2))
    spoken = next((caption for caption in reversed(captions) if caption.speaker), None)
    shown = spoken or (captions[-1] if captions else None)
    right_width = 0
    if line.text:
        needed = canvas.width_of(line.text, "small") + canvas.px(34)
        right_width = min(needed, inner.width if shown is None else round(inner.width * 0.62))
        _draw_right(canvas, Box(inner.right - right_width, inner.y, right_width, inner.height), line)
    if shown is not None:
        _draw_spoken(canvas, Box(inner.x, inner.y, inner.width - right_width - canvas.px(16), inner.height), shown)


def _draw_spoken(canvas: Canvas, room: Box, caption: Caption) -> None:
    colour = SPEAKER_COLOURS.get(caption.speaker, TEXT_SECOND)
    middle = (room.x + canvas.px(8), room.centre[1])
    if not caption.speaker:
        canvas.circle(middle, canvas.px(7), TEXT_SECOND, 2.0)
        canvas.label(f"({caption.text})", room.after(canvas.px(28)), "small", TEXT_SECOND, shorten=True)
        return
    canvas.disc(middle, canvas.px(8), colour)
    name = SPEAKER_NAMES.get(caption.speaker, caption.speaker.capitalize())
    rest = room.after(canvas.px(28))
    width = canvas.label(name, rest, "body", colour, "bold", shorten=True)
    canvas.label(f"“{caption.text}”", rest.after(width + canvas.px(12)), "body", TEXT, shorten=True)


def _draw_right(canvas: Canvas, room: Box, line: Line) -> None:
    text_room = Box(room.x + canvas.px(28), room.y, room.width - canvas.px(28), room.height)
    colour = WARNING if line.kind == "refused" else TEXT_SECOND
    canvas.label(line.text, text_room, "small", colour, align="right", shorten=True)
    if line.kind == "refused":
        width = min(canvas.width_of(line.text, "small"), text_room.width)
        canvas.status("warning", (room.right - width - canvas.px(18), room.centre[1]), 18)


def draw_help(canvas: Canvas, field: Box, text: str) -> None:
    """Draw what the pointer is on in the field's lower right corner, near the C-arm and over two rows of chips."""
    width = min(canvas.width_of(text, "small"), canvas.px(HELP_PX))
    size = width + 2 * canvas.px(16), canvas.paragraph_height(text, width, "small") + 2 * canvas.px(8)
    box = Box(field.right - canvas.px(20) - size[0], field.bottom - canvas.px(104) - size[1], *size)
    canvas.panel(box, BACKGROUND, EDGE, 10)
    canvas.paragraph(text, box.inset(canvas.px(16), canvas.px(8)), "small", TEXT)


def tray_boxes(canvas: Canvas, box: Box, count: int) -> list[Box]:
    """Return the places of the tray: ten narrow ones at most, as on every step."""
    return columns(box, [1.0] * max(count, 1), canvas.px(8))


def draw_tray(canvas: Canvas, boxes: Sequence[Box], tools: Sequence[Tool], chosen: str, hovered: str) -> None:
    """Draw the tray."""
    for box, tool in zip(boxes, tools, strict=True):
        selected = tool.id == chosen
        fill = ACCENT_SOFT if selected else (32, 40, 46) if tool.id == hovered else PANEL
        canvas.panel(box, fill, ACCENT if selected else EDGE, 10, 2.0 if selected else 1.0)
        label_height = canvas.line_of("small")
        key_width = canvas.width_of(tool.key, "small")
        aside = key_width + canvas.px(13)
        picture = Box(box.x + aside, box.y + canvas.px(4), box.width - 2 * aside, max(8, box.height - label_height - canvas.px(8)))
        sign = icon(tool.icon, picture.width, picture.height)
        canvas.surface.blit(sign, (picture.x, picture.y))
        words = Box(box.x + canvas.px(4), box.bottom - label_height - canvas.px(2), box.width - canvas.px(8), label_height)
        whole = canvas.width_of(tool.label, "small", "bold") <= words.width
        label = tool.label if whole else tool.short or tool.label
        canvas.label(label, words, "small", TEXT if selected else TEXT_SECOND, "bold" if selected else "regular", "centre", shorten=True)
        canvas.label(
            tool.key, Box(box.right - key_width - canvas.px(9), box.y + canvas.px(2), key_width, canvas.px(24)), "small", TEXT_FAINT
        )


OPTION_HEIGHT = 44
MOST_OPTIONS = 8
"""Beside each other stand what is more than these."""
KEYS = 9


def option_boxes(canvas: Canvas, anchor: Box, options: Sequence[Option], asks: str) -> list[Box]:
    """Return the places of a tool's choices, standing on the tray, with room for the question over them; many stand in columns."""
    across = -(-len(options) // MOST_OPTIONS)
    down = min(len(options), MOST_OPTIONS)
    width = max(canvas.width_of(option.label, "body") for option in options) + canvas.px(72)
    width = max(width, -(-max(anchor.width, canvas.width_of(asks, "body", "bold") + canvas.px(24)) // across))
    height = canvas.px(OPTION_HEIGHT)
    left = min(max(anchor.x, canvas.px(8)), canvas.box.width - width * across - canvas.px(8))
    top = max(anchor.y - canvas.px(10) - height * down, height + canvas.px(8))
    return [Box(left + number // down * width, top + number % down * height, width, height) for number in range(len(options))]


def next_option(at: int, count: int, arrow: tuple[int, int]) -> int:
    """Return which choice an arrow leads to: round its column, or beside it where there is another column."""
    if count <= MOST_OPTIONS:
        return (at + (-arrow[1] or arrow[0])) % count
    first = at // MOST_OPTIONS * MOST_OPTIONS
    if arrow[1]:
        return first + (at - first - arrow[1]) % min(MOST_OPTIONS, count - first)
    columns = -(-count // MOST_OPTIONS)
    return min((first // MOST_OPTIONS + arrow[0]) % columns * MOST_OPTIONS + at - first, count - 1)


def draw_options(canvas: Canvas, boxes: Sequence[Box], options: Sequence[Option], chosen: int, asks: str) -> None:
    """Draw a tool's choices with the number key of each, under the question they answer."""
    right, bottom = max(box.right for box in boxes), max(box.bottom for box in boxes)
    title = Box(boxes[0].x, boxes[0].y - boxes[0].height, right - boxes[0].x, boxes[0].height)
    whole = Box(title.x, title.y, title.width, bottom - title.y)
    around = Box(whole.x - canvas.px(6), whole.y - canvas.px(6), whole.width + canvas.px(12), whole.height + canvas.px(12))
    canvas.panel(around, BACKGROUND, ACCENT, 12, 1.5)
    canvas.label(asks, title.inset(canvas.px(12), 0), "body", ACCENT, "bold")
    for number, (box, option) in enumerate(zip(boxes, options, strict=True)):
        if number == chosen:
            canvas.panel(box, ACCENT_SOFT, ACCENT_SOFT, 8)
        inner = box.inset(canvas.px(12), 0)
        if number < KEYS:
            canvas.label(str(number + 1), inner.left(canvas.px(20)), "small", TEXT_FAINT)
        canvas.label(option.label, inner.after(canvas.px(30)), "body", TEXT)


def title_of(step: str) -> str:
    """Return a step's title for people."""
    return STEPS[step].title if step in STEPS else "Between steps"
