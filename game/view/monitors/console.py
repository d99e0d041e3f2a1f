"""The C-arm's console: dose, pulses, field, blades, spot and buzzer as rows of buttons, each with the action it is."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass

import pygame

from game.base import Action
from game.imaging import FIELD_SIZES_MM, PULSE_RATES, FieldName, PulseRate
from game.operation.actions import DoseMode, MoveBlades, Pedal, ResetBlades, SetDoseMode, SetField, SetPulseRate, SilenceBuzzer, Spot
from game.session.observation import ConsoleSight
from game.view.canvas import Canvas
from game.view.layout import Box, Ledger, columns, rows
from game.view.monitors.carm import MINUS
from game.view.theme import ACCENT, ACCENT_SOFT, ACCENT_TEXT, EDGE, PANEL, RAISED, TEXT, TEXT_FAINT, TEXT_SECOND, WARNING, Look

DOSE_MODES: tuple[DoseMode, ...] = ("low", "normal", "boost")
BLADE_STEP = 0.05
"""Of the half field at one press: 6 mm of the wide field at the isocentre."""
SIGN_PX = 34
"""Least width of a button with a sign alone."""
PEDAL, STAFF = "pedal", "staff"
REPEATED = ("sides -", "sides +", "ends -", "ends +", "iris -", "iris +")
"""What goes on for as long as it is held."""
HELP = {
    "dose": "Dose of a pulse: twice as much from step to step, and less grain. D",
    "rate": "Pulses a second: the fewer, the less dose and the more what moves jerks. 30 is continuous. R",
    "field": "Field: a smaller one is magnified, and each of its pulses doses more. M",
    "sides": "Blades at the sides: less scatter, less dose, a clearer middle. Ctrl + left, right at the C-arm",
    "ends": "Blades at head and feet. Ctrl + up, down at the C-arm",
    "iris": "Iris: the round diaphragm. Q, E at the C-arm",
    "open": "Opens blades and iris fully. O",
    PEDAL: "The foot pedal: X-rays for as long as it is held. F",
    "spot": "One picture with six times the dose of a pulse in normal mode, and little grain. Shift + F",
    STAFF: "Where the scatter goes, what people get, and what lead and distance do. A",
    "buzzer": "Acknowledges the five-minute buzzer of the X-ray timer. Z",
}


@dataclass(frozen=True, slots=True)
class Control:
    """One button.

    Attributes:
        id: What it sets, and to what.
        label: On it.
        box: Where it is.
        on: Whether it is what is set now.
        enabled: Whether it does anything now.
    """

    id: str
    label: str
    box: Box
    on: bool = False
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    """One row of buttons, and words that stand among them.

    Attributes:
        name: What it sets, or "".
        parts: Id and label of each button; a label without an id is a word.
    """

    name: str
    parts: tuple[tuple[str, str], ...]


ROWS = (
    Row("Dose", tuple((f"dose {mode}", mode.capitalize()) for mode in DOSE_MODES)),
    Row("Pulses", tuple((f"rate {rate}", str(rate)) for rate in PULSE_RATES)),
    Row("Field", tuple((f"field {name}", name.capitalize()) for name in FIELD_SIZES_MM)),
    Row("Blades", (("sides -", MINUS), ("", "sides"), ("sides +", "+"), ("ends -", MINUS), ("", "ends"), ("ends +", "+"))),
    Row("Iris", (("iris -", MINUS), ("iris +", "+"), ("open", "Open all"))),
    Row("", ((PEDAL, "X-ray"), ("spot", "Spot"), ("buzzer", "Buzzer"), (STAFF, "Staff"))),
)


def controls(
    canvas: Canvas, box: Box, console: ConsoleSight, pedal: bool, staff: bool = False
) -> tuple[list[Control], list[tuple[str, Box]]]:
    """Return the console's buttons, and its words with their places.

    Args:
        canvas: Tells how wide words are.
        box: Room for the rows.
        console: What is set now.
        pedal: Whether the pedal is down.
        staff: Whether the room with its people is shown.
    """
    parts, words = _laid(box, canvas.look)
    buttons = [
        Control(name, label, place, _is_on(name, console, pedal) or (name == STAFF and staff), name != "buzzer" or console.buzzing)
        for name, label, place in parts
    ]
    return buttons, list(words)


@functools.lru_cache(maxsize=8)
def _laid(box: Box, look: Look) -> tuple[tuple[tuple[str, str, Box], ...], tuple[tuple[str, Box], ...]]:
    """Return id, label and place of each button, and the words with their places: the same as long as the window is."""
    canvas = Canvas(pygame.Surface((1, 1)), look, Ledger())
    gap = canvas.px(6)
    names = max(canvas.width_of(row.name, "small") for row in ROWS) + canvas.px(12)
    buttons: list[tuple[str, str, Box]] = []
    words: list[tuple[str, Box]] = []
    for row, line in zip(ROWS, rows(box, [1.0] * len(ROWS), canvas.px(5)), strict=True):
        room = line.after(names) if row.name else line
        if row.name:
            words.append((row.name, line.left(names)))
        wishes = _wishes(canvas, row, room.width - gap * (len(row.parts) - 1))
        for (name, label), place in zip(row.parts, columns(room, wishes, gap), strict=True):
            if name:
                buttons.append((name, label, place))
            else:
                words.append((label, place))
    return tuple(buttons), tuple(words)


def _wishes(canvas: Canvas, row: Row, width: int) -> list[float]:
    """Return the shares of a row's parts: as their labels are long, and signs no smaller than fingers like where there is room."""
    needed = [canvas.width_of(label, "small") + canvas.px(8) for _, label in row.parts]
    roomy = [max(need, canvas.px(SIGN_PX)) if len(label) == 1 else need for need, (_, label) in zip(needed, row.parts, strict=True)]
    return [float(wish) for wish in (roomy if sum(roomy) <= width else needed)]


def _is_on(name: str, console: ConsoleSight, pedal: bool) -> bool:
    kind, _, value = name.partition(" ")
    now = {"dose": console.mode, "rate": str(console.pulses_per_s), "field": console.field}
    return now.get(kind) == value or (name == PEDAL and pedal)


def help_of(name: str) -> str:
    """Return what a button does, in a sentence."""
    return HELP.get(name.partition(" ")[0], "")


def action_of(name: str) -> Action | None:
    """Return what a press on a button asks of the session; None for the one that only shows something, and for a name that is none."""
    kind, _, value = name.partition(" ")
    match kind:
        case "dose":
            return SetDoseMode(next(mode for mode in DOSE_MODES if mode == value))
        case "rate":
            return SetPulseRate(next(rate for rate in PULSE_RATES if str(rate) == value))
        case "field":
            return SetField(next(size for size in FIELD_SIZES_MM if size == value))
        case "sides":
            return MoveBlades(across=_step(value))
        case "ends":
            return MoveBlades(along=_step(value))
        case "iris":
            return MoveBlades(iris=_step(value))
        case "open":
            return ResetBlades()
        case "spot":
            return Spot()
        case "buzzer":
            return SilenceBuzzer()
        case "pedal":
            return Pedal(True)
    return None


def _step(sign: str) -> float:
    return -BLADE_STEP if sign == "-" else BLADE_STEP


def next_dose(mode: str) -> DoseMode:
    """Return the dose mode after a mode, round and round."""
    return DOSE_MODES[(DOSE_MODES.index(mode) + 1) % len(DOSE_MODES)] if mode in DOSE_MODES else DOSE_MODES[0]


def next_rate(per_s: int) -> PulseRate:
    """Return the pulse rate after a rate, round and round."""
    return next((rate for rate in PULSE_RATES if rate > per_s), PULSE_RATES[0])


def next_field(name: FieldName) -> FieldName:
    """Return the field size after a size, round and round."""
    names = tuple(FIELD_SIZES_MM)
    return names[(names.index(name) + 1) % len(names)]


def draw_console(canvas: Canvas, box: Box, buttons: Sequence[Control], words: Sequence[tuple[str, Box]], hovered: str, focus: bool) -> None:
    """Draw panel, words and buttons."""
    canvas.panel(box, PANEL, ACCENT if focus else EDGE, 14)
    for text, place in words:
        between = any(part == ("", text) for row in ROWS for part in row.parts)
        canvas.label(text, place, "small", TEXT_SECOND if between else TEXT_FAINT, align="centre" if between else "left")
    for button in buttons:
        _draw_button(canvas, button, button.id == hovered)


def _draw_button(canvas: Canvas, button: Control, warm: bool) -> None:
    calls = button.id == "buzzer" and button.enabled
    live = button.id == PEDAL and button.on
    edge = WARNING if calls or live else ACCENT if button.on else EDGE
    fill = ACCENT_SOFT if button.on else RAISED if warm and button.enabled else PANEL
    canvas.panel(button.box, fill, edge, 7, 1.5 if button.on or calls else 1.0)
    colour = WARNING if calls or live else ACCENT_TEXT if button.on else TEXT if warm else TEXT_SECOND
    canvas.label(button.label, button.box, "small", colour if button.enabled else TEXT_FAINT, align="centre")
