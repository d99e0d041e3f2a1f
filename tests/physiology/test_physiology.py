import dataclasses
import math
import statistics

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from game.patient.physiology import (
    Physiology,
    Stimuli,
    advance_physiology,
    awareness,
    csf_pressure_cmh2o,
    give,
    read_cuff,
    start_physiology,
    vitals,
)
from game.patient.spec import PatientSpec
from game.plain import canonical, decode, encode

SPEC = PatientSpec()
QUIET = Stimuli()


def live(state: Physiology, duration_s: float, stimuli: Stimuli = QUIET) -> Physiology:
    for _ in range(round(duration_s * 10)):
        advance_physiology(state, stimuli)
    return state


def mean(state: Physiology, name: str, duration_s: float, stimuli: Stimuli = QUIET) -> float:
    values = []
    for _ in range(round(duration_s * 10)):
        advance_physiology(state, stimuli)
        values.append(getattr(state, name))
    return statistics.fmean(values)


def test_an_awake_body_rests_at_its_own_values():
    state = start_physiology(SPEC, 7, "local")
    assert mean(state, "hr_bpm", 300) == pytest.approx(state.rest.hr_bpm, abs=1.5)
    assert mean(state, "map_mmhg", 300) == pytest.approx(state.rest.map_mmhg, abs=1.5)
    assert state.rr_per_min == pytest.approx(state.rest.rr_per_min, abs=1.0)
    assert state.spo2_percent == pytest.approx(97.0, abs=1.6)
    assert awareness(state) == 5.0


def test_resting_values_vary_from_seed_to_seed_as_in_people():
    states = [start_physiology(SPEC, seed, "local") for seed in range(60)]
    heart = [state.rest.hr_bpm for state in states]
    opening = [state.rest.csf_opening_cmh2o for state in states]
    assert statistics.fmean(heart) == pytest.approx(72.0, abs=3.5)
    assert statistics.stdev(heart) == pytest.approx(9.0, abs=2.5)
    assert statistics.fmean(opening) == pytest.approx(15.2, abs=1.6)
    assert statistics.stdev(opening) == pytest.approx(4.2, abs=1.2)


@pytest.mark.parametrize(("oxygen_l_min", "spo2_percent"), [(0.0, 88.0), (10.0, 92.5)])
def test_a_collapsed_lung_lets_the_saturation_fall_over_minutes(oxygen_l_min, spo2_percent):
    opened = Stimuli(pleura_open=True)
    state = start_physiology(SPEC, 7, "local")
    give(state, "oxygen", oxygen_l_min)
    rested = live(state, 300).spo2_percent
    assert live(state, 60, opened).spo2_percent > rested - 5.0
    live(state, 900, opened)
    assert state.spo2_percent == pytest.approx(spo2_percent, abs=1.5)
    assert mean(state, "hr_bpm", 120, opened) == pytest.approx(1.20 * state.rest.hr_bpm, abs=3.0)
    assert mean(state, "map_mmhg", 120, opened) == pytest.approx(0.85 * state.rest.map_mmhg, abs=3.0)
    assert mean(state, "rr_per_min", 120, opened) == pytest.approx(1.5 * state.rest.rr_per_min, abs=1.5)
    assert state.paco2_mmhg > state.rest.paco2_mmhg + 4.0
    live(state, 900)
    assert state.spo2_percent == pytest.approx(rested, abs=1.0)


def test_same_seed_gives_the_same_course_and_another_seed_another():
    first, second, other = (live(start_physiology(SPEC, seed, "sedation"), 60, Stimuli(pain=4.0)) for seed in (3, 3, 4))
    assert canonical(first) == canonical(second)
    assert canonical(first) != canonical(other)


def test_a_kept_and_reloaded_body_goes_on_identically():
    state = live(start_physiology(SPEC, 5, "sedation"), 30, Stimuli(nerve_shock=0.5))
    copy = decode(Physiology, encode(state))
    assert canonical(live(copy, 60)) == canonical(live(state, 60))


def test_looking_changes_nothing():
    state = live(start_physiology(SPEC, 5, "sedation"), 10)
    before = canonical(state)
    vitals(state)
    awareness(state)
    csf_pressure_cmh2o(state)
    assert canonical(state) == before


def test_sedation_leaves_a_patient_who_answers_and_breathes():
    for age in (40.0, 75.0):
        state = start_physiology(dataclasses.replace(SPEC, age_y=age), 2, "sedation")
        assert 3.2 < awareness(state) < 4.6
        assert vitals(state).rr_per_min > 9.0
        assert vitals(state).spo2_percent > 97.0


@pytest.mark.parametrize("age", [40.0, 75.0])
def test_general_anaesthesia_is_deep_ventilated_and_low_in_pressure(age):
    state = start_physiology(dataclasses.replace(SPEC, age_y=age), 2, "general")
    fall = 1.0 - mean(state, "map_mmhg", 120) / state.rest.map_mmhg
    assert awareness(state) == 0.0
    assert 0.22 < fall < 0.35
    assert vitals(state).rr_per_min == pytest.approx(12.0)
    assert vitals(state).etco2_mmhg == pytest.approx(35.0, abs=0.5)
    assert mean(state, "hr_bpm", 120) / state.rest.hr_bpm == pytest.approx(0.90, abs=0.03)


def test_pain_of_8_raises_pulse_by_20_pressure_by_18_and_breath_by_6():
    calm, hurt = start_physiology(SPEC, 1, "local"), start_physiology(SPEC, 1, "local")
    live(calm, 60)
    live(hurt, 60, Stimuli(pain=8.0))
    assert hurt.hr_bpm - calm.hr_bpm == pytest.approx(20.0, abs=0.5)
    assert hurt.map_mmhg - calm.map_mmhg == pytest.approx(18.0, abs=0.5)
    assert hurt.rr_per_min - calm.rr_per_min == pytest.approx(6.0, abs=0.3)
    assert hurt.felt_pain == pytest.approx(8.0)


def test_a_touched_nerve_raises_pulse_by_15_and_pressure_by_20_percent_and_holds_the_breath():
    calm, hurt = start_physiology(SPEC, 1, "local"), start_physiology(SPEC, 1, "local")
    rates = []
    for _ in range(200):
        advance_physiology(calm, QUIET)
        advance_physiology(hurt, Stimuli(nerve_shock=1.0))
        rates.append(hurt.rr_per_min)
    assert hurt.hr_bpm / calm.hr_bpm == pytest.approx(1.15, abs=0.02)
    assert hurt.map_mmhg / calm.map_mmhg == pytest.approx(1.20, abs=0.02)
    assert min(rates) < 0.6 * calm.rr_per_min
    live(hurt, 120)
    live(calm, 120)
    assert hurt.hr_bpm / calm.hr_bpm == pytest.approx(1.0, abs=0.01)


def test_a_sleeper_feels_no_pain_but_his_pulse_still_answers():
    state = start_physiology(SPEC, 1, "general")
    calm = start_physiology(SPEC, 1, "general")
    live(state, 60, Stimuli(pain=8.0))
    live(calm, 60)
    assert state.felt_pain == 0.0
    assert 2.0 < state.hr_bpm - calm.hr_bpm < 10.0


def test_fentanyl_takes_part_of_a_pain_away():
    plain, eased = start_physiology(SPEC, 1, "local"), start_physiology(SPEC, 1, "local")
    give(eased, "fentanyl", 100.0)
    live(plain, 200, Stimuli(pain=6.0))
    live(eased, 200, Stimuli(pain=6.0))
    assert 0.5 * plain.felt_pain < eased.felt_pain < 0.85 * plain.felt_pain


def test_too_much_sedation_stops_the_breath_and_the_saturation_follows_late():
    state = start_physiology(SPEC, 1, "local")
    give(state, "midazolam", 15.0)
    give(state, "fentanyl", 400.0)
    live(state, 150)
    assert vitals(state).rr_per_min == 0.0
    assert vitals(state).etco2_mmhg == 0.0
    early = state.spo2_percent
    assert early > 90.0
    live(state, 60)
    assert 2.0 < early - state.spo2_percent < 4.1
    assert awareness(state) < 2.6


def test_oxygen_puts_the_fall_off():
    air, mask = start_physiology(SPEC, 1, "local"), start_physiology(SPEC, 1, "local")
    give(mask, "oxygen", 10.0)
    live(mask, 60)
    live(air, 60)
    for state in (air, mask):
        give(state, "propofol", 250.0)
        live(state, 170)
    assert mask.spo2_percent > 98.0
    assert air.spo2_percent < 96.0


def test_reversal_brings_the_breath_back_and_saturation_recovers():
    state = start_physiology(SPEC, 1, "local")
    give(state, "midazolam", 15.0)
    give(state, "fentanyl", 400.0)
    live(state, 300)
    low = state.spo2_percent
    assert low < 93.0
    give(state, "naloxone", 200.0)
    give(state, "flumazenil", 0.6)
    live(state, 240)
    assert vitals(state).rr_per_min > 7.0
    assert state.spo2_percent > low + 3.0


def test_ephedrine_lifts_the_pressure_for_minutes():
    state, calm = start_physiology(SPEC, 1, "general"), start_physiology(SPEC, 1, "general")
    give(state, "ephedrine", 6.0)
    live(state, 120)
    live(calm, 120)
    assert 10.0 < state.map_mmhg - calm.map_mmhg < 20.0
    live(state, 1800)
    live(calm, 1800)
    assert state.map_mmhg - calm.map_mmhg < 1.0


def test_the_cuff_is_read_every_three_minutes_and_shows_its_age():
    state = start_physiology(SPEC, 1, "local")
    shown = vitals(live(state, 100))
    assert shown.bp_age_s == pytest.approx(100.0)
    old = shown.map_mmhg
    live(state, 79, Stimuli(pain=8.0))
    assert vitals(state).map_mmhg == old
    live(state, 2, Stimuli(pain=8.0))
    assert vitals(state).map_mmhg > old + 8.0
    assert vitals(state).bp_age_s < 2.0


def test_a_cuff_reads_about_what_is_true():
    state = start_physiology(SPEC, 9, "local")
    for _ in range(20):
        live(state, 37)
        read_cuff(state)
        shown = vitals(state)
        assert shown.map_mmhg == pytest.approx(state.map_mmhg, abs=4.1)
        assert shown.sbp_mmhg - shown.dbp_mmhg > 30.0
        assert shown.map_mmhg == pytest.approx(shown.dbp_mmhg + (shown.sbp_mmhg - shown.dbp_mmhg) / 3.0)


def test_lost_spinal_fluid_brings_headache_and_pulse_only_to_the_awake():
    awake, asleep = start_physiology(SPEC, 1, "local"), start_physiology(SPEC, 1, "general")
    calm = live(start_physiology(SPEC, 1, "local"), 600)
    live(awake, 600, Stimuli(csf_lost_ml=15.0))
    live(asleep, 600, Stimuli(csf_lost_ml=15.0))
    assert awake.headache > 3.0
    assert awake.hr_bpm > calm.hr_bpm + 2.0
    assert asleep.headache == 0.0
    assert live(start_physiology(SPEC, 1, "local"), 600, Stimuli(csf_lost_ml=2.0)).headache == 0.0


def test_spinal_pressure_falls_with_loss_and_rises_with_head_up_and_valsalva():
    def after(stimuli: Stimuli) -> float:
        return csf_pressure_cmh2o(live(start_physiology(SPEC, 1, "local"), 10, stimuli))

    rest = after(QUIET)
    assert after(Stimuli(csf_lost_ml=5.0)) == pytest.approx(rest * 10 ** (-0.2), rel=0.03)
    assert after(Stimuli(trunk_head_up_deg=20.0)) == pytest.approx(rest + 25.0 * math.sin(math.radians(20.0)), rel=0.05)
    assert after(Stimuli(valsalva=True)) > rest + 17.0


def test_spinal_fluid_is_made_again():
    state = live(start_physiology(SPEC, 1, "local"), 600, Stimuli(csf_lost_ml=10.0))
    assert state.csf_made_ml == pytest.approx(3.5, abs=0.01)
    live(state, 1800, Stimuli(csf_lost_ml=10.0))
    assert state.csf_made_ml == pytest.approx(10.0)


def test_temperature_falls_more_under_general_anaesthesia():
    awake, asleep = (live(start_physiology(SPEC, 1, name), 3600) for name in ("local", "general"))
    assert asleep.temperature_c < awake.temperature_c < 37.2
    assert asleep.temperature_c > 35.5


@pytest.mark.parametrize(("drug", "dose"), [("aspirin", 1.0), ("midazolam", -1.0), ("propofol", math.nan), ("oxygen", math.inf)])
def test_an_impossible_order_changes_nothing(drug, dose):
    state = start_physiology(SPEC, 1, "local")
    before = canonical(state)
    with pytest.raises(ValueError, match=r"drug|dose"):
        give(state, drug, dose)
    assert canonical(state) == before


def test_an_unknown_anaesthesia_is_named():
    with pytest.raises(ValueError, match="'spinal'"):
        start_physiology(SPEC, 1, "spinal")


@settings(max_examples=25, derandomize=True, deadline=None)
@given(
    seed=st.integers(0, 1000),
    kind=st.sampled_from(["local", "sedation", "general"]),
    pain=st.floats(0, 10),
    shock=st.floats(0, 1),
    csf=st.floats(0, 60),
    tilt=st.floats(0, 30),
    strain=st.booleans(),
    blood=st.floats(0, 3000),
    dose=st.floats(0, 20),
)
def test_a_body_stays_possible_whatever_is_done(seed, kind, pain, shock, csf, tilt, strain, blood, dose):
    state = start_physiology(SPEC, seed, kind)
    give(state, "midazolam", dose)
    live(state, 120, Stimuli(pain, shock, csf, tilt, strain, blood))
    shown = vitals(state)
    assert all(math.isfinite(value) for value in dataclasses.astuple(shown))
    assert 30.0 < shown.hr_bpm < 220.0
    assert 20.0 < state.map_mmhg < 220.0
    assert shown.dbp_mmhg < shown.map_mmhg < shown.sbp_mmhg
    assert 40.0 <= shown.spo2_percent <= 100.0
    assert 0.0 <= shown.rr_per_min < 60.0
    assert 0.0 <= state.felt_pain <= 10.0
    assert csf_pressure_cmh2o(state) >= 0.0
