"""Sounds and speech in words, for rooms with no loudspeaker and people who do not hear."""

from dataclasses import dataclass, field

SPOKEN_S = 6.0
SOUND_S = 2.5
"""How long a caption stays: two lines of speech are read in under six seconds; expert judgement."""
MOST = 4

SOUND_CAPTIONS: dict[str, str] = {
    "pop_skin": "a sharp little pop",
    "pop_fascia": "a dull pop",
    "pop_scarpa": "a soft tearing give",
    "give": "a sudden give, then nothing",
    "pop_flavum": "a leathery give",
    "pop_dura": "a faint click",
    "pop_bevel": "a soft little give",
    "snag": "a catch lets go",
    "cut": "a faint crunch at the needle",
    "bone": "tick of metal on bone",
    "drip": "a drop falls",
    "scrub": "wet scrubbing",
    "drape": "rustle of drapes",
    "pedal": "X-ray on",
    "pulse": "pulse beep",
    "buzzer": "five-minute buzzer of the X-ray timer",
    "alarm_high": "alarm, high priority",
    "alarm_medium": "alarm, medium priority",
    "alarm_low": "alarm, low priority",
    "click": "click",
    "stylet": "stylet slides in its needle",
    "glove": "snap of a glove",
    "scissors": "snip of scissors",
    "connector": "click of the connector",
    "stitch": "thread through firm tissue",
    "tears": "thread through fat: it tears out",
    "thud": "a dull thud",
    "cautery": "hiss of cautery",
    "load": "tone of the load on the needle",
}
SHOWN_ELSEWHERE = ("pulse", "load", "click")
"""Never lines of their own: the monitor beats with the pulse, the ghost and the arc show the load, a click is what was just pressed."""


@dataclass
class Caption:
    """One line.

    Attributes:
        speaker: Who, or "" for a sound.
        text: The words.
        left_s: How long it still stays.
    """

    speaker: str
    text: str
    left_s: float


@dataclass
class Captions:
    """The lines that stand now, oldest first.

    Attributes:
        with_sounds: Whether sounds are written too.
    """

    with_sounds: bool = True
    lines: list[Caption] = field(default_factory=list)

    def sounded(self, key: str) -> None:
        """Write a sound; the same sound again keeps its line."""
        text = SOUND_CAPTIONS[key]
        if not self.with_sounds or key in SHOWN_ELSEWHERE:
            return
        standing = next((line for line in self.lines if not line.speaker and line.text == text), None)
        if standing:
            standing.left_s = SOUND_S
        else:
            self._add(Caption("", text, SOUND_S))

    def said(self, speaker: str, text: str) -> None:
        """Write what somebody said; a sentence may begin with a word put in, so its first letter is made large here."""
        self._add(Caption(speaker, text[:1].upper() + text[1:], SPOKEN_S))

    def on_tick(self, elapsed_s: float) -> None:
        """Let lines grow old and go."""
        for line in self.lines:
            line.left_s -= elapsed_s
        self.lines = [line for line in self.lines if line.left_s > 0.0]

    def _add(self, line: Caption) -> None:
        self.lines = [*self.lines, line][-MOST:]
