"""Sheath and catheter: rod out, catheter tied on and drawn through, sheath out, fluid at the free end."""

import itertools
import math

import numpy as np

from game.base import Action, Event
from game.clock import TICKS_PER_S
from game.instruments import tunneller as rods
from game.instruments.needle import Point
from game.operation import lumen
from game.operation.core import wait
from game.operation.events import Sounded
from game.operation.implant import Catheter, Kink, Tunnel, drawn_down, line_mm
from game.operation.needle.geometry import as_point
from game.operation.theatre import Theatre
from game.operation.tunnelling.actions import DrawRod, DrawSheath, OpenFreeEnd
from game.operation.tunnelling.events import CatheterSlipped, CatheterThrough, EndDripped
from game.operation.tunnelling.ground import field_of, least_radius_mm, middle_of
from game.operation.tunnelling.state import Draw, Leg, Tunnelling
from game.patient.csf import DROP_ML

SHEATH_S, ROD_S, TIE_S = 10.0, 10.0, 20.0  # expert judgement
FRICTION_N, FRICTION_N_PER_MM = 0.6, 0.003  # of the catheter in its sheath (expert judgement)
TWIST_N_PER_TURN = 0.3  # expert judgement
VISCOUS_N_S_PER_MM = 0.035  # a quick pull jerks (expert judgement)
STRETCH_N_PER_MM = 0.1  # 73 N per unit strain over 0.7 m, from the catheter's section and 80 MPa
COIL_MM = 250.0  # one turn of the coil that it was packed in: drawn off its end, it twists once (expert judgement)
FED_MM = 60.0  # a hand so near to the back wound feeds the catheter, or holds it (simulator tolerance)
DRAGGED_MM = 45.0  # of catheter that a sheath takes along when nobody holds it (expert judgement)
OUT_MM = 20.0  # must hang out before the sheath can be drawn (simulator tolerance)
HAND_LIMIT_N = 30.0
KINK_TWIST_DEG, KINK_SHARE = 540.0, 0.3  # expert judgement
KINK_RADIUS_MM = 15.0  # of a tunnel (expert judgement)
LOOSE_MM = 30.0  # more than so much outside the back wound does not lie in it (simulator tolerance)
LOOP_MM, END_MM = 25.0, 30.0  # slack that makes a loop; end that makes one at the belly (simulator tolerance)
TAUT_MM = 2.0  # less in the back wound, and bending pulls at the anchor: what hangs out at the belly does not follow (simulator tolerance)


def refuse(theatre: Theatre, step: Tunnelling, action: Action) -> str | None:
    """Say why sheath and catheter cannot be handled so now, or None."""
    match action:
        case DrawRod():
            if step.sheath_in:
                return "The rod is out already."
            return None if step.reached else "The rod's point is not out at another wound yet."
        case DrawSheath():
            if not step.sheath_in:
                return "There is no sheath in the tunnel."
            if step.draw is not None and step.draw.drawn_mm < step.draw.tunnel_mm + OUT_MM:
                return "The catheter does not hang out at the belly yet."
            return "Let go of the catheter first." if theatre.hand.gripping else None
        case OpenFreeEnd(opened):
            if opened and not step.through:
                return "The catheter does not lie in the tunnel yet."
            if opened == step.end_open:
                return "The end is open already." if opened else "The end is clamped already."
    return None


def refuse_tie(theatre: Theatre, step: Tunnelling) -> str | None:
    """Say why the catheter cannot be tied on, or None."""
    if step.through:
        return "The catheter lies in the tunnel already."
    if step.draw is not None:
        return "The catheter is tied to the sheath already."
    if not step.sheath_in:
        return "There is no sheath to tie it to: the tunnel comes first."
    return None


def apply(theatre: Theatre, step: Tunnelling, action: Action) -> list[Event]:
    """Handle sheath, catheter or clamp."""
    match action:
        case DrawRod():
            return _draw_rod(theatre, step)
        case DrawSheath():
            return _draw_sheath(theatre, step)
        case OpenFreeEnd(opened):
            step.end_open, step.open_s, step.flowed_s = opened, theatre.theatre_s, theatre.theatre_s
            step.drop_ml = 0.0
            catheter = theatre.implant.catheter
            if catheter is not None:
                catheter.end = "open" if opened else "clamped"
            return [Sounded(tick=theatre.tick, sound="click", loudness=0.5)]
    return []


def _draw_rod(theatre: Theatre, step: Tunnelling) -> list[Event]:
    """Leave the sheath in this leg; with the last leg the tunnel is made."""
    path = [*step.rod.track_mm, rods.tip_mm(step.rod)]
    step.legs = [leg for leg in step.legs if {leg.start, leg.end} != {step.began, step.reached}]  # the newer way is the one in use
    step.legs.append(Leg(step.began, step.reached, path))  # type: ignore[arg-type]
    rods.take_out(step.rod)
    step.began = step.reached = ""
    whole = whole_path(step)
    if whole:
        step.sheath_in = True
        tunnel = theatre.implant.tunnel
        assert tunnel is not None  # the step's start put one there
        tunnel.path_mm, tunnel.passes = whole, step.passes
    return [Sounded(tick=theatre.tick, sound="stylet", loudness=0.6), wait(theatre, ROD_S, "rod out")]


def whole_path(step: Tunnelling) -> list[Point]:
    """Return the tunnel from the back to the belly, the direct leg before two by the stop incision, or [] while it is not whole."""
    for route in (("back", "belly"), ("back", "stop", "belly")):
        parts = [_between(step.legs, start, end) for start, end in itertools.pairwise(route)]
        if all(parts):
            return [point for part in parts for point in part]
    return []


def _between(legs: list[Leg], start: str, end: str) -> list[Point]:
    """Return the way from one wound to another, either way about, or [] while there is none."""
    leg = next((leg for leg in legs if {leg.start, leg.end} == {start, end}), None)
    return [] if leg is None else leg.path_mm if leg.start == start else leg.path_mm[::-1]


def tie(theatre: Theatre, step: Tunnelling) -> list[Event]:
    """Tie the catheter's end to the sheath at the back wound."""
    catheter = theatre.implant.catheter
    assert catheter is not None  # the step's start saw to it
    back = catheter.back_mm
    step.draw = Draw(
        coil=1.0 if theatre.chance("tunnelling coil").random() < 0.5 else -1.0,
        free_mm=max(catheter.spare_mm, 0.0),
        loop_mm=line_mm(back),
        straight_mm=math.dist(back[0], back[-1]) if back else 0.0,
        tunnel_mm=line_mm([*back[-1:], *_tunnel(theatre).path_mm]),
    )
    return [Sounded(tick=theatre.tick, sound="click", loudness=0.4), wait(theatre, TIE_S, "catheter tied on")]


def _tunnel(theatre: Theatre) -> Tunnel:
    tunnel = theatre.implant.tunnel
    assert tunnel is not None  # the step's start put one there
    return tunnel


def pull_way(theatre: Theatre, step: Tunnelling) -> tuple[float, float]:
    """Return the unit direction on the field in which the catheter is drawn out."""
    ends = {mouth.name: middle_of(theatre, mouth) for mouth in step.mouths}
    (ax, ay), (bx, by) = ends["back"], ends["belly"]
    away = math.hypot(bx - ax, by - ay)
    return (bx - ax) / away, (by - ay) / away


def move_hand(theatre: Theatre, step: Tunnelling, dx_mm: float, dy_mm: float) -> None:
    """Pull the catheter towards the belly, or slacken."""
    draw = step.draw
    if draw is None:
        return
    ux, uy = pull_way(theatre, step)
    draw.hand_mm = min(max(draw.hand_mm + dx_mm * ux + dy_mm * uy, draw.drawn_mm - 5.0), draw.drawn_mm + HAND_LIMIT_N)


def held(theatre: Theatre, step: Tunnelling) -> bool:
    """Say whether the other hand feeds or holds the catheter at the back wound."""
    hand = theatre.hand
    back = next(mouth for mouth in step.mouths if mouth.name == "back")
    return hand.other_down and math.dist(middle_of(theatre, back), (hand.other_x_mm, hand.other_y_mm)) <= FED_MM


def slack_mm(draw: Draw) -> float:
    """Return what is left of the loop in the back wound beyond its shortest way."""
    return max(draw.loop_mm - draw.straight_mm - max(draw.drawn_mm - draw.free_mm, 0.0), 0.0)


def outside_mm(draw: Draw) -> float:
    """Return how much catheter still lies free on the back."""
    return max(draw.free_mm - draw.drawn_mm, 0.0)


def resistance_n(draw: Draw) -> float:
    """Return what holds the catheter back: sheath, twist, and the anchor once all slack is used up."""
    friction = FRICTION_N + FRICTION_N_PER_MM * min(draw.drawn_mm, draw.tunnel_mm) + TWIST_N_PER_TURN * abs(draw.twist_deg) / 360.0
    taken = draw.drawn_mm - draw.free_mm
    tight = max(taken - (draw.loop_mm - draw.straight_mm), 0.0)
    loop = 1.0 if taken > 0.0 else 0.0
    return friction + loop + STRETCH_N_PER_MM * tight


def advance(theatre: Theatre, step: Tunnelling) -> list[Event]:
    """Draw the catheter on by a tick, and let fluid run from an open end."""
    draw = step.draw
    events: list[Event] = []
    if draw is not None and not step.through:
        events = _drawn(theatre, step, draw)
    if theatre.tick % 12 == 0:
        events.extend(run(theatre, step))
    return events


def _drawn(theatre: Theatre, step: Tunnelling, draw: Draw) -> list[Event]:
    push_n = (draw.hand_mm - draw.drawn_mm) * rods.HAND_N_PER_MM
    against = resistance_n(draw)
    if not theatre.hand.gripping or push_n <= against:
        draw.speed_mm_s = 0.0
        return []
    way = (push_n - against) * rods.EASE
    draw.speed_mm_s = way * TICKS_PER_S
    before = draw.drawn_mm
    draw.drawn_mm += way
    if not held(theatre, step) and draw.drawn_mm < draw.free_mm:
        draw.twist_deg += draw.coil * 360.0 * way / COIL_MM
    force = against + VISCOUS_N_S_PER_MM * draw.speed_mm_s
    draw.worst_n = max(draw.worst_n, force)
    tight = max(draw.drawn_mm - draw.free_mm - (draw.loop_mm - draw.straight_mm), 0.0)
    events: list[Event] = []
    if before < draw.tunnel_mm <= draw.drawn_mm:
        events = [CatheterThrough(tick=theatre.tick), Sounded(tick=theatre.tick, sound="click", loudness=0.4)]
    anchor, catheter = theatre.implant.anchor, theatre.implant.catheter
    over_mm = tight - theatre.implant.holds_n / STRETCH_N_PER_MM
    if catheter is not None and over_mm > 0.0:
        slipped = drawn_down(catheter, over_mm)
        draw.free_mm += slipped
        if anchor is not None:
            anchor.slip_mm += slipped
        events += [CatheterSlipped(tick=theatre.tick, slip_mm=slipped)] if slipped > 0.0 else []
    return events


def _draw_sheath(theatre: Theatre, step: Tunnelling) -> list[Event]:
    """Draw the sheath out; a catheter that nobody holds goes along with it."""
    draw, catheter = step.draw, theatre.implant.catheter
    assert catheter is not None
    if draw is None:  # a way that was not good enough is given up
        step.sheath_in, step.legs = False, []
        _tunnel(theatre).path_mm = []
        return [Sounded(tick=theatre.tick, sound="stylet", loudness=0.6), wait(theatre, SHEATH_S, "empty sheath out")]
    if not held(theatre, step):
        draw.drawn_mm += min(DRAGGED_MM, outside_mm(draw) + slack_mm(draw))  # friction moves what lies loose, and stretches nothing
    step.sheath_in, step.through = False, True
    lay_down(theatre, catheter, draw)
    return [Sounded(tick=theatre.tick, sound="stylet", loudness=0.6), wait(theatre, SHEATH_S, "sheath out")]


def lay_down(theatre: Theatre, catheter: Catheter, draw: Draw) -> None:
    """Let the catheter lie as it was drawn: loop in the back wound, line in the tunnel, and narrow places."""
    back = catheter.back_mm
    lies_mm = draw.loop_mm - max(draw.drawn_mm - draw.free_mm, 0.0) + min(outside_mm(draw), LOOSE_MM)
    catheter.back_mm = drawn_in(back, max(lies_mm, draw.straight_mm))
    catheter.on_back_mm = max(outside_mm(draw) - LOOSE_MM, 0.0)
    path = _tunnel(theatre).path_mm
    catheter.tunnel_mm = [catheter.back_mm[-1], *thinned(path)]
    middle_mm = line_mm(catheter.canal_mm) + line_mm(catheter.track_mm) + line_mm(catheter.back_mm) + 0.5 * line_mm(path)
    if abs(draw.twist_deg) > KINK_TWIST_DEG or least_radius_mm(field_of(theatre, np.array(path))) < KINK_RADIUS_MM:
        catheter.kinks.append(Kink(middle_mm, KINK_SHARE, "tunnel"))


def thinned(path: list[Point]) -> list[Point]:
    """Return a path with a point every centimetre or so, its ends kept."""
    return [*path[:-1:10], path[-1]]


def drawn_in(loop: list[Point], length_mm: float) -> list[Point]:
    """Return a loop of another length between the same ends: nearer to their straight line, or wider."""
    if len(loop) < 3:
        return loop
    points = np.array(loop)
    share = np.linspace(0.0, 1.0, len(points))[:, None]
    straight = points[0] + share * (points[-1] - points[0])
    low, high = 0.0, 3.0
    for _ in range(40):
        middle = 0.5 * (low + high)
        now = straight + middle * (points - straight)
        long = float(np.sqrt((np.diff(now, axis=0) ** 2).sum(axis=1)).sum()) > length_mm
        low, high = (low, middle) if long else (middle, high)
    now = straight + low * (points - straight)
    return [loop[0], *[as_point(place) for place in now[1:-1]], loop[-1]]


def run(theatre: Theatre, step: Tunnelling) -> list[Event]:
    """Let fluid run for the theatre time since the last look: from the open free end, and wherever else it finds a way."""
    since_s, step.flowed_s = theatre.theatre_s - step.flowed_s, theatre.theatre_s
    catheter = theatre.implant.catheter
    if catheter is None:
        return []
    now = lumen.running(theatre, catheter, step.end_open)
    events = lumen.spill(theatre, now, since_s)
    if not step.end_open:
        return events
    if step.through:
        step.looked_s = max(step.looked_s, theatre.theatre_s - step.open_s)
    step.drop_ml += now.end * since_s / 60.0
    if step.drop_ml < DROP_ML:
        return events
    step.drops += 1
    step.drop_ml %= DROP_ML
    if step.through and step.first_drop_s is None:
        step.first_drop_s = theatre.theatre_s - step.open_s
    return [*events, EndDripped(tick=theatre.tick), Sounded(tick=theatre.tick, sound="drip", loudness=0.5)]


def slack(step: Tunnelling) -> str | None:
    """Return how the catheter lies: both, one, tight or loose; None before it lies."""
    draw = step.draw
    if draw is None or not step.through:
        return None
    back, belly = slack_mm(draw) >= LOOP_MM, draw.drawn_mm - draw.tunnel_mm >= END_MM
    if outside_mm(draw) > LOOSE_MM:
        return "loose"
    if slack_mm(draw) < TAUT_MM:
        return "tight"
    return "both" if back and belly else "one" if back or belly else "tight"
