"""The patient on the table: theatres at the beginning of positioning, and hands at the C-arm."""

from game.base import Action, Event
from game.clock import TICKS_PER_S
from game.frames import Rigid
from game.imaging import CArm
from game.operation import core
from game.operation.actions import Pedal
from game.operation.plan import Plan
from game.operation.positioning.rules import RULES
from game.operation.positioning.state import Positioning
from game.operation.theatre import SkinMark, Theatre
from game.patient import PatientSpec
from tests.operation.theatres import bare_theatre, body, done


def theatre_with(plan: Plan | None = None, seed: int = 5, spec: PatientSpec | None = None) -> Theatre:
    return bare_theatre(plan or Plan(), body(spec or PatientSpec(), seed), seed, 40.0)


def do(theatre: Theatre, state: Positioning, *actions: Action) -> list[Event]:
    return done(RULES, theatre, state, *actions)


def let_pass(theatre: Theatre, state: Positioning, ticks: int) -> list[Event]:
    events: list[Event] = []
    for _ in range(ticks):
        theatre.tick += 1
        events += RULES.advance(theatre, state)
        events += core.advance(theatre)
    return events


def look(theatre: Theatre, state: Positioning, pulses: int = 2) -> None:
    """Press the pedal for some pulses and wait a second."""
    do(theatre, state, Pedal(True))
    let_pass(theatre, state, 15 * pulses)
    do(theatre, state, Pedal(False))
    let_pass(theatre, state, TICKS_PER_S)


def square(theatre: Theatre, state: Positioning, orbit_deg: float = 0.0, tilt_deg: float = 0.0) -> None:
    """Lay the patient perfectly and put the C-arm where it is asked."""
    theatre.patient_pose = Rigid()
    theatre.fluoroscope.carm = CArm(orbit_deg=orbit_deg, tilt_deg=tilt_deg)


def marked(theatre: Theatre, kind: str, arc_mm: float, z_mm: float) -> None:
    """Ink the skin so far towards the upper side of the midline of the back, at a height."""
    point = theatre.patient.skin_point(arc_mm, z_mm, theatre.plan.side)
    theatre.marks.append(SkinMark(kind, (float(point[0]), float(point[1]), float(point[2]))))  # type: ignore[arg-type]


def point_at(theatre: Theatre, level: str) -> tuple[float, float]:
    exposure = theatre.fluoroscope.exposures[-1]
    u, v = exposure.carm.picture(exposure.pose.apply(theatre.patient.landmarks[f"{level}.body"]))
    return float(u), float(v)


def begun_square(orbit_deg: float = 6.0) -> tuple[Theatre, Positioning]:
    theatre = theatre_with()
    state = RULES.start(theatre)
    square(theatre, state, orbit_deg)
    return theatre, state
