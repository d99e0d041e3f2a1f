"""Painters of the operative field: pure functions from plain values to arrays; no window needed."""
