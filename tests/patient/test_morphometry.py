"""Every vertebra measured back from the built bone, against the tables it was built from: within 1 mm or 5 %."""

import numpy as np
import pytest
from bodies import body
from morphometry import Vertebra, arch, body_outline, lamina_height_mm, lamina_thickness_mm, spinous_length_mm, window

from game.patient import Patient, PatientSpec, build_patient
from game.patient import reference as ref

LUMBAR = ref.LEVELS[ref.LEVELS.index("L1") :]
OPEN_SPACES = ref.SPACES[ref.SPACES.index("T12-L1") :]
"""Above them the laminae shingle, and articular processes leave no free edge to measure a width by."""


def wanted_of(patient: Patient, level: str) -> dict[str, float]:
    """Return the tables' lengths for a level, scaled by stature and sex, with what the seed draws."""
    i, scale, draws = ref.LEVELS.index(level), patient.spine.scale, patient.draws
    tables = {
        "width_upper": (ref.ENDPLATE_WIDTH_UPPER_MM, draws.width),
        "width_lower": (ref.ENDPLATE_WIDTH_LOWER_MM, draws.width),
        "depth_upper": (ref.ENDPLATE_DEPTH_UPPER_MM, draws.depth),
        "depth_lower": (ref.ENDPLATE_DEPTH_LOWER_MM, draws.depth),
        "height_ventral": (ref.BODY_HEIGHT_VENTRAL_MM, draws.height),
        "height_dorsal": (ref.BODY_HEIGHT_DORSAL_MM, draws.height),
        "canal_width": (ref.CANAL_WIDTH_MM, None),
        "canal_depth": (ref.CANAL_DEPTH_MM, None),
        "pedicle_width": (ref.PEDICLE_WIDTH_MM, None),
        "pedicle_height": (ref.PEDICLE_HEIGHT_MM, None),
        "transverse_span": (ref.TRANSVERSE_SPAN_MM, draws.transverse.mean(axis=1)),
    }
    return {name: scale * table[i] * (1.0 if factor is None else float(factor[i])) for name, (table, factor) in tables.items()}


def faults_of(found: dict[str, float], wanted: dict[str, float]) -> dict[str, str]:
    """Return what disagrees by more than 1 mm and more than 5 %."""
    return {
        name: f"{found[name]:.1f} for {value:.1f}" for name, value in wanted.items() if abs(found[name] - value) > max(1.0, 0.05 * value)
    }


def bone_faults(patient: Patient) -> dict[str, dict[str, str]]:
    faults = {}
    for i, level in enumerate(ref.LEVELS):
        vertebra = Vertebra(patient, i)
        faults[level] = faults_of(body_outline(vertebra) | arch(vertebra), wanted_of(patient, level))
    return {level: wrong for level, wrong in faults.items() if wrong}


def window_faults(patient: Patient) -> dict[str, dict[str, str]]:
    flexion, faults = patient.spec.hip_flexion_deg / 90.0, {}
    for i, space in enumerate(ref.SPACES):
        wanted = {"window_height": ref.window_height_mm(space, flexion, patient.spec.age_y) * float(patient.draws.window[i])}
        if space in OPEN_SPACES:
            wanted["window_width"] = ref.WINDOW_WIDTH_MM[i] * patient.spine.scale
        faults[space] = faults_of(window(patient, space), wanted)
    return {space: wrong for space, wrong in faults.items() if wrong}


def stranger(number: int) -> Patient:
    """Return a random person: sex, stature, weight, age, lordosis, posture and seed."""
    rng = np.random.default_rng(7000 + number)
    height_cm = float(rng.uniform(148.0, 198.0))
    spec = PatientSpec(
        sex="female" if rng.random() < 0.5 else "male",
        age_y=float(rng.uniform(20.0, 90.0)),
        height_cm=height_cm,
        weight_kg=float(rng.uniform(19.0, 38.0)) * (height_cm / 100.0) ** 2,
        lordosis_deg=float(rng.uniform(30.0, 70.0)),
        hip_flexion_deg=float(rng.uniform(0.0, 110.0)),
    )
    return build_patient(spec, int(rng.integers(10_000)))


def test_the_plain_patient_is_built_to_the_tables():
    assert bone_faults(body(1)) == {}
    assert window_faults(body(1)) == {}


@pytest.mark.parametrize("number", range(10))
def test_strangers_are_built_to_the_tables(number):
    patient = stranger(number)
    assert bone_faults(patient) == {}
    assert window_faults(patient) == {}


@pytest.mark.parametrize("level", ref.LEVELS)
def test_spinous_processes_are_as_long_as_the_table_says(level):
    patient, i = body(1), ref.LEVELS.index(level)
    wanted = ref.SPINOUS_LENGTH_MM[i] * patient.spine.scale * float(patient.draws.spinous[i])
    assert spinous_length_mm(Vertebra(patient, i)) == pytest.approx(wanted, abs=max(1.2, 0.05 * wanted))


@pytest.mark.parametrize("level", LUMBAR)
def test_laminae_are_as_thick_as_the_table_says_beside_the_spinous_process(level):
    patient, i = body(1), ref.LEVELS.index(level)
    wanted = ref.LAMINA_THICKNESS_MM[i] * patient.spine.scale
    assert lamina_thickness_mm(Vertebra(patient, i)) == pytest.approx(wanted, abs=1.0)


@pytest.mark.parametrize("level", LUMBAR)
def test_windows_take_no_more_than_a_fifth_from_the_laminae_at_the_usual_lordosis(level):
    """Body heights, discs and windows leave the laminae what remains; the tables, of several sources, do not add up."""
    patient, i = body(1), ref.LEVELS.index(level)
    wanted = ref.LAMINA_HEIGHT_MM[i] * patient.spine.scale
    assert lamina_height_mm(Vertebra(patient, i)) == pytest.approx(wanted, rel=0.2)


@pytest.mark.parametrize("level", ["T4", "T5", "T6", "T7", "L2", "L3", "L4", "L5"])
def test_laminae_are_as_high_as_the_table_says_where_lordosis_leaves_room(level):
    """Windows come first: at 40 degrees they leave the laminae their height; T8 to L1 take what lies between theirs."""
    patient, i = body(1, lordosis_deg=40.0, age_y=50.0), ref.LEVELS.index(level)
    wanted = ref.LAMINA_HEIGHT_MM[i] * patient.spine.scale
    assert lamina_height_mm(Vertebra(patient, i)) == pytest.approx(wanted, abs=max(1.0, 0.05 * wanted))


def test_a_wrong_table_is_noticed(monkeypatch):
    vertebra = Vertebra(body(1), ref.LEVELS.index("L3"))
    monkeypatch.setattr(ref, "PEDICLE_WIDTH_MM", tuple(value + 1.5 for value in ref.PEDICLE_WIDTH_MM))
    monkeypatch.setattr(ref, "BODY_HEIGHT_DORSAL_MM", tuple(1.06 * value for value in ref.BODY_HEIGHT_DORSAL_MM))
    faults = faults_of(body_outline(vertebra) | arch(vertebra), wanted_of(vertebra.patient, "L3"))
    assert set(faults) == {"pedicle_width", "height_dorsal"}
