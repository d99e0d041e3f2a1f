"""What a trainee sees and feels of catheter and needle."""

from dataclasses import dataclass

from game.operation.needle.sight import NeedleSight


@dataclass(frozen=True, slots=True)
class CatheterSight:
    """The catheter as the surgeon has it in the hand; lengths mm, positions field-plane mm.

    Attributes:
        needle: The needle that it goes through.
        in_mm: Length past the hub, read off its centimetre marks.
        beyond_mm: The same less the needle's length: what is past the opening by the mark on the catheter.
        ghost_mm: How far the hand is ahead of the catheter: the felt resistance.
        word: none, soft, firm or hard: how the push feels.
        stroke_mm: Way of the hand since it took hold.
        runs_on: Whether the stroke goes on by itself.
        turned_deg: Where its curved tip should look, from the turns of the hand: 0 to the back, 90 to the patient's left.
        as_one: Whether the other hand holds needle and catheter together.
        frayed: Whether its wall shows a cut where it was pulled back.
        called: Level that the tip was called at, or "".
        wire_in: Whether the guide wire is all the way in.
        contrast_ml: Contrast medium given.
        contrast_left_ml: What is left in its syringe.
    """

    needle: NeedleSight
    in_mm: float
    beyond_mm: float
    ghost_mm: float
    word: str
    stroke_mm: float
    runs_on: bool
    turned_deg: float
    as_one: bool
    frayed: bool
    called: str
    wire_in: bool
    contrast_ml: float
    contrast_left_ml: float
