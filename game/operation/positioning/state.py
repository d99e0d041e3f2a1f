"""What the positioning step alone remembers."""

from dataclasses import dataclass, field

from game.frames import Rigid
from game.imaging import CArm
from game.operation.naming import Named


@dataclass
class Look:
    """One press of the pedal, from its first pulse to its last.

    Attributes:
        first, last: Indices of its exposures.
        last_tick: Tick of the last pulse.
        carm, pose, metal_mm: C-arm, patient and marker at the last pulse.
        lateral: Whether the beam runs across the body rather than through the back.
        error: Worst of rotation and tilt in units of their targets; None while the vertebra is not in the field.
        changed: Whether C-arm, patient or marker had changed since the look before.
        better: Whether it is the first of its view, or clearly truer than the one before of that view.
        marked: Whether the marker had moved since the look before.
        used: Whether a level was named on it, it was stored, or the marker was moved by it.
    """

    first: int
    last: int
    last_tick: int
    carm: CArm
    pose: Rigid
    metal_mm: tuple[float, float, float] | None
    lateral: bool
    error: float | None
    changed: bool
    better: bool
    marked: bool
    used: bool = False


@dataclass
class Positioning:
    """The patient on the table, as far as this step goes.

    Attributes:
        named: Levels named, oldest first.
        looks: Presses of the pedal since the step began.
        seen: Number of exposures that `looks` accounts for.
        felt: What the last press of a finger felt, "" before any.
        felt_xy_mm: Where that was, field plane.
    """

    named: list[Named] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)
    seen: int = 0
    felt: str = ""
    felt_xy_mm: tuple[float, float] = (0.0, 0.0)
