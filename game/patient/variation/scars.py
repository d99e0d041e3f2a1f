"""The scar that a laminectomy leaves: from the dura to the fascia, where lamina, flavum and dorsal fat were."""

from functools import partial

import numpy as np

from game.patient import reference as ref
from game.patient.skeleton import Spine
from game.patient.solids import Field
from game.patient.tissue import Tissue
from game.patient.variation.solid import Solid

DEEP_HALF_MM, SHALLOW_HALF_MM = 13.0, 6.0  # half widths at the dura and at the fascia, expert judgement


def build_scars(laminectomy: tuple[str, ...], spine: Spine) -> tuple[Solid, ...]:
    """Return the scar of each opened vertebra, from the lamina above to the lamina below it."""
    return tuple(_scar(spine, ref.LEVELS.index(level)) for level in laminectomy)


def _scar(spine: Spine, level: int) -> Solid:
    v = spine.shape(level)
    turn, centre = spine.rotation[level], spine.centre_mm[level]
    above = turn.T @ (spine.window_upper_mm[max(level - 1, 0)] - centre)
    below = turn.T @ (spine.window_lower_mm[level] - centre)
    front, back = v.wall + 0.5 * v.canal_depth, v.spinous_y + v.spinous_length * v.spinous_cos
    low, high = float(below[2]) - 1.0, (float(above[2]) if level else v.lamina_top) + 1.0
    reach = float(np.hypot(max(abs(low), abs(high)), back)) + DEEP_HALF_MM
    return Solid(Tissue.SCAR, centre, turn, reach, partial(_wedge, front=front, back=back, low=low, high=high))


def _wedge(x: Field, y: Field, z: Field, front: float, back: float, low: float, high: float) -> Field:
    share = np.clip((y - front) / (back - front), 0.0, 1.0)
    side = np.abs(x) - (DEEP_HALF_MM + (SHALLOW_HALF_MM - DEEP_HALF_MM) * share)
    return np.maximum(side, np.maximum(np.maximum(front - y, y - back), np.maximum(low - z, z - high)))
