"""The needle and the guide wire come out; the catheter is to stay."""

import math

import numpy as np

from game.instruments.catheter.rod import Opening, Rod, as_point, fit_segments

NEEDLE_DRAG = 0.25  # of the way of a needle drawn over a catheter that nobody holds (expert judgement)
PINNED_DRAG = 0.012  # the same while it is pinned at the fascia (expert judgement)
WIRE_DRAG = 0.02  # of the way of the guide wire, which is smooth (expert judgement)
WIRE_DRAG_BENT = 0.06  # more for each full turn of the catheter's bends (expert judgement)


def move_as_unit(rod: Rod, opening: Opening | None) -> None:
    """Move the catheter with the needle that it lies in: nothing slides, the heel cuts nothing.

    Args:
        rod: Changed in place.
        opening: Where the needle opens now.
    """
    rod.opening = opening
    rod.pull_mm, rod.luck, rod.snag, rod.still_s = 0.0, None, None, 0.0
    rod.hand_mm = rod.in_mm
    if opening is None:
        rod.sagittal_rad, rod.coronal_rad = [], []
    else:
        fit_segments(rod)


def withdraw_needle(rod: Rod, back_mm: float, pinned: bool) -> float:
    """Draw the needle back over the catheter; return how far that drags the tip back, mm.

    The line keeps beginning where the needle opened first, and the way that is freed behind it is kept in
    `track_mm`, as is the length: what is past the opening and in the track together.

    Args:
        rod: Changed in place.
        back_mm: How far the needle comes back.
        pinned: Whether the catheter is held at the fascia.
    """
    if rod.opening is None or not rod.needle_in or back_mm <= 0.0:
        return 0.0
    dragged_mm = min((PINNED_DRAG if pinned else NEEDLE_DRAG) * back_mm, rod.free_mm)
    _pull(rod, dragged_mm)
    start, back = rod.opening.place_mm, np.asarray(rod.opening.heading)
    if not rod.track_mm:
        rod.track_mm = [start]
    rod.track_mm.append(as_point(np.asarray(rod.track_mm[-1]) - back_mm * back))
    return dragged_mm


def needle_out(rod: Rod) -> None:
    """Take the needle off the far end of the catheter."""
    rod.needle_in = False
    rod.pull_mm, rod.luck, rod.still_s = 0.0, None, 0.0


def withdraw_wire(rod: Rod, back_mm: float) -> float:
    """Draw the guide wire back; return how far that drags the tip back, mm.

    Inside a standing needle the way is kept as `wire_in_needle_mm`: the wire's end can curl there and cut the wall.

    Args:
        rod: Changed in place.
        back_mm: How far it is drawn.
    """
    way_mm = min(back_mm, rod.supplied_mm - rod.wire_mm)
    if way_mm <= 0.0:
        return 0.0
    rod.wire_mm += way_mm
    if rod.needle_in:
        rod.wire_in_needle_mm += way_mm
    turns = _turns(rod)
    dragged_mm = min((WIRE_DRAG + WIRE_DRAG_BENT * turns) * way_mm if rod.wire_mm < rod.in_mm else 0.0, rod.free_mm)
    _pull(rod, dragged_mm)
    rod.still_s = 0.0
    return dragged_mm


def _turns(rod: Rod) -> float:
    """Return how many full turns the bends of the line add up to."""
    sagittal, coronal = np.diff(rod.sagittal_rad), np.diff(rod.coronal_rad)
    return float(np.hypot(sagittal, coronal).sum()) / (2.0 * math.pi) if len(sagittal) else 0.0


def _pull(rod: Rod, back_mm: float) -> None:
    """Draw the catheter back along its own line."""
    rod.in_mm -= back_mm
    rod.hand_mm = rod.in_mm
    fit_segments(rod)
    rod.still_s = 0.0
