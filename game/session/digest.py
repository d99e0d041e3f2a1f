"""Fingerprints of a session's state, and the plain numbers that survive another machine."""

import hashlib
from typing import TYPE_CHECKING

from game.clock import TICKS_PER_S
from game.instruments.needle import tip_mm
from game.plain import canonical, encode

if TYPE_CHECKING:
    from game.session.session import Session

DIGEST_TICKS = 10 * TICKS_PER_S


def digests(session: "Session") -> dict[str, str]:
    """Return a SHA-256 for each section of the state."""
    theatre = session.theatre
    sections = {
        "patient": [encode(theatre.spec), theatre.seed, encode(theatre.physiology)],
        "theatre": encode(theatre),
        "events": [[type(event).__name__, encode(event)] for event in session.events],
        "streams": {name: str(generator.bit_generator.state) for name, generator in theatre.streams.items()},
        "courses": encode(session.courses),
        "log": [session.step, session.steps_done, session.durations_s],
        **{f"step.{name}": encode(state) for name, state in session.states.items()},
    }
    return {name: hashlib.sha256(canonical(value)).hexdigest()[:16] for name, value in sections.items()}


def digest(session: "Session") -> str:
    """Return one fingerprint of the whole session."""
    return "sha256:" + hashlib.sha256(canonical(digests(session))).hexdigest()


def numbers(session: "Session") -> dict[str, float]:
    """Return about twenty plain numbers of the state."""
    theatre = session.theatre
    body, dose = theatre.physiology, theatre.fluoroscope.dose
    found = {
        "theatre_s": theatre.theatre_s,
        "hr_bpm": body.hr_bpm,
        "map_mmhg": body.map_mmhg,
        "spo2_percent": body.spo2_percent,
        "rr_per_min": body.rr_per_min,
        "csf_lost_ml": theatre.strain.csf_lost_ml,
        "blood_lost_ml": theatre.strain.blood_lost_ml,
        "lidocaine_mg": theatre.lidocaine.given_mg,
        "fluoroscopy_s": dose.fluoroscopy_s,
        "exposures": float(dose.exposures),
        "air_kerma_mgy": dose.air_kerma_mgy,
        "orbit_deg": theatre.fluoroscope.carm.orbit_deg,
        "tilt_deg": theatre.fluoroscope.carm.tilt_deg,
        "hand_x_mm": theatre.hand.x_mm,
        "hand_y_mm": theatre.hand.y_mm,
        "events": float(len(session.events)),
    }
    if theatre.needle is not None and theatre.needle.entry_mm is not None:
        x, y, z = tip_mm(theatre.needle)
        found.update(depth_mm=theatre.needle.depth_mm, ghost_mm=theatre.needle.ghost_mm, tip_x_mm=x, tip_y_mm=y, tip_z_mm=z)
    return found
