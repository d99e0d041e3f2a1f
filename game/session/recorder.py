"""Recordings: a header, then one JSON line for each action and each digest, written before it takes effect."""

import contextlib
import hashlib
import json
import math
import platform
from dataclasses import dataclass, fields
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import IO, Any, Literal

from game import __version__
from game.base import Action
from game.errors import RecordingError
from game.plain import canonical, decode, encode
from game.scenario.scalars import shorten
from game.session.digest import DIGEST_TICKS

FORMAT = 1
KINDS: dict[str, dict[str, Any]] = {
    "do": {"do": str, "with": dict[str, Any]},
    "digest": {"digest": dict[str, str], "numbers": dict[str, float]},
    "error": {"error": str},
    "end": {"end": Literal[True]},
}
"""What each kind of line holds beside its tick."""
CHECKSUM = "checksum"
MOST_LETTERS = 200
UNKNOWN = "unknown"
LIBRARIES = ("numpy", "opencv-python-headless", "pygame-ce")


@dataclass(frozen=True, slots=True)
class Header:
    """What a recording says of itself before its first action.

    Attributes:
        format: Of the recording.
        program: Version that wrote it.
        seed, mode, trainee: Of the session.
        device: What the hands used when it began; recordings made before that was written do not know.
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
    device: str = UNKNOWN


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

    @property
    def device(self) -> str:
        """What the hands used most: told at the end, since nobody knows it before, else as the header has it."""
        last = self.lines[-1] if self.lines else None
        told = last.body.get("device") if last is not None and last.kind == "end" else None
        return told if isinstance(told, str) else self.header.device

    @property
    def note(self) -> str:
        """What a reader should know before the recording is used, as a sentence, or ""."""
        return "The last line was torn and is left out." if self.torn else ""


class Recorder:
    """Writes a session to a file, line by line, and goes quiet when the disk refuses.

    Attributes:
        problem: Why nothing is written any more, or "".
    """

    def __init__(self, path: Path | str) -> None:
        """Open the file; a folder that cannot be written leaves a recorder that only says so."""
        self.path = Path(path)
        self.problem = ""
        self._size = 0
        self._file: IO[bytes] | None = None
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self.path.open("wb", buffering=0)
        except OSError as error:
            self._quit(error)

    def header(self, seed: int, mode: str, trainee: str, device: str, scenario: dict[str, Any], handover: dict[str, Any] | None) -> None:
        """Write the first line."""
        told = {
            "recording": "spinal-infusion-trainer",
            "format": FORMAT,
            "program": __version__,
            "libraries": {name: _library_version(name) for name in LIBRARIES},
            "platform": f"{platform.system()} {platform.machine()} Python {platform.python_version()}",
            "seed": seed,
            "mode": mode,
            "trainee": trainee,
            "device": device,
            "scenario": scenario,
            "handover": handover,
        }
        self._write(told | {CHECKSUM: checksum(told)})

    def action(self, tick: int, action: Action) -> None:
        """Write an action that is about to be applied."""
        self._write({"tick": tick, "do": type(action).__name__, "with": encode(action)})

    def digest(self, tick: int, sections: dict[str, str], numbers: dict[str, float]) -> None:
        """Write the state's digests and its plain numbers."""
        self._write({"tick": tick, "digest": sections, "numbers": numbers})

    def error(self, tick: int, text: str) -> None:
        """Write an exception that ended a tick."""
        self._write({"tick": tick, "error": text})

    def close(self, tick: int, device: str) -> None:
        """Write the end, so that a whole recording can be told from one that was cut off."""
        self._write({"tick": tick, "end": True, "device": device})
        if self._file is not None:
            self._file.close()
            self._file = None

    def _write(self, value: dict[str, Any]) -> None:
        if self._file is None:
            return
        line = json.dumps(value, separators=(",", ":"), allow_nan=False).encode() + b"\n"
        place = self._size
        try:
            written = self._file.write(line)
            if written != len(line):
                raise OSError("the disk is full")
            self._size += written
        except OSError as error:
            self._cut_back(place)
            self._quit(error)

    def _cut_back(self, place: int) -> None:
        """End the file at a whole line; what cannot be cut back is a torn last line, which readers drop."""
        if self._file is not None:
            with contextlib.suppress(OSError):
                self._file.truncate(place)

    def _quit(self, error: OSError) -> None:
        self.problem = f"The case is not recorded any more: {error.strerror or error}."
        if self._file is not None:
            with contextlib.suppress(OSError):
                self._file.close()
            self._file = None


def checksum(header: dict[str, Any]) -> str:
    """Return the checksum of a header's other fields: a handover has too many numbers to see a wrong one in each."""
    return hashlib.sha256(canonical({name: value for name, value in header.items() if name != CHECKSUM})).hexdigest()


def said(error: Exception) -> str:
    """Return what is wrong in one short line, whatever a damaged file put into it."""
    return shorten(" ".join(str(error).split()), MOST_LETTERS).removesuffix(".")


def error_text(error: Exception) -> str:
    """Return an exception as a recording keeps it."""
    return f"{type(error).__name__}: {error}"


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
    header = _header(path, parsed[0])
    lines = tuple(_line(path, number, body) for number, body in enumerate(parsed[1:], start=2))
    _check_ticks(path, header, lines)
    return Recording(header, lines, torn)


def _check_ticks(path: Path | str, header: Header, lines: tuple[Line, ...]) -> None:
    """Refuse lines that are out of order or missing: a session writes at least one line for every interval of digests."""
    begun = (header.handover or {}).get("tick", 0)
    last = begun if isinstance(begun, int) else 0
    for line in lines:
        if not last <= line.tick <= last + DIGEST_TICKS:
            raise RecordingError(f"{path}:{line.number}: tick {line.tick} does not follow tick {last}; lines are missing or out of order.")
        last = line.tick


def _parse(path: Path | str, number: int, row: bytes) -> dict[str, Any]:
    try:
        value = json.loads(row, parse_constant=_refuse_constant, parse_float=_finite)
    except (ValueError, RecursionError) as error:
        raise RecordingError(f"{path}:{number}: the line is damaged or this is not a recording.") from error
    if not isinstance(value, dict):
        raise RecordingError(f"{path}:{number}: the line is not an object.")
    return value


def _refuse_constant(word: str) -> float:
    raise ValueError(f"{word} is no number")


def _finite(word: str) -> float:
    number = float(word)
    return number if math.isfinite(number) else _refuse_constant(word)


def _header(path: Path | str, body: dict[str, Any]) -> Header:
    if body.get("recording") != "spinal-infusion-trainer":
        raise RecordingError(f"{path}:1: this is not a recording of this program.")
    written = body.get("format")
    if isinstance(written, int) and written > FORMAT:
        raise RecordingError(f"{path}:1: recording format {written} is newer than this program, which reads up to {FORMAT}.")
    try:
        header: Header = decode(Header, {item.name: body[item.name] for item in fields(Header) if item.name in body})
        whole = body.get(CHECKSUM, "") in ("", checksum(body))
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise RecordingError(f"{path}:1: the header is damaged: {said(error)}.") from error
    if header.seed < 0:
        raise RecordingError(f"{path}:1: the header is damaged: seed is {header.seed}, must be 0 or more.")
    if not whole:
        raise RecordingError(f"{path}:1: the header is damaged: its checksum does not fit.")
    return header


def _line(path: Path | str, number: int, body: dict[str, Any]) -> Line:
    tick = body.get("tick")
    kinds = [kind for kind in KINDS if kind in body]
    if type(tick) is not int or len(kinds) != 1:
        raise RecordingError(f"{path}:{number}: the line is neither an action nor a digest.")
    for name, kind in KINDS[kinds[0]].items():
        try:
            decode(kind, body[name])
        except (TypeError, KeyError, ValueError) as error:
            raise RecordingError(f"{path}:{number}: the line is neither an action nor a digest: '{name}' is damaged.") from error
    return Line(number, tick, kinds[0], body)
