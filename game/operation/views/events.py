"""What happens while standard views are taken."""

from dataclasses import dataclass

from game.base import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewPresented(Event):
    """A picture was shown as the view that was asked for; `text` says which, and how true it was, for the timeline."""

    exposure: int
    text: str
