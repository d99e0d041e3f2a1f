"""Pictures from recipes: a pure function, and the same with what still pulses share kept for the next."""

import dataclasses
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from game.frames import Rigid
from game.imaging.body import Body
from game.imaging.carm import Blades, CArm
from game.imaging.detector import Anatomy, anatomy_of, picture_of, signal_of
from game.imaging.exposure import Exposure
from game.imaging.grids import BasisImages, basis_images
from game.imaging.recursion import Chain, Pulse, chain_starts, since_sweep
from game.imaging.sheets import Image
from game.imaging.tubes import add_tubes


class Renderer:
    """Renders the pulses of one patient; what it keeps changes nothing but speed.

    Args:
        patient: Whose body.
        size: Rows and columns of the pictures.
    """

    def __init__(self, patient: Body, size: int = 512) -> None:
        self._patient = patient
        self._size = size
        self._place: tuple[CArm, Rigid] | None = None
        self._basis: BasisImages | None = None
        self._beam: tuple[float, float, Blades] | None = None
        self._anatomy: Anatomy | None = None
        self._chains: dict[int, Chain] = {}
        self._pulses: list[Pulse] = []

    def render(self, exposure: Exposure, before: Sequence[Exposure] = ()) -> NDArray[np.uint8]:
        """Return the grey picture of an exposure, shape (size, size).

        Args:
            exposure: The pulse to look at.
            before: The earlier pulses of the same press of the pedal, first to last; the recursive filter still shows them.
        """
        chain = self._filtered((*before, exposure))
        return picture_of(chain.signal, self._anatomy_for(exposure), exposure, chain.noise_left)

    def signal(self, exposure: Exposure, before: Sequence[Exposure] = ()) -> Image:
        """Return the noisy signal over the primary of the measuring field, after the recursive filter, shape (size, size)."""
        return self._filtered((*before, exposure)).signal

    def _filtered(self, press: tuple[Exposure, ...]) -> Chain:
        """Return the filter's state after the last pulse of a press, going on from what is kept."""
        press = since_sweep(press)
        starts = chain_starts(len(press))
        kept = {start: self._chains[start] for start in starts if start in self._chains and self._chains[start].began(press[start:])}
        self._chains = {start: kept.get(start, Chain()) for start in starts}
        for number in range(min(start + len(chain.pulses) for start, chain in self._chains.items()), len(press)):
            pulse = self._pulse(press[number])
            for start, chain in self._chains.items():
                if start + len(chain.pulses) == number:
                    chain.add(pulse)
        return self._chains[starts[0]]

    def _pulse(self, exposure: Exposure) -> Pulse:
        """Return a pulse as the detector reads it; the newest are kept, for a C-arm that sweeps needs them again."""
        for pulse in self._pulses:
            if pulse.exposure == exposure:
                return pulse
        anatomy = self._anatomy_for(exposure)
        attenuation = self._attenuation(exposure, anatomy)
        pulse = Pulse(exposure, attenuation, signal_of(attenuation, anatomy, exposure))
        self._pulses = [*self._pulses[-2:], pulse]
        return pulse

    def _attenuation(self, exposure: Exposure, anatomy: Anatomy) -> Image:
        if not exposure.tubes and not exposure.contrast:
            return anatomy.attenuation
        attenuation = anatomy.attenuation.copy()
        geometry = exposure.carm.geometry(self._size, self._size)
        add_tubes(attenuation, exposure.tubes + exposure.contrast, geometry, exposure.technique.energy_kev)
        return attenuation

    def _anatomy_for(self, exposure: Exposure) -> Anatomy:
        carm, technique = exposure.carm, exposure.technique
        place = (dataclasses.replace(carm, blades=Blades()), exposure.pose)  # blades cover, they do not change what rays meet
        if self._basis is None or self._place != place:
            self._basis = basis_images(self._patient, carm.geometry(self._size, self._size).moved(exposure.pose.inverse()))
            self._place, self._anatomy = place, None
        beam = (technique.energy_kev, technique.thickness_mm, carm.blades)
        if self._anatomy is None or self._beam != beam:
            self._anatomy, self._beam = anatomy_of(self._basis.attenuation(technique.energy_kev), carm, technique, self._basis.metal), beam
        return self._anatomy


def render(exposure: Exposure, patient: Body, size: int = 512, before: Sequence[Exposure] = ()) -> NDArray[np.uint8]:
    """Return the grey picture of an exposure: bones dark, round on black, head up, shape (size, size).

    The same recipes and patient give the same pixels, whatever was rendered before.
    """
    return Renderer(patient, size).render(exposure, before)
