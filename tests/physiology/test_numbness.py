import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from game.patient.numbness import numbness, spread_mm, strength

POINTS = np.array([[0.0, 60.0, 0.0], [8.0, 60.0, 0.0], [40.0, 60.0, 0.0]])
DEPOSIT = (0.0, 60.0, 0.0, 10.0, 100.0)


def test_one_millilitre_fills_a_ball_of_10_6_mm():
    assert spread_mm(10.0) == pytest.approx(10.6, abs=0.1)
    assert spread_mm(80.0) == pytest.approx(2.0 * spread_mm(10.0))


def test_numb_inside_the_ball_after_two_minutes_and_not_far_away():
    assert numbness([DEPOSIT], POINTS, 220.0) == pytest.approx([1.0, 1.0, 0.0])


@pytest.mark.parametrize(("age_s", "expected"), [(0, 0.0), (15, 0.0), (67.5, 0.5), (120, 1.0), (5400, 1.0), (6300, 0.5), (7200, 0.0)])
def test_the_effect_comes_and_goes(age_s, expected):
    assert strength(float(age_s)) == pytest.approx(expected)


def test_nothing_was_injected_and_nothing_is_numb():
    assert numbness([], POINTS, 1000.0) == pytest.approx([0.0, 0.0, 0.0])


def test_the_rim_fades_over_5_mm():
    rim = np.array([[spread_mm(10.0) + 2.5, 60.0, 0.0]])
    assert numbness([DEPOSIT], rim, 400.0) == pytest.approx([0.5])
    assert numbness([DEPOSIT, DEPOSIT], rim, 400.0) == pytest.approx([0.75])


@given(st.floats(0.0, 200.0), st.floats(0.0, 9000.0), st.floats(-50.0, 50.0))
def test_numbness_stays_between_0_and_1_and_more_drug_never_numbs_less(dose_mg, now_s, x_mm):
    point = np.array([[x_mm, 60.0, 0.0]])
    once = float(numbness([(0.0, 60.0, 0.0, dose_mg, 0.0)], point, now_s)[0])
    twice = float(numbness([(0.0, 60.0, 0.0, 2.0 * dose_mg, 0.0)], point, now_s)[0])
    assert 0.0 <= once <= twice + 1e-12 <= 1.0 + 1e-12
