"""Spinal fluid through the catheter to its free end."""

import numpy as np

from game.frames import Array
from game.instruments.catheter import shape
from game.instruments.catheter.rod import Rod
from game.patient import Patient, csf
from game.patient import reference as ref

HOLES_MM = 10.0  # the tip's side holes lie over this length (expert judgement)
WIRE_SHARE = 0.12  # of the flow goes on beside a guide wire: a ring half as wide (expert judgement)
CURLED_WIRE = 0.02  # flow that is left where a wire curled in the needle and went through the wall (expert judgement)
WALL_ROOM_MM = 0.05  # a hole nearer to a wall than this is covered (simulator tolerance)


def flow_ml_per_min(
    pressure_cmh2o: float,
    length_mm: float,
    bore_mm: float = 0.53,
    open_share: float = 1.0,
    wire_in: bool = False,
    side_holes: float = 1.0,
) -> float:
    """Return the flow out of the free end.

    Args:
        pressure_cmh2o: In the sac above the free end.
        length_mm: Of the catheter.
        bore_mm: Its inner diameter.
        open_share: What kinks and ties leave of the flow, 0 to 1.
        wire_in: Whether the guide wire fills it.
        side_holes: Share of the holes that lie free in fluid; a few are enough.
    """
    free = csf.flow_ml_per_min(pressure_cmh2o, bore_mm, length_mm)
    return free * passes(open_share, wire_in, side_holes)


def passes(open_share: float, wire_in: bool, side_holes: float) -> float:
    """Return the share of a free catheter's flow that comes through, 0 to 1; arguments as for `flow_ml_per_min`."""
    return max(open_share, 0.0) * (WIRE_SHARE if wire_in else 1.0) * min(1.0, 3.0 * max(side_holes, 0.0))


def drops_per_min(
    pressure_cmh2o: float,
    length_mm: float,
    bore_mm: float = 0.53,
    open_share: float = 1.0,
    wire_in: bool = False,
    side_holes: float = 1.0,
) -> float:
    """Return the drops per minute at the free end; arguments as for `flow_ml_per_min`."""
    return flow_ml_per_min(pressure_cmh2o, length_mm, bore_mm, open_share, wire_in, side_holes) / csf.DROP_ML


def holes_open(line_mm: Array, patient: Patient, outer_mm: float) -> float:
    """Return the share of the last 10 mm of a line that lies free in spinal fluid.

    Args:
        line_mm: The tip first, shape (n, 3).
        patient: Whose sac.
        outer_mm: Diameter of the catheter.
    """
    if len(line_mm) < 2:
        return 0.0
    holes = shape.resample(line_mm, 1.0)[: int(HOLES_MM)]
    radius = 0.5 * outer_mm
    outer = patient.sac_distance_mm(holes) + ref.DURA_MM
    covered = np.maximum(outer + radius, radius - patient.root_distance_mm(holes)[0])
    inside = outer < 0.0
    return float((0.5 * inside + 0.5 * (inside & (covered < -WALL_ROOM_MM))).mean())  # a wall covers one side of a hole


def side_holes_open(rod: Rod, patient: Patient) -> float:
    """Return the share of a catheter's side holes that lie free in spinal fluid; 0 outside the sac."""
    if rod.opening is None or rod.opening.space != "intrathecal":
        return 0.0
    return holes_open(shape.points(rod), patient, rod.outer_mm)
