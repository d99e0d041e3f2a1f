"""Trainees get an observation and nothing else: what their modules import is on a short list."""

import ast
from pathlib import Path

import game.session.trainees

FOLDER = Path(game.session.trainees.__file__).parent
GROUND = {"game.base", "game.clock", "game.errors", "game.frames", "game.streams"}
MODULES = sorted(FOLDER.glob("*.py"))
WORDS = ("seed ==", "tick ==", "scenario", "window == ")


def imported(path: Path) -> list[str]:
    """Return the names of the game's modules that a file imports, wherever in it."""
    names: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        if isinstance(node, ast.ImportFrom):
            names.append(node.module or "")
    return [name for name in names if name.split(".")[0] == "game"]


def allowed(name: str) -> bool:
    own = name.startswith("game.session.trainees") or name == "game.session.observation"
    told = name.startswith("game.operation.") and name.split(".")[-1] in ("actions", "sight", "tasks")
    return own or told or name in GROUND


def test_trainees_import_actions_sights_observations_and_the_ground_floor_alone() -> None:
    others = {path.name: [name for name in imported(path) if not allowed(name)] for path in MODULES}
    assert len(MODULES) > 5
    assert not {name: found for name, found in others.items() if found}


def test_the_list_would_notice_truth() -> None:
    assert not allowed("game.patient")
    assert not allowed("game.operation.theatre")
    assert not allowed("game.session.session")


def test_no_seed_and_no_case_is_named_in_a_trainee() -> None:
    texts = {path.name: path.read_text(encoding="utf-8") for path in MODULES}
    assert not {name: word for name, text in texts.items() for word in WORDS if word in text}
