"""One expert's case, played once, that the tests of trainees start from."""

from dataclasses import dataclass

import pytest

from game.assessment import Report
from game.resources import shipped
from game.scenario import Scenario, load_scenario
from game.session import Session, make_trainee, run
from game.session.handover import Handover

SEED = 11


@dataclass(frozen=True)
class Played:
    """What an expert leaves behind.

    Attributes:
        handovers: What he found before each step after the first.
        report: Of all three steps.
    """

    scenario: Scenario
    seed: int
    handovers: dict[str, Handover]
    report: Report


@pytest.fixture(scope="session")
def standard() -> Scenario:
    return load_scenario(shipped("scenarios") / "standard.yaml")


@pytest.fixture(scope="session")
def expert_case(standard: Scenario) -> Played:
    session = Session(standard, SEED, "exam", trainee="expert")
    run(session, make_trainee("expert", SEED))
    return Played(standard, SEED, session.handovers, session.report())
