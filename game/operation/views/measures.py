"""What the standard views measure, on the true geometry."""

from collections.abc import Iterable

from game.imaging.quality import levels_of
from game.operation.steps import Measure
from game.operation.theatre import Theatre
from game.operation.views.looks import count_chain, idle_looks
from game.operation.views.state import Presented, Views
from game.operation.views.tasks import CountTo

CHAINS = ("unfounded", "gap", "whole")
"""From the worst to the best."""


def measures(theatre: Theatre, state: Views) -> dict[str, Measure]:
    """Return every measure of the step; None when it was never done. Angles and centring are means over the views."""
    shown = [presented.judged for presented in state.presented]
    return {
        "level_right": _levels(sum(judged.level_right for judged in shown), len(theatre.plan.views)) if shown else None,
        "view_rotation_deg": _mean(judged.rotation_deg for judged in shown),
        "view_oblique_deg": _mean(judged.oblique_deg for judged in shown),
        "view_tilt_deg": _mean(judged.tilt_deg for judged in shown),
        "view_centring_mm": _mean(judged.centring_mm for judged in shown),
        "count_chain": _chain(theatre, state, state.presented),
        "idle_looks": float(idle_looks(state)) if state.looks else None,
    }


def _levels(right: int, asked: int) -> str:
    return "all" if right == asked else "some" if right else "none"


def _mean(errors: Iterable[float | None]) -> float | None:
    sizes = [abs(error) for error in errors if error is not None]
    return sum(sizes) / len(sizes) if sizes else None


def _chain(theatre: Theatre, state: Views, shown: list[Presented]) -> str | None:
    """Return the worst foundation of the counts that were shown."""
    order = levels_of(theatre.patient)
    tasks = [(presented.task, theatre.plan.views[presented.task]) for presented in shown]
    chains = [count_chain(state, number, task.level, order) for number, task in tasks if isinstance(task, CountTo)]
    return min(chains, key=CHAINS.index) if chains else None
