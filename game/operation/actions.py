"""Actions that belong to the whole theatre; each step's own actions stand in its package.

Positions and motions of hands are field-plane mm of the step's fixed camera (`game.frames`).
"""

from dataclasses import dataclass
from typing import Literal

from game.base import Action
from game.imaging import FieldName, PulseRate
from game.operation.built import StepId

DoseMode = Literal["low", "normal", "boost"]
ViewName = Literal["ap", "lateral"]
BackTo = Literal["bookmark"] | StepId
Ink = Literal["window", "entry", "incision", "midline"]
MarkKind = Ink | Literal["metal"]


@dataclass(frozen=True, slots=True)
class StartStep(Action):
    """Begin a step of the scenario's order."""

    step: str


@dataclass(frozen=True, slots=True)
class FinishStep(Action):
    """End the step that is open."""


@dataclass(frozen=True, slots=True)
class ReopenStep(Action):
    """Go back to the step that was finished last, as surgeons do.

    It goes on as it was left. Its measures are taken anew when it is finished again, so that what is put right
    counts; its time adds up; critical errors and complications stay.
    """

    step: str


@dataclass(frozen=True, slots=True)
class TakeInstrument(Action):
    """Take an instrument from the tray into the working hand."""

    instrument: str


@dataclass(frozen=True, slots=True)
class PointHand(Action):
    """Bring the empty or loaded hand to a place over the field without touching."""

    x_mm: float
    y_mm: float


@dataclass(frozen=True, slots=True)
class Grip(Action):
    """Left button down: the instrument in the hand works from here on."""


@dataclass(frozen=True, slots=True)
class LetGo(Action):
    """Left button up: the hand lets go, the instrument stays, force relaxes."""


@dataclass(frozen=True, slots=True)
class MoveHand(Action):
    """Move the virtual hand while it grips; at most one a tick."""

    dx_mm: float
    dy_mm: float


@dataclass(frozen=True, slots=True)
class Aim(Action):
    """Right drag: turn the instrument about its contact point.

    Attributes:
        sagittal_deg: Added to the angle between instrument and skin in the sagittal plane.
        medial_deg: Added to the convergence towards the midline.
    """

    sagittal_deg: float
    medial_deg: float


@dataclass(frozen=True, slots=True)
class Roll(Action):
    """Wheel: turn the instrument about its own axis."""

    angle_deg: float


@dataclass(frozen=True, slots=True)
class OtherHand(Action):
    """Space: put the other hand down at a place of the field, or lift it."""

    down: bool
    x_mm: float = 0.0
    y_mm: float = 0.0


@dataclass(frozen=True, slots=True)
class LeanIn(Action):
    """L held: lean in with the lamp low, so that raking light shows what is wet or missed."""

    near: bool


@dataclass(frozen=True, slots=True)
class Stylet(Action):
    """S: take the stylet out of the needle, or put it back."""


@dataclass(frozen=True, slots=True)
class Pedal(Action):
    """F: press or lift the X-ray foot pedal."""

    down: bool


@dataclass(frozen=True, slots=True)
class MoveCArm(Action):
    """Move the C-arm by hand; the laser follows, the picture waits for an exposure.

    Attributes:
        orbit_deg: Turn round the long axis of the patient.
        tilt_deg: Turn of the detector towards the head.
        lift_mm: Isocentre away from the floor.
        along_mm: Isocentre towards the patient's head.
        across_mm: Isocentre towards the patient's back.
    """

    orbit_deg: float = 0.0
    tilt_deg: float = 0.0
    lift_mm: float = 0.0
    along_mm: float = 0.0
    across_mm: float = 0.0


@dataclass(frozen=True, slots=True)
class MoveTable(Action):
    """Move the table, and the patient with it, under the C-arm, which stays where it is.

    Attributes:
        along_mm: Towards the patient's head.
        across_mm: Towards the patient's back.
        lift_mm: Away from the floor.
    """

    along_mm: float = 0.0
    across_mm: float = 0.0
    lift_mm: float = 0.0


@dataclass(frozen=True, slots=True)
class SetDoseMode(Action):
    """Choose the dose of each pulse."""

    mode: DoseMode


@dataclass(frozen=True, slots=True)
class SetPulseRate(Action):
    """Choose how many pulses a second the pedal gives; 30 is continuous."""

    per_s: PulseRate


@dataclass(frozen=True, slots=True)
class SetField(Action):
    """Choose the size of the field: the smaller, the larger the picture of it."""

    field: FieldName


@dataclass(frozen=True, slots=True)
class MoveBlades(Action):
    """Open or close the collimator's two pairs of blades and its iris, in shares of the half field; they stop at their ends.

    Attributes:
        across: Added to what the left and the right blade leave open.
        along: Added to what the blades at head and feet leave open.
        iris: Added to the radius that the iris leaves open.
    """

    across: float = 0.0
    along: float = 0.0
    iris: float = 0.0


@dataclass(frozen=True, slots=True)
class ResetBlades(Action):
    """Open blades and iris fully."""


@dataclass(frozen=True, slots=True)
class Spot(Action):
    """Take one spot picture: more dose than a pulse and less noise, kept on the monitor."""


@dataclass(frozen=True, slots=True)
class SilenceBuzzer(Action):
    """Acknowledge the five-minute buzzer of the fluoroscopy timer."""


@dataclass(frozen=True, slots=True)
class StoreView(Action):
    """Keep the held image on the second monitor, with the C-arm's place, as one of the two standard views."""

    view: ViewName


@dataclass(frozen=True, slots=True)
class AskView(Action):
    """V: ask the radiographer to bring the C-arm back to a stored view, and expose once."""

    view: ViewName


@dataclass(frozen=True, slots=True)
class Say(Action):
    """Talk: say one line of the talk list to whoever it is for.

    Attributes:
        line: Key of the line in `assets/speech.yaml`.
        words: What was said beyond the line itself, such as a dose, in the order the line asks for.
    """

    line: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SetBookmark(Action):
    """Practice: remember this moment, to come back to it."""


@dataclass(frozen=True, slots=True)
class GoBack(Action):
    """Practice: the trainee came back to this moment; acted in the session that was rewound to it.

    Attributes:
        to: `bookmark`, or the id of the step that is tried again.
    """

    to: BackTo


@dataclass(frozen=True, slots=True)
class Wait(Action):
    """Let theatre time pass on purpose.

    Attributes:
        duration_s: Theatre seconds, 1 to 3600.
    """

    duration_s: float
