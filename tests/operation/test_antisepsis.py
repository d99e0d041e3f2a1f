"""The antisepsis step: field, scrubbing, what is refused and measured."""

import math

import numpy as np
import pytest

from game.base import Event
from game.clock import TICKS_PER_S
from game.operation import core
from game.operation.actions import Grip, LetGo, MoveHand, PointHand, Roll
from game.operation.antisepsis import layout
from game.operation.antisepsis.actions import (
    CoverCArm,
    FreshApplicator,
    LayDrape,
    LayIncisionFilm,
    PutOnGloves,
    RemoveHair,
    WashHands,
    WipeOff,
)
from game.operation.antisepsis.events import GloveTorn, SpongeReturned
from game.operation.antisepsis.measures import margin_mm
from game.operation.antisepsis.rules import RULES
from game.operation.antisepsis.state import Antisepsis
from game.operation.events import CriticalError
from game.operation.plan import Plan
from game.operation.theatre import SkinMark
from game.plain import canonical, decode, encode
from tests.operation.skins import begun, do, drape_all, middle, prepare_all, rub, sounds, theatre_with


def test_the_field_covers_20_cm_round_both_incisions_and_ends_at_the_bed():
    theatre = theatre_with()
    state = begun(theatre)
    cells = state.planned.sum()
    assert 2000 < cells < 3700
    assert bool((state.ground.distance_mm[state.planned] <= 200.0).all())
    _, arcs = state.grid.centres()
    assert not state.ground.body[arcs < -185.0].any()
    assert state.ground.body[(arcs > -80.0) & (arcs < 300.0)].all()
    assert 3 <= state.fold.sum() <= 20


@pytest.mark.parametrize(("side", "sign"), [("right", 1.0), ("left", -1.0)])
def test_the_feet_lie_to_the_right_of_the_field_with_the_right_side_up(side, sign):
    theatre = theatre_with(Plan(side=side))
    assert sign * (layout.x_of_z(theatre, -100.0) - layout.x_of_z(theatre, 100.0)) == pytest.approx(200.0)


def test_a_field_without_marks_is_laid_round_the_planned_window():
    state = begun(theatre_with(marked=False))
    assert state.planned.any()


def test_equal_seeds_dry_alike_and_others_do_not():
    assert canonical(begun(theatre_with(seed=5))) == canonical(begun(theatre_with(seed=5)))
    assert canonical(begun(theatre_with(seed=5))) != canonical(begun(theatre_with(seed=6)))


def test_drying_times_have_the_published_mean_and_spread():
    state = begun(theatre_with())
    dry_s = state.skin.dry_s / 8.0
    assert float(dry_s.mean()) == pytest.approx(123.0, abs=2.0)
    assert float(dry_s.std()) == pytest.approx(32.0, abs=4.0)


def test_clipping_the_hair_speeds_drying_eightfold_in_a_man():
    theatre = theatre_with()
    state = begun(theatre)
    before = state.skin.dry_s.copy()
    do(theatre, state, RemoveHair("clip"))
    assert np.allclose(before, 8.0 * state.skin.dry_s)
    assert RULES.measures(theatre, state)["hair"] == "clipped"


def test_a_second_of_scrubbing_hand_is_six_theatre_seconds():
    theatre = theatre_with()
    state = begun(theatre)
    do(theatre, state, FreshApplicator("chlorhexidine"))
    hand, clock = theatre.tick, theatre.theatre_s
    rub(theatre, state, *middle(state), strokes=15)
    assert theatre.tick - hand == TICKS_PER_S
    assert theatre.theatre_s - clock == pytest.approx(6.0)


def test_holding_the_sponge_still_books_no_time():
    theatre = theatre_with()
    state = begun(theatre)
    do(theatre, state, FreshApplicator("chlorhexidine"), PointHand(*middle(state)), Grip())
    booked = theatre.waited_ticks
    for _ in range(24):
        theatre.tick += 1
        RULES.advance(theatre, state)
    assert theatre.waited_ticks == booked


def test_one_stride_of_twelve_ticks_is_twelve_ticks():
    one, many = theatre_with(), theatre_with()
    first, second = begun(one), begun(many)
    for theatre, state in ((one, first), (many, second)):
        do(theatre, state, FreshApplicator("chlorhexidine"))
        rub(theatre, state, *middle(state))
        theatre.tick = 120
    one.tick += 12
    RULES.advance(one, first)
    for _ in range(12):
        many.tick += 1
        RULES.advance(many, second)
    assert canonical(first) == canonical(second)
    assert canonical(one.sterility) == canonical(many.sterility)


BAD = [
    Grip(),
    Roll(10.0),
    WipeOff(),
    WashHands(0.1),
    WashHands(60.0),
    WashHands(math.nan),
    PutOnGloves(0),
    PutOnGloves(3),
    LayDrape("sideways", 0.0),
    LayDrape("head", 5000.0),
    LayDrape("belly", -700.0),
    LayIncisionFilm(),
]


@pytest.mark.parametrize("action", BAD, ids=str)
def test_what_is_refused_has_a_sentence_and_changes_nothing(action):
    theatre = theatre_with()
    state = begun(theatre)
    before = canonical(state), canonical(theatre.sterility), theatre.waited_ticks, str(theatre.chance("antisepsis").bit_generator.state)
    sentence = core.refuse(theatre, action, RULES.tray) or RULES.refuse(theatre, state, action)
    assert sentence is not None
    assert sentence.endswith(".")
    after = canonical(state), canonical(theatre.sterility), theatre.waited_ticks, str(theatre.chance("antisepsis").bit_generator.state)
    assert before == after


def test_hands_are_washed_before_gloves_and_hair_is_clipped_before_antiseptic():
    theatre = theatre_with()
    state = begun(theatre)
    do(theatre, state, WashHands(3.0), PutOnGloves(2), FreshApplicator("chlorhexidine"))
    rub(theatre, state, *middle(state))
    assert "before" in RULES.refuse(theatre, state, WashHands(3.0))
    assert "before" in RULES.refuse(theatre, state, RemoveHair("clip"))
    measured = RULES.measures(theatre, state)
    assert (measured["hand_scrub_min"], measured["gloves"], measured["hair"]) == (3.0, "double", "unclipped")


def test_chlorhexidine_on_a_patient_allergic_to_it_is_a_critical_error_once():
    theatre = theatre_with(Plan(allergy="chlorhexidine"))
    state = begun(theatre)
    assert not [e for e in do(theatre, state, FreshApplicator("chlorhexidine")) if isinstance(e, CriticalError)]
    events = rub(theatre, state, *middle(state))
    assert [e.id for e in events if isinstance(e, CriticalError)] == ["antiseptic-against-allergy"]
    do(theatre, state, FreshApplicator("iodine"))
    assert not [e for e in rub(theatre, state, *middle(state)) if isinstance(e, CriticalError)]


def test_the_step_ends_only_with_antiseptic_and_four_drapes():
    theatre = theatre_with()
    state = begun(theatre)
    assert "antiseptic" in RULES.unsafe(theatre, state)
    do(theatre, state, FreshApplicator("chlorhexidine"))
    rub(theatre, state, *middle(state))
    assert "head, feet, down, belly" in RULES.unsafe(theatre, state)
    drape_all(theatre, state)
    assert RULES.unsafe(theatre, state) is None


def test_wiping_off_wet_antiseptic_undoes_the_cells_and_their_drying():
    theatre = theatre_with(Plan(allergy="chlorhexidine"))
    state = begun(theatre)
    do(theatre, state, FreshApplicator("iodine"))
    rub(theatre, state, *middle(state))
    assert RULES.measures(theatre, state)["coverage"] > 0.0
    do(theatre, state, WipeOff())
    measured = RULES.measures(theatre, state)
    assert (measured["coverage"], measured["iodine_dry_min"]) == (0.0, 0.0)


def test_rows_of_the_other_agent_are_not_measured():
    theatre = theatre_with()
    state = begun(theatre)
    do(theatre, state, FreshApplicator("chlorhexidine"))
    rub(theatre, state, *middle(state))
    measured = RULES.measures(theatre, state)
    assert measured["iodine_scrub_min"] is None
    assert measured["iodine_dry_min"] is None
    assert measured["friction_s"] == 0.0


def test_coverage_and_margin_of_a_full_field_and_of_one_with_a_bare_strip():
    theatre = theatre_with()
    state = begun(theatre)
    prepare_all(theatre, state)
    assert RULES.measures(theatre, state)["coverage"] == 1.0
    assert margin_mm(state) >= 200.0
    state.skin.passes[state.ground.distance_mm > 120.0] = 0
    assert 110.0 <= margin_mm(state) <= 130.0


def test_a_single_missed_cell_is_the_business_of_coverage_not_of_the_margin():
    theatre = theatre_with()
    state = begun(theatre)
    prepare_all(theatre, state)
    row, column = np.argwhere(state.ground.distance_mm == state.ground.distance_mm.min())[0]
    state.skin.passes[row, column] = 0
    assert RULES.measures(theatre, state)["coverage"] < 1.0
    assert margin_mm(state) >= 200.0


def test_returning_from_the_bed_is_an_event_and_a_break_of_sterility():
    theatre = theatre_with()
    state = begun(theatre)
    prepare_all(theatre, state)
    do(theatre, state, PutOnGloves(2), FreshApplicator("chlorhexidine"), PointHand(middle(state)[0], -190.0), Grip())
    events: list[Event] = []
    for _ in range(60):
        events += do(theatre, state, MoveHand(0.0, 4.0))
        theatre.tick += 1
        events += RULES.advance(theatre, state)
    assert sum(isinstance(event, SpongeReturned) for event in events) == 1
    do(theatre, state, LetGo(), CoverCArm())
    assert theatre.sterility.breaks == 1 + int(state.torn)
    assert RULES.measures(theatre, state)["dirty_returns"] == 1.0


def test_a_torn_glove_shows_and_a_fresh_pair_mends_it():
    theatre = theatre_with()
    state = begun(theatre)
    do(theatre, state, PutOnGloves(2))
    torn = 0
    for _ in range(200):
        theatre.sterility.carm_covered = False
        torn += sum(isinstance(event, GloveTorn) for event in do(theatre, state, CoverCArm()))
    assert 1 <= torn <= 15
    assert RULES.sight(theatre, state).torn
    do(theatre, state, PutOnGloves(2))
    assert RULES.measures(theatre, state)["gloves"] == "double"


@pytest.mark.parametrize("word", ["not_done", "done", "wrong"])
def test_the_time_out_is_measured_as_the_talk_left_it(word):
    theatre = theatre_with()
    theatre.talk.time_out = word
    assert RULES.measures(theatre, begun(theatre))["time_out"] == word


def test_the_state_travels_as_plain_values():
    theatre = theatre_with()
    state = begun(theatre)
    do(theatre, state, FreshApplicator("chlorhexidine"))
    rub(theatre, state, *middle(state))
    again = decode(Antisepsis, encode(state))
    assert canonical(again) == canonical(state)
    assert RULES.measures(theatre, again) == RULES.measures(theatre, state)


def test_gloves_snap_and_cloth_rustles():
    theatre = theatre_with()
    state = begun(theatre)
    assert sounds(do(theatre, state, PutOnGloves(2))) == ["glove"]
    assert sounds(drape_all(theatre, state)) == ["drape"] * 4
    assert sounds(do(theatre, state, LayIncisionFilm(), CoverCArm())) == ["drape"] * 2


def test_scrubbing_is_heard_while_the_sponge_moves_and_not_while_it_rests():
    theatre = theatre_with()
    state = begun(theatre)
    do(theatre, state, FreshApplicator("chlorhexidine"))
    moving = rub(theatre, state, *middle(state), strokes=18)
    assert sounds(moving).count("scrub") == 3
    do(theatre, state, Grip())
    resting: list[Event] = []
    for _ in range(TICKS_PER_S):
        theatre.tick += 1
        resting += RULES.advance(theatre, state)
    assert "scrub" not in sounds(resting)


def test_the_metal_marker_is_taken_off_before_the_skin_is_prepared():
    theatre = theatre_with()
    theatre.marks.append(SkinMark("metal", (0.0, 90.0, 0.0)))
    RULES.start(theatre)
    assert [mark.kind for mark in theatre.marks].count("metal") == 0


def scrubbed_at(frame_ticks: int) -> tuple[float, int, int]:
    """Scrub to and fro with a hand that is told so often; return friction in all, scrubbed and waited ticks."""
    theatre = theatre_with()
    state = begun(theatre)
    x_mm, y_mm = middle(state)
    do(theatre, state, FreshApplicator("chlorhexidine"), PointHand(x_mm - 30.0, y_mm), Grip())
    booked = theatre.waited_ticks
    for tick in range(240):
        theatre.tick += 1
        if tick % frame_ticks == 0:
            way = 1.0 if tick % 48 < 24 else -1.0
            do(theatre, state, MoveHand(2.5 * frame_ticks * way, 0.0))
        RULES.advance(theatre, state)
    return float(state.skin.friction_s.sum()), state.scrubbed_ticks, theatre.waited_ticks - booked


def test_the_same_hand_rubs_as_much_at_any_frame_rate():
    smooth, sixty, thirty = scrubbed_at(1), scrubbed_at(2), scrubbed_at(4)

    assert smooth[1] == 240
    for coarse in (sixty, thirty):
        assert coarse[0] == pytest.approx(smooth[0], rel=0.05)
        assert coarse[1] == pytest.approx(smooth[1], abs=4)
        assert coarse[2] == pytest.approx(smooth[2], abs=20)


def test_a_hand_that_rests_on_the_skin_rubs_nothing():
    theatre = theatre_with()
    state = begun(theatre)
    do(theatre, state, FreshApplicator("chlorhexidine"), PointHand(*middle(state)), Grip())
    for _ in range(2):
        do(theatre, state, MoveHand(5.0, 0.0))
        for _ in range(60):
            theatre.tick += 1
            RULES.advance(theatre, state)

    assert state.scrubbed_ticks == 2
