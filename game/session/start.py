"""The theatre as a case finds it."""

import numpy as np

from game.frames import FieldCamera, Rigid
from game.imaging import CArm
from game.operation.theatre import Fluoroscope, Theatre
from game.patient import build_patient
from game.patient.physiology import start_physiology
from game.scenario import Scenario

FIELD_ELEVATION_DEG = 35.0
FIELD_WIDTH_MM = 316.0


def new_theatre(scenario: Scenario, seed: int) -> Theatre:
    """Build patient, C-arm and monitors for a scenario and a seed."""
    patient = build_patient(scenario.patient, seed)
    back = patient.landmarks[f"window.{scenario.plan.window}"]
    side_up = scenario.plan.side
    return Theatre(
        plan=scenario.plan,
        spec=scenario.patient,
        seed=seed,
        patient=patient,
        equipment=scenario.tables.equipment,
        patient_pose=Rigid(),
        camera=FieldCamera(side_up, FIELD_ELEVATION_DEG, (0.0, float(np.round(back[1])), 0.0), FIELD_WIDTH_MM),
        fluoroscope=Fluoroscope(carm=CArm()),
        physiology=start_physiology(scenario.patient, seed, scenario.plan.anaesthesia),
    )
