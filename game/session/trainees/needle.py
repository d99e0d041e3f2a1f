"""Placing the needle by what pictures show and hands feel, with a head and hands of some skill."""

import math
from collections.abc import Callable

import numpy as np

from game.base import Action
from game.clock import TICKS_PER_S, ticks
from game.frames import Array
from game.operation.actions import Aim, AskView, FinishStep, Grip, LetGo, MoveHand, Roll, Say, Stylet, TakeInstrument, Wait
from game.operation.needle.actions import Inject, PlaceNeedle, TakeOut
from game.operation.needle.sight import NeedleSight
from game.session.observation import Observation, PictureSight
from game.session.trainees.needle_reading import WINDOWS, midline_mm, needle_direction, skin_mm, target_mm, turn_deg
from game.session.trainees.sighting import angle_deg, place
from game.session.trainees.skill import Skill

WHEAL_MM, DEEP_MM = 4.0, 30.0
WHEAL_ML, DEEP_ML = 2.0, 6.0
NUMB_S = 140.0
PLANNED_DEG = (40.0, 13.0)
OFFSET_MM, OFFSET_SLACK_MM = 15.0, 6.5  # entry beside the midline, and what of error is left as it is
UNSEEN_MM = 80.0  # from the skin to the sac along the needle, while no picture says better
LOOK_MM = 17.0  # shallow enough to turn freely, deep enough to show a direction
NEAR_MM = 19.0  # before the target: still dorsal to the yellow ligament
CHECK_MM, CHECK_DEG = 3.0, 2.0  # off the line by more than this is worth coming back for
TOO_FAR_MM = 10.0  # past the target without a pop: the needle has missed the window
EPIDURAL_MM = 20.0  # from the yellow ligament to the dura it is never further, not even obliquely
SURE_MM = 8.0  # what a hand without care pushes on after the pop, to be sure
WALK_OFF_DEG, WALK_OFF_MM = 5.0, 5.0
UPPER_LAMINA_MM = 15.5  # bone nearer to the target than this is the upper lamina
MOST_WALKS, MOST_TRIES = 3, 3
FREE_MM_S, FIRM_MM_S, CREEP_MM_S = 9.0, 4.5, 2.0
FIRM_GHOST_MM, CREEP_GHOST_MM = 5.0, 9.0
BLOCKED_GHOST_MM, BLOCKED_S = 38.0, 0.6  # a hand that is so far ahead and gets nowhere is on bone
BACK_MM_S = 25.0
HUB_MM = 4.0  # with less outside, the hub is at the skin
OFF_NERVE_MM, NERVE_S = 3.0, 60.0
DROP_S, SEEN_S = 5.2, 1.2
CLEARING_S = 120.0
PICTURE_S = 3.0  # after that nobody waits any longer for a picture
TURN_AT_ONCE_DEG = 25.0

Task = Callable[[Observation], list[Action] | None]
Deed = Callable[[Observation], list[Action]]


class NeedleHands:
    """Numbs, nicks, aims by two pictures, feels for the pops, looks for fluid, and closes.

    The hand keeps to a list of tasks. A task answers an observation with actions, or with None when it is
    done; bone, leg pain, blood and a dry hub put other tasks before it or in its place.
    """

    def __init__(self, skill: Skill, chance: np.random.Generator) -> None:
        """Keep the skill and the trainee's own stream."""
        self.skill, self.chance = skill, chance
        self.tasks: list[Task] = []
        self.begun = False
        self.window = ""
        self.views: dict[str, PictureSight] = {}
        self.asked_at, self.asked_tick = 0, 0
        self.pictured_mm = 0.0  # of needle inside when the last picture was taken
        self.pops: dict[str, int] = {}
        self.best_mm, self.best_tick = 0.0, 0
        self.entry_xy_mm: tuple[float, float] | None = None
        self.drawn = np.zeros(2)  # the needle's inward direction on the field, mm per mm of shaft
        self.target_depth_mm = UNSEEN_MM
        self.target_mm: Array | None = None
        self.entry_mm: Array | None = None
        self.higher_mm = 0.0
        self.walks, self.tries = 0, 0
        self.cried_tick = -1
        self.opened_tick = 0
        self.cures: list[Task] = []
        self.bled = False

    def next_actions(self, observation: Observation) -> list[Action]:
        """Return what to do now."""
        if not isinstance(observation.sight, NeedleSight):
            return []
        if not self.begun:
            self.begun = True
            self.window = self._called_window(observation.plan.window)
            self.tasks = [*self._numb(), *self._nick(), *self._attempt()]
        self._listen(observation)
        answer = self._answer_pain(observation)
        if answer is not None:
            return answer
        while self.tasks:
            actions = self.tasks[0](observation)
            if actions is not None:
                return actions
            self.tasks.pop(0)
        return [FinishStep()]

    def _called_window(self, planned: str) -> str:
        """Return which window the hand takes for the planned one when it reads the pictures."""
        if float(self.chance.random()) < self.skill.picture_reading:
            return planned
        names = list(WINDOWS)
        return names[max(0, names.index(planned) - 1)]

    def _numb(self) -> list[Task]:
        once = self._once
        deep = DEEP_ML * (1.0 + 0.5 * float(self._noise(self.skill.hand_noise, 1)[0]))
        return [
            once(lambda o: [TakeInstrument("lidocaine")]),
            once(self._set_down),
            once(lambda o: [Grip()]),
            once(lambda o: [self._along(o, WHEAL_MM)]),
            once(lambda o: [Inject(WHEAL_ML)]),
            once(lambda o: [self._along(o, DEEP_MM - WHEAL_MM)]),
            once(lambda o: [Inject(min(10.0, max(0.5, deep)))]),
            once(lambda o: [LetGo()]),
            once(lambda o: [Wait(NUMB_S * self.skill.patience)]),
        ]

    def _nick(self) -> list[Task]:
        if not self._careful():
            return []
        return [
            self._once(lambda o: [TakeInstrument("blade")]),
            self._once(self._set_down),
            self._once(lambda o: [Grip(), LetGo()]),
        ]

    def _attempt(self) -> list[Task]:
        """Return the tasks from the needle on the skin to spinal fluid."""
        once = self._once
        start = [once(lambda o: [TakeInstrument("tuohy")]), once(self._set_down), once(self._first_aim), self._push(lambda: LOOK_MM)]
        return [*start, *self._aimed(), *self._go_in()]

    def _aimed(self) -> list[Task]:
        """Return the tasks that turn a shallow needle on to its line."""
        lateral = self._ask("lateral") if self._careful() else []
        return [*self._ask("ap"), *lateral, self._once(self._correct)]

    def _go_in(self) -> list[Task]:
        """Return the tasks from an aimed needle to spinal fluid."""
        check = [*self._ask("ap"), *self._ask("lateral"), self._once(self._recheck)] if self._careful() else []
        return [
            self._push(lambda: max(LOOK_MM, self.target_depth_mm - NEAR_MM)),
            *check,
            self._push(lambda: self.target_depth_mm + TOO_FAR_MM, "pop_flavum"),
            *(self._ask("lateral") if self._careful() else []),
            self._push_on(EPIDURAL_MM, "pop_dura"),
            self._push_on(SURE_MM * (1.0 - self.skill.care)),
            *self._fluid(),
        ]

    def _fluid(self) -> list[Task]:
        """Return the tasks from a point in the sac to the end."""
        final = [*self._ask("ap"), *self._ask("lateral")] if self._careful() else []
        return [self._once(self._open), self._await_fluid, self._once(self._close), *final]

    def _once(self, deed: Deed) -> Task:
        left = [deed]
        return lambda observation: left.pop()(observation) if left else None

    def _careful(self) -> bool:
        return float(self.chance.random()) < self.skill.care

    def _noise(self, scale: float, size: int) -> Array:
        return self.chance.normal(0.0, scale, size=size) if scale > 0.0 else np.zeros(size)

    def _listen(self, observation: Observation) -> None:
        """Keep when each pop, and the first drop, was first felt or heard on this way in."""
        for sound in observation.sounds:
            self.pops.setdefault(sound, observation.tick)

    def _set_down(self, observation: Observation) -> list[Action]:
        if self.entry_xy_mm is None:
            mark = next((m for m in observation.marks if m.kind == "entry"), None)
            marked = (mark.x_mm, mark.y_mm) if mark is not None else (0.0, 0.0)
            self.entry_xy_mm = self._checked(observation, marked) if self._careful() else marked
        scatter = self._noise(self.skill.aim_noise_mm, 2)
        return [PlaceNeedle(self.entry_xy_mm[0] + float(scatter[0]), self.entry_xy_mm[1] + float(scatter[1]))]

    def _checked(self, observation: Observation, marked: tuple[float, float]) -> tuple[float, float]:
        """Return the entry as it is marked, or moved across the back when the stored views show it off its distance."""
        if not {"ap", "lateral"} <= observation.stored.keys():
            return marked
        ap, lateral = observation.stored["ap"], observation.stored["lateral"]
        target = target_mm(ap, lateral, self.window, 0.0)
        skin = None if target is None else skin_mm(lateral, self.window, target)
        if target is None or skin is None:
            return marked
        inwards = 1.0 if observation.plan.side == "right" else -1.0
        right, up, _ = observation.camera.axes()
        line_mm = midline_mm(ap, lateral, float(observation.camera.centre_mm[2] + marked[0] * right[2]))
        skin = skin if line_mm is None else np.array([line_mm, skin[1], skin[2]])
        lift_mm = float((skin - np.asarray(observation.camera.centre_mm)) @ up)  # of the skin behind the target
        beside_mm = -inwards * (marked[1] - lift_mm) / float(up[0])
        if abs(beside_mm - OFFSET_MM) <= OFFSET_SLACK_MM * self.skill.content / 0.8:
            return marked
        return marked[0], lift_mm - inwards * OFFSET_MM * float(up[0])

    def _first_aim(self, observation: Observation) -> list[Action]:
        """Stand the needle at the planned angles with the bevel to the head."""
        sight = _sight(observation)
        self.pops = {}
        noise = self._noise(self.skill.angle_noise_deg, 2)
        turn = [Roll(-sight.bevel_deg)] if self._careful() else []
        sagittal, medial = PLANNED_DEG[0] - sight.sagittal_deg, PLANNED_DEG[1] - sight.medial_deg
        return [*turn, *_aims(sagittal + float(noise[0]), medial + float(noise[1]))]

    def _along(self, observation: Observation, by_mm: float) -> MoveHand:
        """Return the motion of the hand that pushes by so much along what it holds."""
        sight = _sight(observation)
        if observation.instrument != "tuohy":
            self.drawn = planned_drawn(observation)
        elif sight.outside_mm > HUB_MM:
            self.drawn = (np.array(sight.entry_mm) - np.array(sight.hub_mm)) / sight.outside_mm
        step = self.drawn * by_mm
        return MoveHand(float(step[0]), float(step[1]))

    def _push(self, goal_mm: Callable[[], float], pop: str = "") -> Task:
        """Push to a depth, walking off bone on the way; with a pop to wait for, reaching the depth without it is a miss."""
        there: list[bool] = []

        def task(observation: Observation) -> list[Action] | None:
            sight = _sight(observation)
            left_mm = goal_mm() - (sight.length_mm - sight.outside_mm)
            if self._felt(observation, pop) or there:
                return _released(observation)
            if left_mm <= 0.0 or sight.outside_mm < HUB_MM:
                if pop and not self._popped(pop):
                    return self._miss(observation)
                there.append(True)
                return _released(observation)
            if self._on_bone(observation, sight):
                return self._walk_off(observation)
            return self._move_on(observation, sight, 99.0 if pop else left_mm)

        return task

    def _push_on(self, by_mm: float, pop: str = "") -> Task:
        """Push so much further than where the point is when this begins."""
        goal: list[float] = []
        push = self._push(lambda: goal[0], pop)

        def task(observation: Observation) -> list[Action] | None:
            if not goal:
                goal.append(_inside_mm(observation) + by_mm)
            return push(observation)

        return task

    def _felt(self, observation: Observation, pop: str) -> bool:
        """Say whether an awaited pop, or the last one of all, was felt long enough ago to act on it."""
        felt = self._popped(pop)
        return bool(felt) and observation.tick - min(felt) >= ticks(self.skill.reaction_s)

    def _popped(self, pop: str) -> list[int]:
        """Return when an awaited pop, or the last one of all, was felt."""
        return [self.pops[name] for name in (pop, "pop_dura") if name in self.pops] if pop else []

    def _move_on(self, observation: Observation, sight: NeedleSight, left_mm: float) -> list[Action]:
        """Move the hand on: quickly in soft tissue, slowly against resistance and near the goal."""
        if not observation.gripping:
            self.best_mm, self.best_tick = sight.outside_mm, observation.tick
            return [Grip()]
        speed = FREE_MM_S if left_mm > 6.0 else FIRM_MM_S
        if sight.ghost_mm > FIRM_GHOST_MM:
            speed = min(speed, FIRM_MM_S)
        if sight.ghost_mm > CREEP_GHOST_MM or left_mm > 90.0:
            speed = min(speed, CREEP_MM_S)
        unsteady = 1.0 + self.skill.hand_noise * float(self.chance.normal())
        return [self._along(observation, max(0.0, speed * self.skill.haste**1.5 * unsteady) * self._since_s())]

    def _since_s(self) -> float:
        """Return the time between two looks of these hands."""
        return 4.0 / TICKS_PER_S

    def _on_bone(self, observation: Observation, sight: NeedleSight) -> bool:
        """Feel the knock of bone, or that the needle stands still while the hand is far ahead."""
        if sight.outside_mm < self.best_mm - 0.2:
            self.best_mm, self.best_tick = sight.outside_mm, observation.tick
        stands = observation.tick - self.best_tick > ticks(BLOCKED_S)
        return "bone" in observation.sounds or (sight.ghost_mm > BLOCKED_GHOST_MM and stands)

    def _walk_off(self, observation: Observation) -> list[Action]:
        """Come back to where the needle turns freely, and aim past the bone; after some of that, begin anew."""
        self.walks += 1
        if self.walks > MOST_WALKS:
            return self._miss(observation)
        short_mm = self.target_depth_mm - _inside_mm(observation)
        higher = -1.0 if short_mm < UPPER_LAMINA_MM and self._careful() else 1.0
        self.higher_mm += higher * WALK_OFF_MM
        self.tasks[0:0] = [self._pull(lambda: LOOK_MM), self._once(lambda o: self._aim_past(o, higher))]
        return _released(observation) or []

    def _aim_past(self, observation: Observation, higher: float) -> list[Action]:
        """Aim further to the head or back from it: at a point beside the old target, or by an angle when there is none."""
        along = needle_direction(observation.camera, _sight(observation))
        if self.target_mm is None or self.entry_mm is None or along is None:
            noise = float(self._noise(0.5 * self.skill.angle_noise_deg, 1)[0])
            return _aims(noise - higher * WALK_OFF_DEG, 0.0)
        self.target_mm = self.target_mm + np.array([0.0, 0.0, higher * WALK_OFF_MM])
        wanted = self.target_mm - self.entry_mm
        self.target_depth_mm = math.sqrt(float(wanted @ wanted))
        return self._turned(observation, along, wanted)

    def _miss(self, observation: Observation) -> list[Action]:
        """Come back and aim anew by pictures, then from another place of the skin, then give up."""
        self.tries += 1
        self.walks, self.higher_mm = 0, 0.0
        self.window = self._called_window(observation.plan.window)
        self.pops = {}
        if self.tries >= MOST_TRIES:
            self.tasks = [self._once(self._close)]
        elif self._careful() and self.tries == 1:
            self.tasks = [self._once(self._close), self._pull(lambda: LOOK_MM), *self._aimed(), *self._go_in()]
        else:
            out = self._once(lambda o: [TakeOut()])
            self.tasks = [self._once(self._close), self._pull(lambda: LOOK_MM), out, *self._attempt()]
        return _released(observation) or []

    def _pull(self, depth_mm: Callable[[], float]) -> Task:
        """Draw the needle back until only so much of it is inside."""

        def task(observation: Observation) -> list[Action] | None:
            if _inside_mm(observation) <= depth_mm():
                return _released(observation)
            if not observation.gripping:
                return [Grip()]
            return [self._along(observation, -BACK_MM_S * self._since_s())]

        return task

    def _ask(self, view: str) -> list[Task]:
        """Have a stored view brought back, and take the new picture in, if it comes."""

        def ask(observation: Observation) -> list[Action]:
            self.asked_at, self.asked_tick = observation.exposures, observation.tick
            known = view in observation.stored
            return [AskView("ap" if view == "ap" else "lateral")] if known else []

        def take(observation: Observation) -> list[Action] | None:
            if view not in observation.stored or observation.picture is None:
                return None
            if observation.exposures <= self.asked_at:
                late = observation.tick - self.asked_tick > ticks(PICTURE_S)
                return None if late else []
            self.views[view], self.pictured_mm = observation.picture, _inside_mm(observation)
            return None

        return [self._once(ask), take]

    def _read(self, observation: Observation) -> tuple[Array, Array, Array] | None:
        """Return target and entry off the last two views and the needle's direction, as well as these eyes read."""
        if not {"ap", "lateral"} <= self.views.keys():
            return None
        ap, lateral = self.views["ap"], self.views["lateral"]
        target, tip = target_mm(ap, lateral, self.window, self.higher_mm), place(ap, lateral, "needle_tip")
        along = needle_direction(observation.camera, _sight(observation))
        if target is None or tip is None or along is None:
            return None
        self.entry_mm = tip - along * self.pictured_mm
        self.target_mm = target + self._noise(self.skill.reading_noise_mm, 3)
        return self.target_mm, self.entry_mm, along

    def _correct(self, observation: Observation) -> list[Action]:
        """Turn the needle on to the line from its entry to the target."""
        read = self._read(observation)
        if read is None:
            return []
        target, entry, along = read
        wanted = target - entry
        self.target_depth_mm = math.sqrt(float(wanted @ wanted))
        return self._turned(observation, along, wanted)

    def _turned(self, observation: Observation, along: Array, wanted: Array) -> list[Action]:
        """Return the wrist motions from one direction to another, as truly as this wrist turns."""
        sagittal, medial = turn_deg(observation.plan.side, along, wanted)
        noise = self._noise(0.5 * self.skill.angle_noise_deg, 2)
        return _aims(sagittal + float(noise[0]), medial + float(noise[1]))

    def _recheck(self, observation: Observation) -> list[Action]:
        """Come back and turn again when the line misses the target; nobody with care goes on without having seen it."""
        read = self._read(observation)
        if read is None:
            return self._miss(observation) if self._careful() else []
        target, entry, along = read
        wanted = target - entry
        self.target_depth_mm = float(wanted @ along)
        miss_mm = math.sqrt(max(0.0, float(wanted @ wanted) - self.target_depth_mm**2))
        slack = self.skill.content / 0.8
        if miss_mm > CHECK_MM * slack and angle_deg(along, wanted) > CHECK_DEG * slack:
            near = self._push(lambda: max(LOOK_MM, self.target_depth_mm - NEAR_MM))
            self.tasks[1:1] = [self._pull(lambda: LOOK_MM), self._once(lambda o: self._turned(o, along, wanted)), near]
        return []

    def _answer_pain(self, observation: Observation) -> list[Action] | None:
        """Hear a leg pain once: stop, draw back, wait until it fades; then look for fluid, or aim anew."""
        cries = [heard.tick for heard in observation.heard if heard.line.startswith(("cry_nerve", "leg_jumped"))]
        if not cries or cries[-1] <= self.cried_tick or observation.tick - cries[-1] < ticks(self.skill.reaction_s):
            return None
        self.cried_tick = cries[-1]
        if not self._careful():
            return None
        back_mm = _inside_mm(observation) - OFF_NERVE_MM
        off = [self._once(self._close), self._pull(lambda: back_mm), self._once(lambda o: [Wait(NERVE_S)])]
        if "pop_dura" in self.pops:
            self.tasks = [*off, *self._fluid()]
        else:
            self.pops = {}
            self.tasks = [*off, self._pull(lambda: LOOK_MM), *self._aimed(), *self._go_in()]
        return _released(observation) or []

    def _open(self, observation: Observation) -> list[Action]:
        self.opened_tick = observation.tick
        deeper: list[Task] = [self._push_on(1.5)]
        again = [self._once(self._close), self._once(self._open_again)]
        quarter = [self._once(lambda o: [Roll(90.0)])]
        strain = [self._once(lambda o: [Say("order_valsalva")])]
        further = [self._once(self._close), *deeper, self._once(self._open_again)]
        self.cures = [_in_turn(cure) for cure in (again, quarter, strain, further)]
        return [] if not _sight(observation).stylet_in else [Stylet()]

    def _open_again(self, observation: Observation) -> list[Action]:
        self.opened_tick = observation.tick
        return [Stylet()] if _sight(observation).stylet_in else []

    def _await_fluid(self, observation: Observation) -> list[Action] | None:
        """Watch the hub; close it on fluid, let blood clear, and do what may help a dry one."""
        hub = _sight(observation).hub
        watched = observation.tick - self.opened_tick
        slowly = ticks(SEEN_S + 6.0 * (1.0 - self.skill.care))
        if hub in ("drops", "stream"):
            return None if watched > slowly and "drip" in self.pops else []
        if hub in ("blood", "pink"):
            return self._let_clear(observation) if watched > slowly else []
        if not self.cures or watched < ticks(DROP_S * min(1.0, max(0.6, self.skill.patience))):
            return [] if self.cures else self._miss(observation)
        actions = self.cures[0](observation)
        if actions is None:
            self.cures.pop(0)
            self.opened_tick = observation.tick
            return []
        return actions

    def _let_clear(self, observation: Observation) -> list[Action] | None:
        """Close the hub on blood, wait two minutes and look once more; a hand without patience takes it as it is."""
        if self.bled or not self._careful():
            return None
        self.bled = True
        self.tasks[0:0] = [
            self._once(self._close),
            self._once(lambda o: [Wait(CLEARING_S)]),
            self._once(self._open_again),
        ]
        return []

    def _close(self, observation: Observation) -> list[Action]:
        """Put the stylet back, if it is out."""
        return [] if _sight(observation).stylet_in else [Stylet()]


def _in_turn(tasks: list[Task]) -> Task:
    """Return one task that does several after another."""

    def task(observation: Observation) -> list[Action] | None:
        while tasks:
            actions = tasks[0](observation)
            if actions is not None:
                return actions
            tasks.pop(0)
        return None

    return task


def _sight(observation: Observation) -> NeedleSight:
    if not isinstance(observation.sight, NeedleSight):
        raise TypeError("this trainee only places needles")
    return observation.sight


def _inside_mm(observation: Observation) -> float:
    """Return how much of the needle is inside, off its centimetre marks."""
    sight = _sight(observation)
    return sight.length_mm - sight.outside_mm


def _released(observation: Observation) -> list[Action] | None:
    """Return the letting go of whatever is held, or None when nothing is."""
    return [LetGo()] if observation.gripping else None


def planned_drawn(observation: Observation) -> Array:
    """Return the inward direction of a syringe at the planned angles on the field, mm per mm of shaft."""
    right, up, _ = observation.camera.axes()
    rise, turn = math.radians(PLANNED_DEG[0]), math.radians(PLANNED_DEG[1])
    side = 1.0 if observation.plan.side == "right" else -1.0
    heading = np.array([side * math.tan(turn) * math.cos(rise), -math.sin(rise), math.cos(rise)])
    heading /= math.sqrt(float(heading @ heading))
    return np.array([float(heading @ right), float(heading @ up)])


def _aims(sagittal_deg: float, medial_deg: float) -> list[Action]:
    """Split a turn into wrist motions that are allowed."""
    parts = max(1, math.ceil(max(abs(sagittal_deg), abs(medial_deg)) / TURN_AT_ONCE_DEG))
    return [Aim(sagittal_deg / parts, medial_deg / parts) for _ in range(parts)]
