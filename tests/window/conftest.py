"""A display for the tests of the real window; where one has to be there, its absence fails."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.window.desktop import Desktop, desktop, missing_tools


@pytest.fixture(scope="session")
def screen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desktop]:
    missing = missing_tools()
    if missing:
        said = f"{' and '.join(missing)} not found: the real window can not be driven"
        if os.environ.get("CI"):
            pytest.fail(said)
        pytest.skip(said)
    with desktop(tmp_path_factory.mktemp("display")) as display:
        yield display


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"
