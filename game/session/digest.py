"""Fingerprints of a session's state, and the plain numbers that survive another machine."""

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from game.base import Event
from game.clock import TICKS_PER_S
from game.errors import ImpossibleStateError
from game.instruments.needle import tip_mm
from game.plain import canonical, encode

if TYPE_CHECKING:
    from game.session.session import Session

DIGEST_TICKS = 10 * TICKS_PER_S


class History:
    """A fingerprint of a list that grows: each event is read once, and equal histories give equal values."""

    def __init__(self) -> None:
        self._hash, self._read = hashlib.sha256(), 0

    def of(self, events: Sequence[Event]) -> str:
        """Return the fingerprint of all events, of which those seen before stand first; a list that became shorter is read anew."""
        if len(events) < self._read:
            self._hash, self._read = hashlib.sha256(), 0
        for event in events[self._read :]:
            self._hash.update(canonical([type(event).__name__, encode(event)]) + b"\n")
            self._read += 1
        return self._hash.hexdigest()


def digests(session: "Session") -> dict[str, str]:
    """Return a SHA-256 for each section of the state.

    Raises:
        ImpossibleStateError: If a section holds a number that is not finite.
    """
    return {name: _fingerprint(session, name, section) for name, section in _sections(session).items()}


def _fingerprint(session: "Session", name: str, section: Any) -> str:
    try:
        value = session.history.of(section) if name == "events" else section
        return hashlib.sha256(canonical(value)).hexdigest()[:16]
    except ValueError as error:
        raise ImpossibleStateError(f"tick {session.tick}: {name} holds a number that is not finite") from error


def _sections(session: "Session") -> dict[str, Any]:
    theatre = session.theatre
    return {
        "patient": [encode(theatre.spec), theatre.seed, encode(theatre.physiology)],
        "theatre": encode(theatre),
        "events": session.events,
        "streams": {name: str(generator.bit_generator.state) for name, generator in theatre.streams.items()},
        "courses": encode(session.courses),
        "motions": encode(session.motions),
        "log": [session.step, session.steps_done, session.durations_s],
        **{f"step.{name}": encode(state) for name, state in session.states.items()},
    }


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
    if session.rules is not None:
        found.update(session.rules.numbers(theatre, session.states[session.step]))
    return found
