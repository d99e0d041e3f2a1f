"""What two pictures of a needle tell: where it has to go, how it lies, and by how much to turn it; theatre frame, mm."""

import math

import numpy as np

from game.frames import Array, FieldCamera, Side
from game.operation.needle.sight import NeedleSight
from game.session.observation import PictureSight
from game.session.trainees.sighting import across, place

SAC_FROM_LAMINAR_LINE_MM = 12.5  # from the roots of the spinous processes to just inside the sac (expert judgement)
ABOVE_MIDDLE_MM = 12.0  # an oblique needle passes the lower lamina and meets the sac in the window's upper half
WINDOWS = {"L1-2": ("L1", "L2"), "L2-3": ("L2", "L3"), "L3-4": ("L3", "L4"), "L4-5": ("L4", "L5")}
FURROW_MM = 7.5  # of the back's silhouette over its midline, lying on the side (expert judgement)
LEAST_SHAFT_MM = 10.0


def target_mm(ap: PictureSight, lateral: PictureSight, window: str, higher_mm: float) -> Array | None:
    """Return where the point should come to lie: in the midline just inside the sac, shape (3,).

    Args:
        ap: A picture from behind.
        lateral: One from the side.
        window: Name of the window between two laminae.
        higher_mm: Further towards the head than usual, as bone that was met asks for.

    Returns:
        None when the roots of the spinous processes cannot be made out on both.
    """
    top, bottom = (place(ap, lateral, f"{level}.spinous_base") for level in WINDOWS[window])
    if top is None or bottom is None:
        return None
    axis = _unit(top - bottom)
    middle = 0.5 * (top + bottom)
    pedicles = _pedicles(ap, lateral, window)
    ventral = np.array([0.0, -1.0, 0.0]) if pedicles is None else pedicles - middle
    ventral = _unit(ventral - axis * float(ventral @ axis))
    return np.asarray(middle + axis * (ABOVE_MIDDLE_MM + higher_mm) + ventral * SAC_FROM_LAMINAR_LINE_MM)


def _pedicles(ap: PictureSight, lateral: PictureSight, window: str) -> Array | None:
    """Return the middle between the four pedicles of a window, or None when one is hidden."""
    seen = [place(ap, lateral, f"{level}.pedicle_{side}") for level in WINDOWS[window] for side in ("left", "right")]
    found = [pedicle for pedicle in seen if pedicle is not None]
    return np.mean(found, axis=0) if len(found) == len(seen) else None


def skin_mm(lateral: PictureSight, window: str, target: Array) -> Array | None:
    """Return the skin behind a target and a level lower, shape (3,), off a lateral; None when it shows no skin.

    A lateral shows the edge of the muscles beside the spine; the furrow between them lies deeper.
    """
    edges = [across(lateral, f"{level}.skin", target) for level in WINDOWS[window]]
    seen = [edge for edge in edges if edge is not None]
    return np.array([target[0], np.mean([edge[1] for edge in seen]) - FURROW_MM, target[2]]) if seen else None


def midline_mm(ap: PictureSight, lateral: PictureSight, z_mm: float) -> float | None:
    """Return where the line of the spinous processes runs across the table at a height; None when fewer than two can be made out."""
    tips = [place(ap, lateral, f"L{number}.spinous_tip") for number in (5, 4, 3, 2, 1)]
    seen = sorted((float(tip[2]), float(tip[0])) for tip in tips if tip is not None)
    if len(seen) < 2:
        return None
    return float(np.interp(z_mm, [tip[0] for tip in seen], [tip[1] for tip in seen]))


def needle_direction(camera: FieldCamera, sight: NeedleSight) -> Array | None:
    """Return the unit direction of the needle inwards, shape (3,), as an eye takes it off the drawn shaft.

    The field shows two of its components by how much of the shaft outside is foreshortened; the third runs
    away from the viewer. None when too little of the shaft is outside to tell.
    """
    if sight.outside_mm < LEAST_SHAFT_MM:
        return None
    right, up, viewer = camera.axes()
    across, along = ((e - h) / sight.outside_mm for e, h in zip(sight.entry_mm, sight.hub_mm, strict=True))
    away = math.sqrt(max(0.0, 1.0 - across * across - along * along))
    return np.asarray(right * across + up * along - viewer * away)


def turn_deg(side: Side, along: Array, wanted: Array) -> tuple[float, float]:
    """Return the turns, sagittal and medial, that bring one direction to another.

    Args:
        side: Of the patient that is uppermost, where the needle goes in.
        along: Present direction.
        wanted: Direction to be had, of any length.
    """
    inwards = 1.0 if side == "right" else -1.0
    rises = [math.degrees(math.atan2(-float(d[1]), float(d[2]))) for d in (along, wanted)]
    turns = [math.degrees(math.atan2(inwards * float(d[0]), float(d[2]))) for d in (along, wanted)]
    return rises[1] - rises[0], turns[1] - turns[0]


def _unit(vector: Array) -> Array:
    return np.asarray(vector / math.sqrt(float(vector @ vector)))
