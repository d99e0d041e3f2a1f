"""Taking the standard views that a drill asks for, by a head and hands of some skill."""

import math
from typing import get_args

import numpy as np

from game.base import Action
from game.frames import Array
from game.operation.positioning.actions import Level, NameLevel
from game.operation.views.actions import Present
from game.operation.views.sight import ViewsSight
from game.operation.views.tasks import ContralateralOblique, CountTo, TrueLateral, ViewTask
from game.session.observation import Observation
from game.session.trainees.fluoroscopy import PEDICLES_APART_MM, TIP_BEHIND_PEDICLES_MM, PictureHands, Stand, Task, asin_deg
from game.session.trainees.skill import Skill

ROTATION_DEG, TILT_DEG, CENTRED_MM = 3.0, 3.0, 10.0  # what a view should be within
LATERAL_DEG = 90.0
OBLIQUE_DEG = 47.0  # from a square AP: laminae of the lumbar spine stand at about 43 degrees to the coronal plane
ENDPLATE_DEEP_MM = 34.0  # from the front to the back rim of a lumbar endplate (expert judgement)
LEVEL_APART_MM = 36.0  # from one lumbar vertebra to the next (expert judgement)
SACRUM_ALONG_MM = -60.0  # an AP centred here shows the top of the sacrum
RIBS_ALONG_MM = 90.0  # an AP centred here shows the last ribs
COUNT_STEP_MM = 110.0  # from picture to picture: half a field, so that they share two vertebrae or more
MOST_LOOKS = 6  # at one view
ORDER: tuple[Level, ...] = get_args(Level)


class ViewHands(PictureHands):
    """Counts, squares an AP, turns from there to the lateral or the oblique, and says "this is it" when content."""

    sight_type = ViewsSight

    def __init__(self, skill: Skill, chance: np.random.Generator) -> None:
        """Keep the skill and the trainee's own stream."""
        super().__init__(skill, chance)
        self.stand = Stand(0.0, 0.0, 0.0)
        self.levels: tuple[str, ...] = ()
        self.looks = 0
        self.rib12, self.from_sacrum = False, True

    def plan(self, observation: Observation) -> list[Task]:
        """Return the views that are asked for, one after the other."""
        return [task for view in observation.plan.views for task in self._view(view)]

    def _view(self, view: ViewTask) -> list[Task]:
        if isinstance(view, CountTo):
            return [self.once(lambda o: self._begin_count(view)), self._steer(), self.look, self.once(lambda o: self._count(o, view))]
        tasks = [self.once(lambda o: self._begin(o, view)), self._steer(), self.look, self.once(self._square)]
        if isinstance(view, TrueLateral | ContralateralOblique):
            tasks += [self.once(lambda o: self._turn(o, view)), self._steer(), self.look, self.once(lambda o: self._better(o, view))]
        return [*tasks, self.once(lambda o: [Present()])]

    def _steer(self) -> Task:
        return self.steer(lambda observation: self.stand)

    # AP, lateral, oblique

    def _begin(self, observation: Observation, view: ViewTask) -> list[Action]:
        """Go to an AP of where the level should be; who misreads pictures takes the next level for it."""
        names = between(view.level)
        shift = 0 if float(self.chance.random()) < self.skill.picture_reading else 1
        self.levels = tuple(ORDER[max(0, ORDER.index(name) - shift)] for name in names if name in ORDER)
        self.looks = 0
        self.stand = Stand(0.0, 0.0, LEVEL_APART_MM * float(np.mean([_index("L3") - _index(name) for name in self.levels])))
        return []

    def _square(self, observation: Observation) -> list[Action]:
        """Correct an AP by what it shows, and look again, until it will do."""
        if not any(self.pedicles(level) is not None for level in self.levels):
            self.stand = self._towards(observation)
            return self._look_again()
        turned_deg, tilted_deg, aside_mm = self._turned_deg(), self._tilted_deg(), self._aside()
        carm = observation.carm
        self.stand = _shifted(observation, aside_mm, carm.orbit_deg - turned_deg, carm.tilt_deg - tilted_deg)
        errors = (turned_deg / ROTATION_DEG, tilted_deg / TILT_DEG, float(np.hypot(*aside_mm)) / CENTRED_MM)
        if max(abs(error) for error in errors) <= self.skill.content:
            return []
        return self._look_again()

    def _look_again(self) -> list[Action]:
        """Put another look at the AP in between, where these hands think it worth its dose."""
        self.looks += 1
        if self.looks < MOST_LOOKS and (self.careful() or self.looks == 1):
            self.tasks[1:1] = [self._steer(), self.look, self.once(self._square)]
        return []

    def _towards(self, observation: Observation) -> Stand:
        """Return where the level should come into the field, counted from a vertebra that is seen."""
        carm = observation.carm
        seen = [level for level in ORDER if self.pedicles(level) is not None]
        if not seen:
            return _shifted(observation, np.array([0.0, -40.0]), carm.orbit_deg, carm.tilt_deg)
        nearest = min(seen, key=lambda level: abs(_index(level) - _index(self.levels[0])))
        place = np.asarray(self.pedicles(nearest)) + np.array([0.0, LEVEL_APART_MM * (_index(nearest) - _index(self.levels[0]))])
        return _shifted(observation, place, carm.orbit_deg, carm.tilt_deg)

    def _turned_deg(self) -> float:
        """Return how far an AP is rotated, by the spinous processes between their pedicles."""
        read = [mm for mm in (self.rotation_mm(level) for level in self.levels) if mm is not None]
        return asin_deg(float(np.mean(read)) / TIP_BEHIND_PEDICLES_MM) if read and self.careful() else 0.0

    def _tilted_deg(self) -> float:
        """Return how far an AP is tilted, by the front and the back rims of the endplates."""
        gaps = [
            float(self.reading.places[f"{plate}_back"][1] - self.reading.places[f"{plate}_front"][1])
            for plate in (f"{level}.{end}_endplate" for level in self.levels for end in ("superior", "inferior"))
            if self.reading.has(f"{plate}_front", f"{plate}_back")
        ]
        return asin_deg(float(np.mean(gaps)) / ENDPLATE_DEEP_MM) if gaps and self.careful() else 0.0

    def _aside(self) -> Array:
        """Return where the level lies on the picture, mm right and up from the middle."""
        ends = [f"{level}.{end}_endplate" for level in self.levels for end in ("superior", "inferior")]
        if len(self.levels) == 2:
            ends = ends[1:3]
        middle = self.reading.mean(*ends)
        if middle is None:
            middle = self.reading.mean(*(f"{level}.pedicle_{side}" for level in self.levels for side in ("left", "right")))
        return np.zeros(2) if middle is None else middle

    def _turn(self, observation: Observation, view: TrueLateral | ContralateralOblique) -> list[Action]:
        """Turn from the square AP to the view that is asked for; on the way the tilt of the endplates fades."""
        self.looks = 0
        if isinstance(view, TrueLateral):
            turn_deg = -LATERAL_DEG if observation.plan.side == "right" else LATERAL_DEG
        else:
            turn_deg = -OBLIQUE_DEG if view.side == "left" else OBLIQUE_DEG
        stand = self.stand
        tilt_deg = math.degrees(math.atan(math.tan(math.radians(stand.tilt_deg)) * math.cos(math.radians(turn_deg))))
        self.stand = Stand(stand.orbit_deg + turn_deg, tilt_deg, stand.along_mm, stand.across_mm, stand.x_mm)
        return []

    def _better(self, observation: Observation, view: TrueLateral | ContralateralOblique) -> list[Action]:
        """Correct a lateral by its pedicles, an oblique by its centring alone, and look again, until it will do."""
        carm = observation.carm
        turned_deg, tilted_deg = self._lateral_errors(carm.orbit_deg) if isinstance(view, TrueLateral) else (0.0, 0.0)
        aside_mm = self._aside() if isinstance(view, TrueLateral) else self._window()
        self.stand = _shifted(observation, aside_mm, carm.orbit_deg - turned_deg, carm.tilt_deg - tilted_deg)
        errors = (turned_deg / ROTATION_DEG, tilted_deg / TILT_DEG, float(np.hypot(*aside_mm)) / CENTRED_MM)
        self.looks += 1
        if max(abs(error) for error in errors) > self.skill.content and self.looks < MOST_LOOKS and self.careful():
            self.tasks[1:1] = [self._steer(), self.look, self.once(lambda o: self._better(o, view))]
        return []

    def _lateral_errors(self, orbit_deg: float) -> tuple[float, float]:
        """Return turn and tilt of a lateral: how far one pedicle stands beside the other, and above it."""
        turned = [off for off in (self.lateral_off_deg(level, orbit_deg) for level in self.levels) if off is not None]
        higher = [
            float(self.reading.places[f"{level}.pedicle_left"][1] - self.reading.places[f"{level}.pedicle_right"][1])
            for level in self.levels
            if self.reading.has(f"{level}.pedicle_left", f"{level}.pedicle_right")
        ]
        if not turned or not self.careful():
            return 0.0, 0.0
        tilted_deg = asin_deg(-math.copysign(1.0, orbit_deg) * float(np.mean(higher)) / PEDICLES_APART_MM)
        return float(np.mean(turned)), tilted_deg

    def _window(self) -> Array:
        """Return where the window lies on an oblique: between the roots of the spinous processes."""
        middle = self.reading.mean(*(f"{level}.spinous_base" for level in self.levels))
        return np.zeros(2) if middle is None else middle

    # Counting

    def _begin_count(self, view: CountTo) -> list[Action]:
        """Begin at the sacrum, or where ribs are, for hands in a hurry."""
        self.looks, self.rib12 = 0, False
        self.from_sacrum = self.careful()
        self.stand = Stand(0.0, 0.0, SACRUM_ALONG_MM if self.from_sacrum else RIBS_ALONG_MM)
        return []

    def _count(self, observation: Observation, view: CountTo) -> list[Action]:
        """Go on upwards until the level is seen, then point at it."""
        self.rib12 = self.rib12 or self.reading.has("rib12_left") or self.reading.has("rib12_right")
        misled = not self.from_sacrum and not self.rib12
        miscounted = float(self.chance.random()) >= self.skill.picture_reading
        level = ORDER[max(0, ORDER.index(view.level) - misled - miscounted)]
        place = self.pedicles(level)
        carm = observation.carm
        self.looks += 1
        half_mm = carm.field_mm / 2.0
        if place is not None and float(np.hypot(*place)) < 0.85 * half_mm:
            return [NameLevel(level=view.level, u=float(place[0]) / half_mm, v=float(place[1]) / half_mm), Present()]
        if self.looks < MOST_LOOKS:
            self.stand = _shifted(observation, np.array([0.0, COUNT_STEP_MM]), 0.0, 0.0)
            self.tasks[1:1] = [self._steer(), self.look, self.once(lambda o: self._count(o, view))]
            return []
        return [NameLevel(level=view.level, u=0.0, v=0.0), Present()]


def between(level: str) -> tuple[str, ...]:
    """Return a vertebra, or the two vertebrae of a space."""
    upper, dash, lower = level.partition("-")
    return (upper, lower if lower[:1].isalpha() else upper[0] + lower) if dash else (upper,)


def _index(level: str) -> int:
    return ORDER.index(level)


def _shifted(observation: Observation, aside_mm: Array, orbit_deg: float, tilt_deg: float) -> Stand:
    """Return a stand with the isocentre moved in the plane of the picture, and new angles."""
    carm = observation.carm
    right, up, _ = carm.axes()
    x, y, z = np.asarray(carm.isocentre_mm) + float(aside_mm[0]) * right + float(aside_mm[1]) * up
    return Stand(orbit_deg, tilt_deg, float(z), float(y), float(x))
