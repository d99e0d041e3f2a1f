"""Preparing and draping the skin, by a hand of some skill."""

import math

import numpy as np

from game.base import Action
from game.operation.actions import FinishStep, Grip, LeanIn, LetGo, MoveHand, PointHand, Say, Wait
from game.operation.antisepsis.actions import (
    CoverCArm,
    FreshApplicator,
    LayDrape,
    LayIncisionFilm,
    PutOnGloves,
    RemoveHair,
    WashHands,
)
from game.operation.antisepsis.sight import AntisepsisSight
from game.session.observation import Observation
from game.session.trainees.skill import Skill

TILE_ROWS, TILE_COLUMNS = 4, 9  # most cells that one set of strokes covers: a sponge's width by a stroke
STROKE_MM = 90.0
STROKES = 4
FOLD_STROKE_MM = 22.0
FOLD_S = 26.5  # of hand: three minutes of friction, a part of it beside the fold
REACH_MM = 30.0  # farthest that the hand is moved between two looks
STEP_MM_PER_TICK = 7.5
NEAR_MM = 85.0  # a neighbouring tile is reached without lifting
RING_MM = 30.0
POCKET_HALF_MM = 45.0  # half of the pocket's incision
LOW_LOAD = 0.12
DRYING_S, LOOK_AGAIN_S = 185.0, 45.0
RIM_INSIDE_MM = 20.0
LISTENING_LOOKS = 150  # how often one looks up for the answer to the time-out: a few seconds


class AntisepsisHands:
    """Scrubs from the incisions outwards in short strokes, waits, looks, and drapes.

    The hand keeps to a list of tiles of skin, each rubbed to and fro; how many strokes, how much overlap,
    how long it waits and which checks it makes follow from the skill.
    """

    def __init__(self, skill: Skill, chance: np.random.Generator) -> None:
        """Keep the skill and the trainee's own stream."""
        self.skill, self.chance = skill, chance
        self.readied = False
        self.tiles: list[tuple[float, float]] | None = None
        self.path: list[tuple[float, float]] = []
        self.fold_done = False
        self.waited = False
        self.closing: list[Action] | None = None
        self.last_tick = -1
        self.listening = 0

    def next_actions(self, observation: Observation) -> list[Action]:
        """Return what to do now."""
        sight = observation.sight
        if not isinstance(sight, AntisepsisSight):
            return []
        if not self.readied:
            self.readied = True
            return self._ready(observation)
        if self.tiles is None:
            self.tiles = self._plan(observation, sight)
        scrubbing = self._scrub(observation, sight)
        if scrubbing is not None:
            return scrubbing
        return self._dry(sight) or self._close(observation, sight)

    def _careful(self) -> bool:
        return float(self.chance.random()) < self.skill.care

    def _ready(self, observation: Observation) -> list[Action]:
        actions: list[Action] = []
        if self._careful() or self._careful():
            actions.append(RemoveHair(how="clip"))
        minutes = max(0.5, 3.8 * self.skill.patience * (1.0 + self.skill.hand_noise * float(self.chance.normal())))
        actions += [WashHands(minutes=min(10.0, minutes)), PutOnGloves(pairs=2 if self._careful() else 1)]
        return [*actions, self._applicator(observation)]

    def _applicator(self, observation: Observation) -> Action:
        return FreshApplicator(agent="iodine" if observation.plan.allergy == "chlorhexidine" else "chlorhexidine")

    def _plan(self, observation: Observation, sight: AntisepsisSight) -> list[tuple[float, float]]:
        """Return middles of the tiles, from the incisions outwards."""
        planned = np.array(sight.planned, dtype=bool)
        rows, columns = planned.shape
        stretch = 1.0 if self.skill.care > 0.9 else 1.0 + 0.35 * (1.0 - self.skill.care)
        down, across = math.ceil(rows / (TILE_ROWS * stretch)), math.ceil(columns / (TILE_COLUMNS * stretch))
        high, wide = rows / down, columns / across
        middles = []
        for i in range(down):
            for j in range(across):
                part = planned[int(i * high) : math.ceil((i + 1) * high), int(j * wide) : math.ceil((j + 1) * wide)]
                if part.any() and not self._overlooks(part):
                    middles.append((sight.left_mm + (j + 0.5) * wide * 10.0, sight.top_mm - (i + 0.5) * high * 10.0))
        return sorted(middles, key=lambda middle: self._ring(observation, middle))

    def _overlooks(self, part: np.ndarray) -> bool:
        """Say whether a tile at the edge of the field is left out."""
        return bool(part.mean() < 0.7) and not self._careful()

    def _ring(self, observation: Observation, middle: tuple[float, float]) -> tuple[int, float]:
        """Return the ring round the nearest incision, and the place on it."""
        nearest = min(_incisions(observation), key=lambda place: math.dist(place, middle))
        away = math.dist(nearest, middle)
        return int(away // RING_MM), round(math.atan2(middle[1] - nearest[1], middle[0] - nearest[0]), 3)

    def _scrub(self, observation: Observation, sight: AntisepsisSight) -> list[Action] | None:
        """Return the next piece of a stroke, or None when all tiles are done."""
        if self.path:
            return self._stroke(observation)
        if sight.load < LOW_LOAD and self.tiles and (self._careful() or sight.load <= 0.02):
            return [*_lifted(observation), self._applicator(observation)]
        if self.tiles:
            return self._next_tile(observation, self.tiles.pop(0))
        if not self.fold_done:
            self.fold_done = True
            return self._fold(observation, sight)
        return [LetGo()] if observation.gripping else None

    def _next_tile(self, observation: Observation, middle: tuple[float, float]) -> list[Action]:
        strokes = max(2, round(STROKES * min(1.0, self.skill.patience + 0.15)))
        half_mm = 0.5 * STROKE_MM
        ends = [self._jittered((middle[0] + (half_mm if k % 2 else -half_mm), middle[1])) for k in range(strokes + 1)]
        self.path = ends[1:]
        return self._arrive(observation, ends[0])

    def _fold(self, observation: Observation, sight: AntisepsisSight) -> list[Action]:
        """Rub the moist fold longer than the rest."""
        if sight.fold_mm is None or not self._careful():
            return []
        strokes = round(FOLD_S * self.skill.patience * STEP_MM_PER_TICK * 120.0 / FOLD_STROKE_MM)
        x, y = sight.fold_mm
        self.path = [self._jittered((x + (0.5 if k % 2 else -0.5) * FOLD_STROKE_MM, y)) for k in range(strokes)]
        return [*_lifted(observation), self._applicator(observation), PointHand(x_mm=x, y_mm=y), Grip()]

    def _jittered(self, place: tuple[float, float]) -> tuple[float, float]:
        noise = self.chance.normal(0.0, 0.2 * STROKE_MM * self.skill.hand_noise, size=2)
        return place[0] + float(noise[0]), place[1] + float(noise[1])

    def _arrive(self, observation: Observation, place: tuple[float, float]) -> list[Action]:
        """Go to a new tile: along the skin when it is near, else lifted."""
        if observation.gripping and math.dist(observation.hand_xy_mm, place) <= NEAR_MM:
            self.path.insert(0, place)
            return self._stroke(observation)
        return [*_lifted(observation), PointHand(x_mm=place[0], y_mm=place[1]), Grip()]

    def _stroke(self, observation: Observation) -> list[Action]:
        """Move on along the path by what a hand can do between two looks."""
        passed = observation.tick - self.last_tick if self.last_tick >= 0 else 1
        self.last_tick = observation.tick
        reach_mm = min(REACH_MM, STEP_MM_PER_TICK * max(1, passed))
        x, y = observation.hand_xy_mm
        dx, dy = self.path[0][0] - x, self.path[0][1] - y
        length = math.hypot(dx, dy)
        if length <= reach_mm:
            self.path.pop(0)
        share = min(1.0, reach_mm / length) if length > 0.0 else 0.0
        return [MoveHand(dx_mm=dx * share, dy_mm=dy * share)]

    def _dry(self, sight: AntisepsisSight) -> list[Action]:
        """Wait, lean in, and wait again while anything shines."""
        if not self.waited:
            self.waited = True
            waits: list[Action] = [Wait(duration_s=max(5.0, DRYING_S * self.skill.patience))]
            return [*waits, LeanIn(near=True)] if self._careful() else waits
        if self.closing is None and _shines(sight) and self._careful():
            return [Wait(duration_s=LOOK_AGAIN_S)]
        return []

    def _close(self, observation: Observation, sight: AntisepsisSight) -> list[Action]:
        """Drape, cover, call the time-out, and go on."""
        if self.closing is None:
            self.closing = self._closing(observation, sight)
        if sight.torn and self._careful():
            return [PutOnGloves(pairs=2)]
        if self.closing:
            return [self.closing.pop(0)]
        if self.listening and not sight.time_out:
            self.listening -= 1
            return []
        return [FinishStep()]

    def _closing(self, observation: Observation, sight: AntisepsisSight) -> list[Action]:
        actions: list[Action] = [LeanIn(near=False), *_drapes(observation, sight)]
        if self._careful():
            actions.append(LayIncisionFilm())
        if self._careful():
            actions.append(CoverCArm())
        if self._careful() or self._careful():
            time_out = Say(line="time_out", words=(observation.plan.side, observation.plan.window))
            actions += [time_out, Wait(duration_s=8.0)]
            self.listening = LISTENING_LOOKS
        return actions


def _incisions(observation: Observation) -> list[tuple[float, float]]:
    """Return where the incisions will be on the unrolled skin, by the ink and the order card."""
    head = -1.0 if observation.plan.side == "right" else 1.0
    pocket = observation.plan.pocket_mark
    back = [(mark.x_mm, 0.0) for mark in observation.marks if mark.kind in ("window", "entry", "incision")]
    pocket_x = head * (pocket.z_mm - observation.camera.centre_mm[2])
    return [*(back or [(0.0, 0.0)]), *((pocket_x, pocket.arc_mm + along) for along in (-POCKET_HALF_MM, 0.0, POCKET_HALF_MM))]


def _lifted(observation: Observation) -> list[Action]:
    return [LetGo()] if observation.gripping else []


def _shines(sight: AntisepsisSight) -> bool:
    return bool((np.array(sight.gloss) > 0.0)[np.array(sight.planned, dtype=bool)].any())


def _drapes(observation: Observation, sight: AntisepsisSight) -> list[Action]:
    """Return four drapes a little inside the planned field."""
    planned = np.array(sight.planned, dtype=bool)
    columns, rows = np.flatnonzero(planned.any(axis=0)), np.flatnonzero(planned.any(axis=1))
    left = sight.left_mm + int(columns[0]) * sight.cell_mm + RIM_INSIDE_MM
    right = sight.left_mm + int(columns[-1] + 1) * sight.cell_mm - RIM_INSIDE_MM
    top = sight.top_mm - int(rows[0]) * sight.cell_mm - RIM_INSIDE_MM
    bottom = sight.top_mm - int(rows[-1] + 1) * sight.cell_mm + RIM_INSIDE_MM
    head, feet = (left, right) if observation.plan.side == "right" else (right, left)
    return [
        LayDrape(edge="head", at_mm=head),
        LayDrape(edge="feet", at_mm=feet),
        LayDrape(edge="down", at_mm=bottom),
        LayDrape(edge="belly", at_mm=top),
    ]
