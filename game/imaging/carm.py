"""The C-arm: DICOM positioner angles, its picture, and where it cannot go."""

import math
import weakref
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from game.frames import Array, Rigid, Side
from game.imaging.body import Distances
from game.imaging.geometry import ProjectionGeometry

SOURCE_ISOCENTRE_MM = 570.0  # mobile C-arm, usual 550-600 (expert judgement)
SOURCE_DETECTOR_MM = 1000.0  # mobile C-arm, usual 950-1050 (expert judgement)
MACHINE_ORBIT_LIMITS_DEG = (-40.0, 100.0)  # orbital travel of a mobile C-arm (expert judgement)
TILT_LIMIT_DEG = 30.0  # simulator tolerance; the joint itself turns further, drapes and staff do not allow it
ROUNDING_MM = 1e-9  # of sums that come to the end of a travel
TRAVEL_MM = {"along": 450.0, "lift": 200.0, "across": 150.0}  # from the table's centre (expert judgement)

FieldName = Literal["wide", "mag 1", "mag 2"]
FIELD_SIZES_MM: dict[FieldName, float] = {"wide": 230.0, "mag 1": 160.0, "mag 2": 115.0}
"""Fields at the isocentre: in the ratio of the 31, 21 and 15 cm formats of a large flat panel (expert judgement)."""

IDENTITY = Rigid()

MATTRESS_MM = 17.0  # between the widest part of the patient and the table top, pressed flat (expert judgement)
TABLE_THICKNESS_MM = 60.0
TABLE_HALF_WIDTH_MM = 265.0
CLEAR_MM = 10.0  # of the skin: drapes and the sterile cover (expert judgement)
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

    def shows(self, places: Array, rim: float = 1.0) -> NDArray[np.bool_]:
        """Return which places of the picture lie in the open field.

        Args:
            places: (u, v), right and up from the middle, in half fields, shape (..., 2).
            rim: Part of each opening that counts, from the middle.
        """
        u, v = places[..., 0], places[..., 1]
        across = (-rim * self.left <= u) & (u <= rim * self.right)
        along = (-rim * self.bottom <= v) & (v <= rim * self.top)
        return np.asarray(across & along & (np.hypot(u, v) <= rim * self.iris))


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

    def problem(
        self, side_up: Side, patient: Distances, pose: Rigid = IDENTITY, table_mm: tuple[float, float, float] = (0.0, 0.0, 0.0)
    ) -> str | None:
        """Return a sentence when the arm cannot stand here, None when it can.

        Args:
            side_up: Which side of the patient is up.
            patient: Who must not be touched, and who lies the higher above the table the wider he is.
            pose: Patient to theatre, the frame of the arm.
            table_mm: How far the table has moved from its middle: along, across, lift. It takes the theatre frame with it.
        """
        return self._beyond_travel(side_up, table_mm) or next(
            (sentence for sentence, room_mm in self._rooms_mm(side_up, patient, pose) if room_mm < 0.0), None
        )

    @staticmethod
    def out_of_orbit(side_up: Side, orbit_deg: float) -> bool:
        """Say whether the machine's orbit ends before an angle."""
        low, high = _orbit_ends_deg(side_up)
        return not low <= orbit_deg <= high

    def stopped(self, side_up: Side, table_mm: tuple[float, float, float]) -> "CArm":
        """Return the arm with each joint held at the end of its travel; arguments as of `problem`."""
        x, y, z = self.isocentre_mm
        along_mm, across_mm, lift_mm = table_mm
        up = up_sign(side_up)
        return replace(
            self,
            orbit_deg=_held(self.orbit_deg, *_orbit_ends_deg(side_up)),
            tilt_deg=_held(self.tilt_deg, -TILT_LIMIT_DEG, TILT_LIMIT_DEG),
            isocentre_mm=(
                _held(x, -up * lift_mm - TRAVEL_MM["lift"], -up * lift_mm + TRAVEL_MM["lift"]),
                _held(y, -across_mm - TRAVEL_MM["across"], -across_mm + TRAVEL_MM["across"]),
                _held(z, -along_mm - TRAVEL_MM["along"], -along_mm + TRAVEL_MM["along"]),
            ),
        )

    def room_mm(self, side_up: Side, patient: Distances, pose: Rigid = IDENTITY) -> float:
        """Return how far the arm stands from touching table or patient, negative when it does; arguments as of `problem`."""
        return min(room_mm for _, room_mm in self._rooms_mm(side_up, patient, pose))

    def _beyond_travel(self, side_up: Side, table_mm: tuple[float, float, float]) -> str | None:
        if self.out_of_orbit(side_up, self.orbit_deg):
            low, high = _orbit_ends_deg(side_up)
            return f"The C-arm does not turn to {self.orbit_deg:.0f} degrees; its orbit runs from {low:.0f} to {high:.0f}."
        if abs(self.tilt_deg) > TILT_LIMIT_DEG:
            return f"The C-arm does not tilt to {self.tilt_deg:.0f} degrees; the limit is {TILT_LIMIT_DEG:.0f} either way."
        x, y, z = self.isocentre_mm
        along_mm, across_mm, lift_mm = table_mm
        reach = {"lift": up_sign(side_up) * x + lift_mm, "across": y + across_mm, "along": z + along_mm}
        for axis, offset_mm in reach.items():
            if abs(offset_mm) > TRAVEL_MM[axis] + ROUNDING_MM:
                return f"The C-arm cannot travel further that way; its reach is {TRAVEL_MM[axis]:.0f} mm from the middle of the table."
        return None

    def _rooms_mm(self, side_up: Side, patient: Distances, pose: Rigid) -> Iterator[tuple[str, float]]:
        """Yield how much room is left of what may be touched, each with its sentence."""
        face, tube, to_patient = self._receptor_face(), self._tube_mm()[None], pose.inverse()
        up, top_mm = up_sign(side_up), rest_mm(patient, side_up) + MATTRESS_MM
        yield "The receptor would hit the table.", float(_table_distance_mm(face, up, top_mm).min())
        yield "The tube would hit the table.", float(_table_distance_mm(tube, up, top_mm)[0]) - TUBE_RADIUS_MM
        yield "The receptor would press on the patient.", float(patient.skin_distance_mm(to_patient.apply(face)).min()) - CLEAR_MM
        yield "The tube would press on the patient.", float(patient.skin_distance_mm(to_patient.apply(tube))[0]) - TUBE_RADIUS_MM - CLEAR_MM

    def _tube_mm(self) -> Array:
        return np.asarray(self.source_mm - 0.5 * TUBE_RADIUS_MM * self.axes()[2])

    def _receptor_face(self) -> Array:
        right, up, beam = self.axes()
        centre = self.source_mm + self.source_detector_mm * beam
        turn = np.radians(np.arange(0.0, 360.0, 15.0))[:, None]
        spokes = np.cos(turn) * right + np.sin(turn) * up
        return np.concatenate([centre[None], *(centre + share * RECEPTOR_RADIUS_MM * spokes for share in (0.5, 1.0))])


def _orbit_ends_deg(side_up: Side) -> tuple[float, float]:
    """Return the least and the greatest orbit of the machine's travel."""
    low, high = MACHINE_ORBIT_LIMITS_DEG
    return (low - 90.0, high - 90.0) if side_up == "right" else (90.0 - high, 90.0 - low)


def _held(place: float, low: float, high: float) -> float:
    return min(max(place, low), high)


def up_sign(side_up: Side) -> float:
    """Return the sign of theatre x away from the floor."""
    return -1.0 if side_up == "right" else 1.0


_RESTS: "weakref.WeakKeyDictionary[Distances, dict[Side, float]]" = weakref.WeakKeyDictionary()


def rest_mm(patient: Distances, side_up: Side) -> float:
    """Return how far below the origin a patient lying on the other side is widest; worked out once for each body."""
    rests = _RESTS.setdefault(patient, {})
    if side_up not in rests:
        rests[side_up] = _widest_mm(patient, side_up)
    return rests[side_up]


def _widest_mm(patient: Distances, side_up: Side) -> float:
    """Return the farthest reach of the skin towards the floor: what rests on the mattress."""
    widths, depths, heights = np.arange(40.0, 480.0, 20.0), np.arange(-60.0, 61.0, 20.0), np.arange(-240.0, 241.0, 40.0)
    y, z, x = np.meshgrid(depths, heights, -up_sign(side_up) * widths, indexing="ij")
    distance = patient.skin_distance_mm(np.stack([x, y, z], axis=-1).reshape(-1, 3)).reshape(-1, len(widths))
    inside = (distance < 0.0)[:, :-1]
    share = -distance[:, :-1] / np.maximum(distance[:, 1:] - distance[:, :-1], 1e-9)
    skin = np.where(inside, widths[:-1] + (widths[1] - widths[0]) * np.clip(share, 0.0, 1.0), 0.0)
    return float(skin.max())


def _table_distance_mm(points_mm: Array, up: float, top_mm: float) -> Array:
    """Signed distance of theatre points, shape (n, 3), from the table's cross-section; its top is so far below the origin."""
    below = -up * points_mm[:, 0] - top_mm
    height = np.maximum(-below, below - TABLE_THICKNESS_MM)
    side = np.abs(points_mm[:, 1]) - TABLE_HALF_WIDTH_MM
    return np.asarray(np.hypot(np.maximum(height, 0.0), np.maximum(side, 0.0)) + np.minimum(np.maximum(height, side), 0.0))
