"""The connection step: from the catheter on the ruler to a pump that is fixed in its pocket."""

from game.base import Action, Event
from game.operation import actions as act
from game.operation import lumen, prepared
from game.operation.connection import flow, hands, layout
from game.operation.connection.actions import LookAt, SetSyringe, TurnOver, WriteTrimmed
from game.operation.connection.cutting import drag_end
from game.operation.connection.measures import measures, missing, told
from game.operation.connection.refusals import refuse
from game.operation.connection.seeing import sight
from game.operation.connection.state import Connection
from game.operation.steps import StepRules
from game.operation.theatre import Theatre

FLOW_TICKS = 12
BOOKED_S = 1.0


def start(theatre: Theatre) -> Connection:
    """Lay out towel, ruler and pump beside the open pocket."""
    prepared.tunnelled_catheter(theatre)
    prepared.pocket(theatre)
    prepared.filled_pump(theatre)
    theatre.camera = layout.belly_camera(theatre)
    step = Connection(head_x=-1.0 if theatre.plan.side == "right" else 1.0, pump_xy=layout.TOWEL_PUMP, flowed_s=theatre.theatre_s)
    step.tail_xy = layout.MOUTH
    drag_end(theatre, step, 70.0, -30.0)
    catheter = theatre.implant.catheter
    assert catheter is not None
    step.ran_before = lumen.beside(theatre, catheter)
    step.joint.roll_deg = float(round(theatre.chance("connection").uniform(-170.0, 170.0)))
    return step


def apply(theatre: Theatre, step: Connection, action: Action) -> list[Event]:
    """Do the step's part of an action; what was booked for it in theatre time runs from an open end as well."""
    events = flow.advance(theatre, step) if theatre.theatre_s - step.flowed_s > BOOKED_S else []
    return [*events, *hands.apply(theatre, step, action)]


def advance(theatre: Theatre, step: Connection) -> list[Event]:
    """Let what the hand holds follow it, and ten times a second let fluid run."""
    events = hands.advance(theatre, step)
    if theatre.tick % FLOW_TICKS == 0:
        events.extend(flow.advance(theatre, step))
    return events


def unsafe(theatre: Theatre, step: Connection) -> str | None:
    """Refuse to end with an open catheter or a pump on the towel."""
    if theatre.hand.gripping:
        return "Let go first."
    if step.joint.travel_mm <= 0.0:
        return "The catheter is not on the pump."
    pump = theatre.implant.pump
    if pump is None or not pump.seated:
        return "The pump does not lie in its pocket."
    if step.site != "belly":
        return "Come back to the belly first."
    return None


RULES = StepRules(
    id="connection",
    title="Connection",
    state_type=Connection,
    actions=(act.Roll, WriteTrimmed, SetSyringe, TurnOver, LookAt),
    tray=("forceps", "scissors", "pump", "cap_10", "cap_3", "suture"),
    start=start,
    refuse=refuse,
    apply=apply,
    advance=advance,
    unsafe=unsafe,
    measures=measures,
    sight=sight,
    missing=missing,
    told=told,
)
