"""What scatter does to the people round the table: a map of the room, distance, the tube's side and lead."""

import math
from dataclasses import dataclass, replace

import numpy as np

from game.frames import Array, Side
from game.imaging.carm import CArm, up_sign
from game.imaging.technique import Technique

SCATTER_SHARE = 0.001  # of the entrance kerma at 1 m square to the beam, range 0.0005-0.002 (expert judgement)
SHARE_FIELD_MM = 250.0  # width of the round field in the patient for which that share holds
AREA_POWER = 0.8  # how scatter grows with the irradiated area (expert judgement)
NEAREST_MM = 500.0  # nearer than this the patient is no point, and the inverse square stops (expert judgement)
TUBE_SIDE = 4.0  # where the beam enters over square to it, 3-5 (highest at the entrance side: Radiology 1991;180:861)
USV_PER_UGY = 1.0  # of scatter; personal dose would be up to 1.6 times the kerma (simulator tolerance)

LEAD_TRANSMISSION = {0.0: 1.0, 0.25: 0.08, 0.35: 0.04, 0.5: 0.02}
"""Share of 80 kVp scatter that passes an apron, by mm of lead (expert judgement)."""
SCREEN_TRANSMISSION = 0.1 / 3.5  # eyes behind a ceiling screen, uSv per Gy cm2 with and without, measured in a cardiac room


@dataclass(frozen=True, slots=True)
class StaffPlace:
    """Where somebody stands: from the middle of the table, at chest height.

    Attributes:
        name: Who.
        behind_mm: Towards the patient's back.
        headwards_mm: Towards the patient's head.
    """

    name: str
    behind_mm: float
    headwards_mm: float

    def place_mm(self, side_up: Side) -> tuple[float, float, float]:
        """Return the chest in the theatre frame."""
        return (up_sign(side_up) * CHEST_MM, self.behind_mm, self.headwards_mm)


CHEST_MM = 300.0  # above the middle of the patient: a table at hip height (expert judgement)
CLEAR_MM = 350.0  # between a person's middle and tube or receptor (expert judgement)
STAFF = (  # the operator behind the back, the arm's base at the belly, the anaesthetic machine at the head (expert judgement)
    StaffPlace("surgeon", 550.0, -100.0),
    StaffPlace("radiographer", -1700.0, -600.0),
    StaffPlace("anaesthetist", -300.0, 1000.0),
)


def ends_mm(carm: CArm) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return where the tube's focus and the receptor's middle are, behind and headwards."""
    tube = carm.source_mm
    receptor = tube + carm.source_detector_mm * carm.axes()[2]
    return (float(tube[1]), float(tube[2])), (float(receptor[1]), float(receptor[2]))


def standing(carm: CArm) -> tuple[StaffPlace, ...]:
    """Return where everybody stands: the surgeon aside, to the feet, where tube or receptor is behind the back."""
    surgeon, *others = STAFF
    behind_mm, headwards_mm = max(ends_mm(carm))
    if behind_mm + CLEAR_MM > surgeon.behind_mm:
        surgeon = replace(surgeon, headwards_mm=min(surgeon.headwards_mm, headwards_mm - CLEAR_MM))
    return (surgeon, *others)


def scatter_usv(carm: CArm, technique: Technique, places_mm: Array, lead_mm: float = 0.0, screen: bool = False) -> Array:
    """Return the dose of one pulse's scatter at places of the room, uSv, shape (n,).

    Args:
        carm: Frame of the places; the patient lies at its isocentre.
        technique: Of the pulse.
        places_mm: Shape (n, 3).
        lead_mm: Of an apron between, one of `LEAD_TRANSMISSION`.
        screen: Whether a ceiling screen hangs between.

    Raises:
        ValueError: If no apron has that much lead.
    """
    if lead_mm not in LEAD_TRANSMISSION:
        raise ValueError(f"an apron has {', '.join(f'{mm:g}' for mm in LEAD_TRANSMISSION)} mm of lead, not {lead_mm:g}")
    way = np.asarray(places_mm, dtype=np.float64) - np.asarray(carm.isocentre_mm)
    distance_mm = np.sqrt(np.sum(way**2, axis=-1))
    against = -(way @ carm.axes()[2]) / np.maximum(distance_mm, 1.0)
    side = 1.0 + (TUBE_SIDE - 1.0) * np.maximum(against, 0.0)
    area = carm.open_share * (carm.field_mm / SHARE_FIELD_MM) ** 2
    at_1_m = technique.entrance_ugy * SCATTER_SHARE * math.pow(area, AREA_POWER) * USV_PER_UGY
    shielded = LEAD_TRANSMISSION[lead_mm] * (SCREEN_TRANSMISSION if screen else 1.0)
    return np.asarray(at_1_m * shielded * side * (1000.0 / np.maximum(distance_mm, NEAREST_MM)) ** 2)


def scatter_usv_per_min(carm: CArm, technique: Technique, places_mm: Array, lead_mm: float = 0.0, screen: bool = False) -> Array:
    """Return the dose rate of scatter while the pedal is held; arguments and shape as of `scatter_usv`."""
    return scatter_usv(carm, technique, places_mm, lead_mm, screen) * technique.pulses_per_s * 60.0


def room_mm(side_up: Side, behind_mm: Array, headwards_mm: Array) -> Array:
    """Return places of a map of the room at chest height, theatre frame, shape of the two inputs plus (3,)."""
    chest = np.full(np.broadcast(behind_mm, headwards_mm).shape, up_sign(side_up) * CHEST_MM)
    return np.stack(np.broadcast_arrays(chest, behind_mm, headwards_mm), axis=-1).astype(np.float64)
