"""What a drill of standard views can ask for."""

from dataclasses import dataclass
from typing import Literal

from game.frames import Side
from game.operation.positioning.actions import Level
from game.patient.spec import Vertebra

Space = Literal["T10-11", "T11-12", "T12-L1", "L1-2", "L2-3", "L3-4", "L4-5"]


@dataclass(frozen=True, slots=True)
class TrueAp:
    """A true AP of a vertebra: each endplate one line, the spinous process midway between the pedicles.

    Attributes:
        kind: The word `true-ap`, or `square` where the vertebra is turned and the drill is about that.
        level: The vertebra.
    """

    kind: Literal["true-ap", "square"]
    level: Vertebra


@dataclass(frozen=True, slots=True)
class TrueLateral:
    """A true lateral of a vertebra, or of a disc space with the endplates of both neighbours parallel.

    Attributes:
        kind: Always `true-lateral`.
        level: The vertebra or the disc space.
    """

    kind: Literal["true-lateral"]
    level: Literal[Vertebra, Space]


@dataclass(frozen=True, slots=True)
class ContralateralOblique:
    """A view along the laminae opposite to the needle, at an interlaminar window.

    Attributes:
        kind: Always `contralateral-oblique`.
        level: The window.
        side: Side of the midline from which the needle comes; the beam runs along the laminae of the other side.
    """

    kind: Literal["contralateral-oblique"]
    level: Space
    side: Side


@dataclass(frozen=True, slots=True)
class CountTo:
    """Count to a vertebra, and point at it on a picture.

    Attributes:
        kind: Always `count-to`.
        level: The vertebra.
    """

    kind: Literal["count-to"]
    level: Level


ViewTask = TrueAp | TrueLateral | ContralateralOblique | CountTo


def task_title(task: ViewTask) -> str:
    """Return what is asked for, for people."""
    match task:
        case TrueAp(kind="square"):
            return f"Square {task.level} in the AP"
        case TrueAp():
            return f"True AP of {task.level}"
        case TrueLateral():
            return f"True lateral of {task.level}"
        case ContralateralOblique():
            return f"Contralateral oblique of {task.level}, needle from the {task.side}"
        case CountTo():
            return f"Count to {task.level} and point at it"


def task_short(task: ViewTask) -> str:
    """Return what is asked for where there is little room."""
    words = {"true-ap": "AP", "square": "Sq.", "true-lateral": "Lat.", "contralateral-oblique": "Obl.", "count-to": "Find"}
    return f"{words[task.kind]} {task.level}"
