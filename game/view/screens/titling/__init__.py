"""The parts of the title: where they are, the cases' cards, the drills' tiles."""
