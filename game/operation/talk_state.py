"""What people owe each other in words: plain state, apart from what they answer."""

from dataclasses import dataclass, field
from typing import Literal

TimeOut = Literal["not_done", "done", "wrong"]


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
        time_out: The last time-out claimed, by the plan.
        time_out_failed: Whether a wrong one was ever claimed; that is told once.
        nerve_called: Whether the leg pain that lasts now was called out.
        csf_called_ml: Highest count of spinal fluid called so far.
        csf_eye: How the counting nurse sees a volume: 1 is true; 0 before she looked.
    """

    pending: list[PendingReply] = field(default_factory=list)
    said: dict[str, int] = field(default_factory=dict)
    time_out: TimeOut = "not_done"
    time_out_failed: bool = False
    nerve_called: bool = False
    csf_called_ml: int = 1
    csf_eye: float = 0.0
