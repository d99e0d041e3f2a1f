import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from game.instruments.hub import Bleed, HubInputs, bleeding_ml_per_min, flap_chance, hub_flow, tear_vein
from game.patient.tissue import Tissue

FREE = HubInputs(
    tip_tissue=Tissue.CSF, opening_in_sac=1.0, pressure_cmh2o=15.5, bore_mm=1.45, length_mm=114.3, stylet_in=False, hub_height_mm=10.0
)


def but(**changes):
    return hub_flow(dataclasses.replace(FREE, **changes))


@pytest.mark.parametrize("pressure", [8.2, 15.5, 24.2])
def test_an_open_15_gauge_hub_loses_3_to_10_ml_a_minute(pressure):
    flow = but(pressure_cmh2o=pressure)
    assert 3.0 <= flow.ml_per_min <= 10.0
    assert 60.0 <= flow.drops_per_min <= 200.0
    assert flow.cause == ""


def test_a_22_gauge_hub_drips_slowly():
    flow = but(bore_mm=0.41, length_mm=90.0)
    assert flow.kind == "drops"
    assert 10.0 < flow.drops_per_min < 25.0


def test_the_stylet_stops_everything():
    flow = but(stylet_in=True, blood_ml_per_min=2.0)
    assert (flow.kind, flow.ml_per_min, flow.blood_ml_per_min, flow.cause) == ("dry", 0.0, 0.0, "stylet")


@pytest.mark.parametrize(
    ("fault", "cause", "rescue"),
    [
        ({"plug": 0.97}, "plug", {"plug": 0.0}),
        ({"rootlet_on_bevel": True}, "flap", {"turned_deg": 90.0}),
        ({"opening_in_sac": 0.0, "tip_tissue": Tissue.EPIDURAL}, "not_in", {"opening_in_sac": 0.9, "tip_tissue": Tissue.CSF}),
        ({"pressure_cmh2o": 2.0}, "low_pressure", {"pressure_cmh2o": 22.0}),
    ],
)
def test_each_cause_of_a_dry_tap_has_its_own_cure_and_no_other(fault, cause, rescue):
    dry = but(**fault)
    assert (dry.kind, dry.cause) == ("dry", cause)
    assert but(**{**fault, **rescue}).kind in ("drops", "stream")
    others = [{"plug": 0.0}, {"turned_deg": 90.0}, {"opening_in_sac": 1.0}, {"pressure_cmh2o": 35.0}]
    for other in others:
        if not other.keys() & rescue.keys():
            assert but(**{**fault, **other}).kind == "dry"


def test_a_turn_that_is_too_small_leaves_the_flap():
    assert but(rootlet_on_bevel=True, turned_deg=40.0).kind == "dry"


def test_half_an_opening_drips_more_slowly():
    assert but(opening_in_sac=0.5).ml_per_min == pytest.approx(0.5 * but().ml_per_min)


def test_a_high_hub_drips_less():
    assert but(hub_height_mm=60.0).ml_per_min < but().ml_per_min


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"blood_ml_per_min": 2.0, "opening_in_sac": 0.0}, "blood"),
        ({"blood_ml_per_min": 2.0}, "pink"),
        ({"blood_ml_per_min": 0.05}, "stream"),
        ({"pressure_cmh2o": 9.0}, "drops"),
    ],
)
def test_the_hub_shows_what_comes(changes, kind):
    assert but(**changes).kind == kind


@given(st.floats(0, 1), st.floats(0, 1), st.floats(-5, 60), st.booleans(), st.floats(0, 180), st.floats(0, 3))
def test_flow_is_never_negative_and_dry_means_none(plug, inside, pressure, flap, turned, blood):
    flow = but(plug=plug, opening_in_sac=inside, pressure_cmh2o=pressure, rootlet_on_bevel=flap, turned_deg=turned, blood_ml_per_min=blood)
    assert flow.ml_per_min >= 0.0
    assert flow.blood_ml_per_min >= 0.0
    assert (flow.kind == "dry") == (flow.drops_per_min == 0.0)
    assert flow.cause or flow.kind in ("drops", "stream")


def test_a_needle_just_in_meets_a_flap_more_often():
    assert flap_chance(1.0) == pytest.approx(0.04)
    assert flap_chance(0.0) == pytest.approx(0.30)


def test_a_torn_vein_clears_by_waiting_turning_or_never():
    lucky, middling, unlucky = Bleed(0.2, 90.0), Bleed(0.6, 90.0), Bleed(0.9, 90.0)
    assert bleeding_ml_per_min(lucky, 45.0, 0.0, in_vein=False) == pytest.approx(1.0)
    assert bleeding_ml_per_min(lucky, 90.0, 0.0, in_vein=False) == 0.0
    assert bleeding_ml_per_min(middling, 200.0, 0.0, in_vein=False) == 2.0
    assert bleeding_ml_per_min(middling, 200.0, 90.0, in_vein=False) == 0.0
    assert bleeding_ml_per_min(unlucky, 200.0, 90.0, in_vein=False) == 2.0


def test_a_point_that_stays_in_the_vein_never_clears():
    assert bleeding_ml_per_min(Bleed(0.0, 60.0), 500.0, 90.0, in_vein=True) == 2.0


def test_three_of_four_torn_veins_can_be_cleared_within_two_minutes():
    chance = np.random.default_rng(5)
    bleeds = [tear_vein(chance) for _ in range(400)]
    cleared = [bleeding_ml_per_min(bleed, 120.0, 90.0, in_vein=False) == 0.0 for bleed in bleeds]
    assert np.mean(cleared) == pytest.approx(0.75, abs=0.06)
    assert all(60.0 <= bleed.lasts_s <= 120.0 for bleed in bleeds)
