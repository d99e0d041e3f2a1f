"""Keeps system libraries from writing on the terminal while a device is opened."""

import contextlib
import os
from collections.abc import Iterator


@contextlib.contextmanager
def system_silent() -> Iterator[None]:
    """Keep their complaints to themselves: a room without sound card or display is no fault, and is told in our own words."""
    try:
        kept = os.dup(2)
    except OSError:
        yield
        return
    with open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
