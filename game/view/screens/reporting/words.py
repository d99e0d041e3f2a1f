"""Times in words."""

from game.clock import TICKS_PER_S


def in_minutes(seconds_s: float) -> str:
    """Return a time in seconds below two minutes, with seconds below ten, else in whole minutes."""
    whole = round(seconds_s)
    if whole < 120:
        return f"{whole} s"
    return f"{whole // 60} min {whole % 60} s" if whole < 600 else f"{whole / 60:.0f} min"


def clock(tick: int) -> str:
    """Return a tick as minutes and seconds of the hands' clock."""
    whole = tick // TICKS_PER_S
    return f"{whole // 60:02d}:{whole % 60:02d}"
