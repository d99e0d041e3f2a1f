"""The drawing of the C-arm, the patient and the table in true proportion; it is also the handle that moves them.

Above: the cross-section along the table, back on the left, as it is at the isocentre. Below: seen from above, the head as in
the field. Both stand still with the room, so that a table that is moved is seen to move.
"""

import functools
import math
from dataclasses import dataclass, field

import numpy as np
import pygame
from numpy.typing import NDArray

from game.frames import Rigid, Side
from game.imaging import CArm
from game.imaging.carm import (
    MATTRESS_MM,
    RECEPTOR_RADIUS_MM,
    SOURCE_ISOCENTRE_MM,
    TABLE_HALF_WIDTH_MM,
    TABLE_THICKNESS_MM,
    rest_mm,
    up_sign,
)
from game.patient import Patient
from game.view.canvas import Canvas
from game.view.layout import Box, columns
from game.view.theme import ACCENT, EDGE, PANEL, TEXT, TEXT_SECOND, WARNING, Colour

FRAME: Colour = (118, 132, 141)
TUBE: Colour = (90, 102, 110)
TUBE_LIGHT: Colour = (118, 130, 138)
RECEPTOR: Colour = (150, 162, 170)
RECEPTOR_LIGHT: Colour = (188, 198, 204)
BODY: Colour = (150, 112, 92)
BODY_SHADE: Colour = (112, 82, 68)
BONE: Colour = (226, 214, 196)
TABLE: Colour = (40, 48, 54)
MATTRESS: Colour = (54, 72, 80)
BEAM: Colour = WARNING
OVER = 3

RECEPTOR_FROM_MM, RECEPTOR_TO_MM = 430.0, 550.0
TUBE_FROM_MM, TUBE_TO_MM, TUBE_WIDTH_MM = 510.0, 720.0, 210.0
ARC_MM, ARC_WIDTH_MM = 640.0, 62.0
REACH_MM = 730.0
"""Of the arm round its isocentre, as drawn: receptor and source as the model has them, the rest as usual (expert judgement)."""
TABLE_LENGTH_MM = 2000.0
TABLE_HEAD_MM = 760.0
"""Of the table top beyond L3 towards the head (expert judgement); the plan shows the whole top where it stands in its middle."""
SHOULDERS_MM, SHOULDER_HALF_MM = (260.0, 430.0), 105.0
HIP_MM, THIGH_MM, THIGH_HALF_MM = (-190.0, -10.0), 420.0, 75.0
"""What the trunk lacks for a person, schematically: shoulders along the body and half across; the hip, and length and half width
of the thighs, which lie as the hips are bent."""
PLAN_HALF_MM = 330.0
HEAD_MM, HEAD_AT_MM = 95.0, 520.0
SLICE_MM = 20.0
TURNS = 60
MINUS = "\N{MINUS SIGN}"
REFUSED_S, SHAKE_S, SHAKE_PX = 0.6, 0.16, 6.0
"""For how long a refusal is shown; period and size of the shake, which is over in two of them."""

Outline = NDArray[np.float64]


@dataclass
class Shapes:
    """The patient's outlines as they are needed for the drawing, kept while he lies as he does.

    Attributes:
        sections: Cross-sections by their place along the body, (towards the back, up) in mm, shape (n, 2).
        plan: Outline from above, (towards the head, towards the back) in mm, shape (n, 2).
        rest: How far below the origin he rests.
        hips_deg: How far the hips are bent.
    """

    _patient: Patient | None = None
    _pose: Rigid | None = None
    sections: dict[float, Outline] = field(default_factory=dict)
    plan: Outline = field(default_factory=lambda: np.zeros((0, 2)))
    rest: float = 0.0
    hips_deg: float = 0.0

    def of(self, patient: Patient, pose: Rigid, side_up: Side) -> None:
        """Learn how the patient lies."""
        if self._patient is patient and self._pose == pose:
            return
        self._patient, self._pose = patient, pose
        self.sections, self.plan, self.rest = {}, plan_outline(patient, pose), rest_mm(patient, side_up)
        self.hips_deg = patient.spec.hip_flexion_deg

    def section(self, along_mm: float, side_up: Side) -> Outline:
        """Return the cross-section nearest to a place along the table."""
        at = round(along_mm / SLICE_MM) * SLICE_MM
        if at not in self.sections and self._patient is not None and self._pose is not None:
            self.sections[at] = section_outline(self._patient, self._pose, side_up, at)
        return self.sections.get(at, np.zeros((0, 2)))


def section_outline(patient: Patient, pose: Rigid, side_up: Side, along_mm: float) -> Outline:
    """Return the skin's outline across the table, (towards the back, up) in mm, shape (n, 2); empty beyond the trunk."""
    turns, radii = np.linspace(0.0, 2.0 * math.pi, TURNS, endpoint=False), np.arange(4.0, 404.0, 8.0)
    directions = np.stack([np.cos(turns), np.sin(turns)], axis=-1)
    places = directions[:, None, :] * radii[None, :, None]
    points = np.stack([up_sign(side_up) * places[..., 1], places[..., 0], np.full(places.shape[:2], along_mm)], axis=-1)
    outside = patient.skin_distance_mm(pose.inverse().apply(points.reshape(-1, 3))).reshape(places.shape[:2]) > 0.0
    if outside[:, 0].any():
        return np.zeros((0, 2))
    ends = np.where(outside.any(axis=1), radii[np.argmax(outside, axis=1)], radii[-1])
    return np.asarray(directions * ends[:, None])


def plan_outline(patient: Patient, pose: Rigid) -> Outline:
    """Return the trunk's outline from above, (towards the head, towards the back) in mm, shape (n, 2)."""
    along, back, up = np.arange(-300.0, 301.0, 25.0), np.arange(-260.0, 261.0, 10.0), np.arange(-120.0, 121.0, 60.0)
    z, y, x = np.meshgrid(along, back, up, indexing="ij")
    distance = patient.skin_distance_mm(pose.inverse().apply(np.stack([x, y, z], axis=-1).reshape(-1, 3)))
    seen = np.asarray(distance.reshape(z.shape).min(axis=2) < 0.0)
    rows = np.flatnonzero(seen.any(axis=1))
    if not len(rows):
        return np.zeros((0, 2))
    near = np.array([back[np.argmax(seen[row])] for row in rows])
    far = np.array([back[len(back) - 1 - np.argmax(seen[row][::-1])] for row in rows])
    return np.concatenate([np.stack([along[rows], near], axis=-1), np.stack([along[rows], far], axis=-1)[::-1]])


@dataclass(frozen=True, slots=True)
class CArmPlaces:
    """Where the drawing's parts are in its panel.

    Attributes:
        head: The line of the title.
        section, plan: The two drawings.
        section_px_per_mm, plan_px_per_mm: Their scales.
        words: Room for the angles, two lines; of no height where they stand in the line of the title.
    """

    head: Box
    section: Box
    plan: Box
    section_px_per_mm: float
    plan_px_per_mm: float
    words: Box

    def centre_of(self, carm: CArm, side_up: Side, table_mm: tuple[float, float, float]) -> tuple[float, float]:
        """Return where the middle of the arm's arc is on the section."""
        _, across_mm, lift_mm = table_mm
        up_mm, back_mm = up_sign(side_up) * carm.isocentre_mm[0] + lift_mm, carm.isocentre_mm[1] + across_mm
        x, y = self.section.centre
        return x - back_mm * self.section_px_per_mm, y - up_mm * self.section_px_per_mm

    def plan_place(self, along_mm: float, back_mm: float, side_up: Side) -> tuple[float, float]:
        """Return where a place of the room is on the plan: the head as in the field, the back nearer."""
        sign = -1.0 if side_up == "right" else 1.0
        scale = self.plan_px_per_mm
        off_mm = TABLE_HEAD_MM - TABLE_LENGTH_MM / 2.0
        return self.plan.centre[0] + sign * (along_mm - off_mm) * scale, self.plan.centre[1] + back_mm * scale


def carm_places(canvas: Canvas, box: Box) -> CArmPlaces:
    """Return where the parts are: the section as large as there is room, the table's length across the panel."""
    inner = box.inset(canvas.px(12), canvas.px(8))
    line = canvas.line_of("small")
    plan_scale = inner.width / TABLE_LENGTH_MM
    plan_height = round(2.0 * PLAN_HALF_MM * plan_scale)
    left = inner.height - line - plan_height - canvas.px(4)
    roomy = left - 2 * line >= inner.width
    words = inner.below(inner.height - 2 * line) if roomy else Box(inner.x, inner.bottom, inner.width, 0)
    height = left - words.height
    section = Box(inner.x, inner.y + line, inner.width, height)
    plan = Box(inner.x, section.bottom + canvas.px(4), inner.width, plan_height)
    scale = min(section.width, section.height) / (2.0 * REACH_MM)
    return CArmPlaces(inner.top(line), section, plan, scale, plan_scale, words)


def angles_in_words(carm: CArm) -> tuple[str, str]:
    """Return orbit and tilt as the machine's scale is read."""
    tilt = carm.tilt_deg
    towards = "" if abs(tilt) < 0.5 else " head" if tilt > 0 else " feet"
    return f"orbit {round(carm.orbit_deg)}°".replace("-", MINUS), f"tilt {abs(tilt):.0f}°{towards}"


def shake_px(canvas: Canvas, refused_s: float) -> int:
    """Return how far the drawing stands aside while it shakes, a refusal's time after it."""
    since = REFUSED_S - refused_s
    if refused_s <= 0.0 or since >= 2.0 * SHAKE_S:
        return 0
    return round(canvas.px(SHAKE_PX) * math.sin(2.0 * math.pi * since / SHAKE_S) * (1.0 - since / (2.0 * SHAKE_S)))


def draw_carm(
    canvas: Canvas,
    box: Box,
    carm: CArm,
    side_up: Side,
    shapes: Shapes,
    table_mm: tuple[float, float, float] = (0.0, 0.0, 0.0),
    warm: bool = False,
    refused_s: float = 0.0,
    travels: str = "arm",
) -> None:
    """Draw the C-arm panel.

    Args:
        canvas: What is drawn on.
        box: The panel.
        carm: Where the arm stands, theatre frame, which rides on the table.
        side_up: Which side of the patient is up.
        shapes: The patient's outlines.
        table_mm: How far the table stands from its middle: along, across, lift.
        warm: Whether the arm is in the hands.
        refused_s: For how long yet it shows that it could not go on.
        travels: What keys and sticks move along: arm or table.
    """
    canvas.panel(box, PANEL, WARNING if refused_s > 0.0 else ACCENT if warm else EDGE, 14)
    places = carm_places(canvas, box)
    clip = canvas.surface.get_clip()
    canvas.surface.set_clip(pygame.Rect(box.inset(2).rect).clip(clip))
    aside = shake_px(canvas, refused_s)
    _draw_section(canvas, places, places.section.centre[0] + aside, carm, side_up, shapes, table_mm)
    _draw_plan(canvas, places, aside, carm, side_up, shapes, table_mm)
    canvas.surface.set_clip(clip)
    orbit, tilt = angles_in_words(carm)
    title = "C-arm" if travels == "arm" else "Table"
    if not places.words.height:
        _draw_head(canvas, places.head, title, orbit, tilt, warm)
        return
    line = canvas.line_of("small")
    canvas.label(title, places.head, "small", ACCENT if warm else TEXT_SECOND)
    canvas.label(orbit, places.words.top(line), "small", TEXT, align="centre")
    canvas.label(tilt, places.words.below(line), "small", TEXT, align="centre")


def _draw_head(canvas: Canvas, head: Box, title: str, orbit: str, tilt: str, warm: bool) -> None:
    """Draw title and angles in one line, for a second would lie on the arm; what it can be known without gives way."""
    bare = orbit.removeprefix("orbit "), tilt if tilt.endswith("°") else tilt.removeprefix("tilt ")
    own = () if title == "C-arm" else (title,)
    ways: tuple[tuple[str, ...], ...] = ((title, orbit, tilt), (*own, orbit, tilt), (*own, *bare), bare)
    widths = {way: [canvas.width_of(part, "small") for part in way] for way in ways}
    parts = next((way for way in ways if sum(widths[way]) + canvas.px(10) * (len(way) - 1) <= head.width), bare)
    gap = (head.width - sum(widths[parts])) // (len(parts) - 1)
    for part, spot in zip(parts, columns(head, widths[parts], gap), strict=True):
        canvas.label(part, spot, "small", TEXT if part != title else ACCENT if warm else TEXT_SECOND)


def _draw_section(
    canvas: Canvas, places: CArmPlaces, middle_x: int, carm: CArm, side_up: Side, shapes: Shapes, table_mm: tuple[float, float, float]
) -> None:
    scale, middle_y = places.section_px_per_mm, places.section.centre[1]
    _, across_mm, lift_mm = table_mm

    def at(back_mm: float, up_mm: float) -> tuple[float, float]:
        return middle_x - (back_mm + across_mm) * scale, middle_y - (up_mm + lift_mm) * scale

    top = -shapes.rest
    _slab(canvas, at(TABLE_HALF_WIDTH_MM, top), at(-TABLE_HALF_WIDTH_MM, top - MATTRESS_MM), MATTRESS)
    _slab(canvas, at(TABLE_HALF_WIDTH_MM, top - MATTRESS_MM), at(-TABLE_HALF_WIDTH_MM, top - MATTRESS_MM - TABLE_THICKNESS_MM), ACCENT)
    outline = shapes.section(carm.isocentre_mm[2], side_up)
    if len(outline):
        body = _smooth(canvas, [at(*point) for point in outline.tolist()], BODY, BODY_SHADE)
        canvas.surface.blit(*body)
    spine = at(30.0, 0.0)
    canvas.disc(spine, max(2, round(26.0 * scale)), BONE)
    drawn = places.centre_of(carm, side_up, table_mm)
    centre = drawn[0] + middle_x - places.section.centre[0], drawn[1]
    machine = carm.machine_orbit_deg(side_up)
    arm = _arm(max(24, round(2.0 * REACH_MM * scale)), round(2.0 * machine) / 2.0)
    canvas.surface.blit(arm, (round(centre[0] - arm.get_width() / 2), round(centre[1] - arm.get_height() / 2)))
    turn = math.radians(machine)
    way = math.sin(turn) * scale, -math.cos(turn) * scale
    tube = centre[0] - way[0] * SOURCE_ISOCENTRE_MM, centre[1] - way[1] * SOURCE_ISOCENTRE_MM
    receptor = centre[0] + way[0] * RECEPTOR_FROM_MM, centre[1] + way[1] * RECEPTOR_FROM_MM
    canvas.curve([tube, receptor], BEAM, 1.0)


def _draw_plan(
    canvas: Canvas, places: CArmPlaces, aside: int, carm: CArm, side_up: Side, shapes: Shapes, table_mm: tuple[float, float, float]
) -> None:
    """Draw table, patient and beam from above; the beam leans where it is tilted and is short where it is steep."""
    along_mm, across_mm, _ = table_mm
    clip = canvas.surface.get_clip()
    canvas.surface.set_clip(pygame.Rect(places.plan.rect).clip(clip))

    def at(toward_head_mm: float, back_mm: float) -> tuple[float, float]:
        x, y = places.plan_place(toward_head_mm + along_mm, back_mm + across_mm, side_up)
        return x + aside, y

    _slab(canvas, at(TABLE_HEAD_MM, -TABLE_HALF_WIDTH_MM), at(TABLE_HEAD_MM - TABLE_LENGTH_MM, TABLE_HALF_WIDTH_MM), TABLE, EDGE)
    shoulders = [
        (SHOULDERS_MM[0], -SHOULDER_HALF_MM),
        (SHOULDERS_MM[0], SHOULDER_HALF_MM),
        (SHOULDERS_MM[1], 40.0),
        (SHOULDERS_MM[1], -40.0),
    ]
    for limb in (shoulders, thighs(shapes.hips_deg)):
        canvas.surface.blit(*_smooth(canvas, [at(*corner) for corner in limb], BODY_SHADE, BODY_SHADE))
    if len(shapes.plan):
        canvas.surface.blit(*_smooth(canvas, [at(*point) for point in shapes.plan.tolist()], BODY, BODY_SHADE))
    canvas.disc(at(HEAD_AT_MM, -20.0), max(2, round(HEAD_MM * places.plan_px_per_mm)), BODY)
    beam = carm.axes()[2]
    middle = np.asarray(carm.isocentre_mm)
    receptor, tube = middle + RECEPTOR_FROM_MM * beam, middle - SOURCE_ISOCENTRE_MM * beam
    x, y = at(float(middle[2]), float(middle[1]))
    canvas.circle((x, y), max(3, round(RECEPTOR_RADIUS_MM * places.plan_px_per_mm)), RECEPTOR, 1.5)
    canvas.curve([at(float(tube[2]), float(tube[1])), at(float(receptor[2]), float(receptor[1]))], BEAM, 1.5)
    canvas.disc((x, y), max(2, canvas.px(3)), BEAM)
    canvas.surface.set_clip(clip)


def on_arm(places: CArmPlaces, at_px: tuple[float, float], carm: CArm, side_up: Side, table_mm: tuple[float, float, float]) -> bool:
    """Say whether a place of the plan is on the arm, and not on the table beside it."""
    _, back_mm, along_mm = carm.isocentre_mm
    x, y = places.plan_place(along_mm + table_mm[0], back_mm + table_mm[1], side_up)
    return math.hypot(at_px[0] - x, at_px[1] - y) <= RECEPTOR_RADIUS_MM * places.plan_px_per_mm + 3.0


def thighs(hips_deg: float) -> list[tuple[float, float]]:
    """Return the outline of the thighs from above, (towards the head, towards the back) in mm: to the feet, or bent to the belly."""
    bent = math.radians(hips_deg)
    along, aside = (-math.cos(bent), -math.sin(bent)), (-math.sin(bent), math.cos(bent))
    return [
        (
            HIP_MM[0] + far * THIGH_MM * along[0] + s * THIGH_HALF_MM * aside[0],
            HIP_MM[1] + far * THIGH_MM * along[1] + s * THIGH_HALF_MM * aside[1],
        )
        for far, s in ((0.0, 1.0), (1.0, 0.7), (1.0, -0.7), (0.0, -1.0))
    ]


def _slab(canvas: Canvas, corner: tuple[float, float], other: tuple[float, float], fill: Colour, edge: Colour | None = None) -> None:
    """Draw a rectangle between two corners."""
    left, right = sorted((round(corner[0]), round(other[0])))
    top, bottom = sorted((round(corner[1]), round(other[1])))
    box = Box(left, top, max(1, right - left), max(2, bottom - top))
    if edge is None:
        canvas.surface.fill(fill, box.rect)
    else:
        canvas.panel(box, fill, edge, 6)


def _smooth(canvas: Canvas, points: list[tuple[float, float]], colour: Colour, edge: Colour) -> tuple[pygame.Surface, tuple[int, int]]:
    """Return a filled outline without steps, and where it lies."""
    return _filled(tuple((round(x, 1), round(y, 1)) for x, y in points), colour, edge, canvas.look.line(1.5))


@functools.lru_cache(maxsize=32)
def _filled(points: tuple[tuple[float, float], ...], colour: Colour, edge: Colour, line_px: int) -> tuple[pygame.Surface, tuple[int, int]]:
    left, top = math.floor(min(x for x, _ in points)) - 2, math.floor(min(y for _, y in points)) - 2
    width, height = math.ceil(max(x for x, _ in points)) + 2 - left, math.ceil(max(y for _, y in points)) + 2 - top
    large = pygame.Surface((width * OVER, height * OVER), pygame.SRCALPHA)
    large.fill((*colour, 0))
    corners = [((x - left) * OVER, (y - top) * OVER) for x, y in points]
    pygame.draw.polygon(large, colour, corners)
    pygame.draw.polygon(large, edge, corners, max(OVER, line_px * OVER))
    return pygame.transform.smoothscale(large, (width, height)), (left, top)


@functools.lru_cache(maxsize=8)
def _upright_arm(size_px: int) -> pygame.Surface:
    """Return the C with tube and receptor, receptor up, larger than it will be seen."""
    whole = size_px * OVER
    scale, middle = whole / (2.0 * REACH_MM), whole / 2.0
    surface = pygame.Surface((whole, whole), pygame.SRCALPHA)
    surface.fill((*FRAME, 0))
    for step in range(361):
        turn = math.radians(-84.0 + step * 168.0 / 360.0)
        spot = (middle + ARC_MM * scale * math.cos(turn), middle + ARC_MM * scale * math.sin(turn))
        pygame.draw.circle(surface, FRAME, spot, ARC_WIDTH_MM * scale / 2)

    def block(half_mm: float, from_mm: float, to_mm: float, colour: Colour) -> None:
        low, high = sorted((middle - from_mm * scale, middle - to_mm * scale))
        rect = pygame.Rect(round(middle - half_mm * scale), round(low), round(2 * half_mm * scale), max(2, round(high - low)))
        pygame.draw.rect(surface, colour, rect, border_radius=max(2, round(22.0 * scale)))

    block(60.0, RECEPTOR_TO_MM - 20.0, ARC_MM + 25.0, FRAME)
    block(RECEPTOR_RADIUS_MM, RECEPTOR_FROM_MM, RECEPTOR_TO_MM, RECEPTOR)
    block(RECEPTOR_RADIUS_MM - 12.0, RECEPTOR_FROM_MM + 4.0, RECEPTOR_FROM_MM + 40.0, RECEPTOR_LIGHT)
    block(TUBE_WIDTH_MM / 2, -TUBE_FROM_MM, -TUBE_TO_MM, TUBE)
    block(TUBE_WIDTH_MM / 2 - 45.0, -TUBE_FROM_MM - 30.0, -TUBE_TO_MM + 40.0, TUBE_LIGHT)
    return surface


@functools.lru_cache(maxsize=32)
def _arm(size_px: int, machine_deg: float) -> pygame.Surface:
    """Return the arm turned, as it is seen."""
    return pygame.transform.rotozoom(_upright_arm(size_px), -machine_deg, 1.0 / OVER)
