"""What guided mode says next in the connection step."""

from typing import TYPE_CHECKING

from game.operation.connection.layout import docked
from game.operation.connection.sight import ConnectionSight
from game.session.observation import Observation
from game.view.screens.operative.hints import Wish

if TYPE_CHECKING:
    from game.session.session import Session

ENOUGH_ML, SPARE_MM, LOOPS = 1.0, 200.0, 3
COILED = 0.4
"""Share of the spare that has to be wound before the pump is seated."""
FITS_DEG = 12.0


def connection_hint(session: "Session", observation: Observation) -> Wish:
    """Return what fits now between catheter and pump."""
    sight = observation.sight
    if not isinstance(sight, ConnectionSight):
        return ()
    if sight.site == "back":
        return ("conn_at_back",) if sight.kinks_seen else ("conn_back_is_free",)
    if sight.plug_mm <= 0.0:
        return _before_joint(sight)
    if not sight.shut:
        return _to_click(sight)
    return _after_joint(session, sight)


def _before_joint(sight: ConnectionSight) -> Wish:
    if sight.cuts == 0 or sight.loose_mm > SPARE_MM + 100.0:
        return ("conn_cut",) if sight.end_on_ruler_mm is not None else ("conn_lay",)
    if sight.end_looks in ("oblique", "crushed"):
        return ("conn_cut_again",)
    if sight.typed_mm is None:
        return ("conn_write",)
    return _to_click(sight) if docked(sight.stem_xy, sight.tail[-1]) else ("conn_to_stem",)


def _to_click(sight: ConnectionSight) -> Wish:
    """Return what a plug before its stem still needs."""
    turned = abs((sight.plug_roll_deg + 180.0) % 360.0 - 180.0) > FITS_DEG
    return ("conn_slot",) if turned else ("conn_push",)


def _after_joint(session: "Session", sight: ConnectionSight) -> Wish:
    step = session.states["connection"]
    ways: tuple[tuple[bool, Wish], ...] = (
        (sight.typed_mm is None, ("conn_write",)),
        (step.tugged == "untested", ("conn_tug",)),
        (step.tugged == "slips", ("conn_slips",)),
        (sight.suction, ("conn_too_hard",)),
        (sight.air_ml > 0.0, ("conn_air",)),
        (step.drawn_ml < ENOUGH_ML and bool(sight.port) and step.covered_times == 0 and sight.holding == "plunger", ("conn_pull",)),
        (step.drawn_ml < ENOUGH_ML, ("conn_draw",)),
        (not sight.seated and sight.wound_mm < COILED * sight.loose_mm, ("conn_coil",)),
        (not sight.seated, ("conn_seat",)),
        (len(sight.stitched) < LOOPS, ("conn_stitch",)),
    )
    return next((wish for open_now, wish in ways if open_now), ("go_on",))
