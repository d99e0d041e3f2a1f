"""What eyes make out on a picture: true geometry projected, hidden where contrast or overlap hides it, blurred by noise.

A structure is a path of cortical and spongy bone that a ray crosses beyond its surroundings; which path depends on
the side it is seen from. Its contrast, thinned by scatter, stands against quantum noise and against the clutter of
everything else in the trunk. Under a contrast-to-noise ratio of 3 nobody sees it.
"""

import math
from dataclasses import dataclass

import numpy as np

from game.frames import Array
from game.imaging.body import Distances
from game.imaging.carm import Blades
from game.imaging.detector import PHOTONS_PER_MM2_NGY, QUANTUM_EFFICIENCY, scatter_ratio
from game.imaging.exposure import Exposure
from game.imaging.technique import chord_mm
from game.imaging.tube import Tube
from game.patient.attenuation import mu_per_mm, tissue_table
from game.patient.bones import cortex_factor
from game.patient.tissue import Tissue
from game.patient.variation.tumours import eaten_pedicles
from game.streams import stable_id

LEAST_CNR = 3.0
HELD_NOISE = 0.58  # of one pulse: eyes and filter average a few (expert judgement)
CLUTTER = 0.012  # contrast of bowel, muscle and overlapping bone that eyes must see through (expert judgement)
FEATURE_MM2 = 12.0  # area that eyes average over (expert judgement)
NEAR_FIELD = 1.4  # of the field's radius; a vertebra whose body lies beyond shows no part
RIM = 0.97  # of the open field; nothing is read on the very edge
PLATE_MM = 0.6  # endplate and posterior wall, thickness of the dense sheet
PLATE_LONGEST_MM = 24.0  # path through such a sheet seen edge-on: it is curved
WALL_SHOWS = 0.3  # part of the ray square to the posterior wall under which the wall is a line, about 17 degrees
DOUBLE_SHARE = 0.12  # of the gap of a doubled endplate that eyes misjudge (expert judgement)
PEDICLE_CONVERGENCE = 0.2  # sideways over forward of a lumbar pedicle's axis, about 11 degrees
SKIN_STEP_MM, SKIN_REACH_MM = 4.0, 90.0
SKIN_LEVELS = ("L1", "L2", "L3", "L4", "L5")


@dataclass(frozen=True, slots=True)
class ReadableLandmark:
    """A structure that can be made out on a picture.

    Attributes:
        name: A bony landmark of the patient such as `L3.pedicle_left`; `L3.superior_endplate_front` and `_back`, the
            rims whose distance on the picture is the endplate's double line; `L3.skin`, the edge of the back behind a
            spinous process in a view from the side; `needle_tip` and `needle_hub_end`, the end of the needle's
            shadow towards the hub, on the edge of the field when the hub is outside; `catheter_tip`, the end of its dense tip;
            `metal`, the middle of a marker.
        u, v: Where it seems to lie, right and up from the middle, -1 to 1 over the field.
        sigma_mm: How uncertain that is, mm at the isocentre.
    """

    name: str
    u: float
    v: float
    sigma_mm: float


@dataclass(frozen=True, slots=True)
class _Look:
    """One structure as seen: extra path in mm through cortical and spongy bone, and the least error in mm."""

    cortical_mm: float
    spongy_mm: float
    sigma_mm: float


@dataclass(frozen=True, slots=True)
class _Angle:
    """How the ray through a vertebra runs in the vertebra's own frame: parts along its left, its back and its top."""

    left: float
    back: float
    up: float


# Paths seen along the back-front line and along the side-side line (expert judgement from the bones' dimensions:
# pedicle 10 x 15 x 18 mm with 1.5 mm of cortex, spinous process 7 x 20 x 30 mm, laminae 6 mm with 1.7 mm of cortex).
_FRONT = {
    "pedicle": _Look(4.0, 12.0, 0.6),
    "spinous_tip": _Look(3.5, 18.0, 0.6),
    "spinous_base": _Look(3.5, 16.0, 0.8),
    "lamina": _Look(3.0, 3.0, 1.2),
    "facet": _Look(3.5, 7.0, 1.0),
    "transverse": _Look(2.0, 4.0, 1.0),
    "rib12": _Look(1.6, 4.0, 1.2),
    "iliac_crest": _Look(3.5, 8.0, 1.5),
    "promontory": _Look(2.0, 8.0, 2.0),
}
_SIDE = {
    "pedicle": _Look(4.5, 18.0, 0.8),
    "spinous_tip": _Look(2.0, 3.5, 1.0),
    "spinous_base": _Look(2.5, 4.5, 1.0),
    "lamina": _Look(3.0, 5.0, 1.5),
    "facet": _Look(3.5, 8.0, 1.2),
    "foramen": _Look(4.0, 14.0, 1.0),
    "iliac_crest": _Look(4.0, 10.0, 2.0),
    "promontory": _Look(4.0, 10.0, 1.0),
}
_NOTHING = _Look(0.0, 0.0, 1.0)


@dataclass(frozen=True, slots=True, eq=False)
class _Scene:
    """An exposure and the contrast it gives to bone.

    Attributes:
        cortical_per_mm, spongy_per_mm: What a millimetre of bone takes off the signal, beyond muscle and after scatter; of a cortex as
            thick as it is in normal bone.
        points: Landmarks in the theatre frame.
        places: The same on the picture.
    """

    exposure: Exposure
    patient: Distances
    points: dict[str, Array]
    places: dict[str, Array]
    cortical_per_mm: float
    spongy_per_mm: float


def readable_landmarks(exposure: Exposure, patient: Distances) -> tuple[ReadableLandmark, ...]:
    """Return what eyes make out on an exposure, the same whenever they look.

    Args:
        exposure: Its noise seed places the errors.
        patient: Whose picture it is.
    """
    scene = _scene(exposure, patient)
    found: list[ReadableLandmark] = []
    for level in dict.fromkeys(name.split(".")[0] for name in scene.points if "." in name):
        if f"{level}.body" in scene.points and f"{level}.pedicle_left" in scene.points:
            found.extend(_vertebra(scene, level))
    found.extend(_pelvis_and_ribs(scene))
    found.extend(_metal(scene))
    return tuple(found)


def _scene(exposure: Exposure, patient: Distances) -> _Scene:
    energy_kev = exposure.technique.energy_kev
    table = tissue_table(energy_kev, patient.spec.osteoporosis)
    muscle = float(table[Tissue.MUSCLE])
    thin = 1.0 / (1.0 + scatter_ratio(exposure.carm, exposure.technique))
    names = list(patient.landmarks)
    moved = exposure.pose.apply(np.stack([patient.landmarks[name] for name in names]))
    return _Scene(
        exposure=exposure,
        patient=patient,
        points=dict(zip(names, moved, strict=True)),
        places=dict(zip(names, exposure.carm.picture(moved), strict=True)),
        cortical_per_mm=(float(table[Tissue.CORTICAL]) - muscle) * thin * cortex_factor(patient.spec.osteoporosis),
        spongy_per_mm=(float(table[Tissue.TRABECULAR]) - muscle) * thin,
    )


def _vertebra(scene: _Scene, level: str) -> list[ReadableLandmark]:
    place = scene.places[f"{level}.body"]
    if not math.hypot(*place) <= NEAR_FIELD:
        return []
    angle = _angle(scene, level)
    noise = _noise(scene, (float(place[0]), float(place[1])))
    eaten = eaten_pedicles(scene.patient.spec.variation)
    found = []
    for part in ("pedicle_left", "pedicle_right", "spinous_tip", "spinous_base", "lamina_left", "lamina_right", "facet_left", "facet_right",
                 "transverse_left", "transverse_right", "foramen"):  # fmt: skip
        if f"{level}.{part}" in eaten:
            continue
        kind, _, side = part.partition("_") if part.endswith(("left", "right")) else (part, "", "")
        look = _seen(kind, side, angle)
        found.append(_read(scene, f"{level}.{part}", scene.places.get(f"{level}.{part}"), look, noise))
    found.extend(_plates(scene, level, angle, noise))
    if abs(angle.left) > 0.9 and level in SKIN_LEVELS and f"{level}.spinous_tip" in scene.points:
        found.append(_skin(scene, level))
    return [landmark for landmark in found if landmark is not None]


def _angle(scene: _Scene, level: str) -> _Angle:
    ray = _unit(scene.points[f"{level}.body"] - scene.exposure.carm.source_mm)
    up = _unit(scene.points[f"{level}.superior_endplate"] - scene.points[f"{level}.inferior_endplate"])
    left = scene.points[f"{level}.pedicle_left"] - scene.points[f"{level}.pedicle_right"]
    left = _unit(left - float(left @ up) * up)
    return _Angle(float(ray @ left), float(ray @ np.cross(up, left)), float(ray @ up))


def _unit(vector: Array) -> Array:
    return np.asarray(vector / math.sqrt(float(vector @ vector)))


def _seen(kind: str, side: str, angle: _Angle) -> _Look:
    """Return how a structure looks from an angle: paths fade between the two views, and some exist in one alone."""
    front, lateral = _FRONT.get(kind, _NOTHING), _SIDE.get(kind, _NOTHING)
    front_share, side_share = angle.back**2, angle.left**2
    if kind == "pedicle":
        front_share = _pedicle_share(side, angle)
    if kind in ("transverse", "foramen"):
        front_share, side_share = front_share**2, side_share**2
    sigma = front.sigma_mm if front_share >= side_share else lateral.sigma_mm
    return _Look(
        front_share * front.cortical_mm + side_share * lateral.cortical_mm,
        front_share * front.spongy_mm + side_share * lateral.spongy_mm,
        sigma,
    )


def _pedicle_share(side: str, angle: _Angle) -> float:
    """Return how much of a pedicle's ring shows: all when looking down its axis, none past 40 degrees from it."""
    outward = 1.0 if side == "left" else -1.0
    length = math.hypot(1.0, PEDICLE_CONVERGENCE)
    along = abs(-angle.back - outward * PEDICLE_CONVERGENCE * angle.left) / length
    return min(max((along - 0.77) / (0.95 - 0.77), 0.0), 1.0)


def _noise(scene: _Scene, place: tuple[float, float]) -> float:
    """Return the noise against which a contrast at a place of the picture stands, as a part of the signal."""
    exposure = scene.exposure
    carm, technique = exposure.carm, exposure.technique
    here_mm = chord_mm(carm, scene.patient, exposure.pose, (place,))
    muscle = mu_per_mm("muscle", technique.energy_kev)
    local = math.exp(min(max(-muscle * (here_mm - technique.thickness_mm), -3.0), 1.0))
    quanta = PHOTONS_PER_MM2_NGY * QUANTUM_EFFICIENCY * technique.kd_ngy * local * FEATURE_MM2 * carm.magnification**2
    return math.hypot(HELD_NOISE / math.sqrt(max(quanta, 1.0)), CLUTTER)


def _plates(scene: _Scene, level: str, angle: _Angle, noise: float) -> list[ReadableLandmark | None]:
    """Read the endplates, one line each when the beam runs along them and two when not, and the posterior wall."""
    found = []
    body = scene.points[f"{level}.body"]
    wall = scene.points[f"{level}.posterior_wall"]
    path_mm = min(PLATE_MM / max(abs(angle.up), 1e-6), PLATE_LONGEST_MM)
    gap_mm = 2.0 * math.sqrt(float((wall - body) @ (wall - body))) * abs(angle.up)
    look = _Look(path_mm, 0.0, math.hypot(0.5, DOUBLE_SHARE * gap_mm))
    rim = _Look(path_mm, 0.0, 0.5)
    for name in ("superior_endplate", "inferior_endplate"):
        centre = scene.points[f"{level}.{name}"]
        front, back = scene.exposure.carm.picture(np.stack([centre - (wall - body), centre + (wall - body)]))
        found.append(_read(scene, f"{level}.{name}", scene.places[f"{level}.{name}"], look, noise))
        found.append(_read(scene, f"{level}.{name}_front", front, rim, noise))
        found.append(_read(scene, f"{level}.{name}_back", back, rim, noise))
    wall_mm = min(PLATE_MM / max(abs(angle.back), 1e-6), 0.6 * PLATE_LONGEST_MM) if abs(angle.back) < WALL_SHOWS else 0.0
    found.append(_read(scene, f"{level}.posterior_wall", scene.places[f"{level}.posterior_wall"], _Look(wall_mm, 0.0, 0.8), noise))
    return found


def _pelvis_and_ribs(scene: _Scene) -> list[ReadableLandmark]:
    beam = scene.exposure.carm.axes()[2]
    across = _unit(scene.exposure.pose.turn(np.array([1.0, 0.0, 0.0])))
    back = _unit(scene.exposure.pose.turn(np.array([0.0, 1.0, 0.0])))
    angle = _Angle(float(beam @ across), float(beam @ back), 0.0)
    found = []
    for name, kind in (("iliac_crest_left", "iliac_crest"), ("iliac_crest_right", "iliac_crest"), ("rib12_left", "rib12"),
                       ("rib12_right", "rib12"), ("sacrum.promontory", "promontory"), ("S1.superior_endplate", "promontory")):  # fmt: skip
        place = scene.places.get(name)
        if place is not None and scene.exposure.carm.blades.shows(place, RIM):
            found.append(_read(scene, name, place, _seen(kind, "", angle), _noise(scene, (float(place[0]), float(place[1])))))
    return [landmark for landmark in found if landmark is not None]


def _read(scene: _Scene, name: str, place: Array | None, look: _Look, noise: float) -> ReadableLandmark | None:
    """Return a structure with its error, or None when it is out of the field or drowned."""
    if place is None or not scene.exposure.carm.blades.shows(place, RIM):
        return None
    contrast = 1.0 - math.exp(-(scene.cortical_per_mm * look.cortical_mm + scene.spongy_per_mm * look.spongy_mm))
    ratio = contrast / noise
    if ratio < LEAST_CNR:
        return None
    return _placed(scene.exposure, name, place, look.sigma_mm * math.sqrt(1.0 + (LEAST_CNR / ratio) ** 2))


def _placed(exposure: Exposure, name: str, place: Array, sigma_mm: float) -> ReadableLandmark:
    errors = np.random.Generator(np.random.PCG64(np.random.SeedSequence([exposure.noise_seed, stable_id(name)]))).standard_normal(2)
    scale = sigma_mm / (exposure.carm.field_mm / 2.0)
    return ReadableLandmark(name, float(place[0] + scale * errors[0]), float(place[1] + scale * errors[1]), sigma_mm)


def _skin(scene: _Scene, level: str) -> ReadableLandmark | None:
    """Return the edge of the back at the height of a spinous process, where the rays just miss the body."""
    exposure = scene.exposure
    carm, back = exposure.carm, exposure.pose.inverse()
    tip = scene.points[f"{level}.spinous_tip"]
    dorsal = tip - scene.points[f"{level}.body"]
    _, picture_up, beam = carm.axes()
    dorsal = _unit(dorsal - float(dorsal @ beam) * beam - float(dorsal @ picture_up) * picture_up)
    steps = np.arange(0.0, SKIN_REACH_MM, SKIN_STEP_MM)
    starts = tip + steps[:, None] * dorsal
    rays = starts - carm.source_mm
    rays = rays / np.sqrt((rays**2).sum(axis=1))[:, None]
    along = np.arange(-130.0, 131.0, 10.0)
    points = starts[:, None, :] + along[None, :, None] * rays[:, None, :]
    depth = scene.patient.skin_distance_mm(back.apply(points.reshape(-1, 3))).reshape(len(steps), len(along)).min(axis=1)
    outside = np.flatnonzero(depth > 0.0)
    if not len(outside) or outside[0] == 0:
        return None
    last = int(outside[0])
    edge_mm = steps[last - 1] + SKIN_STEP_MM * depth[last - 1] / (depth[last - 1] - depth[last])
    place = carm.picture(tip + edge_mm * dorsal)
    return _placed(exposure, f"{level}.skin", place, 1.0) if carm.blades.shows(place, RIM) else None


def _metal(scene: _Scene) -> list[ReadableLandmark]:
    """Read the needle, which is the hollow tube of steel, the dense tip of a catheter, and the middle of thick solid markers."""
    found = []
    exposure = scene.exposure
    hollow = [tube for tube in exposure.tubes if tube.bore_mm > 0.0 and tube.material == "steel"]
    if hollow:
        found.extend(_needle(scene, hollow[0]))
    dense = [tube for tube in exposure.tubes if tube.material == "polyurethane_tungsten"]
    if dense:
        place = exposure.carm.picture(np.asarray(dense[-1].points_mm[:1], dtype=np.float64))[0]
        if exposure.carm.blades.shows(place, RIM):
            found.append(_placed(exposure, "catheter_tip", place, 0.5))
    for tube in exposure.tubes:
        if tube.bore_mm == 0.0 and tube.radius_mm >= 1.0:
            place = exposure.carm.picture(np.asarray(tube.points_mm).mean(axis=0))
            if exposure.carm.blades.shows(place, RIM):
                found.append(_placed(exposure, "metal", place, 0.4))
    return found


def _needle(scene: _Scene, tube: Tube) -> list[ReadableLandmark]:
    exposure = scene.exposure
    points = np.asarray(tube.points_mm, dtype=np.float64)
    depth = scene.patient.skin_distance_mm(exposure.pose.inverse().apply(points[[0, -1]]))
    if depth[0] < depth[1]:
        points = points[::-1]
    places = exposure.carm.picture(points)
    inside = exposure.carm.blades.shows(places, RIM)
    found = []
    if inside[-1]:
        found.append(_placed(exposure, "needle_tip", places[-1], 0.4))
    shown = np.flatnonzero(inside)
    if len(shown):
        first = int(shown[0])
        end = places[first] if first == 0 else _on_rim(exposure.carm.blades, places[first], places[first - 1])
        found.append(_placed(exposure, "needle_hub_end", end, 0.5))
    return found


def _on_rim(blades: Blades, inner: Array, outer: Array) -> Array:
    """Return where the line from a place inside the open field to one outside leaves it."""
    step = outer - inner
    a, b, c = float(step @ step), float(inner @ step), float(inner @ inner) - (RIM * blades.iris) ** 2
    ways = [(-b + math.sqrt(b * b - a * c)) / a]
    for axis, ends in enumerate(((-blades.left, blades.right), (-blades.bottom, blades.top))):
        end = RIM * ends[1 if step[axis] > 0.0 else 0]
        ways += [float((end - inner[axis]) / step[axis])] if step[axis] else []
    return np.asarray(inner + min(ways) * step)
