"""Linear attenuation of tissues and of the materials of instruments, by photon energy.

Elemental cross-sections of the Elam tables with the compositions of ICRU-44 and ICRU-46; they agree with
the mass attenuation tables of NIST SRD 126 (Hubbell and Seltzer) within 0.5 %.
"""

import numpy as np

from game.frames import Array
from game.patient.tissue import Tissue

ENERGY_KEV = (40.0, 50.0, 60.0, 70.0, 80.0, 100.0)
FIT_KEV = (44.0, 48.0, 52.0, 56.0, 60.0, 64.0)  # effective energies of 55 to 110 kVp
FIT_WEIGHT_60 = 20.0  # 60 keV is the energy of the public volume and is met almost exactly
BACKGROUND_WATER = 1.035  # water that bone mineral displaces: muscle's share, so that its edge vanishes

# Rows are 1/cm at ENERGY_KEV.
PER_CM: dict[str, tuple[float, ...]] = {
    "air": (0.00030, 0.00025, 0.00023, 0.00021, 0.00020, 0.00019),
    "lung": (0.0702, 0.0590, 0.0534, 0.0499, 0.0475, 0.0441),
    "fat": (0.228, 0.202, 0.188, 0.178, 0.171, 0.160),
    "water": (0.268, 0.227, 0.206, 0.193, 0.184, 0.171),
    "csf": (0.274, 0.231, 0.208, 0.195, 0.185, 0.172),
    "soft": (0.285, 0.240, 0.217, 0.203, 0.193, 0.180),
    "muscle": (0.282, 0.238, 0.215, 0.201, 0.191, 0.178),
    "skin": (0.285, 0.243, 0.221, 0.207, 0.197, 0.184),
    "blood": (0.288, 0.242, 0.218, 0.204, 0.194, 0.180),
    "disc": (0.312, 0.257, 0.229, 0.213, 0.202, 0.186),
    "trabecular_young": (0.418, 0.316, 0.267, 0.240, 0.223, 0.201),
    "trabecular": (0.371, 0.288, 0.249, 0.226, 0.211, 0.192),
    "trabecular_osteopenic": (0.339, 0.270, 0.236, 0.216, 0.203, 0.186),
    "trabecular_osteoporotic": (0.305, 0.250, 0.222, 0.206, 0.195, 0.180),
    "trabecular_sclerotic": (0.734, 0.499, 0.391, 0.333, 0.298, 0.258),  # cortical bone to 0.4, about 900 HU: expert judgement
    "cortical": (1.278, 0.815, 0.605, 0.494, 0.428, 0.356),
    "iohexol40": (1.164, 0.731, 0.518, 0.401, 0.332, 0.255),  # thinned with water, by the table's value per mg of iodine
    "iohexol90": (2.284, 1.361, 0.908, 0.661, 0.517, 0.360),
    "iohexol180": (4.25, 2.45, 1.57, 1.10, 0.819, 0.523),
    "iohexol240": (5.57, 3.19, 2.03, 1.40, 1.03, 0.641),
    "iohexol300": (6.90, 3.93, 2.48, 1.70, 1.24, 0.759),
    "steel": (30.4, 16.4, 10.1, 6.84, 4.98, 3.09),
    "titanium": (9.98, 5.47, 3.46, 2.42, 1.83, 1.23),
    "tungsten": (206.0, 115.0, 71.7, 213.0, 151.0, 85.6),
    "platinum_iridium": (267.0, 149.0, 93.0, 62.7, 187.0, 107.0),
    "lead": (163.0, 91.3, 57.0, 38.4, 27.5, 63.0),
    "polyurethane": (0.260, 0.231, 0.216, 0.205, 0.197, 0.185),
    "polyurethane_tungsten": (20.8, 11.7, 7.36, 21.5, 15.3, 8.73),  # loaded with 70 % tungsten by weight, a tenth by volume
    "polyurethane_barium": (4.15, 2.42, 1.57, 1.10, 0.829, 0.538),
    "silicone": (0.467, 0.336, 0.276, 0.242, 0.222, 0.197),
    "silicone_barium": (2.64, 1.56, 1.03, 0.744, 0.575, 0.395),
    "peek": (0.288, 0.257, 0.240, 0.228, 0.219, 0.205),
    "aluminium": (1.53, 0.994, 0.750, 0.621, 0.545, 0.460),
    "copper": (43.6, 23.4, 14.3, 9.54, 6.84, 4.11),
    "caesium_iodide": (104.0, 58.1, 35.7, 23.7, 16.6, 9.18),
}

# Dense connective tissue counts as soft tissue, the cord and roots too (ICRU-44 has no closer entry).
TISSUE_MATERIAL: dict[Tissue, str] = {
    Tissue.SKIN: "skin",
    Tissue.FAT: "fat",
    Tissue.FASCIA: "soft",
    Tissue.MUSCLE: "muscle",
    Tissue.SUPRASPINOUS: "soft",
    Tissue.INTERSPINOUS: "soft",
    Tissue.FLAVUM: "soft",
    Tissue.EPIDURAL: "fat",
    Tissue.DURA: "soft",
    Tissue.CSF: "csf",
    Tissue.ROOT: "soft",
    Tissue.CORD: "soft",
    Tissue.DISC: "disc",
    Tissue.CORTICAL: "cortical",
    Tissue.TRABECULAR: "trabecular",
    Tissue.VEIN: "blood",
    Tissue.VISCERA: "soft",
    Tissue.LUNG: "lung",
    Tissue.GAS: "air",
    Tissue.SCAR: "soft",
    Tissue.LYTIC: "soft",
    Tissue.SCLEROTIC: "trabecular_sclerotic",
    Tissue.PEEK: "peek",
    Tissue.TITANIUM: "titanium",
}


def mu_per_mm(material: str | Tissue, energy_kev: float) -> float:
    """Return the linear attenuation in 1/mm, interpolated in the logarithms of energy and value.

    Args:
        material: A key of `PER_CM`, or a tissue; `Tissue.OUTSIDE` counts as nothing.
        energy_kev: 40 to 100. Between grid points that embrace an absorption edge of a heavy metal the value is
            smooth, which nothing here depends on.

    Raises:
        KeyError: If the material is not in the table.
        ValueError: If the energy is outside the table.
    """
    if material is Tissue.OUTSIDE:
        return 0.0
    if not ENERGY_KEV[0] <= energy_kev <= ENERGY_KEV[-1]:
        raise ValueError(f"energy_kev is {energy_kev}, must be {ENERGY_KEV[0]} to {ENERGY_KEV[-1]}")
    row = PER_CM[TISSUE_MATERIAL[material] if isinstance(material, Tissue) else material]
    return float(np.exp(np.interp(np.log(energy_kev), np.log(ENERGY_KEV), np.log(row)))) / 10.0


def tissue_table(energy_kev: float, osteoporosis: float = 0.0) -> Array:
    """Return the attenuation of every tissue label in 1/mm, shape (number of tissues,).

    Severe osteoporosis takes trabecular bone to the table's osteoporotic value; it thins the cortex in the shapes and
    leaves its value.
    """
    table = np.array([mu_per_mm(tissue, energy_kev) for tissue in Tissue])
    weak = mu_per_mm("trabecular_osteoporotic", energy_kev)
    table[Tissue.TRABECULAR] += osteoporosis * (weak - table[Tissue.TRABECULAR])
    return table


def basis_table(osteoporosis: float = 0.0) -> Array:
    """Return each tissue's share of water and of compact bone, shape (number of tissues, 2); metal counts as what stands for it.

    Attenuation at diagnostic energies is a sum of two functions of energy (Alvarez and Macovski 1976).
    """
    tissues = np.array([tissue_table(energy, osteoporosis) for energy in FIT_KEV])
    tissues[:, Tissue.TITANIUM] = tissues[:, Tissue.MUSCLE]
    return basis_shares(tissues)


def basis_shares(materials: Array) -> Array:
    """Return the share of water and of compact bone of materials, shape (n, 2), by weighted least squares.

    Args:
        materials: Their attenuation at `FIT_KEV`, shape (energies, n).
    """
    weights = np.array([FIT_WEIGHT_60 if energy == 60.0 else 1.0 for energy in FIT_KEV])
    basis = np.array([[mu_per_mm("water", energy), mu_per_mm("cortical", energy)] for energy in FIT_KEV])
    shares, *_ = np.linalg.lstsq(basis * weights[:, None], materials * weights[:, None], rcond=None)
    return np.asarray(shares.T)
