"""Anything thin and radio-opaque: needle, stylet, wire, catheter, marker."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tube:
    """A round bar along a line of points.

    Attributes:
        points_mm: At least two points, theatre frame when held by an exposure.
        radius_mm: Outer radius.
        material: A key of the attenuation table, such as `steel`.
        bore_mm: Inner radius; 0 for a solid bar.
    """

    points_mm: tuple[tuple[float, float, float], ...]
    radius_mm: float
    material: str
    bore_mm: float = 0.0
