"""Anatomy of a patient: spec and seed in; tissues, distances, landmarks and voxels out."""

from game.patient.patient import Patient, build_patient
from game.patient.spec import PatientSpec
from game.patient.tissue import Tissue

__all__ = ["Patient", "PatientSpec", "Tissue", "build_patient"]
