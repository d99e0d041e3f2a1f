"""What the tunnelling step lets a trainee see and feel."""

from game.instruments.tunneller import tip_mm
from game.operation.antisepsis.layout import x_of_z
from game.operation.theatre import Theatre
from game.operation.tunnelling import catheter as draws
from game.operation.tunnelling.ground import (
    WHITE_MM,
    place_of,
    rod_way,
    tip_depth_mm,
    tip_felt,
)
from game.operation.tunnelling.rodwork import resistance_word, tent_mm
from game.operation.tunnelling.sight import CatheterSight, MouthSight, Place, RodSight, TunnellingSight
from game.operation.tunnelling.state import Mouth, Tunnelling

FAINT_MM = 18.0  # deeper than this a ridge is faint (expert judgement)
LIFTED_DEG, LIFTED_S = 8.0, 0.4  # a handle pressed down for so long lifts a lost point into view (simulator tolerance)
EVEN_N = 8.0  # press under which the way feels even (simulator tolerance)
MARK_HALF_MM = 45.0
RIDGE_FROM_MM = 40.0
WET = {"bowel": "bowel", "kidney": "urine"}


def sight(theatre: Theatre, step: Tunnelling) -> TunnellingSight:
    """Return the flank, the rod and the catheter as they look and feel."""
    mark = theatre.plan.pocket_mark
    x_mm = x_of_z(theatre, mark.z_mm)
    hand = theatre.hand
    open_harms = [harm.kind for harm in step.harms if not harm.prepared]
    return TunnellingSight(
        mark_mm=((x_mm, mark.arc_mm - MARK_HALF_MM), (x_mm, mark.arc_mm + MARK_HALF_MM)),
        mouths=tuple(_mouth(theatre, mouth) for mouth in step.mouths),
        rod=rod_sight(theatre, step),
        sheath=_sheath(theatre, step),
        catheter=catheter_sight(theatre, step),
        fingers=step.fingers if hand.other_down else "",
        bones=tuple(step.felt_bones),
        cut=() if step.blade is None else (place_of(theatre, step.blade.start_mm), place_of(theatre, step.blade.now_mm)),
        numbed=tuple(step.numbed),
        passes=step.passes,
        wet=next((WET[kind] for kind in open_harms if kind in WET), ""),
        left_ml=theatre.lidocaine.left_ml,
    )


def _mouth(theatre: Theatre, mouth: Mouth) -> MouthSight:
    return MouthSight(mouth.name, place_of(theatre, mouth.start_mm), place_of(theatre, mouth.end_mm), mouth.layer)


def rod_sight(theatre: Theatre, step: Tunnelling) -> RodSight:
    """Return the rod as it looks and feels."""
    rod = step.rod
    shown = tip_shown(theatre, step)
    press = rod.press_n
    return RodSight(
        length_mm=rod.length_mm,
        bend_deg=rod.bend_deg,
        roll_deg=rod.roll_deg,
        lift_deg=rod.lift_deg,
        inside_mm=rod.inside_mm,
        entry_mm=None if rod.entry_mm is None else place_of(theatre, rod.entry_mm),
        mouth_mm=None if rod.entry_mm is None else step.set_xy,
        way=rod_way(theatre, rod) or (0.0, -1.0),
        ghost_mm=rod.ghost_mm,
        word=resistance_word(step),
        began=step.began,
        reached=step.reached,
        tip_mm=place_of(theatre, tip_mm(rod)) if shown else None,
        feel=tip_feel(theatre, step) if shown else "",
        tent_mm=tent_mm(theatre, step) if shown else 0.0,
        press_word="" if not shown else "rising" if press < -EVEN_N else "sinking" if press > EVEN_N else "even",
    )


def tip_shown(theatre: Theatre, step: Tunnelling) -> bool:
    """Say whether the point shows: under fingers, out of the skin or in a wound, or lifted by a handle that stands still."""
    rod = step.rod
    if rod.entry_mm is None:
        return False
    if step.reached or rod.bed == "outside" or rod.inside_mm < 5.0 or tip_felt(theatre, step):
        return True
    lifted = rod.lift_deg >= LIFTED_DEG and theatre.theatre_s - step.moved_s >= LIFTED_S
    return lifted and rod.bed in ("camper", "deep")


def tip_feel(theatre: Theatre, step: Tunnelling) -> str:
    """Return how the point feels: skin when it is out, white, ridge or faint by its depth."""
    if step.rod.bed == "outside":
        return "skin"
    depth_mm = tip_depth_mm(theatre, step.rod)
    return "white" if depth_mm < WHITE_MM else "ridge" if depth_mm < FAINT_MM else "faint"


def _sheath(theatre: Theatre, step: Tunnelling) -> tuple[Place, ...]:
    tunnel = theatre.implant.tunnel
    if not step.sheath_in or tunnel is None or not tunnel.path_mm:
        return ()
    return place_of(theatre, tunnel.path_mm[0]), place_of(theatre, tunnel.path_mm[-1])


def catheter_sight(theatre: Theatre, step: Tunnelling) -> CatheterSight:
    """Return the catheter as it lies outside."""
    draw, catheter = step.draw, theatre.implant.catheter
    spare_mm = catheter.spare_mm if catheter is not None else 0.0
    if draw is None:
        return CatheterSight(False, spare_mm, 0.0, 0.0, 0.0, 0.0, False, step.through, step.end_open, step.drops)
    return CatheterSight(
        tied=True,
        outside_mm=draws.outside_mm(draw),
        slack_mm=draws.slack_mm(draw),
        out_mm=max(draw.drawn_mm - draw.tunnel_mm, 0.0),
        twist_deg=draw.twist_deg,
        ghost_mm=draw.hand_mm - draw.drawn_mm,
        held=draws.held(theatre, step),
        through=step.through,
        open=step.end_open,
        drops=step.drops,
    )
