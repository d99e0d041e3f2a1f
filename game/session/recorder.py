"""Recordings: a header, then one JSON line for each action and each digest, written before it takes effect."""

import json
import platform
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import IO, Any

from game import __version__
from game.base import Action
from game.errors import RecordingError
from game.plain import encode

FORMAT = 1
LIBRARIES = ("numpy", "opencv-python-headless", "pygame-ce")


@dataclass(frozen=True, slots=True)
class Header:
    """What a recording says of itself before its first action.

    Attributes:
        format: Of the recording.
        program: Version that wrote it.
        seed, mode, trainee: Of the session.
        scenario: The whole canonical scenario.
        handover: Where the session started, or None at the scenario's beginning.
    """

    format: int
    program: str
    seed: int
    mode: str
    trainee: str
    scenario: dict[str, Any]
    handover: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Line:
    """One line after the header.

    Attributes:
        number: In the file, first is 1.
        tick: When it happened.
        kind: `do`, `digest`, `error` or `end`.
        body: Its content.
    """

    number: int
    tick: int
    kind: str
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording as read.

    Attributes:
        torn: Whether a half-written last line was dropped.
    """

    header: Header
    lines: tuple[Line, ...]
    torn: bool


class Recorder:
    """Writes a session to a file, line by line, and goes quiet when the disk refuses.

    Attributes:
        problem: Why nothing is written any more, or "".
    """

    def __init__(self, path: Path | str) -> None:
        """Open the file; a folder that cannot be written leaves a recorder that only says so."""
        self.path = Path(path)
        self.problem = ""
        self._file: IO[bytes] | None = None
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self.path.open("wb", buffering=0)
        except OSError as error:
            self._quit(error)

    def header(self, seed: int, mode: str, trainee: str, scenario: dict[str, Any], handover: dict[str, Any] | None) -> None:
        """Write the first line."""
        self._write(
            {
                "recording": "spinal-infusion-trainer",
                "format": FORMAT,
                "program": __version__,
                "libraries": {name: _library_version(name) for name in LIBRARIES},
                "platform": f"{platform.system()} {platform.machine()} Python {platform.python_version()}",
                "seed": seed,
                "mode": mode,
                "trainee": trainee,
                "scenario": scenario,
                "handover": handover,
            }
        )

    def action(self, tick: int, action: Action) -> None:
        """Write an action that is about to be applied."""
        self._write({"tick": tick, "do": type(action).__name__, "with": encode(action)})

    def digest(self, tick: int, sections: dict[str, str], numbers: dict[str, float]) -> None:
        """Write the state's digests and its plain numbers."""
        self._write({"tick": tick, "digest": sections, "numbers": numbers})

    def error(self, tick: int, text: str) -> None:
        """Write an exception that ended a tick."""
        self._write({"tick": tick, "error": text})

    def close(self, tick: int) -> None:
        """Write the end, so that a whole recording can be told from one that was cut off."""
        self._write({"tick": tick, "end": True})
        if self._file is not None:
            self._file.close()
            self._file = None

    def _write(self, value: dict[str, Any]) -> None:
        if self._file is None:
            return
        line = json.dumps(value, separators=(",", ":"), allow_nan=False).encode() + b"\n"
        place = self._file.tell()
        try:
            written = self._file.write(line)
            if written != len(line):
                raise OSError("the disk is full")
        except OSError as error:
            self._cut_back(place)
            self._quit(error)

    def _cut_back(self, place: int) -> None:
        """End the file at a whole line."""
        if self._file is None:
            return
        try:
            self._file.truncate(place)
        except OSError:
            self.problem = "the last line of the recording is torn"

    def _quit(self, error: OSError) -> None:
        self.problem = f"The case is not recorded any more: {error.strerror or error}."
        if self._file is not None:
            self._file.close()
            self._file = None


def _library_version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "absent"


def read_recording(path: Path | str) -> Recording:
    """Read a recording.

    Raises:
        RecordingError: If it cannot be read, is foreign, newer, or damaged before its last line.
    """
    try:
        raw = Path(path).read_bytes()
    except OSError as error:
        raise RecordingError(f"{path}: {error.strerror or error}.") from error
    rows = raw.split(b"\n")
    torn = rows[-1] != b""
    parsed = [_parse(path, number, row) for number, row in enumerate(rows[:-1], start=1)]
    if not parsed:
        raise RecordingError(f"{path}:1: this is not a recording: it has no whole line.")
    return Recording(_header(path, parsed[0]), tuple(_line(path, number, body) for number, body in enumerate(parsed[1:], start=2)), torn)


def _parse(path: Path | str, number: int, row: bytes) -> dict[str, Any]:
    try:
        value = json.loads(row)
    except (ValueError, RecursionError) as error:
        raise RecordingError(f"{path}:{number}: the line is damaged or this is not a recording.") from error
    if not isinstance(value, dict):
        raise RecordingError(f"{path}:{number}: the line is not an object.")
    return value


def _header(path: Path | str, body: dict[str, Any]) -> Header:
    if body.get("recording") != "spinal-infusion-trainer":
        raise RecordingError(f"{path}:1: this is not a recording of this program.")
    written = body.get("format")
    if not isinstance(written, int) or written > FORMAT:
        raise RecordingError(f"{path}:1: recording format {written} is newer than this program, which reads up to {FORMAT}.")
    try:
        return Header(written, body["program"], int(body["seed"]), body["mode"], body["trainee"], body["scenario"], body["handover"])
    except (KeyError, TypeError, ValueError) as error:
        raise RecordingError(f"{path}:1: the header lacks {error}.") from error


def _line(path: Path | str, number: int, body: dict[str, Any]) -> Line:
    tick = body.get("tick")
    kinds = [kind for kind in ("do", "digest", "error", "end") if kind in body]
    if not isinstance(tick, int) or len(kinds) != 1:
        raise RecordingError(f"{path}:{number}: the line is neither an action nor a digest.")
    return Line(number, tick, kinds[0], body)
