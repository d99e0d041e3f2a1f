"""What eyes make out on a picture."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReadableLandmark:
    """A structure that can be made out on a picture.

    Attributes:
        name: A landmark of the patient such as `L3.pedicle_left`, or `needle_tip`, `needle_hub_end` of a tube.
        u, v: Where it seems to lie, right and up from the middle, -1 to 1 over the field.
        sigma_mm: How uncertain that is, mm at the isocentre.
    """

    name: str
    u: float
    v: float
    sigma_mm: float
