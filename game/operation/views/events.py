"""What happens while standard views are taken."""

from dataclasses import dataclass

from game.base import Event
from game.operation.steps import Told


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewPresented(Event):
    """A picture was shown as the view that was asked for; `text` says which, and how true it was, for the timeline."""

    exposure: int
    text: str


def told(event: Event) -> Told | None:
    """Return what the timeline says of an event of this step."""
    return Told(event.text, event.exposure) if isinstance(event, ViewPresented) else None
