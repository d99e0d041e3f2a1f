"""From truth to observation: the one place where it is decided what can be seen."""

from typing import TYPE_CHECKING

from game.clock import ticks
from game.imaging import readable_landmarks
from game.imaging.dose import kerma_rate_mgy_per_min
from game.operation.events import Sounded, Spoken
from game.operation.positioning.rules import mark_sights
from game.operation.registry import STEPS
from game.operation.theatre import Fluoroscope
from game.patient.physiology import vitals
from game.session.observation import ConsoleSight, Heard, Observation, PictureSight

if TYPE_CHECKING:
    from game.session.session import Session

HEARD_S = 20.0
SOUND_S = 0.1


def observe(session: "Session", read_pictures: bool = True) -> Observation:
    """Look round the theatre; it draws nothing and changes nothing.

    Args:
        session: The case.
        read_pictures: False leaves pictures without landmarks, for who shows them to a person: that costs little.
    """
    theatre = session.theatre
    fluoroscope = theatre.fluoroscope
    last = len(fluoroscope.exposures) - 1
    look_at = _picture if read_pictures else _unread
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
        console=_console(fluoroscope),
        pedal=fluoroscope.pedal,
        picture=look_at(session, last) if last >= 0 else None,
        stored={view: look_at(session, index) for view, index in fluoroscope.stored.items()},
        fluoroscopy_s=fluoroscope.dose.fluoroscopy_s,
        exposures=fluoroscope.dose.exposures,
        lidocaine_mg=theatre.lidocaine.given_mg,
        heard=_heard(session),
        sounds=_sounds(session),
        refused=session.refused,
    )


def _console(fluoroscope: Fluoroscope) -> ConsoleSight:
    last, dose = fluoroscope.technique, fluoroscope.dose
    return ConsoleSight(
        field=fluoroscope.carm.field_name,
        blades=fluoroscope.carm.blades,
        mode=fluoroscope.mode,
        pulses_per_s=fluoroscope.pulse_rate,
        kvp=None if last is None else last.kvp,
        ma=None if last is None else last.ma,
        kerma_rate_mgy_per_min=kerma_rate_mgy_per_min(fluoroscope.carm, last) if last is not None and fluoroscope.pedal else 0.0,
        fluoroscopy_s=dose.fluoroscopy_s,
        air_kerma_mgy=dose.air_kerma_mgy,
        dap_gy_cm2=dose.dap_gy_cm2,
        buzzing=fluoroscope.buzzing,
        table_mm=fluoroscope.table_mm,
    )


def _picture(session: "Session", index: int) -> PictureSight:
    """Read a picture once; reading it again costs nothing and gives the same."""
    known = session.pictures.get(index)
    if known is None:
        exposure = session.theatre.fluoroscope.exposures[index]
        known = PictureSight(index, exposure.tick, exposure.carm, readable_landmarks(exposure, session.patient_at(index)))
        session.pictures[index] = known
    return known


def _unread(session: "Session", index: int) -> PictureSight:
    """Return a picture that nobody has read yet."""
    exposure = session.theatre.fluoroscope.exposures[index]
    return PictureSight(index, exposure.tick, exposure.carm, ())


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
