"""Automatic brightness: what the generator does at each pulse, from a few exact path lengths."""

import math
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from game.frames import Array, Rigid
from game.imaging.body import Distances
from game.imaging.carm import Blades, CArm
from game.imaging.hardware import tubes_of
from game.imaging.tube import Tube
from game.patient.attenuation import mu_per_mm

PulseRate = Literal[3, 8, 15, 30]
PULSE_RATES: tuple[PulseRate, ...] = (3, 8, 15, 30)
"""Pulses a second; 30 is what the console calls continuous. All divide the clock's ticks."""
STANDARD_RATE: PulseRate = 8  # the usual setting of a mobile C-arm (expert judgement)

TABLE_FIELD_MM = 250.0  # width of the field on the detector for which the scatter ratios hold
KD_NGY = {"low": 20.0, "normal": 40.0, "boost": 80.0, "spot": 250.0}
"""Detector kerma that a pulse of each mode asks for at every rate; flat panels were tested at 5-800 (Sheth 2018)."""
SPOT = "spot"
MAGNIFIED_KD = 1.4  # more detector kerma for each smaller field of a flat panel (expert judgement)
KVP_LIMITS = (55.0, 110.0)  # iso-watt curve of a mobile C-arm (expert judgement)
CAPS_MGY_PER_MIN = {"low": 88.0, "normal": 88.0, "boost": 176.0}
"""Entrance kerma limits of normal and high-level fluoroscopy, 21 CFR 1020.32; recorded spot pictures have none."""
TAU_S = 0.6  # 0.4-0.8 s, 6-10 pulses to settle (expert judgement)

# Entrance air kerma without backscatter for the normal mode, SID 1 m, detector 12 cm above the skin, grid 0.70 / 0.12;
# scatter-to-primary ratio without grid: SpekPy 2.5 spectra behind tissue, 10 degree anode, 3 mm Al and 0.1 mm Cu.
THICKNESS_MM = np.array([140.0, 180.0, 200.0, 220.0, 260.0, 300.0, 340.0, 380.0])
KVP_AT = np.array([62.0, 68.0, 72.0, 76.0, 85.0, 96.0, 106.0, 115.0])
ENTRANCE_UGY_AT = np.array([4.6, 11.0, 16.0, 23.0, 44.0, 81.0, 152.0, 284.0])
SPR_AT = np.array([1.3, 2.0, 2.4, 2.9, 4.0, 5.4, 7.0, 9.0])
DOUBLING_MM = (32.0, 46.0)  # thinner than the table, thicker than the table

# Air kerma at 1 m for each mAs, SpekPy 2.5, same spectra.
OUTPUT_KVP = np.array([60.0, 70.0, 80.0, 90.0, 100.0, 110.0])
OUTPUT_UGY_PER_MAS = np.array([16.5, 25.0, 35.1, 46.7, 59.5, 73.6])
OUTPUT_AT_MM = 1000.0

SOURCE_DETECTOR_MM = 1000.0  # of the table above
AIR_GAP_MM = 120.0  # detector to skin, for which entrance kerma and scatter ratios hold
NEAREST_SKIN_MM = 200.0  # the spacer on the tube keeps the skin away (simulator tolerance; real ones keep 300)

START_THICKNESS_MM = 220.0  # what the generator stands at before the first pulse of a case: 76 kVp
SETPOINT_LIMITS_MM = (40.0, 450.0)
MEASURED = 0.5  # the measuring field: the central half of the open field, as wide and as high
MEASURING_SHARE = 0.4  # rays that stand for it
STEP_MM = 10.0
REACH_MM = 400.0
OPAQUE = 3.0  # log attenuation that scatter leaves of metal and lead (expert judgement)
SHADOW_STEP_MM = 5.0
THREAD_MM = 1.5
END_ON = 0.01  # squared sine below which a tube is seen end on


@dataclass(frozen=True, slots=True)
class Technique:
    """One pulse's settings.

    Attributes:
        mode: low, normal, boost or spot.
        thickness_mm: Tissue on the measuring rays, to the millimetre.
        setpoint_mm: What the controller has settled on so far: tissue, and as much more as metal and lead there stand for.
        kvp: Tube voltage.
        energy_kev: Effective energy behind the patient.
        entrance_ugy: Entrance air kerma of the pulse with the detector 12 cm above the skin.
        kd_ngy: Air kerma that reaches the detector.
        asked_ngy: Air kerma that mode and field size ask for there.
        ma: Tube current, mean over pulses and pauses.
        pulses_per_s: Rate at which pulses follow; a spot picture stands at the rate of the fluoroscopy around it.
    """

    mode: str
    thickness_mm: float
    setpoint_mm: float
    kvp: float
    energy_kev: float
    entrance_ugy: float
    kd_ngy: float
    asked_ngy: float
    ma: float
    pulses_per_s: PulseRate = STANDARD_RATE

    @property
    def level(self) -> float:
        """Detector kerma behind the tissue over what the mode asks for: 1 once settled, unless metal or the cap are in the way."""
        return self.kd_ngy / self.asked_ngy


def kvp_for(thickness_mm: float) -> float:
    """Return the tube voltage that the generator chooses."""
    slope = (KVP_AT[1] - KVP_AT[0]) / (THICKNESS_MM[1] - THICKNESS_MM[0])
    thinner = min(thickness_mm - float(THICKNESS_MM[0]), 0.0) * float(slope)
    return min(max(float(np.interp(thickness_mm, THICKNESS_MM, KVP_AT)) + thinner, KVP_LIMITS[0]), KVP_LIMITS[1])


def energy_kev_for(kvp: float) -> float:
    """Return the effective energy behind a trunk: 20 + 0.40 kVp (fit to SpekPy 2.5 spectra behind 20 cm of water)."""
    return 20.0 + 0.40 * kvp


def entrance_ugy_for(thickness_mm: float, mode: str) -> float:
    """Return the entrance kerma a pulse needs, before the legal cap: the table, and doublings beyond its ends."""
    inside = min(max(thickness_mm, float(THICKNESS_MM[0])), float(THICKNESS_MM[-1]))
    normal = math.exp(float(np.interp(inside, THICKNESS_MM, np.log(ENTRANCE_UGY_AT))))
    beyond_mm = thickness_mm - inside
    doublings = beyond_mm / (DOUBLING_MM[0] if beyond_mm < 0.0 else DOUBLING_MM[1])
    return normal * math.pow(2.0, doublings) * KD_NGY[mode] / KD_NGY["normal"]


def scatter_to_primary(thickness_mm: float) -> float:
    """Return scatter over primary without a grid."""
    below = min(max(thickness_mm, 0.0) / float(THICKNESS_MM[0]), 1.0)
    above = max(thickness_mm - float(THICKNESS_MM[-1]), 0.0) * 0.05
    return float(np.interp(thickness_mm, THICKNESS_MM, SPR_AT)) * below + above


def chord_mm(carm: CArm, patient: Distances, pose: Rigid, places: tuple[tuple[float, float], ...]) -> float:
    """Return the mean tissue chord of the rays through places of the picture, mm.

    Args:
        carm: In the theatre frame.
        patient: Whose skin.
        pose: Patient to theatre.
        places: (u, v) of each ray.
    """
    steps = np.arange(-REACH_MM, REACH_MM + STEP_MM, STEP_MM)
    back = pose.inverse()
    rays = [carm.ray(u, v) for u, v in places]
    points = np.stack([source + (carm.source_isocentre_mm + steps[:, None]) * direction for source, direction in rays])
    depth = patient.skin_distance_mm(back.apply(points.reshape(-1, 3))).reshape(len(places), len(steps))
    return float(_inside_mm(depth).mean())


def _inside_mm(depth: Array) -> Array:
    """Length of each sampled line that lies at negative distance, straight between samples, shape (lines,)."""
    near, far = depth[:, :-1], depth[:, 1:]
    low, high = np.minimum(near, far), np.maximum(near, far)
    part = np.where(high <= 0.0, 1.0, np.where(low >= 0.0, 0.0, -low / np.maximum(high - low, 1e-9)))
    return STEP_MM * np.asarray(part.sum(axis=1), dtype=np.float64)


def settle(
    previous: Technique | None,
    carm: CArm,
    patient: Distances,
    pose: Rigid,
    mode: str,
    pulses_per_s: PulseRate = STANDARD_RATE,
    tubes: tuple[Tube, ...] = (),
) -> Technique:
    """Return the next pulse's technique: one first-order step of the controller towards what the patient needs.

    The controller's time constant is in seconds, so that slow pulses take fewer of them to settle. A spot picture
    ends when the detector has its kerma: it is right at once, and the controller goes on from there. The controller
    works on the mean log signal of the measuring field. Open air there drives it down, lead or thick metal up, and
    tissue beside them turns dark or blown out; a needle covers too little to matter.

    Args:
        previous: The last pulse of the case, or None before the first.
        carm: In the theatre frame.
        patient: Who is in the beam.
        pose: Patient to theatre.
        mode: low, normal, boost or spot.
        pulses_per_s: Rate of the pulses.
        tubes: What else is radio-opaque, in the theatre frame.

    Raises:
        ValueError: If there is no such mode.
    """
    if mode not in KD_NGY:
        raise ValueError(f"dose mode {mode!r} is not one of {', '.join(KD_NGY)}")
    thickness_mm, wanted_mm = _needed_mm(carm, patient, pose, tubes)
    before_mm = START_THICKNESS_MM if previous is None else previous.setpoint_mm
    gain = 1.0 if mode == SPOT else 1.0 - math.exp(-1.0 / (pulses_per_s * TAU_S))
    return technique_at(thickness_mm, before_mm + gain * (wanted_mm - before_mm), mode, carm.magnification_steps, pulses_per_s)


def settled(
    carm: CArm,
    patient: Distances,
    pose: Rigid,
    mode: str,
    pulses_per_s: PulseRate = STANDARD_RATE,
    tubes: tuple[Tube, ...] = (),
) -> Technique:
    """Return the technique after the brightness has come to rest; arguments as of `settle`."""
    thickness_mm, wanted_mm = _needed_mm(carm, patient, pose, tubes)
    return technique_at(thickness_mm, wanted_mm, mode, carm.magnification_steps, pulses_per_s)


def _needed_mm(carm: CArm, patient: Distances, pose: Rigid, tubes: tuple[Tube, ...]) -> tuple[float, float]:
    """Return the tissue in the measuring field, and with it what metal there counts as: what the controller goes for."""
    thickness_mm = measured_thickness_mm(carm, patient, pose)
    return thickness_mm, thickness_mm + metal_mm(carm, tubes + _hardware(patient, pose), energy_kev_for(kvp_for(thickness_mm)))


def _hardware(patient: Distances, pose: Rigid) -> tuple[Tube, ...]:
    """Return the metal that stays in the patient, theatre frame; the threads of screws are too thin to count."""
    bars = [bar for bar in patient.hardware if float(((bar.end_mm - bar.start_mm) ** 2).sum()) > THREAD_MM**2]
    moved = [replace(bar, start_mm=pose.apply(bar.start_mm), end_mm=pose.apply(bar.end_mm)) for bar in bars]
    return tubes_of(tuple(moved))


def measured_thickness_mm(carm: CArm, patient: Distances, pose: Rigid) -> float:
    """Return the mean tissue chord in the measuring field, to the millimetre so that no rounding of a processor shows."""
    return float(round(chord_mm(carm, patient, pose, measuring_places(carm.blades))))


def metal_mm(carm: CArm, tubes: tuple[Tube, ...], energy_kev: float) -> float:
    """Return the tissue that would lower the mean log signal of the measuring field as tubes do, to the millimetre.

    Each short piece counts by the area that it covers there and by its attenuation along the beam, which scatter
    limits to `OPAQUE`.
    """
    left, right, bottom, top = (share * MEASURED for share in _open_shares(carm.blades))
    taken = 0.0
    for tube in tubes:
        place, shadow = _shadows(carm, tube, mu_per_mm(tube.material, energy_kev))
        u, v = place[:, 0], place[:, 1]
        within = (-left < u) & (u < right) & (-bottom < v) & (v < top)
        taken += math.fsum(shadow[within].tolist())
    mean = min(taken / ((left + right) * (bottom + top)), OPAQUE)
    return float(round(mean / mu_per_mm("soft", energy_kev)))


def _shadows(carm: CArm, tube: Tube, mu: float) -> tuple[Array, Array]:
    """Return place, and log attenuation times area, of short pieces of a tube, shapes (n, 2) and (n,); in half fields and their squares."""
    points = np.asarray(tube.points_mm, dtype=np.float64)
    steps = np.diff(points, axis=0)
    lengths_mm = np.sqrt((steps**2).sum(axis=1))
    counts = np.maximum(np.ceil(lengths_mm / SHADOW_STEP_MM), 1.0).astype(np.int64)
    owner = np.repeat(np.arange(len(steps)), counts)
    share = (np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts) + 0.5) / counts[owner]
    middle = points[owner] + share[:, None] * steps[owner]
    beam = carm.axes()[2]
    along = (steps @ beam / np.maximum(lengths_mm, 1e-9))[owner]
    slant = np.sqrt(np.maximum(1.0 - along**2, END_ON))
    section_mm2 = math.pi * (tube.radius_mm**2 - tube.bore_mm**2)
    taken = np.minimum(mu * section_mm2 / (2.0 * tube.radius_mm * slant), OPAQUE)
    depth_mm = np.maximum((middle - carm.source_mm) @ beam, 1.0)
    scale = carm.source_isocentre_mm / depth_mm / (carm.field_mm / 2.0)
    covered_mm2 = 2.0 * tube.radius_mm * (lengths_mm / counts)[owner] * slant
    return carm.picture(middle), taken * covered_mm2 * scale * scale


def _open_shares(blades: Blades) -> tuple[float, float, float, float]:
    """Return what blades and iris leave open to the left, right, bottom and top."""
    left, right, bottom, top = (min(share, blades.iris) for share in (blades.left, blades.right, blades.bottom, blades.top))
    return left, right, bottom, top


def measuring_places(blades: Blades) -> tuple[tuple[float, float], ...]:
    """Return the (u, v) of the rays that stand for the central half of what the blades leave open."""
    left, right, bottom, top = _open_shares(blades)
    across = (-MEASURING_SHARE * left, 0.0, MEASURING_SHARE * right)
    along = (-MEASURING_SHARE * bottom, 0.0, MEASURING_SHARE * top)
    return tuple((u, v) for u in across for v in along)


def technique_at(
    thickness_mm: float, setpoint_mm: float, mode: str, magnification_steps: int = 0, pulses_per_s: PulseRate = STANDARD_RATE
) -> Technique:
    """Return the pulse of a controller that stands at a set point in front of a thickness."""
    setpoint_mm = round(min(max(setpoint_mm, SETPOINT_LIMITS_MM[0]), SETPOINT_LIMITS_MM[1]), 2)
    magnified = math.pow(MAGNIFIED_KD, magnification_steps)
    asked_ngy = KD_NGY[mode] * magnified
    entrance_ugy = min(entrance_ugy_for(setpoint_mm, mode) * magnified, cap_ugy(mode, pulses_per_s))
    needed_ugy = entrance_ugy_for(max(thickness_mm, SETPOINT_LIMITS_MM[0]), mode) * magnified
    kvp = kvp_for(setpoint_mm)
    return Technique(
        mode=mode,
        thickness_mm=thickness_mm,
        setpoint_mm=setpoint_mm,
        kvp=round(kvp, 1),
        energy_kev=round(energy_kev_for(kvp), 2),
        entrance_ugy=round(entrance_ugy, 3),
        kd_ngy=round(asked_ngy * entrance_ugy / needed_ugy, 4),
        asked_ngy=round(asked_ngy, 4),
        ma=round(pulses_per_s * mas_for(kvp, entrance_ugy, setpoint_mm), 2),
        pulses_per_s=pulses_per_s,
    )


def cap_ugy(mode: str, pulses_per_s: PulseRate) -> float:
    """Return the most entrance kerma that the law allows a pulse; a recorded spot picture is not limited."""
    return CAPS_MGY_PER_MIN[mode] * 1000.0 / (60.0 * pulses_per_s) if mode in CAPS_MGY_PER_MIN else math.inf


def mas_for(kvp: float, entrance_ugy: float, thickness_mm: float) -> float:
    """Return the tube load of a pulse: its entrance kerma by the inverse square, over the tube's output at that voltage."""
    output = math.exp(float(np.interp(math.log(kvp), np.log(OUTPUT_KVP), np.log(OUTPUT_UGY_PER_MAS))))
    output *= math.pow(min(kvp / float(OUTPUT_KVP[0]), 1.0), 2.5)  # below the table as from 60 to 70 kVp
    return entrance_ugy * (skin_distance_mm(SOURCE_DETECTOR_MM, thickness_mm) / OUTPUT_AT_MM) ** 2 / output


def skin_distance_mm(source_detector_mm: float, thickness_mm: float) -> float:
    """Return the distance from the focal spot to the skin where the beam enters, with the usual air gap behind the patient."""
    return max(source_detector_mm - AIR_GAP_MM - thickness_mm, NEAREST_SKIN_MM)
