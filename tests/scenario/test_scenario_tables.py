import math
from collections.abc import Callable
from pathlib import Path

import pytest

from game.assessment.criteria import CategoryCriterion, Criterion, CriticalId
from game.errors import ScenarioError
from game.operation.built import ALL_STEPS
from game.resources import shipped
from game.scenario import load_criteria, load_equipment, load_speech

CRITERIA = load_criteria()
MEASURES = {
    "positioning": """spine_rotation_mm endplate_tilt_deg lateral_tilt_deg hip_flexion_deg level_count entry_level
        window_mark_error_mm entry_mark_run_mm entry_mark_aside_mm incision_off_entry_mm views_stored informative_share""",
    "antisepsis": """hair hand_scrub_min friction_s fold_friction_s iodine_scrub_min iodine_dry_min drying_s margin_mm
        dirty_returns coverage gloves time_out carm_cover""",
    "needle": """entry_run_error_mm entry_offset_mm skin_angle_deg convergence_deg tip_midline_mm canal_depth_ratio
        dural_punctures needle_passes csf_flow csf_lost_ml hollow_advance_mm lidocaine_ratio worst_pain views_missing
        informative_share paraesthesia_answer""",
    "catheter": """tip_off_levels tip_third tip_aside_mm inside_dura_mm patency loops_left peak_push_n pulled_alone_mm
        most_unseen_mm called_level views_missing informative_share csf_lost_ml paraesthesia_answer""",
    "anchoring": """incision_mm fascia_opened_mm blade_struck blood_lost_ml purse_bites purse_radius_mm catheter_pierced
        ooze_drops flow_left_ratio tip_shift_mm wire_in_needle_mm anchor_gap_mm anchor_line_deg fixing_sutures
        tug_slip_mm loop_across_mm bend_radius_mm csf_lost_ml end_closed last_picture""",
    "tunnelling": """incision_off_mm incision_length_mm incision_layer track_numb_ratio plane_depth_ratio shallowest_mm below_fascia_mm
        tunnel_passes tip_felt_ratio tip_lost_mm bone_clearance_mm curve_radius_mm perforation_answer catheter_slack
        catheter_twist_deg catheter_pull_n flow_check tunnel_lidocaine_ratio""",
    "connection": """trim_error_mm cut_angle_deg cut_end spare_mm coil_radius_mm connector aspirated_ml aspiration_s
        drug_drawn_ml fixing_sutures catheter_pierced port_off_deg septum
        flow_left_ratio ooze_drops""",
    "views": "level_right view_rotation_deg view_oblique_deg view_tilt_deg view_centring_mm count_chain idle_looks",
}
ALL: list[tuple[str, Criterion]] = [(name, criterion) for entry in CRITERIA.steps.values() for name, criterion in entry.measures.items()]


def test_the_criteria_cover_exactly_the_measures_of_the_built_steps() -> None:
    assert tuple(CRITERIA.steps) == ALL_STEPS
    assert {step: list(entry.measures) for step, entry in CRITERIA.steps.items()} == {
        step: names.split() for step, names in MEASURES.items()
    }


def test_every_critical_error_has_its_words() -> None:
    assert tuple(CRITERIA.critical) == CriticalId.__args__


def test_the_pass_rule_is_three_quarters_and_three_fifths() -> None:
    assert (CRITERIA.passing.overall_percent, CRITERIA.passing.step_percent) == (75.0, 60.0)


@pytest.mark.parametrize(("name", "criterion"), ALL, ids=[name for name, _ in ALL])
def test_every_criterion_names_a_source_that_a_reader_can_find(name: str, criterion: Criterion) -> None:
    assert not any(word in criterion.source.lower() for word in (".md", ".yaml", "/", "clinical s", "reference"))
    assert criterion.advice[0].isupper()
    assert not criterion.advice.endswith(".")


@pytest.mark.parametrize(("name", "criterion"), ALL, ids=[name for name, _ in ALL])
def test_the_unit_of_a_measure_is_the_one_in_its_name(name: str, criterion: Criterion) -> None:
    ending = {"mm": "mm", "deg": "deg", "s": "s", "min": "min", "ml": "mL", "ratio": "ratio"}.get(name.rpartition("_")[2])
    if ending is not None and not isinstance(criterion, CategoryCriterion):
        assert criterion.unit == ending


def test_bending_stiffness_and_yield_of_a_needle_follow_from_its_diameters() -> None:
    for needle in load_equipment().needles.values():
        second_moment_m4 = math.pi / 64.0 * (needle.outer_mm**4 - needle.bore_mm**4) * 1e-12
        assert needle.stiffness_n_m2 == pytest.approx(193e9 * second_moment_m4, rel=0.02)
        assert needle.bend_limit_n_m == pytest.approx(700e6 * second_moment_m4 / (needle.outer_mm / 2000.0), rel=0.1)


def test_the_equipment_of_the_built_steps_is_on_the_tray() -> None:
    equipment = load_equipment()
    assert equipment.needles["tuohy"].length_mm == 114.3
    assert equipment.needles["tuohy_long"].length_mm == 152.4
    assert equipment.syringes["lidocaine"].lidocaine_mg_per_ml == 10.0
    assert equipment.applicators["chlorhexidine"].volume_ml == 26.0
    assert equipment.applicators["chlorhexidine"].area_side_mm == 330.0


def test_everything_that_people_say_can_be_loaded() -> None:
    assert all(line.text for line in load_speech().lines.values())


FAULTS = [
    ("criteria", "target: {high: 2}", "target: {high: 4.5}", "'high' of target, acceptable and fail is 4.5, 4, 5"),
    ("criteria", "acceptable: {high: 4}", "acceptable: {low: 4}", "'low' must be written in target, acceptable and fail"),
    ("criteria", "kind: range\n", "kind: rang\n", "kind is 'rang', must be one of range, category; did you mean 'range'?"),
    ("criteria", "weight: 3", "weight: 4", "weight is 4, must be a whole number, 1 to 3 (how much it counts)"),
    ("criteria", "razor: 0}", "razor: 1.5}", "razor is 1.5, must be 0 to 1 (mark of this outcome)"),
    ("criteria", "{clipped: 1, ", "{clipped: 0.9, ", "no outcome has the mark 1, so the target could not be reached"),
    ("criteria", "words: {none_needed: ", "words: {nine: ", "words names 'nine', which has no mark; "),
    ("criteria", "rating: use_of_assistants", "rating: use_of_asistants", "did you mean 'use_of_assistants'?"),
    ("criteria", "  draped-wet:", "  draped-wed:", "the key is 'draped-wed', must be one of"),
    ("criteria", '{"yes": 1, "no": 0}', "{yes: 1, no: 0}", "'yes' without quotes is a truth value to some readers"),
    ("equipment", "bore_mm: 1.45", "bore_mm: 1.9", "bore_mm is 1.9, must be less than outer_mm, 1.83"),
    ("equipment", "needle: infiltration", "needle: infiltraton", "there is no needle 'infiltraton'; did you mean"),
    ("criteria", "target: {high: 2}", "target: {high: two}", "high is 'two', must be a number"),
    ("speech", "{0} side", "{1} side", "gaps must be {0}, {1} and so on, none left out"),
    ("speech", "{speaker: surgeon", "{speaker: sturgeon", "did you mean 'surgeon'?"),
]
LOADERS: dict[str, Callable[[Path], object]] = {"criteria": load_criteria, "equipment": load_equipment, "speech": load_speech}


@pytest.mark.parametrize(("table", "old", "new", "expected"), FAULTS)
def test_a_fault_in_a_table_is_told(tmp_path: Path, table: str, old: str, new: str, expected: str) -> None:
    text = (shipped("assets") / f"{table}.yaml").read_text(encoding="utf-8")
    assert old in text
    file = tmp_path / "table.yaml"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        LOADERS[table](file)
    assert expected in caught.value.problems[0].text


PARTS = [("criteria", "steps"), ("equipment", "needles"), ("equipment", "syringes"), ("speech", "lines")]


@pytest.mark.parametrize("part", ["null", "[]", "3", "word", "{a: null}", "{a: []}", "{a: 3}", "{needle: {measures: [1]}}"])
@pytest.mark.parametrize(
    ("table", "key"), [("criteria", "steps"), ("equipment", "needles"), ("equipment", "syringes"), ("speech", "lines")]
)
def test_a_part_of_another_shape_is_told_and_nothing_breaks(tmp_path: Path, table: str, key: str, part: str) -> None:
    text = (shipped("assets") / f"{table}.yaml").read_text(encoding="utf-8")
    start = text.index(f"\n{key}:") + 1
    following = [text.find(f"\n{other}:", start) for other in ("syringes", "applicators")]
    end = min([place for place in following if place > start], default=len(text))
    file = tmp_path / "table.yaml"
    file.write_text(f"{text[:start]}{key}: {part}\n{text[end:]}", encoding="utf-8")
    with pytest.raises(ScenarioError):
        LOADERS[table](file)
