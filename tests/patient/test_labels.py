"""Voxels: they agree with the distances, come back from the disk, and survive a bad disk."""

import errno
import os
from pathlib import Path

import numpy as np
import pytest
from bodies import body

from game.patient import PatientSpec, build_patient, cache
from game.patient import patient as patients
from game.patient.attenuation import tissue_table
from game.patient.tissue import Tissue

SPEC = PatientSpec(height_cm=160.0, weight_kg=55.0, sex="female")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def built(folder):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(cache.FOLDER_VARIABLE, str(folder))
        patient = build_patient(SPEC, 4)
        assert patient.labels.dtype == np.uint8
        yield patient


def test_labels_agree_with_the_distances_at_voxel_centres(built):
    rng = np.random.default_rng(3)
    voxels = np.column_stack([rng.integers(0, n, 60000) for n in built.labels.shape])
    spine = np.column_stack([rng.integers(-55, 55, 30000), rng.integers(-20, 75, 30000), rng.integers(-150, 200, 30000)])
    near = np.rint(spine - built.origin_mm).astype(int)
    for sample, least in ((voxels, 0.995), (near, 0.99)):
        labels = built.labels[tuple(sample.T)]
        tissue = np.concatenate([built.tissue(part) for part in np.array_split(sample + built.origin_mm, 20)])
        assert np.mean(labels == tissue) >= least


def test_bones_are_found_whole_though_looked_for_coarse_to_fine(built):
    rng = np.random.default_rng(8)
    centres = rng.choice([built.landmarks[f"{level}.{part}"] for level in ("T11", "L3", "L5") for part in ("body", "spinous_base")], 40000)
    sample = np.rint(centres + rng.uniform(-24.0, 24.0, (40000, 3)) - built.origin_mm).astype(int)
    bones = (Tissue.CORTICAL, Tissue.TRABECULAR)
    labels, tissue = built.labels[tuple(sample.T)], built.tissue(sample + built.origin_mm)
    bone = np.isin(labels, bones) | np.isin(tissue, bones)
    assert bone.sum() > 5000
    assert np.mean(labels[bone] == tissue[bone]) >= 0.998


def test_the_grid_holds_the_promised_body(built):
    assert np.all(np.array(built.labels.shape) * built.spacing_mm >= (320.0, 240.0, 420.0))
    low = built.origin_mm
    high = low + built.spacing_mm * (np.array(built.labels.shape) - 1)
    for name in ("T8.body", "L3.spinous_tip", "iliac_crest_left", "L5.transverse_right", "sac_end"):
        assert (built.landmarks[name] > low).all(), name
        assert (built.landmarks[name] < high).all(), name
    assert (built.labels[:, [0, -1]] == Tissue.OUTSIDE).all()
    assert (built.labels[[0, -1]] == Tissue.OUTSIDE).all()


def test_every_tissue_of_a_plain_body_has_voxels_and_no_other(built):
    counts = np.bincount(built.labels.ravel(), minlength=len(Tissue))
    assert (counts[: Tissue.SCAR] > 0).all()
    assert (counts[Tissue.SCAR :] == 0).all()


def test_labels_from_the_disk_equal_built_ones(built, folder, monkeypatch):
    monkeypatch.setenv(cache.FOLDER_VARIABLE, str(folder))
    monkeypatch.setattr(patients, "build_labels", lambda *_: pytest.fail("built again"))
    again = build_patient(SPEC, 4)
    assert np.array_equal(again.labels, built.labels)


def test_volume_is_made_from_the_labels(built):
    volume = built.volume
    assert volume.dtype == np.float32
    assert volume.shape == built.labels.shape
    assert (volume[built.labels == Tissue.OUTSIDE] == 0.0).all()
    table = tissue_table(60.0)
    for tissue in (Tissue.MUSCLE, Tissue.FAT, Tissue.CORTICAL, Tissue.DISC):
        assert np.allclose(volume[built.labels == tissue], table[tissue])
    spongy = volume[built.labels == Tissue.TRABECULAR]
    assert spongy.mean() == pytest.approx(table[Tissue.TRABECULAR], rel=0.03)
    assert spongy.std() > 0.05 * spongy.mean()


def test_contact_asks_no_voxels(monkeypatch):
    monkeypatch.setattr(patients, "build_labels", lambda *_: pytest.fail("contact built voxels"))
    monkeypatch.setattr(patients, "load_labels", lambda *_: pytest.fail("contact read voxels"))
    patient = build_patient(PatientSpec(), 9)
    points = np.array([patient.landmarks["L3.body"], patient.landmarks["sac.L3-4"]])
    patient.tissue(points)
    for kind in ("bone", "skin", "sac", "disc", "vein"):
        getattr(patient, f"{kind}_distance_mm")(points)
    patient.root_distance_mm(points)
    assert "labels" not in vars(patient)


SHAPE = (3, 4, 5)
SMALL = np.arange(60, dtype=np.uint8).reshape(SHAPE)


def test_kept_labels_come_back(monkeypatch, tmp_path):
    monkeypatch.setenv(cache.FOLDER_VARIABLE, str(tmp_path / "deep" / "folder"))
    assert cache.load_labels(SPEC, 1, SHAPE) is None
    cache.keep_labels(SPEC, 1, SMALL)
    assert np.array_equal(cache.load_labels(SPEC, 1, SHAPE), SMALL)
    assert cache.load_labels(SPEC, 2, SHAPE) is None
    assert cache.load_labels(PatientSpec(), 1, SHAPE) is None
    assert [path.suffix for path in cache.cache_folder().iterdir()] == [".npy"]


@pytest.mark.parametrize("damage", [b"", b"not an array", None])
def test_a_damaged_file_counts_as_none(monkeypatch, tmp_path, damage):
    monkeypatch.setenv(cache.FOLDER_VARIABLE, str(tmp_path))
    cache.keep_labels(SPEC, 1, SMALL)
    path = cache.cache_path(SPEC, 1)
    path.write_bytes(path.read_bytes()[:-7] if damage is None else damage)
    assert cache.load_labels(SPEC, 1, SHAPE) is None
    cache.keep_labels(SPEC, 1, SMALL)
    assert np.array_equal(cache.load_labels(SPEC, 1, SHAPE), SMALL)


def test_a_file_of_another_shape_or_type_counts_as_none(monkeypatch, tmp_path):
    monkeypatch.setenv(cache.FOLDER_VARIABLE, str(tmp_path))
    cache.keep_labels(SPEC, 1, SMALL)
    assert cache.load_labels(SPEC, 1, (3, 4, 6)) is None
    np.save(cache.cache_path(SPEC, 1), SMALL.astype(np.float32))
    assert cache.load_labels(SPEC, 1, SHAPE) is None


def test_a_folder_that_cannot_be_made_is_passed_over(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv(cache.FOLDER_VARIABLE, str(tmp_path / "file" / "folder"))
    cache.keep_labels(SPEC, 1, SMALL)
    assert cache.load_labels(SPEC, 1, SHAPE) is None


def test_a_full_disk_leaves_no_half_file(monkeypatch, tmp_path):
    monkeypatch.setenv(cache.FOLDER_VARIABLE, str(tmp_path))

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(cache.np, "save", full)
    cache.keep_labels(SPEC, 1, SMALL)
    assert list(tmp_path.iterdir()) == []


def test_without_the_variable_the_users_cache_is_used(monkeypatch):
    monkeypatch.delenv(cache.FOLDER_VARIABLE, raising=False)
    assert "spinal-infusion-trainer" in str(cache.cache_folder())
    assert isinstance(cache.cache_folder(), Path)


def test_posture_and_seed_are_in_the_name_of_the_file():
    names = {cache.cache_path(spec, seed).name for spec in (SPEC, PatientSpec(), PatientSpec(hip_flexion_deg=10.0)) for seed in (1, 2)}
    assert len(names) == 6


def test_bodies_differ_in_size_with_their_weight():
    assert body(weight_kg=120.0)._grid.shape[0] > body()._grid.shape[0]


def test_only_the_bodies_used_last_stay_on_the_disk(tmp_path, monkeypatch):
    monkeypatch.setenv(cache.FOLDER_VARIABLE, str(tmp_path))
    (tmp_path / "half.tmp").write_bytes(b"cut off")
    os.utime(tmp_path / "half.tmp", ns=(1, 1))
    for seed in range(cache.KEPT_FILES):
        cache.keep_labels(SPEC, seed, SMALL)
        os.utime(cache.cache_path(SPEC, seed), ns=(seed + 2, seed + 2))
    assert not (tmp_path / "half.tmp").exists()
    assert cache.load_labels(SPEC, 0, SHAPE) is not None  # used again, so it is the newest
    cache.keep_labels(SPEC, 99, SMALL)
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {cache.cache_path(SPEC, seed).name for seed in (0, *range(2, cache.KEPT_FILES), 99)}


def test_a_folder_that_lets_nothing_be_deleted_is_no_trouble(tmp_path, monkeypatch):
    for name in ("a.npy", "b.npy"):
        (tmp_path / name).mkdir()
    cache.forget_oldest(tmp_path, kept=0)
    assert len(list(tmp_path.iterdir())) == 2
    cache.forget_oldest(tmp_path / "nowhere")
