"""The shapes of one heart beat and one breath on a patient monitor; phase 0 to 1.

Shapes follow the timing of textbook traces: P, QRS and T wave; systolic and dicrotic peak; the four phases of the capnogram.
"""

import numpy as np
from numpy.typing import NDArray

Wave = NDArray[np.float64]


def _bump(phase: Wave, middle: float, width: float) -> Wave:
    return np.asarray(np.exp(-(((phase - middle) / width) ** 2)))


def ecg(phase: Wave) -> Wave:
    """Return lead II, the R wave 1 high."""
    down = 0.13 * _bump(phase, 0.335, 0.012) + 0.22 * _bump(phase, 0.39, 0.014)
    return 0.12 * _bump(phase, 0.20, 0.03) + _bump(phase, 0.36, 0.013) - down + 0.26 * _bump(phase, 0.60, 0.045)


def pleth(phase: Wave) -> Wave:
    """Return the pulse oximeter's wave, 1 high."""
    return _bump(phase, 0.28, 0.11) + 0.36 * _bump(phase, 0.55, 0.11)


def capnogram(phase: Wave) -> Wave:
    """Return expired carbon dioxide, 1 at the end of the plateau."""
    rise = np.clip((phase - 0.10) / 0.07, 0.0, 1.0)
    fall = np.clip((0.62 - phase) / 0.035, 0.0, 1.0)
    return np.asarray(rise * fall * (0.80 + 0.32 * phase))


PEAK_PHASE = 0.36
"""Phase of the R wave: where the monitor beeps."""
