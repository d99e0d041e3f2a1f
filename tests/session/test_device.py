"""What the hands used: in the session, in its recording, in its report."""

import json

import pytest

from game.operation.actions import StartStep
from game.session import Recorder, Session, read_recording, rewound
from game.session.replay import resume, session_of, verify
from tests.session.sessions import PLAYS, play, scenario


@pytest.fixture
def recorded(tmp_path):
    """A short recording that was begun with a mouse and ended with keys."""
    path = tmp_path / "case.jsonl"
    session = Session(scenario("positioning"), 3, "practice", Recorder(path), device="mouse")
    session.act(StartStep("positioning"))
    play(session, PLAYS["positioning"])
    session.device = "keyboard"
    session.close()
    return path


def test_scripted_trainees_use_a_script_and_of_others_nothing_is_known_unless_told():
    assert Session(scenario(), 3, trainee="novice").report().device == "script"
    assert Session(scenario(), 3).device == "unknown"
    told = Session(scenario(), 3, device="trackpad").report()
    assert (told.trainee, told.device) == ("you", "trackpad")


def test_the_report_of_a_recording_tells_what_was_used_most(recorded):
    recording = read_recording(recorded)
    assert (recording.header.device, recording.device) == ("mouse", "keyboard")
    assert resume(recorded).report().device == "keyboard"
    assert verify(recorded) is None


def test_a_recording_without_its_end_tells_what_it_began_with(recorded):
    lines = recorded.read_text(encoding="utf-8").splitlines(keepends=True)
    recorded.write_text("".join(lines[:-1]), encoding="utf-8")
    assert read_recording(recorded).device == "mouse"


def test_older_recordings_do_not_know(recorded):
    first, *rest = recorded.read_text(encoding="utf-8").splitlines()
    header, end = json.loads(first), json.loads(rest[-1])
    for body in (header, end):
        del body["device"]
    del header["checksum"]
    recorded.write_text("".join(f"{line}\n" for line in (json.dumps(header), *rest[:-1], json.dumps(end))), encoding="utf-8")
    assert session_of(read_recording(recorded)).device == "unknown"


def test_going_back_keeps_the_hands(recorded):
    assert rewound(resume(recorded), 100).device == "keyboard"
