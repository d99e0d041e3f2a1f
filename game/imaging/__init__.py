"""X-rays: the C-arm, exact projection, the detector, dose, and what eyes read on a picture."""

from game.imaging.carm import CArm
from game.imaging.exposure import DoseAccount, Exposure
from game.imaging.geometry import ProjectionGeometry
from game.imaging.landmarks import ReadableLandmark
from game.imaging.quality import ViewQuality, view_quality
from game.imaging.technique import Technique, settle, settled
from game.imaging.tube import Tube

__all__ = [
    "CArm",
    "DoseAccount",
    "Exposure",
    "ProjectionGeometry",
    "ReadableLandmark",
    "Technique",
    "Tube",
    "ViewQuality",
    "settle",
    "settled",
    "view_quality",
]
