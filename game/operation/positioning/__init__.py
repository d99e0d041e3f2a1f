"""The positioning step."""
