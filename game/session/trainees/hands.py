"""What a scripted trainee is to whoever lets it play."""

from typing import Protocol

from game.base import Action
from game.session.observation import Observation


class Hands(Protocol):
    """Anything that turns observations into actions."""

    def next_actions(self, observation: Observation) -> list[Action]:
        """Return what to do now, in order; nothing to let time pass."""
