"""What the performance table reads."""

import subprocess
import sys

import numpy as np
import pytest


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux hands the peak on from parent to child")
def test_the_peak_of_memory_is_that_of_the_process_itself() -> None:
    parent = np.ones(60_000_000)  # 480 MB
    command = [sys.executable, "-c", "from game.view.bench import peak_mb; print(peak_mb())"]
    child = float(subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[-1])
    assert parent.nbytes / 1024.0**2 > 400.0 > child > 20.0
