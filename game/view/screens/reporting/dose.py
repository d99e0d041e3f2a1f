"""What pictures cost, and whom."""

from game.assessment import Dose
from game.view.canvas import Canvas
from game.view.layout import Box, columns, rows
from game.view.theme import TEXT, TEXT_FAINT, TEXT_SECOND

DOSE_PX = 204  # height of the panel with three rows


def draw_dose(canvas: Canvas, box: Box, dose: Dose) -> None:
    """Draw three rows of figures: the machine, the patient and hands, the staff."""
    canvas.panel(box)
    inner = box.inset(canvas.px(24), canvas.px(12))
    name = canvas.label("Dose", inner.top(canvas.px(36)), "body", TEXT, "bold")
    canvas.label(
        "not marked; staff outside lead",
        inner.top(canvas.px(36)).after(name + canvas.px(12)),
        "small",
        TEXT_FAINT,
        align="right",
        shorten=True,
    )
    places = rows(inner.below(canvas.px(36)), [1.0] * 3, canvas.px(4))
    for figures, row in zip(dose_figures(dose), places, strict=True):
        for figure, place in zip(figures, columns(row, [1.0] * len(figures), canvas.px(8)), strict=True):
            upper = round(place.height * 0.54)
            canvas.label(figure[0], place.top(upper), "body", TEXT, "bold", shorten=True)
            canvas.label(figure[1], place.below(upper), "small", TEXT_SECOND, shorten=True)


def dose_figures(dose: Dose) -> tuple[tuple[tuple[str, str], ...], ...]:
    """Return the panel's rows of figures and words: the machine, the patient and hands, the staff."""
    told = () if dose.answered_share is None else ((f"{dose.answered_share:.0%}", "answered"),)
    machine = (
        (f"{dose.fluoroscopy_s:.1f} s", "beam"),
        (f"{dose.exposures}", "pulses"),
        (f"{dose.air_kerma_mgy:.1f} mGy", "air kerma"),
        (f"{dose.dap_gy_cm2:.2f}", "Gy·cm²"),
    )
    people = (
        *told,
        (f"{dose.skin_peak_mgy:.1f} mGy", "skin, most"),
        (f"{dose.hand_ugy:.0f} µGy", "hands"),
        (f"{dose.hand_pulses}", "met hands"),
    )
    return machine, people, tuple((f"{usv:.1f} µSv", name) for name, usv in dose.staff_usv.items())
