"""What the connection step lets a trainee see and feel."""

import math

from game.operation.connection import layout, pocket
from game.operation.connection.back import field_of
from game.operation.connection.sight import ConnectionSight
from game.operation.connection.state import Connection
from game.operation.theatre import Theatre

SEEN_AT = {"belly": ("coil", "seat", "stitch"), "back": ("loop", "anchor", "tie")}


def sight(theatre: Theatre, step: Connection) -> ConnectionSight:
    """Return the field as it looks."""
    catheter, pump = theatre.implant.catheter, theatre.implant.pump
    assert catheter is not None
    assert pump is not None
    tail = layout.tail_line(theatre, step)
    hand = (theatre.hand.x_mm, theatre.hand.y_mm)
    syringe, joint = step.syringe, step.joint
    last = step.cuts[-1] if step.cuts else None
    return ConnectionSight(
        site=step.site,
        mouth_xy=tail[0],
        tail=tuple(tail) if step.site == "belly" else tuple(field_of(theatre, place) for place in catheter.back_mm),
        ruler_mm=layout.RULER_ZERO_X - hand[0] if layout.on_ruler(hand) else None,
        end_on_ruler_mm=layout.RULER_ZERO_X - step.tail_xy[0] if layout.on_ruler(step.tail_xy) else None,
        blades_deg=step.blades_deg,
        catheter_deg=layout.along_tail(tail, hand)[2],
        cuts=len(step.cuts),
        end_looks="" if last is None else "crushed" if last.crushed else "oblique" if last.off_deg > 10.0 else "square",
        typed_mm=catheter.typed_trim_mm,
        pump_xy=step.pump_xy,
        pump_deg=step.pump_deg,
        head_x=step.head_x,
        outwards=step.outwards,
        seated=pump.seated,
        stem_xy=layout.stem(step),
        cap_xy=layout.cap_port(step),
        loops_xy=tuple(layout.loop_at(step, k) for k in range(len(layout.LOOP_ANGLES_DEG))),
        stitched=tuple(step.stitched),
        pocket_xy=layout.POCKET_AT,
        plug_mm=joint.travel_mm,
        plug_roll_deg=joint.roll_deg,
        shut=joint.shut,
        slipped=joint.slipped_mm > 0.5,
        force_n=joint.force_n if step.holding == "plug" else syringe.hand_mm - syringe.plunger_mm if syringe and syringe.gripped else 0.0,
        port=step.port,
        drawn_ml=_by_eye(syringe.drawn_ml) if syringe else 0.0,
        air_ml=_by_eye(syringe.air_ml) if syringe else 0.0,
        drug_ml=_by_eye(syringe.drug_ml) if syringe else 0.0,
        suction=syringe is not None and syringe.covered,
        drops_per_min=step.drops_per_min,
        coil_radius_mm=step.coil.radius_mm,
        wound_mm=step.coil.wound_mm,
        loose_mm=max(0.0, catheter.free_mm - step.coil.wound_mm),
        kinks_seen=tuple(sorted({kink.cause for kink in catheter.kinks if kink.cause in SEEN_AT[step.site]})),
        bite_mm=pocket.bulge_mm(step),
        holding=step.holding,
    )


def _by_eye(volume_ml: float) -> float:
    """Read a barrel's last line of a fifth of a millilitre that is reached."""
    return math.floor(volume_ml * 5.0 + 1e-6) / 5.0
