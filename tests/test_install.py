"""The wheel, installed somewhere else."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's wheel, built without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), "."]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_carries_tables_and_scenarios(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for needed in ("assets/criteria.yaml", "assets/equipment.yaml", "assets/speech.yaml", "scenarios/standard.yaml"):
        assert f"game/shipped/{needed}" in names


def test_an_installation_elsewhere_checks_its_own_scenarios(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)
    script = (
        "from game.cli import main; from game.resources import shipped; print(shipped('assets')); "
        "raise SystemExit(main(['check', str(shipped('scenarios'))]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith(str(site))
    assert "No problems found." in done.stdout
