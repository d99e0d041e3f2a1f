"""What an author can say about a patient."""

from dataclasses import dataclass, field
from typing import Annotated, Literal

Vertebra = Literal["T4", "T5", "T6", "T7", "T8", "T9", "T10", "T11", "T12", "L1", "L2", "L3", "L4", "L5"]
FixedLevel = Literal["T4", "T5", "T6", "T7", "T8", "T9", "T10", "T11", "T12", "L1", "L2", "L3", "L4", "L5", "S1"]
DiscSpace = Literal[
    "T4-5", "T5-6", "T6-7", "T7-8", "T8-9", "T9-10", "T10-11", "T11-12", "T12-L1", "L1-2", "L2-3", "L3-4", "L4-5", "L5-S1"
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Range:
    """The lowest and highest value that a field accepts, its unit and what it means; read by the scenario loader."""

    low: float
    high: float
    unit: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Fracture:
    """An old compression fracture.

    Attributes:
        level: The broken vertebra.
        kind: A wedge lost height in front, a biconcave one in the middle.
    """

    level: Vertebra
    kind: Literal["wedge", "biconcave"] = "wedge"
    height_loss: Annotated[
        float, Range(0.1, 0.7, "ratio", "lost height; Genant's grade 1 is 0.20 to 0.25, grade 2 up to 0.40, grade 3 beyond")
    ] = 0.3


@dataclass(frozen=True, slots=True)
class Metastasis:
    """A tumour in a vertebra.

    Attributes:
        level: The vertebra that holds it.
        kind: A lytic one eats bone, a sclerotic one makes dense bone.
        place: The part of the vertebra in which its middle lies.
    """

    level: Vertebra
    kind: Literal["lytic", "sclerotic"] = "lytic"
    place: Literal["body", "pedicle_left", "pedicle_right"] = "body"
    size_mm: Annotated[float, Range(6, 40, "mm", "diameter of the tumour")] = 18.0


@dataclass(frozen=True, slots=True)
class Fusion:
    """An old fusion with metal: its spaces no longer open when the hips are flexed."""

    levels: Annotated[
        tuple[FixedLevel, ...], Range(0, 8, "levels", "levels with a pedicle screw on both sides, joined by two rods, such as [L4, L5, S1]")
    ] = ()
    cages: Annotated[tuple[DiscSpace, ...], Range(0, 4, "spaces", "disc spaces with a cage, such as [L4-5]")] = ()


@dataclass(frozen=True, slots=True)
class Variation:
    """What makes this spine another than a plain one; nothing unless said.

    Attributes:
        fusion: Screws, rods and cages of an old operation.
        transitional: A lumbosacral vertebra between two kinds; levels are named by truth, the trap is in counting.
        rib12: Whether the twelfth ribs are there; drawn leaves it to the seed.
    """

    kyphosis_deg: Annotated[float, Range(0, 30, "degrees", "kyphosis added between T4 and T12, answered by lordosis down to L3")] = 0.0
    spondylosis: Annotated[
        float, Range(0, 1, "ratio", "worn spine: 0 none, 1 severe with osteophytes, thin discs, thick facets and windows of 0.8 height")
    ] = 0.0
    window_factor: Annotated[float, Range(0.5, 1, "ratio", "height of the interlaminar windows against usual ones")] = 1.0
    fractures: Annotated[
        tuple[Fracture, ...], Range(0, 6, "fractures", "old compression fractures, each such as {level: L1, kind: wedge, height_loss: 0.3}")
    ] = ()
    laminectomy: Annotated[
        tuple[Vertebra, ...], Range(0, 5, "levels", "vertebrae without lamina and spinous process, such as [L4, L5]")
    ] = ()
    fusion: Fusion = Fusion()
    transitional: Literal["none", "sacralised-L5", "lumbarised-S1"] = "none"
    rib12: Literal["drawn", "present", "absent", "absent-left", "absent-right"] = "drawn"
    metastases: Annotated[
        tuple[Metastasis, ...],
        Range(0, 6, "metastases", "tumours, each such as {level: L2, kind: lytic, place: pedicle_left, size_mm: 18}"),
    ] = ()


@dataclass(frozen=True, slots=True)
class PatientSpec:
    """A body as its author describes it; the seed draws the rest.

    `hip_flexion_deg` is posture: it moves vertebrae rigidly and opens the interlaminar windows,
    and changes no shape and no draw.

    Attributes:
        variation: What makes this spine another than a plain one.
    """

    sex: Literal["female", "male"] = "male"
    age_y: Annotated[float, Range(18, 95, "years", "age")] = 55.0
    height_cm: Annotated[float, Range(130, 210, "cm", "standing height")] = 170.0
    weight_kg: Annotated[float, Range(35, 180, "kg", "body weight")] = 72.0
    lordosis_deg: Annotated[float, Range(10, 85, "degrees", "standing lordosis T12 to S1")] = 50.5
    scoliosis_deg: Annotated[float, Range(-40, 40, "degrees", "Cobb angle of a lumbar curve, apex L2; positive is convex to the left")] = (
        0.0
    )
    rotation_deg: Annotated[
        float, Range(-30, 30, "degrees", "axial rotation of the spine, greatest at L3; positive turns spinous processes to the left")
    ] = 0.0
    osteoporosis: Annotated[float, Range(0, 1, "ratio", "0 is normal bone, 1 severe osteoporosis")] = 0.0
    hip_flexion_deg: Annotated[float, Range(0, 110, "degrees", "flexion of the hips on the table")] = 75.0
    variation: Variation = field(default=Variation(), metadata={"sparse": True})

    @property
    def bmi(self) -> float:
        """Body mass index in kg/m2."""
        return self.weight_kg / (self.height_cm / 100.0) ** 2
