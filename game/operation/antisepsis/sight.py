"""What a trainee sees while preparing the skin."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AntisepsisSight:
    """The skin, the applicator and the drapes.

    The maps are what an eye at the table's distance sees, on 1 cm cells, shape (rows, columns) as nested
    tuples, row 0 at the belly's edge; leaning in with the lamp low shows them without error.

    Attributes:
        cell_mm: Side of a cell.
        left_mm, top_mm: Field-plane place of the outer corner of cell (0, 0).
        tint: 0 to 1, how stained a cell looks.
        gloss: 0 to 1, how wet it looks.
        planned: Whether a cell belongs to the field that must be prepared.
        load: 0 to 1, how wet the applicator still is.
        agent: Agent of the applicator in the hand, or "".
        hair: hairy, clipped or shaved.
        gloves: Pairs worn.
        scrub_min: Minutes of hand scrub so far.
        drape_mm: head, feet, down and belly rims, None where not laid.
        film: Whether the adhesive film lies.
        carm_covered: Whether the C-arm is covered.
        time_out: Whether the time-out was said.
        torn: Whether a glove is seen to be torn.
        fold_mm: Field-plane place of the moist fold, the umbilicus; None where it is outside the planned field.
    """

    cell_mm: float
    left_mm: float
    top_mm: float
    tint: tuple[tuple[float, ...], ...]
    gloss: tuple[tuple[float, ...], ...]
    planned: tuple[tuple[bool, ...], ...]
    load: float
    agent: str
    hair: str
    gloves: int
    scrub_min: float
    drape_mm: tuple[float | None, float | None, float | None, float | None]
    film: bool
    carm_covered: bool
    time_out: bool
    torn: bool = False
    fold_mm: tuple[float, float] | None = None
