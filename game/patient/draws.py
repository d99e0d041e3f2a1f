"""What the seed decides about a patient: drawn once, in a fixed order, whatever the spec says.

The numbers are deviations (mean 0) or factors (mean 1), so that a change of the spec, posture included,
changes no draw.
"""

from dataclasses import dataclass

import numpy as np

from game.frames import Array
from game.patient import reference as ref
from game.patient.tissue import Tissue
from game.streams import stream

LOWER_COUNT = len(ref.LEVELS) - ref.LEVELS.index("T8")  # levels of the stream "patient"; those above have their own
UPPER_COUNT = len(ref.LEVELS) - LOWER_COUNT
PLAIN_TISSUES = Tissue.GAS + 1  # the tissues of a plain body come first, and only these differ from person to person
ROOTLET_COUNT = 36
GAS_COUNT = 14
COLON_KNOTS = 15
ORGAN_COUNT = 10
DORSAL_VEIN_COUNT = 8
TOUGHNESS_SIGMA = 0.2  # lognormal person variation of needle forces, expert judgement
FLAVUM_AGE_LOSS_PER_Y = 0.004  # above 50 years, expert judgement


@dataclass(frozen=True, slots=True)
class Draws:
    """The seed's share of the anatomy. Arrays run over levels T4 to L5 or the spaces below them unless said.

    Attributes:
        depth_mm: Deviation of the depth to the epidural space.
        size: Factor of all bone lengths of the person.
        width, depth, height: Factors of each body.
        spinous: Factors of the spinous processes' lengths.
        spinous_lean_deg: Sideways lean of the spinous processes, positive to the left.
        transverse: Factors of the transverse processes, shape (levels, 2), left first.
        window: Factors of the windows' heights.
        flavum: Factors of the flavum's thickness.
        flavum_gap: Uniform numbers that decide about a gap in the flavum's midline.
        epidural: Factors of the dorsal epidural fat.
        cyst: Uniform numbers that decide about a cavity in the interspinous ligament.
        cyst_place: Where such a cavity lies, each -1 to 1, shape (levels, 2).
        conus_thirds: Deviation of the conus in thirds of a vertebra, positive is lower.
        sac_end: Deviation of the sac's end in levels, positive is lower.
        cord_aside: Deviation of the cord from the midline in mm.
        crest: Deviation of the iliac crest in levels, positive is higher.
        rib12_mm: Length of the twelfth ribs, left first, 0 where it is absent.
        rootlet: Wander of each rootlet, shape (rootlets, 4), standard normal.
        vein: Wander of the ventral veins, shape (4, 3), phases and sizes 0 to 1.
        dorsal_vein: Places of the dorsal veins, shape (veins, 5), each 0 to 1.
        gas: Places and sizes of gas in the small bowel, shape (loops, 6), each 0 to 1.
        colon: Place, width and gas of the colon along its course, shape (knots, 5), each 0 to 1.
        organs: How organs lie and how deep the breath is, shape (10,), standard normal.
        trunk: Factors of trunk depth and width, deviations of belly and furrow, standard normal.
        toughness: Multipliers of needle forces, one per tissue in their order.
        spurs: How osteophytes differ: size, side and phase at each level, shape (levels, 3), standard normal.
        texture: Seed of the trabecular pattern.
    """

    depth_mm: float
    size: float
    width: Array
    depth: Array
    height: Array
    spinous: Array
    spinous_lean_deg: Array
    transverse: Array
    window: Array
    flavum: Array
    flavum_gap: Array
    epidural: Array
    cyst: Array
    cyst_place: Array
    conus_thirds: float
    sac_end: float
    cord_aside_mm: float
    crest: float
    rib12_mm: tuple[float, float]
    rootlet: Array
    vein: Array
    dorsal_vein: Array
    gas: Array
    colon: Array
    organs: Array
    trunk: Array
    toughness: Array
    spurs: Array
    texture: int


@dataclass(frozen=True, slots=True)
class _Dice:
    """The two streams of the levels: `rng` for T8 to L5, where the order of drawing is fixed, `upper` for those above."""

    rng: np.random.Generator
    upper: np.random.Generator

    def normal(self, limit: float = 2.5, *shape: int) -> Array:
        """Return standard normal numbers, cut off on both sides."""
        return np.clip(self.rng.standard_normal(shape), -limit, limit)

    def by_level(self, spread: float, *shape: int) -> Array:
        """Return factors for all levels, each with a shape."""
        above = 1.0 + spread * np.clip(self.upper.standard_normal((UPPER_COUNT, *shape)), -2.5, 2.5)
        return np.concatenate([above, 1.0 + spread * self.normal(2.5, LOWER_COUNT, *shape)])

    def chances(self, *shape: int) -> Array:
        """Return uniform numbers for all levels, each with a shape."""
        return np.concatenate([self.upper.random((UPPER_COUNT, *shape)), self.rng.random((LOWER_COUNT, *shape))])


def draw(seed: int) -> Draws:
    """Draw everything that a seed decides. Spreads are expert judgement unless the tables name a source."""
    dice = _Dice(stream(seed, "patient"), stream(seed, "patient-upper-levels"))
    rng, by_level, chances = dice.rng, dice.by_level, dice.chances
    return Draws(
        depth_mm=float(ref.DEPTH_SD_MM * rng.standard_normal()),
        size=float(1.0 + 0.015 * dice.normal()),
        width=by_level(0.012),
        depth=by_level(0.012),
        height=by_level(0.010),
        spinous=by_level(0.04),
        spinous_lean_deg=2.0 * (by_level(1.0) - 1.0),
        transverse=by_level(0.05, 2),
        window=by_level(0.025),
        flavum=by_level(0.06),
        flavum_gap=chances(),
        epidural=by_level(0.10),
        cyst=chances(),
        cyst_place=2.0 * chances(2) - 1.0,
        conus_thirds=float(ref.CONUS_SD_THIRDS * dice.normal()),
        sac_end=float(0.45 * dice.normal(2.0)),
        cord_aside_mm=float(np.clip(0.9 * rng.standard_normal(), -2.0, 2.0)),
        crest=float(ref.CREST_SD_LEVELS * dice.normal(1.5)),
        rib12_mm=_twelfth_ribs(rng),
        rootlet=rng.standard_normal((ROOTLET_COUNT, 4)),
        vein=rng.random((4, 3)),
        dorsal_vein=rng.random((DORSAL_VEIN_COUNT, 5)),
        gas=rng.random((GAS_COUNT, 6)),
        colon=stream(seed, "colon").random((COLON_KNOTS, 5)),
        organs=np.clip(stream(seed, "organs").standard_normal(ORGAN_COUNT), -2.0, 2.0),
        trunk=dice.normal(2.0, 4),
        toughness=np.exp(TOUGHNESS_SIGMA * np.append(rng.standard_normal(PLAIN_TISSUES), np.zeros(len(Tissue) - PLAIN_TISSUES))),
        spurs=stream(seed, "patient-osteophytes").standard_normal((len(ref.LEVELS), 3)),
        texture=int(rng.integers(2**31)),
    )


def _twelfth_ribs(rng: np.random.Generator) -> tuple[float, float]:
    spread, absent = rng.standard_normal(), rng.random(2)
    mean_mm = ref.RIB_LENGTH_MM[-1]
    length_mm = float(np.clip(mean_mm + ref.RIB12_SD_MM * spread, ref.RIB12_LEAST_MM, ref.RIB12_MOST_MM))
    left, right = (0.0 if float(chance) < ref.RIB12_ABSENT else length_mm for chance in absent)
    return left, right


def toughness(draws: Draws, age_y: float) -> dict[Tissue, float]:
    """Return the multipliers of needle forces; the flavum weakens with age."""
    factors = {tissue: float(draws.toughness[tissue]) for tissue in Tissue}
    factors[Tissue.FLAVUM] *= 1.0 - FLAVUM_AGE_LOSS_PER_Y * max(age_y - 50.0, 0.0)
    return factors
