"""The hands of whoever plays: what events of mouse and keys mean on the operative screen."""

import math
from dataclasses import dataclass

import pygame

from game.base import Action
from game.operation import actions as act
from game.operation import naming
from game.operation.positioning.actions import NameLevel
from game.view.keys import Meaning, arrow_of, digit_of, meaning_of
from game.view.layout import Box
from game.view.screens.operative import hud
from game.view.screens.operative.carm_handle import KEY_BLADE
from game.view.screens.operative.carm_input import DEPTHS, AtTheCArm
from game.view.screens.operative.drawing import to_field
from game.view.screens.operative.handstate import pointer_of
from game.view.screens.operative.monitor_panel import POINT_AT_HELD
from game.view.screens.operative.places import Places
from game.view.screens.operative.registry import held_tools, tool_of, tray_of
from game.view.screens.operative.step_view import ROLL_DEG
from game.view.screens.operative.strokes import at_most, spread
from game.view.screens.operative.talk_panel import lines_for
from game.view.screens.operative.tools import Option, Tool, taking

AIM_DEG_PER_MM = 0.35
KEY_AIM_DEG_PER_S = 14.0
KEY_SLOW_MM_PER_S, KEY_FAST_MM_PER_S, KEY_RISE_S = 5.0, 45.0, 1.2
KEY_POINTER_MM_PER_S = 70.0
KEY_CROSS_PER_S = 0.5
KEY_HOLD_S = 0.25
"""An arrow tapped moves one small step; held for longer than this it runs on."""
NUDGE_POINTER_MM, NUDGE_HAND_MM, NUDGE_AIM_DEG, NUDGE_CROSS = 1.0, 0.5, 1.0, 0.02
FINE = 0.1
WAIT_S = 60.0
WARP_PX = 6
LEVELS = naming.LEVELS[::-1]
"""From the sacrum up, as they are counted: the lower eight stand in the first column, and the order tells nothing of the plan."""
LEVELS_PX = 264.0
"""Least width of their list: with it, it stands beside the picture."""


class Handling(AtTheCArm):
    """What the hands do becomes actions."""

    _inject_s = -1.0
    _warped: tuple[int, int] | None = None

    def _work_through(self, ticks: int) -> None:
        """Let ticks pass while the working hand moves through them, stroke by stroke."""
        steps, self.hands.strokes = spread(self.hands.strokes, ticks) if ticks else ([], self.hands.strokes)
        passed = 0
        for tick, (dx_mm, dy_mm) in steps:
            self.session.advance(tick - passed)
            passed = tick
            self._move_hand(dx_mm, dy_mm)
        self.session.advance(ticks - passed)

    def _move_hand(self, dx_mm: float, dy_mm: float) -> None:
        if self.session.theatre.hand.gripping and math.hypot(dx_mm, dy_mm) > 1e-6:
            self.act(act.MoveHand(round(dx_mm, 4), round(dy_mm, 4)))

    def _stop_hand(self) -> None:
        """Bring the hand to where it was let go: what it did since the last tick, in one."""
        for tick, step in spread(at_most(self.hands.strokes, 1), 1)[0]:
            assert tick == 0
            self._move_hand(*step)
        self.hands.strokes = ()

    def _flush(self) -> None:
        """Hand gathered turns of wrist and C-arm to the session: at most one of each kind before the ticks of a frame."""
        sagittal, medial = self.hands.aimed_deg
        if abs(sagittal) + abs(medial) > 1e-6:
            self.hands.aimed_deg = (0.0, 0.0)
            self.act(act.Aim(round(min(max(sagittal, -29.0), 29.0), 4), round(min(max(medial, -29.0), 29.0), 4)))
        self._flush_carm()

    def _see_device(self, event: pygame.event.Event) -> None:
        """Notice what the working hand is moved with."""
        gripping = self.session.theatre.hand.gripping
        if event.type == pygame.MOUSEBUTTONDOWN or (event.type == pygame.MOUSEMOTION and gripping):
            self.use.now = pointer_of(self._desk.settings.click_to_grab)
        elif event.type == pygame.KEYDOWN and meaning_of(event.key) in ("work", "move"):
            self.use.now = "gamepad" if hasattr(event, "pad") else "keyboard"

    def _panel_key(self, event: pygame.event.Event) -> bool:
        """Let an open talk list or menu answer a key; say whether it did."""
        if self.talk.open and self._talk_key(event):
            return True
        return (self._menu is not None and self._menu_key(event)) or self._typing_key(event)

    def _typing_key(self, event: pygame.event.Event) -> bool:
        """Let a step on whose chart one writes take a key; say whether it did."""
        view = self._view()
        actions = None if view is None else view.typed(event.key, getattr(event, "unicode", ""), self.hands.tool)
        for action in actions or ():
            self.act(action)
            self.hands.tool = self._in_hand()  # what is written is written: digits take instruments again
        return actions is not None

    def _in_hand(self) -> str:
        """Return the tool of the tray that the hand holds, or ""."""
        held = self.session.theatre.hand.instrument
        return next((tool.id for tool in tray_of(self.session.step) if held and tool.instrument == held), "")

    def _key_down(self, event: pygame.event.Event) -> None:
        match meaning_of(event.key):
            case "work" if not self.hands.working:
                self._work_key()
            case "other_hand" if not self.session.theatre.hand.other_down:
                self._other_hand(True)
            case "move" | "carm_across":
                self._arrow_down(event)
            case other:
                self._command(other, event)

    def _arrow_down(self, event: pygame.event.Event) -> None:
        """Move by one small step at once, and remember the key for when it is held."""
        if event.key not in self.hands.keys:
            self.hands.keys.append(event.key)
        self.hands.held_s, self.hands.fresh = 0.0, True
        at_carm = self._at_carm(event.mod) or event.key in DEPTHS
        self.hands.aims_by_keys = bool(event.mod & pygame.KMOD_CTRL) and not at_carm
        way = arrow_of(event.key)
        if at_carm:
            self._carm_keys([event.key], event.mod, None)
        elif way is not None:
            self._move_by(way, TAP, event.mod)

    def _work_key(self) -> None:
        if self._desk.settings.click_to_grab and self.session.theatre.hand.gripping:
            self._end_work()
        elif self.hands.tool == "level" and tool_of(self.session.step, "level"):
            self._ask_level(self.hands.uv)
        else:
            self._begin_work()

    def _command(self, meaning: Meaning | None, event: pygame.event.Event) -> None:
        shift = bool(event.mod & pygame.KMOD_SHIFT)
        if (not shift and self._step_command(meaning)) or self._carm_command(meaning, shift) or self._step_command(meaning):
            return
        match meaning:
            case "talk":
                self.talk.toggle()
            case "lean" if not self.session.theatre.hand.lean:
                self.act(act.LeanIn(True))
            case "roll_left" | "roll_right" if self._at_carm(event.mod):
                self.carm.move_blades(0.0, 0.0, -KEY_BLADE if meaning == "roll_left" else KEY_BLADE)
            case "roll_left" | "roll_right":
                self.act(act.Roll(-ROLL_DEG if meaning == "roll_left" else ROLL_DEG))
            case "next_instrument":
                self._next_tool(-1 if shift else 1)
            case "pick_instrument":
                self._pick(digit_of(event.key) or 0)
            case "wait":
                self.act(act.Wait(WAIT_S))
            case "finish_step":
                self.act(act.FinishStep())
            case "fold":
                self.cutaway.folded = not self.cutaway.folded

    def _step_command(self, meaning: Meaning | None) -> bool:
        """Do what a key means in this step alone; say whether it means anything."""
        view = self._view()
        actions = view.command(meaning, self.session) if view is not None and meaning is not None else None
        for action in actions or ():
            self.act(action)
        if actions is not None and meaning == "inject":
            self._inject_s = 0.0
        return actions is not None

    def _key_up(self, event: pygame.event.Event) -> None:
        if event.key in self.hands.keys:
            self.hands.keys.remove(event.key)
        match meaning_of(event.key):
            case "work" if not self._desk.settings.click_to_grab:
                self._end_work()
            case "other_hand" if self.session.theatre.hand.other_down:
                self._other_hand(False)
            case "pedal" if self.session.theatre.fluoroscope.pedal:
                self.act(act.Pedal(False))
            case "lean" if self.session.theatre.hand.lean:
                self.act(act.LeanIn(False))
            case "inject":
                self._inject_s = -1.0

    def _talk_key(self, event: pygame.event.Event) -> bool:
        lines = lines_for(self.session.step)
        arrow = arrow_of(event.key)
        digit = digit_of(event.key)
        if arrow is not None:
            self.talk.step_by(lines, -arrow[1] if arrow[1] else arrow[0])
        elif meaning_of(event.key) == "work":
            self._say(self.talk.enter(lines))
        elif event.key == pygame.K_ESCAPE:
            self.talk.back()
        elif meaning_of(event.key) == "talk":
            self.talk.toggle()
        elif digit is not None and self.talk.choosing:
            self.talk.slot_at = min(digit - 1, len(lines[self.talk.at].slots[len(self.talk.words)].choices) - 1)
            self._say(self.talk.enter(lines))
        else:
            return False
        return True

    def _say(self, said: Action | None) -> None:
        if said is not None:
            self.act(said)

    def _menu_key(self, event: pygame.event.Event) -> bool:
        """Answer a key with the open menu; a digit that names none of its choices closes it and picks that tool instead."""
        assert self._menu is not None
        options, arrow, digit = self._menu[1], arrow_of(event.key), digit_of(event.key)
        if arrow is not None:
            self._menu_at = hud.next_option(self._menu_at, len(options), arrow)
        elif meaning_of(event.key) == "work":
            self._choose(self._menu_at)
        elif digit is not None and 1 <= digit <= len(options):
            self._choose(digit - 1)
        elif digit is not None:
            self._menu = None
            return False
        elif event.key == pygame.K_ESCAPE:
            self._menu = None
        else:
            return False
        return True

    def _choose(self, index: int) -> None:
        assert self._menu is not None
        tool, options, _ = self._menu
        self._menu = None
        if self.act(options[index].action) and tool.held:
            self.hands.tool = tool.id

    def _pick(self, digit: int) -> None:
        found = next((tool for tool in tray_of(self.session.step) if tool.key == str(digit)), None)
        if found is not None:
            self._press_tool(found)

    def _next_tool(self, by: int) -> None:
        tools = held_tools(self.session.step)
        if not tools:
            return
        names = [tool.id for tool in tools]
        index = names.index(self.hands.tool) + by if self.hands.tool in names else 0
        self._press_tool(tools[index % len(tools)])

    def _press_tool(self, tool: Tool) -> None:
        """Take a tool, do what it does at once, or ask which."""
        if tool.id == "talk":
            self.talk.toggle()
        elif tool.id == "plunger":
            self._step_command("inject")
            self._inject_s = -1.0
        elif len(tool.options) == 1 and not tool.held:
            self.act(tool.options[0].action)
        elif tool.options:
            self._open_menu(tool, tool.options)
        elif (action := taking(tool)) is None or self.act(action):
            self.hands.tool = tool.id

    def _open_menu(self, tool: Tool, options: tuple[Option, ...], anchor: Box | None = None) -> None:
        tools = tray_of(self.session.step)
        if anchor is None:
            anchor = self._tray_boxes[tools.index(tool)] if tool in tools and self._tray_boxes else Box(0, 0, 0, 0)
        self._menu, self._menu_at = (tool, options, anchor), 0

    def _ask_level(self, uv: tuple[float, float]) -> None:
        """Ask which level the place on the picture is."""
        tool = tool_of(self.session.step, "level")
        if tool is None:
            return
        if self.monitor.swapped:
            self._refuse(POINT_AT_HELD)
            return
        if not self.session.theatre.fluoroscope.exposures:
            self.act(NameLevel(LEVELS[0], *uv))
            return
        box = self.monitor.picture_box
        options = tuple(Option(level, NameLevel(level, round(uv[0], 4), round(uv[1], 4))) for level in LEVELS)
        width = max(box.width // 2, round(LEVELS_PX * self._scale()))
        self._open_menu(tool, options, Box(box.x - width - round(24 * self._scale()), box.bottom, width, 1))

    def _begin_work(self) -> None:
        """Press: do what the step's view says, in order, until something is refused."""
        view = self._view()
        if view is None or self._stage is None:
            return
        self.hands.working = True
        self.hands.started_mm = (self.hands.x_mm, self.hands.y_mm)
        self.hands.strokes = ()
        for action in view.press(self.session, self._glance(), self.hands):
            if not self.act(action):
                self.hands.working = view.keeps_pressing
                break
        if self.session.theatre.hand.gripping:
            capture(True)

    def _end_work(self) -> None:
        """Let go."""
        if not self.hands.working and not self.session.theatre.hand.gripping:
            return
        self._flush()
        self._stop_hand()
        view = self._view()
        if view is not None and self.hands.working:
            for action in view.release(self._glance(), self.hands):
                self.act(action)
            if sentence := view.scolds(self.hands):
                self._refuse(sentence)
        self.hands.working = False
        if self.session.theatre.hand.gripping:
            self.act(act.LetGo())
        capture(False)

    def _other_hand(self, down: bool) -> None:
        x_mm, y_mm, view = self.hands.x_mm, self.hands.y_mm, self._view()
        if self.act(act.OtherHand(down, x_mm, y_mm)) and down and view is not None:
            for action in view.other_hand(x_mm, y_mm):
                self.act(action)

    def _keys_move(self, elapsed_s: float) -> None:
        """Let what is held press the plunger and move hand, aim, pointer, cross, C-arm or blades."""
        if self._inject_s >= 0.0:
            self._inject_s += elapsed_s
            if self._inject_s >= 0.5:
                self._inject_s -= 0.5
                self._step_command("inject")
        self._repeat(elapsed_s)
        if not self.hands.keys or self.hands.held_s <= KEY_HOLD_S:
            return
        mods = pygame.key.get_mods()
        if self._at_carm(mods) or any(key in DEPTHS for key in self.hands.keys):
            self._carm_keys(self.hands.keys, mods, elapsed_s)
            return
        arrows = [arrow for key in self.hands.keys if (arrow := arrow_of(key)) is not None]
        way = (sum(a[0] for a in arrows), sum(a[1] for a in arrows))
        self._move_by(way, _held(elapsed_s, self.hands.held_s - KEY_HOLD_S), mods)

    def _move_by(self, way: tuple[int, int], step: "KeyStep", mods: int) -> None:
        """Move what the modifiers say: aim, cross on the picture, or the hand."""
        fine = FINE if mods & pygame.KMOD_SHIFT else 1.0
        if mods & pygame.KMOD_CTRL:
            self.hands.aim(way[1] * step.aim_deg * fine, way[0] * step.aim_deg * fine)
        elif self.hands.tool == "level" and tool_of(self.session.step, "level"):
            u, v = (c + w * step.cross * fine for c, w in zip(self.hands.uv, way, strict=True))
            self.hands.uv = (min(max(u, -1.0), 1.0), min(max(v, -1.0), 1.0))
        elif not self.session.theatre.hand.gripping:
            self._point(self.hands.x_mm + way[0] * step.pointer_mm * fine, self.hands.y_mm + way[1] * step.pointer_mm * fine)
            self.hands.inside = True
        else:
            self._push_by(way, step.hand_mm * fine * self._desk.settings.mouse_gain)

    def _push_by(self, way: tuple[int, int], step_mm: float) -> None:
        """Move the working hand along and across what it holds."""
        view = self._view()
        drawn = None if view is None else view.along_axis(self.session, self._glance())
        if drawn is None:
            self.hands.move(way[0] * step_mm, way[1] * step_mm)
            return
        length = max(math.hypot(*drawn), 0.2)
        across = (-drawn[1] / length, drawn[0] / length)
        self.hands.move(
            way[1] * step_mm * drawn[0] + way[0] * step_mm * across[0], way[1] * step_mm * drawn[1] + way[0] * step_mm * across[1]
        )

    def _point(self, x_mm: float, y_mm: float) -> None:
        if self._stage is None:
            return
        plane = self._stage.plane
        half = (plane.width_px * plane.mm_per_px / 2, plane.height_px * plane.mm_per_px / 2)
        x0, y0 = plane.centre_mm
        self.hands.x_mm = min(max(x_mm, x0 - half[0]), x0 + half[0])
        self.hands.y_mm = min(max(y_mm, y0 - half[1]), y0 + half[1])

    def _moved(self, event: pygame.event.Event) -> None:
        spots = self._places
        if spots is None or self._stage is None:
            return
        if self._warped is not None and math.dist(event.pos, self._warped) < WARP_PX:
            self._warped = None
            return
        if self.session.theatre.hand.gripping or self.hands.aiming:
            self._keep_off_the_edge(event.pos, spots.field)
        if self.carm.part:
            self._drag_carm(event)
            return
        self._help = self._carm_help(event.pos, spots)
        self._over_room = self._room.hover(event.pos)
        tools = tray_of(self.session.step)
        self._hovered = next((tool.id for tool, box in zip(tools, self._tray_boxes, strict=False) if box.contains(event.pos)), "")
        for index, box in enumerate(self._menu_boxes if self._menu else ()):
            if box.contains(event.pos):
                self._menu_at = index
        mm = self._stage.plane.mm_per_px * self._desk.settings.mouse_gain
        if self.hands.aiming or (self.hands.working and pygame.key.get_mods() & pygame.KMOD_ALT):
            self._aim_by(event.rel[0] * mm, -event.rel[1] * mm)
        elif self.session.theatre.hand.gripping:
            self.hands.move(event.rel[0] * mm, -event.rel[1] * mm)
            self._point(self.hands.x_mm + event.rel[0] * mm, self.hands.y_mm - event.rel[1] * mm)
        else:
            self.hands.inside = spots.field.contains(event.pos) and not self.talk.open
            self._point(*to_field(self._stage.plane, spots.field, event.pos))

    def _keep_off_the_edge(self, at: tuple[int, int], field: Box) -> None:
        """Bring a pointer that is a hand back to the middle before the window's edge stops it."""
        if self._drawn is None or not pygame.display.get_init() or pygame.display.get_surface() is None:
            return
        width, height = self._drawn.get_size()
        if min(at[0], at[1], width - 1 - at[0], height - 1 - at[1]) < WARP_PX:
            self._warped = field.centre
            pygame.mouse.set_pos(field.centre)

    def _aim_by(self, dx_mm: float, dy_mm: float) -> None:
        """Turn the instrument as if its hub were pulled along: away from the point flattens, sideways converges."""
        view = self._view()
        sagittal_mm, medial_mm = (-dx_mm, dy_mm) if view is None else view.aimed(dx_mm, dy_mm, self.session, self._glance())
        self.hands.aim(sagittal_mm * AIM_DEG_PER_MM, medial_mm * AIM_DEG_PER_MM)

    def _button_down(self, event: pygame.event.Event) -> None:
        at, spots = event.pos, self._places
        if spots is None:
            return
        if self.talk.open:
            self._say(self.talk.press(at, lines_for(self.session.step)))
            return
        if self._menu is not None:
            index = next((k for k, box in enumerate(self._menu_boxes) if box.contains(at)), None)
            if index is None:
                self._menu = None
            else:
                self._choose(index)
            return
        if self._room.press(at):
            return
        if spots.field.contains(at) and self._stage is not None:
            self._field_down(event)
        elif not self._carm_down(event, spots):
            self._panel_down(at, spots)

    def _field_down(self, event: pygame.event.Event) -> None:
        if self._stage is None or self._places is None:
            return
        self.carm.focus = False
        if event.button == 3 or pygame.key.get_mods() & pygame.KMOD_ALT:
            self.hands.aiming = True
            capture(True)
        elif self._desk.settings.click_to_grab and self.session.theatre.hand.gripping:
            self._end_work()
        else:
            self._point(*to_field(self._stage.plane, self._places.field, event.pos))
            self.hands.inside = True
            self._begin_work()

    def _panel_down(self, at: tuple[int, int], spots: Places) -> None:
        tools = tray_of(self.session.step)
        for tool, box in zip(tools, self._tray_boxes, strict=False):
            if box.contains(at):
                self._press_tool(tool)
                return
        if spots.line.contains(at):
            self.act(act.FinishStep())
            return
        uv = self.monitor.place_on_picture(at)
        if self.monitor.swapped and self.monitor.picture_box.contains(at):
            self._ask_level(self.hands.uv)
            return
        if uv is not None and tool_of(self.session.step, "level"):
            self.hands.uv = uv
            self._ask_level(uv)
            return
        answer = self.monitor.press(at)
        if isinstance(answer, Action):
            self.act(answer)
        elif answer == "console":
            self._fold_console()
        elif answer in ("rotate", "flip", "swap"):
            self._look(answer)

    def _button_up(self, event: pygame.event.Event) -> None:
        self._carm_up()
        if event.button == 3 or self.hands.aiming:
            self.hands.aiming = False
            capture(self.session.theatre.hand.gripping)
            return
        if not self._desk.settings.click_to_grab or not self.session.theatre.hand.gripping:
            self._end_work()

    def _wheel(self, notches: int) -> None:
        spots = self._places
        if spots is None or not notches:
            return
        if spots.carm.contains(pygame.mouse.get_pos()):
            self._lift_carm(notches)
        elif (view := self._view()) is not None:
            for action in view.wheel(notches, self.session):
                self.act(action)


@dataclass(frozen=True, slots=True)
class KeyStep:
    """How far one press of an arrow, or one frame of holding it, moves each thing that arrows move."""

    pointer_mm: float
    hand_mm: float
    aim_deg: float
    cross: float


TAP = KeyStep(NUDGE_POINTER_MM, NUDGE_HAND_MM, NUDGE_AIM_DEG, NUDGE_CROSS)


def _held(elapsed_s: float, held_s: float) -> KeyStep:
    """Return how far a frame of holding moves; the hand is slow at first."""
    speed = KEY_SLOW_MM_PER_S + (KEY_FAST_MM_PER_S - KEY_SLOW_MM_PER_S) * min(held_s / KEY_RISE_S, 1.0) ** 2
    return KeyStep(
        pointer_mm=KEY_POINTER_MM_PER_S * elapsed_s,
        hand_mm=speed * elapsed_s,
        aim_deg=KEY_AIM_DEG_PER_S * elapsed_s,
        cross=KEY_CROSS_PER_S * elapsed_s,
    )


def capture(held: bool) -> None:
    """Hide the pointer while it is a hand; do nothing without a window.

    The button that is held keeps the motion coming; the window is not grabbed, so that pointers with absolute
    places (tablets, remote desktops) work too.
    """
    if pygame.display.get_init() and pygame.display.get_surface():
        pygame.mouse.set_visible(not held)
