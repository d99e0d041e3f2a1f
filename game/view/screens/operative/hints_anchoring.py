"""What guided mode says next in the anchoring step."""

from typing import TYPE_CHECKING

from game.operation.anchoring.sight import AnchoringSight
from game.operation.anchoring.state import Anchoring
from game.session.observation import Observation
from game.view.screens.operative.hints import Wish

if TYPE_CHECKING:
    from game.session.session import Session

LONG_MM, CELL_MM = 40.0, 2.0
"""Least length of the incision that lets one work (as the criteria), and that of its cells."""
ROUND, BITES, STITCHES = 8, 4, 2
"""Sectors that are swept, bites of the purse-string and stitches of the anchor that are enough."""
BLOODY_ML, OOZES_PER_MIN, SLOWED = 1.0, 2.0, 0.75
FREE_PER_MIN = 10.0
TRIED_N, RING_MM = 1.0, 10.0
BARE, NEARLY_MM = 0.7, 0.6
"""Share of the wound that is bare to the fascia, give or take so much, before the purse-string is laid."""


def anchoring_hint(session: "Session", observation: Observation) -> Wish:
    """Return what fits now between the first cut and the loop."""
    sight = observation.sight
    if not isinstance(sight, AnchoringSight):
        return ()
    if sight.fallen and sight.end == "open":
        return ("anch_fallen",)
    if sight.bleeding:
        return ("anch_bleeds",) if sight.blood_ml < BLOODY_ML else ("anch_wipe",)
    if sight.blood_ml >= BLOODY_ML:
        return ("anch_wipe",)
    if sight.needle_in:
        return _before_needle_out(sight, session.theatre.hand.other_down)
    return _after_needle_out(session, sight)


def _before_needle_out(sight: AnchoringSight, pinned: bool) -> Wish:
    deep = [depth for depth in sight.cut if depth >= sight.skin_mm]
    ways: tuple[tuple[bool, Wish], ...] = (
        (not deep, ("anch_cut",)),
        (CELL_MM * len(deep) < LONG_MM, ("anch_longer",)),
        (not sight.retracted, ("anch_spread",)),
        (_bare(sight, deep) < BARE, ("anch_deeper",)),
        (len(sight.cleared) < ROUND and not sight.bites, ("anch_sweep",)),
        (len(sight.bites) < BITES, ("anch_bite",)),
        (not pinned, ("anch_pin",)),
    )
    return next((wish for open_now, wish in ways if open_now), ("anch_needle",))


def _bare(sight: AnchoringSight, deep: list[float]) -> float:
    """Return the share of the wound in which the fascia shows."""
    if sight.fascia_mm is None:
        return 0.0
    return sum(depth >= sight.fascia_mm - NEARLY_MM for depth in deep) / len(deep)


def _after_needle_out(session: "Session", sight: AnchoringSight) -> Wish:
    step: Anchoring = session.states["anchoring"]
    ways: tuple[tuple[bool, Wish], ...] = (
        (sight.wire_in, ("anch_wire",)),
        (len(sight.bites) < BITES and not sight.tied, ("anch_bite",)),
        (sight.holding == "ends", ("anch_drips",)),
        (not sight.tied, ("anch_tie",)),
        (sight.ooze_per_min >= OOZES_PER_MIN, ("anch_loose",)),
        (sight.end == "open" and sight.drops_per_min < FREE_PER_MIN, ("anch_strangled",)),
        (sight.end == "open", ("anch_clamp",)),
        (sight.anchor_mm is None, ("anch_anchor",)),
        (sight.anchor_stitches < STITCHES, ("anch_stitch",)),
        (step.tug_n < TRIED_N, ("anch_tug",)),
        (sight.loop_radius_mm < RING_MM, ("anch_loop",)),
    )
    return next((wish for open_now, wish in ways if open_now), ("anch_look",))
