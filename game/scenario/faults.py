"""Every problem of a parsed file, each at its line and column."""

import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError

from game.errors import Problem
from game.scenario.nodes import Node, Place
from game.scenario.scalars import shorten
from game.scenario.shapes import bare, hints, is_spec, model_of, tagged
from game.scenario.wording import missing_key, unknown_key, wrong_value

_KEY = "[key]"  # pydantic's last step for a fault of a dictionary's key
Path = tuple[str | int, ...]
Fault = tuple[Path, str]


@dataclass(frozen=True, slots=True)
class Content:
    """A file's plain value, and which parts of it are known to be wrong.

    Attributes:
        value: Nested dictionaries and lists.
        bad: Paths of the values that must not be relied on.
    """

    value: Any
    bad: tuple[Path, ...]

    def get(self, *path: str | int, default: Any = None) -> Any:
        """Return the value at a path, or the default where nothing is written."""
        found = self.value
        for part in path:
            inside = (
                part in found if isinstance(found, Mapping) else isinstance(found, list) and isinstance(part, int) and part < len(found)
            )
            if not inside:
                return default
            found = found[part]
        return found

    def keys(self, *path: str | int) -> tuple[str, ...]:
        """Return the keys of a mapping, none where there is no mapping."""
        found = self.get(*path)
        return tuple(found) if isinstance(found, Mapping) else ()

    def sound(self, *path: str | int) -> bool:
        """Return whether no problem lies at, above or below a path."""
        return not any(path[: len(bad)] == bad or bad[: len(path)] == path for bad in self.bad)


Check = Callable[[Content], Iterator[Fault]]


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where an error's path leads.

    Attributes:
        path: The path without the tags of unions.
        hint: Annotated type there, None for an unknown key.
        node: The value there, None where nothing is written.
        place: Where the value stands, or what should have held it.
        key_place: Where its key stands.
        holder: The spot that holds it.
    """

    path: Path
    hint: Any
    node: Node | None
    place: Place
    key_place: Place
    holder: "_Spot | None" = None


def problems_in(name: str, root: Node, kind: Any, check: Check) -> list[Problem]:
    """Return what is wrong with a parsed file beyond its syntax.

    Args:
        name: The file's name for messages.
        root: The outermost value.
        kind: The dataclass that it should become.
        check: What must hold between its parts.
    """
    if root.shape != "mapping":
        what = "a list" if root.shape == "list" else "a single value"
        return [] if root.spoiled else [Problem(name, *root.place, f"this is {what}, must be a mapping of keys to values")]
    value = root.plain()
    faults, bad = _shape_faults(root, value, kind)
    faults += [(_spot(root, kind, path).place, text) for path, text in check(Content(value, tuple(bad)))]
    return [Problem(name, *place, text) for place, text in sorted(faults, key=lambda fault: fault[0])]


def plain_problems(name: str, value: Any, kind: Any, check: Check) -> list[Problem]:
    """Return what is wrong with a plain value that never was a file, such as a recording's scenario."""
    if not isinstance(value, Mapping):
        return [Problem(name, 0, 0, f"the {kind.__name__.lower()} is missing or not a mapping")]
    found = [Problem(name, *place, text) for place, text in _shape_faults(None, value, kind)[0]]
    return found or [Problem(name, 0, 0, text) for _, text in check(Content(value, ()))]


def _errors(value: Any, kind: Any) -> list[dict[str, Any]]:
    try:
        model_of(kind).model_validate(value)
    except ValidationError as error:
        return [dict(item) for item in error.errors(include_url=False)]
    return []


def _shape_faults(root: Node | None, value: Any, kind: Any) -> tuple[list[tuple[Place, str]], list[Path]]:
    faults: list[tuple[Place, str]] = []
    bad = [] if root is None else list(_spoiled(root, ()))
    for error in _errors(value, kind):
        spot = _spot(root, kind, error["loc"])
        bad.append(spot.path)
        if spot.node is None or not spot.node.spoiled:
            faults.append(_told(error, spot))
    return faults, bad


def _spoiled(node: Node, path: Path) -> Iterator[Path]:
    if node.spoiled:
        yield path
    for key, part in node.pairs.items():
        yield from _spoiled(part, (*path, key))
    for index, part in enumerate(node.items):
        yield from _spoiled(part, (*path, index))


def _spot(root: Node | None, kind: Any, steps: Path) -> _Spot:
    """Follow an error's path through types and nodes at once; a union's tag is a step of the path but not of the file."""
    start = root.place if root else (0, 0)
    spot = _Spot((), kind, root, start, start)
    for step in steps:
        if step == _KEY:
            continue
        chosen = tagged(spot.hint, step)
        spot = _below(spot, step) if chosen is None else replace(spot, hint=chosen)
    return spot


def _below(spot: _Spot, step: str | int) -> _Spot:
    path, hint, node = (*spot.path, step), _inner(spot.hint, step), spot.node
    if node is not None and isinstance(step, str) and step in node.pairs:
        return _Spot(path, hint, node.pairs[step], node.pairs[step].place, node.keys[step], spot)
    if node is not None and isinstance(step, int) and step < len(node.items):
        return _Spot(path, hint, node.items[step], node.items[step].place, node.items[step].place, spot)
    return _Spot(path, hint, None, spot.place, spot.place, spot)


def _inner(hint: Any, step: str | int) -> Any:
    kind = bare(hint)
    if is_spec(kind):
        return hints(kind).get(str(step))
    inside = typing.get_args(kind)
    return inside[0] if isinstance(step, int) else inside[1]


def _told(error: dict[str, Any], spot: _Spot) -> tuple[Place, str]:
    """Return where a fault is and what it is called."""
    name = shorten(str(spot.path[-1]))
    holder = spot.holder or spot
    if error["type"] == "extra_forbidden":
        return spot.key_place, unknown_key(name, bare(holder.hint))
    if error["type"] == "missing":
        return spot.place, missing_key(name, bare(holder.hint))
    if error["loc"][-1] == _KEY:
        return spot.key_place, wrong_value("the key", typing.get_args(bare(holder.hint))[0], error)
    if isinstance(spot.path[-1], int):
        name = f"{spot.path[-2]} number {spot.path[-1] + 1}"
    return spot.place, wrong_value(name, spot.hint, error)
