"""What a trainee sees and feels of catheter, connector, syringe and pump."""

from dataclasses import dataclass

Place = tuple[float, float]


@dataclass(frozen=True, slots=True)
class ConnectionSight:
    """The field of the connection step as it looks; places field-plane mm, lengths mm.

    Attributes:
        site: belly or back.
        mouth_xy, tail: Where the catheter comes out of its tunnel, and its line from there to the free end.
        ruler_mm: What the ruler shows under the working hand, from its zero; None beside it.
        end_on_ruler_mm: What it shows at the catheter's end; None beside it.
        blades_deg: How the scissors lie against the field's x axis; `catheter_deg` how the catheter lies under them.
        cuts: How often it was cut; `end_looks` is square, oblique, crushed or "" for the last.
        typed_mm: What is written on the chart.
        pump_xy, pump_deg, head_x: Where the pump lies and its stem looks; where the head is.
        outwards, seated: Of the pump.
        stem_xy, cap_xy: Where its stem and its access port are.
        loops_xy: Where its suture loops are; `stitched` those with a stitch.
        pocket_xy: Where the pocket is.
        plug_mm, plug_roll_deg: How far the plug is on its stem, and how its key stands against the slot.
        shut: Whether it clicked.
        slipped: Whether it slid under the last pull.
        force_n: What the hand feels along what it pushes or pulls.
        port: Port that the syringe stands in.
        drawn_ml, air_ml, drug_ml: What is in the syringe, by eye.
        suction: Whether the plunger springs back: nothing comes.
        drops_per_min: At the free end or past the joint.
        coil_radius_mm, wound_mm: Of the coil, by eye; `loose_mm` of catheter that lies about.
        kinks_seen: Narrow places that show in this wound: loop, anchor, tie, coil, seat, stitch.
        bite_mm: How far the arc of the present bite has bulged.
        holding: What the hand holds.
    """

    site: str
    mouth_xy: Place
    tail: tuple[Place, ...]
    ruler_mm: float | None
    end_on_ruler_mm: float | None
    blades_deg: float
    catheter_deg: float
    cuts: int
    end_looks: str
    typed_mm: float | None
    pump_xy: Place
    pump_deg: float
    head_x: float
    outwards: bool
    seated: bool
    stem_xy: Place
    cap_xy: Place
    loops_xy: tuple[Place, ...]
    stitched: tuple[int, ...]
    pocket_xy: Place
    plug_mm: float
    plug_roll_deg: float
    shut: bool
    slipped: bool
    force_n: float
    port: str
    drawn_ml: float
    air_ml: float
    drug_ml: float
    suction: bool
    drops_per_min: float
    coil_radius_mm: float
    wound_mm: float
    loose_mm: float
    kinks_seen: tuple[str, ...]
    bite_mm: float
    holding: str
