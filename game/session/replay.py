"""Running a recording again: to watch, to go on from a tick, or to find the first difference."""

import dataclasses
import itertools
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from game.assessment.criteria import Criterion
from game.errors import ActionRefused, RecordingError, ScenarioError
from game.instruments.equipment import Equipment
from game.operation.registry import ACTIONS
from game.plain import decode
from game.scenario import Tables, load_tables, scenario_from_plain
from game.scenario.scalars import shorten
from game.session.digest import digests, numbers
from game.session.handover import read_handover
from game.session.recorder import Line, Recorder, Recording, error_text, read_recording, said
from game.session.session import MODES, Session

SAME = 1e-6


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a replay left the recording.

    Attributes:
        from_tick, to_tick: The first differing interval.
        section: The part of the state, or `numbers.<name>`, or `action`.
        actions: The recorded actions in that interval, as text.
    """

    from_tick: int
    to_tick: int
    section: str
    actions: tuple[str, ...]

    def __str__(self) -> str:
        """Return the finding in one line."""
        done = ", ".join(self.actions) or "none"
        return f"ticks {self.from_tick} to {self.to_tick}: {self.section} differs; actions in that interval: {done}"


def session_of(recording: Recording, recorder: Recorder | None = None) -> Session:
    """Make the session that a recording starts from.

    Raises:
        RecordingError: If its scenario or handover does not fit this program.
    """
    header = recording.header
    if header.mode not in MODES:
        raise RecordingError(f"The recording's header does not fit this program: there is no mode '{header.mode}'.")
    handover = read_handover(header.handover) if header.handover is not None else None
    try:
        scenario = scenario_from_plain(header.scenario)
    except ScenarioError as error:
        raise RecordingError(f"The recording's scenario does not fit this program: {error.problems[0].text}.") from error
    missing = _missing(scenario.tables)
    if missing:
        raise RecordingError(f"The recording's tables do not fit this program: {missing} is missing.")
    return Session(scenario, header.seed, header.mode, recorder, handover, header.trainee, recording.device)


def _missing(tables: Tables) -> str:
    """Return what this program needs and a recording's tables do not have, or ""."""
    own, theirs = load_tables(), tables
    parts: list[tuple[str, Iterable[str], Container[str]]] = [
        ("the critical error", own.criteria.critical, theirs.criteria.critical),
    ]
    for name in (f.name for f in dataclasses.fields(Equipment) if f.name != "format"):
        parts.append((f"the {name.removesuffix('s')}", getattr(own.equipment, name), getattr(theirs.equipment, name)))
    for step, criteria in own.criteria.steps.items():
        known = theirs.criteria.steps[step].measures
        parts.append((f"the criterion of {step}", criteria.measures, known))
        for name, criterion in criteria.measures.items():
            parts.append((f"the outcome of {name}", _outcomes(criterion), _outcomes(known.get(name, criterion))))
    return next((f"{what} '{name}'" for what, needed, known in parts for name in needed if name not in known), "")


def _outcomes(criterion: Criterion) -> tuple[str, ...]:
    """Return what a criterion can judge: named outcomes, or numbers."""
    return tuple(criterion.marks) if criterion.kind == "category" else ("a number",)


def play_line(session: Session, line: Line) -> None:
    """Advance to a line's tick and do its action, if it is one.

    Raises:
        RecordingError: If the action is unknown or is refused now.
    """
    if line.tick > session.tick:
        session.advance(line.tick - session.tick)
    if line.kind != "do":
        return
    kind = ACTIONS.get(line.body["do"])
    if kind is None:
        raise RecordingError(f"line {line.number}: nobody here knows the action {shorten(line.body['do'])}.")
    try:
        action = decode(kind, line.body["with"])
    except (TypeError, KeyError, ValueError) as error:
        raise RecordingError(f"line {line.number}: the action {line.body['do']} is damaged: {said(error)}.") from error
    try:
        session.act(action)
    except ActionRefused as error:
        raise RecordingError(f"line {line.number}, tick {line.tick}: {line.body['do']} is refused: {said(error)}.") from error


def resume(path: Path | str, tick: int | None = None, recorder: Recorder | None = None) -> Session:
    """Replay a recording up to a tick, or to its end, and hand the session over live.

    A recording that ends in an exception is played to the last moment before it.

    Raises:
        RecordingError: If the recording cannot be used.
    """
    recording = read_recording(path)
    session = session_of(recording, recorder)
    for line in recording.lines:
        if (tick is not None and line.tick > tick) or line.kind == "error":
            break
        try:
            play_line(session, line)
        except Exception as error:
            if error_text(error) == written_error(recording):
                return session
            raise
    if tick is not None and session.tick < tick:
        session.advance(tick - session.tick)
    return session


def rewound(session: Session, tick: int, recorder: Recorder | None = None, deeds: int | None = None) -> Session:
    """Return a new session, played like another one up to and with a tick.

    Args:
        session: The other one; it stays as it is.
        tick: Where the new one stands.
        recorder: Of the new one.
        deeds: How many actions of the log are done again; None for all of them up to the tick.
    """
    again = Session(session.scenario, session.seed, session.mode, recorder, session.origin, session.trainee, session.device)
    for at, action in session.log[:deeds]:
        if at > tick:
            break
        again.advance(at - again.tick)
        again.act(action)
    again.advance(tick - again.tick)
    return again


def verify(path: Path | str) -> Difference | None:
    """Replay a recording and return the first difference, or None.

    Raises:
        RecordingError: If the recording cannot be used.
    """
    recording = read_recording(path)
    session = session_of(recording)
    since, done = 0, list[Line]()
    for line in recording.lines:
        if line.kind == "do":
            done.append(line)
        try:
            play_line(session, line)
        except RecordingError as error:
            return Difference(since, line.tick, f"action: {error}", named(done))
        except Exception as error:
            if error_text(error) == written_error(recording):
                return None
            raise
        if line.kind == "error":
            return Difference(since, line.tick, f"error: '{line.body['error']}' does not come again and so the end", named(done))
        if line.kind == "digest":
            section = _different(session, line)
            if section:
                return Difference(since, line.tick, section, named(done))
            since, done = line.tick, []
    return None


def named(lines: Sequence[Line]) -> tuple[str, ...]:
    """Return actions as text, runs of one kind as one."""
    runs = [list(run) for _, run in itertools.groupby(lines, key=lambda line: str(line.body["do"]))]
    return tuple(
        f"{run[0].body['do']} (line {run[0].number})"
        if len(run) == 1
        else f"{len(run)} x {run[0].body['do']} (lines {run[0].number} to {run[-1].number})"
        for run in runs
    )


def written_error(recording: Recording) -> str:
    """Return the exception that ended a recorded session, or ""."""
    last = recording.lines[-1] if recording.lines else None
    return str(last.body["error"]) if last is not None and last.kind == "error" else ""


def _different(session: Session, line: Line) -> str:
    known = line.body["digest"]
    now = digests(session)
    changed = [name for name in sorted(set(known) | set(now)) if known.get(name) != now.get(name)]
    if not changed:
        return ""
    recorded, here = line.body["numbers"], numbers(session)
    off = [name for name in sorted(recorded) if not _near(recorded[name], here.get(name))]
    return ", ".join(changed) + (f" (numbers: {', '.join(off)})" if off else "")


def _near(recorded: float, here: float | None) -> bool:
    return here is not None and abs(recorded - here) <= SAME * max(abs(recorded), abs(here), 1.0)
