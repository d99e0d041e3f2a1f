"""The parts of the operative screen: places, tray, tools, hands, talk, and one view for each step."""
