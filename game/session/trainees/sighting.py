"""Reading places in the theatre from two pictures: rays through what can be made out, and where they meet."""

import math

import numpy as np

from game.frames import Array
from game.session.observation import PictureSight

Ray = tuple[Array, Array]


def ray_to(picture: PictureSight, name: str) -> Ray | None:
    """Return focal spot and direction through a landmark, theatre frame; None when it cannot be made out."""
    for landmark in picture.landmarks:
        if landmark.name == name:
            return picture.carm.ray(landmark.u, landmark.v)
    return None


def meeting(first: Ray, second: Ray) -> Array:
    """Return the point midway where two rays pass each other most closely, shape (3,)."""
    (a, d), (b, e) = first, second
    between = b - a
    along = float(d @ e)
    spread = 1.0 - along * along
    if spread < 1e-6:
        return np.asarray(a + d * float(between @ d))
    s = (float(between @ d) - along * float(between @ e)) / spread
    t = (along * float(between @ d) - float(between @ e)) / spread
    return np.asarray(0.5 * (a + d * s + b + e * t))


def place(ap: PictureSight, lateral: PictureSight, name: str) -> Array | None:
    """Return where a landmark is that both pictures show; None when one does not."""
    first, second = ray_to(ap, name), ray_to(lateral, name)
    return None if first is None or second is None else meeting(first, second)


def across(picture: PictureSight, name: str, through_mm: Array) -> Array | None:
    """Return where the ray to a landmark passes a known place most closely; one picture's worth of place."""
    ray = ray_to(picture, name)
    if ray is None:
        return None
    source, direction = ray
    return np.asarray(source + direction * float((through_mm - source) @ direction))


def angle_deg(first: Array, second: Array) -> float:
    """Return the angle between two directions."""
    cosine = float(first @ second) / math.sqrt(float(first @ first) * float(second @ second))
    return math.degrees(math.acos(max(-1.0, min(1.0, cosine))))
