"""Lines and objects of a training picture moved and stretched to whole cells.

The decoder is told which cells of 16 pixels a line is in, not where in them. Where letters do not fill their rows, it can only
guess how high and how large they are, and learns little until it guesses well. So in training they do fill them; in use,
letters come out as high as the rows that the layout gave them. Likewise, a plan says what is in a cell of 32 pixels, not where
in it: objects fill whole ones.
"""

from __future__ import annotations

from PIL import Image

from layoutgen.base.geometry import overlaps
from layoutgen.base.model import Box
from layoutgen.conditions import Conditions
from layoutgen.conditions.model import Glyph, set_text_of
from layoutgen.renderer.draft.renderer import draft
from layoutgen.typeset.draw import draw, reach

CELL, TOKEN = 16, 32
"""Pixels on a side of a cell of the decoder, and of one of the plan."""


def snap_to_cells(conditions: Conditions) -> tuple[Conditions, Image.Image] | None:
    """The conditions with lines in whole rows of cells and objects in whole cells of the plan, and their picture.

    None if text is turned or vertical, two lines would touch, or one would leave the canvas.
    """
    if any(glyph.rotation or glyph.direction == "vertical" for glyph in conditions.glyphs):
        return None
    rows = {(glyph.id, number): _rows(box) for glyph in conditions.glyphs for number, box in enumerate(glyph.line_boxes)}
    boxes = [
        (box[0], rows[glyph.id, number][0], box[2], rows[glyph.id, number][1])
        for glyph in conditions.glyphs
        for number, box in enumerate(glyph.line_boxes)
    ]
    height = conditions.canvas.height
    if any(overlaps(one, other) for index, one in enumerate(boxes) for other in boxes[:index]):
        return None
    if any(top < 0 or top + height_in_rows > height for _, top, _, height_in_rows in boxes):
        return None
    canvas = conditions.canvas
    objects = tuple(
        item.model_copy(update={"box": _square(item.box, canvas.width, canvas.height)}) for item in conditions.objects
    )
    conditions = conditions.model_copy(update={"objects": objects})
    picture = draft(conditions, seed=conditions.seed, letters=False)
    glyphs = []
    for glyph in sorted(conditions.glyphs, key=lambda glyph: glyph.order):
        places = [rows[glyph.id, number] for number in range(len(glyph.line_boxes))]
        _draw(picture, glyph, places)
    for glyph in conditions.glyphs:
        places = [rows[glyph.id, number] for number in range(len(glyph.line_boxes))]
        characters = tuple(
            item.model_copy(update={"box": (item.box[0], places[item.line][0], item.box[2], places[item.line][1])})
            for item in glyph.characters
        )
        # Inset a little: the engine gives a line a margin of a tenth of its height, which must not reach the next row.
        lines = tuple(
            (box[0], top + inset, box[2], height_in_rows - 2 * inset)
            for box, (top, height_in_rows) in zip(glyph.line_boxes, places, strict=True)
            for inset in (max(1, round(0.1 * height_in_rows - 3)),)
        )
        glyphs.append(glyph.model_copy(update={"characters": characters, "line_boxes": lines}))
    return conditions.model_copy(update={"glyphs": tuple(glyphs)}), picture


def _square(box: Box, width: int, height: int) -> Box:
    """Whole tokens, as high as wide, about the middle of a thing's box. Rather less than more."""
    left, top, box_width, box_height = box
    side = max(1, int(min(box_width, box_height) / TOKEN + 0.3)) * TOKEN

    def start(middle: float, end: int) -> int:
        return min(max(0, round((middle - side / 2) / TOKEN)), (end - side) // TOKEN) * TOKEN

    return start(left + box_width / 2, width), start(top + box_height / 2, height), side, side


def _rows(box: Box) -> tuple[int, int]:
    """Top and height in whole cells, as near as can be to those of a line."""
    _, top, _, height = box
    tall = max(1, round(height / CELL))
    return round((top + height / 2) / CELL - tall / 2) * CELL, tall * CELL


def _draw(picture: Image.Image, glyph: Glyph, places: list[tuple[int, int]]) -> None:
    """Each line by itself, stretched to its place."""
    text = set_text_of(glyph)
    around = reach(text)
    for line, box, (top, tall) in zip(text.lines, glyph.line_boxes, places, strict=True):
        layer = Image.new("RGBA", picture.size)
        draw(layer, text.model_copy(update={"lines": (line,)}), color=glyph.style.color)
        first, last = max(0, box[1] - around), min(layer.height, box[1] + box[3] + around)
        stretch = tall / box[3]
        strip = layer.crop((0, first, layer.width, last))
        strip = strip.resize((layer.width, max(1, round((last - first) * stretch))), Image.Resampling.BICUBIC)
        picture.paste(strip, (0, round(top - (box[1] - first) * stretch)), strip)
