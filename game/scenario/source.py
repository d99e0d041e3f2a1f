"""From a path to text: everything that can be wrong with a file before its first line is read."""

import re
from pathlib import Path

from game.errors import Problem

LARGEST_BYTES = 1_000_000
_BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
_UNPRINTABLE = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")


def read_text(path: Path) -> str | Problem:
    """Return the text of a file, or why there is none."""
    name = str(path)
    if not path.exists():
        return Problem(name, 0, 0, "there is no such file")
    if path.is_dir():
        return Problem(name, 0, 0, "is a folder; name a file in it")
    if not path.is_file():
        return Problem(name, 0, 0, "is not an ordinary file")
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST_BYTES + 1)
    except OSError as error:
        return Problem(name, 0, 0, f"cannot be read: {error.strerror or error}")
    if len(raw) > LARGEST_BYTES:
        return Problem(name, 0, 0, f"is larger than {LARGEST_BYTES // 1_000_000} MB; a scenario has a few kilobytes")
    return decode_text(name, raw)


def decode_text(name: str, raw: bytes) -> str | Problem:
    """Return bytes as text, or where they are not UTF-8 text."""
    try:
        text = raw.decode("utf-8").removeprefix(_BOM)
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8")
        return Problem(name, *place(before), f"byte 0x{raw[error.start]:02x} is not UTF-8 text; save the file as UTF-8")
    odd = _UNPRINTABLE.search(text)
    if odd is not None:
        return Problem(name, *place(text[: odd.start()]), f"character U+{ord(odd.group()):04X} does not belong in a text file")
    return text


def place(before: str) -> tuple[int, int]:
    """Return line and column, both from 1, of what follows a text."""
    lines = re.split(r"\r\n|\r|\n", before)
    return len(lines), len(lines[-1]) + 1
