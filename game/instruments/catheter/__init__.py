"""The catheter as a real elastic thing: fed through the needle, bent by walls, cut by the heel."""

from game.instruments.catheter import flow, shape
from game.instruments.catheter.events import Buckled, CordTouched, Looped, Passed, Resistance, RootTouched, Sheared, TipLeft, WallCut
from game.instruments.catheter.feed import advance, feed, grip, let_go, settled, twist, word
from game.instruments.catheter.rod import Opening, Rod, opening_at, start
from game.instruments.catheter.withdrawal import move_as_unit, withdraw_wire

__all__ = [
    "Buckled",
    "CordTouched",
    "Looped",
    "Opening",
    "Passed",
    "Resistance",
    "Rod",
    "RootTouched",
    "Sheared",
    "TipLeft",
    "WallCut",
    "advance",
    "feed",
    "flow",
    "grip",
    "let_go",
    "move_as_unit",
    "opening_at",
    "settled",
    "shape",
    "start",
    "twist",
    "withdraw_wire",
    "word",
]
