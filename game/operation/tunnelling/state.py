"""What the tunnelling step alone remembers."""

from dataclasses import dataclass, field
from typing import Literal

from game.instruments.needle import Point
from game.instruments.tunneller import Rod, Strengths
from game.operation.implant import Layer
from game.operation.tunnelling.events import HarmKind

WoundName = Literal["back", "belly", "stop"]


@dataclass
class Mouth:
    """A wound that the rod can go in and out of.

    Attributes:
        name: Which wound.
        start_mm, end_mm: Its ends on the skin, patient frame.
        depth_mm: How deep it is open.
        layer: What lies bare in it.
    """

    name: WoundName
    start_mm: Point
    end_mm: Point
    depth_mm: float
    layer: Layer = "fat"


@dataclass
class Leg:
    """A finished piece of the tunnel, from one wound to another; the sheath lies in it."""

    start: WoundName
    end: WoundName
    path_mm: list[Point]


@dataclass
class Blade:
    """The blade on the skin: where this stroke began and where it is, patient frame."""

    start_mm: Point
    now_mm: Point


@dataclass
class Harm:
    """A perforation, from the give until it was answered.

    Attributes:
        kind: What was gone through.
        theatre_s: When.
        inside_mm: Length of rod inside at that time, with what the hand ran on.
        answer: "" while open, then right, late or wrong.
        prepared: Whether the skin was prepared anew, or the surgeon came.
    """

    kind: HarmKind
    tick: int
    theatre_s: float
    inside_mm: float
    answer: str = ""
    prepared: bool = False


@dataclass
class Draw:
    """The catheter on its way through the sheath.

    Attributes:
        drawn_mm: Length that went into the tunnel's mouth at the back.
        hand_mm: Where the pulling hand would have it; the ghost.
        twist_deg: Turn that is locked in it.
        coil: Which way its coil unwinds, 1 or -1.
        free_mm: Length that lay free behind the back wound.
        loop_mm, straight_mm: Length in the back wound, and its shortest way there.
        tunnel_mm: Length of the tunnel, from where the loop in the back wound ends.
        worst_n: Hardest pull on it.
        speed_mm_s: How fast it moves.
    """

    drawn_mm: float = 0.0
    hand_mm: float = 0.0
    twist_deg: float = 0.0
    coil: float = 1.0
    free_mm: float = 0.0
    loop_mm: float = 0.0
    straight_mm: float = 0.0
    tunnel_mm: float = 0.0
    worst_n: float = 0.0
    speed_mm_s: float = 0.0


@dataclass
class Tunnelling:
    """State of the tunnelling step.

    Attributes:
        rod: The tunneller.
        strengths: Of this patient's layers.
        bowel_mm: How far the point runs inside the belly before bowel is in its way.
        mouths: Wounds that are open.
        legs: Finished pieces of the tunnel.
        began: Wound that the rod is in from, or "".
        set_xy: Place of the field, mm, at which its point was set into that.
        reached: Wound that its point came out in, or "".
        aim_deg: How far the rod's way is turned from the straight one to the other wound, before it goes in.
        target: Wound that it is meant for.
        blade: The blade on the skin, or None.
        syringe_mm: Skin under the infiltrating needle, or None.
        spilled_mm: Way of the syringe since its last drop of drug.
        passes: Times the rod went in, or on after more than 3 cm back.
        entered, deepest_mm, back: For that count.
        ahead_mm: Way that the point made in tissue.
        felt_mm, numb_mm: What of it was under the fingers, and in numb tissue.
        lost_since_mm: Way made since the point was felt last.
        lost_mm: Longest of that.
        shallow_mm, under_mm: Way made less than 5 mm deep, and under the muscle's fascia.
        moved_s: Theatre second in which the point last moved.
        fingers: What the other hand felt when it was put down: rib, crest or soft.
        numbed: Places of the field that were infiltrated.
        booked_mm: Way since numbness was looked up last; `numb` is what it was.
        felt_bones: Where fingers found rib or crest: arc, z, and what.
        harms: Perforations.
        draw: The catheter once it is tied on.
        sheath_in: Whether the sheath lies in the tunnel.
        through: Whether the catheter lies in the tunnel for good.
        end_open: Whether its free end is open.
        open_s: Theatre second since which it is.
        flowed_s: Theatre second up to which fluid has run.
        drop_ml, drops: Fluid hanging at the end, and drops that fell.
        first_drop_s: How long the first drop took; `looked_s` how long the end was watched.
        worst_pain: Greatest pain caused.
        criticals: Critical errors made, each told once.
    """

    rod: Rod = field(default_factory=Rod)
    strengths: Strengths = field(default_factory=Strengths)
    bowel_mm: float = 20.0
    mouths: list[Mouth] = field(default_factory=list)
    legs: list[Leg] = field(default_factory=list)
    began: str = ""
    set_xy: tuple[float, float] = (0.0, 0.0)
    reached: str = ""
    aim_deg: float = 0.0
    target: str = ""
    blade: Blade | None = None
    syringe_mm: Point | None = None
    spilled_mm: float = 0.0
    passes: int = 0
    entered: bool = False
    deepest_mm: float = 0.0
    back: bool = False
    ahead_mm: float = 0.0
    felt_mm: float = 0.0
    numb_mm: float = 0.0
    lost_since_mm: float = 0.0
    lost_mm: float = 0.0
    shallow_mm: float = 0.0
    under_mm: float = 0.0
    moved_s: float = 0.0
    fingers: str = ""
    numbed: list[tuple[float, float]] = field(default_factory=list)
    booked_mm: float = 0.0
    numb: float = 0.0
    felt_bones: list[tuple[float, float, str]] = field(default_factory=list)
    harms: list[Harm] = field(default_factory=list)
    draw: Draw | None = None
    sheath_in: bool = False
    through: bool = False
    end_open: bool = False
    open_s: float = 0.0
    flowed_s: float = 0.0
    drop_ml: float = 0.0
    drops: int = 0
    first_drop_s: float | None = None
    looked_s: float = 0.0
    worst_pain: float = 0.0
    criticals: list[str] = field(default_factory=list)
