"""From truth to observation: the one place where it is decided what can be seen."""

from typing import TYPE_CHECKING

import numpy as np

from game.clock import ticks
from game.imaging import readable_landmarks
from game.operation.events import Sounded, Spoken
from game.operation.positioning.sight import MarkSight
from game.operation.registry import STEPS
from game.operation.theatre import Theatre
from game.patient.physiology import vitals
from game.session.observation import Heard, Observation, PictureSight

if TYPE_CHECKING:
    from game.session.session import Session

HEARD_S = 20.0
SOUND_S = 0.1


def observe(session: "Session") -> Observation:
    """Look round the theatre."""
    theatre = session.theatre
    fluoroscope = theatre.fluoroscope
    last = len(fluoroscope.exposures) - 1
    return Observation(
        tick=theatre.tick,
        theatre_s=theatre.theatre_s,
        step=session.step,
        steps_done=tuple(session.steps_done),
        steps_left=session.steps_left,
        plan=theatre.plan,
        camera=theatre.camera,
        hand_xy_mm=(theatre.hand.x_mm, theatre.hand.y_mm),
        instrument=theatre.hand.instrument,
        gripping=theatre.hand.gripping,
        sight=STEPS[session.step].sight(theatre, session.states[session.step]) if session.step else None,
        marks=mark_sights(theatre),
        vitals=vitals(theatre.physiology),
        carm=fluoroscope.carm,
        dose_mode=fluoroscope.mode,
        pedal=fluoroscope.pedal,
        picture=_picture(session, last) if last >= 0 else None,
        stored={view: _picture(session, index) for view, index in fluoroscope.stored.items()},
        fluoroscopy_s=fluoroscope.dose.fluoroscopy_s,
        exposures=fluoroscope.dose.exposures,
        lidocaine_mg=theatre.lidocaine.given_mg,
        heard=_heard(session),
        sounds=_sounds(session),
        refused=session.refused,
    )


def mark_sights(theatre: Theatre) -> tuple[MarkSight, ...]:
    """Return ink and metal where the field camera shows them."""
    if not theatre.marks:
        return ()
    places = theatre.camera.to_field(theatre.patient_pose.apply(np.array([mark.patient_mm for mark in theatre.marks])))
    return tuple(MarkSight(mark.kind, float(place[0]), float(place[1])) for mark, place in zip(theatre.marks, places, strict=True))


def _picture(session: "Session", index: int) -> PictureSight:
    """Read a picture once; reading it again costs nothing and gives the same."""
    known = session.pictures.get(index)
    if known is None:
        exposure = session.theatre.fluoroscope.exposures[index]
        known = PictureSight(index, exposure.tick, exposure.carm, readable_landmarks(exposure, session.patient_at(index)))
        session.pictures[index] = known
    return known


def _heard(session: "Session") -> tuple[Heard, ...]:
    since = session.tick - ticks(HEARD_S)
    found: list[Heard] = []
    for event in reversed(session.events):
        if event.tick < since:
            break
        if isinstance(event, Spoken):
            found.append(Heard(event.tick, event.speaker, event.line, event.words))
    return tuple(reversed(found))


def _sounds(session: "Session") -> tuple[str, ...]:
    since = session.tick - ticks(SOUND_S)
    found: list[str] = []
    for event in reversed(session.events):
        if event.tick <= since:
            break
        if isinstance(event, Sounded):
            found.append(event.sound)
    return tuple(reversed(found))
