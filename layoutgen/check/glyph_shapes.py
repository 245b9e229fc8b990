"""Twins told apart by their forms: a ring or a stroke that reads right, in a picture set in the typeface that was asked for.

Readers take `0nly` for `Only`: what a ring or a stroke is, they tell by what stands beside it. Where the letters are drawn
and not generated, more can be known: the string is set once more, and so is each string with a twin in place of one letter.
If another one fits the picture better, that is what stands there. Letters in other forms, as generators make them, fit none,
and nothing is said about them.
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
from layoutgen.typeset import DoesNotFit, FontProblem, set_text
from layoutgen.typeset.draw import ink

if TYPE_CHECKING:
    from PIL.Image import Image

    from layoutgen.conditions.model import Glyph
    from layoutgen.typeset.model import SetText

TWINS = {"O": "0", "o": "0", "0": "Oo", "l": "I1i", "I": "l1", "1": "lI", "i": "l"}
"""Rings and strokes."""
_OFF = 0.12
"""How far the picture may be from a string's letters, as a share of their ink, and still be set in this very typeface."""
_NEAR = 3
"""Pixels around letters that count as close to them."""
_LEAST = 8
"""Pixels by which two strings must differ."""
_SHARE = 0.8
"""Of these pixels, so many must speak for the other string."""
_MOST = 40
"""Twins in a text; one with more is not looked at."""

Mask = NDArray[np.float32]


def really(image: Image, glyph: Glyph) -> str:
    """What stands there in place of `glyph.text`, one letter of it being a twin of the right one; empty if it cannot be told.

    `image` is RGB and of the canvas's size.
    """
    color, style = glyph.style.color, glyph.style.lettering
    plain = isinstance(color, str) and not (style.outline or style.shadow or style.effect or style.strike or style.underline)
    if not plain or glyph.rotation % 360 or glyph.direction == "vertical" or not glyph.line_boxes:
        return ""
    others = list(_twins(glyph.text))
    if not 0 < len(others) <= _MOST:
        return ""
    area = _area(glyph, image.size)
    try:
        wanted = _mask(set_text_of(glyph), area)
        shown = _shown(image, area, wanted, str(color))
        if shown is None:
            return ""
        return next((text for text in others if _fits_better(shown, wanted, _other(glyph, text, area))), "")
    except FontProblem:
        return ""


def _twins(text: str) -> Iterator[str]:
    for at, letter in enumerate(text):
        for twin in TWINS.get(letter, ""):
            yield text[:at] + twin + text[at + 1 :]


def _area(glyph: Glyph, size: tuple[int, int]) -> Box:
    """Around its lines, with room for a wider letter."""
    room = round(glyph.style.size)
    return clip(grow(enclosing(glyph.line_boxes), room, room // 2), *size)


def _mask(text: SetText, area: Box) -> Mask:
    """How much of each pixel the letters cover, 0 … 1."""
    return np.asarray(ink(text, area), np.float32) / np.float32(255)


def _other(glyph: Glyph, text: str, area: Box) -> Mask | None:
    """Another string set in the place of this one, on the same baselines; None where it does not fit, or breaks otherwise."""
    style = glyph.style
    try:
        made = set_text(text, style.lettering, style.size, glyph.box, locale=glyph.locale)
    except DoesNotFit:
        return None
    if len(made.lines) != len(glyph.baselines):
        return None
    lines = tuple(
        line.model_copy(update={"baseline": baseline}) for line, baseline in zip(made.lines, glyph.baselines, strict=True)
    )
    return _mask(made.model_copy(update={"lines": lines}), area)


def _shown(image: Image, area: Box, wanted: Mask, color: str) -> Mask | None:
    """The letters of the picture as coverage: how far each pixel is on the way from the ground to the letters' colour."""
    pixels = np.asarray(image.crop(edges(area)), np.float32)
    bare = wanted < 0.02
    if bare.mean() < 0.2:
        return None
    # The ground may change from top to bottom, as scenery does; across it is taken as even.
    rows = [np.median(row[free], axis=0) if free.any() else None for row, free in zip(pixels, bare, strict=True)]
    whole = np.median(pixels[bare], axis=0)
    ground = np.stack([whole if row is None else row for row in rows])[:, None]
    way = np.array(rgba8(color)[:3], np.float32) - ground
    length = (way**2).sum(-1)
    if float(length.min()) < 60.0**2:
        return None
    found: Mask = np.clip(((pixels - ground) * way).sum(-1) / length, 0, 1).astype(np.float32)
    return found


def _around(mask: Mask) -> NDArray[np.bool_]:
    """The letters and a little around them."""
    import cv2

    found: NDArray[np.bool_] = cv2.dilate(mask, np.ones((2 * _NEAR + 1,) * 2, np.uint8)) > 0.02
    return found


def _fits_better(shown: Mask, wanted: Mask, other: Mask | None) -> bool:
    if other is None:
        return False
    # Close to the letters only: what else is in the picture does not matter.
    near = _around(np.maximum(wanted, other))
    if float(np.abs(shown - other)[near].sum()) > _OFF * float(other.sum()):
        return False
    differ = np.abs(wanted - other) > 0.5
    closer = np.abs(shown - other) < np.abs(shown - wanted)
    return int(differ.sum()) >= _LEAST and float(closer[differ].mean()) >= _SHARE
