import copy
import dataclasses
import math
from functools import cache

import numpy as np
import pytest

from game.base import Action, Event
from game.clock import TICKS_PER_S
from game.frames import FieldCamera, Rigid
from game.imaging import CArm
from game.instruments import applicator as sponges
from game.instruments.applicator import Grid, Ground, bare_skin, fresh_sponge, prepared, scrub, wetness
from game.instruments.equipment import Equipment
from game.operation import core
from game.operation.actions import Grip, LeanIn, LetGo, MoveHand, PointHand, Roll
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
from game.operation.antisepsis.look import stain
from game.operation.antisepsis.measures import margin_mm
from game.operation.antisepsis.rules import RULES
from game.operation.antisepsis.state import Antisepsis
from game.operation.events import CriticalError, Sounded
from game.operation.plan import Plan
from game.operation.theatre import Fluoroscope, SkinMark, Theatre
from game.patient import Patient, PatientSpec, build_patient
from game.patient.physiology import start_physiology
from game.plain import canonical, decode, encode
from game.resources import shipped
from game.scenario import load_scenario
from game.session import Session, make_trainee, run

FLAT = Grid(left_mm=0.0, top_mm=400.0, rows=40, columns=40)


@cache
def equipment() -> Equipment:
    return load_scenario(shipped("scenarios") / "standard.yaml").tables.equipment


@cache
def body(sex: str = "male") -> Patient:
    return build_patient(PatientSpec(sex=sex), 5)


def theatre_with(plan: Plan | None = None, seed: int = 5, sex: str = "male", marked: bool = True) -> Theatre:
    plan = plan or Plan()
    patient = body(sex)
    theatre = Theatre(
        plan=plan,
        spec=patient.spec,
        seed=seed,
        patient=patient,
        equipment=equipment(),
        patient_pose=Rigid(),
        camera=FieldCamera(plan.side, 35.0, (0.0, 90.0, -40.0), 420.0),
        fluoroscope=Fluoroscope(CArm()),
        physiology=start_physiology(patient.spec, seed, plan.anaesthesia),
    )
    if marked:
        window = patient.landmarks["window.L3-4"]
        for kind, arc_mm, drop_mm in (("window", 0.0, 0.0), ("entry", 15.0, 60.0)):
            point = patient.skin_point(arc_mm, float(window[2]) - drop_mm, plan.side)
            theatre.marks.append(SkinMark(kind, (float(point[0]), float(point[1]), float(point[2]))))
    return theatre


def begun(theatre: Theatre) -> Antisepsis:
    return RULES.start(theatre)


def do(theatre: Theatre, state: Antisepsis, *actions: Action) -> list[Event]:
    events: list[Event] = []
    for action in actions:
        assert core.refuse(theatre, action, RULES.tray) is None
        assert RULES.refuse(theatre, state, action) is None
        events += core.apply(theatre, action)
        events += RULES.apply(theatre, state, action)
    return events


def rub(theatre: Theatre, state: Antisepsis, x_mm: float, y_mm: float, strokes: int = 6, length_mm: float = 60.0) -> list[Event]:
    """Scrub to and fro about a place, then let go."""
    events = do(theatre, state, PointHand(x_mm - length_mm / 2, y_mm), Grip())
    for k in range(strokes):
        for _ in range(8):
            events += do(theatre, state, MoveHand(length_mm / 8 * (1 if k % 2 == 0 else -1), 0.0))
            theatre.tick += 1
            events += RULES.advance(theatre, state)
    return events + do(theatre, state, LetGo())


def middle(state: Antisepsis) -> tuple[float, float]:
    """Return a planned place near the window."""
    across, arcs = state.grid.centres()
    row = int(np.argmin(np.abs(arcs)))
    columns = np.flatnonzero(state.planned[row])
    return float(across[columns[len(columns) // 2]]), float(arcs[row])


def prepare_all(theatre: Theatre, state: Antisepsis) -> None:
    """Make every planned cell prepared at this moment, as if well scrubbed."""
    state.skin.passes[:] = 3
    state.skin.tint[:] = 1.0
    state.skin.wet[:] = state.skin.pool
    state.skin.wetted_s[:] = theatre.theatre_s
    state.skin.friction_s[:] = 1.0
    state.agents.append("chlorhexidine")


# The applicator on flat skin


def flat_skin(dry_s: float = 1e9):
    shape = (FLAT.rows, FLAT.columns)
    ground = Ground(body=np.ones(shape, dtype=bool), distance_mm=np.zeros(shape))
    return bare_skin(np.full(shape, dry_s), np.ones(shape)), ground


def drag(skin, sponge, ground, *places, now_s=0.0, step_mm=5.0):
    """Move the sponge through places in small steps; return how often it came back dirty."""
    returns = 0
    sponge.touching = True
    for x, y in places:
        pieces = max(1, round(math.dist((sponge.x_mm, sponge.y_mm), (x, y)) / step_mm))
        dx, dy = (x - sponge.x_mm) / pieces, (y - sponge.y_mm) / pieces
        for _ in range(pieces):
            sponge.x_mm += dx
            sponge.y_mm += dy
            returns += scrub(skin, sponge, FLAT, ground, (dx, dy), now_s, 0.05)
    return returns


def sponge_at(x_mm: float, y_mm: float, agent: str = "chlorhexidine"):
    sponge = fresh_sponge(agent, equipment().applicators[agent])
    sponge.x_mm, sponge.y_mm = x_mm, y_mm
    return sponge


def test_a_sponge_of_3_by_5_cm_covers_fifteen_cells_either_way_round():
    sponge = sponge_at(205.0, 205.0)
    _, under = sponges.footprint(FLAT, sponge)
    rows, columns = under.any(axis=1).sum(), under.any(axis=0).sum()
    assert (int(under.sum()), int(rows), int(columns)) == (15, 5, 3)
    sponge.turn_deg = 90.0
    _, turned = sponges.footprint(FLAT, sponge)
    assert (int(turned.sum()), int(turned.any(axis=1).sum()), int(turned.any(axis=0).sum())) == (15, 3, 5)


def test_gliding_on_in_one_direction_earns_no_pass():
    skin, ground = flat_skin()
    sponge = sponge_at(20.0, 200.0)
    for _ in range(6):
        sponge.x_mm = 20.0
        drag(skin, sponge, ground, (380.0, 200.0))
    assert int(skin.passes.sum()) == 0
    assert float(skin.friction_s.sum()) == 0.0


def test_trembling_in_place_earns_no_pass():
    skin, ground = flat_skin()
    sponge = sponge_at(200.0, 200.0)
    drag(skin, sponge, ground, *[(200.0 + 4.0 * (-1) ** k, 200.0) for k in range(60)], step_mm=2.0)
    assert int(skin.passes.sum()) == 0


@pytest.mark.parametrize("way", [(1.0, 0.0), (0.0, 1.0), (0.7, 0.7)])
def test_four_strokes_to_and_fro_are_three_reversing_passes(way):
    skin, ground = flat_skin()
    sponge = sponge_at(200.0 - 60.0 * way[0], 200.0 - 60.0 * way[1])
    ends = [(200.0 + s * 60.0 * way[0], 200.0 + s * 60.0 * way[1]) for s in (1, -1, 1, -1)]
    drag(skin, sponge, ground, *ends[:3])
    assert int(skin.passes[20, 20]) == 2
    assert not prepared(skin)[20, 20]
    drag(skin, sponge, ground, ends[3])
    assert int(skin.passes[20, 20]) == 3
    assert prepared(skin)[20, 20]


def test_arriving_from_another_side_loses_no_pass():
    skin, ground = flat_skin()
    sponge = sponge_at(200.0, 320.0)
    drag(skin, sponge, ground, (200.0, 200.0), (240.0, 200.0), (160.0, 200.0), (240.0, 200.0), (160.0, 200.0))
    assert int(skin.passes[20, 19]) >= 3


def test_one_applicator_wets_33_by_33_cm_and_no_more():
    skin, ground = flat_skin()
    sponge = sponge_at(15.0, 385.0)
    for row in range(8):
        y = 385.0 - 48.0 * row
        drag(skin, sponge, ground, *[(15.0 if k % 2 else 385.0, y) for k in range(5)])
    assert sponge.load_ml == pytest.approx(0.0, abs=1.0)
    assert float(skin.wet.sum()) == pytest.approx(33 * 33, rel=0.04)


def test_a_dry_sponge_leaves_streaks_that_do_not_count():
    skin, ground = flat_skin()
    sponge = sponge_at(140.0, 200.0)
    sponge.load_ml = 0.05
    drag(skin, sponge, ground, *[(260.0 if k % 2 == 0 else 140.0, 200.0) for k in range(8)])
    assert not prepared(skin)[20, 20]
    assert sponge.load_ml < 0.05


def test_a_film_dries_at_a_constant_rate():
    skin, _ = flat_skin(dry_s=100.0)
    skin.wet[3, 4], skin.wetted_s[3, 4] = 1.0, 20.0
    assert wetness(skin, 70.0)[3, 4] == pytest.approx(0.5)
    assert wetness(skin, 121.0)[3, 4] == 0.0


def test_friction_is_the_time_of_the_sponge_on_the_skin():
    skin, ground = flat_skin()
    sponge = sponge_at(140.0, 205.0)
    drag(skin, sponge, ground, *[(260.0 if k % 2 == 0 else 140.0, 205.0) for k in range(20)])
    ticks = 20 * 24
    earned_s = float(skin.friction_s.sum()) / 15.0
    assert 0.8 * ticks * 0.05 < earned_s <= ticks * 0.05


def test_the_least_rubbed_area_counts():
    skin, _ = flat_skin()
    planned = np.ones((40, 40), dtype=bool)
    skin.friction_s[:] = 0.5
    assert sponges.worst_area_friction_s(skin, planned, 15.0) == pytest.approx(0.5 * 1089 / 15)
    skin.friction_s[:, :20] = 0.0
    assert sponges.worst_area_friction_s(skin, planned, 15.0) == pytest.approx(0.5 * 33 * 13 / 15)


def test_a_sponge_that_comes_back_from_outside_is_counted_once_each_time():
    skin, _ = flat_skin()
    ground = Ground(np.ones((40, 40), dtype=bool), np.tile(np.arange(40) * 10.0, (40, 1)))
    skin.passes[:, :10], skin.tint[:, :10] = 3, 1.0
    sponge = sponge_at(50.0, 200.0)
    assert drag(skin, sponge, ground, (180.0, 200.0), (60.0, 200.0)) == 0
    assert drag(skin, sponge, ground, (360.0, 200.0)) == 0
    assert drag(skin, sponge, ground, (50.0, 200.0), (80.0, 200.0)) == 1
    assert drag(skin, fresh_sponge("iodine", equipment().applicators["iodine"]), ground, (50.0, 200.0)) == 0


def test_touching_the_bed_soils_the_sponge_at_once():
    skin, ground = flat_skin()
    ground.body[:, 20:] = False
    skin.passes[:, :10], skin.tint[:, :10] = 3, 1.0
    assert drag(skin, sponge_at(180.0, 200.0), ground, (240.0, 200.0), (50.0, 200.0)) == 1


# The step


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


def rims(state: Antisepsis, theatre: Theatre, inside_mm: float = 20.0) -> dict[str, float]:
    grid = state.grid
    left, right = grid.left_mm + inside_mm, grid.left_mm + grid.columns * 10.0 - inside_mm
    head, feet = (left, right) if theatre.plan.side == "right" else (right, left)
    return {"head": head, "feet": feet, "down": -100.0, "belly": 500.0}


def drape_all(theatre: Theatre, state: Antisepsis) -> list[Event]:
    return do(theatre, state, *[LayDrape(edge, at) for edge, at in rims(state, theatre).items()])


def test_draping_within_a_minute_of_wetting_is_a_critical_error():
    theatre = theatre_with()
    state = begun(theatre)
    prepare_all(theatre, state)
    theatre.tick += 59 * TICKS_PER_S
    assert [e.id for e in drape_all(theatre, state) if isinstance(e, CriticalError)] == ["draped-wet"]


def test_draping_dry_skin_is_none():
    theatre = theatre_with(sex="female")
    state = begun(theatre)
    do(theatre, state, RemoveHair("clip"))
    prepare_all(theatre, state)
    theatre.tick += 500 * TICKS_PER_S
    assert not [e for e in drape_all(theatre, state) if isinstance(e, CriticalError)]
    assert RULES.measures(theatre, state)["drying_s"] == pytest.approx(500.0)
    assert theatre.sterility.dry_fraction == 1.0
    assert theatre.sterility.draped


def test_a_cell_that_pools_counts_the_share_of_its_drying():
    theatre = theatre_with()
    state = begun(theatre)
    prepare_all(theatre, state)
    state.skin.wet[:] = 1.0
    state.skin.dry_s[:] = 100.0
    row, column = np.argwhere(state.planned)[0]
    state.skin.wet[row, column] = 3.0
    theatre.tick += 150 * TICKS_PER_S
    drape_all(theatre, state)
    assert RULES.measures(theatre, state)["drying_s"] == pytest.approx(180.0 * 150.0 / 300.0)


@pytest.mark.parametrize("side", ["right", "left"])
@pytest.mark.parametrize("edge", ["head", "feet", "down", "belly"])
def test_a_drape_that_stuck_moves_outward_only(side, edge):
    theatre = theatre_with(Plan(side=side))
    state = begun(theatre)
    at = rims(state, theatre, inside_mm=40.0)[edge]
    across, arcs = state.grid.centres()
    inward = math.copysign(10.0, (float(across.mean()) if edge in ("head", "feet") else float(arcs.mean())) - at)
    do(theatre, state, LayDrape(edge, at))
    assert "outward" in RULES.refuse(theatre, state, LayDrape(edge, at + inward))
    assert RULES.refuse(theatre, state, LayDrape(edge, at - inward)) is None


def test_two_drapes_leave_a_window_between_them():
    theatre = theatre_with()
    state = begun(theatre)
    do(theatre, state, LayDrape("belly", 300.0))
    assert "window" in RULES.refuse(theatre, state, LayDrape("down", 310.0))


def test_nothing_is_scrubbed_under_drapes():
    theatre = theatre_with()
    state = begun(theatre)
    do(theatre, state, FreshApplicator("chlorhexidine"), LayDrape("belly", 500.0))
    assert "drapes" in RULES.refuse(theatre, state, Grip())
    assert "drapes" in RULES.refuse(theatre, state, FreshApplicator("iodine"))


def test_the_film_goes_over_four_drapes():
    theatre = theatre_with()
    state = begun(theatre)
    drape_all(theatre, state)
    do(theatre, state, LayIncisionFilm())
    assert RULES.sight(theatre, state).film


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


def test_islands_on_the_far_side_and_thin_films_hide_from_the_table_and_show_leaning_in():
    theatre = theatre_with()
    state = begun(theatre)
    prepare_all(theatre, state)
    row, column = np.argwhere(state.planned & (state.far > 0.9))[40]
    state.skin.tint[row, column] = 0.0
    state.skin.wet[:] = 0.3
    table = RULES.sight(theatre, state)
    do(theatre, state, LeanIn(True))
    near = RULES.sight(theatre, state)
    assert table.tint[row][column] > 0.6
    assert near.tint[row][column] == 0.0
    assert max(max(line) for line in table.gloss) == 0.0
    assert near.gloss[row][column] > 0.2


def test_looking_changes_nothing_and_a_second_look_is_the_same_object():
    theatre = theatre_with()
    state = begun(theatre)
    before = canonical(state)
    first = RULES.sight(theatre, state)
    second = RULES.sight(theatre, state)
    assert first.tint is second.tint
    assert first.planned is second.planned
    assert canonical(state) == before


def test_a_look_does_not_depend_on_earlier_looks():
    theatre = theatre_with()
    state = begun(theatre)
    prepare_all(theatre, state)
    twin = copy.deepcopy(state)
    RULES.sight(theatre, state)
    theatre.tick += 3 * TICKS_PER_S
    assert RULES.sight(theatre, state) == RULES.sight(theatre, twin)


def test_the_state_travels_as_plain_values():
    theatre = theatre_with()
    state = begun(theatre)
    do(theatre, state, FreshApplicator("chlorhexidine"))
    rub(theatre, state, *middle(state))
    again = decode(Antisepsis, encode(state))
    assert canonical(again) == canonical(state)
    assert RULES.measures(theatre, again) == RULES.measures(theatre, state)


# Trainees


def played(skill: str, seed: int, allergy: str = "none") -> dict:
    scenario = load_scenario(shipped("scenarios") / "standard.yaml")
    scenario = dataclasses.replace(scenario, steps=("antisepsis",), plan=dataclasses.replace(scenario.plan, allergy=allergy))
    session = Session(scenario, seed, "exam", trainee=skill)
    run(session, make_trainee(skill, seed))
    assert not [event for event in session.events if isinstance(event, CriticalError)]
    return RULES.measures(session.theatre, session.states["antisepsis"])


def test_the_expert_prepares_the_whole_field_from_the_centre_out_and_waits():
    measured = played("expert", 3)
    assert measured["coverage"] >= 0.99
    assert measured["margin_mm"] >= 200.0
    assert measured["dirty_returns"] == 0.0
    assert measured["friction_s"] >= 30.0
    assert measured["fold_friction_s"] >= 120.0
    assert measured["drying_s"] >= 180.0
    assert measured["hand_scrub_min"] >= 3.0
    words = [measured[name] for name in ("hair", "gloves", "time_out", "carm_cover")]
    assert words == ["clipped", "double", "done", "yes"]


def test_the_expert_takes_iodine_when_chlorhexidine_is_an_allergen():
    measured = played("expert", 2, allergy="chlorhexidine")
    assert measured["iodine_scrub_min"] >= 5.0
    assert measured["iodine_dry_min"] >= 3.0
    assert measured["drying_s"] is None


def test_the_novice_hurries():
    measured = played("novice", 1)
    assert measured["coverage"] < 0.95
    assert measured["drying_s"] < 120.0
    assert measured["friction_s"] < 30.0


# What later steps and ears are told


def test_the_rims_are_handed_on_as_places_of_the_patient_at_once():
    theatre = theatre_with()
    state = begun(theatre)
    drape_all(theatre, state)
    head, feet, down, belly = theatre.sterility.rims_mm
    assert theatre.sterility.draped
    assert (down, belly) == state.rims_mm[2:]
    assert [layout.x_of_z(theatre, z_mm) for z_mm in (head, feet)] == pytest.approx(state.rims_mm[:2])
    assert head > feet
    assert not theatre.sterility.film
    do(theatre, state, LayIncisionFilm())
    assert theatre.sterility.film


def sounds(events: list[Event]) -> list[str]:
    return [event.sound for event in events if isinstance(event, Sounded)]


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


def test_stain_is_deep_only_where_the_skin_is_prepared():
    theatre = theatre_with()
    state = begun(theatre)
    passes, film = np.meshgrid(np.arange(5), np.linspace(0.0, 1.0, 21), indexing="ij")
    state.skin.passes[:5, :21], state.skin.tint[:5, :21] = passes, film
    depth, ready = stain(state.skin)[:5, :21], prepared(state.skin)[:5, :21]

    assert ready.any()
    assert not ready.all()
    assert depth[ready].min() > 0.9
    assert depth[~ready].max() < 0.85
    assert np.all(np.diff(depth, axis=0) >= 0.0)
    assert np.all(np.diff(depth, axis=1) >= 0.0)
