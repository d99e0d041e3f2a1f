"""The three fields: the back seen from behind and above, the skin unrolled for antisepsis, the patient on the table."""

import numpy as np
from numpy.typing import NDArray

from game.frames import FieldCamera, Rigid
from game.patient import Patient
from game.view.field.light import aim_at
from game.view.field.noise import blur_down
from game.view.field.picture import FieldPicture, field_picture
from game.view.field.plane import Float32, Plane
from game.view.field.skin import skin_surface
from game.view.field.terrain import LOWEST_MM, Distance, Relief, raise_to, see, walk

CLEAR_MM = 330.0
FLAT_MM = 42.0
ROUNDING = 0.10
DEEPEST_MM = 5.0
"""Unrolled skin keeps furrow and bumps narrower than the first and hardly deeper than the last, and this part of its roundness (by eye)."""
FORM = 2.8
"""How much furrow, bumps and bulges are deepened for the eye, as a low lamp across the body would show them (by eye)."""


def theatre_skin(patient: Patient, pose: Rigid) -> Distance:
    """Return the skin's signed distance for theatre points."""
    back = pose.inverse()
    return lambda points_mm: patient.skin_distance_mm(back.apply(points_mm))


def back_field(patient: Patient, pose: Rigid, camera: FieldCamera, plane: Plane) -> FieldPicture:
    """Return the back as the needle step's camera sees it, without drapes yet."""
    relief = see(theatre_skin(patient, pose), camera, plane)
    aim = aim_at(relief.height_mm, plane.mm_per_px)
    return field_picture(relief, skin_surface(relief, patient.spec, patient.seed, FORM), patient.seed, aim)


def unrolled_places(patient: Patient, pose: Rigid, camera: FieldCamera, relief: Relief) -> tuple[Float32, Float32]:
    """Return where each pixel of a back lies on the unrolled skin: x along the body and the arc, mm, each shape of the plane."""
    plane = relief.plane
    coarse = _coarse(plane, 8.0)
    x, y = coarse.axes_mm()
    points = np.stack(np.broadcast_arrays(x, y), axis=-1).reshape(-1, 2).astype(np.float64)
    height = np.nan_to_num(walk(theatre_skin(patient, pose), camera, points), nan=LOWEST_MM)
    right, up, viewer = camera.axes()
    met = np.asarray(camera.centre_mm) + points[:, :1] * right + points[:, 1:] * up + height[:, None] * viewer
    arc = patient.skin_arc(pose.inverse().apply(met), camera.side_up).reshape(coarse.shape)
    sign = -1.0 if camera.side_up == "right" else 1.0
    along = sign * (met[:, 2] - camera.centre_mm[2]).reshape(coarse.shape)
    return raise_to(along.astype(np.float32), coarse, plane), raise_to(arc.astype(np.float32), coarse, plane)


def unrolled_field(patient: Patient, camera: FieldCamera, plane: Plane) -> FieldPicture:
    """Return the skin from the back's midline over the upper flank to the belly, laid flat: x along the body, y the arc."""
    relief = unrolled_relief(patient, camera, plane)
    return field_picture(relief, skin_surface(relief, patient.spec, patient.seed), patient.seed)


def unrolled_relief(patient: Patient, camera: FieldCamera, plane: Plane) -> Relief:
    """Return the height of the skin laid flat: each part is seen from straight over it, so back and belly face the lamp alike."""
    coarse = _coarse(plane, 8.0)
    x, y = coarse.axes_mm()
    sign = -1.0 if camera.side_up == "right" else 1.0
    z = camera.centre_mm[2] + sign * x[0].astype(np.float64)
    contour = contours(patient.skin_distance_mm, z)
    up = sign * np.array([1.0, 0.0, 0.0])
    points = points_at_arcs(contour, y[:, 0].astype(np.float64), up)
    out = np.hypot(points[..., 0], points[..., 1] - AXIS_Y_MM).astype(np.float32)
    form = out - blur_down(out, FLAT_MM, coarse.mm_per_px)
    height = ROUNDING * out + DEEPEST_MM * np.tanh(form / DEEPEST_MM)
    return Relief(plane, raise_to(height.astype(np.float32), coarse, plane), np.ones(plane.shape, np.float32))


def _coarse(plane: Plane, grid_mm: float) -> Plane:
    columns = int(plane.width_px * plane.mm_per_px / grid_mm) + 6
    rows = int(plane.height_px * plane.mm_per_px / grid_mm) + 6
    return Plane(columns, rows, grid_mm, plane.centre_mm)


TURNS = 120
AXIS_Y_MM = -35.0
NEAR_ENOUGH_MM = 0.001


def contours(distance: Distance, z_mm: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return closed skin contours of body slices from the dorsal midline towards the left, shape (slices, TURNS + 1, 3)."""
    turn = np.linspace(0.0, 2.0 * np.pi, TURNS + 1)
    out = np.stack([np.sin(turn), np.cos(turn), np.zeros_like(turn)], axis=-1)
    middle = np.stack([np.zeros_like(z_mm), np.full_like(z_mm, AXIS_Y_MM), z_mm], axis=-1)
    direction = np.broadcast_to(out, (len(z_mm), TURNS + 1, 3)).reshape(-1, 3)
    origin = np.repeat(middle, TURNS + 1, axis=0)
    radius = np.full(len(origin), CLEAR_MM)
    for _ in range(40):
        step = distance(origin + radius[:, None] * direction)
        radius = np.maximum(radius - step, 5.0)
        if np.abs(step).max() < NEAR_ENOUGH_MM:
            break
    return np.asarray((origin + radius[:, None] * direction).reshape(len(z_mm), TURNS + 1, 3))


def points_at_arcs(contour: NDArray[np.float64], arcs_mm: NDArray[np.float64], up: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the points at arcs from the dorsal midline, positive towards `up`'s side, shape (arcs, slices, 3)."""
    towards = contour if up[0] > 0 else contour[:, ::-1]
    points = np.empty((len(arcs_mm), len(contour), 3))
    for index, ring in enumerate(towards):
        length = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(ring, axis=0), axis=1))])
        place = np.mod(arcs_mm, length[-1])
        for axis in range(3):
            points[:, index, axis] = np.interp(place, length, ring[:, axis])
    return points


def half_girth_mm(patient: Patient, z_mm: float) -> float:
    """Return the arc from the dorsal to the ventral midline at a height."""
    ring = contours(patient.skin_distance_mm, np.array([z_mm]))[0]
    return float(np.linalg.norm(np.diff(ring, axis=0), axis=1).sum() / 2)


def skin_under(patient: Patient, pose: Rigid, camera: FieldCamera, points_mm: NDArray[np.float64]) -> Float32:
    """Return the heights of the skin under field points, shape (n,), nan beside the body."""
    return np.asarray(walk(theatre_skin(patient, pose), camera, np.asarray(points_mm, dtype=np.float64).reshape(-1, 2)), np.float32)
