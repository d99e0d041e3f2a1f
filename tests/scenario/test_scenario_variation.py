"""The keys under `patient: variation:`: what they become, what they say when wrong, and that nothing changes without them."""

import json
from pathlib import Path

import pytest

from game.patient.spec import Fracture, Fusion, Metastasis, PatientSpec, Variation
from game.plain import canonical, decode, encode
from game.resources import shipped
from game.scenario import check_scenario, load_scenario, new_scenario_text, scenario_from_plain, scenario_to_plain

STANDARD_STEPS = load_scenario(shipped("scenarios") / "standard.yaml").steps
STANDARD = (shipped("scenarios") / "standard.yaml").read_text(encoding="utf-8")
LEVELS = "T4, T5, T6, T7, T8, T9, T10, T11, T12, L1, L2, L3, L4, L5"
WHOLE = """\
  variation:
    kyphosis_deg: 20
    spondylosis: 0.6
    window_factor: 0.7
    fractures: [{level: L1, kind: biconcave, height_loss: 0.4}, {level: T12}]
    laminectomy: [L5]
    fusion: {levels: [L4, L5, S1], cages: [L4-5]}
    transitional: sacralised-L5
    rib12: absent-left
    metastases: [{level: L2, kind: lytic, place: pedicle_left, size_mm: 18}]
"""


def case(folder: Path, variation: str, head: str = STANDARD) -> Path:
    file = folder / "case.yaml"
    file.write_text(head.replace("  hip_flexion_deg: 75\n", f"  hip_flexion_deg: 75\n{variation}"), encoding="utf-8")
    return file


def told(folder: Path, variation: str) -> list[str]:
    return [problem.text for problem in check_scenario(case(folder, variation))]


def test_every_variation_can_be_set(tmp_path: Path) -> None:
    assert load_scenario(case(tmp_path, WHOLE)).patient.variation == Variation(
        kyphosis_deg=20.0,
        spondylosis=0.6,
        window_factor=0.7,
        fractures=(Fracture("L1", "biconcave", 0.4), Fracture("T12")),
        laminectomy=("L5",),
        fusion=Fusion(("L4", "L5", "S1"), ("L4-5",)),
        transitional="sacralised-L5",
        rib12="absent-left",
        metastases=(Metastasis("L2", "lytic", "pedicle_left", 18.0),),
    )


def test_a_recording_gets_its_variation_back(tmp_path: Path) -> None:
    scenario = load_scenario(case(tmp_path, WHOLE))
    assert scenario_from_plain(json.loads(json.dumps(scenario_to_plain(scenario)))) == scenario


def test_a_plain_spine_is_written_as_before_and_old_recordings_load() -> None:
    plain = encode(PatientSpec())
    assert "variation" not in plain
    assert decode(PatientSpec, plain) == PatientSpec()
    assert canonical(PatientSpec(variation=Variation())) == canonical(PatientSpec())
    assert canonical(PatientSpec(variation=Variation(spondylosis=0.1))) != canonical(PatientSpec())


def test_the_new_scenario_shows_the_keys() -> None:
    for line in ("  variation:", "    fractures: []", "    fusion:", "      cages: []", "    transitional: none"):
        assert f"\n{line}" in new_scenario_text()


@pytest.mark.parametrize(
    ("variation", "expected"),
    [
        ("laminectomy: [L6]", f"laminectomy number 1 is 'L6', must be one of {LEVELS}"),
        ("laminectomy: [l5]", f"laminectomy number 1 is 'l5', must be one of {LEVELS}; did you mean 'L5'?"),
        ("fractures: [{level: C7}]", f"level is 'C7', must be one of {LEVELS}"),
        ("fractures: [{kind: wedge}]", "the key 'level' is missing (The broken vertebra)"),
        ("fractures: [{level: L1, kind: burst}]", "kind is 'burst', must be one of wedge, biconcave"),
        ("fractures: [{level: L1, height_loss: 30}]", "height_loss is 30, must be 0.1 to 0.7 ratio (lost height;"),
        ("fractures: [{level: L1, severity: 1}]", "unknown key 'severity'; known here: level, kind, height_loss"),
        ("fractures: [{level: L1}, {level: L1}]", "L1 stands here again"),
        ("fusion: {levels: [L4, S2]}", f"levels number 2 is 'S2', must be one of {LEVELS}, S1"),
        ("fusion: {levels: [L4]}", "L4 alone needs no rod; name two levels or more"),
        ("fusion: {cages: [L4-L5]}", "cages number 1 is 'L4-L5', must be one of T4-5, T5-6"),
        ("fusion: {cages: [L4-5, L4-5]}", "L4-5 stands here again"),
        ("transitional: L6", "transitional is 'L6', must be one of none, sacralised-L5, lumbarised-S1"),
        ("rib12: no", "'no' without quotes is a truth value to some readers"),
        ("metastases: [{level: L2, size_mm: 60}]", "size_mm is 60, must be 6 to 40 mm (diameter of the tumour)"),
        ("metastases: [{level: L2, place: lamina}]", "place is 'lamina', must be one of body, pedicle_left, pedicle_right"),
        ("spondylosis: 2", "spondylosis is 2, must be 0 to 1 ratio (worn spine:"),
        ("laminectomy: [L4]", "window is L3-4, which the laminectomy of L4 left as scar; plan a window between two whole vertebrae"),
        ("laminectomy: [L3]", "window is L3-4, which the laminectomy of L3 left as scar"),
        ("lordosis_deg: 20", "unknown key 'lordosis_deg'"),
    ],
)
def test_a_fault_in_a_variation_is_told_in_one_sentence(tmp_path: Path, variation: str, expected: str) -> None:
    [message] = told(tmp_path, f"  variation:\n    {variation}\n")
    assert message.startswith(expected)


@pytest.mark.parametrize("fusion", ["{cages: [L4-5]}", "{levels: [L4, S1]}", "{levels: [T10, T11, L1]}"])
def test_a_cage_without_screws_and_screws_that_skip_a_level_are_allowed(tmp_path: Path, fusion: str) -> None:
    assert told(tmp_path, f"  variation: {{transitional: lumbarised-S1, fusion: {fusion}}}\n") == []


def test_a_view_along_laminae_that_were_taken_is_told(tmp_path: Path) -> None:
    views = "steps: [views]\n"
    text = STANDARD.replace(f"steps: [{', '.join(STANDARD_STEPS)}]\n", views)
    text = text.replace("".join(f"  {step}: 1\n" for step in STANDARD_STEPS), "  views: 1\n")
    text = text.replace("plan:\n", "plan:\n  views: [{kind: contralateral-oblique, level: L4-5, side: left}]\n")
    file = case(tmp_path, "  variation: {laminectomy: [L5]}\n", text)
    assert [p.text for p in check_scenario(file)] == ["a laminectomy took the laminae of L4-5, along which this view looks"]
