"""What must hold between the parts of a file: references, order, and that the goal can be reached."""

import re
import typing
from collections.abc import Iterator
from typing import Any

from game.imaging.quality import neighbours
from game.operation.built import ALL_STEPS, BUILT_STEPS, DRILL_STEPS
from game.operation.plan import Plan
from game.patient.spec import DiscSpace, FixedLevel, PatientSpec
from game.plain import encode
from game.scenario.faults import Content, Fault
from game.scenario.wording import known_words, near

LIDOCAINE_MG_PER_KG = 4.5  # most plain lidocaine; expert judgement
LOWEST_BMI, HIGHEST_BMI = 14.0, 50.0  # at 50 a 45 degree track to the sac still fits the 114 mm needle; simulator tolerance
_SPINE = typing.get_args(FixedLevel)
_SPACES = typing.get_args(DiscSpace)
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_GAP = re.compile(r"\{([^{}]*)\}")


def check_scenario_parts(content: Content) -> Iterator[Fault]:
    """Yield what does not fit together in a scenario."""
    yield from _id(content)
    yield from _steps(content)
    yield from _weights(content)
    yield from _body(content)
    yield from _lidocaine(content)
    yield from _window(content)
    yield from _levels_once(content)
    yield from _fusion(content)
    yield from _laminectomy(content)
    yield from _views(content)


def _id(content: Content) -> Iterator[Fault]:
    name = content.get("id")
    if content.sound("id") and not _ID.fullmatch(name):
        yield ("id",), f"id is '{name}', must be small letters, digits and single hyphens, such as 'thin-back'"


def _steps(content: Content) -> Iterator[Fault]:
    steps = content.get("steps", default=list(BUILT_STEPS))
    known = [index for index in range(len(steps)) if content.sound("steps", index)] if isinstance(steps, list) else []
    for index in known:
        step, before = steps[index], [steps[other] for other in known if other < index]
        late = [other for other in before if ALL_STEPS.index(other) > ALL_STEPS.index(step)]
        if step in DRILL_STEPS and len(steps) > 1:
            yield ("steps", index), f"the step '{step}' is a drill of its own; take the other steps out"
        elif step in before:
            yield ("steps", index), f"the step '{step}' stands here again"
        elif late:
            yield ("steps", index), f"the step '{step}' stands after '{late[0]}'; the order is {', '.join(BUILT_STEPS)}"


def _weights(content: Content) -> Iterator[Fault]:
    if not content.sound("steps"):
        return
    steps = content.get("steps", default=list(BUILT_STEPS))
    for step in content.keys("weights"):
        if step not in steps and content.sound("weights", step):
            yield ("weights", step), f"weights names '{step}', which is not among the steps of this scenario"


def _patient(content: Content, *names: str) -> list[Any] | None:
    """Return some values of the patient, or None where one is faulty."""
    return _values(content, "patient", encode(PatientSpec()), names)


def _values(content: Content, part: str, defaults: dict[str, Any], names: tuple[str, ...]) -> list[Any] | None:
    if not all(content.sound(part, name) for name in names):
        return None
    return [content.get(part, name, default=defaults[name]) for name in names]


def _body(content: Content) -> Iterator[Fault]:
    values = _patient(content, "height_cm", "weight_kg")
    if values is None:
        return
    height_cm, weight_kg = values
    bmi = weight_kg / (height_cm / 100.0) ** 2
    if not LOWEST_BMI <= bmi <= HIGHEST_BMI:
        path = ("patient", "weight_kg") if content.get("patient", "weight_kg") is not None else ("patient", "height_cm")
        limits = f"must be {LOWEST_BMI:g} to {HIGHEST_BMI:g} kg/m2"
        yield path, f"{weight_kg:g} kg at {height_cm:g} cm is a body mass index of {bmi:.1f}, {limits}"


def _lidocaine(content: Content) -> Iterator[Fault]:
    weight = _patient(content, "weight_kg")
    dose = _values(content, "plan", encode(Plan()), ("lidocaine_max_mg",))
    if weight is None or dose is None:
        return
    most_mg = LIDOCAINE_MG_PER_KG * weight[0]
    if dose[0] > most_mg:
        yield (
            ("plan", "lidocaine_max_mg"),
            f"lidocaine_max_mg is {dose[0]:g}, must be at most {most_mg:.0f} mg for {weight[0]:g} kg ({LIDOCAINE_MG_PER_KG:g} mg/kg plain)",
        )


def _window(content: Content) -> Iterator[Fault]:
    if content.sound("plan", "window") and content.get("plan", "window") == "L1-2":
        yield ("plan", "window"), "window is L1-2: the cord may end there, so no entry could be marked well; plan L2-3, L3-4 or L4-5"


def _levels_once(content: Content) -> Iterator[Fault]:
    """Yield levels that one list of the variation names twice."""
    for name, key in (("laminectomy", ""), ("fractures", "level"), ("fusion", "levels"), ("fusion", "cages")):
        path = ("patient", "variation", name, key) if name == "fusion" else ("patient", "variation", name)
        if not content.sound(*path):
            continue
        rows = content.get(*path, default=[])
        levels = [row["level"] for row in rows] if name == "fractures" else rows
        for index, level in enumerate(levels):
            if level in levels[:index]:
                yield (*path, index), f"{level} stands here again"


def _fusion(content: Content) -> Iterator[Fault]:
    path = ("patient", "variation", "fusion", "levels")
    levels = content.get(*path, default=[])
    if content.sound(*path) and len(levels) == 1:
        yield path, f"{levels[0]} alone needs no rod; name two levels or more, of {known_words(_SPINE)}"


def _laminectomy(content: Content) -> Iterator[Fault]:
    path, window = ("patient", "variation", "laminectomy"), content.get("plan", "window", default=Plan().window)
    if not content.sound(*path) or not content.sound("plan", "window"):
        return
    above = _SPINE[_SPACES.index(window)]
    below = _SPINE[_SPACES.index(window) + 1]
    levels = content.get(*path, default=[])
    for index, view in enumerate(content.get("plan", "views", default=[]) if content.sound("plan", "views") else []):
        if view["kind"] == "contralateral-oblique" and set(neighbours(view["level"])) & set(levels):
            yield ("plan", "views", index, "level"), f"a laminectomy took the laminae of {view['level']}, along which this view looks"
    for level in levels:
        if level in (above, below):
            where = ("plan", "window") if content.get("plan", "window") is not None else path
            yield where, f"window is {window}, which the laminectomy of {level} left as scar; plan a window between two whole vertebrae"


def _views(content: Content) -> Iterator[Fault]:
    """Yield views that nobody asks for, or that this C-arm cannot reach over a patient who lies like this."""
    steps, views = content.get("steps", default=[]), content.get("plan", "views", default=[])
    if content.sound("steps") and content.sound("plan", "views"):
        if "views" in steps and not views:
            yield ("steps", steps.index("views")), "the step 'views' needs a list of views in the plan"
        if views and "views" not in steps:
            yield ("plan", "views"), "nobody asks for these views: the steps have no 'views'"
    values = _values(content, "plan", encode(Plan()), ("side",))
    if values is None:
        return
    side = values[0]
    for index, view in enumerate(views if isinstance(views, list) else []):
        if not content.sound("plan", "views", index):
            continue
        if view["kind"] == "contralateral-oblique" and view["side"] == side:
            yield (
                ("plan", "views", index, "side"),
                f"side is '{view['side']}': the beam would run along the laminae of the lower side, where the table is in the way",
            )


def check_criteria_parts(content: Content) -> Iterator[Fault]:
    """Yield what does not fit together in the table of criteria."""
    for step in content.keys("steps"):
        for name in content.keys("steps", step, "measures"):
            path = ("steps", step, "measures", name)
            if content.sound(*path):
                yield from _criterion(path, content.get(*path))
    for step in ALL_STEPS:
        if content.sound("steps") and step not in content.keys("steps"):
            yield ("steps",), f"the step '{step}' has no criteria"


def _criterion(path: tuple[str, ...], criterion: dict[str, Any]) -> Iterator[Fault]:
    if criterion["kind"] == "category":
        yield from _category(path, criterion)
        return
    for side, sign in (("low", -1.0), ("high", 1.0)):
        edges = [criterion[name].get(side) for name in ("target", "acceptable", "fail")]
        yield from _edges(path, side, sign, edges)
    if not criterion["target"]:
        yield (*path, "target"), "target has neither low nor high"
    low, high = criterion["target"].get("low"), criterion["target"].get("high")
    if low is not None and high is not None and low > high:
        yield (*path, "target"), f"target goes from {low:g} to {high:g}; low must not be above high"


def _edges(path: tuple[str, ...], side: str, sign: float, edges: list[float | None]) -> Iterator[Fault]:
    written = [edge for edge in edges if edge is not None]
    if len(written) not in (0, 3):
        yield path, f"'{side}' must be written in target, acceptable and fail, or in none of them"
    elif written and not sign * written[0] <= sign * written[1] <= sign * written[2]:
        shown = ", ".join(f"{edge:g}" for edge in written)
        yield path, f"'{side}' of target, acceptable and fail is {shown}; each must lie outside the one before"


def _category(path: tuple[str, ...], criterion: dict[str, Any]) -> Iterator[Fault]:
    if 1 not in criterion["marks"].values():
        yield (*path, "marks"), "no outcome has the mark 1, so the target could not be reached"
    for name in criterion.get("words", {}):
        if name not in criterion["marks"]:
            hint = near(name, criterion["marks"]) or "; known here: " + known_words(criterion["marks"])
            yield (*path, "words", name), f"words names '{name}', which has no mark{hint}"


def check_equipment_parts(content: Content) -> Iterator[Fault]:
    """Yield what does not fit together in the table of equipment."""
    for name in content.keys("needles"):
        bore, outer = content.get("needles", name, "bore_mm"), content.get("needles", name, "outer_mm")
        if content.sound("needles", name) and bore >= outer:
            yield ("needles", name, "bore_mm"), f"bore_mm is {bore:g}, must be less than outer_mm, {outer:g}"
    for name in content.keys("syringes"):
        needle, needles = content.get("syringes", name, "needle"), content.keys("needles")
        if content.sound("syringes", name) and needle not in needles:
            yield ("syringes", name, "needle"), f"there is no needle '{needle}'{near(needle, needles)}"


def check_speech_parts(content: Content) -> Iterator[Fault]:
    """Yield gaps that no event can fill."""
    for key in content.keys("lines"):
        if not content.sound("lines", key):
            continue
        gaps = _GAP.findall(content.get("lines", key, "text"))
        numbers = sorted({int(gap) for gap in gaps if gap.isdecimal()})
        if not all(gap.isdecimal() for gap in gaps) or numbers != list(range(len(numbers))):
            yield ("lines", key, "text"), "gaps must be {0}, {1} and so on, none left out"
