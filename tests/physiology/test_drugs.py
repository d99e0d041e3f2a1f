import pytest

from game.patient.physiology.drugs import Drug, fentanyl, midazolam, propofol, run_drug, step_drug
from game.patient.spec import PatientSpec

MAN_75 = PatientSpec(weight_kg=75.0, age_y=50.0)


def peak(drug: Drug, minutes: float) -> tuple[float, float]:
    """Return the highest effect-site concentration and the minute of it."""
    best, when = 0.0, 0.0
    for step in range(round(minutes * 600)):
        step_drug(drug)
        if drug.ce > best:
            best, when = drug.ce, (step + 1) / 600
    return best, when


def test_propofol_1_mg_per_kg_peaks_at_2_9_after_1_6_minutes():
    drug = propofol(MAN_75)
    drug.x1 = 75.0
    concentration, minute = peak(drug, 5)
    assert concentration == pytest.approx(2.9, abs=0.1)
    assert minute == pytest.approx(1.6, abs=0.2)


def test_fentanyl_100_ug_peaks_at_2_25_after_3_2_minutes_and_falls_to_0_70():
    drug = fentanyl()
    drug.x1 = 100.0
    concentration, minute = peak(drug, 8)
    assert concentration == pytest.approx(2.25, abs=0.08)
    assert minute == pytest.approx(3.2, abs=0.4)
    run_drug(drug, 22 * 60)
    assert drug.ce == pytest.approx(0.70, abs=0.07)


def test_midazolam_2_mg_peaks_at_55_after_6_2_minutes():
    drug = midazolam(MAN_75)
    drug.x1 = 2000.0
    concentration, minute = peak(drug, 12)
    assert concentration == pytest.approx(55.0, abs=2.0)
    assert minute == pytest.approx(6.2, abs=0.5)


@pytest.mark.parametrize(("rate", "expected"), [(25, 0.5), (50, 1.0), (75, 1.5), (100, 1.9)])
def test_propofol_infusion_reaches_the_published_level_in_twenty_minutes(rate, expected):
    drug = propofol(MAN_75)
    drug.infusion_per_min = rate * 75.0 / 1000.0
    run_drug(drug, 20 * 60)
    assert drug.ce == pytest.approx(expected, abs=0.1)


def test_a_target_is_held_in_the_blood():
    drug = propofol(MAN_75)
    drug.target = 4.0
    run_drug(drug, 600)
    assert drug.x1 / drug.v1_l == pytest.approx(4.0, abs=0.01)
    assert drug.ce == pytest.approx(4.0, abs=0.02)


def test_a_lower_target_waits_for_the_blood_level_to_fall():
    drug = propofol(MAN_75)
    drug.target = 4.0
    run_drug(drug, 600)
    drug.target = 3.0
    run_drug(drug, 10)
    assert 3.0 < drug.x1 / drug.v1_l < 4.0
    run_drug(drug, 900)
    assert drug.x1 / drug.v1_l == pytest.approx(3.0, abs=0.01)


def test_no_drug_stays_no_drug():
    drug = fentanyl()
    run_drug(drug, 60)
    assert drug == fentanyl()


def test_old_people_have_their_own_midazolam():
    assert midazolam(PatientSpec(age_y=64.0)).v1_l == 7.9
    assert midazolam(PatientSpec(age_y=65.0)).v1_l == 8.5


def test_half_the_weight_doubles_the_propofol_concentration():
    heavy, light = propofol(PatientSpec(weight_kg=100.0)), propofol(PatientSpec(weight_kg=50.0))
    heavy.x1 = light.x1 = 50.0
    run_drug(heavy, 90)
    run_drug(light, 90)
    assert light.ce == pytest.approx(2.0 * heavy.ce)
