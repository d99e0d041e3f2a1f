"""One X-ray pulse as a recipe."""

from dataclasses import dataclass

from game.frames import Rigid
from game.imaging.carm import CArm
from game.imaging.technique import Technique
from game.imaging.tube import Tube


@dataclass(frozen=True, slots=True)
class Exposure:
    """Everything that a picture depends on, apart from the patient; theatre frame.

    Attributes:
        tick: Session tick of the pulse.
        carm: Where the C-arm stood.
        pose: Patient to theatre.
        technique: What the generator did.
        tubes: Needle, stylet, wires, markers.
        contrast: Columns of contrast medium; `material` is its name, such as `iohexol180`.
        noise_seed: Drawn when the pulse was made.
    """

    tick: int
    carm: CArm
    pose: Rigid
    technique: Technique
    tubes: tuple[Tube, ...] = ()
    contrast: tuple[Tube, ...] = ()
    noise_seed: int = 0
