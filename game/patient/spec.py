"""What an author can say about a patient."""

from dataclasses import dataclass
from typing import Annotated, Literal


@dataclass(frozen=True, slots=True)
class Range:
    """The lowest and highest value that a field accepts, its unit and what it means; read by the scenario loader."""

    low: float
    high: float
    unit: str
    meaning: str


@dataclass(frozen=True, slots=True)
class PatientSpec:
    """A body as its author describes it; the seed draws the rest.

    `hip_flexion_deg` is posture: it moves vertebrae rigidly and opens the interlaminar windows,
    and changes no shape and no draw.
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

    @property
    def bmi(self) -> float:
        """Body mass index in kg/m2."""
        return self.weight_kg / (self.height_cm / 100.0) ** 2
