"""Opening the back, tying, drawing the needle, anchoring and looping, by hands of some skill."""

import math

from game.operation.actions import FinishStep, LetGo, MoveHand, OtherHand, Pedal, PointHand, Roll
from game.operation.anchoring.actions import Clamp, Spread
from game.operation.anchoring.sight import AnchoringSight
from game.session.trainees.scripted import Moves, Place, ScriptedHands

HALF_INCISION_MM = 25.0
SKIN_BLADE_MM, FAT_BLADE_MM = 4.0, 6.0  # the last of the fat is parted by cautery, which stops at the fascia
STROKES, BURN_STEP_MM, MOST_PASSES = 4, 0.5, 18
CUT_MM, WIPE_MM, SWEEP_MM, HUB_MM, WIRE_MM, TUG_MM = 2.0, 4.0, 1.2, 0.7, 2.5, 0.15
BURN_LOOKS, SECTOR_MM = 20, 8.0
PURSE_MM, BITE_HALF_MM, BULGE_MM = 5.0, 2.4, 3.6
SNUG_LOOKS = 120
BITE_ASIDE_RAD = (0.0, 0.4, -0.4)  # a trained hand sees a thread tear out of fat, and bites again beside it
GAP_MM, TUG_N, LOOP_RADIUS_MM, LOOP_STEPS = 3.0, 1.5, 16.0, 24
NEEDLE_STROKE_MM = 10.0


class AnchoringHands(ScriptedHands):
    """Does the step in its order; what a careful hand checks and a hasty one leaves out follows from the skill."""

    sight_type = AnchoringSight

    @property
    def sight(self) -> AnchoringSight:
        """What the hands see now."""
        sight = self.observation.sight
        assert isinstance(sight, AnchoringSight)
        return sight

    def play(self) -> Moves:
        """Open, tie, take needle and wire out, anchor, loop, look."""
        yield from self._open()
        if self.careful() or self.careful():
            yield from self._clear()
        yield from self._purse()
        yield from self._needle_out()
        yield from self._wire_out()
        yield from self._tie()
        if self.careful() or self.careful():
            yield [Clamp()]
        yield from self._anchor()
        if self.careful() or self.careful():
            yield from self._tug()
        yield from self._loop()
        if self.careful():
            yield [Pedal(True)]
            yield from ([] for _ in range(8))
            yield [Pedal(False)]
        while True:
            if self.sight.end == "open":
                yield [Clamp()]
            yield from self._stop_bleeding(all_of_it=True)
            yield [FinishStep()]

    # down to the fascia

    def _open(self) -> Moves:
        """Cut along the body through the needle's place, deeper with each stroke until white fascia shows."""
        yield from self.take("blade")
        half = max(10.0, self.spread(HALF_INCISION_MM, 1.2 * self.skill.aim_noise_mm))
        x, y = self.sight.entry_xy
        middle = 0.5 * (x + self.sight.exit_xy[0])
        deep = STROKES if self.careful() or self.careful() else 3 * STROKES
        for stroke in range(deep):
            wanted = SKIN_BLADE_MM if stroke == 0 else FAT_BLADE_MM if deep == STROKES else 6.0 * stroke
            yield [Roll(10.0 * (self.spread(wanted, self.skill.hand_noise * wanted) - self.sight.blade_mm))]
            way = 1.0 if stroke % 2 == 0 else -1.0
            yield [PointHand(middle - way * half, self.spread(y, 0.3 * self.skill.aim_noise_mm))]
            yield from self.at((middle - way * half, y))
            yield from self.drag(way * 2.0 * half, 0.0, CUT_MM)
            yield from self.let_go()
            if stroke == 1:
                yield [Spread()]
            if self.careful():
                yield from self._stop_bleeding()
                yield from self.take("blade")
            if self.sight.fascia_mm is not None or (stroke == 2 and deep == STROKES):
                break
        if not self.sight.retracted:
            yield [Spread()]
        yield from self._part_fat(middle, half)

    def _part_fat(self, middle: float, half: float) -> Moves:
        """Part the rest of the fat with cautery along the wound, to and fro, until all of the fascia is white."""
        for turn in range(MOST_PASSES):
            depths = [d for d in self.sight.cut if d >= self.sight.skin_mm]
            if not depths or (self.sight.fascia_mm is not None and min(depths) >= self.sight.fascia_mm - 0.5):
                return
            yield from self.take("cautery")
            y = self.sight.entry_xy[1] if self.sight.cut_y is None else self.sight.cut_y
            way = 1.0 if turn % 2 == 0 else -1.0
            yield [PointHand(middle - way * half, y)]
            yield from self.at((middle - way * half, y), exact=True)
            yield from self.drag(way * 2.0 * half, 0.0, BURN_STEP_MM)
            yield from self.let_go()
            if self.sight.blood_ml > 1.0:
                yield from self._stop_bleeding()
            if not self.careful():
                return

    def _stop_bleeding(self, all_of_it: bool = False) -> Moves:
        """Wipe, then burn each vessel that shows."""
        if self.sight.blood_ml > 1.0 or (all_of_it and self.sight.blood_ml > 0.4):
            yield from self.take("gauze")
            x, y = self.sight.exit_xy
            yield from self.at((x - 18.0, y))
            for k in range(8):
                yield from self.drag(36.0 if k % 2 == 0 else -36.0, 0.0, WIPE_MM)
            yield from self.let_go()
        for _ in range(6):
            if not self.sight.bleeding:
                return
            yield from self.take("cautery")
            bx, by, _rate = self.sight.bleeding[0]
            yield from self.at((bx, by))
            yield from ([] for _ in range(BURN_LOOKS))
            yield from self.let_go()

    def _clear(self) -> Moves:
        """Sweep a ring round the exit."""
        yield from self.take("scissors")
        x, y = self.sight.exit_xy
        yield from self.at((x + SECTOR_MM, y))
        for k in range(1, 33):
            a, b = (2.0 * math.pi * n / 32.0 for n in (k - 1, k))
            yield [MoveHand(SECTOR_MM * (math.cos(b) - math.cos(a)), SECTOR_MM * (math.sin(b) - math.sin(a)))]
        yield from self.let_go()

    # tie, needle, wire

    def _bite(self, middle: Place, along: Place) -> Moves:
        """Press, arc, release round a middle; the arc is the depth."""
        yield from self.at((middle[0] - BITE_HALF_MM * along[0], middle[1] - BITE_HALF_MM * along[1]))
        bulge = max(0.4, self.spread(BULGE_MM, self.skill.hand_noise * BULGE_MM))
        for k in range(1, 13):
            a, b = (math.pi * n / 12.0 for n in (k - 1, k))
            out, side = 2.0 * BITE_HALF_MM / 12.0, bulge * (math.sin(b) - math.sin(a))
            yield [MoveHand(out * along[0] - side * along[1], out * along[1] + side * along[0])]
        yield from self.let_go()

    def _purse(self) -> Moves:
        """Four bites round the exit, or as many as patience allows."""
        yield from self.take("suture")
        bites = 4 if self.careful() or self.careful() else 3 if self.careful() else 2
        radius = max(1.5, self.spread(PURSE_MM, 0.5 * self.skill.aim_noise_mm))
        for k in range(bites):
            had, (x, y) = len(self.sight.bites), self.sight.exit_xy
            for aside in BITE_ASIDE_RAD if self.skill.care > 0.9 else BITE_ASIDE_RAD[:1]:
                turn = 2.0 * math.pi * (k + 0.5) / bites + aside
                yield from self._bite((x + radius * math.cos(turn), y + radius * math.sin(turn)), (-math.sin(turn), math.cos(turn)))
                if len(self.sight.bites) > had:
                    break

    def _needle_out(self) -> Moves:
        """Pin the catheter at the fascia and draw the needle in centimetre strokes."""
        if self.careful() or self.careful():
            yield [OtherHand(True, *self.sight.exit_xy)]
        yield from self.take("hands")
        x, y = self.sight.way
        for _ in range(40):
            if not self.sight.needle_in:
                break
            yield from self.at(self.sight.hub_xy)
            yield from self.drag(x * 0.7 * NEEDLE_STROKE_MM, y * 0.7 * NEEDLE_STROKE_MM, HUB_MM)
            yield from self.let_go()

    def _wire_out(self) -> Moves:
        yield from self.take("hands")
        for _ in range(12):
            if not self.sight.wire_in:
                break
            yield from self.at(self.sight.end_xy)
            yield from self.drag(12.0, 0.0, WIRE_MM)
            yield from self.let_go()
        yield [OtherHand(False)]

    def _tie(self) -> Moves:
        """Draw the ends apart, watching the two drips: stop when the ooze stops, before the free end slows."""
        yield from self.take("hands")
        yield from self.at(self.sight.exit_xy)
        beyond = 0.0
        for _ in range(SNUG_LOOKS):
            if self.sight.ooze_per_min < 2.0:
                beyond += 1.0
                if beyond > self.spread(14.0, 60.0 * self.skill.hand_noise):
                    break
            yield [MoveHand(0.35 * self.skill.haste, 0.0)]
        yield from ([] for _ in range(round(6 * self.skill.patience)))
        yield from self.let_go()

    # anchor

    def _anchor(self) -> Moves:
        """Slide the anchor down to the fascia in the catheter's line, and stitch it."""
        kind = "self_grip" if self.careful() or self.careful() else "winged"
        yield from self.take(kind)
        turn = self.sight.anchor_turn_deg
        yield [Roll(-self.spread(turn, 2.0 * self.skill.angle_noise_deg))]
        (ex, ey), (wx, wy) = self.sight.exit_xy, self.sight.way
        gap = max(0.0, self.spread(GAP_MM, 0.8 * self.skill.aim_noise_mm))
        yield [PointHand(ex + 30.0 * wx, ey + 30.0 * wy)]
        yield from self.at((ex + 30.0 * wx, ey + 30.0 * wy), exact=True)
        yield from self.drag((gap - 30.0) * wx, (gap - 30.0) * wy, 1.0)
        yield from self.let_go()
        yield from self.take("suture")
        stitches = 3 if self.careful() or self.careful() else 2 if self.careful() else 1
        ax, ay = self.sight.anchor_xy
        for k in range(stitches):
            side = (-6.0, 6.0, 0.0)[k]
            yield from self._bite((ax - side * wy + (4.0 if k == 2 else 0.0) * wx, ay + side * wx), (wx, wy))

    def _tug(self) -> Moves:
        """Pull gently, a newton or two."""
        yield from self.take("forceps")
        (ex, ey), (wx, wy) = self.sight.exit_xy, self.sight.way
        yield from self.at((ex + 15.0 * wx, ey + 15.0 * wy), exact=True)
        for _ in range(60):
            if self.sight.force_n >= TUG_N or self.sight.slip_mm > 3.0:
                break
            yield [MoveHand(TUG_MM * wx, TUG_MM * wy)]
        yield from self.let_go()

    def _loop(self) -> Moves:
        """Lay one ring of 3 cm towards the feet."""
        yield from self.take("forceps")
        radius = max(3.0, self.spread(LOOP_RADIUS_MM, 1.2 * self.skill.aim_noise_mm))
        (ex, ey), (wx, wy) = self.sight.exit_xy, self.sight.way
        yield [PointHand(ex + 34.0 * wx, ey + 34.0 * wy)]
        yield from self.at((ex + 34.0 * wx, ey + 34.0 * wy), exact=True)
        for k in range(1, LOOP_STEPS + 5):
            a, b = (2.0 * math.pi * n / LOOP_STEPS for n in (k - 1, k))
            jitter = 1.0 + 0.5 * self.skill.hand_noise * float(self.chance.normal())
            yield [MoveHand(radius * jitter * (math.cos(b) - math.cos(a)), radius * jitter * (math.sin(b) - math.sin(a)))]
        yield [LetGo()]
