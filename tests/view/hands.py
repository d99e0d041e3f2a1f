"""What the view's tests do with screens: draw, press keys, click."""

import pygame

from game.view.screen import Change, Screen

WINDOWS = (
    (1280, 720, False),
    (1366, 768, False),
    (1920, 1080, False),
    (3840, 2160, False),
    (1280, 720, True),
    (1366, 768, True),
    (1920, 1080, True),
)


def draw(screen: Screen, size: tuple[int, int] = (1280, 720)) -> pygame.Surface:
    surface = pygame.Surface(size)
    screen.on_draw(surface)
    return surface


def press(screen: Screen, key: int, mod: int = 0) -> Change | None:
    return screen.on_event(pygame.event.Event(pygame.KEYDOWN, key=key, mod=mod, unicode="", scancode=0))


def type_text(screen: Screen, text: str) -> None:
    for letter in text:
        screen.on_event(pygame.event.Event(pygame.TEXTINPUT, text=letter))


def click(screen: Screen, at: tuple[int, int]) -> Change | None:
    screen.on_event(pygame.event.Event(pygame.MOUSEMOTION, pos=at, rel=(0, 0), buttons=(0, 0, 0)))
    down = screen.on_event(pygame.event.Event(pygame.MOUSEBUTTONDOWN, pos=at, button=1))
    up = screen.on_event(pygame.event.Event(pygame.MOUSEBUTTONUP, pos=at, button=1))
    return down or up
