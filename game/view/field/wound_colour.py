"""The colours of cut and bare tissue. Linear, chosen by eye."""

import numpy as np

from game.view.field.plane import Float32
from game.view.field.wound_ground import Ground, Part, spots
from game.view.field.wound_look import WoundLook
from game.view.field.wound_tissue import Tissue

DERMIS = (0.90, 0.76, 0.69)
FAT = (1.03, 0.69, 0.28)
FAT_PALE = (1.06, 0.88, 0.54)
CLEFT = (0.84, 0.34, 0.13)
FASCIA = (0.78, 0.66, 0.61)
FASCIA_THIN = (0.60, 0.27, 0.235)
SCARPA = (0.92, 0.82, 0.70)
MUSCLE = (0.43, 0.075, 0.055)
VEIN = (0.36, 0.05, 0.085)
RAW_EDGE = (0.86, 0.45, 0.38)
HOLE = (0.10, 0.02, 0.02)
CHAR = (0.085, 0.045, 0.026)
SCORCHED = (0.46, 0.27, 0.12)


def bare_colour(ground: Ground, tissue: Tissue, look: WoundLook, part: Part) -> Float32:
    """Return the colour of what a part of the wound lays bare, without blood, shape of the part + (3,)."""
    pale = np.clip(0.40 + 0.35 * tissue.tone[part] + 0.3 * tissue.patchy[part], 0.0, 1.0)
    colour = _mixed(_plain(FAT, pale), FAT_PALE, pale)
    _mix(colour, CLEFT, tissue.clefts[part] * 0.34)
    if look.layers.scarpa_mm > 0.0:
        away = np.abs(ground.wall_mm[part] - look.layers.scarpa_mm - 0.3 * tissue.patchy[part])
        _mix(colour, SCARPA, np.clip(1.0 - away / 0.55, 0.0, 1.0) * 0.85)
    floor = ground.floor[part]
    if floor.any():
        thin = np.clip(0.16 + 0.46 * tissue.smear[part] - 0.16 * tissue.fibre[part], 0.03, 0.75)
        fascia = _mixed(_plain(FASCIA, pale), FASCIA_THIN, thin)
        fascia *= (1.0 + 0.085 * tissue.fibre[part])[..., None]
        colour += (fascia - colour) * floor[..., None]
    muscle = ground.muscle[part]
    if muscle.any():
        red = np.asarray(MUSCLE, np.float32) * (1.0 + 0.42 * tissue.strand[part])[..., None]
        colour += (red - colour) * muscle[..., None]
    fat = ground.fat[part]
    _mix(colour, VEIN, tissue.veins[part] * np.clip(fat - 0.6 * muscle, 0.0, 1.0) * (0.72 - 0.30 * floor))
    skin = _mixed(_plain(DERMIS, pale), RAW_EDGE, np.clip(1.0 - ground.edge_mm[part] / 0.3, 0.0, 1.0))
    colour += (skin - colour) * (1.0 - fat)[..., None]
    columns, rows = tissue.plane.axes_mm()
    x, y = columns[:, part[1]], rows[part[0]]
    if look.punctures:
        _mix(colour, HOLE, spots(look.punctures, x, y, 0.3) * 0.9)
    if look.burns:
        burnt = spots(look.burns, x, y, 1.6)
        ragged = burnt - 0.35 * tissue.lobulets[part] + 0.22 * tissue.smear[part]
        _mix(colour, SCORCHED, np.clip(burnt * 2.6, 0.0, 1.0) * 0.85)
        _mix(colour, CHAR, np.clip(ragged * 2.2 - 0.7, 0.0, 0.93))
    return colour


def _plain(colour: tuple[float, float, float], like: Float32) -> Float32:
    return np.broadcast_to(np.asarray(colour, np.float32), (*like.shape, 3))


def _mixed(colour: Float32, other: tuple[float, float, float], share: Float32) -> Float32:
    out = np.array(colour, np.float32)
    _mix(out, other, share)
    return out


def _mix(colour: Float32, other: tuple[float, float, float], share: Float32) -> None:
    for channel in range(3):
        colour[..., channel] += (other[channel] - colour[..., channel]) * share
