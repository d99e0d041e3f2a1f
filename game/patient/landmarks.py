"""Named points of a patient that people look for."""

import numpy as np

from game.frames import Array
from game.patient import reference as ref
from game.patient.bones import Bones
from game.patient.canal import Canal, foramen, spinous_tip
from game.patient.pelvis import crest_top
from game.patient.skeleton import Spine
from game.patient.spec import Variation
from game.patient.variation.lumbarised import NAME, SPACE
from game.patient.variation.spine_changes import closed_spaces
from game.patient.vertebra import VertebraShape, canal_distance, lamina_distance, lamina_middle


def landmarks(bones: Bones, canal: Canal, variation: Variation) -> dict[str, Array]:
    """Return all named points, patient frame, each shape (3,); what is not there has none."""
    spine, points = bones.spine, dict[str, Array]()
    for i, level in enumerate(ref.LEVELS):
        points |= _vertebra_points(spine, i, level)
        points[f"{level}.foramen"] = foramen(spine, i, 1.0)
        points[f"{level}.foramen_left"], points[f"{level}.foramen_right"] = foramen(spine, i, 1.0), foramen(spine, i, -1.0)
    free_s1 = len(spine.shapes) > len(ref.LEVELS)
    for i, space in enumerate((*ref.SPACES, SPACE) if free_s1 else ref.SPACES):
        points[f"window.{space}"] = canal.windows[i].flavum_mm
        points[f"epidural.{space}"] = canal.windows[i].epidural_mm
        points[f"sac.{space}"] = canal.windows[i].sac_mm
        points[f"disc.{space}"] = spine.discs.centre_mm[i]
    points["S2.superior_endplate" if free_s1 else "S1.superior_endplate"] = spine.sacrum_centre_mm
    if free_s1:
        points |= _vertebra_points(spine, len(ref.LEVELS), NAME)
    points["sacrum.promontory"] = spine.from_sacrum((0.0, -0.5 * ref.S1_DEPTH_MM * spine.scale, 0.0))
    for owner, side in enumerate(("left", "right")):
        points[f"iliac_crest_{side}"] = crest_top(bones.pelvis, 1.0 - 2.0 * owner)
        tip = bones.ribs.tips.get(2 * (len(ref.RIB_LEVELS) - 1) + owner)
        if tip is not None:
            points[f"rib12_{side}"] = tip
    points["conus"] = canal.conus_mm
    points["sac_end"] = canal.sac_end_mm
    gone = _gone(variation)
    return {name: point for name, point in points.items() if name not in gone}


def _gone(variation: Variation) -> frozenset[str]:
    """Return the names of what a laminectomy took: arch and spinous process, and the windows above and below."""
    parts = ("spinous_tip", "spinous_base", "lamina_left", "lamina_right", "pars_left", "pars_right")
    arches = {f"{level}.{part}" for level in variation.laminectomy for part in parts}
    spaces = [ref.SPACES[space] for space in closed_spaces(variation.laminectomy)]
    return frozenset(arches | {f"{kind}.{space}" for space in spaces for kind in ("window", "epidural")})


def _vertebra_points(spine: Spine, index: int, level: str) -> dict[str, Array]:
    return {f"{level}.{name}": spine.to_patient(index, local) for name, local in _local_points(spine, index).items()}


def _lamina_surface_y(x: float, z: float, v: VertebraShape) -> float:
    """Return the y of a lamina's dorsal surface at a place beside the midline, to 0.05 mm."""
    y = np.arange(v.wall, v.wall + v.canal_depth + 40.0, 0.05)
    lamina = lamina_distance(x, y, z, canal_distance(x, y, z, v), v)
    return float(y[np.flatnonzero(lamina < 0.0)[-1]])


def _local_points(spine: Spine, level: int) -> dict[str, tuple[float, float, float]]:
    v = spine.shape(level)
    height = 0.5 * (v.height_ventral + v.height_dorsal)
    roof = 0.5 * (v.wall - v.ventral_upper)
    floor = 0.5 * (v.wall - v.ventral_lower)
    lamina_z = 0.5 * (v.lamina_top + v.lamina_bottom)
    lamina_y = float(lamina_middle(lamina_z, v))
    half = 0.5 * v.lamina_reach
    side_y = _lamina_surface_y(half, lamina_z, v)
    pars_y = lamina_y - 0.5 * v.lamina_drop + v.lamina_half_thickness  # on the line from the arch's top to the pars
    back = (v.wall + 9.0 + v.transverse_back, v.pedicle_z - 1.5 + v.transverse_rise)
    return {
        "body": (0.0, 0.0, 0.0),
        "superior_endplate": (0.0, roof, 0.5 * height),
        "inferior_endplate": (0.0, floor, -0.5 * height),
        "posterior_wall": (0.0, v.wall, 0.0),
        "pedicle_left": (v.pedicle_x, v.wall + 4.5, v.pedicle_z),
        "pedicle_right": (-v.pedicle_x, v.wall + 4.5, v.pedicle_z),
        "spinous_tip": spinous_tip(spine, level, 0.0),
        "spinous_base": (0.0, lamina_y + v.lamina_half_thickness, v.spinous_z),
        "lamina_left": (half, side_y, lamina_z),
        "lamina_right": (-half, side_y, lamina_z),
        "pars_left": (half, pars_y, lamina_z),
        "pars_right": (-half, pars_y, lamina_z),
        "transverse_left": (v.transverse_left, *back),
        "transverse_right": (-v.transverse_right, *back),
        "facet_left": (v.facet_down_x, v.facet_down_y, v.facet_down_z),
        "facet_right": (-v.facet_down_x, v.facet_down_y, v.facet_down_z),
    }
