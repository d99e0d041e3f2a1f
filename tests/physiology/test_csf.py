import pytest
from hypothesis import given
from hypothesis import strategies as st

from game.patient.csf import flow_ml_per_min, pressure_cmh2o

TABLE = {1.45: (60.0, 82.0, 101.0), 1.25: (39.0, 54.0, 67.0), 1.10: (25.0, 35.0, 45.0), 0.95: (15.0, 21.0, 27.0), 0.41: (0.56, 0.85, 1.1)}


@pytest.mark.parametrize("bore_mm", TABLE)
@pytest.mark.parametrize("length_mm", [90.0, 114.3])
def test_flow_is_within_30_percent_of_the_table(bore_mm, length_mm):
    flows = [flow_ml_per_min(pressure, bore_mm, length_mm) for pressure in (10.0, 15.0, 20.0)]
    assert flows == pytest.approx(TABLE[bore_mm], rel=0.30)


def test_a_22_gauge_needle_gives_a_millilitre_in_about_40_seconds():
    assert 60.0 / flow_ml_per_min(20.0, 0.41, 90.0) == pytest.approx(53.0, abs=5.0)


def test_without_pressure_or_bore_nothing_flows():
    assert flow_ml_per_min(0.0, 1.45, 100.0) == 0.0
    assert flow_ml_per_min(-5.0, 1.45, 100.0) == 0.0
    assert flow_ml_per_min(15.0, 0.0, 100.0) == 0.0


@given(st.floats(0.1, 60.0), st.floats(0.3, 2.0), st.floats(20.0, 200.0))
def test_more_pressure_more_bore_and_less_length_never_flow_less(pressure, bore_mm, length_mm):
    flow = flow_ml_per_min(pressure, bore_mm, length_mm)
    assert flow_ml_per_min(pressure * 1.2, bore_mm, length_mm) > flow
    assert flow_ml_per_min(pressure, bore_mm * 1.2, length_mm) > flow
    assert flow_ml_per_min(pressure, bore_mm, length_mm * 1.2) < flow


def test_pressure_falls_to_a_tenth_after_the_volume_index():
    assert pressure_cmh2o(15.0, 25.0, 0.0, 0.0) == pytest.approx(1.5)
    assert pressure_cmh2o(15.0, -3.0, 0.0, 0.0) == pytest.approx(15.0)


def test_sitting_up_and_bearing_down_add_pressure():
    assert pressure_cmh2o(15.0, 0.0, 90.0, 0.0) == pytest.approx(40.0)
    assert pressure_cmh2o(15.0, 0.0, 0.0, 1.0) == pytest.approx(35.0)
