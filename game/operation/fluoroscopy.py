"""The C-arm at the table: where it and the table move, its settings, pulses, spot pictures and the five-minute buzzer."""

import dataclasses

from game.base import Action, Event
from game.clock import TICKS_PER_S
from game.imaging import FIELD_SIZES_MM, Blades, CArm, Exposure, settle
from game.imaging.carm import up_sign
from game.imaging.technique import SPOT, Technique, technique_at
from game.operation import actions as act
from game.operation.contrast import columns
from game.operation.events import Exposed, Sounded, Spoken, ViewStored
from game.operation.hands_in_beam import meet_hands
from game.operation.radiopaque import tubes
from game.operation.theatre import Fluoroscope, Theatre

CARM_STEP_LIMIT = 60.0  # degrees or mm in one motion (simulator tolerance)
TABLE_TRAVEL_MM = (250.0, 100.0, 200.0)  # along, across, lift from the middle; imaging table with a floating top (expert judgement)
FREEING_MM = 0.05  # what a motion must gain to count as a way out (simulator tolerance)
BLADE_STOPS = (0.15, 1.0)  # narrowest opening of a collimator, about 35 mm of the wide field (expert judgement)
BUZZER_S = 300.0  # fluoroscopy timers sound every five minutes, IEC 60601-2-54
RADIOGRAPHER_DEG = 1.0  # how nearly a stored view is found again (expert judgement)
RADIOGRAPHER_MM = 2.0  # the same along and across the table (expert judgement)


def refuse(theatre: Theatre, action: Action) -> str | None:
    """Say why an action on the C-arm is not possible now; None when it is, or when it is none."""
    fluoroscope = theatre.fluoroscope
    match action:
        case act.MoveCArm():
            return _too_far("C-arm", action) or _refuse_motion(theatre, action)
        case act.MoveTable():
            return _refuse_table(theatre, action)
        case act.MoveBlades():
            return _refuse_blades(fluoroscope.carm.blades, action)
        case act.Pedal(down):
            return None if down != fluoroscope.pedal else f"The pedal is {'down' if down else 'up'} already."
        case act.Spot():
            return "Let the pedal go first; a spot picture is taken by itself." if fluoroscope.pedal else None
        case act.SilenceBuzzer():
            return None if fluoroscope.buzzing else "The buzzer is silent."
        case act.StoreView():
            return None if fluoroscope.exposures else "There is no picture to store yet."
        case act.AskView(view):
            return _refuse_view(theatre, view)
        case _:
            return None


def _too_far(part: str, action: act.MoveCArm | act.MoveTable) -> str | None:
    if any(abs(getattr(action, item.name)) > CARM_STEP_LIMIT for item in dataclasses.fields(action)):
        unit = "degrees or mm" if part == "C-arm" else "mm"
        return f"The {part} moves at most {CARM_STEP_LIMIT:.0f} {unit} at once."
    return None


def _refuse_table(theatre: Theatre, action: act.MoveTable) -> str | None:
    """Refuse what the table cannot do, or would do under working hands; drapes ride along, as in theatres."""
    if theatre.hand.gripping:
        return "Let go first: the table would move the patient under your hands."
    too_far = _too_far("table", action)
    if too_far:
        return too_far
    table_mm = moved_table(theatre, action)
    for place, limit in zip(table_mm, TABLE_TRAVEL_MM, strict=True):
        if abs(place) > limit:
            return f"The table cannot go further that way; it travels {limit:.0f} mm from its middle."
    return under_table(theatre, action).problem(theatre.plan.side, theatre.patient, theatre.patient_pose, table_mm)


def _refuse_view(theatre: Theatre, view: str) -> str | None:
    fluoroscope = theatre.fluoroscope
    if view not in fluoroscope.stored:
        return f"No {_view_word(view)} view is stored yet."
    sentence = problem(theatre, fluoroscope.exposures[fluoroscope.stored[view]].carm)
    return None if sentence is None else f"The {_view_word(view)} view cannot be reached as the table and the patient are now. {sentence}"


def _refuse_motion(theatre: Theatre, action: act.MoveCArm) -> str | None:
    """Refuse what would touch, and what a joint at its end would have to do; on the way there it goes as far as it can."""
    carm, now = moved_carm(theatre.fluoroscope.carm, action, theatre), theatre.fluoroscope.carm
    if carm == now:
        return problem(theatre, _asked(now, action, theatre))
    return _refuse_place(theatre, carm)


def _refuse_place(theatre: Theatre, carm: CArm) -> str | None:
    """Refuse a place where the arm cannot stand, unless it is a way out: whoever moved a patient against the arm may free him."""
    sentence, now = problem(theatre, carm), theatre.fluoroscope.carm
    if sentence is None or problem(theatre, now) is None:
        return sentence
    around = theatre.plan.side, theatre.patient, theatre.patient_pose
    return None if carm.room_mm(*around) > now.room_mm(*around) + FREEING_MM else sentence


def problem(theatre: Theatre, carm: CArm) -> str | None:
    """Return a sentence when the C-arm cannot stand there over this patient on this table."""
    return carm.problem(theatre.plan.side, theatre.patient, theatre.patient_pose, theatre.fluoroscope.table_mm)


def _refuse_blades(blades: Blades, action: act.MoveBlades) -> str | None:
    asked = (action.across, action.along, action.iris)
    if any(asked) and moved_blades(blades, action) == blades:
        return "The collimator stands at its stop." if sum(asked) < 0.0 else "The collimator is open already."
    return None


def moved_carm(carm: CArm, action: act.MoveCArm, theatre: Theatre) -> CArm:
    """Return the C-arm after a motion, each joint stopped at its end."""
    return _asked(carm, action, theatre).stopped(theatre.plan.side, theatre.fluoroscope.table_mm)


def _asked(carm: CArm, action: act.MoveCArm, theatre: Theatre) -> CArm:
    """Return where a motion would bring the C-arm; lift is away from the floor, which is the upper side of the patient."""
    x, y, z = carm.isocentre_mm
    return dataclasses.replace(
        carm,
        orbit_deg=carm.orbit_deg + action.orbit_deg,
        tilt_deg=carm.tilt_deg + action.tilt_deg,
        isocentre_mm=(x + up_sign(theatre.plan.side) * action.lift_mm, y + action.across_mm, z + action.along_mm),
    )


def under_table(theatre: Theatre, action: act.MoveTable) -> CArm:
    """Return the C-arm after a motion of the table: in the theatre frame, which rides on the table, it goes the other way."""
    carm = theatre.fluoroscope.carm
    x, y, z = carm.isocentre_mm
    place = (x - up_sign(theatre.plan.side) * action.lift_mm, y - action.across_mm, z - action.along_mm)
    return dataclasses.replace(carm, isocentre_mm=place)


def moved_table(theatre: Theatre, action: act.MoveTable) -> tuple[float, float, float]:
    """Return where the table stands after a motion: along, across, lift."""
    along_mm, across_mm, lift_mm = theatre.fluoroscope.table_mm
    return (along_mm + action.along_mm, across_mm + action.across_mm, lift_mm + action.lift_mm)


def moved_blades(blades: Blades, action: act.MoveBlades) -> Blades:
    """Return the collimator after a motion; each part stops at its ends."""
    return Blades(
        left=_stopped(blades.left + action.across),
        right=_stopped(blades.right + action.across),
        top=_stopped(blades.top + action.along),
        bottom=_stopped(blades.bottom + action.along),
        iris=_stopped(blades.iris + action.iris),
    )


def _stopped(share: float) -> float:
    """Hold a share between the stops, in steps that repeat exactly."""
    return round(min(max(share, BLADE_STOPS[0]), BLADE_STOPS[1]), 4)


def _view_word(view: str) -> str:
    return "AP" if view == "ap" else "lateral"


def apply(theatre: Theatre, action: Action) -> list[Event]:
    """Do to the C-arm what was not refused."""
    fluoroscope = theatre.fluoroscope
    match action:
        case act.MoveCArm():
            fluoroscope.carm = moved_carm(fluoroscope.carm, action, theatre)
        case act.MoveTable():
            fluoroscope.carm, fluoroscope.table_mm = under_table(theatre, action), moved_table(theatre, action)
        case act.SetDoseMode(mode):
            fluoroscope.mode = mode
        case act.SetPulseRate(per_s):
            fluoroscope.pulse_rate = per_s
        case act.SetField(name):
            fluoroscope.carm = dataclasses.replace(fluoroscope.carm, field_mm=FIELD_SIZES_MM[name])
        case act.MoveBlades():
            fluoroscope.carm = dataclasses.replace(fluoroscope.carm, blades=moved_blades(fluoroscope.carm.blades, action))
        case act.ResetBlades():
            fluoroscope.carm = dataclasses.replace(fluoroscope.carm, blades=Blades())
        case act.Pedal(down):
            fluoroscope.pedal, fluoroscope.pedal_tick = down, theatre.tick
        case act.Spot():
            fluoroscope.owed = "spot"
            return [Spoken(tick=theatre.tick, speaker="radiographer", line="spot_taken")]
        case act.SilenceBuzzer():
            fluoroscope.buzzing = False
        case act.StoreView(view):
            fluoroscope.stored[view] = len(fluoroscope.exposures) - 1
            return [ViewStored(tick=theatre.tick, view=view, exposure=fluoroscope.stored[view])]
    return []


def bring_view(theatre: Theatre, view: str) -> None:
    """Let the radiographer go back to a stored view: nearly, as people do; one pulse follows, with the field as it is now."""
    fluoroscope = theatre.fluoroscope
    now, then = fluoroscope.carm, fluoroscope.exposures[fluoroscope.stored[view]].carm
    stored = dataclasses.replace(then, field_mm=now.field_mm, blades=now.blades)
    errors = theatre.chance("radiographer").normal(size=4)
    x, y, z = stored.isocentre_mm
    brought = dataclasses.replace(
        stored,
        orbit_deg=stored.orbit_deg + RADIOGRAPHER_DEG * float(errors[0]),
        tilt_deg=stored.tilt_deg + RADIOGRAPHER_DEG * float(errors[1]),
        isocentre_mm=(x, y + RADIOGRAPHER_MM * float(errors[2]), z + RADIOGRAPHER_MM * float(errors[3])),
    )
    fluoroscope.carm = stored if problem(theatre, brought) else brought
    fluoroscope.owed = "pulse"


def advance(theatre: Theatre) -> list[Event]:
    """Give the pulse that is due at this tick, if one is."""
    fluoroscope = theatre.fluoroscope
    held_ticks = theatre.tick - fluoroscope.pedal_tick - 1
    pressed = fluoroscope.pedal and held_ticks % pulse_ticks(fluoroscope) == 0
    if not pressed and not fluoroscope.owed:
        return []
    starts = bool(fluoroscope.owed) or held_ticks == 0
    mode = "spot" if fluoroscope.owed == "spot" else fluoroscope.mode
    fluoroscope.owed = ""
    before_s = fluoroscope.dose.fluoroscopy_s
    exposure = expose(theatre, mode)
    events: list[Event] = [Exposed(tick=theatre.tick, exposure=len(fluoroscope.exposures) - 1, held=starts)]
    if starts:
        events.append(Sounded(tick=theatre.tick, sound="pedal"))
    return [*events, *meet_hands(theatre, exposure), *_buzz(theatre, before_s)]


def pulse_ticks(fluoroscope: Fluoroscope) -> int:
    """Return the ticks from pulse to pulse."""
    return TICKS_PER_S // fluoroscope.pulse_rate


def pedal_technique(fluoroscope: Fluoroscope) -> Technique | None:
    """Return what the generator does while the pedal is held as it stands now, whatever the last picture was; None before the first."""
    last = fluoroscope.technique
    if last is None or last.mode != SPOT:
        return last
    steps = fluoroscope.carm.magnification_steps
    return technique_at(last.thickness_mm, last.setpoint_mm, fluoroscope.mode, steps, fluoroscope.pulse_rate)


def _buzz(theatre: Theatre, before_s: float) -> list[Event]:
    """Sound the buzzer when five more minutes are full, and with every further second of beam until it is acknowledged."""
    fluoroscope = theatre.fluoroscope
    now_s = fluoroscope.dose.fluoroscopy_s
    full = now_s // BUZZER_S > before_s // BUZZER_S
    again = fluoroscope.buzzing and now_s // 1.0 > before_s // 1.0
    fluoroscope.buzzing = fluoroscope.buzzing or full
    return [Sounded(tick=theatre.tick, sound="buzzer")] if full or again else []


def expose(theatre: Theatre, mode: str) -> Exposure:
    """Make one picture: settle the brightness, draw the noise's seed, count the dose."""
    fluoroscope = theatre.fluoroscope
    shown = tubes(theatre)
    fluoroscope.technique = settle(
        fluoroscope.technique, fluoroscope.carm, theatre.patient, theatre.patient_pose, mode, fluoroscope.pulse_rate, shown
    )
    exposure = Exposure(
        tick=theatre.tick,
        carm=fluoroscope.carm,
        pose=theatre.patient_pose,
        technique=fluoroscope.technique,
        tubes=shown,
        contrast=columns(theatre),
        noise_seed=int(theatre.chance("fluoroscope").integers(2**31)),
    )
    fluoroscope.exposures.append(exposure)
    fluoroscope.postures_deg.append(theatre.spec.hip_flexion_deg)
    fluoroscope.dose.add(exposure, 1.0 / fluoroscope.pulse_rate)
    fluoroscope.dose.add_people(exposure, theatre.patient, theatre.plan.side)
    return exposure
