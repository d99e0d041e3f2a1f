"""Contact is what the body's distances say: nothing is scripted by depth and nothing is read from voxels."""

import dataclasses
import math

import pytest

from game.instruments import needle as shaft
from game.instruments.needle import Entered, tip_mm
from game.operation.needle.geometry import canal_ratio
from game.patient import Patient, PatientSpec, Tissue, build_patient
from tests.instruments.hands import pierce_by_feel, push_to, set_for, through

SEED = 7
SEEDS = range(1, 61)


def log_of(patient, hand_mm=82.0, like=None):
    """Return depth, forces and events of one fixed motion of the hand, on the way into this body or another one."""
    needle, _ = set_for(like or patient)
    events = push_to(needle, patient, hand_mm, speed_mm_s=12.0)
    return needle.depth_mm, needle.tip_n, needle.drag_n, events


@pytest.fixture(scope="module")
def log():
    return log_of(build_patient(PatientSpec(), SEED))


def test_the_needle_never_looks_at_voxels(log, monkeypatch):
    def forbidden(patient):
        raise AssertionError("a voxel was read")

    for name in ("labels", "volume", "_grid"):
        monkeypatch.setattr(Patient, name, property(forbidden))
    assert log_of(build_patient(PatientSpec(), SEED)) == log


def test_another_voxel_size_leaves_the_needles_log_unchanged(log, monkeypatch):
    monkeypatch.setattr("game.patient.patient.SPACING_MM", 3.0)
    monkeypatch.setattr("game.patient.voxels.SPACING_MM", 3.0)
    patient = build_patient(PatientSpec(), SEED)
    assert patient.spacing_mm == 3.0
    assert log_of(patient) == log


def thicker_flavum(patient, by_mm):
    """Return the same patient with one distance changed: the flavum's half thickness."""
    line = patient.canal.line
    values = line.values.copy()
    values[:, 4] += 0.5 * by_mm * (values[:, 4] > 0.0)
    patient.canal = dataclasses.replace(patient.canal, line=dataclasses.replace(line, values=values))
    return patient


def entered(events, tissue):
    return next(event for event in events if isinstance(event, Entered) and event.tissue is tissue)


def test_a_thicker_flavum_alone_changes_forces_and_contacts():
    body = build_patient(PatientSpec(), SEED)
    other = thicker_flavum(build_patient(PatientSpec(), SEED), 2.0)
    (_, tip_n, drag_n, plain), (_, thick_tip_n, thick_drag_n, thick) = (log_of(each, 105.0, like=body) for each in (body, other))
    popped, thick_popped = through(plain, Tissue.FLAVUM), through(thick, Tissue.FLAVUM)
    same = [event for event in plain if event.tick < thick_popped.tick]
    assert thick[: len(same)] == same  # up to the ligament nothing changed
    assert thick_popped.depth_mm < popped.depth_mm - 0.5  # its dorsal face came nearer
    assert entered(thick, Tissue.EPIDURAL).depth_mm > entered(plain, Tissue.EPIDURAL).depth_mm + 0.5  # and its ventral one went away
    assert thick_drag_n > drag_n + 0.1
    assert thick_tip_n != tip_n


def test_the_flavum_gives_way_where_the_body_has_it():
    patient = build_patient(PatientSpec(), SEED)
    needle, length_mm = set_for(patient)
    popped = through(push_to(needle, patient, 95.0, speed_mm_s=12.0), Tissue.FLAVUM)
    span = next(span for span in needle.spans if span.tissue is Tissue.FLAVUM)
    assert span.start_mm == pytest.approx(length_mm, abs=0.6)
    assert span.start_mm < popped.depth_mm < span.start_mm + 8.0
    line_mm = math.dist(tip_mm(needle), needle.entry_mm)
    assert line_mm == pytest.approx(needle.depth_mm, abs=0.01)


def test_two_seeds_of_one_patient_answer_the_same_hand_differently():
    different = 0
    for first, second in zip(range(1, 20, 2), range(2, 21, 2), strict=True):
        depths, met = [], []
        for seed in (first, second):
            depth_mm, _, _, events = log_of(build_patient(PatientSpec(), seed), hand_mm=100.0)
            depths.append(depth_mm)
            met.append([(type(event), getattr(event, "tissue", None)) for event in events])
        different += abs(depths[0] - depths[1]) > 2.0 or met[0] != met[1]
    assert different >= 8


def fisher(more: int, of_more: int, fewer: int, of_fewer: int) -> float:
    """Return the one-sided p of Fisher's exact test that the first rate is not the higher one."""
    total, both = of_more + of_fewer, more + fewer
    ways = [math.comb(of_more, k) * math.comb(of_fewer, both - k) for k in range(more, min(of_more, both) + 1)]
    return sum(ways) / math.comb(total, both)


def test_fishers_exact_test_knows_the_lady_who_tasted_tea():
    assert fisher(3, 4, 1, 4) == pytest.approx(17 / 70)
    assert fisher(4, 4, 0, 4) == pytest.approx(1 / 70)


def overshoots(patient, heaviness):
    """Return whether the point comes to rest in the ventral third of the sac, or beyond it."""
    needle, events = pierce_by_feel(patient, heaviness)
    return through(events, Tissue.DURA) is not None and canal_ratio(patient, tip_mm(needle)) > 2.0 / 3.0


def test_a_hand_a_third_heavier_overshoots_more_often():
    counts = {1.0: 0, 1.3: 0}
    for seed in SEEDS:
        patient = build_patient(PatientSpec(), seed)
        for heaviness in counts:
            counts[heaviness] += overshoots(patient, heaviness)
    assert fisher(counts[1.3], len(SEEDS), counts[1.0], len(SEEDS)) < 0.01


def test_the_ghost_falls_when_the_flavum_gives_and_not_before():
    patient = build_patient(PatientSpec(), SEED)
    needle, _ = set_for(patient)
    shaft.grip(needle)
    for tick in range(1, 3000):
        shaft.move_hand(needle, 0.05)
        if through(shaft.advance(needle, patient, tick), Tissue.FLAVUM):
            break
    before_mm = needle.ghost_mm
    for tick in range(24):
        shaft.advance(needle, patient, tick)
    assert before_mm > 6.0
    assert needle.ghost_mm < before_mm - 2.0
