"""From attenuation to the grey picture on the monitor: scatter, quanta, blur, log, edges, window."""

import functools
import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from game.frames import Array as Grid
from game.imaging.carm import Blades, CArm
from game.imaging.exposure import Exposure
from game.imaging.sheets import Image
from game.imaging.technique import AIR_GAP_MM, TABLE_FIELD_MM, Technique, scatter_to_primary, technique_at
from game.streams import stream

PHOTONS_PER_MM2_NGY = 31.0  # behind a trunk, SpekPy 2.5
QUANTUM_EFFICIENCY = 0.7  # CsI flat panel, 0.65-0.75 (expert judgement)
ELECTRONIC_PHOTONS = 1.0  # a binned pixel of a CMOS panel at high gain: 300 electrons, a photon in CsI makes as many (expert judgement)
BINNED_MM = 0.30  # pixel that the panel reads in fluoroscopy, 0.30-0.39 (expert judgement)
GRID_SCATTER = 0.17  # scatter over primary transmission of a 10:1 grid, 0.12 / 0.70
SCATTER_BLUR_MM = 70.0  # at the detector (expert judgement)
DETECTOR_BLUR_MM = 0.20  # Gaussian of CsI and pixel (expert judgement)
RESAMPLING_PX = 0.4  # Gaussian of the step from the panel's pixels to the picture's (expert judgement)
FOCAL_SPOT_MM = 0.6
BLADES_MM = 180.0  # from the focal spot to the collimator (expert judgement)
SATURATION = 120.0  # brightest primary over that of the measuring field: beyond it the detector's gain steps down
SCATTERING = 2.0  # primary above which rays have met too little tissue to scatter (expert judgement)
VIGNETTE, HEEL = 0.08, 0.05  # what the gain map leaves of 15-25 % (expert judgement)

NOISE_TILE = 1280
FLATTEN_BLUR_MM, FLATTEN = 45.0, 0.75  # slow part of the log picture that the processor takes out, at the isocentre
EDGE_MM, EDGE = 1.5, 0.95  # unsharp mask: 5 pixels, 1.2 on mobile C-arms (expert judgement), less for less ringing
FINE_MM, FINE = 6.0, 0.6
CORE_SIGMA = 1.0  # noise below this is not sharpened (expert judgement)
BRIGHTER, DARKER = 0.14, 2.5  # most that sharpening moves the log signal: metal is black and has no halo (expert judgement)
SETTLING_SHOWN = 0.5  # part of a wrong brightness that the display does not take back at once (expert judgement)
WINDOW_PERCENT = (2.5, 99.6)
WINDOW_PRIMARY = 4.0  # primary above which a pixel shows so little tissue that the window need not hold it
METAL = 2.4  # attenuation beyond that of the measuring field that is no tissue: neither the window nor the flattening heeds it
METAL_RIM_MM = 1.0  # round metal in the body that is left out with it (expert judgement)
GAMMA = 1.08
BLACK, WHITE = 8.0, 250.0
TOE, SHOULDER = 0.10, 0.62  # ends of the straight part of the display curve; beyond it grey levels crowd softly
SHOULDER_WIDTH = 0.55  # so wide that the edge of the skin still shows beside the open beam
CURVE_LOW, CURVE_HIGH, CURVE_STEPS = -0.5, 2.5, 3000


@dataclass(frozen=True, slots=True, eq=False)
class Anatomy:
    """What the patient alone does to a picture at one energy.

    Attributes:
        attenuation: Less that of the measuring field, shape (size, size).
        scatter: Scattered over the primary signal of the measuring field, same shape.
        total: Primary and scattered signal in the measuring field over the primary alone; the dose is counted on both.
        slow: Part of the log picture that the processor flattens, same shape.
        low, high: Ends of the display window, in flattened log signal.
    """

    attenuation: Image
    scatter: Image
    total: float
    slow: Image
    low: float
    high: float


def anatomy_of(attenuation: Image, carm: CArm, technique: Technique, metal: Image | None = None) -> Anatomy:
    """Return the parts of the detector chain that do not change while C-arm and patient are still.

    Args:
        attenuation: Of the patient, shape (size, size).
        carm: In the theatre frame.
        technique: Its kerma is that behind tissue.
        metal: Path through metal that stays in the patient, mm; level, window and flattening heed none of those pixels.
    """
    size = attenuation.shape[0]
    measured = measuring_field(carm.blades, size)
    bare = np.ones_like(attenuation) if metal is None else _beside(metal, METAL_RIM_MM / (carm.field_mm / size))
    seen = bare[measured] if bare[measured].any() else np.ones_like(bare[measured])
    relative = attenuation - np.float32(np.average(attenuation[measured], weights=seen))
    relative = np.maximum(relative, np.float32(-math.log(SATURATION)))
    primary = np.exp(-relative)
    opened = opening(carm, size)
    scatter = _scatter(primary, opened, carm, technique)
    log_signal = -np.log(primary + scatter)
    tissue = np.where(relative < np.float32(METAL), opened * bare, np.float32(0.0))
    slow = np.float32(FLATTEN) * _blur_inside(log_signal, tissue, FLATTEN_BLUR_MM / (carm.field_mm / size))
    shown = opened[::3, ::3] > 0.5
    inside = (tissue[::3, ::3] > 0.5) & (primary[::3, ::3] < WINDOW_PRIMARY)
    flat = (log_signal - slow)[::3, ::3]
    low, high = np.percentile(flat[inside] if inside.any() else flat[shown], WINDOW_PERCENT)
    total = 1.0 + float(scatter[measured].mean()) / float(primary[measured].mean())
    return Anatomy(relative, scatter, total, slow, float(low), float(high))


def _beside(metal: Image, rim_px: float) -> Image:
    """Return where there is neither metal nor its blurred rim: 1, else 0."""
    side = 2 * math.ceil(rim_px) + 1
    return np.asarray(cv2.dilate(metal, np.ones((side, side), dtype=np.uint8)) <= 0.0, dtype=np.float32)


def _scatter(primary: Image, opened: Image, carm: CArm, technique: Technique) -> Image:
    """Return the scattered signal: the primary of the open field, widely blurred; where much is open it is as the table has it."""
    source = np.minimum(primary, np.float32(SCATTERING)) * opened
    blur_px = SCATTER_BLUR_MM / _pitch_mm(carm, len(primary))
    spread, reach = (_wide_blur(image, blur_px, cv2.BORDER_CONSTANT) for image in (source, opened))
    return np.asarray(np.float32(scatter_ratio(carm, technique) / float(reach.max())) * spread, dtype=np.float32)


def scatter_ratio(carm: CArm, technique: Technique) -> float:
    """Return scatter over primary behind the grid: open field to the power 0.6, a fifth less for each 10 cm of air gap more."""
    gap_mm = carm.source_detector_mm - carm.source_isocentre_mm - technique.thickness_mm / 2.0
    width_mm = carm.field_mm * carm.magnification * math.sqrt(carm.open_share)
    field = math.pow(width_mm / TABLE_FIELD_MM, 0.6)
    return GRID_SCATTER * scatter_to_primary(technique.thickness_mm) * field * math.pow(0.8, (gap_mm - AIR_GAP_MM) / 100.0)


def quanta(carm: CArm, technique: Technique, size: int) -> float:
    """Return the detected photons a pixel and pulse where the signal, scatter included, is that of the measuring field."""
    return PHOTONS_PER_MM2_NGY * technique.kd_ngy * QUANTUM_EFFICIENCY * _pitch_mm(carm, size) ** 2


def signal_of(attenuation: Image, anatomy: Anatomy, exposure: Exposure) -> Image:
    """Return the noisy signal of one pulse over the primary of the measuring field, shape (size, size).

    Args:
        attenuation: Of patient and tubes, less that of the measuring field.
        anatomy: Of the patient at this energy.
        exposure: Dose, geometry and noise seed.
    """
    size = attenuation.shape[0]
    carm = exposure.carm
    signal: Image = np.exp(-attenuation) + anatomy.scatter
    signal = np.asarray(cv2.GaussianBlur(signal * shading(size), (0, 0), blur_px(carm, size)), dtype=np.float32)
    photons = quanta(carm, exposure.technique, size) / anatomy.total
    electronic = (ELECTRONIC_PHOTONS * _pitch_mm(carm, size) / BINNED_MM / photons) ** 2
    spread = cv2.sqrt(signal * np.float32(1.0 / photons) + np.float32(electronic))
    signal += spread * grain(exposure.noise_seed, size, grain_px(carm, size))
    return np.asarray(np.maximum(signal, np.float32(0.004)), dtype=np.float32)


def picture_of(signal: Image, anatomy: Anatomy, exposure: Exposure, noise_left: float = 1.0) -> NDArray[np.uint8]:
    """Return the grey picture: bones dark, round on black, uint8.

    Args:
        signal: Of one pulse or of several, filtered, shape (size, size).
        anatomy: Of the patient at this energy.
        exposure: The last of the pulses.
        noise_left: Part of the noise of one pulse that filtering has left.
    """
    size = signal.shape[0]
    carm = exposure.carm
    pixel_mm = carm.field_mm / size
    flat = -cv2.log(signal) - anatomy.slow - np.float32(SETTLING_SHOWN * math.log(settling(exposure)))
    noise = noise_left * math.sqrt(anatomy.total / quanta(carm, exposure.technique, size)) * grain_gain(carm, size)
    edges = cored(flat - _wide_blur(flat, EDGE_MM / pixel_mm), CORE_SIGMA * noise)
    fine = flat - _wide_blur(flat, FINE_MM / pixel_mm)
    detail = np.float32(EDGE) * edges + np.float32(FINE) * fine
    flat += np.clip(detail, np.float32(-BRIGHTER), np.float32(DARKER), out=detail)
    per_step = (anatomy.high - anatomy.low) * (CURVE_HIGH - CURVE_LOW) / CURVE_STEPS
    lightest = anatomy.high - CURVE_LOW * (anatomy.high - anatomy.low)
    step = np.clip((np.float32(lightest) - flat) * np.float32(1.0 / per_step), 0.0, CURVE_STEPS - 1)
    return np.asarray(display_curve()[step.astype(np.uint16)] * opening(carm, size) + np.float32(0.5), dtype=np.uint8)


def cored(detail: Image, least: float) -> Image:
    """Return what of a detail goes beyond the noise on either side."""
    return np.asarray(detail - np.clip(detail, np.float32(-least), np.float32(least)), dtype=np.float32)


def settling(exposure: Exposure) -> float:
    """Return the brightness over that to which the controller settles here, capped or not: gain in the processor does the rest."""
    technique = exposure.technique
    there = technique_at(
        technique.thickness_mm, technique.thickness_mm, technique.mode, exposure.carm.magnification_steps, technique.pulses_per_s
    )
    return technique.kd_ngy / there.kd_ngy


@functools.lru_cache(maxsize=1)
def display_curve() -> Image:
    """Return the grey level of each step of brightness: straight in the middle, soft at both ends, shape (CURVE_STEPS,)."""
    bright = np.linspace(CURVE_LOW, CURVE_HIGH, CURVE_STEPS)
    toe = TOE * np.exp(np.minimum(bright - TOE, 0.0) / TOE)
    shoulder = 1.0 - (1.0 - SHOULDER) * np.exp(-np.maximum(bright - SHOULDER, 0.0) / SHOULDER_WIDTH)
    curve = np.where(bright < TOE, toe, np.where(bright > SHOULDER, shoulder, bright))
    return np.asarray(BLACK + (WHITE - BLACK) * curve**GAMMA, dtype=np.float32)


def blur_px(carm: CArm, size: int) -> float:
    """Return the Gaussian of detector, focal spot and resampling in pixels."""
    focal_mm = FOCAL_SPOT_MM * (carm.magnification - 1.0) / math.sqrt(12.0)
    return math.hypot(DETECTOR_BLUR_MM / _pitch_mm(carm, size), focal_mm / _pitch_mm(carm, size), RESAMPLING_PX)


def grain_px(carm: CArm, size: int) -> float:
    """Return the Gaussian over which quanta spread in pixels, to a hundredth: that of detector and resampling."""
    return round(math.hypot(DETECTOR_BLUR_MM / _pitch_mm(carm, size), RESAMPLING_PX), 2)


def measuring_field(blades: Blades, size: int) -> tuple[slice, slice]:
    """Return the rows and columns in the central half of what the blades leave open."""
    left, right, top, bottom = (min(share, blades.iris) for share in (blades.left, blades.right, blades.top, blades.bottom))
    return _central(top, bottom, size), _central(left, right, size)


def _central(before: float, after: float, size: int) -> slice:
    middle = size / 2.0
    start = min(round(middle - before * size / 4.0), size - 1)
    return slice(start, max(round(middle + after * size / 4.0), start + 1))


def opening(carm: CArm, size: int) -> Image:
    """Return what the round field and the blades leave open, 1 inside, shape (size, size).

    Behind the blades the processor blanks the picture; their edges are as soft as the focal spot makes them.
    """
    penumbra_mm = FOCAL_SPOT_MM * (carm.source_detector_mm - BLADES_MM) / BLADES_MM
    return _opening(carm.blades, round(penumbra_mm / _pitch_mm(carm, size), 2), size)


@functools.lru_cache(maxsize=4)
def _opening(blades: Blades, penumbra_px: float, size: int) -> Image:
    radius = _radius(size)
    field = np.clip((1.0 - radius) * size / 2.0 / 1.5, 0.0, 1.0)
    place = (np.arange(size) + 0.5) / size * 2.0 - 1.0
    across = _edge(blades.left, -place, penumbra_px) * _edge(blades.right, place, penumbra_px)
    down = _edge(blades.top, -place, penumbra_px) * _edge(blades.bottom, place, penumbra_px)
    return np.asarray(field * across[None, :] * down[:, None] * _edge(blades.iris, radius, penumbra_px), dtype=np.float32)


def _edge(share: float, place: Grid, penumbra_px: float) -> Grid:
    """Return a blade's soft edge along places out from the middle, in half fields; a blade at the rim is out of the beam."""
    if share >= 1.0:
        return np.ones_like(place)
    half_px = len(place) / 2.0
    return np.asarray(np.clip((share - place) * half_px / penumbra_px + 0.5, 0.0, 1.0))


@functools.lru_cache(maxsize=4)
def shading(size: int) -> Image:
    """Return what is left of vignetting and the heel effect after the gain map, shape (size, size); the anode is caudal."""
    heel = np.linspace(1.0 + HEEL / 2.0, 1.0 - HEEL / 2.0, size)[:, None]
    return np.asarray((1.0 - VIGNETTE * _radius(size) ** 2) * heel, dtype=np.float32)


def _radius(size: int) -> Grid:
    place = (np.arange(size) + 0.5) / size * 2.0 - 1.0
    return np.asarray(np.hypot(place[None, :], place[:, None]))


def grain(noise_seed: int, size: int, spread_px: float) -> Image:
    """Return Gaussian noise of unit density, a little soft, shape (size, size): two shifted cuts of one fixed tile, mixed.

    Its mean over many pixels is that of white noise of spread 1; between neighbours light in the scintillator evens it out.
    The tile makes a pulse cheap; the shifts of `noise_seed` make some 10^11 different fields.
    """
    shifts = np.random.Generator(np.random.PCG64(noise_seed)).integers(0, max(NOISE_TILE - size, 1), size=4).tolist()
    tile = _noise_tile(max(NOISE_TILE, size), spread_px)
    first = tile[shifts[0] : shifts[0] + size, shifts[1] : shifts[1] + size]
    second = tile[shifts[2] : shifts[2] + size, shifts[3] : shifts[3] + size]
    return np.asarray(cv2.addWeighted(first, 0.6, second[::-1], 0.8, 0.0), dtype=np.float32)


def grain_gain(carm: CArm, size: int) -> float:
    """Return the spread of a pixel of grain."""
    kernel = cv2.getGaussianKernel(9, grain_px(carm, size))
    return float((kernel**2).sum())


@functools.lru_cache(maxsize=3)
def _noise_tile(size: int, spread_px: float) -> Image:
    white = stream(0, "xray-grain").standard_normal((size, size), dtype=np.float32)
    return np.asarray(cv2.GaussianBlur(white, (0, 0), spread_px), dtype=np.float32)


def _pitch_mm(carm: CArm, size: int) -> float:
    return carm.field_mm * carm.magnification / size


def _blur_inside(image: Image, mask: Image, sigma_px: float) -> Image:
    """Blur widely what lies inside a mask, as if there were nothing outside."""
    inside, weight = (_wide_blur(part, sigma_px, cv2.BORDER_CONSTANT) for part in (image * mask, mask))
    return np.asarray(inside / np.maximum(weight, np.float32(0.02)), dtype=np.float32)


def _wide_blur(image: Image, sigma_px: float, border: int = cv2.BORDER_REPLICATE) -> Image:
    """Blur with a Gaussian much wider than a pixel, on a smaller copy."""
    shrink = max(int(sigma_px / 1.5), 1)
    small = cv2.resize(image, None, fx=1.0 / shrink, fy=1.0 / shrink, interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), sigma_px / shrink, borderType=border)
    return np.asarray(cv2.resize(small, image.shape[::-1], interpolation=cv2.INTER_LINEAR), dtype=np.float32)
