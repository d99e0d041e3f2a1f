"""What was done in the anchoring step, by measure id."""

from game.base import Event
from game.operation.anchoring import incision, purse
from game.operation.anchoring.events import AnchorSet, AnchorSlipped, BladeStruck, EndFell, FasciaOpened, NeedleOut, TieCut, Tied, WireOut
from game.operation.anchoring.state import Anchoring
from game.operation.steps import Measure, Told
from game.operation.theatre import Theatre
from game.patient.csf import DROP_ML


def measures(theatre: Theatre, step: Anchoring) -> dict[str, Measure]:
    """Return every measure of the step; None for what was never done."""
    implant, needle_out = theatre.implant, theatre.needle is None
    anchor = implant.anchor
    wire_in = implant.catheter is None or implant.catheter.wire_in
    length = incision.length_mm(step)
    looped = step.coil.radius_mm > 0.0
    return {
        "incision_mm": length if length > 0.0 else None,
        "fascia_opened_mm": incision.CELL_MM * len(step.fascia_cut) if length > 0.0 else None,
        "blade_struck": (step.struck or "nothing") if length > 0.0 else None,
        "blood_lost_ml": step.bled_ml if length > 0.0 else None,
        "purse_bites": float(len(step.stitches)) if implant.purse_string is not None else None,
        "purse_radius_mm": purse.radius_mm(step) if step.stitches else None,
        "catheter_pierced": float(step.pierced) if implant.purse_string is not None else None,
        "ooze_drops": purse.ooze(theatre, step) / DROP_ML if needle_out else None,
        "flow_left_ratio": purse.passes(theatre, step) if needle_out and not wire_in else None,
        "tip_shift_mm": step.tip_shift_mm if needle_out else None,
        "wire_in_needle_mm": step.wire_in_needle_mm if step.wire_mm > 0.0 else None,
        "anchor_gap_mm": anchor.gap_mm if anchor is not None else None,
        "anchor_line_deg": anchor.off_line_deg if anchor is not None else None,
        "fixing_sutures": float(sum(name != "fat" for name in step.anchor_stitches)) if anchor is not None else None,
        "tug_slip_mm": step.slip_mm if anchor is not None and step.tug_n >= 0.8 else None,
        "loop_across_mm": 2.0 * step.coil.radius_mm if looped else None,
        "bend_radius_mm": step.coil.tightest_mm if looped and step.coil.tightest_mm > 0.0 else None,
        "csf_lost_ml": step.lost_ml if needle_out else None,
        "end_closed": _end(theatre, step) if needle_out else None,
        "last_picture": ("yes" if len(theatre.fluoroscope.exposures) > step.seen_from else "no") if step.seen_from is not None else None,
    }


def _end(theatre: Theatre, step: Anchoring) -> str:
    catheter = theatre.implant.catheter
    if step.fallen:
        return "fell"
    return "clamped" if catheter is not None and catheter.end == "clamped" else "open"


def missing(step: Anchoring) -> dict[str, str]:
    """Return why the trainee never came to a measure."""
    reasons = dict.fromkeys(("incision_mm", "fascia_opened_mm", "blade_struck", "blood_lost_ml"), "the skin was not opened")
    reasons |= dict.fromkeys(("purse_bites", "purse_radius_mm", "catheter_pierced"), "no purse-string was laid")
    reasons |= dict.fromkeys(("ooze_drops", "flow_left_ratio", "tip_shift_mm", "csf_lost_ml", "end_closed"), "the needle is in still")
    reasons |= dict.fromkeys(("anchor_gap_mm", "anchor_line_deg", "fixing_sutures", "last_picture"), "there is no anchor")
    reasons |= dict.fromkeys(("loop_across_mm", "bend_radius_mm"), "no loop was laid")
    return reasons | {"tug_slip_mm": "the anchor was not tried", "wire_in_needle_mm": "the wire is in still"}


def told(event: Event) -> Told | None:
    """Return what the timeline says of an event."""
    match event:
        case BladeStruck(what=what):
            return Told(f"blade on the {what}")
        case FasciaOpened():
            return Told("fascia opened")
        case NeedleOut(tip_shift_mm=shift):
            return Told(f"needle out, tip {shift:.0f} mm lower")
        case WireOut():
            return Told("guide wire out")
        case Tied(tension_n=tension):
            return Told(f"purse-string tied, {tension:.1f} N")
        case TieCut():
            return Told("purse-string cut")
        case EndFell():
            return Told("free end fell off the drape")
        case AnchorSet(gap_mm=gap):
            return Told(f"anchor {gap:.0f} mm from the fascia")
        case AnchorSlipped():
            return Told("catheter slips in its anchor")
    return None
