"""Stills for handouts: the C-arm where it is wanted, a needle and a catheter as they would lie, one press of the pedal."""

import dataclasses
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from game.frames import Array, Rigid, Side
from game.imaging.body import Body
from game.imaging.carm import Blades, CArm, up_sign
from game.imaging.exposure import Exposure
from game.imaging.quality import levels_of, view_quality
from game.imaging.render import Renderer
from game.imaging.technique import SPOT, settled
from game.imaging.tube import Tube
from game.patient import Patient

ORBITS_DEG = {"ap": 0.0, "lateral": 90.0, "oblique": 45.0}  # away from the floor; 45 to 50 show an interlaminar window in profile
BEHIND_BODY_MM = 25.0  # the canal, so that skin and front of the body both lie in the field
HELD_PULSES = 8  # a second of fluoroscopy: the recursive filter has come to rest
NEEDLE_DEG = 40.0  # to the skin, as a paramedian needle is set
OFFSET_MM = 15.0  # of the entry from the midline
CATHETER_MM = (1.2, 0.53)  # outer and inner diameter of an intrathecal catheter
WIRE_MM = 0.3  # diameter of the guide-wire in it
PIECE_MM = 4.0  # between the points of a drawn catheter
SMOOTH = 5  # points over which its course is averaged: it does not kink at each level
OPEN = Blades()
IN_SAC_MM = 6.0  # along the needle from the back wall of the sac to its tip: 3 to 8 are wanted
VENTRAL_MM = 4.0  # a catheter lies that far in front of the back wall of the sac (expert judgement)


@dataclass(frozen=True, slots=True)
class Setting:
    """How one still is taken; frames as of `CArm`, the patient lies perfectly.

    Attributes:
        view: ap, lateral or oblique: where the arm stands unless angles are given.
        level: Vertebra in the middle.
        side_up: Which side of the patient is up.
        orbit_deg, tilt_deg: In the place of the view's; None keeps those.
        along_mm, across_mm, lift_mm: Added to the isocentre: to the head, to the back, away from the floor.
        field_mm: Width of the field.
        blades: The collimator.
        mode: low, normal, boost or spot.
    """

    view: str = "ap"
    level: str = "L3"
    side_up: Side = "right"
    orbit_deg: float | None = None
    tilt_deg: float | None = None
    along_mm: float = 0.0
    across_mm: float = 0.0
    lift_mm: float = 0.0
    field_mm: float = 230.0
    blades: Blades = OPEN
    mode: str = "normal"


def standing(view: str, patient: Body, level: str, side_up: Side) -> CArm:
    """Return where the C-arm stands for a true view of a level, patient frame.

    Args:
        view: ap, lateral (tube under the table) or oblique.
        patient: Who lies there.
        level: Vertebra in the middle of the picture, such as `L3`.
        side_up: Which side of the patient is up.

    Raises:
        ValueError: If there is no such view or no such vertebra.
    """
    if view not in ORBITS_DEG:
        raise ValueError(f"view is '{view}', must be one of {', '.join(ORBITS_DEG)}")
    if level not in levels_of(patient):
        raise ValueError(f"level is '{level}', must be one of {', '.join(levels_of(patient))}")
    orbit_deg = up_sign(side_up) * ORBITS_DEG[view]
    x, y, z = (float(value) for value in patient.landmarks[f"{level}.body"])
    carm = CArm(orbit_deg, 0.0, (x, y + BEHIND_BODY_MM, z))
    for _ in range(3):
        quality = view_quality(exposure_at(carm, patient), patient, level)
        carm = CArm(orbit_deg, round(carm.tilt_deg - quality.tilt_deg, 2), carm.isocentre_mm)
    return carm


def stand(setting: Setting, patient: Patient) -> CArm:
    """Return where the C-arm stands.

    Raises:
        ValueError: If there is no such view or vertebra.
    """
    carm = standing(setting.view, patient, setting.level, setting.side_up)
    x, y, z = carm.isocentre_mm
    return dataclasses.replace(
        carm,
        orbit_deg=carm.orbit_deg if setting.orbit_deg is None else setting.orbit_deg,
        tilt_deg=carm.tilt_deg if setting.tilt_deg is None else setting.tilt_deg,
        isocentre_mm=(x + up_sign(setting.side_up) * setting.lift_mm, y + setting.across_mm, z + setting.along_mm),
        field_mm=setting.field_mm,
        blades=setting.blades,
    )


def exposure_at(carm: CArm, patient: Body, tubes: tuple[Tube, ...] = (), mode: str = "normal", noise_seed: int = 0) -> Exposure:
    """Return a settled pulse of a patient who lies perfectly: patient frame and theatre frame are one."""
    return Exposure(0, carm, Rigid(), settled(carm, patient, Rigid(), mode), tubes, noise_seed=noise_seed)


def exposure_of(setting: Setting, patient: Patient, tubes: tuple[Tube, ...] = ()) -> Exposure:
    """Return the last pulse of a press of the pedal, or the spot picture."""
    return exposure_at(stand(setting, patient), patient, tubes, setting.mode, noise_seed=patient.seed)


def held(exposure: Exposure) -> tuple[Exposure, ...]:
    """Return the pulses of a press of the pedal that ends with a pulse, all still, each with grain of its own."""
    earlier = range(HELD_PULSES - 1, 0, -1)
    return (*(dataclasses.replace(exposure, noise_seed=exposure.noise_seed + number) for number in earlier), exposure)


def still(exposure: Exposure, patient: Patient, size: int) -> NDArray[np.uint8]:
    """Return the last image hold of a press that ends with an exposure, or one spot picture, shape (size, size)."""
    press = (exposure,) if exposure.technique.mode == SPOT else held(exposure)
    return Renderer(patient, size).render(exposure, press[:-1])


@dataclass(frozen=True, slots=True)
class Way:
    """The straight way of a needle, patient frame: where it goes in, which way, and how far the sac is.

    Attributes:
        entry_mm: On the skin, shape (3,).
        heading: Unit direction, shape (3,).
        reach_mm: From the entry to the back wall of the sac at the window.
    """

    entry_mm: Array
    heading: Array
    reach_mm: float


def needle_way(patient: Patient, window: str, side: Side) -> Way:
    """Return the way of a paramedian needle at 40 degrees to the sac at a window.

    Args:
        patient: Who lies there.
        window: Such as `L3-4`.
        side: Side of the midline on which it goes in.

    Raises:
        ValueError: If there is no such window, or no skin above it.
    """
    target = _sac_at(patient, window)
    above = _skin_behind(patient, target)
    run_mm = float(above[1] - target[1]) / math.tan(math.radians(NEEDLE_DEG))
    aside_mm = OFFSET_MM if side == "left" else -OFFSET_MM
    entry = _skin_behind(patient, target + np.array([aside_mm, 0.0, -run_mm]))
    way = target - entry
    reach_mm = math.sqrt(float(way @ way))
    return Way(entry, way / reach_mm, reach_mm)


def _sac_at(patient: Patient, window: str) -> Array:
    found = patient.landmarks.get(f"sac.{window}")
    if found is None:
        known = ", ".join(name.removeprefix("sac.") for name in patient.landmarks if name.startswith("sac."))
        raise ValueError(f"window is '{window}', must be one of {known}")
    return found


def _skin_behind(patient: Patient, place_mm: Array) -> Array:
    found = patient.skin_hit_mm(place_mm + np.array([0.0, 400.0, 0.0]), np.array([0.0, -1.0, 0.0]))
    if found is None:
        raise ValueError("there is no skin behind that place")
    return found


def needle_tubes(way: Way, depth_mm: float, length_mm: float, outer_mm: float, bore_mm: float, stylet: bool) -> tuple[Tube, ...]:
    """Return a steel needle that lies on its way, and its stylet.

    Args:
        way: From `needle_way`.
        depth_mm: From the skin to the tip, along the needle.
        length_mm: Of the shaft.
        outer_mm: Of the shaft.
        bore_mm: Of the shaft.
        stylet: Whether the stylet is in.

    Raises:
        ValueError: If the needle is shorter than that.
    """
    if not 0.0 <= depth_mm <= length_mm:
        raise ValueError(f"depth is {depth_mm:.0f} mm, must be 0 to {length_mm:.0f} mm, the length of the needle")
    ends = (way.entry_mm + (depth_mm - length_mm) * way.heading, way.entry_mm + depth_mm * way.heading)
    shaft = Tube(_points(ends), outer_mm / 2.0, "steel", bore_mm=bore_mm / 2.0)
    return (shaft, Tube(shaft.points_mm, bore_mm / 2.0 - 0.05, "steel")) if stylet else (shaft,)


def catheter_tubes(patient: Patient, way: Way, window: str, level: str, wire: bool) -> tuple[Tube, ...]:
    """Return a barium-loaded catheter from the skin along a needle's way into the sac and up to a vertebra, and its wire.

    Raises:
        ValueError: If there is no such vertebra, or it does not lie above the window.
    """
    start = _sac_at(patient, window)
    tip = patient.landmarks.get(f"{level}.body")
    if tip is None or tip[2] <= start[2] + 10.0:
        higher = [name.removesuffix(".body") for name in patient.landmarks if name.endswith(".body")]
        known = ", ".join(name for name in higher if patient.landmarks[f"{name}.body"][2] > start[2] + 10.0)
        raise ValueError(f"catheter tip is '{level}', must be a vertebra above the window {window}: {known}")
    course = np.array(sorted((point for name, point in patient.landmarks.items() if name.startswith("sac.")), key=lambda point: point[2]))
    height = np.linspace(start[2], tip[2], max(3, round(float(tip[2] - start[2]) / PIECE_MM)))
    inside = np.stack([*(np.interp(height, course[:, 2], course[:, axis]) for axis in (0, 1)), height], axis=1)
    inside[1:, 1] -= VENTRAL_MM * np.minimum(np.arange(1, len(height)) / SMOOTH, 1.0)
    points = _points([way.entry_mm - 30.0 * way.heading, way.entry_mm, *_smoothed(inside)])
    outer_mm, inner_mm = CATHETER_MM
    tube = Tube(points, outer_mm / 2.0, "polyurethane_barium", bore_mm=inner_mm / 2.0)
    return (tube, Tube(points, WIRE_MM / 2.0, "steel")) if wire else (tube,)


def _smoothed(points: Array) -> Array:
    """Return points averaged with their neighbours; both ends stay."""
    half = SMOOTH // 2
    padded = np.concatenate([np.repeat(points[:1], half, axis=0), points, np.repeat(points[-1:], half, axis=0)])
    mean = np.mean([padded[k : k + len(points)] for k in range(SMOOTH)], axis=0)
    mean[0], mean[-1] = points[0], points[-1]
    return np.asarray(mean)


def _points(places: "tuple[Array, ...] | list[Array]") -> tuple[tuple[float, float, float], ...]:
    return tuple((float(place[0]), float(place[1]), float(place[2])) for place in places)
