"""Which question each picture answered, on the true geometry and by what could be made out on it.

A *look* is one press of the pedal, and each further two seconds of it, or one picture that was asked for. It may
answer where one is (`level`), whether the view is square (`midline`), how deep things are (`depth`), where the
needle's point runs (`tip`) or where the marker lies (`marker`). It answers nothing when what matters is not in
the field, cannot be made out, or has not changed since it was last seen. Fewer pictures are no aim: a picture that
answers is worth its dose.
"""

import dataclasses
import math
from dataclasses import dataclass, field
from typing import Literal

from game.clock import TICKS_PER_S
from game.frames import Rigid
from game.imaging import CArm, Exposure, readable_landmarks, view_quality
from game.imaging.dose import reference_kerma_ugy
from game.instruments.needle import tip_mm
from game.operation.theatre import Theatre
from game.patient import Patient, build_patient

Question = Literal["level", "midline", "depth", "tip", "marker"]
Blank = Literal["", "repeat", "off_target", "unreadable"]
View = Literal["ap", "lateral", "oblique"]
Place = tuple[float, float, float]

COUNTED_FROM = ("L5", "T12")  # the two landmarks of a count: the vertebra on the sacrum, the vertebra of the last rib
ROTATION_TARGET_MM, TILT_TARGET_DEG = 2.0, 3.0  # square view (expert judgement)

# What makes a further picture answer a new question (simulator tolerances)
LOOK_S = 2.0
SLACK_TICKS = 9  # a pulse later than its rate allows by more than this belongs to another press
STANDARD_DEG = 20.0  # of the beam in the patient: nearer to a true view than this it is one
TURN_DEG, SHIFT_MM = 1.0, 5.0  # of the arm
MARKER_MM = 2.0
TIP_MM, TIP_TURN_DEG = 3.0, 2.0
TRUER = 0.7  # a view is clearly truer when its worst error fell by a third
MADE_OUT = 2  # parts of the target vertebra that must be readable


@dataclass(frozen=True, slots=True)
class Scene:
    """What can change between pictures.

    Attributes:
        carm, pose: C-arm and patient, theatre frame.
        metal_mm: The marker, patient frame.
        tip_mm, heading: The needle's point and direction, patient frame; None while it is off the skin.
        depth_mm: Of the needle, path length; -1 while it is off the skin.
        holes: Of the dura.
        catheter_mm: Tip of the catheter once it is past the needle, patient frame.
    """

    carm: CArm
    pose: Rigid
    metal_mm: Place | None = None
    tip_mm: Place | None = None
    heading: Place | None = None
    depth_mm: float = -1.0
    holes: int = 0
    catheter_mm: Place | None = None


@dataclass
class Look:
    """One look, from its first pulse to its last.

    Attributes:
        first, last: Indices of its exposures; `first_tick`, `last_tick` their ticks.
        view: By the beam in the patient.
        scene: How things stood at the last pulse; `changed` whether they differ from the look before.
        kerma_ugy: Air kerma at the reference point, all its pulses.
        over: Whether the press has ended, so that the look has been judged.
        shown: What could be made out: target, a vertebra of the count, needle_tip, catheter_tip, metal.
        error: Worst of rotation and tilt of the target in units of what is square, at least 1; None while it is not in the field.
        answered: What it answered by itself; `used` what it was then used for.
        blank: Why it answered nothing.
    """

    first: int
    last: int
    first_tick: int
    last_tick: int
    view: View
    scene: Scene
    changed: bool
    kerma_ugy: float
    over: bool = False
    shown: tuple[str, ...] = ()
    error: float | None = None
    answered: tuple[Question, ...] = ()
    used: list[Question] = field(default_factory=list)
    blank: Blank = ""


def upper_vertebra(window: str) -> str:
    """Return the vertebra above a window, the target of every view: `L3` for `L3-4`."""
    return window.split("-")[0]


def lying(theatre: Theatre, exposure: int) -> Patient:
    """Return the patient as he lay when a picture was taken."""
    posture_deg = theatre.fluoroscope.postures_deg[exposure]
    if posture_deg == theatre.spec.hip_flexion_deg:
        return theatre.patient
    return build_patient(dataclasses.replace(theatre.spec, hip_flexion_deg=posture_deg), theatre.seed)


def is_lateral(carm: CArm, pose: Rigid) -> bool:
    """Say whether the beam runs across the body rather than through the back."""
    across = pose.inverse().turn(carm.axes()[2])
    return abs(float(across[0])) > math.sqrt(0.5)


def view_of(carm: CArm, pose: Rigid) -> View:
    """Return which standard view the beam through a patient is nearest to, or oblique."""
    across = abs(float(pose.inverse().turn(carm.axes()[2])[0]))
    turned_deg = math.degrees(math.asin(min(1.0, across)))
    if turned_deg <= STANDARD_DEG:
        return "ap"
    return "lateral" if turned_deg >= 90.0 - STANDARD_DEG else "oblique"


def watch(theatre: Theatre, looks: list[Look], seen: int, holes: int = 0, counting: bool = True) -> int:
    """Account for the pulses made since the last tick; return how many there are now.

    Args:
        theatre: Whose pictures.
        looks: Of the open step, oldest first; it grows.
        seen: Number of exposures that it accounts for.
        holes: Of the dura now.
        counting: Whether the level is still a question.
    """
    exposures = theatre.fluoroscope.exposures
    for index in range(seen, len(exposures)):
        _take(theatre, looks, index, holes, counting)
    if looks and not looks[-1].over and not theatre.fluoroscope.pedal:
        _close(theatre, looks, counting)
    return len(exposures)


def use(looks: list[Look], exposure: int, question: Question) -> None:
    """Note that a picture was used to settle a question; of looks at the same thing the first answered it."""
    at = next((k for k, look in enumerate(looks) if look.first <= exposure <= look.last), None)
    while at is not None and at > 0 and not looks[at].changed:
        at -= 1
    if at is not None and question not in looks[at].used:
        looks[at].used.append(question)


def answers(look: Look) -> tuple[Question, ...]:
    """Return the questions that a look answered; use makes no answer of a picture that shows nothing."""
    return tuple(dict.fromkeys((*look.answered, *(look.used if look.shown or not look.over else ()))))


def informative_share(looks: list[Look]) -> float | None:
    """Return the share of the dose that went into pictures that answered a question; None before any picture."""
    spent = math.fsum(look.kerma_ugy for look in looks)
    told = math.fsum(look.kerma_ugy for look in looks if answers(look) or not look.over)
    return told / spent if spent > 0.0 else None


def in_words(look: Look, target: str) -> str:
    """Return what a look told, for the timeline: its view and the questions answered, or why none was."""
    name = {"ap": "AP", "lateral": "lateral", "oblique": "oblique"}[look.view]
    told = ", ".join(answers(look))
    why = {"off_target": f"{target} not on it", "unreadable": "too noisy to read"}.get(look.blank, "nothing new")
    return f"{name}: {told or why}"


def _take(theatre: Theatre, looks: list[Look], index: int, holes: int, counting: bool) -> None:
    """Add a pulse to the look that goes on, or begin another."""
    exposure = theatre.fluoroscope.exposures[index]
    scene, view = _scene(theatre, exposure, holes), view_of(exposure.carm, exposure.pose)
    kerma_ugy = reference_kerma_ugy(exposure)
    last = looks[-1] if looks else None
    if last is not None and _goes_on(last, exposure, view):
        before = looks[-2] if len(looks) > 1 else None
        last.last, last.last_tick, last.scene = index, exposure.tick, scene
        last.kerma_ugy += kerma_ugy
        last.changed = before is None or differs(before.scene, scene)
        return
    if last is not None and not last.over:
        _close(theatre, looks, counting)
    changed = last is None or differs(last.scene, scene)
    looks.append(Look(index, index, exposure.tick, exposure.tick, view, scene, changed, kerma_ugy))


def _goes_on(last: Look, exposure: Exposure, view: View) -> bool:
    pause_ticks = TICKS_PER_S // exposure.technique.pulses_per_s + SLACK_TICKS
    held = exposure.tick - last.last_tick <= pause_ticks and exposure.tick - last.first_tick < LOOK_S * TICKS_PER_S
    return held and not last.over and view == last.view


def _scene(theatre: Theatre, exposure: Exposure, holes: int) -> Scene:
    metal_mm = next((mark.patient_mm for mark in theatre.marks if mark.kind == "metal"), None)
    needle, catheter = theatre.needle, theatre.implant.catheter
    catheter_mm = catheter.canal_mm[0] if catheter is not None and catheter.canal_mm else None
    if needle is None or needle.entry_mm is None:
        return Scene(exposure.carm, exposure.pose, metal_mm, holes=holes, catheter_mm=catheter_mm)
    return Scene(exposure.carm, exposure.pose, metal_mm, tip_mm(needle), needle.heading, needle.depth_mm, holes, catheter_mm)


def _close(theatre: Theatre, looks: list[Look], counting: bool) -> None:
    """Judge the last look by its last picture."""
    look, before = looks[-1], looks[:-1]
    exposure, patient = theatre.fluoroscope.exposures[look.last], lying(theatre, look.last)
    target = upper_vertebra(theatre.plan.window)
    look.error = _error(exposure, patient, target)
    look.shown = made_out({landmark.name for landmark in readable_landmarks(exposure, patient)}, target, look.error is not None)
    look.answered = questions(look, before, counting)
    look.blank = _blank(look)
    look.over = True


def _error(exposure: Exposure, patient: Patient, level: str) -> float | None:
    quality = view_quality(exposure, patient, level)
    if not quality.in_field:
        return None
    return max(1.0, abs(quality.rotation_mm) / ROTATION_TARGET_MM, abs(quality.tilt_deg) / TILT_TARGET_DEG)


def made_out(names: set[str], target: str, in_field: bool) -> tuple[str, ...]:
    """Return what matters of the landmarks that could be made out: target, a vertebra of the count, needle_tip, catheter_tip, metal."""
    counted = [level for level in COUNTED_FROM if any(f"{level}.pedicle_{side}" in names for side in ("left", "right"))]
    whole = in_field and sum(name.startswith(f"{target}.") for name in names) >= MADE_OUT
    return (*(("target",) if whole else ()), *counted, *(name for name in ("needle_tip", "catheter_tip", "metal") if name in names))


def questions(look: Look, before: list[Look], counting: bool = True) -> tuple[Question, ...]:
    """Return what a look answers that no look before it did.

    Args:
        look: With `shown` and `error`.
        before: Looks of the same step, oldest first.
        counting: Whether the level is still a question.
    """
    same = [other for other in before if other.view == look.view]
    found: list[Question] = []
    if counting and any(level in look.shown and not any(level in other.shown for other in before) for level in COUNTED_FROM):
        found.append("level")
    if "target" in look.shown and _squarer(look, same):
        found.append("depth" if look.view == "lateral" else "midline")
    if "needle_tip" in look.shown and _news(look, same, "needle_tip"):
        found.append("depth" if look.view == "lateral" else "tip")
    if "catheter_tip" in look.shown and _news(look, same, "catheter_tip"):
        found.append("depth" if look.view == "lateral" else "tip")
    if "metal" in look.shown and _news(look, same, "metal"):
        found.append("marker")
    return tuple(dict.fromkeys(found))


def _squarer(look: Look, same: list[Look]) -> bool:
    """Say whether the target is seen for the first time in this view as the patient lies, or clearly truer than the last time."""
    known = [other for other in same if "target" in other.shown and other.scene.pose == look.scene.pose]
    if not known or known[-1].error is None or look.error is None:
        return True
    return look.error < TRUER * known[-1].error or (look.error == 1.0 and known[-1].error > 1.0)


def _news(look: Look, same: list[Look], part: Literal["needle_tip", "catheter_tip", "metal"]) -> bool:
    """Say whether needle, catheter or marker has moved since it was last made out in this view."""
    known = [other for other in same if part in other.shown]
    if not known:
        return True
    old, new = known[-1].scene, look.scene
    if part == "catheter_tip":
        return _moved(old.catheter_mm, new.catheter_mm, TIP_MM)
    return _needle_moved(old, new) if part == "needle_tip" else _moved(old.metal_mm, new.metal_mm, MARKER_MM)


def _needle_moved(old: Scene, new: Scene) -> bool:
    if old.holes != new.holes or _moved(old.tip_mm, new.tip_mm, TIP_MM):
        return True
    if old.heading is None or new.heading is None:
        return old.heading is not new.heading
    cosine = min(1.0, sum(a * b for a, b in zip(old.heading, new.heading, strict=True)))
    return math.degrees(math.acos(cosine)) > TIP_TURN_DEG


def _moved(old: Place | None, new: Place | None, least_mm: float) -> bool:
    if old is None or new is None:
        return old is not new
    return math.dist(old, new) >= least_mm


def differs(old: Scene, new: Scene) -> bool:
    """Say whether arm, patient, marker, needle or catheter stand otherwise than at another look."""
    turned = max(abs(old.carm.orbit_deg - new.carm.orbit_deg), abs(old.carm.tilt_deg - new.carm.tilt_deg)) >= TURN_DEG
    arm = turned or math.dist(old.carm.isocentre_mm, new.carm.isocentre_mm) >= SHIFT_MM
    things = _moved(old.metal_mm, new.metal_mm, MARKER_MM) or _moved(old.catheter_mm, new.catheter_mm, TIP_MM) or _needle_moved(old, new)
    return arm or old.pose != new.pose or things


def _blank(look: Look) -> Blank:
    if look.answered:
        return ""
    if not look.shown:
        return "unreadable" if look.error is not None else "off_target"
    return "repeat"
