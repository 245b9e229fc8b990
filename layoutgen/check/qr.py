"""Decoding QR codes again, from the finished picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from layoutgen.base.geometry import clip, edges, grow, upright
from layoutgen.base.model import Box
from layoutgen.check.model import CodeReading

if TYPE_CHECKING:
    from PIL.Image import Image

_SCALES = (1.0, 2.0, 0.5)


def read_codes(image: Image, places: Sequence[tuple[Box, float]]) -> tuple[CodeReading, ...]:
    """The QR codes in a picture: looked for in each place (a box and its rotation), and everywhere if one of them has none."""
    codes: list[CodeReading] = []
    empty = False
    for box, degrees in places:
        place = clip(grow(upright(box, degrees), 0.1 * box[2], 0.1 * box[3]), image.width, image.height)
        here = _decode(image, place)
        codes += here
        empty = empty or not here
    if empty:
        codes += _decode(image, (0, 0, image.width, image.height))
    unique = {(code.content, code.box): code for code in codes}
    return tuple(unique.values())


def _decode(image: Image, place: Box) -> list[CodeReading]:
    import zxingcpp

    left, top, width, height = place
    if min(width, height) < 8:
        return []
    crop = image.crop(edges(place)).convert("L")
    formats = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    for scale in _SCALES:
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        if max(size) > 8000:
            continue
        codes = zxingcpp.read_barcodes(crop if scale == 1.0 else crop.resize(size), formats=formats)
        if codes:
            return [CodeReading(content=code.text, box=_box(code.position, scale, left, top)) for code in codes]
    return []


def _box(position: object, scale: float, left: int, top: int) -> Box:
    corners = [getattr(position, name) for name in ("top_left", "top_right", "bottom_right", "bottom_left")]
    xs, ys = [corner.x / scale for corner in corners], [corner.y / scale for corner in corners]
    return left + round(min(xs)), top + round(min(ys)), round(max(xs) - min(xs)), round(max(ys) - min(ys))
