"""What happens while the patient is placed and the levels are marked."""

from dataclasses import dataclass

from game.base import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientPlaced(Event):
    """The assistants let go of the limbs; hip flexion as read off the thighs, roll as they turned him."""

    hip_flexion_deg: float
    turned_deg: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelNamed(Event):
    """A vertebra was named on a picture; `truth` is the one that the finger was on, "" for none."""

    level: str
    truth: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SkinMarked(Event):
    """Ink or metal came on the skin."""

    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Felt(Event):
    """A finger pressed and felt something: bone, crest, gap or soft."""

    word: str
