"""Random but valid values for the properties that tests state."""

from hypothesis import strategies as st

from game.assessment.criteria import Bounds, RangeCriterion

values = st.floats(min_value=-400.0, max_value=400.0, allow_nan=False)
steps_apart = st.one_of(st.just(0.0), st.floats(min_value=0.01, max_value=100.0))


@st.composite
def range_criteria(draw: st.DrawFn, *, sloped: bool = False) -> RangeCriterion:
    """A range criterion with one or two sides; `sloped` ones have room between all their edges."""
    apart = st.floats(min_value=0.5, max_value=100.0) if sloped else steps_apart
    low = draw(st.floats(min_value=-100.0, max_value=100.0))
    high = low + draw(apart)
    sides = draw(st.sampled_from(["low", "high", "both"]))
    edges = {"target": (low, high)}
    for name, inner in (("acceptable", "target"), ("fail", "acceptable")):
        edges[name] = (edges[inner][0] - draw(apart), edges[inner][1] + draw(apart))
    bounds = {
        name: Bounds(low=None if sides == "high" else pair[0], high=None if sides == "low" else pair[1]) for name, pair in edges.items()
    }
    return RangeCriterion(
        kind="range",
        label="Something",
        unit="mm",
        magnitude=False,
        weight=1,
        rating="time_and_motion",
        advice="Do it better",
        source="expert judgement",
        **bounds,
    )


_BITS = (":", ": ", "- ", "\n", "  ", "{", "}", "[", "]", "&a ", "*a", "!x ", "? ", "<<: ", '"', "'", "~", "1e9", "|", ">", "#", "\t", "%")
yaml_bits = st.sampled_from([*_BITS, "yes", "12:30"])


@st.composite
def damaged(draw: st.DrawFn, text: str) -> str:
    """A text with up to six small wounds."""
    for _ in range(draw(st.integers(min_value=1, max_value=6))):
        at = draw(st.integers(min_value=0, max_value=len(text)))
        cut = draw(st.integers(min_value=0, max_value=12))
        text = text[:at] + draw(yaml_bits) + text[at + cut :]
    return text
