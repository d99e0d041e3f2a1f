"""The commands of the README, run as a user runs them."""

import json
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from game.cli import main
from game.operation.built import BUILT_STEPS

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A novice's case: its report and its recording."""
    folder = tmp_path_factory.mktemp("played")
    report, recording = folder / "report.json", folder / "run.jsonl"
    code = main(["simulate", "standard", "--trainee", "novice", "--seed", "4", "--report", str(report), "--recording", str(recording)])
    assert code == 0
    return report, recording


def test_simulate_writes_a_report_of_every_step(played: tuple[Path, Path]) -> None:
    report = json.loads(played[0].read_text(encoding="utf-8"))
    assert report["format"] == 1
    assert report["trainee"] == "novice"
    assert [step["id"] for step in report["steps"]] == list(BUILT_STEPS)
    assert all(0.0 <= step["percent"] <= 100.0 for step in report["steps"])
    assert "not a medical device" in report["notice"].lower()


def test_a_recording_verifies_and_gives_the_same_report(
    played: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["replay", str(played[1]), "--verify"]) == 0
    assert "the same" in capsys.readouterr().out
    again = tmp_path / "again.json"
    assert main(["report", str(played[1]), "--json", str(again)]) == 0
    assert json.loads(again.read_text(encoding="utf-8")) == json.loads(played[0].read_text(encoding="utf-8"))


@pytest.mark.parametrize("command", [["replay", "--verify"], ["report"]])
def test_a_torn_last_line_is_told_once_beside_the_result(
    command: list[str], played: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = played[1].read_bytes().splitlines(keepends=True)
    torn = tmp_path / "torn.jsonl"
    torn.write_bytes(lines[0] + lines[1] + lines[2][:10])
    assert main([command[0], str(torn), *command[1:]]) == 0
    assert capsys.readouterr().err == f"{torn}: The last line was torn and is left out.\n"


def test_a_changed_action_fails_and_names_it(played: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = played[1].read_text(encoding="utf-8").splitlines()
    place = next(k for k, line in enumerate(lines) if '"do":"PlacePatient"' in line)
    changed = json.loads(lines[place])
    changed["with"]["hip_flexion_deg"] += 3.0
    lines[place] = json.dumps(changed)
    forged = tmp_path / "forged.jsonl"
    forged.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert main(["replay", str(forged), "--verify"]) == 1
    said = capsys.readouterr().out
    assert "PlacePatient" in said
    assert "ticks 0 to 1200" in said


def test_check_lists_problems_with_their_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    case = tmp_path / "case.yaml"
    assert main(["new", str(case)]) == 0
    assert main(["check", str(case)]) == 0
    text = case.read_text(encoding="utf-8")
    assert "age_y:" in text
    case.write_text(text.replace("age_y:", "aeg_y:"), encoding="utf-8")
    capsys.readouterr()
    assert main(["check", str(case)]) == 1
    assert "did you mean 'age_y'" in capsys.readouterr().out


def test_new_never_overwrites(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    case = tmp_path / "case.yaml"
    case.write_text("mine", encoding="utf-8")
    assert main(["new", str(case)]) == 1
    assert case.read_text(encoding="utf-8") == "mine"
    assert "exists already" in capsys.readouterr().err


def test_schema_is_the_shipped_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == 0
    assert capsys.readouterr().out == (ROOT / "scenarios" / "scenario.schema.json").read_text(encoding="utf-8")


def test_xray_writes_pictures_that_differ_by_view(tmp_path: Path) -> None:
    for view in ("ap", "lateral"):
        assert main(["xray", "standard", "--view", view, "--size", "128", "--out", str(tmp_path / f"{view}.png")]) == 0
    ap, lateral = (cv2.imread(str(tmp_path / f"{view}.png"), cv2.IMREAD_GRAYSCALE) for view in ("ap", "lateral"))
    assert ap is not None
    assert ap.shape == lateral.shape == (128, 128)
    assert abs(ap.astype(float) - lateral.astype(float)).mean() > 10.0
    assert main(["xray", "standard", "--sheet", "--size", "96", "--out", str(tmp_path / "sheet.png")]) == 0


def test_xray_shows_pose_instruments_labels_and_rows_of_variations(tmp_path: Path) -> None:
    out = tmp_path / "sheet.png"
    options = ["--needle", "L3-4", "--labels", "--set", "weight_kg=64", "--vary", "osteoporosis=1", "--size", "96"]
    assert main(["xray", "standard", "--sheet", *options, "--out", str(out)]) == 0
    sheet = cv2.imread(str(out))
    assert sheet.shape[1] == 3 * 96 + 4
    assert 2 * 96 < sheet.shape[0] < 3 * 96  # the case as it is, and varied
    assert not np.array_equal(sheet[..., 0], sheet[..., 2])  # the ring round the tip has a colour
    assert main(["xray", "standard", "true-ap-l3", "--sheet", "--size", "64", "--out", str(out)]) == 0
    assert cv2.imread(str(out)).shape[0] == 2 * 64 + 2
    pose = ["--orbit", "-12", "--tilt", "6", "--field", "mag 1", "--along", "10", "--mode", "spot", "--blades", "0.5", "1"]
    assert main(["xray", "standard", *pose, "--catheter", "T12", "--wire", "--size", "96", "--out", str(out)]) == 0
    assert cv2.imread(str(out), cv2.IMREAD_GRAYSCALE)[48, 2:20].max() < 20


def test_xray_says_when_no_c_arm_could_stand_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["xray", "standard", "--orbit", "60", "--size", "64", "--out", str(tmp_path / "far.png")]) == 0
    assert "made all the same: The C-arm does not turn to 60 degrees" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["xray", "standard", "true-ap-l3", "--out", "x.png"], "Several patients need --sheet."),
        (["xray", "standard", "--vary", "sex=female", "--out", "x.png"], "Several patients need --sheet."),
        (["xray", "standard", "--sheet", "--orbit", "5", "--out", "x.png"], "leave out --view, --orbit and --tilt"),
        (["xray", "standard", "--sheet", "--view", "ap", "--out", "x.png"], "leave out --view, --orbit and --tilt"),
        (["xray", "standard", "--depth", "60", "--out", "x.png"], "belong to --needle"),
        (["xray", "standard", "--wire", "--out", "x.png"], "--wire belongs to --catheter"),
        (["xray", "standard", "--side", "left", "--out", "x.png"], "--side belongs to --needle and --catheter"),
        (["xray", "standard", "--orbit", "200", "--out", "x.png"], "--orbit is 200, must be -180 to 180 degrees"),
        (["xray", "standard", "--along", "nan", "--out", "x.png"], "--along is nan, must be -450 to 450 mm"),
        (["xray", "standard", "--needle", "L8-9", "--out", "x.png"], "Window is 'L8-9', must be one of"),
        (["xray", "standard", "--set", "wieght_kg=80", "--out", "x.png"], "did you mean 'weight_kg'"),
        (["xray", "standard", "--size", "64", "--out", "nowhere/x.png"], "nowhere/x.png cannot be written"),
        (["xray", "standard", "--level", "C9", "--out", "x.png"], "must be one of"),
        (["xray", "standard", "--size", "9", "--out", "x.png"], "must be 64 to 2048"),
        (["shot", "standard", "--step", "closure", "--out", "x.png"], "has no step 'closure'"),
        (["replay", "nowhere.jsonl", "--verify"], "nowhere.jsonl"),
        (["report", "README.md"], "not a recording"),
        (["simulate", "nowhere.yaml", "--trainee", "expert"], "nowhere.yaml"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    assert main(arguments) == 1
    said = capsys.readouterr().err
    assert told in said
    assert said.count("\n") == 1


def test_wrong_usage_ends_with_two() -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["simulate", "standard", "--trainee", "genius"])
    assert stopped.value.code == 2


def test_shot_draws_the_real_screen(tmp_path: Path) -> None:
    out = tmp_path / "shot.png"
    command = [sys.executable, "main.py", "shot", "standard", "--step", "positioning", "--at", "start", "--size", "1280x720"]
    subprocess.run([*command, "--out", str(out)], cwd=ROOT, check=True, capture_output=True)
    picture = cv2.imread(str(out))
    assert picture is not None
    assert picture.shape == (720, 1280, 3)
    assert picture.std() > 20.0
