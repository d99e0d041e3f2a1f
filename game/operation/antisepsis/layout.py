"""The field of this step: the skin unrolled, where the incisions are planned, and what must be prepared.

x is along the body as the camera shows it, y the arc from the dorsal midline over the upper flank to the
belly, mm; a place is (arc, z) on the patient.
"""

import math
from dataclasses import dataclass

import numpy as np

from game.frames import Array
from game.instruments.applicator import Flags, Grid, Ground
from game.operation.theatre import Theatre

MARGIN_MM = 200.0  # prepared beyond each planned incision (expert judgement)
BEYOND_MM = 30.0  # skin shown beyond the planned field
ARC_MM = (-200.0, 560.0)
Z_LIMITS_MM = (-250.0, 230.0)  # from the gluteal folds to the lower ribs
BED_MM = 25.0  # skin nearer than this to the bed cannot be reached (expert judgement)
POCKET_HALF_MM = 45.0  # half an incision that lets a pump of 87.5 mm through (expert judgement)
UMBILICUS_MM = 20.0
CLEFT_HALF_MM = 25.0
COARSE_ARC_MM, COARSE_Z_MM = 40.0, 80.0


@dataclass(frozen=True, slots=True)
class Cut:
    """A planned incision from one (arc, z) to another."""

    start: tuple[float, float]
    end: tuple[float, float]


def along_sign(theatre: Theatre) -> float:
    """Return +1 when x of the field runs to the head, -1 when it runs to the feet."""
    return -1.0 if theatre.plan.side == "right" else 1.0


def x_of_z(theatre: Theatre, z_mm: float) -> float:
    """Return the field's x of a height on the patient."""
    return along_sign(theatre) * (z_mm + theatre.patient_pose.shift_mm[2] - theatre.camera.centre_mm[2])


def z_of_x(theatre: Theatre, x_mm: float) -> float:
    """Return the height on the patient of the field's x."""
    return along_sign(theatre) * x_mm - theatre.patient_pose.shift_mm[2] + theatre.camera.centre_mm[2]


def planned_cuts(theatre: Theatre) -> tuple[Cut, ...]:
    """Return the incisions that the marks and the order card announce: back and pocket."""
    pocket = theatre.plan.pocket_mark
    back = [_place(theatre, np.array(mark.patient_mm)) for mark in theatre.marks if mark.kind in ("window", "entry", "incision")]
    if not back:
        back = [_place(theatre, theatre.patient.landmarks[f"window.{theatre.plan.window}"])]
    back.sort(key=lambda place: place[1])
    cuts = [Cut(first, second) for first, second in zip(back, back[1:] or back, strict=False)]
    return (*cuts, Cut((pocket.arc_mm - POCKET_HALF_MM, pocket.z_mm), (pocket.arc_mm + POCKET_HALF_MM, pocket.z_mm)))


def _place(theatre: Theatre, point_mm: Array) -> tuple[float, float]:
    return float(theatre.patient.skin_arc(point_mm[None], theatre.plan.side)[0]), float(point_mm[2])


def make_grid(theatre: Theatre, cuts: tuple[Cut, ...]) -> Grid:
    """Return cells of 1 cm round the planned cuts."""
    heights = [place[1] for cut in cuts for place in (cut.start, cut.end)]
    low_mm = max(Z_LIMITS_MM[0], min(heights) - MARGIN_MM - BEYOND_MM)
    high_mm = min(Z_LIMITS_MM[1], max(heights) + MARGIN_MM + BEYOND_MM)
    columns = math.ceil((high_mm - low_mm) / 10.0)
    rows = round((ARC_MM[1] - ARC_MM[0]) / 10.0)
    left_mm = min(x_of_z(theatre, low_mm), x_of_z(theatre, low_mm + 10.0 * columns))
    return Grid(left_mm=left_mm, top_mm=ARC_MM[1], rows=rows, columns=columns)


def heights_z_mm(theatre: Theatre, grid: Grid) -> Array:
    """Return z on the patient of the grid's columns, shape (columns,)."""
    across, _ = grid.centres()
    return along_sign(theatre) * across - theatre.patient_pose.shift_mm[2] + theatre.camera.centre_mm[2]


def distances_mm(theatre: Theatre, grid: Grid, cuts: tuple[Cut, ...]) -> Array:
    """Return how far each cell is from the nearest cut on the unrolled skin, shape (rows, columns)."""
    _, arcs = grid.centres()
    places = np.stack(np.broadcast_arrays(arcs[:, None], heights_z_mm(theatre, grid)[None, :]), axis=-1)
    nearest: Array = np.min([_from_cut_mm(places, cut) for cut in cuts], axis=0)
    return nearest


def _from_cut_mm(places: Array, cut: Cut) -> Array:
    start = np.array(cut.start)
    line = np.array(cut.end) - start
    length_sq = max(1e-9, float(line[0] ** 2 + line[1] ** 2))
    offset = places - start
    share = np.clip((offset[..., 0] * line[0] + offset[..., 1] * line[1]) / length_sq, 0.0, 1.0)
    away: Array = np.hypot(offset[..., 0] - share * line[0], offset[..., 1] - share * line[1])
    return away


def skin_map(theatre: Theatre, grid: Grid) -> tuple[Flags, Array]:
    """Return where skin can be reached, and how badly the surgeon sees it from behind, 0 to 1, shape (rows, columns).

    Both are found on coarse places and interpolated: skin is smooth.
    """
    _, arcs = grid.centres()
    heights = heights_z_mm(theatre, grid)
    coarse_arcs = np.arange(ARC_MM[0], ARC_MM[1] + COARSE_ARC_MM, COARSE_ARC_MM)
    coarse_z = np.arange(heights.min(), heights.max() + COARSE_Z_MM, COARSE_Z_MM)
    ceiling = np.array([along_sign(theatre), 0.0, 0.0])
    _, _, viewer = theatre.camera.axes()
    height = np.zeros((len(coarse_arcs), len(coarse_z)))
    facing = np.zeros_like(height)
    for i, arc in enumerate(coarse_arcs):
        for j, z in enumerate(coarse_z):
            point = theatre.patient.skin_point(float(arc), float(z), theatre.plan.side)
            height[i, j] = float(theatre.patient_pose.apply(point) @ ceiling)
            facing[i, j] = float(theatre.patient_pose.turn(theatre.patient.skin_normal(point)) @ viewer)
    bed = float(height[coarse_arcs < 0.0].min())
    fine_height = _interpolated(height, coarse_arcs, coarse_z, arcs, heights)
    fine_facing = _interpolated(facing, coarse_arcs, coarse_z, arcs, heights)
    return fine_height > bed + BED_MM, np.clip((0.5 - fine_facing) / 0.7, 0.0, 1.0)


def _interpolated(values: Array, rows_at: Array, columns_at: Array, rows: Array, columns: Array) -> Array:
    """Return values on a fine grid by linear interpolation along both axes."""
    along = np.stack([np.interp(columns, columns_at, row) for row in values])
    return np.stack([np.interp(rows, rows_at, column) for column in along.T], axis=1)


def make_ground(theatre: Theatre, grid: Grid, cuts: tuple[Cut, ...], body: Flags) -> Ground:
    """Return the fixed facts about the cells."""
    return Ground(body=body, distance_mm=distances_mm(theatre, grid, cuts))


def fold_cells(theatre: Theatre, grid: Grid) -> Flags:
    """Return the cells of the umbilicus: a moist fold."""
    z_mm = float(theatre.patient.landmarks["disc.L3-4"][2])
    belly = theatre.patient.skin_hit_mm(np.array([0.0, -600.0, z_mm]), np.array([0.0, 1.0, 0.0]))
    if belly is None:
        raise ValueError(f"there is no belly at the height {z_mm} mm")
    arc_mm = abs(float(theatre.patient.skin_arc(belly[None], theatre.plan.side)[0]))
    _, arcs = grid.centres()
    inside: Flags = np.hypot(arcs[:, None] - arc_mm, heights_z_mm(theatre, grid)[None, :] - z_mm) <= UMBILICUS_MM
    return inside


def pooling_cells(theatre: Theatre, grid: Grid, body: Flags) -> Flags:
    """Return where fluid collects: the natal cleft, and the crease along the bed."""
    _, arcs = grid.centres()
    sacrum_z = float(theatre.patient.landmarks["S1.superior_endplate"][2]) - 40.0
    cleft = (np.abs(arcs)[:, None] <= CLEFT_HALF_MM) & (heights_z_mm(theatre, grid)[None, :] <= sacrum_z)
    below = np.zeros_like(body)
    below[:-3] = body[:-3] & ~body[3:]
    return body & (cleft | below)
