"""Lets a scripted trainee play a session."""

import contextlib
from collections.abc import Callable

from game.clock import ticks
from game.errors import ActionRefused, GameError
from game.session.session import Session
from game.session.trainees.hands import Hands

LOOK_TICKS = 4
PATIENCE_TICKS = ticks(15 * 60.0)


def run(session: Session, trainee: Hands, until: Callable[[Session], bool] | None = None) -> None:
    """Play to the end of the scenario, or until a condition holds.

    Refusals reach the trainee through the next observation, as they reach a person.

    Raises:
        GameError: If the trainee is not done after 15 minutes of hands in one step.
    """
    step, since = session.step, session.tick
    while session.step or session.steps_left:
        if until is not None and until(session):
            return
        if session.step != step:
            step, since = session.step, session.tick
        if session.tick - since > PATIENCE_TICKS:
            raise GameError(f"The trainee is stuck in {step or 'the pause between steps'} at tick {session.tick}.")
        for action in trainee.next_actions(session.observe()):
            with contextlib.suppress(ActionRefused):
                session.act(action)
        session.advance(LOOK_TICKS - session.tick % LOOK_TICKS)
