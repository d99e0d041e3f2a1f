import dataclasses
import json
from pathlib import Path

import pytest

from game.view.bests import case_key, keep_best, load_bests
from game.view.settings import DATA_VARIABLE, Settings, data_folder, is_writable, load_settings, save_settings


def test_settings_come_back_as_they_were_kept(tmp_path: Path) -> None:
    chosen = Settings(volume=0.35, mute=True, mouse_gain=1.75, click_to_grab=True, text_size="large", mode="exam", calibrated=True)
    assert save_settings(chosen, tmp_path)
    assert load_settings(tmp_path) == chosen
    assert [path.name for path in tmp_path.iterdir()] == ["settings.json"]


@pytest.mark.parametrize("text", ["", "{", "[1, 2]", "null", "\x00", '"text"'])
def test_damaged_settings_are_the_usual_ones(tmp_path: Path, text: str) -> None:
    (tmp_path / "settings.json").write_text(text, encoding="utf-8")
    assert load_settings(tmp_path) == Settings()


def test_one_bad_value_leaves_the_others(tmp_path: Path) -> None:
    raw = {"volume": "loud", "mute": True, "mode": "nightmare", "text_size": "large", "unknown": 1}
    (tmp_path / "settings.json").write_text(json.dumps(raw), encoding="utf-8")
    assert load_settings(tmp_path) == Settings(mute=True, text_size="large")


def test_numbers_out_of_range_are_brought_back(tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text('{"volume": 9, "mouse_gain": NaN}', encoding="utf-8")
    assert load_settings(tmp_path) == Settings(volume=1.0, mouse_gain=1.0)


def test_folder_is_the_chosen_one_then_the_variable_then_the_system(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path / "named"))
    assert data_folder(tmp_path) == tmp_path
    assert data_folder() == tmp_path / "named"
    monkeypatch.delenv(DATA_VARIABLE)
    assert data_folder().name == "spinal-infusion-trainer"


def test_folder_that_is_a_file_is_not_writable(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("x", encoding="utf-8")
    assert not is_writable(blocked)
    assert not save_settings(Settings(), blocked)
    assert is_writable(tmp_path / "new" / "folder")


def test_best_mark_only_rises(tmp_path: Path) -> None:
    key = case_key("standard")
    assert keep_best(tmp_path, {key: 71.0})
    keep_best(tmp_path, {key: 64.0, "step needle": 80.0})
    assert load_bests(tmp_path) == {key: 71.0, "step needle": 80.0}


def test_damaged_best_marks_are_none(tmp_path: Path) -> None:
    (tmp_path / "best.json").write_text('{"case standard": "high", "step needle": 40, "x": 900}', encoding="utf-8")
    assert load_bests(tmp_path) == {"step needle": 40.0}


def test_every_setting_is_plain() -> None:
    assert json.dumps(dataclasses.asdict(Settings()))
