"""How thick the cortex of a vertebra is, read from the tissue along lines square to its surface."""

import numpy as np
import pytest
from bodies import body

from game.frames import Array
from game.patient import Patient
from game.patient import reference as ref
from game.patient.tissue import Tissue

STEP_MM = 0.01
X, Y, Z = np.eye(3)


def cortex_mm(patient: Patient, level: str, start: tuple[float, float, float], direction: Array, reach_mm: float = 25.0) -> float:
    """Return the cortex first met on the way out from inside a bone, points and directions in the vertebra's frame."""
    i = ref.LEVELS.index(level)
    way = STEP_MM * np.arange(round(reach_mm / STEP_MM))[:, None] * direction
    labels = patient.tissue(patient.spine.centre_mm[i] + (np.asarray(start) + way) @ patient.spine.rotation[i].T)
    assert labels[0] == Tissue.TRABECULAR
    out = int(np.argmax(~np.isin(labels, (Tissue.TRABECULAR, Tissue.CORTICAL))))
    return STEP_MM * float((labels[:out] == Tissue.CORTICAL).sum())


@pytest.mark.parametrize("level", ["T6", "T10", "L1", "L3", "L5"])
def test_endplates_are_thicker_than_the_wall_of_the_body(level):
    patient = body(1)
    assert cortex_mm(patient, level, (0.0, -2.0, 0.0), Z) == pytest.approx(0.6, abs=0.1)
    assert cortex_mm(patient, level, (0.0, -2.0, 0.0), -Z) == pytest.approx(0.6, abs=0.1)
    assert cortex_mm(patient, level, (0.0, -2.0, 0.0), -Y) == pytest.approx(0.4, abs=0.1)
    assert cortex_mm(patient, level, (0.0, -2.0, 0.0), X, 40.0) == pytest.approx(0.4, abs=0.1)


@pytest.mark.parametrize("level", ["L1", "L2", "L3"])
def test_pedicles_are_thicker_towards_the_canal(level):
    patient, i = body(1), ref.LEVELS.index(level)
    v = patient.spine.shape(i)
    across = np.array([v.pedicle_cos, -v.pedicle_sin, 0.0])
    middle = (v.pedicle_x, v.wall + 4.5, v.pedicle_z)
    assert cortex_mm(patient, level, middle, across) == pytest.approx(0.8, abs=0.15)
    assert cortex_mm(patient, level, middle, -across) == pytest.approx(1.5, abs=0.2)


@pytest.mark.parametrize("level", ["T10", "L3", "L4"])
def test_laminae_have_the_thickest_cortex(level):
    patient, i = body(1), ref.LEVELS.index(level)
    v = patient.spine.shape(i)
    dorsal = np.array([v.lamina_drop, v.lamina_reach, 0.0]) / np.hypot(v.lamina_drop, v.lamina_reach)
    surface = (patient.landmarks[f"{level}.lamina_left"] - patient.spine.centre_mm[i]) @ patient.spine.rotation[i]
    way = np.arange(-10.0, 4.0, STEP_MM)[:, None] * dorsal
    labels = patient.tissue(patient.spine.centre_mm[i] + (surface + way) @ patient.spine.rotation[i].T)
    outer = int(np.flatnonzero(labels == Tissue.CORTICAL)[-1])
    inner = int(np.flatnonzero(labels == Tissue.TRABECULAR)[-1])
    assert STEP_MM * (outer - inner) == pytest.approx(1.6, abs=0.25)


def test_osteoporosis_thins_every_cortex_alike():
    normal, weak = body(1), body(1, osteoporosis=1.0)
    for direction in (Z, -Y):
        thin, thick = (cortex_mm(patient, "L3", (0.0, -2.0, 0.0), direction) for patient in (weak, normal))
        assert thin / thick == pytest.approx(0.6, abs=0.05)
