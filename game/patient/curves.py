"""Quantities along the long axis of the body: smooth curves through knots, tables that are read by height."""

from dataclasses import dataclass

import numpy as np

from game.frames import Array


def smooth_curve(knots: Array, values: Array, at: Array, base: int | None = None) -> Array:
    """Return a natural cubic spline through knots.

    Args:
        knots: Strictly increasing, shape (k,).
        values: Shape (k,) or (k, m).
        at: Where to read, shape (n,); held constant beyond the ends.
        base: The curve up to this many knots hears nothing of the rest, which goes on from it with its slope.

    Returns:
        Values, shape (n,) or (n, m).
    """
    flat = values.reshape(len(knots), -1)
    lower = len(knots) if base is None else base
    out, slope = _spline(knots[:lower], flat[:lower], at, None)
    if lower < len(knots):
        upper, _ = _spline(knots[lower - 1 :], flat[lower - 1 :], at, slope)
        out = np.where((at > knots[lower - 1])[:, None], upper, out)
    return np.asarray(out.reshape((len(at), *values.shape[1:])))


def _spline(knots: Array, values: Array, at: Array, slope: Array | None) -> tuple[Array, Array]:
    """Return a cubic spline, natural but for a given slope at its first knot, shape (n, m), and its slope at the last, shape (m,)."""
    h = np.diff(knots)
    chord = np.diff(values, axis=0) / h[:, None]
    system = np.eye(len(knots))
    right = np.zeros_like(values)
    for i in range(1, len(knots) - 1):
        system[i, i - 1 : i + 2] = h[i - 1], 2.0 * (h[i - 1] + h[i]), h[i]
        right[i] = 6.0 * (chord[i] - chord[i - 1])
    if slope is not None:
        system[0, :2] = 2.0 * h[0], h[0]
        right[0] = 6.0 * (chord[0] - slope)
    bend = np.linalg.solve(system, right)
    x = np.clip(at, knots[0], knots[-1])
    k = np.clip(np.searchsorted(knots, x, side="right") - 1, 0, len(h) - 1)
    a, b = (knots[k + 1] - x)[:, None], (x - knots[k])[:, None]
    hk = h[k][:, None]
    out = bend[k] * a**3 / (6 * hk) + bend[k + 1] * b**3 / (6 * hk)
    out = out + (values[k] / hk - bend[k] * hk / 6) * a + (values[k + 1] / hk - bend[k + 1] * hk / 6) * b
    return out, chord[-1] + h[-1] * bend[-2] / 6.0


@dataclass(frozen=True, slots=True)
class Column:
    """A table along z with equal steps, read by linear interpolation.

    Attributes:
        start_mm: z of the first row.
        step_mm: Distance of rows.
        values: Rows, shape (rows, ...).
    """

    start_mm: float
    step_mm: float
    values: Array

    def read(self, z_mm: Array) -> Array:
        """Return the values at heights, shape (n, ...); held constant beyond the ends."""
        rows = (z_mm - self.start_mm) / self.step_mm
        rows = np.clip(rows, 0.0, self.values.shape[0] - 1.001)
        index = rows.astype(np.intp)
        share = (rows - index).astype(self.values.dtype).reshape(index.shape + (1,) * (self.values.ndim - 1))
        low = self.values[index]
        return np.asarray(low + share * (self.values[index + 1] - low))
