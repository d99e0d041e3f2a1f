"""The drape window over the needle's field: where the antisepsis step laid it, in a drill as in a whole case."""

from dataclasses import replace

import numpy as np
import pytest

from game.operation import actions as act
from game.resources import shipped
from game.scenario import load_scenario
from game.session import Session
from game.session.handover import make_handover
from game.view.field.plane import Plane
from game.view.screens.operative.needle_view import window_edges

SCENARIO = load_scenario(shipped("scenarios") / "standard.yaml")


def begun(step: str) -> Session:
    session = Session(replace(SCENARIO, steps=(step,)), 7, "practice")
    session.act(act.StartStep(step))
    return session


@pytest.fixture(scope="module")
def theatre():
    return begun("needle").theatre


def on_field(theatre) -> Plane:
    return Plane(1000, 600, theatre.camera.width_mm / 1000)


def test_a_narrow_window_is_where_it_was_laid(theatre):
    window_z = float(theatre.patient.landmarks[f"window.{theatre.plan.window}"][2])
    theatre.sterility.rims_mm = (window_z + 30.0, window_z - 50.0, -5.0, 40.0)
    left, right, low, high = window_edges(theatre, on_field(theatre))
    assert right - left == pytest.approx(80.0)
    marks = [theatre.patient.skin_point(arc_mm, window_z - 35.0, theatre.plan.side) for arc_mm in (-5.0, 40.0)]
    places = theatre.camera.to_field(theatre.patient_pose.apply(np.array(marks)))
    assert [low, high] == pytest.approx(places[:, 1].tolist(), abs=3.0)
    tops = [theatre.patient.skin_point(0.0, z_mm, theatre.plan.side) for z_mm in (window_z + 30.0, window_z - 50.0)]
    along = theatre.camera.to_field(theatre.patient_pose.apply(np.array(tops)))[:, 0]
    assert [left, right] == pytest.approx(sorted(along.tolist()), abs=0.5)


def test_a_wide_window_or_none_known_is_the_fenestrated_sheet(theatre):
    theatre.sterility.rims_mm = (None, None, None, None)
    unknown = window_edges(theatre, on_field(theatre))
    theatre.sterility.rims_mm = (160.0, -230.0, -140.0, 540.0)
    assert window_edges(theatre, on_field(theatre)) == unknown
    assert unknown == pytest.approx((-116.9, 116.9, -58.8, 58.8), abs=0.1)


def test_a_drill_shows_the_drapes_of_the_case_that_was_handed_over(theatre):
    case = begun("antisepsis")
    case.theatre.sterility.rims_mm, case.theatre.sterility.film = (10.0, -60.0, -5.0, 40.0), True
    kept = make_handover(case).sterility
    assert kept == case.theatre.sterility
    theatre.sterility = kept
    window_mm = window_edges(theatre, on_field(theatre))
    assert window_mm[1] - window_mm[0] == pytest.approx(70.0)
