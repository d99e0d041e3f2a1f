"""What experts leave before the steps of drills, made ahead while somebody looks at the title."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from game.errors import GameError
from game.operation.built import ALL_STEPS
from game.scenario import Scenario
from game.session import Session, can_drill, expert_handovers, some_steps
from game.session.handover import Handover
from game.view.launch import Launch, step_title
from game.view.stills import warmed
from game.view.work import Work, go_on


class Expert:
    """One expert who plays a case through, beside the window, and leaves a handover before each step."""

    def __init__(self, scenario: Scenario, seed: int) -> None:
        """Begin to play."""
        self.scenario, self.seed = scenario, seed
        self._whole = some_steps(scenario, [step for step in ALL_STEPS if can_drill(scenario, step)])
        self._left: dict[str, Handover | None] = {scenario.steps[0]: None}
        self._doing: str = scenario.steps[0]
        self._news = threading.Condition()
        self._work = Work(self._play)

    def _play(self) -> None:
        try:
            for step, left in expert_handovers(self._whole, self.seed, self._told):
                with self._news:
                    self._left[step] = left
                    self._news.notify_all()
        finally:
            with self._news:
                self._news.notify_all()

    def _told(self, step: str) -> None:
        go_on()
        self._doing = step

    def ready(self, step: str) -> bool:
        """Say whether the expert has come to a step."""
        return step in self._left

    def handover(self, step: str, tell: Callable[[str], None] = lambda _: None) -> Handover | None:
        """Return what is left before a step, waiting for it where the expert has not come there; None before the first.

        Args:
            step: Id of a step of the case.
            tell: Told, while that lasts, what the expert does.

        Raises:
            GameError: Where the expert failed, gave up, or the case has no such step.
        """
        while not self.ready(step):
            go_on()
            tell(f"An expert's hands: {step_title(self._doing).lower()}")
            if self._work.done and not self.ready(step):
                self._work.result()
                raise GameError(f"'{self.scenario.id}' has no step '{step}'; it has {', '.join(self.scenario.steps)}.")
            with self._news:
                self._news.wait(timeout=0.1)
        return self._left[step]

    def give_up(self) -> None:
        """Go home: what was not left so far never comes."""
        self._work.give_up()


@dataclass
class Backstage:
    """The expert of the case that is likely to be drilled next; another case sends them home.

    A scenario is told from another by what it says, not by its file: a file may be edited and opened again.
    """

    _expert: Expert | None = None

    def expert(self, launch: Launch) -> Expert:
        """Return who plays the case of a launch; the work is begun once."""
        known = self._expert
        if known is None or known.seed != launch.seed or (known.scenario is not launch.scenario and known.scenario != launch.scenario):
            self.close()
            known = self._expert = Expert(launch.scenario, launch.seed)
        return known

    def prepare(self, launch: Launch) -> None:
        """Begin to make ready what the drills of a launch's case need, and then its patient's body for X-rays."""
        expert = self.expert(launch)
        Work(lambda: warm(Session(one_step(launch), launch.seed, launch.mode, None, expert.handover(launch.step))))

    def ready(self, launch: Launch) -> bool:
        """Say whether a drill would begin at once."""
        known = self._expert
        if launch.step == launch.scenario.steps[0]:
            return True
        return known is not None and known.seed == launch.seed and known.scenario is launch.scenario and known.ready(launch.step)

    def handover(self, launch: Launch, tell: Callable[[str], None] = lambda _: None) -> Handover | None:
        """Return what a drill begins from, waiting for it where need be."""
        return None if launch.step == launch.scenario.steps[0] else self.expert(launch).handover(launch.step, tell)

    def close(self) -> None:
        """Send the expert home."""
        if self._expert is not None:
            self._expert.give_up()


def one_step(launch: Launch) -> Scenario:
    """Return the scenario of a drill: its one step, and the weight of that."""
    return some_steps(launch.scenario, (launch.step,))


def warm(session: Session) -> None:
    """Make what the first X-ray pulse would wait for: the grids of the patient's body."""
    warmed(session.theatre.patient)
