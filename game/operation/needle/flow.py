"""What comes out of the open hub of this needle, and what it costs the patient."""

from dataclasses import replace

from game.base import Event
from game.instruments import needle as shaft
from game.instruments.hub import HubFlow, HubInputs, bleeding_ml_per_min, hub_flow
from game.instruments.needle import Needle
from game.operation.events import Sounded
from game.operation.needle.contact import WITHIN_SAC
from game.operation.needle.events import Dripped, HubChanged
from game.operation.needle.state import NeedleStep
from game.operation.radiopaque import hub_mm
from game.operation.strain import lose_csf
from game.operation.theatre import Theatre
from game.patient import Tissue
from game.patient.csf import DROP_ML
from game.patient.physiology import csf_pressure_cmh2o

BRISK_DROPS_PER_MIN = 60.0  # one a second, lying on the side
BRISK_S = 5.0  # a drop within 5 s of opening the hub (expert judgement)
TURNED_DEG = 60.0  # flow that came only after turning the bevel is not brisk (simulator tolerance)


def advance(theatre: Theatre, step: NeedleStep) -> list[Event]:
    """Let fluid run for the theatre time since the last look, also through waiting that was booked."""
    needle, since_s = theatre.needle, theatre.theatre_s - step.flowed_s
    step.flowed_s = theatre.theatre_s
    if needle is None:
        return []
    flow = hub(theatre, step, needle)
    if step.filled > 0.0 and flow.cause == "plug" and not step.plug:
        flow = replace(flow, cause="catheter")
    kind = "closed" if needle.stylet_in or needle.entry_mm is None else flow.kind
    events: list[Event] = []
    if (kind, flow.cause) != (step.flow_kind, step.dry_cause):
        step.flow_kind, step.dry_cause = kind, flow.cause
        events.append(HubChanged(tick=theatre.tick, kind=kind, cause=flow.cause))
    step.drops_per_min = flow.drops_per_min
    if flow.drops_per_min > 0.0:
        events.extend(_run(theatre, step, flow, since_s))
    return events


def hub(theatre: Theatre, step: NeedleStep, needle: Needle) -> HubFlow:
    """Return what shows at the hub now."""
    if needle.entry_mm is None:
        return HubFlow("dry", 0.0, 0.0, 0.0, "stylet")
    tissue = shaft.tissue_at(needle, min(needle.depth_mm, needle.opened_mm))
    up = -1.0 if theatre.plan.side == "right" else 1.0
    blood = 0.0
    if step.bleed is not None:
        in_vein = tissue is Tissue.VEIN
        blood = bleeding_ml_per_min(step.bleed, theatre.theatre_s - step.torn_s, step.turned_deg, in_vein)
    return hub_flow(
        HubInputs(
            tip_tissue=tissue,
            opening_in_sac=opening_in_sac(theatre, needle, tissue),
            pressure_cmh2o=csf_pressure_cmh2o(theatre.physiology),
            bore_mm=needle.bore_mm,
            length_mm=needle.length_mm,
            stylet_in=needle.stylet_in,
            plug=1.0 if step.plug else step.filled,
            rootlet_on_bevel=step.root_on_bevel,
            turned_deg=step.turned_deg,
            hub_height_mm=max(0.0, up * hub_mm(needle)[0]),
            blood_ml_per_min=blood,
        )
    )


def opening_in_sac(theatre: Theatre, needle: Needle, tissue: Tissue) -> float:
    """Return how much of the opening lies inside the sac: the point runs ahead of the bevel's heel."""
    if tissue not in WITHIN_SAC:
        return 0.0
    wall = next((span for span in reversed(needle.spans) if span.tissue not in WITHIN_SAC and span.end_mm <= needle.depth_mm), None)
    inside = needle.depth_mm - wall.end_mm if wall is not None else 0.0
    return min(1.0, max(0.0, inside / theatre.equipment.needles["tuohy"].bevel_mm))


def _run(theatre: Theatre, step: NeedleStep, flow: HubFlow, since_s: float) -> list[Event]:
    """Count what runs out, let drops fall, and keep the best that was seen."""
    events = lose_csf(theatre, "hub", flow.ml_per_min * since_s / 60.0)
    theatre.strain.blood_lost_ml += flow.blood_ml_per_min * since_s / 60.0
    step.drop_ml += flow.drops_per_min * DROP_ML * since_s / 60.0
    if step.drop_ml >= DROP_ML:
        step.drop_ml %= DROP_ML
        if step.first_drop_s is None and step.open_s is not None:
            step.first_drop_s = theatre.theatre_s - step.open_s
        events += [Dripped(tick=theatre.tick), Sounded(tick=theatre.tick, sound="drip", loudness=0.5)]
    if step.first_drop_s is not None:
        step.best_flow = _better(step.best_flow, _grade(step, flow, step.first_drop_s))
    return events


def _grade(step: NeedleStep, flow: HubFlow, first_drop_s: float) -> str:
    """Return how a flow reads: brisk when it is clear, comes at once and without turning the bevel."""
    if flow.kind == "blood":
        return "blood"
    free = flow.kind in ("drops", "stream") and flow.drops_per_min >= BRISK_DROPS_PER_MIN
    return "brisk" if free and first_drop_s <= BRISK_S and step.turned_deg < TURNED_DEG else "slow"


def _better(old: str, new: str) -> str:
    return max(old, new, key=("none", "blood", "slow", "brisk").index)
