"""Hands that follow a plan written as one: each look at the theatre goes on where the last one stopped."""

import math
from abc import ABC, abstractmethod
from collections.abc import Generator

import numpy as np

from game.base import Action
from game.operation.actions import FinishStep, Grip, LetGo, MoveHand, PointHand, TakeInstrument
from game.session.observation import Observation
from game.session.trainees.skill import Skill

Moves = Generator[list[Action], None, None]
Place = tuple[float, float]


class ScriptedHands(ABC):
    """A plan as a generator of actions, and the motions that all plans are made of.

    Attributes:
        skill: How good the hands are.
        chance: The trainee's own stream.
    """

    sight_type: type

    def __init__(self, skill: Skill, chance: np.random.Generator) -> None:
        """Keep the skill and the trainee's own stream."""
        self.skill, self.chance = skill, chance
        self._work: Moves | None = None
        self._seen: Observation | None = None

    @abstractmethod
    def play(self) -> Moves:
        """Yield what is done, look for look; what is seen meanwhile is in `observation`."""

    def next_actions(self, observation: Observation) -> list[Action]:
        """Return what to do now."""
        if not isinstance(observation.sight, self.sight_type):
            return []
        self._seen = observation
        if self._work is None:
            self._work = self.play()
        return next(self._work, [FinishStep()])

    @property
    def observation(self) -> Observation:
        """What is seen now."""
        assert self._seen is not None
        return self._seen

    def careful(self) -> bool:
        """Draw whether a check is made that nobody would miss."""
        return float(self.chance.random()) < self.skill.care

    def spread(self, value: float, sigma: float) -> float:
        """Return a value as these hands hit it."""
        return value + sigma * float(self.chance.normal())

    def take(self, instrument: str) -> Moves:
        """Take an instrument."""
        yield [TakeInstrument(instrument)]

    def at(self, place: Place, exact: bool = False) -> Moves:
        """Go to a place and grip there."""
        sigma = 0.0 if exact else 0.3 * self.skill.aim_noise_mm
        x, y = (self.spread(value, sigma) for value in place)
        yield [PointHand(x, y), Grip()]

    def drag(self, dx_mm: float, dy_mm: float, step_mm: float) -> Moves:
        """Move by a way, so much from look to look."""
        looks = max(1, math.ceil(math.hypot(dx_mm, dy_mm) / (step_mm * self.skill.haste)))
        for _ in range(looks):
            yield [MoveHand(dx_mm / looks, dy_mm / looks)]

    def let_go(self) -> Moves:
        """Let go."""
        yield [LetGo()]
