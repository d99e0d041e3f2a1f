"""The needle step."""
