"""Numbers that cannot be: not finite, or a volume below nothing. Looked for in all of a state, arrays included."""

import dataclasses
import functools
import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

VOLUMES = ("_ml", "_mg")
"""Fields whose name ends so hold what was lost, given or is left: never below zero."""
ROUNDING = -1e-9
"""What is left of a volume after its last drop, by rounding (simulator tolerance)."""


def fault(value: Any) -> str:
    """Return the first number that cannot be, as the path of its field and what is wrong with it, or ""."""
    kind: Any = type(value)
    return _look_for(kind)(value)


@functools.cache
def _look_for(kind: Any) -> Callable[[Any], str]:
    """Return how values of a type are looked through: found out once, for a whole state is looked through ten times a second."""
    if dataclasses.is_dataclass(kind):
        return _in_dataclass
    if issubclass(kind, float):
        return lambda value: "" if math.isfinite(value) else " is not a finite number"
    if issubclass(kind, np.ndarray):
        return lambda value: "" if value.dtype.kind != "f" or bool(np.isfinite(value).all()) else " holds a number that is not finite"
    if issubclass(kind, Mapping):
        return lambda value: _in_items((f"[{key}]", item) for key, item in value.items())
    if issubclass(kind, list | tuple):
        return lambda value: "" if _finite(value) else _in_list(value)
    return lambda value: ""


def _in_dataclass(value: Any) -> str:
    kind: Any = type(value)
    for name, volume in _names(kind):
        item = getattr(value, name)
        if type(item) is float:
            if math.isfinite(item) and not (volume and item < ROUNDING):
                continue
            return f".{name} is {item:g}, below nothing" if math.isfinite(item) else f".{name} is not a finite number"
        if item is not None and type(item) not in (int, str, bool):
            found = fault(item)
            if found:
                return f".{name}{found}"
    return ""


@functools.cache
def _names(kind: Any) -> tuple[tuple[str, bool], ...]:
    """Return the fields of a dataclass that belong to the state, and whether each is a volume."""
    return tuple((f.name, f.name.endswith(VOLUMES)) for f in dataclasses.fields(kind) if f.metadata.get("kept", True))


def _finite(values: list[Any] | tuple[Any, ...]) -> bool:
    """Say whether a list holds nothing but finite numbers, or rows of them: a quick look, that may say no where all is well."""
    try:
        return not values or math.isfinite(math.fsum(map(math.fsum, values) if isinstance(values[0], tuple) else values))
    except (TypeError, ValueError, OverflowError):
        return False


def _in_list(values: list[Any] | tuple[Any, ...]) -> str:
    for index, item in enumerate(values):
        found = fault(item)
        if found:
            return f"[{index}]{found}"
    return ""


def _in_items(items: Iterable[tuple[str, Any]]) -> str:
    return next((name + found for name, item in items if (found := fault(item))), "")
