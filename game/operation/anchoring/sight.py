"""What a trainee sees and feels of wound, needle, catheter and anchor."""

from dataclasses import dataclass

Place = tuple[float, float]


@dataclass(frozen=True, slots=True)
class AnchoringSight:
    """The back's wound as it looks; places field-plane mm, lengths mm.

    Attributes:
        exit_xy, entry_xy, hub_xy: Where the shaft leaves the fascia and the skin, and its hub.
        way: Unit direction from the fascia outwards along the catheter.
        needle_in, pulled_mm: Whether the needle stands, and how far it is drawn back.
        blade_mm: Depth at which the blade is held.
        cut: Depth of the incision by 2 mm cells from -60 to 60 mm along the body; `cut_y` its height.
        skin_mm, fascia_mm: Depths that were cut to, seen where the wound is open; fascia None until it shows.
        retracted: Whether the wound is held open.
        cleared: Sectors of twelve round the exit that are swept clean.
        fascia_cut: Cells where muscle shows.
        bleeding: Places that bleed and how briskly; none while blood hides them.
        blood_ml: Blood that stands there, by eye.
        burns: Brown spots.
        bites: Bites of the purse-string that hold.
        tied: Whether it is knotted; `drawing_mm` how far its ends are drawn apart.
        marks_mm: What the centimetre marks at the fascia say: how far the catheter has come out.
        wire_mm: Guide wire that is out; `wire_in` whether any is in.
        end_xy, end: Where the free end lies and what is on it; `fallen` off the drape.
        drops_per_min, ooze_per_min: At the free end, and at the fascia.
        lost_ml: Spinal fluid on drapes and swabs, by eye.
        anchor_mm, anchor_turn_deg: Where the anchor's nose is from the fascia, and its turn; None before.
        anchor_xy: Its middle.
        anchor_stitches: How many stitches it has.
        slip_mm: How far the catheter slid under a pull; `force_n` what the hand feels.
        loop_radius_mm, looped_mm: Of the strain-relief loop.
        bite_mm: How far the arc of the present bite has bulged.
        holding: What the hand does.
    """

    exit_xy: Place
    entry_xy: Place
    hub_xy: Place
    way: Place
    needle_in: bool
    pulled_mm: float
    blade_mm: float
    cut: tuple[float, ...]
    cut_y: float | None
    skin_mm: float
    fascia_mm: float | None
    retracted: bool
    cleared: tuple[int, ...]
    fascia_cut: tuple[int, ...]
    bleeding: tuple[tuple[float, float, float], ...]
    blood_ml: float
    burns: tuple[Place, ...]
    bites: tuple[Place, ...]
    tied: bool
    drawing_mm: float
    marks_mm: float
    wire_mm: float
    wire_in: bool
    end_xy: Place
    end: str
    fallen: bool
    drops_per_min: float
    ooze_per_min: float
    lost_ml: float
    anchor_mm: float | None
    anchor_turn_deg: float
    anchor_xy: Place
    anchor_stitches: int
    slip_mm: float
    force_n: float
    loop_radius_mm: float
    looped_mm: float
    bite_mm: float
    holding: str
