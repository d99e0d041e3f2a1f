"""What was agreed before the operation: the first handover."""

from dataclasses import dataclass, field
from typing import Annotated, Literal

from game.frames import Side
from game.operation.views.tasks import ViewTask
from game.patient.spec import Range

Window = Literal["L1-2", "L2-3", "L3-4", "L4-5"]
Allergy = Literal["none", "chlorhexidine", "iodine"]
Anaesthesia = Literal["local", "sedation", "general"]
TipLevel = Literal["T8", "T9", "T10", "T11", "T12", "L1"]


@dataclass(frozen=True, slots=True)
class PocketMark:
    """Where the pump is to lie, marked while the patient sat.

    Attributes:
        arc_mm: Along the skin from the dorsal midline round the flank of the pump side.
        z_mm: Height above the centre of L3.
    """

    arc_mm: Annotated[float, Range(150, 520, "mm", "arc along the skin from the back's midline")] = 360.0
    z_mm: Annotated[float, Range(-150, 100, "mm", "height above the centre of L3")] = -20.0


@dataclass(frozen=True, slots=True)
class Plan:
    """The order card that the operation follows; the briefing step will produce the same object.

    Attributes:
        views: The standard views that a drill asks for, in order.
    """

    side: Side = "right"
    window: Window = "L3-4"
    tip_level: TipLevel = "T10"
    allergy: Allergy = "none"
    anaesthesia: Anaesthesia = "sedation"
    lidocaine_max_mg: Annotated[float, Range(50, 700, "mg", "most lidocaine allowed in the whole case")] = 320.0
    antibiotic_min_before: Annotated[float, Range(0, 180, "minutes", "end of the antibiotic before the start of this case")] = 10.0
    pocket_mark: PocketMark = PocketMark()
    views: Annotated[
        tuple[ViewTask, ...], Range(0, 8, "views", "what a drill of views asks for, each such as {kind: true-ap, level: L3}")
    ] = field(default=(), metadata={"sparse": True})
