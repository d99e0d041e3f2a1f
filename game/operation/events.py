"""Events that belong to the whole theatre; each step's own events stand in its package."""

from dataclasses import dataclass

from game.base import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class StepStarted(Event):
    """A step began or was reopened."""

    step: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepFinished(Event):
    """A step ended."""

    step: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BookmarkSet(Event):
    """The trainee remembered this moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WentBack(Event):
    """The trainee came back here for another try; `to` is `bookmark` or a step's id."""

    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Waited(Event):
    """Theatre time was booked for what staff do or for repetition."""

    duration_s: float
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposed(Event):
    """One X-ray pulse.

    Attributes:
        exposure: Its index in the theatre's list.
        held: Whether the pulse starts a new press of the pedal.
    """

    exposure: int
    held: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HandInBeam(Event):
    """An X-ray pulse met a hand.

    Attributes:
        exposure: Index of the pulse.
        hand: `working` or `other`.
        seen_by: Who sees it.
        kerma_ugy: Air kerma of the pulse where most of it met the hand.
    """

    exposure: int
    hand: str
    seen_by: str
    kerma_ugy: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewStored(Event):
    """An image was kept as a standard view."""

    view: str
    exposure: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken(Event):
    """Somebody said something: caption, voice and log.

    Attributes:
        speaker: surgeon, patient, anaesthetist, scrub, circulating, radiographer.
        line: Key in `assets/speech.yaml`.
        words: What fills the line's gaps.
    """

    speaker: str
    line: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sounded(Event):
    """Something could be heard: a key of the sound table, 0 to 1 loud."""

    sound: str
    loudness: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CriticalError(Event):
    """A fault that fails the case by itself.

    Attributes:
        id: Its name in the report, such as `draped-wet`.
    """

    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Complication(Event):
    """Something went wrong with the patient.

    Attributes:
        id: Its name in the catalogue, such as `C4`.
        name: Its name for people.
        step: Step that was open.
        cause: What was done that led to it, in words.
    """

    id: str
    name: str
    step: str
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Relieved(Event):
    """A complication's signs went away.

    Attributes:
        id: Its name in the catalogue.
        by: What relieved it, in words.
        after_s: Theatre seconds since it began.
    """

    id: str
    by: str
    after_s: float
