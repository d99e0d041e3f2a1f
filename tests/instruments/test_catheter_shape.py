import math

import numpy as np
import pytest

from game.frames import Array
from game.instruments import catheter
from game.instruments import needle as shaft
from game.instruments.catheter import flow, shape
from game.instruments.catheter.rod import bending_n_mm2, opening_at
from game.instruments.needle import Needle
from game.patient import Tissue
from tests.instruments.rods import BORE_MM, BRAIDED, body, held, push, rest


def circle(radius_mm: float, turn_deg: float, straight_mm: float = 60.0) -> Array:
    """A straight line that goes over into an arc."""
    turn = np.radians(np.arange(1.0, turn_deg + 0.5))
    arc = np.stack([radius_mm * (1.0 - np.cos(turn)), np.zeros(len(turn)), radius_mm * np.sin(turn)], axis=1)
    line = np.stack([np.zeros(61), np.zeros(61), np.linspace(-straight_mm, 0.0, 61)], axis=1)
    return np.concatenate([line, arc])[::-1]


@pytest.mark.parametrize(("turn_deg", "loops"), [(1.0, 0), (90.0, 0), (140.0, 0), (180.0, 1), (360.0, 1), (760.0, 2)])
def test_loops_are_counted_from_the_line(turn_deg: float, loops: int) -> None:
    assert shape.loops(circle(8.0, turn_deg)) == loops


def test_a_line_that_winds_gently_has_no_loop() -> None:
    z = np.arange(0.0, 200.0)
    assert shape.loops(np.stack([5.0 * np.sin(z / 12.0), 3.0 * np.cos(z / 20.0), z], axis=1)) == 0


@pytest.mark.parametrize("radius_mm", [6.0, 10.0, 25.0])
def test_the_smallest_radius_is_found_where_it_is(radius_mm: float) -> None:
    radius, at = shape.bend_radius_mm(circle(radius_mm, 90.0))
    assert radius == pytest.approx(radius_mm, rel=0.05)
    assert at <= radius_mm * math.pi / 2.0 + 3.0
    assert shape.bend_radius_mm(circle(10.0, 90.0)[-40:])[0] > 1e3


def test_a_tight_bend_narrows_and_then_shuts_the_bore() -> None:
    shares = [shape.open_share(radius_mm, 6.0) for radius_mm in (60.0, 6.0, 4.0, 2.0, 0.5)]
    assert shares == [1.0, 1.0, pytest.approx(0.5), 0.0, 0.0]


def test_the_place_of_a_tip_is_told_by_level_depth_and_side() -> None:
    patient = body()
    centre = patient.landmarks["T10.centre"] if "T10.centre" in patient.landmarks else patient.spine.centre_mm[6]
    x, y, half_width, half_depth, _ = patient.canal.sac.read(np.array([centre[2]]))[0]

    def at(across: float, back: float) -> shape.TipPlace:
        return shape.place(patient, np.array([[x + across * half_width, y + back * half_depth, centre[2]]]))

    assert (at(0.0, 0.8).level, at(0.0, 0.8).third, at(0.0, 0.8).in_sac) == ("T10", "dorsal", True)
    assert at(0.0, 0.8).level_number == pytest.approx(10.0)
    assert at(0.0, 0.0).third == "middle"
    assert at(0.0, -0.8).third == "ventral"
    assert at(0.5, 0.0).aside_mm > 3.0
    assert not at(1.4, 0.0).in_sac
    disc = 0.5 * (patient.spine.centre_mm[8] + patient.spine.centre_mm[9])
    assert shape.place(patient, disc[None]).level_number == pytest.approx(12.5)


def test_the_length_inside_the_dura_ends_where_the_line_leaves_it() -> None:
    patient = body()
    rod = held(patient)
    push(rod, patient, 90.0)
    line = shape.points(rod)
    outside = line[-1] + np.array([0.0, 1.0, 0.0]) * np.arange(5.0, 40.0)[:, None]
    assert shape.inside_mm(patient, line, "intrathecal") == pytest.approx(90.0, abs=1.5)
    assert shape.inside_mm(patient, np.concatenate([line, outside]), "intrathecal") < 98.0


@pytest.mark.parametrize(("length_mm", "drops"), [(300.0, 14.0), (600.0, 7.0), (890.0, 5.0), (1100.0, 4.0)])
def test_drops_at_the_free_end_agree_with_poiseuille(length_mm: float, drops: float) -> None:
    assert flow.drops_per_min(15.0, length_mm) == pytest.approx(drops, rel=0.3)


def test_what_narrows_the_catheter_slows_the_drip() -> None:
    free = flow.drops_per_min(15.0, 890.0)
    assert flow.drops_per_min(15.0, 890.0, open_share=0.5) == pytest.approx(0.5 * free)
    assert flow.drops_per_min(15.0, 890.0, open_share=0.0) == 0.0
    assert 0.0 < flow.drops_per_min(15.0, 890.0, wire_in=True) < 0.2 * free
    assert flow.drops_per_min(15.0, 890.0, side_holes=0.0) == 0.0
    assert flow.drops_per_min(-2.0, 890.0) == 0.0


def test_side_holes_lie_free_in_fluid_and_not_outside_the_sac() -> None:
    patient = body()
    rod = held(patient)
    push(rod, patient, 100.0)
    assert flow.side_holes_open(rod, patient) > 0.4
    outside = shape.points(rod) + np.array([0.0, 30.0, 0.0])
    assert flow.holes_open(outside, patient, 1.2) == 0.0


def test_drawing_the_wire_drags_a_bent_catheter_more_than_a_straight_one() -> None:
    patient, drag_mm = body(), {}
    for down_deg in (10.0, 45.0):
        rod = held(patient, down_deg=down_deg)
        push(rod, patient, 150.0)
        before_mm = rod.in_mm
        drag_mm[down_deg] = sum(catheter.withdraw_wire(rod, 50.0) for _ in range(30))
        assert before_mm - rod.in_mm == pytest.approx(drag_mm[down_deg])
        assert rod.wire_mm == rod.wire_in_needle_mm == rod.supplied_mm
        rest(rod, patient, 1.0)
        assert patient.sac_distance_mm(shape.points(rod)).max() < 1.0
    assert 3.0 < drag_mm[10.0] < drag_mm[45.0] < 25.0


def test_without_its_wire_it_is_softer() -> None:
    patient = body()
    rod = held(patient)
    push(rod, patient, 60.0)
    stiff = bending_n_mm2(rod, np.array([0.0, 50.0]))
    catheter.withdraw_wire(rod, 30.0)
    assert bending_n_mm2(rod, np.array([0.0, 50.0])).tolist() == pytest.approx([8.0, stiff[1]])


def test_the_needle_s_opening_is_where_it_stands_and_says_its_space() -> None:
    patient = body()
    dura = patient.landmarks["sac.L3-4"]
    heading = np.array([0.0, -math.sin(math.radians(40.0)), math.cos(math.radians(40.0))])
    needle = Needle(length_mm=BORE_MM)
    skin = patient.skin_hit_mm(dura - 250.0 * heading, heading)
    assert skin is not None
    shaft.set_on_skin(needle, tuple(skin.tolist()), nicked=True)
    shaft.aim(needle, tuple(heading.tolist()), 0.0, 0.0)
    needle.drift = 0.0
    spaces = {}
    way = float(np.linalg.norm(dura - skin))
    for past_mm in (-30.0, 8.0):
        needle.depth_mm = way + past_mm
        needle.track_mm = [tuple((skin + 0.5 * k * heading).tolist()) for k in range(int(needle.depth_mm / 0.5) + 1)]
        found = opening_at(needle, patient)
        assert found is not None
        spaces[past_mm] = found.space
        assert found.heading[2] > heading[2]  # the bevel to the head turns the catheter up the canal
        assert math.dist(found.place_mm, shaft.tip_mm(needle)) == pytest.approx(1.5)
    assert spaces == {-30.0: "", 8.0: "intrathecal"}
    assert Tissue(int(patient.tissue(np.array([found.place_mm]))[0])) in (Tissue.CSF, Tissue.ROOT)
    rod = catheter.start(BRAIDED, found)
    rod.in_mm = 60.0
    inside = np.asarray(shape.in_needle(rod, needle))
    hub = np.asarray(shaft.tip_mm(needle)) - BORE_MM * heading
    assert inside[-1] == pytest.approx(hub, abs=0.1)
    assert np.linalg.norm(inside[0] - inside[-1]) == pytest.approx(60.0, abs=0.1)
