import dataclasses
import errno
import json
import math
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import game.session.session as sessions
from game.errors import GameError, ImpossibleStateError, RecordingError
from game.operation.actions import LetGo, MoveHand, Pedal, PointHand, StartStep
from game.session import Recorder, Session, expert_handover, read_recording, resume, verify
from game.session.digest import DIGEST_TICKS, digests
from game.session.replay import session_of
from tests.session.sessions import NEEDLE, PLAYS, STEPS, begun, play, played, scenario


@pytest.fixture
def path(tmp_path):
    return tmp_path / "case.jsonl"


@pytest.fixture(autouse=True)
def files_closed(monkeypatch):
    """Close every file that a test left open, as the end of a process does."""
    opened, real = [], Recorder.__init__
    monkeypatch.setattr(Recorder, "__init__", lambda self, path: (real(self, path), opened.append(self._file))[0])
    yield
    for file in opened:
        if file is not None:
            file.close()


def recorded(path, step="needle", after_ticks=1300):
    session = played(step, recorder=Recorder(path))
    session.advance(after_ticks)
    session.close()
    return session


@pytest.fixture(scope="module")
def lines(tmp_path_factory):
    """The lines of one good recording."""
    path = tmp_path_factory.mktemp("recordings") / "good.jsonl"
    recorded(path)
    return path.read_bytes().splitlines(keepends=True)


def write(path, lines):
    path.write_bytes(b"".join(lines))
    return path


def one_line(error):
    text = str(error.value)
    return text if "\n" not in text and text.endswith(".") else ""


# What is written


def test_a_recording_begins_with_all_that_is_needed_to_play_it_again(path):
    recorded(path)
    first = json.loads(path.read_bytes().splitlines()[0])
    assert first["recording"] == "spinal-infusion-trainer"
    assert set(first) >= {"format", "program", "libraries", "platform", "seed", "mode", "trainee", "scenario", "handover"}
    assert set(first["scenario"]["tables"]) == {"criteria", "equipment"}
    assert (first["format"], first["seed"], first["mode"]) == (1, 3, "practice")


def test_every_line_is_an_action_or_a_digest_with_its_tick_and_the_last_is_the_end(path):
    session = recorded(path)
    read = read_recording(path)
    assert [line.body["do"] for line in read.lines if line.kind == "do"] == ["StartStep", *(type(action).__name__ for _, action in NEEDLE)]
    assert [line.tick for line in read.lines if line.kind == "digest"] == list(range(DIGEST_TICKS, session.tick + 1, DIGEST_TICKS))
    assert (read.lines[-1].kind, read.lines[-1].tick) == ("end", session.tick)
    assert not read.torn
    assert read.note == ""
    digest = next(line for line in read.lines if line.kind == "digest")
    assert {"patient", "theatre", "events", "streams", "step.needle"} <= set(digest.body["digest"])
    assert len(digest.body["numbers"]) >= 16


def test_an_action_is_on_the_disk_before_it_takes_effect(path, monkeypatch):
    session = begun("needle", recorder=Recorder(path))
    on_disk = []
    monkeypatch.setattr(Session, "_apply", lambda self, action: on_disk.append(path.read_bytes().splitlines()[-1]))
    session.act(PointHand(1.0, 2.0))
    assert json.loads(on_disk[0]) == {"tick": 0, "do": "PointHand", "with": {"x_mm": 1.0, "y_mm": 2.0}}


def test_a_refused_action_leaves_no_line(path):
    session = begun("needle", recorder=Recorder(path))
    before = path.read_bytes()
    with pytest.raises(GameError):
        session.act(MoveHand(1.0, 1.0))
    assert path.read_bytes() == before


def test_an_hour_of_moving_hands_stays_under_twenty_megabytes(path):
    session = recorded(path, after_ticks=DIGEST_TICKS)
    rows = path.read_bytes().splitlines(keepends=True)
    longest = json.dumps(
        {"tick": 432000, "do": "MoveHand", "with": {"dx_mm": -0.12345678901234567, "dy_mm": -12.345678901234567}}, separators=(",", ":")
    )
    digest = max(len(row) for row in rows if b'"digest"' in row)
    moving_ticks = 0.3 * 3600 * 60  # hands move in a third of an hour's frames; one action a frame of 60 a second
    total = len(rows[0]) + 3600 / 10 * digest + moving_ticks * (len(longest) + 1)
    assert session.tick > DIGEST_TICKS
    assert total < 20e6


def test_even_an_hour_without_a_pause_stays_near_twenty_megabytes_when_hands_move_a_frame_each(lines):
    moves = [len(row) for row in lines if b'"MoveHand"' in row]
    assert 60 * 3600 * sum(moves) / len(moves) < 20e6


# Playing again


@pytest.mark.parametrize("step", STEPS)
def test_a_recording_plays_again_to_the_same_state(path, step):
    session = recorded(path, step)
    assert verify(path) is None
    again = resume(path)
    assert digests(again) == digests(session)
    assert again.tick == session.tick


def test_a_recording_of_a_session_from_a_handover_plays_again(path):
    handover = dataclasses.replace(expert_handover(scenario(), 3, "antisepsis"), tick=5 * DIGEST_TICKS + 7)
    session = Session(scenario("antisepsis"), 3, recorder=Recorder(path), handover=handover)
    play(session, ((0, StartStep("antisepsis")), *PLAYS["antisepsis"]))
    session.advance(1500)
    session.close()
    assert read_recording(path).lines[0].tick == handover.tick
    assert verify(path) is None
    assert digests(resume(path)) == digests(session)


@pytest.mark.parametrize("tick", [0, 57, 150, 1200, 1600])
def test_a_case_resumed_at_any_tick_goes_on_as_it_did(path, tick):
    whole = recorded(path)
    session = Session.resume(path, tick)
    assert session.tick == tick
    for at, action in whole.log:
        if at > tick:
            session.advance(at - session.tick)
            session.act(action)
    session.advance(whole.tick - session.tick)
    assert digests(session) == digests(whole)


def test_a_resumed_case_can_be_recorded_anew(path, tmp_path):
    recorded(path)
    anew = tmp_path / "anew.jsonl"
    session = resume(path, 150, Recorder(anew))
    session.act(LetGo())
    session.act(PointHand(3.0, 4.0))
    session.advance(DIGEST_TICKS)
    session.close()
    assert verify(anew) is None
    assert digests(resume(anew)) == digests(session)


# Differences


def changed(lines, place, **fields):
    body = json.loads(lines[place])
    body["with"].update(fields)
    return [*lines[:place], json.dumps(body, separators=(",", ":")).encode() + b"\n", *lines[place + 1 :]]


def test_a_recording_with_one_changed_action_fails_naming_interval_section_and_action(path, lines):
    place = [k for k, row in enumerate(lines) if b'"PlaceNeedle"' in row][1]
    difference = verify(write(path, changed(lines, place, x_mm=0.5)))
    assert difference is not None
    assert (difference.from_tick, difference.to_tick) == (0, DIGEST_TICKS)
    assert "step.needle" in difference.section
    assert "tip_x_mm" in difference.section
    assert "ticks 0 to 1200" in str(difference)


def test_only_the_interval_of_the_change_is_named(path):
    session = played("antisepsis", recorder=Recorder(path))
    session.advance(2500 - session.tick)
    session.act(PointHand(5.0, 6.0))
    session.advance(2000)
    session.close()
    rows = path.read_bytes().splitlines(keepends=True)
    place = next(k for k, row in enumerate(rows) if b'"PointHand"' in row)
    difference = verify(write(path, changed(rows, place, x_mm=5.000001)))
    assert (difference.from_tick, difference.to_tick) == (2400, 3600)
    assert difference.section.startswith("theatre")
    assert difference.actions == (f"PointHand (line {place + 1})",)


def test_a_changed_action_that_is_refused_now_is_named_itself(path, lines):
    place = next(k for k, row in enumerate(lines) if b'"MoveHand"' in row)
    difference = verify(write(path, changed(lines, place, dx_mm=99.0)))
    assert f"line {place + 1}" in difference.section
    assert "at most 40 mm" in difference.section


def test_a_missing_action_is_found(path, lines):
    place = [k for k, row in enumerate(lines) if b'"MoveHand"' in row][60]
    assert verify(write(path, [*lines[:place], *lines[place + 1 :]])) is not None


# Torn and damaged


def test_a_torn_last_line_is_dropped_with_a_note(path, lines):
    read = read_recording(write(path, [*lines[:-3], lines[-3][: len(lines[-3]) // 2]]))
    assert read.torn
    assert read.note == "The last line was torn and is left out."
    assert len(read.lines) == len(lines) - 4
    assert verify(path) is None


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_recording_cut_anywhere_is_read_to_its_last_whole_line(path, lines, data):
    whole = b"".join(lines)
    cut = data.draw(st.integers(len(lines[0]), len(whole)))
    path.write_bytes(whole[:cut])
    read = read_recording(path)
    assert len(read.lines) == whole[:cut].count(b"\n") - 1
    assert read.torn == (whole[cut - 1 : cut] != b"\n")


def test_a_torn_line_in_the_middle_is_an_error_with_its_number(path, lines):
    write(path, [*lines[:20], lines[20][:9] + b"\n", *lines[21:]])
    with pytest.raises(RecordingError, match=r"case\.jsonl:21: the line is damaged") as error:
        read_recording(path)
    assert one_line(error)


def test_lines_lost_from_the_middle_are_an_error_with_the_number(path, lines):
    digest = next(k for k, row in enumerate(lines) if b'"digest"' in row)
    write(path, [*lines[:2], *lines[digest + 1 :]])
    with pytest.raises(RecordingError, match=r":3: tick \d+ does not follow tick"):
        read_recording(path)


def test_lines_out_of_order_are_an_error(path, lines):
    write(path, [lines[0], *reversed(lines[1:])])
    with pytest.raises(RecordingError, match="does not follow"):
        read_recording(path)


def header(lines, **fields):
    """Return the lines with another header, as by a hand that leaves out what it cannot compute."""
    body = json.loads(lines[0]) | fields
    del body["checksum"]
    return [json.dumps(body).encode() + b"\n", *lines[1:]]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "no whole line"),
        (b"\n", "damaged or this is not a recording"),
        (b"\x00\xff\x13" * 4000 + b"\n", "damaged or this is not a recording"),
        (b"hello\n", "damaged or this is not a recording"),
        (b"[1, 2]\n", "not an object"),
        (b'{"recording": "chess", "format": 1}\n', "not a recording of this program"),
        (b"[" * 100_000 + b"\n", "damaged or this is not a recording"),
        (b'{"recording": "spinal-infusion-trainer", "format": 1}\n', "header is damaged"),
    ],
)
def test_what_is_no_recording_is_told_in_one_line(path, content, sentence):
    path.write_bytes(content)
    with pytest.raises(RecordingError, match=sentence) as error:
        read_recording(path)
    assert one_line(error)


def test_a_missing_file_and_a_folder_are_told_in_one_line(tmp_path):
    for place in (tmp_path, tmp_path / "nothing.jsonl"):
        with pytest.raises(RecordingError) as error:
            read_recording(place)
        assert one_line(error)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"format": 2}, "newer than this program"),
        ({"format": 10**30}, "newer than this program"),
        ({"format": "1"}, "header is damaged"),
        ({"seed": "seven"}, "header is damaged"),
        ({"seed": -1}, "seed is -1"),
        ({"scenario": []}, "header is damaged"),
        ({"scenario": {}}, "does not fit this program"),
        ({"mode": "easy"}, "no mode 'easy'"),
        ({"handover": {"version": 1}}, "does not fit this program"),
        ({"handover": 3}, "header is damaged"),
        ({"trainee": None}, "header is damaged"),
    ],
)
def test_a_header_that_does_not_fit_is_told_in_one_line(path, lines, fields, sentence):
    write(path, header(lines, **fields))
    with pytest.raises(GameError, match=sentence) as error:
        resume(path)
    assert one_line(error)


@pytest.mark.parametrize(
    "body",
    [
        {"tick": 0, "do": "Fly", "with": {}},
        {"tick": 0, "do": ["PointHand"], "with": {}},
        {"tick": 0, "do": "PointHand"},
        {"tick": 0, "do": "PointHand", "with": {"x_mm": 1.0}},
        {"tick": 0, "do": "PointHand", "with": {"x_mm": "far", "y_mm": 0.0}},
        {"tick": 0, "do": "PointHand", "with": {"x_mm": 10**400, "y_mm": 0.0}},
        {"tick": 0, "do": "PointHand", "with": {"x_mm": math.nan, "y_mm": 0.0}},
        {"tick": 0, "do": "PointHand", "with": [1.0, 2.0]},
        {"tick": "0", "do": "PointHand", "with": {"x_mm": 1.0, "y_mm": 2.0}},
        {"tick": -5, "do": "PointHand", "with": {"x_mm": 1.0, "y_mm": 2.0}},
        {"tick": 10**12, "do": "PointHand", "with": {"x_mm": 1.0, "y_mm": 2.0}},
        {"tick": 0},
        {"tick": 0, "digest": "all", "numbers": {}},
        {"tick": 0, "do": "PointHand", "with": {"x_mm": 1.0, "y_mm": 2.0}, "end": True},
    ],
)
def test_a_damaged_line_is_told_in_one_line_with_its_number(path, lines, body):
    write(path, [*lines[:2], json.dumps(body).encode() + b"\n"])
    with pytest.raises(RecordingError, match=r"\b3\b") as error:
        resume(path)
    assert one_line(error)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(0, 12_000), what=st.binary(min_size=1, max_size=6))
@example(place=0, what=b"\xef\xbb\xbf")
def test_bytes_changed_anywhere_are_read_or_told_and_never_break_the_program(path, lines, place, what):
    whole = b"".join(lines)
    path.write_bytes(whole[:place] + what + whole[place + len(what) :])
    told = ""
    try:
        read_recording(path)
    except RecordingError as error:
        told = str(error)
    assert "\n" not in told


# Bad disks


class FullDisk:
    """A file on a disk that takes so many bytes and no more."""

    def __init__(self, file, room):
        self.file, self.room, self.tries = file, room, 0

    def write(self, data):
        if self.room <= 0:
            self.tries += 1
            raise OSError(errno.ENOSPC, "No space left on device")
        taken = data[: self.room]
        self.room -= len(taken)
        return self.file.write(taken)

    def truncate(self, size):
        return self.file.truncate(size)

    def close(self):
        self.file.close()


@pytest.mark.parametrize("share", [0.0, 0.1, 0.8, 0.97])
def test_on_a_full_disk_the_case_goes_on_and_the_recording_ends_at_a_whole_line(path, lines, share):
    room = int(share * sum(map(len, lines)))
    recorder = Recorder(path)
    recorder._file.close()
    recorder._file = disk = FullDisk(path.open("wb", buffering=0), room)
    session = played("needle", recorder=recorder)
    session.advance(1300)
    session.close()
    assert recorder.problem.count("not recorded any more") == 1
    assert disk.tries <= 1  # told once, then left alone
    alone = played("needle")
    alone.advance(1300)
    assert digests(alone) == digests(session)
    content = path.read_bytes()
    assert content == b"" or content.endswith(b"\n")
    if content:
        assert verify(path) is None


def test_a_device_without_room_is_told_and_the_case_goes_on():
    recorder = Recorder("/dev/full")
    session = played("needle", recorder=recorder)
    assert "No space left on device" in recorder.problem
    assert session.theatre.needle.depth_mm > 10.0


def test_a_folder_that_cannot_be_written_is_told_and_the_case_goes_on(tmp_path):
    (tmp_path / "file").write_text("in the way")
    recorder = Recorder(tmp_path / "file" / "case.jsonl")
    assert "not recorded any more" in recorder.problem
    session = played("needle", recorder=recorder)
    session.close()
    assert session.theatre.needle.depth_mm > 10.0


def test_a_read_only_folder_leaves_no_file(tmp_path, monkeypatch):
    opened = Path.open

    def read_only(self, mode="r", *args, **kwargs):
        if "r" in mode:
            return opened(self, mode, *args, **kwargs)
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "open", read_only)
    recorder = Recorder(tmp_path / "case.jsonl")
    assert recorder.problem == "The case is not recorded any more: Permission denied."
    played("antisepsis", recorder=recorder)
    assert list(tmp_path.iterdir()) == []


# Exceptions


def failing_at(monkeypatch, tick):
    real = sessions.advance_one

    def advance(session, ticks):
        events = real(session, ticks)
        if session.tick >= tick:
            raise ImpossibleStateError(f"tick {session.tick}: needle.depth_mm is not a finite number")
        return events

    monkeypatch.setattr(sessions, "advance_one", advance)


def test_an_exception_is_written_with_its_tick_and_replay_reaches_it_again(path, monkeypatch):
    session = played("needle", recorder=Recorder(path))
    failing_at(monkeypatch, session.tick + 100)
    with pytest.raises(ImpossibleStateError):
        session.advance(300)
    last = read_recording(path).lines[-1]
    assert last.kind == "error"
    assert last.tick == session.tick
    assert "ImpossibleStateError: tick" in last.body["error"]
    assert verify(path) is None
    assert resume(path).tick <= session.tick
    monkeypatch.undo()
    assert "does not come again" in str(verify(path))


def test_an_exception_inside_an_action_is_written_too(path, monkeypatch):
    session = begun("needle", recorder=Recorder(path))
    session.advance(30)

    def broken(self, action):
        raise ZeroDivisionError("division by zero")

    real = Session._apply
    monkeypatch.setattr(Session, "_apply", broken)
    with pytest.raises(ZeroDivisionError):
        session.act(Pedal(True))
    assert [line.kind for line in read_recording(path).lines[-2:]] == ["do", "error"]
    monkeypatch.setattr(Session, "_apply", lambda self, action: (broken if isinstance(action, Pedal) else real)(self, action))
    assert verify(path) is None
    assert resume(path).tick == 30
    monkeypatch.setattr(Session, "_apply", real)
    assert "does not come again" in str(verify(path))


def test_another_exception_than_the_written_one_is_not_hidden(path, monkeypatch):
    session = played("needle", recorder=Recorder(path))
    failing_at(monkeypatch, session.tick + 100)
    with pytest.raises(ImpossibleStateError):
        session.advance(300)

    def other(session, ticks):
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr(sessions, "advance_one", other)
    with pytest.raises(ZeroDivisionError):
        verify(path)


# Killed


CHILD = """
import sys
from game.session import Recorder
from game.operation.actions import PointHand
from tests.session.sessions import begun
session = begun("needle", recorder=Recorder(sys.argv[1]))
number = 0
while True:
    session.advance(3)
    number += 1
    session.act(PointHand(float(number % 97), 0.0))
    sys.stdout.write(f"{session.tick} {number}\\n")
    sys.stdout.flush()
"""


def test_a_killed_case_resumes_with_at_most_one_accepted_action_lost(tmp_path):
    for run, after in enumerate((1, 7, 40, 133, 410)):
        path = tmp_path / f"killed{run}.jsonl"
        with subprocess.Popen(
            [sys.executable, "-c", CHILD, str(path)],
            env={**os.environ, "PYTHONPATH": os.getcwd(), "OMP_NUM_THREADS": "1"},
            stdout=subprocess.PIPE,
            text=True,
        ) as child:
            accepted = [child.stdout.readline() for _ in range(after)]
            child.send_signal(signal.SIGKILL)
            accepted += child.stdout.read().splitlines()
        told = [row for row in accepted if len(row.split()) == 2]
        number = int(told[-1].split()[1])
        session = resume(path)
        done = sum(type(action).__name__ == "PointHand" for _, action in session.log)
        assert number - 1 <= done <= number + 1
        assert session.theatre.hand.x_mm == float(done % 97)
        session.act(PointHand(1.0, 1.0))
        session.advance(24)


# Odds and ends


def test_a_recording_starts_the_session_that_its_header_describes(path):
    session = Session(scenario("antisepsis"), 11, "exam", Recorder(path), trainee="expert")
    session.close()
    again = session_of(read_recording(path))
    assert (again.seed, again.mode, again.trainee) == (11, "exam", "expert")
    assert again.scenario == session.scenario
    assert dataclasses.asdict(again.theatre.plan) == dataclasses.asdict(session.theatre.plan)


def test_a_closed_recorder_writes_no_more(path):
    session = begun("needle", recorder=Recorder(path))
    session.close()
    size = path.stat().st_size
    session.act(PointHand(1.0, 1.0))
    session.close()
    assert path.stat().st_size == size


def test_a_case_that_stopped_in_the_middle_of_a_push_is_resumed_in_it(path):
    session = begun("needle", recorder=Recorder(path))
    play(session, NEEDLE[:120])
    again = resume(path)
    assert again.theatre.hand.gripping
    assert again.theatre.needle.ghost_mm == session.theatre.needle.ghost_mm > 1.0
    assert digests(again) == digests(session)
