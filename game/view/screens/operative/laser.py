"""The C-arm's laser cross on the field: where the beam's axis meets the skin, free of dose."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from game.frames import Array
from game.imaging import CArm
from game.operation.antisepsis.layout import x_of_z
from game.operation.theatre import Theatre
from game.view.canvas import Canvas
from game.view.field.plane import Plane
from game.view.layout import Box
from game.view.screens.operative.drawing import to_screen

if TYPE_CHECKING:
    from game.session.session import Session

RED, GLOW = (255, 66, 58), (150, 30, 28)
ARM_MM = (-45.0, -22.0, -6.0, 6.0, 22.0, 45.0)
"""Places on each line of the cross, from its middle; the middle itself is left open."""
BESIDE_MM, STEP_MM = 350.0, 10.0
"""How far from the isocentre the skin is looked for, and in what steps."""

Line = tuple[tuple[float, float], ...]


@dataclass
class Laser:
    """The cross as it fell last, kept until arm, patient or field move."""

    _key: Hashable = None
    _lines: tuple[Line, ...] = ()

    def lines(self, session: "Session", unrolled: bool = False) -> tuple[Line, ...]:
        """Return the cross's lines, field-plane mm."""
        theatre = session.theatre
        key = (theatre.fluoroscope.carm, theatre.patient_pose, theatre.camera, theatre.patient.spec, session.step)
        if key != self._key:
            self._key, self._lines = key, cross_lines(theatre, unrolled)
        return self._lines

    def draw(self, canvas: Canvas, box: Box, plane: Plane, session: "Session", unrolled: bool) -> None:
        """Draw the cross on the field, which may be the skin unrolled."""
        for line in self.lines(session, unrolled):
            points = [to_screen(plane, box, *place) for place in line]
            canvas.curve(points, GLOW, 4.0)
            canvas.curve(points, RED, 2.0)


def cross_lines(theatre: Theatre, unrolled: bool = False) -> tuple[Line, ...]:
    """Return where the cross's four arms fall on the skin that the surgeon sees, field-plane mm.

    Tube and receptor both carry a cross; the one is meant whose side faces the surgeon. An arm that passes beside the patient
    is left out.

    Args:
        theatre: Where arm and patient are.
        unrolled: Whether the field is the skin unrolled, as in antisepsis.
    """
    carm = theatre.fluoroscope.carm
    share = np.array(ARM_MM) / (carm.field_mm / 2.0)
    places = np.concatenate([np.stack([share, 0.0 * share], axis=-1), np.stack([0.0 * share, share], axis=-1)])
    hits = skin_hits_mm(theatre, carm, places)
    half = len(ARM_MM) // 2
    arms = [hits[start : start + half] for start in range(0, len(hits), half)]
    seen = [[_field_mm(theatre, point, unrolled) for point in arm if np.isfinite(point).all()] for arm in arms]
    return tuple(tuple(arm) for arm in seen if len(arm) > 1)


def skin_hits_mm(theatre: Theatre, carm: CArm, places: Array) -> Array:
    """Return where rays meet the skin on the surgeon's side: all of them at once, to a tenth of a millimetre or so.

    Args:
        theatre: The patient and how he lies.
        carm: The C-arm, theatre frame.
        places: Where the rays go through the picture, (u, v), shape (n, 2).

    Returns:
        Skin, patient frame, shape (n, 3); nan where a ray passes the patient.
    """
    right, up, beam = carm.axes()
    middle, half = carm.source_mm + carm.source_isocentre_mm * beam, carm.field_mm / 2.0
    through = middle + half * (places[:, :1] * right + places[:, 1:] * up)
    directions = (through - carm.source_mm) / np.linalg.norm(through - carm.source_mm, axis=1)[:, None]
    facing = 1.0 if float(beam @ theatre.camera.axes()[2]) < 0.0 else -1.0
    along = facing * np.arange(-BESIDE_MM, BESIDE_MM + STEP_MM, STEP_MM)
    points = through[:, None, :] + along[None, :, None] * directions[:, None, :]
    inside = theatre.patient_pose.inverse().apply(points.reshape(-1, 3))
    distance = theatre.patient.skin_distance_mm(inside).reshape(len(places), len(along))
    enters = (distance[:, :-1] > 0.0) & (distance[:, 1:] <= 0.0)
    first = np.argmax(enters, axis=1)
    row = np.arange(len(places))
    before, after = distance[row, first], distance[row, first + 1]
    part = before / np.where(enters[row, first], before - after, 1.0)
    at = along[first] + part * (along[1] - along[0])
    hits = theatre.patient_pose.inverse().apply(through + at[:, None] * directions)
    hits[~enters.any(axis=1)] = np.nan
    return np.asarray(hits)


def _field_mm(theatre: Theatre, point_mm: Array, unrolled: bool) -> tuple[float, float]:
    if unrolled:
        arc = theatre.patient.skin_arc(np.asarray(point_mm)[None], theatre.plan.side)
        return x_of_z(theatre, float(point_mm[2])), float(arc[0])
    x_mm, y_mm = theatre.camera.to_field(theatre.patient_pose.apply(point_mm))
    return float(x_mm), float(y_mm)
