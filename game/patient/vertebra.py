"""One vertebra as a signed distance in its own frame.

Local frame, mm: origin at the centre of the body, x to the patient's left, y to the back, z to the head.
Left and right are mirror images, so that x is folded; small asymmetries come from the frame's pose and from
`lean` and the transverse processes' lengths. Every field of the shape may be a number or one value per point.
"""

from typing import NamedTuple

import numpy as np

from game.patient import reference as ref
from game.patient.solids import Field, along, cone, ellipsoid, rounded, smooth_union, superellipse

# Cortex: expert judgement.
ENDPLATE_SHELL_MM, RIM_SHELL_MM, BODY_SHELL_MM = 0.6, 0.8, 0.4
LAMINA_SHELL_MM = 1.6
PROCESS_SHELL_MM = 1.0
SPINOUS_SHELL_MM = (0.6, 1.1)  # on its flanks and at its tip
PEDICLE_SHELL_MM = (0.8, 1.5)  # on its lateral and on its medial side
SPINOUS_ROOT = 0.82  # height of the spinous process at its root against its middle, expert judgement
SPINOUS_EDGE = 2.0 - SPINOUS_ROOT
SPINOUS_SADDLE = 0.10  # sag of its upper edge, half heights: expert judgement
SPINOUS_BEND_MM = 12.0  # times its lean: sideways sway on its way, expert judgement
SPINOUS_WAIST = 0.52  # where it is thinnest, share of its length: expert judgement
ENDPLATE_DISH_MM = 1.8  # depth of the endplates' hollow, expert judgement
LATERAL_RIM_MM = 0.6  # how much higher the rim stands at the sides than in front and behind, expert judgement
CANAL_ROOF_POWER = 1.8  # an arch under the laminae, flat and square before: expert judgement
# How the laminae's upper edges bow away beside the midline, so that windows are round below: expert judgement.
LAMINA_ARCH, LAMINA_ARCH_REACH_MM = 0.04, 9.0
ROOF_THICKNESS = 2.15  # half thicknesses; more than 2 because a first-order distance falls short over the curved roof
ROOF_FROM, ROOF_REACH = 0.55, 0.90  # where the laminae follow the canal: depths of it from the wall, reaches of a lamina; expert judgement
RECESS_REACH = 0.9  # half widths of the canal over which the laminae's roof comes forward again, expert judgement
TRANSVERSE_TAPER = 0.45  # how much a transverse process thins to its tip, expert judgement
BOUND_CENTRE_MM = (0.0, 20.0, -4.0)


class VertebraShape(NamedTuple):
    """All lengths of a vertebra in mm; angles as sine and cosine."""

    half_width_upper: Field
    half_width_lower: Field
    ventral_upper: Field
    ventral_lower: Field
    wall: Field
    height_ventral: Field
    height_dorsal: Field
    canal_half_width: Field
    canal_depth: Field
    pedicle_half_width: Field
    pedicle_half_height: Field
    pedicle_sin: Field
    pedicle_cos: Field
    pedicle_x: Field
    pedicle_z: Field
    lamina_half_thickness: Field
    lamina_top: Field
    lamina_bottom: Field
    lamina_bend: Field
    lamina_slope: Field
    lamina_reach: Field
    lamina_drop: Field
    facet_up_x: Field
    facet_up_y: Field
    facet_up_z: Field
    facet_up_sin: Field
    facet_up_cos: Field
    facet_down_x: Field
    facet_down_y: Field
    facet_down_z: Field
    facet_down_sin: Field
    facet_down_cos: Field
    facet_half_gap: Field
    facet_half_width: Field
    facet_half_height: Field
    facet_tail: Field
    facet_thick: Field
    facet_face: Field
    transverse_left: Field
    transverse_right: Field
    transverse_back: Field
    transverse_rise: Field
    spinous_y: Field
    spinous_z: Field
    spinous_length: Field
    spinous_half_height: Field
    spinous_half_thickness: Field
    spinous_sin: Field
    spinous_cos: Field
    spinous_lean: Field
    dish: Field
    spur: Field
    spur_lean: Field
    spur_phase: Field
    transverse_flare: Field
    laminectomy_half: Field
    bound_radius: Field


def body_faces(x: Field, y: Field, z: Field, v: VertebraShape) -> tuple[Field, Field, Field]:
    """Return the distances to the body's wall and to its endplates and these plates' thickness. x >= 0.

    The body is waisted, wedged and flat behind; its endplates are dished within a rim that stands higher at the sides.
    The lower one has a hollow on each side of the midline (the Cupid's bow of an AP picture).
    """
    height = 0.5 * (v.height_ventral + v.height_dorsal)
    f = np.clip(z / height + 0.5, 0.0, 1.0)
    waist = np.maximum(1.0 - (2.0 * z / height) ** 2, 0.0)
    waist = waist * np.sqrt(waist)
    half_width = (v.half_width_lower + (v.half_width_upper - v.half_width_lower) * f) * (1.0 - (1.0 - ref.WAIST_WIDTH_RATIO) * waist)
    ventral = v.ventral_lower + (v.ventral_upper - v.ventral_lower) * f
    ventral = ventral - (1.0 - ref.WAIST_DEPTH_RATIO) * (ventral + v.wall) * waist
    behind = y > 0.0
    depth = np.where(behind, v.wall, ventral)
    side, k = superellipse(x, np.abs(y), half_width, depth, np.where(behind, 3.4, 2.2))
    share = np.clip((v.wall - y) / (v.wall + ventral), 0.0, 1.0)
    half_height = 0.5 * (v.height_dorsal + (v.height_ventral - v.height_dorsal) * share)
    dish = np.maximum(1.0 - (k / 0.90) ** 2, 0.0)
    aside = x / half_width
    bow = np.where(z > 0.0, -0.25, -0.35 + 0.75 * np.exp(-(((aside - 0.40) / 0.25) ** 2)))
    plate = np.abs(z) - half_height - LATERAL_RIM_MM * aside * aside + (v.dish + ENDPLATE_DISH_MM * bow) * dish
    return side, plate, ENDPLATE_SHELL_MM + (RIM_SHELL_MM - ENDPLATE_SHELL_MM) * np.clip(4.0 * k - 2.8, 0.0, 1.0)


def pedicle_shell(x: Field, y: Field, v: VertebraShape) -> Field:
    """Return the cortex of the pedicle, thicker towards the canal. x >= 0."""
    across = (x - v.pedicle_x) * v.pedicle_cos - (y - v.wall - 4.5) * v.pedicle_sin
    lateral, medial = PEDICLE_SHELL_MM
    return lateral + (medial - lateral) * np.clip(0.5 - 0.5 * across / v.pedicle_half_width, 0.0, 1.0)


def spinous_shell(y: Field, v: VertebraShape) -> Field:
    """Return the cortex of the spinous process, thick about its tip."""
    flank, tip = SPINOUS_SHELL_MM
    return flank + (tip - flank) * np.clip((y - v.spinous_y - 0.8 * v.spinous_length * v.spinous_cos) / 6.0, 0.0, 1.0)


def spur_distance(x: Field, y: Field, z: Field, v: VertebraShape) -> Field:
    """Return the distance to the osteophytes: beaks that grow from both rims in front and at the sides. x is signed here.

    They are rings round the rims, wide at the rim and pointed a few mm beyond, that wax and wane around the body.
    """
    side = np.abs(x)
    height = 0.5 * (v.height_ventral + v.height_dorsal)
    upper = z > 0.0
    half_width, ventral = np.where(upper, v.half_width_upper, v.half_width_lower), np.where(upper, v.ventral_upper, v.ventral_lower)
    out, k = superellipse(side, np.abs(y), half_width, np.where(y > 0.0, v.wall, ventral), np.where(y > 0.0, 3.4, 2.2))
    angle = np.arctan2(x, -y)
    wax = 0.62 + 0.38 * np.sin(2.0 * angle + v.spur_phase + np.where(upper, 0.0, 1.7)) + v.spur_lean * np.sin(angle)
    reach = v.spur * np.clip(wax, 0.0, 1.3) * np.clip((0.55 * v.wall - y) / (0.4 * v.wall), 0.0, 1.0)
    share = np.clip((v.wall - y) / (v.wall + ventral), 0.0, 1.0)
    rim = 0.5 * (v.height_dorsal + (v.height_ventral - v.height_dorsal) * share)
    beyond = np.clip((out + 1.5) / np.maximum(reach + 1.5, 0.1), 0.0, 1.5)
    middle = rim - 2.6 + (1.6 + 0.30 * reach) * beyond * beyond
    thick = 2.6 * (1.0 - beyond) + 0.5
    plate = np.abs(np.abs(z) - middle) - thick
    return (
        np.where(reach > 0.4, np.maximum(np.maximum(plate, out - reach), 0.25 * height - np.abs(z)) * 0.8, 9.0)
        + np.maximum(0.6 - k, 0.0) * 20.0
    )


def lamina_recess(z: Field, v: VertebraShape) -> Field:
    """Return how far the lamina lies behind its upper half at a height z: its lower half leans back, where the flavum is."""
    return v.lamina_slope * np.clip(v.lamina_bend - z, 0.0, 30.0)


def canal_distance(x: Field, y: Field, z: Field, v: VertebraShape) -> Field:
    """Return the distance to the vertebral foramen, endless along z; the dorsal wall recedes with the lamina. x >= 0."""
    aside = np.minimum(x / (RECESS_REACH * v.canal_half_width), 1.0)
    half = 0.5 * (v.canal_depth + lamina_recess(z, v) * (1.0 - aside * aside))
    back = y - v.wall - half
    side, _ = superellipse(x, np.abs(back), v.canal_half_width, half, np.where(back > 0.0, CANAL_ROOF_POWER, 2.8))
    return side


def lamina_middle(z: Field, v: VertebraShape) -> Field:
    """Return the y of the middle of the lamina's thickness in the midline at a height z."""
    return v.wall + v.canal_depth + v.lamina_half_thickness + lamina_recess(z, v)


def lamina_distance(x: Field, y: Field, z: Field, canal: Field, v: VertebraShape) -> Field:
    """Return the distance to both laminae: plates that meet in the midline and end at the joints below. x >= 0.

    Behind, they are a layer of one thickness on the canal, whose distance is `canal`.
    """
    rel = y - lamina_middle(z, v)
    t = np.clip((x * v.lamina_reach - rel * v.lamina_drop) / (v.lamina_reach**2 + v.lamina_drop**2), 0.0, 1.0)
    dx, dy = x - t * v.lamina_reach, rel + t * v.lamina_drop
    sheet = np.sqrt(dx * dx + dy * dy) - v.lamina_half_thickness
    ends = np.maximum(v.wall + ROOF_FROM * v.canal_depth - y, x - ROOF_REACH * v.lamina_reach)
    sheet = smooth_union(sheet, rounded(canal - ROOF_THICKNESS * v.lamina_half_thickness, ends, 1.6), 1.0)
    middle, half = 0.5 * (v.lamina_top + v.lamina_bottom), 0.5 * (v.lamina_top - v.lamina_bottom)
    aside = np.minimum(x, LAMINA_ARCH_REACH_MM)
    edge = np.abs(z - middle) - half - np.where(z > middle, LAMINA_ARCH, 0.0) * v.lamina_slope * aside * aside
    return _before_joint(rounded(sheet, edge, 2.2), x, y, z, v)


def _before_joint(solid: Field, x: Field, y: Field, z: Field, v: VertebraShape) -> Field:
    """Take away from a solid what lies beyond the joint below, at the joint's height: room for the next vertebra."""
    dx, dy = x - v.facet_down_x, y - v.facet_down_y
    beyond = dx * v.facet_down_cos - dy * v.facet_down_sin + v.facet_half_gap
    top = np.minimum(v.facet_down_z + v.facet_half_height + 2.0, v.pedicle_z - v.pedicle_half_height - 2.5)
    return -smooth_union(-solid, np.maximum(-beyond, z - top), 1.5)


def pedicle_distance(x: Field, y: Field, z: Field, v: VertebraShape) -> Field:
    """Return the distance to the pedicle: an elliptical bar from the body towards the facets. x >= 0."""
    dx, dy = x - v.pedicle_x, y - v.wall - 4.5
    forward = dx * v.pedicle_sin + dy * v.pedicle_cos
    across = dx * v.pedicle_cos - dy * v.pedicle_sin
    rest = forward - np.clip(forward, -9.0, 6.0)
    return ellipsoid(across, rest, z - v.pedicle_z, v.pedicle_half_width, v.pedicle_half_width, v.pedicle_half_height)


def transverse_distance(x: Field, y: Field, z: Field, tip_x: Field, v: VertebraShape) -> Field:
    """Return the distance to the transverse process on the side whose tip is at `tip_x` >= 0. x >= 0."""
    start = v.pedicle_x + 1.0
    dx, dy, dz = x - start, y - v.wall - 9.0, z - v.pedicle_z + 1.5
    thick = np.minimum(4.4, 0.75 * v.pedicle_half_width + 1.5)
    bar = (tip_x - start - (1.0 - TRANSVERSE_TAPER) * thick, v.transverse_back, v.transverse_rise)
    t = along(dx, dy, dz, bar)
    dx, dy, dz = dx - t * bar[0], dy - t * bar[1], dz - t * bar[2]
    thick = thick * (1.0 - TRANSVERSE_TAPER * t) * (1.0 + 0.5 * v.transverse_flare * t)
    tall = (7.2 - 1.8 * np.sin(np.pi * np.minimum(t, 0.8) / 0.8) - 3.2 * t) * (1.0 + v.transverse_flare * t)
    return ellipsoid(dx, dy, dz, thick, thick, tall)


def superior_facet_distance(x: Field, y: Field, z: Field, v: VertebraShape) -> Field:
    """Return the distance to the superior articular process, cut flat by the joint above. x >= 0."""
    dx, dy, dz = x - v.facet_up_x, y - v.facet_up_y, z - v.facet_up_z
    normal = dx * v.facet_up_cos - dy * v.facet_up_sin
    tangent = dx * v.facet_up_sin + dy * v.facet_up_cos
    knob = ellipsoid(normal - 2.6, tangent + 1.0, dz, 5.6, v.facet_half_width, v.facet_half_height)
    foot_x, foot_y, foot_z = v.pedicle_x, v.wall + 10.0, v.pedicle_z
    foot = np.minimum(0.75 * v.pedicle_half_width + 2.0, 5.4)
    head = (v.facet_up_x + 3.6 * v.facet_up_cos - foot_x, v.facet_up_y - 3.6 * v.facet_up_sin - foot_y, v.facet_up_z - foot_z)
    pillar = cone(x - foot_x, y - foot_y, z - foot_z, head, foot, 3.6)
    return np.maximum(smooth_union(knob, pillar, 2.0), v.facet_half_gap - normal)


def inferior_facet_distance(x: Field, y: Field, z: Field, v: VertebraShape) -> Field:
    """Return the distance to the inferior articular process, its pars and its root in the lamina, cut flat by the joint. x >= 0."""
    dx, dy, dz = x - v.facet_down_x, y - v.facet_down_y, z - v.facet_down_z
    normal = dx * v.facet_down_cos - dy * v.facet_down_sin
    tangent = dx * v.facet_down_sin + dy * v.facet_down_cos
    hang = dz + np.clip(-dz, 0.0, v.facet_tail)
    knob = ellipsoid(normal + v.facet_thick - v.facet_face, tangent, hang, v.facet_thick, v.facet_half_width - 0.5, v.facet_half_height)
    foot_x, foot_y, foot_z = v.pedicle_x + 0.5, v.wall + 11.0, v.pedicle_z - 3.0
    foot = np.minimum(0.75 * v.pedicle_half_width + 2.0, 5.0)
    tip_x, tip_y = v.facet_down_x - 3.4 * v.facet_down_cos, v.facet_down_y + 3.4 * v.facet_down_sin
    pars = cone(x - foot_x, y - foot_y, z - foot_z, (tip_x - foot_x, tip_y - foot_y, v.facet_down_z + 2.0 - foot_z), foot, 3.8)
    middle = 0.5 * (v.lamina_top + v.lamina_bottom)
    root_x, root_y = 0.4 * v.lamina_reach, lamina_middle(middle, v) - 0.4 * v.lamina_drop
    bridge_end = (tip_x - root_x, tip_y - root_y, v.facet_down_z + 2.0 - middle)
    bridge = cone(x - root_x, y - root_y, z - middle, bridge_end, v.lamina_half_thickness, 3.6)
    return _before_joint(smooth_union(knob, smooth_union(pars, bridge, 2.0), 2.0), x, y, z, v)


def spinous_distance(x: Field, y: Field, z: Field, v: VertebraShape) -> Field:
    """Return the distance to the spinous process: a hatchet, thick at its root, its tip and below. x is signed here."""
    dy, dz = y - v.spinous_y, z - v.spinous_z
    out, up = dy * v.spinous_cos - dz * v.spinous_sin, dy * v.spinous_sin + dz * v.spinous_cos
    f = np.clip(out / v.spinous_length, 0.0, 1.0)
    half_height = v.spinous_half_height * (SPINOUS_ROOT + (SPINOUS_EDGE - SPINOUS_ROOT) * f)
    half_height = half_height - np.where(up > 0.0, SPINOUS_SADDLE, 0.0) * v.spinous_half_height * np.sin(np.pi * f)
    half_thickness = v.spinous_half_thickness * (0.56 + 1.6 * np.sqrt((f - SPINOUS_WAIST) ** 2 + 0.01))
    half_thickness = half_thickness * (0.92 - 0.30 * np.clip(up / half_height, -1.0, 1.0))
    aside = np.abs(x - v.spinous_lean * (out + SPINOUS_BEND_MM * np.sin(2.0 * np.pi * f)))
    length = np.abs(out - 0.5 * v.spinous_length) - 0.5 * v.spinous_length
    outline = rounded(length, np.abs(up) - half_height, np.minimum(0.8 * half_height, 5.0))
    return rounded(aside - half_thickness, outline, np.minimum(1.15 * half_thickness, 3.4))


def vertebra_distance(x: Field, y: Field, z: Field, v: VertebraShape) -> tuple[Field, Field]:
    """Return the distance to the whole vertebra and the thickness of its cortex there.

    Args:
        x: To the left in the vertebra's frame, signed; arrays of one shape.
        y: To the back.
        z: To the head.
        v: The shape, numbers or one value per point.

    Returns:
        Distance and cortex in mm, shape like x.
    """
    side = np.abs(x)
    wall, plate, plate_shell = body_faces(side, y, z, v)
    canal = canal_distance(side, y, z, v)
    body, pedicle, lamina = rounded(wall, plate, 1.2), pedicle_distance(side, y, z, v), lamina_distance(side, y, z, canal, v)
    body_shell = np.where(plate > wall, plate_shell, BODY_SHELL_MM)
    if np.any(v.spur):
        body = np.where(np.asarray(v.spur) > 0.0, smooth_union(body, spur_distance(x, y, z, v), 1.0), body)
    tip = np.where(x > 0.0, v.transverse_left, v.transverse_right)
    spinous = spinous_distance(x, y, z, v)
    arch = smooth_union(lamina, spinous, 2.0)
    arch = smooth_union(arch, superior_facet_distance(side, y, z, v), 1.5)
    arch = smooth_union(arch, inferior_facet_distance(side, y, z, v), 1.5)
    arch = np.maximum(arch, v.laminectomy_half - side)
    arch = smooth_union(arch, transverse_distance(side, y, z, tip, v), 2.5)
    whole = smooth_union(smooth_union(body, pedicle, 1.5), arch, 2.0)
    shell = np.where(pedicle < whole + 0.8, pedicle_shell(side, y, v), PROCESS_SHELL_MM)
    shell = np.where(spinous < whole + 0.8, spinous_shell(y, v), shell)
    shell = np.where(lamina < whole + 0.8, LAMINA_SHELL_MM, np.where(body < whole + 0.8, body_shell, shell))
    return np.maximum(whole, -canal), shell
