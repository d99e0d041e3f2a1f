"""What was done in the tunnelling step, by measure id."""

import math

import numpy as np

from game.instruments.tunneller import SCARPA_SHARE, layers_at
from game.operation.implant import Tunnel, line_mm
from game.operation.steps import Measure
from game.operation.theatre import Theatre
from game.operation.tunnelling import catheter, harm
from game.operation.tunnelling.ground import bone_clearance_mm, field_of, least_radius_mm, middle_of, under
from game.operation.tunnelling.state import Mouth, Tunnelling

ENDS_MM = 15.0  # the ways out of the wounds are no part of the plane (simulator tolerance)
LEAST_OPEN_MM = 6.0  # a cut less deep, and not below Scarpa's fascia, has hardly opened the fat (simulator tolerance)
NICK_MM = 2.0  # a cut through the fascia that went no deeper (simulator tolerance)
PLANE_MM = 10.0  # wished for under the skin; thinner fat is tunnelled under Scarpa's fascia (expert judgement)
MOST_RADIUS_MM = 500.0
LOOK_S = 20.0  # an end that was open for less was not waited for (simulator tolerance)
SLOW_S = 60.0  # a drop a minute shows that it is open (connection's criterion in the literature of the devices)
OF_THE_TUNNEL = ("plane_depth_ratio", "shallowest_mm", "below_fascia_mm", "bone_clearance_mm", "curve_radius_mm")
OF_THE_CATHETER = ("catheter_slack", "catheter_twist_deg", "catheter_pull_n", "flow_check")


def measures(theatre: Theatre, step: Tunnelling) -> dict[str, Measure]:
    """Return every measure of the step; None for what was never done."""
    draw = step.draw if step.through else None
    return {
        **_incision(theatre, step),
        **_tunnel(theatre, step),
        "tunnel_passes": float(step.passes) if step.passes else None,
        "tip_felt_ratio": step.felt_mm / step.ahead_mm if step.ahead_mm > 1.0 else None,
        "tip_lost_mm": step.lost_mm if step.ahead_mm > 1.0 else None,
        "track_numb_ratio": step.numb_mm / step.ahead_mm if step.ahead_mm > 1.0 else None,
        "catheter_slack": catheter.slack(step),
        "catheter_twist_deg": abs(draw.twist_deg) if draw else None,
        "catheter_pull_n": draw.worst_n if draw else None,
        "flow_check": flow_check(step) if step.through else None,
        "perforation_answer": _answer(step),
        "tunnel_lidocaine_ratio": theatre.lidocaine.given_mg / theatre.plan.lidocaine_max_mg if step.passes else None,
    }


def _incision(theatre: Theatre, step: Tunnelling) -> dict[str, Measure]:
    belly = next((mouth for mouth in step.mouths if mouth.name == "belly"), None)
    if belly is None:
        return {"incision_off_mm": None, "incision_length_mm": None, "incision_layer": None}
    mark = theatre.plan.pocket_mark
    patient, side = theatre.patient, theatre.plan.side
    planned = field_of(theatre, patient.skin_point(mark.arc_mm, mark.z_mm, side)[None])[0]
    x, y = middle_of(theatre, belly)
    return {
        "incision_off_mm": math.dist(planned, (x, y)),
        "incision_length_mm": math.dist(belly.start_mm, belly.end_mm),
        "incision_layer": _opened(theatre, belly, (x, y)),
    }


def _opened(theatre: Theatre, belly: Mouth, middle: tuple[float, float]) -> str:
    """Return what the incision went down to, or through; a fascia that lies bare and whole is the floor of the fat."""
    here = layers_at(theatre.patient, under(theatre, *middle, 5.0))
    if belly.depth_mm >= here.muscle_mm:
        return "fascia" if belly.depth_mm <= here.muscle_mm + NICK_MM else "muscle"
    return "fat" if belly.depth_mm > min(LEAST_OPEN_MM, here.scarpa_mm) else "skin"


def _tunnel(theatre: Theatre, step: Tunnelling) -> dict[str, Measure]:
    tunnel = theatre.implant.tunnel
    if tunnel is None or not tunnel.path_mm:
        return dict.fromkeys(OF_THE_TUNNEL)
    path = np.array(tunnel.path_mm)
    depth, rows = depths_mm(theatre, tunnel)
    scarpa = rows[:, 0] + SCARPA_SHARE * (rows[:, 1] - rows[:, 0])
    below = depth > rows[:, 2]
    return {
        "plane_depth_ratio": float(np.median(depth / np.minimum(scarpa, PLANE_MM))),
        "shallowest_mm": float(np.quantile(depth, 0.05)),
        "below_fascia_mm": float(below.sum()) * line_mm(tunnel.path_mm) / max(len(path), 1),
        "bone_clearance_mm": bone_clearance_mm(theatre, path),
        "curve_radius_mm": min(least_radius_mm(field_of(theatre, path)), MOST_RADIUS_MM),
    }


def depths_mm(theatre: Theatre, tunnel: Tunnel) -> tuple[np.ndarray, np.ndarray]:
    """Return how deep the tunnel runs, its ends left out, and the layers there: (n,) and (n, 4)."""
    path = np.array(tunnel.path_mm)
    ends = min(int(ENDS_MM), max((len(path) - 10) // 2, 0))
    return theatre.patient.layers_mm(path[ends : len(path) - ends])


def flow_check(step: Tunnelling) -> str:
    """Return what the free end showed: flows, slow, dry, or that nobody looked."""
    if step.first_drop_s is not None:
        return "flows" if step.first_drop_s <= SLOW_S else "slow"
    return "dry" if step.looked_s >= LOOK_S else "not_checked"


def _answer(step: Tunnelling) -> Measure:
    if step.passes == 0:
        return None
    return harm.answered(step) or "none_needed"


def missing(step: Tunnelling) -> dict[str, str]:
    """Return why measures are None although the rod was in, by measure id."""
    found: dict[str, str] = {}
    if step.passes and not step.through:
        found |= dict.fromkeys(OF_THE_CATHETER, "catheter not drawn through")
    if step.passes and not step.legs:
        found |= dict.fromkeys(OF_THE_TUNNEL, "tunnel not made")
    return found
