"""Back at the wound of the back: a loop that is too tight is widened, a tie is cut and drawn anew."""

import math

import numpy as np

from game.base import Event
from game.instruments import tie
from game.operation.connection import layout
from game.operation.connection.events import Freed
from game.operation.connection.state import Connection, Place
from game.operation.events import Sounded
from game.operation.implant import Kink, KinkCause, line_mm
from game.operation.theatre import Theatre

REACH_MM = 14.0
WIDENED_MM = 8.0
"""Way of the forceps that opens a tight loop (simulator tolerance)."""
STRAIGHTENED_MM = 15.0
"""Pull out of the tunnel, with forceps at its mouth, that draws a kink in it straight (simulator tolerance)."""


def field_of(theatre: Theatre, place_mm: tuple[float, float, float]) -> Place:
    """Return where the present camera shows a patient point."""
    shown = theatre.camera.to_field(theatre.patient_pose.apply(np.asarray(place_mm)))
    return (float(shown[0]), float(shown[1]))


def near_loop(theatre: Theatre, place: Place) -> bool:
    """Return whether a place of the field lies at the strain-relief loop."""
    catheter = theatre.implant.catheter
    return catheter is not None and any(layout.gap(field_of(theatre, p), place) < REACH_MM for p in catheter.back_mm[1:])


def near_tie(theatre: Theatre, place: Place) -> bool:
    """Return whether a place of the field lies at the purse-string."""
    catheter = theatre.implant.catheter
    return catheter is not None and layout.gap(field_of(theatre, catheter.back_mm[0]), place) < REACH_MM


def has(theatre: Theatre, *causes: KinkCause) -> bool:
    """Return whether a narrow place of one of these causes is there."""
    catheter = theatre.implant.catheter
    return catheter is not None and any(kink.cause in causes for kink in catheter.kinks)


def free(theatre: Theatre, *causes: KinkCause) -> list[Event]:
    """Open the narrow places of these causes; tell each cause once."""
    catheter = theatre.implant.catheter
    assert catheter is not None
    found = sorted({kink.cause for kink in catheter.kinks if kink.cause in causes})
    catheter.kinks = [kink for kink in catheter.kinks if kink.cause not in causes]
    return [Freed(tick=theatre.tick, cause=cause) for cause in found]


def widen(theatre: Theatre, step: Connection) -> list[Event]:
    """Open the loop once the forceps have drawn it far enough."""
    return free(theatre, "loop", "anchor") if math.hypot(*step.drag_xy) >= WIDENED_MM else []


def straighten(theatre: Theatre, step: Connection) -> list[Event]:
    """Draw a kink in the tunnel straight by a pull away from its mouth on the catheter that comes out there."""
    hand = theatre.hand
    grip = (hand.x_mm - step.drag_xy[0], hand.y_mm - step.drag_xy[1])
    away_mm = layout.gap(grip, layout.MOUTH)
    if not 0.0 < away_mm <= layout.MOUTH_REACH_MM:
        return []
    out = sum((g - m) / away_mm * d for g, m, d in zip(grip, layout.MOUTH, step.drag_xy, strict=True))
    return free(theatre, "tunnel") if out >= STRAIGHTENED_MM else []


def cut_tie(theatre: Theatre) -> list[Event]:
    """Cut the purse-string; fluid may run beside the catheter again."""
    string = theatre.implant.purse_string
    if string is None or string.tension_n is None:
        return []
    string.tension_n, string.ooze_share = None, 1.0
    return [*free(theatre, "tie"), Sounded(tick=theatre.tick, sound="scissors", loudness=0.5)]


def draw_tie(theatre: Theatre, step: Connection) -> list[Event]:
    """Tie the purse-string anew with the tension that the hands drew."""
    string, catheter = theatre.implant.purse_string, theatre.implant.catheter
    if string is None or catheter is None or string.tension_n is not None:
        return []
    string.tension_n = tie.tension_n(math.hypot(*step.drag_xy))
    middles = [tuple((a + b) / 2.0 for a, b in zip(bite.in_mm, bite.out_mm, strict=True)) for bite in string.bites if bite.through != "fat"]
    ring = tie.ring([field_of(theatre, (x, y, z)) for x, y, z in middles], field_of(theatre, catheter.back_mm[0]))
    string.ooze_share = tie.ooze_share(string.tension_n, *ring)
    if tie.bore_share(string.tension_n) < 1.0:
        at_mm = line_mm(catheter.canal_mm) + line_mm(catheter.track_mm)
        catheter.kinks.append(Kink(at_mm, tie.bore_share(string.tension_n), "tie"))
    return [Sounded(tick=theatre.tick, sound="stitch", loudness=0.5)]
