"""What playing whole cases brought to light in the needle step."""

from game.instruments.needle import Needle, Span, roll, tissue_at
from game.patient import Tissue


def test_a_needle_that_is_rolled_at_rest_still_lies_in_its_tissue() -> None:
    needle = Needle(entry_mm=(0.0, 0.0, 0.0), depth_mm=10.0, opened_mm=10.0, track_mm=[(0.0, -0.5 * k, 0.0) for k in range(21)])
    needle.spans = [Span(0.0, 8.0, Tissue.DURA), Span(8.0, 22.0, Tissue.CSF)]
    roll(needle, 90.0)
    assert tissue_at(needle, needle.depth_mm) is Tissue.CSF
    assert tissue_at(needle, needle.depth_mm + 1.0) is Tissue.OUTSIDE  # the way ahead is probed anew
