"""How true a view was that was just shown: its picture with what eyes should have met, and which way to turn. Exams have none."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pygame

from game.frames import Array
from game.imaging import Exposure, render, views_in_field
from game.imaging.quality import neighbours
from game.imaging.recursion import press_before
from game.operation.naming import Named
from game.operation.views.judging import CENTRED_MM, OBLIQUE_DEG, ROTATION_DEG, TILT_DEG, Correction, another_view, corrections
from game.operation.views.state import Presented, Told
from game.operation.views.tasks import ContralateralOblique, CountTo, TrueLateral, ViewTask, task_title
from game.patient import Patient
from game.view.canvas import Canvas
from game.view.desk import Desk
from game.view.layout import Box
from game.view.monitors.fluoroscopy import Turned, draw_picture, picture_surface
from game.view.screen import Change, Pop
from game.view.screens.menu import MenuScreen
from game.view.theme import ACCENT, ACCENT_TEXT, BACKGROUND, GOOD, PANEL, TEXT, TEXT_SECOND, WARNING, WELL, Colour
from game.view.widgets.draw import draw_widgets
from game.view.widgets.kinds import Button, Pressed, Response

if TYPE_CHECKING:
    from game.session.session import Session

PICTURE_PX = 512
RING_MM = (4.2, 6.5)
"""Half width and half height of the ring drawn round a pedicle: a little less than the pedicle of a lumbar vertebra (expert judgement)."""

LAMINA_MM = (4.0, 10.0)
"""The same of a lamina that is seen end-on (expert judgement)."""
LENGTHENED = 1.0
"""A lamina's line runs on by its own length to both sides, so that eyes see how far it is from end-on."""

TOLD: dict[Told, str] = {
    "found": "found it",
    "truer": "truer",
    "crossed": "past it",
    "counted": "counted on",
    "same": "the same again",
    "nothing": "nothing new",
}
MOST_LOOKS = 8
"""More exposures than these are too many to read about."""


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that a view is judged by: what it is, how far off it was, whether that will do, and what would have helped."""

    name: str
    value: str
    good: bool
    advice: str = ""


class ViewFeedbackScreen(MenuScreen):
    """A card over the darkened screen."""

    def __init__(
        self,
        desk: Desk,
        behind: pygame.Surface | None,
        task: ViewTask,
        shown: Presented,
        exposure: Exposure,
        patient: Patient,
        named: Sequence[Named] = (),
        before: Sequence[Exposure] = (),
        told: Sequence[Told] = (),
        again: Callable[[], Change] | None = None,
    ) -> None:
        """Keep what was shown.

        Args:
            desk: What screens share.
            behind: The picture to lie on; None for a plain ground.
            task: What was asked for.
            shown: How it was judged.
            exposure: The picture.
            patient: As he lay in it.
            named: What was named on it.
            before: The earlier pulses of the same press.
            told: What each press of the pedal for this view told.
            again: Goes back to where the view was asked for, where that is allowed.
        """
        super().__init__(desk, "go")
        self._behind = behind.copy() if behind else None
        self._task, self._shown, self._exposure, self._patient = task, shown, exposure, patient
        self._named, self._told, self._again = tuple(named), tuple(told), again
        self._rows = rows_of(task, shown, corrections(exposure, patient, task))
        self._pixels = render(exposure, patient, PICTURE_PX, before)
        self._picture: pygame.Surface | None = None

    def _key(self, event: pygame.event.Event) -> Change | None:
        if event.key == pygame.K_a and self._again is not None:
            return self._again()
        return Pop() if event.key == pygame.K_ESCAPE else None

    def _answer(self, response: Response) -> Change | None:
        self._desk.play("click")
        if response == Pressed("again") and self._again is not None:
            return self._again()
        return Pop()

    def on_draw(self, surface: pygame.Surface) -> None:
        """Draw the card."""
        canvas = self._desk.canvas(surface)
        surface.fill(BACKGROUND)
        if self._behind:
            surface.blit(pygame.transform.smoothscale(self._behind, surface.get_size()), (0, 0))
            canvas.shade(170)
        size = min(canvas.px(620), canvas.box.height - canvas.px(150), round(canvas.box.width * 0.46))
        words = min(canvas.px(560), canvas.box.width - size - canvas.px(120))
        page = canvas.box.middle(size + words + canvas.px(88), size + canvas.px(48))
        canvas.panel(page, PANEL, radius=16)
        picture = Box(page.x + canvas.px(24), page.y + canvas.px(24), size, size)
        self._draw_picture(canvas, picture)
        self._draw_words(canvas, Box(picture.right + canvas.px(40), picture.y, words, size))

    def _draw_picture(self, canvas: Canvas, box: Box) -> None:
        if self._picture is None or self._picture.get_width() != box.width:
            self._picture = picture_surface(self._pixels, box.width, Turned())
        canvas.panel(box, WELL, WELL, 12)
        draw_picture(canvas, box, self._picture)
        for points, colour in outlines(self._task, self._exposure, self._patient):
            canvas.curve([_at(box, u, v) for u, v in points], colour, 2.0)
        if isinstance(self._task, CountTo):
            self._draw_names(canvas, box)

    def _draw_names(self, canvas: Canvas, box: Box) -> None:
        """Write the truth beside each vertebra, and where the finger was."""
        for level in views_in_field(self._exposure, self._patient):
            u, v = self._exposure.carm.picture(self._exposure.pose.apply(self._patient.landmarks[f"{level}.body"]))
            x, y = _at(box, float(u), float(v))
            spot = Box(
                round(x) + canvas.px(34), round(y) - canvas.px(13), canvas.width_of(level, "small", "bold") + canvas.px(14), canvas.px(26)
            )
            canvas.chip(spot, WELL, 200)
            canvas.label(level, spot, "small", GOOD if level == self._task.level else TEXT, "bold", "centre")
        for named in self._named:
            at = _at(box, named.u, named.v)
            canvas.circle(at, canvas.px(9), ACCENT if named.truth == named.level else WARNING, 3.0)

    def _draw_words(self, canvas: Canvas, box: Box) -> None:
        height, y = canvas.line_of("heading"), box.y
        title = canvas.paragraph_height(task_title(self._task), box.width, "heading", "bold")
        canvas.paragraph(task_title(self._task), Box(box.x, y, box.width, title), "heading", TEXT, "bold")
        y += max(title, height) + canvas.px(4)
        small = canvas.line_of("small")
        spent = f"{self._shown.spent_s:.0f} s, not marked"
        canvas.label(spent, Box(box.x, y, box.width, small), "small", TEXT_SECOND)
        y += small + canvas.px(18)
        for row in self._rows:
            y += self._draw_row(canvas, Box(box.x, y, box.width, 2 * small), row) + canvas.px(12)
        words = looks_in_words(self._told)
        canvas.paragraph(words, Box(box.x, y, box.width, canvas.paragraph_height(words, box.width, "small")), "small", TEXT_SECOND)
        button = Box(box.right - canvas.px(220), box.bottom - canvas.px(56), canvas.px(220), canvas.px(56))
        made = [Button(id="go", box=button, label="Go on", hint="Enter", style="accent")]
        if self._again is not None:
            made.append(Button(id="again", box=button.moved(-button.width - canvas.px(16), 0), label="Again", hint="A"))
        self._widgets = tuple(made)
        draw_widgets(canvas, self._widgets, self._focus)

    def _draw_row(self, canvas: Canvas, box: Box, row: Row) -> int:
        """Draw one row and return its height."""
        small, left = canvas.line_of("small"), canvas.px(32)
        canvas.status("good" if row.good else "warning", (box.x + canvas.px(10), box.y + small // 2), 18)
        line = Box(box.x + left, box.y, box.width - left, small)
        canvas.label(row.name, line.left(round(line.width * 0.6)), "small", TEXT, "bold", shorten=True)
        canvas.label(row.value, line, "small", GOOD if row.good else WARNING, "bold", "right")
        if not row.advice:
            return small
        height = canvas.paragraph_height(row.advice, line.width, "small")
        canvas.paragraph(row.advice, Box(line.x, box.y + small, line.width, height), "small", ACCENT_TEXT)
        return small + height


def view_feedback(
    desk: Desk, behind: pygame.Surface | None, session: "Session", step: str, which: int = -1, again: Callable[[], Change] | None = None
) -> ViewFeedbackScreen:
    """Return the card of a view that was shown in a step: the last one, or which is told."""
    state = session.states[step]
    shown = state.presented[which]
    exposures, task = session.theatre.fluoroscope.exposures, session.theatre.plan.views[shown.task]
    named = [item for item in state.named if item.exposure == shown.exposure]
    before = press_before(exposures, shown.exposure)
    patient, told = session.patient_at(shown.exposure), [look.told for look in state.looks if look.task == shown.task]
    return ViewFeedbackScreen(desk, behind, task, shown, exposures[shown.exposure], patient, named, before, told, again)


def _at(box: Box, u: float, v: float) -> tuple[float, float]:
    return box.x + (u + 1.0) / 2.0 * box.width, box.y + (1.0 - v) / 2.0 * box.height


def rows_of(task: ViewTask, shown: Presented, wanted: Sequence[Correction]) -> tuple[Row, ...]:
    """Return what a view is judged by, the level first."""
    judged, advice = shown.judged, {correction.part: in_words(correction) for correction in wanted}
    if isinstance(task, CountTo):
        if not judged.level:
            return (Row("Vertebra pointed at", "none", False, "The finger was past the spine"),)
        right = "" if judged.level_right else f"Counted up from the sacrum, this is {judged.level}"
        return (Row("Vertebra pointed at", judged.level, judged.level_right, right),)
    if another_view(judged.rotation_deg, judged.oblique_deg):
        return (Row("Kind of view", "another view", False, advice.get("orbit", "")),)
    where = "Bring it to the middle: only there the beam runs straight" if not judged.level_right else ""
    rows = [Row("In the middle of the picture", judged.level, judged.level_right, where)]
    if not judged.in_field:
        return (*rows, Row("In the field", "not all of it", False, "Travel until all of it is inside the round field"))
    if judged.rotation_deg is not None:
        aside = "" if judged.rotation_mm is None else f", {abs(judged.rotation_mm):.0f} mm"
        rows.append(_row("Rotated", judged.rotation_deg, "°", ROTATION_DEG, advice.get("orbit", ""), aside))
    if judged.oblique_deg is not None:
        rows.append(_row("Beam off the laminae", judged.oblique_deg, "°", OBLIQUE_DEG, advice.get("orbit", "")))
    if judged.tilt_deg is not None:
        rows.append(_row("Endplates tilted", judged.tilt_deg, "°", TILT_DEG, advice.get("tilt", "")))
    if judged.centring_mm is not None:
        ways = [advice[part] for part in ("along", "across") if part in advice]
        rows.append(_row("Off centre", judged.centring_mm, " mm", CENTRED_MM, ". ".join(ways)))
    return tuple(rows)


def looks_in_words(told: Sequence[Told]) -> str:
    """Return what each press of the pedal told, in their order; a long row keeps its last."""
    if not told:
        return ""
    words = [TOLD[one] for one in told[-MOST_LOOKS:]]
    count = f"{len(told)} exposure{'s' if len(told) > 1 else ''}: "
    return count + ("... " if len(told) > MOST_LOOKS else "") + ", ".join(words)


def _row(name: str, error: float, unit: str, target: float, advice: str, more: str = "") -> Row:
    good = abs(error) <= target
    return Row(name, f"{abs(error):.0f}{unit}{more}", good, "" if good else advice)


def in_words(correction: Correction) -> str:
    """Return what would have made a view truer, as one says it to a radiographer."""
    by = abs(correction.by)
    match correction.part:
        case "orbit":
            return f"Swing {by:.0f}° to the patient's {'left' if correction.by > 0 else 'right'}"
        case "tilt":
            return f"Tilt {by:.0f}° more to the {'head' if correction.by > 0 else 'feet'}"
        case "along":
            return f"Travel {by:.0f} mm to the {'head' if correction.by > 0 else 'feet'}"
        case "across":
            return f"It lies {by:.0f} mm to the {'right' if correction.by > 0 else 'left'} of the middle"


Outline = tuple[list[tuple[float, float]], Colour]


def outlines(task: ViewTask, exposure: Exposure, patient: Patient) -> list[Outline]:
    """Return the lines that show what a view is judged by, on the true anatomy: places right and up, -1 to 1, and a colour.

    For a vertebra or a disc: the pedicles, the endplates of which front and back, or left and right, should be one line,
    and in the AP the spinous process with the line midway between the pedicles. For a window: the laminae.
    """
    if isinstance(task, CountTo):
        return []
    if isinstance(task, ContralateralOblique):
        return _laminae(task, exposure, patient)
    from_the_side = isinstance(task, TrueLateral)
    found: list[Outline] = []
    for level in neighbours(task.level) if "-" in task.level else (task.level,):
        found += _endplates(exposure, patient, level, from_the_side)
        found += [_pedicle(exposure, patient, f"{level}.pedicle_{side}") for side in ("left", "right")]
        if not from_the_side:
            found += _process(exposure, patient, level)
    return found


def _places(exposure: Exposure, points: Sequence[Array]) -> list[tuple[float, float]]:
    return [(float(u), float(v)) for u, v in exposure.carm.picture(exposure.pose.apply(np.stack(points)))]


def _pedicle(exposure: Exposure, patient: Patient, name: str) -> Outline:
    return _ring(exposure, patient.landmarks[name], RING_MM)


def _ring(exposure: Exposure, point: Array, half_axes_mm: tuple[float, float]) -> Outline:
    [(u, v)] = _places(exposure, [point])
    wide, high = (half / (exposure.carm.field_mm / 2.0) for half in half_axes_mm)
    turns = [math.radians(angle) for angle in range(0, 361, 15)]
    return [(u + wide * math.cos(t), v + high * math.sin(t)) for t in turns], ACCENT


def _endplates(exposure: Exposure, patient: Patient, level: str, from_the_side: bool) -> list[Outline]:
    """Return both rims of each endplate: in a true view the two are one line."""
    marks = patient.landmarks
    deep = marks[f"{level}.posterior_wall"] - marks[f"{level}.body"]
    wide = 0.6 * (marks[f"{level}.pedicle_left"] - marks[f"{level}.pedicle_right"])
    along, apart = (deep, wide) if from_the_side else (wide, deep)
    found: list[Outline] = []
    for name in ("superior_endplate", "inferior_endplate"):
        middle = marks[f"{level}.{name}"]
        found += [(_places(exposure, [middle + way * apart - along, middle + way * apart + along]), WARNING) for way in (-1.0, 1.0)]
    return found


def _process(exposure: Exposure, patient: Patient, level: str) -> list[Outline]:
    """Return a cross on the tip of the spinous process, and the line midway between the pedicles."""
    marks = patient.landmarks
    pedicles = [marks[f"{level}.pedicle_{side}"] for side in ("left", "right")]
    [(tip_u, tip_v)] = _places(exposure, [marks[f"{level}.spinous_tip"]])
    (left_u, left_v), (right_u, right_v) = _places(exposure, pedicles)
    u, v, arm = (left_u + right_u) / 2.0, (left_v + right_v) / 2.0, 0.03
    cross: list[Outline] = [
        ([(tip_u - arm, tip_v - arm), (tip_u + arm, tip_v + arm)], GOOD),
        ([(tip_u - arm, tip_v + arm), (tip_u + arm, tip_v - arm)], GOOD),
    ]
    return [*cross, ([(u, v + 0.12), (u, v - 0.30)], GOOD)]


def _laminae(task: ContralateralOblique, exposure: Exposure, patient: Patient) -> list[Outline]:
    """Return the laminae opposite to the needle, lengthened to both sides: end-on they are short; and the window between them."""
    opposite, marks = "left" if task.side == "right" else "right", patient.landmarks
    found: list[Outline] = []
    for level in neighbours(task.level):
        root, edge = marks[f"{level}.spinous_base"], marks[f"{level}.lamina_{opposite}"]
        found.append((_places(exposure, [root + LENGTHENED * (root - edge), edge + LENGTHENED * (edge - root)]), WARNING))
        found.append(_ring(exposure, 0.5 * (root + edge), LAMINA_MM))
    [(u, v)] = _places(exposure, [marks[f"window.{task.level}"]])
    arm = 0.05
    return [*found, ([(u - arm, v), (u + arm, v)], GOOD), ([(u, v - arm), (u, v + arm)], GOOD)]
