"""How well a picture shows a vertebra, a disc space or an interlaminar window, measured on the true geometry."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from game.frames import Array, Side
from game.imaging.body import Distances
from game.imaging.exposure import Exposure

_RIM = ("body", "pedicle_left", "pedicle_right", "spinous_tip")
SPINOUS_BEHIND_MM = 50.0  # of a spinous process's tip behind the body (expert judgement)
_POINTS = (*_RIM, "superior_endplate", "inferior_endplate", "posterior_wall")


@dataclass(frozen=True, slots=True)
class ViewQuality:
    """How true a view of one vertebra is.

    Attributes:
        rotation_mm: In a view from front or back, how far the spinous process stands to the right of the middle
            between the pedicles; in a view from the side, how far the left pedicle stands to the right of the right
            one. Millimetres at the vertebra, along its own ray.
        rotation_deg: The turn of the beam about the vertebra's own long axis away from that view, of the same sign:
            0 where the beam runs in the vertebra's middle plane, or from the side along the line of its pedicles.
        tilt_deg: Angle between the ray through the vertebra and its endplates, 0 when each is one line; positive
            when the beam climbs towards the head over them.
        tilt_mm: What that angle does to the picture: from front or back, how far the front and the back rim of an
            endplate part; from the side, how much higher one pedicle stands than the other.
        centring_mm: Distance of the vertebra's body from the middle of the picture, at the isocentre.
        in_field: Whether body, pedicles and the tip of the spinous process are all inside the open field.
    """

    rotation_mm: float
    rotation_deg: float
    tilt_deg: float
    tilt_mm: float
    centring_mm: float
    in_field: bool


@dataclass(frozen=True, slots=True)
class DiscQuality:
    """How true a lateral view of one disc space is.

    Attributes:
        rotation_deg: Mean of both neighbours' rotation, as in `ViewQuality`.
        tilt_deg: Angle between the ray through the disc and its middle plane; 0 opens the space widest.
        upper_tilt_deg, lower_tilt_deg: The same to the endplate of the upper and of the lower neighbour. They differ
            where the spine bends to the side, which no turn of the arm undoes.
        centring_mm: Distance of the disc from the middle of the picture, at the isocentre.
        in_field: Whether both neighbours are inside the open field as far as the disc's endplates and pedicles go.
    """

    rotation_deg: float
    tilt_deg: float
    upper_tilt_deg: float
    lower_tilt_deg: float
    centring_mm: float
    in_field: bool


@dataclass(frozen=True, slots=True)
class ObliqueQuality:
    """How true a contralateral oblique view of one interlaminar window is.

    Attributes:
        angle_deg: How far the beam is turned, about the vertebrae's long axis, past the line of the laminae opposite
            to the needle: mean of the window's two neighbours, 0 where those laminae are seen end-on; negative when
            the arm stands too near the AP.
        tilt_deg: Angle between the ray through the window and the middle plane of its vertebrae.
        centring_mm: Distance of the window from the middle of the picture, at the isocentre.
        in_field: Whether the window and the laminae that bound it on that side are inside the open field.
    """

    angle_deg: float
    tilt_deg: float
    centring_mm: float
    in_field: bool


@dataclass(frozen=True, slots=True, eq=False)
class _Vertebra:
    """Points of one vertebra in the theatre frame, and its own axes: to its left, its back and its top."""

    points: dict[str, Array]
    left: Array
    back: Array
    up: Array


def view_quality(exposure: Exposure, patient: Distances, level: str, meant: Literal["ap", "lateral", ""] = "") -> ViewQuality:
    """Return how well an exposure shows a vertebra.

    Args:
        exposure: Its C-arm and pose are in the theatre frame.
        patient: Whose landmarks.
        level: Such as `L3`.
        meant: As which view it is judged; "" for the one that it is nearer to.

    Raises:
        KeyError: If the patient has no such vertebra.
    """
    vertebra = _vertebra(exposure, patient, level)
    points = vertebra.points
    ray = _ray(exposure, points["body"])
    aside = meant == "lateral" or (not meant and _from_the_side(vertebra, ray))
    return ViewQuality(
        rotation_mm=_rotation_mm(points, ray, exposure.carm.axes()[1], aside),
        rotation_deg=_rotation_deg(vertebra, ray, aside),
        tilt_deg=_rise_deg(ray, vertebra.up),
        tilt_mm=_depth_mm(points, aside) * float(ray @ vertebra.up),
        centring_mm=_off_centre_mm(exposure, points["body"]),
        in_field=_in_field(exposure, [points[name] for name in _RIM]),
    )


def views_in_field(exposure: Exposure, patient: Distances) -> dict[str, ViewQuality]:
    """Return the quality of each vertebra whose body is inside the open field, from head to feet."""
    found = {}
    for level in levels_of(patient):
        if _in_field(exposure, [exposure.pose.apply(patient.landmarks[f"{level}.body"])]):
            found[level] = view_quality(exposure, patient, level)
    return found


def levels_of(patient: Distances) -> tuple[str, ...]:
    """Return the patient's vertebrae, from head to feet."""
    return tuple(name.removesuffix(".body") for name in patient.landmarks if name.endswith(".body"))


def level_at(exposure: Exposure, patient: Distances, u: float, v: float, reach_mm: float = math.inf) -> str:
    """Return the vertebra whose body is nearest to a place of the picture.

    Args:
        exposure: The picture.
        patient: As he lay in it.
        u: Place to the right, -1 to 1.
        v: Place upwards, -1 to 1.
        reach_mm: How far from a body, in the plane of the isocentre, still belongs to its vertebra; beyond it there is none, "".
    """
    levels = levels_of(patient)
    bodies = exposure.pose.apply(np.stack([patient.landmarks[f"{level}.body"] for level in levels]))
    away = exposure.carm.picture(bodies) - np.array([u, v])
    far = np.hypot(away[:, 0], away[:, 1])
    nearest = int(np.argmin(far))
    return levels[nearest] if far[nearest] * exposure.carm.field_mm / 2.0 <= reach_mm else ""


def disc_quality(exposure: Exposure, patient: Distances, space: str) -> DiscQuality:
    """Return how well a lateral shows a disc space.

    Args:
        exposure: Its C-arm and pose are in the theatre frame.
        patient: Whose landmarks.
        space: Such as `L2-3` or `T12-L1`.

    Raises:
        KeyError: If the patient has no such disc.
    """
    upper, lower = (_vertebra(exposure, patient, level) for level in neighbours(space))
    disc = exposure.pose.apply(patient.landmarks[f"disc.{space}"])
    ray = _ray(exposure, disc)
    plates = [upper.points["inferior_endplate"], lower.points["superior_endplate"]]
    pedicles = [vertebra.points[f"pedicle_{side}"] for vertebra in (upper, lower) for side in ("left", "right")]
    return DiscQuality(
        rotation_deg=0.5 * (_rotation_deg(upper, ray, True) + _rotation_deg(lower, ray, True)),
        tilt_deg=_rise_deg(ray, _unit(upper.up + lower.up)),
        upper_tilt_deg=_rise_deg(ray, upper.up),
        lower_tilt_deg=_rise_deg(ray, lower.up),
        centring_mm=_off_centre_mm(exposure, disc),
        in_field=_in_field(exposure, [disc, *plates, *pedicles]),
    )


def oblique_quality(exposure: Exposure, patient: Distances, window: str, needle_side: Side) -> ObliqueQuality:
    """Return how well a contralateral oblique shows an interlaminar window.

    The beam should run along the laminae of the side opposite to the needle, so that they are seen end-on and their
    front edge is the way to the canal. Their inclination is the vertebrae's own. A lamina is rounded and has no one
    direction; here it is the straight line from the root of the spinous process to the pars, 39 to 47 degrees to the
    coronal plane from L2 to L5, which asks for 45 to 50 degrees of orbit. That line runs within the bone; at the pars
    it is 6 mm in front of the arch's dorsal surface.

    Args:
        exposure: Its C-arm and pose are in the theatre frame.
        patient: Whose landmarks.
        window: Such as `L3-4`.
        needle_side: Side of the midline from which the needle comes.

    Raises:
        KeyError: If the patient has no such window.
    """
    opposite: Side = "left" if needle_side == "right" else "right"
    levels = neighbours(window)
    pair = [_vertebra(exposure, patient, level) for level in levels]
    roots = [exposure.pose.apply(patient.landmarks[f"{level}.spinous_base"]) for level in levels]
    laminae = [exposure.pose.apply(patient.landmarks[f"{level}.pars_{opposite}"]) for level in levels]
    middle = exposure.pose.apply(patient.landmarks[f"window.{window}"])
    ray = _ray(exposure, middle)
    past = [_past_deg(vertebra, ray, lamina - root, opposite) for vertebra, lamina, root in zip(pair, laminae, roots, strict=True)]
    return ObliqueQuality(
        angle_deg=sum(past) / len(past),
        tilt_deg=_rise_deg(ray, _unit(pair[0].up + pair[1].up)),
        centring_mm=_off_centre_mm(exposure, middle),
        in_field=_in_field(exposure, [middle, *laminae, *roots]),
    )


def neighbours(space: str) -> tuple[str, str]:
    """Return the vertebrae above and below a space: `L2-3` lies between `L2` and `L3`, `T12-L1` between `T12` and `L1`."""
    upper, _, lower = space.partition("-")
    return upper, lower if lower[:1].isalpha() else upper[0] + lower


def _vertebra(exposure: Exposure, patient: Distances, level: str) -> _Vertebra:
    moved = exposure.pose.apply(np.stack([_point(patient, level, name) for name in _POINTS]))
    points = dict(zip(_POINTS, moved, strict=True))
    up = _unit(points["superior_endplate"] - points["inferior_endplate"])
    left = points["pedicle_left"] - points["pedicle_right"]
    left = _unit(left - float(left @ up) * up)
    return _Vertebra(points, left, np.asarray(np.cross(up, left)), up)


def _point(patient: Distances, level: str, name: str) -> Array:
    """Return a landmark; where a laminectomy took the spinous process, where its tip would stand."""
    found = patient.landmarks.get(f"{level}.{name}")
    if found is not None or name != "spinous_tip":
        return patient.landmarks[f"{level}.{name}"]
    wall = patient.landmarks[f"{level}.posterior_wall"]
    return np.asarray(wall + SPINOUS_BEHIND_MM * _unit(wall - patient.landmarks[f"{level}.body"]))


def _unit(vector: Array) -> Array:
    return np.asarray(vector / math.sqrt(float(vector @ vector)))


def _ray(exposure: Exposure, point: Array) -> Array:
    return _unit(point - exposure.carm.source_mm)


def _rise_deg(ray: Array, up: Array) -> float:
    return math.degrees(math.asin(min(max(float(ray @ up), -1.0), 1.0)))


def _from_the_side(vertebra: _Vertebra, ray: Array) -> bool:
    across = vertebra.points["pedicle_left"] - vertebra.points["pedicle_right"]
    return abs(float(across @ ray)) > math.sqrt(0.5) * math.sqrt(float(across @ across))


def _rotation_mm(points: dict[str, Array], ray: Array, picture_up: Array, from_the_side: bool) -> float:
    right = _unit(np.cross(picture_up, ray))
    if from_the_side:
        return float((points["pedicle_left"] - points["pedicle_right"]) @ right)
    return float((points["spinous_tip"] - 0.5 * (points["pedicle_left"] + points["pedicle_right"])) @ right)


def _rotation_deg(vertebra: _Vertebra, ray: Array, from_the_side: bool) -> float:
    left, back = float(ray @ vertebra.left), float(ray @ vertebra.back)
    return math.degrees(math.atan2(-back, abs(left)) if from_the_side else math.atan2(left, abs(back)))


def _depth_mm(points: dict[str, Array], from_the_side: bool) -> float:
    """Return how long the part is that the beam runs through: the body from front to back, or from pedicle to pedicle."""
    way = points["pedicle_left"] - points["pedicle_right"] if from_the_side else 2.0 * (points["posterior_wall"] - points["body"])
    return math.sqrt(float(way @ way))


def _past_deg(vertebra: _Vertebra, ray: Array, lamina: Array, side: Side) -> float:
    """Return how far a ray is turned past a lamina, which runs from its root outwards and forwards, in the axial plane."""
    outwards = 1.0 if side == "left" else -1.0
    turns = [math.atan2(outwards * float(way @ vertebra.left), -float(way @ vertebra.back)) for way in (ray, lamina)]
    return math.degrees(turns[0] - turns[1])


def _off_centre_mm(exposure: Exposure, point: Array) -> float:
    return float(np.hypot(*exposure.carm.picture(point))) * exposure.carm.field_mm / 2.0


def _in_field(exposure: Exposure, points: list[Array]) -> bool:
    """Say whether points all lie inside what the blades leave open of the round field."""
    return bool(exposure.carm.blades.shows(exposure.carm.picture(np.stack(points))).all())
