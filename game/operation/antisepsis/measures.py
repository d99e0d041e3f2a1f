"""What the antisepsis step measures."""

import math

import numpy as np

from game.instruments.applicator import FRICTION_PER_HAND_S, Counts, Flags, prepared, wetness, worst_area_friction_s
from game.operation.antisepsis.state import Antisepsis
from game.operation.steps import Measure
from game.operation.theatre import Theatre

FULL_DRYING_S = 180.0  # what a dry cell needs for the full mark (maker's instructions for chlorhexidine-alcohol)


def measures(theatre: Theatre, state: Antisepsis) -> dict[str, Measure]:
    """Return every measure of the step; None when it was never done, or when the agent makes it impossible."""
    agent = state.agents[-1] if state.agents else ""
    alcohol, iodine = agent == "chlorhexidine", agent == "iodine"
    return {
        "hair": {"hairy": "unclipped", "clipped": "clipped", "shaved": "razor"}[state.hair],
        "hand_scrub_min": state.scrub_min,
        "friction_s": worst_area_friction_s(state.skin, state.planned, sponge_cells(state)) if alcohol else None,
        "fold_friction_s": fold_friction_s(state) if alcohol and state.fold.any() else None,
        "iodine_scrub_min": scrub_minutes(state) if iodine else None,
        "iodine_dry_min": iodine_dry_min(state) if iodine else None,
        "drying_s": state.drying_s if alcohol else None,
        "margin_mm": margin_mm(state) if agent else None,
        "dirty_returns": float(state.dirty_returns),
        "coverage": coverage(state),
        "gloves": gloves(state),
        "time_out": theatre.talk.time_out,
        "carm_cover": "yes" if theatre.sterility.carm_covered else "no",
    }


def coverage(state: Antisepsis) -> float:
    """Return the share of the planned cells that are prepared."""
    return int((state.planned & prepared(state.skin)).sum()) / max(1, int(state.planned.sum()))


def sponge_cells(state: Antisepsis) -> float:
    """Return how many cells the sponge covers at once."""
    return state.sponge.width_mm * state.sponge.length_mm / state.grid.cell_mm**2


def fold_friction_s(state: Antisepsis) -> float:
    """Return the friction of the moist fold, in seconds of the sponge on it."""
    return math.fsum(state.skin.friction_s[state.fold].tolist()) / min(sponge_cells(state), float(state.fold.sum()))


def scrub_minutes(state: Antisepsis) -> float:
    """Return the theatre minutes in which the sponge rubbed the field."""
    return state.scrubbed_ticks * FRICTION_PER_HAND_S / 120.0 / 60.0


def iodine_dry_min(state: Antisepsis) -> float | None:
    """Return the minutes that iodine dried before the drapes; 0 when it was wiped off wet."""
    if state.wiped:
        return 0.0
    return None if state.drying_s is None else state.drying_s / 60.0


def drying_s(state: Antisepsis, now_s: float) -> float | None:
    """Return the drying of the worst planned cell, in theatre seconds since its last wetting.

    A cell that is still wet, as where fluid pools, counts the share of its own drying that is done, out of
    the three minutes of a dry one (simulator tolerance).
    """
    painted = state.planned & (state.skin.tint > 0.0)
    if not painted.any():
        return None
    since_s = now_s - state.skin.wetted_s[painted]
    needed_s = np.maximum(1e-6, state.skin.wet[painted] * state.skin.dry_s[painted])
    counted_s = np.where(since_s < needed_s, np.minimum(since_s, FULL_DRYING_S * since_s / needed_s), since_s)
    return float(counted_s.min())


def last_wetting_s(state: Antisepsis) -> float | None:
    """Return the theatre second at which a planned cell was wetted last, None where none was."""
    painted = state.planned & (state.skin.tint > 0.0)
    return float(state.skin.wetted_s[painted].max()) if painted.any() else None


def wet_and_fresh(state: Antisepsis, now_s: float, least_s: float) -> bool:
    """Say whether a planned cell is wet that was wetted less than some seconds ago."""
    wet = wetness(state.skin, now_s) > 0.0
    return bool((state.planned & wet & (now_s - state.skin.wetted_s < least_s)).any())


def dry_fraction(state: Antisepsis, now_s: float) -> float:
    """Return the share of the planned cells that are dry."""
    return int((state.planned & (wetness(state.skin, now_s) <= 0.0)).sum()) / max(1, int(state.planned.sum()))


def margin_mm(state: Antisepsis) -> float:
    """Return how far from the planned incisions the prepared skin reaches in its nearest direction.

    Islands are the business of `coverage`: a cell counts by the majority of its neighbours that are skin. Bed and
    the far edge of the field limit nothing.
    """
    ready = prepared(state.skin) & state.ground.body
    most = _neighbours(ready) * 2 > _neighbours(state.ground.body)
    missing = state.ground.body & ~most
    return float(state.ground.distance_mm[missing].min()) if missing.any() else float(state.ground.distance_mm[state.ground.body].max())


def _neighbours(flags: Flags) -> Counts:
    """Return how many of the nine cells round each cell are set."""
    padded = np.pad(flags.astype(np.int64), 1)
    rows = padded[:-2] + padded[1:-1] + padded[2:]
    counts: Counts = rows[:, :-2] + rows[:, 1:-1] + rows[:, 2:]
    return counts


def gloves(state: Antisepsis) -> str:
    """Return none, single, double or torn."""
    return "torn" if state.torn else ("none", "single", "double")[state.glove_pairs]
