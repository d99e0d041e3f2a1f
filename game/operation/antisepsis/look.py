"""How the prepared skin looks to the surgeon, from the table and with the lamp low."""

import numpy as np

from game.frames import Array
from game.instruments.applicator import FILM, FILM_NEEDED, PASSES_NEEDED, SkinCells, wetness
from game.operation.antisepsis.sight import AntisepsisSight
from game.operation.antisepsis.state import Antisepsis, Shades
from game.operation.theatre import Theatre

GLANCE_ERROR = 0.08  # spread of a guess at stain and gloss from the table (expert judgement)
UNRUBBED, THIN = 0.45, 0.85  # stain that was laid on but never rubbed in; that of the thinnest film that suffices (expert judgement)
MATT = 0.35  # from the table a film thinner than this looks dry (expert judgement)
STEP = 0.05  # how finely an eye tells shades
SHADES = tuple(round(STEP * k, 2) for k in range(21))
REFRESH_S = 5.0


def sight(theatre: Theatre, state: Antisepsis) -> AntisepsisSight:
    """Return what can be seen now; the maps are made anew only when they can have changed."""
    _refresh(theatre, state)
    if not state.seen.planned:
        state.seen.planned = tuple(tuple(row) for row in state.planned.tolist())
    return AntisepsisSight(
        cell_mm=state.grid.cell_mm,
        left_mm=state.grid.left_mm,
        top_mm=state.grid.top_mm,
        tint=state.seen.tint.rows,
        gloss=state.seen.gloss.rows,
        planned=state.seen.planned,
        load=share_left(state),
        agent=state.sponge.agent,
        hair=state.hair,
        gloves=state.glove_pairs,
        scrub_min=state.scrub_min,
        drape_mm=state.rims_mm,
        film=state.film,
        carm_covered=theatre.sterility.carm_covered,
        time_out=theatre.talk.time_out != "not_done",
        torn=state.torn,
        fold_mm=fold_place_mm(state),
    )


def share_left(state: Antisepsis) -> float:
    """Return how wet the applicator looks, 0 to 1."""
    return round(state.sponge.load_ml / state.sponge.full_ml, 2)


def fold_place_mm(state: Antisepsis) -> tuple[float, float] | None:
    """Return the middle of the moist fold on the field plane, or None without one."""
    rows, columns = np.nonzero(state.fold)
    if len(rows) == 0:
        return None
    across, arcs = state.grid.centres()
    return float(across[columns].mean()), float(arcs[rows].mean())


def _refresh(theatre: Theatre, state: Antisepsis) -> None:
    seen, key = state.seen, (state.changes, int(theatre.theatre_s // REFRESH_S), theatre.hand.lean)
    if key != seen.key:
        tint, gloss = seen_maps(state, REFRESH_S * key[1], theatre.hand.lean)
        seen.tint, seen.gloss, seen.key = _shades(tint, seen.tint), _shades(gloss, seen.gloss), key


def seen_maps(state: Antisepsis, now_s: float, lean: bool) -> tuple[Array, Array]:
    """Return tint and gloss as eyes see them, shape (rows, columns).

    From the table a thin film looks dry, and where the skin turns away from the eye, islands melt into
    their surroundings.
    """
    tint = stain(state.skin)
    gloss = np.minimum(1.0, wetness(state.skin, now_s) / _film(state))
    if not lean:
        tint = _melted(tint, state.far) + GLANCE_ERROR * state.glance * state.far * (tint > 0.0)
        gloss = np.where(gloss < MATT, 0.0, _melted(gloss, state.far))
    return tint, gloss


def stain(skin: SkinCells) -> Array:
    """Return how deep the stain is, shape (rows, columns), 0 to 1: `THIN` or more only where the skin is prepared.

    Agent that was laid on without rubbing stays pale, so that a holiday in the scrub can be seen as a dry island can.
    """
    rubbed = UNRUBBED + (1.0 - UNRUBBED) * np.minimum(1.0, skin.passes / PASSES_NEEDED)
    film = np.minimum(1.0, skin.tint / FILM_NEEDED) * (THIN + (1.0 - THIN) * skin.tint)
    depth: Array = rubbed * film
    return depth


def _film(state: Antisepsis) -> float:
    return FILM[state.agents[-1]] if state.agents else 1.0


def _melted(values: Array, far: Array) -> Array:
    """Return values smeared over seven cells where they are seen badly."""
    height, width = values.shape
    padded = values[np.clip(np.arange(-3, height + 3), 0, height - 1)][:, np.clip(np.arange(-3, width + 3), 0, width - 1)]
    rows = np.zeros((height, width + 6))
    smeared = np.zeros_like(values)
    for k in range(7):
        rows += padded[k : k + height]
    for k in range(7):
        smeared += rows[:, k : k + width]
    return values + far * (smeared / 49.0 - values)


def _shades(values: Array, before: Shades) -> Shades:
    """Return a map in steps that an eye can tell; rows that did not change are the same objects as before."""
    steps = np.rint(np.clip(values, 0.0, 1.0) / STEP).astype(np.uint8)
    raw = tuple(row.tobytes() for row in steps)
    known = before.raw if len(before.raw) == len(raw) else (b"",) * len(raw)
    rows = tuple(before.rows[k] if row == known[k] else tuple(SHADES[step] for step in row) for k, row in enumerate(raw))
    return Shades(raw, rows)
