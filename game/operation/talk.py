"""Talk: the surgeon says a line, people answer after a while from what is true then, and speak up by themselves."""

from game.base import Event
from game.operation.actions import Say
from game.operation.talk_answers import ANSWERS, REPLIES
from game.operation.talk_lines import BY_LINE, TALK_LINES, Slot, TalkLine, later, spoken, theatre_ticks
from game.operation.talk_spontaneous import spontaneous
from game.operation.theatre import Theatre
from game.patient.physiology import awareness

__all__ = ["TALK_LINES", "Slot", "TalkLine", "advance_talk", "refuse_say", "say"]

LOOK_TICKS = 12
"""People listen and look ten times a second."""


def refuse_say(theatre: Theatre, action: Say) -> str | None:
    """Say why a line cannot be said now, or None; changes nothing."""
    entry = BY_LINE.get(action.line)
    if entry is None:
        return f"Nobody knows what to do with '{action.line}'; choose a line of the talk list."
    if len(action.words) != len(entry.slots):
        wanted = " and ".join(slot.name for slot in entry.slots) or "nothing more"
        return f"'{action.line}' needs {wanted}, not {len(action.words)} words."
    for slot, word in zip(entry.slots, action.words, strict=True):
        if word not in slot.choices:
            return f"{slot.name} is '{word}', must be one of {', '.join(slot.choices)}."
    if action.line == "time_out" and not theatre.sterility.draped:
        return "Time-out comes when the field is draped."
    if any(waiting.reply in REPLIES[action.line] for waiting in theatre.talk.pending):
        return "That was said already and is not answered yet."
    return None


def say(theatre: Theatre, action: Say) -> list[Event]:
    """Say a line that was not refused: it is heard at once, its answers are booked."""
    entry = BY_LINE[action.line]
    chance = theatre.chance("talk")
    for number, reply in enumerate(REPLIES[action.line]):
        low, high = entry.delay_s
        delay_s = low + (high - low) * float(chance.random())
        if entry.to == "patient":
            delay_s *= 1.0 + 1.2 * (5.0 - awareness(theatre.physiology))
        later(theatre, delay_s + 1.5 * number, reply, action.words)
    return [spoken(theatre, "surgeon", action.line, *action.words)]


def advance_talk(theatre: Theatre) -> list[Event]:
    """Let people answer what is due and say what they notice: at every twelfth tick, so that strides change nothing."""
    if theatre.tick % LOOK_TICKS != 0:
        return []
    events: list[Event] = []
    now = theatre_ticks(theatre)
    due = sorted((waiting for waiting in theatre.talk.pending if waiting.due_tick <= now), key=lambda waiting: waiting.due_tick)
    if due:
        theatre.talk.pending = [waiting for waiting in theatre.talk.pending if waiting.due_tick > now]
    for waiting in due:
        events.extend(ANSWERS[waiting.reply](theatre, waiting.words, theatre.chance("talk")))
    return [*events, *spontaneous(theatre)]
