"""What was done in the connection step, by measure id."""

import math

from game.base import Event
from game.operation import lumen
from game.operation.connection.events import Aspirated, CatheterCut, ConnectorOff, ConnectorShut, Freed, LoopSutured, PumpSeated
from game.operation.connection.state import Connection
from game.operation.implant import Catheter
from game.operation.steps import Measure, Told
from game.operation.theatre import Theatre
from game.patient.csf import DROP_ML

SUPEROMEDIAL_DEG = 45.0


def measures(theatre: Theatre, step: Connection) -> dict[str, Measure]:
    """Return every measure of the step; None for what was never done."""
    catheter, pump = theatre.implant.catheter, theatre.implant.pump
    assert catheter is not None
    assert pump is not None
    used = step.cuts[-1] if step.cuts else None
    joined = step.joint.travel_mm > 0.0
    return {
        "trim_error_mm": abs(catheter.typed_trim_mm - catheter.trimmed_mm) if catheter.typed_trim_mm is not None and step.cuts else None,
        "cut_angle_deg": used.off_deg if used is not None else None,
        "cut_end": None if used is None else "crushed" if used.crushed else "clean",
        "spare_mm": catheter.free_mm if joined else None,
        "coil_radius_mm": step.coil.radius_mm if step.coil.radius_mm > 0.0 else None,
        "connector": _connector(step),
        "aspirated_ml": step.drawn_ml if step.draws else None,
        "aspiration_s": step.drawn_s,
        "drug_drawn_ml": step.drug_drawn_ml if step.draws else None,
        "fixing_sutures": float(len(step.stitched)) if pump.seated else None,
        "catheter_pierced": float(step.pierced) if pump.loops else None,
        "port_off_deg": _off_deg(step) if pump.seated else None,
        "septum": ("outwards" if step.outwards else "inwards") if pump.seated else None,
        "flow_left_ratio": lumen.passes(theatre, catheter) if joined else None,
        "ooze_drops": _ooze_drops(theatre, step, catheter) if joined else None,
    }


def _ooze_drops(theatre: Theatre, step: Connection, catheter: Catheter) -> float:
    """Return what runs out beside the catheter and through its wall, drops a minute, beyond what earlier steps left."""
    return max(0.0, lumen.beside(theatre, catheter) - step.ran_before) / DROP_ML


def _connector(step: Connection) -> str | None:
    if step.joint.travel_mm <= 0.0:
        return "off" if step.cuts else None
    if not step.joint.shut:
        return "half"
    if step.tugged == "untested":
        return "untested"
    return "loose" if step.tugged == "slips" or not step.joint.seals else "old_end" if step.rejoined_uncut else "holds"


def _off_deg(step: Connection) -> float:
    """Return how far the stem looks away from between head and midline."""
    return abs(math.degrees(math.remainder(math.radians(step.pump_deg - SUPEROMEDIAL_DEG), 2.0 * math.pi)))


def missing(step: Connection) -> dict[str, str]:
    """Return why the trainee never came to a measure."""
    reasons: dict[str, str] = {}
    if not step.cuts:
        reasons |= dict.fromkeys(("trim_error_mm", "cut_angle_deg", "cut_end"), "nothing was cut off")
    else:
        reasons["trim_error_mm"] = "no length was written down"
    if step.joint.travel_mm <= 0.0:
        reasons |= dict.fromkeys(("connector", "spare_mm", "flow_left_ratio", "ooze_drops"), "the catheter is not on the pump")
    if not step.draws:
        reasons |= dict.fromkeys(("aspirated_ml", "drug_drawn_ml"), "nothing was drawn from a port")
    reasons["aspiration_s"] = "no millilitre came" if step.draws else "nothing was drawn from a port"
    reasons["coil_radius_mm"] = "the spare was not coiled"
    return reasons | dict.fromkeys(("fixing_sutures", "port_off_deg", "septum"), "the pump was not seated")


def told(event: Event) -> Told | None:
    """Return what the timeline says of an event."""
    match event:
        case CatheterCut(length_mm=length_mm):
            return Told(f"{length_mm / 10.0:.1f} cm cut off")
        case ConnectorShut():
            return Told("connector clicked")
        case ConnectorOff():
            return Told("connector off")
        case Aspirated(what=what):
            return Told({"csf": "1 mL of spinal fluid drawn", "air": "air drawn", "drug": "drug drawn"}[what])
        case Freed(cause=cause):
            return Told(f"{cause} freed")
        case LoopSutured(pierced=True):
            return Told("stitch through the catheter")
        case PumpSeated():
            return Told("pump seated")
    return None
