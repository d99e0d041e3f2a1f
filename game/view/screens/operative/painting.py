"""The operative screen as it is drawn: field, monitors, captions and tray."""

import pygame

from game.clock import TICKS_PER_S, seconds
from game.operation.fluoroscopy import pedal_technique
from game.session.observation import Observation
from game.view.canvas import Canvas
from game.view.layout import Box
from game.view.monitors import console
from game.view.monitors.carm import carm_places, draw_carm, shake_px
from game.view.monitors.vitals import draw_strip, draw_traces, draw_vitals, pressure_age
from game.view.screens.operative import hud
from game.view.screens.operative.drawing import chip, round_corners, to_screen
from game.view.screens.operative.marks import mark_at
from game.view.screens.operative.places import Places, places
from game.view.screens.operative.registry import SCREENS, hint, tool_of, tray_of
from game.view.screens.operative.situation import LASER_TICKS, Situation
from game.view.screens.operative.stage import Stage
from game.view.screens.operative.talk_panel import lines_for
from game.view.theme import ACCENT, BACKGROUND, TEXT_SECOND

HINT_TICKS = TICKS_PER_S // 2
FIRST_HELP_TICKS = 20 * TICKS_PER_S
UNSEEN_PX = 64
"""Side of the traces while only the numbers are seen: the heart beats on."""
FIRST_HELP = "F1 shows keys and mouse. Click the step line, or N, when this step is done."
FIRST_HELP_CARM = "Drag the C-arm's drawing to turn it, right drag to tilt it; F held is the pedal. F1 shows the rest."


class Painting(Situation):
    """What stands on the screen."""

    def on_draw(self, surface: pygame.Surface) -> None:
        """Draw everything."""
        canvas = self._desk.canvas(surface)
        surface.fill(BACKGROUND)
        observation = self._glance()
        spots = places(canvas.box, canvas.look, self.console_open)
        self._places, self._drawn = spots, surface
        self._carm_at = carm_places(canvas, spots.carm)
        self._draw_field(canvas, spots, observation)
        self._draw_room(canvas, spots, observation)
        self._draw_top(canvas, spots, observation)
        self._draw_right(canvas, spots, observation)
        self._draw_bottom(canvas, spots, observation)
        if self._help and self.session.mode == "guided" and not self.carm.part:
            hud.draw_help(canvas, spots.field, self._help)
        self._show_pointer(observation)
        if self._menu is not None:
            tool, options, anchor = self._menu
            self._menu_boxes = hud.option_boxes(canvas, anchor, options, tool.asks)
            hud.draw_options(canvas, self._menu_boxes, options, self._menu_at, tool.asks)
        if self.talk.open:
            self.talk.draw(canvas, spots.field, lines_for(self.session.step), self._speech)

    def _draw_field(self, canvas: Canvas, spots: Places, observation: Observation) -> None:
        box, view = spots.field, self._view()
        if view is None:
            canvas.panel(box, BACKGROUND, BACKGROUND)
            return
        self._stage = self._stages.get(view.key(self.session, box), lambda: view.paint(self.session, box))
        stage = self._stage
        if stage is None or stage.plane.shape != (box.height, box.width):
            canvas.panel(box, BACKGROUND, BACKGROUND)
            canvas.label("The field is being lit", box, "body", TEXT_SECOND, align="centre")
            view.lay_out(self.session, box)
            return
        if stage.settled():
            view.refresh(stage, self.session, observation)
        canvas.surface.blit(stage.surface(self.session.theatre.hand.lean), (box.x, box.y))
        clip = canvas.surface.get_clip()
        canvas.surface.set_clip(box.rect)
        view.draw(canvas, box, stage, self.session, observation, self.hands, seconds(observation.tick))
        if self.session.mode == "guided" and SCREENS[self.session.step].cutaway:
            self.cutaway.draw(canvas, box, self.session)
        if self._laser_is_on(observation):
            self._laser.draw(canvas, box, stage.plane, self.session, view.unrolled)
        self._name_mark(canvas, box, stage, observation)
        self._draw_ends(canvas, box, observation)
        canvas.surface.set_clip(clip)
        round_corners(canvas, box)
        stage.finish()
        if not self._stages.busy and stage.settled():
            self.monitor.pulses.prepare(self.session.theatre.patient)  # not before the field is done: both need the room

    def _draw_room(self, canvas: Canvas, spots: Places, observation: Observation) -> None:
        """Draw the room with its scatter over the field, where that is asked for."""
        if self._room.open:
            fluoroscope = self.session.theatre.fluoroscope
            area = spots.field.inset(canvas.px(20), canvas.px(16))
            self._room.draw(canvas, area, observation.carm, pedal_technique(fluoroscope), fluoroscope.dose, observation.plan.side)

    def _laser_is_on(self, observation: Observation) -> bool:
        """Say whether the laser cross is on: while somebody is at the C-arm, and for some seconds after it was moved."""
        place = (observation.carm.orbit_deg, observation.carm.tilt_deg, observation.carm.isocentre_mm)
        if place != self._arm_moved[0]:
            self._arm_moved = (place, observation.tick if self._arm_moved[0] is not None else -LASER_TICKS)
        return self.console_open or self.carm.focus or observation.tick - self._arm_moved[1] < LASER_TICKS

    def _name_mark(self, canvas: Canvas, box: Box, stage: Stage, observation: Observation) -> None:
        """Name the mark that the pointer is on."""
        hands = self.hands
        if not hands.inside or hands.working or hands.aiming or observation.gripping:
            return
        name = mark_at(observation.marks, hands.x_mm, hands.y_mm)
        if name:
            x, y = to_screen(stage.plane, box, hands.x_mm, hands.y_mm)
            chip(canvas, name, x, y + canvas.px(48), align="centre")

    def _draw_ends(self, canvas: Canvas, box: Box, observation: Observation) -> None:
        """Say where head and feet are."""
        y, away = box.y + canvas.px(35), canvas.px(20)
        left, right = ("Head", "Feet") if observation.camera.side_up == "right" else ("Feet", "Head")
        chip(canvas, f"← {left}", box.x + away, y)
        chip(canvas, f"{right} →", box.right - away, y, align="right")
        if self._stages.busy:
            chip(canvas, "The patient is being moved", box.centre[0], y, ACCENT, "centre")
        elif self._stage is not None and (view := self._view()) is not None and view.waits_for and self._stage.waits:
            chip(canvas, view.waits_for, box.centre[0], y, ACCENT, "centre")

    def _draw_top(self, canvas: Canvas, spots: Places, observation: Observation) -> None:
        top = Box(spots.title.x, spots.title.y, spots.clock.right - spots.title.x, spots.title.height)
        theatre_s, hands_s = observation.theatre_s, seconds(observation.tick)
        key = (observation.step, observation.steps_done, int(theatre_s), int(hands_s), self.session.mode)

        def draw() -> None:
            hud.draw_title(canvas, spots.title, hud.title_of(observation.step), f"{self.session.scenario.title}, {self.session.mode}")
            hud.draw_line(canvas, spots.line, self.session.scenario.steps, observation)
            hud.draw_clocks(canvas, spots.clock, theatre_s, hands_s)

        self._kept.draw(canvas, "top", key, top, draw)

    def _draw_right(self, canvas: Canvas, spots: Places, observation: Observation) -> None:
        naming = self.hands.tool == "level" or (self._menu is not None and self._menu[0].id == "level")
        cross = self.hands.uv if naming and tool_of(self.session.step, "level") else None
        is_open = self.console_open
        self._kept.draw(
            canvas,
            "monitor",
            self.monitor.key(self.session, observation, cross, is_open),
            spots.monitor,
            lambda: self.monitor.draw(canvas, spots, self.session, observation, cross, is_open),
        )
        self._draw_carm(canvas, spots, observation)
        if is_open:
            self._draw_console(canvas, spots, observation)
        else:
            self._controls = []
        self._draw_vitals(canvas, spots.vitals, observation, in_line=is_open)

    def _draw_carm(self, canvas: Canvas, spots: Places, observation: Observation) -> None:
        theatre, side, handle = self.session.theatre, observation.plan.side, self.carm
        self._shapes.of(theatre.patient, theatre.patient_pose, side)
        warm, table_mm = bool(handle.part) or handle.focus, observation.console.table_mm
        seen = (observation.carm.orbit_deg, observation.carm.tilt_deg, observation.carm.isocentre_mm)
        shaken = (handle.refused_s > 0.0, shake_px(canvas, handle.refused_s))
        self._kept.draw(
            canvas,
            "carm",
            (seen, table_mm, warm, shaken, handle.travels, theatre.patient.spec, theatre.patient_pose),
            spots.carm,
            lambda: draw_carm(canvas, spots.carm, observation.carm, side, self._shapes, table_mm, warm, handle.refused_s, handle.travels),
        )

    def _draw_console(self, canvas: Canvas, spots: Places, observation: Observation) -> None:
        inner = spots.console.inset(canvas.px(12), canvas.px(9))
        self._controls, words = console.controls(canvas, inner, observation.console, observation.pedal, self._room.open)
        controls, focus = self._controls, self.carm.focus
        self._kept.draw(
            canvas,
            "console",
            (tuple(controls), self._hovered_control, focus),
            spots.console,
            lambda: console.draw_console(canvas, spots.console, controls, words, self._hovered_control, focus),
        )

    def _draw_vitals(self, canvas: Canvas, box: Box, observation: Observation, in_line: bool) -> None:
        self.vitals.advance(seconds(observation.tick), observation.vitals)
        now = observation.vitals
        shown = tuple(
            round(v) for v in (now.hr_bpm, now.spo2_percent, now.etco2_mmhg, now.rr_per_min, now.sbp_mmhg, now.dbp_mmhg, now.map_mmhg)
        )
        if in_line:
            if not self.vitals.traces:
                self.vitals.fit(UNSEEN_PX, UNSEEN_PX)
            self._kept.draw(canvas, "vitals line", shown, box, lambda: draw_strip(canvas, box, now))
        else:
            key = (*shown, pressure_age(now.bp_age_s))
            self._kept.draw(canvas, "vitals", key, box, lambda: draw_vitals(canvas, box, self.vitals, now))
            draw_traces(canvas, box, self.vitals)
        if self.vitals.take_beats():
            self._desk.sounds.play_pulse(observation.vitals.spo2_percent, 0.35)

    def _draw_bottom(self, canvas: Canvas, spots: Places, observation: Observation) -> None:
        line = hud.Line(self._refusal, "refused") if self._refusal_s > 0.0 else self._guidance(observation)
        lines = self._desk.captions.lines
        said = tuple((caption.speaker, caption.text) for caption in lines)
        self._kept.draw(canvas, "captions", (line, said), spots.captions, lambda: hud.draw_captions(canvas, spots.captions, lines, line))
        tools = tray_of(observation.step)
        self._tray_boxes = hud.tray_boxes(canvas, spots.tray, len(tools))
        chosen = self._chosen(observation)
        self._kept.draw(
            canvas,
            "tray",
            (observation.step, chosen, self._hovered),
            spots.tray,
            lambda: hud.draw_tray(canvas, self._tray_boxes, tools, chosen, self._hovered),
        )

    def _guidance(self, observation: Observation) -> hud.Line:
        """Return what was told last, what the pointer is on, or guided mode's sentence, thought over twice a second.

        In guided mode the sentence stays, and what the pointer is on is said over the field.
        """
        if self._note_s > 0.0:
            return hud.Line(self._note)
        if self.session.mode != "guided":
            first = FIRST_HELP_CARM if observation.step == "views" else FIRST_HELP
            return hud.Line(self._help or (first if observation.tick - self._since < FIRST_HELP_TICKS else ""))
        key = (observation.step, observation.tick // HINT_TICKS, self.hands.tool)
        if self._hint[0] != key:
            self._hint = (key, hint(self.session, observation, self._speech.lines))
        return hud.Line(self._hint[1])

    def _chosen(self, observation: Observation) -> str:
        """Return the tool that is lit: the view's own where one is in the hand, else what the theatre says is."""
        own = tool_of(observation.step, self.hands.tool)
        if observation.instrument and (own is None or own.instrument):
            return next((tool.id for tool in tray_of(observation.step) if tool.instrument == observation.instrument), self.hands.tool)
        return self.hands.tool

    def _show_pointer(self, observation: Observation) -> None:
        """Hide the window system's pointer where an instrument is drawn in its place."""
        if not pygame.display.get_init() or pygame.display.get_surface() is None:
            return
        busy = observation.gripping or self.hands.aiming
        over = self.hands.inside and not self._over_room and not self.talk.open and self._menu is None
        view = self._view()
        drawn = over and view is not None and view.hand_is_drawn(observation, self.hands)
        pygame.mouse.set_visible(not (busy or drawn))
