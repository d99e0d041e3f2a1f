"""Distances to all vertebrae and discs: only those near a point are evaluated."""

import numpy as np

from game.frames import Array
from game.patient.skeleton import Discs, Spine
from game.patient.solids import Field, rounded, superellipse
from game.patient.vertebra import VertebraShape, vertebra_distance

MARGIN_MM = 15.0


def vertebrae_distance(spine: Spine, points: Array, reach_mm: float = MARGIN_MM) -> tuple[Array, Array]:
    """Return the distance to the nearest vertebra T4 to L5 and its cortex there.

    Args:
        spine: Where and what the vertebrae are.
        points: Shape (n, 3), float64.
        reach_mm: Up to here distances are looked for; beyond it they are a lower bound.

    Returns:
        Distance and cortex in mm, each shape (n,).
    """
    rel = points[:, None, :] - spine.hub_mm
    beyond = np.sqrt((rel * rel).sum(-1)) - spine.shapes[:, -1]
    best = beyond.min(axis=1)
    shell = np.ones(len(points))
    point, level = np.nonzero(beyond < reach_mm)
    best[point] = reach_mm
    if point.size:
        local = np.einsum("ni,nij->nj", points[point] - spine.centre_mm[level], spine.rotation[level])
        distance, cortex = vertebra_distance(local[:, 0], local[:, 1], local[:, 2], VertebraShape(*spine.shapes[level].T))
        order = np.argsort(-distance, kind="stable")
        point = point[order]
        closer = distance[order] < best[point]
        best[point[closer]] = distance[order][closer]
        shell[point[closer]] = cortex[order][closer]
    return best, shell


def disc_solid(x: Field, y: Field, z: Field, discs: Discs, i: Field) -> Field:
    """Return the distance to disc `i` (a number, or one per point) in its own frame."""
    behind = y > 0.0
    dorsal, ventral = discs.dorsal_mm[i], discs.ventral_mm[i]
    side, _ = superellipse(np.abs(x), np.abs(y), discs.half_width_mm[i], np.where(behind, dorsal, ventral), np.where(behind, 3.4, 2.2))
    share = np.clip((dorsal - y) / (dorsal + ventral), 0.0, 1.0)
    half = 0.5 * (discs.height_dorsal_mm[i] + (discs.height_ventral_mm[i] - discs.height_dorsal_mm[i]) * share) + 2.2
    return rounded(side, np.abs(z) - half, 1.5)


def disc_distance(spine: Spine, points: Array) -> Array:
    """Return the distance to the nearest disc, shape (n,); a lower bound beyond 15 mm. Endplates overlap its faces."""
    discs = spine.discs
    rel = points[:, None, :] - discs.centre_mm
    beyond = np.sqrt((rel * rel).sum(-1)) - (np.hypot(discs.half_width_mm, 4.0) + 6.0)
    best = beyond.min(axis=1)
    point, i = np.nonzero(beyond < MARGIN_MM)
    best[point] = MARGIN_MM
    if point.size:
        local = np.einsum("ni,nij->nj", points[point] - discs.centre_mm[i], discs.rotation[i])
        np.minimum.at(best, point, disc_solid(local[:, 0], local[:, 1], local[:, 2], discs, i))
    return np.asarray(best)
