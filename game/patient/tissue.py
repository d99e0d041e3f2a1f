"""The tissues that needle, X-rays and pictures agree on."""

import enum


class Tissue(enum.IntEnum):
    """What is at a point of the body; also the label in the voxel volume."""

    OUTSIDE = 0
    SKIN = 1
    FAT = 2
    FASCIA = 3
    MUSCLE = 4
    SUPRASPINOUS = 5
    INTERSPINOUS = 6
    FLAVUM = 7
    EPIDURAL = 8
    DURA = 9
    CSF = 10
    ROOT = 11
    CORD = 12
    DISC = 13
    CORTICAL = 14
    TRABECULAR = 15
    VEIN = 16
    VISCERA = 17
    LUNG = 18
    GAS = 19
    SCAR = 20
    LYTIC = 21
    SCLEROTIC = 22
    PEEK = 23
    TITANIUM = 24
