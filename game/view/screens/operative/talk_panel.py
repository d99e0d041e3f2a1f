"""The talk list: who can be told or asked what; by mouse, by arrows, by number for the gaps."""

from dataclasses import dataclass, field

from game.operation.actions import Say
from game.operation.talk import TALK_LINES, TalkLine
from game.scenario import Speech
from game.view.canvas import Canvas
from game.view.layout import Box
from game.view.screens.operative.hud import SPEAKER_COLOURS
from game.view.theme import ACCENT, ACCENT_SOFT, BACKGROUND, EDGE, PANEL, TEXT, TEXT_FAINT, TEXT_SECOND

WHOM = {"patient": "Patient", "nurses": "Nurses", "radiographer": "Radiographer", "anaesthetist": "Anaesthetist", "all": "Everybody"}
COLOUR_OF = {"patient": "patient", "nurses": "scrub", "radiographer": "radiographer", "anaesthetist": "anaesthetist", "all": "surgeon"}


@dataclass
class TalkPanel:
    """The list while it is open.

    Attributes:
        open: Whether it shows.
        at: Index of the chosen line.
        words: Gaps filled so far; a line with gaps left asks for the next one.
        choosing: Whether the gaps of the chosen line are being filled.
        slot_at: Index of the chosen filling.
    """

    open: bool = False
    at: int = 0
    words: tuple[str, ...] = ()
    choosing: bool = False
    slot_at: int = 0
    _boxes: list[Box] = field(default_factory=list)
    _slot_boxes: list[Box] = field(default_factory=list)

    def toggle(self) -> None:
        """Open or close the list."""
        self.open = not self.open
        self.words, self.choosing, self.slot_at = (), False, 0

    def step_by(self, lines: tuple[TalkLine, ...], by: int) -> None:
        """Move the choice."""
        if self.choosing:
            self.slot_at = (self.slot_at + by) % len(lines[self.at].slots[len(self.words)].choices)
        else:
            self.at = (self.at + by) % len(lines)

    def enter(self, lines: tuple[TalkLine, ...]) -> Say | None:
        """Take the choice; return what is said once nothing is missing."""
        line = lines[self.at]
        if self.choosing:
            self.words = (*self.words, line.slots[len(self.words)].choices[self.slot_at])
            self.slot_at = 0
        self.choosing = len(self.words) < len(line.slots)
        if self.choosing:
            return None
        said = Say(line.line, self.words)
        self.toggle()
        return said

    def back(self) -> None:
        """Give up the gaps, or the list."""
        if self.choosing:
            self.words, self.choosing, self.slot_at = (), False, 0
        else:
            self.open = False

    def press(self, at: tuple[float, float], lines: tuple[TalkLine, ...]) -> Say | None:
        """Answer a click; outside the list it closes."""
        for index, box in enumerate(self._slot_boxes):
            if self.choosing and box.contains(at):
                self.slot_at = index
                return self.enter(lines)
        for index, box in enumerate(self._boxes):
            if box.contains(at):
                self.at, self.words, self.choosing, self.slot_at = index, (), False, 0
                return self.enter(lines)
        self.open = False
        return None

    def draw(self, canvas: Canvas, field_box: Box, lines: tuple[TalkLine, ...], speech: Speech) -> None:
        """Draw the list over the field's right part."""
        row = canvas.px(38) if len(lines) < 18 else max(canvas.px(30), canvas.line_of("small"))
        count = min(len(lines), max(3, (field_box.height - canvas.px(82)) // row))
        first = min(max(self.at - count // 2, 0), len(lines) - count)
        width = min(canvas.px(640), field_box.width - canvas.px(24))
        height = row * count + canvas.px(58)
        panel = Box(field_box.right - width - canvas.px(12), field_box.bottom - height - canvas.px(12), width, height)
        canvas.panel(panel, BACKGROUND, EDGE, 14)
        inner = panel.inset(canvas.px(14), canvas.px(10))
        more = "" if count == len(lines) else f"{first + 1} to {first + count} of {len(lines)}   "
        canvas.label("Talk", inner.top(canvas.px(34)), "body", TEXT, "bold")
        canvas.label(f"{more}arrows, Enter, Esc", inner.top(canvas.px(34)), "small", TEXT_FAINT, align="right")
        self._boxes = [Box(0, 0, 0, 0)] * len(lines)
        for number in range(first, first + count):
            self._boxes[number] = Box(inner.x, inner.y + canvas.px(38) + (number - first) * row, inner.width, row)
            self._draw_row(canvas, self._boxes[number], lines[number], speech, number == self.at)
        self._slot_boxes = []
        if self.choosing:
            self._draw_slot(canvas, panel, lines[self.at])

    def _draw_row(self, canvas: Canvas, box: Box, line: TalkLine, speech: Speech, chosen: bool) -> None:
        if chosen:
            canvas.panel(box, ACCENT_SOFT, ACCENT_SOFT, 8)
        inner = box.inset(canvas.px(8), 0)
        who = canvas.px(132)
        canvas.label(WHOM[line.to], inner.left(who), "small", SPEAKER_COLOURS[COLOUR_OF[line.to]], shorten=True)
        words = speech.lines[line.line].text
        filled = [*(self.words if chosen else ()), *("…" for _ in line.slots)]
        canvas.label(words.format(*filled), inner.after(who), "small", TEXT if chosen else TEXT_SECOND, shorten=True)

    def _draw_slot(self, canvas: Canvas, panel: Box, line: TalkLine) -> None:
        slot = line.slots[len(self.words)]
        row, width = canvas.px(40), max(canvas.px(140), max(canvas.width_of(c, "body") for c in (*slot.choices, slot.name)) + canvas.px(40))
        height = row * len(slot.choices) + canvas.px(46)
        anchor = self._boxes[self.at]
        top = min(max(anchor.centre[1] - height // 2, panel.y), panel.bottom - height) if height < panel.height else panel.bottom - height
        box = Box(panel.x - width - canvas.px(10), top, width, height)
        canvas.panel(box, PANEL, ACCENT, 12, 1.5)
        inner = box.inset(canvas.px(8), canvas.px(6))
        canvas.label(slot.name, inner.top(canvas.px(30)).inset(canvas.px(8), 0), "small", TEXT_SECOND)
        self._slot_boxes = [Box(inner.x, inner.y + canvas.px(32) + k * row, inner.width, row) for k in range(len(slot.choices))]
        for k, (spot, choice) in enumerate(zip(self._slot_boxes, slot.choices, strict=True)):
            if k == self.slot_at:
                canvas.panel(spot, ACCENT_SOFT, ACCENT_SOFT, 8)
            canvas.label(choice, spot.inset(canvas.px(12), 0), "body", TEXT)


def lines_for(step: str) -> tuple[TalkLine, ...]:
    """Return what the talk list offers in a step."""
    return tuple(line for line in TALK_LINES if step in line.steps)
