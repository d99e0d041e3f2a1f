"""The doors of this room: scenario files and tables in, frozen dataclasses out, every problem at once."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from game.assessment.criteria import Criteria
from game.errors import Problem, ScenarioError
from game.instruments.equipment import Equipment
from game.plain import decode, encode
from game.resources import shipped
from game.scenario.checks import check_criteria_parts, check_equipment_parts, check_scenario_parts, check_speech_parts
from game.scenario.faults import Check, plain_problems, problems_in
from game.scenario.nodes import MOST_PROBLEMS, Node, read_nodes
from game.scenario.source import read_text
from game.scenario.spec import Scenario, Speech, Tables

Spec = TypeVar("Spec")
SUFFIXES = (".yaml", ".yml")


def load_scenario(path: str | Path) -> Scenario:
    """Return the scenario of a file, with the tables that come with the program.

    Raises:
        ScenarioError: With every problem of the file, or of a table.
    """
    value = _value(Path(path), Scenario, check_scenario_parts)
    return decode(Scenario, {**value, "tables": encode(load_tables())})  # type: ignore[no-any-return]


def check_scenario(path: str | Path) -> tuple[Problem, ...]:
    """Return every problem of a scenario file, in the order of the file."""
    return _read(Path(path), Scenario, check_scenario_parts)[1]


def check_paths(paths: tuple[str | Path, ...]) -> tuple[Problem, ...]:
    """Return every problem of scenario files and of the scenario files in folders."""
    found: list[Problem] = []
    seen: dict[str, Path] = {}
    for path in paths:
        files = scenario_files(path) if Path(path).is_dir() else (Path(path),)
        if not files:
            found.append(Problem(str(path), 0, 0, "there is no scenario file in this folder"))
        for file in files:
            root, problems = _read(file, Scenario, check_scenario_parts)
            found += problems
            found += _same_id(file, root, seen)
    return tuple(found)


def _same_id(file: Path, root: Node | None, seen: dict[str, Path]) -> list[Problem]:
    node = root.pairs.get("id") if root is not None else None
    if node is None or not isinstance(node.value, str):
        return []
    first = seen.setdefault(node.value, file)
    if first.resolve() == file.resolve():
        return []
    return [Problem(str(file), *node.place, f"id '{node.value}' is also that of {first}")]


def scenario_files(folder: str | Path) -> tuple[Path, ...]:
    """Return the scenario files of a folder and of the folders in it, by path; capitals in a suffix make no difference.

    Raises:
        OSError: If the folder cannot be read.
    """
    return tuple(sorted(file for file in _files(Path(folder)) if file.suffix.lower() in SUFFIXES))


def _files(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.is_dir():
            yield from _files(path)
        else:
            yield path


def load_tables() -> Tables:
    """Return the tables that change results.

    Raises:
        ScenarioError: With every problem of the first table that has one.
    """
    folder = shipped("assets")
    return _tables(folder, read_text(folder / "criteria.yaml"), read_text(folder / "equipment.yaml"))


@lru_cache(maxsize=1)  # the title reads every case, and the tables are the most of each
def _tables(folder: Path, criteria: str | Problem, equipment: str | Problem) -> Tables:
    return Tables(criteria=load_criteria(), equipment=load_equipment())


def load_criteria(path: str | Path | None = None) -> Criteria:
    """Return a table of criteria, the program's own by default.

    Raises:
        ScenarioError: With every problem of the file.
    """
    return _load(path, "criteria.yaml", Criteria, check_criteria_parts)


def load_equipment(path: str | Path | None = None) -> Equipment:
    """Return a table of equipment, the program's own by default.

    Raises:
        ScenarioError: With every problem of the file.
    """
    return _load(path, "equipment.yaml", Equipment, check_equipment_parts)


def load_speech(path: str | Path | None = None) -> Speech:
    """Return what people say, the program's own wording by default.

    Raises:
        ScenarioError: With every problem of the file.
    """
    return _load(path, "speech.yaml", Speech, check_speech_parts)


def scenario_to_plain(scenario: Scenario) -> dict[str, Any]:
    """Return a scenario with its tables as JSON types, as a recording keeps it."""
    return dict(encode(scenario))


def scenario_from_plain(value: Mapping[str, Any]) -> Scenario:
    """Return the scenario that a recording kept.

    Raises:
        ScenarioError: With every problem of the value; places are 0:0 because there is no file.
    """
    authored = {key: item for key, item in value.items() if key != "tables"}
    problems = plain_problems("recording", authored, Scenario, check_scenario_parts)
    tables = value.get("tables")
    parts = tables if isinstance(tables, Mapping) else {}
    problems += plain_problems("recording", parts.get("criteria"), Criteria, check_criteria_parts)
    problems += plain_problems("recording", parts.get("equipment"), Equipment, check_equipment_parts)
    if problems:
        raise ScenarioError(tuple(problems))
    return decode(Scenario, dict(value))  # type: ignore[no-any-return]


def _load(path: str | Path | None, name: str, kind: type[Spec], check: Check) -> Spec:
    value = _value(Path(path) if path is not None else shipped("assets") / name, kind, check)
    return decode(kind, value)  # type: ignore[no-any-return]


def _value(path: Path, kind: type[Any], check: Check) -> Any:
    root, problems = _read(path, kind, check)
    if problems or root is None:
        raise ScenarioError(problems)
    return root.plain()


def _read(path: Path, kind: type[Any], check: Check) -> tuple[Node | None, tuple[Problem, ...]]:
    name = str(path)
    text = read_text(path)
    if isinstance(text, Problem):
        return None, (text,)
    root, problems = read_nodes(name, text)
    if root is not None:
        problems = problems + problems_in(name, root, kind, check)
    return root, _in_order(name, problems)


def _in_order(name: str, problems: list[Problem]) -> tuple[Problem, ...]:
    """Return problems in the order of the file, no more than a person reads."""
    ordered = sorted(problems, key=lambda problem: (problem.line, problem.column))
    if len(ordered) <= MOST_PROBLEMS + 1:
        return tuple(ordered)
    return (*ordered[:MOST_PROBLEMS], Problem(name, 0, 0, f"and {len(ordered) - MOST_PROBLEMS} more problems"))
