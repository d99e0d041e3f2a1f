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
    "carm_turn",
    "carm_travel",
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
Where = Literal["hands", "theatre", "program"]
WHERE_TITLES: dict[Where, str] = {"hands": "Your hands", "theatre": "The theatre", "program": "The program"}


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
    """

    meaning: Meaning
    where: Where
    keys: tuple[int, ...]
    mouse: str
    keyboard: str
    does: str


ARROWS = (pygame.K_LEFT, pygame.K_RIGHT, pygame.K_UP, pygame.K_DOWN)
DIGITS = tuple(range(pygame.K_1, pygame.K_9 + 1))

BINDINGS: tuple[Binding, ...] = (
    Binding(
        "work", "hands", (pygame.K_RETURN, pygame.K_KP_ENTER), "left held", "Enter held", "the instrument works; let go: the hand lets go"
    ),
    Binding("move", "hands", ARROWS, "move", "arrows", "move the hand, faster while held"),
    Binding("fine", "hands", (pygame.K_LSHIFT, pygame.K_RSHIFT), "", "Shift with arrows", "move a tenth as far"),
    Binding("aim", "hands", (pygame.K_LCTRL, pygame.K_RCTRL), "right drag, Alt + left", "Ctrl + arrows", "aim about the contact point"),
    Binding("roll_left", "hands", (pygame.K_q,), "wheel down", "Q", "roll the instrument left"),
    Binding("roll_right", "hands", (pygame.K_e,), "wheel up", "E", "roll the instrument right"),
    Binding("other_hand", "hands", (pygame.K_SPACE,), "", "Space held", "the other hand, where the pointer is"),
    Binding("stylet", "hands", (pygame.K_s,), "", "S", "stylet out, stylet in"),
    Binding("inject", "hands", (pygame.K_i,), "", "I", "press the plunger"),
    Binding("lean", "hands", (pygame.K_l,), "", "L held", "lean in, lamp low"),
    Binding("next_instrument", "hands", (pygame.K_TAB,), "click the tray", "Tab", "next instrument on the tray"),
    Binding("pick_instrument", "hands", DIGITS, "", "1 to 9", "take that instrument"),
    Binding("pedal", "theatre", (pygame.K_f,), "", "F held", "X-ray pedal"),
    Binding("ask_view", "theatre", (pygame.K_v,), "", "V, Shift + V", "ask for the stored AP, the stored lateral"),
    Binding("store_view", "theatre", (pygame.K_k,), "", "K, Shift + K", "keep the picture as the AP, as the lateral"),
    Binding("dose_mode", "theatre", (pygame.K_d,), "", "D", "low or normal dose"),
    Binding("carm_turn", "theatre", (pygame.K_LALT, pygame.K_RALT), "drag, right drag", "Alt + arrows", "C-arm: across orbit, up tilt"),
    Binding("carm_travel", "theatre", (), "wheel, drag its table", "Alt + Shift", "with the arrows: C-arm travel, lift"),
    Binding("name_level", "theatre", (), "click the picture", "arrows, Enter", "name a vertebra, with Level in the hand"),
    Binding("talk", "theatre", (pygame.K_t,), "click Talk", "T", "talk to patient and staff"),
    Binding("wait", "theatre", (pygame.K_w,), "", "W", "let a minute pass"),
    Binding("finish_step", "theatre", (pygame.K_n,), "click the step line", "N", "finish this step, start the next"),
    Binding("fold", "program", (pygame.K_g,), "", "G", "fold the guidance away"),
    Binding("bookmark", "program", (pygame.K_b,), "", "B, Shift + B", "in practice: set a bookmark, then back to it; set it anew"),
    Binding("pause", "program", (pygame.K_ESCAPE, pygame.K_p), "", "Esc", "pause"),
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
