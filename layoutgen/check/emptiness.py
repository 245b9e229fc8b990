"""Pictures in which nothing stands but what was asked for: around it, every area is of one colour. No text can hide there, so
none needs to be looked for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from layoutgen.base.geometry import area, bounds, centre, clip, edges, grow, rotated, upright
from layoutgen.base.model import Box
from layoutgen.conditions.model import set_text_of
from layoutgen.typeset.draw import reach

if TYPE_CHECKING:
    from PIL.Image import Image

    from layoutgen.conditions.model import Conditions, Panel

_EVEN = 3
"""Levels of 255 that an area of one colour may depart from it: text of less contrast is not seen."""
_AIR = 0.2
"""Ems around the lines of a slogan that are its own. Its forms were compared in a wider area."""
_RIM = 3
"""Pixels of a panel's edge on each side of it."""


def empty_elsewhere(image: Image, conditions: Conditions) -> bool:
    """Whether a picture of the canvas's size (RGB) shows one colour outside of slogans and overlays, and one in each panel.

    False where that cannot be told: where there is scenery, a gradient, a photograph or a turned panel.
    """
    canvas = conditions.canvas
    if image.size != (canvas.width, canvas.height) or any(panel.rotation % 360 for panel in conditions.panels):
        return False
    pixels = np.asarray(image)
    free = np.ones(pixels.shape[:2], np.bool_)
    for box in _known(conditions):
        left, top, right, bottom = edges(clip(box, canvas.width, canvas.height))
        free[top:bottom, left:right] = False
    for panel in sorted(conditions.panels, key=lambda panel: area(panel.box)):  # what lies on a panel comes before it
        outer, inner = _rims(panel)
        left, top, right, bottom = edges(clip(inner, canvas.width, canvas.height))
        if right > left and bottom > top and not _even(pixels[top:bottom, left:right], free[top:bottom, left:right]):
            return False
        left, top, right, bottom = edges(clip(outer, canvas.width, canvas.height))
        free[top:bottom, left:right] = False
    return _even(pixels, free)


def _known(conditions: Conditions) -> Iterator[Box]:
    for glyph in conditions.all_glyphs:
        air = round(_AIR * glyph.style.size) + reach(set_text_of(glyph))
        for line in glyph.line_boxes or (glyph.box,):
            yield bounds(rotated(grow(line, air, air), centre(glyph.box), glyph.rotation))
    yield from (grow(upright(overlay.box, overlay.rotation), 1, 1) for overlay in conditions.overlays)


def _rims(panel: Panel) -> tuple[Box, Box]:
    """The box outside of a panel's edge, and the one inside."""
    border = panel.border.width.pixels(min(panel.box[2:])) if panel.border else 0.0
    corner = round(_RIM + border + 0.3 * panel.radius)  # of a quarter circle, 0.29 lies outside on the diagonal
    return grow(panel.box, _RIM, _RIM), grow(panel.box, -corner, -corner)


def _even(pixels: NDArray[np.uint8], free: NDArray[np.bool_]) -> bool:
    shown = pixels[free]
    return not len(shown) or bool((np.ptp(shown, axis=0) <= _EVEN).all())
