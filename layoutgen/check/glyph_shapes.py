"""Confusable characters told apart by their shapes, in a picture set in the typeface that was asked for.

Readers take `0nly` for `Only`: whether a ring is a zero or an O, they tell by its neighbours. Where the letters are typeset
rather than generated, more can be known: the string is set once more, and so is each string with a confusable character in
place of one letter. If one of these fits the picture better, it is what is written there. Letters of other shapes, as
generators draw them, fit none of them, and nothing is concluded.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from layoutgen.base.color import rgba8
from layoutgen.base.geometry import clip, edges, enclosing, grow
from layoutgen.base.model import Box
from layoutgen.conditions.model import set_text_of
from layoutgen.typeset import DoesNotFit, FitItem, FontProblem, fit, set_text
from layoutgen.typeset.draw import ink

if TYPE_CHECKING:
    from PIL.Image import Image

    from layoutgen.conditions.model import Glyph
    from layoutgen.typeset.model import SetText

CONFUSABLES = {"O": "0", "o": "0", "0": "Oo", "l": "I1i", "I": "l1", "1": "lI", "i": "l"}
"""Rings and strokes."""
_OFF = 0.12
"""How far the picture may differ from a string's letters, as a share of their ink, and still count as this very typeface."""
_NEAR = 3
"""Pixels around letters that count as close to them."""
_FARTHEST = 4
"""Pixels by which the picture may be shifted at most."""
_LEAST = 8
"""Pixels by which two strings must differ."""
_SHARE = 0.8
"""Of these pixels, the share that must speak for the other string."""
_SMALLEST = 8.0
"""Pixels of an em below which no string is tried."""
_MOST = 40
"""Confusable characters in a text; one with more is not examined."""

Mask = NDArray[np.float32]


def confused_text(image: Image, glyph: Glyph) -> str:
    """What is written in place of `glyph.text`, with one confusable character in it; empty if that cannot be told.

    `image` is RGB and of the canvas's size.
    """
    color, style = glyph.style.color, glyph.style.lettering
    plain = isinstance(color, str) and not style.decorated
    if not plain or glyph.rotation % 360 or glyph.direction == "vertical" or not glyph.line_boxes:
        return ""
    candidates = list(_confusable_texts(glyph.text))
    if not 0 < len(candidates) <= _MOST:
        return ""
    area = _area(glyph, image.size)
    try:
        expected = _mask(set_text_of(glyph), area)
        picture = _picture_mask(image, area, expected, str(color))
        if picture is None:
            return ""
        others = ((text, _mask_of_other(glyph, text, area)) for text in candidates)
        return next((text for text, other in others if other is not None and _fits_better(picture, expected, other)), "")
    except FontProblem:
        return ""


def _confusable_texts(text: str) -> Iterator[str]:
    for at, letter in enumerate(text):
        for twin in CONFUSABLES.get(letter, ""):
            yield text[:at] + twin + text[at + 1 :]


def _area(glyph: Glyph, size: tuple[int, int]) -> Box:
    """The box around its lines, with room for a wider letter."""
    room = round(glyph.style.size)
    return clip(grow(enclosing(glyph.line_boxes), room, room // 2), *size)


def _mask(text: SetText, area: Box) -> Mask:
    """How much of each pixel the letters cover, 0 … 1."""
    return np.asarray(ink(text, area), np.float32) / np.float32(255)


def _mask_of_other(glyph: Glyph, text: str, area: Box) -> Mask | None:
    """Another string set in place of this one, on the same baselines, or smaller where it would not fit otherwise; None where
    it breaks differently."""
    style = glyph.style
    try:
        typeset = set_text(text, style.lettering, style.size, glyph.box, locale=glyph.locale)
    except DoesNotFit:
        return _smaller_mask(glyph, text, area)
    if len(typeset.lines) != len(glyph.baselines):
        return None
    lines = tuple(
        line.model_copy(update={"baseline": baseline}) for line, baseline in zip(typeset.lines, glyph.baselines, strict=True)
    )
    return _mask(typeset.model_copy(update={"lines": lines}), area)


def _smaller_mask(glyph: Glyph, text: str, area: Box) -> Mask | None:
    """Another string at the largest size at which it fits in the place of this one."""
    lettering = glyph.style.lettering.model_copy(update={"scale": 1.0})
    size = fit([FitItem(text, lettering, glyph.locale, _SMALLEST)], *glyph.box[2:], gap=0, largest=glyph.style.size)
    if size is None:
        return None
    typeset = set_text(text, lettering, size, glyph.box, locale=glyph.locale)
    return _mask(typeset, area) if len(typeset.lines) == len(glyph.baselines) else None


def _picture_mask(image: Image, area: Box, expected: Mask, color: str) -> Mask | None:
    """The letters of the picture as coverage: how far each pixel is from the ground towards the letters' colour."""
    pixels = np.asarray(image.crop(edges(area)), np.float32)
    empty = expected < 0.02
    if empty.mean() < 0.2:
        return None
    # The ground may change from top to bottom, as scenery does; from left to right it is taken as even.
    rows = [np.median(row[free], axis=0) if free.any() else None for row, free in zip(pixels, empty, strict=True)]
    whole = np.median(pixels[empty], axis=0)
    ground = np.stack([whole if row is None else row for row in rows])[:, None]
    span = np.array(rgba8(color)[:3], np.float32) - ground
    length = (span**2).sum(-1)
    if float(length.min()) < 60.0**2:
        return None
    coverage: Mask = np.clip(((pixels - ground) * span).sum(-1) / length, 0, 1).astype(np.float32)
    return coverage


def _near_letters(mask: Mask) -> NDArray[np.bool_]:
    """The letters and a little around them."""
    import cv2

    near: NDArray[np.bool_] = cv2.dilate(mask, np.ones((2 * _NEAR + 1,) * 2, np.uint8)) > 0.02
    return near


def _laid_over(mask: Mask, letters: Mask) -> Mask:
    """A mask shifted by the whole pixels by which it lies best over these letters."""
    import cv2

    far = _FARTHEST
    if min(letters.shape) <= 4 * far:
        return mask
    off = cv2.matchTemplate(mask, np.ascontiguousarray(letters[far:-far, far:-far]), cv2.TM_SQDIFF)
    y, x = np.unravel_index(int(off.argmin()), off.shape)
    return np.roll(mask, (far - int(y), far - int(x)), axis=(0, 1))


def _fits_better(picture: Mask, expected: Mask, other: Mask) -> bool:
    """Whether the picture shows other letters rather than the expected ones, wherever either lies best over it."""
    picture = _laid_over(picture, other)
    expected = _laid_over(expected, picture)
    # Close to the letters only: what else is in the picture does not matter.
    near = _near_letters(np.maximum(expected, other))
    if float(np.abs(picture - other)[near].sum()) > _OFF * float(other.sum()):
        return False
    differ = np.abs(expected - other) > 0.5
    closer = np.abs(picture - other) < np.abs(picture - expected)
    return int(differ.sum()) >= _LEAST and float(closer[differ].mean()) >= _SHARE
