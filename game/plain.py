"""State and actions as plain JSON values and back, and their canonical bytes.

Used by recordings, handovers and digests. Arrays travel as base64 of their little-endian bytes.
"""

import base64
import dataclasses
import enum
import functools
import json
import types
import typing
from collections.abc import Mapping
from typing import Any

import numpy as np


def encode(value: Any) -> Any:
    """Return a value as JSON types; dataclasses become objects, tuples become lists.

    A field marked `kept: False` is left out, one marked `sparse` where it has its default, so that what was added to
    a format later changes nothing of what was written before.
    """
    if value is None or (isinstance(value, bool | int | float | str) and not isinstance(value, enum.Enum)):
        return value
    if isinstance(value, enum.Enum):
        return value.value
    if dataclasses.is_dataclass(value):
        return {f.name: encode(getattr(value, f.name)) for f in dataclasses.fields(value) if _is_written(f, getattr(value, f.name))}
    if isinstance(value, np.ndarray):
        little = np.ascontiguousarray(value).astype(value.dtype.newbyteorder("<"), copy=False)
        return {"shape": list(value.shape), "dtype": value.dtype.name, "base64": base64.b64encode(little.tobytes()).decode()}
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, Mapping):
        return {str(encode(key)): encode(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [encode(item) for item in value]
    raise TypeError(f"{type(value).__name__} is not plain: it cannot be kept in a recording or a handover")


def _is_written(entry: dataclasses.Field[Any], value: Any) -> bool:
    return bool(entry.metadata.get("kept", True)) and not (entry.metadata.get("sparse", False) and value == entry.default)


def decode(kind: Any, value: Any) -> Any:
    """Build a value of a type from JSON types.

    Args:
        kind: A dataclass, a scalar type, or a generic such as `tuple[float, ...]`.
        value: What `encode` returned.

    Raises:
        TypeError: If the value does not have that shape.
        KeyError: If a field without a default is missing.
        ValueError: If it is no value of an enumeration, no array, or a number too large.
    """
    origin = typing.get_origin(kind)
    if origin is typing.Annotated:
        return decode(typing.get_args(kind)[0], value)
    if origin in (typing.Union, types.UnionType):
        return _decode_union(typing.get_args(kind), value)
    if origin is typing.Literal:
        if value not in typing.get_args(kind):
            raise TypeError(f"{value!r} is not one of {typing.get_args(kind)}")
        return value
    if origin is not None:
        return _decode_generic(origin, typing.get_args(kind), value)
    if dataclasses.is_dataclass(kind):
        return _decode_dataclass(kind, value)
    if kind is np.ndarray:
        raw = base64.b64decode(value["base64"])
        return np.frombuffer(raw, dtype=np.dtype(value["dtype"]).newbyteorder("<")).astype(value["dtype"]).reshape(value["shape"])
    return _decode_scalar(kind, value)


def _decode_scalar(kind: Any, value: Any) -> Any:
    if kind is Any:
        return value
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return kind(value)
    if kind is float and isinstance(value, int | float) and not isinstance(value, bool):
        return _as_float(value)
    if (kind in (int, str, bool) and type(value) is kind) or (kind is types.NoneType and value is None):
        return value
    raise TypeError(f"{value!r} is not a {getattr(kind, '__name__', kind)}")


def _as_float(value: float) -> float:
    try:
        return float(value)
    except OverflowError as error:
        raise ValueError("the number is too large") from error


def _decode_union(kinds: tuple[Any, ...], value: Any) -> Any:
    if value is None and types.NoneType in kinds:
        return None
    failure: Exception | None = None
    for kind in kinds:
        if kind is types.NoneType:
            continue
        try:
            return decode(kind, value)
        except (TypeError, KeyError, ValueError) as error:
            failure = error
    raise TypeError(f"{value!r} fits none of {kinds}") from failure


def _decode_generic(origin: Any, arguments: tuple[Any, ...], value: Any) -> Any:
    named = getattr(origin, "__value__", None)  # a named alias, as numpy's NDArray is from 2.5 on
    origin = origin if named is None else typing.get_origin(named) or named
    if origin in (tuple, list) and not isinstance(value, list | tuple):
        raise TypeError(f"{value!r} is not a list")
    if origin is tuple and len(arguments) == 2 and arguments[1] is Ellipsis:
        return tuple(decode(arguments[0], item) for item in value)
    if origin is tuple:
        if len(value) != len(arguments):
            raise TypeError(f"{value!r} must have {len(arguments)} items")
        return tuple(decode(kind, item) for kind, item in zip(arguments, value, strict=True))
    if origin is list:
        return [decode(arguments[0], item) for item in value]
    if isinstance(origin, type) and issubclass(origin, Mapping):
        if not isinstance(value, Mapping):
            raise TypeError(f"{value!r} is not an object")
        return {decode_key(arguments[0], key): decode(arguments[1], item) for key, item in value.items()}
    if origin is np.ndarray:
        return decode(np.ndarray, value)
    raise TypeError(f"values of type {origin} are not plain")


def decode_key(kind: Any, key: str) -> Any:
    """Build a mapping's key from its JSON text."""
    return int(key) if kind is int else decode(kind, key)


@functools.cache
def _hints(kind: Any) -> dict[str, Any]:
    return typing.get_type_hints(kind, include_extras=True)


def _decode_dataclass(kind: Any, value: Any) -> Any:
    if not isinstance(value, Mapping):
        raise TypeError(f"{value!r} is not a {kind.__name__}")
    names = {f.name for f in dataclasses.fields(kind) if f.init}
    unknown = sorted(set(value) - names)
    if unknown:
        raise TypeError(f"{kind.__name__} has no field '{unknown[0]}'")
    missing = [
        f.name
        for f in dataclasses.fields(kind)
        if f.init and f.name not in value and f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING
    ]
    if missing:
        raise KeyError(f"{kind.__name__} needs '{missing[0]}'")
    return kind(**{name: decode(_hints(kind)[name], item) for name, item in value.items()})


def canonical(value: Any) -> bytes:
    """Return the same bytes for equal plain values, in any process."""
    return json.dumps(encode(value), sort_keys=True, separators=(",", ":"), allow_nan=False).encode()
