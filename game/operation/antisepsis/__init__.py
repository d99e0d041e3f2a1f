"""The antisepsis step."""
