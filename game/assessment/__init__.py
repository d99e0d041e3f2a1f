"""Measures to marks, marks to a report."""
