"""What belongs to the whole theatre: hands, tray, C-arm, pedal, pictures, talk and waiting."""

import dataclasses
import math

import numpy as np

from game.base import Action, Event
from game.clock import TICKS_PER_S, ticks
from game.frames import Array
from game.imaging import CArm, Exposure, Tube, settle
from game.instruments.needle import Needle, axis, tip_mm
from game.operation import actions as act
from game.operation.events import Exposed, Sounded, ViewStored, Waited
from game.operation.talk import advance_talk, refuse_say, say
from game.operation.theatre import Theatre
from game.plain import decode, encode

PULSES_PER_S = 8  # the usual setting of a mobile C-arm (expert judgement)
PULSE_TICKS = TICKS_PER_S // PULSES_PER_S
HAND_STEP_LIMIT_MM = 40.0  # 4.8 m/s: faster than any hand (simulator tolerance)
FIELD_LIMIT_MM = 2000.0  # beyond every field (simulator tolerance)
CARM_STEP_LIMIT = 60.0  # degrees or mm in one motion (simulator tolerance)
ASKED_VIEW_S = 20.0  # to bring a stored view back (expert judgement)
BUZZER_S = 300.0  # fluoroscopy timers sound every five minutes, IEC 60601-2-54
RADIOGRAPHER_DEG = 1.0  # how nearly a stored view is found again (expert judgement)
RADIOGRAPHER_MM = 2.0  # the same along and across the table (expert judgement)
MARKER_LENGTH_MM = 60.0  # a metal rod as drawn (expert judgement)


def refuse(theatre: Theatre, action: Action, tray: tuple[str, ...]) -> str | None:
    """Say why a theatre-wide action is not possible now; None when it is, or when it is a step's own."""
    wrong = wrong_value(action)
    if wrong:
        return wrong
    match action:
        case act.TakeInstrument(instrument):
            return _refuse_take(theatre, instrument, tray)
        case act.PointHand():
            return "The hand holds on; let go first." if theatre.hand.gripping else _off_field(action.x_mm, action.y_mm)
        case act.OtherHand():
            return _off_field(action.x_mm, action.y_mm)
        case act.Grip():
            return _refuse_grip(theatre)
        case act.LetGo():
            return None if theatre.hand.gripping else "The hand holds nothing to let go of."
        case act.MoveHand(dx_mm, dy_mm):
            return _refuse_move(theatre, dx_mm, dy_mm)
        case act.MoveCArm():
            return _refuse_carm(theatre, action)
        case act.Pedal(down):
            return None if down != theatre.fluoroscope.pedal else f"The pedal is {'down' if down else 'up'} already."
        case act.StoreView():
            return None if theatre.fluoroscope.exposures else "There is no picture to store yet."
        case act.AskView(view):
            return None if view in theatre.fluoroscope.stored else f"No {_view_word(view)} view is stored yet."
        case act.Wait(duration_s):
            return None if 1.0 <= duration_s <= 3600.0 else "A wait lasts 1 to 3600 seconds."
        case act.Say():
            return refuse_say(theatre, action)
        case _:
            return None


def wrong_value(action: Action) -> str | None:
    """Say which value of an action is of another kind than it should be, or no number; None when all are right."""
    try:
        decode(type(action), encode(action))
    except (TypeError, ValueError) as error:
        return f"{type(action).__name__} is not said right: {error}."
    for item in dataclasses.fields(action):
        value = getattr(action, item.name)
        if isinstance(value, float) and not math.isfinite(value):
            return f"{type(action).__name__}.{item.name} must be a number, not {value}."
    return None


def _refuse_take(theatre: Theatre, instrument: str, tray: tuple[str, ...]) -> str | None:
    if instrument and instrument not in tray:
        return f"There is no {instrument} on this tray."
    if theatre.hand.gripping:
        return "Let go of what the hand holds first."
    return None


def _refuse_grip(theatre: Theatre) -> str | None:
    if theatre.hand.gripping:
        return "The hand grips already."
    return None if theatre.hand.instrument else "The hand is empty: take an instrument from the tray."


def _off_field(x_mm: float, y_mm: float) -> str | None:
    return None if max(abs(x_mm), abs(y_mm)) <= FIELD_LIMIT_MM else "That place is not on the field."


def _refuse_move(theatre: Theatre, dx_mm: float, dy_mm: float) -> str | None:
    if not theatre.hand.gripping:
        return "The hand holds nothing: press and hold to work."
    if math.hypot(dx_mm, dy_mm) > HAND_STEP_LIMIT_MM:
        return f"A hand moves at most {HAND_STEP_LIMIT_MM:.0f} mm in one tick."
    if theatre.hand.moved_tick == theatre.tick:
        return "The hand has moved in this tick already."
    return None


def _refuse_carm(theatre: Theatre, action: act.MoveCArm) -> str | None:
    if any(abs(getattr(action, item.name)) > CARM_STEP_LIMIT for item in dataclasses.fields(action)):
        return f"The C-arm moves at most {CARM_STEP_LIMIT:.0f} degrees or mm at once."
    return moved_carm(theatre.fluoroscope.carm, action, theatre).problem(theatre.plan.side)


def moved_carm(carm: CArm, action: act.MoveCArm, theatre: Theatre) -> CArm:
    """Return the C-arm after a motion; lift is away from the floor, which is the upper side of the patient."""
    up = -1.0 if theatre.plan.side == "right" else 1.0
    x, y, z = carm.isocentre_mm
    return dataclasses.replace(
        carm,
        orbit_deg=carm.orbit_deg + action.orbit_deg,
        tilt_deg=carm.tilt_deg + action.tilt_deg,
        isocentre_mm=(x + up * action.lift_mm, y + action.across_mm, z + action.along_mm),
    )


def _view_word(view: str) -> str:
    return "AP" if view == "ap" else "lateral"


def apply(theatre: Theatre, action: Action) -> list[Event]:
    """Do the theatre's part of an action that was not refused."""
    hand, fluoroscope = theatre.hand, theatre.fluoroscope
    match action:
        case act.TakeInstrument(instrument):
            hand.instrument = instrument
            return [Sounded(tick=theatre.tick, sound="click", loudness=0.4)]
        case act.PointHand(x_mm, y_mm):
            hand.x_mm, hand.y_mm = x_mm, y_mm
        case act.Grip():
            hand.gripping = True
        case act.LetGo():
            hand.gripping = False
        case act.MoveHand(dx_mm, dy_mm):
            hand.x_mm += dx_mm
            hand.y_mm += dy_mm
            hand.moved_tick = theatre.tick
        case act.OtherHand(down, x_mm, y_mm):
            hand.other_down, hand.other_x_mm, hand.other_y_mm = down, x_mm, y_mm
        case act.LeanIn(near):
            hand.lean = near
        case act.Pedal(down):
            fluoroscope.pedal, fluoroscope.pedal_tick = down, theatre.tick
        case act.MoveCArm():
            fluoroscope.carm = moved_carm(fluoroscope.carm, action, theatre)
        case act.SetDoseMode(mode):
            fluoroscope.mode = mode
        case act.StoreView(view):
            return _store(theatre, view)
        case act.AskView(view):
            return _bring_view(theatre, view)
        case act.Say():
            return say(theatre, action)
        case act.Wait(duration_s):
            return [wait(theatre, duration_s, "waiting")]
    return []


def wait(theatre: Theatre, duration_s: float, reason: str) -> Waited:
    """Book theatre time that staff or repetition take."""
    theatre.waited_ticks += ticks(duration_s)
    return Waited(tick=theatre.tick, duration_s=duration_s, reason=reason)


def _store(theatre: Theatre, view: str) -> list[Event]:
    index = len(theatre.fluoroscope.exposures) - 1
    theatre.fluoroscope.stored[view] = index
    return [ViewStored(tick=theatre.tick, view=view, exposure=index)]


def _bring_view(theatre: Theatre, view: str) -> list[Event]:
    """Let the radiographer go back to a stored view: nearly, as people do; one pulse follows."""
    fluoroscope = theatre.fluoroscope
    stored = fluoroscope.exposures[fluoroscope.stored[view]].carm
    errors = theatre.chance("radiographer").normal(size=4)
    x, y, z = stored.isocentre_mm
    brought = dataclasses.replace(
        stored,
        orbit_deg=stored.orbit_deg + RADIOGRAPHER_DEG * float(errors[0]),
        tilt_deg=stored.tilt_deg + RADIOGRAPHER_DEG * float(errors[1]),
        isocentre_mm=(x, y + RADIOGRAPHER_MM * float(errors[2]), z + RADIOGRAPHER_MM * float(errors[3])),
    )
    fluoroscope.carm = stored if brought.problem(theatre.plan.side) else brought
    fluoroscope.single = True
    return [wait(theatre, ASKED_VIEW_S, f"{view} view brought back")]


def advance(theatre: Theatre) -> list[Event]:
    """Pulse the X-ray and let people answer; one tick."""
    return [*_pulse(theatre), *advance_talk(theatre)]


def _pulse(theatre: Theatre) -> list[Event]:
    fluoroscope = theatre.fluoroscope
    held_ticks = theatre.tick - fluoroscope.pedal_tick - 1
    pressed = fluoroscope.pedal and held_ticks % PULSE_TICKS == 0
    if not pressed and not fluoroscope.single:
        return []
    starts = fluoroscope.single or held_ticks == 0
    fluoroscope.single = False
    expose(theatre)
    index = len(fluoroscope.exposures) - 1
    events: list[Event] = [Exposed(tick=theatre.tick, exposure=index, held=starts)]
    if starts:
        events.append(Sounded(tick=theatre.tick, sound="pedal"))
    before = fluoroscope.dose.fluoroscopy_s - 1.0 / PULSES_PER_S
    if before // BUZZER_S != fluoroscope.dose.fluoroscopy_s // BUZZER_S:
        events.append(Sounded(tick=theatre.tick, sound="buzzer"))
    return events


def expose(theatre: Theatre) -> Exposure:
    """Make one pulse: settle the brightness, draw the noise's seed, count the dose."""
    fluoroscope = theatre.fluoroscope
    fluoroscope.technique = settle(fluoroscope.technique, fluoroscope.carm, theatre.patient, theatre.patient_pose, fluoroscope.mode)
    exposure = Exposure(
        tick=theatre.tick,
        carm=fluoroscope.carm,
        pose=theatre.patient_pose,
        technique=fluoroscope.technique,
        tubes=tubes(theatre),
        contrast=(),
        noise_seed=int(theatre.chance("fluoroscope").integers(2**31)),
    )
    fluoroscope.exposures.append(exposure)
    fluoroscope.postures_deg.append(theatre.spec.hip_flexion_deg)
    fluoroscope.dose.add(exposure, 1.0 / PULSES_PER_S)
    return exposure


def tubes(theatre: Theatre) -> tuple[Tube, ...]:
    """Return everything radio-opaque, theatre frame: the needle, its stylet, the metal marker."""
    shown = [_marker(theatre, mark.patient_mm) for mark in theatre.marks if mark.kind == "metal"]
    needle = theatre.needle
    if needle is not None and needle.entry_mm is not None:
        points = _as_points(theatre.patient_pose.apply(shaft(needle)))
        shown.append(Tube(points, needle.od_mm / 2.0, "steel", bore_mm=needle.bore_mm / 2.0))
        if needle.stylet_in:
            shown.append(Tube(points, needle.bore_mm / 2.0 - 0.05, "steel"))
    return tuple(shown)


def shaft(needle: Needle) -> Array:
    """Return the needle from hub to point, patient frame, shape (n, 3)."""
    if needle.entry_mm is None:
        return np.zeros((0, 3))
    inside = [point for k, point in enumerate(needle.track_mm) if k * 0.5 < needle.depth_mm]
    hub = hub_mm(needle)
    return np.array([hub, *inside[::8], tip_mm(needle)])


def hub_mm(needle: Needle) -> tuple[float, float, float]:
    """Return where the hub meets the shaft, patient frame."""
    if needle.entry_mm is None:
        raise ValueError("a needle that is off the skin has no place in the patient")
    dx, dy, dz = axis(needle)
    outside = needle.length_mm - needle.depth_mm
    x, y, z = needle.entry_mm
    return (x - dx * outside, y - dy * outside, z - dz * outside)


def _marker(theatre: Theatre, centre_mm: tuple[float, float, float]) -> Tube:
    """Return the metal marker: a rod laid across the back."""
    x, y, z = centre_mm
    half = MARKER_LENGTH_MM / 2.0
    ends = theatre.patient_pose.apply(_array([(x - half, y + 2.0, z), (x + half, y + 2.0, z)]))
    return Tube(_as_points(ends), 1.5, "steel")


def _array(points: list[tuple[float, float, float]]) -> Array:
    return np.array(points, dtype=np.float64)


def _as_points(points: Array) -> tuple[tuple[float, float, float], ...]:
    return tuple((float(p[0]), float(p[1]), float(p[2])) for p in points)
