"""What the view remembers of the hands between frames: pointer, tool, buttons, and motion not yet handed to the session."""

from dataclasses import dataclass, field

from game.view.screens.operative.strokes import Step, joined


@dataclass
class HandState:
    """The pointer and the buttons.

    Attributes:
        tool: Id of the tool in the hand, or "".
        x_mm, y_mm: Field-plane place of the pointer.
        inside: Whether the pointer is over the field.
        working: Whether left or Enter is held on the field.
        aiming: Whether a right drag aims.
        aims_by_keys: Whether the arrow that went down last aims.
        keys: Held keys that move something, as meanings or key codes.
        strokes: Motion of the working hand that no tick has taken yet, a new one wherever it turned back.
        aimed_deg: Sagittal and medial turn that no tick has taken yet.
        started_mm: Where the press began.
        held_s: For how long an arrow key has been held.
        fresh: Whether it went down in this very frame, whose time was over before.
        uv: Place of the cross on the X-ray picture, for naming levels by keyboard.
    """

    tool: str = ""
    x_mm: float = 0.0
    y_mm: float = 0.0
    inside: bool = False
    working: bool = False
    aiming: bool = False
    aims_by_keys: bool = False
    keys: list[int] = field(default_factory=list)
    strokes: tuple[Step, ...] = ()
    aimed_deg: tuple[float, float] = (0.0, 0.0)
    started_mm: tuple[float, float] = (0.0, 0.0)
    held_s: float = 0.0
    fresh: bool = False
    uv: tuple[float, float] = (0.0, 0.0)

    @property
    def turning(self) -> bool:
        """Whether a right drag, or an arrow held with Ctrl, aims."""
        return self.aiming or (bool(self.keys) and self.aims_by_keys)

    def move(self, dx_mm: float, dy_mm: float) -> None:
        """Add motion of the working hand."""
        self.strokes = joined(self.strokes, (dx_mm, dy_mm))

    def aim(self, sagittal_deg: float, medial_deg: float) -> None:
        """Add a turn of the wrist."""
        self.aimed_deg = (self.aimed_deg[0] + sagittal_deg, self.aimed_deg[1] + medial_deg)

    def release(self) -> None:
        """Let go of everything."""
        self.working = self.aiming = False
        self.keys.clear()
        self.strokes, self.aimed_deg = (), (0.0, 0.0)
        self.held_s = 0.0


@dataclass
class DeviceUse:
    """What the hands worked with, and for how long: motion is compared only within one device.

    Attributes:
        now: The device that was used last, or "".
        ticks: Ticks of work by device.
    """

    now: str = ""
    ticks: dict[str, int] = field(default_factory=dict)

    def worked(self, ticks: int) -> None:
        """Count ticks of work for the device of the moment."""
        if self.now:
            self.ticks[self.now] = self.ticks.get(self.now, 0) + ticks

    @property
    def most(self) -> str:
        """The device that was worked with for longest, or ""."""
        return max(self.ticks, key=lambda device: self.ticks[device], default="")


def pointer_of(click_to_grab: bool) -> str:
    """Return what a pointer is moved with: who grabs by a click has a trackpad."""
    return "trackpad" if click_to_grab else "mouse"
