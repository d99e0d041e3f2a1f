"""Rules of the whole project that no single room can keep alone."""

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

ROOT = Path(__file__).resolve().parent.parent
BELOW_RECORDS = ("patient", "imaging", "instruments", "operation", "complications", "assessment", "scenario", "session")
GROUND = ("base", "clock", "errors", "frames", "plain", "resources", "streams")
CLOCKS_AND_DICE = {"time", "random", "datetime", "secrets", "uuid"}
LEFT_BEHIND = ("TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK")
MACHINE = ("/ro" + "ot/", "/wo" + "rk/", "/ho" + "me/", "loc" + "alhost")
TEXTS = (".py", ".yaml", ".md", ".toml", ".json")


def sources(*rooms: str) -> list[Path]:
    folders = [ROOT / "game" / room for room in rooms] if rooms else [ROOT / "game"]
    return sorted(path for folder in folders for path in folder.rglob("*.py"))


def below_records() -> list[Path]:
    return [*sources(*BELOW_RECORDS), *(ROOT / "game" / f"{name}.py" for name in GROUND)]


def texts() -> list[Path]:
    found = [path for folder in ("game", "tests", "assets", "scenarios") for path in (ROOT / folder).rglob("*") if path.suffix in TEXTS]
    return sorted([*found, *(path for path in ROOT.iterdir() if path.is_file() and path.suffix in TEXTS)])


def imported(tree: ast.AST) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


def calls(tree: ast.AST) -> list[str]:
    return [ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)]


def iterated(tree: ast.AST) -> list[ast.expr]:
    return [node.iter for node in ast.walk(tree) if isinstance(node, ast.For | ast.comprehension)]


def parsed(paths: list[Path]) -> dict[str, ast.AST]:
    return {str(path.relative_to(ROOT)): ast.parse(path.read_text(encoding="utf-8")) for path in paths}


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="threads are counted where the system lists them")
@pytest.mark.parametrize(("told", "threads"), [({}, 1), ({"OPENBLAS_NUM_THREADS": "2"}, 2), ({"OMP_NUM_THREADS": "2"}, 2)])
def test_matrix_products_keep_to_the_asking_thread_unless_somebody_says_otherwise(told: dict[str, str], threads: int):
    code = "import game, os, numpy as n; a = n.ones((600, 600)); a @ a; print(len(os.listdir('/proc/self/task')))"
    env = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    child = subprocess.run([sys.executable, "-c", code], env={**env, **told}, cwd=ROOT, capture_output=True, text=True, check=True)
    assert int(child.stdout) == min(threads, len(os.sched_getaffinity(0)))


def test_rooms_import_their_own_room_or_lower_ones():
    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True) == 0


def test_the_layers_stand_in_the_order_of_the_architecture():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
    layers = next(contract for contract in contracts if contract["type"] == "layers")["layers"]
    assert [name for name in reversed(layers) if name in BELOW_RECORDS] == list(BELOW_RECORDS)


def test_a_session_runs_without_anything_that_knows_a_screen():
    code = "import sys, json, game.session; print(json.dumps(sorted(sys.modules)))"
    loaded = json.loads(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT).stdout)
    assert "game.session.session" in loaded
    assert not {"pygame", "game.view", "tkinter"} & set(loaded)
    assert not [name for name in loaded if name.startswith(("pygame.", "game.view."))]


def test_nothing_below_the_records_looks_at_a_clock_or_throws_its_own_dice():
    found = {name: imported(tree) & CLOCKS_AND_DICE for name, tree in parsed(below_records()).items()}
    assert {name: names for name, names in found.items() if names} == {}


def test_every_draw_comes_from_a_named_stream_or_the_seed_of_a_picture():
    """Pixels and what eyes read of them come from a kept noise seed, bone texture from the patient's: pure functions, no state."""
    dice = re.compile(r"^(np|numpy)\.random\.\w+$")
    made = {name: [call for call in calls(tree) if dice.match(call)] for name, tree in parsed(below_records()).items()}
    seeded = {"game/streams.py", "game/imaging/detector.py", "game/imaging/landmarks.py", "game/patient/mineral.py"}
    assert {name for name, found in made.items() if found} <= seeded
    without = [ast.unparse(call) for tree in parsed(below_records()).values() for call in _bare_draws(tree, dice)]
    assert without == []


def _bare_draws(tree: ast.AST, dice: re.Pattern[str]) -> list[ast.Call]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call) and dice.match(ast.unparse(node.func)) and not node.args]


def test_no_state_depends_on_the_hash_of_a_process():
    trees = parsed(below_records())
    assert [name for name, tree in trees.items() if "hash" in calls(tree)] == []
    sets = {
        name: [
            ast.unparse(loop)
            for loop in iterated(tree)
            if isinstance(loop, ast.Set | ast.SetComp) or (isinstance(loop, ast.Call) and ast.unparse(loop.func) in ("set", "frozenset"))
        ]
        for name, tree in trees.items()
    }
    assert {name: loops for name, loops in sets.items() if loops} == {}


def test_nothing_is_pickled():
    assert [name for name, tree in parsed(sources()).items() if {"pickle", "shelve", "marshal"} & imported(tree)] == []


def test_imports_are_absolute():
    trees = parsed(sources())
    assert [n for n, tree in trees.items() if any(isinstance(node, ast.ImportFrom) and node.level for node in ast.walk(tree))] == []


@pytest.mark.parametrize("words", [LEFT_BEHIND, MACHINE], ids=["unfinished", "machine"])
def test_no_text_holds_unfinished_work_or_the_machine_it_was_written_on(words):
    pattern = re.compile("|".join(rf"\b{re.escape(word)}\b" if word.isalpha() else re.escape(word) for word in words))
    found = {str(path.relative_to(ROOT)): pattern.findall(path.read_text(encoding="utf-8")) for path in texts()}
    assert {name: hits for name, hits in found.items() if hits} == {}


def test_the_lock_names_no_host_and_hashes_every_package():
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert not re.search(r"https?://|index-url|find-links|trusted-host|\.org|\.com", lock)
    packages = re.findall(r"^([A-Za-z0-9_.-]+)==", lock, flags=re.MULTILINE)
    assert len(packages) > 7
    for block in re.split(r"\n(?=[A-Za-z0-9])", lock.strip()):
        assert block.startswith("#") or "--hash=sha256:" in block, block.splitlines()[0]


def test_the_lock_holds_every_dependency_of_the_project():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {re.split(r"[><=!~ ;\[]", entry)[0].lower().replace("_", "-") for entry in project["dependencies"]}
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8").lower().replace("_", "-")
    assert wanted <= set(re.findall(r"^([a-z0-9.-]+)==", lock, flags=re.MULTILINE))


def test_every_dependency_is_used_and_bounded():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = {"opencv-python-headless": "cv2", "pygame-ce": "pygame", "PyYAML": "yaml"}
    used = set().union(*(imported(tree) for tree in parsed(sources()).values()))
    for entry in project["dependencies"]:
        name = re.split(r"[><=!~ ;\[]", entry)[0]
        assert "<" in entry, entry
        assert names.get(name, name.replace("-", "_")) in used or "font" in name, name
