"""A commented scenario to start from, written from the same dataclasses that it will be checked with."""

import dataclasses
import json
import typing
from typing import Any

from game.operation.plan import Plan
from game.patient.spec import PatientSpec, Variation
from game.plain import encode
from game.scenario.shapes import bare, hints, is_spec, meanings, range_of, says
from game.scenario.spec import Scenario

_HEAD = """\
# yaml-language-server: $schema=scenario.schema.json
# One case. Change what you like and check it:  python main.py check THIS-FILE
# Every key below chart may be left out; what you see is then what counts.
"""
_START: dict[str, Any] = {
    "format": 1,
    "id": "my-case",
    "title": "My case",
    "summary": "What makes this case worth doing",
    "level": "core",
    "minutes": 20,
    "chart": ["Who the patient is, what hurts, what was tried.", "What the surgeon must know before the needle."],
    "patient": encode(PatientSpec()) | {"variation": encode(Variation())},
    "plan": encode(Plan()) | {"views": []},
}


def new_scenario_text() -> str:
    """Return the text of a valid scenario in which every key says what it accepts."""
    value = _START | {"steps": list(_default("steps")), "weights": dict.fromkeys(_default("steps"), 1)}
    return _HEAD + "\n".join(_mapping(Scenario, value, 0)) + "\n"


def _default(name: str) -> Any:
    return next(f.default for f in dataclasses.fields(Scenario) if f.name == name)


def _mapping(kind: Any, value: dict[str, Any], depth: int) -> list[str]:
    lines: list[str] = []
    after_mapping = False
    for name, hint in hints(kind).items():
        note = _note(meanings(kind)[name], hint)
        is_mapping = isinstance(value[name], dict)
        if depth == 0 and (is_mapping or after_mapping):
            lines.append("")
        after_mapping = is_mapping
        lines += [f"{'  ' * depth}{line}" for line in _entry(name, hint, value[name], note)]
    return lines


def _entry(name: str, hint: Any, value: Any, note: str) -> list[str]:
    remark = f" # {note}" if note else ""
    if is_spec(bare(hint)):
        return [f"{name}:{remark}", *_mapping(bare(hint), value, 1)]
    if isinstance(value, dict):
        return [f"{name}:{remark}", *[f"  {key}: {_scalar(item)}" for key, item in value.items()]]
    if name == "chart":
        return [f"{name}:{remark}", *[f"  - {_scalar(item)}" for item in value]]
    if isinstance(value, list):
        return [f"{name}: [{', '.join(value)}]{remark}"]
    return [f"{name}: {_scalar(value)}{remark}"]


def _scalar(value: Any) -> str:
    if isinstance(value, str) and " " not in value:
        return value
    return f"{value:g}" if isinstance(value, float) else json.dumps(value, ensure_ascii=False)


def _note(meaning: str, hint: Any) -> str:
    limits, kind = range_of(hint), bare(hint)
    words = [meaning]
    if limits is not None:
        words.append(says(limits))
    if typing.get_origin(kind) is typing.Literal and len(typing.get_args(kind)) > 1:
        words.append("one of " + " ".join(typing.get_args(kind)))
    return ": ".join(word for word in words if word)
