"""Vertebrae measured as an anatomist measures them, on the built bone: which points are solid is all that is asked.

Rulers lie in the vertebra's frame (x to the left, y to the back, z to the head, origin in the middle of the body).
A ruler is a straight line of points; what is read off is where bone and air change places along it.
"""

from dataclasses import dataclass

import numpy as np

from game.frames import Array
from game.patient import Patient
from game.patient import reference as ref
from game.patient.vertebra import vertebra_distance

STEP_MM = 0.1
HANG_MM = 6.0


@dataclass(frozen=True, slots=True)
class Vertebra:
    """One vertebra of a patient on the bench, without its neighbours and ribs."""

    patient: Patient
    level: int

    def solid(self, points: Array) -> Array:
        """Return which points of the vertebra's frame, shape (..., 3), are bone."""
        x, y, z = (points[..., axis].astype(np.float32) for axis in range(3))
        return np.asarray(vertebra_distance(x, y, z, self.patient.spine.shape(self.level))[0] < 0.0)

    def rulers(self, starts: Array, direction: tuple[float, float, float], reach_mm: float) -> tuple[Array, Array]:
        """Return which points along rulers are bone, shape (n, 2 k + 1), and their places, shape (2 k + 1,); 0 is at the starts (n, 3)."""
        place = STEP_MM * np.arange(-round(reach_mm / STEP_MM), round(reach_mm / STEP_MM) + 1)
        return self.solid(starts[:, None, :] + place[None, :, None] * np.array(direction)), place


def ends_mm(found: Array, place: Array) -> Array:
    """Return where each ruler leaves its middle's value on both sides, shape (n, 2)."""
    middle = found.shape[1] // 2
    same = found == found[:, middle : middle + 1]
    ahead, behind = _first_change(same[:, middle:]), _first_change(same[:, middle::-1])
    return np.stack([place[middle] - STEP_MM * (behind - 0.5), place[middle] + STEP_MM * (ahead - 0.5)], axis=1)


def _first_change(same: Array) -> Array:
    return np.asarray(np.where(same.all(axis=1), same.shape[1], (~same).argmax(axis=1)))


def _points(x: Array | float, y: Array | float, z: Array | float) -> Array:
    return np.stack(np.broadcast_arrays(np.asarray(x, float), np.asarray(y, float), np.asarray(z, float)), axis=-1).reshape(-1, 3)


def _landmark(v: Vertebra, name: str) -> Array:
    """Return a named point of the vertebra in its frame."""
    place = v.patient.landmarks[f"{ref.LEVELS[v.level]}.{name}"] - v.patient.spine.centre_mm[v.level]
    return np.asarray(place @ v.patient.spine.rotation[v.level])


def body_outline(v: Vertebra) -> dict[str, float]:
    """Return widths and depths of both endplates and the heights of the body in front and behind."""
    front, back = ends_mm(*v.rulers(_points(0.0, 0.0, 0.0), (0.0, 1.0, 0.0), 40.0))[0]
    lines = np.arange(0.5, 5.0, 0.25)
    upright = [ends_mm(*v.rulers(_points(0.0, y, 0.0), (0.0, 0.0, 1.0), 24.0)) for y in (front + lines, back - lines)]
    heights = [np.diff(ends, axis=1)[:, 0] for ends in upright]
    out = {"height_ventral": float(heights[0].max()), "height_dorsal": float(heights[1].max())}
    bottom, top = upright[1][heights[1].argmax()]
    for name, edge, sign in (("upper", top, -1.0), ("lower", bottom, 1.0)):
        levels = edge + sign * np.arange(0.5, 5.1, 0.5)
        across = v.rulers(_points(0.0, np.arange(-10.0, 3.0, 3.0)[:, None], levels[None, :]), (1.0, 0.0, 0.0), 32.0)
        out[f"width_{name}"] = float(_bone_runs_mm(*across).max())
        along = v.rulers(_points(0.0, -2.0, levels), (0.0, 1.0, 0.0), 40.0)
        out[f"depth_{name}"] = float(_bone_runs_mm(*along).max())
    return out


def _bone_runs_mm(found: Array, place: Array) -> Array:
    """Return the runs of bone about the rulers' middles; 0 where there is no bone."""
    return np.asarray(np.where(found[:, found.shape[1] // 2], np.diff(ends_mm(found, place), axis=1)[:, 0], 0.0))


def arch(v: Vertebra) -> dict[str, float]:
    """Return the canal's width and depth, the left pedicle's width and height, the span of the transverse processes."""
    _, back = ends_mm(*v.rulers(_points(0.0, 0.0, 0.0), (0.0, 1.0, 0.0), 40.0))[0]
    levels = np.arange(-6.0, 14.0, 1.0)
    deep = ends_mm(*v.rulers(_points(0.0, back + 6.0, levels), (0.0, 1.0, 0.0), 34.0))
    open_mm = np.diff(deep, axis=1)[:, 0]
    row = int(open_mm.argmin())
    wide = v.rulers(_points(0.0, back + np.array([4.0, 5.0, 6.0])[:, None], levels[None, :]), (1.0, 0.0, 0.0), 20.0)
    widths = np.diff(ends_mm(*wide), axis=1)[:, 0]
    out = {"canal_depth": float(open_mm[row]), "canal_width": float(widths.min())}
    return out | _pedicle(v) | _processes(v, back)


def _pedicle(v: Vertebra) -> dict[str, float]:
    """Measure the left pedicle through its middle: its shortest chord in the transverse plane, and upright."""
    middle = _landmark(v, "pedicle_left")
    chords = []
    for angle_rad in np.radians(np.arange(-20.0, 45.0, 4.0)):
        line = v.rulers(middle[None], (float(np.cos(angle_rad)), float(-np.sin(angle_rad)), 0.0), 25.0)
        chords.append(float(_bone_runs_mm(*line)[0]))
    upright = v.rulers(middle + np.arange(-4.0, 4.1, 0.5)[:, None] * np.array([0.0, 1.0, 0.0]), (0.0, 0.0, 1.0), 25.0)
    return {"pedicle_width": min(chords), "pedicle_height": float(_bone_runs_mm(*upright).min())}


def lamina_height_mm(v: Vertebra) -> float:
    """Return the lamina's height beside the spinous process; it leans back from the dorsal wall of the canal."""
    root = _landmark(v, "spinous_base")
    heights, deep = np.arange(-36.0, 24.0, 0.2), np.arange(root[1] - 8.0, root[1] + 10.0, 0.5)
    tall = []
    for aside in (4.5, 6.0):
        found = v.solid(_points(aside, deep[None, :], heights[:, None])).reshape(len(heights), len(deep)).any(axis=1)
        tall.append(_longest(found) * 0.2)
    return float(min(tall))


def lamina_thickness_mm(v: Vertebra) -> float:
    """Return the lamina's least thickness beside the spinous process, 4.5 to 7 mm from the midline, in the middle half of its height.

    Rulers start at the roof of the canal and fan out in the transverse plane; the shortest is square to the lamina.
    """
    shape = v.patient.spine.shape(v.level)
    found = []
    for share in (0.35, 0.5, 0.65):
        z = shape.lamina_top - share * (shape.lamina_top - shape.lamina_bottom)
        for aside in (4.5, 6.0, 7.0):
            deep = shape.wall + 3.0 + np.arange(0.0, 45.0, STEP_MM)
            roof = deep[int(v.solid(_points(aside, deep, z)).argmax())] + 0.5 * STEP_MM
            chords = []
            for angle_rad in np.radians(np.arange(-10.0, 75.0, 5.0)):
                way = np.arange(0.0, 25.0, STEP_MM)
                bone = v.solid(_points(aside + way * np.sin(angle_rad), roof + way * np.cos(angle_rad), z))
                chords.append(STEP_MM * float(_first_change(bone[None])[0]))
            found.append(min(chords))
    return float(min(found))


def _longest(found: Array) -> int:
    """Return the length of the longest stretch of a row that is true."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], found, [False]]).astype(int)))
    return int((edges[1::2] - edges[::2]).max())


def _processes(v: Vertebra, back_mm: float) -> dict[str, float]:
    """Measure from tip to tip of the transverse processes."""
    side = np.arange(16.0, 62.0, 0.2)
    plane = _points(0.0, back_mm + np.arange(10.0, 34.0, 1.5)[:, None], np.arange(-4.0, 18.0, 2.0)[None, :])
    reach = []
    for sign in (1.0, -1.0):
        found = v.solid(plane[:, None, :] + sign * side[None, :, None] * np.array([1.0, 0.0, 0.0]))
        reach.append(float(side[np.flatnonzero(found.any(axis=0))[-1]]))
    return {"transverse_span": sum(reach)}


def window(patient: Patient, space: str) -> dict[str, float]:
    """Return the height of an interlaminar window between the edges of its laminae, and its width between the articular processes.

    The width is read where the inferior processes hang free of their lamina, `HANG_MM` below the middle of the joints.
    """
    i = ref.SPACES.index(space)
    upper, lower = patient.spine.window_upper_mm[i], patient.spine.window_lower_mm[i]
    up = (upper - lower) / np.linalg.norm(upper - lower)
    place = STEP_MM * np.arange(-350, 351)
    found = patient.bone_distance_mm(0.5 * (upper + lower) + place[:, None] * up) < 0.0
    height = float(np.diff(ends_mm(found[None], place), axis=1)[0, 0])
    above = Vertebra(patient, i)
    joint = _landmark(above, "facet_left")
    side, deep = np.arange(0.0, 24.0, STEP_MM), joint[1] + np.arange(-10.0, 8.1, 0.5)
    found = above.solid(_points(side[:, None], deep[None, :], joint[2] - HANG_MM)).reshape(len(side), len(deep)).any(axis=1)
    return {"window_height": height, "window_width": 2.0 * float(side[int(found.argmax())])}


def spinous_length_mm(v: Vertebra) -> float:
    """Return the spinous process's length from the middle of the lamina to its tip, along the line that it leaves the arch on.

    The middle of the lamina lies half its thickness, read beside the process, behind the canal's roof in the midline at the height of
    the process's root; the line runs down at the table's inclination.
    """
    down_rad = np.radians(ref.SPINOUS_DOWN_DEG[v.level])
    along = np.array([0.0, np.cos(down_rad), -np.sin(down_rad)])
    root = _landmark(v, "spinous_base")
    depths = root[1] + np.arange(-16.0, 10.0, STEP_MM)
    roof = depths[np.flatnonzero(v.solid(_points(0.0, depths, root[2])))[0]]
    middle = roof + 0.5 * STEP_MM * _longest(v.solid(_points(5.0, depths, root[2])))
    lift = STEP_MM * np.arange(-120, 121)
    axis = np.stack([0.0 * lift, lift * np.sin(down_rad), lift * np.cos(down_rad)], axis=1)
    out = STEP_MM * np.arange(0, 520)
    found = v.solid(np.array([0.0, middle, root[2]]) + axis[:, None, :] + out[None, :, None] * along)
    return STEP_MM * float(np.flatnonzero(found.any(axis=0))[-1])
