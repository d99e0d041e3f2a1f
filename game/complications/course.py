"""How complications begin, go on and end, by plain facts of the operation; what lasts is kept in `Courses`, changed in place."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from weakref import WeakKeyDictionary

import numpy as np

from game.base import Effect, Event
from game.complications.catalogue import CATALOGUE
from game.instruments.catheter import Sheared
from game.instruments.needle import Point, tip_mm
from game.operation.catheter.events import Threaded
from game.operation.events import Complication, Relieved
from game.operation.needle.events import DuralPuncture, HubChanged, NerveAnswered, NerveLeft, NerveTouched
from game.operation.strain import shock_now
from game.operation.theatre import Theatre
from game.operation.tunnelling.events import Harmed
from game.patient import Patient
from game.patient.tissue import Tissue

LINGERS = 0.35
"""Shock that stays while the point stays on the root (expert judgement)."""
WORSE = 0.8
"""The same after pushing on."""
FADES_S = 60.0
"""After drawing back the rest fades within a minute (rescue: wait up to 60 s)."""
FADED = 0.05
DRY_S = 5.0
"""A free hub drips within five seconds; longer is a dry tap."""
OUTSIDE = {
    "epidural": "the needle opened outside the dura",
    "subdural": "the needle opened between dura and arachnoid",
    "vein": "the needle opened into a vein",
}
CSF_ML = (("CSF", 2.0), ("CSF10", 10.0))
NEAR_SAC = (Tissue.EPIDURAL, Tissue.DURA, Tissue.CSF, Tissue.ROOT, Tissue.CORD)
DRY_CAUSES = {
    "plug": "tissue plugs the bore after advancing without the stylet",
    "flap": "a rootlet or the wall lies against the bevel",
    "not_in": "the opening is not yet wholly inside the sac",
    "low_pressure": "the pressure of the spinal fluid is low",
}
DRY_RELIEF = {
    "plug": "stylet in and out",
    "flap": "turning the bevel",
    "not_in": "bringing the opening into the sac",
    "low_pressure": "raising the pressure",
}


@dataclass(frozen=True, slots=True)
class HoldShock(Effect):
    """A root that is still touched keeps hurting.

    Attributes:
        level: Nerve shock, 0 to 1, below which it does not fall.
    """

    level: float


@dataclass(frozen=True, slots=True)
class Facts:
    """What the courses go by, taken at one tick.

    Attributes:
        tick: Session tick.
        theatre_s: Theatre second.
        step: Open step.
        depth_mm: Of the needle along its track, None while it is out.
        off_midline_mm: Of its point, to the patient's left positive.
        near_sac: Whether the point is where spinal fluid may be expected; looked up only while the hub is dry.
        nerve_side: Root touched since the last look: left, right, both, or "".
        nerve_answer: How the hand answered it since the last look: right, late, wrong, or "".
        nerve_left: Whether the point was drawn off it since, and did not touch again.
        holes: Dural holes so far.
        hub: What shows at the open hub: closed, dry, drops, stream, blood or pink.
        hub_cause: Why it is dry.
        harmed: What the tunneller went through at this tick: peritoneum, bowel, kidney, pleura, skin, or "".
        csf_lost_ml: Since the case began; `csf_way` by which most of it.
        space: That the catheter came into since the last look, or "".
        sheared_mm: Piece of it that was cut off since.
        pleura_open: Whether air comes in round a lung.
    """

    tick: int
    theatre_s: float
    step: str
    depth_mm: float | None = None
    off_midline_mm: float = 0.0
    near_sac: bool = False
    nerve_side: str = ""
    nerve_answer: str = ""
    nerve_left: bool = False
    holes: int = 0
    hub: str = "closed"
    hub_cause: str = ""
    csf_lost_ml: float = 0.0
    csf_way: str = ""
    space: str = ""
    sheared_mm: float = 0.0
    harmed: str = ""
    pleura_open: bool = False


@dataclass
class Course:
    """One complication that is under way.

    Attributes:
        started_s: Theatre second of its beginning.
        cause: Key of its cause, for dry taps.
        worse: Whether the needle was pushed on.
        freed_s: Theatre second at which the point was drawn off, or None while it touches.
    """

    started_s: float
    cause: str = ""
    worse: bool = False
    freed_s: float | None = None


@dataclass
class Courses:
    """Everything that is going wrong, and what of it was told already.

    Attributes:
        live: Courses under way by catalogue id.
        holes: Dural holes so far.
        hub, hub_cause: What showed at the hub last.
        dry_since_s: Theatre second since which the hub has been open and dry, or None.
        told: Ids of complications that come once in a case.
        effects: Effects of the last step, for the next tick.
    """

    live: dict[str, Course] = field(default_factory=dict)
    holes: int = 0
    hub: str = "closed"
    hub_cause: str = ""
    dry_since_s: float | None = None
    told: list[str] = field(default_factory=list)
    effects: list[HoldShock] = field(default_factory=list)


def facts_of(theatre: Theatre, step: str, events: Sequence[Event], courses: Courses) -> Facts:
    """Take the facts of this tick; what lasts beyond it (hub, holes) is remembered in the courses."""
    side, answer, left = _nerve_news(events)
    space, sheared_mm, harmed = _way_news(events, courses)
    told = Facts(
        tick=theatre.tick,
        theatre_s=theatre.theatre_s,
        step=step,
        nerve_side=side,
        nerve_answer=answer,
        nerve_left=left,
        holes=courses.holes,
        csf_lost_ml=theatre.strain.csf_lost_ml,
        csf_way=max(theatre.implant.lost_ml, key=lambda way: theatre.implant.lost_ml[way], default=""),
        space=space,
        sheared_mm=sheared_mm,
        harmed=harmed,
        pleura_open=theatre.strain.pleura_open,
    )
    needle = theatre.needle
    if needle is None or needle.entry_mm is None:
        return told
    tip = tip_mm(needle)
    hub = "closed" if needle.stylet_in else courses.hub
    return replace(
        told,
        depth_mm=needle.depth_mm,
        off_midline_mm=tip[0] - float(theatre.patient.landmarks[f"sac.{theatre.plan.window}"][0]),
        near_sac=hub == "dry" and _near_sac(theatre.patient, tip),
        hub=hub,
        hub_cause=courses.hub_cause,
    )


def _way_news(events: Sequence[Event], courses: Courses) -> tuple[str, float, str]:
    """Remember holes and hub; return the space that was threaded, the mm that were sheared off and what the rod harmed, each if any."""
    space, sheared_mm, harmed = "", 0.0, ""
    for event in events:
        match event:
            case DuralPuncture():
                courses.holes = event.hole
            case HubChanged():
                courses.hub, courses.hub_cause = event.kind, event.cause
            case Threaded():
                space = event.space
            case Sheared():
                sheared_mm = event.fragment_mm
            case Harmed():
                harmed = event.kind
    return space, sheared_mm, harmed


_POINTS: WeakKeyDictionary[Patient, tuple[Point, bool]] = WeakKeyDictionary()
"""The point that was asked for last in each body, and the answer: a dry needle mostly stands still."""


def _near_sac(patient: Patient, tip: Point) -> bool:
    """Say whether a needle's point lies in the sac or just outside."""
    asked, answer = _POINTS.get(patient, (None, False))
    if asked != tip:
        answer = int(patient.tissue(np.array([tip]))[0]) in NEAR_SAC
        _POINTS[patient] = (tip, answer)
    return answer


def _nerve_news(events: Sequence[Event]) -> tuple[str, str, bool]:
    """Return side touched, answer, and whether the point was drawn off, by the needle's own account since the last look."""
    side, answer, left = "", "", False
    for event in events:
        match event:
            case NerveTouched():
                side, left = event.side, False
            case NerveAnswered():
                answer = event.answer
            case NerveLeft():
                left = True
    return side, answer, left


def apply_effects(theatre: Theatre, courses: Courses) -> None:
    """Let the last step's effects act on the patient."""
    for effect in courses.effects:
        theatre.strain.shock, theatre.strain.shock_s = max(effect.level, shock_now(theatre)), theatre.theatre_s
    courses.effects.clear()


def advance_courses(courses: Courses, facts: Facts) -> list[Event]:
    """Begin, continue and end what goes wrong, by the facts of one tick.

    Args:
        courses: Changed in place.
        facts: Taken at this tick.

    Returns:
        `Complication` for each beginning and `Relieved` for each end.
    """
    return [
        *_nerve(courses, facts),
        *_vein(courses, facts),
        *_dry(courses, facts),
        *_holes(courses, facts),
        *_fluid(courses, facts),
        *_catheter(courses, facts),
        *_tunneller(courses, facts),
    ]


def _begin(courses: Courses, facts: Facts, key: str, cause: str, course: Course | None = None) -> list[Event]:
    courses.live[key] = course or Course(started_s=facts.theatre_s)
    return [Complication(tick=facts.tick, id=key, name=CATALOGUE[key].name, step=facts.step, cause=cause)]


def _end(courses: Courses, facts: Facts, key: str, by: str) -> list[Event]:
    course = courses.live.pop(key)
    return [Relieved(tick=facts.tick, id=key, by=by, after_s=facts.theatre_s - course.started_s)]


def _nerve(courses: Courses, facts: Facts) -> list[Event]:
    if facts.nerve_side and not {"C4", "C5"} & courses.live.keys():
        course = Course(started_s=facts.theatre_s, freed_s=facts.theatre_s if facts.nerve_left else None)
        key = "C5" if facts.nerve_side == "both" else "C4"
        return _begin(courses, facts, key, nerve_cause(facts.nerve_side, facts.off_midline_mm), course)
    for key in ("C4", "C5"):
        if key in courses.live:
            return _follow_nerve(courses, facts, key)
    return []


def nerve_cause(side: str, off_midline_mm: float) -> str:
    """Return in words where the point was when it touched a nerve."""
    if side == "both":
        return "the point reached the cord"
    if abs(off_midline_mm) <= 3.0:
        return f"a {side} root was touched near the midline, too far forwards"
    where = "left" if off_midline_mm > 0.0 else "right"
    return f"the point was {abs(off_midline_mm):.0f} mm {where} of the midline and touched a {side} root"


def _follow_nerve(courses: Courses, facts: Facts, key: str) -> list[Event]:
    course = courses.live[key]
    course.worse = course.worse or facts.nerve_answer == "wrong"
    if facts.nerve_side:
        course.freed_s = None
    if facts.nerve_left:
        course.freed_s = facts.theatre_s
    level = lingering(course, facts.theatre_s)
    if level < FADED:
        return _end(courses, facts, key, "drawing back")
    courses.effects.append(HoldShock(level))
    return []


def lingering(course: Course, theatre_s: float) -> float:
    """Return the nerve shock that lasts: constant on the root, gone a minute after drawing back."""
    level = WORSE if course.worse else LINGERS
    if course.freed_s is None:
        return level
    fade_s = FADES_S / (1.0 if course.worse else 2.0)
    return level * max(0.0, 1.0 - (theatre_s - course.freed_s) / fade_s)


def _vein(courses: Courses, facts: Facts) -> list[Event]:
    bloody = facts.hub in ("blood", "pink")
    if bloody and "C8" not in courses.live:
        return _begin(courses, facts, "C8", "an epidural vein was torn")
    if "C8" in courses.live and facts.hub in ("drops", "stream"):
        return _end(courses, facts, "C8", "clearing")
    if "C8" in courses.live and facts.depth_mm is None:
        return _end(courses, facts, "C8", "re-siting")
    return []


def _dry(courses: Courses, facts: Facts) -> list[Event]:
    expected = facts.hub == "dry" and facts.hub_cause in DRY_CAUSES and (facts.near_sac or facts.holes > 0)
    if not expected:
        courses.dry_since_s = None
        return _relieve_dry(courses, facts)
    if courses.dry_since_s is None:
        courses.dry_since_s = facts.theatre_s
    open_s = facts.theatre_s - courses.dry_since_s
    if "C6" in courses.live or open_s < DRY_S:
        return []
    return _begin(courses, facts, "C6", DRY_CAUSES[facts.hub_cause], Course(started_s=facts.theatre_s, cause=facts.hub_cause))


def _relieve_dry(courses: Courses, facts: Facts) -> list[Event]:
    if "C6" not in courses.live:
        return []
    if facts.hub in ("drops", "stream", "pink"):
        return _end(courses, facts, "C6", DRY_RELIEF[courses.live["C6"].cause])
    return _end(courses, facts, "C6", "re-siting") if facts.depth_mm is None else []


def _holes(courses: Courses, facts: Facts) -> list[Event]:
    if facts.holes < 2 or "C3" in courses.told:
        return []
    courses.told.append("C3")
    cause = f"the dura was pierced {facts.holes} times"
    return [Complication(tick=facts.tick, id="C3", name=CATALOGUE["C3"].name, step=facts.step, cause=cause)]


def _catheter(courses: Courses, facts: Facts) -> list[Event]:
    """Tell a catheter outside the sac until one lies in it, and every piece that is cut off."""
    events: list[Event] = []
    if facts.sheared_mm > 0.0:
        cause = f"pulled back through the needle, whose heel cut off {facts.sheared_mm:.0f} mm"
        events.append(Complication(tick=facts.tick, id="C16", name=CATALOGUE["C16"].name, step=facts.step, cause=cause))
    if facts.space == "intrathecal" and "C7" in courses.live:
        events += _end(courses, facts, "C7", "puncturing again")
    elif facts.space in OUTSIDE and "C7" not in courses.live:
        events += _begin(courses, facts, "C7", OUTSIDE[facts.space])
    return events


LOST_BY = {
    "hub": "the hub stood open",
    "catheter": "the catheter's end stood open",
    "fascia": "it ran into the back wound",
    "connector": "the catheter leaked at the pump",
    "syringe": "it was drawn with a syringe",
}
"""Ways of the account of spinal fluid, in words."""


def _fluid(courses: Courses, facts: Facts) -> list[Event]:
    events: list[Event] = []
    for key, limit_ml in CSF_ML:
        if facts.csf_lost_ml > limit_ml and key not in courses.told:
            courses.told.append(key)
            cause = f"{LOST_BY.get(facts.csf_way, LOST_BY['hub'])} until more than {limit_ml:.0f} mL were lost"
            events.append(Complication(tick=facts.tick, id=key, name=CATALOGUE[key].name, step=facts.step, cause=cause))
    return events


PIERCED = {
    "peritoneum": ("C29", "the rod was pushed on through the fascia and the peritoneum"),
    "bowel": ("C29", "the rod was pushed into bowel"),
    "kidney": ("C29K", "the rod ran deep behind the flank into the kidney"),
    "pleura": ("C29P", "the rod ran deep above the last rib"),
}


def _tunneller(courses: Courses, facts: Facts) -> list[Event]:
    """Tell once each what the rod went through; an opened pleura goes on until the chest is drained."""
    if "C29P" in courses.live and not facts.pleura_open:
        return _end(courses, facts, "C29P", "a drain")
    if facts.harmed not in PIERCED or PIERCED[facts.harmed][0] in courses.told:
        return []
    key, cause = PIERCED[facts.harmed]
    courses.told.append(key)
    if key == "C29P":
        return _begin(courses, facts, key, cause)
    return [Complication(tick=facts.tick, id=key, name=CATALOGUE[key].name, step=facts.step, cause=cause)]
