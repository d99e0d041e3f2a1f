import pytest

from game.scenario.scalars import Trap, resolve


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("", None),
        ("~", None),
        ("null", None),
        ("true", True),
        ("False", False),
        ("12", 12),
        ("-3", -3),
        ("+7", 7),
        ("0o17", 15),
        ("0x1F", 31),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("-2.50", -2.5),
        ("0", 0),
        ("0.5", 0.5),
        ("nUll", "nUll"),
        ("1_000", "1_000"),
        ("L3-4", "L3-4"),
        ("2024-01-01", "2024-01-01"),
        ("yesterday", "yesterday"),
    ],
)
def test_words_are_read_by_the_core_schema_of_yaml_1_2(word: str, value: object) -> None:
    found = resolve(word)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("yes", "truth value"),
        ("Off", "truth value"),
        ("12:30", "750"),
        ("1:30:00", "5400"),
        ("010", "octal"),
        (".inf", "not a finite number"),
        (".NaN", "not a finite number"),
        ("1e400", "not a finite number"),
        ("1234567890123456789", "more than 18 digits"),
    ],
)
def test_words_that_readers_disagree_on_are_traps(word: str, said: str) -> None:
    found = resolve(word)
    assert isinstance(found, Trap)
    assert said in found.text
