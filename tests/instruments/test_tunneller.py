"""The malleable rod in layers that curve away under it: a round flank whose answers are known."""

import math

import numpy as np
import pytest

from game.instruments import tunneller as rods
from game.instruments.tunneller import GaveWay, MetBone, Rod, Strengths

RADIUS_MM = 150.0
SKIN, FAT, FASCIA, WALL = 2.0, 18.0, 18.6, 36.0
SCARPA = SKIN + rods.SCARPA_SHARE * (FAT - SKIN)
DEEP_MM = 0.5 * (SCARPA + FAT)


class Cylinder:
    """A flank that is round about z, or flat for an infinite radius; bone from an angle on."""

    def __init__(self, radius_mm: float = RADIUS_MM, bone_from_mm: float = math.inf) -> None:
        self.radius_mm, self.bone_from_mm = radius_mm, bone_from_mm

    def layers_mm(self, points):
        depth = self.radius_mm - np.hypot(points[:, 0], points[:, 1])
        return depth, np.broadcast_to(np.array([SKIN, FAT, FASCIA, WALL]), (len(points), 4))

    def skin_normal(self, point):
        out = np.array([point[0], point[1], 0.0])
        return out / math.sqrt(float(out @ out))

    def bone_distance_mm(self, points):
        along = self.radius_mm * np.arctan2(points[:, 0], points[:, 1])
        return self.bone_from_mm - along


def pushed(bend_deg, mm=250.0, mm_s=40.0, flank=None, strengths=None, depth_mm=DEEP_MM, **rod_fields):
    """Return a rod that went in at the top along the skin, and what happened."""
    flank, rod = flank or Cylinder(), Rod(bend_deg=bend_deg, **rod_fields)
    rods.put_in(rod, flank, (0.0, flank.radius_mm - depth_mm, 0.0), (1.0, 0.0, 0.0))
    rods.grip(rod)
    events = []
    for tick in range(round(120 * mm / mm_s)):
        rods.move_hand(rod, mm_s / 120.0)
        events += rods.advance(rod, flank, strengths or Strengths(), tick)
    return rod, events


def gave(events):
    return [(event.face, event.inwards) for event in events if isinstance(event, GaveWay)]


FITTING_DEG = math.degrees(100.0 / (RADIUS_MM - DEEP_MM))


def test_a_rod_bent_like_the_flank_runs_in_the_deep_fat_without_pressing_on_anything():
    rod, events = pushed(FITTING_DEG)
    depth, _ = Cylinder().layers_mm(np.array(rod.track_mm))
    assert gave(events) == []
    assert rod.bed == "deep"
    assert np.abs(depth - DEEP_MM).max() < 0.6
    assert rod.inside_mm > 200.0


def test_a_straight_rod_leaves_the_deep_fat_towards_the_skin():
    _, events = pushed(0.0, flank=Cylinder(95.0))
    assert gave(events)[0] == ("scarpa", False)


def test_an_overbent_rod_in_a_hurry_digs_through_the_fascia_and_then_the_peritoneum():
    flat = Cylinder(4000.0)
    _, slow = pushed(45.0, mm_s=40.0, flank=flat)
    _, fast = pushed(90.0, mm_s=200.0, flank=flat)
    assert ("fascia", True) not in gave(slow)
    assert gave(fast)[:2] == [("fascia", True), ("peritoneum", True)]


def test_the_force_in_the_deep_fat_is_fifteen_newtons_and_a_twentieth_for_every_millimetre():
    rod, _ = pushed(FITTING_DEG, mm=120.0)
    still = rods.BASE_N["deep"] + rods.DRAG_N_PER_MM * rod.inside_mm
    assert rods.resistance_n(rod) == pytest.approx(still, abs=0.5)
    assert rod.ghost_mm == pytest.approx(still + rods.DAMPING_N_S_PER_MM * 40.0, abs=1.5)


def test_a_hand_that_pushes_less_than_the_fat_resists_moves_nothing():
    rod, _ = pushed(FITTING_DEG, mm=14.0)
    assert rod.inside_mm == 0.0
    assert rods.settled(rod) or rod.still_s > 0.0


def test_a_hand_that_goes_on_at_the_fascia_runs_on_when_it_gives():
    strengths = Strengths(scarpa=999.0, fascia=20.0)
    rod, events = pushed(75.0, mm=120.0, mm_s=120.0, strengths=strengths)
    event = next(e for e in events if isinstance(e, GaveWay))
    assert event.force_n > 25.0
    assert rod.bed in ("muscle", "cavity")


def test_the_reach_of_the_handle_is_that_of_a_beam_on_a_soft_bed():
    soft, stiff = Rod(stiffness_n_m2=3.5), Rod(stiffness_n_m2=7.0)
    assert rods.reach_mm(soft) == pytest.approx((4 * 3.5e6 / 0.02) ** 0.25)
    assert rods.reach_mm(stiff) / rods.reach_mm(soft) == pytest.approx(2.0**0.25)


def test_the_handle_leads_the_point_to_the_side_less_the_deeper_it_is():
    turns = []
    for inside_mm in (0.0, 160.0):
        rod, _ = pushed(FITTING_DEG, mm=inside_mm + 30.0)
        rod.aside_deg, before = 20.0, np.array(rod.heading)
        outward = Cylinder().skin_normal(np.array(rod.point_mm))
        after = rods._turned(rod, before, outward, 1.0)
        turns.append(float(after @ np.cross(outward, before)))
    assert turns[0] > 2.0 * turns[1] > 0.0


def test_a_rod_rolled_on_its_side_runs_aside():
    left, _ = pushed(FITTING_DEG, mm=120.0, roll_deg=60.0)
    right, _ = pushed(FITTING_DEG, mm=120.0, roll_deg=-60.0)
    assert left.point_mm[2] == pytest.approx(-right.point_mm[2], abs=0.5)
    assert left.point_mm[2] < -5.0  # left of +x seen from +y is -z


def test_bone_stops_it_dead_and_drawing_back_frees_it():
    flank = Cylinder(bone_from_mm=60.0)
    rod, events = pushed(FITTING_DEG, mm=160.0, flank=flank)
    assert [type(event) for event in events] == [MetBone]
    assert rod.inside_mm == pytest.approx(52.0, abs=4.0)  # 60 along the skin are 52 along the rod
    rods.grip(rod)
    for tick in range(240):
        rods.move_hand(rod, -0.5)
        rods.advance(rod, flank, Strengths(), tick)
    assert not rod.on_bone
    assert rod.inside_mm < 10.0


def test_drawn_back_it_goes_along_its_own_way():
    rod, _ = pushed(FITTING_DEG, mm=200.0)
    way = list(rod.track_mm)
    for tick in range(360):
        rods.move_hand(rod, -0.5)
        rods.advance(rod, Cylinder(), Strengths(), tick)
    assert 5.0 < rod.inside_mm < len(way) - 20.0
    assert math.dist(rod.point_mm, way[round(rod.inside_mm)]) < 1.5


def test_drawn_back_through_a_face_it_lies_in_the_layer_that_it_came_from():
    rod, events = pushed(90.0, mm=250.0, mm_s=200.0, flank=Cylinder(4000.0))
    assert gave(events)[:2] == [("fascia", True), ("peritoneum", True)]
    beds = [rod.bed]
    for tick in range(4000):
        rods.move_hand(rod, -0.5)
        rods.advance(rod, Cylinder(4000.0), Strengths(), tick)
        if rod.bed != beds[-1]:
            beds.append(rod.bed)
        if rod.inside_mm < 5.0:
            break
    assert beds[-3:] == ["cavity", "muscle", "deep"]
    assert rods.resistance_n(rod) < 20.0


def test_fingers_on_the_point_keep_it_under_scarpas_fascia():
    def run(fingers):
        rod, flank = Rod(bend_deg=10.0), Cylinder()
        rods.put_in(rod, flank, (0.0, RADIUS_MM - DEEP_MM, 0.0), (1.0, 0.0, 0.0))
        rods.grip(rod)
        events = []
        for tick in range(240):
            rods.move_hand(rod, 0.5)
            events += rods.advance(rod, flank, Strengths(scarpa=30.0), tick, fingers)
        return gave(events)

    assert ("scarpa", False) in run(None)
    assert ("scarpa", False) not in run(0.0)


def test_no_rod_goes_further_in_than_it_is_long():
    rod, _ = pushed(FITTING_DEG, mm=300.0, mm_s=100.0, length_mm=150.0)
    assert rod.inside_mm <= 150.0
