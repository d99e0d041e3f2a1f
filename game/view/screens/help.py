"""The help page: the one table of keys, printed."""

import pygame

from game.view.canvas import Canvas
from game.view.desk import Desk
from game.view.keys import BINDINGS, WHERE_TITLES, Binding, Where
from game.view.layout import Box, columns
from game.view.screen import Change, Pop
from game.view.screens.menu import MenuScreen
from game.view.theme import ACCENT_TEXT, BACKGROUND, TEXT, TEXT_FAINT, TEXT_SECOND
from game.view.widgets.draw import draw_widgets
from game.view.widgets.kinds import Button, Pressed, Response, Tab, Widget

BLOCKS: tuple[Where, ...] = ("hands", "theatre", "carm", "console", "program")
PAGES: tuple[tuple[str, tuple[Where, ...], tuple[Where, ...]], ...] = (
    ("Hands and theatre", ("hands",), ("theatre", "program")),
    ("C-arm and console", ("carm",), ("console",)),
)
"""Title of a page, the blocks of its left and of its right column."""
COLUMNS = (0.20, 0.20, 0.16, 0.44)
RULES: dict[Where, tuple[str, ...]] = {
    "hands": (
        "The hand is a spring: what resists holds it back, and the ghost shows how far it is ahead. Back off before the pop.",
        "Asking takes theatre time. Thinking is free, except with an open hub, a bleeder or a patient in trouble.",
    ),
    "theatre": (
        "The C-arm, in every step: drag its drawing to turn it, right drag to tilt it, turn the wheel to lift it; below, drag its ring "
        "or the table. F held is the pedal. The next page has the rest.",
    ),
    "carm": (
        "X takes the C-arm in the hands: arrows, Q and E are its own until X again, or a click on the field. Alt lends them at any time.",
        "The laser cross and the lines of the blades cost no dose: aim and collimate first, then press the pedal.",
    ),
}


class HelpScreen(MenuScreen):
    """Keys, page by page: one block at a time where the window is small, else two columns of them."""

    def __init__(self, desk: Desk, first: Where = "hands") -> None:
        """Begin with a block.

        Args:
            desk: What screens share.
            first: What is asked for first.
        """
        super().__init__(desk, "back")
        self._block = first
        self._page = next(number for number, (_, *sides) in enumerate(PAGES) if any(first in blocks for blocks in sides))

    def _key(self, event: pygame.event.Event) -> Change | None:
        return Pop() if event.key in (pygame.K_ESCAPE, pygame.K_F1) else None

    def _answer(self, response: Response) -> Change | None:
        if response == Pressed("back"):
            return Pop()
        self._block = next((block for block in BLOCKS if response == Pressed(f"block {block}")), self._block)
        self._page = next((page for page in range(len(PAGES)) if response == Pressed(f"page {page}")), self._page)
        return None

    def on_draw(self, surface: pygame.Surface) -> None:
        """Draw the table."""
        canvas = self._desk.canvas(surface)
        surface.fill(BACKGROUND)
        page = canvas.box.inset(canvas.px(48), canvas.px(40))
        canvas.label("Keys, mouse and gamepad", page.top(canvas.px(48)), "heading", TEXT, "bold")
        back = Box(page.right - canvas.px(180), page.y, canvas.px(180), canvas.px(48))
        widgets: list[Widget] = [Button(id="back", box=back, label="Back", hint="Esc")]
        body = page.below(canvas.px(64))
        below = body.below(canvas.px(52))
        if canvas.look.tight:
            names = [(f"block {block}", WHERE_TITLES[block], block == self._block) for block in BLOCKS]
            self._draw_block(canvas, self._block, below)
        else:
            names = [(f"page {number}", title, number == self._page) for number, (title, _, _) in enumerate(PAGES)]
            self._draw_page(canvas, below)
        widgets.extend(_tabs(canvas, body, names))
        self._widgets = tuple(widgets)
        draw_widgets(canvas, self._widgets, self._focus)

    def _draw_page(self, canvas: Canvas, box: Box) -> None:
        """Draw the blocks of the page in two columns, and what is worth knowing under them."""
        _, *sides = PAGES[self._page]
        for column, blocks in zip(columns(box, [1.1, 1.0], canvas.px(32)), sides, strict=True):
            used = 0
            for block in blocks:
                used += self._draw_block(canvas, block, column.below(used)) + canvas.px(24)
            for block in blocks:
                self._draw_rules(canvas, RULES.get(block, ()), column.below(used))

    def _draw_block(self, canvas: Canvas, block: Where, box: Box) -> int:
        """Draw one block as a panel and return its height."""
        lines = [binding for binding in BINDINGS if binding.where == block]
        head, row = canvas.px(40 if canvas.look.tight else 52), canvas.px(36 if canvas.look.tight else 46)
        height = head + row * len(lines) + canvas.px(20)
        canvas.panel(box.top(height))
        inner = box.top(height).inset(canvas.px(24), canvas.px(8))
        keyboard, mouse, pad, _ = columns(inner.top(head), COLUMNS, canvas.px(8))
        if not canvas.look.tight:
            canvas.label(WHERE_TITLES[block], keyboard, "body", TEXT, "bold")
        else:
            canvas.label("keyboard", keyboard, "small", TEXT_FAINT)
        canvas.label("mouse", mouse, "small", TEXT_FAINT)
        if any(binding.gamepad for binding in lines):
            canvas.label("gamepad", pad, "small", TEXT_FAINT)
        for number, binding in enumerate(lines):
            self._draw_line(canvas, binding, Box(inner.x, inner.y + head + number * row, inner.width, row))
        return height

    def _draw_line(self, canvas: Canvas, binding: Binding, row: Box) -> None:
        canvas.rule((row.x, row.y), (row.right, row.y))
        keyboard, mouse, pad, does = columns(row, COLUMNS, canvas.px(8))
        canvas.label(binding.keyboard, keyboard, "small", TEXT, "bold")
        canvas.label(binding.mouse, mouse, "small", ACCENT_TEXT if binding.mouse else TEXT_FAINT)
        canvas.label(binding.gamepad, pad, "small", ACCENT_TEXT)
        canvas.label(binding.does, does, "small", TEXT_SECOND)

    def _draw_rules(self, canvas: Canvas, rules: tuple[str, ...], box: Box) -> None:
        y = box.y
        for rule in rules:
            height = canvas.paragraph_height(rule, box.width, "small")
            canvas.paragraph(rule, Box(box.x, y, box.width, height), "small", TEXT_FAINT)
            y += height + canvas.px(8)


def _tabs(canvas: Canvas, body: Box, names: list[tuple[str, str, bool]]) -> list[Widget]:
    """Return the tabs of blocks or pages: id, title and whether it is open of each."""
    tabs: list[Widget] = []
    x = body.x
    for name, title, selected in names:
        width = canvas.width_of(title, "body", "bold") + canvas.px(36)
        tabs.append(Tab(id=name, box=Box(x, body.y, width, canvas.px(40)), label=title, selected=selected))
        x += width + canvas.px(8)
    return tabs
