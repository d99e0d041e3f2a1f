"""The antisepsis step on the screen: the skin unrolled from the back's midline over the flank to the belly, applicator and drapes."""

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

import cv2
import numpy as np
from numpy.typing import NDArray

from game.base import Action
from game.operation.actions import Grip, PointHand
from game.operation.antisepsis.actions import LayDrape
from game.operation.antisepsis.layout import planned_cuts, x_of_z
from game.operation.antisepsis.sight import AntisepsisSight
from game.operation.antisepsis.state import Antisepsis
from game.session.observation import Observation
from game.view import shapes
from game.view.canvas import Canvas
from game.view.field import instruments
from game.view.field.back import half_girth_mm, unrolled_field
from game.view.field.drape import BLANKET_COLOUR, Edges, lay_cloth
from game.view.field.features import Feature, Ink, Navel
from game.view.field.picture import FieldPicture
from game.view.field.plane import Box as PixelBox
from game.view.field.plane import Float32, Plane
from game.view.field.skin import CHLORHEXIDINE_COLOUR, IODINE_COLOUR, Wash
from game.view.field.stain import DEPTH, cells_at, ragged, streaks
from game.view.layout import Box
from game.view.screens.operative.drawing import chip, dashed, lay_instrument, plan_chip, sprite_scale, to_screen
from game.view.screens.operative.handstate import HandState
from game.view.screens.operative.marks import inked
from game.view.screens.operative.stage import Stage
from game.view.screens.operative.step_view import StepView
from game.view.theme import ACCENT, BACKGROUND, TEXT, TEXT_SECOND, WARNING

if TYPE_CHECKING:
    from game.session.session import Session

NAVEL_Z_MM = -30.0
SHOWN_MARGIN_MM = 40.0
RIM_MM = 14.0
DASH_PX = 9.0
RULER_CM = 20
"""What is prepared beyond an incision, which eyes must judge: the ruler is as long."""
FINER = 4
EDGE_WORDS = {"head": "head", "feet": "feet", "down": "lower flank", "belly": "belly"}


REGIONS = ((0.0, "Back, midline"), (0.5, "Flank"), (1.0, "Belly, midline"))
"""Names by the share of the way from the dorsal to the ventral midline: the field is the skin unrolled."""


@dataclass
class AntisepsisView(StepView):
    """View state of the antisepsis step: the maps as they were painted last.

    Attributes:
        tint, gloss: Cells as painted, shape (rows, columns).
    """

    unrolled: ClassVar[bool] = True
    tint: Float32 | None = None
    gloss: Float32 | None = None
    _wash: Wash | None = None
    _streaks: Float32 | None = None
    _astray: tuple[Float32, ...] = ()
    _seen: tuple[object, object] = (None, None)
    _painted: object = None
    _fixed: tuple[Feature, ...] = field(default_factory=tuple)
    _girth_mm: float = 0.0
    _rim: tuple[object, list[NDArray[np.float64]]] = (None, [])

    def key(self, session: "Session", box: Box) -> tuple[object, ...]:
        """Return what the painted field depends on."""
        theatre = session.theatre
        return ("antisepsis", theatre.spec, theatre.seed, theatre.patient_pose, theatre.camera, box.width, box.height)

    def plane(self, session: "Session", box: Box) -> Plane:
        """Return how the unrolled field lies in its box: all of the grid, and a margin."""
        state = session.states["antisepsis"]
        grid = state.grid
        height_mm, width_mm = grid.rows * grid.cell_mm + SHOWN_MARGIN_MM, grid.columns * grid.cell_mm + SHOWN_MARGIN_MM
        mm_per_px = max(height_mm / box.height, width_mm / box.width)
        centre = (grid.left_mm + grid.columns * grid.cell_mm / 2, grid.top_mm - grid.rows * grid.cell_mm / 2)
        return Plane(box.width, box.height, mm_per_px, centre)

    def paint(self, session: "Session", box: Box) -> FieldPicture:
        """Paint the bare skin."""
        theatre = session.theatre
        plane = self.plane(session, box)
        self._streaks, self._astray = streaks(plane, theatre.seed), ragged(plane, theatre.seed)
        self._fixed = self._ink(session)
        picture = unrolled_field(theatre.patient, theatre.camera, plane)
        grid = session.states["antisepsis"].grid
        left, right = grid.left_mm - RIM_MM, grid.left_mm + grid.columns * grid.cell_mm + RIM_MM
        low = grid.top_mm - grid.rows * grid.cell_mm
        picture.sheets = lay_cloth(picture.relief, (left, right, low, None), picture.lamps[0], theatre.seed, BLANKET_COLOUR)
        return picture

    def _ink(self, session: "Session") -> tuple[Feature, ...]:
        """Return navel, marks and the pocket's planned incision on the unrolled skin."""
        theatre = session.theatre
        self._girth_mm = round(half_girth_mm(theatre.patient, NAVEL_Z_MM), 1)
        found: list[Feature] = [Navel(round(x_of_z(theatre, NAVEL_Z_MM), 1), self._girth_mm)]
        points = np.array([mark.patient_mm for mark in theatre.marks], dtype=np.float64).reshape(-1, 3)
        arcs = theatre.patient.skin_arc(points, theatre.plan.side)
        places = zip(theatre.marks, points, arcs, strict=True)
        found += inked([(mark.kind, x_of_z(theatre, float(point[2])), float(arc)) for mark, point, arc in places], 1.0)
        pocket = planned_cuts(theatre)[-1]
        found.append(Ink(((x_of_z(theatre, pocket.start[1]), pocket.start[0], x_of_z(theatre, pocket.end[1]), pocket.end[0]),), 2.6))
        return tuple(found)

    def features(self, session: "Session", observation: Observation) -> tuple[Feature, ...]:
        """Return ink and navel."""
        return self._fixed

    def hand_is_drawn(self, observation: Observation, hands: HandState) -> bool:
        """Say whether the drape or a soaked applicator is in the hand."""
        sight = observation.sight
        soaked = isinstance(sight, AntisepsisSight) and bool(sight.agent)
        return hands.tool == "drape" or (observation.instrument == "applicator" and soaked)

    def refresh(self, stage: Stage, session: "Session", observation: Observation) -> None:
        """Bring drapes and film of the painted field up to date, or else stain and gloss, only where cells changed."""
        super().refresh(stage, session, observation)
        sight = observation.sight
        if not isinstance(sight, AntisepsisSight) or self._streaks is None or self._streaks.shape != stage.plane.shape:
            return
        picture, edges = stage.picture, self.edges(observation)
        if edges != picture.edges:
            stage.repaint(lambda: picture.set_edges(edges))
        if stage.settled() and edges is not None and sight.film != (picture.film is not None):
            stage.repaint(lambda: picture.set_film(sight.film))
        if not stage.settled():
            return
        if self._painted is stage and self._seen[0] is sight.tint and self._seen[1] is sight.gloss:
            return
        tint, gloss = np.asarray(sight.tint, np.float32), np.asarray(sight.gloss, np.float32)
        fresh = self._painted is not stage or self.tint is None or self.gloss is None or self._wash is None
        area = None if fresh else self._changed(stage.plane, sight, tint, gloss)
        self.tint, self.gloss, self._painted, self._seen = tint, gloss, stage, (sight.tint, sight.gloss)
        whole = (0, 0, stage.plane.width_px, stage.plane.height_px)
        if fresh:
            blank = np.zeros(stage.plane.shape, np.float32)
            self._wash = Wash(blank, blank.copy(), CHLORHEXIDINE_COLOUR)
            area = whole
        if area is None:
            return
        self._soak(stage, sight, area)
        stage.refresh(stage.picture.set_wash(self._wash, area))

    def _changed(self, plane: Plane, sight: AntisepsisSight, tint: Float32, gloss: Float32) -> PixelBox | None:
        if self.tint is None or self.gloss is None or self.tint.shape != tint.shape:
            return (0, 0, plane.width_px, plane.height_px)
        rows, columns = np.nonzero((np.abs(tint - self.tint) > 1e-3) | (np.abs(gloss - self.gloss) > 1e-3))
        if not len(rows):
            return None
        left, right = sight.left_mm + (columns.min() - 3) * sight.cell_mm, sight.left_mm + (columns.max() + 4) * sight.cell_mm
        top, low = sight.top_mm - (rows.min() - 3) * sight.cell_mm, sight.top_mm - (rows.max() + 4) * sight.cell_mm
        corners = plane.to_px(np.array([[left, top], [right, low]]))
        box = (
            max(int(corners[0, 0]), 0),
            max(int(corners[0, 1]), 0),
            min(int(corners[1, 0]) + 2, plane.width_px),
            min(int(corners[1, 1]) + 2, plane.height_px),
        )
        return box if box[2] > box[0] and box[3] > box[1] else None

    def _soak(self, stage: Stage, sight: AntisepsisSight, area: PixelBox) -> None:
        """Raise the cells of an area to pixels, streaked as an applicator leaves them."""
        if self._wash is None or self._streaks is None or self.tint is None or self.gloss is None:
            return
        if sight.agent == "iodine" and self._wash.colour != IODINE_COLOUR:
            self._wash = Wash(self._wash.tint, self._wash.wet, IODINE_COLOUR)
        x, y = stage.plane.axes_mm()
        at = (slice(area[1], area[3]), slice(area[0], area[2]))
        astray = [stray[at] for stray in self._astray]
        columns = (x[:, at[1]] + astray[0] - sight.left_mm) / sight.cell_mm - 0.5
        rows = (sight.top_mm - y[at[0]] + astray[1]) / sight.cell_mm - 0.5
        tint, wet = cells_at(self.tint, columns, rows), cells_at(self.gloss, columns, rows)
        left = self._streaks[at]
        self._wash.tint[at] = np.clip(tint * left * DEPTH, 0.0, 1.0)
        self._wash.wet[at] = np.clip(wet * left, 0.0, 1.0)

    def press(self, session: "Session", observation: Observation, hands: HandState) -> list[Action]:
        """Return what a press on the field does: scrub, or lay the drape's edge that is shown."""
        if hands.tool == "drape":
            edge, at_mm = self.edge_at(session, hands)
            return [LayDrape(edge, at_mm)]  # type: ignore[arg-type]
        return [PointHand(hands.x_mm, hands.y_mm), Grip()]

    def edge_at(self, session: "Session", hands: HandState) -> tuple[str, float]:
        """Return which edge of the window the pointer is nearest to, and where it would come to lie: on the skin that is shown."""
        state: Antisepsis = session.states["antisepsis"]
        grid = state.grid
        middle = (grid.left_mm + grid.columns * grid.cell_mm / 2, grid.top_mm - grid.rows * grid.cell_mm / 2)
        across = (hands.x_mm - middle[0]) / (grid.columns * grid.cell_mm / 2)
        upward = (hands.y_mm - middle[1]) / (grid.rows * grid.cell_mm / 2)
        if abs(upward) >= abs(across):
            low_mm = grid.top_mm - grid.rows * grid.cell_mm
            return ("belly" if upward > 0 else "down"), min(max(hands.y_mm, low_mm), grid.top_mm)
        head_right = session.theatre.camera.side_up == "left"
        right_mm = grid.left_mm + grid.columns * grid.cell_mm
        return ("head" if (across > 0) == head_right else "feet"), min(max(hands.x_mm, grid.left_mm), right_mm)

    def edges(self, observation: Observation) -> Edges | None:
        """Return left, right, lower and upper rims of the drapes that lie, or None."""
        sight = observation.sight
        if not isinstance(sight, AntisepsisSight) or all(rim is None for rim in sight.drape_mm):
            return None
        head, feet, down, belly = sight.drape_mm
        left, right = (feet, head) if observation.camera.side_up == "left" else (head, feet)
        return left, right, down, belly

    def draw(
        self, canvas: Canvas, box: Box, stage: Stage, session: "Session", observation: Observation, hands: HandState, seconds: float
    ) -> None:
        """Draw everything that moves on the field."""
        sight = observation.sight
        if not isinstance(sight, AntisepsisSight):
            return
        if session.mode == "guided":
            self._draw_planned(canvas, box, stage.plane, sight, self.edges(observation))
        if hands.tool == "drape" and hands.inside:
            self._draw_edge(canvas, box, stage.plane, session, hands)
        elif observation.instrument == "applicator" and sight.agent and (hands.inside or observation.gripping):
            here = observation.hand_xy_mm if observation.gripping else (hands.x_mm, hands.y_mm)
            sprite = instruments.applicator(sprite_scale(stage.plane), round(sight.load * 10), sight.agent)
            state: Antisepsis = session.states["antisepsis"]
            turn = math.radians(-52.0 + state.sponge.turn_deg)
            lay_instrument(
                canvas.surface, stage.plane, box, sprite, here, (math.cos(turn), math.sin(turn)), 3.0 if observation.gripping else 30.0
            )
        self._draw_regions(canvas, box, stage.plane)
        draw_ruler(canvas, box, stage.plane)
        plan_chip(canvas, box, observation.plan, self._draw_chips(canvas, box, sight))

    def _draw_regions(self, canvas: Canvas, box: Box, plane: Plane) -> None:
        """Say along the skin which part of the body each stretch of the unrolled field is."""
        for share, words in REGIONS:
            chip(canvas, words, box.x + canvas.px(20), to_screen(plane, box, 0.0, share * self._girth_mm)[1], TEXT_SECOND)

    def _draw_planned(self, canvas: Canvas, box: Box, plane: Plane, sight: AntisepsisSight, edges: Edges | None) -> None:
        """Draw the rim of the field that must be prepared, where no drape lies on it and until all four lie: guided mode only."""
        if edges is not None and None not in edges:
            return
        planned = np.asarray(sight.planned, bool)
        key = (planned.tobytes(), plane, canvas.look)
        if self._rim[0] != key:
            lines = rim_lines(planned, (sight.left_mm, sight.top_mm), sight.cell_mm)
            self._rim = (key, [dash for line in lines for dash in even_dashes(line, canvas.px(DASH_PX) * plane.mm_per_px)])
        bare = np.asarray([-np.inf, -np.inf] if edges is None else [-np.inf if e is None else e for e in (edges[0], edges[2])])
        most = np.asarray([np.inf, np.inf] if edges is None else [np.inf if e is None else e for e in (edges[1], edges[3])])
        for dash in self._rim[1]:
            if np.all(dash >= bare) and np.all(dash <= most):
                canvas.curve((plane.to_px(dash) + np.array([box.x, box.y])).tolist(), ACCENT, 2.0)

    def _draw_edge(self, canvas: Canvas, box: Box, plane: Plane, session: "Session", hands: HandState) -> None:
        edge, at_mm = self.edge_at(session, hands)
        here = to_screen(plane, box, hands.x_mm, hands.y_mm)
        if edge in ("belly", "down"):
            y = to_screen(plane, box, 0.0, at_mm)[1]
            dashed(canvas, (box.x + canvas.px(8), y), (box.right - canvas.px(8), y), ACCENT, 2.5)
        else:
            x = to_screen(plane, box, at_mm, 0.0)[0]
            dashed(canvas, (x, box.y + canvas.px(8)), (x, box.bottom - canvas.px(8)), ACCENT, 2.5)
        chip(canvas, f"Drape to the {EDGE_WORDS[edge]}", here[0], here[1] - canvas.px(30), ACCENT, "centre")

    def _draw_chips(self, canvas: Canvas, box: Box, sight: AntisepsisSight) -> int:
        """Draw the state of hands, skin and sponge; return where the row ends."""
        y, x = box.bottom - canvas.px(33), box.x + canvas.px(20)
        gloves = "Gloves torn" if sight.torn else ("No gloves", "Gloves on", "Two pairs of gloves")[min(sight.gloves, 2)]
        words = [
            (f"Hands scrubbed {sight.scrub_min:.1f} min", TEXT),
            (gloves, WARNING if sight.torn else TEXT),
            (f"Skin {sight.hair}", TEXT),
        ]
        if sight.agent:
            words.append((f"Sponge {round(sight.load * 100)} %", WARNING if sight.load < 0.15 else TEXT))
        for text, colour in words:
            x += chip(canvas, text, x, y, colour) + canvas.px(12)
        return x


def draw_ruler(canvas: Canvas, box: Box, plane: Plane) -> None:
    """Draw a ruler at the right edge, in the middle: along the unrolled skin a centimetre is as long everywhere."""
    cm_px = 10.0 * plane.px_per_mm
    middle, half = box.centre[1], round(RULER_CM * cm_px / 2)
    width = canvas.width_of(f"{RULER_CM} cm", "small") + canvas.px(48)
    ground = Box(box.right - canvas.px(16) - width, middle - half - canvas.px(18), width, 2 * half + canvas.px(36))
    canvas.surface.blit(shapes.rounded(ground.width, ground.height, canvas.px(12), BACKGROUND, 150), (ground.x, ground.y))
    right = ground.right - canvas.px(12)
    for mark in range(RULER_CM + 1):
        y = middle + half - round(mark * cm_px)
        long = canvas.px(18 if mark % 10 == 0 else 13 if mark % 5 == 0 else 7)
        canvas.rule((right - long, y), (right, y), TEXT, 1.5)
        if mark % 10 == 0:
            words = f"{mark} cm" if mark else "0"
            room = Box(ground.x, y - canvas.px(14), ground.width - canvas.px(38), canvas.px(28))
            canvas.label(words, room, "small", TEXT, align="right")
    canvas.rule((right, middle - half), (right, middle + half), TEXT, 1.5)


def rim_lines(cells: NDArray[np.bool_], corner_mm: tuple[float, float], cell_mm: float) -> list[NDArray[np.float64]]:
    """Return the closed, smooth outlines of a patch of cells, each shape (n, 2), mm.

    Args:
        cells: True inside, rows down, shape (rows, columns).
        corner_mm: Left and upper edge of the first cell.
        cell_mm: Side of a cell.
    """
    # Drawn FINER times finer and blurred, the steps of the cells are gone; nothing beyond the grid is planned.
    large = cv2.resize(np.pad(cells, 1).astype(np.float32), None, fx=FINER, fy=FINER, interpolation=cv2.INTER_NEAREST)
    soft = cv2.GaussianBlur(large, (0, 0), 1.6 * FINER)
    found, _ = cv2.findContours((soft > 0.5).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    lines = []
    for contour in found:
        places = (contour[:, 0].astype(np.float64) + 0.5) / FINER - 1.0
        turns = np.arange(-2 * FINER, 2 * FINER + 1)
        smooth = np.mean([np.roll(places, turn, axis=0) for turn in turns], axis=0)
        lines.append(np.stack([corner_mm[0] + smooth[:, 0] * cell_mm, corner_mm[1] - smooth[:, 1] * cell_mm], axis=-1))
    return lines


def even_dashes(line: NDArray[np.float64], dash_mm: float) -> list[NDArray[np.float64]]:
    """Return a closed line as even dashes with gaps as long.

    Args:
        line: Shape (n, 2), mm.
        dash_mm: Length of a dash, as nearly as a whole number of them allows.

    Returns:
        Points of each dash, shape (3, 2), mm.
    """
    closed = np.vstack([line, line[:1]])
    place = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(closed, axis=0).T))])
    count = max(3, round(place[-1] / (2.0 * dash_mm)))
    at = (np.arange(count)[:, None] + np.linspace(0.0, 0.5, 3)) / count * place[-1]
    return list(np.stack([np.interp(at, place, closed[:, axis]) for axis in (0, 1)], axis=-1))
