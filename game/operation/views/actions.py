"""Actions of the standard views; vertebrae are named with `NameLevel` of positioning."""

from dataclasses import dataclass

from game.base import Action


@dataclass(frozen=True, slots=True)
class Present(Action):
    """Say "this is it": the held picture is shown as the view that is asked for, and the next one is asked for."""
