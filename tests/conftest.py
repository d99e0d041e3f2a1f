"""What all tests share."""

from hypothesis import settings

# Examples are the same on every run, and a loaded machine fails no test by its slowness.
settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady")
