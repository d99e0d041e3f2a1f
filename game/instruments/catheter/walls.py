"""What a catheter meets in the canal: walls and cord by signed distance, roots, strands and scars at the tip."""

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from game.frames import Array
from game.instruments.catheter.elastic import KINDS, Index, Walls, dot
from game.instruments.catheter.events import Contact
from game.instruments.catheter.rod import Obstacle, Rod, Snag, Space
from game.patient import Patient
from game.patient import reference as ref
from game.patient.canal import ROOT_NAMES
from game.streams import stream

WALL_N_PER_MM = 1.0  # the dura tents: its stiffness under a needle is 0.8 N/mm (design value)
CORD_N_PER_MM = 0.4  # expert judgement
FAT_SIDE_N_PER_MM = 0.15  # the sac gives way to a catheter outside it (expert judgement)
BONY_N_PER_MM = 2.0  # flavum and bone round the epidural space (expert judgement)
LAYER_N_PER_MM = 0.8  # between dura and arachnoid (expert judgement)
LAYER_MM = 0.3  # half of the room there
ROOT_N_PER_MM = 0.05  # a rootlet floats aside (expert judgement)
ROOT_SNAG_N = (0.5, 1.0)  # design value: coiling threshold
STRAND_N, SCAR_N = (0.3, 0.7), (0.8, 1.6)  # expert judgement
STRAND_N_PER_MM, SCAR_N_PER_MM = 0.4, 1.0
SNAG_SINE = 0.30  # a tip that meets a root flatter than this slides along it (expert judgement)
HOLD_N_PER_MM = 1.0
SEPTA_N_PER_MM, SEPTA_MM, SEPTA_END_MM = 0.01, 1.5, 6.0  # dorsolateral septa hold what lies behind the cord (expert judgement)
PROBE_MM = 0.05
OUT_MM = 6.0  # what lies deeper in a wall went out by the needle's hole with the needle, or tore through
NEAR_MM, TIP_NEAR_MM = 0.6, 2.5  # a wall farther off is not met in one tick
TIP_NODES = 4  # roots, strands and scars are felt by the last nodes

SCARS_MEAN, SCARS_MEAN_LAMINECTOMY = 0.5, 2.5  # adhesions in a sac (expert judgement)
STRANDS_MEAN = 3.0  # of the dorsal septum that stand in the way (expert judgement)


def obstacles(patient: Patient) -> list[Obstacle]:
    """Return the strands of the dorsal septum and the scars that this patient has; the same at every call."""
    rng = stream(patient.seed, "catheter-canal")
    low, high = float(patient.canal.sac_end_mm[2]) + 40.0, float(patient.landmarks["T5"][2]) if "T5" in patient.landmarks else 250.0
    found: list[Obstacle] = []
    for _ in range(int(rng.poisson(STRANDS_MEAN))):  # the septum stands behind the cord, from the conus up
        z = rng.uniform(float(patient.canal.conus_mm[2]), high)
        across, back, radius_mm = rng.uniform(-0.08, 0.08), rng.uniform(0.62, 0.9), rng.uniform(0.8, 1.4)
        found.append(_in_sac(patient, z, across, back, radius_mm, "septum", rng.uniform(*STRAND_N)))
    operated = len(patient.spec.variation.laminectomy) > 0
    for _ in range(int(rng.poisson(SCARS_MEAN_LAMINECTOMY if operated else SCARS_MEAN))):
        angle_rad, z = rng.uniform(0.0, 2.0 * math.pi), rng.uniform(low, min(high, low + 120.0) if operated else high)
        across, back = 0.85 * math.cos(angle_rad), 0.85 * math.sin(angle_rad)
        found.append(_in_sac(patient, z, across, back, rng.uniform(1.5, 3.0), "adhesion", rng.uniform(*SCAR_N)))
    return found


def _in_sac(patient: Patient, z: float, across: float, back: float, radius_mm: float, kind: Contact, strength_n: float) -> Obstacle:
    """Return an obstacle at shares of the sac's half axes."""
    x, y, half_width, half_depth, _ = (float(a) for a in patient.canal.sac.read(np.array([z]))[0])
    return Obstacle((x + across * half_width, y + back * half_depth, z), radius_mm, kind, strength_n)


def read_walls(rod: Rod, patient: Patient, place_mm: Array) -> Walls:
    """Return every contact that the nodes may make this tick.

    Args:
        rod: Whose space and obstacles count.
        patient: Whose walls.
        place_mm: Far ends of the segments, shape (n, 3).
    """
    space: Space = rod.opening.space if rod.opening is not None else "intrathecal"
    first = _first_inside(rod, patient, place_mm)
    parts = [_layer(depth, kind, stiffness, place_mm, first) for depth, kind, stiffness in _layers(patient, space, 0.5 * rod.outer_mm)]
    if space == "intrathecal":
        parts += [_septa(patient, place_mm), *_soft(rod, patient, place_mm)]
    return join(parts)


def _first_inside(rod: Rod, patient: Patient, place_mm: Array) -> int:
    """Return the first node that lies in the sac when the needle was drawn out of it over the catheter; else 0."""
    if (
        rod.opening is None
        or rod.opening.space != "intrathecal"
        or float(patient.sac_distance_mm(np.array([rod.opening.place_mm]))[0]) < 0.0
    ):
        return 0
    inside = patient.sac_distance_mm(place_mm) < 0.0
    return int(inside.argmax()) if inside.any() else len(inside)


def join(parts: list[Walls]) -> Walls:
    """Return all contacts of several lists as one."""
    return Walls(
        np.concatenate([part.kind for part in parts]),
        np.concatenate([part.node for part in parts]),
        np.concatenate([part.depth_mm for part in parts]),
        np.concatenate([part.normal for part in parts]),
        np.concatenate([part.at_mm for part in parts]),
        np.concatenate([part.stiffness_n_per_mm for part in parts]),
    )


def contacts(kind: Contact, node: Index, depth_mm: Array, normal: Array, at_mm: Array, stiffness_n_per_mm: float) -> Walls:
    """Return contacts that are all of one kind and stiffness; arrays as in `Walls`."""
    count = len(node)
    return Walls(np.full(count, KINDS.index(kind)), node, depth_mm, normal, at_mm, np.full(count, stiffness_n_per_mm))


def _layers(patient: Patient, space: Space, radius_mm: float) -> list[tuple[Callable[[Array], Array], Contact, float]]:
    """Return the walls of a space: how deep points are in each, what it is, its stiffness."""
    sac, cord, canal = patient.sac_distance_mm, patient.cord_distance_mm, patient.canal_distance_mm
    if space == "intrathecal":
        return [
            (lambda points: sac(points) + (ref.DURA_MM + radius_mm), "wall", WALL_N_PER_MM),
            (lambda points: radius_mm - cord(points), "cord", CORD_N_PER_MM),
        ]
    if space == "subdural":
        return [
            (lambda points: sac(points) + ref.DURA_MM, "wall", LAYER_N_PER_MM),
            (lambda points: -sac(points) - (ref.DURA_MM + 2.0 * LAYER_MM), "wall", LAYER_N_PER_MM),
        ]
    return [
        (lambda points: radius_mm - sac(points), "wall", FAT_SIDE_N_PER_MM),
        (lambda points: canal(points) + radius_mm, "bone", BONY_N_PER_MM),
    ]


def _layer(depth_of: Callable[[Array], Array], kind: Contact, stiffness: float, place_mm: Array, first: int = 0) -> Walls:
    """Return the contacts of the nodes from the first on that are near a wall; its slope is read only there."""
    depth = depth_of(place_mm)
    reach = np.full(len(depth), -NEAR_MM)
    reach[-TIP_NODES:] = -TIP_NEAR_MM
    reach[:first] = np.inf
    node = np.flatnonzero((depth > reach) & (depth < OUT_MM))
    near = place_mm[node]
    if not node.size:
        return contacts(kind, node, depth[node], near, near, stiffness)
    slope = ((depth_of(_beside(near)) - np.tile(depth[node], 3)) / PROBE_MM).reshape(3, len(node)).T
    normal = slope / np.maximum(np.sqrt(dot(slope, slope)), 1e-9)[:, None]
    return contacts(kind, node, depth[node], normal, near, stiffness)


def _beside(near: Array) -> Array:
    """Return points a little off along x, then along y, then along z, shape (3 n, 3)."""
    points = np.tile(near, (3, 1))
    count = len(near)
    for axis in range(3):
        points[axis * count : (axis + 1) * count, axis] += PROBE_MM
    return points


def _septa(patient: Patient, place_mm: Array) -> Walls:
    """Return the pull of the thin septa behind the cord on nodes beside its middle."""
    cord = patient.canal.cord.read(place_mm[:, 2])
    aside = place_mm[:, 0] - cord[:, 0]
    behind = (place_mm[:, 2] > patient.canal.conus_mm[2]) & (place_mm[:, 1] > cord[:, 1]) & (np.abs(aside) < SEPTA_END_MM)
    node = np.flatnonzero(behind)
    normal = np.zeros((len(node), 3))
    normal[:, 0] = np.sign(aside[node])
    return contacts("septum", node, np.abs(aside[node]) - SEPTA_MM, normal, place_mm[node], SEPTA_N_PER_MM)


def _soft(rod: Rod, patient: Patient, place_mm: Array) -> list[Walls]:
    """Return contacts of the tip with roots, and of the last nodes with strands and scars."""
    radius = 0.5 * rod.outer_mm
    found = [_layer(lambda points: radius - patient.rootlet_distance_mm(points)[0], "root", ROOT_N_PER_MM, place_mm[-1:])]
    found[0] = replace(found[0], node=found[0].node + len(place_mm) - 1)
    node = np.arange(max(len(place_mm) - TIP_NODES, 0), len(place_mm))
    near = place_mm[node]
    for obstacle in rod.obstacles or ():
        if abs(obstacle.centre_mm[2] - float(near[-1, 2])) > 3.0 * TIP_NODES + obstacle.radius_mm:
            continue
        away = near - np.asarray(obstacle.centre_mm)
        distance = np.sqrt(dot(away, away))
        stiffness = STRAND_N_PER_MM if obstacle.kind == "septum" else SCAR_N_PER_MM
        normal = -away / np.maximum(distance, 1e-6)[:, None]
        found.append(contacts(obstacle.kind, node, obstacle.radius_mm + radius - distance, normal, near, stiffness))
    return found


def snag_at(rod: Rod, patient: Patient, heading: Array) -> Snag | None:
    """Return the root, strand or scar that catches the tip, if one does: it must be met, not brushed."""
    tip = np.asarray(rod.tip_at_mm)
    for obstacle in rod.obstacles or ():
        away = np.asarray(obstacle.centre_mm) - tip
        distance = math.sqrt(float((away * away).sum()))
        if distance < obstacle.radius_mm + 0.5 * rod.outer_mm and float((away * heading).sum()) > SNAG_SINE * distance:
            return Snag(rod.tip_at_mm, obstacle.kind, obstacle.strength_n)
    return _root_at(rod, patient, tip, heading)


def _root_at(rod: Rod, patient: Patient, tip: Array, heading: Array) -> Snag | None:
    distance, owner = patient.rootlet_distance_mm(tip[None])
    if distance[0] > 0.5 * rod.outer_mm:
        return None
    away = (patient.rootlet_distance_mm(_beside(tip[None]))[0] - distance[0]) / PROBE_MM
    if float(-(away * heading).sum()) < SNAG_SINE:
        return None
    root = int(owner[0])
    low, high = ROOT_SNAG_N
    strength = float(stream(patient.seed, f"catheter-root-{root}").uniform(low, high))
    return Snag(rod.tip_at_mm, "root", strength, ROOT_NAMES[root // 2], patient.root_side(root))
