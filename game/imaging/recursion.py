"""What is left of earlier pulses while the pedal is held: the detector's lag, and the recursive filter of the processor."""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import cv2
import numpy as np

from game.clock import TICKS_PER_S
from game.imaging.exposure import Exposure
from game.imaging.sheets import Image
from game.imaging.technique import SPOT

STILL, MOVING = 0.25, 0.8  # weight of the newest pulse where nothing moves and where something does (expert judgement)
LAG = 0.03  # of a pulse's reading is left in the next, amorphous silicon 0.03 to 0.05, Sheth 2018
NOTICED = 0.12  # change of attenuation that the filter takes for full motion; less is smeared (expert judgement)
MOTION_BLUR_PX = 2.0
RESTLESS = 5  # pulses after which nothing of a motion is left to be found
BLOCK = 16  # pulses; a still filter forgets 99 % over so many


@dataclass(frozen=True, slots=True, eq=False)
class Pulse:
    """One pulse as the detector reads it: its recipe, the attenuation it saw and its noisy signal, each shape (size, size)."""

    exposure: Exposure
    attenuation: Image
    signal: Image


@dataclass(slots=True, eq=False)
class Chain:
    """The filter's state after some pulses.

    Attributes:
        pulses: What went into it.
        signal: Filtered signal, shape (size, size).
        noise_left: Part of the noise of one pulse that is left where nothing moves; the lag takes off a hundredth more.
        _read: What the detector read last, with the lag of what it read before, shape (size, size).
        _attenuation: What is shown, without noise: the processor finds motion against its own picture.
        _restless: Pulses for which it still looks for motion.
    """

    pulses: list[Exposure] = field(default_factory=list)
    signal: Image = field(default_factory=lambda: np.zeros((0, 0), np.float32))
    noise_left: float = 1.0
    _read: Image = field(default_factory=lambda: np.zeros((0, 0), np.float32))
    _attenuation: Image = field(default_factory=lambda: np.zeros((0, 0), np.float32))
    _restless: int = 0

    def began(self, pulses: Sequence[Exposure]) -> bool:
        """Whether what went into it is how these pulses begin."""
        return len(self.pulses) <= len(pulses) and self.pulses == list(pulses[: len(self.pulses)])

    def add(self, pulse: Pulse) -> None:
        """Take in the next pulse; the first is shown as it is."""
        if self.pulses:
            self._read = _mixed(pulse.signal, self._read, 1.0 - LAG)
            self._mix(self.pulses[-1], replace(pulse, signal=self._read))
        else:
            self.signal, self._attenuation, self._read = pulse.signal, pulse.attenuation, pulse.signal
        self.pulses.append(pulse.exposure)

    def _mix(self, last: Exposure, pulse: Pulse) -> None:
        now = pulse.exposure
        swept = _swept(last, now)
        stirred = (last.tubes, last.contrast) != (now.tubes, now.contrast)
        self._restless = RESTLESS if swept or stirred else max(self._restless - 1, 0)
        weight = MOVING if swept else STILL
        self.noise_left = math.hypot(weight, (1.0 - weight) * self.noise_left)
        part = _moved(pulse.attenuation, self._attenuation) if self._restless and not swept else None
        newest = weights(pulse.attenuation[part], self._attenuation[part]) if part else None
        old, seen = self.signal, self._attenuation
        self.signal = _mixed(pulse.signal, old, weight)
        self._attenuation = _mixed(pulse.attenuation, seen, weight) if self._restless else pulse.attenuation
        if part and newest is not None:
            self.signal[part] = old[part] + newest * (pulse.signal[part] - old[part])
            self._attenuation[part] = seen[part] + newest * (pulse.attenuation[part] - seen[part])


def _moved(now: Image, shown: Image) -> tuple[slice, slice] | None:
    """Return the rows and columns round all that differs, with room for the blur; None where nothing does."""
    x, y, width, height = cv2.boundingRect((cv2.absdiff(now, shown) > np.float32(0.02 * NOTICED)).view(np.uint8))
    room = math.ceil(3.0 * MOTION_BLUR_PX)
    return (slice(max(y - room, 0), y + height + room), slice(max(x - room, 0), x + width + room)) if width else None


def _mixed(new: Image, old: Image, weight: float) -> Image:
    return np.asarray(cv2.addWeighted(new, weight, old, 1.0 - weight, 0.0), dtype=np.float32)


def weights(now: Image, shown: Image) -> Image:
    """Return the weight of the newest pulse at each pixel: more where what is shown has moved, and round it, shape (size, size)."""
    change = np.minimum(cv2.absdiff(now, shown) * np.float32(1.0 / NOTICED), np.float32(1.0))
    wide = cv2.GaussianBlur(change, (0, 0), MOTION_BLUR_PX)
    return np.asarray(np.float32(STILL) + np.float32(MOVING - STILL) * np.maximum(change, wide), dtype=np.float32)


def since_sweep(press: Sequence[Exposure]) -> tuple[Exposure, ...]:
    """Return the pulses of a press that the last one can still show: a sweep of the C-arm or the patient wipes out what was before.

    Of a pulse before two in a row that were swept away a twentieth would be left; so a picture made while the arm
    moves needs no more than two others, however many were skipped.
    """
    swept = [_swept(earlier, later) for earlier, later in itertools.pairwise(press)]
    for number in range(len(swept) - 1, 0, -1):
        if swept[number] and swept[number - 1]:
            return tuple(press[number - 1 :])
    return tuple(press)


def _swept(earlier: Exposure, later: Exposure) -> bool:
    return (earlier.carm, earlier.pose) != (later.carm, later.pose)


def chain_starts(count: int) -> tuple[int, ...]:
    """Return the pulses of a press at which filters start that are needed after `count` pulses, the one that is shown first.

    A filter that began with the press would have to be repeated from there whenever an old picture is looked at again. So
    the one that is shown began one to two blocks ago, and the next is under way.
    """
    shown = max((count - 1) // BLOCK - 1, 0) * BLOCK
    return (shown, shown + BLOCK) if shown + BLOCK < count else (shown,)


def press_before(exposures: Sequence[Exposure], index: int) -> tuple[Exposure, ...]:
    """Return the earlier pulses of the press of the pedal that a pulse belongs to: those that follow each other at its rate."""
    first = index
    while first > 0 and _follows(exposures[first - 1], exposures[first]):
        first -= 1
    return tuple(exposures[first:index])


def _follows(earlier: Exposure, later: Exposure) -> bool:
    technique = later.technique
    same = (technique.mode, technique.pulses_per_s) == (earlier.technique.mode, earlier.technique.pulses_per_s)
    return same and technique.mode != SPOT and later.tick - earlier.tick == TICKS_PER_S // technique.pulses_per_s
