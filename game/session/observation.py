"""What a trainee can see, hear and feel now; everything else is truth."""

from dataclasses import dataclass

from game.frames import FieldCamera
from game.imaging import Blades, CArm, FieldName, ReadableLandmark
from game.operation.anchoring.sight import AnchoringSight
from game.operation.antisepsis.sight import AntisepsisSight
from game.operation.catheter.sight import CatheterSight
from game.operation.connection.sight import ConnectionSight
from game.operation.needle.sight import NeedleSight
from game.operation.plan import Plan
from game.operation.positioning.sight import MarkSight, PositioningSight
from game.operation.tunnelling.sight import TunnellingSight
from game.operation.views.sight import ViewsSight
from game.patient.physiology import Vitals

Sight = (
    PositioningSight
    | AntisepsisSight
    | NeedleSight
    | CatheterSight
    | AnchoringSight
    | TunnellingSight
    | ConnectionSight
    | ViewsSight
    | None
)


@dataclass(frozen=True, slots=True)
class PictureSight:
    """An X-ray picture as eyes read it.

    Attributes:
        exposure: Its index, so that a new picture can be told from an old one.
        carm: Where the C-arm stood, off its scales.
        landmarks: What can be made out, with noise; empty when nothing can.
    """

    exposure: int
    tick: int
    carm: CArm
    landmarks: tuple[ReadableLandmark, ...]


@dataclass(frozen=True, slots=True)
class ConsoleSight:
    """What the console of the C-arm shows.

    Attributes:
        field: Name of the field size.
        blades: What the collimator leaves open.
        mode: Dose mode of the pedal: low, normal or boost.
        pulses_per_s: Pulse rate of the pedal; 30 is continuous.
        kvp, ma: Of the last picture; None before the first.
        kerma_rate_mgy_per_min: At the reference point while the pedal is down, else 0.
        fluoroscopy_s: The timer.
        air_kerma_mgy, dap_gy_cm2: Of the case so far.
        buzzing: Whether the five-minute buzzer waits to be acknowledged.
        table_mm: How far the table stands from its middle: along, across, lift.
    """

    field: FieldName
    blades: Blades
    mode: str
    pulses_per_s: int
    kvp: float | None
    ma: float | None
    kerma_rate_mgy_per_min: float
    fluoroscopy_s: float
    air_kerma_mgy: float
    dap_gy_cm2: float
    buzzing: bool
    table_mm: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Heard:
    """Something said lately."""

    tick: int
    speaker: str
    line: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Observation:
    """One look round the theatre.

    Attributes:
        tick: Session tick; hands run on it.
        theatre_s: The theatre clock.
        step: Id of the open step, or "" between steps.
        steps_done: Ids of the finished steps.
        steps_left: Ids of the steps still to start, in order.
        plan: The order card on the wall.
        camera: How field-plane mm lie in the theatre.
        hand_xy_mm: Where the virtual hand is.
        instrument: What it holds.
        gripping: Whether that works.
        sight: The step's own sight.
        marks: Ink and metal on the skin.
        vitals: The patient monitor.
        carm: Where the C-arm stands now.
        dose_mode: low, normal or boost.
        console: Everything that the console of the C-arm shows.
        pedal: Whether the pedal is down.
        picture: The held or live picture.
        stored: The two standard views, where stored.
        fluoroscopy_s, exposures: On the dose display.
        lidocaine_mg: Running total on the nurse's board.
        heard: What was said in the last 20 s, oldest first.
        sounds: Keys of the sounds of the last tenth of a second.
        refused: The last refusal's sentence, or "".
    """

    tick: int
    theatre_s: float
    step: str
    steps_done: tuple[str, ...]
    steps_left: tuple[str, ...]
    plan: Plan
    camera: FieldCamera
    hand_xy_mm: tuple[float, float]
    instrument: str
    gripping: bool
    sight: Sight
    marks: tuple[MarkSight, ...]
    vitals: Vitals
    carm: CArm
    dose_mode: str
    console: ConsoleSight
    pedal: bool
    picture: PictureSight | None
    stored: dict[str, PictureSight]
    fluoroscopy_s: float
    exposures: int
    lidocaine_mg: float
    heard: tuple[Heard, ...]
    sounds: tuple[str, ...]
    refused: str
