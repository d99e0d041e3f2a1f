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
