"""What authors may ask for in a drill of standard views, and what they are told when it does not fit."""

from pathlib import Path

import pytest

from game.operation.built import DRILL_STEPS
from game.operation.views.tasks import ContralateralOblique, CountTo, TrueAp, TrueLateral, task_title
from game.resources import shipped
from game.scenario import check_paths, check_scenario, load_scenario, scenario_files, scenario_from_plain, scenario_to_plain

HEAD = 'format: 1\nid: drill\ntitle: Drill\nsummary: Little\nlevel: core\nminutes: 3\nchart: ["One line."]\n'


def drill(folder: Path, views: str, steps: str = "[views]", side: str = "right") -> Path:
    file = folder / "drill.yaml"
    file.write_text(f"{HEAD}plan:\n  side: {side}\n  views: {views}\nsteps: {steps}\n", encoding="utf-8")
    return file


def told(file: Path) -> list[str]:
    return [f"{problem.line}:{problem.column}: {problem.text}" for problem in check_scenario(file)]


def test_every_kind_of_view_is_read_and_kept_by_a_recording(tmp_path: Path) -> None:
    views = (
        "[{kind: true-ap, level: L3}, {kind: square, level: L2}, {kind: true-lateral, level: T12}, {kind: true-lateral, level: L2-3}, "
        "{kind: contralateral-oblique, level: L3-4, side: left}, {kind: count-to, level: T10}]"
    )
    scenario = load_scenario(drill(tmp_path, views))
    assert scenario.plan.views == (
        TrueAp("true-ap", "L3"),
        TrueAp("square", "L2"),
        TrueLateral("true-lateral", "T12"),
        TrueLateral("true-lateral", "L2-3"),
        ContralateralOblique("contralateral-oblique", "L3-4", "left"),
        CountTo("count-to", "T10"),
    )
    assert scenario_from_plain(scenario_to_plain(scenario)) == scenario
    assert len({task_title(task) for task in scenario.plan.views}) == 6


@pytest.mark.parametrize(
    ("views", "steps", "expected"),
    [
        ("[{kind: true-app, level: L3}]", "[views]", "kind is 'true-app', must be one of"),
        ("[{level: L3}]", "[views]", "the key 'kind' is missing"),
        ("[{kind: true-ap}]", "[views]", "the key 'level' is missing"),
        ("[{kind: true-ap, level: L2-3}]", "[views]", "level is 'L2-3', must be one of T4"),
        ("[{kind: count-to, level: C7}]", "[views]", "level is 'C7', must be one of T4"),
        ("[{kind: contralateral-oblique, level: L3-4}]", "[views]", "the key 'side' is missing"),
        ("[{kind: contralateral-oblique, level: L3-4, side: right}]", "[views]", "side is 'right': the beam would run along the laminae"),
        ("[{kind: true-ap, level: L3, side: left}]", "[views]", "unknown key 'side'"),
        ("[]", "[views]", "the step 'views' needs a list of views in the plan"),
        ("[{kind: true-ap, level: L3}]", "[positioning]", "nobody asks for these views"),
        ("[{kind: true-ap, level: L3}]", "[positioning, views]", "the step 'views' is a drill of its own; take the other steps out"),
        ("[" + ", ".join(["{kind: true-ap, level: L3}"] * 9) + "]", "[views]", "views has 9 views, must have 0 to 8 views"),
    ],
)
def test_what_does_not_fit_is_told_at_its_place(tmp_path: Path, views: str, steps: str, expected: str) -> None:
    messages = told(drill(tmp_path, views, steps))
    assert len(messages) == 1
    assert expected in messages[0]
    assert not messages[0].startswith("0:0")


def test_the_same_oblique_is_reached_when_the_patient_lies_on_the_other_side(tmp_path: Path) -> None:
    views = "[{kind: contralateral-oblique, level: L3-4, side: right}]"
    assert told(drill(tmp_path, views, side="left")) == []


def test_a_folder_is_searched_with_the_folders_in_it(tmp_path: Path) -> None:
    (tmp_path / "inner" / "most").mkdir(parents=True)
    deep = drill(tmp_path / "inner" / "most", "[]")
    assert scenario_files(tmp_path) == (deep,)
    assert [problem.file for problem in check_paths((tmp_path,))] == [str(deep)]


def test_five_drills_of_views_are_shipped() -> None:
    files = scenario_files(shipped("scenarios") / "views")
    scenarios = [load_scenario(file) for file in files]
    assert [scenario.id for scenario in scenarios] == [file.stem for file in files]
    assert all(scenario.steps == DRILL_STEPS for scenario in scenarios)
    assert sorted(task.kind for scenario in scenarios for task in scenario.plan.views) == [
        "contralateral-oblique",
        "count-to",
        "square",
        "true-ap",
        "true-lateral",
    ]
