"""What goes wrong: the catalogue, and the course of what is going wrong now."""

from game.complications.catalogue import CATALOGUE, Entry
from game.complications.course import Courses, Facts, HoldShock, advance_courses, apply_effects, facts_of

__all__ = ["CATALOGUE", "Courses", "Entry", "Facts", "HoldShock", "advance_courses", "apply_effects", "facts_of"]
