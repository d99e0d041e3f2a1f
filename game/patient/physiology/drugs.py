"""Three-compartment drugs with an effect site.

`dx1 = -(k10 + k12 + k13) x1 + k21 x2 + k31 x3 + u`, `dx2 = k12 x1 - k21 x2`, `dx3 = k13 x1 - k31 x3`,
`dCe = ke0 (x1 / V1 - Ce)`, stepped by Euler: at 0.1 s the fastest rate times the step is 0.0024.
"""

from dataclasses import dataclass

from game.patient.spec import PatientSpec

STEP_S = 0.1
_STEP_MIN = STEP_S / 60.0
OLD_FOR_MIDAZOLAM_Y = 65.0


@dataclass(slots=True)
class Drug:
    """One drug in one body; amounts in the drug's unit (propofol mg, fentanyl and midazolam ug), rates in 1/min.

    Concentrations are amount per litre: propofol ug/mL, fentanyl and midazolam ng/mL.

    Attributes:
        v1_l: Central volume.
        x1, x2, x3: Amounts in the three compartments.
        ce: Concentration at the effect site.
        infusion_per_min: Amount that a pump gives each minute.
        target: Blood concentration that a target-controlled pump holds; 0 for none.
    """

    v1_l: float
    k10: float
    k12: float
    k21: float
    k13: float
    k31: float
    ke0: float
    x1: float = 0.0
    x2: float = 0.0
    x3: float = 0.0
    ce: float = 0.0
    infusion_per_min: float = 0.0
    target: float = 0.0


def propofol(spec: PatientSpec) -> Drug:
    """Return empty compartments for propofol (Marsh 1991; ke0 1.2 per minute for effect-site use, Thomson 2014)."""
    return Drug(v1_l=0.228 * spec.weight_kg, k10=0.119, k12=0.112, k21=0.055, k13=0.042, k31=0.0033, ke0=1.2)


def fentanyl() -> Drug:
    """Return empty compartments for fentanyl (Shafer 1990; ke0 Scott and Stanski 1987)."""
    return Drug(v1_l=6.09, k10=0.0827, k12=0.471, k21=0.102, k13=0.225, k31=0.006, ke0=0.147)


def midazolam(spec: PatientSpec) -> Drug:
    """Return empty compartments for midazolam by age (Albrecht 1999)."""
    if spec.age_y >= OLD_FOR_MIDAZOLAM_Y:
        return Drug(v1_l=8.5, k10=0.0456, k12=0.10, k21=0.051, k13=0.066, k31=0.0069, ke0=0.08)
    return Drug(v1_l=7.9, k10=0.0505, k12=0.19, k21=0.06, k13=0.065, k31=0.0083, ke0=0.11)


def step_drug(drug: Drug) -> None:
    """Move a drug on by 0.1 s."""
    x1, x2, x3 = drug.x1, drug.x2, drug.x3
    if x1 == 0.0 and drug.infusion_per_min == 0.0 and drug.target == 0.0 and drug.ce == 0.0:
        return
    if drug.target > 0.0 and x1 <= drug.target * drug.v1_l:
        change = drug.target * drug.v1_l - x1
    else:
        change = (drug.k21 * x2 + drug.k31 * x3 + drug.infusion_per_min - (drug.k10 + drug.k12 + drug.k13) * x1) * _STEP_MIN
    drug.x1 = x1 + change
    drug.x2 = x2 + (drug.k12 * x1 - drug.k21 * x2) * _STEP_MIN
    drug.x3 = x3 + (drug.k13 * x1 - drug.k31 * x3) * _STEP_MIN
    drug.ce += drug.ke0 * (x1 / drug.v1_l - drug.ce) * _STEP_MIN


def run_drug(drug: Drug, duration_s: float) -> None:
    """Move a drug on by a whole number of steps: what was given before the case began."""
    for _ in range(round(duration_s / STEP_S)):
        step_drug(drug)
