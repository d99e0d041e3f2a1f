"""What a trainee sees and feels of needle, syringe and hub."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NeedleSight:
    """The needle as the surgeon has it in the hand; lengths mm, positions field-plane mm.

    Attributes:
        on_skin: Whether its point touches or is in the skin.
        entry_mm: Where it enters.
        hub_mm: Where its hub is.
        length_mm: Length of the shaft.
        outside_mm: Length still outside the skin, read off the centimetre marks.
        sagittal_deg: Angle to the skin in the sagittal plane, off the protractor.
        medial_deg: Convergence towards the midline.
        bevel_deg: Where the bevel looks, from the notch of the hub; 0 is towards the head.
        stylet_in: Whether the stylet is in.
        ghost_mm: How far the virtual hand is ahead of the hub along the needle; the felt resistance.
        word: none, soft, firm, hard or bone: how the resistance reads.
        hub: dry, drops, stream, blood, pink: what shows at the open hub.
        drops_per_min: Rate of drops or stream.
        csf_lost_ml: What the tray has collected, read by eye.
        bent_mm: How far the shaft is bowed to the side.
        nicked: Whether the skin is nicked at the entry.
        numb: Whether a wheal of local anaesthetic is at the entry.
        passes: Times the needle went in or was redirected.
        plunger: How the loss-of-resistance syringe felt where the needle stands: holds, gives slowly, gives way, or "".
    """

    on_skin: bool
    entry_mm: tuple[float, float]
    hub_mm: tuple[float, float]
    length_mm: float
    outside_mm: float
    sagittal_deg: float
    medial_deg: float
    bevel_deg: float
    stylet_in: bool
    ghost_mm: float
    word: str
    hub: str
    drops_per_min: float
    csf_lost_ml: float
    bent_mm: float
    nicked: bool
    numb: bool
    passes: int
    plunger: str = ""
