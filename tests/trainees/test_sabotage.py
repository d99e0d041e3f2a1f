"""One fault of one hand turns one measure to fail, takes few neighbours with it, and costs the whole."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import anchoring_faults as back
import connection_faults as ends
import numpy as np
import pytest
from conftest import Played
from faults import (
    Fault,
    Saboteur,
    altered,
    back_from_dirt,
    before_finish,
    closes,
    deep,
    draped_at_once,
    from_incision,
    held,
    inked_away,
    island,
    left_out,
    lifted,
    near_fold,
    numbed_too_much,
    on_the_way_back,
    once_when,
    opens,
    pushed,
    set_elsewhere,
    stored_after,
    without_pictures_below,
)
from faults_threading import (
    blind,
    fed,
    jabbed,
    looking,
    meant_for,
    never_from_the_side,
    pushes_into_pain,
    sideways,
    threaded,
    unplugs,
    wire_back,
)
from test_tunnelling_hands import CASES as TUNNEL_CASES

from game.assessment import StepReport
from game.instruments import catheter
from game.instruments.catheter.rod import Obstacle
from game.operation import actions as act
from game.operation.antisepsis import actions as skin
from game.operation.connection import actions as joint
from game.operation.positioning import actions as place
from game.patient import build_patient
from game.scenario import load_equipment
from game.session import Session, make_trainee, run
from game.session.handover import Handover
from game.session.trainees.hands import Hands


@dataclass(frozen=True)
class Case:
    """A fault and what it may do.

    Attributes:
        hand: Makes the fault.
        neighbours: Measures that may change their grade with it, each with the physical reason.
        iodine: Whether the patient is allergic to chlorhexidine.
        scar: Whether a scar in the sac stands at the tip's level.
    """

    step: str
    measure: str
    hand: Callable[[], Fault]
    neighbours: dict[str, str] = field(default_factory=dict)
    iodine: bool = False
    scar: bool = False


ASLANT = "he lies a little across the table, so that along it is not along the spine"
UNTRUE = "a view plainly off true is no true view"
UNJUDGED = "nothing was stored that could be judged"
BARE = "skin that was not rubbed is not prepared"
TURNED = "he lies a little turned, so that the midline leaves the body's axis"
SHORT = "the tip stays far below"
UNSEEN = "nobody looked meanwhile"
LOOSE = "fluid runs beside the catheter"
SPURTS = "it runs from the hole"
LEAKS = "a bad end does not seal: air comes instead of fluid"
UNCUT = "nothing was cut"
UNDRAWN = "no fluid was drawn through the catheter"
STEEP = "an entry nearer the window asks for a steeper needle"

CASES = (
    Case("positioning", "spine_rotation_mm", stored_after("ap", -10.0, 0.0), {"views_stored": UNTRUE}),
    Case("positioning", "endplate_tilt_deg", stored_after("ap", 0.0, 13.0), {"views_stored": UNTRUE}),
    Case("positioning", "lateral_tilt_deg", stored_after("lateral", 11.0, 0.0), {"views_stored": UNTRUE}),
    Case(
        "positioning",
        "hip_flexion_deg",
        altered(place.PlacePatient, lambda a: [replace(a, hip_flexion_deg=6.0)]),
        {"incision_off_entry_mm": "a back that is not bent is hollow where the line is drawn"},
    ),
    Case("positioning", "level_count", left_out(place.NameLevel)),
    Case("positioning", "entry_level", inked_away(("window",), -72.0), {"window_mark_error_mm": "the mark lies two levels away"}),
    Case("positioning", "window_mark_error_mm", inked_away(("window",), -24.0), {"entry_level": "it may lie nearer to the next one"}),
    Case("positioning", "entry_mark_run_mm", inked_away(("entry", "incision"), 42.0), {"entry_mark_aside_mm": ASLANT}),
    Case("positioning", "entry_mark_aside_mm", inked_away(("entry", "incision"), 0.0, 34.0)),
    Case("positioning", "incision_off_entry_mm", inked_away(("incision",), 0.0, 34.0)),
    Case(
        "positioning",
        "views_stored",
        left_out(act.StoreView),
        {"spine_rotation_mm": UNJUDGED, "endplate_tilt_deg": UNJUDGED, "lateral_tilt_deg": UNJUDGED},
    ),
    Case("positioning", "informative_share", before_finish(held(20.0))),
    Case("antisepsis", "hair", altered(skin.RemoveHair, lambda a: [skin.RemoveHair("razor")])),
    Case("antisepsis", "hand_scrub_min", altered(skin.WashHands, lambda a: [skin.WashHands(1.0)])),
    Case(
        "antisepsis",
        "friction_s",
        lifted(on_the_way_back),
        {"coverage": BARE, "margin_mm": BARE, "fold_friction_s": "gliding does not count there either"},
    ),
    Case("antisepsis", "fold_friction_s", lifted(near_fold)),
    Case("antisepsis", "iodine_scrub_min", lifted(from_incision), {"coverage": BARE, "margin_mm": BARE}, iodine=True),
    Case("antisepsis", "iodine_dry_min", lambda: draped_at_once, iodine=True),
    Case("antisepsis", "drying_s", lambda: draped_at_once),
    Case("antisepsis", "margin_mm", lifted(from_incision), {"coverage": BARE, "friction_s": BARE, "fold_friction_s": BARE}),
    Case("antisepsis", "dirty_returns", back_from_dirt),
    Case("antisepsis", "coverage", lifted(island(120.0)), {"friction_s": BARE, "margin_mm": BARE}),
    Case("antisepsis", "gloves", altered(skin.PutOnGloves, lambda a: [skin.PutOnGloves(1)])),
    Case("antisepsis", "time_out", altered(act.Say, lambda a: [] if a.line == "time_out" else [a])),
    Case("antisepsis", "carm_cover", left_out(skin.CoverCArm)),
    Case(
        "needle",
        "entry_run_error_mm",
        set_elsewhere(-45.0, 0.0),
        {"skin_angle_deg": STEEP, "convergence_deg": STEEP, "entry_offset_mm": TURNED},
    ),
    Case(
        "needle",
        "entry_offset_mm",
        set_elsewhere(0.0, 22.0),
        {"convergence_deg": "further from the midline, the same way to it is more across"},
    ),
    Case(
        "needle",
        "skin_angle_deg",
        set_elsewhere(-52.0, 0.0),
        {"entry_run_error_mm": STEEP, "convergence_deg": STEEP, "entry_offset_mm": TURNED},
    ),
    Case(
        "needle",
        "convergence_deg",
        set_elsewhere(-24.0, 22.0),
        {"entry_run_error_mm": STEEP, "entry_offset_mm": "the entry lies far to the side", "skin_angle_deg": STEEP},
    ),
    Case(
        "needle",
        "tip_midline_mm",
        altered(act.Aim, lambda a: [replace(a, medial_deg=a.medial_deg - 7.45)]),
        {"convergence_deg": "it runs beside its line", "canal_depth_ratio": "the sac is shallower beside its middle"},
    ),
    Case(
        "needle",
        "canal_depth_ratio",
        once_when(opens, lambda: pushed(30.0, 0.3)),
        {"paraesthesia_answer": "roots lie in the front of the sac"},
    ),
    Case(
        "needle",
        "dural_punctures",
        once_when(opens, lambda: [*pushed(-34.0, 1.0), lambda o: [act.Aim(3.0, 0.0)], *pushed(36.0, 4.0)] * 2),
        {"needle_passes": "each way in again is a pass"},
    ),
    Case("needle", "needle_passes", once_when(deep(45.0), lambda: [*pushed(-30.0, 1.0), *pushed(26.0, 2.0)] * 6)),
    Case(
        "needle",
        "csf_flow",
        once_when(opens, lambda: [lambda o: [act.FinishStep()]], replace=True),
        {"views_missing": "the step ends before the last two"},
    ),
    Case("needle", "csf_lost_ml", once_when(closes, lambda: [lambda o: [act.Wait(400.0)]])),
    Case(
        "needle",
        "hollow_advance_mm",
        once_when(deep(30.0), lambda: [lambda o: [act.Stylet()], *pushed(14.0, 1.5), lambda o: [act.Stylet()]]),
    ),
    Case("needle", "lidocaine_ratio", numbed_too_much(4)),
    Case(
        "needle",
        "worst_pain",
        altered(act.TakeInstrument, lambda a: [] if a.instrument in ("lidocaine", "blade") else [a]),
        {"lidocaine_ratio": "no lidocaine was given"},
    ),
    Case("needle", "views_missing", without_pictures_below(25.0), {"tip_midline_mm": "nobody looked where the point ran"}),
    Case("needle", "informative_share", before_finish(held(20.0))),
    Case(
        "needle",
        "paraesthesia_answer",
        once_when(opens, lambda: pushed(22.0, 4.0)),
        {"canal_depth_ratio": "roots lie in the front of the sac"},
    ),
    Case("catheter", "tip_off_levels", meant_for("L1"), {"inside_dura_mm": SHORT, "views_missing": "the arm waits elsewhere for the tip"}),
    Case(
        "catheter",
        "tip_third",
        looking(180.0),
        {"peak_push_n": "roots lie in the front of the sac", "views_missing": "it was drawn back after the early lateral"},
    ),
    Case(
        "catheter",
        "tip_aside_mm",
        sideways(-90.0, 60.0),
        {"tip_third": "beside the cord it lies deeper", "peak_push_n": "it rubs along the side"},
    ),
    Case(
        "catheter", "inside_dura_mm", meant_for("L3"), {"tip_off_levels": SHORT, "tip_third": "the cord does not lift it to the back there"}
    ),
    Case("catheter", "patency", wire_back()),
    Case(
        "catheter",
        "loops_left",
        before_finish(fed(19.0, 0.12) * 5),
        {"peak_push_n": "the scar holds", "most_unseen_mm": UNSEEN, "tip_aside_mm": "what folds is pressed aside"},
        scar=True,
    ),
    Case("catheter", "peak_push_n", once_when(threaded(30.0), jabbed)),
    Case("catheter", "pulled_alone_mm", once_when(threaded(20.0), lambda: fed(-9.0, 0.4))),
    Case("catheter", "most_unseen_mm", blind(133.0), {"views_missing": "the early lateral comes too late"}),
    Case("catheter", "called_level", altered(place.NameLevel, lambda a: [replace(a, level="T7")])),
    Case("catheter", "views_missing", never_from_the_side),
    Case("catheter", "informative_share", before_finish(held(90.0))),
    Case(
        "catheter",
        "csf_lost_ml",
        once_when(unplugs, lambda: [lambda o: [act.Stylet()], lambda o: [act.Wait(160.0)]], replace=True),
        {"patency": "pressure falls with what is lost"},
    ),
    Case(
        "catheter",
        "paraesthesia_answer",
        pushes_into_pain,
        {"tip_third": "roots lie in the front of the sac", "peak_push_n": "they hold", "views_missing": UNSEEN},
    ),
    Case("anchoring", "incision_mm", back.long_cut, {"blood_lost_ml": "more fat is cut"}),
    Case("anchoring", "fascia_opened_mm", back.deep_cut, {"blood_lost_ml": "it bleeds", "fixing_sutures": "blood hides the fascia"}),
    Case(
        "anchoring",
        "blade_struck",
        back.cuts_catheter,
        {"ooze_drops": SPURTS, "csf_lost_ml": SPURTS, "fascia_opened_mm": "it was held deep"},
    ),
    Case("anchoring", "blood_lost_ml", back.lets_bleed),
    Case("anchoring", "purse_bites", back.flat_purse, {"purse_radius_mm": LOOSE, "ooze_drops": LOOSE, "csf_lost_ml": LOOSE}),
    Case(
        "anchoring", "purse_radius_mm", back.wide_purse, {"ooze_drops": LOOSE, "csf_lost_ml": LOOSE, "purse_bites": "it leaves the wound"}
    ),
    Case("anchoring", "catheter_pierced", back.pierces, {"flow_left_ratio": SPURTS, "ooze_drops": SPURTS, "csf_lost_ml": SPURTS}),
    Case("anchoring", "ooze_drops", back.never_drawn, {"csf_lost_ml": LOOSE}),
    Case("anchoring", "flow_left_ratio", back.overdrawn),
    Case("anchoring", "tip_shift_mm", back.unpinned),
    Case("anchoring", "wire_in_needle_mm", back.wire_in_needle, {"tip_shift_mm": "nobody pinned it"}),
    Case("anchoring", "anchor_gap_mm", back.far_anchor, {"fixing_sutures": "it lies beyond the cleared fascia"}),
    Case("anchoring", "anchor_line_deg", back.skew_anchor),
    Case("anchoring", "fixing_sutures", back.flat_fixing),
    Case("anchoring", "tug_slip_mm", back.no_tug),
    Case("anchoring", "loop_across_mm", back.large_loop),
    Case(
        "anchoring", "bend_radius_mm", lambda: back.tight_turn(), {"flow_left_ratio": "it kinks", "loop_across_mm": "the mean is smaller"}
    ),
    Case("anchoring", "csf_lost_ml", back.idle_open),
    Case("anchoring", "end_closed", back.forgotten_end, {"csf_lost_ml": "it drips meanwhile"}),
    Case("anchoring", "last_picture", left_out(act.Pedal)),
    Case("connection", "trim_error_mm", altered(joint.WriteTrimmed, lambda a: [joint.WriteTrimmed(a.length_mm + 40.0)])),
    Case("connection", "cut_angle_deg", ends.turned("scissors", 60.0), {"connector": LEAKS, "aspirated_ml": LEAKS, "aspiration_s": LEAKS}),
    Case("connection", "cut_end", lambda: ends.slow_scissors(), {"connector": LEAKS, "aspirated_ml": LEAKS, "aspiration_s": LEAKS}),
    Case("connection", "spare_mm", ends.never_cut, {"trim_error_mm": UNCUT, "cut_angle_deg": UNCUT, "cut_end": UNCUT}),
    Case("connection", "coil_radius_mm", ends.tight_coil, {"flow_left_ratio": "it kinks"}),
    Case("connection", "connector", ends.never_turned, {"aspirated_ml": LEAKS, "aspiration_s": LEAKS}),
    Case("connection", "aspirated_ml", left_out(joint.SetSyringe), {"aspiration_s": UNDRAWN, "drug_drawn_ml": UNDRAWN}),
    Case("connection", "aspiration_s", ends.timid_plunger, {"aspirated_ml": "hardly anything comes"}),
    Case("connection", "drug_drawn_ml", ends.wrong_port, {"aspirated_ml": UNDRAWN, "aspiration_s": UNDRAWN}),
    Case("connection", "fixing_sutures", ends.flat_bites),
    Case(
        "connection",
        "catheter_pierced",
        ends.at_the_stem,
        {"fixing_sutures": "a straight bite holds only fat", "flow_left_ratio": "the thread narrows it"},
    ),
    Case("connection", "port_off_deg", ends.turned("pump", 170.0)),
    Case("connection", "septum", ends.upside_down),
    Case("connection", "flow_left_ratio", before_finish(ends.tie_undone(80.0))),
    Case("connection", "ooze_drops", before_finish(ends.tie_undone(None))),
)


def scarred(handover: Handover) -> Handover:
    """Let a tough scar hold the catheter's tip at its level."""
    patient = build_patient(handover.spec, handover.seed)
    z_mm = float(patient.landmarks[f"{handover.plan.tip_level}.body"][2]) + 5.0
    x_mm, y_mm, _, half_mm, _ = (float(v) for v in patient.canal.sac.read(np.array([z_mm]))[0])
    assert handover.needle is not None
    rod = catheter.start(load_equipment().catheters["braided"], catheter.opening_at(handover.needle, patient))
    rod.obstacles = [Obstacle((x_mm, y_mm + half_mm - 2.0, z_mm), 5.0, "adhesion", 6.0)]
    return replace(handover, implant=replace(handover.implant, rod=rod))


def played(case: Case, expert_case: Played, hands: Hands) -> StepReport:
    """Play the fault's step from what the expert left before it."""
    handover = expert_case.handovers[case.step] if case.step != "positioning" else None
    if case.iodine and handover is not None:
        handover = replace(handover, plan=replace(handover.plan, allergy="chlorhexidine"))
    if case.scar and handover is not None:
        handover = scarred(handover)
    scenario = replace(expert_case.scenario, steps=(case.step,))
    session = Session(scenario, expert_case.seed, "exam", handover=handover, trainee="expert")
    run(session, hands)
    return session.report().steps[0]


@pytest.fixture(scope="module")
def iodine_expert(expert_case: Played) -> StepReport:
    case = next(case for case in CASES if case.iodine)
    return played(case, expert_case, make_trainee("expert", expert_case.seed))


@pytest.mark.parametrize("case", CASES, ids=[f"{case.step}-{case.measure}" for case in CASES])
def test_one_fault_fails_its_measure_and_few_neighbours(case: Case, expert_case: Played, iodine_expert: StepReport) -> None:
    before = iodine_expert if case.iodine else next(step for step in expert_case.report.steps if step.id == case.step)
    after = played(case, expert_case, Saboteur(expert_case.seed, case.hand()))
    grades = {measure.id: measure.grade for measure in before.measures}
    spoiled = next(measure for measure in after.measures if measure.id == case.measure)
    assert grades[case.measure] in ("target", "acceptable")
    assert spoiled.mark == 0.0
    changed = {measure.id for measure in after.measures if measure.grade != grades[measure.id]} - {case.measure}
    assert changed <= case.neighbours.keys(), changed
    assert len(case.neighbours) <= 3
    assert all(case.neighbours.values())
    assert after.percent < before.percent


def test_every_measure_has_its_fault(expert_case: Played) -> None:
    criteria = expert_case.scenario.tables.criteria
    measured = {(step, measure) for step in expert_case.scenario.steps for measure in criteria.steps[step].measures}
    found = {(case.step, case.measure) for case in CASES} | {("tunnelling", case.measure) for case in TUNNEL_CASES}
    assert found == measured


def test_the_expert_whose_case_the_faults_start_from_is_an_expert(expert_case: Played) -> None:
    assert expert_case.report.overall_percent >= 95.0
    assert not expert_case.report.critical_errors
    assert all(measure.mark == 1.0 for measure in expert_case.report.steps[2].measures if measure.id == "views_missing")
