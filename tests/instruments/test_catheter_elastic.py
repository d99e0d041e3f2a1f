import math

import numpy as np
import pytest

from game.instruments.catheter import elastic
from game.instruments.catheter.elastic import Line, Walls
from game.instruments.catheter.rod import lengths_mm

BENDING_N_MM2 = 38.0  # braided with its wire


def free_line(count: int, length_mm: float = 3.0) -> Line:
    lengths = np.full(count, length_mm)
    return elastic.make_line(np.zeros(3), (0.0, 0.0), lengths, np.full(count, BENDING_N_MM2), np.zeros((2, count)))


def no_walls() -> Walls:
    index, number = np.empty(0, dtype=np.intp), np.empty(0)
    return Walls(index, index, number, np.empty((0, 3)), np.empty((0, 3)), number)


def load(count: int, force_n: tuple[float, float, float]) -> np.ndarray:
    loads = np.zeros((count, 3))
    loads[-1] = force_n
    return loads


def settle(line: Line, loads: np.ndarray, sagittal: np.ndarray, coronal: np.ndarray, ticks: int) -> tuple[np.ndarray, np.ndarray]:
    for _ in range(ticks):
        sagittal, coronal = elastic.relax(line, sagittal, coronal, no_walls(), loads)
    return sagittal, coronal


@pytest.mark.parametrize("count", [10, 40, 70])
@pytest.mark.parametrize("plane", [0, 1])
def test_a_cantilever_bends_as_the_formula_says(count: int, plane: int) -> None:
    line, length_mm = free_line(count), 3.0 * count
    force_n = 0.02 * length_mm * 3.0 * BENDING_N_MM2 / length_mm**3
    angles = settle(line, load(count, (force_n * plane, force_n * (1 - plane), 0.0)), np.zeros(count), np.zeros(count), 1500)
    deflection = elastic.nodes(line, *angles)[-1][0 if plane else 1]
    assert deflection == pytest.approx(0.02 * length_mm, rel=0.01)


@pytest.mark.parametrize("plane", [0, 1])
def test_it_buckles_at_euler_s_load(plane: int) -> None:
    count, length_mm = 20, 60.0
    line = free_line(count)
    euler_n = math.pi**2 * BENDING_N_MM2 / (4.0 * length_mm**2)  # clamped at one end, free at the other

    def bow_mm(share: float) -> float:
        angles = [np.zeros(count), np.zeros(count)]
        angles[plane] = np.linspace(0.0, 0.01, count)
        moved = settle(line, load(count, (0.0, 0.0, -share * euler_n)), *angles, 900)
        return abs(float(elastic.nodes(line, *moved)[-1][0 if plane else 1]))

    assert bow_mm(0.92) < 0.05
    assert bow_mm(1.08) > 10.0


def test_energy_never_grows_without_input() -> None:
    count, chance = 70, np.random.default_rng(3)
    line = free_line(count)
    sagittal, coronal = np.cumsum(chance.normal(0.0, 0.15, (2, count)), axis=1)
    energy = [elastic.bending_energy_n_mm(line, sagittal, coronal)]
    for _ in range(600):
        sagittal, coronal = elastic.relax(line, sagittal, coronal, no_walls(), np.zeros((count, 3)))
        energy.append(elastic.bending_energy_n_mm(line, sagittal, coronal))
    assert max(np.diff(energy)) <= 1e-9
    assert energy[-1] < 0.1 * energy[0]


def test_the_line_has_no_gaps_and_its_true_length() -> None:
    chance = np.random.default_rng(4)
    line = free_line(30)
    places = np.concatenate([np.zeros((1, 3)), elastic.nodes(line, *chance.uniform(-3.0, 3.0, (2, 30)))])
    assert np.linalg.norm(np.diff(places, axis=0), axis=1) == pytest.approx(3.0, abs=1e-9)


def test_a_wall_holds_a_rod_that_is_bent_into_it() -> None:
    count = 20
    line = free_line(count)
    places = elastic.nodes(line, np.zeros(count), np.zeros(count))
    floor = Walls(
        np.ones(count, dtype=np.intp),
        np.arange(count),
        np.full(count, -1.0),
        np.tile([0.0, 1.0, 0.0], (count, 1)),
        places,
        np.ones(count),
    )
    angles = [np.zeros(count), np.zeros(count)]
    for _ in range(300):
        angles = list(elastic.relax(line, *angles, floor, load(count, (0.0, 0.05, 0.0))))
    tip = elastic.nodes(line, *angles)[-1]
    push, each = elastic.wall_forces(floor, elastic.nodes(line, *angles), count)
    assert 1.0 < tip[1] < 1.1
    assert push[:, 1].sum() == pytest.approx(-each.sum())


@pytest.mark.parametrize("free_mm", [0.4, 4.4, 4.6, 100.0, 211.3])
def test_segments_share_the_free_length(free_mm: float) -> None:
    lengths = lengths_mm(free_mm)
    assert lengths.sum() == pytest.approx(free_mm)
    assert lengths[-1] <= 4.5
