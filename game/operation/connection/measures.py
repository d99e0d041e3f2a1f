"""What was done in the connection step, by measure id."""

import math

from game.operation.connection.state import Connection
from game.operation.steps import Measure
from game.operation.theatre import Theatre

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
        "spare_mm": catheter.spare_mm if joined else None,
        "coil_radius_mm": step.coil.radius_mm if step.coil.radius_mm > 0.0 else None,
        "connector": _connector(step),
        "aspirated_ml": step.drawn_ml if step.draws else None,
        "aspiration_s": step.drawn_s,
        "drug_drawn_ml": step.drug_drawn_ml if step.draws else None,
        "fixing_sutures": float(len(step.stitched)) if pump.seated else None,
        "catheter_pierced": float(step.pierced) if pump.loops else None,
        "port_off_deg": _off_deg(step) if pump.seated else None,
        "septum": ("outwards" if step.outwards else "inwards") if pump.seated else None,
    }


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
