"""Spinal fluid: its pressure after losses and manoeuvres, and its flow through a needle."""

import math

DROP_ML = 0.05
"""One drop of spinal fluid (textbook value: 20 drops to the mL)."""
OPENING_MEAN_CMH2O = 15.5
OPENING_SD_CMH2O = 4.2
"""Opening pressure lying on the side, n = 639 (Mayo Clinic Study of Aging 2019)."""
VOLUME_INDEX_ML = 25.0
"""Volume whose loss divides the pressure by ten (pressure-volume index 25.9 mL: Shapiro 1980)."""
PRODUCTION_ML_PER_MIN = 0.35
"""How fast spinal fluid is made (textbook value)."""
SITTING_RISE_CMH2O = 25.0
"""Lumbar pressure sitting up less that lying on the side (about 40 and 15 cmH2O: Magnaes 1976)."""
VALSALVA_RISE_CMH2O = 20.0
"""Rise of lumbar pressure while bearing down (expert judgement)."""
VISCOSITY_PA_S = 0.0008
DENSITY_KG_M3 = 1000.0
ENTRANCE_LOSS = 2.3
"""Entrance and exit losses in velocity heads, with the kinetic energy of laminar flow (engineering tables: 2 to 2.5)."""
_PA_PER_CMH2O = 98.0665


def pressure_cmh2o(opening_cmh2o: float, deficit_ml: float, head_up_deg: float, strain: float) -> float:
    """Return the lumbar pressure.

    Args:
        opening_cmh2o: Undisturbed pressure lying on the side.
        deficit_ml: Fluid lost and not yet made again.
        head_up_deg: Head-up tilt of the trunk.
        strain: 0 to 1, how hard the patient bears down.
    """
    resting = opening_cmh2o * math.exp(-math.log(10.0) * max(deficit_ml, 0.0) / VOLUME_INDEX_ML)
    return resting + SITTING_RISE_CMH2O * math.sin(math.radians(head_up_deg)) + VALSALVA_RISE_CMH2O * strain


def flow_ml_per_min(pressure_cmh2o: float, bore_mm: float, length_mm: float) -> float:
    """Return the flow through a smooth, free tube: Poiseuille with entrance loss.

    Solves `dp = 128 mu L Q / (pi d^4) + K rho v^2 / 2` for Q.

    Args:
        pressure_cmh2o: Pressure in the sac above that at the hub; no flow when it is not positive.
        bore_mm: Inner diameter.
        length_mm: Length of the bore.
    """
    if pressure_cmh2o <= 0.0 or bore_mm <= 0.0:
        return 0.0
    bore_m, length_m = bore_mm / 1000.0, length_mm / 1000.0
    area_m2 = math.pi * bore_m**2 / 4.0
    linear = 128.0 * VISCOSITY_PA_S * length_m / (math.pi * bore_m**4)
    square = ENTRANCE_LOSS * DENSITY_KG_M3 / (2.0 * area_m2**2)
    drive_pa = pressure_cmh2o * _PA_PER_CMH2O
    flow_m3_s = 2.0 * drive_pa / (linear + math.sqrt(linear**2 + 4.0 * square * drive_pa))
    return flow_m3_s * 6.0e7
