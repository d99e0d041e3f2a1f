"""The patient on his side on the table: trunk from his own anatomy, legs as the hips are bent, sheet and blankets.

Sizes of limbs are those of a person of average build; they are drawn, never touched or measured.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from game.frames import FieldCamera, Rigid
from game.patient import Patient
from game.view.field import light
from game.view.field.back import theatre_skin
from game.view.field.drape import Cloth, folds, lit_cloth, packing
from game.view.field.noise import blur, fractal
from game.view.field.picture import FieldPicture, field_picture
from game.view.field.plane import Float32, Plane
from game.view.field.skin import skin_surface
from game.view.field.terrain import Distance, Relief, approach, raise_to, walk

THIGH_MM = 410.0
SHANK_MM = 380.0
THIGH_RADII_MM = (92.0, 60.0)
SHANK_RADII_MM = (54.0, 40.0)
BARE_THIGH_MM = 165.0
BLANKET_MM = 9.0
HANG_MM = 70.0
WAFFLE_MM = 7.0
HEM_ROUND_MM = 30.0
SNUG_MM = 5.0
"""A blanket that dips this little under the skin lies on it."""
WOOL_SOFT_MM = 7.0
SOFT_CELLS = 0.9
FORM = 1.5
AIM = light.unit(0.0, 0.30, 0.95)
CHEST_Z_MM = 205.0
TABLE_EDGE_MM = 215.0
FLOOR_MM = 420.0
SEAT_ROUND_MM = 150.0
GRID_MM = 4.0
SHEET_COLOUR = (0.215, 0.275, 0.285)
WOOL_COLOUR = (0.40, 0.47, 0.455)

Points = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Legs:
    """Hip, knee and ankle of both legs, theatre frame, shape (2, 3, 3)."""

    joints_mm: Points


def legs(patient: Patient, pose: Rigid) -> Legs:
    """Return where the legs lie for the patient's hip flexion."""
    crest = 0.5 * (patient.landmarks["iliac_crest_left"] + patient.landmarks["iliac_crest_right"])
    flexion = np.radians(patient.spec.hip_flexion_deg)
    shin = flexion - np.radians(15.0 + 0.85 * patient.spec.hip_flexion_deg)
    thigh = np.array([0.0, -np.sin(flexion), -np.cos(flexion)])
    shank = np.array([0.0, -np.sin(shin), -np.cos(shin)])
    joints = []
    for side in (-1.0, 1.0):
        hip = np.array([side * 84.0, crest[1] - 30.0, crest[2] - 105.0])
        knee = hip + THIGH_MM * thigh + np.array([-side * 14.0, 0.0, 0.0])
        joints.append(np.stack([hip, knee, knee + SHANK_MM * shank]))
    return Legs(pose.apply(np.stack(joints)))


def table_depth_mm(skin: Distance, down: Points) -> float:
    """Return how far below the theatre's origin the patient touches the mattress, along the downward direction."""
    heights = np.array([0.0, 60.0, -60.0, -120.0])
    start = np.stack([np.zeros(4), np.full(4, -30.0), heights], axis=-1) + 330.0 * down
    reach = np.full(4, 330.0)
    for _ in range(40):
        step = skin(start + (reach - 330.0)[:, None] * down)
        reach = reach - np.clip(step, -20.0, 60.0)
    return float(np.clip(reach.max(), 100.0, 260.0)) - 5.0


def _tapered(points: Points, start: Points, end: Points, radii_mm: tuple[float, float]) -> tuple[Points, Points]:
    line = end - start
    part = np.clip((points - start) @ line / float(line @ line), 0.0, 1.0)
    away = np.linalg.norm(points - start - part[:, None] * line, axis=1)
    return away - (radii_mm[0] + (radii_mm[1] - radii_mm[0]) * part), part


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything that the camera can meet.

    Attributes:
        skin: Distance of the trunk's skin.
        legs: Where the legs lie.
        pose: How the patient lies.
        down: Theatre direction to the floor.
        table_mm: Mattress below the origin.
        seat_mm: Patient z at which the buttocks end.
    """

    skin: Distance
    legs: Legs
    pose: Rigid
    down: Points
    table_mm: float
    seat_mm: float

    def parts(self, points: Points) -> tuple[Points, Points, Points]:
        """Return distances to skin, blanket and table, each shape (n,)."""
        bare, covered, draped = self._trunk(points), self._chest(points), np.full(len(points), FLOOR_MM)
        for hip, knee, ankle in self.legs.joints_mm:
            thigh, part = _tapered(points, hip, knee, THIGH_RADII_MM)
            shank, _ = _tapered(points, knee, ankle, SHANK_RADII_MM)
            bare = _blend(bare, thigh, 60.0)
            beyond = np.clip((BARE_THIGH_MM - part * THIGH_MM) * 0.4, -BLANKET_MM, 50.0)
            draped = _blend(draped, _blend(thigh + beyond, shank - BLANKET_MM, HANG_MM), HANG_MM)
        return bare, np.asarray(np.minimum(covered, draped * 0.8)), self._table(points)

    def _trunk(self, points: Points) -> Points:
        own_z = self.pose.inverse().apply(points)[:, 2]
        return -_blend(-self.skin(points), own_z - self.seat_mm, SEAT_ROUND_MM)

    def _chest(self, points: Points) -> Points:
        """Return the distance to the blanket over chest and shoulders; its edge wavers and is turned over."""
        own = self.pose.inverse().apply(points)
        beyond = own[:, 2] - CHEST_Z_MM - 3.5 * np.sin(own[:, 0] / 64.0) - 1.2 * np.sin(own[:, 1] / 37.0 + 1.0)
        thick = BLANKET_MM + 4.0 + 7.0 * np.exp(-(((beyond - 16.0) / 15.0) ** 2))
        return -_blend(thick - self.skin(points), beyond, HEM_ROUND_MM)

    def _table(self, points: Points) -> Points:
        below = points @ self.down - self.table_mm
        beside = points[:, 1] - TABLE_EDGE_MM
        outside = np.hypot(np.maximum(-below, 0.0), np.maximum(beside, 0.0))
        top = np.where((below > 0.0) & (beside < 0.0), np.maximum(-below, beside), outside)
        return np.minimum(top, FLOOR_MM - points @ self.down)

    def skin_alone(self, points: Points) -> Points:
        """Return the distance to bare skin, shape (n,)."""
        return self.parts(points)[0]

    def blanket_alone(self, points: Points) -> Points:
        """Return the distance to the blankets, shape (n,)."""
        return self.parts(points)[1]

    def table_alone(self, points: Points) -> Points:
        """Return the distance to mattress and floor, shape (n,)."""
        return self._table(points)


def _blend(first: Points, second: Points, width_mm: float) -> Points:
    mix = np.clip(0.5 + 0.5 * (second - first) / width_mm, 0.0, 1.0)
    return np.asarray(second + (first - second) * mix - width_mm * mix * (1.0 - mix))


def table_field(patient: Patient, pose: Rigid, camera: FieldCamera, plane: Plane) -> FieldPicture:
    """Return the patient as the positioning step's camera sees him."""
    skin = theatre_skin(patient, pose)
    down = np.array([1.0 if camera.side_up == "right" else -1.0, 0.0, 0.0])
    seat = float(patient.landmarks["iliac_crest_left"][2]) - 205.0
    scene = Scene(skin, legs(patient, pose), pose, down, table_depth_mm(skin, down), seat)
    coarse = Plane(
        int(plane.width_px * plane.mm_per_px / GRID_MM) + 6, int(plane.height_px * plane.mm_per_px / GRID_MM) + 6, GRID_MM, plane.centre_mm
    )
    x, y = coarse.axes_mm()
    points = np.stack(np.broadcast_arrays(x, y), axis=-1).reshape(-1, 2).astype(np.float64)
    body, gap = approach(scene.skin_alone, camera, points)
    wool, wool_gap = approach(scene.blanket_alone, camera, points)
    sheet = np.nan_to_num(walk(scene.table_alone, camera, points), nan=-FLOOR_MM)

    def fine(values: Points, soft_cells: float = 0.0) -> Float32:
        grid = cv2.medianBlur(values.reshape(coarse.shape).astype(np.float32), 5)  # a line of sight that grazed and missed is no hole
        return raise_to(blur(np.asarray(grid, np.float32), soft_cells, 1.0), coarse, plane)

    relief = Relief(plane, fine(body, SOFT_CELLS), np.ones(plane.shape, np.float32))
    beside = np.clip(_outline(scene.blanket_alone, camera, points, wool, wool_gap), -30.0, 30.0)
    under = np.minimum(-beside, np.clip(wool - body + SNUG_MM, -30.0, 30.0))
    seen = np.maximum(_outline(scene.skin_alone, camera, points, body, gap), np.maximum(under, np.clip(sheet - body, -30.0, 30.0)))
    cover = _edge(fine(seen), plane)
    blanket = _edge(fine(np.minimum(-beside, np.clip(wool - sheet, -30.0, 30.0))), plane)
    picture = field_picture(relief, skin_surface(relief, patient.spec, patient.seed, FORM), patient.seed, AIM)
    picture.sheets = _sheets(plane, fine(wool, SOFT_CELLS), fine(sheet, SOFT_CELLS), cover, blanket, picture.lamps[0], patient.seed)
    return picture


def _outline(skin: Distance, camera: FieldCamera, points: Points, height_mm: Points, gap_mm: Points) -> Points:
    """Return how far each line of sight passes outside the body's outline, negative inside, mm.

    Inside, the outline is as near as the skin turns away from the eye: half a radius times the squared cosine.
    """
    right, up, viewer = camera.axes()
    met = np.asarray(camera.centre_mm) + points[:, :1] * right + points[:, 1:] * up + height_mm[:, None] * viewer
    facing = (skin(met + 2.0 * viewer) - skin(met)) / 2.0
    return np.where(gap_mm > 0.0, gap_mm, -np.clip(45.0 * np.clip(facing, 0.0, 1.0) ** 2, 0.0, 30.0))


def _edge(difference_mm: Float32, plane: Plane) -> Float32:
    return np.asarray(np.clip(difference_mm / max(plane.mm_per_px, 0.4) * 0.5 + 0.5, 0.0, 1.0), np.float32)


def _sheets(plane: Plane, wool_mm: Float32, sheet_mm: Float32, cover: Float32, blanket: Float32, lamp: light.Lamp, seed: int) -> Cloth:
    """Return blankets over the table's sheet: each is lit by itself, and what lies higher darkens what lies under it a little."""
    crumple = folds(plane, seed + 91, 1.2)
    sheet = blur(sheet_mm, 3.0, plane.mm_per_px) + 0.8 * crumple + packing(plane, seed + 91)
    wool = blur(wool_mm, WOOL_SOFT_MM, plane.mm_per_px) + 1.3 * crumple + _waffle(plane, seed)
    over = np.maximum(blanket, 1.0 - cover)
    shade = np.asarray(1.0 - 0.55 * blur(over, 16.0, plane.mm_per_px), np.float32)
    touch = np.asarray(1.0 - 0.40 * blur(1.0 - cover, 9.0, plane.mm_per_px), np.float32)
    below = lit_cloth(plane, np.asarray(sheet, np.float32), lamp, seed, np.asarray(shade[..., None] * np.asarray(SHEET_COLOUR), np.float32))
    above = lit_cloth(plane, np.asarray(wool, np.float32), lamp, seed, np.asarray(touch[..., None] * np.asarray(WOOL_COLOUR), np.float32))
    share = blanket[..., None]
    shadow = 1.0 - 0.45 * blur(cover, 7.0, plane.mm_per_px)
    return Cloth(cover, np.asarray(shadow, np.float32), np.asarray(below * (1.0 - share) + above * share, np.uint8))


def _waffle(plane: Plane, seed: int) -> Float32:
    """Return the cells of a cotton blanket in mm, shape of the plane."""
    x, y = plane.axes_mm()
    stray = fractal(plane, (30.0, 70.0), (0.8, 1.6), seed + 95)
    turn = np.float32(np.pi / WAFFLE_MM)
    cells = np.abs(np.sin((x + stray) * turn)) * np.abs(np.sin((y - stray) * turn))
    return np.asarray(-0.7 * cells, np.float32)
