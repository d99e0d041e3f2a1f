"""What guided mode says next while the catheter's tunnel is made. It may know the truth."""

import math
from typing import TYPE_CHECKING

from game.operation.tunnelling.hands import RODS
from game.operation.tunnelling.sight import TunnellingSight
from game.operation.tunnelling.state import Tunnelling
from game.patient.numbness import ONSET_S
from game.session.observation import Observation

if TYPE_CHECKING:
    from game.session.session import Session

Wish = tuple[str, ...]
DEEP_MM = 9.0
BEND_DEG = (30.0, 55.0)
"""Bends per 10 cm that fit most flanks: the body's own curve."""
FREE_MM, TWIST_DEG = 6.0, 90.0
NUMB_SHARE, BAND_MM = 0.85, 12.0
"""Share of the way that is numb enough, and how far a drop of anaesthetic reaches along it."""
HARD = ("hard", "bone")
HURTS = (("tunnel_cut",), ("tunnel_set",))
"""What comes after an injection, and hurts before it is numb there."""


def tunnelling_hint(session: "Session", observation: Observation) -> Wish:
    """Return what fits now."""
    sight, step = observation.sight, session.states.get("tunnelling")
    if not isinstance(sight, TunnellingSight) or not isinstance(step, Tunnelling):
        return ()
    if any(not harm.prepared for harm in step.harms):
        return ("tunnel_skin",) if step.harms[-1].kind == "skin" else ("tunnel_harm",)
    if step.through:
        return _flow(sight)
    if step.sheath_in:
        return _catheter(observation, sight)
    wish = _rod(observation, sight, step) if _opened(step) else _incision(observation, sight, step)
    return ("tunnel_wait",) if wish in HURTS and _not_numb_yet(session, observation) else wish


def _not_numb_yet(session: "Session", observation: Observation) -> bool:
    """Say whether what was injected last still has to spread; a sleeping patient needs none."""
    deposits = session.theatre.lidocaine.deposits
    awake = observation.plan.anaesthesia != "general"
    return awake and bool(deposits) and session.theatre.theatre_s - deposits[-1][4] < ONSET_S


def _opened(step: Tunnelling) -> bool:
    belly = next((mouth for mouth in step.mouths if mouth.name == "belly"), None)
    return belly is not None and belly.depth_mm > DEEP_MM


def _incision(observation: Observation, sight: TunnellingSight, step: Tunnelling) -> Wish:
    if not sight.numbed and observation.plan.anaesthesia != "general":
        return ("tunnel_numb",)
    return ("tunnel_deeper",) if len(step.mouths) > 1 else ("tunnel_cut",)


def _rod(observation: Observation, sight: TunnellingSight, step: Tunnelling) -> Wish:
    rod = sight.rod
    if rod.reached:
        return ("tunnel_rod_out",)
    if _numb_share(sight) < NUMB_SHARE and observation.plan.anaesthesia != "general" and rod.inside_mm < 5.0:
        return ("tunnel_track",)
    if observation.instrument not in RODS or rod.entry_mm is None:
        return ("tunnel_set",)
    if rod.inside_mm < 5.0:
        if not BEND_DEG[0] <= rod.bend_deg <= BEND_DEG[1]:
            return ("tunnel_bend",)
        return ("tunnel_push",)
    if rod.word in HARD:
        return ("tunnel_hard",)
    if step.rod.bed == "muscle":
        return ("tunnel_under",)
    if rod.tip_mm is None:
        return ("tunnel_fingers",)
    if rod.feel == "white":
        return ("tunnel_shallow",)
    return ("tunnel_on",)


def _catheter(observation: Observation, sight: TunnellingSight) -> Wish:
    catheter = sight.catheter
    if not catheter.tied:
        return ("tunnel_tie",)
    twisted = math.fabs(catheter.twist_deg) > TWIST_DEG
    if catheter.outside_mm > FREE_MM:
        return ("tunnel_twist",) if twisted else ("tunnel_draw",)
    return ("tunnel_untwist",) if twisted else ("tunnel_sheath",)


def _numb_share(sight: TunnellingSight) -> float:
    """Return the share of the way from wound to wound beside which some place was infiltrated."""
    ends = [place[1] for mouth in sight.mouths for place in (mouth.start_mm, mouth.end_mm)]
    stations = [min(ends) + BAND_MM * (k + 0.5) for k in range(max(1, int((max(ends) - min(ends)) / BAND_MM)))]
    return sum(any(abs(y - at) <= BAND_MM for _, y in sight.numbed) for at in stations) / len(stations)


def _flow(sight: TunnellingSight) -> Wish:
    catheter = sight.catheter
    if catheter.open:
        return ("tunnel_clamp",) if catheter.drops else ("tunnel_drop",)
    return ("tunnel_done",) if catheter.drops else ("tunnel_open",)
