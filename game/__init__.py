"""Spinal Infusion Trainer: a simulator for training only, not a medical device."""

__version__ = "0.1.0"
