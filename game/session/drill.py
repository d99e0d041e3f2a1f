"""Starting at a later step from what an expert's hands leave behind."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from game.errors import GameError
from game.operation.built import ALL_STEPS, BUILT_STEPS, DRILL_STEPS
from game.operation.events import StepFinished
from game.scenario import Scenario
from game.session.handover import Handover
from game.session.playing import run
from game.session.session import Session
from game.session.trainees.trainee import make_trainee

MOMENTS = {"start": 0.0, "middle": 0.5, "end": 1.0}


def can_drill(scenario: Scenario, step: str) -> bool:
    """Say whether a step can be drilled on a case: one of its own, or one of the operation that it leaves out."""
    return step in scenario.steps or (step in BUILT_STEPS and not set(scenario.steps) & set(DRILL_STEPS))


def expert_handover(scenario: Scenario, seed: int, step: str, progress: Callable[[str], None] | None = None) -> Handover | None:
    """Return the handover that an expert leaves before a step; None before the first.

    A step of the operation that the case leaves out can be drilled on it all the same: what comes between is prepared.

    Raises:
        GameError: If there is no such step in the scenario or in the operation.
    """
    if not can_drill(scenario, step):
        raise GameError(f"'{scenario.id}' has no step '{step}'; it has {', '.join(scenario.steps)}.")
    before = tuple(other for other in scenario.steps if ALL_STEPS.index(other) < ALL_STEPS.index(step))
    if not before:
        return None
    return next(left for name, left in expert_handovers(some_steps(scenario, (*before, step)), seed, progress) if name == step)


def expert_handovers(scenario: Scenario, seed: int, progress: Callable[[str], None] | None = None) -> Iterator[tuple[str, Handover]]:
    """Play a case as an expert; yield what is left before each step but the first, with the step's id, as soon as it is.

    Args:
        scenario: The case.
        seed: Of patient and chance.
        progress: Told the open step, now and then.
    """
    session = Session(some_steps(scenario, scenario.steps[:-1]), seed, "exam", trainee="expert")
    hands = make_trainee("expert", seed)
    for done, step in enumerate(scenario.steps[1:], start=1):

        def over(now: Session, done: int = done) -> bool:
            if progress is not None and now.step:
                progress(now.step)
            return not now.step and len(now.steps_done) == done

        run(session, hands, until=over)
        yield step, session.handover()


def some_steps(scenario: Scenario, steps: Sequence[str]) -> Scenario:
    """Return the scenario with some of the operation's steps, and their weights."""
    return replace(
        scenario,
        steps=tuple(step for step in ALL_STEPS if step in steps),
        weights={step: weight for step, weight in scenario.weights.items() if step in steps},
    )


def expert_at(scenario: Scenario, seed: int, step: str, at: str, mode: str = "practice") -> Session:
    """Return a session with an expert's hands in the middle of a step.

    Args:
        scenario: The case.
        seed: Of patient and chance.
        step: Step that is open.
        at: `start` (just begun), `middle` (half of the hands' time) or `end` (about to finish).
        mode: Of the session.

    Raises:
        GameError: If the scenario has no such step, or there is no such moment.
    """
    if at not in MOMENTS:
        raise GameError(f"There is no moment '{at}'; there are {', '.join(MOMENTS)}.")
    handover = expert_handover(scenario, seed, step)
    drill = some_steps(scenario, (step,))
    whole = Session(drill, seed, mode, handover=handover, trainee="expert")
    begun = whole.tick
    run(whole, make_trainee("expert", seed))
    ended = next(event.tick for event in whole.events if isinstance(event, StepFinished))
    goal = round(begun + MOMENTS[at] * (ended - begun))
    session = Session(drill, seed, mode, handover=handover, trainee="expert")
    run(session, make_trainee("expert", seed), until=lambda now: bool(now.step) and now.tick >= goal)
    return session
