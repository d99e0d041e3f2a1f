"""Bare theatres for the tests of single steps, and hands that are not refused."""

from functools import cache

from game.base import Action, Event
from game.frames import FieldCamera, Rigid
from game.imaging import CArm
from game.instruments.equipment import Equipment
from game.operation import core
from game.operation.plan import Plan
from game.operation.steps import StepRules
from game.operation.theatre import Fluoroscope, Theatre
from game.patient import Patient, PatientSpec, build_patient
from game.patient.physiology import start_physiology
from game.resources import shipped
from game.scenario import load_scenario


@cache
def equipment() -> Equipment:
    return load_scenario(shipped("scenarios") / "standard.yaml").tables.equipment


@cache
def body(spec: PatientSpec | None = None, seed: int = 5) -> Patient:
    return build_patient(spec or PatientSpec(), seed)


def bare_theatre(plan: Plan, patient: Patient, seed: int, elevation_deg: float) -> Theatre:
    return Theatre(
        plan=plan,
        spec=patient.spec,
        seed=seed,
        patient=patient,
        equipment=equipment(),
        patient_pose=Rigid(),
        camera=FieldCamera(plan.side, elevation_deg, (0.0, 90.0, -40.0), 420.0),
        fluoroscope=Fluoroscope(CArm()),
        physiology=start_physiology(patient.spec, seed, plan.anaesthesia),
    )


def done(rules: StepRules, theatre: Theatre, state: object, *actions: Action) -> list[Event]:
    """Do actions that nobody refuses; return what happened."""
    events: list[Event] = []
    for action in actions:
        assert core.refuse(theatre, action, rules.tray) is None
        assert rules.refuse(theatre, state, action) is None
        events += core.apply(theatre, action)
        events += rules.apply(theatre, state, action)
    return events
