"""Bent bars and smooth plates on a sprite: what straight turned bodies cannot make."""

import cv2
import numpy as np

from game.view.field.plane import Float32
from game.view.field.sprite import Canvas, Colour, gradient, plate
from game.view.field.trace import smoothed, trace

Line = tuple[tuple[float, float], ...]


def bar(
    on: Canvas,
    line_mm: Line,
    radius_mm: float | tuple[float, ...],
    stops: tuple[Colour, ...],
    opacity: float = 1.0,
    flat: float = 0.0,
    smooth: bool = True,
    round_ends: bool = True,
) -> None:
    """Lay a bent bar.

    Args:
        on: The canvas.
        line_mm: Points (along, across) that it runs through.
        radius_mm: Its half width, one or one a point.
        stops: Colours from the lit side to the dark side.
        opacity: 1 for solid.
        flat: 0 for round, towards 1 for a flat bar with narrow bevels.
        smooth: Whether it bends in a curve or at corners.
        round_ends: Whether its ends are round.
    """
    points = np.asarray(line_mm, dtype=np.float64)
    curve = smoothed(points, 0.5 / on.px_per_mm * 3.0) if smooth else points
    if isinstance(radius_mm, tuple):
        way = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
        place = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(curve, axis=0).T))])
        radius: float | np.ndarray = np.interp(place / max(place[-1], 1e-6), way / max(way[-1], 1e-6), radius_mm) * on.px_per_mm
    else:
        radius = radius_mm * on.px_per_mm
    pixels = np.stack([(curve[:, 0] - on.start_mm) * on.px_per_mm, curve[:, 1] * on.px_per_mm + on.middle_row - on.first_row], axis=-1)
    height, width = on.pixels.shape[:2]
    for run in trace(pixels, radius, (0, 0, width, height), flat_ends=not round_ends):
        side = run.off[:, 0] * 0.35 + run.off[:, 1] * 0.94
        if flat:
            side = np.sign(side) * np.clip((np.abs(side) - flat) / (1.0 - flat), 0.0, 1.0)
        colour = gradient(np.asarray(0.5 + 0.5 * side, np.float32), stops)
        alpha = (run.cover * opacity)[:, None]
        under = on.pixels[run.rows, run.columns]
        laid = np.concatenate([colour, np.full((len(side), 1), 255.0, np.float32)], axis=1)
        on.pixels[run.rows, run.columns] = under * (1.0 - alpha) + laid * alpha


def shape(
    on: Canvas, corners_mm: Line, colours: tuple[Colour, Colour], edge: Colour | None = None, opacity: float = 1.0, step_mm: float = 0.4
) -> None:
    """Lay a flat plate whose outline runs in a smooth closed curve through its corners."""
    points = np.asarray(corners_mm, dtype=np.float64)
    count = len(points)
    curve = smoothed(np.concatenate([points[-2:], points, points[:3]]), step_mm)
    first = int(np.argmin(np.hypot(*(curve - points[0]).T)))
    back = len(curve) - 1 - int(np.argmin(np.hypot(*(curve[::-1] - points[0]).T)))
    closed = curve[first:back] if back - first > count else points
    plate(on, tuple((float(a), float(c)) for a, c in closed), colours, edge, opacity)


def disc(
    on: Canvas, centre_mm: tuple[float, float], radius_mm: float, dome: float, stops: tuple[Colour, ...], opacity: float = 1.0
) -> None:
    """Lay a round plate lit from its upper side; `dome` says how much it bulges, 0 flat to 1."""
    on = on.part(centre_mm[0] - radius_mm, centre_mm[0] + radius_mm, centre_mm[1] - radius_mm, centre_mm[1] + radius_mm)
    along, across = on.axes_mm()
    x, y = (along - centre_mm[0]) / radius_mm, (across - centre_mm[1]) / radius_mm
    away = np.hypot(x, y)
    cover = np.clip((1.0 - away) * radius_mm * on.px_per_mm + 0.5, 0.0, 1.0)
    turn = 0.5 + 0.5 * (0.35 * x + 0.94 * y) * (dome + (1.0 - dome) * 0.35)
    on.lay(gradient(np.asarray(np.clip(turn, 0.0, 1.0), np.float32), stops), np.asarray(cover * opacity, np.float32))


def rim(
    on: Canvas, centre_mm: tuple[float, float], radius_mm: float, width_mm: float, stops: tuple[Colour, ...], raised: bool = True
) -> None:
    """Lay a raised or sunk ring round a place."""
    reach = radius_mm + width_mm
    on = on.part(centre_mm[0] - reach, centre_mm[0] + reach, centre_mm[1] - reach, centre_mm[1] + reach)
    along, across = on.axes_mm()
    x, y = along - centre_mm[0], across - centre_mm[1]
    away = np.maximum(np.hypot(x, y), 1e-3)
    side = np.clip((away - radius_mm) / (width_mm / 2), -1.0, 1.0)
    cover = np.clip((width_mm / 2 - np.abs(away - radius_mm)) * on.px_per_mm + 0.5, 0.0, 1.0)
    lit = side * (0.35 * x + 0.94 * y) / away * (1.0 if raised else -1.0)
    on.lay(gradient(np.asarray(0.5 + 0.5 * lit, np.float32), stops), np.asarray(cover, np.float32))


def writing(on: Canvas, text: str, at_mm: tuple[float, float], height_mm: float, colour: Colour, opacity: float = 0.85) -> None:
    """Engrave or print a short text, its middle at a place, read along the axis."""
    scale = height_mm * on.px_per_mm / 21.0
    if scale < 0.12:
        return
    large = 4
    size, _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, scale * large, max(round(2.2 * scale * large), 1))
    sheet = np.zeros((size[1] * 2, size[0] + 4 * large), np.uint8)
    thick = max(round(2.2 * scale * large), 1)
    cv2.putText(sheet, text, (2 * large, size[1] + size[1] // 2), cv2.FONT_HERSHEY_SIMPLEX, scale * large, 255, thick, cv2.LINE_AA)
    small = cv2.resize(sheet, (max(sheet.shape[1] // large, 1), max(sheet.shape[0] // large, 1)), interpolation=cv2.INTER_AREA)
    row = round(at_mm[1] * on.px_per_mm) + on.middle_row - on.first_row - small.shape[0] // 2
    column = round((at_mm[0] - on.start_mm) * on.px_per_mm) - small.shape[1] // 2
    top, left = max(row, 0), max(column, 0)
    bottom, right = min(row + small.shape[0], on.pixels.shape[0]), min(column + small.shape[1], on.pixels.shape[1])
    if bottom <= top or right <= left:
        return
    alpha = np.asarray(small[top - row : bottom - row, left - column : right - column], np.float32) / 255.0 * opacity
    under: Float32 = on.pixels[top:bottom, left:right]
    under[..., :3] = under[..., :3] * (1.0 - alpha[..., None]) + np.asarray(colour, np.float32) * alpha[..., None]
