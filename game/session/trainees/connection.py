"""Cutting, joining, testing, coiling and seating, by hands of some skill."""

import math
from collections.abc import Generator

import numpy as np

from game.base import Action
from game.operation.actions import FinishStep, Grip, LetGo, MoveHand, PointHand, Roll, TakeInstrument
from game.operation.connection.actions import LookAt, SetSyringe, WriteTrimmed
from game.operation.connection.sight import ConnectionSight, Place
from game.session.observation import Observation
from game.session.trainees.skill import Skill

RULER_Y_MM, RULER_ZERO_X_MM = -70.0, 138.0  # where the ruler lies on the towel
LONGEST_PIECE_MM = 230.0  # the ruler's reach
LEFT_OVER_MM = 185.0  # spare that is left to coil: 10 to 20 cm
SUPEROMEDIAL_DEG = 45.0
LAY_MM, CLOSE_MM, PUSH_MM, PULL_MM = 3.0, 1.6, 0.5, 0.4  # ways of the hand from look to look, 30 a second
CLOSING_MM, AT_MOUTH_MM, STRAIGHT_MM = 12.5, 10.0, 20.0
COIL_RADIUS_MM, COIL_STEPS, COIL_AT_MM = 21.0, 24, 45.0  # beyond the plug, where the slack lies
RECUT_MM, STRETCHED_MM = 15.0, 25.0  # cut off a bad end, and off one that a plug stretched
PLUNGER_MM = 3.2  # lead of a slow plunger: about 130 cmH2O with 10 mL
ENOUGH_ML, PATIENCE_LOOKS = 1.4, 30 * 60
BITE_MM, BULGE_MM = 8.0, 4.5
BESIDE_MM = 60.0  # the pump beside its pocket, where its catheter hangs loose
Moves = Generator[list[Action], None, None]


class ConnectionHands:
    """Does the step in its order, with checks as the skill has them, and looks for the cause of a dry port."""

    def __init__(self, skill: Skill, chance: np.random.Generator) -> None:
        """Keep the skill and the trainee's own stream."""
        self.skill, self.chance = skill, chance
        self.read_mm, self.wrote = 0.0, False
        self._work: Moves | None = None
        self._seen: Observation | None = None

    def next_actions(self, observation: Observation) -> list[Action]:
        """Return what to do now."""
        if not isinstance(observation.sight, ConnectionSight):
            return []
        self._seen = observation
        if self._work is None:
            self._work = self._play()
        return next(self._work, [FinishStep()])

    @property
    def sight(self) -> ConnectionSight:
        """What the hands see now."""
        assert self._seen is not None
        assert isinstance(self._seen.sight, ConnectionSight)
        return self._seen.sight

    def _careful(self) -> bool:
        return float(self.chance.random()) < self.skill.care

    def _spread(self, value: float, sigma: float) -> float:
        return value + sigma * float(self.chance.normal())

    def _play(self) -> Moves:
        yield from self._trim()
        yield from self._bring()
        yield from self._join()
        if self._careful() or self._careful():
            yield from self._tug()
        if self._careful() or self._careful():
            yield from self._draw()
        yield from self._coil()
        yield from self._seat()
        stitches = 3 if self._careful() else 2 if self._careful() else 1
        for loop in range(1, 1 + stitches):
            yield from self._stitch(loop)
        while True:
            yield [FinishStep()]
            if self.sight.plug_mm <= 0.0:
                yield from self._take("forceps")
                yield from self._join()
            if not self.sight.seated:
                yield from self._seat()

    # moving

    def _take(self, instrument: str) -> Moves:
        yield [TakeInstrument(instrument)]

    def _at(self, place: Place) -> Moves:
        x, y = (self._spread(value, 0.3 * self.skill.aim_noise_mm) for value in place)
        yield [PointHand(x, y), Grip()]

    def _drag(self, dx_mm: float, dy_mm: float, step_mm: float) -> Moves:
        """Move by a way, so much from look to look."""
        looks = max(1, math.ceil(math.hypot(dx_mm, dy_mm) / (step_mm * self.skill.haste)))
        for _ in range(looks):
            yield [MoveHand(dx_mm / looks, dy_mm / looks)]

    def _outward(self) -> Place:
        (x, y), (px, py) = self.sight.stem_xy, self.sight.pump_xy
        length = math.dist((x, y), (px, py))
        return ((x - px) / length, (y - py) / length)

    # cutting

    def _trim(self) -> Moves:
        """Lay the end at the ruler's zero, cut what is too much, write it down; what the ruler cannot show in one go, in two."""
        too_much = max(30.0, self._spread(self.sight.loose_mm - LEFT_OVER_MM, 4.0 * self.skill.aim_noise_mm))
        while too_much > 1.0:
            piece = min(too_much, LONGEST_PIECE_MM)
            too_much -= piece
            yield from self._cut_off(piece)
        if self._careful() or self._careful():
            yield self._write()

    def _write(self) -> list[Action]:
        """Write down what the ruler said in all."""
        self.wrote = True
        return [WriteTrimmed(max(0.0, round(self.read_mm, 0)))]

    def _cut_off(self, length_mm: float) -> Moves:
        """Lay the end out, cut so much off, and remember what the ruler said."""
        yield from self._take("forceps")
        end = self.sight.tail[-1]
        yield from self._at(end)
        aside = 0.0 if self._careful() else self._spread(0.0, 3.0 * self.skill.aim_noise_mm)
        yield from self._drag(RULER_ZERO_X_MM - aside - end[0], RULER_Y_MM - end[1], LAY_MM)
        yield [LetGo()]
        yield from self._take("scissors")
        square = self.sight.catheter_deg + 90.0 if self._careful() else self.sight.catheter_deg + 60.0
        yield [Roll(_turn(self._spread(square, self.skill.angle_noise_deg) - self.sight.blades_deg))]
        end = self.sight.tail[-1]
        yield from self._at((end[0] - length_mm, end[1]))
        yield from self._drag(0.0, CLOSING_MM, CLOSE_MM)
        yield [LetGo()]
        self.read_mm += end[0] - self.sight.tail[-1][0] if self._careful() else RULER_ZERO_X_MM - self.sight.tail[-1][0]
        if self.sight.end_looks in ("oblique", "crushed") and self._careful():
            yield from self._recut(RECUT_MM)

    def _recut(self, length_mm: float) -> Moves:
        yield [Roll(_turn(self.sight.catheter_deg + 90.0 - self.sight.blades_deg))]
        yield from self._at((self.sight.tail[-1][0] - length_mm, self.sight.tail[-1][1]))
        end = self.sight.tail[-1]
        yield from self._drag(0.0, CLOSING_MM, 3.0)
        yield [LetGo()]
        self.read_mm += math.dist(end, self.sight.tail[-1])

    # joining

    def _join(self) -> Moves:
        """Bring the end to the stem, turn it to its slot, push to the click."""
        yield from self._take("forceps")
        yield from self._carry_end()
        for _ in range(4):
            off = self.sight.plug_roll_deg
            yield [Roll(_turn(-self._spread(off, 1.5 * self.skill.angle_noise_deg)))]
            yield from self._push()
            if self.sight.shut or not (self._careful() or self._careful()):
                return

    def _carry_end(self) -> Moves:
        end, (sx, sy), (ox, oy) = self.sight.tail[-1], self.sight.stem_xy, self._outward()
        yield from self._at(end)
        yield from self._drag(sx + 2.0 * ox - end[0], sy + 2.0 * oy - end[1], LAY_MM)
        yield [LetGo()]

    def _push(self) -> Moves:
        (x, y), (ox, oy) = self.sight.stem_xy, self._outward()
        yield [PointHand(x + 2.0 * ox, y + 2.0 * oy), Grip()]
        limit_n = 14.0 if self._careful() else 4.0
        for _ in range(120):
            if self.sight.shut or self.sight.force_n > limit_n:
                break
            yield [MoveHand(-ox * PUSH_MM, -oy * PUSH_MM)]
        yield [LetGo()]

    def _tug(self) -> Moves:
        """Pull with about 2 N."""
        (x, y), (ox, oy) = self.sight.stem_xy, self._outward()
        yield [PointHand(x + 2.0 * ox, y + 2.0 * oy), Grip()]
        while self.sight.force_n > -self._spread(2.0, self.skill.hand_noise) and self.sight.plug_mm > 0.0:
            yield [MoveHand(ox * 0.2, oy * 0.2)]
        yield [LetGo()]
        if self.sight.slipped and self._careful():
            yield from self._join()

    # testing

    def _draw(self) -> Moves:
        """Draw from the access port, slowly; look for the cause when nothing comes."""
        for attempt in range(3):
            yield from self._take("cap_10" if self._careful() or attempt else "cap_3")
            x, y = self.sight.cap_xy
            yield [SetSyringe(x, y), Grip()]
            yield from self._pull()
            yield [LetGo()]
            if self.sight.drawn_ml >= 1.0 or not self._careful():
                return
            yield from self._cure()

    def _pull(self) -> Moves:
        ox, oy = self._outward()
        lead_mm = PLUNGER_MM * self.skill.haste**1.5
        for _ in range(round(PATIENCE_LOOKS * min(1.0, self.skill.patience))):
            sight = self.sight
            if sight.drawn_ml >= ENOUGH_ML or sight.air_ml > 1.0 or sight.drug_ml > 1.0:
                return
            if sight.suction and self.skill.care > 0.6:
                yield [LetGo()]
                yield [Grip()]
                lead_mm *= 0.7
                continue
            behind = min(PULL_MM, lead_mm - sight.force_n)
            yield [MoveHand(ox * behind, oy * behind)] if behind > 0.02 else []

    def _cure(self) -> Moves:
        """Go through the causes of a dry port in their order: loops, joint, ties, tunnel."""
        if self.sight.air_ml > 0.5 or not self.sight.shut:
            yield from self._rejoin()
            return
        yield [LookAt("back")]
        for cause in self.sight.kinks_seen:
            yield from self._free_at_back(cause)
        yield [LookAt("belly")]
        yield from self._straighten()

    def _straighten(self) -> Moves:
        """Draw the catheter straight where it comes out of its tunnel."""
        yield from self._take("forceps")
        (x, y), (next_x, next_y) = self.sight.tail[:2]
        away = math.dist((x, y), (next_x, next_y))
        out = ((next_x - x) / away, (next_y - y) / away)
        yield [PointHand(x + AT_MOUTH_MM * out[0], y + AT_MOUTH_MM * out[1]), Grip()]
        yield from self._drag(STRAIGHT_MM * out[0], STRAIGHT_MM * out[1], 1.0)
        yield [LetGo()]

    def _rejoin(self) -> Moves:
        """Pull the plug off, cut a fresh end and push it on again."""
        yield from self._take("forceps")
        (x, y), (ox, oy) = self.sight.stem_xy, self._outward()
        yield [PointHand(x + 2.0 * ox, y + 2.0 * oy), Grip()]
        for _ in range(120):
            if self.sight.plug_mm <= 0.0:
                break
            yield [MoveHand(ox * PUSH_MM, oy * PUSH_MM)]
        yield [LetGo()]
        yield from self._take("scissors")
        yield from self._recut(STRETCHED_MM)
        if self.wrote and self._careful():
            yield self._write()
        yield from self._join()

    def _free_at_back(self, cause: str) -> Moves:
        place = self.sight.tail[0 if cause == "tie" else len(self.sight.tail) // 2]
        yield from self._take("scissors" if cause == "tie" else "forceps")
        yield [PointHand(*place), Grip()]
        yield from self._drag(CLOSING_MM, 0.0, 1.0)
        yield [LetGo()]
        if cause == "tie":
            yield from self._take("suture")
            yield [PointHand(*place), Grip()]
            yield from self._drag(self._spread(31.0, 30.0 * self.skill.hand_noise), 0.0, 0.5)
            yield [LetGo()]

    # seating

    def _bring(self) -> Moves:
        """Carry the pump beside its pocket and turn it: its stem between head and midline."""
        yield from self._take("pump")
        yield [Roll(_turn(self._spread(SUPEROMEDIAL_DEG, 3.0 * self.skill.angle_noise_deg) - self.sight.pump_deg))]
        yield from self._carry((self.sight.pocket_xy[0] + BESIDE_MM, self.sight.pocket_xy[1]))

    def _carry(self, to: Place) -> Moves:
        x, y = self.sight.pump_xy
        yield [PointHand(x, y), Grip()]
        yield from self._drag(to[0] - x, to[1] - y, LAY_MM)
        yield [LetGo()]

    def _coil(self) -> Moves:
        """Circle the spare into rings behind the pump."""
        if not self._careful() and not self._careful():
            return
        yield from self._take("forceps")
        (x, y), (ox, oy) = self.sight.stem_xy, self._outward()
        radius = max(4.0, self._spread(COIL_RADIUS_MM, 1.5 * self.skill.aim_noise_mm))
        at = (x + COIL_AT_MM * ox + radius, y + COIL_AT_MM * oy)
        yield [PointHand(*at), Grip()]
        turns, wound_mm = 0, -1.0
        while turns < COIL_STEPS * 5 and self.sight.wound_mm > wound_mm - 1e-6:
            wound_mm = self.sight.wound_mm if turns % COIL_STEPS == 0 and turns else -1.0
            a, b = (2.0 * math.pi * k / COIL_STEPS for k in (turns, turns + 1))
            jitter = 1.0 + 0.5 * self.skill.hand_noise * float(self.chance.normal())
            yield [MoveHand(radius * jitter * (math.cos(b) - math.cos(a)), radius * jitter * (math.sin(b) - math.sin(a)))]
            turns += 1
            if turns % COIL_STEPS == 0 and self.sight.wound_mm <= wound_mm:
                break
        yield [LetGo()]

    def _seat(self) -> Moves:
        yield from self._take("pump")
        yield from self._carry(self.sight.pocket_xy)

    def _stitch(self, loop: int) -> Moves:
        """Bite through the fascia at a loop, with an arc as deep as the hand thinks."""
        yield from self._take("suture")
        x, y = self.sight.loops_xy[loop]
        yield from self._at((x, y))
        bulge = max(0.3, self._spread(BULGE_MM if self._careful() else 0.5 * BULGE_MM, self.skill.hand_noise * BULGE_MM))
        for k in range(1, 13):
            a, b = (math.pi * n / 12.0 for n in (k - 1, k))
            yield [MoveHand(BITE_MM / 12.0, bulge * (math.sin(b) - math.sin(a)))]
        yield [LetGo()]


def _turn(angle_deg: float) -> float:
    """Return a turn the short way round."""
    return math.remainder(angle_deg, 360.0)
