"""Label volumes kept on disk: a patient seen before opens quickly. Any trouble with the disk only costs time."""

import contextlib
import hashlib
import os
import tempfile
from pathlib import Path

import numpy as np
import platformdirs

from game.patient.solids import Labels
from game.patient.spec import PatientSpec
from game.plain import canonical

BUILDER_VERSION = 5
FOLDER_VARIABLE = "SPINAL_TRAINER_CACHE"
KEPT_FILES = 12
"""Bodies kept at about 65 MB each: a patient has one for every whole degree of hip flexion he was X-rayed in (simulator tolerance)."""


def cache_folder() -> Path:
    """Return where volumes are kept: the folder that the environment names, or the user's cache."""
    named = os.environ.get(FOLDER_VARIABLE)
    return Path(named) if named else Path(platformdirs.user_cache_dir("spinal-infusion-trainer")) / "patients"


def cache_path(spec: PatientSpec, seed: int) -> Path:
    """Return the file of a patient; spec, seed and builder version decide the name."""
    key = hashlib.sha256(canonical({"spec": spec, "seed": seed, "builder": BUILDER_VERSION})).hexdigest()
    return cache_folder() / f"{key[:32]}.npy"


def load_labels(spec: PatientSpec, seed: int, shape: tuple[int, int, int]) -> Labels | None:
    """Return the kept labels of a patient, or None when there are none or they are damaged."""
    path = cache_path(spec, seed)
    try:
        labels = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    if not isinstance(labels, np.ndarray) or labels.shape != shape or labels.dtype != np.uint8:
        return None
    with contextlib.suppress(OSError):
        os.utime(path)
    return labels


def keep_labels(spec: PatientSpec, seed: int, labels: Labels) -> None:
    """Write the labels for the next time, all or nothing, and drop the oldest; a disk that refuses is passed over."""
    path = cache_path(spec, seed)
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, suffix=".tmp")
        try:
            with os.fdopen(handle, "wb") as file:
                np.save(file, labels)
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
