"""The shipped cases: the chart says what the body and the plan are, and each anatomy changes what the hands must do."""

import numpy as np
import pytest

from game.frames import Array
from game.operation.built import BUILT_STEPS
from game.patient import Patient, Tissue, build_patient
from game.resources import shipped
from game.scenario import Scenario, load_scenario

CASES = ("standard", "post-laminectomy", "cancer-pain")


def case(name: str) -> Scenario:
    return load_scenario(shipped("scenarios") / f"{name}.yaml")


@pytest.fixture(params=CASES)
def scenario(request: pytest.FixtureRequest) -> Scenario:
    return case(request.param)


def body(name: str, seed: int = 1) -> Patient:
    return build_patient(case(name).patient, seed)


def faces_mm(name: str) -> Array:
    """Return how deep skin, fat, fascia and wall end where the pump is to lie, shape (4,)."""
    scenario = case(name)
    patient, mark = body(name), scenario.plan.pocket_mark
    return patient.layers_mm(patient.skin_point(mark.arc_mm, mark.z_mm, scenario.plan.side)[None])[1][0]


def test_the_library_has_the_cases_and_each_goes_through_the_steps_in_their_order() -> None:
    assert sorted(file.stem for file in shipped("scenarios").glob("*.yaml")) == sorted(CASES)
    for name in CASES:
        assert case(name).id == name
        steps = case(name).steps
        assert len(steps) >= 4
        assert steps == BUILT_STEPS[: len(steps)]


def test_the_chart_says_what_body_and_plan_are(scenario: Scenario) -> None:
    chart, patient, plan = " ".join(scenario.chart), scenario.patient, scenario.plan
    who = "Man" if patient.sex == "male" else "Woman"
    for words in (
        f"{who}, {patient.age_y:g},",
        f"{patient.height_cm:g} cm, {patient.weight_kg:g} kg",
        f"pump {plan.side}",
        f"enter at {plan.window}",
        f"tip at {plan.tip_level}",
        "conus at L1",
        "No allergies" if plan.allergy == "none" else f"Allergic to {plan.allergy}",
        "light sedation" if plan.anaesthesia == "sedation" else "general anaesthesia",
    ):
        assert words in chart, words


def test_the_pump_lies_eight_to_twelve_centimetres_from_the_midline_between_rib_and_crest(scenario: Scenario) -> None:
    patient, plan = build_patient(scenario.patient, 1), scenario.plan
    mark = patient.skin_point(plan.pocket_mark.arc_mm, plan.pocket_mark.z_mm, plan.side)
    assert 78.0 <= abs(mark[0]) <= 122.0
    assert mark[1] < 0.0
    crest, rib = patient.landmarks[f"iliac_crest_{plan.side}"][2], patient.landmarks[f"rib12_{plan.side}"][2]
    assert crest + 40.0 < mark[2] < rib - 40.0


def test_laminectomy_leaves_scar_where_laminae_were_and_whole_bone_beside_the_planned_window() -> None:
    patient, window = body("post-laminectomy"), case("post-laminectomy").plan.window
    behind = np.linspace(0.0, 30.0, 16)[:, None] * np.array([0.0, 1.0, 0.0])
    for level in ("L4", "L5"):
        spot = patient.landmarks[f"{level}.body"]
        sac = patient.canal.sac.read(np.array([spot[2]]))[0]
        back = np.array([sac[0], sac[1] + sac[3] + 3.0, spot[2]])
        assert Tissue.SCAR in patient.tissue(back + behind), level
    assert f"window.{window}" in patient.landmarks
    for level in window.replace("-", "-L").split("-"):
        assert f"{level}.spinous_tip" in patient.landmarks, level


def test_cachexia_leaves_a_cover_that_erodes_and_obesity_one_that_must_be_thinned() -> None:
    cover = {name: float(faces_mm(name)[1]) for name in CASES}
    assert cover["cancer-pain"] < 7.5  # less than 0.7 cm over a pump erodes
    assert 10.0 < cover["standard"] < 25.0
    assert cover["post-laminectomy"] > 25.0  # more than 2.5 cm hides the port


def test_the_way_to_the_sac_differs_between_the_cases() -> None:
    depth = {}
    for name in CASES:
        patient, window = body(name), case(name).plan.window
        target = patient.landmarks[f"sac.{window}"]
        skin = patient.skin_hit_mm(target + np.array([0.0, 300.0, 0.0]), np.array([0.0, -1.0, 0.0]))
        assert skin is not None
        depth[name] = float(skin[1] - target[1])
    assert depth["cancer-pain"] < depth["standard"] - 6.0
    assert depth["post-laminectomy"] > depth["standard"] + 2.0
