"""One trainee for the whole case: a brain for each step, one skill."""

from collections.abc import Callable

import numpy as np

from game.base import Action
from game.errors import GameError
from game.operation.actions import StartStep
from game.session.observation import Observation
from game.session.trainees.anchoring import AnchoringHands
from game.session.trainees.antisepsis import AntisepsisHands
from game.session.trainees.catheter import CatheterHands
from game.session.trainees.connection import ConnectionHands
from game.session.trainees.hands import Hands
from game.session.trainees.needle import NeedleHands
from game.session.trainees.positioning import PositioningHands
from game.session.trainees.skill import SKILLS, Skill, own_chance
from game.session.trainees.tunnelling import TunnellingHands
from game.session.trainees.views import ViewHands

HANDS: dict[str, Callable[[Skill, np.random.Generator], Hands]] = {
    "positioning": PositioningHands,
    "antisepsis": AntisepsisHands,
    "needle": NeedleHands,
    "catheter": CatheterHands,
    "anchoring": AnchoringHands,
    "tunnelling": TunnellingHands,
    "connection": ConnectionHands,
    "views": ViewHands,
}
"""The hands for each step."""


class Trainee:
    """Starts the steps in order and does each with the hands for it."""

    def __init__(self, skill: Skill, seed: int) -> None:
        """Make the hands of every step, each with its own stream."""
        self.hands = {step: make(skill, own_chance(skill, seed, step)) for step, make in HANDS.items()}

    def next_actions(self, observation: Observation) -> list[Action]:
        """Return what to do now."""
        if not observation.step:
            return [StartStep(observation.steps_left[0])] if observation.steps_left else []
        return self.hands[observation.step].next_actions(observation)


def make_trainee(name: str, seed: int) -> Trainee:
    """Return a scripted trainee.

    Raises:
        GameError: If nobody has that name.
    """
    if name not in SKILLS:
        raise GameError(f"There is no trainee '{name}'; there are {', '.join(SKILLS)}.")
    return Trainee(SKILLS[name], seed)
