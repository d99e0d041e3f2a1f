"""Placing the patient, squaring the views, counting and marking, by a head and hands of some skill."""

import math
from collections.abc import Callable
from typing import get_args

import numpy as np

from game.base import Action
from game.clock import ticks
from game.frames import Array
from game.operation.actions import Ink, StoreView
from game.operation.positioning.actions import Level, MarkSkin, NameLevel, Palpate, PlaceMarker, PlacePatient
from game.operation.positioning.sight import PositioningSight
from game.session.observation import Observation
from game.session.trainees.fluoroscopy import TIP_BEHIND_PEDICLES_MM, PictureHands, Stand, Task, asin_deg, up
from game.session.trainees.skill import Skill

HIPS_DEG = 75.0
ROTATION_TARGET_MM, TILT_TARGET_DEG = 2.0, 3.0
NEEDLE_ANGLE_DEG, STEEPEST_DEG = 40.0, 45.0
REACH_MM = 94.0  # of a needle of 11.4 cm that leaves a hub to hold; a deep sac asks for a steeper way
OFFSET_MM = 15.0
CANAL_MM = 9.0  # from the spinolaminar line to the sac at a window: flavum and epidural fat (expert judgement)
INCISION_HALF_MM = 25.0
FIRST_GUESS_MM = (0.0, 92.0, -25.0)  # where the back of L3-4 is in a well placed patient, theatre frame
CREST_X_MM, CREST_Y_MM = 100.0, 0.0  # where hands press for the iliac crest of the upper side, theatre frame
CREST_SPAN_MM, CREST_STEP_MM = (-130.0, 90.0), 12.0  # along the flank, from the hip upwards
CREST_BELOW_WINDOW_MM = 10.0  # the line of the crests crosses L4-5, a level below L3-4, but hands meet them most of a level high
PRESS_S = 0.4
LEVEL_ABOVE_MM = 25.0  # the body of the upper vertebra above the window
FAR_GUESS_MM = 30.0  # a guess farther off gives way to the picture: its marker would miss the lateral (expert judgement)
COUNTING_ABOVE_MM = 37.0  # an AP centred that much above L3-4 shows the sacrum and the last ribs
SIDE_VIEW_ACROSS_MM = 40.0  # a lateral centred here shows the skin of the back as well as the bodies
ENTRY_BELOW_MM = 35.0  # an AP centred that much lower shows the entry as well as the window's pedicles
ROLL_WORTH_DEG = 5.0  # the arm's orbit ends 10 degrees beyond a square AP
MISSED_MM = 45.0  # the next try for a level that was not on the picture
NEXT = {"L1-2": ("L1", "L2"), "L2-3": ("L2", "L3"), "L3-4": ("L3", "L4"), "L4-5": ("L4", "L5")}
ORDER: tuple[Level, ...] = get_args(Level)


class PositioningHands(PictureHands):
    """Bends the hips, squares an AP and a lateral from what the pictures show, counts, and inks the skin."""

    sight_type = PositioningSight

    def __init__(self, skill: Skill, chance: np.random.Generator) -> None:
        """Keep the skill and the trainee's own stream."""
        super().__init__(skill, chance)
        self.square_deg = 0.0
        self.side_off_deg = 0.0
        self.axis_tilt_deg: float | None = None
        self.depth_mm: float | None = None
        self.window_mm = np.array(FIRST_GUESS_MM)
        self.level_z_mm = self.window_mm[2] + LEVEL_ABOVE_MM
        self.entry_mm = np.array(FIRST_GUESS_MM)
        self.to_count: list[Level] = ["L5", "T12"] if self.careful() else ["L5"]

    def plan(self, observation: Observation) -> list[Task]:
        """Return the step from the first touch to the last ink."""
        once = self.once
        return [
            once(self._place_patient),
            once(self._place_again),
            self._feel_for_crest(),
            once(self._mark_metal),
            self._steer(lambda o: (0.0, 0.0, float(self.window_mm[2]) + COUNTING_ABOVE_MM)),
            self.look,
            once(self._read_ap),
            once(self._count),
            once(self._roll_square),
            once(self._mark_metal),
            self._steer(lambda o: (self._lateral_deg(o), 0.0, self.level_z_mm)),
            self.look,
            once(self._judge_lateral),
            once(self._read_lateral),
            once(self._mark_metal),
            self._steer(lambda o: (self.square_deg, self.axis_tilt_deg or 0.0, self.level_z_mm)),
            self.look,
            once(self._judge_ap),
            once(self._ink),
        ]

    def _place_patient(self, observation: Observation) -> list[Action]:
        sight = _sight(observation)
        hips_deg = HIPS_DEG - 45.0 * (1.0 - self.skill.care) + float(self.noise(3.0 * self.skill.angle_noise_deg, 1)[0])
        return [PlacePatient(hip_flexion_deg=min(100.0, max(0.0, hips_deg)), roll_deg=-sight.trunk_lean_deg)]

    def _place_again(self, observation: Observation) -> list[Action]:
        sight = _sight(observation)
        if sight.trunk_lean_deg == 0.0 or not self.careful():
            return []
        return [PlacePatient(hip_flexion_deg=sight.hip_flexion_deg, roll_deg=-sight.trunk_lean_deg)]

    def _feel_for_crest(self) -> Task:
        """Return a task that presses along the flank and lets the first guess start from where the crest is felt."""
        low_mm, high_mm = CREST_SPAN_MM
        places = list(np.arange(low_mm, high_mm, CREST_STEP_MM)) if self.careful() else []
        felt: list[float] = []
        pressed: list[float] = []

        def task(observation: Observation) -> list[Action] | None:
            if pressed and _sight(observation).felt == "crest":
                felt.append(pressed[-1])
            if not places or (felt and felt[-1] != pressed[-1]):
                self._guess_from_crest(felt)
                return None
            pressed.append(float(places.pop(0)))
            self.ready_tick = observation.tick + ticks(PRESS_S)
            x, y = observation.camera.to_field(np.array([up(observation) * CREST_X_MM, CREST_Y_MM, pressed[-1]]))
            return [Palpate(x_mm=float(x), y_mm=float(y))]

        return task

    def _guess_from_crest(self, felt_mm: list[float]) -> None:
        """Put the window a level above the line of the crests, when they were felt."""
        if felt_mm:
            crest_mm = 0.5 * (felt_mm[0] + felt_mm[-1])
            self.window_mm = np.array([*FIRST_GUESS_MM[:2], crest_mm + CREST_BELOW_WINDOW_MM])
            self.level_z_mm = float(self.window_mm[2]) + LEVEL_ABOVE_MM

    def _mark_metal(self, observation: Observation) -> list[Action]:
        x, y = self._aimed(observation, self.window_mm)
        return [PlaceMarker(x_mm=x, y_mm=y)]

    def _aimed(self, observation: Observation, theatre_mm: Array) -> tuple[float, float]:
        place = observation.camera.to_field(theatre_mm) + self.noise(self.skill.aim_noise_mm, 2)
        return float(place[0]), float(place[1])

    def _steer(self, goal: Callable[[Observation], tuple[float, float, float]]) -> Task:
        """Return a task that brings the C-arm to an orbit, a tilt and a height along the body."""

        def stand(observation: Observation) -> Stand:
            orbit_deg, tilt_deg, along_mm = goal(observation)
            return Stand(orbit_deg, tilt_deg, along_mm, SIDE_VIEW_ACROSS_MM if abs(orbit_deg) > 45.0 else 0.0)

        return self.steer(stand)

    def _lateral_deg(self, observation: Observation) -> float:
        return self.square_deg + self.side_off_deg + (-90.0 if observation.plan.side == "right" else 90.0)

    def _count(self, observation: Observation) -> list[Action]:
        """Name L5 and T12 where they are seen."""
        half_mm = observation.carm.field_mm / 2.0
        actions: list[Action] = []
        for level in [level for level in self.to_count if self.pedicles(level) is not None]:
            place = np.asarray(self.pedicles(level)) / half_mm
            said = level if float(self.chance.random()) < self.skill.picture_reading else ORDER[ORDER.index(level) - 1]
            actions.append(NameLevel(level=said, u=float(place[0]), v=float(place[1])))
            self.to_count.remove(level)
        if self.to_count and self.may_try("count"):
            along_mm = observation.carm.isocentre_mm[2] + (MISSED_MM if self.to_count[0] == "T12" else -MISSED_MM)
            self.tasks[1:1] = [self._steer(lambda o: (0.0, 0.0, along_mm)), self.look, self.once(self._count)]
        return actions

    def _read_ap(self, observation: Observation) -> list[Action]:
        """Work out the orbit that is square, and where across the body the midline is under the marker."""
        upper, _ = NEXT[observation.plan.window]
        rotation_mm = self.rotation_mm(upper)
        turned_deg = 0.0
        if rotation_mm is not None and self.careful():
            turned_deg = asin_deg(rotation_mm / TIP_BEHIND_PEDICLES_MM)
        self.square_deg = observation.carm.orbit_deg - turned_deg
        self._find_level(observation, upper)
        self._move_across(observation)
        seen_z_mm = self.level_z_mm - LEVEL_ABOVE_MM
        if abs(float(self.window_mm[2]) - seen_z_mm) > FAR_GUESS_MM:
            self.window_mm = np.array([*self.window_mm[:2], seen_z_mm])
        return []

    def _roll_square(self, observation: Observation) -> list[Action]:
        """Have the patient rolled by what the picture showed when that is more than the arm should make up for."""
        turn_deg = self.square_deg
        if abs(turn_deg) < ROLL_WORTH_DEG:
            return []
        self.square_deg = 0.0
        return [PlacePatient(hip_flexion_deg=_sight(observation).hip_flexion_deg, roll_deg=up(observation) * turn_deg)]

    def _find_level(self, observation: Observation, upper: str) -> None:
        """Note how high along the body the upper vertebra lies, to bring the next view's middle there."""
        middle = self.reading.mean(f"{upper}.superior_endplate", f"{upper}.inferior_endplate")
        if middle is None:
            middle = self.reading.mean(f"{upper}.pedicle_left", f"{upper}.pedicle_right")
        if middle is not None:
            self.level_z_mm = float(observation.carm.isocentre_mm[2] + middle[1])

    def _move_across(self, observation: Observation) -> None:
        """Shift the place of the window across the body by what an AP shows of marker and pedicles."""
        aside_mm = self._aside_mm(observation)
        if aside_mm is not None:
            self.window_mm = self._metal_mm(observation) - aside_mm * self._across()

    def _across(self) -> Array:
        """Return the direction across the spine, to the right of a square AP, theatre frame."""
        orbit_rad = math.radians(self.square_deg)
        return np.array([math.cos(orbit_rad), math.sin(orbit_rad), 0.0])

    def _aside_mm(self, observation: Observation) -> float | None:
        """Return how far the marker lies to the right of the middle between the pedicles, on the skin."""
        upper, lower = NEXT[observation.plan.window]
        rod = self.reading.mean("metal")
        middle = self.reading.mean(*(f"{level}.pedicle_{side}" for level in (upper, lower) for side in ("left", "right")))
        if rod is None or middle is None:
            return None
        nearer = 1.0 - float(self.window_mm[1]) / observation.carm.source_isocentre_mm
        turned_mm = math.tan(math.radians(observation.carm.orbit_deg - self.square_deg)) * float(self.window_mm[1])
        return float(rod[0]) * nearer - turned_mm - float(middle[0])

    def _metal_mm(self, observation: Observation) -> Array:
        """Return where the marker lies, theatre frame, from where the eye sees it on the back."""
        metal = next((mark for mark in observation.marks if mark.kind == "metal"), None)
        if metal is None:
            return self.window_mm
        origin, direction = observation.camera.ray(metal.x_mm, metal.y_mm)
        share = (float(self.window_mm[1]) - float(origin[1])) / float(direction[1])
        return np.asarray(origin + share * direction)

    def _judge_lateral(self, observation: Observation) -> list[Action]:
        """Turn and look again when one pedicle stands clearly beside the other."""
        upper, _ = NEXT[observation.plan.window]
        off_deg = self.lateral_off_deg(upper, observation.carm.orbit_deg)
        if off_deg is None:
            return []
        if abs(off_deg) > 0.6 * self.skill.content * TILT_TARGET_DEG and self.may_try("lateral"):
            self.side_off_deg -= off_deg
            steer = self._steer(lambda o: (self._lateral_deg(o), 0.0, self.level_z_mm))
            self.tasks[1:1] = [steer, self.look, self.once(self._judge_lateral)]
        return []

    def _read_lateral(self, observation: Observation) -> list[Action]:
        """Read the tilt of the endplates, the depth of the canal and the height of the window; keep the view."""
        upper, lower = NEXT[observation.plan.window]
        dorsal = math.copysign(1.0, observation.carm.orbit_deg)
        self._read_axis(upper, dorsal)
        self._find_level(observation, upper)
        rod = self.reading.mean("metal")
        window = self._window_on_lateral(upper, lower)
        if rod is not None and window is not None:
            self.depth_mm = dorsal * float(rod[0] - window[0]) + CANAL_MM
            behind_mm = max(0.0, self.depth_mm - CANAL_MM)
            straight_mm = behind_mm * math.tan(math.radians(self.axis_tilt_deg or 0.0))
            self.window_mm = self._metal_mm(observation) + np.array([0.0, 0.0, float(window[1] - rod[1]) - straight_mm])
        return [StoreView(view="lateral")] if self.careful() or self.careful() else []

    def _read_axis(self, upper: str, dorsal: float) -> None:
        """Work out the tilt that makes one line of each endplate in the AP, from how both lean on a lateral."""
        leans = [self.lean_deg(f"{upper}.{plate}_endplate", dorsal) for plate in ("superior", "inferior")]
        read = [lean for lean in leans if lean is not None]
        if read and self.careful():
            self.axis_tilt_deg = max(-25.0, min(25.0, sum(read) / len(read)))

    def _window_on_lateral(self, upper: str, lower: str) -> Array | None:
        """Return the window's middle on the spinolaminar line, from the roots of both spinous processes."""
        return self.reading.mean(f"{upper}.spinous_base", f"{lower}.spinous_base")

    def _judge_ap(self, observation: Observation) -> list[Action]:
        """Keep the AP when it is good enough; else correct it and look again."""
        upper, _ = NEXT[observation.plan.window]
        rotation_mm = self.rotation_mm(upper)
        if rotation_mm is not None and abs(rotation_mm) > self.skill.content * ROTATION_TARGET_MM and self.may_try("ap"):
            turned_deg = asin_deg(rotation_mm / TIP_BEHIND_PEDICLES_MM)
            self.square_deg = observation.carm.orbit_deg - turned_deg
            steer = self._steer(lambda o: (self.square_deg, self.axis_tilt_deg or 0.0, self.level_z_mm))
            self.tasks[1:1] = [steer, self.look, self.once(self._judge_ap)]
            return []
        self._move_across(observation)
        self._aim_entry(observation)
        if self.careful():
            lower = self._steer(lambda o: (self.square_deg, self.axis_tilt_deg or 0.0, self.level_z_mm - ENTRY_BELOW_MM))
            self.tasks[1:1] = [self.once(self._metal_at_entry), lower, self.look, self.once(self._check_entry)]
        return [StoreView(view="ap")]

    def _aim_entry(self, observation: Observation) -> None:
        """Work out where the needle is to enter: far enough caudal for its angle, beside the midline on the pump's side."""
        depth_mm = 55.0 if self.depth_mm is None else self.depth_mm
        steep_deg = math.degrees(math.asin(min(1.0, depth_mm / REACH_MM)))
        run_mm = depth_mm / math.tan(math.radians(min(STEEPEST_DEG, max(NEEDLE_ANGLE_DEG, steep_deg))))
        self.entry_mm = self.window_mm + np.array([up(observation) * OFFSET_MM, 0.0, -run_mm])

    def _metal_at_entry(self, observation: Observation) -> list[Action]:
        x, y = self._aimed(observation, self.entry_mm)
        return [PlaceMarker(x_mm=x, y_mm=y)]

    def _check_entry(self, observation: Observation) -> list[Action]:
        """Correct the entry by where the marker shows beside the processes: skin and spine are not as flat and straight as they look."""
        aside_mm = self._beside_processes_mm(observation)
        if aside_mm is None:
            aside_mm = self._aside_mm(observation)
        if aside_mm is not None:
            self.entry_mm = self.entry_mm + (up(observation) * OFFSET_MM - aside_mm) * self._across()
        return []

    def _beside_processes_mm(self, observation: Observation) -> float | None:
        """Return how far the marker lies to the right of the line of the spinous processes at its height, on the skin."""
        rod = self.reading.mean("metal")
        tips = [self.reading.places[name] for name in (f"{level}.spinous_tip" for level in ORDER) if self.reading.has(name)]
        if rod is None or not tips:
            return None
        upwards = sorted((float(tip[1]), float(tip[0])) for tip in tips)
        line_mm = float(np.interp(float(rod[1]), [tip[0] for tip in upwards], [tip[1] for tip in upwards]))
        return (float(rod[0]) - line_mm) * (1.0 - float(self.window_mm[1]) / observation.carm.source_isocentre_mm)

    def _ink(self, observation: Observation) -> list[Action]:
        """Mark window, entry and incision on the skin."""
        along = np.array([0.0, 0.0, INCISION_HALF_MM])
        marks: tuple[tuple[Ink, np.ndarray], ...] = (
            ("window", self.window_mm),
            ("entry", self.entry_mm),
            ("incision", self.entry_mm + along),
            ("incision", self.entry_mm - along),
        )
        return [MarkSkin(kind, *self._aimed(observation, place)) for kind, place in marks]


def _sight(observation: Observation) -> PositioningSight:
    if not isinstance(observation.sight, PositioningSight):
        raise TypeError("this trainee only places patients")
    return observation.sight
