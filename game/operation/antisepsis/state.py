"""What the antisepsis step alone remembers."""

from dataclasses import dataclass, field

from game.frames import Array
from game.instruments.applicator import Flags, Grid, Ground, SkinCells, Sponge
from game.operation.theatre import NO_RIMS, Rims

EDGES = ("head", "feet", "down", "belly")


@dataclass(frozen=True, slots=True)
class Shades:
    """A map of shades.

    Attributes:
        raw: Each row in steps of a shade, a byte a cell.
        rows: The same as numbers, 0 to 1.
    """

    raw: tuple[bytes, ...] = ()
    rows: tuple[tuple[float, ...], ...] = ()


@dataclass
class Seen:
    """The maps that an eye saw last, so that a second look at the same skin costs nothing.

    Attributes:
        key: What they depend on: changes of the skin, five-second interval, lean.
        tint, gloss: The maps.
        planned: Whether each cell belongs to the planned field.
    """

    key: tuple[int, int, bool] = (-1, -1, False)
    tint: Shades = Shades()
    gloss: Shades = Shades()
    planned: tuple[tuple[bool, ...], ...] = ()


@dataclass
class Antisepsis:
    """The field of skin, the applicator, the hands and the drapes.

    Attributes:
        grid: Cells of the unrolled skin, field-plane mm of this step.
        centre_z_mm: Theatre height at which that field's x is 0.
        ground: Where there is skin, and how far each cell is from the planned incisions.
        planned: Cells that must be prepared.
        fold: Cells of the moist fold, the umbilicus; none where it is outside the field.
        skin: What each cell remembers.
        glance: Error of a look from the table at each cell, of mean 0 and unit spread.
        far: 0 to 1, how badly each cell is seen from where the surgeon stands.
        sponge: The applicator.
        agents: Antiseptics that touched the skin, in order.
        hair: hairy, clipped or shaved.
        scrub_min: Minutes of hand scrub.
        glove_pairs: Pairs worn.
        torn: Whether the outer glove is torn.
        rims_mm: Edges of the drapes in the order of `EDGES`.
        film: Whether the adhesive film lies.
        scrubbed_ticks: Ticks in which the sponge scrubbed skin.
        still_ticks: Ticks since it moved last while it lies on the skin.
        dirty_returns: Times a dirty sponge came back.
        drying_s: Drying of the worst cell at the first drape, or at the wiping.
        wiped: Whether wet antiseptic was wiped off.
        allergen_touched: Whether an antiseptic against the allergy touched the skin.
        changes: Counts changes of the skin, for `seen`.
        seen: Not part of the state.
    """

    grid: Grid
    centre_z_mm: float
    ground: Ground
    planned: Flags
    fold: Flags
    skin: SkinCells
    glance: Array
    far: Array
    sponge: Sponge = field(default_factory=Sponge)
    agents: list[str] = field(default_factory=list)
    hair: str = "hairy"
    scrub_min: float = 0.0
    glove_pairs: int = 0
    torn: bool = False
    rims_mm: Rims = NO_RIMS
    film: bool = False
    scrubbed_ticks: int = 0
    still_ticks: int = 0
    dirty_returns: int = 0
    drying_s: float | None = None
    wiped: bool = False
    allergen_touched: bool = False
    changes: int = 0
    seen: Seen = field(default_factory=Seen, metadata={"kept": False})
