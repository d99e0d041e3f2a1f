"""The C-arm: DICOM positioner angles, its picture, and where it cannot go."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from game.frames import Array, Side
from game.imaging.geometry import ProjectionGeometry

SOURCE_ISOCENTRE_MM = 570.0  # mobile C-arm, usual 550-600 (expert judgement)
SOURCE_DETECTOR_MM = 1000.0  # mobile C-arm, usual 950-1050 (expert judgement)
MACHINE_ORBIT_LIMITS_DEG = (-40.0, 100.0)  # orbital travel of a mobile C-arm (expert judgement)
TILT_LIMIT_DEG = 30.0  # simulator tolerance; the joint itself turns further, drapes and staff do not allow it
TRAVEL_MM = {"along": 450.0, "lift": 200.0, "across": 150.0}  # from the table's centre (expert judgement)

FieldName = Literal["wide", "mag 1", "mag 2"]
FIELD_SIZES_MM: dict[FieldName, float] = {"wide": 230.0, "mag 1": 160.0, "mag 2": 115.0}
"""Fields at the isocentre: in the ratio of the 31, 21 and 15 cm formats of a large flat panel (expert judgement)."""

TABLE_TOP_MM = 190.0  # below the theatre origin, with mattress (expert judgement)
TABLE_THICKNESS_MM = 60.0
TABLE_HALF_WIDTH_MM = 265.0
BODY_HALF_MM = (165.0, 125.0)  # half the width and half the depth of a trunk that the receptor must clear
RECEPTOR_RADIUS_MM = 170.0
TUBE_RADIUS_MM = 120.0


@dataclass(frozen=True, slots=True)
class Blades:
    """The collimator: shares of the half field that its blades leave open, and of the radius that its iris does.

    Attributes:
        left, right, top, bottom: Each side of the picture, above 0 to 1; 1 is fully open.
        iris: Of the round field's radius, above 0 to 1.

    Raises:
        ValueError: If a share is not above 0 and at most 1.
    """

    left: float = 1.0
    right: float = 1.0
    top: float = 1.0
    bottom: float = 1.0
    iris: float = 1.0

    def __post_init__(self) -> None:
        """Refuse blades that cross the middle or stand outside the field."""
        if not all(0.0 < share <= 1.0 for share in (self.left, self.right, self.top, self.bottom, self.iris)):
            raise ValueError(f"blades stand at {self}, each share must be above 0 and at most 1")

    @property
    def open_share(self) -> float:
        """Return the open part of the round field's area, 0 to 1."""
        corners = ((across, along) for across in (self.left, self.right) for along in (self.top, self.bottom))
        return sum(_corner_area(across, along, self.iris) for across, along in corners) / math.pi


def _corner_area(across: float, along: float, radius: float) -> float:
    """Return the area of the disc round the origin of which x is 0 to `across` and y is 0 to `along`."""
    if across * across + along * along <= radius * radius:
        return across * along
    start = math.sqrt(max(radius * radius - along * along, 0.0))
    end = min(across, radius)
    return start * along + _under_arc(end, radius) - _under_arc(start, radius)


def _under_arc(x: float, radius: float) -> float:
    """Return the area under a circle's arc from 0 to x."""
    share = min(x / radius, 1.0)
    return radius * radius * (share * math.sqrt(1.0 - share * share) + math.asin(share)) / 2.0


@dataclass(frozen=True, slots=True)
class CArm:
    """A C-arm in the frame its isocentre is given in: theatre, or patient when the pose is the identity.

    Angles are DICOM positioner angles. Orbit 0 has the detector in front of the belly and the source
    behind the back; +90 has the detector at the patient's left. Tilt + turns the detector towards the
    head. The picture shows the head up and, in AP, the patient's left on its right; turned on to
    orbit +90 the back is on the right, to -90 on the left.

    Attributes:
        orbit_deg: Turn round the long axis of the body.
        tilt_deg: Turn of the detector towards the head.
        isocentre_mm: Point in the middle of the picture, about which the arm turns.
        field_mm: Width of the picture in the plane of the isocentre (not on the detector).
        source_isocentre_mm: From focal spot to isocentre.
        source_detector_mm: From focal spot to detector.
        blades: What the collimator leaves open of the field.

    Raises:
        ValueError: If a length is not positive or the detector is not beyond the isocentre.
    """

    orbit_deg: float = 0.0
    tilt_deg: float = 0.0
    isocentre_mm: tuple[float, float, float] = (0.0, 0.0, 0.0)
    field_mm: float = 230.0
    source_isocentre_mm: float = SOURCE_ISOCENTRE_MM
    source_detector_mm: float = SOURCE_DETECTOR_MM
    blades: Blades = Blades()

    def __post_init__(self) -> None:
        """Refuse an arm that cannot make a picture."""
        if not (self.field_mm > 0.0 and 0.0 < self.source_isocentre_mm < self.source_detector_mm):
            raise ValueError(
                f"field {self.field_mm} mm, source to isocentre {self.source_isocentre_mm} mm, source to detector "
                f"{self.source_detector_mm} mm: all must be positive and the detector beyond the isocentre"
            )

    def axes(self) -> tuple[Array, Array, Array]:
        """Return the directions right and up in the picture and source to detector, each shape (3,)."""
        orbit, tilt = math.radians(self.orbit_deg), math.radians(self.tilt_deg)
        right = np.array([math.cos(orbit), math.sin(orbit), 0.0])
        up = np.array([-math.sin(tilt) * math.sin(orbit), math.sin(tilt) * math.cos(orbit), math.cos(tilt)])
        beam = np.array([math.sin(orbit) * math.cos(tilt), -math.cos(orbit) * math.cos(tilt), math.sin(tilt)])
        return right, up, beam

    @property
    def source_mm(self) -> Array:
        """The focal spot, shape (3,)."""
        return np.asarray(self.isocentre_mm) - self.source_isocentre_mm * self.axes()[2]

    @property
    def magnification(self) -> float:
        """How much larger the isocentre's plane is on the detector."""
        return self.source_detector_mm / self.source_isocentre_mm

    @property
    def field_name(self) -> FieldName:
        """The field size of the console that comes nearest in ratio."""
        return min(FIELD_SIZES_MM, key=lambda name: abs(math.log(self.field_mm / FIELD_SIZES_MM[name])))

    @property
    def magnification_steps(self) -> int:
        """How many sizes the field is below the widest."""
        return list(FIELD_SIZES_MM).index(self.field_name)

    @property
    def open_share(self) -> float:
        """Part of the round field's area that is irradiated, 0 to 1."""
        return self.blades.open_share

    def geometry(self, rows: int, columns: int) -> ProjectionGeometry:
        """Return source and pixels; pixels are square and the columns span `field_mm` at the isocentre."""
        right, up, beam = self.axes()
        pitch_mm = self.field_mm * self.magnification / columns
        centre = self.source_mm + self.source_detector_mm * beam
        first = centre - right * pitch_mm * (columns - 1) / 2 + up * pitch_mm * (rows - 1) / 2
        return ProjectionGeometry(self.source_mm, first, right * pitch_mm, -up * pitch_mm, rows, columns)

    def picture(self, points_mm: Array) -> Array:
        """Return where points fall, (u, v) to the right and up, -1 to 1 over the field, shape (..., 2); nan behind the source."""
        right, up, beam = self.axes()
        offset = np.asarray(points_mm, dtype=np.float64) - self.source_mm
        depth = offset @ beam
        scale = self.source_isocentre_mm / np.where(depth > 0.0, depth, np.nan) / (self.field_mm / 2)
        return np.stack([offset @ right * scale, offset @ up * scale], axis=-1)

    def ray(self, u: float, v: float) -> tuple[Array, Array]:
        """Return the focal spot and the unit direction through a place of the picture."""
        right, up, beam = self.axes()
        direction = self.source_isocentre_mm * beam + self.field_mm / 2 * (u * right + v * up)
        return self.source_mm, direction / math.sqrt(float(direction @ direction))

    def machine_orbit_deg(self, side_up: Side) -> float:
        """Return the angle on the machine's own scale: 0 has the detector above the table."""
        return self.orbit_deg + 90.0 if side_up == "right" else 90.0 - self.orbit_deg

    def problem(self, side_up: Side) -> str | None:
        """Return a sentence when the arm cannot stand here over a patient lying with that side up, in the theatre frame."""
        return self._beyond_travel(side_up) or self._collision(side_up)

    def _beyond_travel(self, side_up: Side) -> str | None:
        low, high = MACHINE_ORBIT_LIMITS_DEG
        machine_deg = self.machine_orbit_deg(side_up)
        if not low <= machine_deg <= high:
            return f"The C-arm does not turn to {machine_deg:.0f} degrees; its orbit runs from {low:.0f} to {high:.0f}."
        if abs(self.tilt_deg) > TILT_LIMIT_DEG:
            return f"The C-arm does not tilt to {self.tilt_deg:.0f} degrees; the limit is {TILT_LIMIT_DEG:.0f} either way."
        reach = {"lift": self.isocentre_mm[0], "across": self.isocentre_mm[1], "along": self.isocentre_mm[2]}
        for axis, offset_mm in reach.items():
            if abs(offset_mm) > TRAVEL_MM[axis]:
                return f"The C-arm cannot travel further that way; its reach is {TRAVEL_MM[axis]:.0f} mm from the middle of the table."
        return None

    def _collision(self, side_up: Side) -> str | None:
        up_sign = -1.0 if side_up == "right" else 1.0
        receptor = self._receptor_rim()
        if bool((np.sum((receptor[:, :2] / np.asarray(BODY_HALF_MM)) ** 2, axis=1) < 1.0).any()):
            return "The receptor would press on the patient."
        _, _, beam = self.axes()
        tube = self.source_mm - 0.5 * TUBE_RADIUS_MM * beam
        for part, points, clearance_mm in (("receptor", receptor, 0.0), ("tube", tube[None], TUBE_RADIUS_MM)):
            if bool((_table_distance_mm(points, up_sign) < clearance_mm).any()):
                return f"The {part} would hit the table."
        return None

    def _receptor_rim(self) -> Array:
        right, up, beam = self.axes()
        centre = self.source_mm + self.source_detector_mm * beam
        turn = np.radians(np.arange(0.0, 360.0, 15.0))[:, None]
        return np.concatenate([centre[None], centre + RECEPTOR_RADIUS_MM * (np.cos(turn) * right + np.sin(turn) * up)])


def _table_distance_mm(points_mm: Array, up_sign: float) -> Array:
    """Distance of theatre points, shape (n, 3), from the table top's cross-section, 0 inside."""
    below = -up_sign * points_mm[:, 0] - TABLE_TOP_MM
    height = np.maximum(np.maximum(-below, below - TABLE_THICKNESS_MM), 0.0)
    side = np.maximum(np.abs(points_mm[:, 1]) - TABLE_HALF_WIDTH_MM, 0.0)
    return np.hypot(height, side) - np.where((height == 0.0) & (side == 0.0), 1e-6, 0.0)
