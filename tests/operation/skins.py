"""The skin to be prepared: theatres at the beginning of antisepsis, and hands that rub and drape."""

import numpy as np

from game.base import Action, Event
from game.operation.actions import Grip, LetGo, MoveHand, PointHand
from game.operation.antisepsis.actions import LayDrape
from game.operation.antisepsis.rules import RULES
from game.operation.antisepsis.state import Antisepsis
from game.operation.events import Sounded
from game.operation.plan import Plan
from game.operation.theatre import SkinMark, Theatre
from game.patient import PatientSpec
from tests.operation.theatres import bare_theatre, body, done


def theatre_with(plan: Plan | None = None, seed: int = 5, sex: str = "male", marked: bool = True) -> Theatre:
    plan = plan or Plan()
    patient = body(PatientSpec(sex=sex), 5)
    theatre = bare_theatre(plan, patient, seed, 35.0)
    if marked:
        window = patient.landmarks["window.L3-4"]
        for kind, arc_mm, drop_mm in (("window", 0.0, 0.0), ("entry", 15.0, 60.0)):
            point = patient.skin_point(arc_mm, float(window[2]) - drop_mm, plan.side)
            theatre.marks.append(SkinMark(kind, (float(point[0]), float(point[1]), float(point[2]))))
    return theatre


def begun(theatre: Theatre) -> Antisepsis:
    return RULES.start(theatre)


def do(theatre: Theatre, state: Antisepsis, *actions: Action) -> list[Event]:
    return done(RULES, theatre, state, *actions)


def rub(theatre: Theatre, state: Antisepsis, x_mm: float, y_mm: float, strokes: int = 6, length_mm: float = 60.0) -> list[Event]:
    """Scrub to and fro about a place, then let go."""
    events = do(theatre, state, PointHand(x_mm - length_mm / 2, y_mm), Grip())
    for k in range(strokes):
        for _ in range(8):
            events += do(theatre, state, MoveHand(length_mm / 8 * (1 if k % 2 == 0 else -1), 0.0))
            theatre.tick += 1
            events += RULES.advance(theatre, state)
    return events + do(theatre, state, LetGo())


def middle(state: Antisepsis) -> tuple[float, float]:
    """Return a planned place near the window."""
    across, arcs = state.grid.centres()
    row = int(np.argmin(np.abs(arcs)))
    columns = np.flatnonzero(state.planned[row])
    return float(across[columns[len(columns) // 2]]), float(arcs[row])


def prepare_all(theatre: Theatre, state: Antisepsis) -> None:
    """Make every planned cell prepared at this moment, as if well scrubbed."""
    state.skin.passes[:] = 3
    state.skin.tint[:] = 1.0
    state.skin.wet[:] = state.skin.pool
    state.skin.wetted_s[:] = theatre.theatre_s
    state.skin.friction_s[:] = 1.0
    state.agents.append("chlorhexidine")


def rims(state: Antisepsis, theatre: Theatre, inside_mm: float = 20.0) -> dict[str, float]:
    grid = state.grid
    left, right = grid.left_mm + inside_mm, grid.left_mm + grid.columns * 10.0 - inside_mm
    head, feet = (left, right) if theatre.plan.side == "right" else (right, left)
    return {"head": head, "feet": feet, "down": -100.0, "belly": 500.0}


def drape_all(theatre: Theatre, state: Antisepsis) -> list[Event]:
    return do(theatre, state, *[LayDrape(edge, at) for edge, at in rims(state, theatre).items()])


def sounds(events: list[Event]) -> list[str]:
    return [event.sound for event in events if isinstance(event, Sounded)]
