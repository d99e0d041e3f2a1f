"""The patient monitor: three sweeping traces and their numbers."""

import math
from dataclasses import dataclass, field

import numpy as np
import pygame

from game.patient.physiology import Vitals
from game.view.canvas import Canvas
from game.view.layout import Box, rows
from game.view.monitors import waves
from game.view.theme import BREATHING, ECG, EDGE, PRESSURE, SPO2, TEXT_SECOND, WELL, Colour

SWEEP_S = 6.0
"""Seconds across the monitor: 25 mm/s on a screen of 15 cm."""
SAMPLE_S = 0.004
"""How finely a wave is drawn: an R wave rises within 10 ms, and one that falls between two samples looks like a missed beat."""
BLANK_PX = 10


@dataclass
class Trace:
    """One sweeping line, drawn on its own strip so that a frame adds only the newest columns."""

    strip: pygame.Surface
    column: float = 0.0
    level: float = 0.0


@dataclass
class VitalsMonitor:
    """What the monitor remembers between frames.

    Attributes:
        seconds: Session second up to which it is drawn.
        beat, breath: Phases 0 to 1.
        beats: Heart beats since the last look.
    """

    seconds: float = 0.0
    beat: float = 0.0
    breath: float = 0.0
    beats: int = 0
    size_px: tuple[int, int] = (0, 0)
    traces: list[Trace] = field(default_factory=list)

    def take_beats(self) -> int:
        """Return how often the heart has beaten since the last call."""
        beats, self.beats = self.beats, 0
        return beats

    def advance(self, seconds: float, now: Vitals) -> None:
        """Sweep on to a session second; a jump of more than a sweep starts afresh."""
        elapsed = seconds - self.seconds
        self.seconds = seconds
        if elapsed <= 0.0 or not self.traces:
            return
        elapsed = min(elapsed, SWEEP_S)
        width = self.size_px[0]
        steps = math.ceil(elapsed / SAMPLE_S)
        beat = self.beat + now.hr_bpm / 60.0 * elapsed * np.arange(1, steps + 1) / steps
        breath = self.breath + now.rr_per_min / 60.0 * elapsed * np.arange(1, steps + 1) / steps
        self.beats += int(np.floor(beat[-1] - waves.PEAK_PHASE) - np.floor(self.beat - waves.PEAK_PHASE))
        values = (
            waves.ecg(beat % 1.0) * 0.74 + 0.20,
            waves.pleth(beat % 1.0) * 0.72 + 0.10,
            waves.capnogram(breath % 1.0) * min(now.etco2_mmhg / 50.0, 1.1) * 0.88 + 0.06,
        )
        for trace, levels, colour in zip(self.traces, values, (ECG, SPO2, BREATHING), strict=True):
            _sweep(trace, levels, elapsed * width / SWEEP_S / steps, colour)
        self.beat, self.breath = float(beat[-1]), float(breath[-1])

    def fit(self, width_px: int, height_px: int) -> bool:
        """Make strips of a size; say whether they are new and empty, a sweep behind the clock."""
        if self.size_px == (width_px, height_px):
            return False
        self.size_px = (width_px, height_px)
        self.traces = [Trace(pygame.Surface((width_px, height_px))) for _ in range(3)]
        for trace in self.traces:
            trace.strip.fill(WELL)
        self.seconds -= SWEEP_S
        return True


def _sweep(trace: Trace, levels: waves.Wave, step_px: float, colour: Colour) -> None:
    width, height = trace.strip.get_size()
    for level in levels:
        end = trace.column + step_px
        start_y, end_y = (height - 2) * (1.0 - trace.level) + 1, (height - 2) * (1.0 - float(level)) + 1
        first = int(trace.column) + 1
        trace.strip.fill(WELL, (first, 0, int(end) - first + BLANK_PX, height))
        for lift in (-0.4, 0.4):
            pygame.draw.aaline(trace.strip, colour, (trace.column, start_y + lift), (end, end_y + lift))
        trace.level = float(level)
        trace.column = end
        if end >= width:
            trace.column = 0.0
            trace.strip.fill(WELL, (0, 0, BLANK_PX, height))


def _lines(canvas: Canvas, box: Box) -> tuple[list[Box], int, int]:
    """Return the four lines, the width of the numbers and that of the traces."""
    inner = box.inset(canvas.px(14), canvas.px(8))
    unit = canvas.width_of("mmHg", "small") + canvas.width_of("188", "heading", "bold") + canvas.px(10)
    numbers_width = max(unit, canvas.px(112))
    return rows(inner, [1.0, 1.0, 1.0, 1.0]), numbers_width, max(inner.width - numbers_width - canvas.px(10), 16)


def draw_vitals(canvas: Canvas, box: Box, monitor: VitalsMonitor, now: Vitals) -> None:
    """Draw panel and numbers; the traces are laid over it every frame."""
    canvas.panel(box, WELL, EDGE, 14)
    lines, numbers_width, wave_width = _lines(canvas, box)
    if monitor.fit(wave_width, max(lines[0].height - canvas.px(6), 8)):
        monitor.advance(monitor.seconds + SWEEP_S, now)
    shown = (
        ("HR", f"{now.hr_bpm:.0f}", "/min", ECG),
        ("SpO₂", f"{now.spo2_percent:.0f}", "%", SPO2),
        ("CO₂", f"{now.etco2_mmhg:.0f}", "mmHg", BREATHING),
    )
    for line, (name, value, unit, colour) in zip(lines, shown, strict=False):
        _number(canvas, Box(line.right - numbers_width, line.y, numbers_width, line.height), name, value, unit, colour)
    _pressure(canvas, lines[3], now, numbers_width)


def draw_traces(canvas: Canvas, box: Box, monitor: VitalsMonitor) -> None:
    """Lay the three traces in a monitor that was drawn."""
    for line, trace in zip(_lines(canvas, box)[0], monitor.traces, strict=False):
        canvas.surface.blit(trace.strip, (line.x, line.y + canvas.px(3)))


def _roomy(canvas: Canvas, box: Box) -> bool:
    """Say whether a name fits over its value."""
    return box.height >= canvas.look.text_px("small") + canvas.look.text_px("heading") + 2


def _name_and_room(canvas: Canvas, box: Box, name: str, colour: Colour) -> Box:
    """Draw a name, over its value where there is room, else before it; return the value's box."""
    if _roomy(canvas, box):
        height = max(canvas.look.text_px("small"), round(box.height * 0.40))
        canvas.label(name, box.top(height), "small", colour)
        return box.below(height)
    width = canvas.label(name, box, "small", colour)
    return box.after(max(width, 0 if name == "BP" else canvas.width_of("SpO₂", "small")) + canvas.px(8))


def _number(canvas: Canvas, box: Box, name: str, value: str, unit: str, colour: Colour) -> None:
    room = _name_and_room(canvas, box, name, colour)
    width = canvas.label(value, room, "heading", colour, "bold")
    rest = room.after(width + canvas.px(6))
    if canvas.width_of(unit, "small") <= rest.width:
        canvas.label(unit, rest, "small", colour)


def pressure_age(age_s: float) -> str:
    """Return how old a cuff reading is, in words."""
    return "now" if age_s < 60.0 else f"{age_s / 60.0:.0f} min ago"


def _pressure(canvas: Canvas, line: Box, now: Vitals, numbers_width: int) -> None:
    left = Box(line.x, line.y, line.width - numbers_width, line.height)
    lower = _name_and_room(canvas, left, "BP", PRESSURE)
    width = canvas.label(f"{now.sbp_mmhg:.0f}/{now.dbp_mmhg:.0f}", lower, "heading" if _roomy(canvas, left) else "body", PRESSURE, "bold")
    words = (f"({now.map_mmhg:.0f})  {pressure_age(now.bp_age_s)}", f"({now.map_mmhg:.0f})")
    room = lower.after(width + canvas.px(10))
    for text in words:
        if canvas.width_of(text, "small") <= room.width:
            canvas.label(text, room, "small", TEXT_SECOND)
            break
    _number(canvas, Box(line.right - numbers_width, line.y, numbers_width, line.height), "RR", f"{now.rr_per_min:.0f}", "/min", BREATHING)


def draw_strip(canvas: Canvas, box: Box, now: Vitals) -> None:
    """Draw the numbers alone, in one line: for when the console stands where the traces are; the last ones give way."""
    canvas.panel(box, WELL, EDGE, 10)
    inner = box.inset(canvas.px(14), canvas.px(2))
    shown = (
        ("HR", f"{now.hr_bpm:.0f}", ECG),
        ("SpO₂", f"{now.spo2_percent:.0f}", SPO2),
        ("BP", f"{now.sbp_mmhg:.0f}/{now.dbp_mmhg:.0f}", PRESSURE),
        ("RR", f"{now.rr_per_min:.0f}", BREATHING),
        ("CO₂", f"{now.etco2_mmhg:.0f}", BREATHING),
    )
    gap, between = canvas.px(6), canvas.px(16)
    widths = [canvas.width_of(name, "small") + gap + canvas.width_of(value, "body", "bold") for name, value, _ in shown]
    count = next(n for n in range(len(shown), 0, -1) if sum(widths[:n]) + between * (n - 1) <= inner.width or n == 1)
    spare = (inner.width - sum(widths[:count])) // max(count - 1, 1)
    x = inner.x
    for (name, value, colour), width in zip(shown[:count], widths, strict=False):
        room = Box(x, inner.y, width, inner.height)
        used = canvas.label(name, room, "small", colour) + gap
        canvas.label(value, room.after(used), "body", colour, "bold")
        x += width + spare
