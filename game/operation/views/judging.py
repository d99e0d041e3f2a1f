"""How true a picture is as the view that was asked for, and which way the arm should have gone."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from game.frames import Array, Side
from game.imaging import Exposure, disc_quality, oblique_quality, view_quality
from game.imaging.quality import DiscQuality, ObliqueQuality, ViewQuality, level_at
from game.operation.views.state import Judged
from game.operation.views.tasks import ContralateralOblique, CountTo, TrueAp, TrueLateral, ViewTask
from game.patient import Patient

ROTATION_DEG, TILT_DEG, OBLIQUE_DEG = 3.0, 3.0, 4.0  # a view that nobody would correct (expert judgement)
CENTRED_MM = 10.0  # the same of its centring (expert judgement)
OTHER_VIEW_DEG = 45.0  # turned further, it is another view altogether
PROBE_DEG = 0.5  # how far the arm is turned to learn which way is better

Part = Literal["orbit", "tilt", "along", "across"]


@dataclass(frozen=True, slots=True)
class Correction:
    """A motion of the C-arm that would have made a view true.

    Attributes:
        part: `orbit` and `tilt` in degrees as in `CArm`, `along` and `across` in mm on the picture, up and right.
        by: How far, with its sign.
    """

    part: Part
    by: float


def judge(exposure: Exposure, patient: Patient, task: ViewTask, pointed: str = "") -> Judged:
    """Return how true a picture is as a view.

    Args:
        exposure: The picture.
        patient: As he lay in it.
        task: What was asked for.
        pointed: For `count-to`, the vertebra that was pointed at.
    """
    match task:
        case CountTo():
            return Judged(level=pointed, level_right=pointed == task.level, in_field=bool(pointed))
        case ContralateralOblique():
            return _judge_window(exposure, patient, task)
        case TrueLateral() if "-" in task.level:
            return _judge_disc(exposure, patient, task.level)
        case TrueLateral() | TrueAp():
            return _judge_vertebra(exposure, patient, task)


def _judge_vertebra(exposure: Exposure, patient: Patient, task: TrueAp | TrueLateral) -> Judged:
    seen = view_quality(exposure, patient, task.level, "ap" if isinstance(task, TrueAp) else "lateral")
    middle = level_at(exposure, patient, 0.0, 0.0)
    return _judged(middle, task.level, seen, rotation_deg=seen.rotation_deg, rotation_mm=seen.rotation_mm)


def _judge_disc(exposure: Exposure, patient: Patient, space: str) -> Judged:
    seen, middle = disc_quality(exposure, patient, space), _nearest_space(exposure, patient, "disc")
    return _judged(middle, space, seen, rotation_deg=seen.rotation_deg)


def _judge_window(exposure: Exposure, patient: Patient, task: ContralateralOblique) -> Judged:
    seen, middle = oblique_quality(exposure, patient, task.level, task.side), _nearest_space(exposure, patient, "window")
    return _judged(middle, task.level, seen, oblique_deg=seen.angle_deg)


def _judged(
    middle: str,
    asked: str,
    seen: ViewQuality | DiscQuality | ObliqueQuality,
    rotation_deg: float | None = None,
    rotation_mm: float | None = None,
    oblique_deg: float | None = None,
) -> Judged:
    """Return the judgement of a picture by what is in its middle; errors are told only of what lies in the field."""
    judged = Judged(level=middle, level_right=middle == asked, in_field=seen.in_field)
    if not seen.in_field:
        return judged
    return replace(
        judged,
        level_right=judged.level_right and not another_view(rotation_deg, oblique_deg),
        rotation_deg=rotation_deg,
        rotation_mm=rotation_mm,
        tilt_deg=seen.tilt_deg,
        oblique_deg=oblique_deg,
        centring_mm=seen.centring_mm,
    )


def another_view(rotation_deg: float | None, oblique_deg: float | None) -> bool:
    """Say whether a picture is turned so far that it is not the kind of view that was asked for."""
    return max(abs(rotation_deg or 0.0), abs(oblique_deg or 0.0)) > OTHER_VIEW_DEG


def _nearest_space(exposure: Exposure, patient: Patient, kind: str) -> str:
    """Return the disc or window nearest to the middle of a picture."""
    names = [name.removeprefix(f"{kind}.") for name in patient.landmarks if name.startswith(f"{kind}.")]
    places = exposure.carm.picture(exposure.pose.apply(np.stack([patient.landmarks[f"{kind}.{name}"] for name in names])))
    return names[int(np.argmin(np.hypot(places[:, 0], places[:, 1])))]


def errors_of(judged: Judged) -> tuple[float, ...]:
    """Return turn, tilt and centring in units of their targets, signed; nothing while what was asked for is not in the field."""
    if not judged.in_field:
        return ()
    turned = (judged.rotation_deg or 0.0) / ROTATION_DEG or (judged.oblique_deg or 0.0) / OBLIQUE_DEG
    return turned, (judged.tilt_deg or 0.0) / TILT_DEG, (judged.centring_mm or 0.0) / CENTRED_MM


def corrections(exposure: Exposure, patient: Patient, task: ViewTask, side_up: Side | None = None) -> tuple[Correction, ...]:
    """Return the motions of the C-arm that would have made a view true; nothing where none is needed.

    They come in the order in which an arm is set: the right kind of view, then its level in the middle, because a
    vertebra beside the middle of the cone looks turned and tilted by that alone.

    Args:
        exposure: The picture.
        patient: As he lay in it.
        task: What was asked for.
        side_up: Which side of the patient is up, for a turn that the arm can make; None where that is not known.
    """
    judged = judge(exposure, patient, task)
    if isinstance(task, CountTo) or not judged.in_field:
        return ()
    turned = _undoing(exposure, "orbit_deg", lambda seen: _turn_error(judge(seen, patient, task)))
    if side_up is not None and exposure.carm.out_of_orbit(side_up, exposure.carm.orbit_deg + turned):
        turned -= math.copysign(180.0, turned)  # a lateral from the other side
    tilted = _undoing(exposure, "tilt_deg", lambda seen: judge(seen, patient, task).tilt_deg or 0.0)
    u, v = (float(part) * exposure.carm.field_mm / 2.0 for part in exposure.carm.picture(exposure.pose.apply(_middle(patient, task))))
    sizes = {
        Correction("along", v): abs(v) / CENTRED_MM,
        Correction("across", u): abs(u) / CENTRED_MM,
        Correction("orbit", turned): abs(turned) / ROTATION_DEG,
        Correction("tilt", tilted): abs(tilted) / TILT_DEG,
    }
    wanted = [correction for correction, size in sizes.items() if size > 1.0]
    kind_first = another_view(judged.rotation_deg, judged.oblique_deg)
    return tuple(sorted(wanted, key=lambda correction: not (kind_first and correction.part == "orbit")))


def _turn_error(judged: Judged) -> float:
    return judged.oblique_deg if judged.oblique_deg is not None else judged.rotation_deg or 0.0


def _undoing(exposure: Exposure, angle: str, error: Callable[[Exposure], float]) -> float:
    """Return the change of one of the arm's angles that brings an error to 0, from its slope."""
    here = getattr(exposure.carm, angle)
    less, more = (replace(exposure.carm, **{angle: here + by}) for by in (-PROBE_DEG, PROBE_DEG))
    slope = (error(replace(exposure, carm=more)) - error(replace(exposure, carm=less))) / (2.0 * PROBE_DEG)
    return -error(exposure) / slope if abs(slope) > 0.2 else 0.0


def _middle(patient: Patient, task: ViewTask) -> Array:
    """Return the point that belongs in the middle of the picture, patient frame."""
    if isinstance(task, ContralateralOblique):
        return patient.landmarks[f"window.{task.level}"]
    return patient.landmarks[f"disc.{task.level}" if "-" in task.level else f"{task.level}.body"]
