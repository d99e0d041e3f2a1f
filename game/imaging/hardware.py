"""Metal that stays in a patient, drawn as exact bars into the basis images: no voxel could keep its edges sharp."""

import numpy as np

from game.frames import Array
from game.imaging.geometry import ProjectionGeometry
from game.imaging.sheets import Image
from game.imaging.tube import Tube
from game.imaging.tubes import add_paths
from game.patient.variation.hardware import Bar

MATERIAL = "titanium"
STANDS_FOR = "muscle"  # what the label grid holds where metal is


def tubes_of(bars: tuple[Bar, ...]) -> tuple[Tube, ...]:
    """Return a patient's metal as imaging's bars, patient frame."""
    return tuple(Tube((_point(bar.start_mm), _point(bar.end_mm)), bar.radius_mm, MATERIAL, bar.bore_mm) for bar in bars)


def _point(place: Array) -> tuple[float, float, float]:
    x, y, z = (float(value) for value in place)
    return x, y, z


def hardware_path(bars: tuple[Bar, ...], geometry: ProjectionGeometry) -> Image:
    """Return the path of each ray through metal in mm, shape (rows, columns)."""
    image = np.zeros((geometry.rows, geometry.columns), dtype=np.float32)
    add_paths(image, tubes_of(bars), geometry)
    return image
