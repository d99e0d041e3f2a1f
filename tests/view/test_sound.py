import itertools

import numpy as np
import pygame
import pytest

from game.view import sound as sound_module
from game.view import synthesis
from game.view.captions import MOST, SOUND_CAPTIONS, Captions
from game.view.sound import Sounds, open_sounds


@pytest.fixture(scope="module")
def waves() -> dict[str, synthesis.Wave]:
    return {name: make() for name, make in synthesis.TABLE.items()}


def strongest_hz(wave: synthesis.Wave) -> float:
    spectrum = np.abs(np.fft.rfft(wave * np.hanning(len(wave))))
    return float(np.fft.rfftfreq(len(wave), 1 / synthesis.RATE_HZ)[int(spectrum.argmax())])


def test_every_sound_has_a_caption_and_every_caption_a_sound(waves: dict[str, synthesis.Wave]) -> None:
    assert sorted([*waves, "pulse", "load"]) == sorted(SOUND_CAPTIONS)


def test_no_sound_clips_or_begins_with_a_jump(waves: dict[str, synthesis.Wave]) -> None:
    for name, wave in waves.items():
        assert np.isfinite(wave).all(), name
        assert 0.05 < np.abs(wave).max() <= 1.0, name
        if name != "pedal":
            assert abs(wave[0]) < 0.02, name
            assert abs(wave[-1]) < 0.02, name


def test_sounds_are_the_same_every_time() -> None:
    assert np.array_equal(synthesis.TABLE["scrub"](), synthesis.TABLE["scrub"]())


def test_pops_of_the_four_layers_are_told_apart_by_pitch(waves: dict[str, synthesis.Wave]) -> None:
    pitches = [strongest_hz(waves[name]) for name in ("pop_flavum", "pop_fascia", "pop_skin", "pop_dura")]
    assert all(later > 1.3 * earlier for earlier, later in itertools.pairwise(pitches))


def test_pulse_pitch_falls_with_saturation() -> None:
    assert synthesis.pulse_pitch_hz(100) == pytest.approx(880.0)
    assert synthesis.pulse_pitch_hz(76) == pytest.approx(440.0)
    assert abs(strongest_hz(synthesis.pulse(90)) - synthesis.pulse_pitch_hz(90)) < 15.0


def pulses_of(wave: synthesis.Wave) -> int:
    loud = np.abs(wave) > 0.05
    windows = loud[: len(loud) // 441 * 441].reshape(-1, 441).any(axis=1)
    return int(np.count_nonzero(np.diff(windows.astype(int), prepend=0) == 1))


def test_alarms_have_the_number_of_pulses_of_their_priority(waves: dict[str, synthesis.Wave]) -> None:
    assert (pulses_of(waves["alarm_high"]), pulses_of(waves["alarm_medium"]), pulses_of(waves["alarm_low"])) == (10, 3, 2)


def test_alarm_pulse_has_four_harmonics_within_15_db() -> None:
    wave = synthesis._alarm_pulse(500.0, 0.2)
    spectrum = np.abs(np.fft.rfft(wave))
    levels = [20 * np.log10(spectrum[round(500 * number * 0.2)]) for number in range(1, 6)]
    assert max(levels) - min(levels) < 15.0


def test_load_tone_rises_by_semitones_and_loops_without_a_seam() -> None:
    assert synthesis.load_pitch_hz(12) == pytest.approx(2 * synthesis.load_pitch_hz(0))
    wave = synthesis.load(5)
    step = np.abs(np.diff(wave)).max()
    assert abs(wave[0] - wave[-1]) <= 1.2 * step


def test_unknown_sound_is_an_error_and_silence_is_not() -> None:
    silent = Sounds(ready=False)
    with pytest.raises(KeyError):
        silent.play("trumpet")
    for name in SOUND_CAPTIONS:
        silent.play(name, 0.5)
    silent.hold_pedal(True)
    silent.quiet()


def test_without_a_sound_card_the_program_keeps_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise pygame.error("ALSA: Couldn't open audio device")

    monkeypatch.setattr(pygame.mixer, "get_init", lambda: None)
    monkeypatch.setattr(pygame.mixer, "init", refuse)
    assert not open_sounds().ready


def test_held_tone_changes_with_the_load_and_ends() -> None:
    sounds = open_sounds()
    assert sounds.ready
    sounds.hold_load(0.2)
    first = sounds._held["load"][0]
    sounds.hold_load(0.9)
    assert sounds._held["load"][0] != first
    sounds.hold_pedal(True)
    sounds.quiet()
    assert sounds._held == {}


def test_muted_loudspeaker_makes_no_wave(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []

    def wave(name: str) -> synthesis.Wave:
        made.append(name)
        return np.zeros(8)

    sounds = open_sounds()
    assert sounds.ready
    monkeypatch.setattr(sound_module, "_wave", wave)
    sounds.volume = 0.0
    sounds.play("bone")
    assert made == []
    sounds.volume = 0.7
    sounds.play("bone")
    assert made == ["bone"]


def test_captions_stand_for_a_while_and_repeat_none() -> None:
    captions = Captions()
    captions.sounded("bone")
    captions.on_tick(2.0)
    captions.sounded("bone")
    captions.sounded("pulse")
    captions.said("Patient", "I feel you pushing.")
    assert [line.text for line in captions.lines] == ["tick of metal on bone", "I feel you pushing."]
    captions.on_tick(3.0)
    assert [line.speaker for line in captions.lines] == ["Patient"]
    captions.on_tick(4.0)
    assert captions.lines == []


def test_captions_keep_the_latest_lines_and_leave_sounds_out_when_asked() -> None:
    captions = Captions(with_sounds=False)
    captions.sounded("bone")
    for number in range(9):
        captions.said("Scrub nurse", f"line {number}")
    assert [line.text for line in captions.lines] == [f"Line {number}" for number in range(9 - MOST, 9)]
