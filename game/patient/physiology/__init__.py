"""The living body: circulation, breathing, drugs, pain and spinal fluid pressure."""

from game.patient.physiology.course import advance_physiology, awareness, csf_pressure_cmh2o, give, read_cuff, vitals
from game.patient.physiology.start import start_physiology
from game.patient.physiology.state import Physiology, Stimuli, Vitals

__all__ = [
    "Physiology",
    "Stimuli",
    "Vitals",
    "advance_physiology",
    "awareness",
    "csf_pressure_cmh2o",
    "give",
    "read_cuff",
    "start_physiology",
    "vitals",
]
