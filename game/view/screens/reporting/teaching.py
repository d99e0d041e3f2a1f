"""What a teacher adds: the global rating, which can be changed, and what to practise next."""

from collections.abc import Callable, Mapping, Sequence

from game.assessment import Practise
from game.view.canvas import Canvas
from game.view.layout import Box, rows
from game.view.theme import ACCENT, ACCENT_FILL, ACCENT_SOFT, EDGE, PANEL, TEXT, TEXT_FAINT, TEXT_SECOND, blend
from game.view.widgets.kinds import Area, Widget

RATING_PX = 56  # most of a row of the rating


def rating_panel(canvas: Canvas, box: Box, rating: Mapping[str, int]) -> list[Widget]:
    """Draw the rating's panel and return a place to press for each item."""
    canvas.panel(box)
    inner = box.inset(canvas.px(24), canvas.px(12))
    head = canvas.px(40)
    name = canvas.label("Rating", inner.top(head), "body", TEXT, "bold")
    note = "proposed; press to change"
    canvas.label(note, inner.top(head).after(name + canvas.px(12)), "small", TEXT_FAINT, align="right", shorten=True)
    room = inner.below(head)
    places = rows(room.top(min(room.height, canvas.px(RATING_PX) * len(rating))), [1.0] * len(rating)) if rating else []
    return [Area(id=f"rating {item}", box=place, radius=6) for item, place in zip(rating, places, strict=True)]


def draw_rating(canvas: Canvas, box: Box, item: str, given: int, warm: float) -> None:
    """Draw an item's name and its dots, 1 to 5; `warm` is how much of the focus's light it has, 0 to 1."""
    name = item.replace("_", " ").capitalize()
    dots = 5 * canvas.px(22)
    canvas.label(
        name,
        Box(box.x, box.y, box.width - dots - canvas.px(40), box.height),
        "small",
        TEXT if warm > 0.05 else TEXT_SECOND,
        shorten=True,
    )
    canvas.label(str(given), Box(box.right - dots - canvas.px(36), box.y, canvas.px(24), box.height), "small", TEXT, "bold", "right")
    for number in range(5):
        spot = (box.right - dots + number * canvas.px(22) + canvas.px(11), box.centre[1])
        canvas.disc(spot, max(3, canvas.px(6)), ACCENT if number < given else EDGE)


def practise_panel(canvas: Canvas, box: Box, items: Sequence[Practise], warm: Callable[[str], float]) -> list[Widget]:
    """Draw what to practise next and return a place to press for each; `warm` tells the focus's light on one."""
    canvas.panel(box)
    inner = box.inset(canvas.px(24), canvas.px(12))
    canvas.label("Practise next", inner.top(canvas.px(40)), "body", TEXT, "bold")
    if not items:
        canvas.label("Nothing stands out: take a harder case.", inner.below(canvas.px(40)).top(canvas.px(32)), "small", TEXT_SECOND)
        return []
    places = [place.top(min(place.height, canvas.px(132))) for place in rows(inner.below(canvas.px(44)), [1.0] * len(items), canvas.px(10))]
    for number, (item, place) in enumerate(zip(items, places, strict=True)):
        canvas.panel(
            place, blend(ACCENT_SOFT if number == 0 else PANEL, ACCENT_FILL, warm(f"drill {number}")), ACCENT if number == 0 else EDGE
        )
        step = canvas.line_of("small")
        lines = 2 if place.height >= canvas.line_of("body") + 2 * step + canvas.px(8) else 1
        words = place.inset(canvas.px(18), 0).middle(place.width - canvas.px(36), canvas.line_of("body") + lines * step)
        canvas.label(item.title, words.top(canvas.line_of("body")), "body", TEXT, "bold", shorten=True)
        canvas.label("drill", words.top(canvas.line_of("body")), "small", ACCENT, "bold", "right")
        canvas.lines(item.advice, words.below(canvas.line_of("body")), lines, "small", TEXT_SECOND)
    return [Area(id=f"drill {number}", box=place) for number, place in enumerate(places)]
