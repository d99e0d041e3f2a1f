"""All that a variation puts into a body beyond the shapes of its bones, asked as distances and written as tissue."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from game.frames import Array
from game.patient.skeleton import Spine
from game.patient.solids import Floats, Labels, Mask
from game.patient.spec import PatientSpec
from game.patient.tissue import Tissue
from game.patient.variation.hardware import Bar, bar_box, bar_distance, bars_distance, build_cages, build_hardware
from game.patient.variation.masses import build_masses
from game.patient.variation.scars import build_scars
from game.patient.variation.solid import Solid
from game.patient.variation.tumours import build_tumours

_BONE = (Tissue.CORTICAL, Tissue.TRABECULAR)
_SPARED = (Tissue.OUTSIDE, Tissue.SKIN, Tissue.DURA, Tissue.CSF, Tissue.ROOT, Tissue.CORD)
_SOFT = (Tissue.FAT, Tissue.FASCIA, Tissue.MUSCLE, Tissue.SUPRASPINOUS, Tissue.INTERSPINOUS, Tissue.FLAVUM, Tissue.EPIDURAL, Tissue.VEIN)
REPLACES: dict[Tissue, tuple[Tissue, ...]] = {
    Tissue.SCAR: _SOFT,
    Tissue.LYTIC: _BONE,
    Tissue.SCLEROTIC: (Tissue.TRABECULAR,),
    Tissue.PEEK: (*_BONE, Tissue.DISC, Tissue.MUSCLE, Tissue.FAT),
    Tissue.TITANIUM: tuple(tissue for tissue in Tissue if tissue not in _SPARED),
}


@dataclass(frozen=True, slots=True)
class Alterations:
    """What is put into one body.

    Attributes:
        masses: Bone that grew where a plain body has none.
        solids: Scars, tumours and cages, in the order in which they replace tissue.
        bars: Metal.
    """

    masses: tuple[Solid, ...] = ()
    solids: tuple[Solid, ...] = ()
    bars: tuple[Bar, ...] = ()


def build_alterations(spec: PatientSpec, spine: Spine, seed: int) -> Alterations:
    """Build what a patient's variation puts into the body."""
    variation = spec.variation
    solids = build_scars(variation.laminectomy, spine) + build_tumours(variation.metastases, spine, seed)
    solids += build_cages(variation.fusion, spine)
    return Alterations(build_masses(variation, spine), solids, build_hardware(variation.fusion, spine))


def altered_bone(alterations: Alterations, points: Array, bone_mm: Array) -> Array:
    """Return the distance to what stops a needle: bone less what tumours ate, plastic and metal; shape (n,)."""
    for solid in alterations.solids:
        if solid.tissue is Tissue.LYTIC:
            bone_mm = np.maximum(bone_mm, -solid.distance_mm(points))
        elif solid.tissue is Tissue.PEEK:
            bone_mm = np.minimum(bone_mm, solid.distance_mm(points))
    return np.minimum(bone_mm, bars_distance(alterations.bars, points)) if alterations.bars else bone_mm


def relabel(alterations: Alterations, points: Array, labels: Labels) -> None:
    """Write what stands at points (n, 3) instead of a plain body's tissue, in place."""
    for solid in alterations.solids:
        labels[replaced(labels, solid.tissue) & (solid.distance_mm(points) < 0.0)] = solid.tissue
    if alterations.bars:
        labels[replaced(labels, Tissue.TITANIUM) & (bars_distance(alterations.bars, points, 0.5) < 0.0)] = Tissue.TITANIUM


def replaced(labels: Labels, tissue: Tissue) -> Mask:
    """Return where a tissue takes the place of what is labelled, shape like the labels."""
    table = np.zeros(256, dtype=np.bool_)
    table[list(REPLACES[tissue])] = True
    return np.asarray(table[labels])


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that is put into a body, with the corners of a box that holds it, each shape (3,)."""

    tissue: Tissue
    low_mm: Array
    high_mm: Array
    distance_mm: Callable[[Floats], Array]


def parts(alterations: Alterations) -> list[Part]:
    """Return all that is put in, in the order in which it replaces tissue."""
    found = [Part(s.tissue, s.centre_mm - s.radius_mm, s.centre_mm + s.radius_mm, s.distance_mm) for s in alterations.solids]
    return found + [Part(Tissue.TITANIUM, *bar_box(bar), partial(bar_distance, bar)) for bar in alterations.bars]
