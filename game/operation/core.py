"""What belongs to the whole theatre: hands, tray, talk and waiting, and the C-arm through `fluoroscopy`."""

import dataclasses
import math

from game.base import Action, Event
from game.clock import ticks
from game.operation import actions as act
from game.operation import fluoroscopy
from game.operation.events import Sounded, Waited
from game.operation.talk import advance_talk, refuse_say, say
from game.operation.theatre import Theatre
from game.plain import decode, encode

HAND_STEP_LIMIT_MM = 40.0  # 4.8 m/s: faster than any hand (simulator tolerance)
FIELD_LIMIT_MM = 2000.0  # beyond every field (simulator tolerance)
ASKED_VIEW_S = 20.0  # to bring a stored view back (expert judgement)


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
        case act.Wait(duration_s):
            return None if 1.0 <= duration_s <= 3600.0 else "A wait lasts 1 to 3600 seconds."
        case act.Say():
            return refuse_say(theatre, action)
        case _:
            return fluoroscopy.refuse(theatre, action)


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


def apply(theatre: Theatre, action: Action) -> list[Event]:
    """Do the theatre's part of an action that was not refused."""
    hand = theatre.hand
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
        case act.AskView(view):
            fluoroscopy.bring_view(theatre, view)
            return [wait(theatre, ASKED_VIEW_S, f"{view} view brought back")]
        case act.Say():
            return say(theatre, action)
        case act.Wait(duration_s):
            return [wait(theatre, duration_s, "waiting")]
        case _:
            return fluoroscopy.apply(theatre, action)
    return []


def wait(theatre: Theatre, duration_s: float, reason: str) -> Waited:
    """Book theatre time that staff or repetition take."""
    theatre.waited_ticks += ticks(duration_s)
    return Waited(tick=theatre.tick, duration_s=duration_s, reason=reason)


def advance(theatre: Theatre) -> list[Event]:
    """Pulse the X-ray and let people answer; one tick."""
    return [*fluoroscopy.advance(theatre), *advance_talk(theatre)]
