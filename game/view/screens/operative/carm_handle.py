"""The C-arm's drawing as its handle: drag turns it, right drag tilts it, the wheel lifts it, dragging its table moves it along."""

from dataclasses import dataclass

from game.frames import Side
from game.operation.actions import MoveCArm
from game.view.layout import Box

ORBIT_DEG_PER_PX = 0.30
TILT_DEG_PER_PX = 0.15
MM_PER_PX = 1.0
LIFT_MM = 5.0
STEP_LIMIT = 55.0
KEY_DEG_PER_S, KEY_MM_PER_S = 12.0, 40.0


@dataclass
class CArmHandle:
    """Motion of the C-arm that no tick has taken yet.

    Attributes:
        part: What is being dragged: orbit, tilt, table, or "".
        refused_s: For how long the panel still shows that it could not go on.
    """

    part: str = ""
    orbit_deg: float = 0.0
    tilt_deg: float = 0.0
    lift_mm: float = 0.0
    along_mm: float = 0.0
    across_mm: float = 0.0
    refused_s: float = 0.0

    def begin(self, at: tuple[float, float], button: int, box: Box) -> bool:
        """Take hold of what is under the pointer."""
        if not box.contains(at):
            return False
        table = at[1] > box.y + 0.66 * box.height
        self.part = "table" if table else "tilt" if button == 3 else "orbit"
        return True

    def drag(self, rel: tuple[float, float], scale: float, side_up: Side) -> None:
        """Follow the pointer; what turns clockwise on the drawing turns clockwise."""
        dx, dy = rel[0] / scale, rel[1] / scale
        sign = 1.0 if side_up == "right" else -1.0
        if self.part == "orbit":
            self.orbit_deg += sign * dx * ORBIT_DEG_PER_PX
        elif self.part == "tilt":
            self.tilt_deg += -sign * dx * TILT_DEG_PER_PX
        elif self.part == "table":
            self.along_mm += -sign * dx * MM_PER_PX
            self.across_mm += dy * MM_PER_PX

    def keys(self, arrow: tuple[int, int], travel: bool, turn_deg: float, travel_mm: float, side_up: Side) -> None:
        """Follow the arrow keys by one step: turn and tilt, or along and lift."""
        sign = 1.0 if side_up == "right" else -1.0
        if travel:
            self.along_mm += -sign * arrow[0] * travel_mm
            self.lift_mm += arrow[1] * travel_mm
        else:
            self.orbit_deg += sign * arrow[0] * turn_deg
            self.tilt_deg += arrow[1] * turn_deg

    def take(self) -> MoveCArm | None:
        """Return the motion gathered so far as one action, or None."""
        parts = (self.orbit_deg, self.tilt_deg, self.lift_mm, self.along_mm, self.across_mm)
        self.orbit_deg = self.tilt_deg = self.lift_mm = self.along_mm = self.across_mm = 0.0
        if all(abs(part) < 1e-6 for part in parts):
            return None
        return MoveCArm(*(min(max(round(part, 3), -STEP_LIMIT), STEP_LIMIT) for part in parts))
