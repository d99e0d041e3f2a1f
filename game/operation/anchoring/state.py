"""What the anchoring step alone remembers. Places are field-plane mm of its camera."""

from dataclasses import dataclass, field

from game.instruments.coiling import Coiling

Place = tuple[float, float]


@dataclass
class Bleeding:
    """A vessel that the blade opened.

    Attributes:
        place: Where it bleeds.
        ml_per_min: How fast.
        burned_s: Seconds of cautery that it had.
        sealed: Whether that closed it.
    """

    place: Place
    ml_per_min: float
    burned_s: float = 0.0
    sealed: bool = False


@dataclass
class Anchoring:
    """State of the anchoring step.

    Attributes:
        exit_xy: Where needle and catheter leave the fascia; `entry_xy` where the needle goes through the skin.
        fascia_mm: Skin to fascia here; `skin_mm` to the fat.
        needle_from_mm: Needle depth at the start; `outside_mm` of its shaft stood out of the skin.
        shown: How much of a length along the needle the camera shows.
        blade_mm: Depth that the blade is held at.
        cut: Depth of the incision by 2 mm cells along the body, from -60 to 60 mm.
        cut_y: Height of the incision on the field, as drawn; None before.
        fascia_cut: Cells whose fascia was cut through.
        bleedings: Vessels that were cut; `blood_ml` stands in the wound, `bled_ml` in all.
        burns: Places where cautery left its mark.
        retracted: Whether the retractor holds the wound.
        cleared: Which of twelve sectors round the exit are swept clean.
        struck: "", needle or catheter: the worst that the blade struck.
        way: Of the bite that is being made.
        stitches: Middles and depths of the purse-string's bites that hold: x, y, depth.
        pierced: Bites through the bare catheter.
        drawing_mm: How far the ends of the purse-string are drawn apart now.
        pulled_mm: How far the needle is drawn back; `speed_mm_s` how fast over the last tenth of a second, `moved_mm` in
            this tick.
        tip_shift_mm: How far the tip came down since the step began.
        wire_mm: Length of the guide wire that is out; `wire_in_needle_mm` while the needle still stood.
        end_xy: Where the free end lies; `fallen` off the drape.
        open_s: Theatre second since which the free end is open, or None.
        drops_per_min, ooze_per_min: At the free end, and beside the catheter at the fascia.
        drop_ml: What hangs there.
        flowed_s: Theatre second up to which fluid has run.
        lost_ml: Spinal fluid lost in this step.
        anchor_mm: Where the anchor's nose lies along the free catheter from the exit; None before.
        anchor_turn_deg: Its axis against the catheter's.
        anchor_stitches: What each stitch of the anchor holds.
        tug_n: The hardest pull on the catheter; `slip_mm` how far it slid, `slip_before_mm` of that before this pull.
        coil: The strain-relief loop.
        coil_xy: Its middle.
        holding: What the hand does: cut, burn, wipe, clear, bite, ends, hub, wire, anchor, tug, loop, or "".
        drag_xy: Way of the hand since it gripped.
        seen_from: Number of pictures when the anchor was set; a later one is the last look.
        criticals: Critical errors told.
    """

    exit_xy: Place = (0.0, 0.0)
    entry_xy: Place = (0.0, 0.0)
    fascia_mm: float = 14.0
    skin_mm: float = 3.0
    needle_from_mm: float = 0.0
    outside_mm: float = 30.0
    shown: float = 0.7
    blade_mm: float = 4.0
    cut: list[float] = field(default_factory=lambda: [0.0] * 60)
    cut_y: float | None = None
    fascia_cut: list[int] = field(default_factory=list)
    bleedings: list[Bleeding] = field(default_factory=list)
    blood_ml: float = 0.0
    bled_ml: float = 0.0
    burns: list[Place] = field(default_factory=list)
    retracted: bool = False
    cleared: list[int] = field(default_factory=list)
    struck: str = ""
    way: list[Place] = field(default_factory=list)
    stitches: list[tuple[float, float, float]] = field(default_factory=list)
    pierced: int = 0
    drawing_mm: float = 0.0
    pulled_mm: float = 0.0
    speed_mm_s: float = 0.0
    moved_mm: float = 0.0
    tip_shift_mm: float = 0.0
    wire_mm: float = 0.0
    wire_in_needle_mm: float = 0.0
    end_xy: Place = (0.0, 0.0)
    fallen: bool = False
    open_s: float | None = None
    drops_per_min: float = 0.0
    ooze_per_min: float = 0.0
    drop_ml: float = 0.0
    flowed_s: float = 0.0
    lost_ml: float = 0.0
    anchor_mm: float | None = None
    anchor_turn_deg: float = 20.0
    anchor_stitches: list[str] = field(default_factory=list)
    tug_n: float = 0.0
    slip_mm: float = 0.0
    slip_before_mm: float = 0.0
    coil: Coiling = field(default_factory=Coiling)
    coil_xy: Place = (0.0, 0.0)
    holding: str = ""
    drag_xy: Place = (0.0, 0.0)
    seen_from: int | None = None
    criticals: list[str] = field(default_factory=list)
