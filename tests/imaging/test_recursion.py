import dataclasses
import sys

import numpy as np
import pytest
from numpy.typing import NDArray
from phantoms import EllipseBody

from game.frames import Rigid
from game.imaging import CArm, Exposure, Renderer, Technique, Tube, render, settled
from game.imaging.recursion import BLOCK, Chain, Pulse, chain_starts, press_before, since_sweep
from game.imaging.technique import technique_at

SIZE = 128
BODY = EllipseBody(spacing_mm=4.0)
PULSE_TICKS = 15


def press(count: int, carm: CArm | None = None, mode: str = "low", tubes: tuple[Tube, ...] = ()) -> list[Exposure]:
    """Return the pulses of a press of the pedal with all still."""
    carm = carm or CArm()
    technique = settled(carm, BODY, Rigid(), mode)
    return [Exposure(PULSE_TICKS * number, carm, Rigid(), technique, tubes, noise_seed=100 + number) for number in range(count)]


def needle(depth_mm: float) -> tuple[Tube, ...]:
    return (Tube(((-40.0, 20.0, -40.0), (-40.0, 20.0, depth_mm)), 0.9, "steel"),)


def flat_noise(signal: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    return float(np.std((signal - other)[50:78, 30:45])) / 2**0.5


def test_a_still_picture_grows_quiet_and_the_first_pulse_has_the_noise_of_one() -> None:
    renderer = Renderer(BODY, SIZE)
    one, other = press(24), [dataclasses.replace(pulse, noise_seed=900 + pulse.noise_seed) for pulse in press(24)]

    def noise(count: int) -> float:
        first, second = (renderer.signal(pulses[count - 1], pulses[: count - 1]) for pulses in (one, other))
        return flat_noise(first, second)

    alone = flat_noise(renderer.signal(one[0]), renderer.signal(other[0]))
    assert noise(1) == alone
    # y = a x + (1 - a) y leaves sqrt(a / (2 - a)) of the noise of x; a is a quarter.
    assert noise(20) / alone == pytest.approx(0.378, rel=0.12)
    assert noise(20) < noise(4) < noise(2) < alone


def test_the_state_knows_how_much_noise_is_left() -> None:
    chain = Chain()
    image = np.ones((4, 4), np.float32)
    for pulse in press(30):
        chain.add(Pulse(pulse, image, image))
    assert chain.noise_left == pytest.approx(0.378, rel=0.01)


@pytest.mark.parametrize("count", [3, BLOCK, BLOCK + 1, 2 * BLOCK, 2 * BLOCK + 1, 3 * BLOCK + 2])
def test_pulse_by_pulse_and_all_at_once_give_the_same_picture(count: int) -> None:
    pulses = press(count, tubes=needle(0.0))
    pulses[1:3] = [dataclasses.replace(pulse, tubes=needle(-3.0)) for pulse in pulses[1:3]]
    live = Renderer(BODY, SIZE)
    for number in range(count - 1):
        live.render(pulses[number], pulses[:number])
    np.testing.assert_array_equal(live.render(pulses[-1], pulses[:-1]), render(pulses[-1], BODY, SIZE, pulses[:-1]))


def test_another_press_in_between_changes_nothing() -> None:
    pulses, others = press(6), press(4, CArm(-90.0), "normal")
    renderer = Renderer(BODY, SIZE)
    renderer.render(pulses[4], pulses[:4])
    renderer.render(others[3], others[:3])
    np.testing.assert_array_equal(renderer.render(pulses[5], pulses[:5]), render(pulses[5], BODY, SIZE, pulses[:5]))


def test_the_filter_that_is_shown_began_at_least_a_block_ago_and_never_more_than_two() -> None:
    for count in range(1, 6 * BLOCK):
        starts = chain_starts(count)
        shown = starts[0]
        assert shown == 0 or count - shown > BLOCK
        assert count - shown <= 2 * BLOCK
        following = chain_starts(count + 1)[0]
        assert following in starts, "the next picture's filter is under way"


def test_the_change_from_filter_to_filter_is_not_seen() -> None:
    pulses = press(2 * BLOCK + 2)
    renderer = Renderer(BODY, SIZE)
    steps = []
    before = renderer.signal(pulses[2 * BLOCK - 3], pulses[: 2 * BLOCK - 3])
    for number in range(2 * BLOCK - 2, 2 * BLOCK + 2):
        now = renderer.signal(pulses[number], pulses[:number])
        steps.append(flat_noise(now, before))
        before = now
    assert max(steps) < 1.25 * min(steps)


def test_a_moved_arm_leaves_a_fifth_of_the_old_picture_and_its_lag_and_soon_nothing() -> None:
    chain = Chain()
    old, new = np.zeros((4, 4), np.float32), np.ones((4, 4), np.float32)
    turns, shown = [0.0, 0.0, 5.0, 10.0, 15.0], []
    for number, turn in enumerate(turns):
        image = new if turn else old
        chain.add(Pulse(Exposure(15 * number, CArm(turn), Rigid(), technique_at(220.0, 220.0, "low")), image, image))
        shown.append(float(chain.signal[0, 0]))
    # The detector reads 0.97, 0.9991, 0.99997 of the new; the processor takes four fifths of each.
    assert shown == pytest.approx([0.0, 0.0, 0.776, 0.95448, 0.99087], abs=1e-5)


def test_a_needle_drawn_back_is_gone_in_three_pulses_and_a_faint_thing_lingers() -> None:
    def left(material: str, later: int) -> float:
        """Return which part of the shadow is left at the old place of the point."""
        tubes = [(Tube(((-40.0, 20.0, -40.0), (-40.0, 20.0, depth)), 0.9, material),) for depth in (10.0, -15.0)]
        pulses = press(8 + later)
        pulses = [dataclasses.replace(pulse, tubes=tubes[number >= 8]) for number, pulse in enumerate(pulses)]
        quiet = [dataclasses.replace(p, technique=dataclasses.replace(p.technique, kd_ngy=1e8)) for p in pulses]
        renderer = Renderer(BODY, SIZE)
        shown, gone, there = (
            -np.log(renderer.signal(quiet[-1], quiet[:-1])),
            -np.log(renderer.signal(quiet[-1])),
            -np.log(renderer.signal(quiet[7])),
        )
        u, v = CArm().picture(np.array([-40.0, 20.0, 5.0]))
        place = round((1.0 - v) * SIZE / 2 - 0.5), round((u + 1.0) * SIZE / 2 - 0.5)
        return float((shown - gone)[place] / (there - gone)[place])

    assert 0.1 < left("steel", 1) < 0.4
    assert left("steel", 3) < 0.03
    assert left("peek", 3) > 0.2


def test_a_sweep_of_the_arm_needs_no_more_than_two_pulses_before(monkeypatch: pytest.MonkeyPatch) -> None:
    still = press(5)
    turning = [dataclasses.replace(pulse, carm=CArm(2.0 * number)) for number, pulse in enumerate(press(12))][1:]
    pulses = [*still, *turning]
    made: list[Exposure] = []
    renderer = Renderer(BODY, SIZE)
    module = sys.modules[Renderer.__module__]
    kept = module.signal_of
    monkeypatch.setattr(
        module, "signal_of", lambda attenuation, anatomy, exposure: made.append(exposure) or kept(attenuation, anatomy, exposure)
    )
    skipping = renderer.render(pulses[12], pulses[:12])
    assert len(made) == 3
    renderer.render(pulses[13], pulses[:13])
    assert len(made) == 4
    one_by_one = Renderer(BODY, SIZE)
    for number in range(12):
        one_by_one.render(pulses[number], pulses[:number])
    np.testing.assert_array_equal(one_by_one.render(pulses[12], pulses[:12]), skipping)


def test_after_a_sweep_the_filter_grows_quiet_again_from_there() -> None:
    turning = [dataclasses.replace(pulse, carm=CArm(2.0 * number)) for number, pulse in enumerate(press(6))]
    resting = [dataclasses.replace(pulse, carm=CArm(10.0)) for pulse in press(20)]
    assert since_sweep([*turning, *resting]) == (*turning[-3:], *resting)
    assert since_sweep(resting) == tuple(resting)
    assert since_sweep([*press(3), *resting]) == (*press(3), *resting)


def made(ticks: list[int], mode: str = "low", rate: int = 8) -> list[Exposure]:
    technique: Technique = technique_at(220.0, 220.0, mode, 0, rate)  # type: ignore[arg-type]
    return [Exposure(tick, CArm(), Rigid(), technique) for tick in ticks]


def test_a_press_holds_the_pulses_that_follow_each_other_at_the_rate() -> None:
    pulses = made([0, 15, 40, 55, 70])
    assert press_before(pulses, 4) == tuple(pulses[2:4])
    assert press_before(pulses, 2) == ()
    assert press_before(pulses, 1) == (pulses[0],)
    assert press_before(pulses, 0) == ()
    quick = made([0, 8, 16], rate=15)
    assert press_before(quick, 2) == tuple(quick[:2])
    assert press_before([*made([0]), *made([8, 16], rate=15)], 2) == tuple(made([8], rate=15))


def test_a_spot_picture_and_a_change_of_mode_start_afresh() -> None:
    assert press_before(made([0, 15, 30], "spot"), 2) == ()
    mixed = [*made([0, 15]), *made([30, 45], "normal")]
    assert press_before(mixed, 3) == (mixed[2],)
    assert press_before(mixed, 2) == ()
