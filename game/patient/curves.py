"""Quantities along the long axis of the body: smooth curves through knots, tables that are read by height."""

from dataclasses import dataclass

import numpy as np

from game.frames import Array


def smooth_curve(knots: Array, values: Array, at: Array) -> Array:
    """Return a natural cubic spline through knots.

    Args:
        knots: Strictly increasing, shape (k,).
        values: Shape (k,) or (k, m).
        at: Where to read, shape (n,); held constant beyond the ends.

    Returns:
        Values, shape (n,) or (n, m).
    """
    h = np.diff(knots)
    flat = values.reshape(len(knots), -1)
    slope = np.diff(flat, axis=0) / h[:, None]
    system = np.eye(len(knots))
    right = np.zeros_like(flat)
    for i in range(1, len(knots) - 1):
        system[i, i - 1 : i + 2] = h[i - 1], 2.0 * (h[i - 1] + h[i]), h[i]
        right[i] = 6.0 * (slope[i] - slope[i - 1])
    bend = np.linalg.solve(system, right)
    x = np.clip(at, knots[0], knots[-1])
    k = np.clip(np.searchsorted(knots, x, side="right") - 1, 0, len(h) - 1)
    a, b = (knots[k + 1] - x)[:, None], (x - knots[k])[:, None]
    hk = h[k][:, None]
    out = bend[k] * a**3 / (6 * hk) + bend[k + 1] * b**3 / (6 * hk)
    out = out + (flat[k] / hk - bend[k] * hk / 6) * a + (flat[k + 1] / hk - bend[k + 1] * hk / 6) * b
    return np.asarray(out.reshape((len(at), *values.shape[1:])))


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
