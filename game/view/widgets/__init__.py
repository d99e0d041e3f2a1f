"""Thin widgets: plain values with a box, one function that draws each kind, one object that keeps the focus."""
