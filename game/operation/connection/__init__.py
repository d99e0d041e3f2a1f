"""The connection step."""
