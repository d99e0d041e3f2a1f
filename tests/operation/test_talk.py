import re
from collections import Counter
from types import SimpleNamespace

import numpy as np
import pytest

from game.clock import ticks
from game.frames import FieldCamera, Rigid
from game.imaging import CArm
from game.instruments.needle import Needle
from game.operation.actions import Say
from game.operation.events import CriticalError, Spoken
from game.operation.plan import Plan
from game.operation.talk import TALK_LINES, advance_talk, refuse_say, say
from game.operation.talk_answers import ANSWERS, REPLIES
from game.operation.theatre import Fluoroscope, Theatre
from game.patient import PatientSpec
from game.patient.physiology import Stimuli, advance_physiology, give, start_physiology, vitals
from game.patient.tissue import Tissue
from game.plain import canonical, encode
from game.scenario import load_speech


class StandIn:
    """A patient of a few landmarks, with roots at both sides of the midline."""

    def __init__(self) -> None:
        levels = ("T11", "T12", "L1", "L2", "L3", "L4", "L5")
        self.landmarks = {f"{level}.body": np.array([0.0, 0.0, 38.0 * (4 - index)]) for index, level in enumerate(levels)}
        self.landmarks["S1.superior_endplate"] = np.array([0.0, 0.0, -95.0])
        self.cord = False

    def tissue(self, points):
        return np.full(len(points), Tissue.CORD if self.cord else Tissue.CSF, dtype=np.uint8)

    def skin_distance_mm(self, points):
        return np.hypot(points[:, 0], points[:, 1]) - 130.0

    def root_distance_mm(self, points):
        return np.zeros(len(points)), np.array([0 if point[0] > 0 else 1 for point in points])

    def root_side(self, index):
        return ("left", "right")[index]


def theatre_with(anaesthesia: str = "local", seed: int = 3, plan: Plan | None = None) -> Theatre:
    return Theatre(
        plan=plan or Plan(),
        spec=PatientSpec(),
        seed=seed,
        patient=StandIn(),
        equipment=SimpleNamespace(),
        patient_pose=Rigid(),
        camera=FieldCamera("right", 30.0, (0.0, 0.0, 0.0), 300.0),
        fluoroscope=Fluoroscope(CArm()),
        physiology=start_physiology(PatientSpec(), seed, anaesthesia),
    )


def listen(theatre: Theatre, duration_s: float, stimuli: Stimuli | None = None) -> list[Spoken]:
    """Let time pass, and the body with it when something is done to it."""
    heard: list[Spoken] = []
    for _ in range(ticks(duration_s) // 12):
        theatre.tick += 12
        if stimuli is not None:
            advance_physiology(theatre.physiology, stimuli)
        heard.extend(event for event in advance_talk(theatre) if isinstance(event, Spoken))
    return heard


def ask(theatre: Theatre, line: str, *words: str, wait_s: float = 10.0) -> list[tuple[str, str, tuple[str, ...]]]:
    assert refuse_say(theatre, Say(line, words)) is None
    say(theatre, Say(line, words))
    return [(event.speaker, event.line, event.words) for event in listen(theatre, wait_s)]


def needle_in(x_mm: float = 4.0) -> Needle:
    return Needle(entry_mm=(x_mm, 60.0, 0.0), track_mm=[(x_mm, 60.0, 0.0)], depth_mm=0.0)


def test_every_line_is_in_the_speech_table_with_its_speaker_and_gaps():
    speech = load_speech().lines
    for entry in TALK_LINES:
        gaps = {int(gap) for gap in re.findall(r"\{(\d)\}", speech[entry.line].text)}
        assert speech[entry.line].speaker == "surgeon"
        assert gaps == set(range(len(entry.slots)))
        assert all(reply in ANSWERS for reply in REPLIES[entry.line])


def test_every_spoken_line_of_the_table_is_said_by_somebody():
    import inspect

    from game.operation import talk_answers, talk_spontaneous

    source = inspect.getsource(talk_answers) + inspect.getsource(talk_spontaneous)
    built = r"^(dry_(yes|no)_|label_|level_from_|.*_both$|spot_taken$|hand_in_beam$|midazolam_in|fentanyl_in)"
    asked = {entry.line for entry in TALK_LINES}
    for line in (key for key, words in load_speech().lines.items() if words.speaker != "hint"):
        assert line in asked or f'"{line}"' in source or re.match(built, line), line


@pytest.mark.parametrize(
    ("action", "sentence"),
    [
        (Say("sing"), "Nobody knows"),
        (Say("order_midazolam"), "needs mg"),
        (Say("order_midazolam", ("90",)), "must be one of"),
        (Say("ask_pain", ("now",)), "needs nothing more"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence(action, sentence):
    theatre = theatre_with()
    before = canonical(encode(theatre.talk))
    assert sentence in refuse_say(theatre, action)
    assert canonical(encode(theatre.talk)) == before
    assert theatre.streams == {}


def test_the_same_question_waits_for_its_answer():
    theatre = theatre_with()
    say(theatre, Say("ask_pain"))
    assert "not answered yet" in refuse_say(theatre, Say("ask_pain"))
    listen(theatre, 10)
    assert refuse_say(theatre, Say("ask_pain")) is None


def test_the_surgeon_is_heard_at_once_and_the_answer_within_seconds():
    theatre = theatre_with()
    events = say(theatre, Say("ask_pain"))
    assert [(event.speaker, event.line) for event in events] == [("surgeon", "ask_pain")]
    assert listen(theatre, 0.5) == []
    (answer,) = listen(theatre, 2.0)
    assert answer.speaker == "patient"


def test_the_patient_rates_the_pain_of_the_moment_of_the_answer():
    theatre = theatre_with()
    say(theatre, Say("ask_pain"))
    for _ in range(10):
        advance_physiology(theatre.physiology, Stimuli(pain=6.0))
    ratings = [event for event in listen(theatre, 3.0) if event.line in ("pain_some", "pain_strong")]
    assert len(ratings) == 1
    assert 4 <= int(ratings[0].words[0]) <= 8


def test_a_sedated_patient_answers_later_and_a_deep_one_not_at_all():
    delays = {}
    for kind in ("local", "sedation"):
        theatre = theatre_with(kind)
        say(theatre, Say("ask_headache"))
        delays[kind] = theatre.talk.pending[0].due_tick
    assert delays["sedation"] > 1.5 * delays["local"]
    deep = theatre_with("local")
    deep.physiology.effect = 1.2
    assert [answer for answer in ask(deep, "ask_pain", wait_s=15) if answer[0] == "patient"] == []


def test_under_general_anaesthesia_the_patient_says_nothing():
    theatre = theatre_with("general")
    assert [answer for answer in ask(theatre, "ask_pain", wait_s=30) if answer[0] == "patient"] == []


def test_a_touched_root_is_called_out_once_with_its_true_side():
    for x_mm, side in ((4.0, "left"), (-4.0, "right")):
        theatre = theatre_with()
        theatre.needle = needle_in(x_mm)
        cries = [event for event in listen(theatre, 5, Stimuli(nerve_shock=0.8)) if event.line == "cry_nerve"]
        assert [event.words for event in cries] == [(side,)]
        listen(theatre, 2, Stimuli())
        again = [event for event in listen(theatre, 2, Stimuli(nerve_shock=0.8)) if event.line == "cry_nerve"]
        assert len(again) == 1


def test_a_struck_cord_is_felt_in_both_legs():
    theatre = theatre_with()
    theatre.needle, theatre.patient.cord = needle_in(), True
    assert [event.line for event in listen(theatre, 1, Stimuli(nerve_shock=1.0))] == ["cry_nerve_both"]


def test_a_sleeping_patients_leg_jumps_instead():
    theatre = theatre_with("general")
    theatre.needle = needle_in()
    assert [event.line for event in listen(theatre, 1, Stimuli(nerve_shock=0.8))] == ["leg_jumped"]


def test_the_leg_is_asked_about_and_answered_from_what_lasts():
    theatre = theatre_with()
    assert ask(theatre, "ask_leg")[0][1] == "leg_fine"
    theatre.needle = needle_in(-3.0)
    listen(theatre, 2, Stimuli(nerve_shock=0.9))
    assert ("patient", "leg_hurts", ("right",)) in ask(theatre, "ask_leg", wait_s=3)


def test_pain_is_cried_out_with_pauses():
    theatre = theatre_with()
    cries = [event.line for event in listen(theatre, 20, Stimuli(pain=8.0)) if event.line.startswith("cry_")]
    assert 2 <= len(cries) <= 4
    assert set(cries) <= {"cry_strong", "cry_sharp"}
    assert [event.line for event in listen(theatre_with(), 20, Stimuli(pain=2.0))] == []


def test_two_people_look_whether_it_is_dry_and_are_right_as_often_as_a_glance():
    counts: Counter[str] = Counter()
    for seed in range(150):
        theatre = theatre_with(seed=seed)
        theatre.sterility.agent, theatre.sterility.dry_fraction = "chlorhexidine", 0.98
        answers = ask(theatre, "ask_dry")
        assert sorted(speaker for speaker, _, _ in answers) == ["circulating", "scrub"]
        counts.update(line for _, line, _ in answers)
    assert counts["dry_no_circulating"] / 150 == pytest.approx(0.48, abs=0.13)
    assert counts["dry_no_scrub"] / 150 == pytest.approx(0.63, abs=0.13)


def test_leaning_in_finds_the_last_wet_patch_more_often():
    found = {}
    for lean in (False, True):
        found[lean] = 0
        for seed in range(80):
            theatre = theatre_with(seed=seed)
            theatre.sterility.agent, theatre.sterility.dry_fraction, theatre.hand.lean = "chlorhexidine", 0.99, lean
            found[lean] += sum(line.startswith("dry_no") for _, line, _ in ask(theatre, "ask_dry"))
    assert found[True] > found[False] + 30


def test_dry_skin_is_nearly_always_called_dry_and_unpainted_skin_unpainted():
    theatre = theatre_with()
    assert [line for _, line, _ in ask(theatre, "ask_dry")] == ["dry_nothing"]
    wrong = 0
    for seed in range(60):
        theatre = theatre_with(seed=seed)
        theatre.sterility.agent, theatre.sterility.dry_fraction = "iodine", 1.0
        wrong += sum(line.startswith("dry_no") for _, line, _ in ask(theatre, "ask_dry"))
    assert wrong / 120 < 0.15


def draped(seed: int = 3) -> Theatre:
    theatre = theatre_with(seed=seed)
    theatre.sterility.draped = True
    return theatre


def test_nobody_agrees_to_a_time_out_before_the_field_is_draped():
    theatre = theatre_with()
    assert refuse_say(theatre, Say("time_out", ("right", "L3-4"))) == "Time-out comes when the field is draped."
    theatre.sterility.draped = True
    assert refuse_say(theatre, Say("time_out", ("right", "L3-4"))) is None


def test_a_wrong_time_out_fails_the_case_once_however_often_it_is_said_and_put_right():
    theatre = draped()
    failed = []
    for words in (("left", "L3-4"), ("left", "L3-4"), ("right", "L3-4"), ("right", "L4-5")):
        say(theatre, Say("time_out", words))
        for _ in range(ticks(15.0) // 12):
            theatre.tick += 12
            failed.extend(event for event in advance_talk(theatre) if isinstance(event, CriticalError))
    assert [event.id for event in failed] == ["wrong-side-or-level"]
    assert theatre.talk.time_out == "wrong"


def test_the_time_out_is_read_back_as_it_was_said_and_marked_by_the_plan():
    theatre = draped()
    answers = ask(theatre, "time_out", "right", "L3-4")
    assert answers[0] == ("circulating", "time_out_read", ("right", "L3-4", "10"))
    assert theatre.talk.time_out == "done"


def test_a_wrong_time_out_is_read_back_too_and_doubted_more_often_than_not():
    doubts = 0
    for seed in range(60):
        theatre = draped(seed)
        answers = ask(theatre, "time_out", "left", "L3-4", wait_s=15)
        assert answers[0][2][:2] == ("left", "L3-4")
        assert theatre.talk.time_out == "wrong"
        doubts += any(line == "time_out_doubt" and words == ("right", "L3-4") for _, line, words in answers)
    assert doubts / 60 == pytest.approx(0.6, abs=0.2)


@pytest.mark.parametrize(("allergy", "line"), [("none", "allergy_none"), ("iodine", "allergy_yes")])
def test_the_band_is_read(allergy, line):
    assert ask(theatre_with(plan=Plan(allergy=allergy)), "ask_allergy")[0][1] == line


def test_lidocaine_is_totalled_from_what_was_given():
    theatre = theatre_with(seed=2)
    theatre.lidocaine.given_mg = 52.0
    (_, _, words) = ask(theatre, "ask_lidocaine")[0]
    assert abs(float(words[0]) - 50.0) <= 10.0
    assert words[1] == "320"


def test_the_count_knows_where_the_needle_is_and_takes_its_time():
    theatre = theatre_with()
    assert ask(theatre, "ask_count", wait_s=15) == []
    assert [event.line for event in listen(theatre, 30)] == ["count_right"]
    theatre.needle = needle_in()
    assert ask(theatre, "ask_count", wait_s=45)[0][1] == "count_needle_in"


def test_booked_waits_bring_the_slow_answers():
    theatre = theatre_with()
    say(theatre, Say("ask_count"))
    theatre.waited_ticks += ticks(60.0)
    assert [event.line for event in listen(theatre, 0.2)] == ["count_right"]


def test_the_arm_is_read_back_first_and_moves_later():
    theatre = theatre_with()
    say(theatre, Say("carm_tilt", ("10", "cranial")))
    heard = listen(theatre, 1.7)
    assert [(event.line, event.words) for event in heard] == [("carm_tilt_heard", ("10", "cranial"))]
    assert theatre.fluoroscope.carm.tilt_deg == 0.0
    listen(theatre, 5)
    assert theatre.fluoroscope.carm.tilt_deg == pytest.approx(10.0, abs=2.5)


@pytest.mark.parametrize(
    ("line", "words", "axis", "expected"),
    [
        ("carm_tilt", ("10", "caudal"), "tilt", -10.0),
        ("carm_orbit", ("20", "left"), "orbit", -10.0),
        ("carm_orbit", ("20", "right"), "orbit", -50.0),
        ("carm_along", ("50", "head"), "z", 50.0),
        ("carm_along", ("20", "feet"), "z", -20.0),
        ("carm_lift", ("20", "up"), "x", -20.0),
        ("carm_lift", ("20", "down"), "x", 20.0),
        ("carm_view", ("lateral",), "orbit", -90.0),
    ],
)
def test_each_order_moves_the_arm_its_own_way(line, words, axis, expected):
    theatre = theatre_with()
    theatre.fluoroscope.carm = CArm(orbit_deg=-30.0)
    ask(theatre, line, *words, wait_s=15)
    carm = theatre.fluoroscope.carm
    value = {"tilt": carm.tilt_deg, "orbit": carm.orbit_deg, "x": carm.isocentre_mm[0], "z": carm.isocentre_mm[2]}[axis]
    assert value == pytest.approx(expected, abs=9.0)


def test_up_is_the_upper_side_whichever_that_is():
    theatre = theatre_with(plan=Plan(side="left"))
    ask(theatre, "carm_lift", "20", "up", wait_s=10)
    assert theatre.fluoroscope.carm.isocentre_mm[0] > 10.0


def test_an_arm_that_cannot_go_further_says_so_and_stays():
    theatre = theatre_with()
    theatre.fluoroscope.carm = CArm(tilt_deg=28.0)
    assert ask(theatre, "carm_tilt", "20", "cranial")[-1][1] == "carm_stuck"
    assert theatre.fluoroscope.carm.tilt_deg == 28.0


def test_the_radiographer_counts_the_level_only_from_a_landmark():
    theatre = theatre_with()
    assert ask(theatre, "ask_level")[0][1] == "level_no_picture"
    theatre.fluoroscope.exposures.append(SimpleNamespace(carm=CArm(isocentre_mm=(0.0, 0.0, -30.0)), pose=Rigid()))
    lines = []
    for seed in range(30):
        theatre.seed, theatre.streams = seed, {}
        lines.append(ask(theatre, "ask_level")[0])
    assert {line for _, line, _ in lines} == {"level_from_sacrum"}
    assert sum(words == ("L4",) for _, _, words in lines) >= 24
    theatre.fluoroscope.exposures.append(SimpleNamespace(carm=CArm(isocentre_mm=(0.0, 0.0, 120.0)), pose=Rigid()))
    assert ask(theatre, "ask_level")[0][1] == "level_no_landmark"


def test_pressure_is_told_at_once_when_fresh_and_after_the_cuff_when_old():
    theatre = theatre_with()
    assert ask(theatre, "ask_pressure")[0][1] == "pressure_is"
    for _ in range(900):
        advance_physiology(theatre.physiology, Stimuli(pain=8.0))
    assert [line for _, line, _ in ask(theatre, "ask_pressure", wait_s=5) if line.startswith("pressure")] == ["pressure_cycling"]
    told = [event for event in listen(theatre, 40) if event.line == "pressure_is"]
    assert told[0].words[0] == f"{vitals(theatre.physiology).sbp_mmhg:.0f}"


def test_an_ordered_drug_is_read_back_and_given_later():
    theatre = theatre_with()
    heard = ask(theatre, "order_midazolam", "1", wait_s=3)
    assert ("anaesthetist", "midazolam_heard", ("1",)) in heard
    assert theatre.physiology.midazolam.x1 == 0.0
    listen(theatre, 30)
    assert theatre.physiology.midazolam.x1 == pytest.approx(1000.0)


def test_nobody_sedates_a_patient_who_is_too_deep():
    theatre = theatre_with()
    theatre.physiology.effect = 1.0
    assert ask(theatre, "order_fentanyl", "100", wait_s=40)[-1][1] == "drug_refused"
    assert theatre.physiology.fentanyl.x1 == 0.0


def test_lighten_turns_the_pump_down_or_waits():
    asleep = theatre_with("general")
    target = asleep.physiology.propofol.target
    ask(asleep, "order_lighten")
    assert asleep.physiology.propofol.target == pytest.approx(0.75 * target)
    assert ask(theatre_with("sedation"), "order_lighten")[0][1] == "lighten_wait"


def test_valsalva_needs_a_patient_who_can_push():
    theatre = theatre_with()
    ask(theatre, "order_valsalva", wait_s=2)
    assert theatre.strain.valsalva_until_s > theatre.theatre_s
    sleepy = theatre_with()
    sleepy.physiology.effect = 0.9
    ask(sleepy, "order_valsalva", wait_s=2)
    assert sleepy.strain.valsalva_until_s == 0.0


def test_the_table_tilts_when_it_gets_there():
    theatre = theatre_with()
    ask(theatre, "order_head_up", "20", wait_s=5)
    assert theatre.strain.head_up_deg == 0.0
    listen(theatre, 25)
    assert theatre.strain.head_up_deg == 20.0


def test_stop_drops_what_was_ordered_and_not_done():
    theatre = theatre_with()
    ask(theatre, "order_midazolam", "2", wait_s=3)
    ask(theatre, "order_stop", wait_s=2)
    listen(theatre, 40)
    assert theatre.physiology.midazolam.x1 == 0.0


def test_help_comes_after_two_minutes():
    theatre = theatre_with()
    ask(theatre, "order_help", wait_s=100)
    assert [event.line for event in listen(theatre, 40)] == ["help_here"]


def test_the_nurse_counts_lost_fluid_past_two_millilitres():
    theatre = theatre_with()
    theatre.strain.csf_lost_ml = 1.0
    assert listen(theatre, 1) == []
    counted = []
    for lost in np.arange(1.0, 12.0, 0.1):
        theatre.strain.csf_lost_ml = float(lost)
        counted.extend(event for event in listen(theatre, 0.2) if event.line.startswith("csf_count"))
    numbers = [int(event.words[0]) for event in counted]
    assert numbers[0] == 2
    assert numbers == sorted(set(numbers))
    assert abs(numbers[-1] - 12) <= 3
    assert counted[-1].line == "csf_count_high"


def test_the_anaesthetist_warns_and_treats_a_patient_who_stops_breathing():
    theatre = theatre_with("local")
    give(theatre.physiology, "midazolam", 15.0)
    give(theatre.physiology, "fentanyl", 400.0)
    heard = [event.line for event in listen(theatre, 400, Stimuli())]
    assert "warn_breathing" in heard
    assert "reversal_given" in heard
    assert theatre.physiology.flumazenil[0] > 0.0


def test_a_low_pressure_is_told_and_treated():
    theatre = theatre_with()
    theatre.physiology.cuff_map_mmhg = 52.0
    heard = [event.line for event in listen(theatre, 30)]
    assert heard[:2] == ["warn_pressure", "pressor_given"]


def test_single_ticks_and_strides_hear_the_same():
    def run(stride: int) -> list[Spoken]:
        theatre = theatre_with(seed=8)
        say(theatre, Say("ask_dry"))
        say(theatre, Say("carm_orbit", ("5", "left")))
        heard = []
        for _ in range(0, 1440, stride):
            theatre.tick += stride
            heard.extend(advance_talk(theatre))
        return heard

    assert run(1) == run(12)
