"""The sound table: every sound of the theatre made from sines and shaped noise.

Levels and times without a named source are expert judgement: how such sounds are remembered, not recorded.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from game.streams import stream

RATE_HZ = 44100
CAUTERY_S = 0.34
"""A little longer than from one hiss to the next, so that they run into one another."""
Wave = NDArray[np.float64]
LOAD_STEPS = 16
"""Pitches of the load tone; neighbours are a semitone apart."""


def _time(duration_s: float) -> Wave:
    return np.arange(round(duration_s * RATE_HZ)) / RATE_HZ


def _tone(pitch_hz: float, duration_s: float) -> Wave:
    wave: Wave = np.sin(2.0 * np.pi * pitch_hz * _time(duration_s))
    return wave


def _noise(name: str, duration_s: float, low_hz: float, high_hz: float) -> Wave:
    """Return noise between two frequencies, largest value 1, the same each time."""
    count = round(duration_s * RATE_HZ)
    spectrum = np.fft.rfft(stream(0, f"sound {name}").standard_normal(count))
    pitch_hz = np.fft.rfftfreq(count, 1.0 / RATE_HZ)
    band = np.exp(-np.maximum(0.0, np.maximum(low_hz - pitch_hz, pitch_hz - high_hz)) / (0.2 * low_hz + 40.0))
    wave: Wave = np.fft.irfft(spectrum * band, count)
    return np.asarray(wave / np.abs(wave).max())


def _decay(duration_s: float, half_s: float, attack_s: float = 0.001) -> Wave:
    time = _time(duration_s)
    shape: Wave = np.minimum(time / attack_s, 1.0) * 0.5 ** (time / half_s)
    return shape


def _faded(wave: Wave, fade_s: float) -> Wave:
    """Rise and fall smoothly at both ends, so that nothing clicks."""
    count = min(round(fade_s * RATE_HZ), len(wave) // 2)
    ramp = 0.5 - 0.5 * np.cos(np.pi * np.arange(count) / max(count, 1))
    shaped = wave.copy()
    shaped[:count] *= ramp
    shaped[len(shaped) - count :] *= ramp[::-1]
    return shaped


def _silence(duration_s: float) -> Wave:
    return np.zeros(round(duration_s * RATE_HZ))


def _pop(pitch_hz: float, half_s: float, grit: float, name: str) -> Wave:
    """Return a falling thump with a little tearing noise on it."""
    time = _time(0.22)
    body = np.sin(2.0 * np.pi * pitch_hz * (time - 0.6 * time**2)) * _decay(0.22, half_s)
    tear = _noise(name, 0.22, 3.0 * pitch_hz, 9.0 * pitch_hz) * _decay(0.22, half_s * 0.4)
    return _faded((1.0 - grit) * body + grit * tear, 0.004)


def _alarm_pulse(pitch_hz: float, duration_s: float) -> Wave:
    """Return one pulse: a fundamental of 150 to 1000 Hz and four harmonics within 15 dB of it (IEC 60601-1-8:2006, table 3)."""
    harmonics = sum(level * _tone(pitch_hz * (number + 1), duration_s) for number, level in enumerate((1.0, 0.7, 0.5, 0.4, 0.3)))
    return _faded(np.asarray(harmonics) / 2.9, 0.2 * duration_s)


C4_HZ, E4_HZ = 261.63, 329.63


def _alarm_high() -> Wave:
    """Return c c c, c c, twice: ten pulses of 150 ms (IEC 60601-1-8:2006, tables 3 and F.1)."""
    pulse, short, long = _alarm_pulse(2 * C4_HZ, 0.15), _silence(0.1), _silence(0.35)
    five = np.concatenate([pulse, short, pulse, short, pulse, long, pulse, short, pulse])
    return np.concatenate([five, _silence(0.5), five])


def _alarm_medium() -> Wave:
    """Return c c c: three pulses of 200 ms, 200 ms apart (IEC 60601-1-8:2006, tables 3 and F.1)."""
    pulse = _alarm_pulse(C4_HZ, 0.2)
    return np.concatenate([pulse, _silence(0.2), pulse, _silence(0.2), pulse])


def _alarm_low() -> Wave:
    """Return e c: two pulses of 200 ms (IEC 60601-1-8:2006, tables 3 and F.1)."""
    return 0.7 * np.concatenate([_alarm_pulse(E4_HZ, 0.2), _silence(0.2), _alarm_pulse(C4_HZ, 0.2)])


def _bone() -> Wave:
    ring = sum(_tone(pitch, 0.12) * _decay(0.12, half) for pitch, half in ((2150.0, 0.009), (3720.0, 0.006), (980.0, 0.012)))
    return _faded(np.asarray(ring) / 3.0, 0.002)


def _drip() -> Wave:
    """Return a drop into a dish: a bubble's pitch rises as it closes (Minnaert 1933)."""
    time = _time(0.16)
    return _faded(np.sin(2.0 * np.pi * (950.0 * time + 2600.0 * time**2)) * _decay(0.16, 0.028, 0.004), 0.003)


def _scrub() -> Wave:
    stroke = _noise("scrub", 0.3, 700.0, 3500.0)
    return 0.5 * _faded(stroke * np.sin(np.pi * _time(0.3) / 0.3), 0.05)


def _drape() -> Wave:
    crackle = _noise("drape slow", 0.6, 6.0, 22.0)
    return 0.7 * _faded(_noise("drape", 0.6, 1200.0, 6000.0) * np.clip(crackle, 0.0, 1.0), 0.08)


def _pedal() -> Wave:
    """Return a hum that loops without a seam: 0.5 s of whole waves."""
    return 0.35 * (0.7 * _tone(440.0, 0.5) + 0.3 * _tone(880.0, 0.5)) * (0.9 + 0.1 * _tone(8.0, 0.5))


def _buzzer() -> Wave:
    """Return the buzzer that fluoroscopes sound at five minutes of beam (IEC 60601-2-54, 203.6.2.1)."""
    blast = _faded(np.tanh(3.0 * _tone(310.0, 0.45)) * 0.6, 0.01)
    return np.concatenate([blast, _silence(0.2), blast])


def _glove() -> Wave:
    return _faded(_noise("glove", 0.12, 900.0, 4200.0) * _decay(0.12, 0.012), 0.002)


def _stylet() -> Wave:
    slide = _noise("stylet", 0.26, 4200.0, 9000.0) * np.linspace(0.15, 0.5, round(0.26 * RATE_HZ))
    return _faded(slide + 0.2 * _tone(5300.0, 0.26) * _decay(0.26, 0.05), 0.02)


def _click() -> Wave:
    return _faded(0.5 * _tone(1400.0, 0.03) * _decay(0.03, 0.004), 0.002)


def _scissors() -> Wave:
    return _faded(
        _noise("scissors", 0.16, 3000.0, 9000.0) * np.linspace(0.2, 0.7, round(0.16 * RATE_HZ))
        + 0.3 * _tone(4100.0, 0.16) * _decay(0.16, 0.02),
        0.004,
    )


def _connector() -> Wave:
    snap = 0.7 * _tone(1750.0, 0.09) * _decay(0.09, 0.006) + 0.5 * _tone(620.0, 0.09) * _decay(0.09, 0.012)
    return _faded(np.concatenate([0.4 * snap, snap]), 0.002)


def _tears() -> Wave:
    return 0.35 * _faded(_noise("tears", 0.2, 120.0, 700.0) * np.exp(-9.0 * _time(0.2)), 0.02)


def _stitch() -> Wave:
    return 0.5 * _faded(_noise("stitch", 0.28, 300.0, 2200.0) * np.sin(np.pi * _time(0.28) / 0.28), 0.03)


def _cautery() -> Wave:
    buzz = np.sign(_tone(118.0, CAUTERY_S)) * 0.10 + 0.16 * _tone(476.0, CAUTERY_S)
    crackle = 0.55 * _noise("cautery", CAUTERY_S, 1800.0, 7000.0) * (0.6 + 0.4 * np.sin(2.0 * np.pi * 31.0 * _time(CAUTERY_S)))
    return 0.45 * _faded(buzz + crackle, 0.03)


def _thud() -> Wave:
    return _faded(_tone(92.0, 0.2) * _decay(0.2, 0.035) + 0.2 * _noise("thud", 0.2, 80.0, 500.0) * _decay(0.2, 0.02), 0.006)


TABLE: dict[str, Callable[[], Wave]] = {
    "pop_skin": lambda: _pop(420.0, 0.016, 0.45, "skin"),
    "pop_fascia": lambda: _pop(190.0, 0.030, 0.30, "fascia"),
    "pop_scarpa": lambda: 0.8 * _pop(150.0, 0.045, 0.5, "scarpa"),
    "give": lambda: _pop(70.0, 0.090, 0.12, "give"),
    "pop_flavum": lambda: _pop(115.0, 0.055, 0.20, "flavum"),
    "pop_dura": lambda: 0.6 * _pop(720.0, 0.010, 0.15, "dura"),
    "pop_bevel": lambda: 0.4 * _pop(520.0, 0.012, 0.10, "bevel"),
    "snag": lambda: 0.5 * _pop(310.0, 0.018, 0.35, "snag"),
    "cut": lambda: 0.7 * _pop(240.0, 0.030, 0.80, "cut"),
    "bone": _bone,
    "drip": _drip,
    "scrub": _scrub,
    "drape": _drape,
    "pedal": _pedal,
    "buzzer": _buzzer,
    "alarm_high": _alarm_high,
    "alarm_medium": _alarm_medium,
    "alarm_low": _alarm_low,
    "click": _click,
    "stylet": _stylet,
    "glove": _glove,
    "scissors": _scissors,
    "connector": _connector,
    "stitch": _stitch,
    "tears": _tears,
    "thud": _thud,
    "cautery": _cautery,
}
"""Sounds of one shape; `pulse` and `load` have a pitch besides."""


def pulse_pitch_hz(spo2_percent: float) -> float:
    """Return the pitch of the pulse beep: 880 Hz at full saturation, a semitone lower every 2 %, as theatre monitors do."""
    return float(880.0 * 2.0 ** ((min(max(round(spo2_percent), 60), 100) - 100) / 24.0))


def pulse(spo2_percent: float) -> Wave:
    """Return one pulse beep."""
    return 0.5 * _faded(_tone(pulse_pitch_hz(spo2_percent), 0.09), 0.015)


def load_pitch_hz(step: int) -> float:
    """Return the pitch of one step of the load tone, a semitone for each, from 165 Hz up."""
    return float(164.81 * 2.0 ** (step / 12.0))


def load(step: int) -> Wave:
    """Return a soft tone that loops without a seam: 60 whole waves."""
    pitch = load_pitch_hz(step)
    count = round(60.0 * RATE_HZ / pitch)
    phase = 2.0 * np.pi * 60.0 * np.arange(count) / count
    return np.asarray(0.3 * np.sin(phase) + 0.06 * np.sin(2.0 * phase))
