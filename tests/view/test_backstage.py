"""The expert behind the title: what drills begin from is made once, as soon as it is there, and for nobody who has left."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import cast

import pytest

from game.errors import GameError
from game.resources import shipped
from game.scenario import Scenario, load_scenario
from game.session import expert_handover, expert_handovers
from game.session.handover import Handover
from game.view import backstage as backstage_module
from game.view.backstage import Backstage, one_step
from game.view.launch import Launch
from game.view.work import GivenUpError, Work, finish_all

PATH = shipped("scenarios") / "standard.yaml"
LAUNCH = Launch(PATH, load_scenario(PATH), 7, "practice", "needle")


class Stage:
    """An expert who goes on only when told to."""

    def __init__(self) -> None:
        self.begun: list[tuple[str, int]] = []
        self.go = threading.Semaphore(0)
        self.went_home = threading.Event()

    def play(self, scenario: Scenario, seed: int, told: Callable[[str], None]) -> Iterator[tuple[str, Handover]]:
        self.begun.append((scenario.id, seed))
        try:
            for step in scenario.steps[1:]:
                while not self.go.acquire(timeout=0.01):
                    told(step)
                yield step, cast(Handover, f"before {step}")
        except GivenUpError:
            self.went_home.set()
            raise


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    made = Stage()
    monkeypatch.setattr(backstage_module, "expert_handovers", made.play)
    monkeypatch.setattr(backstage_module, "warm", lambda session: None)
    yield made
    finish_all()


def test_one_expert_serves_all_drills_of_a_case_each_as_soon_as_its_step_is_reached(stage: Stage) -> None:
    backstage = Backstage()
    steps = LAUNCH.scenario.steps
    backstage.expert(LAUNCH)
    assert [backstage.ready(replace(LAUNCH, step=step)) for step in steps] == [True] + [False] * (len(steps) - 1)
    stage.go.release()
    assert backstage.handover(replace(LAUNCH, step=steps[1], mode="exam")) == f"before {steps[1]}"
    assert [backstage.ready(replace(LAUNCH, step=step)) for step in steps[:3]] == [True, True, False]
    stage.go.release()
    assert backstage.handover(replace(LAUNCH, step=steps[2])) == f"before {steps[2]}"
    assert len(stage.begun) == 1


def test_waiting_for_a_late_step_tells_what_the_expert_does(stage: Stage) -> None:
    backstage, said, heard = Backstage(), [], threading.Event()

    def tell(words: str) -> None:
        said.append(words)
        heard.set()

    waiting = Work(lambda: backstage.handover(LAUNCH, tell))
    assert heard.wait(10.0)
    stage.go.release(2)
    assert waiting.result() == "before needle"
    assert said[0].startswith("An expert's hands: ")


def test_another_seed_or_another_case_sends_the_expert_home(stage: Stage) -> None:
    backstage = Backstage()
    first = backstage.expert(LAUNCH)
    same = load_scenario(PATH)
    assert backstage.expert(replace(LAUNCH, scenario=same)) is first
    edited = replace(same, patient=replace(same.patient, weight_kg=95.0))
    assert backstage.expert(replace(LAUNCH, scenario=edited)) is not first
    assert stage.went_home.wait(10.0)
    assert not backstage.ready(LAUNCH)
    assert backstage.expert(replace(LAUNCH, seed=8)) is not first
    assert [seed for _, seed in stage.begun] == [7, 7, 8]


def test_whoever_waits_for_an_expert_who_was_sent_home_is_told(stage: Stage) -> None:
    backstage = Backstage()
    expert = backstage.expert(LAUNCH)
    waiting = Work(lambda: expert.handover("needle"))
    backstage.close()
    with pytest.raises(GivenUpError):
        waiting.result()


def test_expert_stops_when_the_program_is_left(stage: Stage) -> None:
    waiting = Work(lambda: Backstage().handover(LAUNCH))
    while not stage.begun:
        assert not waiting.done
    finish_all()
    with pytest.raises(GivenUpError):
        waiting.result()
    assert stage.went_home.is_set()


def test_a_step_that_the_case_lacks_is_told(stage: Stage) -> None:
    stage.go.release(20)
    with pytest.raises(GameError, match="has no step 'closure'"):
        Backstage().handover(replace(LAUNCH, step="closure"))


def test_the_first_step_needs_no_expert(stage: Stage) -> None:
    backstage = Backstage()
    assert backstage.handover(replace(LAUNCH, step="positioning")) is None
    assert stage.begun == []


def test_what_is_left_on_the_way_is_what_an_expert_leaves_who_stops_there() -> None:
    whole = replace(LAUNCH.scenario, steps=("positioning", "antisepsis", "needle"), weights={})
    step, left = next(expert_handovers(whole, 7))
    assert (step, left) == ("antisepsis", expert_handover(replace(whole, steps=("positioning", "antisepsis")), 7, "antisepsis"))


def test_a_drill_plays_its_one_step() -> None:
    assert one_step(LAUNCH).steps == ("needle",)
