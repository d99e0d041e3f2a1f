"""What the catheter step lets a trainee see and feel."""

from game.instruments import catheter as rods
from game.operation import contrast
from game.operation.catheter.sight import CatheterSight
from game.operation.catheter.state import CatheterStep
from game.operation.needle import seeing as needle_seeing
from game.operation.theatre import Theatre

FRAYED = 0.1  # damage that shows (expert judgement)


def sight(theatre: Theatre, step: CatheterStep) -> CatheterSight:
    """Return needle and catheter as they look and feel."""
    needle, rod, catheter = theatre.needle, theatre.implant.rod, theatre.implant.catheter
    assert needle is not None  # the step's start saw to it
    in_mm = rod.in_mm if rod is not None else 0.0
    return CatheterSight(
        needle=needle_seeing.sight(theatre, step.needle),
        in_mm=in_mm,
        beyond_mm=in_mm - needle.length_mm,
        ghost_mm=rod.ghost_mm if rod is not None and rod.gripped else 0.0,
        word=rods.word(rod) if rod is not None else "none",
        stroke_mm=step.stroke_mm if theatre.hand.gripping else 0.0,
        runs_on=step.runs_on,
        turned_deg=rod.twist_deg if rod is not None else 0.0,
        as_one=theatre.hand.other_down and theatre.hand.instrument == "catheter",
        frayed=catheter is not None and catheter.wall_cut > FRAYED,
        called=catheter.called_level if catheter is not None else "",
        wire_in=rod is None or rod.wire_mm < 1.0,
        contrast_ml=step.contrast_ml,
        contrast_left_ml=contrast.left_ml(theatre),
    )
