"""Plain words of YAML to values: the core types of YAML 1.2 only, and the words that other readers take otherwise.

Source: YAML 1.2.2, section 10.3 (core schema); the traps are where YAML 1.1 (section 2.4 and the type
repository) reads the same characters as another value.
"""

import math
import re
from dataclasses import dataclass

_NULL = re.compile(r"~|null|Null|NULL|")
_TRUE = re.compile(r"true|True|TRUE")
_FALSE = re.compile(r"false|False|FALSE")
_INTEGER = re.compile(r"[-+]?[0-9]+")
_BASED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_ENDLESS = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_TRUTH_WORD = re.compile(r"yes|no|on|off|y|n", re.IGNORECASE)
_SEXAGESIMAL = re.compile(r"[-+]?[0-9]+(:[0-5]?[0-9])+(\.[0-9]*)?")
_OCTAL = re.compile(r"[-+]?0[0-9]+")
LONGEST_NUMBER = 18  # digits: more than any quantity here needs, and exact in 64 bits

Plain = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Trap:
    """A word that is refused.

    Attributes:
        text: Why, and what to write instead.
    """

    text: str


def resolve(word: str) -> Plain | Trap:
    """Return the value of an unquoted word, or the trap that it is."""
    if _NULL.fullmatch(word):
        return None
    if _TRUE.fullmatch(word) or _FALSE.fullmatch(word):
        return word[0] in "tT"
    trap = _trap(word)
    if trap is not None:
        return trap
    if _INTEGER.fullmatch(word):
        return int(word)
    if _BASED.fullmatch(word):
        return int(word, 0)
    if _FLOAT.fullmatch(word):
        return float(word)
    return word


def _trap(word: str) -> Trap | None:
    if _TRUTH_WORD.fullmatch(word):
        return Trap(f"'{word}' without quotes is a truth value to some readers; write true or false, or \"{word}\" for the word")
    if _SEXAGESIMAL.fullmatch(word):
        return Trap(f"'{word}' without quotes is {_sixties(word)} to some readers; write one number in the field's unit, or \"{word}\"")
    if _OCTAL.fullmatch(word):
        return Trap(f"'{word}' starts with a zero, which some readers take as octal; write it without")
    if _ENDLESS.fullmatch(word):
        return Trap(f"'{word}' is not a finite number")
    return _number_trap(word)


def _number_trap(word: str) -> Trap | None:
    if len(word) > LONGEST_NUMBER and (_INTEGER.fullmatch(word) or _BASED.fullmatch(word)):
        return Trap(f"'{shorten(word)}' has more than {LONGEST_NUMBER} digits")
    if _FLOAT.fullmatch(word) and not math.isfinite(float(word)):
        return Trap(f"'{shorten(word)}' is not a finite number")
    return None


def _sixties(word: str) -> str:
    total = 0.0
    for part in word.lstrip("+-").split(":"):
        total = total * 60 + float(part)
    return f"{total:.15g}"


def shorten(text: str, longest: int = 40) -> str:
    """Return a text that fits into a message."""
    return text if len(text) <= longest else text[: longest - 3] + "..."
