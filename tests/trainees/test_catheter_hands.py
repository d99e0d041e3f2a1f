"""Scripted hands at the catheter, where something went before that they did not cause."""

from dataclasses import replace

from faults import Look, Saboteur

from game.base import Action
from game.clock import ticks
from game.instruments.catheter import opening_at
from game.operation.actions import StartStep, Stylet
from game.scenario import Scenario
from game.session import Session, make_trainee, run
from game.session.drill import some_steps
from game.session.observation import Heard, Observation


class StillHearing:
    """A trainee in whose ears the needle step's last cry still rings."""

    def __init__(self, name: str, seed: int) -> None:
        self.trainee = make_trainee(name, seed)
        self.cried_tick = -1

    def next_actions(self, observation: Observation) -> list[Action]:
        if observation.step == "catheter" and self.cried_tick < 0:
            self.cried_tick = observation.tick - 1
        if self.cried_tick >= 0 and observation.tick - self.cried_tick < ticks(20.0):
            cry = Heard(self.cried_tick, "patient", "cry_nerve", ("left",))
            observation = replace(observation, heard=(cry, *observation.heard))
        return self.trainee.next_actions(observation)


def test_a_cry_from_before_the_catheter_makes_nobody_forget_the_stylet(standard: Scenario) -> None:
    session = Session(some_steps(standard, ("catheter",)), 2, "exam", trainee="competent")
    run(session, StillHearing("competent", 2))
    assert session.theatre.implant.catheter is not None
    assert session.theatre.implant.catheter.space == "intrathecal"


def test_hands_that_could_not_thread_through_a_stylet_take_it_out(standard: Scenario) -> None:
    slipped: list[bool] = []

    def slips(observation: Observation, actions: list[Action], own: list[Look]) -> list[Action]:
        """The first time, the stylet stays in."""
        if Stylet() not in actions or slipped:
            return actions
        slipped.append(True)
        return [action for action in actions if action != Stylet()]

    session = Session(some_steps(standard, ("catheter",)), 2, "exam", trainee="expert")
    run(session, Saboteur(2, slips))
    assert slipped
    assert session.theatre.implant.catheter is not None
    assert session.theatre.implant.catheter.space == "intrathecal"


def test_hands_that_feel_the_dura_over_the_opening_bring_needle_and_catheter_on(standard: Scenario) -> None:
    session = Session(some_steps(standard, ("catheter",)), 2, "exam", trainee="expert")
    session.act(StartStep("catheter"))
    theatre, needle = session.theatre, session.theatre.needle
    assert needle is not None
    while opening_at(needle, theatre.patient).space:
        needle.depth_mm = needle.hand_mm = needle.depth_mm - 0.1
    before_mm = needle.depth_mm
    run(session, make_trainee("expert", 2))
    assert theatre.implant.catheter is not None
    assert theatre.implant.catheter.space == "intrathecal"
    assert 1.0 < needle.depth_mm - before_mm < 6.0
    peak = next(measure for measure in session.report().steps[0].measures if measure.id == "peak_push_n")
    assert peak.grade != "fail"
