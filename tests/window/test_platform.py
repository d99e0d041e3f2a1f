"""What the program does on a desk that lacks something: a display, a sound card, a folder that can be written, its own process."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from game.operation.actions import LeanIn, Wait
from game.session import Session
from tests.window.desktop import Desktop
from tests.window.program import ROOT, Mirror, environment, program, settled_in, wait_for

pytestmark = pytest.mark.window


def test_without_a_display_one_line_names_what_works_without_one(data: Path) -> None:
    for driver in ({}, {"SDL_VIDEODRIVER": ""}):
        for arguments in ([], ["play"]):
            ended = subprocess.run(
                [sys.executable, str(ROOT / "main.py"), *arguments, "--data-dir", str(data)],
                cwd=ROOT,
                env=environment(None) | driver,
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
            assert ended.returncode == 1
            (line,) = ended.stderr.splitlines()
            assert "simulate" in line
            assert "shot" in line
            assert ended.stdout.splitlines()[1:] == []


def test_a_missing_sound_card_and_a_wrong_driver_leave_captions(screen: Desktop, data: Path) -> None:
    settled_in(data)
    for driver in ("nonsense", "alsa"):
        command = [sys.executable, str(ROOT / "main.py"), "--data-dir", str(data), "--window", "1280x720"]
        wanted = environment(screen.display) | {"SDL_AUDIODRIVER": driver}
        with subprocess.Popen(command, cwd=ROOT, env=wanted, stderr=subprocess.PIPE) as process:
            try:
                wait_for(lambda: _title_is_up(screen), "the title")
            finally:
                process.terminate()
                said = process.communicate(timeout=20.0)[1]
            assert process.returncode == 0
            assert said == b""


def _title_is_up(screen: Desktop) -> bool:
    """Say whether the large button's blue is where it is on the title."""
    blue, green, red = (float(value) for value in screen.picture()[555:590, 70:90].reshape(-1, 3).mean(axis=0))
    return blue > 55.0 and green > 55.0 and red < 50.0


def test_a_folder_that_can_not_be_written_is_said_and_played_without(screen: Desktop, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("a file where a folder should be")
    with program(blocked / "data", screen.display, "play", "--step", "positioning", complaints=tmp_path / "stderr.txt") as running:
        wait_for(lambda: _banner(screen), "the banner")
        wait_for(lambda: _field(screen), "the case")
        screen.tap("l")
        time.sleep(0.5)
        assert running.close() == 0
        assert running.complaints.read_text() == ""
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "stderr.txt"]


def _banner(screen: Desktop) -> bool:
    """Say whether the warning's yellow stands at the upper edge."""
    blue, green, red = (screen.picture()[8:44, 320:960].reshape(-1, 3).astype(int)).T
    return int(((red > 200) & (green > 140) & (blue < 130)).sum()) > 40


def _field(screen: Desktop) -> bool:
    return float(screen.picture()[300:340, 380:420].mean()) > 60.0


def test_a_case_whose_program_was_killed_goes_on_from_its_recording(screen: Desktop, data: Path) -> None:
    with program(settled_in(data), screen.display, "play", "--step", "positioning", "--seed", "3") as running:
        path = running.recording()
        mirror = Mirror(path)
        mirror.wait_deeds("StartStep", since=0)
        screen.tap("w", 3)
        mirror.wait_deeds("Wait", 3)
        screen.do("keydown l")
        mirror.wait_deeds("LeanIn")
        os.kill(running.process.pid, signal.SIGKILL)
        running.process.wait(20.0)
        screen.do("keyup l")
    mirror.catch_up()
    again = Session.resume(path)
    assert again.log == mirror.session.log
    assert [type(action) for _, action in again.log][-4:] == [Wait, Wait, Wait, LeanIn]
    assert again.step == "positioning"
    again.act(LeanIn(False))
    again.advance(120)
    assert again.theatre.theatre_s >= 181.0
