"""Which names may be said on a picture."""

from types import SimpleNamespace

from game.imaging import Blades, CArm
from game.operation.naming import LEVELS, refuse_naming
from game.patient import reference as ref


def test_every_vertebra_that_a_patient_has_may_be_named():
    dark = SimpleNamespace(fluoroscope=SimpleNamespace(exposures=[]))
    assert LEVELS == ref.LEVELS
    for level in ("T4", "T7", "L5"):
        assert refuse_naming(dark, level, 0.0, 0.0) == "There is no picture to point at yet."
    assert "say T4 to L5" in refuse_naming(dark, "T3", 0.0, 0.0)


def test_nothing_is_named_outside_the_round_field_or_behind_the_blades():
    lit = SimpleNamespace(fluoroscope=SimpleNamespace(exposures=[SimpleNamespace(carm=CArm(blades=Blades(left=0.3)))]))
    assert refuse_naming(lit, "L3", -0.25, 0.0) is None
    for u, v in ((-0.35, 0.0), (0.8, 0.8)):
        assert refuse_naming(lit, "L3", u, v) == "That is outside the picture."
