"""The talk list: who may be told or asked what, and how an answer is booked."""

from dataclasses import dataclass

from game.clock import ticks
from game.operation.built import BUILT_STEPS
from game.operation.events import Spoken
from game.operation.talk_state import PendingReply
from game.operation.theatre import Theatre

STEPS_WITH_CARM = ("positioning", "needle", "catheter", "views")


@dataclass(frozen=True, slots=True)
class Slot:
    """A gap in what the surgeon says, and what can fill it."""

    name: str
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TalkLine:
    """One thing that the surgeon can say.

    Attributes:
        line: Key in `assets/speech.yaml` of the words, and of the action `Say`.
        to: Who it is for: patient, nurses, radiographer, anaesthetist or all.
        slots: What has to be said with it, in order.
        steps: Steps in which the talk list offers it; it may be said in any.
        delay_s: Shortest and longest time to the first answer, in theatre seconds.
    """

    line: str
    to: str
    slots: tuple[Slot, ...] = ()
    steps: tuple[str, ...] = BUILT_STEPS
    delay_s: tuple[float, float] = (0.6, 1.6)


_DEGREES = Slot("degrees", ("2", "5", "10", "20"))
_MILLIMETRES = Slot("millimetres", ("10", "20", "50"))

TALK_LINES: tuple[TalkLine, ...] = (
    TalkLine("ask_pain", "patient"),
    TalkLine("ask_leg", "patient", steps=("needle", "catheter")),
    TalkLine("ask_numb", "patient", steps=("needle",)),
    TalkLine("ask_headache", "patient", steps=("needle", "catheter")),
    TalkLine("time_out", "nurses", (Slot("side", ("left", "right")), Slot("window", ("L1-2", "L2-3", "L3-4", "L4-5"))), delay_s=(3.0, 6.0)),
    TalkLine("ask_allergy", "nurses", delay_s=(1.5, 4.0)),
    TalkLine("ask_dry", "nurses", steps=("antisepsis", "needle"), delay_s=(2.0, 4.0)),
    TalkLine("ask_lidocaine", "nurses", steps=("needle",), delay_s=(1.0, 2.5)),
    TalkLine("ask_reader", "nurses", (Slot("item", ("lidocaine", "antiseptic")),), steps=("antisepsis", "needle"), delay_s=(2.0, 4.0)),
    TalkLine("ask_count", "nurses", steps=("antisepsis", "needle"), delay_s=(20.0, 40.0)),
    TalkLine("carm_view", "radiographer", (Slot("view", ("AP", "lateral")),), STEPS_WITH_CARM),
    TalkLine("carm_tilt", "radiographer", (_DEGREES, Slot("way", ("cranial", "caudal"))), STEPS_WITH_CARM),
    TalkLine("carm_orbit", "radiographer", (_DEGREES, Slot("way", ("left", "right"))), STEPS_WITH_CARM),
    TalkLine("carm_along", "radiographer", (_MILLIMETRES, Slot("way", ("head", "feet"))), STEPS_WITH_CARM),
    TalkLine("carm_lift", "radiographer", (_MILLIMETRES, Slot("way", ("up", "down"))), STEPS_WITH_CARM),
    TalkLine("ask_level", "radiographer", steps=("positioning", "needle", "catheter"), delay_s=(3.0, 6.0)),
    TalkLine("ask_pressure", "anaesthetist"),
    TalkLine("order_midazolam", "anaesthetist", (Slot("mg", ("0.5", "1", "2")),)),
    TalkLine("order_fentanyl", "anaesthetist", (Slot("ug", ("25", "50", "100")),)),
    TalkLine("order_lighten", "anaesthetist"),
    TalkLine("order_valsalva", "anaesthetist", steps=("needle",)),
    TalkLine("order_head_up", "anaesthetist", (Slot("degrees", ("0", "10", "20", "30")),), steps=("needle",)),
    TalkLine("call_surgeon", "nurses", steps=("tunnelling",), delay_s=(1.0, 2.5)),
    TalkLine("order_prep", "nurses", steps=("tunnelling",), delay_s=(1.0, 2.5)),
    TalkLine("order_stop", "all", delay_s=(0.4, 0.8)),
    TalkLine("order_help", "all"),
)

BY_LINE: dict[str, TalkLine] = {item.line: item for item in TALK_LINES}


def theatre_ticks(theatre: Theatre) -> int:
    """Return the theatre clock in ticks."""
    return theatre.tick + theatre.waited_ticks


def later(theatre: Theatre, delay_s: float, reply: str, words: tuple[str, ...] = ()) -> None:
    """Book an answer."""
    theatre.talk.pending.append(PendingReply(theatre_ticks(theatre) + ticks(delay_s), reply, words))


def spoken(theatre: Theatre, speaker: str, line: str, *words: str) -> Spoken:
    """Return the event of somebody saying a line now."""
    return Spoken(tick=theatre.tick, speaker=speaker, line=line, words=words)
