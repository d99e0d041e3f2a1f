"""From attenuation to the grey picture on the monitor: scatter, quanta, blur, log, edges, window."""

import functools
import math
from dataclasses import dataclass

import cv2
import numpy as np

from game.imaging.carm import CArm
from game.imaging.exposure import Exposure
from game.imaging.sheets import Image
from game.imaging.technique import TABLE_FIELD_MM, Technique, scatter_to_primary
from game.streams import stream

PHOTONS_PER_MM2_NGY = 31.0  # behind a trunk, SpekPy 2.5
QUANTUM_EFFICIENCY = 0.7  # CsI flat panel, 0.65-0.75 (expert judgement)
ELECTRONIC_PHOTONS = 4.0  # CMOS panel, 2-4 (Sheth 2018)
FRAME_FILTER = 0.5  # weight of the new pulse in the recursive filter of the processor (expert judgement)
FILTER_NOISE = math.sqrt(FRAME_FILTER / (2.0 - FRAME_FILTER))  # noise left by y = a x + (1 - a) y
GRID_SCATTER = 0.17  # scatter over primary transmission of a 10:1 grid, 0.12 / 0.70
AIR_GAP_MM = 120.0  # detector to skin for which the scatter table holds
SCATTER_BLUR_MM = 70.0  # at the detector (expert judgement)
DETECTOR_BLUR_MM = 0.20  # Gaussian of CsI and pixel (expert judgement)
FOCAL_SPOT_MM = 0.6
SATURATION = 120.0  # brightest primary over that of the measuring field: beyond it the detector's gain steps down
SCATTERING = 2.0  # primary above which rays have met too little tissue to scatter (expert judgement)
VIGNETTE, HEEL = 0.08, 0.05  # what the gain map leaves of 15-25 % (expert judgement)

GRAIN_PX = 0.55  # correlation of the grain at 512 pixels: light spread in the scintillator
NOISE_TILE = 1280
FLATTEN_BLUR_MM, FLATTEN = 45.0, 0.75  # slow part of the log picture that the processor takes out, at the isocentre
EDGE_MM, EDGE = 1.5, 0.95  # unsharp mask: 5 pixels, 1.2 on mobile C-arms (expert judgement), less for less ringing
FINE_MM, FINE = 6.0, 0.6
WINDOW_PERCENT = (0.7, 99.6)
WINDOW_PRIMARY = 4.0  # primary above which a pixel shows so little tissue that the window need not hold it
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
        slow: Part of the log picture that the processor flattens, same shape.
        low, high: Ends of the display window, in flattened log signal.
    """

    attenuation: Image
    scatter: Image
    slow: Image
    low: float
    high: float


def anatomy_of(attenuation: Image, carm: CArm, technique: Technique) -> Anatomy:
    """Return the parts of the detector chain that do not change while C-arm and patient are still."""
    size = attenuation.shape[0]
    quarter = size // 4
    relative = attenuation - np.float32(attenuation[quarter : size - quarter, quarter : size - quarter].mean())
    relative = np.maximum(relative, np.float32(-math.log(SATURATION)))
    primary = np.exp(-relative)
    source = np.minimum(primary, np.float32(SCATTERING))
    scatter = np.float32(scatter_ratio(carm, technique)) * _wide_blur(source, SCATTER_BLUR_MM / _pitch_mm(carm, size))
    log_signal = -np.log(primary + scatter)
    slow = np.float32(FLATTEN) * _wide_blur(log_signal, FLATTEN_BLUR_MM / (carm.field_mm / size))
    inside = (disc(size)[::3, ::3] > 0.5) & (primary[::3, ::3] < WINDOW_PRIMARY)
    flat = (log_signal - slow)[::3, ::3]
    low, high = np.percentile(flat[inside] if inside.any() else flat, WINDOW_PERCENT)
    return Anatomy(relative, scatter, slow, float(low), float(high))


def scatter_ratio(carm: CArm, technique: Technique) -> float:
    """Return scatter over primary behind the grid: field to the power 0.6, a fifth less for each 10 cm of air gap more."""
    gap_mm = carm.source_detector_mm - carm.source_isocentre_mm - technique.thickness_mm / 2.0
    field = math.pow(carm.field_mm * carm.magnification / TABLE_FIELD_MM, 0.6)
    return GRID_SCATTER * scatter_to_primary(technique.thickness_mm) * field * math.pow(0.8, (gap_mm - AIR_GAP_MM) / 100.0)


def quanta(carm: CArm, technique: Technique, size: int) -> float:
    """Return the detected photons a pixel and pulse where the signal is that of the measuring field."""
    return PHOTONS_PER_MM2_NGY * technique.kd_ngy * QUANTUM_EFFICIENCY * _pitch_mm(carm, size) ** 2


def signal_of(attenuation: Image, anatomy: Anatomy, exposure: Exposure) -> Image:
    """Return the noisy signal over that of the measuring field, shape (size, size).

    Args:
        attenuation: Of patient and tubes, less that of the measuring field.
        anatomy: Of the patient at this energy.
        exposure: Dose, geometry and noise seed.
    """
    size = attenuation.shape[0]
    signal: Image = np.exp(-attenuation) + anatomy.scatter
    signal = np.asarray(cv2.GaussianBlur(signal * shading(size), (0, 0), blur_px(exposure.carm, size)), dtype=np.float32)
    photons = quanta(exposure.carm, exposure.technique, size)
    spread = cv2.sqrt(signal * np.float32(1.0 / photons) + np.float32((ELECTRONIC_PHOTONS / photons) ** 2))
    signal += np.float32(FILTER_NOISE) * spread * grain(exposure.noise_seed, size)
    return np.asarray(np.maximum(signal, np.float32(0.004)), dtype=np.float32)


def picture_of(signal: Image, anatomy: Anatomy, exposure: Exposure) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]":
    """Return the grey picture: bones dark, round on black, uint8."""
    size = signal.shape[0]
    pixel_mm = exposure.carm.field_mm / size
    level = exposure.technique.level
    flat = -cv2.log(signal) - anatomy.slow - np.float32(math.log(level))
    edges = flat - cv2.GaussianBlur(flat, (0, 0), EDGE_MM / pixel_mm)
    fine = flat - _wide_blur(flat, FINE_MM / pixel_mm)
    flat += np.float32(EDGE) * edges + np.float32(FINE) * fine
    bright = (anatomy.high - flat) * np.float32(1.0 / (anatomy.high - anatomy.low))
    step = np.clip((bright - np.float32(CURVE_LOW)) * np.float32(CURVE_STEPS / (CURVE_HIGH - CURVE_LOW)), 0.0, CURVE_STEPS - 1)
    return np.asarray(display_curve()[step.astype(np.uint16)] * disc(size) + np.float32(0.5), dtype=np.uint8)


@functools.lru_cache(maxsize=1)
def display_curve() -> Image:
    """Return the grey level of each step of brightness: straight in the middle, soft at both ends, shape (CURVE_STEPS,)."""
    bright = np.linspace(CURVE_LOW, CURVE_HIGH, CURVE_STEPS)
    toe = TOE * np.exp(np.minimum(bright - TOE, 0.0) / TOE)
    shoulder = 1.0 - (1.0 - SHOULDER) * np.exp(-np.maximum(bright - SHOULDER, 0.0) / SHOULDER_WIDTH)
    curve = np.where(bright < TOE, toe, np.where(bright > SHOULDER, shoulder, bright))
    return np.asarray(BLACK + (WHITE - BLACK) * curve**GAMMA, dtype=np.float32)


def blur_px(carm: CArm, size: int) -> float:
    """Return the Gaussian of detector and focal spot in pixels."""
    focal_mm = FOCAL_SPOT_MM * (carm.magnification - 1.0) / math.sqrt(12.0)
    return math.hypot(DETECTOR_BLUR_MM, focal_mm) / _pitch_mm(carm, size)


@functools.lru_cache(maxsize=4)
def disc(size: int) -> Image:
    """Return the round field with a soft edge, 1 inside, shape (size, size)."""
    radius = _radius(size)
    return np.asarray(np.clip((1.0 - radius) * size / 2.0 / 1.5, 0.0, 1.0), dtype=np.float32)


@functools.lru_cache(maxsize=4)
def shading(size: int) -> Image:
    """Return what is left of vignetting and the heel effect after the gain map, shape (size, size); the anode is caudal."""
    heel = np.linspace(1.0 + HEEL / 2.0, 1.0 - HEEL / 2.0, size)[:, None]
    return np.asarray((1.0 - VIGNETTE * _radius(size) ** 2) * heel, dtype=np.float32)


def _radius(size: int) -> "np.ndarray[tuple[int, ...], np.dtype[np.float64]]":
    place = (np.arange(size) + 0.5) / size * 2.0 - 1.0
    return np.asarray(np.hypot(place[None, :], place[:, None]))


def grain(noise_seed: int, size: int) -> Image:
    """Return unit Gaussian noise, a little soft, shape (size, size): two shifted cuts of one fixed tile, mixed.

    The tile makes a pulse cheap; the shifts of `noise_seed` make some 10^11 different fields.
    """
    shifts = np.random.Generator(np.random.PCG64(noise_seed)).integers(0, max(NOISE_TILE - size, 1), size=4).tolist()
    tile = _noise_tile(max(NOISE_TILE, size))
    first = tile[shifts[0] : shifts[0] + size, shifts[1] : shifts[1] + size]
    second = tile[shifts[2] : shifts[2] + size, shifts[3] : shifts[3] + size]
    return np.asarray(cv2.addWeighted(first, 0.6, second[::-1], 0.8, 0.0), dtype=np.float32)


@functools.lru_cache(maxsize=2)
def _noise_tile(size: int) -> Image:
    white = stream(0, "xray-grain").standard_normal((size, size), dtype=np.float32)
    soft = cv2.GaussianBlur(white, (0, 0), GRAIN_PX)
    return np.asarray(soft / np.float32(soft.std()), dtype=np.float32)


def _pitch_mm(carm: CArm, size: int) -> float:
    return carm.field_mm * carm.magnification / size


def _wide_blur(image: Image, sigma_px: float) -> Image:
    """Blur with a Gaussian much wider than a pixel, on a smaller copy."""
    shrink = max(int(sigma_px / 2.0), 1)
    small = cv2.resize(image, None, fx=1.0 / shrink, fy=1.0 / shrink, interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), sigma_px / shrink, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(cv2.resize(small, image.shape[::-1], interpolation=cv2.INTER_LINEAR), dtype=np.float32)
