"""What a session hands over to be judged."""

from game.complications import CATALOGUE
from game.operation.events import Complication
from game.session.debrief import case_facts
from tests.session.sessions import begun


def test_a_complication_comes_with_what_the_catalogue_knows_of_it():
    session = begun("needle")
    session.events.append(Complication(tick=7, id="C4", name="Paraesthesia", step="needle", cause="a left root was touched"))
    [fact] = case_facts(session).complications
    assert (fact.id, fact.name, fact.step, fact.tick, fact.cause) == ("C4", "Paraesthesia", "needle", 7, "a left root was touched")
    assert fact.signs.startswith("electric pain down a leg; ")
    assert fact.rescue.startswith("within 10 s: stop; ")
    assert fact.incidence == CATALOGUE["C4"].incidence


def test_a_needle_that_never_came_to_the_dura_is_told_so():
    session = begun("needle")
    state = session.states["needle"]
    reasons = {measure.id: measure.reason for measure in session.report().steps[0].measures}
    assert reasons["tip_midline_mm"] == reasons["needle_passes"] == "never done"
    state.passes = 1
    [step] = session.report().steps
    rows = {measure.id: measure for measure in step.measures}
    assert (rows["tip_midline_mm"].reason, rows["tip_midline_mm"].shown) == ("dura not reached", "dura not reached")
    assert rows["tip_midline_mm"].counted
    assert rows["needle_passes"].reason == ""
    assert rows["lidocaine_ratio"].reason == "never done"
