"""What runs through the catheter: at its free end, past a joint that does not seal, into the syringe."""

import math

from game.base import Event
from game.clock import TICKS_PER_S
from game.instruments import aspiration
from game.operation.connection.events import Aspirated, HolesCovered
from game.operation.connection.state import Connection
from game.operation.events import CriticalError, Sounded
from game.operation.implant import Catheter
from game.operation.strain import lose_csf
from game.operation.theatre import Theatre
from game.patient.csf import DROP_ML, flow_ml_per_min
from game.patient.physiology import csf_pressure_cmh2o

DRY_SHARE = 0.05
"""Less than this of a free catheter's flow reads as none."""
FIRST_ML = 1.0
LOST_LIMIT_ML = 10.0
WIRE_PASSES = 0.15
"""A guide wire leaves a ring of the bore (expert judgement)."""


def passes(catheter: Catheter) -> float:
    """Return the share of a free catheter's flow that gets through to its end."""
    if catheter.space != "intrathecal":
        return 0.0
    share = math.prod(kink.open_share for kink in catheter.kinks) * catheter.side_holes_open
    return share * (WIRE_PASSES if catheter.wire_in else 1.0)


def tight(step: Connection) -> bool:
    """Say whether nothing runs out between the tunnel and the pump: joint sealed, no stitch through the catheter."""
    return step.joint.seals and step.pierced == 0


def advance(theatre: Theatre, step: Connection) -> list[Event]:
    """Let fluid run for the theatre time since the last look."""
    since_s = theatre.theatre_s - step.flowed_s
    step.flowed_s = theatre.theatre_s
    catheter = theatre.implant.catheter
    assert catheter is not None
    spec = theatre.equipment.catheters[catheter.model]
    step.drops_per_min = 0.0
    joined = step.joint.travel_mm > 0.0
    if (joined and tight(step)) or (not joined and catheter.end != "open"):
        return []
    free = flow_ml_per_min(csf_pressure_cmh2o(theatre.physiology), spec.bore_mm, catheter.length_mm) * passes(catheter)
    step.drops_per_min = free / DROP_ML
    lose_csf(theatre, "connector" if joined else "catheter", free * since_s / 60.0)
    step.drop_ml += free * since_s / 60.0
    events: list[Event] = []
    if step.drop_ml >= DROP_ML:
        step.drop_ml %= DROP_ML
        events.append(Sounded(tick=theatre.tick, sound="drip", loudness=0.4))
    if theatre.strain.csf_lost_ml > LOST_LIMIT_ML >= theatre.strain.csf_lost_ml - free * since_s / 60.0:
        events.append(CriticalError(tick=theatre.tick, id="csf-over-10-ml"))
    return events


def aspirate(theatre: Theatre, step: Connection) -> list[Event]:
    """Draw with the syringe for one tick."""
    syringe, catheter = step.syringe, theatre.implant.catheter
    if syringe is None or catheter is None or not syringe.gripped:
        return []
    seconds = 1.0 / TICKS_PER_S
    before, covered = (syringe.drawn_ml, syringe.air_ml, syringe.drug_ml), syringe.covered
    if step.port == "septum":
        aspiration.draw_drug(syringe, seconds)
        step.drug_drawn_ml += syringe.drug_ml - before[2]
    else:
        spec = theatre.equipment.catheters[catheter.model]
        open_share = passes(catheter)
        pressure = csf_pressure_cmh2o(theatre.physiology)
        came = aspiration.advance(
            syringe,
            seconds,
            pressure,
            spec.bore_mm,
            catheter.length_mm,
            open_share if open_share >= DRY_SHARE else 0.0,
            not tight(step),
        )
        lose_csf(theatre, "syringe", came)
        step.drawn_ml += came
    return _told(theatre, step, before, covered)


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
