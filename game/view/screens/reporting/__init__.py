"""The parts of the report, each a panel: it draws itself in a box and returns the places in it that can be pressed."""
