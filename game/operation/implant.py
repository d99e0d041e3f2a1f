"""What is implanted and the wounds that it lies in: what the steps from the catheter to its connection hand on.

All points are in the patient frame, mm. A catheter's lines run from its tip towards the pump, each
beginning where the one before ends: canal, track, back, tunnel.
"""

import math
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from game.instruments.catheter import Rod
from game.instruments.needle import Point

Space = Literal["", "intrathecal", "epidural", "subdural", "vein"]
FreeEnd = Literal["open", "clamped", "connected"]
KinkCause = Literal["canal", "tie", "anchor", "loop", "tunnel", "coil", "seat", "stitch"]
Layer = Literal["skin", "fat", "fascia", "muscle", "peritoneum"]
Holds = Literal["ligament", "fascia", "fat", "nothing"]
Plane = Literal["subcutaneous", "prefascial", "subfascial"]
Pattern = Literal["intrathecal", "epidural", "subdural", "vein", "tissue"]
"""Where contrast medium ran, which is how it looks."""
Way = Literal["hub", "catheter", "fascia", "connector", "syringe"]
"""How spinal fluid leaves the patient."""
BARE_N, TIED_N = 0.9, 0.6
"""Pull that a spinal catheter holds without an anchor (0.91 N: Michalek-Sauberer), and what a tie adds (expert judgement)."""


def line_mm(points: list[Point]) -> float:
    """Return the length of a line of points."""
    return sum(math.dist(a, b) for a, b in pairwise(points))


@dataclass
class Kink:
    """A place where the lumen is narrowed.

    Attributes:
        at_mm: Length of catheter from the tip to it.
        open_share: What is left of the bore's flow, 0 to 1.
        cause: What narrows it; the cure follows from it.
    """

    at_mm: float
    open_share: float
    cause: KinkCause


@dataclass
class Hole:
    """A place where heel, blade, wire or stitch went into the wall.

    Attributes:
        at_mm: Length of catheter from the tip to it.
        open_share: How much of the wall is cut, 0 to 1.
    """

    at_mm: float
    open_share: float


SAME_HOLE_MM = 2.0
"""Damage so near to a hole widens it (simulator tolerance)."""


@dataclass
class Catheter:
    """The catheter from its tip to whatever holds its other end.

    Attributes:
        model: Key of the equipment's catheters.
        supplied_mm: Length as it came.
        canal_mm: From the tip to where it leaves the canal, or to the needle's opening while that is in.
        track_mm: From there to the fascia.
        back_mm: In the back wound, from the fascia to the mouth of the tunnel: the strain-relief loop.
        tunnel_mm: Under the skin of the flank.
        on_back_mm: Length left lying on the back that nobody drew through the tunnel: spare, but out of the belly's reach.
        space: Where its tip lies.
        wire_in: Whether the guide wire is in it.
        end: What is at its other end.
        trimmed_mm: Cut off and thrown away, as it truly was.
        typed_trim_mm: What the trainee wrote down for it; None before.
        called_level: Vertebra at which the trainee called the tip, or "".
        kinks: Narrow places, any order.
        holes: Damaged places of the wall, any order.
        sheared_mm: Length that was cut off in the patient, and lies there.
    """

    model: str
    supplied_mm: float
    canal_mm: list[Point] = field(default_factory=list)
    track_mm: list[Point] = field(default_factory=list)
    back_mm: list[Point] = field(default_factory=list)
    tunnel_mm: list[Point] = field(default_factory=list)
    on_back_mm: float = 0.0
    space: Space = ""
    wire_in: bool = True
    end: FreeEnd = "open"
    trimmed_mm: float = 0.0
    typed_trim_mm: float | None = None
    called_level: str = ""
    kinks: list[Kink] = field(default_factory=list)
    holes: list[Hole] = field(default_factory=list)
    sheared_mm: float = 0.0

    @property
    def implanted_mm(self) -> float:
        """Length on its way from the tip to the pocket, the coil not counted."""
        return sum(line_mm(part) for part in (self.canal_mm, self.track_mm, self.back_mm, self.tunnel_mm))

    @property
    def wall_cut(self) -> float:
        """Damage of the wall where it is worst, 0 to 1."""
        return max((hole.open_share for hole in self.holes), default=0.0)

    def cut_wall(self, at_mm: float, open_share: float) -> None:
        """Damage the wall at a place, or more where it is damaged already."""
        for hole in self.holes:
            if abs(hole.at_mm - at_mm) <= SAME_HOLE_MM:
                hole.open_share = max(hole.open_share, open_share)
                return
        self.holes.append(Hole(at_mm, open_share))

    @property
    def length_mm(self) -> float:
        """Length that is left of it."""
        return self.supplied_mm - self.trimmed_mm - self.sheared_mm

    @property
    def spare_mm(self) -> float:
        """Length that lies on no way: outside, or coiled behind the pump. Supplied = implanted + trimmed + sheared + spare."""
        return self.length_mm - self.implanted_mm

    @property
    def free_mm(self) -> float:
        """Length of the spare that hangs out at the belly."""
        return self.spare_mm - self.on_back_mm


def drawn_down(catheter: Catheter, shift_mm: float) -> float:
    """Let a catheter slide back along its own line until at most its tip stands in the hole of the dura; return the way, mm.

    Out of the sac it lies beside it.
    """
    left = shift_mm
    while left > 0.0 and len(catheter.canal_mm) > 1:
        first, second = catheter.canal_mm[0], catheter.canal_mm[1]
        piece = math.dist(first, second)
        if piece > left:
            share = left / piece
            x, y, z = (a + share * (b - a) for a, b in zip(first, second, strict=True))
            catheter.canal_mm[0] = (x, y, z)
            return shift_mm
        catheter.canal_mm.pop(0)
        left -= piece
    if len(catheter.canal_mm) == 1 and catheter.space == "intrathecal":
        catheter.space = "epidural"
    return shift_mm - left


@dataclass
class Bolus:
    """Contrast medium that was injected.

    Attributes:
        volume_ml: Of iohexol 180.
        at_s: Theatre second at which it was in.
        place_mm: Where it came out.
        pattern: Where it ran.
        grain: What its patches were drawn with.
    """

    volume_ml: float
    at_s: float
    place_mm: Point
    pattern: Pattern
    grain: int


@dataclass
class Bleeder:
    """A cut vessel in a wound.

    Attributes:
        place_mm: Where it bleeds.
        ml_per_min: How fast, unless sealed.
        sealed: Whether cautery or a tie has closed it.
    """

    place_mm: Point
    ml_per_min: float
    sealed: bool = False


@dataclass
class Wound:
    """An incision.

    Attributes:
        start_mm, end_mm: Its ends on the skin.
        layer: The deepest layer that is open over its length.
        fascia_cut_mm: Length of fascia cut through.
        retracted: Whether a retractor holds it open.
        bleeders: Vessels that it opened.
        blood_ml: Blood that stands in it.
    """

    start_mm: Point
    end_mm: Point
    layer: Layer = "skin"
    fascia_cut_mm: float = 0.0
    retracted: bool = False
    bleeders: list[Bleeder] = field(default_factory=list)
    blood_ml: float = 0.0

    @property
    def length_mm(self) -> float:
        """Length on the skin."""
        return math.dist(self.start_mm, self.end_mm)


@dataclass
class Bite:
    """A stitch's way through tissue.

    Attributes:
        in_mm, out_mm: Where the needle went in and came out.
        depth_mm: How deep its arc ran.
        through: What it holds.
    """

    in_mm: Point
    out_mm: Point
    depth_mm: float
    through: Holds


@dataclass
class PurseString:
    """The stitch round the catheter at the fascia.

    Attributes:
        bites: In the order they were made.
        tension_n: At which it was tied; None while it is not.
        ooze_share: What it lets past of what ran along the track before, 0 to 1.
    """

    bites: list[Bite] = field(default_factory=list)
    tension_n: float | None = None
    ooze_share: float = 1.0


@dataclass
class Anchor:
    """What holds the catheter to the fascia.

    Attributes:
        kind: Key of the equipment's anchors.
        gap_mm: Along the catheter from the fascia's exit to its nose.
        off_line_deg: Between its axis and the catheter.
        sutures: Stitches that fix it.
        grip_n: Pull at which the catheter slips in it.
        slip_mm: How far it slipped in the tug.
    """

    kind: str
    gap_mm: float
    off_line_deg: float
    sutures: list[Bite] = field(default_factory=list)
    grip_n: float = 0.0
    slip_mm: float = 0.0


@dataclass
class Tunnel:
    """The way under the skin of the flank.

    Attributes:
        path_mm: From the back wound to the abdominal one.
        passes: Times the rod went in.
        perforated: Cavities and organs that it went through.
    """

    path_mm: list[Point] = field(default_factory=list)
    passes: int = 0
    perforated: list[str] = field(default_factory=list)


@dataclass
class Pocket:
    """The hole that the pump is to lie in.

    Attributes:
        centre_mm: Middle of its floor.
        radius_mm: Of a circle of its area.
        cover_mm: Skin and fat over the pump.
        plane: Where it was dissected.
    """

    centre_mm: Point
    radius_mm: float
    cover_mm: float
    plane: Plane = "prefascial"


@dataclass
class Pump:
    """The pump.

    Attributes:
        model: Key of the equipment's pumps.
        volume_ml: Drug in its chamber.
        drug, concentration_mg_ml: What it is, as the label says.
        joined: Whether the catheter's connector clicked home.
        turned_deg: Where the catheter port looks: 0 to the head, 90 to the midline.
        septum_outwards: Whether the filling port looks to the skin.
        seated: Whether it lies in the pocket.
        loops: Stitches through its suture loops.
    """

    model: str
    volume_ml: float = 0.0
    drug: str = ""
    concentration_mg_ml: float = 0.0
    joined: bool = False
    turned_deg: float = 0.0
    septum_outwards: bool = True
    seated: bool = False
    loops: list[Bite] = field(default_factory=list)


@dataclass
class Implant:
    """All that is implanted and the wounds it lies in; what is not there yet is None.

    Attributes:
        lost_ml: Spinal fluid lost by each way; their sum is the case's loss.
        fragments_mm: Lines of the pieces of catheters that were sheared off and lie in the patient.
        rod: The catheter as an elastic thing, from the hub of the needle on, while that may still move it.
        contrast: Contrast medium given so far.
    """

    catheter: Catheter | None = None
    back_wound: Wound | None = None
    belly_wound: Wound | None = None
    purse_string: PurseString | None = None
    anchor: Anchor | None = None
    tunnel: Tunnel | None = None
    pocket: Pocket | None = None
    pump: Pump | None = None
    lost_ml: dict[Way, float] = field(default_factory=dict)
    fragments_mm: list[list[Point]] = field(default_factory=list)
    rod: Rod | None = None
    contrast: list[Bolus] = field(default_factory=list)

    @property
    def holds_n(self) -> float:
        """Pull on the catheter in the back at which it slides: through the fascia, its tie, or the anchor."""
        tied = self.purse_string is not None and self.purse_string.tension_n is not None
        return max(BARE_N + TIED_N if tied else BARE_N, 0.0 if self.anchor is None else self.anchor.grip_n)
