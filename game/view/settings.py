"""What a person has chosen, kept as JSON in the data folder."""

import dataclasses
import json
import math
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from platformdirs import user_data_path

from game.plain import decode, encode
from game.view.theme import TEXT_SCALES

DATA_VARIABLE = "SPINAL_TRAINER_DATA"
_NAME = "settings.json"
Mode = Literal["guided", "practice", "exam"]
TextSize = Literal["normal", "large", "projector"]


@dataclass(frozen=True, slots=True)
class Settings:
    """Choices that outlive the program.

    Attributes:
        volume: 0 to 1.
        mute: No sound at all; captions stay.
        mouse_gain: Field millimetres that the hand moves for one millimetre of plain mouse motion, 0.25 to 4.
        click_to_grab: Click to grab and click to let go, for trackpads.
        stick_gain: How fast a gamepad's sticks move, 0.25 to 4 times the usual.
        rumble: Whether a gamepad rumbles; what is felt is heard and written too.
        text_size: One of `theme.TEXT_SCALES`.
        captions: Whether sounds are written as well as heard; speech always is.
        mode: The mode chosen last.
        calibrated: Whether the mouse was calibrated once.
    """

    volume: float = 0.7
    mute: bool = False
    mouse_gain: float = 1.0
    click_to_grab: bool = False
    stick_gain: float = 1.0
    rumble: bool = True
    text_size: TextSize = "normal"
    captions: bool = True
    mode: Mode = "guided"
    calibrated: bool = False


def data_folder(chosen: Path | None = None) -> Path:
    """Return where settings and attempts are kept: the chosen folder, the variable's, or the system's."""
    if chosen is not None:
        return chosen
    named = os.environ.get(DATA_VARIABLE, "")
    return Path(named) if named else user_data_path("spinal-infusion-trainer", appauthor=False)


def is_writable(folder: Path) -> bool:
    """Say whether files can be kept in a folder; it is made where that is possible."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".probe-{os.getpid()}"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError:
        return False
    return True


def load_settings(folder: Path) -> Settings:
    """Return the kept choices; a missing, damaged or newer file leaves what it can not say at its default."""
    try:
        raw = json.loads((folder / _NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return Settings()
    return _from_raw(raw) if isinstance(raw, dict) else Settings()


def _from_raw(raw: dict[str, Any]) -> Settings:
    kept = Settings()
    for known in dataclasses.fields(Settings):
        if known.name not in raw:
            continue
        try:
            kept = decode(Settings, {**encode(kept), known.name: raw[known.name]})
        except (TypeError, ValueError, KeyError):
            continue
    return in_range(kept)


def in_range(settings: Settings) -> Settings:
    """Return the settings with numbers inside what the program can do."""
    usual = Settings()
    return dataclasses.replace(
        settings,
        volume=_within(settings.volume, 0.0, 1.0, usual.volume),
        mouse_gain=_within(settings.mouse_gain, 0.25, 4.0, usual.mouse_gain),
        stick_gain=_within(settings.stick_gain, 0.25, 4.0, usual.stick_gain),
    )


def _within(value: float, low: float, high: float, otherwise: float) -> float:
    return min(max(value, low), high) if math.isfinite(value) else otherwise


def save_settings(settings: Settings, folder: Path) -> bool:
    """Keep the choices; say whether that was possible."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        waiting = folder / f"{_NAME}.{os.getpid()}"
        waiting.write_text(json.dumps(encode(settings), indent=1) + "\n", encoding="utf-8")
        waiting.replace(folder / _NAME)
    except OSError:
        return False
    return True


def text_scale(settings: Settings) -> float:
    """Return how much larger than the design everything is drawn."""
    return TEXT_SCALES[settings.text_size]
