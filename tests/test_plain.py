import dataclasses
import json
import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from game.operation.actions import Grip, MoveHand, Pedal, StartStep, Stylet, TakeInstrument, Wait
from game.operation.antisepsis.actions import FreshApplicator, LayDrape
from game.operation.needle.actions import PlaceNeedle
from game.operation.positioning.actions import MarkSkin, NameLevel
from game.operation.registry import STEPS
from game.patient import Tissue
from game.plain import canonical, decode, encode
from game.resources import shipped
from game.scenario import load_scenario
from game.session import Session
from game.session.handover import Handover
from tests.session.acts import KINDS, fair


@dataclass
class Box:
    number: float
    names: tuple[str, ...] = ()
    map: dict[str, float] = field(default_factory=dict)
    tissue: Tissue = Tissue.FAT
    kept_out: Any = field(default=None, metadata={"kept": False})


def through_json(kind: Any, value: Any) -> Any:
    return decode(kind, json.loads(json.dumps(encode(value))))


def same(first: Any, second: Any) -> bool:
    return type(first) is type(second) and canonical(first) == canonical(second)


@pytest.fixture(scope="module")
def started() -> Session:
    """A session in which every step was begun, so that every state holds something."""
    scenario = load_scenario(shipped("scenarios") / "standard.yaml")
    drill = Session(load_scenario(shipped("scenarios") / "views" / "count-to-t10.yaml"), 3)
    drill.act(StartStep("views"))
    drill.act(Pedal(True))
    drill.advance(25)
    drill.act(NameLevel("T10", 0.1, 0.2))
    session = Session(scenario, 3)
    session.states["views"] = drill.states["views"]
    for step, actions in {
        "positioning": [MarkSkin("entry", 0.0, 0.0)],
        "antisepsis": [FreshApplicator("chlorhexidine"), LayDrape("head", 0.0)],
        "needle": [PlaceNeedle(0.0, 0.0)],
        "catheter": [TakeInstrument("catheter"), Stylet(), Grip(), MoveHand(-4.0, 3.0)],
        "anchoring": [TakeInstrument("blade"), Grip(), MoveHand(-4.0, 0.0)],
        "tunnelling": [TakeInstrument("blade"), Grip(), MoveHand(-4.0, 0.0)],
        "connection": [TakeInstrument("cap_10"), TakeInstrument("forceps"), Grip(), MoveHand(4.0, 0.0)],
    }.items():
        only = Session(dataclasses.replace(scenario, steps=(step,)), 3)
        only.act(StartStep(step))
        for action in actions:
            if only._refusal(action) is None:
                only.act(action)
        only.advance(25)
        session.states[step] = only.states[step]
        session.theatre = only.theatre
    return session


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_action_survives_a_recording(kind):
    @settings(max_examples=15, deadline=None)
    @given(fair(kind))
    def survives(action):
        assert through_json(kind, action) == action

    survives()


@pytest.mark.parametrize("step", STEPS)
def test_the_state_of_every_step_survives_a_recording(started, step):
    state = started.states[step]
    assert same(through_json(STEPS[step].state_type, state), state)


def test_a_handover_survives_a_recording(started):
    handover = started.handover()
    assert same(through_json(Handover, handover), handover)


def test_the_theatres_plain_parts_survive_a_recording(started):
    theatre = started.theatre
    for item in dataclasses.fields(theatre):
        if item.metadata.get("kept", True):
            value = getattr(theatre, item.name)
            kind = type(value) if dataclasses.is_dataclass(value) else None
            if kind is not None:
                assert same(through_json(kind, value), value), item.name
    assert set(encode(theatre)).isdisjoint({"patient", "streams", "equipment"})


@pytest.mark.parametrize("dtype", ["float64", "float32", "int32", "uint8", "bool"])
def test_an_array_survives_with_its_type_and_shape(dtype):
    array = np.arange(24).reshape(2, 3, 4).astype(dtype)[:, ::2, ::-1]
    back = through_json(np.ndarray, array)
    assert (back.dtype, back.shape) == (array.dtype, array.shape)
    assert (back == array).all()
    back[0, 0, 0] = 0  # it can be changed, as state is


def test_equal_values_give_equal_bytes_whatever_the_order_of_their_keys():
    keys = ["b", "a", "ä", "10", "9"]
    there = {key: number for number, key in enumerate(keys)}
    back = {key: there[key] for key in reversed(keys)}
    assert canonical(there) == canonical(back)
    assert canonical(Box(1.0, map=there)) == canonical(Box(1.0, map=back))


@given(st.dictionaries(st.text(max_size=5), st.floats(allow_nan=False, allow_infinity=False), max_size=6), st.randoms())
def test_canonical_bytes_do_not_depend_on_insertion(pairs, shuffler):
    keys = list(pairs)
    shuffler.shuffle(keys)
    assert canonical(pairs) == canonical({key: pairs[key] for key in keys})


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_comes_back_to_the_last_bit(number):
    assert math.copysign(1.0, through_json(float, number)) == math.copysign(1.0, number)
    assert through_json(float, number) == number


def test_numbers_of_numpy_have_the_bytes_of_plain_ones():
    assert canonical([np.float64(0.1), np.int64(3), np.bool_(True)]) == canonical([0.1, 3, True])


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_what_is_not_a_number_has_no_bytes(number):
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical(Box(number))


@pytest.mark.parametrize("value", [{1, 2}, object(), b"raw", 1j])
def test_what_is_not_plain_is_refused(value):
    with pytest.raises(TypeError, match="not plain"):
        encode(value)


def test_a_field_that_is_not_kept_is_left_out():
    assert "kept_out" not in encode(Box(1.0, kept_out=object()))


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (float, "1"),
        (float, True),
        (float, 10**400),
        (int, 1.0),
        (bool, 1),
        (str, None),
        (tuple[float, float], [1.0]),
        (tuple[str, ...], "ab"),
        (list[float], {"0": 1.0}),
        (list[str], "ab"),
        (dict[str, float], [1.0]),
        (Tissue, 77),
        (MoveHand, [1.0, 2.0]),
        (MoveHand, {"dx_mm": 1.0, "dy_mm": 2.0, "dz_mm": 3.0}),
        (MoveHand, {"dx_mm": 1.0}),
        (Wait, {"duration_s": None}),
        (np.ndarray, "shape"),
    ],
)
def test_a_value_of_another_shape_is_refused(kind, value):
    with pytest.raises((TypeError, KeyError, ValueError)):
        decode(kind, value)


def test_a_union_takes_the_first_type_that_fits():
    assert decode(float | None, None) is None
    assert decode(int | str, "a") == "a"
    with pytest.raises(TypeError, match="fits none"):
        decode(int | None, "a")
