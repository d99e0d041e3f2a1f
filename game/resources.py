"""Where the shipped tables and scenarios are, in a checkout or in an installation."""

from pathlib import Path

from game.errors import GameError

_CHECKOUT = Path(__file__).resolve().parent.parent
_INSTALLED = Path(__file__).resolve().parent / "shipped"


def shipped(folder: str) -> Path:
    """Return the folder `assets` or `scenarios` that came with the program.

    Raises:
        GameError: If the folder is in neither place.
    """
    for base in (_INSTALLED, _CHECKOUT):
        if (base / folder).is_dir():
            return base / folder
    raise GameError(f"The folder '{folder}' that belongs to the program is missing beside {_CHECKOUT}.")
