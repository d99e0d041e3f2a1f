"""The antisepsis step: hands, hair, scrubbing to and fro, drying, drapes, and the covers."""

import math

import numpy as np

from game.base import Action, Event
from game.clock import seconds
from game.instruments.applicator import FRICTION_PER_HAND_S, bare_skin, follow, fresh_sponge, scrub, wipe
from game.operation.actions import Grip, Roll
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
from game.operation.antisepsis.events import ApplicatorOpened, Draped, GloveTorn, HairRemoved, SpongeReturned, WipedOff
from game.operation.antisepsis.look import sight
from game.operation.antisepsis.measures import coverage, dry_fraction, drying_s, last_wetting_s, measures, wet_and_fresh
from game.operation.antisepsis.refusals import refuse
from game.operation.antisepsis.state import EDGES, Antisepsis
from game.operation.core import wait
from game.operation.events import CriticalError, Sounded
from game.operation.steps import StepRules
from game.operation.theatre import NO_RIMS, Theatre

MEAN_DRY_S, SPREAD_DRY_S = 123.0, 32.0  # chlorhexidine-alcohol on hairless skin (Gunka 2019)
LEAST_DRY_S, MOST_DRY_S = 60.0, 190.0  # tails of that spread that a small cell can reach (simulator tolerance)
HAIR_DRIES_SLOWER = {"male": 8.0, "female": 2.0}  # in hair drying can need up to an hour (maker's instructions)
POOL_FILMS = (1.6, 2.4)  # films that collect in a crease (expert judgement)
WET_S = 60.0  # draped sooner after wetting than this, the skin burns and the drape lifts (simulator tolerance)
TEAR_CHANCE = 0.03  # that the C-arm's frame tears a glove while it is covered (expert judgement)
CLIP_S, RAZOR_S, APPLICATOR_S, GLOVES_S, DRAPE_S, FILM_S, COVER_S, WIPE_S = 120.0, 90.0, 15.0, 60.0, 40.0, 30.0, 60.0, 20.0
LOOK_TICKS = 12  # how often others see how the field stands
STROKE_TICKS = 48  # a stroke of scrubbing is heard so often (expert judgement)
EXTRA_TICKS = round(FRICTION_PER_HAND_S) - 1  # booked for each tick of a scrubbing hand
BETWEEN_TICKS = 6  # a hand that is seen 20 times a second moves in between (simulator tolerance)


def start(theatre: Theatre) -> Antisepsis:
    """Lay the field out round the marks, and draw how each place dries."""
    chance = theatre.chance("antisepsis")
    cuts = layout.planned_cuts(theatre)
    grid = layout.make_grid(theatre, cuts)
    body, far = layout.skin_map(theatre, grid)
    ground = layout.make_ground(theatre, grid, cuts, body)
    dry_s = np.clip(chance.normal(MEAN_DRY_S, SPREAD_DRY_S, size=body.shape), LEAST_DRY_S, MOST_DRY_S)
    films = chance.uniform(*POOL_FILMS, size=body.shape)
    glance = chance.normal(size=body.shape)
    planned = body & (ground.distance_mm <= layout.MARGIN_MM)
    theatre.hand.x_mm, theatre.hand.y_mm = layout.x_of_z(theatre, cuts[0].end[1]), cuts[0].end[0]
    theatre.hand.instrument = ""
    theatre.marks = [mark for mark in theatre.marks if mark.kind != "metal"]  # the marker is not sterile: it is taken off
    return Antisepsis(
        grid=grid,
        centre_z_mm=theatre.camera.centre_mm[2],
        ground=ground,
        planned=planned,
        fold=planned & layout.fold_cells(theatre, grid),
        skin=bare_skin(dry_s * HAIR_DRIES_SLOWER[theatre.spec.sex], np.where(layout.pooling_cells(theatre, grid, body), films, 1.0)),
        glance=glance,
        far=far,
    )


def apply(theatre: Theatre, state: Antisepsis, action: Action) -> list[Event]:
    """Do an action that was not refused."""
    events = _act(theatre, state, action)
    _hand_over(theatre, state)
    return events


def _act(theatre: Theatre, state: Antisepsis, action: Action) -> list[Event]:
    match action:
        case Grip():
            state.sponge.x_mm, state.sponge.y_mm = theatre.hand.x_mm, theatre.hand.y_mm
            state.sponge.touching, state.still_ticks = True, BETWEEN_TICKS
        case Roll(angle_deg):
            state.sponge.turn_deg = (state.sponge.turn_deg + angle_deg) % 360.0
        case FreshApplicator(agent):
            state.sponge = fresh_sponge(agent, theatre.equipment.applicators[agent], state.sponge.turn_deg)
            theatre.hand.instrument = "applicator"
            return [wait(theatre, APPLICATOR_S, "fresh applicator"), ApplicatorOpened(tick=theatre.tick, agent=agent)]
        case WipeOff():
            return _wipe_off(theatre, state)
        case RemoveHair() | WashHands() | PutOnGloves():
            return _ready_hands(theatre, state, action)
        case _:
            return _cover_up(theatre, state, action)
    return []


def _ready_hands(theatre: Theatre, state: Antisepsis, action: Action) -> list[Event]:
    match action:
        case RemoveHair(how):
            return _remove_hair(theatre, state, how)
        case WashHands(minutes):
            state.scrub_min += minutes
            return [wait(theatre, 60.0 * minutes, "hands scrubbed")]
        case PutOnGloves(pairs):
            state.glove_pairs, state.torn = pairs, False
            return [_heard(theatre, "glove"), wait(theatre, GLOVES_S, "gloves")]
    return []


def _cover_up(theatre: Theatre, state: Antisepsis, action: Action) -> list[Event]:
    match action:
        case LayDrape(edge, at_mm):
            return _drape(theatre, state, edge, at_mm)
        case LayIncisionFilm():
            state.film = theatre.sterility.film = True
            return [_heard(theatre, "drape", 0.5), wait(theatre, FILM_S, "incision film")]
        case CoverCArm():
            return _cover(theatre, state)
    return []


def _remove_hair(theatre: Theatre, state: Antisepsis, how: str) -> list[Event]:
    state.hair = "clipped" if how == "clip" else "shaved"
    state.skin.dry_s = state.skin.dry_s / HAIR_DRIES_SLOWER[theatre.spec.sex]
    return [wait(theatre, CLIP_S if how == "clip" else RAZOR_S, "hair"), HairRemoved(tick=theatre.tick, how=how)]


def _wipe_off(theatre: Theatre, state: Antisepsis) -> list[Event]:
    cells = int(wipe(state.skin, theatre.theatre_s).sum())
    state.wiped = state.wiped or cells > 0
    state.changes += 1
    return [wait(theatre, WIPE_S, "swab"), WipedOff(tick=theatre.tick, cells=cells)]


def _drape(theatre: Theatre, state: Antisepsis, edge: str, at_mm: float) -> list[Event]:
    now_s = theatre.theatre_s
    first = state.rims_mm == NO_RIMS
    head, feet, down, belly = (at_mm if name == edge else rim for name, rim in zip(EDGES, state.rims_mm, strict=True))
    state.rims_mm = (head, feet, down, belly)
    theatre.sterility.rims_mm = (_height(theatre, head), _height(theatre, feet), down, belly)
    theatre.sterility.draped = None not in state.rims_mm
    events: list[Event] = [Draped(tick=theatre.tick, edge=edge, at_mm=at_mm), _heard(theatre, "drape"), wait(theatre, DRAPE_S, "drape")]
    if first:
        state.drying_s = drying_s(state, now_s)
        if wet_and_fresh(state, now_s, WET_S):
            events.append(CriticalError(tick=theatre.tick, id="draped-wet"))
    return events


def _height(theatre: Theatre, rim_mm: float | None) -> float | None:
    return None if rim_mm is None else layout.z_of_x(theatre, rim_mm)


def _heard(theatre: Theatre, sound: str, loudness: float = 1.0) -> Sounded:
    return Sounded(tick=theatre.tick, sound=sound, loudness=loudness)


def _cover(theatre: Theatre, state: Antisepsis) -> list[Event]:
    theatre.sterility.carm_covered = True
    events: list[Event] = [_heard(theatre, "drape"), wait(theatre, COVER_S, "C-arm covered")]
    if float(theatre.chance("antisepsis").random()) < TEAR_CHANCE and state.glove_pairs:
        state.torn = True
        events.append(GloveTorn(tick=theatre.tick))
    return events


def _hand_over(theatre: Theatre, state: Antisepsis) -> None:
    """Write down what later steps need to know of the field."""
    sterility = theatre.sterility
    sterility.agent = state.agents[-1] if state.agents else ""
    sterility.coverage = coverage(state)
    sterility.wetted_s = last_wetting_s(state)
    if state.rims_mm == NO_RIMS:
        sterility.dry_fraction = dry_fraction(state, theatre.theatre_s)
    sterility.breaks = state.dirty_returns + int(state.torn) + int(state.glove_pairs == 0)


def advance(theatre: Theatre, state: Antisepsis) -> list[Event]:
    """Scrub for one tick if the applicator works and moves."""
    if theatre.tick % LOOK_TICKS == 0 and state.agents:
        _hand_over(theatre, state)
    sponge = state.sponge
    sponge.touching = theatre.hand.gripping and theatre.hand.instrument == "applicator"
    if not sponge.touching:
        return []
    motion_mm = follow(sponge, theatre.hand.x_mm, theatre.hand.y_mm)
    if math.hypot(*motion_mm) < 0.01:
        state.still_ticks += 1
        return []
    worked = _worked_ticks(state)
    theatre.waited_ticks += EXTRA_TICKS * worked
    heard, state.scrubbed_ticks = _strokes(state), state.scrubbed_ticks + worked
    state.changes += 1
    contact_s = FRICTION_PER_HAND_S * seconds(worked)
    returned = scrub(state.skin, sponge, state.grid, state.ground, motion_mm, theatre.theatre_s, contact_s)
    stroke = [_heard(theatre, "scrub")] if _strokes(state) > heard else []
    return [*stroke, *_first_touch(theatre, state), *_returned(theatre, state, returned)]


def _worked_ticks(state: Antisepsis) -> int:
    """Return how many ticks this motion stands for.

    A window tells where the mouse is once a frame: ticks without news between two motions are motion too, so that the same
    hand rubs as much at any frame rate.
    """
    worked = 1 + state.still_ticks if state.still_ticks < BETWEEN_TICKS else 1
    state.still_ticks = 0
    return worked


def _strokes(state: Antisepsis) -> int:
    return math.ceil(state.scrubbed_ticks / STROKE_TICKS)


def _first_touch(theatre: Theatre, state: Antisepsis) -> list[Event]:
    agent = state.sponge.agent
    if agent not in state.agents:
        state.agents.append(agent)
    if agent != theatre.plan.allergy or state.allergen_touched:
        return []
    state.allergen_touched = True
    return [CriticalError(tick=theatre.tick, id="antiseptic-against-allergy")]


def _returned(theatre: Theatre, state: Antisepsis, returned: bool) -> list[Event]:
    if not returned:
        return []
    state.dirty_returns += 1
    return [SpongeReturned(tick=theatre.tick), _heard(theatre, "click", 0.2)]


def unsafe(theatre: Theatre, state: Antisepsis) -> str | None:
    """Say why nobody should go on from here, or None."""
    if theatre.hand.gripping:
        return "The hand still holds the applicator on the skin."
    if not state.agents:
        return "No antiseptic has touched the skin."
    missing = [edge for edge, rim in zip(EDGES, state.rims_mm, strict=True) if rim is None]
    return f"The field is not draped: {', '.join(missing)} missing." if missing else None


RULES = StepRules(
    id="antisepsis",
    title="Antisepsis and drapes",
    state_type=Antisepsis,
    actions=(Roll, RemoveHair, WashHands, PutOnGloves, FreshApplicator, WipeOff, LayDrape, LayIncisionFilm, CoverCArm),
    tray=("applicator",),
    start=start,
    refuse=refuse,
    apply=apply,
    advance=advance,
    unsafe=unsafe,
    measures=measures,
    sight=sight,
)
