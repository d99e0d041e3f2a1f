"""Bone that grows where a plain body has none: the bridge between a sacralised L5 and the sacral wings."""

from functools import partial

import numpy as np

from game.patient import reference as ref
from game.patient.skeleton import Spine
from game.patient.solids import Field, cone
from game.patient.spec import Variation
from game.patient.tissue import Tissue
from game.patient.variation.solid import Solid

ALA_MM = (35.0, 12.0, -17.0)  # where the bridge ends in the wing, sacrum's frame, tables' mm
RADII_MM = (7.5, 15.0)


def build_masses(variation: Variation, spine: Spine) -> tuple[Solid, ...]:
    """Return the bridges of a sacralised L5, one on each side."""
    if variation.transitional != "sacralised-L5":
        return ()
    return tuple(_bridge(spine, sign) for sign in (1.0, -1.0))


def _bridge(spine: Spine, sign: float) -> Solid:
    level = len(ref.LEVELS) - 1
    v = spine.shape(level)
    tip = v.transverse_left if sign > 0.0 else v.transverse_right
    start = spine.to_patient(level, (sign * (0.5 * v.pedicle_x + 0.5 * tip), v.wall + 9.0 + 0.5 * v.transverse_back, v.pedicle_z - 7.0))
    end = spine.from_sacrum(np.array([sign * ALA_MM[0], *ALA_MM[1:]]) * spine.scale)
    bar = end - start
    radii = (RADII_MM[0] * spine.scale, RADII_MM[1] * spine.scale)
    reach = float(np.linalg.norm(bar)) + radii[1] + 1.0
    return Solid(Tissue.TRABECULAR, start, np.eye(3), reach, partial(_bar, bar=(float(bar[0]), float(bar[1]), float(bar[2])), radii=radii))


def _bar(x: Field, y: Field, z: Field, bar: tuple[float, float, float], radii: tuple[float, float]) -> Field:
    return cone(x, y, z, bar, *radii)
