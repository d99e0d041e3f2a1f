"""The catheter moves with its needle, and the guide wire comes out of it."""

import math

import numpy as np

from game.instruments.catheter.rod import Opening, Rod, fit_segments

WIRE_DRAG = 0.02  # of the way of the guide wire, which is smooth (expert judgement)
WIRE_DRAG_BENT = 0.06  # more for each full turn of the catheter's bends (expert judgement)


def move_as_unit(rod: Rod, opening: Opening | None) -> None:
    """Move the catheter with the needle that it lies in: nothing slides, the heel cuts nothing and forgets nothing.

    Args:
        rod: Changed in place.
        opening: Where the needle opens now.
    """
    rod.opening = opening
    rod.snag, rod.still_s = None, 0.0
    rod.hand_mm = rod.in_mm
    if opening is None:
        rod.sagittal_rad, rod.coronal_rad = [], []
        rod.pull_mm, rod.luck = 0.0, None
    else:
        fit_segments(rod)


def withdraw_wire(rod: Rod, back_mm: float) -> float:
    """Draw the guide wire back; return how far that drags the tip back, mm.

    The way is kept as `wire_in_needle_mm`: in a standing needle the wire's end can curl and cut the wall.

    Args:
        rod: Changed in place.
        back_mm: How far it is drawn.
    """
    way_mm = min(back_mm, rod.supplied_mm - rod.wire_mm)
    if way_mm <= 0.0:
        return 0.0
    rod.wire_mm += way_mm
    rod.wire_in_needle_mm += way_mm
    share = WIRE_DRAG + WIRE_DRAG_BENT * _turns(rod) if rod.wire_mm < rod.in_mm else 0.0
    dragged_mm = min(share * way_mm, rod.free_mm)
    rod.in_mm -= dragged_mm
    rod.hand_mm, rod.still_s = rod.in_mm, 0.0
    fit_segments(rod)
    return dragged_mm


def _turns(rod: Rod) -> float:
    """Return how many full turns the bends of the line add up to."""
    sagittal, coronal = np.diff(rod.sagittal_rad), np.diff(rod.coronal_rad)
    return float(np.hypot(sagittal, coronal).sum()) / (2.0 * math.pi) if len(sagittal) else 0.0
