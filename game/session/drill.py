"""Starting at a later step from what an expert's hands leave behind."""

from collections.abc import Callable
from dataclasses import replace

from game.errors import GameError
from game.scenario import Scenario
from game.session.handover import Handover
from game.session.session import Session
from game.session.trainees.run import run
from game.session.trainees.trainee import make_trainee


def expert_handover(scenario: Scenario, seed: int, step: str, progress: Callable[[str], None] | None = None) -> Handover | None:
    """Return the handover that an expert leaves before a step; None before the first.

    Raises:
        GameError: If the scenario has no such step.
    """
    if step not in scenario.steps:
        raise GameError(f"'{scenario.id}' has no step '{step}'; it has {', '.join(scenario.steps)}.")
    before = scenario.steps[: scenario.steps.index(step)]
    if not before:
        return None
    session = Session(replace(scenario, steps=before), seed, "exam", trainee="expert")

    def told(now: Session) -> bool:
        if progress is not None and now.step:
            progress(now.step)
        return False

    run(session, make_trainee("expert", seed), until=told)
    return session.handover()


def start_at(scenario: Scenario, seed: int, step: str, mode: str, trainee: str = "mouse") -> Session:
    """Return a session of one step alone, begun from an expert's handover."""
    handover = expert_handover(scenario, seed, step)
    return Session(replace(scenario, steps=(step,)), seed, mode, handover=handover, trainee=trainee)
