"""Placing the needle by what pictures show and hands feel, with a head and hands of some skill."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from game.base import Action
from game.clock import TICKS_PER_S, ticks
from game.frames import Array
from game.operation.actions import Aim, AskView, FinishStep, Grip, LetGo, MoveHand, Roll, Stylet, TakeInstrument, Wait
from game.operation.needle.actions import Inject, PlaceNeedle, Rescue
from game.operation.needle.sight import NeedleSight
from game.session.observation import Observation, PictureSight
from game.session.trainees.sighting import angle_deg, place, ray_to
from game.session.trainees.skill import Skill

WHEAL_MM, DEEP_MM = 4.0, 30.0
WHEAL_ML, DEEP_ML = 2.0, 6.0
NUMB_S = 140.0
PLANNED_DEG = (40.0, 13.0)
LOOK_MM = 17.0  # shallow enough to turn freely, deep enough to show a direction
NEAR_MM = 16.0  # before the sac: still dorsal to the yellow ligament
CHECK_MM = 4.0  # off the line by more than this is worth coming back for
INSIDE_MM = 3.5  # past the dura's pop, so that the whole bevel lies in the sac
WALK_OFF_DEG = 5.0
SAC_FROM_LAMINAR_LINE_MM = 14.0  # middle of the window's laminar line to just inside the sac (expert judgement)
ABOVE_MIDDLE_MM = 9.0  # an oblique needle passes the lower lamina and meets the sac in the window's upper half
LEVELS = {"L1-2": ("L1", "L2"), "L2-3": ("L2", "L3"), "L3-4": ("L3", "L4"), "L4-5": ("L4", "L5")}
FREE_MM_S, FIRM_MM_S, CREEP_MM_S = 9.0, 4.5, 2.0
FIRM_GHOST_MM, CREEP_GHOST_MM = 5.0, 9.0
FIRMLY_BONE_MM = 17.0  # a hand that is so far ahead and gets nowhere is on bone
MOST_WALKS = 4
DROP_S = 6.0

Task = Callable[[Observation], list[Action] | None]


@dataclass
class Feel:
    """What the hand keeps in mind while it pushes.

    Attributes:
        best_mm: Least length outside so far in this push.
        best_tick: When that was.
        popped_tick: When the awaited pop was felt, or None.
    """

    best_mm: float = 1e9
    best_tick: int = 0
    popped_tick: int | None = None


class NeedleHands:
    """Numbs, nicks, aims by two pictures, feels for the pops, looks for fluid, and closes."""

    def __init__(self, skill: Skill, chance: np.random.Generator) -> None:
        """Keep the skill and the trainee's own stream."""
        self.skill, self.chance = skill, chance
        self.tasks: list[Task] = []
        self.begun = False
        self.feel = Feel()
        self.waiting_for: int | None = None
        self.views: dict[str, PictureSight] = {}
        self.walks = 0
        self.remaining_mm = 62.0
        self.opened_tick = 0
        self.rescues: list[Task] = []
        self.hurt = False

    def next_actions(self, observation: Observation) -> list[Action]:
        """Return what to do now."""
        if not isinstance(observation.sight, NeedleSight):
            return []
        if not self.begun:
            self.begun = True
            self.tasks = self._plan()
        while self.tasks:
            actions = self.tasks[0](observation)
            if actions is not None:
                return actions
            self.tasks.pop(0)
        return [FinishStep()]

    def _plan(self) -> list[Task]:
        careful = self._careful
        once = self._once
        numb = [
            once(self._take("lidocaine")),
            once(self._set_down),
            *self._infiltrate(),
            once(lambda o: [Wait(NUMB_S * self.skill.patience)]),
        ]
        nick = [once(self._take("blade")), once(self._set_down), once(lambda o: [Grip(), LetGo()])]
        start = [once(self._take("tuohy")), once(self._set_down), once(self._first_aim), self._push(LOOK_MM)]
        look = [*self._ask("ap"), *self._ask("lateral"), once(self._correct)] if careful() else [*self._ask("ap"), once(self._correct)]
        approach = [self._push_towards(NEAR_MM)]
        check = [*self._ask("ap"), *self._ask("lateral"), once(self._recheck)] if careful() else []
        through = [self._push_through("pop_flavum")]
        lateral = [*self._ask("lateral")] if careful() else []
        dura = [self._push_through("pop_dura"), self._push_on(INSIDE_MM)]
        fluid = [once(self._open), self._await_fluid, once(self._close)]
        final = [*self._ask("ap"), *self._ask("lateral")] if careful() else []
        return [*numb, *(nick if careful() else []), *start, *look, *approach, *check, *through, *lateral, *dura, *fluid, *final]

    def _once(self, deed: Callable[[Observation], list[Action]]) -> Task:
        left = [deed]
        return lambda observation: left.pop()(observation) if left else None

    def _careful(self) -> bool:
        return float(self.chance.random()) < self.skill.care

    def _noise(self, scale: float, size: int) -> Array:
        return self.chance.normal(0.0, scale, size=size) if scale > 0.0 else np.zeros(size)

    def _take(self, instrument: str) -> Callable[[Observation], list[Action]]:
        return lambda observation: [TakeInstrument(instrument)]

    def _set_down(self, observation: Observation) -> list[Action]:
        mark = next((m for m in observation.marks if m.kind == "entry"), None)
        x, y = (mark.x_mm, mark.y_mm) if mark is not None else (15.0, 10.0)
        scatter = self._noise(self.skill.aim_noise_mm, 2)
        return [PlaceNeedle(x + float(scatter[0]), y + float(scatter[1]))]

    def _infiltrate(self) -> list[Task]:
        once = self._once
        deep = DEEP_ML * (1.0 + 0.5 * float(self._noise(self.skill.hand_noise, 1)[0]))
        return [
            once(lambda o: [Grip()]),
            once(lambda o: [self._along(o, WHEAL_MM)]),
            once(lambda o: [Inject(WHEAL_ML)]),
            once(lambda o: [self._along(o, DEEP_MM - WHEAL_MM)]),
            once(lambda o: [Inject(min(10.0, max(0.5, deep)))]),
            once(lambda o: [LetGo()]),
        ]

    def _first_aim(self, observation: Observation) -> list[Action]:
        """Stand the needle at the planned angles with the bevel to the head."""
        sight = _sight(observation)
        noise = self._noise(self.skill.angle_noise_deg, 2)
        turn = [Roll(-sight.bevel_deg)] if self._careful() else []
        sagittal, medial = PLANNED_DEG[0] - sight.sagittal_deg, PLANNED_DEG[1] - sight.medial_deg
        return [*turn, *_aims(sagittal + float(noise[0]), medial + float(noise[1]))]

    def _along(self, observation: Observation, by_mm: float) -> MoveHand:
        """Return the motion of the hand that pushes by so much along what it holds."""
        drawn = _drawn(_sight(observation)) if observation.instrument == "tuohy" else _planned_drawn(observation)
        step = drawn * by_mm
        return MoveHand(float(step[0]), float(step[1]))

    def _push(self, depth_mm: float) -> Task:
        """Push until so much of the needle is inside; what springs back after letting go is not pushed again."""
        there: list[bool] = []

        def task(observation: Observation) -> list[Action] | None:
            sight = _sight(observation)
            inside = sight.length_mm - sight.outside_mm
            if there or inside >= depth_mm:
                there.append(True)
                return [LetGo()] if observation.gripping else None
            return self._move_on(observation, sight, depth_mm - inside)

        return task

    def _push_towards(self, short_mm: float) -> Task:
        """Push until the sac should be so far ahead, walking off bone that is met."""
        goal: list[float] = []
        there: list[bool] = []

        def task(observation: Observation) -> list[Action] | None:
            sight = _sight(observation)
            inside = sight.length_mm - sight.outside_mm
            if not goal:
                goal.append(max(LOOK_MM, inside + self.remaining_mm - short_mm))
            if there or inside >= goal[0]:
                there.append(True)
                return [LetGo()] if observation.gripping else None
            if self._on_bone(observation, sight):
                return self._walk_off(observation)
            return self._move_on(observation, sight, goal[0] - inside)

        return task

    def _push_through(self, sound: str) -> Task:
        """Push slowly until a pop is felt, and stop the hand a reaction time after it."""

        def task(observation: Observation) -> list[Action] | None:
            sight = _sight(observation)
            if sound in observation.sounds and self.feel.popped_tick is None:
                self.feel.popped_tick = observation.tick
            if "pop_dura" in observation.sounds and sound != "pop_dura":
                self.feel.popped_tick = observation.tick
            popped = self.feel.popped_tick
            if popped is not None and observation.tick - popped >= ticks(self.skill.reaction_s):
                if observation.gripping:
                    return [LetGo()]
                self.feel = Feel()
                return None
            if self._leg_pain(observation):
                return [LetGo()] if observation.gripping else self._answer_pain(observation)
            if popped is None and self._on_bone(observation, sight):
                return self._walk_off(observation)
            return self._move_on(observation, sight, 99.0)

        return task

    def _push_on(self, by_mm: float) -> Task:
        """Push the point so much further."""
        start: list[float] = []
        there: list[bool] = []

        def task(observation: Observation) -> list[Action] | None:
            sight = _sight(observation)
            if not start:
                start.append(sight.outside_mm)
            gone = start[0] - sight.outside_mm
            if there or gone >= by_mm or self._leg_pain(observation):
                there.append(True)
                return [LetGo()] if observation.gripping else None
            return self._move_on(observation, sight, by_mm - gone)

        return task

    def _move_on(self, observation: Observation, sight: NeedleSight, left_mm: float) -> list[Action]:
        """Move the hand on: quickly in soft tissue, slowly against resistance and near the goal."""
        if not observation.gripping:
            self.feel.best_mm, self.feel.best_tick = sight.outside_mm, observation.tick
            return [Grip()]
        speed = FREE_MM_S if left_mm > 6.0 else FIRM_MM_S
        if sight.ghost_mm > FIRM_GHOST_MM:
            speed = min(speed, FIRM_MM_S)
        if sight.ghost_mm > CREEP_GHOST_MM or left_mm > 90.0:
            speed = min(speed, CREEP_MM_S)
        unsteady = 1.0 + self.skill.hand_noise * float(self.chance.normal())
        by_mm = max(0.0, speed * self.skill.haste**1.5 * unsteady) * 4.0 / TICKS_PER_S
        return [self._along(observation, by_mm)]

    def _on_bone(self, observation: Observation, sight: NeedleSight) -> bool:
        """Feel whether the needle stands still while the hand is well ahead."""
        if sight.outside_mm < self.feel.best_mm - 0.2:
            self.feel.best_mm, self.feel.best_tick = sight.outside_mm, observation.tick
        stands = observation.tick - self.feel.best_tick > ticks(0.4)
        return "bone" in observation.sounds or (sight.ghost_mm > FIRMLY_BONE_MM * self.skill.haste and stands)

    def _walk_off(self, observation: Observation) -> list[Action]:
        """Come back to where the needle turns freely, and aim higher."""
        self.walks += 1
        self.feel = Feel()
        if self.walks > MOST_WALKS:
            self.walks = 0
            self.tasks[0:1] = [
                self._pull(LOOK_MM),
                *self._ask("ap"),
                *self._ask("lateral"),
                self._once(self._correct),
                self._push(LOOK_MM + 20.0),
            ]
            return [LetGo()] if observation.gripping else []
        depth = _sight(observation).length_mm - _sight(observation).outside_mm
        turn = self._once(lambda o: _aims(-WALK_OFF_DEG + float(self._noise(0.5 * self.skill.angle_noise_deg, 1)[0]), 0.0))
        self.tasks[0:0] = [self._pull(LOOK_MM), turn, self._push(max(LOOK_MM, depth - 4.0))]
        return [LetGo()] if observation.gripping else []

    def _pull(self, depth_mm: float) -> Task:
        """Draw the needle back until only so much of it is inside."""

        def task(observation: Observation) -> list[Action] | None:
            sight = _sight(observation)
            if sight.length_mm - sight.outside_mm <= depth_mm:
                return [LetGo()] if observation.gripping else None
            if not observation.gripping:
                return [Grip()]
            return [self._along(observation, -25.0 * 4.0 / TICKS_PER_S)]

        return task

    def _ask(self, view: str) -> list[Task]:
        """Have a stored view brought back, and take the new picture in."""

        def ask(observation: Observation) -> list[Action]:
            self.waiting_for = observation.exposures
            known = view in observation.stored
            return [AskView("ap" if view == "ap" else "lateral")] if known else []

        def take(observation: Observation) -> list[Action] | None:
            if view not in observation.stored or observation.picture is None:
                return None
            if self.waiting_for is not None and observation.exposures <= self.waiting_for:
                return []
            self.views[view] = observation.picture
            return None

        return [self._once(ask), take]

    def _target(self, observation: Observation) -> Array | None:
        """Return where the point should come to lie, theatre frame, from the bones on both pictures."""
        if not {"ap", "lateral"} <= self.views.keys():
            return None
        ap, lateral = self.views["ap"], self.views["lateral"]
        upper, lower = LEVELS[observation.plan.window]
        bases = [place(ap, lateral, f"{level}.spinous_base") for level in (upper, lower)]
        top, bottom = bases
        if top is None or bottom is None:
            return None
        axis = (top - bottom) / math.sqrt(float((top - bottom) @ (top - bottom)))
        ventral = np.array([0.0, -axis[2], axis[1]])
        middle = 0.5 * (top + bottom)
        pedicles = [place(ap, lateral, f"{level}.pedicle_{side}") for level in (upper, lower) for side in ("left", "right")]
        seen = [p for p in pedicles if p is not None]
        if len(seen) == 4:
            middle = np.array([0.5 * middle[0] + 0.5 * float(np.mean([p[0] for p in seen])), middle[1], middle[2]])
        return np.asarray(middle + axis * ABOVE_MIDDLE_MM + ventral * SAC_FROM_LAMINAR_LINE_MM)

    def _needle_line(self) -> tuple[Array, Array] | None:
        """Return point and inward direction of the needle, theatre frame, from both pictures."""
        if not {"ap", "lateral"} <= self.views.keys():
            return None
        ap, lateral = self.views["ap"], self.views["lateral"]
        tip = place(ap, lateral, "needle_tip")
        planes = []
        for picture in (ap, lateral):
            point, hub = ray_to(picture, "needle_tip"), ray_to(picture, "needle_hub_end")
            if point is None or hub is None:
                return None
            planes.append(np.cross(point[1], hub[1]))
        along = np.cross(planes[0], planes[1])
        length = math.sqrt(float(along @ along))
        if tip is None or length < 1e-9:
            return None
        along = along / length
        return tip, along if along[2] > 0.0 else -along

    def _correct(self, observation: Observation) -> list[Action]:
        """Turn the needle on to the line from its entry to the target."""
        target, line = self._target(observation), self._needle_line()
        if target is None or line is None:
            return []
        tip, along = line
        sight = _sight(observation)
        depth = sight.length_mm - sight.outside_mm
        entry = tip - along * depth
        wanted = target - entry
        reading = self._noise(self.skill.reading_noise_mm, 3)
        wanted = wanted + reading
        self.remaining_mm = math.sqrt(float(wanted @ wanted)) - depth
        sagittal, medial = _turn(observation, along, wanted)
        noise = self._noise(0.5 * self.skill.angle_noise_deg, 2)
        return _aims(sagittal + float(noise[0]), medial + float(noise[1]))

    def _recheck(self, observation: Observation) -> list[Action]:
        """Come back and turn again when the line misses the target; else only learn how far it is."""
        target, line = self._target(observation), self._needle_line()
        if target is None or line is None:
            return []
        tip, along = line
        ahead = target - tip
        self.remaining_mm = float(ahead @ along)
        miss = math.sqrt(max(0.0, float(ahead @ ahead) - self.remaining_mm**2))
        if miss > CHECK_MM * self.skill.content / 0.8 and angle_deg(along, ahead) > 3.0:
            self.remaining_mm = NEAR_MM
            depth = _sight(observation).length_mm - _sight(observation).outside_mm
            entry = tip - along * depth
            turned = _turn(observation, along, target - entry)
            self.tasks[1:1] = [self._pull(LOOK_MM), self._once(lambda o: _aims(*turned)), self._push(depth)]
        return []

    def _leg_pain(self, observation: Observation) -> bool:
        """Hear the patient cry out, or see the leg jerk, within the last second."""
        cries = [heard for heard in observation.heard if heard.line.startswith("leg_") or "leg" in heard.line]
        return bool(cries) and observation.tick - cries[-1].tick < ticks(1.0 + self.skill.reaction_s) and cries[-1].speaker == "patient"

    def _answer_pain(self, observation: Observation) -> list[Action]:
        """Draw back 3 mm, wait, and go on."""
        sight = _sight(observation)
        depth = sight.length_mm - sight.outside_mm
        if not self.hurt:
            self.hurt = True
            self.tasks[0:0] = [self._pull(depth - 3.0), self._once(lambda o: [Wait(60.0)])]
        return []

    def _open(self, observation: Observation) -> list[Action]:
        self.opened_tick = observation.tick
        quarter = self._once(lambda o: [Roll(90.0)])
        strain = self._once(lambda o: [Rescue("valsalva")])
        deeper = [self._once(lambda o: [Stylet()]), self._push_on(1.5), self._once(lambda o: [Stylet()])]
        self.rescues = [quarter, strain, *deeper]
        return [Stylet()]

    def _await_fluid(self, observation: Observation) -> list[Action] | None:
        """Watch the hub; when nothing comes, do what may help, one after another."""
        sight = _sight(observation)
        seen = sight.hub in ("drops", "stream")
        patience = ticks(DROP_S * max(0.6, self.skill.patience))
        if seen and observation.tick - self.opened_tick > ticks(1.2 + 4.0 * (1.0 - self.skill.care)):
            return None
        if observation.tick - self.opened_tick < patience:
            return []
        if not self.rescues:
            return None
        actions = self.rescues[0](observation)
        if actions is None:
            self.rescues.pop(0)
            self.opened_tick = observation.tick
            return []
        return actions

    def _close(self, observation: Observation) -> list[Action]:
        """Put the stylet back, if it is out."""
        return [] if _sight(observation).stylet_in else [Stylet()]


def _sight(observation: Observation) -> NeedleSight:
    if not isinstance(observation.sight, NeedleSight):
        raise TypeError("this trainee only places needles")
    return observation.sight


def _drawn(sight: NeedleSight) -> Array:
    """Return the needle's inward direction on the field, mm per mm of shaft, from its drawn ends."""
    return (np.array(sight.entry_mm) - np.array(sight.hub_mm)) / max(sight.outside_mm, 1.0)


def _planned_drawn(observation: Observation) -> Array:
    """Return the same of the syringe, which is held at the planned angles."""
    right, up, _ = observation.camera.axes()
    rise, turn = math.radians(PLANNED_DEG[0]), math.radians(PLANNED_DEG[1])
    side = 1.0 if observation.plan.side == "right" else -1.0
    heading = np.array([side * math.tan(turn) * math.cos(rise), -math.sin(rise), math.cos(rise)])
    heading /= math.sqrt(float(heading @ heading))
    return np.array([float(heading @ right), float(heading @ up)])


def _turn(observation: Observation, along: Array, wanted: Array) -> tuple[float, float]:
    """Return the turns, sagittal and medial, from one direction to another, theatre frame."""
    side = 1.0 if observation.plan.side == "right" else -1.0
    steep = [math.degrees(math.atan2(-float(d[1]), float(d[2]))) for d in (along, wanted)]
    inwards = [math.degrees(math.atan2(side * float(d[0]), float(d[2]))) for d in (along, wanted)]
    return steep[1] - steep[0], inwards[1] - inwards[0]


def _aims(sagittal_deg: float, medial_deg: float) -> list[Action]:
    """Split a turn into wrist motions that are allowed."""
    parts = max(1, math.ceil(max(abs(sagittal_deg), abs(medial_deg)) / 25.0))
    return [Aim(sagittal_deg / parts, medial_deg / parts) for _ in range(parts)]
