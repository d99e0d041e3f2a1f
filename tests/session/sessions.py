"""Sessions at the beginning of any step, and short plays of each."""

from collections.abc import Iterable
from functools import cache

from game.base import Action
from game.operation.actions import (
    Aim,
    AskView,
    Grip,
    LetGo,
    MoveCArm,
    MoveHand,
    OtherHand,
    Pedal,
    PointHand,
    Roll,
    Say,
    StartStep,
    StoreView,
    Stylet,
    TakeInstrument,
    Wait,
)
from game.operation.anchoring.actions import Spread
from game.operation.antisepsis.actions import FreshApplicator, PutOnGloves, RemoveHair, WashHands
from game.operation.connection.actions import WriteTrimmed
from game.operation.needle.actions import Inject, PlaceNeedle
from game.operation.positioning.actions import MarkSkin, NameLevel, PlaceMarker, PlacePatient
from game.operation.tunnelling.actions import BendRod, SetDown
from game.operation.views.actions import Present
from game.resources import shipped
from game.scenario import Scenario, load_scenario
from game.session import Recorder, Session
from game.session.drill import some_steps

STEPS = ("positioning", "antisepsis", "needle", "catheter", "anchoring", "tunnelling", "connection", "views")
Play = tuple[tuple[int, Action], ...]
"""Actions with the ticks that pass before each."""

POSITIONING: Play = (
    (3, PlacePatient(80.0, -8.0)),
    (5, MoveCArm(orbit_deg=-2.0, along_mm=-10.0)),
    (0, Pedal(True)),
    (31, Pedal(False)),
    (4, NameLevel("L3", 0.0, 0.0)),
    (0, StoreView("ap")),
    (7, PlaceMarker(10.0, 0.0)),
    (1, Say("ask_pain")),
    (250, MarkSkin("entry", 20.0, 5.0)),
    (2, AskView("ap")),
    (30, Wait(30.0)),
)
ANTISEPSIS: Play = (
    (2, RemoveHair("clip")),
    (3, WashHands(3.0)),
    (1, PutOnGloves(2)),
    (9, FreshApplicator("chlorhexidine")),
    (1, TakeInstrument("applicator")),
    (1, Grip()),
    *(((1, MoveHand(4.0 if k % 40 < 20 else -4.0, 0.3))) for k in range(120)),
    (2, LetGo()),
    (77, Wait(60.0)),
)
NEEDLE: Play = (
    (1, TakeInstrument("lidocaine")),
    (2, PlaceNeedle(0.0, 0.0)),
    (1, Grip()),
    *((1, MoveHand(-0.4, 0.3)) for _ in range(40)),
    (1, LetGo()),
    (1, Inject(3.0)),
    (1, TakeInstrument("tuohy")),
    (2, PlaceNeedle(0.0, 0.0)),
    (1, Aim(5.0, -3.0)),
    (1, Grip()),
    *((1, MoveHand(-0.5, 0.35)) for _ in range(140)),
    (1, LetGo()),
    (30, Stylet()),
    (150, Stylet()),
)
TUNNELLING: Play = (
    (1, TakeInstrument("lidocaine")),
    (2, SetDown(0.0, 300.0)),
    (1, Grip()),
    *((2, MoveHand(0.2, -4.0)) for _ in range(15)),
    (1, LetGo()),
    (1, TakeInstrument("blade")),
    *(
        entry
        for _ in range(3)
        for entry in ((1, SetDown(0.0, 315.0)), (1, Grip()), *((1, MoveHand(0.0, 6.0)) for _ in range(15)), (1, LetGo()))
    ),
    (1, OtherHand(True, 20.0, 170.0)),
    (1, TakeInstrument("tunneller")),
    (1, SetDown(0.0, 316.0)),
    (1, BendRod(30.0)),
    (1, Aim(2.0, -12.0)),
    (1, Grip()),
    *((2, MoveHand(0.0, -1.5)) for _ in range(90)),
    (1, OtherHand(False)),
    (1, LetGo()),
    (30, Say("ask_pain")),
    (150, Wait(20.0)),
)
ANCHORING: Play = (
    (1, TakeInstrument("blade")),
    (1, Roll(20.0)),
    (1, PointHand(-20.0, -6.0)),
    (1, Grip()),
    *((1, MoveHand(1.0, 0.0)) for _ in range(50)),
    (1, LetGo()),
    (1, Spread()),
    (1, TakeInstrument("cautery")),
    (1, PointHand(0.0, -6.0)),
    (1, Grip()),
    *((2, MoveHand(0.2, 0.0)) for _ in range(60)),
    (1, LetGo()),
    (90, Wait(30.0)),
)
CONNECTION: Play = (
    (1, TakeInstrument("forceps")),
    (1, PointHand(-14.0, -26.0)),
    (1, Grip()),
    *((1, MoveHand(1.2, -0.37)) for _ in range(120)),
    (1, LetGo()),
    (1, TakeInstrument("scissors")),
    (1, Roll(30.0)),
    (1, PointHand(-28.0, -70.4)),
    (1, Grip()),
    *((1, MoveHand(0.0, 1.2)) for _ in range(12)),
    (1, LetGo()),
    (30, WriteTrimmed(158.0)),
    (150, Wait(30.0)),
)
VIEWS: Play = (
    (4, MoveCArm(orbit_deg=-3.0, tilt_deg=2.0, along_mm=-20.0)),
    (1, Pedal(True)),
    (31, Pedal(False)),
    (3, NameLevel("L3", 0.0, 0.1)),
    (40, MoveCArm(orbit_deg=2.0)),
    (0, Pedal(True)),
    (20, Pedal(False)),
    (2, Say("ask_pain")),
    (9, Present()),
    (250, Wait(30.0)),
)
CATHETER: Play = (
    (1, TakeInstrument("catheter")),
    (1, Stylet()),
    (30, Grip()),
    *((1, MoveHand(-0.35, 0.3)) for _ in range(60)),
    (1, Roll(40.0)),
    (1, LetGo()),
    (4, Grip()),
    *((1, MoveHand(-0.35, 0.3)) for _ in range(60)),
    (1, OtherHand(True)),
    *((1, MoveHand(0.35, -0.3)) for _ in range(40)),
    (1, OtherHand(False)),
    (1, LetGo()),
    (2, Pedal(True)),
    (31, Pedal(False)),
    (1, NameLevel("L2", 0.0, 0.0)),
    (150, Wait(30.0)),
)
PLAYS: dict[str, Play] = {
    "positioning": POSITIONING,
    "antisepsis": ANTISEPSIS,
    "needle": NEEDLE,
    "catheter": CATHETER,
    "anchoring": ANCHORING,
    "tunnelling": TUNNELLING,
    "connection": CONNECTION,
    "views": VIEWS,
}


@cache
def scenario(*steps: str) -> Scenario:
    name = "views/true-ap-l3.yaml" if steps == ("views",) else "standard.yaml"
    whole = load_scenario(shipped("scenarios") / name)
    return some_steps(whole, steps) if steps else whole


def begun(step: str, seed: int = 3, recorder: Recorder | None = None, mode: str = "practice") -> Session:
    """Return a session of one step alone, opened."""
    session = Session(scenario(step), seed, mode, recorder)
    session.act(StartStep(step))
    return session


def play(session: Session, actions: Iterable[tuple[int, Action]]) -> Session:
    for ticks, action in actions:
        session.advance(ticks)
        session.act(action)
    return session


def played(step: str, seed: int = 3, recorder: Recorder | None = None, mode: str = "practice") -> Session:
    return play(begun(step, seed, recorder, mode), PLAYS[step])
