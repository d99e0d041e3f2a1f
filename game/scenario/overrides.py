"""Changes to a scenario's patient from the command line, checked like the file itself."""

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Any

from game.errors import GameError
from game.patient.spec import PatientSpec
from game.plain import decode, encode
from game.scenario.checks import check_scenario_parts
from game.scenario.faults import Content, Fault, plain_problems
from game.scenario.nodes import read_nodes
from game.scenario.spec import Scenario


def with_patient(scenario: Scenario, pairs: Sequence[str]) -> Scenario:
    """Return a scenario whose patient is changed.

    Args:
        scenario: The case.
        pairs: Each `key=value` as under `patient` in the file, such as `weight_kg=110`, `variation.rib12=absent` or
            `variation.fractures=[{level: L1}]`.

    Raises:
        GameError: With every problem, in the words that a file's problems have.
    """
    value: dict[str, Any] = {name: item for name, item in encode(scenario).items() if name != "tables"}
    problems: list[str] = []
    for pair in pairs:
        problems += _put(value["patient"], pair)
    problems = problems or [problem.text for problem in plain_problems("", value, Scenario, _about_patient)]
    if problems:
        raise GameError("\n".join(f"--set {text}" for text in problems))
    return dataclasses.replace(scenario, patient=decode(PatientSpec, value["patient"]))


def _put(patient: dict[str, Any], pair: str) -> list[str]:
    """Write one pair into the plain patient; return what is wrong with how it is written."""
    path, equals, text = pair.partition("=")
    *holders, name = path.strip().split(".")
    if not equals or not name or not text.strip():
        return [f"'{pair}' must be KEY=VALUE, such as weight_kg=110"]
    root, problems = read_nodes("", f"{name}: {text}\n")
    if problems or root is None:
        return [f"{path}: {problem.text}" for problem in problems]
    inner = patient
    for holder in holders:
        inner = inner.setdefault(holder, {})
        if not isinstance(inner, dict):
            return [f"'{pair}': {holder} holds no keys"]
    inner[name] = root.plain()[name]
    return []


def _about_patient(content: Content) -> Iterator[Fault]:
    """Yield what does not fit together in the patient alone: a still needs no plan that suits him."""
    return (fault for fault in check_scenario_parts(content) if fault[0][:1] == ("patient",))
