"""What hands do at the C-arm whatever they want to see: steer it, press, read several pulses, judge, correct."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from game.base import Action
from game.clock import ticks
from game.frames import Array
from game.operation.actions import FinishStep, MoveCArm, Pedal
from game.session.observation import Observation
from game.session.trainees.skill import Skill

TIP_BEHIND_PEDICLES_MM = 52.0  # how far a lumbar spinous tip lies behind the middle of its pedicles (expert judgement)
PEDICLES_APART_MM = 37.0  # between the middles of the pedicles of L3 (expert judgement)
THINKING_S = 1.0  # over a picture, before anything is moved
PULSES = 7  # looked at in one press: under a second
SETTLING_PULSES = 3  # while the brightness settles nothing is read
MOVE_LIMIT = 55.0  # least of what the C-arm does in one motion
MOST_TRIES = 3
STOPPED = ("The C-arm", "The receptor", "The tube")  # how the sentences begin that stop the arm

Task = Callable[[Observation], list[Action] | None]


@dataclass
class Reading:
    """What was read off one press of the pedal: places in mm at the isocentre, right and up from the middle."""

    places: dict[str, Array] = field(default_factory=dict)

    def has(self, *names: str) -> bool:
        """Say whether all of these could be made out."""
        return all(name in self.places for name in names)

    def mean(self, *names: str) -> Array | None:
        """Return the middle of those that could be made out, or None."""
        found = [self.places[name] for name in names if name in self.places]
        return np.mean(found, axis=0) if found else None


@dataclass(frozen=True, slots=True)
class Stand:
    """Where the C-arm is to stand: its two angles, and its isocentre along, across and up the theatre."""

    orbit_deg: float
    tilt_deg: float
    along_mm: float
    across_mm: float = 0.0
    x_mm: float = 0.0


class PictureHands:
    """One task after the other, each with the C-arm and the pictures it makes."""

    sight_type: type[Any]

    def __init__(self, skill: Skill, chance: np.random.Generator) -> None:
        """Keep the skill and the trainee's own stream."""
        self.skill, self.chance = skill, chance
        self.reading = Reading()
        self.seen: list[dict[str, tuple[float, float]]] = []
        self.pressed_tick: int | None = None
        self.first_picture = 0
        self.last_read = -1
        self.tries: dict[str, int] = {}
        self.tasks: list[Task] = []
        self.begun = False
        self.ready_tick = 0
        self.looked_again = False

    def plan(self, observation: Observation) -> list[Task]:
        """Return what is to be done, in order; more may be put in between."""
        raise NotImplementedError

    def next_actions(self, observation: Observation) -> list[Action]:
        """Return what to do now."""
        if not isinstance(observation.sight, self.sight_type):
            return []
        if not self.begun:
            self.begun = True
            self.tasks = self.plan(observation)
        if observation.tick < self.ready_tick:
            return []
        while self.tasks:
            actions = self.tasks[0](observation)
            if actions is not None:
                return actions
            self.tasks.pop(0)
        return [FinishStep()]

    def once(self, deed: Callable[[Observation], list[Action]]) -> Task:
        """Return a task that acts once."""
        left = [deed]
        return lambda observation: left.pop()(observation) if left else None

    def careful(self) -> bool:
        """Say whether these hands make a check that nobody would miss."""
        return float(self.chance.random()) < self.skill.care

    def may_try(self, what: str) -> bool:
        """Say whether another try at something is worth its dose, to these hands."""
        self.tries[what] = self.tries.get(what, 0) + 1
        return self.tries[what] < MOST_TRIES and self.careful()

    def noise(self, scale: float, size: int) -> Array:
        """Return errors of these hands or eyes."""
        return self.chance.normal(0.0, scale, size=size) if scale > 0.0 else np.zeros(size)

    def steer(self, goal: Callable[[Observation], Stand]) -> Task:
        """Return a task that brings the C-arm to where it is to stand, in few motions."""
        noise = self.noise(0.6 * self.skill.angle_noise_deg, 2)

        def task(observation: Observation) -> list[Action] | None:
            stand, carm = goal(observation), observation.carm
            x, y, z = carm.isocentre_mm
            turns = (stand.orbit_deg + noise[0] - carm.orbit_deg, stand.tilt_deg + noise[1] - carm.tilt_deg)
            away = np.array([*turns, (stand.x_mm - x) * up(observation), stand.along_mm - z, stand.across_mm - y])
            if bool((np.abs(away) < 0.05).all()) or observation.refused.startswith(STOPPED):
                return None
            step = np.clip(away, -MOVE_LIMIT, MOVE_LIMIT)
            return [MoveCArm(*(float(value) for value in step))]

        return task

    def look(self, observation: Observation) -> list[Action] | None:
        """Press the pedal for some pulses, read them, and let go."""
        if self.pressed_tick is None:
            self.pressed_tick = observation.tick
            self.first_picture = observation.exposures
            self.seen = []
            return [Pedal(down=True)]
        self._read_pulse(observation)
        if observation.pedal and observation.tick - self.pressed_tick < ticks(PULSES / 8.0):
            return []
        if observation.pedal:
            self.ready_tick = observation.tick + ticks(THINKING_S + self.skill.reaction_s)
            return [Pedal(down=False)]
        self.pressed_tick = None
        if not self.looked_again and not self.careful():
            self.looked_again = True
            return self.look(observation)
        self.looked_again = False
        self._sum_up(observation)
        return None

    def _read_pulse(self, observation: Observation) -> None:
        picture = observation.picture
        if picture is None or observation.exposures - self.first_picture <= SETTLING_PULSES or picture.exposure == self.last_read:
            return
        self.last_read = picture.exposure
        self.seen.append({landmark.name: (landmark.u, landmark.v) for landmark in picture.landmarks})

    def _sum_up(self, observation: Observation) -> None:
        """Average what several pulses showed; a hand that reads poorly adds its own error."""
        half_mm = observation.carm.field_mm / 2.0
        names = sorted({name for pulse in self.seen for name in pulse})
        self.reading = Reading()
        for name in names:
            places = np.array([pulse[name] for pulse in self.seen if name in pulse]) * half_mm
            self.reading.places[name] = places.mean(axis=0) + self.noise(self.skill.reading_noise_mm, 2)

    def pedicles(self, level: str) -> Array | None:
        """Return the middle between a vertebra's pedicles as far as they are seen."""
        return self.reading.mean(f"{level}.pedicle_left", f"{level}.pedicle_right")

    def rotation_mm(self, level: str) -> float | None:
        """Return how far the spinous process stands to the right of the middle of the pedicles."""
        both = (f"{level}.pedicle_left", f"{level}.pedicle_right")
        if not self.reading.has(*both, f"{level}.spinous_tip"):
            return None
        middle = self.reading.mean(*both)
        return None if middle is None else float(self.reading.places[f"{level}.spinous_tip"][0] - middle[0])

    def lateral_off_deg(self, level: str, orbit_deg: float) -> float | None:
        """Return the turn that brings one pedicle over the other in a lateral taken at an orbit, with its sign reversed."""
        both = (f"{level}.pedicle_left", f"{level}.pedicle_right")
        if not self.reading.has(*both):
            return None
        apart_mm = float(self.reading.places[both[0]][0] - self.reading.places[both[1]][0])
        return -math.copysign(1.0, orbit_deg) * asin_deg(apart_mm / PEDICLES_APART_MM)

    def lean_deg(self, plate: str, dorsal: float) -> float | None:
        """Return how far an endplate rises from back to front in a lateral; `dorsal` is 1 where the back is on the right."""
        front, back = f"{plate}_front", f"{plate}_back"
        if not self.reading.has(front, back):
            return None
        line = self.reading.places[front] - self.reading.places[back]
        return math.degrees(math.atan2(float(line[1]), -dorsal * float(line[0])))


def asin_deg(ratio: float) -> float:
    """Return the angle of a ratio that was read off a picture; beyond 44 degrees eyes no longer tell."""
    return math.degrees(math.asin(max(-0.7, min(0.7, ratio))))


def up(observation: Observation) -> float:
    """Return the sign of x towards the upper side, theatre frame."""
    return -1.0 if observation.plan.side == "right" else 1.0
