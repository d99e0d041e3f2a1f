"""Changes to a patient from the command line: the same names and the same words as in a file."""

import pytest

from game.errors import GameError
from game.patient.spec import Fracture
from game.resources import shipped
from game.scenario import Scenario, load_scenario, with_patient


@pytest.fixture(scope="module")
def standard() -> Scenario:
    return load_scenario(shipped("scenarios") / "standard.yaml")


def test_values_are_read_as_in_a_file_and_the_rest_stays(standard: Scenario) -> None:
    changed = with_patient(standard, ["weight_kg=110", "sex=female", "variation.rib12=absent", "variation.fractures=[{level: L1}]"])
    assert (changed.patient.weight_kg, changed.patient.sex, changed.patient.variation.rib12) == (110.0, "female", "absent")
    assert changed.patient.variation.fractures == (Fracture("L1"),)
    assert (changed.patient.age_y, changed.plan, changed.id) == (standard.patient.age_y, standard.plan, standard.id)
    assert with_patient(standard, []) == standard


def test_a_still_needs_no_plan_that_suits_the_patient(standard: Scenario) -> None:
    # 45 kg may have 202 mg of lidocaine at most; the plan says 320.
    assert with_patient(standard, ["weight_kg=45"]).patient.weight_kg == 45.0


@pytest.mark.parametrize(
    ("pairs", "told"),
    [
        (["wieght_kg=80"], "--set unknown key 'wieght_kg'; did you mean 'weight_kg'?"),
        (["weight_kg=999"], "--set weight_kg is 999, must be 35 to 180 kg (body weight)"),
        (["weight_kg"], "--set 'weight_kg' must be KEY=VALUE, such as weight_kg=110"),
        (["weight_kg="], "--set 'weight_kg=' must be KEY=VALUE"),
        (["sex=mael"], "--set sex is 'mael', must be one of female, male; did you mean 'male'?"),
        (["weight_kg=170"], "--set 170 kg at 170 cm is a body mass index of 58.8, must be 14 to 50 kg/m2"),
        (["weight_kg.x=3"], "weight_kg holds no keys"),
        (["variation.rib12=gone"], "rib12 is 'gone', must be one of drawn"),
        (["variation.fusion.levels=[L4]"], "L4 alone needs no rod"),
        (["age_y=[55"], "age_y: "),
    ],
)
def test_what_does_not_fit_is_told_in_the_words_of_a_file(standard: Scenario, pairs: list[str], told: str) -> None:
    with pytest.raises(GameError) as caught:
        with_patient(standard, pairs)
    assert told in str(caught.value)


def test_all_problems_come_at_once(standard: Scenario) -> None:
    with pytest.raises(GameError) as caught:
        with_patient(standard, ["weight_kg=999", "osteoporosis=2"])
    assert len(str(caught.value).splitlines()) == 2
