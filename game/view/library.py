"""The case library: scenario files of the program, of the person's own folder, and dropped on the window."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from game.errors import Problem, ScenarioError
from game.operation.built import DRILL_STEPS
from game.resources import shipped
from game.scenario import Scenario, load_scenario, scenario_files

OWN_FOLDER = "scenarios"
LEVELS = ("core", "intermediate", "advanced", "complication")
FIRST_CASE = "standard"


@dataclass(frozen=True, slots=True)
class Case:
    """One scenario file.

    Attributes:
        path: Where it is.
        scenario: The case, or None where it can not be used.
        problems: Why not.
        own: Whether it came from the person rather than with the program.
    """

    path: Path
    scenario: Scenario | None
    problems: tuple[Problem, ...] = ()
    own: bool = False


def read_case(path: Path, own: bool) -> Case:
    """Read one file; a broken one keeps its problems."""
    try:
        return Case(path, load_scenario(path), (), own)
    except ScenarioError as error:
        return Case(path, None, error.problems, own)


def find_cases(data_dir: Path) -> tuple[Case, ...]:
    """Read the program's cases, the plain one first, and then the person's own; the program's drills are not among them."""
    came = sorted(_files(shipped("scenarios")), key=lambda path: (path.stem != FIRST_CASE, path.name))
    cases = [case for case in (read_case(path, False) for path in came) if not _is_drill(case)]
    return tuple(cases + [read_case(path, True) for path in _files(data_dir / OWN_FOLDER)])


def find_drills() -> tuple[Case, ...]:
    """Read the program's drills, the easiest first."""
    drills = [case for case in (read_case(path, False) for path in _files(shipped("scenarios"))) if _is_drill(case)]
    return tuple(sorted(drills, key=lambda case: (_rank(case), case.path.name)))


def _is_drill(case: Case) -> bool:
    return case.scenario is not None and all(step in DRILL_STEPS for step in case.scenario.steps)


def _rank(case: Case) -> int:
    return LEVELS.index(case.scenario.level) if case.scenario is not None else len(LEVELS)


def _files(folder: Path) -> tuple[Path, ...]:
    try:
        return scenario_files(folder)
    except OSError:
        return ()


def with_case(cases: Sequence[Case], case: Case) -> tuple[Case, ...]:
    """Add a case; the same file again replaces what was read before."""
    return (*(other for other in cases if other.path != case.path), case)


def matching(cases: Sequence[Case], words: str, shelf: str) -> tuple[Case, ...]:
    """Return the cases of a shelf whose text holds all the words.

    Args:
        cases: All cases.
        words: What was typed; case and order do not matter.
        shelf: A level, `mine`, or "" for all.
    """
    wanted = words.lower().split()
    return tuple(case for case in cases if _on_shelf(case, shelf) and all(word in _text(case) for word in wanted))


def _on_shelf(case: Case, shelf: str) -> bool:
    if shelf == "mine":
        return case.own
    return not shelf or (case.scenario is not None and case.scenario.level == shelf)


def _text(case: Case) -> str:
    if case.scenario is None:
        return case.path.name.lower()
    return f"{case.path.name} {case.scenario.title} {case.scenario.summary} {' '.join(case.scenario.chart)}".lower()


def shelves(cases: Sequence[Case]) -> tuple[str, ...]:
    """Return the shelves that hold something, in the order of learning; none where a choice would change nothing."""
    levels = [level for level in LEVELS if matching(cases, "", level)]
    mine = ["mine"] if any(case.own for case in cases) else []
    return tuple(levels + mine) if len(levels) + len(mine) > 1 else ()
