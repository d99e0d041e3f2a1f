"""One tick: the only place where instruments, operation, body and complications meet."""

from typing import TYPE_CHECKING

from game.base import Event
from game.complications import advance_courses, apply_effects, facts_of
from game.errors import ImpossibleStateError
from game.instruments.needle import settled
from game.operation import core, motion
from game.operation.registry import STEPS
from game.operation.strain import stimuli
from game.operation.theatre import Theatre
from game.patient.physiology import advance_physiology
from game.session.sanity import fault

if TYPE_CHECKING:
    from game.session.session import Session

BODY_TICKS = 12


def stride(session: "Session") -> int:
    """Return how many ticks can be taken at once: 1 while anything moves, else to the next of the body's steps."""
    theatre = session.theatre
    if session.touched or theatre.hand.gripping or theatre.fluoroscope.pedal or theatre.fluoroscope.owed or _moves(session):
        return 1
    return BODY_TICKS - theatre.tick % BODY_TICKS


def _moves(session: "Session") -> bool:
    """Say whether the needle, or anything of the open step, moves by itself."""
    needle = session.theatre.needle
    if needle is not None and not settled(needle):
        return True
    return session.rules is not None and not session.rules.still(session.theatre, session.states[session.step])


def advance_one(session: "Session", ticks: int) -> list[Event]:
    """Move the session on by one stride, in the order of the contract.

    Raises:
        ImpossibleStateError: If a value came out that cannot be.
    """
    theatre = session.theatre
    theatre.tick += ticks
    events = core.advance(theatre)
    if session.step:
        events.extend(STEPS[session.step].advance(theatre, session.states[session.step]))
        motion.advance(session.motions[session.step], theatre)
    if theatre.tick % BODY_TICKS == 0:
        apply_effects(theatre, session.courses)
        live(theatre)
        events.extend(_complications(session, events))
        _check_sane(session)
    return events


def _complications(session: "Session", events: list[Event]) -> list[Event]:
    """Let what goes wrong begin, go on and end, by all that happened since the last look."""
    facts = facts_of(session.theatre, session.step, [*session.events[session.followed :], *events], session.courses)
    found = advance_courses(session.courses, facts)
    session.followed = len(session.events) + len(events) + len(found)
    return found


def live(theatre: Theatre) -> None:
    """Bring the body up to the theatre clock."""
    due = (theatre.tick + theatre.waited_ticks) // BODY_TICKS
    while theatre.physiology.steps < due:
        advance_physiology(theatre.physiology, stimuli(theatre))


def _check_sane(session: "Session") -> None:
    """Refuse to go on from numbers that cannot be: in the theatre, in the open step, in what goes wrong."""
    parts = {"": session.theatre, "courses": session.courses}
    if session.step:
        parts[f"step.{session.step}"] = session.states[session.step]
    for name, part in parts.items():
        found = fault(part)
        if found:
            raise ImpossibleStateError(f"tick {session.tick}: {(name + found).removeprefix('.')}")
