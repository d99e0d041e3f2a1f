"""What a needle meets in a spine with metal, tumours or scar."""

import pytest
from hands import Slab, push_to, through, upright

from game.instruments.needle import Entered, TouchedBone
from game.patient import Tissue


@pytest.mark.parametrize("hard", [Tissue.TITANIUM, Tissue.PEEK, Tissue.SCLEROTIC])
def test_metal_plastic_and_dense_bone_stop_a_needle_dead(hard: Tissue) -> None:
    needle = upright(nicked=True)
    events = push_to(needle, Slab((Tissue.SKIN, 3.0), (Tissue.FAT, 12.0), (hard, 60.0)), 25.0)
    assert any(isinstance(event, TouchedBone) for event in events)
    assert 15.0 <= needle.depth_mm < 15.3
    assert needle.tip_n > 4.0


def test_a_tumour_that_ate_the_bone_lets_a_needle_through() -> None:
    needle = upright(nicked=True)
    events = push_to(needle, Slab((Tissue.SKIN, 3.0), (Tissue.FAT, 12.0), (Tissue.LYTIC, 60.0)), 35.0)
    assert any(isinstance(event, Entered) and event.tissue is Tissue.LYTIC for event in events)
    assert needle.depth_mm > 25.0


def resistance_n(*layers: tuple[Tissue, float]) -> list[float]:
    """Return the force on the point at every half millimetre of the last 6 mm before the dura at 30 mm."""
    needle, slab = upright(nicked=True), Slab((Tissue.SKIN, 3.0), *layers, (Tissue.DURA, 0.4), (Tissue.CSF, 60.0))
    found = []
    for hand_mm in range(1, 120):
        push_to(needle, slab, 0.5 * hand_mm)
        if 24.0 < needle.depth_mm < 29.5:
            found.append(needle.tip_n)
    return found


def test_scar_has_no_loss_of_resistance_before_the_dura_and_flavum_has() -> None:
    usual = resistance_n((Tissue.INTERSPINOUS, 19.0), (Tissue.FLAVUM, 3.5), (Tissue.EPIDURAL, 4.5))
    scarred = resistance_n((Tissue.SCAR, 27.0))
    assert max(usual) > 8.0
    assert min(usual) < 1.0
    assert min(scarred) > 1.5
    assert max(scarred) < 6.0


def test_scar_gives_way_before_the_dura_does() -> None:
    needle = upright(nicked=True)
    events = push_to(needle, Slab((Tissue.SKIN, 3.0), (Tissue.SCAR, 10.0), (Tissue.DURA, 0.4), (Tissue.CSF, 60.0)), 30.0)
    assert through(events, Tissue.SCAR) is not None
    assert through(events, Tissue.DURA) is not None
