"""What the needle step lets a trainee see and feel."""

import math

from game.frames import Array
from game.instruments.needle import Needle
from game.operation.needle.contact import resistance_word
from game.operation.needle.geometry import angles_of
from game.operation.needle.hands import NICK_REACH_MM, field_of, hub_field_mm
from game.operation.needle.sight import NeedleSight
from game.operation.needle.state import NeedleStep
from game.operation.theatre import Theatre

WHEAL_REACH_MM = 12.0
SAME_PLACE_MM = 0.5  # a point that moved on less is where the plunger was pressed (simulator tolerance)


def sight(theatre: Theatre, step: NeedleStep) -> NeedleSight:
    """Return needle, syringe and hub as they look and feel."""
    needle = theatre.needle
    assert needle is not None  # the step's start laid it on the tray
    if needle.entry_mm is None:
        return _off_skin(theatre, step, needle)
    sagittal, medial = angles_of(step.stand, needle.heading)
    entry = field_of(theatre, needle.entry_mm)
    return NeedleSight(
        on_skin=True,
        entry_mm=_pair(entry),
        hub_mm=hub_field_mm(theatre, needle),
        length_mm=needle.length_mm,
        outside_mm=needle.length_mm - needle.depth_mm,
        sagittal_deg=sagittal,
        medial_deg=medial,
        bevel_deg=needle.bevel_deg,
        stylet_in=needle.stylet_in,
        ghost_mm=needle.ghost_mm,
        word=resistance_word(needle),
        hub="closed" if needle.stylet_in else step.flow_kind,
        drops_per_min=step.drops_per_min,
        csf_lost_ml=_read_tray(theatre.strain.csf_lost_ml),
        bent_mm=math.hypot(*needle.bow_deg) * 0.5,
        nicked=any(math.dist(needle.entry_mm, nick) < NICK_REACH_MM for nick in step.nicks),
        numb=step.wheal_mm is not None and math.dist(needle.entry_mm, step.wheal_mm) < WHEAL_REACH_MM,
        passes=step.passes,
        plunger=step.plunger if abs(needle.depth_mm - step.plunger_mm) < SAME_PLACE_MM else "",
    )


def _off_skin(theatre: Theatre, step: NeedleStep, needle: Needle) -> NeedleSight:
    """Return the needle as it is held over the field, aimed but not yet set down."""
    hand = (theatre.hand.x_mm, theatre.hand.y_mm)
    return NeedleSight(
        on_skin=False,
        entry_mm=hand,
        hub_mm=hand,
        length_mm=needle.length_mm,
        outside_mm=needle.length_mm,
        sagittal_deg=step.offsets_deg[0],
        medial_deg=step.offsets_deg[1],
        bevel_deg=needle.bevel_deg,
        stylet_in=needle.stylet_in,
        ghost_mm=0.0,
        word="none",
        hub="closed",
        drops_per_min=0.0,
        csf_lost_ml=_read_tray(theatre.strain.csf_lost_ml),
        bent_mm=0.0,
        nicked=bool(step.nicks),
        numb=step.wheal_mm is not None,
        passes=step.passes,
    )


def _read_tray(lost_ml: float) -> float:
    """Read the fluid in the tray by eye, to the nearest 0.2 mL."""
    return round(lost_ml * 5.0) / 5.0


def _pair(place: Array) -> tuple[float, float]:
    return (float(place[0]), float(place[1]))
