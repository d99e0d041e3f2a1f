"""The kinds of widget: plain values that a screen makes anew from its layout."""

from dataclasses import dataclass
from typing import Literal

from game.view.layout import Box


@dataclass(frozen=True, slots=True, kw_only=True)
class Widget:
    """Something that can be reached by mouse and by Tab.

    Attributes:
        id: Its name on the screen, unique.
        box: Where it is.
        enabled: Whether it answers.
    """

    id: str
    box: Box
    enabled: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Button(Widget):
    """Does one thing when pressed.

    Attributes:
        label: What it does.
        note: A second line, or "".
        hint: Its key, shown small at the right, or "".
        style: plain, primary (the one thing to do), accent (the next thing to do), danger.
        selected: Whether it stands for the choice made.
    """

    label: str
    note: str = ""
    hint: str = ""
    style: Literal["plain", "primary", "accent", "danger"] = "plain"
    selected: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab(Widget):
    """One choice of a row of which exactly one holds."""

    label: str
    selected: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Area(Widget):
    """A place that the screen draws itself, such as a card; it answers like a button."""

    radius: float = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Slider(Widget):
    """A number between two ends.

    Attributes:
        step: Change by one press of an arrow key.
    """

    value: float
    low: float
    high: float
    step: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Toggle(Widget):
    """On or off."""

    on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TextField(Widget):
    """One line to type in."""

    text: str
    placeholder: str = ""


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button, tab or area was pressed."""

    id: str


@dataclass(frozen=True, slots=True)
class Slid:
    """A slider has a new value."""

    id: str
    value: float


@dataclass(frozen=True, slots=True)
class Switched:
    """A toggle was thrown."""

    id: str
    on: bool


@dataclass(frozen=True, slots=True)
class Typed:
    """Letters were typed into a text field; the screen adds them to its text, since several can come in one frame."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Erased:
    """The last letter of a text field was taken back."""

    id: str


Response = Pressed | Slid | Switched | Typed | Erased
