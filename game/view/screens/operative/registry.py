"""The steps as the operative screen knows them: view, tray and hint of each. The words of hints are in the speech table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from game.scenario import SpeechLine
from game.session.observation import Observation
from game.view.screens.operative import tools
from game.view.screens.operative.anchoring_view import AnchoringView
from game.view.screens.operative.antisepsis_view import AntisepsisView
from game.view.screens.operative.catheter_view import CatheterView
from game.view.screens.operative.connection_view import ConnectionView
from game.view.screens.operative.hints import PREFIX, Wish, antisepsis_hint, needle_hint, positioning_hint, views_hint
from game.view.screens.operative.hints_anchoring import anchoring_hint
from game.view.screens.operative.hints_catheter import catheter_hint
from game.view.screens.operative.hints_connection import connection_hint
from game.view.screens.operative.hints_tunnelling import tunnelling_hint
from game.view.screens.operative.needle_view import NeedleView
from game.view.screens.operative.positioning_view import PositioningView
from game.view.screens.operative.step_view import StepView
from game.view.screens.operative.tools import Tool
from game.view.screens.operative.tunnelling_view import TunnellingView
from game.view.screens.operative.views import ViewsView

if TYPE_CHECKING:
    from game.session.session import Session


@dataclass(frozen=True, slots=True)
class StepScreen:
    """One step on the screen.

    Attributes:
        view: Makes its view, one for each case.
        tray: What can be taken in the hand, and what is done at one press.
        hint: Says which hint fits now, () for none; asked in guided mode alone.
        first_tool: Tool that lies in the hand from the start, which commits to nothing, or "".
        console: Whether the console of the C-arm stands open until it is folded.
        cutaway: Whether guided mode shows the tissue in the needle's plane.
    """

    view: Callable[[], StepView]
    tray: tuple[Tool, ...]
    hint: Callable[["Session", Observation], Wish]
    first_tool: str = ""
    console: bool = False
    cutaway: bool = False


SCREENS: dict[str, StepScreen] = {
    "positioning": StepScreen(PositioningView, tools.POSITIONING, positioning_hint, first_tool="finger", console=True),
    "antisepsis": StepScreen(AntisepsisView, tools.ANTISEPSIS, antisepsis_hint),
    "needle": StepScreen(NeedleView, tools.NEEDLE, needle_hint, cutaway=True),
    "catheter": StepScreen(CatheterView, tools.CATHETER, catheter_hint, cutaway=True),
    "anchoring": StepScreen(AnchoringView, tools.ANCHORING, anchoring_hint),
    "tunnelling": StepScreen(TunnellingView, tools.TUNNELLING, tunnelling_hint),
    "connection": StepScreen(ConnectionView, tools.CONNECTION, connection_hint),
    "views": StepScreen(ViewsView, tools.VIEWS, views_hint, console=True),
}


def tray_of(step: str) -> tuple[Tool, ...]:
    """Return the tray of a step; it is empty between steps."""
    return SCREENS[step].tray if step in SCREENS else ()


def tool_of(step: str, name: str) -> Tool | None:
    """Return a tool of a step's tray by its id."""
    return next((tool for tool in tray_of(step) if tool.id == name), None)


def held_tools(step: str) -> tuple[Tool, ...]:
    """Return the tools that can stay in the hand, in the order of the tray."""
    return tuple(tool for tool in tray_of(step) if tool.held)


def wanted(session: "Session", observation: Observation) -> Wish:
    """Return which hint fits now, () for none."""
    return SCREENS[session.step].hint(session, observation) if session.step in SCREENS else ()


def hint(session: "Session", observation: Observation, lines: Mapping[str, SpeechLine]) -> str:
    """Return one sentence for guided mode, or "" in the others."""
    wish = wanted(session, observation) if session.mode == "guided" else ()
    if not wish:
        return ""
    words = (lines[PREFIX + word].text if PREFIX + word in lines else word for word in wish[1:])
    return lines[PREFIX + wish[0]].text.format(*words)
