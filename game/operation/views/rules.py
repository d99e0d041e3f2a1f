"""The standard views: each is asked for, looked for, and shown with "this is it"."""

import numpy as np

from game.base import Action, Event
from game.clock import seconds
from game.frames import FieldCamera, Rigid, rotation_about
from game.imaging import CArm, Exposure, settled
from game.operation.actions import Say
from game.operation.events import Sounded
from game.operation.naming import named_on_held, refuse_naming
from game.operation.positioning.actions import NameLevel
from game.operation.positioning.events import LevelNamed
from game.operation.positioning.rules import CAMERA_CENTRE_MM, CAMERA_ELEVATION_DEG, CAMERA_WIDTH_MM
from game.operation.steps import StepRules
from game.operation.theatre import Theatre
from game.operation.views.actions import Present
from game.operation.views.events import ViewPresented, told
from game.operation.views.judging import another_view, errors_of, judge
from game.operation.views.looks import watch
from game.operation.views.measures import measures
from game.operation.views.sight import ViewsSight
from game.operation.views.state import Judged, Presented, Views
from game.operation.views.tasks import CountTo, TrueAp, ViewTask, task_title

LEFT_DEG = {"roll": (3.0, 6.0), "skew": (3.0, 7.0), "sag": (1.0, 4.0)}
"""How a trunk lies, either way: rolled about its length, askew on the table, sagging to the mattress (expert judgement)."""
LEFT_SHIFT_MM = 4.0
PARKED_TURN_DEG = (4.0, 9.0)  # off the AP, either way, as wheeled in (expert judgement)
PARKED_TILT_DEG = (4.0, 9.0)
PARKED_ALONG_MM = (25.0, 55.0)


def start(theatre: Theatre) -> Views:
    """Lay the patient as patients lie, with the C-arm wheeled in for an AP, not square and not at the level."""
    chance = theatre.chance("views")
    roll_deg, skew_deg, sag_deg = (_either_way(chance, span) for span in LEFT_DEG.values())
    shift = chance.normal(0.0, LEFT_SHIFT_MM, size=3)
    theatre.patient_pose = _lying(roll_deg, skew_deg, sag_deg, (float(shift[0]), float(shift[1]), float(shift[2])))
    theatre.fluoroscope.carm = _parked(chance)
    while _square(theatre):
        theatre.fluoroscope.carm = _parked(chance)
    theatre.camera = FieldCamera(theatre.plan.side, CAMERA_ELEVATION_DEG, CAMERA_CENTRE_MM, CAMERA_WIDTH_MM)
    theatre.hand.x_mm = theatre.hand.y_mm = 0.0
    made = len(theatre.fluoroscope.exposures)
    return Views(begun_tick=theatre.tick, seen=made, asked_from=made)


def _parked(chance: np.random.Generator) -> CArm:
    turn_deg, tilt_deg, along_mm = (_either_way(chance, span) for span in (PARKED_TURN_DEG, PARKED_TILT_DEG, PARKED_ALONG_MM))
    across_mm, lift_mm = (float(value) for value in chance.normal(0.0, 8.0, size=2))
    return CArm(turn_deg, tilt_deg, (lift_mm, across_mm, along_mm))


def _square(theatre: Theatre) -> bool:
    """Say whether the arm stands square to the first vertebra that is asked for, so that nothing would be left but to centre it."""
    task, carm = next(iter(theatre.plan.views), None), theatre.fluoroscope.carm
    if not isinstance(task, TrueAp):
        return False
    technique = settled(carm, theatre.patient, theatre.patient_pose, theatre.fluoroscope.mode)
    there = Exposure(theatre.tick, carm, theatre.patient_pose, technique)
    turned, tilted, *_ = errors_of(judge(there, theatre.patient, task)) or (1.0, 1.0)
    return abs(turned) < 1.0 and abs(tilted) < 1.0


def _either_way(chance: np.random.Generator, span: tuple[float, float]) -> float:
    return float(chance.uniform(*span)) * (1.0 if chance.random() < 0.5 else -1.0)


def _lying(roll_deg: float, skew_deg: float, sag_deg: float, shift_mm: tuple[float, float, float]) -> Rigid:
    """Return patient to theatre for a trunk that is turned about its length, about the vertical and about the line across the table."""
    turn = rotation_about("y", sag_deg) @ rotation_about("x", skew_deg) @ rotation_about("z", roll_deg)
    return Rigid(tuple((float(row[0]), float(row[1]), float(row[2])) for row in turn), shift_mm)


def asked(theatre: Theatre, state: Views) -> ViewTask | None:
    """Return the view that is asked for now, None when all were shown."""
    number = len(state.presented)
    return theatre.plan.views[number] if number < len(theatre.plan.views) else None


def refuse(theatre: Theatre, state: Views, action: Action) -> str | None:
    """Say why an action is not possible now, or None."""
    match action:
        case NameLevel(level, u, v):
            return refuse_naming(theatre, level, u, v)
        case Present():
            return _refuse_present(theatre, state)
        case Say("ask_level"):
            return "Here you count; the radiographer will not do it for you."
        case _:
            return None


def _refuse_present(theatre: Theatre, state: Views) -> str | None:
    task = asked(theatre, state)
    if task is None:
        return "All views have been shown."
    if theatre.fluoroscope.pedal:
        return "Lift the pedal first, then say which picture it is."
    last = len(theatre.fluoroscope.exposures) - 1
    if last < state.asked_from:
        return "No picture has been taken for this view yet."
    if isinstance(task, CountTo) and _pointed(state, task, last) is None:
        return f"Point at {task.level} on this picture and name it first."
    return None


def _pointed(state: Views, task: CountTo, exposure: int) -> str | None:
    """Return the vertebra last pointed at as the level asked for, on the held picture; "" past them all, None while none was named."""
    same = (named.truth for named in reversed(state.named) if named.exposure == exposure and named.level == task.level)
    return next(same, None)


def apply(theatre: Theatre, state: Views, action: Action) -> list[Event]:
    """Do an action that was not refused."""
    match action:
        case NameLevel(level, u, v):
            named = named_on_held(theatre, theatre.patient, level, u, v)
            state.named.append(named)
            return [LevelNamed(tick=theatre.tick, level=level, truth=named.truth)]
        case Present():
            return _present(theatre, state)
    return []


def _present(theatre: Theatre, state: Views) -> list[Event]:
    watch(theatre, state)
    task = asked(theatre, state)
    if task is None:
        raise ValueError("a view was shown that nobody asked for")
    index = len(theatre.fluoroscope.exposures) - 1
    pointed = (_pointed(state, task, index) or "") if isinstance(task, CountTo) else ""
    judged = judge(theatre.fluoroscope.exposures[index], theatre.patient, task, pointed)
    spent_s = seconds(theatre.tick - state.begun_tick)
    state.presented.append(Presented(task=len(state.presented), exposure=index, judged=judged, spent_s=spent_s))
    state.begun_tick, state.asked_from = theatre.tick, index + 1
    shown = ViewPresented(tick=theatre.tick, exposure=index, text=f"{task_title(task)}: {errors_in_words(judged)}")
    return [shown, Sounded(tick=theatre.tick, sound="click", loudness=0.4)]


def errors_in_words(judged: Judged) -> str:
    """Return how true a picture was, in a few words."""
    if not judged.in_field:
        return "not in the field"
    if another_view(judged.rotation_deg, judged.oblique_deg):
        return "another view"
    parts = [
        "" if judged.level_right else f"at {judged.level}",
        "" if judged.rotation_deg is None else f"rotated {abs(judged.rotation_deg):.0f}°",
        "" if judged.oblique_deg is None else f"{abs(judged.oblique_deg):.0f}° off the lamina",
        "" if judged.tilt_deg is None else f"tilted {abs(judged.tilt_deg):.0f}°",
        "" if judged.centring_mm is None else f"{judged.centring_mm:.0f} mm off centre",
    ]
    return ", ".join(part for part in parts if part) or "right"


def advance(theatre: Theatre, state: Views) -> list[Event]:
    """Keep account of what each picture told."""
    watch(theatre, state)
    return []


def unsafe(theatre: Theatre, state: Views) -> str | None:
    """Say why the drill cannot be ended yet, or None."""
    if theatre.fluoroscope.pedal:
        return "The X-ray pedal is still down."
    task = asked(theatre, state)
    return None if task is None else f"Still asked for: {task_title(task)}. Show the best picture you have."


def sight(theatre: Theatre, state: Views) -> ViewsSight:
    """Return what is asked for now, and what was named."""
    named = tuple((named.level, named.exposure, named.u, named.v) for named in state.named)
    return ViewsSight(asked=asked(theatre, state), shown=len(state.presented), named=named)


RULES = StepRules(
    id="views",
    title="Standard views",
    state_type=Views,
    actions=(Present, NameLevel),
    tray=(),
    start=start,
    refuse=refuse,
    apply=apply,
    advance=advance,
    unsafe=unsafe,
    measures=measures,
    sight=sight,
    told=told,
)
