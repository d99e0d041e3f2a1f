import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from game.errors import ScenarioError
from game.operation.built import ALL_STEPS, BUILT_STEPS
from game.resources import shipped
from game.scenario import check_paths, check_scenario, load_scenario, scenario_files
from tests.strategies import damaged

STANDARD = (shipped("scenarios") / "standard.yaml").read_text(encoding="utf-8")
STANDARD_STEPS = load_scenario(shipped("scenarios") / "standard.yaml").steps
STEPS = f"[{', '.join(STANDARD_STEPS)}]"
STEPS_AND_WEIGHTS = f"steps: {STEPS}\n\nweights:\n" + "".join(f"  {step}: 1\n" for step in STANDARD_STEPS)


def told(folder: Path, content: str | bytes) -> list[str]:
    file = folder / "case.yaml"
    file.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return [str(problem).removeprefix(f"{file}:") for problem in check_scenario(file)]


PLANTED = """\
# yaml-language-server: $schema=scenario.schema.json
format: 2
id: Bad Case
title: ""
sumary: "x"
level: coer
minutes: 12:30
chart: "one line"
patient:
  sex: mael
  age_y: 480
  age_y: 50
  height_cm: "170"
  weight_kg: 72 kg
  osteoporosis: .inf
plan:
  side: no
  window: L1-2
  tip_level: t10
  pocket_mark: {arc_mm: 90, zmm: 3}
steps: [needle, antisepsis, briefing]
weights:
  positioning: 1
  nedle: 2
"""


def test_all_planted_faults_are_told_in_one_pass_each_at_its_place(tmp_path: Path) -> None:
    assert told(tmp_path, PLANTED) == [
        "2:1: the key 'summary' is missing (one line under the title)",
        "2:9: format is 2, must be 1",
        "3:5: id is 'Bad Case', must be small letters, digits and single hyphens, such as 'thin-back'",
        "4:8: title has 0 characters, must have 1 to 40 characters (name in the library)",
        "5:1: unknown key 'sumary'; did you mean 'summary'?",
        "6:8: level is 'coer', must be one of core, intermediate, advanced, complication; did you mean 'core'?",
        "7:10: '12:30' without quotes is 750 to some readers; write one number in the field's unit, or \"12:30\"",
        "8:8: chart is 'one line', must be a list",
        "10:8: sex is 'mael', must be one of female, male; did you mean 'male'?",
        "11:10: age_y is 480, must be 18 to 95 years (age)",
        "12:3: the key 'age_y' stands here again; it was first set on line 11",
        "13:14: height_cm is '170', must be 130 to 210 cm (standing height); write it without quotes",
        "14:14: weight_kg is '72 kg', must be 35 to 180 kg (body weight); write 72",
        "15:17: '.inf' is not a finite number",
        "17:9: 'no' without quotes is a truth value to some readers; write true or false, or \"no\" for the word",
        "18:11: window is L1-2: the cord may end there, so no entry could be marked well; plan L2-3, L3-4 or L4-5",
        "19:14: tip_level is 't10', must be one of T8, T9, T10, T11, T12, L1; did you mean 'T10'?",
        "20:25: arc_mm is 90, must be 150 to 520 mm (arc along the skin from the back's midline)",
        "20:29: unknown key 'zmm'; did you mean 'z_mm'?",
        f"21:17: the step 'antisepsis' stands after 'needle'; the order is {', '.join(BUILT_STEPS)}",
        f"21:29: steps number 3 is 'briefing', must be one of {', '.join(ALL_STEPS)}",
        f"24:3: the key is 'nedle', must be one of {', '.join(ALL_STEPS)}; did you mean 'needle'?",
    ]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("minutes: 20", "minutes: 20.5", "minutes is 20.5, must be a whole number, 1 to 120 minutes (how long a first attempt takes)"),
        ("minutes: 20", "minutes: true", "minutes is true, must be a whole number, 1 to 120 minutes"),
        ("minutes: 20", "minutes:", "minutes has no value, must be a whole number, 1 to 120 minutes"),
        ("age_y: 55", "age_y: 055", "'055' starts with a zero, which some readers take as octal; write it without"),
        ("age_y: 55", "age_y: 1e999", "'1e999' is not a finite number"),
        ("age_y: 55", "age_y: " + "9" * 5000, "has more than 18 digits"),
        ("age_y: 55", "age_y: [55]", "age_y is a list, must be 18 to 95 years (age)"),
        ("weight_kg: 72", "weight_kg: 180", "180 kg at 170 cm is a body mass index of 62.3, must be 14 to 50 kg/m2"),
        ("lidocaine_max_mg: 320", "lidocaine_max_mg: 400", "lidocaine_max_mg is 400, must be at most 324 mg for 72 kg (4.5 mg/kg plain)"),
        ("side: right", "side: [right]", "side is a list, must be one of left, right"),
        ("side: right", "side: !!str right", "the tag '!!str' is not used here; leave it out"),
        ("side: right", "side: &s right", "'&s' names a value to be repeated; write values out where they are needed"),
        ("side: right", "side: *s", "'*s' repeats another value; write the value out"),
        ("side: right", "<<: {side: right}", "'<<' merges another mapping; write its keys out"),
        ("side: right", "? {side: 1}\n  : right", "a key must be one word, not a list, a mapping or an alias"),
        (STEPS_AND_WEIGHTS, "steps: [needle, needle]\n\nweights:\n  needle: 1\n", "the step 'needle' stands here again"),
        (STEPS, "[]", f"steps has 0 steps, must have 1 to {len(BUILT_STEPS)} steps (the steps that are played)"),
        (STEPS, STEPS.replace("antisepsis, ", ""), "weights names 'antisepsis', which is not among the steps"),
        ("  needle: 1", "  needle: 0", "needle is 0, must be 0.1 to 10 (weight of this step in the overall mark)"),
        ("level: core", "level: core\n---\nlevel: core", "a second document begins here; a file holds one"),
        ("level: core", "\tlevel: core", "indent with spaces, not tabs"),
    ],
)
def test_one_fault_gives_one_message(tmp_path: Path, old: str, new: str, expected: str) -> None:
    assert old in STANDARD
    messages = told(tmp_path, STANDARD.replace(old, new, 1))
    assert len(messages) == 1
    assert expected in messages[0]


@pytest.mark.parametrize("word", ["yes", "No", "on", "OFF", "y", "N"])
def test_words_that_some_readers_take_for_truth_are_named(tmp_path: Path, word: str) -> None:
    [message] = told(tmp_path, STANDARD.replace("side: right", f"side: {word}"))
    assert f"'{word}' without quotes is a truth value to some readers" in message


def test_quoted_words_are_words(tmp_path: Path) -> None:
    assert told(tmp_path, STANDARD.replace('title: "Plain case"', 'title: "no"')) == []


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "0:0: is empty"),
        (b"# only a remark\n", "0:0: is empty"),
        (b"- 1\n- 2\n", "1:1: this is a list, must be a mapping of keys to values"),
        (b"hello\n", "1:1: this is a single value, must be a mapping of keys to values"),
        ("title: é\n".encode("latin-1"), "1:8: byte 0xe9 is not UTF-8 text; save the file as UTF-8"),
        ("title: x\n".encode("utf-16"), "1:1: byte 0xff is not UTF-8 text; save the file as UTF-8"),
        (b"title: x\nid: \x00\n", "2:5: character U+0000 does not belong in a text file"),
        (b"[" * 40, "1:13: this is nested deeper than 12 levels"),
        (b"{a: " * 200_000, "1:49: this is nested deeper than 12 levels"),
        (b"- " * 400_000, "1:25: this is nested deeper than 12 levels"),
        (b"a: 1\n" * 6_000_000, "0:0: is larger than 1 MB; a scenario has a few kilobytes"),
    ],
    ids=["empty", "remark", "list", "word", "latin-1", "utf-16", "nul", "deep lists", "deep mappings", "deep blocks", "30 MB"],
)
def test_what_is_no_scenario_at_all_gives_one_line(tmp_path: Path, content: bytes, expected: str) -> None:
    assert told(tmp_path, content) == [expected]


def test_lists_deeper_than_the_parser_goes_are_told_in_the_same_words(tmp_path: Path) -> None:
    [message] = told(tmp_path, b"[" * 400_000)
    assert message.startswith("1:")
    assert message.endswith("this is nested deeper than 12 levels")


def test_a_file_full_of_aliases_is_given_up_early(tmp_path: Path) -> None:
    messages = told(tmp_path, "a: &a [x]\n" + "\n".join(f"k{index}: [*a,*a,*a]" for index in range(20_000)))
    assert len(messages) == 51
    assert messages[-1].endswith("there are too many problems; the rest of the file was not read")


def test_a_file_with_too_many_values_is_given_up(tmp_path: Path) -> None:
    assert told(tmp_path, "\n".join(f"k{index}: 1" for index in range(60_000))) == ["10000:8: there are more than 20000 values"]


def test_a_hundred_unknown_keys_are_told_as_fifty_and_a_count(tmp_path: Path) -> None:
    messages = told(tmp_path, STANDARD + "".join(f"extra{index}: 1\n" for index in range(100)))
    assert len(messages) == 51
    assert messages[-1] == "0:0: and 50 more problems"


def test_a_missing_file_a_folder_and_a_device_give_one_line_each(tmp_path: Path) -> None:
    assert [problem.text for problem in check_scenario(tmp_path / "gone.yaml")] == ["there is no such file"]
    assert [problem.text for problem in check_scenario(tmp_path)] == ["is a folder; name a file in it"]
    assert [problem.text for problem in check_scenario(os.devnull)] == ["is not an ordinary file"]


def test_an_unreadable_file_gives_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "case.yaml"
    file.write_text(STANDARD, encoding="utf-8")

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert [problem.text for problem in check_scenario(file)] == ["cannot be read: Permission denied"]


def test_loading_raises_with_all_problems(tmp_path: Path) -> None:
    file = tmp_path / "case.yaml"
    file.write_text(PLANTED, encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"case\.yaml:2:9: format is 2, must be 1") as caught:
        load_scenario(file)
    assert caught.value.problems == check_scenario(file)


@pytest.mark.parametrize("end", [b"\r\n", b"\r"])
def test_other_line_ends_and_a_byte_order_mark_are_read(tmp_path: Path, end: bytes) -> None:
    assert told(tmp_path, b"\xef\xbb\xbf" + STANDARD.encode("utf-8").replace(b"\n", end)) == []


def test_columns_count_characters_not_bytes(tmp_path: Path) -> None:
    block = "  pocket_mark:\n    arc_mm: 360\n    z_mm: -20\n"
    assert block in STANDARD
    first, second = told(tmp_path, STANDARD.replace(block, '  pocket_mark: {"ää": 1, zmm: 3}\n'))
    assert ":17: unknown key 'ää'" in first
    assert ":26: unknown key 'zmm'; did you mean 'z_mm'?" in second


def test_a_folder_is_checked_file_by_file_and_two_cases_must_not_share_an_id(tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yml"):
        (tmp_path / name).write_text(STANDARD, encoding="utf-8")
    (tmp_path / "notes.txt").write_text("not a scenario", encoding="utf-8")
    [problem] = check_paths((tmp_path,))
    assert str(problem) == f"{tmp_path / 'b.yml'}:3:5: id 'standard' is also that of {tmp_path / 'a.yaml'}"


def test_a_suffix_in_capitals_is_a_scenarios_too(tmp_path: Path) -> None:
    (tmp_path / "A.YAML").write_text(STANDARD, encoding="utf-8")
    (tmp_path / "b.Yml").write_text("id: [", encoding="utf-8")
    assert [file.name for file in scenario_files(tmp_path)] == ["A.YAML", "b.Yml"]
    assert {problem.file for problem in check_paths((tmp_path,))} == {str(tmp_path / "b.Yml")}


def test_a_folder_without_scenarios_is_told(tmp_path: Path) -> None:
    assert [problem.text for problem in check_paths((tmp_path,))] == ["there is no scenario file in this folder"]


@settings(max_examples=150, derandomize=True, deadline=None)
@given(damaged(STANDARD))
def test_no_wound_of_the_text_ends_in_anything_but_places_and_sentences(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    file = tmp_path_factory.getbasetemp() / "wounded.yaml"
    file.write_text(text, encoding="utf-8", newline="")
    for problem in check_scenario(file):
        assert 0 <= problem.line <= text.count("\n") + 1
        assert problem.text


@settings(max_examples=100, derandomize=True, deadline=None)
@given(st.binary(max_size=60))
def test_no_bytes_end_in_a_traceback(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    file = tmp_path_factory.getbasetemp() / "bytes.yaml"
    file.write_bytes(raw)
    assert check_scenario(file)
