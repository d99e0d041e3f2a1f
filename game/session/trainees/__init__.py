"""Scripted trainees: observation in, actions out."""
