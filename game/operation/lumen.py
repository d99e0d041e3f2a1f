"""What runs through the catheter and beside it once the needle is off: one account for every step that has them in hand."""

import math
from dataclasses import dataclass

import numpy as np

from game.base import Event
from game.instruments.catheter import flow
from game.operation.implant import Catheter, Hole, Way, line_mm
from game.operation.strain import lose_csf
from game.operation.theatre import Theatre
from game.patient.physiology import csf_pressure_cmh2o

OPEN_CUT = 0.5
"""A wall that is cut deeper lets fluid out where it is cut (expert judgement)."""
OOZE_ML_PER_MIN = 1.6
"""What runs beside the catheter through a hole of 1.8 mm that is not tied, at 15 cmH2O (expert judgement)."""
USUAL_CMH2O = 15.0
"""Opening pressure, of which the ooze is told (mean 15.5: Mayo Clinic Study of Aging 2019)."""
SHORTEST_MM = 50.0
"""A hole in the wall nearer to the tip than this drains through no less catheter (simulator tolerance)."""


@dataclass(frozen=True)
class Flow:
    """Spinal fluid on its ways out, mL/min.

    Attributes:
        end: From the catheter's other end.
        hole: From holes in its wall, in the back.
        ooze: Beside the catheter, through the fascia.
        pocket: From holes in its wall, in the pump's pocket.
    """

    end: float = 0.0
    hole: float = 0.0
    ooze: float = 0.0
    pocket: float = 0.0


def passes(theatre: Theatre, catheter: Catheter, squeezed: float = 1.0, to_mm: float = math.inf) -> float:
    """Return the share of a free catheter's flow that comes through to a place of it, 0 to 1.

    Narrow places lie one behind the other, so that their resistances add up; side holes count as far as they lie in
    the sac.

    Args:
        theatre: Whose patient it lies in.
        catheter: Any.
        squeezed: What a thread that is being drawn leaves of it besides, 0 to 1.
        to_mm: Length from the tip to that place; narrow places beyond do not matter there.
    """
    if catheter.space != "intrathecal":
        return 0.0
    shares = [squeezed, *(kink.open_share for kink in catheter.kinks if kink.at_mm <= to_mm)]
    if min(shares) <= 0.0:
        return 0.0
    open_share = 1.0 / (1.0 + sum(1.0 / share - 1.0 for share in shares))
    spec = theatre.equipment.catheters[catheter.model]
    holes = flow.holes_open(np.asarray(catheter.canal_mm), theatre.patient, spec.outer_mm)
    return flow.passes(open_share, catheter.wire_in, holes)


def leaks(catheter: Catheter) -> bool:
    """Say whether its wall is open outside the sac."""
    return bool(_open_holes(catheter))


def _open_holes(catheter: Catheter) -> list[Hole]:
    """Return the holes through its wall outside the sac, from the tip on; inside it they are side holes more."""
    sac_mm = line_mm(catheter.canal_mm)
    found = [hole for hole in catheter.holes if hole.open_share >= OPEN_CUT and hole.at_mm > sac_mm]
    return sorted(found, key=lambda hole: hole.at_mm)


def ooze(theatre: Theatre, share: float | None = None) -> float:
    """Return what runs beside the catheter at the fascia, mL/min: nothing while the needle fills its hole.

    Args:
        theatre: Any.
        share: What the purse-string lets past, 0 to 1; as it is tied where not given.
    """
    if theatre.needle is not None:
        return 0.0
    string = theatre.implant.purse_string
    if share is None:
        share = string.ooze_share if string is not None else 1.0
    return OOZE_ML_PER_MIN * share * max(0.0, csf_pressure_cmh2o(theatre.physiology)) / USUAL_CMH2O


def running(theatre: Theatre, catheter: Catheter, end_open: bool, squeezed: float = 1.0, drive_cmh2o: float = 0.0) -> Flow:
    """Return what runs now.

    Args:
        theatre: Any.
        catheter: The one that lies in the patient.
        end_open: Whether its other end is open.
        squeezed: As for `passes`.
        drive_cmh2o: What a low-hanging end adds to the pressure.
    """
    if theatre.needle is not None:
        return Flow()
    spec = theatre.equipment.catheters[catheter.model]
    drive = csf_pressure_cmh2o(theatre.physiology) + drive_cmh2o
    end = back = pocket = 0.0
    left = 1.0  # of what comes through, behind the holes nearer to the tip
    for hole in _open_holes(catheter):
        free = flow.flow_ml_per_min(drive, max(hole.at_mm, SHORTEST_MM), spec.bore_mm)
        runs = left * hole.open_share * free * passes(theatre, catheter, squeezed, hole.at_mm)
        left *= 1.0 - hole.open_share
        if _in_pocket(catheter, hole):
            pocket += runs
        else:
            back += runs
    if end_open:
        free = flow.flow_ml_per_min(drive, catheter.length_mm, spec.bore_mm)
        end = free * passes(theatre, catheter, squeezed) * left
    return Flow(end, back, ooze(theatre), pocket)


def _in_pocket(catheter: Catheter, hole: Hole) -> bool:
    """Say whether a hole lies in the pump's pocket: farther from the tip than the catheter's whole way there."""
    return bool(catheter.tunnel_mm) and hole.at_mm > catheter.implanted_mm + catheter.on_back_mm


def beside(theatre: Theatre, catheter: Catheter) -> float:
    """Return what runs anywhere but from its end, mL/min."""
    now = running(theatre, catheter, end_open=False)
    return now.hole + now.pocket + now.ooze


def spill(theatre: Theatre, now: Flow, seconds: float, end: Way = "catheter") -> list[Event]:
    """Book what ran out in a while; tell when the case has lost too much.

    Args:
        theatre: Changed in place.
        now: What runs.
        seconds: For so long, theatre time.
        end: Which way its other end is in the account.
    """
    minutes = seconds / 60.0
    return [
        *lose_csf(theatre, end, now.end * minutes),
        *lose_csf(theatre, "connector", now.pocket * minutes),
        *lose_csf(theatre, "fascia", now.hole * minutes),
        *lose_csf(theatre, "fascia", now.ooze * minutes),
    ]
