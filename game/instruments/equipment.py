"""What lies on the tray, as its makers describe it; the numbers stand in `assets/equipment.yaml`."""

from dataclasses import dataclass
from typing import Annotated, Literal

from game.patient.spec import Range


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedleSpec:
    """A spinal or injection needle.

    Attributes:
        label: What people call it.
        source: Where its numbers are from.
    """

    label: Annotated[str, Range(1, 60, "characters", "what people call it")]
    gauge: Annotated[int, Range(14, 27, "G", "nominal gauge")]
    outer_mm: Annotated[float, Range(0.2, 3, "mm", "outer diameter of the shaft")]
    bore_mm: Annotated[float, Range(0.1, 2.5, "mm", "inner diameter of the shaft")]
    length_mm: Annotated[float, Range(10, 200, "mm", "length of the shaft from hub to tip")]
    stiffness_n_m2: Annotated[float, Range(1e-5, 0.5, "N m2", "bending stiffness EI of the shaft")]
    bevel_mm: Annotated[float, Range(0.5, 6, "mm", "length of the opening at the tip")]
    drift_mm_per_cm: Annotated[float, Range(0, 2, "mm per cm", "sideways drift towards the opening while it advances")]
    bend_limit_n_m: Annotated[float, Range(0.001, 1, "N m", "moment of the shaft beyond which it stays bent")]
    burr_force_n: Annotated[float, Range(1, 100, "N", "force on bone beyond which the tip is burred")]
    source: Annotated[str, Range(1, 160, "characters", "where the numbers are from")]


@dataclass(frozen=True, slots=True, kw_only=True)
class SyringeSpec:
    """The one syringe of local anaesthetic that is used in the whole case.

    Attributes:
        label: What people call it.
        needle: Id of the needle on it.
        source: Where its numbers are from.
    """

    label: Annotated[str, Range(1, 60, "characters", "what people call it")]
    volume_ml: Annotated[float, Range(1, 60, "mL", "what it holds when full")]
    lidocaine_mg_per_ml: Annotated[float, Range(1, 20, "mg/mL", "concentration of plain lidocaine")]
    needle: Annotated[str, Range(1, 40, "characters", "id of the needle on it")]
    source: Annotated[str, Range(1, 160, "characters", "where the numbers are from")]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicatorSpec:
    """A sponge on a handle that holds antiseptic.

    Attributes:
        label: What people call it.
        source: Where its numbers are from.
    """

    label: Annotated[str, Range(1, 60, "characters", "what people call it")]
    volume_ml: Annotated[float, Range(1, 60, "mL", "antiseptic that it holds")]
    area_side_mm: Annotated[float, Range(50, 500, "mm", "side of the square that one applicator covers")]
    sponge_width_mm: Annotated[float, Range(10, 100, "mm", "width of the sponge across the stroke")]
    sponge_length_mm: Annotated[float, Range(10, 100, "mm", "length of the sponge along the stroke")]
    source: Annotated[str, Range(1, 160, "characters", "where the numbers are from")]


@dataclass(frozen=True, slots=True, kw_only=True)
class CatheterSpec:
    """A spinal catheter with its guide wire.

    Attributes:
        label: What people call it.
        source: Where its numbers are from.
    """

    label: Annotated[str, Range(1, 60, "characters", "what people call it")]
    outer_mm: Annotated[float, Range(0.5, 3, "mm", "outer diameter")]
    bore_mm: Annotated[float, Range(0.1, 2, "mm", "inner diameter")]
    supplied_mm: Annotated[float, Range(300, 2000, "mm", "length as it comes")]
    stiffness_n_m2: Annotated[float, Range(1e-7, 1e-3, "N m2", "bending stiffness EI of the tube")]
    wire_n_m2: Annotated[float, Range(0, 1e-3, "N m2", "bending stiffness that the guide wire adds")]
    bend_radius_mm: Annotated[float, Range(1, 30, "mm", "radius below which the bore narrows")]
    break_n: Annotated[float, Range(1, 100, "N", "pull at which it breaks")]
    source: Annotated[str, Range(1, 160, "characters", "where the numbers are from")]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchorSpec:
    """What fixes the catheter to the fascia.

    Attributes:
        label: What people call it.
        source: Where its numbers are from.
    """

    label: Annotated[str, Range(1, 60, "characters", "what people call it")]
    length_mm: Annotated[float, Range(5, 60, "mm", "along the catheter")]
    eyelets: Annotated[int, Range(1, 6, "eyelets", "places for a suture")]
    grip_n: Annotated[float, Range(0.1, 30, "N", "pull at which the catheter slips when every eyelet is sutured to ligament or fascia")]
    bare_grip_n: Annotated[float, Range(0, 10, "N", "the same without a suture")]
    source: Annotated[str, Range(1, 160, "characters", "where the numbers are from")]


@dataclass(frozen=True, slots=True, kw_only=True)
class TunnellerSpec:
    """A malleable rod with a sheath that is passed under the skin.

    Attributes:
        label: What people call it.
        source: Where its numbers are from.
    """

    label: Annotated[str, Range(1, 60, "characters", "what people call it")]
    outer_mm: Annotated[float, Range(2, 10, "mm", "outer diameter with the sheath")]
    length_mm: Annotated[float, Range(200, 800, "mm", "length of the rod")]
    stiffness_n_m2: Annotated[float, Range(0.1, 20, "N m2", "bending stiffness EI")]
    source: Annotated[str, Range(1, 160, "characters", "where the numbers are from")]


@dataclass(frozen=True, slots=True, kw_only=True)
class PumpSpec:
    """An implantable pump.

    Attributes:
        label: What people call it.
        source: Where its numbers are from.
    """

    label: Annotated[str, Range(1, 60, "characters", "what people call it")]
    diameter_mm: Annotated[float, Range(40, 120, "mm", "diameter of its disc")]
    thickness_mm: Annotated[float, Range(10, 40, "mm", "thickness of its disc")]
    mass_g: Annotated[float, Range(50, 400, "g", "empty")]
    chamber_ml: Annotated[float, Range(5, 60, "mL", "drug that its chamber holds")]
    tubing_ml: Annotated[float, Range(0, 1, "mL", "volume of its tubing")]
    loops: Annotated[int, Range(0, 8, "loops", "eyelets for a suture")]
    source: Annotated[str, Range(1, 160, "characters", "where the numbers are from")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Equipment:
    """Everything that the built steps take from the tray.

    Attributes:
        format: Version of this file's layout.
        needles: Needles by id.
        syringes: Syringes by id.
        applicators: Applicators by the agent they hold.
        catheters, anchors, tunnellers, pumps: By id; the first of each is what a case uses unless it says otherwise.
    """

    format: Literal[1]
    needles: dict[str, NeedleSpec]
    syringes: dict[str, SyringeSpec]
    applicators: dict[str, ApplicatorSpec]
    catheters: dict[str, CatheterSpec]
    anchors: dict[str, AnchorSpec]
    tunnellers: dict[str, TunnellerSpec]
    pumps: dict[str, PumpSpec]
