"""All that later steps need, as plain data: how any step can start without replaying the ones before it."""

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from game.complications import Courses
from game.frames import FieldCamera, Rigid
from game.imaging import CArm, DoseAccount, Exposure, Technique
from game.instruments.equipment import Equipment
from game.instruments.needle import Needle
from game.operation.plan import Plan
from game.operation.talk_state import Talk
from game.operation.theatre import Fluoroscope, Hand, Lidocaine, SkinMark, Sterility, Strain, Theatre
from game.patient import PatientSpec, build_patient
from game.patient.physiology import Physiology
from game.plain import decode, encode
from game.streams import stream

if TYPE_CHECKING:
    from game.session.session import Session

VERSION = 1
HELD = "held"


@dataclass(frozen=True, slots=True)
class Handover:
    """The theatre between two steps.

    Attributes:
        version: Of this form.
        seed: Of the case.
        spec: The patient with the present posture.
        tick, waited_ticks: Both clocks.
        views: Stored exposures by view name, and `held`, the one on the monitor.
        postures_deg: Hip flexion at each of those.
        streams: State of each stream of chance that was drawn from, as JSON.
        steps_done: Steps finished before.
    """

    version: int
    seed: int
    plan: Plan
    spec: PatientSpec
    patient_pose: Rigid
    camera: FieldCamera
    tick: int
    waited_ticks: int
    carm: CArm
    dose_mode: str
    technique: Technique | None
    dose: DoseAccount
    views: dict[str, Exposure]
    postures_deg: dict[str, float]
    physiology: Physiology
    strain: Strain
    marks: list[SkinMark]
    sterility: Sterility
    lidocaine: Lidocaine
    needle: Needle | None
    courses: Courses
    talk: Talk
    streams: dict[str, str]
    steps_done: tuple[str, ...] = field(default=())


def make_handover(session: "Session") -> Handover:
    """Take the handover of a session between two steps; it shares nothing with the session."""
    theatre = session.theatre
    fluoroscope = theatre.fluoroscope
    kept = dict(fluoroscope.stored)
    if fluoroscope.exposures:
        kept[HELD] = len(fluoroscope.exposures) - 1
    taken = Handover(
        version=VERSION,
        seed=theatre.seed,
        plan=theatre.plan,
        spec=theatre.spec,
        patient_pose=theatre.patient_pose,
        camera=theatre.camera,
        tick=theatre.tick,
        waited_ticks=theatre.waited_ticks,
        carm=fluoroscope.carm,
        dose_mode=fluoroscope.mode,
        technique=fluoroscope.technique,
        dose=fluoroscope.dose,
        views={name: fluoroscope.exposures[index] for name, index in kept.items()},
        postures_deg={name: fluoroscope.postures_deg[index] for name, index in kept.items()},
        physiology=theatre.physiology,
        strain=theatre.strain,
        marks=theatre.marks,
        sterility=theatre.sterility,
        lidocaine=theatre.lidocaine,
        needle=theatre.needle,
        courses=session.courses,
        talk=theatre.talk,
        streams={name: json.dumps(generator.bit_generator.state) for name, generator in theatre.streams.items()},
        steps_done=tuple(session.steps_done),
    )
    return copied(taken)


def copied(handover: Handover) -> Handover:
    """Return a handover that shares nothing with another, so that a step can be tried from it again."""
    copy = decode(Handover, encode(handover))
    assert isinstance(copy, Handover)
    return copy


def theatre_from(handover: Handover, equipment: Equipment) -> Theatre:
    """Build the theatre that a handover describes; it changes what the handover holds."""
    fluoroscope = Fluoroscope(
        carm=handover.carm,
        mode=handover.dose_mode,
        technique=handover.technique,
        exposures=list(handover.views.values()),
        postures_deg=list(handover.postures_deg.values()),
        stored={name: index for index, name in enumerate(handover.views) if name != HELD},
        dose=replace(handover.dose),
    )
    return Theatre(
        plan=handover.plan,
        spec=handover.spec,
        seed=handover.seed,
        patient=build_patient(handover.spec, handover.seed),
        equipment=equipment,
        patient_pose=handover.patient_pose,
        camera=handover.camera,
        fluoroscope=fluoroscope,
        physiology=handover.physiology,
        tick=handover.tick,
        waited_ticks=handover.waited_ticks,
        hand=Hand(),
        marks=list(handover.marks),
        strain=handover.strain,
        sterility=handover.sterility,
        lidocaine=handover.lidocaine,
        needle=handover.needle,
        talk=handover.talk,
        streams={name: _resumed(handover.seed, name, state) for name, state in handover.streams.items()},
    )


def _resumed(seed: int, name: str, state: str) -> np.random.Generator:
    """Return a stream of chance that goes on where it was left."""
    generator = stream(seed, name)
    generator.bit_generator.state = json.loads(state)
    return generator
