"""Metastases: lumps with rough walls that eat bone or make it dense. Shapes are expert judgement."""

from functools import partial

import numpy as np

from game.frames import Array
from game.patient import reference as ref
from game.patient.skeleton import Spine
from game.patient.solids import Field
from game.patient.spec import Metastasis, Variation
from game.patient.tissue import Tissue
from game.patient.variation.solid import Solid
from game.streams import stream

TISSUE = {"lytic": Tissue.LYTIC, "sclerotic": Tissue.SCLEROTIC}
ROUGH = {"lytic": 0.14, "sclerotic": 0.30}  # swing of the wall, share of the radius
WAVES = 5
PEDICLE_STRETCH = 1.6  # a tumour in a pedicle grows along it
WHOLE_PEDICLE_MM = 14.0  # a tumour as large as this leaves nothing of a pedicle's ring (expert judgement)
BODY_MM = (0.25, -0.10)  # middle of a tumour of the body: share of its half width to the side, of its depth forwards
THROUGH_WALL = 0.55  # a lytic tumour of the body breaks its side wall by the rest of its radius: what a picture shows of it
OVER_ENDPLATE_MM = 1.0  # a tumour does not cross discs


def build_tumours(metastases: tuple[Metastasis, ...], spine: Spine, seed: int) -> tuple[Solid, ...]:
    """Return the tumours of a patient; their walls are drawn from the seed."""
    rng = stream(seed, "patient-metastases")
    return tuple(_tumour(one, spine, rng.standard_normal((WAVES, 3)), rng.random(WAVES)) for one in metastases)


def eaten_pedicles(variation: Variation) -> frozenset[str]:
    """Return the landmarks of the pedicles whose rings are gone: nobody sees them on a picture."""
    return frozenset(
        f"{one.level}.{one.place}"
        for one in variation.metastases
        if one.kind == "lytic" and one.place != "body" and one.size_mm >= WHOLE_PEDICLE_MM
    )


def _tumour(one: Metastasis, spine: Spine, waves: Array, phases: Array) -> Solid:
    level = ref.LEVELS.index(one.level)
    v = spine.shape(level)
    side = 1.0 if one.place == "pedicle_left" else -1.0
    radius = 0.5 * one.size_mm
    if one.place == "body":
        aside = BODY_MM[0] * v.half_width_upper
        if one.kind == "lytic":
            aside = max(aside, ref.WAIST_WIDTH_RATIO * v.half_width_upper - THROUGH_WALL * radius)
        middle = (aside * (1.0 if phases[0] < 0.5 else -1.0), BODY_MM[1] * 2.0 * v.wall, 0.0)
    else:
        middle = (side * v.pedicle_x, v.wall + 4.5, v.pedicle_z)
    axes = np.array([1.0, 1.0, 1.0] if one.place == "body" else [1.0, PEDICLE_STRETCH, 1.0]) * radius
    limit = 0.5 * max(v.height_ventral, v.height_dorsal) - OVER_ENDPLATE_MM
    distance = partial(_lump, axes=axes, waves=waves, phases=phases, rough=ROUGH[one.kind], low=-limit - middle[2], high=limit - middle[2])
    reach = float(axes.max()) * (1.0 + 2.0 * ROUGH[one.kind]) + 1.5
    return Solid(TISSUE[one.kind], spine.to_patient(level, middle), spine.rotation[level], reach, distance)


def _lump(x: Field, y: Field, z: Field, axes: Array, waves: Array, phases: Array, rough: float, low: float, high: float) -> Field:
    """Return the distance to an ellipsoid whose wall swings in and out, cut off above and below."""
    u, v, w = x / axes[0], y / axes[1], z / axes[2]
    k = np.sqrt(u * u + v * v + w * w + 1e-9)
    swing = np.zeros_like(k)
    for wave, phase in zip(waves, phases, strict=True):
        swing = swing + np.sin(3.0 * (u * wave[0] + v * wave[1] + w * wave[2]) / k + 2.0 * np.pi * phase)
    wall = 1.0 + rough * swing / np.sqrt(WAVES)
    return np.maximum((k - wall) * float(axes.min()) * 0.8, np.maximum(low - z, z - high))
