"""How each kind of widget looks."""

from collections.abc import Sequence

from game.view.canvas import Canvas
from game.view.layout import Box
from game.view.theme import (
    ACCENT,
    ACCENT_FILL,
    ACCENT_SOFT,
    ACCENT_TEXT,
    DANGER,
    DANGER_FILL,
    EDGE,
    PANEL,
    RADIUS,
    RAISED,
    TEXT,
    TEXT_FAINT,
    TEXT_SECOND,
    WELL,
    Colour,
    blend,
)
from game.view.widgets.focus import Focus, track
from game.view.widgets.kinds import Area, Button, Slider, Tab, TextField, Toggle, Widget


def draw_widgets(canvas: Canvas, widgets: Sequence[Widget], focus: Focus) -> None:
    """Draw widgets in order, then the ring round the one that the keyboard talks to."""
    for widget in widgets:
        draw_widget(canvas, widget, focus)
    if focus.by_keyboard:
        for widget in widgets:
            if widget.id == focus.id:
                _ring(canvas, widget)


def draw_widget(canvas: Canvas, widget: Widget, focus: Focus) -> None:
    """Draw one widget; an area draws itself elsewhere."""
    warm = focus.warm(widget.id) if widget.enabled else 0.0
    match widget:
        case Button():
            _button(canvas, widget, warm, focus.held == widget.id)
        case Tab():
            _tab(canvas, widget, warm)
        case Slider():
            _slider(canvas, widget, warm)
        case Toggle():
            _toggle(canvas, widget, warm)
        case TextField():
            _field(canvas, widget, warm, focus.id == widget.id)


def _ring(canvas: Canvas, widget: Widget) -> None:
    away = canvas.px(4)
    box = Box(widget.box.x - away, widget.box.y - away, widget.box.width + 2 * away, widget.box.height + 2 * away)
    radius = widget.radius if isinstance(widget, Area) else 999.0 if isinstance(widget, Tab | Slider | Toggle | TextField) else RADIUS
    canvas.outline(box, ACCENT, radius + 4, 2.5)


def _ground(button: Button, warm: float) -> tuple[Colour, Colour]:
    if button.style == "primary":
        return blend(ACCENT_FILL, ACCENT, 0.25 * warm), ACCENT
    if button.style == "danger":
        return blend(DANGER_FILL, DANGER, 0.25 * warm), DANGER
    if button.style == "accent" and button.enabled:
        return blend(PANEL, ACCENT_FILL, warm), ACCENT
    if button.selected:
        return blend(ACCENT_SOFT, ACCENT_FILL, warm), ACCENT
    return blend(PANEL, blend(RAISED, EDGE, 0.6), warm), blend(EDGE, TEXT_FAINT, 0.5 * warm)


def _button(canvas: Canvas, button: Button, warm: float, held: bool) -> None:
    box = button.box.moved(0, canvas.look.line(1)) if held else button.box
    fill, edge = _ground(button, warm)
    canvas.panel(box, fill, edge, RADIUS, 2.0 if button.style in ("primary", "accent") or button.selected else 1.0)
    if button.style == "primary":
        _button_wide(canvas, button, box)
    else:
        _button_plain(canvas, button, box)


def _button_wide(canvas: Canvas, button: Button, box: Box) -> None:
    """Draw label and note from the left and the key at the right."""
    inner = box.inset(canvas.px(28), canvas.px(12))
    hint_width = canvas.width_of(button.hint, "small", "bold") if button.hint else 0
    room = Box(inner.x, inner.y, inner.width - hint_width - canvas.px(8), inner.height)
    if button.note:
        upper = round(room.height * 0.56)
        canvas.label(button.label, room.top(upper), "heading", TEXT, "bold")
        canvas.label(button.note, room.below(upper), "body", ACCENT_TEXT)
    else:
        canvas.label(button.label, room, "body", TEXT, "bold")
    if button.hint:
        canvas.label(button.hint, Box(inner.right - hint_width, inner.y, hint_width, inner.height), "small", ACCENT, "bold")


def _button_plain(canvas: Canvas, button: Button, box: Box) -> None:
    """Draw label and note in the middle, and the key beside the label."""
    inner = box.inset(canvas.px(8), canvas.px(6))
    colour = (ACCENT if button.style == "accent" else TEXT) if button.enabled else TEXT_FAINT
    if button.note:
        upper = round(inner.height * 0.54)
        canvas.label(button.label, inner.top(upper), "body", colour, "bold", "centre")
        canvas.label(button.note, inner.below(upper), "small", TEXT_SECOND, "regular", "centre")
        return
    gap = canvas.px(10) if button.hint else 0
    hint = canvas.width_of(button.hint, "small") + gap if button.hint else 0
    label = canvas.width_of(button.label, "body", "bold")
    x = inner.x + max(0, (inner.width - label - hint) // 2)
    canvas.label(button.label, Box(x, inner.y, min(label, inner.width), inner.height), "body", colour, "bold")
    if button.hint:
        canvas.label(button.hint, Box(x + label + gap, inner.y, inner.right - x - label - gap, inner.height), "small", TEXT_FAINT)


def _tab(canvas: Canvas, tab: Tab, warm: float) -> None:
    if tab.selected:
        canvas.panel(tab.box, ACCENT_SOFT, ACCENT, 999, 1.5)
    elif warm > 0.05:
        canvas.panel(tab.box, blend(PANEL, RAISED, warm), EDGE, 999)
    colour = TEXT if tab.selected else blend(TEXT_SECOND, TEXT, warm)
    canvas.label(tab.label, tab.box, "body", colour, "bold" if tab.selected else "regular", "centre")


def _slider(canvas: Canvas, slider: Slider, warm: float) -> None:
    first, last = track(slider)
    part = (slider.value - slider.low) / (slider.high - slider.low)
    middle, height = slider.box.centre[1], max(4, canvas.px(8))
    canvas.bar(Box(first, middle - height // 2, last - first, height), part, ACCENT)
    at = (first + part * (last - first), middle)
    canvas.disc(at, canvas.px(12), blend(TEXT, ACCENT, 0.3 * warm))
    canvas.disc(at, canvas.px(5), ACCENT_FILL)


def _toggle(canvas: Canvas, toggle: Toggle, warm: float) -> None:
    word_width = max(canvas.width_of("off", "small"), canvas.width_of("on", "small"))
    switch = Box(toggle.box.x, toggle.box.centre[1] - canvas.px(14), canvas.px(52), canvas.px(28))
    canvas.panel(switch, blend(ACCENT_FILL, ACCENT, 0.2 * warm) if toggle.on else WELL, ACCENT if toggle.on else TEXT_FAINT, 999, 1.5)
    knob = switch.right - switch.height // 2 if toggle.on else switch.x + switch.height // 2
    canvas.disc((knob, switch.centre[1]), canvas.px(9), ACCENT if toggle.on else TEXT_SECOND)
    word = Box(switch.right + canvas.px(12), toggle.box.y, word_width, toggle.box.height)
    canvas.label("on" if toggle.on else "off", word, "small", TEXT if toggle.on else TEXT_SECOND)


def _field(canvas: Canvas, field: TextField, warm: float, focused: bool) -> None:
    canvas.panel(field.box, WELL, ACCENT if focused else blend(EDGE, TEXT_FAINT, 0.5 * warm), 999, 1.5 if focused else 1.0)
    inner = field.box.inset(canvas.px(28), canvas.px(4))
    shown = field.text or field.placeholder
    width = canvas.label(shown, inner, "body", TEXT if field.text else TEXT_FAINT, shorten=True)
    if focused:
        x = inner.x + (width + canvas.px(3) if field.text else -canvas.px(4))
        canvas.rule((x, inner.y + canvas.px(9)), (x, inner.bottom - canvas.px(9)), ACCENT, 2)
