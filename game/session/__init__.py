"""The session: one clock, seeded streams, one log."""

from game.session.drill import can_drill, expert_at, expert_handover, expert_handovers, some_steps
from game.session.playing import run
from game.session.recorder import Recorder, read_recording
from game.session.replay import resume, rewound, verify
from game.session.session import Session
from game.session.trainees.trainee import make_trainee

__all__ = [
    "Recorder",
    "Session",
    "can_drill",
    "expert_at",
    "expert_handover",
    "expert_handovers",
    "make_trainee",
    "read_recording",
    "resume",
    "rewound",
    "run",
    "some_steps",
    "verify",
]
