import json
import random
from dataclasses import replace

import pytest

from game.assessment import (
    NOTICE,
    CaseFacts,
    ComplicationFact,
    CriticalFact,
    Dose,
    Moment,
    Report,
    StepFacts,
    as_text,
    impossible_measures,
    make_report,
    report_json,
    report_plain,
)
from game.assessment.criteria import Criterion
from game.operation.plan import Plan
from game.scenario import load_criteria

CRITERIA = load_criteria()
IMPOSSIBLE = impossible_measures(Plan(), "chlorhexidine")


def best(criterion: Criterion) -> float | str:
    if criterion.kind == "category":
        return next(name for name, worth in criterion.marks.items() if worth == 1.0)
    edge = criterion.target.low if criterion.target.low is not None else criterion.target.high
    assert edge is not None
    return edge


def perfect(step: str, **changed: float | str | None) -> StepFacts:
    measures = {name: best(criterion) for name, criterion in CRITERIA.steps[step].measures.items()}  # type: ignore[index]
    impossible = IMPOSSIBLE.get(step, {})
    return StepFacts(
        id=step,
        duration_s=240.0,
        measures={**measures, **dict.fromkeys(impossible), **changed},
        impossible=impossible,
        started_tick=100,
        finished_tick=30_000,
    )


def case(*steps: StepFacts, **changed: object) -> CaseFacts:
    facts = CaseFacts(
        scenario="standard",
        title="Plain case",
        seed=7,
        mode="exam",
        trainee="expert",
        device="mouse",
        steps=steps or tuple(perfect(step) for step in CRITERIA.steps),
        dose=Dose(
            fluoroscopy_s=41.2,
            exposures=38,
            air_kerma_mgy=9.1,
            dap_gy_cm2=1.3,
            skin_peak_mgy=12.3,
            staff_usv={"surgeon": 6.1},
            hand_pulses=2,
            hand_ugy=40.0,
            answered_share=0.8,
        ),
        duration_s=4980.0,
        digest="sha256:0",
    )
    return replace(facts, **changed)


def judged(*steps: StepFacts, **changed: object) -> Report:
    return make_report(case(*steps, **changed), CRITERIA)


def test_a_perfect_case_has_all_marks_and_nothing_to_practise() -> None:
    report = judged()
    assert (report.overall_percent, report.passed) == (100.0, True)
    assert [step.percent for step in report.steps] == [100.0] * len(CRITERIA.steps)
    assert report.practise_next == ()
    assert set(report.global_rating.values()) == {5}


def test_a_step_is_the_weighted_mean_of_its_marks() -> None:
    [step] = judged(perfect("positioning", spine_rotation_mm=3.0, views_stored=0.0)).steps
    weights = {name: criterion.weight for name, criterion in CRITERIA.steps["positioning"].measures.items()}
    lost = 0.2 * weights["spine_rotation_mm"] + weights["views_stored"]
    assert step.percent == round(100.0 * (1.0 - lost / sum(weights.values())), 1) == 86.7


def test_the_overall_mark_is_the_mean_of_steps_by_the_scenarios_weights() -> None:
    steps = (perfect("positioning"), perfect("needle", csf_flow="none", tip_midline_mm=9.0))
    [_, needle] = judged(*steps).steps
    assert judged(*steps).overall_percent == pytest.approx((100.0 + needle.percent) / 2.0, abs=0.1)
    weighted = judged(*steps, weights={"needle": 3.0})
    assert weighted.overall_percent == pytest.approx((100.0 + 3.0 * needle.percent) / 4.0, abs=0.1)


def test_what_was_never_done_counts_nothing_at_full_weight() -> None:
    report = judged(perfect("needle", csf_flow=None))
    [row] = [measure for measure in report.steps[0].measures if measure.id == "csf_flow"]
    assert (row.grade, row.mark, row.counted, row.reason) == ("not_measured", 0.0, True, "never done")
    total = sum(criterion.weight for criterion in CRITERIA.steps["needle"].measures.values())
    assert report.steps[0].percent == round(100.0 * (1.0 - 3.0 / total), 1)


def test_what_was_impossible_leaves_the_mean_and_says_why() -> None:
    report = judged(perfect("antisepsis"))
    rows = {measure.id: measure for measure in report.steps[0].measures}
    assert report.steps[0].percent == 100.0
    assert not rows["iodine_scrub_min"].counted
    assert rows["iodine_scrub_min"].grade == "not_measured"
    assert rows["iodine_scrub_min"].reason == "the skin is prepared with chlorhexidine"


@pytest.mark.parametrize(("measure", "value"), [("worst_pain", 0.0), ("worst_pain", 9.0)])
def test_pain_that_a_sleeping_patient_cannot_tell_earns_and_costs_nothing(measure: str, value: float) -> None:
    asleep = impossible_measures(Plan(anaesthesia="general"), "chlorhexidine")["needle"]
    report = judged(replace(perfect("needle", **{measure: value}), impossible=asleep))
    row = {measure.id: measure for measure in report.steps[0].measures}[measure]
    assert (row.counted, row.grade, row.reason) == (False, "not_measured", "the patient is asleep")
    assert report.steps[0].percent == 100.0


def test_a_measure_that_is_left_out_of_the_facts_was_never_done() -> None:
    facts = perfect("needle")
    short = replace(facts, measures={name: value for name, value in facts.measures.items() if name != "needle_passes"})
    assert judged(short).steps[0].percent < 100.0


@pytest.mark.parametrize(
    ("allergy", "agent", "impossible"),
    [
        ("none", "chlorhexidine", {"iodine_scrub_min", "iodine_dry_min"}),
        ("none", "iodine", {"friction_s", "fold_friction_s", "drying_s"}),
        ("none", "", {"iodine_scrub_min", "iodine_dry_min"}),
        ("chlorhexidine", "", {"friction_s", "fold_friction_s", "drying_s"}),
    ],
)
def test_the_other_agents_rows_are_impossible(allergy: str, agent: str, impossible: set[str]) -> None:
    found = impossible_measures(Plan(allergy=allergy), agent)  # type: ignore[arg-type]
    assert set(found["antisepsis"]) == impossible
    assert "needle" not in found


def test_a_patient_who_sleeps_cannot_say_what_hurts() -> None:
    assert impossible_measures(Plan(anaesthesia="general"), "iodine")["needle"] == {"worst_pain": "the patient is asleep"}


def test_a_critical_error_fails_a_perfect_case_and_stands_first_in_what_to_practise() -> None:
    report = judged(criticals=(CriticalFact(id="draped-wet", step="antisepsis", tick=9000),))
    assert (report.overall_percent, report.passed) == (100.0, False)
    assert report.critical_errors[0].text == "Draped while the antiseptic was wet"
    assert [(item.step, item.cause) for item in report.practise_next] == [("antisepsis", "draped-wet")]


def test_one_step_under_sixty_fails_a_good_case() -> None:
    bad = perfect("positioning", spine_rotation_mm=9.0, level_count="wrong", entry_level="none", views_stored=0.0)
    report = judged(bad, perfect("antisepsis"), perfect("needle"))
    assert report.overall_percent >= 75.0
    assert report.steps[0].percent < 60.0
    assert not report.passed


def test_an_overall_mark_under_seventy_five_fails() -> None:
    poor = perfect("needle", csf_flow="slow", tip_midline_mm=6.0, canal_depth_ratio=0.6, skin_angle_deg=50.0, dural_punctures=2.0)
    worse = replace(poor, measures={**poor.measures, "needle_passes": 6.0, "csf_lost_ml": 10.0, "views_missing": 3.0, "worst_pain": 8.0})
    report = judged(worse)
    assert 60.0 <= report.overall_percent < 75.0
    assert not report.passed


def test_three_things_to_practise_are_those_that_cost_most() -> None:
    needle = perfect("needle", csf_flow="none", tip_midline_mm=4.5, needle_passes=4.0, csf_lost_ml=3.0)
    report = judged(perfect("positioning", informative_share=0.3), needle)
    # lost of the step's weight: csf_flow 3/37, needle_passes 0.8/37, tip 0.6/37, csf_lost 0.1/37; informative_share 1/27
    assert [item.cause for item in report.practise_next] == ["csf_flow", "informative_share", "needle_passes"]
    assert [item.title for item in report.practise_next] == ["Needle", "Positioning", "Needle"]


def test_the_global_rating_is_the_mean_of_the_marks_that_speak_for_it() -> None:
    rating = judged(perfect("needle", needle_passes=2.0, informative_share=0.2)).global_rating
    assert rating["time_and_motion"] == 4  # weights 2 and 1: mean 2/3, so 1 + 8/3, to the nearest
    assert rating["respect_for_tissue"] == 5
    assert "use_of_assistants" not in rating


def test_nobody_is_superior_beside_a_failed_measure_or_better_than_competent_after_a_critical_error() -> None:
    whole = judged(perfect("needle"))
    failed = judged(perfect("needle", csf_flow="none"))
    (item,) = [m.rating for m in failed.steps[0].measures if m.id == "csf_flow"]
    assert (whole.global_rating[item], failed.global_rating[item]) == (5, 4)
    critical = judged(perfect("needle"), criticals=(CriticalFact(id="csf-over-10-ml", step="needle", tick=10),))
    assert set(critical.global_rating.values()) == {3}


def test_the_timeline_is_in_the_order_of_time_with_everything_on_it() -> None:
    report = judged(
        perfect("needle"),
        criticals=(CriticalFact(id="csf-over-10-ml", step="needle", tick=20_000),),
        complications=(ComplicationFact(id="C8", name="Bloody tap", step="needle", tick=10_000, cause="vein at the flavum"),),
        moments=(Moment(tick=15_000, step="needle", text="AP", exposure=4),),
    )
    assert [(entry.tick, entry.kind) for entry in report.timeline] == [
        (100, "started"),
        (10_000, "complication"),
        (15_000, "moment"),
        (20_000, "critical"),
        (30_000, "finished"),
    ]
    assert report.timeline[2].exposure == 4


def test_the_file_is_format_1() -> None:
    facts = case(
        criticals=(CriticalFact(id="draped-wet", step="antisepsis", tick=91_234),),
        complications=(ComplicationFact(id="C1", name="Spinal headache", step="needle", tick=70_211, cause="second dural puncture"),),
    )
    file = json.loads(report_json(make_report(facts, CRITERIA)))
    assert {key: file[key] for key in ("format", "scenario", "seed", "mode", "trainee", "passed", "duration_s", "digest")} == {
        "format": 1,
        "scenario": "standard",
        "seed": 7,
        "mode": "exam",
        "trainee": "expert",
        "passed": False,
        "duration_s": 4980.0,
        "digest": "sha256:0",
    }
    assert file["critical_errors"] == [{"id": "draped-wet", "step": "antisepsis", "tick": 91_234}]
    assert file["complications"] == [
        {"id": "C1", "name": "Spinal headache", "step": "needle", "tick": 70_211, "cause": "second dural puncture"}
    ]
    assert file["dose"] == {
        "fluoroscopy_s": 41.2,
        "exposures": 38,
        "air_kerma_mgy": 9.1,
        "dap_gy_cm2": 1.3,
        "skin_peak_mgy": 12.3,
        "staff_usv": {"surgeon": 6.1},
        "hand_pulses": 2,
        "hand_ugy": 40.0,
        "answered_share": 0.8,
    }
    [coverage] = [measure for measure in file["steps"][1]["measures"] if measure["id"] == "coverage"]
    assert coverage == {
        "id": "coverage",
        "value": 0.99,
        "unit": "ratio",
        "grade": "target",
        "target": ">= 0.99",
        "acceptable": ">= 0.95",
        "source": "expert judgement",
    }
    assert set(file["steps"][0]) == {"id", "percent", "duration_s", "measures", "motion"}


def test_what_is_known_of_a_complication_stands_with_it_in_file_and_text() -> None:
    known = ComplicationFact(
        id="C5",
        name="Cord contact",
        step="needle",
        tick=1200,
        cause="the point reached the cord",
        signs="pain in both legs; both legs jerk",
        rescue="within 10 s: draw the needle out; stop",
        incidence="under 0.1 % (expert judgement)",
    )
    report = make_report(case(complications=(known,)), CRITERIA)
    [told] = report_plain(report)["complications"]
    assert {name: told[name] for name in ("signs", "rescue", "incidence")} == {
        "signs": known.signs,
        "rescue": known.rescue,
        "incidence": known.incidence,
    }
    lines = as_text(report).splitlines()
    place = lines.index("  00:10  Cord contact: the point reached the cord")
    assert lines[place + 1 : place + 4] == [
        "         Signs: pain in both legs; both legs jerk",
        "         Rescue: within 10 s: draw the needle out; stop",
        "         How often: under 0.1 % (expert judgement)",
    ]


def test_every_report_says_what_it_is_for_and_with_which_device_it_was_done() -> None:
    report = judged()
    assert NOTICE == "For training only. Not a medical device."
    assert report_plain(report)["notice"] == NOTICE
    assert report_plain(report)["device"] == "mouse"
    assert as_text(report).rstrip().endswith(NOTICE)


def test_the_text_tells_measures_beside_their_targets() -> None:
    text = as_text(judged(perfect("needle", tip_midline_mm=-4.5), perfect("antisepsis")))
    assert "+ Tip off the midline                    4.5 mm               target <= 3 mm" in text
    assert ". Iodine scrubbed                        does not apply: the skin is prepared with chlorhexidine" in text
    assert "Practise next" in text


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        (case(replace(perfect("needle"), id="closure")), "there are no criteria for the step 'closure'"),
        (case(perfect("needle", elegance=3.0)), "the step 'needle' has no criterion for 'elegance'"),
        (case(criticals=(CriticalFact(id="was-rude", step="needle", tick=1),)), "there is no critical error 'was-rude'"),
        (replace(case(), steps=()), "a case without steps cannot be judged"),
    ],
)
def test_facts_that_the_criteria_do_not_know_are_refused(facts: CaseFacts, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make_report(facts, CRITERIA)


def test_no_facts_leave_the_percentages_outside_nothing_and_hundred() -> None:
    chance = random.Random(1)
    for _ in range(50):
        steps = []
        for step in CRITERIA.steps:
            wild = {
                name: chance.choice([*criterion.marks, None]) if criterion.kind == "category" else chance.uniform(-300.0, 300.0)
                for name, criterion in CRITERIA.steps[step].measures.items()
            }
            steps.append(replace(perfect(step), measures=wild))
        report = judged(*steps)
        assert 0.0 <= report.overall_percent <= 100.0
        assert all(0.0 <= step.percent <= 100.0 for step in report.steps)
        assert all(1 <= score <= 5 for score in report.global_rating.values())
        assert len(report.practise_next) == 3
        json.loads(report_json(report))
