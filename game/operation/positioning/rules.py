"""The positioning step: the patient on his side, the C-arm square, the levels counted, the skin marked."""

import dataclasses
import math

import numpy as np

from game.base import Action, Event
from game.frames import Array, FieldCamera, Rigid, rigid_about, rigid_about_z
from game.imaging import CArm
from game.operation.actions import Ink, MarkKind
from game.operation.core import wait
from game.operation.events import Sounded
from game.operation.information import Question, lying, use, watch
from game.operation.naming import named_on_held, refuse_naming
from game.operation.palpation import feel
from game.operation.positioning.actions import MarkSkin, NameLevel, Palpate, PlaceMarker, PlacePatient, WipeMark
from game.operation.positioning.events import Felt, LevelNamed, PatientPlaced, SkinMarked
from game.operation.positioning.measures import measures
from game.operation.positioning.sight import MarkSight, PositioningSight
from game.operation.positioning.state import Positioning
from game.operation.steps import StepRules
from game.operation.theatre import SkinMark, Theatre
from game.patient import Patient, build_patient

MARKS: dict[Ink, int] = {"window": 1, "entry": 1, "incision": 2, "midline": 2}  # how many of a kind the skin can carry
PLACING_S = 60.0  # two assistants turn and pad a patient (expert judgement)
TURN_LIMIT_DEG = 30.0
HIP_LIMITS_DEG = (0.0, 110.0)
LEFT_HIPS_DEG = (20.0, 35.0)  # as porters leave a patient on his side (expert judgement)
LEFT_ROLL_DEG = (6.0, 14.0)
LEFT_ALONG_MM = (10.0, 32.0)  # towards head or feet of where he belongs; the table has no mark for L3 (expert judgement)
TWIST_DEG = (4.0, 8.0)  # of the sagging waist against shoulders and pelvis: an upright trunk is not yet a square spine (expert judgement)
CREST_HIGH_MM, CREST_SPREAD_MM = 26.0, 12.0  # palpated lines lie 0.7 to 1 level above imaged ones: 2017 meta-analysis; spread by judgement
CROOKED_DEG = (2.5, 5.5)  # of the spine to the table's long side (expert judgement)
TURN_ERROR_DEG, HIP_ERROR_DEG = 0.75, 1.0  # one standard deviation of the assistants' hands (expert judgement)
LEAN_STEP_DEG = 5.0  # how finely an eye reads a trunk's roll (expert judgement)
CAMERA_ELEVATION_DEG = 40.0
CAMERA_WIDTH_MM = 420.0
CAMERA_CENTRE_MM = (0.0, 90.0, -40.0)


def start(theatre: Theatre) -> Positioning:
    """Lay the patient as the porters left him, with the C-arm beside him, not square."""
    chance = theatre.chance("positioning")
    hips_deg = float(round(chance.uniform(*LEFT_HIPS_DEG)))
    roll_deg = float(chance.uniform(*LEFT_ROLL_DEG)) * _either(chance)
    shift = chance.normal(0.0, 4.0, size=3)
    lie = theatre.chance("lie")
    along_mm, twist_deg, crooked_deg = (float(lie.uniform(*span)) * _either(lie) for span in (LEFT_ALONG_MM, TWIST_DEG, CROOKED_DEG))
    crest_high_mm = max(0.0, CREST_HIGH_MM + CREST_SPREAD_MM * float(lie.normal()))
    _bend(theatre, hips_deg)
    lain = rigid_about_z(roll_deg, (float(shift[0]), float(shift[1]), float(shift[2]) + along_mm))
    theatre.patient_pose = lain.after(rigid_about("x", crooked_deg))
    theatre.fluoroscope.carm = _parked(chance)
    theatre.camera = FieldCamera(theatre.plan.side, CAMERA_ELEVATION_DEG, CAMERA_CENTRE_MM, CAMERA_WIDTH_MM)
    theatre.hand.x_mm = theatre.hand.y_mm = 0.0
    return Positioning(seen=len(theatre.fluoroscope.exposures), twist_deg=twist_deg, crest_high_mm=crest_high_mm)


def _either(chance: np.random.Generator) -> float:
    return 1.0 if chance.random() < 0.5 else -1.0


def _parked(chance: np.random.Generator) -> CArm:
    """Return the C-arm as the radiographer wheels it in for an AP (errors by expert judgement)."""
    orbit_deg = float(chance.uniform(3.0, 8.0)) * _either(chance)
    tilt_deg = float(chance.uniform(3.0, 8.0)) * _either(chance)
    along_mm = float(chance.uniform(20.0, 45.0)) * _either(chance)
    across_mm, lift_mm = (float(value) for value in chance.normal(0.0, 8.0, size=2))
    return CArm(orbit_deg=orbit_deg, tilt_deg=tilt_deg, isocentre_mm=(lift_mm, across_mm, along_mm))


def _bend(theatre: Theatre, hips_deg: float) -> None:
    """Give the patient another posture; marks stay where they were on the skin."""
    before = theatre.patient
    theatre.spec = dataclasses.replace(theatre.spec, hip_flexion_deg=hips_deg)
    theatre.patient = build_patient(theatre.spec, theatre.seed)
    side = theatre.plan.side
    for mark in theatre.marks:
        point = np.array(mark.patient_mm)
        arc_mm = float(before.skin_arc(point[None], side)[0])
        mark.patient_mm = _plain(theatre.patient.skin_point(arc_mm, float(point[2]), side))


def _plain(point: Array) -> tuple[float, float, float]:
    return (float(point[0]), float(point[1]), float(point[2]))


def skin_seen(patient: Patient, pose: Rigid, camera: FieldCamera, x_mm: float, y_mm: float) -> tuple[float, float, float] | None:
    """Return the skin, patient frame, that the camera shows at a place of the field; None beside the body."""
    origin, direction = camera.ray(x_mm, y_mm)
    back = pose.inverse()
    hit = patient.skin_hit_mm(back.apply(origin), back.turn(direction))
    return None if hit is None else _plain(hit)


def refuse(theatre: Theatre, state: Positioning, action: Action) -> str | None:
    """Say why an action is not possible now, or None."""
    match action:
        case PlacePatient(hip_flexion_deg, roll_deg):
            return _refuse_placing(theatre, hip_flexion_deg, roll_deg)
        case NameLevel(level, u, v):
            return refuse_naming(theatre, level, u, v)
        case MarkSkin(kind, x_mm, y_mm):
            return _refuse_place(theatre, x_mm, y_mm) if kind in MARKS else f"There is no mark called {kind}; there are {', '.join(MARKS)}."
        case PlaceMarker(x_mm, y_mm) | Palpate(x_mm, y_mm):
            return _refuse_place(theatre, x_mm, y_mm)
        case WipeMark(kind):
            return None if any(mark.kind == kind for mark in theatre.marks) else f"There is no {kind} mark to wipe off."
        case _:
            return None


def _refuse_placing(theatre: Theatre, hips_deg: float, roll_deg: float) -> str | None:
    low, high = HIP_LIMITS_DEG
    if not low <= hips_deg <= high:
        return f"Hips bend from {low:.0f} to {high:.0f} degrees, not to {hips_deg:.0f}."
    if not abs(roll_deg) <= TURN_LIMIT_DEG:
        return f"The trunk turns at most {TURN_LIMIT_DEG:.0f} degrees at once."
    return "Lift the X-ray pedal before anyone touches the patient." if theatre.fluoroscope.pedal else None


def _refuse_place(theatre: Theatre, x_mm: float, y_mm: float) -> str | None:
    if not (math.isfinite(x_mm) and math.isfinite(y_mm)):
        return "That is no place on the field."
    return None if skin_seen(theatre.patient, theatre.patient_pose, theatre.camera, x_mm, y_mm) else "There is no skin there."


def apply(theatre: Theatre, state: Positioning, action: Action) -> list[Event]:
    """Do an action that was not refused."""
    match action:
        case PlacePatient(hip_flexion_deg, roll_deg):
            return _place(theatre, hip_flexion_deg, roll_deg)
        case NameLevel(level, u, v):
            return _name(theatre, state, level, u, v)
        case PlaceMarker(x_mm, y_mm):
            _look_round(theatre, state)
            use(state.looks, len(theatre.fluoroscope.exposures) - 1, "marker")
            return _mark(theatre, "metal", x_mm, y_mm, 1)
        case MarkSkin(kind, x_mm, y_mm):
            return _mark(theatre, kind, x_mm, y_mm, MARKS[kind])
        case WipeMark(kind):
            theatre.marks.remove(next(mark for mark in reversed(theatre.marks) if mark.kind == kind))
        case Palpate(x_mm, y_mm):
            return _palpate(theatre, state, x_mm, y_mm)
    return []


def _place(theatre: Theatre, hips_deg: float, roll_deg: float) -> list[Event]:
    """Lay the patient anew; hips come to lie at whole degrees, finer than those hands and a body for X-rays less each time."""
    errors = theatre.chance("positioning").normal(size=2)
    low, high = HIP_LIMITS_DEG
    hips_deg = min(high, max(low, float(round(hips_deg + HIP_ERROR_DEG * float(errors[0])))))
    turned_deg = roll_deg + TURN_ERROR_DEG * max(-2.0, min(2.0, float(errors[1])))
    _bend(theatre, hips_deg)
    belly_down = 1.0 if theatre.plan.side == "right" else -1.0
    turn = rigid_about_z(belly_down * turned_deg)
    kept_mm = theatre.patient_pose.shift_mm
    theatre.patient_pose = Rigid(turn.after(theatre.patient_pose).rotation, kept_mm)
    placed = PatientPlaced(tick=theatre.tick, hip_flexion_deg=hips_deg, turned_deg=turned_deg)
    return [wait(theatre, PLACING_S, "patient placed"), placed]


def _name(theatre: Theatre, state: Positioning, level: str, u: float, v: float) -> list[Event]:
    _look_round(theatre, state)
    index = len(theatre.fluoroscope.exposures) - 1
    named = named_on_held(theatre, lying(theatre, index), level, u, v)
    state.named.append(named)
    use(state.looks, index, "level")
    return [LevelNamed(tick=theatre.tick, level=level, truth=named.truth)]


def _mark(theatre: Theatre, kind: MarkKind, x_mm: float, y_mm: float, most: int) -> list[Event]:
    point = skin_seen(theatre.patient, theatre.patient_pose, theatre.camera, x_mm, y_mm)
    if point is None:
        raise ValueError("a mark was not refused beside the body")
    same = [mark for mark in theatre.marks if mark.kind == kind]
    if len(same) >= most:
        theatre.marks.remove(same[0])
    theatre.marks.append(SkinMark(kind=kind, patient_mm=point))
    return [SkinMarked(tick=theatre.tick, kind=kind), Sounded(tick=theatre.tick, sound="click", loudness=0.2)]


def _palpate(theatre: Theatre, state: Positioning, x_mm: float, y_mm: float) -> list[Event]:
    point = skin_seen(theatre.patient, theatre.patient_pose, theatre.camera, x_mm, y_mm)
    if point is None:
        raise ValueError("a finger was not refused beside the body")
    state.felt = feel(theatre.patient, np.array(point), float(theatre.chance("positioning").normal()), state.crest_high_mm)
    state.felt_xy_mm = (x_mm, y_mm)
    return [Felt(tick=theatre.tick, word=state.felt)]


def advance(theatre: Theatre, state: Positioning) -> list[Event]:
    """Keep count of which pictures answered a question."""
    _look_round(theatre, state)
    return []


def _look_round(theatre: Theatre, state: Positioning) -> None:
    """Account for new pictures, and for views that were stored."""
    state.seen = watch(theatre, state.looks, state.seen)
    kept: dict[str, Question] = {"ap": "midline", "lateral": "depth"}
    for view, index in theatre.fluoroscope.stored.items():
        use(state.looks, index, kept[view])


def unsafe(theatre: Theatre, state: Positioning) -> str | None:
    """Say why nobody should go on from here, or None."""
    if theatre.fluoroscope.pedal:
        return "The X-ray pedal is still down."
    if not theatre.fluoroscope.exposures:
        return "No picture has been taken: nobody knows the level."
    if not any(mark.kind == "entry" for mark in theatre.marks):
        return "Nobody has marked where the needle is to enter."
    return None


def mark_sights(theatre: Theatre) -> tuple[MarkSight, ...]:
    """Return ink and metal on the skin where the field camera of the open step shows them."""
    if not theatre.marks:
        return ()
    places = theatre.camera.to_field(theatre.patient_pose.apply(np.array([mark.patient_mm for mark in theatre.marks])))
    return tuple(MarkSight(mark.kind, float(xy[0]), float(xy[1])) for mark, xy in zip(theatre.marks, places, strict=True))


def roll_deg(pose: Rigid, side_up: str) -> float:
    """Return how far the spine lies rolled, positive with the belly down."""
    return math.degrees(math.atan2(pose.rotation[1][0], pose.rotation[0][0])) * (1.0 if side_up == "right" else -1.0)


def lean_deg(pose: Rigid, side_up: str, twist_deg: float = 0.0) -> float:
    """Return how shoulders and pelvis look rolled, positive with the belly down, to the nearest 5 degrees."""
    return LEAN_STEP_DEG * round((roll_deg(pose, side_up) + twist_deg) / LEAN_STEP_DEG)


def sight(theatre: Theatre, state: Positioning) -> PositioningSight:
    """Return what can be seen and felt of the patient now."""
    return PositioningSight(
        hip_flexion_deg=float(round(theatre.patient.spec.hip_flexion_deg)),
        trunk_lean_deg=lean_deg(theatre.patient_pose, theatre.plan.side, state.twist_deg),
        marks=mark_sights(theatre),
        named=tuple((named.level, named.u, named.v) for named in state.named),
        felt=state.felt,
        felt_xy_mm=state.felt_xy_mm,
    )


RULES = StepRules(
    id="positioning",
    title="Positioning and level",
    state_type=Positioning,
    actions=(PlacePatient, NameLevel, PlaceMarker, MarkSkin, WipeMark, Palpate),
    tray=(),
    start=start,
    refuse=refuse,
    apply=apply,
    advance=advance,
    unsafe=unsafe,
    measures=measures,
    sight=sight,
    looks=lambda state: state.looks,
)
