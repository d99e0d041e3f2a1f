"""What an expert owes to his pictures, and to nothing but them."""

from dataclasses import replace

import numpy as np
import pytest

from game.frames import Rigid
from game.imaging import ReadableLandmark
from game.instruments.needle import tip_mm
from game.operation.needle.geometry import sac_middle_mm
from game.scenario import Scenario
from game.session import Session, look, make_trainee, run

SEEDS = (3, 9)
SHIFT_MM = (6.0, 0.0, 8.0)  # 10 mm
TURN_DEG = 8.0


@pytest.fixture(scope="module")
def short_case(standard: Scenario) -> Scenario:
    """The case without its scrubbing, which no picture enters."""
    return replace(standard, steps=("positioning", "needle"))


def tip_error_mm(session: Session) -> float:
    """Return how far the point lies from the middle of the sac; 20 when it is not in the sac at all."""
    needle = session.theatre.needle
    assert needle is not None
    if needle.entry_mm is None:
        return 20.0
    off = sac_middle_mm(session.theatre.patient, needle_tip(session))
    return 20.0 if off is None else abs(off)


def needle_tip(session: Session) -> tuple[float, float, float]:
    assert session.theatre.needle is not None
    return tip_mm(session.theatre.needle)


def played(scenario: Scenario, seed: int, shift_mm: tuple[float, float, float] = (0.0, 0.0, 0.0)) -> Session:
    """Play with a patient who lies elsewhere on the table, from the moment that he lies there."""
    session = Session(scenario, seed, "exam", trainee="expert")
    moved: list[bool] = []

    def move(now: Session) -> bool:
        if now.step == "positioning" and not moved:
            moved.append(True)
            pose = now.theatre.patient_pose
            x, y, z = (float(v) for v in np.add(pose.shift_mm, shift_mm))
            now.theatre.patient_pose = Rigid(pose.rotation, (x, y, z))
        return False

    run(session, make_trainee("expert", seed), until=move)
    return session


@pytest.mark.parametrize("blind_from", ["positioning", "needle"])
def test_an_expert_who_sees_no_picture_scores_under_half_in_the_needle_step(
    short_case: Scenario, monkeypatch: pytest.MonkeyPatch, blind_from: str
) -> None:
    read = look.readable_landmarks
    marks = []
    for seed in SEEDS:
        session = Session(short_case, seed, "exam", trainee="expert")

        def unseen(exposure: object, patient: object, session: Session = session) -> tuple[ReadableLandmark, ...]:
            return () if blind_from in (session.step, *session.steps_done) else read(exposure, patient)

        def forget(now: Session) -> bool:
            if now.step == blind_from:
                now.pictures.clear()
            return False

        monkeypatch.setattr(look, "readable_landmarks", unseen)
        run(session, make_trainee("expert", seed), until=forget)
        marks.append(session.report().steps[-1].percent)
        assert session.theatre.fluoroscope.dose.exposures > 5  # the same exposures, with nothing on them
    assert np.mean(marks) < 50.0


def test_a_spine_that_moved_after_the_plan_was_made_is_found_as_exactly(short_case: Scenario) -> None:
    turned = replace(short_case, patient=replace(short_case.patient, rotation_deg=TURN_DEG))
    unmoved = [played(short_case, seed) for seed in SEEDS]
    moved = [played(turned, seed, SHIFT_MM) for seed in SEEDS]
    for here, there in zip(unmoved, moved, strict=True):
        assert np.allclose(np.subtract(there.theatre.patient_pose.shift_mm, here.theatre.patient_pose.shift_mm), SHIFT_MM, atol=0.5)
    errors = [np.mean([tip_error_mm(session) for session in sessions]) for sessions in (unmoved, moved)]
    assert abs(errors[1] - errors[0]) < 1.0  # of two seeds; 20 give a difference under 0.5 mm
    assert all(session.measured("needle")["csf_flow"] in ("brisk", "slow") for session in moved)
    assert all(session.theatre.plan == short_case.plan for session in moved)
