"""What the catheter step alone remembers; the catheter itself is part of the implant."""

from dataclasses import dataclass, field

from game.operation.information import Look
from game.operation.naming import Named
from game.operation.needle.state import NeedleStep


@dataclass
class Touch:
    """A root that the tip touched, from the touch until the hand answered it.

    Attributes:
        tick: Of the touch.
        side: Of the root.
        in_mm: Length past the hub then, with what the hand ran on before it felt it.
        depth_mm: Of the needle then.
        turned_deg: How far the catheter was turned since.
        answer: "" while open, then right, late or wrong.
    """

    tick: int
    side: str
    in_mm: float
    depth_mm: float
    turned_deg: float = 0.0
    answer: str = ""


@dataclass
class CatheterStep:
    """State of the catheter step.

    Attributes:
        needle: The needle's own part: what its point meets and what comes out of its hub.
        looks: At pictures since the step began; `seen` is the number of exposures that they account for.
        stroke_mm: Way of the hand since it took hold.
        clean: Strokes in a row without resistance.
        clean_now: Whether the stroke that goes on is one.
        runs_on: Whether the stroke goes on by itself, as the ones before.
        booked_mm: What the strokes that ran on have still to be booked for; `ran_on_mm` what this hold ran on.
        unseen_mm: Threaded since the last picture; `most_unseen_mm` the longest such way.
        touch: The root that was touched last.
        answers: How touches were answered.
        named: Calls of the tip's level.
        peak_n, pulled_mm: Worst of the catheters that were thrown away.
        catheters: Opened so far.
        in_before_mm: Length past the hub at the last tick.
        depth_before_mm: Of the needle at the last tick.
        threaded: Space that was told last, or "".
        ever: Whether a tip ever left the needle.
        wire_drawn: Whether the guide wire was drawn inside a standing needle.
        lost_before_ml: Spinal fluid lost before the step.
        contrast_ml: Given in this step.
    """

    needle: NeedleStep
    looks: list[Look] = field(default_factory=list)
    seen: int = 0
    stroke_mm: float = 0.0
    clean: int = 0
    clean_now: bool = True
    runs_on: bool = False
    booked_mm: float = 0.0
    ran_on_mm: float = 0.0
    unseen_mm: float = 0.0
    most_unseen_mm: float = 0.0
    touch: Touch | None = None
    answers: list[str] = field(default_factory=list)
    named: list[Named] = field(default_factory=list)
    peak_n: float = 0.0
    pulled_mm: float = 0.0
    catheters: int = 1
    in_before_mm: float = 0.0
    depth_before_mm: float = 0.0
    threaded: str = ""
    ever: bool = False
    wire_drawn: bool = False
    lost_before_ml: float = 0.0
    contrast_ml: float = 0.0
