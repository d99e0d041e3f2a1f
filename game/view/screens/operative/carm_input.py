"""Hands at the C-arm: its drawing, its console, its keys, and the pedal by mouse."""

import pygame

from game.operation import actions as act
from game.view.keys import arrow_of
from game.view.monitors import console
from game.view.screens.operative.carm_handle import KEY_BLADE, KEY_BLADE_PER_S, KEY_DEG_PER_S, KEY_MM_PER_S, LIFT_MM, PART_HELP, Part
from game.view.screens.operative.places import Places
from game.view.screens.operative.situation import Situation

NUDGE_DEG, NUDGE_MM = 1.0, 2.0
REPEAT_AFTER_S, REPEAT_S = 0.35, 0.1
"""A blade's button that is held goes on after so long, and so often."""
DEPTHS = {pygame.K_PAGEUP: -1.0, pygame.K_PAGEDOWN: 1.0}
"""Keys that move towards the belly, which is the far side of the field, and towards the back."""


class AtTheCArm(Situation):
    """What hands do at the C-arm becomes actions."""

    _pressed = ""
    _pressed_s = 0.0

    def _fold_console(self) -> None:
        self._console[self.session.step] = not self.console_open

    def _look(self, how: str) -> None:
        """Turn, flip or swap the pictures, or say why not."""
        refusal = self.monitor.look(how, self.session)
        if refusal:
            self._refuse(refusal)

    def _part_at(self, at: tuple[int, int], spots: Places) -> Part:
        """Return what of the drawing is at a place of the window."""
        if self._carm_at is None:
            return ""
        theatre = self.session.theatre
        fluoroscope = theatre.fluoroscope
        return self.carm.part_at(at, spots.carm, self._carm_at, fluoroscope.carm, theatre.plan.side, fluoroscope.table_mm)

    def _carm_command(self, meaning: str | None, shift: bool) -> bool:
        """Do what a key means at the console; say whether it is one of those."""
        fluoroscope = self.session.theatre.fluoroscope
        match meaning:
            case "pedal" if shift:
                self.act(act.Spot())
            case "pedal":
                if not fluoroscope.pedal:
                    self.act(act.Pedal(True))
            case "ask_view":
                self.act(act.AskView("lateral" if shift else "ap"))
            case "store_view":
                self.act(act.StoreView("lateral" if shift else "ap"))
            case "dose_mode":
                self.act(act.SetDoseMode(console.next_dose(fluoroscope.mode)))
            case "pulse_rate":
                self.act(act.SetPulseRate(console.next_rate(fluoroscope.pulse_rate)))
            case "magnify":
                self.act(act.SetField(console.next_field(fluoroscope.carm.field_name)))
            case "open_blades":
                self.act(act.ResetBlades())
            case "silence":
                self.act(act.SilenceBuzzer())
            case "rotate" | "flip" | "swap":
                self._look(meaning)
            case "staff":
                self._room.open = not self._room.open
            case "take_carm" if shift:
                self._fold_console()
            case "take_carm":
                self.carm.focus = not self.carm.focus
            case "table":
                self.carm.travels = "table" if self.carm.travels == "arm" else "arm"
                self._tell(f"Arrows with Shift, and sticks, now move the {'table' if self.carm.travels == 'table' else 'C-arm'} along.")
            case _:
                return False
        return True

    def _at_carm(self, mods: int) -> bool:
        """Say whether keys move the C-arm: it is in the hands, or Alt is held."""
        return self.carm.focus or bool(mods & pygame.KMOD_ALT)

    def _carm_keys(self, keys: list[int], mods: int, elapsed_s: float | None) -> None:
        """Move what arrows and page keys move at the C-arm, by one small step or by a time's worth."""
        arrows = [arrow for key in keys if (arrow := arrow_of(key)) is not None]
        way = (float(sum(a[0] for a in arrows)), float(sum(a[1] for a in arrows)))
        depth = sum(DEPTHS.get(key, 0.0) for key in keys)
        side = self.session.theatre.plan.side
        if mods & pygame.KMOD_CTRL:
            blade = KEY_BLADE if elapsed_s is None else KEY_BLADE_PER_S * elapsed_s
            self.carm.move_blades(way[0] * blade, way[1] * blade, 0.0)
        elif mods & pygame.KMOD_SHIFT or depth:
            self.carm.travel(way, depth, NUDGE_MM if elapsed_s is None else KEY_MM_PER_S * elapsed_s, side)
        else:
            self.carm.turn(way, NUDGE_DEG if elapsed_s is None else KEY_DEG_PER_S * elapsed_s, side)

    def _carm_down(self, event: pygame.event.Event, spots: Places) -> bool:
        """Take hold of the drawing, or press a button of the console; say whether one was there."""
        part = self._part_at(event.pos, spots)
        if part:
            self.carm.begin(part, event.button)
            return True
        if not spots.console.contains(event.pos):
            return False
        self.carm.focus = True
        pressed = next((control for control in self._controls if control.box.contains(event.pos)), None)
        if pressed is not None:
            self._pressed, self._pressed_s = pressed.id, 0.0
            self._press_control(pressed.id)
        return True

    def _press_control(self, name: str) -> None:
        action = console.action_of(name)
        if action is not None:
            self.act(action)
        elif name == console.STAFF:
            self._room.open = not self._room.open

    def _drag_carm(self, event: pygame.event.Event) -> None:
        """Let what was taken hold of in the drawing follow the pointer."""
        if self._carm_at is None:
            return
        theatre = self.session.theatre
        side, fluoroscope = theatre.plan.side, theatre.fluoroscope
        way = ((event.pos[0] - event.rel[0], event.pos[1] - event.rel[1]), event.pos)
        centre = self._carm_at.centre_of(fluoroscope.carm, side, fluoroscope.table_mm)
        fine = bool(pygame.key.get_mods() & pygame.KMOD_SHIFT)
        self.carm.drag(way, centre, self._carm_at.plan_px_per_mm, self._scale(), side, fine)

    def _carm_up(self) -> None:
        """Let go of drawing, button and pedal."""
        if self._pressed == console.PEDAL and self.session.theatre.fluoroscope.pedal:
            self.act(act.Pedal(False))
        self._pressed, self.carm.part = "", ""

    def _repeat(self, elapsed_s: float) -> None:
        """Press a blade's button again while it is held."""
        if self._pressed not in console.REPEATED:
            return
        before = max(self._pressed_s - REPEAT_AFTER_S, 0.0) // REPEAT_S
        self._pressed_s += elapsed_s
        for _ in range(int(max(self._pressed_s - REPEAT_AFTER_S, 0.0) // REPEAT_S - before)):
            self._press_control(self._pressed)

    def _flush_carm(self) -> None:
        """Hand gathered motion of arm, table and blades to the session."""
        for action in self.carm.take():
            if not self.act(action):
                self.carm.refuse()

    def _carm_help(self, at: tuple[int, int], spots: Places) -> str:
        """Return what lies under the pointer in drawing, console and monitor, in a sentence."""
        part = self._part_at(at, spots)
        over = next((control.id for control in self._controls if control.box.contains(at)), "")
        self._hovered_control = over
        monitor = self.monitor.hover(at)
        return PART_HELP.get(part, "") or console.help_of(over) or monitor

    def _lift_carm(self, notches: int) -> None:
        self.carm.lift_mm += LIFT_MM * notches
