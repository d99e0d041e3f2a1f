"""Spinal Infusion Trainer: a simulator for training only, not a medical device."""

import os

if "OMP_NUM_THREADS" not in os.environ:
    # Products here are small, and work is shared out in threads already: those of numpy's library only wait for each other, at full load.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

__version__ = "0.1.0"
