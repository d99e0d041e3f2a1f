import dataclasses
import json
import subprocess
import sys
from pathlib import Path

import pytest

from game.errors import ScenarioError
from game.operation.built import BUILT_STEPS
from game.operation.plan import Plan, PocketMark
from game.patient.spec import PatientSpec
from game.resources import shipped
from game.scenario import (
    check_paths,
    check_scenario,
    load_criteria,
    load_scenario,
    new_scenario_text,
    scenario_files,
    scenario_from_plain,
    scenario_schema_text,
    scenario_to_plain,
)

STANDARD = shipped("scenarios") / "standard.yaml"
SCHEMA = shipped("scenarios") / "scenario.schema.json"


def test_the_standard_case_is_what_its_file_says() -> None:
    scenario = load_scenario(STANDARD)
    assert scenario.id == "standard"
    assert scenario.patient == PatientSpec(age_y=55.0, height_cm=170.0, weight_kg=72.0)
    assert scenario.plan == Plan(lidocaine_max_mg=320.0, pocket_mark=PocketMark(arc_mm=360.0, z_mm=-20.0))
    assert scenario.plan.anaesthesia == "sedation"
    assert scenario.steps == tuple(step for step in BUILT_STEPS if step in scenario.steps)
    assert scenario.steps[:3] == ("positioning", "antisepsis", "needle")
    assert scenario.weight_of("needle") == 1.0
    assert isinstance(scenario.patient.age_y, float)


def test_every_shipped_scenario_is_without_problems() -> None:
    assert check_paths((shipped("scenarios"),)) == ()


@pytest.mark.parametrize("file", scenario_files(shipped("scenarios")), ids=lambda file: file.name)
def test_the_first_line_of_each_scenario_names_the_schema(file: Path) -> None:
    first = file.read_text(encoding="utf-8").partition("\n")[0]
    assert (file.parent / first.removeprefix("# yaml-language-server: $schema=")).resolve() == SCHEMA.resolve()


def test_what_is_left_out_keeps_its_default(tmp_path: Path) -> None:
    file = tmp_path / "short.yaml"
    head = 'format: 1\nid: short\ntitle: Short\nsummary: Little\nlevel: core\nminutes: 5\nchart: ["One line."]\n'
    file.write_text(head + "patient: {weight_kg: 80}\nplan: {side: left}\n", encoding="utf-8")
    scenario = load_scenario(file)
    assert scenario.patient == PatientSpec(weight_kg=80.0)
    assert scenario.plan == Plan(side="left")
    assert scenario.steps == BUILT_STEPS
    assert scenario.weight_of("needle") == 1.0


def test_a_recording_gets_the_whole_scenario_with_its_tables_back() -> None:
    scenario = load_scenario(STANDARD)
    text = json.dumps(scenario_to_plain(scenario), allow_nan=False)
    assert scenario_from_plain(json.loads(text)) == scenario


def test_a_recording_with_a_damaged_scenario_is_told_in_sentences() -> None:
    plain = scenario_to_plain(load_scenario(STANDARD))
    plain["patient"]["age_y"] = 480
    del plain["tables"]["equipment"]
    with pytest.raises(ScenarioError) as caught:
        scenario_from_plain(plain)
    texts = [problem.text for problem in caught.value.problems]
    assert texts[0] == "age_y is 480, must be 18 to 95 years (age)"
    assert len(texts) == 2


@pytest.mark.parametrize("value", [{}, {"tables": 3}, {"tables": {"criteria": []}}])
def test_a_foreign_value_is_no_scenario(value: dict[str, object]) -> None:
    with pytest.raises(ScenarioError):
        scenario_from_plain(value)


def test_the_schema_file_is_equal_to_the_code() -> None:
    assert SCHEMA.read_text(encoding="utf-8") == scenario_schema_text()


def test_the_schema_knows_every_field_with_its_limits_and_meaning() -> None:
    schema = json.loads(scenario_schema_text())
    patient = schema["$defs"]["PatientSpec"]["properties"]
    assert set(patient) == {field.name for field in dataclasses.fields(PatientSpec)}
    assert patient["age_y"] == {"default": 55.0, "description": "age, 18 to 95 years", "maximum": 95, "minimum": 18, "type": "number"}
    assert schema["$defs"]["Plan"]["properties"]["side"]["enum"] == ["left", "right"]
    assert schema["additionalProperties"] is False
    assert "tables" not in schema["properties"]


def run_check_jsonschema(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "check_jsonschema", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_an_independent_validator_agrees_with_the_schema(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(STANDARD.read_text(encoding="utf-8").replace("age_y: 55", "age_y: 480"), encoding="utf-8")
    assert run_check_jsonschema("--check-metaschema", SCHEMA).returncode == 0
    assert run_check_jsonschema("--schemafile", SCHEMA, *scenario_files(shipped("scenarios"))).returncode == 0
    refused = run_check_jsonschema("--schemafile", SCHEMA, wrong)
    assert refused.returncode == 1
    assert "480" in refused.stdout


def test_the_new_scenario_is_valid_and_holds_the_defaults(tmp_path: Path) -> None:
    file = tmp_path / "new.yaml"
    file.write_text(new_scenario_text(), encoding="utf-8")
    assert check_scenario(file) == ()
    scenario = load_scenario(file)
    assert scenario.patient == PatientSpec()
    assert scenario.plan == Plan()
    assert "age_y: 55 # age: 18 to 95 years" in new_scenario_text()


def test_scenarios_are_loaded_without_a_screen() -> None:
    code = "import sys, game.scenario; raise SystemExit('pygame' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, cwd=Path(__file__).parents[2]).returncode == 0


def test_criteria_of_another_file_can_be_loaded(tmp_path: Path) -> None:
    file = tmp_path / "criteria.yaml"
    text = (shipped("assets") / "criteria.yaml").read_text(encoding="utf-8").replace("overall_percent: 75", "overall_percent: 80")
    file.write_text(text, encoding="utf-8")
    assert load_criteria(file).passing.overall_percent == 80.0
