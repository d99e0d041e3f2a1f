"""Pictures from recipes: a pure function, and the same with the patient's part kept while C-arm and patient are still."""

import numpy as np
from numpy.typing import NDArray

from game.frames import Rigid
from game.imaging.body import Body
from game.imaging.carm import CArm
from game.imaging.detector import Anatomy, anatomy_of, picture_of, signal_of
from game.imaging.exposure import Exposure
from game.imaging.grids import BasisImages, basis_images
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
        self._beam: tuple[float, float] | None = None
        self._anatomy: Anatomy | None = None

    def render(self, exposure: Exposure) -> NDArray[np.uint8]:
        """Return the grey picture of an exposure, shape (size, size)."""
        anatomy = self._anatomy_for(exposure)
        return picture_of(signal_of(self._attenuation(exposure, anatomy), anatomy, exposure), anatomy, exposure)

    def signal(self, exposure: Exposure) -> Image:
        """Return the noisy detector signal of an exposure over that of the measuring field, shape (size, size)."""
        anatomy = self._anatomy_for(exposure)
        return signal_of(self._attenuation(exposure, anatomy), anatomy, exposure)

    def _attenuation(self, exposure: Exposure, anatomy: Anatomy) -> Image:
        if not exposure.tubes and not exposure.contrast:
            return anatomy.attenuation
        attenuation = anatomy.attenuation.copy()
        geometry = exposure.carm.geometry(self._size, self._size)
        add_tubes(attenuation, exposure.tubes + exposure.contrast, geometry, exposure.technique.energy_kev)
        return attenuation

    def _anatomy_for(self, exposure: Exposure) -> Anatomy:
        if self._basis is None or self._place != (exposure.carm, exposure.pose):
            geometry = exposure.carm.geometry(self._size, self._size).moved(exposure.pose.inverse())
            self._basis = basis_images(self._patient, geometry)
            self._place = (exposure.carm, exposure.pose)
            self._anatomy = None
        beam = (exposure.technique.energy_kev, exposure.technique.thickness_mm)
        if self._anatomy is None or self._beam != beam:
            self._anatomy = anatomy_of(self._basis.attenuation(beam[0]), exposure.carm, exposure.technique)
            self._beam = beam
        return self._anatomy


def render(exposure: Exposure, patient: Body, size: int = 512) -> NDArray[np.uint8]:
    """Return the grey picture of an exposure: bones dark, round on black, head up, shape (size, size).

    The same recipe and patient give the same pixels, whatever was rendered before.
    """
    return Renderer(patient, size).render(exposure)
