"""The talk list: who may be told or asked what, and what is still to be answered."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from game.clock import ticks
from game.operation.events import Spoken

if TYPE_CHECKING:
    from game.operation.theatre import Theatre

STEPS_WITH_CARM = ("positioning", "needle")
STEPS_AWAKE = ("positioning", "antisepsis", "needle")


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
    steps: tuple[str, ...] = STEPS_AWAKE
    delay_s: tuple[float, float] = (0.6, 1.6)


_DEGREES = Slot("degrees", ("2", "5", "10", "20"))
_MILLIMETRES = Slot("millimetres", ("10", "20", "50"))

TALK_LINES: tuple[TalkLine, ...] = (
    TalkLine("ask_pain", "patient"),
    TalkLine("ask_leg", "patient", steps=("needle",)),
    TalkLine("ask_numb", "patient", steps=("needle",)),
    TalkLine("ask_headache", "patient", steps=("needle",)),
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
    TalkLine("ask_level", "radiographer", steps=STEPS_WITH_CARM, delay_s=(3.0, 6.0)),
    TalkLine("ask_pressure", "anaesthetist"),
    TalkLine("order_midazolam", "anaesthetist", (Slot("mg", ("0.5", "1", "2")),)),
    TalkLine("order_fentanyl", "anaesthetist", (Slot("ug", ("25", "50", "100")),)),
    TalkLine("order_lighten", "anaesthetist"),
    TalkLine("order_valsalva", "anaesthetist", steps=("needle",)),
    TalkLine("order_head_up", "anaesthetist", (Slot("degrees", ("0", "10", "20", "30")),), steps=("needle",)),
    TalkLine("order_stop", "all", delay_s=(0.4, 0.8)),
    TalkLine("order_help", "all"),
)

BY_LINE: dict[str, TalkLine] = {item.line: item for item in TALK_LINES}


@dataclass(frozen=True, slots=True)
class PendingReply:
    """An answer or a deed that is still to come; what it says is found out when it is due.

    Attributes:
        due_tick: Theatre tick: session ticks and booked waits.
        reply: Name of the answer, a key of the table of answers.
        words: What the surgeon said with the line.
    """

    due_tick: int
    reply: str
    words: tuple[str, ...] = ()


@dataclass
class Talk:
    """What people owe each other in words.

    Attributes:
        pending: Answers still to come, in the order they were asked for.
        said: Theatre tick at which each kind of spontaneous speech was last heard.
        time_out: not_done, done or wrong: the last time-out claimed.
        nerve_called: Whether the leg pain that lasts now was called out.
        csf_called_ml: Highest count of spinal fluid called so far.
        csf_eye: How the counting nurse sees a volume: 1 is true; 0 before she looked.
    """

    pending: list[PendingReply] = field(default_factory=list)
    said: dict[str, int] = field(default_factory=dict)
    time_out: str = "not_done"
    nerve_called: bool = False
    csf_called_ml: int = 1
    csf_eye: float = 0.0


def theatre_ticks(theatre: "Theatre") -> int:
    """Return the theatre clock in ticks."""
    return theatre.tick + theatre.waited_ticks


def later(theatre: "Theatre", delay_s: float, reply: str, words: tuple[str, ...] = ()) -> None:
    """Book an answer."""
    theatre.talk.pending.append(PendingReply(theatre_ticks(theatre) + ticks(delay_s), reply, words))


def spoken(theatre: "Theatre", speaker: str, line: str, *words: str) -> Spoken:
    """Return the event of somebody saying a line now."""
    return Spoken(tick=theatre.tick, speaker=speaker, line=line, words=words)
