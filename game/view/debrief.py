"""What the report screen shows beyond the report: pictures, and the needle over the true anatomy."""

from dataclasses import dataclass

import cv2
import numpy as np

from game.frames import Array, Rigid
from game.imaging import CArm, Exposure, render, settled
from game.patient import Patient
from game.view.stills import Grey
from game.view.theme import ACCENT, WARNING, Colour

SAC: Colour = (184, 166, 236)
"""Neither the needle's colour nor its point's, for any kind of colour blindness."""
FIELD_MM = 150.0
OVER = 16
"""Fractions of a pixel that lines are drawn in."""
SAC_STEP_MM = 1.0


@dataclass(frozen=True, slots=True)
class Picture:
    """An exposure that was taken, and the patient as he lay then."""

    tick: int
    exposure: Exposure
    patient: Patient


@dataclass(frozen=True, slots=True)
class Truth:
    """Where the needle came to lie.

    Attributes:
        patient: The true anatomy.
        track_mm: From the skin to the point, patient frame, shape (n, 3); empty without a needle.
        middle_mm: What the pictures are centred on.
    """

    patient: Patient
    track_mm: Array
    middle_mm: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Debrief:
    """Pictures and truth of one case.

    Attributes:
        pictures: In the order of time; the ones of one press of the pedal only once.
        truth: None where there is nothing to show.
    """

    pictures: tuple[Picture, ...] = ()
    truth: Truth | None = None


def picture_of(picture: Picture, size_px: int) -> Grey:
    """Return an exposure as it was seen, shape (size_px, size_px)."""
    return render(picture.exposure, picture.patient, size_px)


def truth_picture(truth: Truth, orbit_deg: float, size_px: int, line_px: int) -> Grey:
    """Return a plain picture of the true anatomy with the sac and the needle drawn over it.

    Args:
        truth: Patient and needle.
        orbit_deg: 0 for AP, 90 for lateral.
        size_px: Side of the picture.
        line_px: Thickness of the needle.

    Returns:
        Colours, shape (size_px, size_px, 3) uint8.
    """
    carm = CArm(orbit_deg=orbit_deg, isocentre_mm=truth.middle_mm, field_mm=FIELD_MM)
    technique = settled(carm, truth.patient, Rigid(), "normal")
    grey = render(Exposure(0, carm, Rigid(), technique, noise_seed=1), truth.patient, size_px)
    image = np.repeat((grey * 0.85).astype(np.uint8)[:, :, None], 3, axis=2)
    for outline in sac_outlines(truth, orbit_deg):
        _line(image, carm, outline, SAC, max(1, line_px // 2))
    if len(truth.track_mm) > 1:
        _line(image, carm, truth.track_mm, ACCENT, line_px)
        _dot(image, carm, truth.track_mm[-1], WARNING, 2 * line_px)
    return image


def sac_outlines(truth: Truth, orbit_deg: float) -> list[Array]:
    """Return the edges of the dural sac in the plane through the middle that a view looks at squarely, patient frame mm."""
    lateral = abs(orbit_deg) > 45.0
    across = np.arange(-30.0, 30.0 + SAC_STEP_MM, SAC_STEP_MM)
    along = np.arange(-90.0, 90.0 + SAC_STEP_MM, SAC_STEP_MM)
    grid = np.zeros((len(along), len(across), 3)) + np.asarray(truth.middle_mm)
    grid[..., 1 if lateral else 0] += across[None, :]
    grid[..., 2] += along[:, None]
    inside = truth.patient.sac_distance_mm(grid.reshape(-1, 3)).reshape(grid.shape[:2]) < 0.0
    contours, _ = cv2.findContours(inside.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    return [grid[contour[:, 0, 1], contour[:, 0, 0]] for contour in contours if len(contour) > 4]


def _pixels(carm: CArm, points_mm: Array, size_px: int) -> Array:
    seen = carm.picture(points_mm)
    return np.stack([(seen[..., 0] + 1.0) / 2.0 * size_px - 0.5, (1.0 - seen[..., 1]) / 2.0 * size_px - 0.5], axis=-1)


def _line(image: Grey, carm: CArm, points_mm: Array, colour: Colour, line_px: int) -> None:
    places = np.round(_pixels(carm, points_mm, image.shape[0]) * OVER).astype(np.int32)
    cv2.polylines(image, [places.reshape(-1, 1, 2)], False, colour, line_px, cv2.LINE_AA, 4)


def _dot(image: Grey, carm: CArm, point_mm: Array, colour: Colour, radius_px: int) -> None:
    place = np.round(_pixels(carm, np.asarray(point_mm), image.shape[0]) * OVER).astype(int)
    cv2.circle(image, (int(place[0]), int(place[1])), radius_px * OVER, colour, -1, cv2.LINE_AA, 4)
