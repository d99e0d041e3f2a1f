"""Voxels kept on disk: a patient seen before opens quickly. Any trouble with the disk only costs time."""

import contextlib
import hashlib
import os
import tempfile
from pathlib import Path

import numpy as np
import platformdirs

from game.patient.mineral import Mineral
from game.patient.solids import Labels
from game.patient.spec import PatientSpec
from game.plain import canonical

BUILDER_VERSION = 18
FOLDER_VARIABLE = "SPINAL_TRAINER_CACHE"
KEPT_FILES = 12
"""Bodies kept at about 75 MB each: a patient has one for every whole degree of hip flexion he was X-rayed in (simulator tolerance)."""


def cache_folder() -> Path:
    """Return where volumes are kept: the folder that the environment names, or the user's cache."""
    named = os.environ.get(FOLDER_VARIABLE)
    return Path(named) if named else Path(platformdirs.user_cache_dir("spinal-infusion-trainer")) / "patients"


def cache_path(spec: PatientSpec, seed: int) -> Path:
    """Return the file of a patient; spec, seed and builder version decide the name."""
    key = hashlib.sha256(canonical({"spec": spec, "seed": seed, "builder": BUILDER_VERSION})).hexdigest()
    return cache_folder() / f"{key[:32]}.npy"


def load_voxels(spec: PatientSpec, seed: int, shape: tuple[int, int, int]) -> tuple[Labels, Mineral] | None:
    """Return the kept labels and bone mineral of a patient, or None when there are none or they are damaged."""
    path = cache_path(spec, seed)
    try:
        with path.open("rb") as file:
            arrays = [np.load(file, allow_pickle=False) for _ in range(3)]
    except (OSError, ValueError, EOFError):
        return None
    if not all(isinstance(array, np.ndarray) for array in arrays):
        return None
    labels, index, value = arrays
    if labels.shape != shape or index.shape != value.shape or index.ndim != 1:
        return None
    if (labels.dtype, index.dtype, value.dtype) != (np.uint8, np.int32, np.uint8):
        return None
    if index.size and not 0 <= index.min() <= index.max() < labels.size:
        return None
    with contextlib.suppress(OSError):
        os.utime(path)
    return labels, Mineral(index, value)


def keep_voxels(spec: PatientSpec, seed: int, labels: Labels, mineral: Mineral) -> None:
    """Write voxels for the next time, all or nothing, and drop the oldest; a disk that refuses is passed over."""
    path = cache_path(spec, seed)
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, suffix=".tmp")
        try:
            with os.fdopen(handle, "wb") as file:
                for array in (labels, mineral.index, mineral.value):
                    np.save(file, array)
            os.replace(name, path)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise
    forget_oldest(path.parent)


def forget_oldest(folder: Path, kept: int = KEPT_FILES) -> None:
    """Delete all but the files used last, and half-written ones among them; what cannot be deleted stays."""
    with contextlib.suppress(OSError):
        aged = sorted((_age(path), path.name) for path in folder.iterdir() if path.suffix in (".npy", ".tmp"))
        for _, name in aged[: max(0, len(aged) - kept)]:
            with contextlib.suppress(OSError):
                (folder / name).unlink()


def _age(path: Path) -> int:
    """Return when a file was used last, ns; 0 where it is gone already."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0
