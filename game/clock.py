"""The one clock: an integer tick. Seconds are computed from it and never summed."""

TICKS_PER_S = 120


def seconds(ticks: int) -> float:
    """Return the seconds that a number of ticks lasts."""
    return ticks / TICKS_PER_S


def ticks(duration_s: float) -> int:
    """Return the whole number of ticks nearest to a duration."""
    return round(duration_s * TICKS_PER_S)
