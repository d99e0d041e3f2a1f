"""The anchoring step."""
