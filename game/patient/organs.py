"""What fills chest and belly: lungs, kidneys in their fat, liver, spleen, and bowel with its gas. Places are expert judgement.

Organs of soft tissue show on an X-ray picture only by the fat round them and the gas beside them, so each is a solid
with a layer of fat; gas is rows of ellipsoids, bulging between the folds of the bowel as haustra do.
"""

import math
from dataclasses import dataclass

import numpy as np

from game.frames import Array, rotation_about
from game.patient import reference as ref
from game.patient.curves import smooth_curve
from game.patient.draws import Draws
from game.patient.skeleton import Spine
from game.patient.solids import Floats, Mask
from game.patient.spec import PatientSpec

DOME_ABOVE_T10_MM, RIGHT_HIGHER_MM, BREATH_MM = 2.0, 12.0, 8.0  # right dome higher by half a vertebra
DOME_FALL_MM = 50.0  # from a dome's top to the recess behind it
RECESS = 1.6  # how deep the recess is in falls of a dome; before it, the diaphragm reaches the wall of the belly
RETRO_FAT_MM, RETRO_FAT_PER_BMI_MM = 39.0, 1.2  # depth of the fat behind the peritoneum at BMI 25
RETRO_SIDE_MM = (20.0, 108.0)  # from the spine
RETRO_ROUND_MM = 60.0  # how far the fat's front falls back towards the flank
CAPSULE_MM = (5.0, 2.5, 2.5)  # fat round kidneys, liver, spleen
FOLD = 0.62  # distance of folds in radii of the colon
GAS_LEAST = 0.58  # how much of the colon stands empty of gas
SMALL_BOWEL_CHANCE = 0.45
# The colon from caecum to rectum: share of the way from the midline to the flank (left positive), share of the way from
# the spine to the belly's wall, height, radius; heights and radii in mm of a man of 170 cm.
COLON = (
    (-0.66, 0.42, -92.0, 25.0),
    (-0.80, 0.30, -45.0, 23.0),
    (-0.80, 0.30, 10.0, 22.0),
    (-0.74, 0.45, 52.0, 21.0),
    (-0.40, 0.74, 30.0, 19.0),
    (0.00, 0.80, 8.0, 18.0),
    (0.40, 0.72, 34.0, 18.0),
    (0.76, 0.38, 84.0, 19.0),
    (0.84, 0.24, 40.0, 15.0),
    (0.84, 0.24, -10.0, 14.0),
    (0.78, 0.32, -62.0, 14.0),
    (0.52, 0.50, -102.0, 16.0),
    (0.16, 0.42, -122.0, 16.0),
)
RECTUM = ((0.0, -22.0, -45.0, 17.0), (0.0, -12.0, -80.0, 19.0))  # sacrum's frame


@dataclass(frozen=True, slots=True)
class Organ:
    """An ellipsoid of soft tissue in a layer of fat: centre, local-to-patient rotation, radii, thickness of the fat."""

    centre_mm: Array
    rotation: Array
    radii_mm: Array
    fat_mm: float


@dataclass(frozen=True, slots=True)
class Organs:
    """What lies in chest and belly.

    Attributes:
        solids: Liver, spleen and kidneys; each is cut out of those before it.
        gas: Centres and radii of ellipsoids of gas, shape (n, 6).
        domes_mm: z of the top of the diaphragm's left and right dome.
        dome_size_mm: How far aside their middles lie, their half width, y of their middles, their half depth.
    """

    solids: tuple[Organ, ...]
    gas: Array
    domes_mm: tuple[float, float]
    dome_size_mm: tuple[float, float, float, float]


def build_organs(spec: PatientSpec, draws: Draws, spine: Spine, flank_mm: Array, belly_mm: Array, z: Array) -> Organs:
    """Place the organs.

    Args:
        spec: The body.
        draws: What differs from person to person.
        spine: Where the levels are.
        flank_mm: Half width of the cavity by height, shape (heights,).
        belly_mm: y of the front of the cavity by height, same shape.
        z: Heights, same shape.
    """
    t10 = float(spine.centre_mm[ref.LEVELS.index("T10"), 2])
    left = t10 + DOME_ABOVE_T10_MM + BREATH_MM * float(draws.organs[0])
    domes = left, left + RIGHT_HIGHER_MM + 3.0 * float(draws.organs[1])
    cavity = _Cavity(z, flank_mm, belly_mm, spine, spec.height_cm / 170.0)
    gas = np.concatenate([_colon(draws, cavity), _small_bowel(draws, cavity), _stomach(draws, cavity, domes[0])])
    flank, belly = (float(np.interp(left, z, table)) for table in (flank_mm, belly_mm))
    size = max(0.54 * flank, 60.0), max(0.47 * flank, 52.0), 0.24 * belly, 0.62 * abs(belly)
    return Organs((*_liver_and_spleen(cavity, domes), *_kidneys(draws, spine)), gas, domes, size)


@dataclass(frozen=True, slots=True)
class _Cavity:
    """The belly's inner shape by height."""

    z: Array
    flank_mm: Array
    belly_mm: Array
    spine: Spine
    scale: float

    def place(self, aside: float, ahead: float, height_mm: float) -> Array:
        """Return the point some shares of the way from the spine to flank and belly."""
        flank, belly = (float(np.interp(height_mm, self.z, table)) for table in (self.flank_mm, self.belly_mm))
        spine_y = float(np.interp(height_mm, self.spine.centre_mm[::-1, 2], self.spine.centre_mm[::-1, 1]))
        return np.array([aside * flank, spine_y + ahead * (belly - spine_y), height_mm])


def _kidneys(draws: Draws, spine: Spine) -> tuple[Organ, Organ]:
    """Return the kidneys, from T12 to L3, the right one half a vertebra lower; their long axes follow the psoas."""
    height = float(spine.centre_mm[ref.LEVELS.index("L1"), 2]) - 16.0
    place = spine.centre_mm[ref.LEVELS.index("L2")]
    size = spine.scale * (1.0 + 0.05 * float(draws.organs[2]))
    radii = np.array([26.0, 21.0, 53.0]) * size
    found = []
    for number, (sign, lower) in enumerate(((1.0, 0.0), (-1.0, 15.0))):
        down = lower + 5.0 * float(draws.organs[3 + number])
        centre = np.array([place[0] + sign * (62.0 + 2.0 * float(draws.organs[5 + number])) * spine.scale, place[1] + 4.0, height - down])
        found.append(Organ(centre, rotation_about("y", -sign * 17.0) @ rotation_about("x", -10.0), radii, CAPSULE_MM[0]))
    return found[0], found[1]


def _liver_and_spleen(cavity: _Cavity, domes_mm: tuple[float, float]) -> tuple[Organ, Organ]:
    """Return the liver under the right dome, its tip down to L2, and the spleen behind under the left one."""
    s = cavity.scale
    liver = cavity.place(-0.50, 0.30, domes_mm[1] - 88.0 * s)
    flank = float(np.interp(liver[2], cavity.z, cavity.flank_mm))
    spleen = cavity.place(0.70, -0.02, domes_mm[0] - 58.0 * s)
    return (
        Organ(liver, rotation_about("y", -14.0), np.array([0.47 * flank, 74.0 * s, 82.0 * s]), CAPSULE_MM[1]),
        Organ(spleen, rotation_about("y", 20.0) @ rotation_about("x", -25.0), np.array([20.0, 34.0, 52.0]) * s, CAPSULE_MM[2]),
    )


def _colon(draws: Draws, cavity: _Cavity) -> Array:
    """Return the colon's gas, shape (n, 6): one bulge between every two folds, where there is gas at all."""
    knots = np.array([cavity.place(aside, ahead, height * cavity.scale) for aside, ahead, height, _ in COLON])
    knots = np.concatenate([knots, cavity.spine.from_sacrum(np.array([place[:3] for place in RECTUM]) * cavity.spine.scale)])
    calibre = np.array([row[3] for row in (*COLON, *RECTUM)]) * cavity.scale * (0.8 + 0.4 * draws.colon[:, 3])
    knots = knots + np.array([16.0, 10.0, 26.0]) * (draws.colon[:, :3] - 0.5)
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(knots, axis=0), axis=1))])
    fine = np.arange(0.0, along[-1], 2.0)
    path = smooth_curve(along, knots, fine)
    radius = np.interp(fine, along, calibre)
    gas = np.interp(fine, along, draws.colon[:, 4]) + 0.10 * np.sin(0.021 * fine + 6.0 * draws.colon[0, 4])
    ahead = np.gradient(path, axis=0)
    ahead = np.abs(ahead) / np.linalg.norm(ahead, axis=1)[:, None]
    bulges, place = [], 0.0
    while place < along[-1] - 2.0:
        i = int(place / 2.0)
        full = min((gas[i] - GAS_LEAST) / 0.22, 1.0)
        odd = math.sin(0.61 * place + 40.0 * draws.colon[1, 4]) + math.sin(0.23 * place + 70.0 * draws.colon[2, 4])
        if full > 0.0:
            wide = radius[i] * (0.5 + 0.5 * full) * (1.0 + 0.10 * odd)
            bulges.append(np.concatenate([path[i] + 0.10 * radius[i] * odd * (1.0 - ahead[i]), wide * (1.0 - 0.2 * ahead[i])]))
        place += FOLD * radius[i] * (1.0 + 0.25 * odd)
    return np.array(bulges).reshape(-1, 6)


def _small_bowel(draws: Draws, cavity: _Cavity) -> Array:
    """Return the gas of the small bowel, shape (n, 6): few short, bent rows of small pockets near the middle."""
    pockets = []
    for chance, aside, ahead, height, size, turn in draws.gas:
        if chance > SMALL_BOWEL_CHANCE:
            continue
        start = cavity.place(1.0 * (aside - 0.5), 0.50 + 0.30 * ahead, (-105.0 + 115.0 * height) * cavity.scale)
        radius = 5.0 + 4.5 * size
        for step in range(2 + int(4.0 * turn)):
            bend = 6.3 * turn + 0.5 * step
            rise = np.array([math.cos(bend), 0.25 * math.sin(1.7 * bend), math.sin(bend)])
            start = start + 1.15 * radius * rise
            pockets.append(np.concatenate([start, radius * np.array([1.0, 0.9, 1.0])]))
    return np.array(pockets).reshape(-1, 6)


def _stomach(draws: Draws, cavity: _Cavity, dome_mm: float) -> Array:
    """Return the stomach's bubble under the left dome, shape (1, 6)."""
    size = (0.8 + 0.14 * float(draws.organs[7])) * cavity.scale
    return np.array([[*cavity.place(0.38, 0.34, dome_mm - 42.0 * cavity.scale), 32.0 * size, 28.0 * size, 21.0 * size]])


def retro_front_mm(spec: PatientSpec, spine: Spine, z: Array) -> Array:
    """Return how far the front of the fat behind the peritoneum lies before that of the back's muscles by height, shape like z.

    It runs out under the diaphragm and in the pelvis, where it turns behind the muscles.
    """
    deep = float(np.clip(RETRO_FAT_MM + RETRO_FAT_PER_BMI_MM * (spec.bmi - 25.0), 20.0, 54.0)) * (1.0 if spec.sex == "male" else 0.85)
    top, low = float(spine.centre_mm[ref.LEVELS.index("T11"), 2]), float(spine.sacrum_centre_mm[2]) - 20.0
    there = np.clip((top - z) / 55.0, 0.0, 1.0) * np.clip((z - low) / 55.0, 0.0, 1.0)
    return np.asarray(deep * there - RETRO_ROUND_MM * (1.0 - there))


def in_organ(organ: Organ, x: Floats, y: Floats, z: Floats, layer_mm: float = 0.0) -> Mask:
    """Return which places lie in an organ with a layer round it; the places broadcast."""
    dx, dy, dz = x - organ.centre_mm[0], y - organ.centre_mm[1], z - organ.centre_mm[2]
    total = 0.0
    for (a, b, c), radius in zip(organ.rotation.T.tolist(), (organ.radii_mm + layer_mm).tolist(), strict=True):
        total = total + ((a * dx + b * dy + c * dz) / radius) ** 2
    return np.asarray(total < 1.0)


def organ_reach_mm(organ: Organ) -> Array:
    """Return the half edges of the box along the patient's axes that holds an organ with its fat, shape (3,)."""
    return np.asarray(np.sqrt(((organ.rotation * (organ.radii_mm + organ.fat_mm)) ** 2).sum(axis=1)))


def lung_mask(organs: Organs, x: Floats, y: Floats, z: Floats, side: Floats, back_y: Floats) -> Mask:
    """Return where the lungs are: above two domes that fall away towards the chest wall, beside heart and spine.

    What lies before the domes is belly, however deep the body is.

    Args:
        organs: Where the domes are.
        x: Places; they broadcast against `y` and `z`.
        y: Likewise.
        z: Likewise.
        side: Distance from the spine's middle.
        back_y: y of the front of the back's muscles, which follows the spine.
    """
    aside, wide, ahead, deep = organs.dome_size_mm
    dx, dy = (np.abs(x) - aside) / wide, (y - ahead) / deep
    top = np.where(x > 0.0, organs.domes_mm[0], organs.domes_mm[1])
    fallen = dx * dx + dy * dy
    floor = top - DOME_FALL_MM * np.minimum(fallen, RECESS)
    belly = (fallen > RECESS) & (dy < 0.0)
    from_back = y - back_y
    middle = side * side > 30.0**2 * (1.0 - ((from_back + 80.0) / 64.0) ** 2)
    up = z - organs.domes_mm[0] - 28.0
    heart = up * up > 58.0**2 * (1.0 - ((x - 14.0) / 58.0) ** 2 - ((y + 92.0) / 52.0) ** 2)
    spine = side * side > 27.0**2 * (1.0 - ((from_back + 18.0) / 36.0) ** 2)
    return np.asarray((z > floor) & ~belly & middle & heart & spine)
