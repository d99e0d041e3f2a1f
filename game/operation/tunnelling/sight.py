"""What a trainee sees and feels while tunnelling."""

from dataclasses import dataclass

Place = tuple[float, float]


@dataclass(frozen=True, slots=True)
class MouthSight:
    """An open wound: its name, its ends on the field, what lies bare in it (skin, fat, fascia, muscle)."""

    name: str
    start_mm: Place
    end_mm: Place
    layer: str


@dataclass(frozen=True, slots=True)
class RodSight:
    """The rod in the hand or under the skin; places are field-plane mm.

    Attributes:
        length_mm: Of the rod.
        bend_deg: Its bend per 100 mm, seen against the flank while it is out.
        roll_deg: Where its hollow side looks, from the handle: 0 to the body.
        lift_deg: How far the handle is turned so that the point rises.
        inside_mm: Length under the skin, off its centimetre marks.
        entry_mm: Where its beginning in the fat lies, or None while it is out.
        mouth_mm: Where it goes in at the wound, or None.
        way: Unit direction of the rod where it goes in.
        ghost_mm: How far the hand is ahead of the handle; the felt resistance.
        word: none, soft, firm, hard or bone: how the resistance reads.
        began, reached: Wounds that it is in from, and that its point shows in.
        tip_mm: Where the point is felt or seen, else None.
        feel: ridge, white, faint or skin of that; "" while it is not felt.
        tent_mm: How high the skin stands over it.
        press_word: What the fingers tell of its way: rising, even or sinking; "" while it is not felt.
    """

    length_mm: float
    bend_deg: float
    roll_deg: float
    lift_deg: float
    inside_mm: float
    entry_mm: Place | None
    mouth_mm: Place | None
    way: Place
    ghost_mm: float
    word: str
    began: str
    reached: str
    tip_mm: Place | None
    feel: str
    tent_mm: float
    press_word: str


@dataclass(frozen=True, slots=True)
class CatheterSight:
    """The catheter outside the patient.

    Attributes:
        tied: Whether it is tied to the sheath.
        outside_mm: Length that lies free on the back.
        slack_mm: Slack of its loop in the back wound.
        out_mm: Length that hangs out at the belly.
        twist_deg: Turn of the line printed along it.
        ghost_mm: How far the pulling hand is ahead of it.
        held: Whether the other hand holds it at the back wound.
        through: Whether it lies in the tunnel for good.
        open: Whether its end is open.
        drops: Drops that fell from it.
    """

    tied: bool
    outside_mm: float
    slack_mm: float
    out_mm: float
    twist_deg: float
    ghost_mm: float
    held: bool
    through: bool
    open: bool
    drops: int


@dataclass(frozen=True, slots=True)
class TunnellingSight:
    """The flank as it lies before the surgeon.

    Attributes:
        mark_mm: The ink of the pocket, ends of its line.
        mouths: Open wounds.
        rod: The tunneller.
        sheath: Ends of the sheath where it lies in the tunnel, else ().
        catheter: The catheter.
        fingers: What the other hand feels: rib, crest, spine, soft, or "" while it is up.
        bones: Where fingers found bone: place and rib or crest.
        cut: Ends of the blade's stroke, or ().
        numbed: Places that were infiltrated.
        passes: Times the rod went in.
        wet: What runs out beside the rod: "", blood, bowel or urine.
        left_ml: In the syringe.
    """

    mark_mm: tuple[Place, Place]
    mouths: tuple[MouthSight, ...]
    rod: RodSight
    sheath: tuple[Place, ...]
    catheter: CatheterSight
    fingers: str
    bones: tuple[tuple[float, float, str], ...]
    cut: tuple[Place, ...]
    numbed: tuple[Place, ...]
    passes: int
    wet: str
    left_ml: float
