"""How a variation changes the tables that a spine is built from, level by level or space by space (expert judgement)."""

import numpy as np

from game.frames import Array
from game.patient import reference as ref
from game.patient.solids import Mask
from game.patient.spec import Fusion, Variation

L5_S1 = len(ref.SPACES) - 1
KYPHOSIS_PEAK, KYPHOSIS_SPREAD = ref.SPACES.index("T9-10"), 2.5  # where added kyphosis is most, spaces
WORN_WINDOW = 0.8  # height of the windows in severe spondylosis against usual ones
WORN_DISC = 0.40  # height that the lowest discs lose in severe spondylosis, share; those above lose less
WORN_FACET, WORN_JOINT_SPACE = 0.22, 0.6  # facets grow and their joint spaces close by these shares
ANSWERED = 0.6  # share of a kyphosis that T12 to L3 bend back
COMPENSATED = 0.9  # share of a wedge's kyphosis that the segments near it bend back
SPUR_MM = 5.5  # longest osteophytes of severe spondylosis
TRANSITIONAL_DISC, TRANSITIONAL_WINDOW, TRANSITIONAL_LORDOSIS = 0.40, 0.45, 0.55  # a sacralised L5 against a free one
LAMINECTOMY_SHARE = 0.85  # how far to the side bone is taken, share of the canal's half width: the facets stay
TRANSITIONAL_FLARE = 1.4  # how much taller the tips of its transverse processes are: Castellvi's type III has 19 mm and more


def window_shares(variation: Variation) -> Array:
    """Return the heights of the windows against usual ones, shape (spaces,)."""
    share = variation.window_factor * (1.0 - (1.0 - WORN_WINDOW) * variation.spondylosis)
    return _with_sacralised(variation, share * np.ones(len(ref.SPACES)), TRANSITIONAL_WINDOW)


def disc_shares(variation: Variation) -> Array:
    """Return the heights of the discs against usual ones, shape (spaces,)."""
    lower = np.linspace(0.35, 1.0, len(ref.SPACES))
    return _with_sacralised(variation, 1.0 - WORN_DISC * variation.spondylosis * lower, TRANSITIONAL_DISC)


def _with_sacralised(variation: Variation, shares: Array, last: float) -> Array:
    if variation.transitional == "sacralised-L5":
        shares[L5_S1] *= last
    return shares


def lordosis_deg(variation: Variation, usual_deg: Array) -> Array:
    """Return the segmental lordosis with a stiff lowest segment, shape (spaces,): what it lacks those above take over."""
    shifted = usual_deg.copy()
    if variation.transitional == "sacralised-L5":
        lacking = (1.0 - TRANSITIONAL_LORDOSIS) * shifted[L5_S1]
        shifted[L5_S1 - 2 :] += np.array([0.4, 0.6, -1.0]) * lacking
    return shifted


def kyphosis_deg(variation: Variation) -> Array:
    """Return the turn that kyphosis adds to each space, shape (spaces,): negative down to T12, and the lordosis that answers it."""
    bell = np.exp(-0.5 * ((np.arange(len(ref.SPACES)) - KYPHOSIS_PEAK) / KYPHOSIS_SPREAD) ** 2)
    below = ref.SPACES.index("T12-L1")
    bell[below:] = 0.0
    turns = -bell / bell.sum()
    turns[below : below + 3] = ANSWERED / 3.0
    return np.asarray(variation.kyphosis_deg * turns)


def fused_spaces(fusion: Fusion) -> tuple[int, ...]:
    """Return the spaces that a fusion holds still: between the first and last screw, and where a cage is."""
    order = [*ref.LEVELS, "S1"]
    places = sorted(order.index(level) for level in fusion.levels)
    held = set(range(places[0], places[-1])) if places else set()
    return tuple(sorted(held | {ref.SPACES.index(space) for space in fusion.cages}))


def held_spaces(variation: Variation) -> Mask:
    """Return which spaces do not move with the hips, shape (spaces,), bool."""
    held = np.zeros(len(ref.SPACES), dtype=np.bool_)
    held[list(fused_spaces(variation.fusion))] = True
    held[L5_S1] |= variation.transitional == "sacralised-L5"
    return held


def wedge_losses(variation: Variation) -> Array:
    """Return the lost share of each body's ventral height, shape (levels,)."""
    return _losses(variation, "wedge")


def dish_losses(variation: Variation) -> Array:
    """Return the lost share of each body's height in its middle, shape (levels,)."""
    return _losses(variation, "biconcave")


def _losses(variation: Variation, kind: str) -> Array:
    losses = np.zeros(len(ref.LEVELS))
    for fracture in variation.fractures:
        if fracture.kind == kind:
            losses[ref.LEVELS.index(fracture.level)] = fracture.height_loss
    return losses


def wedge_turns_deg(loss_mm: Array, depth_mm: Array) -> Array:
    """Return the turn that wedged bodies add to the space below each level, shape (spaces,).

    Half of a wedge's kyphosis goes to the space above it and half to the one below; mobile segments two to four away on
    the same side of L3 bend back, since a curled patient needs that much less of them.

    Args:
        loss_mm: Lost ventral heights, shape (levels,).
        depth_mm: Depths of the bodies, shape (levels,).
    """
    half = 0.5 * np.degrees(np.arctan2(loss_mm, depth_mm))
    turns = half + np.append(half[1:], 0.0)
    places = np.arange(len(turns))
    away, low = np.abs(places[:, None] - places), places >= ref.SPACES.index("L3-4")
    weights = ((away >= 2) & (away <= 4) & (low[:, None] == low)).astype(np.float64)
    return np.asarray(COMPENSATED * (weights / np.maximum(weights.sum(axis=0), 1.0)) @ turns - turns)


def laminectomy_half_mm(canal_half_width_mm: Array) -> Array:
    """Return how far from the midline a laminectomy takes bone."""
    return np.asarray(LAMINECTOMY_SHARE * canal_half_width_mm)


def closed_spaces(laminectomy: tuple[str, ...]) -> tuple[int, ...]:
    """Return the spaces above and below the opened vertebrae: they have scar and no window."""
    levels = [ref.LEVELS.index(level) for level in laminectomy]
    return tuple(sorted({space for level in levels for space in (level - 1, level) if space >= 0}))


def rib12_mm(variation: Variation, drawn_mm: tuple[float, float]) -> tuple[float, float]:
    """Return the lengths of the twelfth ribs, left first, 0 where there is none."""
    if variation.rib12 == "drawn":
        return drawn_mm
    left, right = (length if length > 0.0 else ref.RIB_LENGTH_MM[-1] for length in drawn_mm)
    return (
        0.0 if variation.rib12 in ("absent", "absent-left") else left,
        0.0 if variation.rib12 in ("absent", "absent-right") else right,
    )
