"""The plug at the catheter's end and the pump's stem: a push with a slot to find, a click, and a pull that tries it.

The hand is a spring of 1 N/mm, as everywhere. Forces are expert judgement; that a joint once clicked holds
4.5 to 9 N was measured on explanted ones (Journal of Medical Devices 2007).
"""

from dataclasses import dataclass

HAND_N_PER_MM = 1.0
DAMPING_N_S_PER_MM = 0.10
SUBSTEPS = 4
SLOT_HALF_DEG = 12.0
"""How far the plug may be turned from its slot and still slide in (simulator tolerance)."""
SHUT_MM, STOP_MM = 9.0, 3.0
"""Way to the click, and where a plug beside its slot stops."""
SLIDE_N, RIDGE_N, STOP_N = 1.5, 5.0, 60.0
"""Friction on the stem, the ridge before the click over the last 2 mm, and a hard stop."""
RIDGE_MM = 2.0
HALF_N, SHUT_N = 0.8, 7.0
"""Pull that a plug holds when it was only pushed on, and after its click."""
OBLIQUE_DEG = 20.0
"""A cut further off square than this does not reach the seat (maker's tables: plus or minus 20 degrees at most)."""
UNSEATED = 0.25
"""What a plug on an oblique or crushed end still holds of its pull."""


@dataclass
class Joint:
    """A plug on its way onto the stem.

    Attributes:
        roll_deg: Of the plug against the slot; 0 fits.
        travel_mm: How far it is on, 0 to `SHUT_MM`.
        hand_mm: Where the hand would have it; ahead of the plug by what it feels.
        gripped: Whether a hand holds it.
        shut: Whether it clicked.
        cut_off_deg: How far the catheter's end was cut from square.
        crushed: Whether that end was crushed.
        pulled_n: The hardest pull that tried it since it was last pushed on.
        slipped_mm: How far it slid back under such a pull.
    """

    roll_deg: float = 0.0
    travel_mm: float = 0.0
    hand_mm: float = 0.0
    gripped: bool = False
    shut: bool = False
    cut_off_deg: float = 0.0
    crushed: bool = False
    pulled_n: float = 0.0
    slipped_mm: float = 0.0

    @property
    def force_n(self) -> float:
        """What the hand feels; positive while it pushes."""
        return HAND_N_PER_MM * (self.hand_mm - self.travel_mm) if self.gripped else 0.0

    @property
    def seals(self) -> bool:
        """Whether nothing runs past it."""
        return self.shut and not self.crushed and self.cut_off_deg <= OBLIQUE_DEG

    @property
    def holds_n(self) -> float:
        """Pull at which it comes off."""
        if self.travel_mm <= 0.0:
            return 0.0
        whole = SHUT_N if self.shut else HALF_N
        return whole if not self.shut or self.seals else whole * UNSEATED


def in_slot(joint: Joint) -> bool:
    """Return whether the plug's key stands before its slot."""
    return abs((joint.roll_deg + 180.0) % 360.0 - 180.0) <= SLOT_HALF_DEG


def push(joint: Joint, along_mm: float) -> None:
    """Move the hand along the stem; nobody pushes with more than 30 N here."""
    joint.hand_mm = min(max(joint.hand_mm + along_mm, joint.travel_mm - 30.0), joint.travel_mm + 30.0)


def advance(joint: Joint, seconds: float) -> bool:
    """Let the plug follow the hand; return whether it clicked now."""
    clicked = False
    for _ in range(SUBSTEPS):
        clicked = _substep(joint, seconds / SUBSTEPS) or clicked
    return clicked


def _substep(joint: Joint, seconds: float) -> bool:
    force = joint.force_n
    if force < 0.0:
        _pull(joint, -force, seconds)
        return False
    if joint.shut or force <= _resist_n(joint):
        return False
    end = SHUT_MM if in_slot(joint) else STOP_MM
    joint.travel_mm = min(end, joint.travel_mm + (force - _resist_n(joint)) * seconds / DAMPING_N_S_PER_MM)
    if joint.travel_mm < SHUT_MM:
        return False
    joint.shut = True
    joint.pulled_n = joint.slipped_mm = 0.0
    return True


def _resist_n(joint: Joint) -> float:
    if not in_slot(joint) and joint.travel_mm >= STOP_MM:
        return STOP_N
    return RIDGE_N if joint.travel_mm >= SHUT_MM - RIDGE_MM else SLIDE_N


def _pull(joint: Joint, force_n: float, seconds: float) -> None:
    """Try the joint: below what it holds nothing gives, above it slides off."""
    if joint.travel_mm <= 0.0:
        return
    joint.pulled_n = max(joint.pulled_n, min(force_n, joint.holds_n))
    if force_n <= joint.holds_n:
        return
    joint.shut = False
    slide = min(joint.travel_mm, (force_n - joint.holds_n) * seconds / DAMPING_N_S_PER_MM)
    joint.travel_mm -= slide
    joint.slipped_mm += slide
