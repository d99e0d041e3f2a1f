"""What runs through a catheter, by known answers."""

import pytest

from game.operation import lumen, prepared
from game.operation.implant import Hole, Kink, drawn_down, line_mm
from game.patient.csf import flow_ml_per_min
from game.patient.physiology import csf_pressure_cmh2o
from game.session.start import new_theatre
from tests.operation.flank_hands import STANDARD


@pytest.fixture
def lying():
    theatre = new_theatre(STANDARD, 1)
    return theatre, prepared.anchored_catheter(theatre)


def test_a_free_catheter_gives_what_poiseuille_says_and_nothing_beside_it(lying):
    theatre, catheter = lying
    spec = theatre.equipment.catheters[catheter.model]
    free = flow_ml_per_min(csf_pressure_cmh2o(theatre.physiology), spec.bore_mm, catheter.length_mm)
    assert lumen.running(theatre, catheter, end_open=True) == lumen.Flow(pytest.approx(free), 0.0, 0.0)
    assert lumen.running(theatre, catheter, end_open=False) == lumen.Flow()


def test_narrow_places_lie_one_behind_the_other(lying):
    theatre, catheter = lying
    catheter.kinks = [Kink(100.0, 0.5, "loop"), Kink(400.0, 0.5, "tunnel")]
    assert lumen.passes(theatre, catheter) == pytest.approx(1.0 / 3.0)
    assert lumen.passes(theatre, catheter, to_mm=200.0) == pytest.approx(0.5)
    assert lumen.passes(theatre, catheter, squeezed=0.0) == 0.0


def test_a_hole_in_the_wall_takes_from_the_end_and_runs_though_that_is_shut(lying):
    theatre, catheter = lying
    whole = lumen.running(theatre, catheter, end_open=True).end
    catheter.holes = [Hole(line_mm(catheter.canal_mm) + 20.0, 0.8)]
    cut, shut = lumen.running(theatre, catheter, end_open=True), lumen.running(theatre, catheter, end_open=False)
    assert cut.end == pytest.approx(0.2 * whole)
    assert shut.end == 0.0
    assert shut.hole == cut.hole > 0.0
    catheter.holes[0].at_mm = line_mm(catheter.canal_mm) - 20.0
    assert lumen.running(theatre, catheter, end_open=True).hole == 0.0, "inside the sac it is one more side hole"


def test_two_holes_share_what_comes_and_each_runs_where_it_lies(lying):
    theatre, catheter = lying
    whole = lumen.running(theatre, catheter, end_open=True).end
    catheter.tunnel_mm = [catheter.back_mm[-1], catheter.back_mm[-1]]
    catheter.cut_wall(line_mm(catheter.canal_mm) + 20.0, 0.6)
    one = lumen.running(theatre, catheter, end_open=True)
    catheter.cut_wall(catheter.implanted_mm + 15.0, 0.5)
    two = lumen.running(theatre, catheter, end_open=True)
    assert [hole.open_share for hole in catheter.holes] == [0.6, 0.5]
    assert catheter.wall_cut == 0.6
    assert (one.hole, one.pocket) == (two.hole, 0.0)
    assert two.hole > 0.0
    assert two.pocket > 0.0
    assert one.end == pytest.approx(0.4 * whole)
    assert two.end == pytest.approx(0.2 * whole)


def test_damage_where_the_wall_is_damaged_widens_the_hole(lying):
    _, catheter = lying
    for share in (0.3, 0.7, 0.5):
        catheter.cut_wall(100.0 + share, share)
    assert [(hole.at_mm, hole.open_share) for hole in catheter.holes] == [(100.3, 0.7)]


def test_what_runs_out_is_booked_by_its_way_to_the_last_drop(lying):
    theatre, _ = lying
    theatre.strain.csf_lost_ml = 9.0
    told = lumen.spill(theatre, lumen.Flow(end=1.0, hole=0.5, ooze=0.25, pocket=0.5), 60.0)
    assert theatre.implant.lost_ml == {"catheter": 1.0, "fascia": 0.75, "connector": 0.5}
    assert theatre.strain.csf_lost_ml == 11.25
    assert [event.id for event in told] == ["csf-over-10-ml"]
    assert lumen.spill(theatre, lumen.Flow(end=1.0), 60.0) == []


def test_drawn_down_the_tip_follows_its_own_line_and_out_of_the_sac_nothing_runs(lying):
    theatre, catheter = lying
    long_mm, (_, second) = line_mm(catheter.canal_mm), catheter.canal_mm[:2]
    assert drawn_down(catheter, 3.5) == 3.5
    assert line_mm(catheter.canal_mm) == pytest.approx(long_mm - 3.5)
    assert second not in catheter.canal_mm
    assert lumen.passes(theatre, catheter) == 1.0
    assert drawn_down(catheter, 1000.0) == pytest.approx(long_mm - 3.5)
    assert catheter.space == "epidural"
    assert lumen.running(theatre, catheter, end_open=True).end == 0.0


def test_side_holes_that_left_the_sac_give_less(lying):
    theatre, catheter = lying
    drawn_down(catheter, line_mm(catheter.canal_mm) - 1.0)
    assert lumen.passes(theatre, catheter) < 1.0
