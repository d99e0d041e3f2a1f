"""A lumbarised first sacral vertebra: a sixth mobile segment, between L5 and a sacrum that begins with S2.

The vertebra stands where the sacrum's first segment would, with its own disc, joints and window below it; the sacrum, with
the pelvis on it, moves down and keeps its shape. All lengths are expert judgement after Castellvi's and O'Driscoll's
descriptions: a squared body, a disc nearly as high as its neighbours, transverse processes free of the wings.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from game.frames import Array, rotation_about
from game.patient import reference as ref
from game.patient.vertebra import BOUND_CENTRE_MM, ENDPLATE_DISH_MM, VertebraShape

if TYPE_CHECKING:
    from game.patient.skeleton import Spine

NAME, SPACE = "S1", "S1-2"
HEIGHT_VENTRAL_MM, HEIGHT_DORSAL_MM = 29.5, 26.0
WIDTH_MM, DEPTH_MM = (50.0, 48.0), (33.0, 32.0)
DISC_MM, LORDOSIS_DEG = 7.5, 9.0
LAMINA_MM, SPINOUS_MM, SPAN_MM = 21.0, 19.0, 88.0
PEDICLE_HALF_MM, PEDICLE_DEG = (8.5, 7.0), 28.0
JOINT_MM = (22.0, 31.7, 2.0)  # joint above the sacrum in its frame: half distance, depth, height over the endplate
BOUND_MM = 66.0


def with_free_s1(spine: "Spine") -> "Spine":
    """Return a spine whose first sacral vertebra is a vertebra of its own, the fifteenth row of every table."""
    s = spine.scale
    half = 0.25 * (HEIGHT_VENTRAL_MM + HEIGHT_DORSAL_MM) * s
    turn = spine.sacrum_rotation
    centre = spine.sacrum_centre_mm - turn[:, 2] * half
    tilt = rotation_about("x", LORDOSIS_DEG)
    middle = rotation_about("x", 0.5 * LORDOSIS_DEG)
    origin = np.array([0.0, 0.0, -half]) - middle[:, 2] * DISC_MM * s
    sacrum = centre + turn @ origin
    shape = _shape(spine, half, origin, tilt)
    lower = np.array([0.0, *spine.sacrum_lamina_local_mm])
    upper = np.array([0.0, _lamina_y(shape, shape.lamina_bottom), shape.lamina_bottom])
    discs = spine.discs
    return replace(
        spine,
        shapes=np.vstack([spine.shapes, np.array(shape)]),
        rotation=np.concatenate([spine.rotation, turn[None]]),
        centre_mm=np.vstack([spine.centre_mm, centre]),
        hub_mm=np.vstack([spine.hub_mm, centre + turn @ np.array(BOUND_CENTRE_MM)]),
        sacrum_rotation=turn @ tilt,
        sacrum_centre_mm=sacrum,
        window_upper_mm=np.vstack([spine.window_upper_mm, centre + turn @ upper]),
        window_lower_mm=np.vstack([spine.window_lower_mm, sacrum + turn @ tilt @ lower]),
        discs=replace(
            discs,
            centre_mm=np.vstack([discs.centre_mm, centre + turn @ (0.5 * (origin + np.array([0.0, 0.0, -half])))]),
            rotation=np.concatenate([discs.rotation, (turn @ middle)[None]]),
            half_width_mm=np.append(discs.half_width_mm, 0.5 * WIDTH_MM[1] * s + 1.0),
            ventral_mm=np.append(discs.ventral_mm, 0.5 * DEPTH_MM[1] * s + 1.0),
            dorsal_mm=np.append(discs.dorsal_mm, 0.5 * DEPTH_MM[1] * s + 0.5),
            height_ventral_mm=np.append(discs.height_ventral_mm, (DISC_MM + 2.5) * s),
            height_dorsal_mm=np.append(discs.height_dorsal_mm, (DISC_MM - 2.5) * s),
        ),
    )


def _lamina_y(v: VertebraShape, z: float) -> float:
    return float(v.wall + v.canal_depth + v.lamina_half_thickness + v.lamina_slope * max(v.lamina_bend - z, 0.0))


def _shape(spine: "Spine", half: float, origin: Array, tilt: Array) -> VertebraShape:
    """Return the shape, which takes from L5 what is not said here; joints meet L5 above and the sacrum below.

    Args:
        spine: The spine that it is put into.
        half: Half the body's mean height, mm.
        origin: The sacrum's origin in the vertebra's frame, shape (3,).
        tilt: Turn of the sacrum in that frame, shape (3, 3).
    """
    s = spine.scale
    joint = np.array(JOINT_MM) * s
    shape = _with_body(spine.shape(len(ref.LEVELS) - 1), s)
    shape = _with_arch(shape, s, spine.sacrum_lamina_local_mm[1] + half)
    return _with_joints(shape, joint, half, origin + tilt @ np.array([0.0, joint[1], joint[2]]))


def _with_body(v: VertebraShape, s: float) -> VertebraShape:
    """Return a shape with the squared body of a first sacral vertebra, its canal and its pedicles, scaled by a factor."""
    wall = 0.25 * (DEPTH_MM[0] + DEPTH_MM[1]) * s
    medial = np.radians(PEDICLE_DEG)
    pedicle_half, pedicle_tall = PEDICLE_HALF_MM[0] * s, PEDICLE_HALF_MM[1] * s
    return v._replace(
        half_width_upper=0.5 * WIDTH_MM[0] * s,
        half_width_lower=0.5 * WIDTH_MM[1] * s,
        ventral_upper=DEPTH_MM[0] * s - wall,
        ventral_lower=DEPTH_MM[1] * s - wall,
        wall=wall,
        height_ventral=HEIGHT_VENTRAL_MM * s,
        height_dorsal=HEIGHT_DORSAL_MM * s,
        canal_depth=ref.S1_CANAL_DEPTH_MM * s,
        pedicle_half_width=pedicle_half,
        pedicle_half_height=pedicle_tall,
        pedicle_sin=float(np.sin(medial)),
        pedicle_cos=float(np.cos(medial)),
        pedicle_x=v.canal_half_width + pedicle_half / float(np.cos(medial)),
        pedicle_z=0.5 * HEIGHT_DORSAL_MM * s - pedicle_tall - 1.2 * s,
        dish=ENDPLATE_DISH_MM,
        bound_radius=BOUND_MM * s,
    )


def _with_arch(v: VertebraShape, s: float, top: float) -> VertebraShape:
    """Return a shape with short laminae from a height down, a small spinous process and free transverse processes."""
    return v._replace(
        lamina_top=top,
        lamina_bottom=top - LAMINA_MM * s,
        lamina_bend=top - 0.5 * LAMINA_MM * s,
        lamina_drop=0.55 * v.canal_depth + v.lamina_half_thickness,
        transverse_left=0.5 * SPAN_MM * s,
        transverse_right=0.5 * SPAN_MM * s,
        transverse_flare=0.0,
        spinous_y=v.wall + v.canal_depth + v.lamina_half_thickness,
        spinous_z=top - 0.5 * LAMINA_MM * s,
        spinous_length=SPINOUS_MM * s,
        spinous_half_height=6.0 * s,
        spinous_lean=0.0,
    )


def _with_joints(v: VertebraShape, joint: Array, half: float, below: Array) -> VertebraShape:
    """Return a shape with its joints: `joint` is half distance, depth and height over the endplate, `below` the lower ones' place."""
    return v._replace(
        facet_up_x=joint[0],
        facet_up_y=joint[1],
        facet_up_z=half + joint[2],
        facet_up_sin=v.facet_down_sin,
        facet_up_cos=v.facet_down_cos,
        facet_down_x=joint[0],
        facet_down_y=float(below[1]),
        facet_down_z=float(below[2]),
    )
