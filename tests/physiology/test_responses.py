import pytest
from hypothesis import given
from hypothesis import strategies as st

from game.patient.physiology import responses

EFFECT = st.floats(0.0, 5.0)


def test_combined_effect_adds_the_parts_and_their_synergy():
    assert responses.combined_effect(3.5, 0.0, 0.0) == pytest.approx(1.0)
    assert responses.combined_effect(0.0, 250.0, 0.0) == pytest.approx(1.0)
    assert responses.combined_effect(0.0, 0.0, 3.5) == pytest.approx(1.0)
    assert responses.combined_effect(3.5, 250.0, 3.5) == pytest.approx(3.9)


def test_old_people_need_1_6_times_less():
    assert responses.combined_effect(1.6, 80.0, 0.8, 1.6) == pytest.approx(responses.combined_effect(2.56, 128.0, 1.28))


def test_effect_of_one_halves_the_breath_and_a_little_more_stops_it():
    assert responses.ventilation_ratio(0.0) == 1.0
    assert responses.ventilation_ratio(1.0) == pytest.approx(0.5)
    assert responses.ventilation_ratio(1.31) == 0.0


def test_pressure_and_pulse_fall_as_the_design_says():
    assert responses.pressure_ratio(1.0) == pytest.approx(1.0 - 0.35 / 2.0)
    assert responses.heart_ratio(0.5) == pytest.approx(0.95)
    assert responses.heart_ratio(3.0) == pytest.approx(0.90)


def test_sedation_score_is_5_awake_and_3_at_effect_0_6():
    assert responses.sedation_score(0.0) == 5.0
    assert responses.sedation_score(0.6) == pytest.approx(3.0)


@given(EFFECT, EFFECT)
def test_more_drug_never_breathes_more_nor_wakes(first, second):
    low, high = sorted((first, second))
    for response in (responses.ventilation_ratio, responses.pressure_ratio, responses.heart_ratio, responses.sedation_score):
        assert response(high) <= response(low) + 1e-12


@pytest.mark.parametrize(
    ("share", "factors"),
    [(0.0, (1.0, 1.0, 1.0)), (0.15, (1.10, 1.0, 1.10)), (0.30, (1.35, 0.75, 1.40)), (0.225, (1.225, 0.875, 1.25)), (0.9, (1.7, 0.55, 1.8))],
)
def test_blood_loss_follows_its_classes(share, factors):
    assert responses.blood_loss_ratios(share * 70.0 * 72.0, 72.0) == pytest.approx(factors)
