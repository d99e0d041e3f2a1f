"""Threading the catheter by what pictures show and fingers feel, with a head and hands of some skill."""

import math
from collections.abc import Callable
from typing import get_args

import numpy as np

from game.base import Action
from game.clock import TICKS_PER_S, ticks
from game.frames import Array
from game.operation.actions import Grip, LetGo, MoveHand, OtherHand, Roll, Stylet, TakeInstrument, Wait
from game.operation.catheter.actions import NewCatheter
from game.operation.catheter.sight import CatheterSight
from game.operation.positioning.actions import Level, NameLevel
from game.session.observation import Observation
from game.session.trainees.fluoroscopy import PictureHands, Stand, Task, up
from game.session.trainees.needle import planned_drawn
from game.session.trainees.skill import Skill

LEVELS: tuple[Level, ...] = get_args(Level)
STROKE_MM, BORE_STROKE_MM = 13.0, 18.0
LOOK_EVERY_MM = 25.0
EARLY_MM = 24.0  # past the needle: the first lateral
AHEAD_MM = 35.0  # the picture is centred so far above the tip
STROKE_MM_S = 38.0  # of a careful hand
HURRY = 3.0  # power of haste in the speed of a stroke: who hurries pushes at once
AT_LEVEL_MM = 2.5
MIDLINE_MM = 2.0
LOOK_BACK_DEG = 40.0  # the curved tip looks so far to the side, the rest to the back, to come to the midline
OFF_NERVE_MM, NERVE_S, NERVE_TURN_DEG = 3.0, 15.0, 70.0
AS_ONE_MM_S = 18.0
DROP_S = 4.0
MOST_STROKES, MOST_PULLS = 60, 1
RESISTED_N, RESISTED_TURN_DEG = 1.15, 60.0
FUMBLES_S = 25.0  # the hub stands open while a careless hand looks for the catheter
PULLS_MM, ASIDE_PULL_MM = 15.0, 4.0  # pulled back alone by a careless hand that sees the tip so far aside
NO_CATHETER, CUT_OFF = "no catheter", "cut off"  # how a refusal reads when nothing is left to thread
AT_LIP_MM, LIP_N = 1.5, 1.2  # of the needle's point, and more than its lip alone asks for
DEEPER_MM, MOST_DEEPER = 1.5, 2  # so far the whole opening may still have to go
HUB_MM = 1.0  # with less outside, the hub is at the skin
STUCK_S = 1.2  # a push that gets nowhere for so long is given up
SIDE_VIEW_ACROSS_MM = 25.0


class CatheterHands(PictureHands):
    """Feeds in short strokes, looks every few centimetres, turns the tip to the midline and the back, stops at the level."""

    sight_type = CatheterSight

    def __init__(self, skill: Skill, chance: np.random.Generator) -> None:
        """Keep the skill and the trainee's own stream."""
        super().__init__(skill, chance)
        self.left_mm: float | None = None
        self.aside_mm: float | None = None
        self.tip_place: Array | None = None
        self.tip_level = ""
        self.needle_z_mm: float | None = None
        self.looked_mm = 0.0
        self.early = False
        self.strokes = 0
        self.cried_tick = -1
        self.moved_tick = 0
        self.opened_tick = 0
        self.pulls, self.across_mm, self.deeper = 0, 0.0, 0
        self.fumbles = not self.careful()
        self.misread = int(float(self.chance.random()) > skill.picture_reading)

    def plan(self, observation: Observation) -> list[Task]:
        """Return the tasks from the stylet to the tip at its level; what was cried before is the needle's."""
        once, self.cried_tick = self.once, observation.tick
        see = self._see("ap", self._place_needle) if self.careful() else []
        return [
            once(lambda o: [TakeInstrument("catheter")]),
            *see,
            once(self._open),
            self._await_fluid,
            self._feed_to(lambda o: _sight(o).needle.length_mm + 4.0, BORE_STROKE_MM),
            once(self._go_on),
        ]

    def next_actions(self, observation: Observation) -> list[Action]:
        """Return what to do now; a cry comes before everything."""
        answer = self._answer_pain(observation) if isinstance(observation.sight, CatheterSight) and self.begun else None
        if answer is None and not self.tasks and NO_CATHETER in observation.refused.lower():
            return self._anew(observation)
        return answer if answer is not None else super().next_actions(observation)

    def _open(self, observation: Observation) -> list[Action]:
        self.opened_tick = observation.tick
        return [Stylet()] if _sight(observation).needle.stylet_in else []

    def _await_fluid(self, observation: Observation) -> list[Action] | None:
        """Look for a drop before the catheter closes the hub."""
        seen = _sight(observation).needle.hub in ("drops", "stream", "pink")
        wait_s = FUMBLES_S if self.fumbles else DROP_S * self.skill.patience if not seen else 0.0
        return None if observation.tick - self.opened_tick >= ticks(wait_s) else []

    def _see(self, view: str, judge: Callable[[Observation], list[Action]]) -> list[Task]:
        """Bring the C-arm round, look, and judge."""
        return [self.steer(lambda o: self._stand(o, view)), self.look, self.once(judge)]

    def _stand(self, observation: Observation, view: str) -> Stand:
        """Return where the C-arm is to stand: as for the stored view where there is one, over the tip."""
        kept = observation.stored.get(view)
        orbit = kept.carm.orbit_deg if kept is not None else 0.0 if view == "ap" else 90.0 * up(observation)
        tilt = kept.carm.tilt_deg if kept is not None else 0.0
        start = self.needle_z_mm if self.needle_z_mm is not None else observation.camera.centre_mm[2] + AHEAD_MM
        past = max(_sight(observation).beyond_mm, 0.0)
        ahead = AHEAD_MM if self.left_mm is None or self.left_mm > AHEAD_MM else max(self.left_mm, 0.0)
        across = kept.carm.isocentre_mm[1] if kept is not None else SIDE_VIEW_ACROSS_MM if view == "lateral" else 0.0
        return Stand(orbit, tilt, start + 0.98 * past + ahead, across + (self.across_mm if view == "lateral" else 0.0), 0.0)

    def _place_needle(self, observation: Observation) -> list[Action]:
        """Note the height of the needle's point."""
        tip = self.reading.places.get("needle_tip")
        if tip is not None:
            self.needle_z_mm = observation.carm.isocentre_mm[2] + float(tip[1])
        return []

    def _feed_to(self, goal_mm: Callable[[Observation], float], stroke_mm: float = STROKE_MM) -> Task:
        """Return a task that feeds strokes until so much is past the hub."""
        stroke: list[float] = []
        size = stroke_mm * (1.0 + float(self.noise(self.skill.hand_noise, 1)[0]))
        speed = STROKE_MM_S * self.skill.haste**HURRY
        held: list[int] = []

        def task(observation: Observation) -> list[Action] | None:
            sight = _sight(observation)
            if CUT_OFF in observation.refused:
                return self._anew(observation)
            if sight.in_mm >= goal_mm(observation) - 0.3 or self.strokes > MOST_STROKES:
                return _released(observation)
            if not observation.gripping:
                stroke[:], held[:] = [sight.in_mm], [observation.tick]
                self.moved_tick = observation.tick
                self.strokes += 1
                return [Grip()]
            stuck = sight.stroke_mm >= 19.9 or observation.tick - held[0] > ticks(STUCK_S + size / speed)
            if self._held_at_lip(sight):
                self.deeper += 1
                self.tasks[0:0] = [self._as_one(lambda: DEEPER_MM)]
                return [LetGo()]
            if self._resisted(sight):
                return [LetGo(), Roll(RESISTED_TURN_DEG)]
            if sight.in_mm - stroke[0] >= size or stuck:
                return [LetGo()]
            left = min(goal_mm(observation) - sight.in_mm, size - (sight.in_mm - stroke[0])) + 0.5
            return [self._along(observation, min(speed * self._since_s(observation), max(left - max(sight.ghost_mm, 0.0), 0.05)))]

        return task

    def _held_at_lip(self, sight: CatheterSight) -> bool:
        """Feel that more than the lip of the bevel holds the tip: the dura lies over part of the opening."""
        at_lip = abs(sight.beyond_mm) < AT_LIP_MM and sight.ghost_mm > LIP_N
        return at_lip and self.deeper < MOST_DEEPER and self.careful()

    def _resisted(self, sight: CatheterSight) -> bool:
        return sight.ghost_mm > RESISTED_N and sight.beyond_mm > 2.0 and self.careful()

    def _anew(self, observation: Observation) -> list[Action]:
        """Ask for another catheter, and begin with it at the open hub."""
        self.left_mm, self.strokes, self.looked_mm = None, 0, 0.0
        self.tasks = [self._feed_to(lambda o: _sight(o).needle.length_mm + 4.0, BORE_STROKE_MM), self.once(self._go_on)]
        return [NewCatheter(), *self._open(observation)]

    def _along(self, observation: Observation, by_mm: float) -> MoveHand:
        """Return the motion of the hand that moves what it holds so far along the needle, inwards positive."""
        needle = _sight(observation).needle
        way = np.array(needle.entry_mm) - np.array(needle.hub_mm)
        drawn = way / needle.outside_mm if needle.outside_mm > HUB_MM else planned_drawn(observation)
        return MoveHand(float(drawn[0] * by_mm), float(drawn[1] * by_mm))

    def _since_s(self, observation: Observation) -> float:
        """Return the seconds since this was asked last, at most a twentieth."""
        since = min((observation.tick - self.moved_tick) / TICKS_PER_S, 0.05)
        self.moved_tick = observation.tick
        return since

    def _go_on(self, observation: Observation) -> list[Action]:
        """Plan the next strokes and looks, or the end."""
        sight, slack = _sight(observation), self.skill.content / 0.8
        if (self.left_mm is not None and self.left_mm <= AT_LEVEL_MM * slack) or self.strokes > MOST_STROKES:
            self.tasks[1:] = self._end(observation)
            return []
        way = LOOK_EVERY_MM if self.left_mm is None else min(LOOK_EVERY_MM, self.left_mm)
        way = max(2.0, way * (1.0 + 0.5 * float(self.noise(self.skill.hand_noise, 1)[0])))
        goal = sight.in_mm + way
        see = self._see("ap", self._judge_ap)
        if not self.early and sight.beyond_mm >= EARLY_MM:
            self.early = True
            see = [*(self._see("lateral", self._judge_lateral) if self.careful() else []), *see]
        blind = self.left_mm is None or self.left_mm > 2.0 * LOOK_EVERY_MM
        looks = see if self.careful() or not blind or self.strokes % 5 == 4 else []
        self.tasks[1:] = [self._feed_to(lambda o: goal), *looks, self.once(self._go_on)]
        return []

    def _judge_ap(self, observation: Observation) -> list[Action]:
        """Read how far the tip has to go and how far it is from the midline; turn it where it should run."""
        tip = self.reading.places.get("catheter_tip")
        if tip is None:
            self.left_mm = None
            return []
        goal = self._level_mm(self._taken_for(observation.plan.tip_level))
        self.left_mm = None if goal is None else float(goal[1] - tip[1])
        known = [(abs(float(place[1] - tip[1])), level) for level in LEVELS if (place := self._level_mm(level)) is not None]
        if known:
            self.tip_level = min(known)[1]
            middle = self.pedicles(self.tip_level)
            self.aside_mm = None if middle is None else float(tip[0] - middle[0])
        self.tip_place = tip / (observation.carm.field_mm / 2.0)
        return self._turned(observation)

    def _taken_for(self, level: Level) -> Level:
        """Return the vertebra that these eyes take for one, by one too low when they miscounted."""
        return LEVELS[min(LEVELS.index(level) + self.misread, len(LEVELS) - 1)]

    def _turned(self, observation: Observation) -> list[Action]:
        """Turn the curved tip to the back, and to the side that leads to the midline."""
        if self.aside_mm is None:
            return []
        if not self.careful():
            pulls = self.pulls < MOST_PULLS and abs(self.aside_mm) > ASIDE_PULL_MM and _sight(observation).beyond_mm > 2.0 * PULLS_MM
            self.pulls += pulls
            self.tasks[1:1] = [self._pull_alone(PULLS_MM)] if pulls else []
            return []
        aside = self.aside_mm
        look = 0.0 if abs(aside) < MIDLINE_MM * self.skill.content else -math.copysign(LOOK_BACK_DEG, aside)
        turn = (look - _sight(observation).turned_deg + 180.0) % 360.0 - 180.0
        return [Roll(turn)] if abs(turn) > 15.0 else []

    def _judge_lateral(self, observation: Observation) -> list[Action]:
        """See that it runs along the back of the canal; a careful hand turns the tip there."""
        tip = self.reading.places.get("catheter_tip")
        if tip is not None:
            self.across_mm += math.copysign(float(tip[0]), observation.carm.orbit_deg * float(tip[0]))
        turn = -_sight(observation).turned_deg
        return [Roll(turn)] if abs(turn) > 15.0 and self.aside_mm is None else []

    def _level_mm(self, level: str) -> Array | None:
        """Return the middle of a vertebra's body on the picture."""
        plates = [
            self.reading.mean(f"{level}.{plate}_front", f"{level}.{plate}_back") for plate in ("superior_endplate", "inferior_endplate")
        ]
        found = [plate for plate in plates if plate is not None]
        if len(found) == 2:
            return np.asarray(0.5 * (found[0] + found[1]))
        pedicles = self.pedicles(level)
        return None if pedicles is None else pedicles - np.array([0.0, 5.0])

    def _end(self, observation: Observation) -> list[Task]:
        """Return the tasks at the level: come back where it went too far, call it, see it from the side."""
        far = self.left_mm is not None and self.left_mm < -2.0 * AT_LEVEL_MM * self.skill.content
        back = [self._as_one(lambda: self.left_mm or 0.0)] if far else []
        if far and not self.careful():
            back = [self._pull_alone(-(self.left_mm or 0.0))]
        again = self._see("ap", self._judge_ap) if far and self.careful() else []
        side = self._see("lateral", lambda o: []) if self.careful() else []
        return [*back, *again, self.once(self._call), *side]

    def _call(self, observation: Observation) -> list[Action]:
        """Call the tip's level on the picture, with the name that these eyes find for it."""
        if self.tip_place is None or not self.tip_level:
            return []
        index = LEVELS.index(self.tip_level)
        index = max(0, index - self.misread)
        u, v = (float(max(-0.7, min(0.7, value))) for value in self.tip_place)
        return [NameLevel(LEVELS[index], round(u, 4), round(v, 4))]

    def _as_one(self, by_mm: Callable[[], float]) -> Task:
        """Return a task that moves needle and catheter together, inwards positive, the other hand at the hub."""
        start: list[float] = []

        def task(observation: Observation) -> list[Action] | None:
            sight = _sight(observation)
            if not start:
                start.append(sight.needle.outside_mm)
                self.moved_tick = observation.tick
                x, y = sight.needle.hub_mm
                return [*([] if observation.gripping else [Grip()]), OtherHand(True, x, y)]
            moved_mm = start[0] - sight.needle.outside_mm
            against = by_mm() > 0.0 and (sight.needle.word == "bone" or sight.needle.outside_mm < HUB_MM)
            if abs(moved_mm) >= abs(by_mm()) or against:
                return [OtherHand(False), LetGo()] if observation.gripping else None
            if not observation.gripping:
                return None
            return [self._along(observation, math.copysign(AS_ONE_MM_S, by_mm()) * self._since_s(observation))]

        return task

    def _pull_alone(self, by_mm: float) -> Task:
        """Return a task that pulls the catheter back through the needle, which nobody should."""
        start: list[float] = []

        def task(observation: Observation) -> list[Action] | None:
            sight = _sight(observation)
            if not start:
                start.append(sight.in_mm)
                self.moved_tick = observation.tick
                return [] if observation.gripping else [Grip()]
            if sight.in_mm <= start[0] - by_mm or not observation.gripping:
                return _released(observation)
            return [self._along(observation, -2.0 * AS_ONE_MM_S * self._since_s(observation))]

        return task

    def _answer_pain(self, observation: Observation) -> list[Action] | None:
        """Hear a leg pain once: stop, draw both back as one, wait until it fades, turn the tip, go on."""
        cries = [heard.tick for heard in observation.heard if heard.line.startswith(("cry_nerve", "leg_jumped"))]
        if not cries or cries[-1] <= self.cried_tick or observation.tick - cries[-1] < ticks(self.skill.reaction_s):
            return None
        self.cried_tick = cries[-1]
        if not self.careful():
            return None
        turn = -math.copysign(NERVE_TURN_DEG, self.aside_mm) if self.aside_mm else NERVE_TURN_DEG
        cure = [self._as_one(lambda: -OFF_NERVE_MM), self.once(lambda o: [Wait(NERVE_S)]), self.once(lambda o: [Roll(turn)])]
        pedal = [] if self.pressed_tick is None else [self.look]
        self.tasks = [*pedal, *cure, *self._see("ap", self._judge_ap), self.once(self._go_on)]
        return _released(observation) or []


def _sight(observation: Observation) -> CatheterSight:
    assert isinstance(observation.sight, CatheterSight)
    return observation.sight


def _released(observation: Observation) -> list[Action] | None:
    """Let go, or be done where nothing is held."""
    return [LetGo()] if observation.gripping else None
