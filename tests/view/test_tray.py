import pygame
import pytest

from game.view.desk import Desk
from game.view.screens.operative import hud
from game.view.screens.operative.places import places
from game.view.screens.operative.registry import SCREENS, tray_of
from tests.view.hands import WINDOWS


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("step", SCREENS)
def test_every_tool_has_its_name_whole_or_short_but_never_cut(desk: Desk, window: tuple[int, int, bool], step: str) -> None:
    width, height, desk.projector = window
    canvas = desk.canvas(pygame.Surface((width, height)))
    boxes = hud.tray_boxes(canvas, places(canvas.box, canvas.look).tray, len(tray_of(step)))
    for chosen in tray_of(step):
        hud.draw_tray(canvas, boxes, tray_of(step), chosen.id, "")
    drawn = {entry.text for entry in desk.ledger.entries}
    assert not [text for text in drawn if "…" in text or text.endswith("...")]
    for tool in tray_of(step):
        room = boxes[0].width - 2 * canvas.px(4)
        fitting = [name for name in (tool.label, tool.short) if name and canvas.width_of(name, "small", "bold") <= room]
        assert fitting
        assert fitting[0] in drawn


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("step", SCREENS)
def test_pictures_of_tools_keep_clear_of_their_keys(
    desk: Desk, window: tuple[int, int, bool], step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def filled(_: str, width_px: int, height_px: int) -> pygame.Surface:
        surface = pygame.Surface((width_px, height_px))
        surface.fill((255, 0, 255))
        return surface

    monkeypatch.setattr(hud, "icon", filled)
    width, height, desk.projector = window
    surface = pygame.Surface((width, height))
    canvas = desk.canvas(surface)
    boxes = hud.tray_boxes(canvas, places(canvas.box, canvas.look).tray, len(tray_of(step)))
    hud.draw_tray(canvas, boxes, tray_of(step), "", "")
    for box, tool in zip(boxes, tray_of(step), strict=True):
        first = box.right - canvas.px(9) - canvas.width_of(tool.key, "small")
        colours = {tuple(surface.get_at((x, box.y + canvas.px(14))))[:3] for x in range(first, box.right)}
        assert (255, 0, 255) not in colours


def test_arrows_go_round_a_column_of_choices_and_across_to_the_next() -> None:
    assert [hud.next_option(0, 3, (0, way)) for way in (1, -1)] == [2, 1]
    assert hud.next_option(0, 14, (0, 1)) == 7
    assert hud.next_option(7, 14, (0, -1)) == 0
    assert hud.next_option(8, 14, (0, 1)) == 13
    assert hud.next_option(2, 14, (1, 0)) == 10
    assert hud.next_option(10, 14, (1, 0)) == 2
    assert hud.next_option(7, 14, (-1, 0)) == 13
