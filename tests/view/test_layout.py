import pygame
import pytest
from hypothesis import given
from hypothesis import strategies as st

from game.view.canvas import Canvas
from game.view.layout import Box, Ledger, columns, rows, split, tiles
from game.view.theme import SIZES, SMALLEST_PX, Look, ease_out


def test_columns_and_gaps_fill_the_box_exactly() -> None:
    left, middle, right = columns(Box(10, 20, 500, 50), [100, 1.0, 2.0], 8)
    assert left.rect == (10, 20, 100, 50)
    assert (middle.x, middle.width) == (118, 128)
    assert right.right == 510


def test_rows_keep_their_pixels() -> None:
    upper, lower = rows(Box(0, 0, 10, 100), [30, 1.0], 10)
    assert (upper.y, upper.height, lower.y, lower.bottom) == (0, 30, 40, 100)


@given(st.integers(50, 4000), st.lists(st.floats(0.1, 5.0), min_size=1, max_size=8), st.integers(0, 6))
def test_shares_leave_no_pixel_over(length: int, shares: list[float], gap: int) -> None:
    parts = split(length, shares, gap)
    assert sum(size for _, size in parts) + gap * (len(parts) - 1) == length
    assert all(size >= 0 for _, size in parts)


def test_tiles_go_row_by_row() -> None:
    made = tiles(Box(0, 0, 100, 200), 2, 3, 40, 10)
    assert [(box.x, box.y) for box in made] == [(0, 0), (55, 0), (0, 50)]


@pytest.mark.parametrize("size", [(1280, 720), (1366, 768), (1920, 1080), (3840, 2160)])
@pytest.mark.parametrize("text_scale", [1.0, 1.25, 1.6])
def test_no_type_is_too_small_to_read(size: tuple[int, int], text_scale: float) -> None:
    look = Look(*size, text_scale)
    assert min(look.text_px(name) for name in SIZES) >= max(SMALLEST_PX, round(18 * min(size[0] / 1920, size[1] / 1080)))


def test_projector_is_larger_and_thicker() -> None:
    plain, room = Look(1920, 1080), Look(1920, 1080, 1.6, True)
    assert room.text_px("small") == round(1.6 * 18)
    assert plain.line(10) == plain.px(10)
    assert room.line(10) == round(1.25 * 16)
    assert room.canvas == (1200.0, 675.0)


def test_ledger_tells_which_label_is_larger_than_its_box() -> None:
    canvas = Canvas(pygame.Surface((400, 100)), Look(1920, 1080), Ledger())
    canvas.label("fits", Box(0, 0, 200, 40))
    canvas.label("far too long for this", Box(0, 50, 20, 40))
    assert [entry.text for entry in canvas.ledger.too_large()] == ["far too long for this"]


def test_label_outside_the_window_does_not_fit() -> None:
    canvas = Canvas(pygame.Surface((100, 100)), Look(1920, 1080), Ledger())
    canvas.label("half of this is seen", Box(60, 0, 400, 40))
    assert canvas.ledger.too_large()


def test_shortened_label_fits_and_ends_with_an_ellipsis() -> None:
    canvas = Canvas(pygame.Surface((400, 100)), Look(1920, 1080), Ledger())
    width = canvas.label("a title that somebody wrote far too long", Box(0, 0, 120, 40), shorten=True)
    assert width <= 120
    assert canvas.ledger.entries[0].fits


def test_paragraph_breaks_at_words() -> None:
    canvas = Canvas(pygame.Surface((400, 300)), Look(1920, 1080), Ledger())
    height = canvas.paragraph("one two three four five six seven", Box(0, 0, 100, 300))
    assert height == 3 * canvas.line_of() or height == 4 * canvas.line_of()
    assert not canvas.ledger.too_large()


def test_lines_are_cut_after_the_last_that_has_room() -> None:
    canvas = Canvas(pygame.Surface((400, 300)), Look(1920, 1080), Ledger())
    canvas.lines("one two three four five six seven eight nine", Box(0, 0, 100, 60), 2)
    assert len(canvas.ledger.entries) == 2
    assert canvas.ledger.entries[-1].text.startswith("three")


def test_motion_starts_at_rest_and_ends_at_its_aim() -> None:
    assert (ease_out(0.0), ease_out(1.0), ease_out(2.0)) == (0.0, 1.0, 1.0)
    assert ease_out(0.5) > 0.5


def test_rounded_panel_has_transparent_corners_and_a_full_middle() -> None:
    surface = pygame.Surface((300, 300))
    surface.fill((1, 2, 3))
    Canvas(surface, Look(1920, 1080), Ledger()).panel(Box(0, 0, 300, 300), (26, 33, 38), (43, 53, 60), 20)
    assert tuple(surface.get_at((0, 0)))[:3] == (1, 2, 3)
    assert tuple(surface.get_at((150, 150)))[:3] == (26, 33, 38)
    assert tuple(surface.get_at((150, 0)))[:3] == (43, 53, 60)


def test_signs_of_grades_differ_in_shape_and_not_in_colour_alone() -> None:
    from game.view import shapes

    kinds: tuple[shapes.Status, ...] = ("good", "warning", "danger", "none")
    covered = [pygame.mask.from_surface(shapes.status(kind, 32)) for kind in kinds]
    for number, first in enumerate(covered):
        for second in covered[number + 1 :]:
            differ = first.count() + second.count() - 2 * first.overlap_area(second, (0, 0))
            assert differ > 60
