"""The spec dataclasses as pydantic models: one source for checking a file and for its JSON Schema."""

import dataclasses
import functools
import inspect
import operator
import types
import typing
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, create_model
from pydantic.fields import FieldInfo

from game.patient.spec import Range
from game.plain import encode

_CONFIG = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False, protected_namespaces=())


@functools.cache
def hints(kind: Any) -> dict[str, Any]:
    """Return the annotated types of the fields that an author writes."""
    known = typing.get_type_hints(kind, include_extras=True)
    return {f.name: known[f.name] for f in dataclasses.fields(kind) if f.metadata.get("authored", True)}


@functools.cache
def meanings(kind: Any) -> dict[str, str]:
    """Return what each field means: its range's words, or its line under `Attributes:` of the docstring."""
    documented = _attributes(inspect.cleandoc(kind.__doc__ or ""))
    found = {}
    for name, hint in hints(kind).items():
        limits = range_of(hint)
        text = limits.meaning if limits is not None else documented.get(name, "")
        found[name] = text.rstrip(".")
    return found


def _attributes(docstring: str) -> dict[str, str]:
    found: dict[str, str] = {}
    names: list[str] = []
    for line in docstring.partition("Attributes:")[2].splitlines():
        head, colon, rest = line.strip().partition(": ")
        if line.startswith(" " * 4) and not line.startswith(" " * 5) and colon:
            names = [name.strip() for name in head.split(",")]
            found |= dict.fromkeys(names, rest)
        elif line.strip() and names:
            found |= {name: f"{found[name]} {line.strip()}" for name in names}
    return found


def range_of(hint: Any) -> Range | None:
    """Return the limits that an annotated type carries."""
    if typing.get_origin(hint) is Annotated:
        return next((note for note in typing.get_args(hint)[1:] if isinstance(note, Range)), None)
    return None


def bare(hint: Any) -> Any:
    """Return a type without its annotations."""
    return typing.get_args(hint)[0] if typing.get_origin(hint) is Annotated else hint


def is_spec(kind: Any) -> bool:
    """Return whether a type is a dataclass."""
    return isinstance(kind, type) and dataclasses.is_dataclass(kind)


def says(limits: Range) -> str:
    """Return the limits in words, such as `18 to 95 years`."""
    low_high = f"{limits.low:.6g}" if limits.low == limits.high else f"{limits.low:.6g} to {limits.high:.6g}"
    return f"{low_high} {limits.unit}".rstrip()


@functools.cache
def model_of(kind: Any) -> type[BaseModel]:
    """Return the model that checks plain values meant for a dataclass.

    Args:
        kind: A dataclass of scalars, literals, tuples, dictionaries and further such dataclasses.
    """
    about = meanings(kind)
    fields: dict[str, Any] = {}
    for entry in dataclasses.fields(kind):
        if entry.name in hints(kind):
            hint = hints(kind)[entry.name]
            fields[entry.name] = (_wire(hint), _field(entry, _with_limits(about[entry.name], hint)))
    summary = (kind.__doc__ or "").partition("\n")[0]
    model: type[BaseModel] = create_model(kind.__name__, __config__=_CONFIG, __doc__=summary, **fields)
    return model


def _with_limits(meaning: str, hint: Any) -> str:
    limits = range_of(hint)
    return meaning if limits is None else f"{meaning}, {says(limits)}"


def _field(entry: dataclasses.Field[Any], meaning: str) -> FieldInfo:
    described: dict[str, Any] = {"description": meaning} if meaning else {}
    if entry.default is not dataclasses.MISSING:
        described["default"] = encode(entry.default)
    elif entry.default_factory is not dataclasses.MISSING:
        described["default"] = encode(entry.default_factory())
    info: FieldInfo = Field(**described)
    return info


def _wire(hint: Any) -> Any:
    """Return the type that a parsed file holds for a field's type: lists for tuples, models for dataclasses."""
    limits = range_of(hint)
    inner = _wire_bare(bare(hint))
    if limits is None:
        return inner
    if typing.get_origin(inner) is list or inner is str:
        return Annotated[inner, Field(min_length=int(limits.low), max_length=int(limits.high))]
    return Annotated[inner, Field(ge=limits.low, le=limits.high)]


def _wire_bare(kind: Any) -> Any:
    origin, inside = typing.get_origin(kind), typing.get_args(kind)
    if origin is tuple:
        return list[_wire(inside[0])]  # type: ignore[misc]
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return dict[_wire(inside[0]), _wire(inside[1])]  # type: ignore[misc]
    if origin in (typing.Union, types.UnionType):
        return _wire_union(inside)
    return model_of(kind) if is_spec(kind) else kind


def _wire_union(kinds: tuple[Any, ...]) -> Any:
    union: Any = functools.reduce(operator.or_, (_wire(kind) for kind in kinds))
    return Annotated[union, Field(discriminator="kind")] if all(is_spec(kind) for kind in kinds) else union


def tagged(hint: Any, tag: Any) -> Any:
    """Return the dataclass of a union that has this word as its `kind`, or None."""
    if typing.get_origin(bare(hint)) not in (typing.Union, types.UnionType):
        return None
    for kind in typing.get_args(bare(hint)):
        if is_spec(kind) and tag in typing.get_args(hints(kind).get("kind")):
            return kind
    return None
