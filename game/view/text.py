"""Type: fonts from the installed font packages, rendering with a cache, wrapping and shortening."""

import functools
from importlib import resources
from typing import Literal

import pygame

from game.view.theme import Colour

Face = Literal["regular", "bold", "mono"]
_FILES: dict[Face, tuple[str, str]] = {
    "regular": ("font_source_sans_pro", "SourceSansPro-Regular.ttf"),
    "bold": ("font_source_sans_pro", "SourceSansPro-Semibold.ttf"),
    "mono": ("fontpkg_ibm_plex_mono", "IBMPlexMono-Regular.ttf"),
}
ELLIPSIS = "…"


def with_signs(text: str) -> str:
    """Return a value or a target with the signs that the typeface has for what reports write plainly."""
    return text.replace(">=", "≥").replace("<=", "≤").replace(" deg", "°")


@functools.lru_cache(maxsize=64)
def font(face: Face, height_px: int) -> pygame.font.Font:
    """Return a face at a height, from the package that carries its file."""
    if not pygame.font.get_init():
        pygame.font.init()
    package, name = _FILES[face]
    with resources.as_file(resources.files(package) / "files" / name) as path:
        return pygame.font.Font(str(path), height_px)


@functools.lru_cache(maxsize=2048)
def rendered(text: str, face: Face, height_px: int, colour: Colour) -> pygame.Surface:
    """Return one line of text as a picture with alpha; do not draw into it."""
    return font(face, height_px).render(text, True, colour)


@functools.lru_cache(maxsize=4096)
def text_width(text: str, face: Face, height_px: int) -> int:
    """Return the width of one line in pixels."""
    return font(face, height_px).size(text)[0]


def line_height(height_px: int) -> int:
    """Return the distance between base lines: 1.3 of the type's height, on whole pixels."""
    return round(height_px * 1.3)


def cap_height(height_px: int) -> int:
    """Return how high capitals and figures stand above the base line: 0.66 of the type's height in this family."""
    return round(height_px * 0.66)


@functools.lru_cache(maxsize=1024)
def wrapped(text: str, face: Face, height_px: int, width_px: int) -> tuple[str, ...]:
    """Break text into lines that fit a width; a word that is wider alone stays whole."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split():
            longer = f"{line} {word}" if line else word
            if line and text_width(longer, face, height_px) > width_px:
                lines.append(line)
                line = word
            else:
                line = longer
        lines.append(line)
    return tuple(lines)


@functools.lru_cache(maxsize=1024)
def shortened(text: str, face: Face, height_px: int, width_px: int) -> str:
    """Return the text, cut with an ellipsis where it is wider than the room for it."""
    if text_width(text, face, height_px) <= width_px:
        return text
    low, high = 0, len(text)
    while low < high:
        half = (low + high + 1) // 2
        if text_width(text[:half].rstrip() + ELLIPSIS, face, height_px) <= width_px:
            low = half
        else:
            high = half - 1
    return text[:low].rstrip() + ELLIPSIS
