"""What the screen itself needs of an observation, without reading the pictures: eyes at the monitor do that."""

from typing import TYPE_CHECKING

from game.operation.registry import STEPS
from game.patient.physiology import vitals
from game.session.look import mark_sights
from game.session.observation import Observation, PictureSight

if TYPE_CHECKING:
    from game.session.session import Session


def glance(session: "Session") -> Observation:
    """Return an observation whose pictures carry no landmarks; it draws nothing, changes nothing and costs little."""
    theatre = session.theatre
    fluoroscope = theatre.fluoroscope

    def picture(index: int) -> PictureSight:
        exposure = fluoroscope.exposures[index]
        return PictureSight(index, exposure.tick, exposure.carm, ())

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
        picture=picture(len(fluoroscope.exposures) - 1) if fluoroscope.exposures else None,
        stored={view: picture(index) for view, index in fluoroscope.stored.items()},
        fluoroscopy_s=fluoroscope.dose.fluoroscopy_s,
        exposures=fluoroscope.dose.exposures,
        lidocaine_mg=theatre.lidocaine.given_mg,
        heard=(),
        sounds=(),
        refused=session.refused,
    )
