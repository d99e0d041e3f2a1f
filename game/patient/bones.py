"""All bones at once: vertebrae, sacrum, iliac wings, ribs."""

from dataclasses import dataclass, field

import numpy as np

from game.frames import Array
from game.patient.pelvis import Pelvis, pelvis_distance
from game.patient.ribs import RIB_SHELL_MM, Ribs, ribs_distance
from game.patient.skeleton import Spine
from game.patient.spine_bones import MARGIN_MM, vertebrae_distance
from game.patient.variation.alterations import Alterations, altered_bone
from game.patient.vertebra import PROCESS_SHELL_MM

SACRUM_NEAR_MM = 25.0


@dataclass(frozen=True, slots=True)
class Bones:
    """The skeleton of a patient.

    Attributes:
        cortex: Factor of the cortex's thickness; 1 in normal bone.
        alterations: What disease and earlier operations put in.
    """

    spine: Spine
    pelvis: Pelvis
    ribs: Ribs
    cortex: float
    alterations: Alterations = field(default_factory=Alterations)


def cortex_factor(osteoporosis: float) -> float:
    """Return how thick the cortex is against normal bone (expert judgement)."""
    return 1.0 - 0.40 * osteoporosis


def bone_distance(bones: Bones, points: Array, reach_mm: float = MARGIN_MM) -> tuple[Array, Array]:
    """Return the distance to what stops a needle, bone or metal, and the cortex of the bone there.

    Args:
        bones: The skeleton.
        points: Patient frame, shape (n, 3), float64.
        reach_mm: Up to here distances are looked for; beyond it they are a lower bound.

    Returns:
        Distance and cortex in mm, each shape (n,).
    """
    best, shell = grown_bone_distance(bones, points, reach_mm)
    return altered_bone(bones.alterations, points, best), shell


def grown_bone_distance(bones: Bones, points: Array, reach_mm: float = MARGIN_MM) -> tuple[Array, Array]:
    """Return the distance to the nearest bone and its cortex there, as if no tumour had eaten any and no metal were in it."""
    if len(points) == 0:
        return np.zeros(0), np.zeros(0)
    best, shell = vertebrae_distance(bones.spine, points, reach_mm)
    low = float(points[:, 2].min())
    if low < bones.pelvis.origin_mm[2] + bones.pelvis.crest_mm + SACRUM_NEAR_MM:
        _keep_nearer(best, shell, *pelvis_distance(bones.pelvis, points))
    ribs = ribs_distance(bones.ribs, points)
    _keep_nearer(best, shell, ribs, np.full(len(points), RIB_SHELL_MM))
    for mass in bones.alterations.masses:
        _keep_nearer(best, shell, mass.distance_mm(points), np.full(len(points), PROCESS_SHELL_MM))
    return best, shell * bones.cortex


def _keep_nearer(best: Array, shell: Array, distance: Array, cortex: Array) -> None:
    nearer = distance < best
    best[nearer] = distance[nearer]
    shell[nearer] = cortex[nearer]
