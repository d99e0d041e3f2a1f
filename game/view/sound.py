"""Plays the sound table; without a sound card it keeps silent and the captions remain."""

from dataclasses import dataclass, field

import numpy as np
import pygame

from game.view import synthesis
from game.view.captions import SOUND_CAPTIONS
from game.view.hush import system_silent

_FADE_MS = 25


def _as_sound(wave: synthesis.Wave) -> pygame.mixer.Sound:
    """Return a wave as the mixer takes it, as many channels as it opened."""
    samples = np.round(np.clip(wave, -1.0, 1.0) * 32767.0).astype(np.int16)
    opened = pygame.mixer.get_init()
    sides = np.repeat(samples[:, None], opened[2], axis=1) if opened and opened[2] > 1 else samples
    return pygame.sndarray.make_sound(np.ascontiguousarray(sides))


@dataclass
class Sounds:
    """The loudspeaker.

    Attributes:
        ready: Whether there is one.
        volume: 0 to 1.
    """

    ready: bool = False
    volume: float = 0.7
    _made: dict[str, pygame.mixer.Sound] = field(default_factory=dict)
    _held: dict[str, tuple[str, pygame.mixer.Channel]] = field(default_factory=dict)

    def set_volume(self, volume: float) -> None:
        """Set the loudness of all that follows and of what sounds on."""
        self.volume = min(max(volume, 0.0), 1.0)
        for _, channel in self._held.values():
            channel.set_volume(self.volume)

    def play(self, key: str, loudness: float = 1.0) -> None:
        """Play a sound of the table once.

        Args:
            key: A key of `captions.SOUND_CAPTIONS`; `pulse` beeps as at full saturation, and `load` sounds until it is 0.
            loudness: 0 to 1; for `load` the resistance.

        Raises:
            KeyError: If there is no such sound.
        """
        if key not in SOUND_CAPTIONS:
            raise KeyError(key)
        if key == "load":
            self.hold_load(loudness)
        elif key == "pulse":
            self.play_pulse(100.0, loudness)
        else:
            self._once(key, key, loudness)

    def play_pulse(self, spo2_percent: float, loudness: float = 1.0) -> None:
        """Beep once, at the pitch of a saturation."""
        self._once("pulse", f"pulse {min(max(round(spo2_percent), 60), 100)}", loudness)

    def hold_pedal(self, down: bool) -> None:
        """Let the X-ray tone sound for as long as the pedal is down."""
        self._hold("pedal", "pedal" if down else "", 1.0)

    def hold_load(self, resistance: float) -> None:
        """Let the load tone sound at the pitch of a resistance of 0 to 1; it falls as the load eases, and ends at 0."""
        if resistance <= 0.0:
            self._hold("load", "", 0.0)
            return
        step = round(min(resistance, 1.0) * (synthesis.LOAD_STEPS - 1))
        self._hold("load", f"load {step}", 0.25 + 0.5 * min(resistance, 1.0))

    def quiet(self) -> None:
        """End every sound that lasts."""
        for key in sorted(self._held):
            self._hold(key, "", 0.0)

    def _once(self, key: str, name: str, loudness: float) -> None:
        if not self.ready or self.volume <= 0.0 or loudness <= 0.0:
            return
        sound = self._sound(name)
        channel = sound.play()
        if channel:
            channel.set_volume(self.volume * min(loudness, 1.0))

    def _hold(self, key: str, name: str, loudness: float) -> None:
        if not self.ready:
            return
        sounding = self._held.get(key)
        if sounding and sounding[0] == name:
            return
        if sounding:
            sounding[1].fadeout(_FADE_MS)
            del self._held[key]
        if name and (channel := self._sound(name).play(loops=-1, fade_ms=_FADE_MS)):
            channel.set_volume(self.volume * loudness)
            self._held[key] = (name, channel)

    def _sound(self, name: str) -> pygame.mixer.Sound:
        if name not in self._made:
            self._made[name] = _as_sound(_wave(name))
        return self._made[name]


def _wave(name: str) -> synthesis.Wave:
    kind, _, number = name.partition(" ")
    if kind == "pulse":
        return synthesis.pulse(float(number))
    if kind == "load":
        return synthesis.load(int(number))
    return synthesis.TABLE[kind]()


def open_sounds(volume: float = 0.7) -> Sounds:
    """Open the sound card; without one, return a loudspeaker that keeps silent."""
    try:
        with system_silent():
            if not pygame.mixer.get_init():
                pygame.mixer.init(synthesis.RATE_HZ, -16, 2, 512)
    except (pygame.error, NotImplementedError):
        return Sounds(False, volume)
    pygame.mixer.set_num_channels(16)
    return Sounds(True, volume)
