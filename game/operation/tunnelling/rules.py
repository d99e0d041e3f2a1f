"""The tunnelling step: belly opened, rod through the fat of the flank, catheter drawn through and fluid seen at its end."""

from game.base import Action, Event
from game.frames import FieldCamera
from game.instruments.tunneller import Rod, Strengths, settled
from game.operation import actions as act
from game.operation import prepared
from game.operation.events import CriticalError
from game.operation.implant import Tunnel
from game.operation.steps import StepRules
from game.operation.theatre import Theatre
from game.operation.tunnelling import catheter, hands, rodwork
from game.operation.tunnelling.actions import BendRod, DrawRod, DrawSheath, OpenFreeEnd, SetDown
from game.operation.tunnelling.events import told
from game.operation.tunnelling.ground import layers_under
from game.operation.tunnelling.measures import measures, missing
from game.operation.tunnelling.seeing import sight
from game.operation.tunnelling.state import Mouth, Tunnelling

ELEVATION_DEG, WIDTH_MM = 90.0, 760.0
SCARPA_N, FASCIA_N, PERITONEUM_N, SKIN_N = (35.0, 50.0), (60.0, 90.0), (5.0, 10.0), (60.0, 80.0)  # expert judgement
BOWEL_MM = (8.0, 35.0)  # way inside the belly before bowel is in it (expert judgement)
BOOKED_S = 1.0
FIRST_BEND_DEG = 10.0  # as it lies on the table


def start(theatre: Theatre) -> Tunnelling:
    """Lay out the flank between the back wound and the pocket's mark; draw how tough its layers are."""
    prepared.anchored_catheter(theatre)
    implant = theatre.implant
    implant.tunnel = Tunnel()
    chance = theatre.chance("tunnelling")
    scarpa, fascia, peritoneum, skin = (float(chance.uniform(*bounds)) for bounds in (SCARPA_N, FASCIA_N, PERITONEUM_N, SKIN_N))
    bowel_mm = float(chance.uniform(*BOWEL_MM))
    theatre.camera = FieldCamera(theatre.plan.side, ELEVATION_DEG, (0.0, 0.0, round(theatre.plan.pocket_mark.z_mm)), WIDTH_MM)
    theatre.hand.instrument = ""
    spec = theatre.equipment.tunnellers["long"]
    step = Tunnelling(
        rod=Rod(spec.length_mm, spec.outer_mm, spec.stiffness_n_m2, bend_deg=FIRST_BEND_DEG),
        strengths=Strengths(skin=skin, scarpa=scarpa, fascia=fascia, peritoneum=peritoneum),
        bowel_mm=bowel_mm,
        flowed_s=theatre.theatre_s,
        end_open=implant.catheter is not None and implant.catheter.end == "open",
    )
    back = implant.back_wound
    assert back is not None  # an anchored catheter lies in one
    step.mouths = [Mouth("back", back.start_mm, back.end_mm, layers_under(theatre, back).fascia_mm, back.layer)]
    if implant.belly_wound is not None:
        belly = implant.belly_wound
        deep = layers_under(theatre, belly)
        depth_mm = min(deep.scarpa_mm + 3.0, deep.fascia_mm) if belly.layer == "fat" else deep.fascia_mm
        step.mouths.append(Mouth("belly", belly.start_mm, belly.end_mm, depth_mm, belly.layer))
    return step


def apply(theatre: Theatre, step: Tunnelling, action: Action) -> list[Event]:
    """Do the step's part of an action; what was booked for it in theatre time runs from an open end as well."""
    events = catheter.run(theatre, step) if theatre.theatre_s - step.flowed_s > BOOKED_S else []
    events += hands.apply(theatre, step, action)
    if theatre.lidocaine.given_mg > theatre.plan.lidocaine_max_mg and "lidocaine-over-maximum" not in step.criticals:
        step.criticals.append("lidocaine-over-maximum")
        events.append(CriticalError(tick=theatre.tick, id="lidocaine-over-maximum"))
    return events


def advance(theatre: Theatre, step: Tunnelling) -> list[Event]:
    """Move rod and catheter on by one tick."""
    return [*rodwork.advance(theatre, step), *catheter.advance(theatre, step)]


def unsafe(theatre: Theatre, step: Tunnelling) -> str | None:
    """Refuse to end with a rod or a sheath in the flank, or an open end, or before anything was done."""
    if theatre.hand.gripping:
        return "Let go of what the hand holds first."
    if step.rod.entry_mm is not None and step.rod.inside_mm > 1.0:
        return "The rod is still in the flank: hold left and drag back until it is out."
    if step.sheath_in:
        return "The sheath still lies in the tunnel."
    if step.end_open:
        return "The catheter's end is open: clamp it first."
    if not step.mouths[1:]:
        return "The belly has not been opened yet."
    return None


def still(theatre: Theatre, step: Tunnelling) -> bool:
    """Say whether rod, catheter and fluid rest."""
    drawing = step.draw is not None and not step.through and theatre.hand.gripping
    return settled(step.rod) and not drawing and not step.harms


RULES = StepRules(
    id="tunnelling",
    title="Tunnelling",
    state_type=Tunnelling,
    actions=(act.Aim, act.Roll, SetDown, BendRod, DrawRod, DrawSheath, OpenFreeEnd),
    tray=hands.TRAY,
    start=start,
    refuse=hands.refuse,
    apply=apply,
    advance=advance,
    unsafe=unsafe,
    measures=measures,
    sight=sight,
    still=still,
    missing=missing,
    told=told,
)
