"""The tunnelling step on the screen: the flank unrolled from the back wound to the pocket's mark, rod, fingers, catheter."""

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from game.base import Action
from game.operation.actions import Grip, Roll
from game.operation.antisepsis.layout import x_of_z
from game.operation.tunnelling.actions import DrawRod, DrawSheath, SetDown
from game.operation.tunnelling.hands import AT_WOUND_MM, RODS
from game.operation.tunnelling.sight import MouthSight, Place, RodSight, TunnellingSight
from game.session.observation import Observation
from game.view.canvas import Canvas
from game.view.field import implants, instruments, strand, trace, wound_tools
from game.view.field.back import unrolled_field
from game.view.field.features import Dimple, Feature, Ink, Wheal, box_of
from game.view.field.picture import FieldPicture
from game.view.field.plane import Float32, Plane
from game.view.field.skin import CHLORHEXIDINE_COLOUR, IODINE_COLOUR, Wash
from game.view.field.sprite import Patch
from game.view.field.wound_look import Layers, WoundLook
from game.view.keys import Meaning
from game.view.layout import Box
from game.view.screens.operative.drawing import chip, lay_instrument, sprite_scale, to_screen
from game.view.screens.operative.flank_profile import draw_profile
from game.view.screens.operative.handstate import HandState
from game.view.screens.operative.stage import Stage, lay_patch, opaque
from game.view.screens.operative.step_view import StepView
from game.view.theme import ACCENT, DANGER, GOOD, TEXT, TEXT_SECOND, WARNING, Colour

if TYPE_CHECKING:
    from game.session.session import Session

SHOWN_ARC_MM = (-48.0, 442.0)
WINDOW_MM = (-138.0, 118.0, -34.0, 428.0)
"""Window of the drapes round flank and wounds: to the head, to the feet, low, high; where no drapes were laid before."""
WASH_TINT = 0.30
GAPE_MM = {"back": 18.0, "belly": 13.0, "stop": 6.0}
ROLL_NOTCH_DEG, TWIST_NOTCH_DEG = 10.0, 30.0
FULL_LOAD_MM = 90.0
HANDLE_MM = 150.0
"""How far from the wound the hand is drawn on the rod at most."""
GHOST_MM = 240.0
WORD_COLOURS: dict[str, Colour] = {"none": TEXT_SECOND, "soft": ACCENT, "firm": WARNING, "hard": DANGER, "bone": DANGER}
FEEL_WORDS = {"ridge": "a firm ridge", "white": "right under the skin", "faint": "deep, hardly felt", "skin": "out of the skin"}
FINGER_WORDS = {"rib": "rib", "crest": "iliac crest", "spine": "spine"}
WET_WORDS = {"bowel": "Bowel content runs out beside the rod", "urine": "Pink urine in the bag"}


@dataclass
class TunnellingView(StepView):
    """View state of the tunnelling step."""

    unrolled: ClassVar[bool] = True
    _layers: tuple[object, dict[str, Layers]] = (None, {})
    _patches: dict[str, tuple[object, Patch | None]] = field(default_factory=dict)

    def key(self, session: "Session", box: Box) -> tuple[object, ...]:
        """Return what the painted field depends on."""
        theatre = session.theatre
        agent = theatre.sterility.agent
        return ("tunnelling", theatre.spec, theatre.seed, theatre.patient_pose, theatre.camera, box.width, box.height, agent)

    def plane(self, session: "Session", box: Box) -> Plane:
        """Return how the unrolled flank lies in its box."""
        low, high = SHOWN_ARC_MM
        return Plane(box.width, box.height, (high - low) / box.height, (-10.0, 0.5 * (low + high)))

    def paint(self, session: "Session", box: Box) -> FieldPicture:
        """Paint the prepared and draped flank, with tissue ready where the back is open."""
        theatre = session.theatre
        plane = self.plane(session, box)
        picture = unrolled_field(theatre.patient, theatre.camera, plane)
        tint = np.full(plane.shape, WASH_TINT, np.float32)
        colour = IODINE_COLOUR if theatre.sterility.agent == "iodine" else CHLORHEXIDINE_COLOUR
        picture.set_wash(Wash(_uneven(tint, plane), np.zeros(plane.shape, np.float32), colour), None)
        flip = 1.0 if theatre.plan.side == "right" else -1.0
        sides = sorted((flip * WINDOW_MM[0], flip * WINDOW_MM[1]))
        picture.set_edges((sides[0], sides[1], WINDOW_MM[2], WINDOW_MM[3]))
        mark_x = x_of_z(theatre, theatre.plan.pocket_mark.z_mm)
        arc = theatre.plan.pocket_mark.arc_mm
        picture.expected = (
            (20.0 * flip - 50.0, -20.0, 20.0 * flip + 90.0, 60.0),
            (mark_x - 30.0, arc - 75.0, mark_x + 30.0, arc + 60.0),
        )
        picture.open_expected(1)
        return picture

    def features(self, session: "Session", observation: Observation) -> tuple[Feature, ...]:
        """Return the pocket's ink and where bone was felt and marked with the pen."""
        sight = observation.sight
        if not isinstance(sight, TunnellingSight):
            return ()
        (ax, ay), (bx, by) = sight.mark_mm
        found: list[Feature] = [Ink(((ax, ay, bx, by),), 2.4)]
        found += [Ink(((x, y, x, y),), 4.0 if what == "crest" else 2.8) for x, y, what in sight.bones]
        found += [Wheal(x, y, 4.0) for x, y in sight.numbed[-1:]]
        return tuple(found)

    def refresh(self, stage: Stage, session: "Session", observation: Observation) -> None:
        """Bring ink and wounds up to date."""
        super().refresh(stage, session, observation)
        sight = observation.sight
        if isinstance(sight, TunnellingSight):
            looks = tuple(self._look(session, mouth) for mouth in sight.mouths if mouth.layer != "skin" or mouth.name != "back")
            stage.refresh(stage.picture.set_wounds(looks))

    def _look(self, session: "Session", mouth: MouthSight) -> WoundLook:
        layers = self._layers_of(session)[mouth.name if mouth.name in ("back", "belly") else "belly"]
        share = np.linspace(0.0, 1.0, 11)
        line = tuple(
            (round(mouth.start_mm[0] + (mouth.end_mm[0] - mouth.start_mm[0]) * float(s), 1), round(_mix(mouth, float(s)), 1)) for s in share
        )
        deep = {"skin": layers.fat_mm, "fat": layers.scarpa_mm + 2.0, "fascia": layers.fascia_mm, "muscle": layers.fascia_mm}[mouth.layer]
        depths = tuple(round(float(deep * min(1.0, 4.0 * min(s, 1.0 - s) + 0.15)), 2) for s in share)
        return WoundLook(line, depths, layers, gape_mm=GAPE_MM[mouth.name], retracted=mouth.name == "back", up=(0.0, 1.0))

    def _layers_of(self, session: "Session") -> dict[str, Layers]:
        """Return the layers of back and belly, looked up once a patient."""
        theatre = session.theatre
        key = (theatre.spec, theatre.seed)
        if self._layers[0] != key:
            mark = theatre.plan.pocket_mark
            places = {"back": (15.0, -50.0), "belly": (mark.arc_mm, mark.z_mm)}
            points = np.stack([theatre.patient.skin_point(arc, z, theatre.plan.side) for arc, z in places.values()])
            rows = theatre.patient.layers_mm(points)[1]
            found = {
                name: Layers(round(float(r[0]), 1), round(float(r[0] + 0.6 * (r[1] - r[0])), 1), round(float(r[1]), 1))
                for name, r in zip(places, rows, strict=True)
            }
            self._layers = (key, found)
        return self._layers[1]

    # Hands

    def press(self, session: "Session", observation: Observation, hands: HandState) -> list[Action]:
        """Return what a press on the field does with what the hand holds."""
        sight, here = observation.sight, (hands.x_mm, hands.y_mm)
        if not isinstance(sight, TunnellingSight):
            return []
        if observation.instrument in RODS:
            rod = sight.rod
            placed = rod.entry_mm is not None and (rod.inside_mm > 5.0 or not self._other_wound(sight, here))
            return [Grip()] if placed else [SetDown(*here)]
        if observation.instrument == "catheter":
            return [Grip()] if sight.catheter.tied else [SetDown(*here)]
        return [SetDown(*here), Grip()]

    def _other_wound(self, sight: TunnellingSight, here: Place) -> bool:
        """Say whether a place is at another wound than the one that the rod is set into."""
        near = min(sight.mouths, key=lambda mouth: _off(mouth, here), default=None)
        return near is not None and near.name != sight.rod.began and _off(near, here) < AT_WOUND_MM

    def aimed(self, dx_mm: float, dy_mm: float, session: "Session", observation: Observation) -> tuple[float, float]:
        """Return bend or lift, and the turn of the rod's way, of a right drag in mm: up bends or lifts, sideways turns."""
        sight = observation.sight
        down = not isinstance(sight, TunnellingSight) or sight.rod.way[1] <= 0.0
        return dy_mm, dx_mm if down else -dx_mm

    def along_axis(self, session: "Session", observation: Observation) -> tuple[float, float] | None:
        """Return the drawn direction in which arrows push rod or catheter."""
        sight = observation.sight
        if not isinstance(sight, TunnellingSight):
            return None
        if observation.instrument in RODS and sight.rod.entry_mm is not None:
            return sight.rod.way
        return (0.0, 1.0) if observation.instrument == "catheter" else None

    def command(self, meaning: Meaning, session: "Session") -> list[Action] | None:
        """Draw the rod out of its sheath, and later the sheath off the catheter."""
        if meaning != "stylet":
            return None
        return [DrawSheath()] if getattr(session.states.get("tunnelling"), "sheath_in", False) else [DrawRod()]

    def wheel(self, notches: int, session: "Session") -> list[Action]:
        """Roll the rod, or turn the twist out of the catheter."""
        return [Roll((TWIST_NOTCH_DEG if session.theatre.hand.instrument == "catheter" else ROLL_NOTCH_DEG) * notches)]

    def hand_is_drawn(self, observation: Observation, hands: HandState) -> bool:
        """Say whether the field shows what the hand holds at the pointer."""
        return observation.instrument in ("", "blade", "lidocaine")

    def load(self, session: "Session") -> float:
        """Return how far the hand is ahead, as a share of a full load."""
        step = session.states.get("tunnelling")
        if step is None or not session.theatre.hand.gripping:
            return 0.0
        return float(max(step.rod.ghost_mm, 0.0)) / FULL_LOAD_MM

    # Drawing

    def draw(
        self, canvas: Canvas, box: Box, stage: Stage, session: "Session", observation: Observation, hands: HandState, seconds: float
    ) -> None:
        """Draw everything that moves on the field."""
        sight = observation.sight
        if not isinstance(sight, TunnellingSight):
            return
        self._draw_catheter(canvas, box, stage, sight, observation)
        self._draw_tent(canvas, box, stage, session, sight)
        self._draw_rod(canvas, box, stage, sight)
        if session.theatre.hand.other_down:
            self._draw_fingers(canvas, box, stage, session, sight)
        if len(sight.cut) == 2:
            scalpel = wound_tools.scalpel_10(sprite_scale(stage.plane))
            lay_instrument(canvas.surface, stage.plane, box, scalpel, sight.cut[1], _unit(0.62, 0.78), 2.0)
        elif hands.inside:
            self._draw_hovering(canvas, box, stage, observation, sight, hands)
        if observation.instrument in RODS or session.mode == "guided":
            draw_profile(canvas, box, session, sight)
        self._draw_words(canvas, box, stage, session, observation, sight)

    def _strand(
        self, name: str, stage: Stage, points_mm: list[Place], radius_mm: float, kind: str = "rod", sinks_mm: float = 0.0
    ) -> Patch | None:
        """Return a rod, a sheath or a catheter along places of the field, kept while it stands."""
        rounded = tuple((round(x, 1), round(y, 1)) for x, y in points_mm)
        key = (rounded, stage.plane)
        if name not in self._patches or self._patches[name][0] != key:
            points = trace.smoothed(stage.plane.to_px(np.array(rounded, dtype=np.float64)), 3.0)
            px, shape, fade = stage.plane.px_per_mm, stage.plane.shape, (sinks_mm, 0.0)
            if kind == "catheter":
                patch = strand.catheter_patch(points, px, shape, radius_mm=radius_mm, fade_mm=fade)
            else:
                patch = strand.rod_patch(points, px, shape, radius_mm=radius_mm, kind=kind, fade_mm=fade)
            self._patches[name] = (key, patch)
        return self._patches[name][1]

    def _lay(self, canvas: Canvas, box: Box, stage: Stage, patch: Patch | None, lift_mm: float) -> None:
        if patch is None:
            return
        px = stage.plane.px_per_mm
        shadow = strand.strand_shadow(patch, px, lift_mm)
        lay_patch(canvas.surface, shadow, (box.x + round(0.25 * lift_mm * px), box.y + round(0.95 * lift_mm * px)))
        lay_patch(canvas.surface, patch, (box.x, box.y))

    def _draw_rod(self, canvas: Canvas, box: Box, stage: Stage, sight: TunnellingSight) -> None:
        rod = sight.rod
        for end in sight.sheath:
            away = 1.0 if end[1] > 150.0 else -1.0
            sheath = self._strand(f"sheath{away}", stage, [end, (end[0], end[1] + 34.0 * away)], 2.6, "sheath", 5.0)
            self._lay(canvas, box, stage, sheath, 3.0)
        if rod.mouth_mm is None:
            return
        (ex, ey), (wx, wy) = rod.mouth_mm, rod.way
        outside = rod.length_mm - rod.inside_mm
        handle = (ex - wx * outside, ey - wy * outside)
        patch = self._strand(
            "rod", stage, [rod.mouth_mm, (ex - wx * min(outside, 600.0), ey - wy * min(outside, 600.0))], 2.5, sinks_mm=7.0
        )
        self._lay(canvas, box, stage, patch, 7.0)
        lay_instrument(canvas.surface, stage.plane, box, implants.tunneller_handle(sprite_scale(stage.plane)), handle, (-wx, -wy), 14.0)
        if rod.inside_mm < 5.0:
            self._draw_ghost(canvas, box, stage, rod)
        if rod.reached and rod.tip_mm is not None:
            tip = implants.tunneller_tip(sprite_scale(stage.plane))
            lay_instrument(canvas.surface, stage.plane, box, tip, (rod.tip_mm[0] + wx * 10.0, rod.tip_mm[1] + wy * 10.0), (-wx, -wy), 3.0)
        self._draw_marks(canvas, box, stage, rod)

    def _draw_ghost(self, canvas: Canvas, box: Box, stage: Stage, rod: RodSight) -> None:
        """Lay the rod's own shape over the skin, as it is held there to be bent and turned before it goes in."""
        assert rod.mouth_mm is not None
        aside = math.radians(rod.bend_deg) / 100.0 * math.sin(math.radians(rod.roll_deg))
        x, y = rod.mouth_mm
        turn = math.atan2(rod.way[1], rod.way[0])
        points = []
        for _ in range(25):
            points.append(to_screen(stage.plane, box, x, y))
            x, y = x + GHOST_MM / 24.0 * math.cos(turn), y + GHOST_MM / 24.0 * math.sin(turn)
            turn += aside * GHOST_MM / 24.0
        for k in range(0, len(points) - 1, 2):
            canvas.curve(points[k : k + 2], ACCENT, 3.0)

    def _draw_marks(self, canvas: Canvas, box: Box, stage: Stage, rod: RodSight) -> None:
        """Draw the ring of the hand, its ghost ahead, and how much of the rod is in."""
        assert rod.mouth_mm is not None
        (ex, ey), (wx, wy) = rod.mouth_mm, rod.way
        away = min(HANDLE_MM, 60.0)
        hand = to_screen(stage.plane, box, ex - wx * away, ey - wy * away)
        if abs(rod.ghost_mm) > 1.0:
            ghost = to_screen(stage.plane, box, ex - wx * (away - rod.ghost_mm), ey - wy * (away - rod.ghost_mm))
            canvas.curve([hand, ghost], WORD_COLOURS[rod.word], 3.0)
            canvas.circle(ghost, canvas.px(11), WORD_COLOURS[rod.word], 3.0)
        canvas.circle(hand, canvas.px(7), TEXT, 2.0)

    def _draw_tent(self, canvas: Canvas, box: Box, stage: Stage, session: "Session", sight: TunnellingSight) -> None:
        """Raise the skin over the point where it is felt, and a ridge behind it; whiten it where it is thin."""
        rod = sight.rod
        if rod.tip_mm is None or rod.inside_mm < 8.0 or rod.reached:
            return
        (x, y), (wx, wy) = rod.tip_mm, rod.way
        back = _unit(x - rod.entry_mm[0], y - rod.entry_mm[1]) if rod.entry_mm is not None else (wx, wy)
        high = max(rod.tent_mm, 0.4)
        shown: list[Feature] = [Dimple(x, y, -3.2 * high, 6.5)]
        shown += [Dimple(x - back[0] * d, y - back[1] * d, -1.5 * high, 5.0) for d in (5.0, 10.0, 15.0)]
        if rod.feel == "white":
            shown.append(Wheal(x, y, 5.0 + 0.4 * high))
        boxes = [found for feature in shown if (found := box_of(feature, stage.plane)) is not None]
        if not boxes:
            return
        area = (min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes))
        patch = stage.picture.patch(area, tuple(shown), session.theatre.hand.lean)
        canvas.surface.blit(opaque(patch), (box.x + area[0], box.y + area[1]))
        if rod.feel == "skin":
            tip = implants.tunneller_tip(sprite_scale(stage.plane))
            lay_instrument(canvas.surface, stage.plane, box, tip, (x + back[0] * 12.0, y + back[1] * 12.0), (-back[0], -back[1]), 9.0)

    def _draw_fingers(self, canvas: Canvas, box: Box, stage: Stage, session: "Session", sight: TunnellingSight) -> None:
        hand = session.theatre.hand
        scale = sprite_scale(stage.plane)
        finger = instruments.finger(scale)
        place = (hand.other_x_mm + 5.0, hand.other_y_mm - 7.0)  # beside the place that it feels, so that the tent is seen
        lay_instrument(canvas.surface, stage.plane, box, finger, place, _unit(math.cos(-0.85), math.sin(-0.85)), 2.0)
        words = ""
        if sight.rod.feel and sight.rod.feel in FEEL_WORDS and not sight.rod.reached:
            words = f"Feels: {FEEL_WORDS[sight.rod.feel]}" + (
                f", {sight.rod.press_word}" if sight.rod.press_word in ("rising", "sinking") else ""
            )
        elif sight.catheter.held:
            words = "Holds the catheter"
        elif sight.fingers in FINGER_WORDS:
            words = f"Feels: {FINGER_WORDS[sight.fingers]}"
        elif sight.rod.inside_mm > 20.0 and not sight.rod.reached:
            words = "Feels: no rod here"
        if words:
            at = to_screen(stage.plane, box, hand.other_x_mm, hand.other_y_mm)
            chip(canvas, words, at[0], at[1] - canvas.px(56), WARNING if "skin" in words or "no rod" in words else ACCENT, "centre")

    def _draw_catheter(self, canvas: Canvas, box: Box, stage: Stage, sight: TunnellingSight, observation: Observation) -> None:
        """Draw the free catheter coiled beside the back wound, and what hangs out at the belly."""
        catheter, back = sight.catheter, next(mouth for mouth in sight.mouths if mouth.name == "back")
        middle = _middle(back)
        free = 10.0 * round(catheter.outside_mm / 10.0)
        if free > 15.0:
            patch = self._strand("coil", stage, coil(middle, free, -1.0 if observation.camera.side_up == "right" else 1.0), 1.0, "catheter")
            self._lay(canvas, box, stage, patch, 1.5)
        out = 5.0 * round(catheter.out_mm / 5.0)
        if out >= 5.0:
            belly = next((mouth for mouth in sight.mouths if mouth.name == "belly"), back)
            end = wave(_low(belly), out)
            self._lay(canvas, box, stage, self._strand("end", stage, end, 1.0, "catheter"), 1.5)
            if catheter.through:
                clamp = wound_tools.shod_clamp(sprite_scale(stage.plane), not catheter.open)
                if catheter.open:
                    tip = stage.plane.to_px(np.array(end[-1]))
                    hanging = 0.9 if catheter.drops else 0.35
                    drop = strand.drop_patch((float(tip[0]), float(tip[1])), 1.6 * stage.plane.px_per_mm, stage.plane.shape, size=hanging)
                    lay_patch(canvas.surface, drop, (box.x, box.y))
                away = (end[-1][0] + 16.0, end[-1][1] + 6.0) if catheter.open else end[-1]
                lay_instrument(canvas.surface, stage.plane, box, clamp, away, _unit(0.9, 0.44), 2.0)

    def _draw_hovering(
        self, canvas: Canvas, box: Box, stage: Stage, observation: Observation, sight: TunnellingSight, hands: HandState
    ) -> None:
        here, plane = (hands.x_mm, hands.y_mm), stage.plane
        scale = sprite_scale(plane)
        if observation.gripping and observation.instrument in ("lidocaine", "blade"):
            here = observation.hand_xy_mm
        match observation.instrument:
            case "lidocaine":
                syringe = instruments.syringe(scale, round(min(sight.left_ml, 10.0)), 38.0)
                lay_instrument(canvas.surface, plane, box, syringe, here, _unit(0.5, 0.86), 10.0)
            case "blade":
                lay_instrument(canvas.surface, plane, box, wound_tools.scalpel_10(scale), here, _unit(0.62, 0.78), 9.0)
            case "tunneller" | "tunneller_short" if sight.rod.entry_mm is None:
                lay_instrument(canvas.surface, plane, box, implants.tunneller_tip(scale), here, (0.0, 1.0), 16.0)
                x, y = here
                self._lay(canvas, box, stage, self._strand("held", stage, [(x, y + 14.0), (x, y + 400.0)], 2.5), 14.0)
            case "":
                lay_instrument(canvas.surface, plane, box, instruments.finger(scale), here, _unit(0.55, -0.83), 7.0)

    def _draw_words(
        self, canvas: Canvas, box: Box, stage: Stage, session: "Session", observation: Observation, sight: TunnellingSight
    ) -> None:
        y, x, gap = box.bottom - canvas.px(33), box.x + canvas.px(20), canvas.px(12)
        given, most, rod, catheter = observation.lidocaine_mg, observation.plan.lidocaine_max_mg, sight.rod, sight.catheter
        x += (
            chip(
                canvas, f"Lidocaine {given:.0f} of {most:.0f} mg", x, y, DANGER if given > most else WARNING if given > 0.8 * most else TEXT
            )
            + gap
        )
        if observation.instrument in RODS:
            words = f"{rod.inside_mm / 10.0:.0f} cm in" if rod.inside_mm > 5.0 else f"Bent {rod.bend_deg:.0f}° in 10 cm"
            x += chip(canvas, words, x, y, TEXT) + gap
            if abs(rod.roll_deg) > 1.0:
                x += chip(canvas, f"Rolled {abs(rod.roll_deg):.0f}° {'left' if rod.roll_deg > 0.0 else 'right'}", x, y, TEXT) + gap
            if rod.inside_mm > 5.0 and abs(rod.lift_deg) > 1.0:
                x += chip(canvas, f"Point {'lifted' if rod.lift_deg > 0.0 else 'sunk'} {abs(rod.lift_deg):.0f}°", x, y, TEXT) + gap
        if catheter.tied and not catheter.through:
            x += chip(canvas, f"{catheter.outside_mm / 10.0:.0f} cm on the back", x, y, TEXT) + gap
            if abs(catheter.twist_deg) > 30.0:
                x += chip(canvas, f"Twisted {abs(catheter.twist_deg) / 360.0:.1f} turns", x, y, WARNING) + gap
        if catheter.through:
            state = "open" if catheter.open else "clamped"
            chip(
                canvas,
                f"End {state}, {catheter.drops} drop{'' if catheter.drops == 1 else 's'} seen",
                x,
                y,
                GOOD if catheter.drops else WARNING if catheter.open else TEXT,
            )
        if sight.wet:
            chip(canvas, WET_WORDS[sight.wet], box.centre[0], box.y + canvas.px(80), DANGER, "centre")


def coil(middle: Place, length_mm: float, head: float) -> list[Place]:
    """Return the free catheter as it lies: a tail from the wound, then a coil beside it that shrinks as it is drawn in."""
    radius = 16.0
    centre = (middle[0] + head * 62.0, middle[1] + 14.0)
    tail = math.dist(middle, (centre[0] - head * radius, centre[1]))
    turns = max(length_mm - tail, 0.0) / (2.0 * math.pi * radius)
    if turns < 0.15:
        share = min(length_mm / tail, 1.0)
        return [
            middle,
            (middle[0] + head * 0.5 * share * 46.0, middle[1] + 8.0 * share),
            (middle[0] + head * share * 46.0, middle[1] + 14.0 * share),
        ]
    points = [middle, (middle[0] + head * 22.0, middle[1] + 6.0)]
    for k in range(max(4, round(turns * 14)) + 1):
        turn = 2.0 * math.pi * turns * k / max(4, round(turns * 14))
        wide = radius + 1.4 * turn / (2.0 * math.pi)
        points.append((centre[0] - head * wide * math.cos(turn), centre[1] + wide * math.sin(turn)))
    return points


def wave(start: Place, length_mm: float) -> list[Place]:
    """Return the end of the catheter as it lies on the belly's drape: a slack wave beside the wound, folded where it is long."""
    x, y = start
    points = [(x, y)]
    done = 0.0
    while done < length_mm:
        done += 12.0
        swing = 30.0 * math.sin(done / 34.0)
        points.append(
            (x + 14.0 + min(done, 60.0) * 0.8 + swing * min(done / 60.0, 1.0), y + 20.0 + 16.0 * math.cos(done / 34.0) + 0.03 * done)
        )
    return points


def _uneven(tint: Float32, plane: Plane) -> Float32:
    """Return the stain with the streaks of a to-and-fro."""
    x, y = plane.axes_mm()
    return np.asarray(tint * (1.0 + 0.10 * np.sin(y / 7.0 + 0.5 * np.sin(x / 23.0)) + 0.05 * np.sin(x / 11.0)), np.float32)


def _mix(mouth: MouthSight, share: float) -> float:
    return mouth.start_mm[1] + (mouth.end_mm[1] - mouth.start_mm[1]) * share


def _middle(mouth: MouthSight) -> Place:
    return 0.5 * (mouth.start_mm[0] + mouth.end_mm[0]), 0.5 * (mouth.start_mm[1] + mouth.end_mm[1])


def _low(mouth: MouthSight) -> Place:
    return min((mouth.start_mm, mouth.end_mm), key=lambda place: place[1])


def _off(mouth: MouthSight, at: Place) -> float:
    """Return the distance of a place from a wound's line."""
    (ax, ay), (bx, by) = mouth.start_mm, mouth.end_mm
    length = max((bx - ax) ** 2 + (by - ay) ** 2, 1e-9)
    share = min(max(((at[0] - ax) * (bx - ax) + (at[1] - ay) * (by - ay)) / length, 0.0), 1.0)
    return math.dist((ax + share * (bx - ax), ay + share * (by - ay)), at)


def _unit(x: float, y: float) -> tuple[float, float]:
    away = math.hypot(x, y)
    return (x / away, y / away) if away > 1e-9 else (0.0, 1.0)
