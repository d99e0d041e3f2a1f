"""What the anchoring step lets a trainee see and feel."""

from game.operation.anchoring import holding, incision
from game.operation.anchoring.refusals import hub_xy
from game.operation.anchoring.sight import AnchoringSight
from game.operation.anchoring.state import Anchoring
from game.operation.bites import bulge_mm
from game.operation.theatre import Theatre


def sight(theatre: Theatre, step: Anchoring) -> AnchoringSight:
    """Return the wound as it looks."""
    catheter, string = theatre.implant.catheter, theatre.implant.purse_string
    assert catheter is not None
    hidden = step.blood_ml >= incision.HIDES_ML
    shows = max(step.cut) >= step.fascia_mm - 0.6 and not hidden
    return AnchoringSight(
        exit_xy=step.exit_xy,
        entry_xy=step.entry_xy,
        hub_xy=hub_xy(step),
        way=holding.free_way(step),
        needle_in=theatre.needle is not None,
        pulled_mm=step.pulled_mm,
        blade_mm=step.blade_mm,
        cut=tuple(step.cut),
        cut_y=step.cut_y,
        skin_mm=step.skin_mm,
        fascia_mm=step.fascia_mm if shows else None,
        retracted=step.retracted,
        cleared=tuple(sorted(step.cleared)),
        fascia_cut=tuple(step.fascia_cut),
        bleeding=() if hidden else tuple((*b.place, b.ml_per_min) for b in step.bleedings if not b.sealed),
        blood_ml=round(step.blood_ml * 5.0) / 5.0,
        burns=tuple(step.burns),
        bites=tuple((x, y) for x, y, _ in step.stitches),
        tied=string is not None and string.tension_n is not None,
        drawing_mm=step.drawing_mm,
        marks_mm=round(step.tip_shift_mm, 1),
        wire_mm=step.wire_mm,
        wire_in=catheter.wire_in,
        end_xy=step.end_xy,
        end=catheter.end,
        fallen=step.fallen,
        drops_per_min=step.drops_per_min,
        ooze_per_min=step.ooze_per_min,
        lost_ml=round(step.lost_ml * 5.0) / 5.0,
        anchor_mm=step.anchor_mm,
        anchor_turn_deg=step.anchor_turn_deg,
        anchor_xy=holding.anchor_xy(step),
        anchor_stitches=len(step.anchor_stitches),
        slip_mm=step.slip_mm,
        force_n=holding.HAND_N_PER_MM * holding.pull_mm(step) if step.holding == "tug" else 0.0,
        loop_radius_mm=step.coil.radius_mm,
        looped_mm=step.coil.wound_mm,
        bite_mm=bulge_mm(step.way) if step.way else 0.0,
        holding=step.holding,
    )
