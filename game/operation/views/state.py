"""What the standard views remember."""

from dataclasses import dataclass, field
from typing import Literal

from game.imaging import CArm
from game.operation.naming import Named

Told = Literal["found", "truer", "crossed", "counted", "same", "nothing"]
"""What a look told: the level was found, the view became truer, its error changed sides, another vertebra was linked
to those counted, the arm had not moved, or nothing else."""
IDLE: tuple[Told, ...] = ("same", "nothing")


@dataclass
class Look:
    """One press of the pedal.

    Attributes:
        task: Number of the view that was asked for then.
        first, last: Indices of its exposures.
        last_tick: Tick of the last pulse.
        carm: Where the arm stood at the last pulse.
        levels: Vertebrae inside the field.
        sacrum: Whether the top of the sacrum is inside the field.
        as_ap: Whether it is an AP on the way to a lateral or an oblique, and so judged as an AP of that level.
        errors: Rotation or turn, tilt and centring in units of their targets, signed; none while what was asked for is not in the field.
        told: What it told.
    """

    task: int
    first: int
    last: int
    last_tick: int
    carm: CArm
    levels: tuple[str, ...]
    sacrum: bool
    as_ap: bool
    errors: tuple[float, ...]
    told: Told


@dataclass(frozen=True, slots=True)
class Judged:
    """How true a picture is as one view; None where the view has no such error, or was not in the field.

    Attributes:
        level: Vertebra or space in the middle of the picture, or the one that was pointed at.
        level_right: Whether that is the one asked for.
        in_field: Whether all of it was inside the field.
        rotation_deg, tilt_deg: As in `ViewQuality` and `DiscQuality`.
        rotation_mm: As in `ViewQuality`; None for a disc.
        oblique_deg: `angle_deg` of `ObliqueQuality`.
        centring_mm: Distance from the middle of the picture.
    """

    level: str
    level_right: bool
    in_field: bool
    rotation_deg: float | None = None
    rotation_mm: float | None = None
    tilt_deg: float | None = None
    oblique_deg: float | None = None
    centring_mm: float | None = None


@dataclass(frozen=True, slots=True)
class Presented:
    """One view as it was shown.

    Attributes:
        task: Number of the view.
        exposure: The picture.
        judged: How true it is.
        spent_s: Session seconds that it took; shown, not marked.
    """

    task: int
    exposure: int
    judged: Judged
    spent_s: float


@dataclass
class Views:
    """The standard views, as far as they go.

    Attributes:
        begun_tick: When the present view was asked for.
        seen: Number of exposures that `looks` accounts for; `asked_from` is that number when the present view was asked for.
    """

    begun_tick: int
    seen: int
    asked_from: int
    named: list[Named] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)
    presented: list[Presented] = field(default_factory=list)
