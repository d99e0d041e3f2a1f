"""What all screens share: settings, sounds, the data folder, and how large things are."""

from dataclasses import dataclass, field
from pathlib import Path

import pygame

from game.view.canvas import Canvas
from game.view.captions import Captions
from game.view.gamepad import Gamepads
from game.view.layout import Ledger
from game.view.settings import Settings, save_settings, text_scale
from game.view.sound import Sounds
from game.view.theme import TEXT_SCALES, Look


@dataclass
class Desk:
    """The things on the desk beside the screens.

    Attributes:
        settings: The person's choices.
        data_dir: Where files are kept.
        writable: Whether that is possible; a banner says so where it is not.
        sounds: Plays, or keeps silent.
        captions: Sounds and speech in words.
        projector: Asked for on the command line; overrides the chosen text size.
        ledger: Labels of the picture drawn last.
        notice: A line that waits to be shown.
        gamepads: What is held at them, and how they rumble.
        seed: Of every case that the title opens; None draws a new one each time.
    """

    settings: Settings
    data_dir: Path
    writable: bool
    sounds: Sounds
    captions: Captions = field(default_factory=Captions)
    projector: bool = False
    ledger: Ledger = field(default_factory=Ledger)
    notice: str = ""
    gamepads: Gamepads = field(default_factory=Gamepads)
    seed: int | None = None

    def tell(self, text: str) -> None:
        """Let one line stand over whatever screen is open, for some seconds."""
        self.notice = text

    def look(self, size_px: tuple[int, int]) -> Look:
        """Return how large the design is in a window of that size."""
        projector = self.projector or self.settings.text_size == "projector"
        return Look(size_px[0], size_px[1], TEXT_SCALES["projector"] if projector else text_scale(self.settings), projector)

    def canvas(self, surface: pygame.Surface) -> Canvas:
        """Begin a picture on a surface."""
        self.ledger.clear()
        return Canvas(surface, self.look(surface.get_size()), self.ledger)

    def canvas_again(self, surface: pygame.Surface) -> Canvas:
        """Go on with the picture that was begun last."""
        return Canvas(surface, self.look(surface.get_size()), self.ledger)

    def choose(self, settings: Settings) -> None:
        """Take new choices: heard at once, and kept where that is possible."""
        self.settings = settings
        self.sounds.set_volume(0.0 if settings.mute else settings.volume)
        self.captions.with_sounds = settings.captions
        self.gamepads.rumbles, self.gamepads.gain = settings.rumble, settings.stick_gain
        if self.writable:
            self.writable = save_settings(settings, self.data_dir)

    def play(self, key: str, loudness: float = 1.0) -> None:
        """Let a sound be heard and written, and felt at a gamepad."""
        self.sounds.play(key, loudness)
        self.captions.sounded(key)
        self.gamepads.feel(key)

    def hold_load(self, load: float) -> None:
        """Let the load on the needle be heard, and felt at a gamepad, 0 to 1."""
        self.sounds.hold_load(load)
        self.gamepads.feel_load(load)
