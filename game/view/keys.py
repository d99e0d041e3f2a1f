"""The one table of keys and mouse: what each means, and the words the help screen prints."""

from dataclasses import dataclass
from typing import Literal

import pygame

Meaning = Literal[
    "work",
    "move",
    "fine",
    "aim",
    "roll_left",
    "roll_right",
    "other_hand",
    "pedal",
    "ask_view",
    "store_view",
    "dose_mode",
    "pulse_rate",
    "magnify",
    "blades",
    "iris",
    "open_blades",
    "silence",
    "staff",
    "take_carm",
    "carm_turn",
    "carm_tilt",
    "carm_travel",
    "carm_across",
    "table",
    "rotate",
    "flip",
    "swap",
    "name_level",
    "stylet",
    "inject",
    "talk",
    "lean",
    "next_instrument",
    "pick_instrument",
    "wait",
    "finish_step",
    "fold",
    "bookmark",
    "pause",
    "help",
    "mute",
    "full_screen",
]
Where = Literal["hands", "theatre", "carm", "console", "program"]
WHERE_TITLES: dict[Where, str] = {
    "hands": "Your hands",
    "theatre": "The theatre",
    "carm": "The C-arm",
    "console": "Its console",
    "program": "The program",
}


@dataclass(frozen=True, slots=True)
class Binding:
    """One line of the table.

    Attributes:
        meaning: What it stands for.
        where: The block of the help screen that it belongs to.
        keys: Key codes that mean it; empty where only mouse and modifiers do.
        mouse: How the mouse does it, or "".
        keyboard: How the keyboard does it.
        does: What happens, in a few words.
        gamepad: How a gamepad does it, or "".
    """

    meaning: Meaning
    where: Where
    keys: tuple[int, ...]
    mouse: str
    keyboard: str
    does: str
    gamepad: str = ""


ARROWS = (pygame.K_LEFT, pygame.K_RIGHT, pygame.K_UP, pygame.K_DOWN)
DIGITS = tuple(range(pygame.K_1, pygame.K_9 + 1))

BINDINGS: tuple[Binding, ...] = (
    Binding(
        "work",
        "hands",
        (pygame.K_RETURN, pygame.K_KP_ENTER),
        "left held",
        "Enter held",
        "the instrument works; let go: the hand lets go",
        "right trigger",
    ),
    Binding("move", "hands", ARROWS, "move", "arrows", "move the hand, faster while held", "right stick"),
    Binding("fine", "hands", (pygame.K_LSHIFT, pygame.K_RSHIFT), "", "Shift with arrows", "move a tenth as far"),
    Binding(
        "aim",
        "hands",
        (pygame.K_LCTRL, pygame.K_RCTRL),
        "right drag, Alt + left",
        "Ctrl + arrows",
        "aim about the contact point",
        "left stick",
    ),
    Binding("roll_left", "hands", (pygame.K_q,), "wheel down", "Q", "roll the instrument left", "left bumper"),
    Binding("roll_right", "hands", (pygame.K_e,), "wheel up", "E", "roll the instrument right", "right bumper"),
    Binding("other_hand", "hands", (pygame.K_SPACE,), "", "Space held", "the other hand, where the pointer is", "left trigger"),
    Binding("stylet", "hands", (pygame.K_s,), "", "S", "stylet out, stylet in", "pad up"),
    Binding("inject", "hands", (pygame.K_i,), "", "I", "press the plunger", "pad down"),
    Binding("lean", "hands", (pygame.K_l,), "", "L held", "lean in, lamp low", "left stick click"),
    Binding("next_instrument", "hands", (pygame.K_TAB,), "click the tray", "Tab", "next instrument on the tray", "pad left, right"),
    Binding("pick_instrument", "hands", DIGITS, "", "1 to 9", "take that instrument"),
    Binding("talk", "theatre", (pygame.K_t,), "click Talk", "T", "talk to patient and staff", "Y"),
    Binding("wait", "theatre", (pygame.K_w,), "", "W", "let a minute pass"),
    Binding("finish_step", "theatre", (pygame.K_n,), "click the step line", "N", "finish this step, start the next"),
    Binding("name_level", "theatre", (), "click the picture", "arrows, Enter", "name a vertebra, with Level in the hand"),
    Binding("pedal", "carm", (pygame.K_f,), "hold X-ray", "F held, Shift + F", "X-ray pedal; one spot picture", "A"),
    Binding("ask_view", "carm", (pygame.K_v,), "click bring back", "V, Shift + V", "ask for the stored AP, the stored lateral", "B"),
    Binding(
        "store_view", "carm", (pygame.K_k,), "click Keep", "K, Shift + K", "keep the picture as the AP, as the lateral", "right stick click"
    ),
    Binding("take_carm", "carm", (pygame.K_x,), "click it", "X, Shift + X", "C-arm in the hands; console open or folded", "X"),
    Binding(
        "carm_turn",
        "carm",
        (pygame.K_LALT, pygame.K_RALT),
        "drag its drawing",
        "left, right after X",
        "orbit; Alt lends the arrows without X",
        "left stick",
    ),
    Binding("carm_tilt", "carm", (), "right drag", "up, down after X", "tilt to the head, to the feet", "left stick"),
    Binding("carm_travel", "carm", (), "drag its ring", "Shift + arrows", "along; up lifts, as the wheel does", "right stick"),
    Binding(
        "carm_across",
        "carm",
        (pygame.K_PAGEUP, pygame.K_PAGEDOWN),
        "drag its ring",
        "Page up, down",
        "to the belly, to the back",
        "triggers",
    ),
    Binding("table", "carm", (pygame.K_y,), "drag the table", "Y", "travel moves the table, or the C-arm"),
    Binding("blades", "console", (), "its - and +", "Ctrl + arrows", "blades at sides and ends, after X", "pad"),
    Binding("iris", "console", (), "its - and +", "Q, E", "iris, after X", "bumpers"),
    Binding("open_blades", "console", (pygame.K_o,), "click Open all", "O", "open blades and iris"),
    Binding("dose_mode", "console", (pygame.K_d,), "click it", "D", "low, normal, boost"),
    Binding("pulse_rate", "console", (pygame.K_r,), "click it", "R", "pulses a second"),
    Binding("magnify", "console", (pygame.K_m,), "click it", "M", "size of the field", "left stick click"),
    Binding("silence", "console", (pygame.K_z,), "click Buzzer", "Z", "acknowledge the five-minute buzzer"),
    Binding("staff", "console", (pygame.K_a,), "click Staff", "A", "scatter in the room, and lead against it"),
    Binding("rotate", "console", (pygame.K_COMMA,), "its sign", "Comma", "turn the pictures for looking"),
    Binding("flip", "console", (pygame.K_PERIOD,), "its sign", "Full stop", "left and right swapped, for looking"),
    Binding("swap", "console", (pygame.K_h,), "its sign", "H", "kept picture large, held one small"),
    Binding("fold", "program", (pygame.K_g,), "", "G", "fold the guidance away"),
    Binding("bookmark", "program", (pygame.K_b,), "", "B, Shift + B", "practice: set a bookmark, go back; set anew", "back"),
    Binding("pause", "program", (pygame.K_ESCAPE, pygame.K_p), "", "Esc", "pause", "start"),
    Binding("help", "program", (pygame.K_F1,), "", "F1", "this page"),
    Binding("mute", "program", (pygame.K_F8,), "", "F8", "sound off, sound on"),
    Binding("full_screen", "program", (pygame.K_F11,), "", "F11", "whole screen, window"),
)

_BY_KEY: dict[int, Meaning] = {key: binding.meaning for binding in BINDINGS for key in binding.keys}
_MOVES = {pygame.K_LEFT: (-1, 0), pygame.K_RIGHT: (1, 0), pygame.K_UP: (0, 1), pygame.K_DOWN: (0, -1)}


def meaning_of(key: int) -> Meaning | None:
    """Return what a key code stands for."""
    return _BY_KEY.get(key)


def digit_of(key: int) -> int | None:
    """Return 1 to 9 for a number key."""
    return key - pygame.K_0 if key in DIGITS else None


def arrow_of(key: int) -> tuple[int, int] | None:
    """Return the direction of an arrow key in the field plane: right and up are positive."""
    return _MOVES.get(key)
