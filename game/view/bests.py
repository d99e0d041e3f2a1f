"""The best mark so far of each case and step, kept as JSON in the data folder."""

import json
import os
from pathlib import Path

_NAME = "best.json"


def load_bests(folder: Path) -> dict[str, float]:
    """Return the best marks in per cent; a missing or damaged file is an empty one."""
    try:
        raw = json.loads((folder / _NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(raw, dict):
        return {}
    return {str(key): float(value) for key, value in raw.items() if isinstance(value, int | float) and 0.0 <= value <= 100.0}


def keep_best(folder: Path, marks: dict[str, float]) -> bool:
    """Raise the bests to new marks; say whether they could be kept."""
    bests = load_bests(folder)
    for key, percent in marks.items():
        bests[key] = max(percent, bests.get(key, 0.0))
    try:
        waiting = folder / f"{_NAME}.{os.getpid()}"
        waiting.write_text(json.dumps(bests, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        waiting.replace(folder / _NAME)
    except OSError:
        return False
    return True


def case_key(scenario_id: str) -> str:
    """Return the key of a whole case."""
    return f"case {scenario_id}"


def step_key(step: str) -> str:
    """Return the key of a step, in whatever case it was done."""
    return f"step {step}"
