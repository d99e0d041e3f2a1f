"""The shared state of the operating theatre: what outlives steps."""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from game.clock import seconds
from game.frames import FieldCamera, Rigid
from game.imaging import CArm, DoseAccount, Exposure, PulseRate, Technique
from game.imaging.technique import STANDARD_RATE
from game.instruments.equipment import Equipment
from game.instruments.needle import Needle
from game.operation.actions import DoseMode, MarkKind
from game.operation.implant import Implant
from game.operation.plan import Plan
from game.operation.talk_state import Talk
from game.patient import Patient, PatientSpec
from game.patient.physiology import Physiology
from game.streams import stream

Rims = tuple[float | None, float | None, float | None, float | None]
NO_RIMS: Rims = (None, None, None, None)
Owed = Literal["", "pulse", "spot"]


@dataclass
class Hand:
    """The working hand, the other hand, and what they hold. Positions are field-plane mm.

    Attributes:
        instrument: Instrument id, or "" for an empty hand.
        x_mm, y_mm: Where the virtual hand is.
        gripping: Whether the instrument works.
        other_down: Whether the other hand presses at its place.
        moved_tick: Tick of its last motion; it moves once a tick at most.
        lean: Whether the surgeon leans in.
    """

    instrument: str = ""
    x_mm: float = 0.0
    y_mm: float = 0.0
    gripping: bool = False
    moved_tick: int = -1
    other_down: bool = False
    other_x_mm: float = 0.0
    other_y_mm: float = 0.0
    lean: bool = False


@dataclass
class SkinMark:
    """Ink or a metal marker on the skin; it moves with the patient.

    Attributes:
        kind: What it stands for, or the metal marker.
        patient_mm: Where it is on the skin, patient frame.
    """

    kind: MarkKind
    patient_mm: tuple[float, float, float]


@dataclass
class Fluoroscope:
    """C-arm, pedal, pictures and dose.

    Attributes:
        table_mm: How far the table has moved from its middle: along, across, lift, as in `MoveTable`.
        owed: The one picture that the radiographer takes next, without the pedal.
        buzzing: Whether the five-minute buzzer waits to be acknowledged; it sounds again each second of fluoroscopy.
        hand_seen: Whether a hand lay in the beam of the last pulse.
        exposures: Every pulse of the case; the log of events stands for them in digests.
        postures_deg: Hip flexion at each pulse, since a picture shows the patient as he lay then.
        stored: Index of the exposure kept as `ap` and as `lateral`.
    """

    carm: CArm
    mode: DoseMode = "low"
    pulse_rate: PulseRate = STANDARD_RATE
    table_mm: tuple[float, float, float] = (0.0, 0.0, 0.0)
    pedal: bool = False
    pedal_tick: int = 0
    technique: Technique | None = None
    owed: Owed = ""
    buzzing: bool = False
    hand_seen: bool = False
    exposures: list[Exposure] = field(default_factory=list, metadata={"kept": False})
    postures_deg: list[float] = field(default_factory=list, metadata={"kept": False})
    stored: dict[str, int] = field(default_factory=dict)
    dose: DoseAccount = field(default_factory=DoseAccount)


@dataclass
class Sterility:
    """What the field's preparation left behind for later steps.

    Attributes:
        agent: Antiseptic used, or "".
        coverage: Fraction of the planned field that was scrubbed enough.
        dry_fraction: Fraction of it that was dry when it was draped.
        wetted_s: Theatre second of the last wetting of the field, None where none was wetted.
        breaks: Number of contaminations.
        draped: Whether drapes lie on all four sides.
        rims_mm: Rims of the drapes: heights z of the head's and the feet's, arcs round the flank of the lower and the
            belly's, patient frame; None where none lies.
        film: Whether the adhesive film lies in the window.
        carm_covered: Whether the C-arm wears its sterile cover.
    """

    agent: str = ""
    coverage: float = 0.0
    dry_fraction: float = 0.0
    wetted_s: float | None = None
    breaks: int = 0
    draped: bool = False
    rims_mm: Rims = NO_RIMS
    film: bool = False
    carm_covered: bool = False


@dataclass
class Lidocaine:
    """The one syringe of local anaesthetic and where its drug went.

    Attributes:
        given_mg: Running total of the whole case.
        left_ml: What is left in the syringe.
        deposits: (patient x, y, z in mm, mg, theatre second) of each injection.
    """

    given_mg: float = 0.0
    left_ml: float = 0.0
    deposits: list[tuple[float, float, float, float, float]] = field(default_factory=list)


@dataclass
class Strain:
    """What is being done to the patient; the body reads it ten times a second.

    Attributes:
        pain, pain_s: Last peak of pain, 0 to 10, and the theatre second of it.
        shock, shock_s: The same for a touched nerve, 0 to 1.
        csf_lost_ml, blood_lost_ml: Since the case began.
        head_up_deg: Tilt of the table.
        valsalva_until_s: Theatre second to which the patient bears down.
        pleura_open: Whether air comes in round a lung.
    """

    pain: float = 0.0
    pain_s: float = 0.0
    shock: float = 0.0
    shock_s: float = 0.0
    csf_lost_ml: float = 0.0
    blood_lost_ml: float = 0.0
    head_up_deg: float = 0.0
    valsalva_until_s: float = 0.0
    pleura_open: bool = False


@dataclass
class Theatre:
    """Everything that later steps need; the session advances it, `handover` carries it.

    Attributes:
        tick: Session tick, set by the session before anything else runs.
        waited_ticks: Booked theatre time beyond the session's ticks.
        camera: The field camera of the open step.
    """

    plan: Plan
    spec: PatientSpec
    seed: int
    patient: Patient = field(metadata={"kept": False})
    equipment: Equipment = field(metadata={"kept": False})
    patient_pose: Rigid
    camera: FieldCamera
    fluoroscope: Fluoroscope
    physiology: Physiology
    streams: dict[str, np.random.Generator] = field(default_factory=dict, metadata={"kept": False})
    tick: int = 0
    waited_ticks: int = 0
    strain: Strain = field(default_factory=Strain)
    talk: Talk = field(default_factory=Talk)
    hand: Hand = field(default_factory=Hand)
    marks: list[SkinMark] = field(default_factory=list)
    sterility: Sterility = field(default_factory=Sterility)
    lidocaine: Lidocaine = field(default_factory=Lidocaine)
    needle: Needle | None = None
    implant: Implant = field(default_factory=Implant)

    def chance(self, name: str) -> np.random.Generator:
        """Return the stream of one user of chance; made from the case's seed at first use."""
        if name not in self.streams:
            self.streams[name] = stream(self.seed, name)
        return self.streams[name]

    @property
    def theatre_s(self) -> float:
        """Theatre seconds since the case began: hands and booked waits."""
        return seconds(self.tick + self.waited_ticks)
