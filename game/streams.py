"""Chance: one named stream per user, all from the session's seed."""

import zlib

import numpy as np


def stable_id(name: str) -> int:
    """Return a number for a name that is the same in every process."""
    return zlib.crc32(name.encode("utf-8"))


def stream(seed: int, name: str) -> np.random.Generator:
    """Return the generator that belongs to a seed and a name."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, stable_id(name)])))
