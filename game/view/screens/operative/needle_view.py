"""The needle step on the screen: needle, syringe and blade on the back, protractor, resistance, what comes out of the hub."""

import functools
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pygame

from game.base import Action
from game.frames import Array
from game.instruments.needle import Point, axis
from game.operation.actions import Grip, Stylet
from game.operation.antisepsis.layout import along_sign, x_of_z
from game.operation.antisepsis.state import Antisepsis
from game.operation.needle.actions import Inject, PlaceNeedle
from game.operation.needle.geometry import Stand, heading_of, stand_at
from game.operation.needle.hands import skin_under
from game.operation.needle.sight import NeedleSight
from game.operation.needle.state import NeedleStep
from game.operation.theatre import Theatre
from game.session.observation import Observation
from game.view.canvas import Canvas
from game.view.field import instruments, wound_tools
from game.view.field.back import back_field, unrolled_places
from game.view.field.features import Blood, Dimple, Feature, Nick, Wheal, box_of
from game.view.field.picture import FieldPicture
from game.view.field.plane import Float32, Plane
from game.view.field.sprite import Sprite
from game.view.field.stain import cells_at, dried, ragged
from game.view.keys import Meaning
from game.view.layout import Box
from game.view.screens.operative.drawing import arc_points, chip, lay_ghost, lay_instrument, sprite_scale, to_screen
from game.view.screens.operative.handstate import HandState
from game.view.screens.operative.marks import ink_of
from game.view.screens.operative.stage import Stage, opaque
from game.view.screens.operative.step_view import StepView
from game.view.screens.operative.tools import INJECT_ML, PLUNGERS
from game.view.shapes import disc
from game.view.theme import ACCENT, BACKGROUND, DANGER, EDGE, GOOD, TEXT, TEXT_SECOND, WARNING, WELL, Colour

if TYPE_CHECKING:
    from game.session.session import Session

PROTRACTOR_MM = (26.0, 40.0)
"""Smallest and largest radius on the shaft; with less of the shaft outside, the scale stands beyond the hub instead."""
BEYOND_HUB_MM = 40.0
HUB_AT_SKIN_MM = 2.0
FULL_LOAD_MM = 16.0
"""Ghost distance at which the resistance ring is full: 16 N, above what flavum and dura need."""
DIMPLE_STEP_MM = 0.05
"""In what steps the skin gives way as it is drawn; the same dimple is not lit twice."""
FIGURE_ALPHA = 190
"""Ground behind the protractor's figures, so that they read on any skin."""
TO_SKIN_DEG, TO_MIDLINE_DEG = (30, 45), (10, 20)
"""Angles that are taught: shallow to the skin, slightly converging (expert judgement)."""
SAID_UNTIL_MM = 20.0
ANGLES_UNDER_PX = 112.0
"""Depth up to which the angles can still be mended cheaply; where they stand under the entry."""
MOST_BOW_MM, BOW_PER_MM = 2.0, 0.03
"""Bow of the shaft outside the skin at its middle: at most, and by its length there (by eye)."""
REACH_MM = 14.0
"""A press nearer than this to what stands on the skin grips it; farther away it is set down anew."""
WORD_COLOURS: dict[str, Colour] = {"none": TEXT_SECOND, "soft": ACCENT, "firm": WARNING, "hard": DANGER, "bone": DANGER}
FLUID_COLOURS: dict[str, Colour] = {"drops": (206, 228, 240), "stream": (206, 228, 240), "pink": (232, 150, 146), "blood": (150, 16, 18)}


@dataclass
class NeedleView(StepView):
    """View state of the needle step: what angles are measured against, and the fall of drops.

    Attributes:
        drop: Phase of the drop that hangs at the hub, 0 to 1.
    """

    drop: float = 0.0
    _stands: dict[tuple[object, ...], Stand] = field(default_factory=dict)
    _dimple: tuple[object, pygame.Surface] | None = None
    _middle: tuple[object, Point] = (None, (0.0, 0.0, 0.0))
    _scale: tuple[object, tuple[pygame.Surface, int]] = field(default_factory=lambda: (None, (pygame.Surface((1, 1)), 0)))

    def key(self, session: "Session", box: Box) -> tuple[object, ...]:
        """Return what the painted field depends on."""
        theatre = session.theatre
        return ("needle", theatre.spec, theatre.seed, theatre.patient_pose, theatre.camera, box.width, box.height, theatre.sterility.agent)

    def plane(self, session: "Session", box: Box) -> Plane:
        """Return how the field lies in its box."""
        return Plane(box.width, box.height, session.theatre.camera.width_mm / box.width)

    def paint(self, session: "Session", box: Box) -> FieldPicture:
        """Paint the prepared and draped back."""
        theatre = session.theatre
        plane = self.plane(session, box)
        picture = back_field(theatre.patient, theatre.patient_pose, theatre.camera, plane)
        if theatre.sterility.agent:
            picture.set_wash(dried(plane, theatre.sterility.agent, theatre.seed, _stained(session, picture)), None)
        if theatre.sterility.draped:
            picture.set_edges(window_edges(theatre, plane))
            picture.set_film(theatre.sterility.film)
        return picture

    def features(self, session: "Session", observation: Observation) -> tuple[Feature, ...]:
        """Return what lies on the skin now."""
        theatre, step = session.theatre, session.states.get("needle")
        found: list[Feature] = list(ink_of(observation.marks))
        if not isinstance(step, NeedleStep):
            return tuple(found)
        where = theatre.camera.to_field(theatre.patient_pose.apply(np.array([*step.nicks, step.wheal_mm or (0.0, 0.0, 0.0)])))
        places = [(round(float(p[0]), 1), round(float(p[1]), 1)) for p in where]
        if step.wheal_mm is not None:
            found.append(Wheal(*places[-1]))
        for x_mm, y_mm in places[:-1]:
            found.extend((Blood(x_mm + 0.5, y_mm - 0.7, 0.10), Nick(x_mm, y_mm)))
        sight = observation.sight
        if isinstance(sight, NeedleSight) and sight.hub == "blood":
            found.append(Blood(round(sight.entry_mm[0], 1), round(sight.entry_mm[1], 1), 0.6))
        return tuple(found)

    def press(self, session: "Session", observation: Observation, hands: HandState) -> list[Action]:
        """Return what a press on the field does: set the point down where nothing stands, and grip."""
        step, sight = session.states.get("needle"), observation.sight
        if not isinstance(step, NeedleStep) or not isinstance(sight, NeedleSight):
            return []
        here = PlaceNeedle(hands.x_mm, hands.y_mm)
        match observation.instrument:
            case "tuohy":
                stands = sight.on_skin and (sight.length_mm - sight.outside_mm > 0.5 or _near(hands, sight.entry_mm, sight.hub_mm))
                return [Grip()] if stands else [here, Grip()]
            case "lidocaine":
                stands = step.syringe_mm is not None and step.syringe_depth_mm > 0.5
                return [Grip()] if stands else [here, Grip()]
            case "blade":
                return [here, Grip()]
            case "contrast" | "lor":
                return [PLUNGERS[observation.instrument]]
        return [Grip()]

    def along_axis(self, session: "Session", observation: Observation) -> tuple[float, float] | None:
        """Return the drawn inward direction of what the hand pushes, field-plane mm per mm of shaft, or None."""
        sight, step = observation.sight, session.states.get("needle")
        if observation.instrument == "tuohy" and isinstance(sight, NeedleSight) and sight.on_skin:
            return self._inward(session)
        if observation.instrument == "lidocaine" and isinstance(step, NeedleStep) and step.syringe_mm is not None:
            return self._drawn(session, np.asarray(step.syringe_heading))
        return None

    def aims_away(self, session: "Session", observation: Observation) -> float:
        """Return the sign of x from the entry to the hub."""
        sight = observation.sight
        if isinstance(sight, NeedleSight) and sight.on_skin:
            return 1.0 if sight.hub_mm[0] >= sight.entry_mm[0] else -1.0
        return super().aims_away(session, observation)

    def command(self, meaning: Meaning, session: "Session") -> list[Action] | None:
        """Move the stylet, or press the plunger."""
        match meaning:
            case "stylet":
                return [Stylet()]
            case "inject":
                return [PLUNGERS.get(session.theatre.hand.instrument, Inject(INJECT_ML))]
        return None

    def wheel(self, notches: int, session: "Session") -> list[Action]:
        """Turn the needle; on a syringe, press the plunger."""
        pressed = PLUNGERS.get(session.theatre.hand.instrument)
        if pressed is None:
            return super().wheel(notches, session)
        return [pressed] if notches > 0 else []

    def hand_is_drawn(self, observation: Observation, hands: HandState) -> bool:
        """Say whether the field shows a hand or an instrument at the pointer."""
        stands = isinstance(observation.sight, NeedleSight) and observation.sight.on_skin
        return observation.instrument in ("", "blade") or (observation.instrument == "tuohy" and not stands)

    def load(self, session: "Session") -> float:
        """Return how far the hand is ahead of the hub, as a share of a full load."""
        needle = session.theatre.needle
        return needle.ghost_mm / FULL_LOAD_MM if needle is not None and session.theatre.hand.gripping else 0.0

    def _inward(self, session: "Session") -> tuple[float, float] | None:
        """Return the drawn inward direction of the needle, also where nothing but its hub is outside."""
        needle = session.theatre.needle
        return None if needle is None or needle.entry_mm is None else self._drawn(session, np.asarray(axis(needle)))

    def _drawn(self, session: "Session", heading: Array) -> tuple[float, float]:
        right, up, _ = session.theatre.camera.axes()
        turned = session.theatre.patient_pose.turn(heading)
        return float(turned @ right), float(turned @ up)

    def _middle_of_back(self, session: "Session") -> Point:
        """Return a skin point near the middle of the field, on the pump's side of the midline."""
        theatre = session.theatre
        key = (theatre.spec, theatre.patient_pose, theatre.camera)
        if self._middle[0] != key:
            found = skin_under(theatre, 0.0, 12.0)
            self._middle = (key, found if found is not None else (0.0, theatre.camera.centre_mm[1], 0.0))
        return self._middle[1]

    def _heading(self, session: "Session", sagittal_deg: float, medial_deg: float, at_mm: Point | None = None) -> Array:
        """Return the patient-frame direction of an instrument at a skin point, or held over the middle of the back."""
        theatre = session.theatre
        if at_mm is None:
            at_mm = self._middle_of_back(session)
        key = (theatre.spec, *(round(v) for v in at_mm))
        if key not in self._stands:
            self._stands = {key: stand_at(theatre.patient, at_mm), **dict(list(self._stands.items())[:3])}
        return np.asarray(heading_of(self._stands[key], sagittal_deg, medial_deg))

    def draw(
        self, canvas: Canvas, box: Box, stage: Stage, session: "Session", observation: Observation, hands: HandState, seconds: float
    ) -> None:
        """Draw everything that moves on the field."""
        sight, step = observation.sight, session.states.get("needle")
        if not isinstance(sight, NeedleSight) or not isinstance(step, NeedleStep):
            return
        if sight.on_skin:
            self._draw_standing(canvas, box, stage, session, observation, sight, seconds)
        if step.syringe_mm is not None:
            self._draw_syringe(canvas, box, stage, session, step, observation)
        if step.blade_mm is not None and observation.gripping:
            at = session.theatre.camera.to_field(session.theatre.patient_pose.apply(np.asarray(step.blade_mm)))
            lay_instrument(
                canvas.surface,
                stage.plane,
                box,
                instruments.scalpel(sprite_scale(stage.plane)),
                (float(at[0]), float(at[1])),
                _unit(0.86, -0.5),
                2.0,
            )
        elif hands.inside and not observation.gripping:
            self._draw_hovering(canvas, box, stage, session, observation, sight, step, hands)
        if session.mode == "guided" and observation.instrument == "tuohy" and says_angles(sight, hands):
            place = sight.entry_mm if sight.on_skin else (hands.x_mm, hands.y_mm)
            _draw_angles(canvas, box, to_screen(stage.plane, box, *place), sight)
        self._draw_chips(canvas, box, session, observation, sight)

    def _draw_standing(
        self, canvas: Canvas, box: Box, stage: Stage, session: "Session", observation: Observation, sight: NeedleSight, seconds: float
    ) -> None:
        plane, surface = stage.plane, canvas.surface
        shown = drawn_stand(sight, self._inward(session))
        tip, away, squeeze, inside = shown.tip_mm, shown.axis, shown.squeeze, shown.inside_mm
        self._draw_dimple(box, stage, surface, session, sight, inside)
        self._draw_protractor(canvas, box, plane, session, sight)
        scale = sprite_scale(plane)
        roll = round(_roll_seen(sight.bevel_deg) / 5.0) * 5
        whole = instruments.tuohy(scale, sight.length_mm, roll, sight.stylet_in)
        height = sight.outside_mm * math.sin(math.radians(max(sight.sagittal_deg, 5.0)))
        _draw_shaft_shadow(canvas, box, plane, sight, height)
        lay_instrument(
            surface, plane, box, cropped(whole, inside), tip, away, 0.55 * height, squeeze, drawn_bow_mm(sight), (inside, sight.length_mm)
        )
        if sight.ghost_mm > 0.4 or observation.gripping:
            ghost = (sight.hub_mm[0] - away[0] * sight.ghost_mm * squeeze, sight.hub_mm[1] - away[1] * sight.ghost_mm * squeeze)
            lay_ghost(surface, plane, box, instruments.hub_alone(scale), ghost, away, squeeze, 2.0 * canvas.look.line(2))
        self._draw_fluid(canvas, box, plane, sight, away, squeeze, seconds)
        if observation.gripping or sight.ghost_mm > 0.4:
            draw_resistance(canvas, box, plane, sight, away, session.mode == "guided")

    def _draw_dimple(self, box: Box, stage: Stage, surface: pygame.Surface, session: "Session", sight: NeedleSight, inside: float) -> None:
        depth = min(sight.ghost_mm * (0.42 if inside < 1.0 else 0.10), 4.5)
        if depth < 0.15:
            return
        dimple = Dimple(sight.entry_mm[0], sight.entry_mm[1], round(depth / DIMPLE_STEP_MM) * DIMPLE_STEP_MM, 5.0 if inside < 1.0 else 3.4)
        area = box_of(dimple, stage.plane)
        if area is None:
            return
        lean = session.theatre.hand.lean
        key = (stage.picture, stage.picture.features, dimple, lean)
        if self._dimple is None or self._dimple[0] != key:
            self._dimple = (key, opaque(stage.picture.patch(area, (dimple,), lean)))
        surface.blit(self._dimple[1], (box.x + area[0], box.y + area[1]))

    def _draw_protractor(self, canvas: Canvas, box: Box, plane: Plane, session: "Session", sight: NeedleSight) -> None:
        """Draw the scale of angles to the skin in the needle's own plane, as the camera sees it; kept until the needle is turned."""
        on_shaft = min(0.52 * sight.outside_mm, PROTRACTOR_MM[1])
        reach = on_shaft if on_shaft >= PROTRACTOR_MM[0] else sight.outside_mm + BEYOND_HUB_MM
        key = (plane, canvas.look, round(sight.medial_deg), round(reach), *(round(v, 1) for v in sight.entry_mm))
        if self._scale[0] != key:
            self._scale = (key, self._protractor(canvas, plane, session, sight, reach))
        picture, centre = self._scale[1]
        at = to_screen(plane, box, *sight.entry_mm)
        canvas.surface.blit(picture, (round(at[0]) - centre, round(at[1]) - centre))

    def _protractor(
        self, canvas: Canvas, plane: Plane, session: "Session", sight: NeedleSight, reach_mm: float
    ) -> tuple[pygame.Surface, int]:
        """Return the scale with alpha, and where in it the needle's entry is."""
        needle = session.theatre.needle
        entry = None if needle is None else needle.entry_mm
        angles = range(0, 61, 5)
        rays = [self._drawn(session, self._heading(session, float(angle), sight.medial_deg, entry)) for angle in angles]
        half_wide, half_high = canvas.px(22), canvas.px(13)
        centre = round((reach_mm + 4.0) * plane.px_per_mm) + 2 * half_wide
        picture = pygame.Surface((2 * centre, 2 * centre), pygame.SRCALPHA)
        on = Canvas(picture, canvas.look, canvas.ledger)

        def points(radius_mm: float) -> list[tuple[float, float]]:
            scale = radius_mm * plane.px_per_mm
            return [(centre - x * scale, centre + y * scale) for x, y in rays]

        on.curve(points(reach_mm), BACKGROUND, 4.0)
        on.curve(points(reach_mm), (206, 214, 218), 1.5)
        inner, outer = points(reach_mm - 1.8), points(reach_mm + 1.8)
        for index in range(0, len(rays), 2):
            on.curve([inner[index], outer[index]], (222, 228, 231), 1.5)
            if angles[index] in (20, 40, 60):
                away = _unit(outer[index][0] - centre, outer[index][1] - centre)
                clear = min(half_wide / max(abs(away[0]), 1e-6), half_high / max(abs(away[1]), 1e-6)) + canvas.px(4)
                middle = (outer[index][0] + away[0] * clear, outer[index][1] + away[1] * clear)
                room = Box(round(middle[0]) - half_wide, round(middle[1]) - half_high, 2 * half_wide, 2 * half_high)
                on.chip(room, BACKGROUND, FIGURE_ALPHA)
                on.label(f"{angles[index]}°", room, "small", (232, 237, 240), align="centre")
        return picture, centre

    def _draw_fluid(
        self, canvas: Canvas, box: Box, plane: Plane, sight: NeedleSight, axis: tuple[float, float], squeeze: float, seconds: float
    ) -> None:
        if sight.hub not in FLUID_COLOURS or sight.drops_per_min <= 0.0:
            return
        colour = FLUID_COLOURS[sight.hub]
        reach = instruments.HUB_LENGTH_MM * squeeze
        mouth = to_screen(plane, box, sight.hub_mm[0] + axis[0] * reach, sight.hub_mm[1] + axis[1] * reach)
        mm = plane.px_per_mm
        if sight.hub == "stream":
            run = [
                (mouth[0] + axis[0] * t * 7.0 * mm, mouth[1] - axis[1] * t * 7.0 * mm + (t * t) * 30.0 * mm)
                for t in np.linspace(0.0, 1.5, 14)
            ]
            dark, light = tuple(c * 5 // 9 for c in colour), tuple(min(c + 30, 255) for c in colour)
            for tint, wide, aside in ((dark, 0.9, 0.0), (colour, 0.6, 0.0), (light, 0.2, -0.15)):
                canvas.curve([(x + aside * mm, y) for x, y in run], tint, max(wide * mm / canvas.look.line(1), 1.0))  # type: ignore[arg-type]
        self.drop = (seconds * sight.drops_per_min / 60.0) % 1.0
        hang = min(self.drop / 0.8, 1.0)
        fall = max(self.drop - 0.8, 0.0) / 0.2
        bead = _bead(
            max(3, round((0.7 + 1.4 * hang) * mm)), colour, sight.hub in ("drops", "stream"), round(10 * (hang if fall == 0.0 else 0.3))
        )
        middle = (mouth[0], mouth[1] + (0.4 + 1.7 * hang + 34.0 * fall * fall) * mm)
        canvas.surface.blit(bead, (round(middle[0]) - bead.get_width() // 2, round(middle[1]) - bead.get_height() // 2))

    def _draw_syringe(self, canvas: Canvas, box: Box, stage: Stage, session: "Session", step: NeedleStep, observation: Observation) -> None:
        theatre = session.theatre
        entry = theatre.camera.to_field(theatre.patient_pose.apply(np.asarray(step.syringe_mm)))
        inward = self._drawn(session, np.asarray(step.syringe_heading))
        squeeze = max(math.hypot(*inward), 0.15)
        axis = _unit(-inward[0], -inward[1])
        tip = (float(entry[0]) - axis[0] * step.syringe_depth_mm * squeeze, float(entry[1]) - axis[1] * step.syringe_depth_mm * squeeze)
        sprite = self._syringe(stage.plane, observation)
        lay_instrument(canvas.surface, stage.plane, box, cropped(sprite, step.syringe_depth_mm), tip, axis, 16.0, squeeze)

    def _syringe(self, plane: Plane, observation: Observation) -> Sprite:
        left_ml = 10.0 - (observation.lidocaine_mg / 10.0) % 10.0
        return instruments.syringe(sprite_scale(plane), round(left_ml), 38.0)

    def _draw_hovering(
        self,
        canvas: Canvas,
        box: Box,
        stage: Stage,
        session: "Session",
        observation: Observation,
        sight: NeedleSight,
        step: NeedleStep,
        hands: HandState,
    ) -> None:
        here, plane = (hands.x_mm, hands.y_mm), stage.plane
        scale = sprite_scale(plane)
        match observation.instrument:
            case "tuohy" if not sight.on_skin:
                inward = self._drawn(session, self._heading(session, sight.sagittal_deg, sight.medial_deg))
                sprite = instruments.tuohy(scale, sight.length_mm, round(_roll_seen(sight.bevel_deg) / 5.0) * 5, sight.stylet_in)
                lay_instrument(
                    canvas.surface, plane, box, sprite, here, _unit(-inward[0], -inward[1]), 26.0, max(math.hypot(*inward), 0.15)
                )
            case "lidocaine" if step.syringe_mm is None:
                inward = self._drawn(session, self._heading(session, *step.offsets_deg))
                lay_instrument(
                    canvas.surface,
                    plane,
                    box,
                    self._syringe(plane, observation),
                    here,
                    _unit(-inward[0], -inward[1]),
                    26.0,
                    max(math.hypot(*inward), 0.15),
                )
            case "contrast" | "lor":
                axis = drawn_stand(sight, self._inward(session)).axis if sight.on_skin else _unit(0.8, -0.6)
                at = sight.hub_mm if sight.on_skin and not sight.stylet_in else here
                lay_instrument(canvas.surface, plane, box, wound_tools.small_syringe(round(scale, 1), 6), at, axis, 20.0)
            case "blade":
                lay_instrument(canvas.surface, plane, box, instruments.scalpel(scale), here, _unit(0.86, -0.5), 9.0)
            case "":
                lay_instrument(canvas.surface, plane, box, instruments.finger(scale), here, _unit(0.55, -0.83), 7.0)

    def _draw_chips(self, canvas: Canvas, box: Box, session: "Session", observation: Observation, sight: NeedleSight) -> None:
        y = box.bottom - canvas.px(33)
        x = box.x + canvas.px(20)
        lost = sight.csf_lost_ml
        x += chip(canvas, f"CSF lost {lost:.1f} mL", x, y, DANGER if lost > 10.0 else WARNING if lost >= 2.0 else TEXT) + canvas.px(12)
        given, most = observation.lidocaine_mg, observation.plan.lidocaine_max_mg
        tint = DANGER if given > most else WARNING if given > 0.8 * most else TEXT
        x += chip(canvas, f"Lidocaine {given:.0f} of {most:.0f} mg", x, y, tint) + canvas.px(12)
        if sight.plunger:
            chip(canvas, f"Plunger {sight.plunger}", x, y, ACCENT if sight.plunger == "gives way" else TEXT)


@dataclass(frozen=True, slots=True)
class DrawnStand:
    """How a needle that stands in the skin lies on the picture.

    Attributes:
        tip_mm: Field place of its point, under the skin.
        axis: Unit direction from point to hub in field-plane mm.
        squeeze: Foreshortening along it.
        inside_mm: Length under the skin.
    """

    tip_mm: tuple[float, float]
    axis: tuple[float, float]
    squeeze: float
    inside_mm: float


def drawn_stand(sight: NeedleSight, inward: tuple[float, float] | None = None) -> DrawnStand:
    """Return how the needle lies on the picture: straight through the hole, as its hub shows.

    Args:
        sight: What is seen of it.
        inward: Its drawn inward direction, field-plane mm per mm of shaft, for when the hub is too near the skin to show it.
    """
    run = (sight.hub_mm[0] - sight.entry_mm[0], sight.hub_mm[1] - sight.entry_mm[1])
    inside = sight.length_mm - sight.outside_mm
    if sight.outside_mm < HUB_AT_SKIN_MM and inward is not None:
        away, squeeze = _unit(-inward[0], -inward[1]), math.hypot(*inward)
    else:
        away, squeeze = _unit(*run), math.hypot(*run) / max(sight.outside_mm, 1e-3)
    tip = (sight.entry_mm[0] - away[0] * inside * squeeze, sight.entry_mm[1] - away[1] * inside * squeeze)
    return DrawnStand(tip, away, squeeze, inside)


def says_angles(sight: NeedleSight, hands: HandState) -> bool:
    """Say whether the needle's angles matter now: while it is aimed, and until it is two centimetres deep."""
    if not sight.on_skin:
        return hands.inside
    return hands.turning or sight.length_mm - sight.outside_mm < SAID_UNTIL_MM


def angle_words(sight: NeedleSight) -> tuple[str, Colour]:
    """Return the needle's angles in words, and their colour: good where both are as taught."""
    sagittal, medial = round(sight.sagittal_deg), round(sight.medial_deg)
    good = TO_SKIN_DEG[0] <= sagittal <= TO_SKIN_DEG[1] and TO_MIDLINE_DEG[0] <= medial <= TO_MIDLINE_DEG[1]
    side = f"{medial}° to midline" if medial >= 0 else f"{-medial}° away from midline"
    return f"{sagittal}° to skin, {side}", GOOD if good else WARNING


def drawn_bow_mm(sight: NeedleSight) -> float:
    """Return how far the shaft outside the skin bows at its middle: steel is stiff, and the shorter it stands out the straighter it is."""
    return min(sight.bent_mm, MOST_BOW_MM, BOW_PER_MM * sight.outside_mm)


def _near(hands: HandState, *places: tuple[float, float]) -> bool:
    return any(math.dist((hands.x_mm, hands.y_mm), place) < REACH_MM for place in places)


def _unit(x: float, y: float) -> tuple[float, float]:
    length = math.hypot(x, y)
    return (x / length, y / length) if length > 1e-9 else (1.0, 0.0)


def _roll_seen(bevel_deg: float) -> float:
    """Return the turn at which hub and wings are drawn: a bevel to the head has the wings flat to the viewer."""
    return (bevel_deg + 180.0) % 360.0 - 180.0


def cropped(sprite: Sprite, from_mm: float) -> Sprite:
    """Return what of a sprite lies beyond an axis place: what is still outside the skin."""
    return _from_column(sprite, int(max(from_mm - sprite.start_mm, 0.0) * sprite.px_per_mm))


@functools.lru_cache(maxsize=4)
def _from_column(sprite: Sprite, first: int) -> Sprite:
    return Sprite(np.ascontiguousarray(sprite.layer[:, first:]), sprite.px_per_mm, sprite.start_mm + first / sprite.px_per_mm)


def _draw_angles(canvas: Canvas, box: Box, at: tuple[float, float], sight: NeedleSight) -> None:
    """Draw the chip of angles under the entry, inside the field."""
    words, colour = angle_words(sight)
    half = canvas.width_of(words, "small") / 2 + canvas.px(22)
    x = min(max(at[0], box.x + half), box.right - half)
    y = min(at[1] + canvas.px(ANGLES_UNDER_PX), box.bottom - canvas.px(80))
    chip(canvas, words, x, y, colour, "centre")


def _draw_shaft_shadow(canvas: Canvas, box: Box, plane: Plane, sight: NeedleSight, height_mm: float) -> None:
    """Darken the skin where the shaft touches it: the shadow begins at the hole."""
    at = to_screen(plane, box, *sight.entry_mm)
    reach = max(2, round(2.6 * plane.px_per_mm))
    spot = pygame.Surface((2 * reach, 2 * reach), pygame.SRCALPHA)
    for step in range(4):
        pygame.draw.circle(spot, (40, 10, 6, 34 + 20 * step), (reach, reach), max(1, reach * (4 - step) // 5))
    canvas.surface.blit(spot, (round(at[0]) - reach, round(at[1]) - reach))


def draw_resistance(
    canvas: Canvas, box: Box, plane: Plane, sight: NeedleSight, axis: tuple[float, float], numbers: bool, full_n: float = FULL_LOAD_MM
) -> None:
    """Draw the ring that fills with what the hand feels up to a full load, and its word."""
    radius = canvas.px(58)
    hub = to_screen(plane, box, *sight.hub_mm)
    away = 46.0 * plane.px_per_mm + canvas.px(22)
    centre = (hub[0] + axis[0] * away + radius, hub[1] - axis[1] * away + 0.4 * radius)  # clear of the protractor's figures
    centre = (
        min(max(centre[0], box.x + radius + 8), box.right - radius - 8),
        min(max(centre[1], box.y + radius + 8), box.bottom - radius - 8),
    )
    colour = WORD_COLOURS.get(sight.word, TEXT)
    part = round(40 * min(sight.ghost_mm / full_n, 1.0))
    dial = _dial(radius, canvas.px(10), part, colour)
    canvas.surface.blit(dial, (round(centre[0]) - radius, round(centre[1]) - radius))
    words = Box(round(centre[0]) - radius, round(centre[1]) - canvas.px(18), 2 * radius, canvas.px(30))
    canvas.label(sight.word if sight.word != "none" else "free", words, "body", TEXT, "bold", "centre")
    below = f"{sight.ghost_mm:.{0 if full_n > 10.0 else 1}f} N" if numbers else "load"
    canvas.label(below, words.moved(0, canvas.px(26)), "small", TEXT_SECOND, align="centre")


@functools.lru_cache(maxsize=64)
def _bead(radius: int, colour: Colour, clear: bool, pear_tenths: int) -> pygame.Surface:
    """Return a drop with alpha: pear-shaped while it hangs, see-through with a bright lower side when it is clear."""
    side = 3 * radius
    place = (np.arange(side, dtype=np.float64) - (side - 1) / 2) / radius
    u, v = np.meshgrid(place, place)
    neck = 1.0 - 0.055 * pear_tenths * np.clip(-v, 0.0, 1.0)
    away = np.hypot(u / neck, v / (1.0 + 0.022 * pear_tenths))
    inside = np.clip((1.0 - away) * radius + 0.5, 0.0, 1.0)
    lens = np.exp(-(((u - 0.22) ** 2 + (v - 0.42) ** 2) / 0.22))
    gleam = np.exp(-(((u + 0.34) ** 2 + (v + 0.36) ** 2) / 0.028))
    rim = np.clip(away, 0.0, 1.0) ** 4
    body = np.asarray(colour, np.float64) * (0.70 + 0.42 * lens - 0.34 * rim)[..., None] + 255.0 * gleam[..., None]
    alpha = inside * (np.clip(0.34 + 0.36 * lens + 0.42 * rim + gleam, 0.0, 1.0) if clear else 0.96)
    layer = np.dstack([np.clip(body, 0, 255), alpha * 255.0]).astype(np.uint8)
    return pygame.image.frombuffer(layer.tobytes(), (side, side), "RGBA")


@functools.lru_cache(maxsize=64)
def _dial(radius: int, line: int, part: int, colour: Colour) -> pygame.Surface:
    """Return the ring of resistance, filled to fortieths."""
    dial = pygame.Surface((2 * radius, 2 * radius), pygame.SRCALPHA)
    dial.blit(disc(radius, WELL), (0, 0))
    for end, tint in ((390.0, EDGE), (150.0 + 6.0 * part, colour)):
        bead = disc(max(2, line // 2), tint)
        for x, y in arc_points((radius, radius), radius - line, 150.0, end, 120):
            dial.blit(bead, (x - bead.get_width() / 2, y - bead.get_height() / 2))
    return dial


def _stained(session: "Session", picture: FieldPicture) -> Float32 | None:
    """Return how stained the field's skin is, 0 to 1, where this case prepared it itself; else None."""
    state = session.states.get("antisepsis")
    if not isinstance(state, Antisepsis):
        return None
    theatre, grid = session.theatre, state.grid
    x_mm, arc_mm = unrolled_places(theatre.patient, theatre.patient_pose, theatre.camera, picture.relief)
    across, down = ragged(picture.plane, theatre.seed)
    x_mm = x_mm + along_sign(theatre) * (theatre.camera.centre_mm[2] - state.centre_z_mm)
    columns, rows = (x_mm + across - grid.left_mm) / grid.cell_mm - 0.5, (grid.top_mm - arc_mm + down) / grid.cell_mm - 0.5
    return cells_at(np.asarray(state.skin.tint, np.float32), columns, rows)


def window_edges(theatre: Theatre, plane: Plane) -> tuple[float, float, float, float]:
    """Return the rims of the drapes on this field: where they were laid, a fenestrated sheet over what lies beyond the view."""
    across, up = 0.37 * plane.width_px * plane.mm_per_px, 0.31 * plane.height_px * plane.mm_per_px
    head, feet, down, belly = theatre.sterility.rims_mm
    sides = [x_of_z(theatre, z_mm) for z_mm in (head, feet) if z_mm is not None]
    low, high = (None if arc_mm is None else _rim_y(theatre, arc_mm) for arc_mm in (down, belly))
    return (
        max(min(sides, default=-across), -across),
        min(max(sides, default=across), across),
        -up if low is None else max(low, -up),
        up if high is None else min(high, up),
    )


def _rim_y(theatre: Theatre, arc_mm: float) -> float | None:
    """Return where a rim along the body lies on the field, at the height of the field's middle; None where that skin is turned away."""
    z_mm = theatre.camera.centre_mm[2] - theatre.patient_pose.shift_mm[2]
    point = theatre.patient.skin_point(arc_mm, z_mm, theatre.plan.side)
    facing = theatre.patient_pose.turn(theatre.patient.skin_normal(point)) @ theatre.camera.axes()[2]
    return float(theatre.camera.to_field(theatre.patient_pose.apply(point))[1]) if facing > 0.0 else None
