"""Ink that adjoins a known line: signs beyond its ends, marks above and below its letters.

A line's own crop is cut close, so that neighbours stay out of it, and with them whatever was added: the dots that make `SCHÖN`
of `SCHON`, the `-` after a price. Here the crop is let out as far as ink reaches that belongs to nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from layoutgen.base.geometry import grow
from layoutgen.base.model import Box
from layoutgen.check.crops import cut_box

if TYPE_CHECKING:
    from PIL.Image import Image

_HIGH = 56
"""Pixels of a line's height at which its surroundings are looked at."""
_ENDS, _ABOVE = 1.0, 0.5
"""How far to look beyond a line's ends, and above and below it, in shares of its height."""
_AIR = 0.15
"""Air around what is cut, in shares of the line's height."""
_LEAST = 0.003
"""The smallest mark, in squares of the line's height: a full stop of thin lettering has 0.005."""
_BEYOND = 0.06
"""Ink counts as outside a line when it reaches beyond its box by this share of the line's height."""
_CLEAR = 45.0
"""Least distance between the colours of letters and ground, of 442, at which ink can be told from ground."""
_RING = 0.12
"""Width of the ring around a line whose middle colour is its ground, in shares of the line's height."""
_BUSY = 12
"""More pieces of ink than this around a line are a picture or a texture rather than signs."""
_FOREIGN = 0.5
"""Share of a piece of ink inside another known line, from which on it is that line's."""

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Surroundings:
    """A line cut out together with the ink that adjoins it; what belongs to other lines is painted over."""

    image: Image
    more: bool
    """Whether anything adjoins it; otherwise only neighbours' ink was taken away."""
    gap: float
    """How far the farthest piece beside the line stands from its letters, in shares of its height; 0 without one."""


def surroundings(
    image: Image, line: Box, others: Sequence[Box], degrees: float, about: tuple[float, float]
) -> Surroundings | None:
    """A line with what adjoins it, without its neighbours; None where it has neither, or where that cannot be told from a
    restless ground.

    `others`: the other known lines, turned about the same point by the same angle, if at all.
    """
    from PIL.Image import Resampling

    height = line[3]
    if height < 8 or line[2] < 4:
        return None
    around = grow(line, _ENDS * height, _ABOVE * height)
    if not degrees:
        left, top = max(around[0], 0), max(around[1], 0)
        around = (left, top, min(around[0] + around[2], image.width) - left, min(around[1] + around[3], image.height) - top)
        if min(around[2:]) < 8:
            return None
    cut = cut_box(image, around, degrees=degrees, about=about)
    scale = min(1.0, _HIGH / height)
    if scale < 1:
        size = (max(1, round(cut.width * scale)), max(1, round(cut.height * scale)))
        cut = cut.resize(size, Resampling.BILINEAR, reducing_gap=2.0)
    scale = cut.height / around[3]
    place = _within(line, around, scale)
    pixels = np.asarray(cut.convert("RGB"), np.float32)
    ink = _ink(pixels, place)
    if ink is None:
        return None
    return _cut_out(cut, pixels, ink, place, [_within(box, around, scale) for box in others])


def _within(box: Box, around: Box, scale: float) -> Box:
    left, top = round((box[0] - around[0]) * scale), round((box[1] - around[1]) * scale)
    return left, top, max(1, round(box[2] * scale)), max(1, round(box[3] * scale))


def _ink(pixels: NDArray[np.float32], place: Box) -> Mask | None:
    """Where something stands out from the line's ground as much as its letters do, by half at least."""
    height = place[3]
    ring = max(2, round(_RING * height))
    inner, outer = pixels[_slices(place)], pixels[_slices(grow(place, ring, ring))]
    if not inner.size:
        return None
    sides = (outer[:ring], outer[-ring:], outer[:, :ring], outer[:, -ring:])
    edge = np.concatenate([side.reshape(-1, 3) for side in sides])
    ground = np.median(edge, axis=0)
    off = np.linalg.norm(pixels - ground, axis=-1)
    letters = np.linalg.norm(inner - ground, axis=-1)
    span = float(np.percentile(letters, 97))
    if span < _CLEAR or float(np.median(np.linalg.norm(edge - ground, axis=-1))) > 0.25 * span:
        return None
    found: Mask = off > 0.5 * span
    return found


def _slices(box: Box) -> tuple[slice, slice]:
    left, top, width, height = box
    return slice(max(top, 0), max(top + height, 0)), slice(max(left, 0), max(left + width, 0))


def _cut_out(cut: Image, pixels: NDArray[np.float32], ink: Mask, place: Box, others: Sequence[Box]) -> Surroundings | None:
    import cv2
    from PIL import Image as Images

    left, top, width, height = place
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8), connectivity=8)
    own = np.zeros(ink.shape, bool)
    own[_slices(place)] = True
    beyond = max(1.0, _BEYOND * height)
    pieces: list[Any] = []
    foreign = np.zeros(count, bool)
    letters = [left + width, left]
    for number in range(1, count):
        x, y, wide, high, area = (int(value) for value in stats[number])
        mask = labels == number
        share = float(own[mask].mean())
        at_edge = x == 0 or y == 0 or x + wide == ink.shape[1] or y + high == ink.shape[0]
        held = max(
            (float(mask[max(b[1], 0) : b[1] + b[3], max(b[0], 0) : b[0] + b[2]].sum()) / area for b in others), default=0.0
        )
        if (share < _FOREIGN <= held) or (share < 0.2 and at_edge):
            foreign[number] = True
            continue
        if held >= _FOREIGN:  # where lines overlap, it may be the other one's
            continue
        if share >= 0.5:
            letters = [min(letters[0], x), max(letters[1], x + wide)]
        reaches = x < left - beyond or x + wide > left + width + beyond or y < top - beyond or y + high > top + height + beyond
        if reaches and not at_edge and area >= _LEAST * height * height:
            pieces.append((x, y, wide, high, share))
    if len(pieces) > _BUSY or not (pieces or foreign.any()):
        return None
    gap = max((max(letters[0] - x - wide, x - letters[1]) for x, _, wide, _, share in pieces if share < 0.5), default=0)
    air = round(_AIR * height)
    x0 = max(0, min((left, *(piece[0] for piece in pieces))) - air)
    y0 = max(0, min((top, *(piece[1] for piece in pieces))) - air // 2)
    x1 = min(cut.width, max((left + width, *(piece[0] + piece[2] for piece in pieces))) + air)
    y1 = min(cut.height, max((top + height, *(piece[1] + piece[3] for piece in pieces))) + air // 2)
    painted = pixels
    if foreign.any():
        over = cv2.dilate(foreign[labels].astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
        over &= ~(cv2.dilate((ink & ~foreign[labels]).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0)
        painted = pixels.copy()
        painted[over] = np.median(pixels[~ink], axis=0)
    result = Images.fromarray(painted.round().clip(0, 255).astype(np.uint8)).crop((x0, y0, x1, y1))
    return Surroundings(result, bool(pieces), max(0.0, gap / height))
