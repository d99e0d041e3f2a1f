"""Bodies that a session keeps for its pictures: few, and always the right ones."""

import gc
import weakref

import pytest

import game.session.session as session_module
from game.operation.actions import Pedal
from game.operation.positioning.actions import PlacePatient
from game.patient import build_patient
from game.session import Session
from game.session.session import KEPT_BODIES
from tests.session.sessions import begun

HIPS_DEG = (40.0, 60.0, 80.0, 100.0)


@pytest.fixture
def moved() -> Session:
    """A case with a picture of each of five postures."""
    session = begun("positioning")
    for hips_deg in HIPS_DEG:
        for down in (True, False):
            session.act(Pedal(down))
            session.advance(12)
        session.act(PlacePatient(hips_deg, 0.0))
    return session


def test_a_picture_shows_the_patient_as_he_lay_then(moved):
    postures = moved.theatre.fluoroscope.postures_deg
    assert len(set(postures)) == len(HIPS_DEG)
    assert [moved.patient_at(index).spec.hip_flexion_deg for index in range(len(postures))] == postures
    assert [moved.patient_at(index).spec.hip_flexion_deg for index in reversed(range(len(postures)))] == postures[::-1]


def test_bodies_of_few_postures_stay_in_the_memory(moved, monkeypatch):
    made = []

    def build(spec, seed):
        patient = build_patient(spec, seed)
        made.append(weakref.ref(patient))
        return patient

    monkeypatch.setattr(session_module, "build_patient", build)
    postures = moved.theatre.fluoroscope.postures_deg
    for index in [*range(len(postures)), 0]:
        moved.patient_at(index)
    gc.collect()
    assert len(made) > KEPT_BODIES
    assert sum(body() is not None for body in made) == KEPT_BODIES


def test_a_body_used_again_stays_while_an_older_one_goes(moved):
    postures = moved.theatre.fluoroscope.postures_deg
    first, second, third = (postures.index(angle) for angle in sorted(set(postures))[:3])
    kept = moved.patient_at(first)
    moved.patient_at(second)
    assert moved.patient_at(first) is kept
    moved.patient_at(third)
    assert moved.patient_at(first) is kept
