"""The drawing of the C-arm: seen from the patient's feet, and from above along the table; it is also the handle that moves it."""

import functools
import math

import pygame

from game.frames import Side
from game.imaging import CArm
from game.view.canvas import Canvas
from game.view.layout import Box
from game.view.shapes import OVER
from game.view.theme import ACCENT, EDGE, PANEL, TEXT, TEXT_SECOND, WARNING

FRAME = (118, 132, 141)
TUBE = (90, 102, 110)
RECEPTOR = (150, 162, 170)
BODY = (150, 112, 92)
BODY_SHADE = (112, 82, 68)


@functools.lru_cache(maxsize=48)
def _arm(size_px: int, machine_deg: int, colour: tuple[int, int, int]) -> pygame.Surface:
    """Return the C with tube and receptor, turned; drawn large and reduced."""
    whole = size_px * OVER
    surface = pygame.Surface((whole, whole), pygame.SRCALPHA)
    middle, radius, thick = whole / 2, whole * 0.40, whole * 0.056
    for step in range(361):
        turn = math.radians(-96.0 + step * 192.0 / 360.0)
        spot = (middle + radius * math.cos(turn), middle + radius * math.sin(turn))
        pygame.draw.circle(surface, colour, spot, thick / 2)
    receptor = pygame.Rect(0, 0, whole * 0.30, whole * 0.09)
    receptor.midbottom = (int(middle), int(middle - radius + whole * 0.03))
    pygame.draw.rect(surface, RECEPTOR, receptor, border_radius=int(whole * 0.02))
    pygame.draw.rect(
        surface,
        (188, 198, 204),
        receptor.inflate(-whole * 0.02, -whole * 0.055).move(0, -int(whole * 0.015)),
        border_radius=int(whole * 0.01),
    )
    tube = pygame.Rect(0, 0, whole * 0.20, whole * 0.14)
    tube.midtop = (int(middle), int(middle + radius - whole * 0.05))
    pygame.draw.rect(surface, TUBE, tube, border_radius=int(whole * 0.03))
    pygame.draw.rect(surface, (118, 130, 138), tube.inflate(-whole * 0.09, -whole * 0.04), border_radius=int(whole * 0.02))
    turned = pygame.transform.rotozoom(surface, -machine_deg, 1.0 / OVER)
    return turned


@functools.lru_cache(maxsize=8)
def _body(width_px: int, height_px: int) -> pygame.Surface:
    """Return a cross-section of the trunk with its spine at the left, which is the back."""
    surface = pygame.Surface((width_px * OVER, height_px * OVER), pygame.SRCALPHA)
    rect = surface.get_rect()
    pygame.draw.ellipse(surface, BODY_SHADE, rect)
    pygame.draw.ellipse(surface, BODY, rect.inflate(-rect.width * 0.07, -rect.height * 0.06).move(-rect.width // 40, -rect.height // 40))
    spine = (int(rect.width * 0.24), rect.height // 2)
    pygame.draw.circle(surface, (226, 214, 196), spine, int(rect.height * 0.10))
    pygame.draw.line(surface, (226, 214, 196), spine, (int(rect.width * 0.06), rect.height // 2), max(2, int(rect.height * 0.05)))
    return pygame.transform.smoothscale(surface, (width_px, height_px))


def angles_in_words(carm: CArm) -> tuple[str, str]:
    """Return orbit and tilt as the machine's scale is read."""
    tilt = carm.tilt_deg
    towards = "" if abs(tilt) < 0.5 else " head" if tilt > 0 else " feet"
    return f"orbit {carm.orbit_deg:.0f}°", f"tilt {abs(tilt):.0f}°{towards}"


def draw_carm(canvas: Canvas, box: Box, carm: CArm, side_up: Side, warm: float, refused: bool) -> None:
    """Draw the C-arm panel: cross-section above, the table from above below it, the angles in words."""
    canvas.panel(box, PANEL, WARNING if refused else ACCENT if warm > 0.5 else EDGE, 14)
    inner = box.inset(canvas.px(12), canvas.px(8))
    line = canvas.line_of("small")
    canvas.label("C-arm", inner.top(line), "small", TEXT_SECOND)
    words = inner.below(inner.height - 2 * line)
    room = Box(inner.x, inner.y + line, inner.width, inner.height - 3 * line)
    table_height = min(canvas.px(46), room.height // 4)
    _draw_section(canvas, Box(room.x, room.y, room.width, room.height - table_height), carm, side_up)
    _draw_table(canvas, Box(room.x, room.bottom - table_height, room.width, table_height), carm, side_up)
    orbit, tilt = angles_in_words(carm)
    canvas.label(orbit, words.top(line), "small", TEXT, align="centre")
    canvas.label(tilt, words.below(line), "small", TEXT, align="centre")


def _draw_section(canvas: Canvas, box: Box, carm: CArm, side_up: Side) -> None:
    size = min(box.width, box.height)
    centre = box.centre
    mm = size * 0.40 / 430.0  # 500 mm from the middle of the arc to its rim
    body = (round(250 * mm), round(340 * mm))
    canvas.surface.blit(_body(*body), (centre[0] - body[0] // 2, centre[1] - body[1] // 2))
    low = centre[1] + body[1] // 2
    canvas.surface.fill(ACCENT, (centre[0] - round(size * 0.32), low, round(size * 0.64), max(2, canvas.px(4))))
    up = -carm.isocentre_mm[0] if side_up == "right" else carm.isocentre_mm[0]
    middle = (centre[0] - carm.isocentre_mm[1] * mm, centre[1] - up * mm)
    machine = carm.machine_orbit_deg(side_up)
    arm = _arm(size, round(machine), FRAME)
    canvas.surface.blit(arm, (round(middle[0] - arm.get_width() / 2), round(middle[1] - arm.get_height() / 2)))
    turn = math.radians(machine)
    reach = size * 0.38
    start = (middle[0] - reach * math.sin(turn), middle[1] + reach * math.cos(turn))
    pygame.draw.aaline(canvas.surface, WARNING, start, (middle[0] + reach * math.sin(turn), middle[1] - reach * math.cos(turn)))


def _draw_table(canvas: Canvas, box: Box, carm: CArm, side_up: Side) -> None:
    """Draw the table along its length, head as in the field, with the laser's line where the beam crosses."""
    height = max(6, round(box.height * 0.5))
    table = Box(box.x, box.y + (box.height - height) // 2, box.width, height)
    canvas.panel(table, (40, 48, 54), EDGE, 6)
    mm = box.width / 1000.0
    sign = -1.0 if side_up == "right" else 1.0
    trunk = pygame.Rect(0, 0, round(560 * mm), round(height * 0.62))
    trunk.center = (round(table.centre[0] + sign * 60 * mm), table.centre[1])
    pygame.draw.rect(canvas.surface, BODY, trunk, border_radius=trunk.height // 2)
    canvas.disc((table.centre[0] + sign * (60 + 280 + 85) * mm, table.centre[1]), max(2, round(height * 0.26)), BODY)
    x = table.centre[0] + sign * carm.isocentre_mm[2] * mm
    lean = math.tan(math.radians(carm.tilt_deg)) * box.height / 2
    pygame.draw.aaline(canvas.surface, WARNING, (x - sign * lean, box.bottom), (x + sign * lean, box.y))
