"""What the needle step alone remembers."""

from dataclasses import dataclass, field

from game.instruments.hub import Bleed
from game.instruments.needle import Point
from game.operation.information import Look
from game.operation.needle.geometry import Stand


@dataclass
class Pass:
    """One way of the needle into the patient.

    Attributes:
        entered: Whether the point is through the skin.
        deepest_mm: Furthest path length so far.
        back: Whether it was drawn back more than a centimetre from there.
    """

    entered: bool = False
    deepest_mm: float = 0.0
    back: bool = False


@dataclass
class Puncture:
    """How the needle stood when it first went through the dura; measured once.

    Attributes:
        run_error_mm: How far the skin entry lay outside the range that depth and 30 to 45 degrees allow.
        offset_mm: Entry from the midline of the spinous processes.
        skin_angle_deg: To the skin in the sagittal plane.
        convergence_deg: Towards the midline in the coronal plane; negative runs away from it.
        tip_midline_mm: Point from the middle of the sac.
    """

    tick: int
    run_error_mm: float
    offset_mm: float
    skin_angle_deg: float
    convergence_deg: float
    tip_midline_mm: float


@dataclass
class Paraesthesia:
    """A touched root or cord, from the touch until the point was drawn off it.

    Attributes:
        side: Of the root.
        depth_mm: Path length at the touch, with what the hand ran on before it felt it.
        advanced_mm: How far the needle went on after it.
        answer: "" while open, then right, late or wrong.
        left: Whether the point was drawn off it.
    """

    tick: int
    side: str
    depth_mm: float
    advanced_mm: float = 0.0
    answer: str = ""
    left: bool = False


@dataclass
class NeedleStep:
    """State of the needle step.

    Attributes:
        syringe_mm: Skin point of the infiltrating needle, or None; `syringe_heading` its direction.
        syringe_depth_mm: How deep it is; the 25 G needle is 38 mm long.
        blade_mm: Skin point under the blade, or None.
        nicks: Nicked skin points.
        offsets_deg: Sagittal and medial aim of whatever is on the skin.
        stand: Skin and midline at the place of whatever is on the skin.
        passes: Ways in, counted on re-entry or when redirected after more than a centimetre back.
        holes: Dural holes.
        looks: At pictures since the step began; `seen` is the number of exposures that they account for.
        open_s: Theatre second since which the hub has been open, or None.
        first_drop_s: Seconds from opening the hub to the first drop, once it came.
        best_flow: none, slow, brisk or blood: the best that was seen at the hub.
        drop_ml: Fluid hanging at the hub.
        plug: Whether the bore is plugged with tissue.
        filled: What a catheter in the bore takes of its area, as the flow feels it.
        flap_luck: Drawn at the puncture: whether something lies against the opening when the hub is opened.
        root_on_bevel: Whether a rootlet or the wall lies against the opening.
        bleed, torn_s: Course of a torn vein, and the theatre second since which it can clear.
        turned_deg: How far the bevel was turned since the hub was opened or the vein tore.
        flow_kind, dry_cause, drops_per_min: What shows at the hub.
        flowed_s: Theatre second up to which fluid has run.
        wheal_mm: Skin point of the wheal of local anaesthetic.
        plunger, plunger_mm: How the loss-of-resistance syringe felt last, and the path length of the point then.
        criticals: Critical errors made, each told once.
        worst_pain: Greatest pain caused.
    """

    syringe_mm: Point | None = None
    syringe_heading: Point = (0.0, -0.8, 0.6)
    syringe_depth_mm: float = 0.0
    blade_mm: Point | None = None
    nicks: list[Point] = field(default_factory=list)
    offsets_deg: tuple[float, float] = (40.0, 13.0)
    stand: Stand = field(default_factory=lambda: Stand(0.0, 1.0))
    now: Pass = field(default_factory=Pass)
    passes: int = 0
    holes: int = 0
    ventral: bool = False
    puncture: Puncture | None = None
    looks: list[Look] = field(default_factory=list)
    seen: int = 0
    paraesthesia: Paraesthesia | None = None
    answers: list[str] = field(default_factory=list)
    open_s: float | None = None
    first_drop_s: float | None = None
    best_flow: str = "none"
    flow_kind: str = "closed"
    drops_per_min: float = 0.0
    flowed_s: float = 0.0
    dry_cause: str = ""
    drop_ml: float = 0.0
    plug: bool = False
    filled: float = 0.0
    flap_luck: float = 1.0
    root_on_bevel: bool = False
    bleed: Bleed | None = None
    torn_s: float = 0.0
    turned_deg: float = 0.0
    wheal_mm: Point | None = None
    plunger: str = ""
    plunger_mm: float = 0.0
    worst_pain: float = 0.0
    criticals: list[str] = field(default_factory=list)
