"""What the antisepsis step does not allow, each with a sentence for the trainee. Nothing here changes anything."""

from game.base import Action
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
from game.operation.antisepsis.state import EDGES, Antisepsis
from game.operation.theatre import NO_RIMS, Theatre

SCRUB_LIMITS_MIN = (0.5, 10.0)


def refuse(theatre: Theatre, state: Antisepsis, action: Action) -> str | None:
    """Say why an action is not possible now, or None."""
    match action:
        case Grip():
            return _refuse_grip(theatre, state)
        case Roll():
            return None if theatre.hand.instrument == "applicator" else "There is nothing in the hand to turn."
        case FreshApplicator():
            return _refuse_applicator(theatre, state)
        case WipeOff():
            return "There is no antiseptic on the skin to wipe off." if not state.agents else _refuse_draped(state)
        case _:
            return _refuse_hands(state, action) or _refuse_covers(theatre, state, action)


def _refuse_hands(state: Antisepsis, action: Action) -> str | None:
    match action:
        case RemoveHair():
            return _refuse_hair(state)
        case WashHands(minutes):
            return _refuse_wash(state, minutes)
        case PutOnGloves(pairs):
            return None if pairs in (1, 2) else "Gloves come as one pair or two."
        case _:
            return None


def _refuse_covers(theatre: Theatre, state: Antisepsis, action: Action) -> str | None:
    match action:
        case LayDrape(edge, at_mm):
            return _refuse_drape(theatre, state, edge, at_mm)
        case LayIncisionFilm():
            return _refuse_film(state)
        case CoverCArm():
            return "The C-arm is covered already." if theatre.sterility.carm_covered else None
        case _:
            return None


def _refuse_draped(state: Antisepsis) -> str | None:
    return "The drapes lie: the skin is prepared before they are laid." if state.rims_mm != NO_RIMS else None


def _refuse_grip(theatre: Theatre, state: Antisepsis) -> str | None:
    if theatre.hand.instrument != "applicator":
        return "There is nothing in the hand to scrub with."
    return _refuse_draped(state) or ("Open a fresh applicator first." if not state.sponge.agent else None)


def _refuse_hair(state: Antisepsis) -> str | None:
    if state.hair != "hairy":
        return "The hair is off already."
    return "Hair is dealt with before the antiseptic." if state.agents else None


def _refuse_wash(state: Antisepsis, minutes: float) -> str | None:
    low, high = SCRUB_LIMITS_MIN
    if not low <= minutes <= high:
        return f"A scrub of the hands takes {low:g} to {high:g} minutes."
    return "You wear sterile gloves; hands are scrubbed before." if state.glove_pairs else None


def _refuse_applicator(theatre: Theatre, state: Antisepsis) -> str | None:
    return "Let go of the applicator that is in the hand first." if theatre.hand.gripping else _refuse_draped(state)


def _refuse_drape(theatre: Theatre, state: Antisepsis, edge: str, at_mm: float) -> str | None:
    if edge not in EDGES:
        return f"A drape has the edges {', '.join(EDGES)}, not {edge}."
    if theatre.hand.gripping:
        return "Let go of the applicator first."
    if not _on_field(state, edge, at_mm):
        return "The rim of a drape must lie on the field."
    if _crosses(theatre, state, edge, at_mm):
        return "The drapes would leave no window."
    lying = state.rims_mm[EDGES.index(edge)]
    if lying is not None and (at_mm - lying) * outward(theatre, edge) <= 0.0:
        return "A drape that has stuck moves outward only; inward it would drag dirt over the clean skin."
    return None


def _on_field(state: Antisepsis, edge: str, at_mm: float) -> bool:
    grid = state.grid
    if edge in ("head", "feet"):
        return grid.left_mm <= at_mm <= grid.left_mm + grid.columns * grid.cell_mm
    return grid.top_mm - grid.rows * grid.cell_mm <= at_mm <= grid.top_mm


def outward(theatre: Theatre, edge: str) -> float:
    """Return the direction along x or y in which an edge leaves the field."""
    head = layout.along_sign(theatre)
    return {"head": head, "feet": -head, "down": -1.0, "belly": 1.0}[edge]


def _crosses(theatre: Theatre, state: Antisepsis, edge: str, at_mm: float) -> bool:
    opposite = {"head": "feet", "feet": "head", "down": "belly", "belly": "down"}[edge]
    other = state.rims_mm[EDGES.index(opposite)]
    return other is not None and (at_mm - other) * outward(theatre, edge) <= 0.0


def _refuse_film(state: Antisepsis) -> str | None:
    if any(rim is None for rim in state.rims_mm):
        return "The film is laid over the drapes; lay all four first."
    return "The film lies already." if state.film else None
