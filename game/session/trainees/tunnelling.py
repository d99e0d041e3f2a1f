"""Tunnelling by what fingers feel and hands resist, with a head and hands of some skill."""

import math
from collections.abc import Callable

import numpy as np

from game.base import Action
from game.clock import TICKS_PER_S, seconds, ticks
from game.operation.actions import Aim, FinishStep, Grip, LetGo, MoveHand, OtherHand, Roll, Say, TakeInstrument, Wait
from game.operation.tunnelling.actions import BendRod, DrawRod, DrawSheath, OpenFreeEnd, SetDown
from game.operation.tunnelling.sight import MouthSight, Place, RodSight, TunnellingSight
from game.session.observation import Observation
from game.session.trainees.skill import Skill

Task = Callable[[Observation], list[Action] | None]
Deed = Callable[[Observation], list[Action]]

LOOK_S = 4.0 / TICKS_PER_S
NUMB_S = 125.0
STRETCH_MG = 75.0  # what numbing half of the way takes, and some to spare
STROKES = 3
PLANNED_BEND_DEG, BEND_SPREAD = 42.0, 2.2  # and how much of a hand's spread goes into it
LEAD_DEG = 7.0  # the way falls to the feet round the flank: it is aimed so far to the head
WAY_SHARE = 0.55  # of the way from belly to back at which rib and crest are looked for
PALPATE_MM, PALPATE_STEP_MM = 110.0, 11.0
ARCH_MM = 25.0  # to the head of the straight line, where nobody felt for bone
PUSH_MM_S, HURRY = 42.0, 1.4
SOFT_N, FIRM_N = 30.0, 60.0
MOST_N = 118.0
LEAD_MM = 14.0
LIFT_DEG, HANDLE_MM = 4.0, 6.0  # deeper in, the wrist lifts the point; before, it bends the rod
FINGERS_S = 0.12
LOST_S, STUCK_S = 0.5, 1.5
BACK_MM = 40.0
PULL_MM_S, STROKE_MM = 70.0, 200.0
STOP_SHORT_MM = 3.0
DROP_S = 45.0
MOST_TRIES = 6
GIVES_UP_S, MISSED_MM = 8.0, 20.0
ROLL_S, MOST_ROLL_DEG, ROLL_PER_RAD = 0.3, 50.0, 160.0


class TunnellingHands:
    """Numbs, cuts, feels for bone, bends, pushes under the fingers, draws the catheter through and looks for a drop."""

    def __init__(self, skill: Skill, chance: np.random.Generator) -> None:
        """Keep the skill and the trainee's own stream."""
        self.skill, self.chance = skill, chance
        self.tasks: list[Task] = []
        self.begun = False
        self.way: list[Place] = []
        self.tip: Place = (0.0, 0.0)
        self.seen_tick = self.fingers_tick = self.moved_tick = self.rolled_tick = 0
        self.inside_mm = 0.0
        self.tries = 0
        self.bend_deg = PLANNED_BEND_DEG
        self.fed = True
        self.leading = True

    def next_actions(self, observation: Observation) -> list[Action]:
        """Return what to do now."""
        if not isinstance(observation.sight, TunnellingSight):
            return []
        if not self.begun:
            self.begun = True
            self.tasks = [*self._cut(), self._once(self._plan), *self._feel(), *self._numb(), *self._tunnel(), *self._draw()]
        while self.tasks:
            actions = self.tasks[0](observation)
            if actions is not None:
                return actions
            self.tasks.pop(0)
        return [FinishStep()]

    # The incision, the way, the anaesthetic

    def _cut(self) -> list[Task]:
        """Return the tasks of the incision, its skin numbed first."""
        tasks: list[Task] = []
        if self._careful():
            tasks = [
                self._once(lambda o: [TakeInstrument("lidocaine")]),
                self._along(lambda o: list(_sight(o).mark_mm)),
                self._once(lambda o: [Wait(NUMB_S * self.skill.patience)]),
            ]
        tasks.append(self._once(lambda o: [TakeInstrument("blade")]))
        off = self._noise(self.skill.aim_noise_mm * 1.5, 4)
        strokes = STROKES if self._careful() else STROKES - 1 + int(self.chance.integers(0, 3))
        tasks += [self._along(lambda o: [] if self._bare(o) else _shifted(_sight(o).mark_mm, off)) for _ in range(strokes)]
        return tasks

    def _bare(self, observation: Observation) -> bool:
        """Say whether the fascia lies bare, where a trained hand stops."""
        return self.skill.care > 0.5 and _mouth(observation, "belly").layer == "fascia"

    def _plan(self, observation: Observation) -> list[Action]:
        """Take the straight way, arched to the head."""
        belly, back = _mouth(observation, "belly"), _mouth(observation, "back")
        start = min((belly.start_mm, belly.end_mm), key=lambda place: place[1])
        head = _head(observation)
        goal = max((back.start_mm, back.end_mm), key=lambda place: place[0] * head)
        middle = _between(start, goal, WAY_SHARE)
        self.way = [start, (middle[0] + head * ARCH_MM, middle[1]), goal]
        return []

    def _feel(self) -> list[Task]:
        """Return the tasks that feel for rib and crest half-way, and lay the way between them."""
        if not self._careful():
            return []
        steps = np.arange(-PALPATE_MM, PALPATE_MM + 1.0, PALPATE_STEP_MM)
        return [*(self._touching(float(step)) for step in steps), self._once(self._lay_between)]

    def _touching(self, along_mm: float) -> Task:
        """Return the task that presses on one place beside the middle of the way."""

        def touch(observation: Observation) -> list[Action]:
            x, y = _between(self.way[0], self.way[-1], WAY_SHARE)
            return [OtherHand(True, x + along_mm, y)]

        return self._once(touch)

    def _lay_between(self, observation: Observation) -> list[Action]:
        head = _head(observation)
        x, y = _between(self.way[0], self.way[-1], WAY_SHARE)
        near = [(bx, what) for bx, by, what in _sight(observation).bones if abs(by - y) < 6.0]
        ribs = [bx * head for bx, what in near if what == "rib" and bx * head > x * head]
        crests = [bx * head for bx, what in near if what == "crest" and bx * head < x * head + 30.0]
        low = max(crests, default=x * head - 60.0)
        high = min(ribs, default=max(low + 70.0, x * head + 50.0))
        wish = min(max(x * head + 12.0, low + 34.0), max(0.5 * (low + high), high - 30.0))
        noise = float(self._noise(self.skill.aim_noise_mm, 1)[0])
        self.way[1] = ((wish + noise) * head, y)
        return [OtherHand(False)]

    def _numb(self) -> list[Task]:
        if not self._careful():
            return []
        tasks: list[Task] = []
        for leg in range(2):
            tasks.append(self._once(lambda o: [TakeInstrument("")]))
            tasks.append(self._once(lambda o: [TakeInstrument("lidocaine")]))
            tasks.append(self._infiltrating(leg * 6))
        return [*tasks, self._once(lambda o: [Wait(NUMB_S * self.skill.patience)])]

    def _infiltrating(self, first: int) -> Task:
        return self._along(lambda o: self._curve()[first : first + 7] if self._may_numb(o) else [])

    def _may_numb(self, observation: Observation) -> bool:
        """Say whether enough lidocaine is left under its maximum for another stretch; careless hands do not ask."""
        left_mg = observation.plan.lidocaine_max_mg - observation.lidocaine_mg
        return left_mg > STRETCH_MG or self.skill.care < 0.5

    def _curve(self) -> list[Place]:
        """Return the way as a smooth line of 13 places."""
        (ax, ay), (mx, my), (bx, by) = self.way
        share = np.linspace(0.0, 1.0, 13)
        t = (my - ay) / (by - ay) if abs(by - ay) > 1e-6 else 0.5
        lift = (mx - (ax + (bx - ax) * t)) / max(4.0 * t * (1.0 - t), 0.1)
        return [(ax + (bx - ax) * s + lift * 4.0 * s * (1.0 - s), ay + (by - ay) * s) for s in share.tolist()]

    def _along(self, places: Callable[[Observation], list[Place]]) -> Task:
        """Return the task that sets down at the first place and is led through the others."""
        left: list[Place] = []
        begun: list[bool] = []

        def task(observation: Observation) -> list[Action] | None:
            if not begun:
                begun.append(True)
                left.extend(places(observation))
                if not left:
                    return None
                x, y = left.pop(0)
                return [SetDown(x, y), Grip()]
            if not left:
                return [LetGo()] if observation.gripping else None
            x, y = observation.hand_xy_mm
            dx, dy = left[0][0] - x, left[0][1] - y
            away = math.hypot(dx, dy)
            step = min(away, 4.0 * self.skill.haste)
            if away <= step + 1e-6:
                left.pop(0)
            return [MoveHand(dx / away * step, dy / away * step)] if away > 1e-6 else [MoveHand(0.0, 0.0)]

        return task

    # The rod

    def _tunnel(self) -> list[Task]:
        return [
            self._once(lambda o: [TakeInstrument("tunneller")]),
            self._once(self._enter),
            self._push,
            self._once(lambda o: [LetGo()] if o.gripping else []),
            self._once(lambda o: [OtherHand(False), DrawRod()]),
        ]

    def _enter(self, observation: Observation) -> list[Action]:
        """Bend the rod, set it into the belly's wound and turn it to the first stretch of the way."""
        spread = BEND_SPREAD * self.skill.hand_noise * float(self.chance.normal())
        wish = min(max(self.bend_deg * (1.0 + spread), 0.0), 88.0)
        start, towards, back = self.way[0], self.way[1], _mouth(observation, "back")
        middle = _between(back.start_mm, back.end_mm, 0.5)
        straight = math.atan2(middle[1] - start[1], middle[0] - start[0])
        aimed = math.atan2(towards[1] - start[1], towards[0] - start[0])
        lead = -LEAD_DEG * _head(observation) * math.copysign(1.0, math.sin(aimed))
        off = math.degrees(aimed - straight) + lead + float(self._noise(self.skill.angle_noise_deg, 1)[0])
        self.tip, self.inside_mm, self.tries = start, 0.0, self.tries + 1
        self.seen_tick = self.moved_tick = observation.tick
        bend = BendRod(max(-89.0, min(89.0, wish - _sight(observation).rod.bend_deg)))
        return [SetDown(*start), bend, Aim(0.0, max(-29.0, min(29.0, off))), Grip()]

    def _push(self, observation: Observation) -> list[Action] | None:
        """Push on under the fingers, stop at what is hard, and answer what gives."""
        rod = _sight(observation).rod
        if rod.reached:
            return None
        if rod.feel == "skin":
            return self._out_of_skin(observation)
        if "give" in observation.sounds:
            return self._lost_in_belly(observation)
        if "pop_fascia" in observation.sounds and self._careful():
            return self._come_back(observation, less=True)
        self._follow(observation, rod)
        actions = self._fingers(observation, rod)
        if not observation.gripping:
            return [*actions, Grip()]
        still_s = seconds(observation.tick - self.moved_tick)
        limit_n = FIRM_N if self.skill.care > 0.5 else MOST_N
        missed = rod.tip_mm is not None and rod.tip_mm[1] < self.way[-1][1] - MISSED_MM
        blocked = still_s > STUCK_S and (rod.ghost_mm > limit_n - 6.0 or rod.word == "bone")
        if missed or blocked or still_s > GIVES_UP_S:
            return self._come_back(observation, less=rod.press_word == "sinking")
        if self._lost(observation, rod):
            return actions
        return [*actions, *self._mend(rod), *self._roll(observation, rod), *self._on(rod, limit_n)]

    def _follow(self, observation: Observation, rod: RodSight) -> None:
        """Keep where the point is, as felt, or as the marks on the rod and the last direction say."""
        if rod.inside_mm > self.inside_mm + 0.05:
            self.moved_tick = observation.tick
        if rod.tip_mm is not None:
            self.tip, self.seen_tick = rod.tip_mm, observation.tick
        else:
            goal = self._goal()
            away = max(math.dist(goal, self.tip), 1.0)
            by = rod.inside_mm - self.inside_mm
            self.tip = (self.tip[0] + (goal[0] - self.tip[0]) / away * by, self.tip[1] + (goal[1] - self.tip[1]) / away * by)
        self.inside_mm = rod.inside_mm

    def _goal(self) -> Place:
        """Return the place of the way a little ahead of the point."""
        ahead = [place for place in self._curve() if place[1] < self.tip[1] - 35.0]
        return ahead[0] if ahead else self.way[-1]

    def _fingers(self, observation: Observation, rod: RodSight) -> list[Action]:
        """Lay the fingers on the point, to the side where it should go; careless hands leave them off for a while."""
        if observation.tick - self.fingers_tick < ticks(FINGERS_S):
            return []
        self.fingers_tick = observation.tick
        if float(self.chance.random()) < 0.06:
            self.leading = self._careful()
        if not self.leading:
            return [OtherHand(False)] if _sight(observation).fingers else []
        wx, wy = self._heading(rod)
        aside = LEAD_MM * max(-1.0, min(1.0, 5.0 * self._turn(rod)))
        noise = self._noise(self.skill.aim_noise_mm, 2)
        return [OtherHand(True, self.tip[0] - wy * aside + float(noise[0]), self.tip[1] + wx * aside + float(noise[1]))]

    def _heading(self, rod: RodSight) -> Place:
        """Return which way the point seems to run: from where the rod went in, weighted to the last stretch."""
        if rod.entry_mm is None or math.dist(rod.entry_mm, self.tip) < 25.0:
            return rod.way
        dx, dy = self.tip[0] - rod.entry_mm[0], self.tip[1] - rod.entry_mm[1]
        away = math.hypot(dx, dy)
        bx, by = 2.0 * dx / away - rod.way[0], 2.0 * dy / away - rod.way[1]  # a bow turns at its end as much as at its beginning
        long = max(math.hypot(bx, by), 1e-6)
        return bx / long, by / long

    def _lost(self, observation: Observation, rod: RodSight) -> bool:
        """Say whether a careful hand waits, since the point has not been felt for a while."""
        lost = observation.tick - self.seen_tick > ticks(LOST_S) and rod.inside_mm > 20.0
        return lost and self.skill.care > 0.9 and observation.tick - self.seen_tick < ticks(4.0)

    def _mend(self, rod: RodSight) -> list[Action]:
        """Sink a point that rises, lift one that sinks."""
        if self.skill.care < 0.5 or rod.press_word not in ("rising", "sinking") or rod.inside_mm < HANDLE_MM:
            return []
        wish = LIFT_DEG * (-1.0 if rod.press_word == "rising" else 1.0)
        return [] if abs(rod.lift_deg + wish) > 20.0 or float(self.chance.random()) > 0.1 else [Aim(wish, 0.0)]

    def _roll(self, observation: Observation, rod: RodSight) -> list[Action]:
        """Roll the rod's hollow side to where the point should turn."""
        if observation.tick - self.rolled_tick < ticks(ROLL_S) or not self.leading or self.skill.care < 0.5:
            return []
        wish = max(-MOST_ROLL_DEG, min(MOST_ROLL_DEG, ROLL_PER_RAD * self._turn(rod)))
        by = 10.0 * round(max(-20.0, min(20.0, wish - rod.roll_deg)) / 10.0)
        self.rolled_tick = observation.tick
        return [Roll(by)] if by else []

    def _turn(self, rod: RodSight) -> float:
        """Return how far the point should turn to the left, radians."""
        goal = self._goal()
        ex, ey = goal[0] - self.tip[0], goal[1] - self.tip[1]
        wx, wy = self._heading(rod)
        return math.atan2(wx * ey - wy * ex, wx * ex + wy * ey)

    def _on(self, rod: RodSight, limit_n: float) -> list[Action]:
        speed = PUSH_MM_S * self.skill.haste**HURRY
        if rod.ghost_mm > SOFT_N + 6.0 and self.skill.care > 0.5:
            speed *= 0.5
        unsteady = max(0.2, 1.0 + self.skill.hand_noise * float(self.chance.normal()))
        step = min(speed * unsteady * LOOK_S, max(limit_n - rod.ghost_mm, 0.0))
        wx, wy = rod.way
        across = max(-0.6, min(0.6, 2.0 * self._turn(rod)))
        return [MoveHand(wx * step - wy * across, wy * step + wx * across)]

    # What goes wrong

    def _come_back(self, observation: Observation, less: bool) -> list[Action]:
        """Draw the rod out and begin anew, less or more bent."""
        self.bend_deg = max(20.0, self.bend_deg - 9.0) if less else min(self.bend_deg + 6.0, 60.0)
        return self._anew()

    def _anew(self, *between: Task) -> list[Action]:
        """Draw the rod out and go in again, or give up after too many tries."""
        if self.tries >= MOST_TRIES:
            self.tasks = [self._withdraw]
        else:
            self.tasks[0:0] = [self._withdraw, *between, self._once(self._enter)]
        return []

    def _withdraw(self, observation: Observation) -> list[Action] | None:
        rod = _sight(observation).rod
        if rod.entry_mm is None or rod.inside_mm <= 0.5:
            return [LetGo()] if observation.gripping else None
        if not observation.gripping:
            return [Grip()]
        back = -3.0 if rod.ghost_mm > -45.0 else 0.0
        return [MoveHand(rod.way[0] * back, rod.way[1] * back)]

    def _out_of_skin(self, observation: Observation) -> list[Action]:
        """Take the rod out, have the skin prepared where that is thought of, and begin anew."""
        prepared = [self._once(lambda o: [Say("order_prep")])] if self._careful() else []
        self.bend_deg = min(self.bend_deg + 12.0, 60.0)
        return self._anew(*prepared)

    def _lost_in_belly(self, observation: Observation) -> list[Action]:
        """Leave the rod and call the surgeon, or draw it out as if nothing had been."""
        self.bend_deg = max(20.0, self.bend_deg - 20.0)
        if self._careful():
            call = [self._once(lambda o: [LetGo()] if o.gripping else []), self._once(lambda o: [Say("call_surgeon")])]
            self.tasks[0:0] = [*call, self._once(lambda o: [Wait(5.0)]), self._once(self._enter)]
            return []
        return self._anew()

    # The catheter

    def _draw(self) -> list[Task]:
        self.fed, held, looks = self._careful(), self._careful(), self._careful()
        tasks: list[Task] = [
            self._once(lambda o: [OtherHand(self.fed, *self._at_back(o))]),
            self._once(lambda o: [TakeInstrument("catheter"), SetDown(*self._at_back(o))]),
            self._pull(),
            self._once(lambda o: [LetGo()] if o.gripping else []),
        ]
        if self._careful():
            tasks.append(self._untwist)
        tasks += [self._once(lambda o: [OtherHand(held, *self._at_back(o))]), self._once(lambda o: [DrawSheath()])]
        if looks:
            tasks += [self._once(lambda o: [OpenFreeEnd(True)]), self._await_drop(), self._once(lambda o: [OpenFreeEnd(False)])]
        return tasks

    def _at_back(self, observation: Observation) -> Place:
        back = _mouth(observation, "back")
        return _between(back.start_mm, back.end_mm, 0.5)

    def _pull(self) -> Task:
        """Return the task that draws the catheter through in even strokes until hardly any lies free on the back."""
        off = STOP_SHORT_MM + float(self._noise(12.0 * self.skill.content, 1)[0])
        stop = max(off, -60.0)

        def task(observation: Observation) -> list[Action] | None:
            catheter = _sight(observation).catheter
            if catheter.outside_mm <= max(stop, 0.5) and (stop > 0.0 or catheter.slack_mm < 70.0 + stop):
                return None
            if not observation.gripping:
                return [Grip()]
            belly, back = _mouth(observation, "belly"), self._at_back(observation)
            middle = _between(belly.start_mm, belly.end_mm, 0.5)
            away = math.dist(middle, back)
            near = catheter.outside_mm < 40.0
            speed = PULL_MM_S * self.skill.haste**2 * (0.4 if near else 1.0)
            step = min(speed * LOOK_S, max(25.0 - catheter.ghost_mm, 0.0))
            return [MoveHand((middle[0] - back[0]) / away * step, (middle[1] - back[1]) / away * step)]

        return task

    def _untwist(self, observation: Observation) -> list[Action] | None:
        twist = _sight(observation).catheter.twist_deg
        return None if abs(twist) < 45.0 else [Roll(-max(-170.0, min(170.0, twist)))]

    def _await_drop(self) -> Task:
        begun: list[int] = []

        def task(observation: Observation) -> list[Action] | None:
            if not begun:
                begun.append(observation.tick)
            patient = observation.tick - begun[0] > ticks(DROP_S * self.skill.patience)
            return None if _sight(observation).catheter.drops > 0 or patient else []

        return task

    # Small things

    def _once(self, deed: Deed) -> Task:
        left = [deed]
        return lambda observation: left.pop()(observation) if left else None

    def _careful(self) -> bool:
        return float(self.chance.random()) < self.skill.care

    def _noise(self, scale: float, size: int) -> np.ndarray:
        return self.chance.normal(0.0, scale, size=size) if scale > 0.0 else np.zeros(size)


def _sight(observation: Observation) -> TunnellingSight:
    assert isinstance(observation.sight, TunnellingSight)
    return observation.sight


def _mouth(observation: Observation, name: str) -> MouthSight:
    """Return an open wound; while the belly is closed, where its mark is."""
    sight = _sight(observation)
    found = next((mouth for mouth in sight.mouths if mouth.name == name), None)
    return found if found is not None else MouthSight(name, *sight.mark_mm, "skin")


def _head(observation: Observation) -> float:
    """Return the sign of x towards the head."""
    return -1.0 if observation.camera.side_up == "right" else 1.0


def _between(a: Place, b: Place, share: float) -> Place:
    return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share


def _shifted(ends: tuple[Place, Place], off: np.ndarray) -> list[Place]:
    (ax, ay), (bx, by) = ends
    return [(ax + float(off[0]), ay + float(off[1])), (bx + float(off[2]), by + float(off[3]))]
