"""A picture that was taken, as it lies in the report."""

from game.view.canvas import Canvas
from game.view.debrief import Picture, picture_of
from game.view.layout import Box
from game.view.stills import Shelf


def lay_taken(canvas: Canvas, place: Box, picture: Picture, shelf: Shelf) -> None:
    """Lay a picture in a square, black until it is made."""
    side = place.width
    canvas.surface.fill((0, 0, 0), place.rect)
    made = shelf.get(f"taken {picture.tick} {side}", lambda: picture_of(picture, side))
    if made:
        made.lay(canvas.surface, (place.x, place.y))
