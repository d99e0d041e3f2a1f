"""Actions of every kind with any values that their types allow, and with values that no hand ever makes."""

import dataclasses
import math
import typing

from hypothesis import strategies as st

from game.base import Action
from game.operation.registry import ACTIONS
from game.operation.talk_lines import TALK_LINES

KINDS = tuple(ACTIONS.values())
ODD_NUMBERS = (0.0, -0.0, 1e-300, 0.4, -3.0, 30.0, 40.001, 181.0, 1e6, -1e9, 1e300, -1e308, math.inf, -math.inf, math.nan)
ODD_WHOLE = (-1, 0, 1, 2, 3, 10**18, 10**400)
NAMES = (
    "",
    "ap",
    "lateral",
    "held",
    "tuohy",
    "blade",
    "tunneller",
    "catheter",
    "tunnelling",
    "lidocaine",
    "catheter",
    "contrast",
    "lor",
    "applicator",
    "forceps",
    "cautery",
    "hands",
    "self_grip",
    "scissors",
    "pump",
    "cap_10",
    "suture",
    "belly",
    "back",
    "positioning",
    "antisepsis",
    "needle",
    "connection",
    "closure",
    "entry",
    "window",
    "metal",
    "L3",
    "L9",
    "valsalva",
    "head_up",
    "head",
    "feet",
    "low",
    "normal",
    "boost",
    "spot",
    "wide",
    "mag 1",
    "mag 2",
    "clip",
    "chlorhexidine",
    "iodine",
    "ünbekannt\n",
)
LINES = st.sampled_from(TALK_LINES).flatmap(
    lambda entry: st.tuples(st.just(entry.line), st.tuples(*(st.sampled_from(slot.choices) for slot in entry.slots)))
)


def _plain_value(hint: typing.Any) -> st.SearchStrategy[typing.Any]:
    if hint is float:
        return st.floats(-1e9, 1e9)
    if typing.get_origin(hint) is tuple:
        return st.lists(st.text(max_size=8), max_size=3).map(tuple)
    return st.from_type(hint)


def _odd_value(hint: typing.Any) -> st.SearchStrategy[typing.Any]:
    if hint is float:
        near = st.floats(-60.0, 60.0)
        return st.one_of(near, near, st.floats(0.1, 10.0), st.sampled_from((*ODD_NUMBERS, *ODD_WHOLE, "near")))
    if hint is int:
        return st.sampled_from((*ODD_WHOLE, True, 1.5))
    if hint is bool:
        return st.sampled_from((True, False, True, False, 2))
    if typing.get_origin(hint) is tuple:
        return st.lists(st.sampled_from(NAMES), max_size=3).map(tuple)
    choices = typing.get_args(hint) if typing.get_origin(hint) is typing.Literal else NAMES
    return st.one_of(st.sampled_from(choices), st.sampled_from(NAMES), st.sampled_from((*NAMES, None, 3, ("ap",), ["ap"])))


def _built(kind: type[Action], value: typing.Callable[[typing.Any], st.SearchStrategy[typing.Any]]) -> st.SearchStrategy[Action]:
    hints = typing.get_type_hints(kind)
    return st.builds(kind, **{item.name: value(hints[item.name]) for item in dataclasses.fields(kind)})


def fair(kind: type[Action]) -> st.SearchStrategy[Action]:
    """Actions of a kind with values of the right types."""
    return _built(kind, _plain_value)


def odd(kind: type[Action]) -> st.SearchStrategy[Action]:
    """Actions of a kind with values that a broken recording or a careless caller may bring."""
    if kind.__name__ == "Say":
        return st.one_of(_built(kind, _odd_value), LINES.map(lambda said: kind(*said)))
    return _built(kind, _odd_value)


odd_actions = st.sampled_from(KINDS).flatmap(odd)
