"""X-rays: the C-arm, exact projection, the detector, dose, and what eyes read on a picture."""

from game.imaging.carm import FIELD_SIZES_MM, Blades, CArm, FieldName
from game.imaging.dose import DoseAccount
from game.imaging.exposure import Exposure
from game.imaging.geometry import ProjectionGeometry
from game.imaging.grids import project_patient
from game.imaging.landmarks import ReadableLandmark, readable_landmarks
from game.imaging.projection import line_integrals
from game.imaging.quality import DiscQuality, ObliqueQuality, ViewQuality, disc_quality, oblique_quality, view_quality, views_in_field
from game.imaging.render import Renderer, render
from game.imaging.technique import PULSE_RATES, PulseRate, Technique, settle, settled
from game.imaging.tube import Tube

__all__ = [
    "FIELD_SIZES_MM",
    "PULSE_RATES",
    "Blades",
    "CArm",
    "DiscQuality",
    "DoseAccount",
    "Exposure",
    "FieldName",
    "ObliqueQuality",
    "ProjectionGeometry",
    "PulseRate",
    "ReadableLandmark",
    "Renderer",
    "Technique",
    "Tube",
    "ViewQuality",
    "disc_quality",
    "line_integrals",
    "oblique_quality",
    "project_patient",
    "readable_landmarks",
    "render",
    "settle",
    "settled",
    "view_quality",
    "views_in_field",
]
