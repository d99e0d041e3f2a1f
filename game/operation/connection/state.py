"""What the connection step alone remembers. Places are field-plane mm of the belly's camera."""

from dataclasses import dataclass, field

from game.instruments.aspiration import Aspiration
from game.instruments.coiling import Coiling
from game.instruments.connector import Joint
from game.operation.connection.actions import Site

Place = tuple[float, float]


@dataclass
class Cut:
    """One cut through the catheter."""

    length_mm: float
    off_deg: float
    crushed: bool


@dataclass
class Stitch:
    """A bite that is being made: the way of the needle's point."""

    loop: int
    way: list[Place] = field(default_factory=list)


@dataclass
class Connection:
    """State of the connection step.

    Attributes:
        head_x: -1 where the head lies to the left of the field, else 1.
        site: Wound that the surgeon stands at.
        tail_xy: Where the catheter's free end lies.
        blades_deg: How the scissors lie, against the field's x axis.
        closing_mm, closing_ticks: How far and how long the blades have been closing on the catheter.
        cuts: Every cut.
        joint: The connector on the pump's stem.
        tugged: untested, holds or slips: the last tug of 1.5 N or more.
        rejoined_uncut: Whether the plug was pushed on again over an end that it had stretched.
        used_mm: Length of the end that the plug stretched and that is not cut off yet.
        syringe: On a port, or None; `port` says which: cap, septum or "".
        draws: How often a syringe was put on a port.
        drawn_ml, drawn_s: Spinal fluid from the access port, and seconds of pulling for the first millilitre.
        drug_drawn_ml: Drug drawn from the chamber by mistake.
        covered_times: How often suction covered the holes.
        coil: The spare's coil.
        pump_xy, pump_deg: Where the pump lies, and where its stem looks: 0 to the head, 90 to the midline.
        outwards: Whether the septum looks outwards.
        stitch: The bite that is being made.
        sewn: Loop of each stitch that fixes the pump, as `Pump.loops`; `stitched` those with one that holds.
        pierced: Stitches that went through the catheter as it is now.
        holding: What the hand holds: tail, plug, coil, pump, plunger, stitch, loop, thread, or "".
        drag_mm: How far the hand has come since it gripped.
        drag_xy: That as a vector.
        drops_per_min: At the free end, or 0; `drop_ml` hangs there.
        flowed_s: Theatre second up to which fluid has run.
        ran_before: What ran beside the catheter when the step began, mL/min.
    """

    head_x: float = -1.0
    site: Site = "belly"
    tail_xy: Place = (0.0, 0.0)
    blades_deg: float = 60.0
    closing_mm: float = 0.0
    closing_ticks: int = 0
    cuts: list[Cut] = field(default_factory=list)
    joint: Joint = field(default_factory=Joint)
    tugged: str = "untested"
    rejoined_uncut: bool = False
    used_mm: float = 0.0
    syringe: Aspiration | None = None
    port: str = ""
    draws: int = 0
    drawn_ml: float = 0.0
    drawn_s: float | None = None
    drug_drawn_ml: float = 0.0
    covered_times: int = 0
    coil: Coiling = field(default_factory=Coiling)
    pump_xy: Place = (0.0, 0.0)
    pump_deg: float = -60.0
    outwards: bool = True
    stitch: Stitch | None = None
    sewn: list[int] = field(default_factory=list)
    stitched: list[int] = field(default_factory=list)
    pierced: int = 0
    holding: str = ""
    drag_mm: float = 0.0
    drag_xy: Place = (0.0, 0.0)
    drops_per_min: float = 0.0
    drop_ml: float = 0.0
    flowed_s: float = 0.0
    ran_before: float = 0.0
