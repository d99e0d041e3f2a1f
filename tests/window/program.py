"""The program as a person starts it: a child process with a real window, and its recording as it grows."""

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from game.session import Session, read_recording
from game.session.recorder import KINDS, Line
from game.session.replay import play_line, session_of
from game.view.settings import Settings, save_settings

ROOT = Path(__file__).resolve().parents[2]
POLL_S = 0.01
PATIENCE_S = 30.0


def wait_for(done: Callable[[], bool], what: str, patience_s: float = PATIENCE_S) -> None:
    """Look until something is so."""
    end = time.monotonic() + patience_s
    while not done():
        if time.monotonic() > end:
            raise AssertionError(f"waited {patience_s:.0f} s for {what}")
        time.sleep(POLL_S)


def environment(display: str | None) -> dict[str, str]:
    """Return the environment of a person's desk: a display or none, no sound card."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SDL_", "DISPLAY", "WAYLAND"))}
    kept.update(SDL_AUDIODRIVER="dummy", SDL_VIDEO_WINDOW_POS="0,0", OMP_NUM_THREADS="1")
    return kept | ({"DISPLAY": display} if display else {})


@dataclass
class Program:
    """The running program.

    Attributes:
        data: Its data folder.
        complaints: What it writes to standard error.
    """

    process: "subprocess.Popen[bytes]"
    data: Path
    complaints: Path

    def recording(self) -> Path:
        """Return the one recording, once there is one."""
        folder = self.data / "recordings"
        wait_for(lambda: self._said_on() and folder.is_dir() and any(folder.glob("*.jsonl")), "a recording", 90.0)
        return next(iter(sorted(folder.glob("*.jsonl"))))

    def _said_on(self) -> bool:
        assert self.process.poll() is None, self.complaints.read_text()
        return True

    def close(self) -> int:
        """Ask it to end, as a window's close button does, and return its exit code."""
        self.process.terminate()
        return self.process.wait(20.0)


@contextlib.contextmanager
def program(data: Path, display: str, *arguments: str, complaints: Path | None = None) -> Iterator[Program]:
    """Start the program with a data folder; kill it if it still runs afterwards."""
    complaints = complaints or data.parent / "stderr.txt"
    command = [sys.executable, str(ROOT / "main.py"), *arguments, "--data-dir", str(data), "--window", "1280x720", "--time-scale", "8"]
    with complaints.open("wb") as errors, subprocess.Popen(command, cwd=ROOT, env=environment(display), stderr=errors) as process:
        try:
            yield Program(process, data, complaints)
        finally:
            if process.poll() is None:
                process.kill()


def settled_in(data: Path, **choices: object) -> Path:
    """Write the settings of somebody who has calibrated the mouse; return the data folder."""
    data.mkdir(parents=True, exist_ok=True)
    assert save_settings(Settings(calibrated=True, **choices), data)  # type: ignore[arg-type]
    return data


class Mirror:
    """The same session once more, moved on by the recording's lines as they are written.

    Attributes:
        session: As the program's stood at the last line.
        done: Names of the actions so far.
        ended: Whether the recording was closed.
    """

    def __init__(self, path: Path) -> None:
        self._path, self._read, self._number = path, 0, 0
        wait_for(lambda: b"\n" in path.read_bytes(), "the recording's header")
        self.session: Session = session_of(read_recording(path))
        self.done: list[str] = []
        self.ended = False

    def catch_up(self) -> bool:
        """Play what was written since; say whether that was anything."""
        with self._path.open("rb") as file:
            file.seek(self._read)
            fresh = file.read()
        whole = fresh[: fresh.rfind(b"\n") + 1]
        self._read += len(whole)
        for row in whole.splitlines():
            self._number += 1
            if self._number > 1:
                self._play(json.loads(row))
        return bool(whole)

    def _play(self, body: dict[str, object]) -> None:
        kind = next(kind for kind in KINDS if kind in body)
        assert isinstance(body["tick"], int)
        play_line(self.session, Line(self._number, body["tick"], kind, body))
        if kind == "do":
            self.done.append(str(body["do"]))
        self.ended = self.ended or kind == "end"

    def wait_deeds(self, name: str, count: int = 1, since: int | None = None) -> None:
        """Wait until an action was done so often more."""
        start = len(self.done) if since is None else since

        def there() -> bool:
            self.catch_up()
            return self.done[start:].count(name) >= count

        wait_for(there, f"{count} x {name} after {self.done[start - 8 : start]}, then {self.done[start:]}")

    def wait_end(self) -> None:
        def over() -> bool:
            self.catch_up()
            return self.ended

        wait_for(over, "the end of the recording")
