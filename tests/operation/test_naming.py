"""Which names may be said on a picture."""

from types import SimpleNamespace

from game.operation.naming import LEVELS, refuse_naming
from game.patient import reference as ref


def test_every_vertebra_that_a_patient_has_may_be_named():
    dark = SimpleNamespace(fluoroscope=SimpleNamespace(exposures=[]))
    assert LEVELS == ref.LEVELS
    for level in ("T4", "T7", "L5"):
        assert refuse_naming(dark, level, 0.0, 0.0) == "There is no picture to point at yet."
    assert "say T4 to L5" in refuse_naming(dark, "T3", 0.0, 0.0)
