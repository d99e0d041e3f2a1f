"""What runs through the catheter: at its free end, past a joint that does not seal, into the syringe."""

from game.base import Event
from game.clock import TICKS_PER_S
from game.instruments import aspiration
from game.operation import lumen
from game.operation.connection.events import Aspirated, HolesCovered
from game.operation.connection.state import Connection
from game.operation.events import Sounded
from game.operation.implant import Catheter
from game.operation.strain import lose_csf
from game.operation.theatre import Theatre
from game.patient.csf import DROP_ML
from game.patient.physiology import csf_pressure_cmh2o

DRY_SHARE = 0.05
"""Less than this of a free catheter's flow reads as none."""
FIRST_ML = 1.0


def tight(step: Connection, catheter: Catheter) -> bool:
    """Say whether nothing runs out between the sac and the pump: joint sealed, no hole in the wall."""
    return step.joint.seals and not lumen.leaks(catheter)


def advance(theatre: Theatre, step: Connection) -> list[Event]:
    """Let fluid run for the theatre time since the last look."""
    since_s = theatre.theatre_s - step.flowed_s
    step.flowed_s = theatre.theatre_s
    catheter = theatre.implant.catheter
    assert catheter is not None
    joined = step.joint.travel_mm > 0.0
    now = lumen.running(theatre, catheter, not step.joint.seals if joined else catheter.end == "open")
    events = lumen.spill(theatre, now, since_s, "connector" if joined else "catheter")
    seen = now.end + now.pocket
    step.drops_per_min = seen / DROP_ML
    step.drop_ml += seen * since_s / 60.0
    if step.drop_ml >= DROP_ML:
        step.drop_ml %= DROP_ML
        events.append(Sounded(tick=theatre.tick, sound="drip", loudness=0.4))
    return events


def aspirate(theatre: Theatre, step: Connection) -> list[Event]:
    """Draw with the syringe for one tick."""
    syringe, catheter, pump = step.syringe, theatre.implant.catheter, theatre.implant.pump
    if syringe is None or catheter is None or pump is None or not syringe.gripped:
        return []
    seconds, events = 1.0 / TICKS_PER_S, list[Event]()
    before, covered = (syringe.drawn_ml, syringe.air_ml, syringe.drug_ml), syringe.covered
    if step.port == "septum":
        if pump.volume_ml > 0.0:
            aspiration.draw_drug(syringe, seconds)
        came_ml = syringe.drug_ml - before[2]
        step.drug_drawn_ml += came_ml
        pump.volume_ml = max(0.0, pump.volume_ml - came_ml)
    else:
        spec = theatre.equipment.catheters[catheter.model]
        open_share = lumen.passes(theatre, catheter)
        pressure = csf_pressure_cmh2o(theatre.physiology)
        came = aspiration.advance(
            syringe,
            seconds,
            pressure,
            spec.bore_mm,
            catheter.length_mm,
            open_share if open_share >= DRY_SHARE else 0.0,
            not tight(step, catheter),
        )
        events = lose_csf(theatre, "syringe", came)
        step.drawn_ml += came
    return [*events, *_told(theatre, step, before, covered)]


def _told(theatre: Theatre, step: Connection, before: tuple[float, float, float], covered: bool) -> list[Event]:
    """Tell what came for the first time, and that suction covered the holes."""
    syringe = step.syringe
    assert syringe is not None
    events: list[Event] = []
    for what, was, now in zip(("csf", "air", "drug"), before, (syringe.drawn_ml, syringe.air_ml, syringe.drug_ml), strict=True):
        if was < FIRST_ML <= now:
            events.append(Aspirated(tick=theatre.tick, what=what))
            if what == "csf" and step.drawn_s is None:
                step.drawn_s = syringe.pulled_s
    if syringe.covered and not covered:
        step.covered_times += 1
        events += [HolesCovered(tick=theatre.tick), Sounded(tick=theatre.tick, sound="thud", loudness=0.4)]
    return events
