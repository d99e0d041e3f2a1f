"""What the report screen shows beyond the report: pictures, and the needle over the true anatomy."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import cv2
import numpy as np

from game.frames import Array, Rigid, Side
from game.imaging import CArm, Exposure, render, settled
from game.patient import Patient
from game.view.stills import Grey
from game.view.theme import ACCENT, WARNING, Colour

CATHETER: Colour = (240, 244, 240)
SAC: Colour = (184, 166, 236)
"""Neither the needle's colour nor its point's, for any kind of colour blindness."""
FIELD_MM = 150.0
"""Least width of a picture; a needle that missed farther gets a wider one."""
FILLED = 0.85
"""How far out from the middle to the rim the needle may come, clear of the letters at the rim."""
OVER = 16
"""Fractions of a pixel that lines are drawn in."""
SAC_STEP_MM = 2.0
SAC_FINER = 8
ACROSS_MM = np.arange(-30.0, 30.1, SAC_STEP_MM)
ALONG_MM = np.arange(-130.0, 130.1, SAC_STEP_MM)


@dataclass(frozen=True, slots=True)
class Picture:
    """An exposure that was taken.

    Attributes:
        patient: Brings the patient as he lay then: a body for every picture would fill the memory.
        before: The earlier pulses of the same press.
    """

    tick: int
    exposure: Exposure
    patient: Callable[[], Patient]
    before: tuple[Exposure, ...] = ()


@dataclass(frozen=True, slots=True)
class Truth:
    """Where the needle came to lie.

    Attributes:
        patient: The true anatomy.
        track_mm: From the skin to the point, patient frame, shape (n, 3); empty without a needle.
        catheter_mm: The catheter, its tip first, patient frame, shape (n, 3); empty without one.
        middle_mm: The window that was meant, on the dura.
        side: Which side of the patient was up.
    """

    patient: Patient
    track_mm: Array
    middle_mm: tuple[float, float, float]
    side: Side
    catheter_mm: Array = field(default_factory=lambda: np.zeros((0, 3)))

    @property
    def views(self) -> tuple[tuple[str, float], tuple[str, float]]:
        """Name and orbit of the AP and of the lateral, turned as the radiographer turns them in the theatre."""
        return ("AP", 0.0), ("lateral", -90.0 if self.side == "right" else 90.0)


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
    return render(picture.exposure, picture.patient(), size_px, picture.before)


def framed(truth: Truth, orbit_deg: float) -> CArm:
    """Return the view that holds entry, point and window, however far the needle missed.

    The window stays in the middle: the brightness is that of the middle, and the air behind the back would darken the bones.
    """
    carm = CArm(orbit_deg=orbit_deg, isocentre_mm=truth.middle_mm, field_mm=FIELD_MM)
    reach = max(
        (float(np.hypot(u, v)) for u, v in carm.picture(np.concatenate([truth.track_mm.reshape(-1, 3), truth.catheter_mm]))), default=0.0
    )
    return replace(carm, field_mm=FIELD_MM * max(1.0, reach / FILLED))


def truth_picture(truth: Truth, orbit_deg: float, size_px: int, line_px: int) -> Grey:
    """Return a plain picture of the true anatomy with the sac and the needle drawn over it.

    Args:
        truth: Patient and needle.
        orbit_deg: 0 for AP, 90 or -90 for lateral.
        size_px: Side of the picture.
        line_px: Half the thickness of the needle.

    Returns:
        Colours, shape (size_px, size_px, 3) uint8.
    """
    carm = framed(truth, orbit_deg)
    technique = settled(carm, truth.patient, Rigid(), "spot")
    grey = render(Exposure(0, carm, Rigid(), technique, noise_seed=1), truth.patient, size_px)
    image = np.repeat((grey * 0.85).astype(np.uint8)[:, :, None], 3, axis=2)
    for outline in sac_outlines(truth, orbit_deg):
        _line(image, carm, outline, SAC, 0.75 * line_px)
    if len(truth.track_mm) > 1:
        _line(image, carm, truth.track_mm, ACCENT, 2.0 * line_px)
        _dot(image, carm, truth.track_mm[-1], WARNING, 2 * line_px)
    if len(truth.catheter_mm) > 1:
        _line(image, carm, truth.catheter_mm, CATHETER, 1.4 * line_px)
        _dot(image, carm, truth.catheter_mm[0], WARNING, 2 * line_px)
    return image


def sac_outlines(truth: Truth, orbit_deg: float) -> list[Array]:
    """Return the silhouette of the dural sac as a view sees it squarely, in the plane through the middle, patient frame mm."""
    seen, deep = (1, 0) if abs(orbit_deg) > 45.0 else (0, 1)
    nearest = np.min([_sac_slice(truth, seen, deep, depth_mm) for depth_mm in np.arange(-24.0, 24.1, SAC_STEP_MM)], axis=0)
    fine = cv2.resize(nearest.astype(np.float32), None, fx=SAC_FINER, fy=SAC_FINER, interpolation=cv2.INTER_CUBIC)
    contours, _ = cv2.findContours((fine < 0.0).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    return [_in_patient(truth, contour[:, 0, :].astype(np.float64), seen) for contour in contours if len(contour) > 4 * SAC_FINER]


def _sac_slice(truth: Truth, seen: int, deep: int, depth_mm: float) -> Array:
    """Return distances to the sac on one plane, shape (along, across)."""
    grid = np.zeros((len(ALONG_MM), len(ACROSS_MM), 3)) + np.asarray(truth.middle_mm)
    grid[..., seen] += ACROSS_MM[None, :]
    grid[..., 2] += ALONG_MM[:, None]
    grid[..., deep] += depth_mm
    return np.asarray(truth.patient.sac_distance_mm(grid.reshape(-1, 3))).reshape(grid.shape[:2])


def _in_patient(truth: Truth, places_px: Array, seen: int) -> Array:
    """Return places of the fine grid in the plane through the middle, shape (n, 3)."""
    coarse = (places_px + 0.5) / SAC_FINER - 0.5
    points: Array = np.zeros((len(coarse), 3)) + np.asarray(truth.middle_mm)
    points[:, seen] += ACROSS_MM[0] + coarse[:, 0] * SAC_STEP_MM
    points[:, 2] += ALONG_MM[0] + coarse[:, 1] * SAC_STEP_MM
    return points


def _pixels(carm: CArm, points_mm: Array, size_px: int) -> Array:
    seen = carm.picture(points_mm)
    return np.stack([(seen[..., 0] + 1.0) / 2.0 * size_px - 0.5, (1.0 - seen[..., 1]) / 2.0 * size_px - 0.5], axis=-1)


AA_PX = 2.4
"""OpenCV draws an antialiased line this much wider than it is told to (measured for thicknesses 3, 5, 7 and 9)."""


def _line(image: Grey, carm: CArm, points_mm: Array, colour: Colour, width_px: float) -> None:
    places = np.round(_pixels(carm, points_mm, image.shape[0]) * OVER).astype(np.int32)
    thickness = max(1, round(width_px - AA_PX))
    cv2.polylines(image, [places.reshape(-1, 1, 2)], False, colour, thickness, cv2.LINE_AA, 4)


def _dot(image: Grey, carm: CArm, point_mm: Array, colour: Colour, radius_px: int) -> None:
    place = np.round(_pixels(carm, np.asarray(point_mm), image.shape[0]) * OVER).astype(int)
    cv2.circle(image, (int(place[0]), int(place[1])), radius_px * OVER, colour, -1, cv2.LINE_AA, 4)
