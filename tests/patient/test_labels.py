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
from game.patient.mineral import FULL, TILES, Mineral, lost_bone, patterned, share_at, shares_in
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
    monkeypatch.setattr(patients, "build_voxels", lambda *_: pytest.fail("built again"))
    again = build_patient(SPEC, 4)
    assert np.array_equal(again.labels, built.labels)
    assert np.array_equal(again.mineral.index, built.mineral.index)
    assert np.array_equal(again.mineral.value, built.mineral.value)


def test_volume_is_made_from_labels_and_mineral(built):
    volume = built.volume
    assert volume.dtype == np.float32
    assert volume.shape == built.labels.shape
    assert (volume[built.labels == Tissue.OUTSIDE] == 0.0).all()
    table = tissue_table(60.0)
    bony = np.zeros(volume.size, dtype=bool)
    bony[built.mineral.index] = True
    bony = bony.reshape(volume.shape)
    for tissue in (Tissue.MUSCLE, Tissue.FAT, Tissue.DISC, Tissue.LUNG):
        assert np.allclose(volume[(built.labels == tissue) & ~bony], table[tissue])
    assert volume.max() == pytest.approx(table[Tissue.CORTICAL], rel=0.03)
    spongy = volume[built.labels == Tissue.TRABECULAR]
    assert np.median(spongy) == pytest.approx(table[Tissue.TRABECULAR], rel=0.03)
    assert spongy.std() > 0.05 * spongy.mean()


def test_a_line_through_a_body_meets_as_much_bone_as_cortex_and_core_are_thick(built):
    # Up and down through the middle of the bodies, patterns averaged out over levels and over 23 x 11 mm.
    measured_mm, expected_mm = [], []
    places = np.array(np.unravel_index(built.mineral.index, built.labels.shape))
    for level in ("T11", "T12", "L1", "L2", "L3", "L4"):
        centre = np.rint(built.landmarks[f"{level}.body"] - built.origin_mm).astype(int)
        near = np.abs(places - centre[:, None]) <= np.array([[11], [5], [16]])
        measured_mm.append(built.mineral.value[near.all(axis=0)].sum() / FULL / 253.0)
        x, y, z = np.meshgrid(
            centre[0] + np.arange(-11.0, 11.5, 5.5), centre[1] + np.arange(-5.0, 5.5, 2.5), centre[2] + np.arange(-16.5, 16.5, 0.02)
        )
        tissue = built.tissue(np.stack([x, y, z], axis=-1).reshape(-1, 3) + built.origin_mm)
        compact, spongy = ((tissue == kind).sum() * 0.02 / 25.0 for kind in (Tissue.CORTICAL, Tissue.TRABECULAR))
        cortex, core = shares_in(SPEC)
        expected_mm.append(cortex * compact + core * spongy)
    assert np.mean(measured_mm) == pytest.approx(np.mean(expected_mm), rel=0.05)


@pytest.mark.parametrize("shell_mm", [0.3, 0.6, 1.0, 1.7])
@pytest.mark.parametrize("shift_mm", [0.0, 0.2, 0.5, 0.9])
def test_a_shell_adds_up_to_its_thickness_wherever_the_grid_lies(shell_mm, shift_mm):
    depth = np.arange(-12.0, 6.0) + shift_mm
    shares = share_at(depth, np.full_like(depth, shell_mm), 1.0, 0.0) / FULL
    assert shares.sum() == pytest.approx(shell_mm, abs=0.01)


def test_spongy_bone_has_a_pattern_along_the_spine_that_does_not_repeat(built):
    flat = np.zeros(built.labels.size, dtype=np.float32)
    flat[built.mineral.index] = built.mineral.value
    core = (built.labels == Tissue.TRABECULAR) & (flat.reshape(built.labels.shape) < 60.0)
    values = np.where(core, flat.reshape(built.labels.shape), np.nan)
    mean, spread = np.nanmean(values), np.nanstd(values)

    def likeness(*step):
        moved = np.roll(values, step, axis=(0, 1, 2))
        return np.nanmean((values - mean) * (moved - mean)) / spread**2

    assert likeness(0, 0, 3) > likeness(3, 0, 0) + 0.05
    assert likeness(0, 0, TILES[0]) < 0.85
    assert likeness(0, 0, TILES[1]) < 0.85


def test_lost_bone_leaves_less_of_it_in_fewer_stronger_struts():
    labels = np.full((48, 48, 96), Tissue.TRABECULAR, dtype=np.uint8)

    def struts(spec):
        dense = Mineral(np.arange(labels.size, dtype=np.int32), np.full(labels.size, round(FULL * shares_in(spec)[1]), dtype=np.uint8))
        value = patterned(dense, labels, (0.0, 0.0, 0.0), spec, 3).value.reshape(labels.shape).astype(float)
        across = value.sum(axis=1)  # as a ray from the front meets it
        upright = np.diff(across, axis=0).std() / np.diff(across, axis=1).std()
        return value.mean(), across.std() / across.mean(), upright

    young, usual, aged, weak = (struts(PatientSpec(age_y=age, osteoporosis=loss)) for age, loss in ((25, 0), (55, 0), (85, 0), (85, 1.0)))
    assert young[0] > 1.15 * usual[0] > 1.35 * aged[0] > 1.5 * weak[0]
    assert usual[1] < aged[1] < weak[1]
    assert weak[1] > 2.0 * usual[1]
    assert weak[2] > 1.2 * usual[2]
    assert (lost_bone(PatientSpec(age_y=95.0, osteoporosis=1.0)), lost_bone(PatientSpec(age_y=20.0))) == (1.0, 0.0)


def test_contact_asks_no_voxels(monkeypatch):
    monkeypatch.setattr(patients, "build_voxels", lambda *_: pytest.fail("contact built voxels"))
    monkeypatch.setattr(patients, "load_voxels", lambda *_: pytest.fail("contact read voxels"))
    patient = build_patient(PatientSpec(), 9)
    points = np.array([patient.landmarks["L3.body"], patient.landmarks["sac.L3-4"]])
    patient.tissue(points)
    for kind in ("bone", "skin", "sac", "vein"):
        getattr(patient, f"{kind}_distance_mm")(points)
    patient.root_distance_mm(points)
    assert "voxels" not in vars(patient)


SHAPE = (3, 4, 5)
SMALL = np.arange(60, dtype=np.uint8).reshape(SHAPE)
BONE = Mineral(np.array([4, 9, 50], dtype=np.int32), np.array([7, 255, 30], dtype=np.uint8))


def keep(spec, seed):
    cache.keep_voxels(spec, seed, SMALL, BONE)


def is_kept(spec, seed, shape=SHAPE):
    kept = cache.load_voxels(spec, seed, shape)
    if kept is None:
        return False
    labels, mineral = kept
    assert np.array_equal(labels, SMALL)
    assert np.array_equal(mineral.index, BONE.index)
    assert np.array_equal(mineral.value, BONE.value)
    return True


def test_kept_labels_come_back(monkeypatch, tmp_path):
    monkeypatch.setenv(cache.FOLDER_VARIABLE, str(tmp_path / "deep" / "folder"))
    assert not is_kept(SPEC, 1)
    keep(SPEC, 1)
    assert is_kept(SPEC, 1)
    assert not is_kept(SPEC, 2)
    assert not is_kept(PatientSpec(), 1)
    assert [path.suffix for path in cache.cache_folder().iterdir()] == [".npy"]


@pytest.mark.parametrize("damage", [b"", b"not an array", None])
def test_a_damaged_file_counts_as_none(monkeypatch, tmp_path, damage):
    monkeypatch.setenv(cache.FOLDER_VARIABLE, str(tmp_path))
    keep(SPEC, 1)
    path = cache.cache_path(SPEC, 1)
    path.write_bytes(path.read_bytes()[:-7] if damage is None else damage)
    assert not is_kept(SPEC, 1)
    keep(SPEC, 1)
    assert is_kept(SPEC, 1)


def test_a_file_of_another_shape_or_type_counts_as_none(monkeypatch, tmp_path):
    monkeypatch.setenv(cache.FOLDER_VARIABLE, str(tmp_path))
    keep(SPEC, 1)
    assert not is_kept(SPEC, 1, (3, 4, 6))
    np.save(cache.cache_path(SPEC, 1), SMALL.astype(np.float32))
    assert not is_kept(SPEC, 1)


def test_a_folder_that_cannot_be_made_is_passed_over(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv(cache.FOLDER_VARIABLE, str(tmp_path / "file" / "folder"))
    keep(SPEC, 1)
    assert not is_kept(SPEC, 1)


def test_a_full_disk_leaves_no_half_file(monkeypatch, tmp_path):
    monkeypatch.setenv(cache.FOLDER_VARIABLE, str(tmp_path))

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(cache.np, "save", full)
    keep(SPEC, 1)
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
        keep(SPEC, seed)
        os.utime(cache.cache_path(SPEC, seed), ns=(seed + 2, seed + 2))
    assert not (tmp_path / "half.tmp").exists()
    assert is_kept(SPEC, 0)  # used again, so it is the newest
    keep(SPEC, 99)
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {cache.cache_path(SPEC, seed).name for seed in (0, *range(2, cache.KEPT_FILES), 99)}


def test_a_folder_that_lets_nothing_be_deleted_is_no_trouble(tmp_path, monkeypatch):
    for name in ("a.npy", "b.npy"):
        (tmp_path / name).mkdir()
    cache.forget_oldest(tmp_path, kept=0)
    assert len(list(tmp_path.iterdir())) == 2
    cache.forget_oldest(tmp_path / "nowhere")
