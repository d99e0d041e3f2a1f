"""How well a picture shows one vertebra, measured on the true geometry."""

import math
from dataclasses import dataclass

import numpy as np

from game.frames import Array
from game.imaging.body import Distances
from game.imaging.exposure import Exposure


@dataclass(frozen=True, slots=True)
class ViewQuality:
    """How true a view of one vertebra is.

    Attributes:
        rotation_mm: In a view from front or back, how far the spinous process stands to the right of the middle
            between the pedicles; in a view from the side, how far the left pedicle stands to the right of the right
            one. Millimetres at the vertebra, along its own ray.
        tilt_deg: Angle between the ray through the vertebra and its endplates, 0 when each is one line; positive
            when the beam climbs towards the head over them.
        centring_mm: Distance of the vertebra's body from the middle of the picture, at the isocentre.
        in_field: Whether body, pedicles and the tip of the spinous process are all inside the round field.
    """

    rotation_mm: float
    tilt_deg: float
    centring_mm: float
    in_field: bool


def view_quality(exposure: Exposure, patient: Distances, level: str) -> ViewQuality:
    """Return how well an exposure shows a vertebra.

    Args:
        exposure: Its C-arm and pose are in the theatre frame.
        patient: Whose landmarks.
        level: Such as `L3`.

    Raises:
        KeyError: If the patient has no such vertebra.
    """
    names = ("body", "pedicle_left", "pedicle_right", "spinous_tip", "superior_endplate", "inferior_endplate")
    points = {name: exposure.pose.apply(patient.landmarks[f"{level}.{name}"]) for name in names}
    carm = exposure.carm
    ray = points["body"] - carm.source_mm
    ray = ray / math.sqrt(float(ray @ ray))
    up = points["superior_endplate"] - points["inferior_endplate"]
    up = up / math.sqrt(float(up @ up))
    rim = carm.picture(np.stack([points[name] for name in names[:4]]))
    return ViewQuality(
        rotation_mm=_rotation_mm(points, ray, carm.axes()[1], _from_the_side(points, ray)),
        tilt_deg=math.degrees(math.asin(min(max(float(ray @ up), -1.0), 1.0))),
        centring_mm=float(np.hypot(*carm.picture(points["body"]))) * carm.field_mm / 2.0,
        in_field=bool((np.hypot(rim[:, 0], rim[:, 1]) <= 1.0).all()),
    )


def _from_the_side(points: dict[str, Array], ray: Array) -> bool:
    across = points["pedicle_left"] - points["pedicle_right"]
    return abs(float(across @ ray)) > math.sqrt(0.5) * math.sqrt(float(across @ across))


def _rotation_mm(points: dict[str, Array], ray: Array, picture_up: Array, from_the_side: bool) -> float:
    right = np.cross(picture_up, ray)
    right = right / math.sqrt(float(right @ right))
    if from_the_side:
        return float((points["pedicle_left"] - points["pedicle_right"]) @ right)
    return float((points["spinous_tip"] - 0.5 * (points["pedicle_left"] + points["pedicle_right"])) @ right)
