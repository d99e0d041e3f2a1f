"""The bending of the rod: one implicit step of a damped elastic line against linearised walls.

Per plane the unknowns are the segments' angles. Minimising bending energy, the work of the forces and
Kelvin-Voigt damping over one step gives a linear system; contacts enter it by their stiffness, so that
the step is stable for any wall. The two planes are solved in turn, each seeing the other's last angles.
A sequential-impulse chain was tried first: seventy stiff links need thousands of sweeps a tick to carry
a push to the tip, this needs two small solves. Angles are rounded to 1e-9 rad, so that the last bit of a
solver that differs between processors is not kept.
"""

import functools
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from game.clock import TICKS_PER_S
from game.frames import Array
from game.instruments.catheter.events import Contact
from game.instruments.catheter.rod import directions

RELAX_S = 0.03  # how fast a bend gives way in fluid and soft walls (expert judgement): a brisk push is ahead of it
MOST_TURN_RAD = 0.35  # of a segment in one step (simulator tolerance)
LEAST_COS2 = 0.04  # keeps a segment that runs straight sideways solvable
WATER_N_PER_MM = 1e-4  # against a node's way in one step, so that a slack rod does not leap (simulator tolerance)
STRUCK_MM, MOST_TRIES = 0.1, 4
MOST_WAY_MM = 1.5  # of a node in one step: a rod that whips must not leap over a wall (simulator tolerance)
ONE_THREAD = 250_000  # multiplications that one call may ask for before it is shared among threads, whose number must change nothing
DRAG_N_MM = 0.02  # on every segment's turning, per step (simulator tolerance)


KINDS: tuple[Contact, ...] = ("free", "wall", "cord", "bone", "root", "septum", "adhesion")
Index = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Walls:
    """Linearised contacts: row i says that `node[i]` may go no farther than `gap[i]` more along `normal[i]`.

    Attributes:
        kind: What each is, as `KINDS` lists them, shape (m,).
        node: Index of a segment's far end, shape (m,).
        depth_mm: How deep it is in the wall at `at_mm`; negative is free, shape (m,).
        normal: Unit direction into the wall, shape (m, 3).
        at_mm: Where the depth was read, shape (m, 3).
        stiffness_n_per_mm: Shape (m,).
    """

    kind: Index
    node: Index
    depth_mm: Array
    normal: Array
    at_mm: Array
    stiffness_n_per_mm: Array


@dataclass(frozen=True, slots=True)
class Line:
    """What does not change in a step: base point and angles, segment lengths, joint stiffness and rest bends.

    Attributes:
        start_mm: The opening, shape (3,).
        base_rad: Angles at which the rod is clamped there, sagittal and coronal.
        length_mm: Of the segments, shape (n,).
        joint_n_mm: Stiffness of the joint before each segment per radian, shape (n,).
        rest_rad: Bend of that joint at rest in the two planes, shape (2, n).
    """

    start_mm: Array
    base_rad: tuple[float, float]
    length_mm: Array
    joint_n_mm: Array
    rest_rad: Array


@dataclass(frozen=True, slots=True)
class Hold:
    """A spring that holds the tip to a point.

    Attributes:
        place_mm: The point, shape (3,).
        stiffness_n_per_mm: Of the spring, the same in all directions.
    """

    place_mm: Array
    stiffness_n_per_mm: float


def make_line(start_mm: Array, base_rad: tuple[float, float], length_mm: Array, bending_n_mm2: Array, rest_rad: Array) -> Line:
    """Return a line; a joint is as long as the halves of the segments that meet in it.

    Args:
        start_mm: The opening, shape (3,).
        base_rad: Angles there.
        length_mm: Of the segments, shape (n,).
        bending_n_mm2: At the joint before each segment, shape (n,).
        rest_rad: Shape (2, n).
    """
    half = 0.5 * length_mm
    return Line(start_mm, base_rad, length_mm, bending_n_mm2 / (half + np.concatenate([[0.0], half[:-1]])), rest_rad)


def nodes(line: Line, sagittal: Array, coronal: Array) -> Array:
    """Return the far ends of the segments, shape (n, 3)."""
    return np.asarray(line.start_mm + (directions(sagittal, coronal) * line.length_mm[:, None]).cumsum(axis=0))


def dot(a: Array, b: Array) -> Array:
    """Return the scalar products of rows, shape (n,): column by column, which for three columns is quicker than a sum."""
    return np.asarray(a[:, 0] * b[:, 0] + a[:, 1] * b[:, 1] + a[:, 2] * b[:, 2])


def _depth(walls: Walls, place_mm: Array) -> Array:
    """Return how deep each contact's node is in its wall, shape (m,)."""
    return np.asarray(walls.depth_mm + dot(place_mm[walls.node] - walls.at_mm, walls.normal))


def wall_forces(walls: Walls, place_mm: Array, count: int) -> tuple[Array, Array]:
    """Return the push of the walls on every node, shape (n, 3), and of each contact, shape (m,), N."""
    push = walls.stiffness_n_per_mm * np.maximum(_depth(walls, place_mm), 0.0)
    return _spread(walls, push, count), push


def relax(
    line: Line,
    sagittal: Array,
    coronal: Array,
    walls: Walls,
    dead_n: Array,
    step_s: float = 1.0 / TICKS_PER_S,
    hold: Hold | None = None,
) -> tuple[Array, Array]:
    """Return the angles one step later.

    Args:
        line: The rod.
        sagittal: Angles, shape (n,).
        coronal: Angles, shape (n,).
        walls: What it may touch.
        dead_n: Other forces on the nodes, shape (n, 3), N.
        step_s: Length of the step.
        hold: What holds the tip, if anything does.
    """
    damping = 1.0 + RELAX_S / step_s
    sagittal = _step(line, 0, sagittal, coronal, walls, dead_n, damping, hold)
    coronal = _step(line, 1, sagittal, coronal, walls, dead_n, damping, hold)
    return sagittal, coronal


def bend_moments(line: Line, plane: int, angle: Array, weight: Array) -> Array:
    """Return the moment in the joint before each segment, shape (n,)."""
    before = np.concatenate([[line.base_rad[plane]], angle[:-1]])
    return np.asarray(line.joint_n_mm * weight * (angle - before - line.rest_rad[plane]))


def bending_energy_n_mm(line: Line, sagittal: Array, coronal: Array) -> float:
    """Return the energy of the bends, N mm."""
    total = 0.0
    for plane, angle, weight in ((0, sagittal, _weight(coronal, line.base_rad[1])), (1, coronal, np.ones(len(coronal)))):
        moment = bend_moments(line, plane, angle, weight)
        total += float((0.5 * moment * moment / (line.joint_n_mm * weight)).sum())
    return total


def _weight(coronal: Array, base_rad: float) -> Array:
    """Return how much a sagittal turn bends a rod that leans sideways: cos squared of the mean lean at each joint."""
    before = np.concatenate([[base_rad], coronal[:-1]])
    return np.asarray(np.maximum(np.cos(0.5 * (coronal + before)) ** 2, LEAST_COS2))


def _step(line: Line, plane: int, sagittal: Array, coronal: Array, walls: Walls, dead_n: Array, damping: float, hold: Hold | None) -> Array:
    """Return one plane's angles after a step; walls that it would run into are added until it runs into none."""
    count = len(sagittal)
    angle = coronal if plane else sagittal
    weight = np.ones(count) if plane else _weight(coronal, line.base_rad[1])
    along = directions(sagittal, coronal)
    place = line.start_mm + (along * line.length_mm[:, None]).cumsum(axis=0)
    turn = _turning(plane, sagittal, coronal, line.length_mm)
    moment = bend_moments(line, plane, angle, weight)
    system = turn @ turn.T
    at_tip = system * hold.stiffness_n_per_mm if hold is not None else None
    system *= _water(count)
    _stiffen(system, line.joint_n_mm * weight * damping)
    depth = _depth(walls, place)
    load = (_spread(walls, walls.stiffness_n_per_mm * np.maximum(depth, 0.0), count) + dead_n)[::-1].cumsum(axis=0)[::-1]
    system.flat[:: count + 1] += DRAG_N_MM + np.maximum(dot(along, load) * line.length_mm, 0.0)
    drive = dead_n[::-1].cumsum(axis=0)[::-1]
    free = dot(turn, drive) - moment
    free[:-1] += moment[1:]
    if hold is not None and at_tip is not None:
        system += at_tip
        free += hold.stiffness_n_per_mm * (turn @ (hold.place_mm - place[-1]))
    touching = depth > 0.0
    for _ in range(MOST_TRIES):
        change = _solve(system, free, turn, walls, depth, touching)
        moved = angle + change
        there = nodes(line, *((sagittal, moved) if plane else (moved, coronal)))
        struck = (_depth(walls, there) > STRUCK_MM) & ~touching
        if not struck.any():
            break
        touching |= struck
    way = there - place
    most = math.sqrt(float(dot(way, way).max()))
    return np.round(angle + change * min(1.0, MOST_WAY_MM / max(most, 1e-9)), 9)


def _solve(system: Array, free: Array, turn: Array, walls: Walls, depth: Array, touching: NDArray[np.bool_]) -> Array:
    """Return the change of the angles with some contacts closed, held to a fair size, shape (n,)."""
    at = np.flatnonzero(touching)
    count = len(free)
    rows = max(ONE_THREAD // (count * count), 1)
    for first in range(0, len(at), rows):
        part = at[first : first + rows]
        lever = (walls.normal[part] @ turn.T) * _carries(count)[walls.node[part]]
        stiff = lever * walls.stiffness_n_per_mm[part, None]
        system = system + lever.T @ stiff
        free = free - depth[part] @ stiff
    change = np.linalg.solve(system, free)
    most = float(np.abs(change).max())
    return np.asarray(change * (MOST_TURN_RAD / most) if most > MOST_TURN_RAD else change)


def _spread(walls: Walls, push_n: Array, count: int) -> Array:
    """Return the force on every node from the push of each contact, shape (n, 3)."""
    total = np.zeros((count, 3))
    for axis in range(3):
        total[:, axis] = np.bincount(walls.node, -push_n * walls.normal[:, axis], count)
    return total


@functools.cache
def _carries(count: int) -> Array:
    """Return 1 where a segment (column) carries a node (row), else 0, shape (n, n)."""
    return np.tri(count)


@functools.cache
def _water(count: int) -> Array:
    """Return the resistance of the water to all nodes that two segments both carry, N/mm, shape (n, n)."""
    index = np.arange(count)
    return np.asarray(WATER_N_PER_MM * (count - np.maximum(index[:, None], index)), dtype=np.float64)


def _turning(plane: int, sagittal: Array, coronal: Array, length_mm: Array) -> Array:
    """Return how a segment's far end moves with its angle in a plane, mm per rad, shape (n, 3)."""
    turn = np.empty((len(sagittal), 3))
    if plane == 0:
        reach = np.cos(coronal) * length_mm
        turn[:, 0] = 0.0
        turn[:, 1] = reach * np.cos(sagittal)
        turn[:, 2] = -reach * np.sin(sagittal)
        return turn
    reach = -np.sin(coronal) * length_mm
    turn[:, 0] = np.cos(coronal) * length_mm
    turn[:, 1] = reach * np.sin(sagittal)
    turn[:, 2] = reach * np.cos(sagittal)
    return turn


def _stiffen(system: Array, joint_n_mm: Array) -> None:
    """Add the tridiagonal matrix of a chain of joints to a system, shape (n, n)."""
    step = len(joint_n_mm) + 1
    diagonal = system.ravel()
    diagonal[::step] += joint_n_mm
    if len(joint_n_mm) > 1:
        after = joint_n_mm[1:]
        diagonal[:-1:step] += after
        diagonal[1::step] -= after
        diagonal[step - 1 :: step] -= after
