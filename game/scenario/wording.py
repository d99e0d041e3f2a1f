"""What a fault is called: pydantic's errors as sentences with the field's range and the nearest known word."""

import difflib
import re
import typing
from collections.abc import Iterable
from typing import Any

from game.scenario.scalars import shorten
from game.scenario.shapes import bare, hints, meanings, range_of, says

_NUMBER_INSIDE = re.compile(r"[-+]?[0-9][0-9_]*([.,][0-9]+)?([eE][-+]?[0-9]+)?")
_SHAPES = {
    "string_type": "text; put it in quotes",
    "bool_type": "true or false",
    "list_type": "a list",
    "dict_type": "a mapping of keys to values",
    "model_type": "a mapping of keys to values",
    "model_attributes_type": "a mapping of keys to values",
}


def near(word: str, known: Iterable[str]) -> str:
    """Return a hint at the nearest known word, or nothing."""
    folded = {name.lower(): name for name in known}
    found = difflib.get_close_matches(word.lower(), folded, n=1, cutoff=0.6)
    return f"; did you mean '{folded[found[0]]}'?" if found else ""


def known_words(known: Iterable[str]) -> str:
    """Return the known words as a short list."""
    return shorten(", ".join(known), 120)


def unknown_key(key: str, kind: Any) -> str:
    """Say that a key is unknown, and which was meant."""
    known = list(hints(kind))
    return f"unknown key '{shorten(key)}'{near(key, known) or '; known here: ' + known_words(known)}"


def missing_key(key: str, kind: Any) -> str:
    """Say that a key is missing, and what it would hold."""
    about = meanings(kind).get(key, "")
    return f"the key '{key}' is missing" + (f" ({about})" if about else "")


def shown(value: Any) -> str:
    """Return a value as messages print it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"'{shorten(value)}'"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, dict):
        return "a mapping"
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def wrong_value(name: str, hint: Any, error: dict[str, Any]) -> str:
    """Say what is wrong with a value.

    Args:
        name: What the field is called in the message.
        hint: The field's annotated type, or None where it has none.
        error: One of pydantic's errors.
    """
    value = error["input"]
    if value is None:
        return f"{name} has no value{_must(hint)}"
    kind = str(error["type"])
    if kind in ("too_short", "too_long", "string_too_short", "string_too_long"):
        return _wrong_length(name, hint, value)
    if kind == "literal_error":
        return _wrong_word(name, hint, value)
    if kind in _SHAPES:
        return f"{name} is {shown(value)}, must be {_SHAPES[kind]}"
    if kind == "union_tag_invalid":
        allowed = [word for part in typing.get_args(bare(hint)) for word in typing.get_args(hints(part)["kind"])]
        return f"{name}: kind is {shown(error['ctx']['tag'])}, must be one of {known_words(allowed)}{near(error['ctx']['tag'], allowed)}"
    if kind == "union_tag_not_found":
        return f"{name}: the key 'kind' is missing"
    return f"{name} is {shown(value)}{_must(hint) or ', ' + error['msg']}{_number_hint(value)}"


def _must(hint: Any) -> str:
    """Return what a field must be, in words."""
    limits = range_of(hint)
    kind = bare(hint)
    whole = "a whole number, " if kind is int and limits is not None else ""
    if limits is not None and kind in (int, float):
        return f", must be {whole}{says(limits)} ({limits.meaning})"
    if limits is not None:
        return f", must have {says(limits)} ({limits.meaning})"
    if typing.get_origin(kind) is typing.Literal:
        return f", must be one of {known_words(map(str, typing.get_args(kind)))}"
    return ", must be a number" if kind in (int, float, float | None) else ""


def _wrong_length(name: str, hint: Any, value: Any) -> str:
    if range_of(hint) is None:
        return f"{name} must not be empty"
    unit = range_of(hint).unit  # type: ignore[union-attr]
    return f"{name} has {len(value)} {unit}{_must(hint)}"


def _wrong_word(name: str, hint: Any, value: Any) -> str:
    allowed = [str(word) for word in typing.get_args(bare(hint))]
    if len(allowed) == 1:
        return f"{name} is {shown(value)}, must be {allowed[0]}"
    hinted = near(value, allowed) if isinstance(value, str) else ""
    return f"{name} is {shown(value)}, must be one of {known_words(allowed)}{hinted}"


def _number_hint(value: Any) -> str:
    if not isinstance(value, str):
        return ""
    found = _NUMBER_INSIDE.search(value)
    if found is None:
        return ""
    number = found.group().replace("_", "").replace(",", ".")
    return f"; write {number}" if number != value else "; write it without quotes"
