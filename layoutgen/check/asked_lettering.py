"""A slogan's lettering as it should be, and the part of a picture where it should be, at the same size."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from layoutgen.base.geometry import centre, clip, edges, enclosing, grow, scale
from layoutgen.base.model import Box
from layoutgen.check.crops import cut_box
from layoutgen.check.ground import Mask, Pixels
from layoutgen.conditions.model import set_text_of
from layoutgen.typeset import FontProblem
from layoutgen.typeset.draw import draw, lettering, reach

if TYPE_CHECKING:
    from PIL.Image import Image

    from layoutgen.conditions.model import CanvasSize, Conditions, Glyph

_TYPE_SIZE = 48.0
"""Pixels of an em at which lettering is compared; larger lettering is reduced to it."""
_BESIDE, _ABOVE = 0.6, 0.35
"""Ems around the lines in which ink that nothing explains is looked for."""
_KEPT = 32
"""Slogans whose lettering is kept, as several parts of a check compare a picture with it."""
_LEAST_SIDE = 8
"""Pixels of a side below which nothing can be compared."""


@dataclass(frozen=True)
class AskedLettering:
    """A slogan as it should be, over an area of the unturned canvas."""

    glyph: Glyph
    area: Box
    paint: Pixels
    """Colour times coverage: height × width × 3."""
    coverage: Pixels
    """0 … 1: height × width."""
    scale: float
    """Pixels here to one of the canvas."""

    @property
    def em(self) -> float:
        return self.scale * self.glyph.style.size

    def blurred(self, ems: float) -> AskedLettering:
        import cv2

        if not ems:
            return self
        deviation = ems * self.em
        paint: Pixels = cv2.GaussianBlur(self.paint, (0, 0), deviation)
        coverage: Pixels = cv2.GaussianBlur(self.coverage, (0, 0), deviation)
        return replace(self, paint=paint, coverage=coverage)

    def over(self, ground: Pixels) -> Pixels:
        laid: Pixels = ground * (1 - self.coverage[..., None]) + self.paint
        return laid

    def slices(self, box: Box, margin: int) -> tuple[slice, slice]:
        """Where a box of the canvas lies in the arrays."""
        left, top, right, bottom = edges((box[0] - self.area[0], box[1] - self.area[1], box[2], box[3]))
        rows = slice(max(0, int(top * self.scale) - margin), max(0, int(bottom * self.scale) + margin + 1))
        return rows, slice(max(0, int(left * self.scale) - margin), max(0, int(right * self.scale) + margin + 1))


def asked_lettering(conditions: Conditions, glyph: Glyph) -> AskedLettering | None:
    return _asked_lettering(conditions.canvas, glyph)


@lru_cache(_KEPT)
def _asked_lettering(canvas: CanvasSize, glyph: Glyph) -> AskedLettering | None:
    import cv2

    if not glyph.line_boxes:
        return None
    set_text, size = set_text_of(glyph), glyph.style.size
    around = reach(set_text)
    area = grow(enclosing(glyph.line_boxes), round(_BESIDE * size) + around, round(_ABOVE * size) + around)
    if not glyph.rotation % 360:
        area = clip(area, canvas.width, canvas.height)
    if min(area[2:]) < _LEAST_SIDE:
        return None
    try:
        drawn = _drawn(canvas, glyph, area)
    except FontProblem:
        return None
    share = min(1.0, _TYPE_SIZE / size)
    sides = max(_LEAST_SIDE, round(area[2] * share)), max(_LEAST_SIDE, round(area[3] * share))
    layer = np.asarray(drawn.convert("RGBa"))  # colours times coverage, as averages need them
    if share < 1:
        layer = cv2.resize(layer, sides, interpolation=cv2.INTER_AREA)
    return AskedLettering(glyph, area, np.asarray(layer[..., :3], np.float32), layer[..., 3] / np.float32(255), share)


def _drawn(canvas: CanvasSize, glyph: Glyph, area: Box) -> Image:
    """The lettering over an area of the unturned canvas, RGBA; turned as the picture's was and back again, for equal edges."""
    from PIL import Image as Images

    if not glyph.rotation % 360:
        return lettering(set_text_of(glyph), glyph.style.color, area)
    page = Images.new("RGBA", (canvas.width, canvas.height))
    draw(page, set_text_of(glyph), color=glyph.style.color, rotation=glyph.rotation)
    return cut_box(page, area, degrees=glyph.rotation, about=centre(glyph.box))


def cut_like(image: Image, conditions: Conditions, asked: AskedLettering) -> Pixels:
    """The same area of the picture, turned upright, at the same size."""
    import cv2
    from PIL.Image import Resampling

    sx, sy = image.width / conditions.canvas.width, image.height / conditions.canvas.height
    if asked.glyph.rotation % 360:
        x, y = centre(asked.glyph.box)
        cut = cut_box(image, scale(asked.area, sx, sy), degrees=asked.glyph.rotation, about=(x * sx, y * sy))
        frame = (0.0, 0.0, float(cut.width), float(cut.height))
    else:
        cut = image
        left, top, right, bottom = edges(asked.area)
        frame = (left * sx, top * sy, min(right * sx, image.width), min(bottom * sy, image.height))
    if (sx, sy) == (1, 1):
        cut = cut.crop((round(frame[0]), round(frame[1]), round(frame[2]), round(frame[3])))
    else:
        cut = cut.resize(asked.area[2:], Resampling.BICUBIC, box=frame, reducing_gap=3.0)
    height, width = asked.coverage.shape
    return np.asarray(cv2.resize(np.asarray(cut.convert("RGB")), (width, height), interpolation=cv2.INTER_AREA), np.float32)


def outside_canvas(conditions: Conditions, asked: AskedLettering) -> Mask:
    """Where the area of a turned slogan reaches beyond the canvas."""
    from PIL import Image as Images

    if not asked.glyph.rotation % 360:
        return np.zeros(asked.coverage.shape, np.bool_)
    canvas = Images.new("RGB", (conditions.canvas.width, conditions.canvas.height), "white")
    inside: Mask = cut_like(canvas, conditions, asked)[..., 0] >= 254
    return ~inside
