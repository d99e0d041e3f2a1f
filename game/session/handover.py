"""All that later steps need, as plain data: how any step can start without replaying the ones before it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, is_dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from game.clock import TICKS_PER_S
from game.complications import CATALOGUE, Courses
from game.errors import RecordingError
from game.frames import FieldCamera, Rigid
from game.imaging import CArm, DoseAccount, Exposure, PulseRate, Technique
from game.imaging.dose import SKIN_PATCHES
from game.imaging.technique import KD_NGY
from game.instruments.equipment import Equipment
from game.instruments.needle import Needle
from game.operation.actions import DoseMode
from game.operation.built import ALL_STEPS
from game.operation.implant import Implant
from game.operation.plan import Plan
from game.operation.talk_answers import ANSWERS
from game.operation.talk_state import Talk
from game.operation.theatre import Fluoroscope, Hand, Lidocaine, SkinMark, Sterility, Strain, Theatre
from game.patient import PatientSpec, build_patient
from game.patient.physiology import Physiology
from game.patient.physiology.drugs import STEP_S as BODY_STEP_S
from game.plain import decode, encode
from game.scenario.shapes import hints, range_of, says
from game.session.recorder import said
from game.session.sanity import fault
from game.streams import stream

if TYPE_CHECKING:
    from game.session.session import Session

VERSION = 4
HELD = "held"
MOST_BEHIND_S = 8 * 3600.0
"""Booked time that a body may still have to live through when it is handed over (simulator tolerance)."""


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
    dose_mode: DoseMode
    pulse_rate: PulseRate
    table_mm: tuple[float, float, float]
    buzzing: bool
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
    implant: Implant
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
        pulse_rate=fluoroscope.pulse_rate,
        table_mm=fluoroscope.table_mm,
        buzzing=fluoroscope.buzzing,
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
        implant=theatre.implant,
        courses=session.courses,
        talk=theatre.talk,
        streams={name: json.dumps(generator.bit_generator.state) for name, generator in theatre.streams.items()},
        steps_done=tuple(session.steps_done),
    )
    return copied(taken)


def read_handover(value: Any) -> Handover:
    """Return the handover that a recording kept.

    Raises:
        RecordingError: If it does not fit this program, or describes what cannot be.
    """
    try:
        handover: Handover = decode(Handover, value)
    except (TypeError, KeyError, ValueError, RecursionError) as error:
        raise RecordingError(f"The recording's handover does not fit this program: {said(error)}.") from error
    wrong = next(_wrong(handover), "")
    if wrong:
        raise RecordingError(f"The recording's handover does not fit this program: {wrong}.")
    return handover


def _wrong(handover: Handover) -> Iterator[str]:
    """Yield what is wrong with a handover whose values are of the right kinds."""
    if handover.version != VERSION:
        yield f"its form is {handover.version}, this program reads {VERSION}"
    if handover.seed < 0:
        yield f"seed is {handover.seed}, must be 0 or more"
    yield from _out_of_range(handover.plan)
    yield from _out_of_range(handover.spec)
    found = fault(handover)
    if found:
        yield found.removeprefix(".")
    yield from _wrong_clock(handover)
    yield from _wrong_pictures(handover)
    yield from _wrong_names(handover)
    needle = handover.needle
    if needle is not None and needle.entry_mm is not None and not needle.track_mm:
        yield "the needle is in without a track"
    for name, state in handover.streams.items():
        if not _stream_fits(handover.seed, name, state):
            yield f"the stream of chance '{name}' is damaged"


def _out_of_range(part: Any) -> Iterator[str]:
    """Yield the fields of a description that lie outside what an author may write."""
    kind: Any = type(part)
    for name, hint in hints(kind).items():
        value, limits = getattr(part, name), range_of(hint)
        size = len(value) if isinstance(value, tuple) else value
        if limits is not None and not limits.low <= size <= limits.high:
            yield f"{name} is {size:g}, must be {says(limits)}"
        for item in value if isinstance(value, tuple) else (value,):
            if is_dataclass(item):
                yield from _out_of_range(item)


def _wrong_clock(handover: Handover) -> Iterator[str]:
    if handover.tick < 0 or handover.waited_ticks < 0:
        yield "a clock runs backwards"
    behind_s = (handover.tick + handover.waited_ticks) / TICKS_PER_S - handover.physiology.steps * BODY_STEP_S
    if behind_s > MOST_BEHIND_S:
        yield f"the body is {behind_s / 3600.0:.0f} hours behind the clock"


def _wrong_pictures(handover: Handover) -> Iterator[str]:
    if set(handover.views) != set(handover.postures_deg):
        yield "views and postures do not belong together"
    for posture_deg in handover.postures_deg.values():
        yield from _out_of_range(replace(handover.spec, hip_flexion_deg=posture_deg))
    techniques = [view.technique for view in handover.views.values()] + ([handover.technique] if handover.technique else [])
    if any(technique.mode not in KD_NGY for technique in techniques):
        yield "a picture was taken in an unknown mode"
    if any(technique.asked_ngy <= 0.0 for technique in techniques):
        yield "a picture was taken without a dose"
    if handover.dose.skin_mgy.shape not in ((0, 0), SKIN_PATCHES):
        yield "the map of the skin's dose has another shape"


def _wrong_names(handover: Handover) -> Iterator[str]:
    for what, names, known in (
        ("step", handover.steps_done, ALL_STEPS),
        ("complication", (*handover.courses.live, *handover.courses.told), CATALOGUE),
        ("answer", (waiting.reply for waiting in handover.talk.pending), ANSWERS),
    ):
        for name in names:
            if name not in known:
                yield f"there is no {what} '{name}'"


def _stream_fits(seed: int, name: str, state: str) -> bool:
    try:
        _resumed(seed, name, state)
    except (TypeError, KeyError, ValueError, OverflowError, RecursionError):
        return False
    return True


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
        pulse_rate=handover.pulse_rate,
        table_mm=handover.table_mm,
        buzzing=handover.buzzing,
        technique=handover.technique,
        exposures=list(handover.views.values()),
        postures_deg=[handover.postures_deg[name] for name in handover.views],
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
        implant=handover.implant,
        talk=handover.talk,
        streams={name: _resumed(handover.seed, name, state) for name, state in handover.streams.items()},
    )


def _resumed(seed: int, name: str, state: str) -> np.random.Generator:
    """Return a stream of chance that goes on where it was left."""
    generator = stream(seed, name)
    generator.bit_generator.state = json.loads(state)
    return generator
