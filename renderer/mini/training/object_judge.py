"""A judge of drawn objects: which kind is in a part of a picture, by the colours and edges of its artwork.

Every kind that the small model can draw is one or two pieces of artwork, so a match can be looked for: at each place and in
several sizes, how close the colours inside its outline are, times how well the edges agree. tests/mini/test_objects.py checks
it on drafts; a judge that learns from pictures would need training, and would not know any better what was meant.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops

from layoutgen.base.geometry import array_slices, shrink
from layoutgen.base.model import Box
from layoutgen.conditions import Conditions
from layoutgen.conditions.model import ObjectCondition
from layoutgen.renderer.draft.objects import draw_object
from layoutgen.renderer.mini.things import KINDS

Pixels = NDArray[np.float32]

_SIDE = 200
"""Pixels of the longer side at which pictures are looked at."""
_EDGE = 4
"""Pixels around a template, so that its outline has two sides."""
_LARGE = 480
"""Pixels of the box that artwork is drawn into once, to be shrunk to any size."""
_FAR = 60.0
"""A mean difference of colours, of 255, that hardly counts as similar any more."""
_SIZES = (0.41, 0.51, 0.64, 0.8, 1.0, 1.25)
"""Sizes of the artwork, relative to the one that the poster asks for, of which a prompt says little."""
_AREA = 0.25
"""A likeness counts by its area to this power: an object of few pixels resembles many a spot."""
_NAMES = {name: kind.name for kind in KINDS for name in kind.names}
_NAMED = re.compile(rf"\b({'|'.join(sorted(_NAMES, key=len, reverse=True))})\b")


@dataclass(frozen=True)
class JudgedObject:
    """One object that a poster asks for."""

    id: str
    expected: str
    """Names of kinds, as in `layoutgen.renderer.mini.things`."""
    recognised: str
    """The kind most like anything in the right third of the canvas, leaving words aside."""
    score: float

    @property
    def right(self) -> bool:
        return self.recognised == self.expected


def name_in(description: str) -> str:
    """The first name of a kind in a description, whatever adjectives come before it; ValueError if there is none."""
    match = _NAMED.search(description.lower())
    if match is None:
        raise ValueError(f"`{description}` names nothing that can be judged")
    return match[0]


def third(box: Box, width: int, height: int) -> Box:
    """The third of the canvas, along its longer side, that contains the middle of a box."""
    longest, axis = max(width, height), 0 if width >= height else 1
    number = min(2, int(3 * (box[axis] + box[axis + 2] / 2) / longest))
    first, last = round(longest * number / 3), round(longest * (number + 1) / 3)
    return (first, 0, last - first, height) if axis == 0 else (0, first, width, last - first)


def judge_objects(picture: Image.Image, conditions: Conditions) -> list[JudgedObject]:
    """What is in the third of the canvas where each object should be, leaving out the places of words.

    The kinds of the poster's other objects are not among the answers: those objects may be in the same third.
    """
    scale = _SIDE / max(picture.size)
    ratios = conditions.canvas.width / picture.width / scale, conditions.canvas.height / picture.height / scale
    size = (round(picture.width * scale), round(picture.height * scale))
    image = np.asarray(picture.convert("RGB"), np.float32)
    pixels = cv2.resize(image, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    edges = _edges(pixels)
    words = [shrink(glyph.box, *ratios) for glyph in conditions.glyphs]
    names = {item.id: name_in(item.description) for item in conditions.objects}
    kind_of = {item: _NAMES[name] for item, name in names.items()}
    result = []
    for item in conditions.objects:
        expected = kind_of[item.id]
        others = {kind for kind in kind_of.values() if kind != expected}
        # Some names of a kind have artwork of their own: the expected one is looked for as the draft would draw it.
        candidates = {kind.name: kind.names[0] for kind in KINDS if kind.name not in others} | {expected: names[item.id]}
        box = shrink(item.box, *ratios)
        places = np.zeros(pixels.shape[:2], np.float32)
        places[array_slices(third(box, *size))] = 1.0
        for word in words:
            places[array_slices(word)] = 0.0
        scores = {kind: _likeness(pixels, edges, name, box[2:], places) for kind, name in candidates.items()}
        best = max(scores, key=lambda name: scores[name])
        result.append(JudgedObject(item.id, expected, best, round(scores[best], 4)))
    return result


def _likeness(pixels: Pixels, edges: Pixels, description: str, size: tuple[int, int], places: Pixels) -> float:
    """The best match of all sizes and places, 0 … 1. `places`: 1.0 where its middle may be."""
    best = 0.0
    left, top, across, down = cv2.boundingRect(places.astype(np.uint8))
    for factor in _SIZES:
        colors, inside, outline = _template(description, round(size[0] * factor), round(size[1] * factor))
        area, (high, wide) = float(inside.sum()), inside.shape
        above, before = high // 2, wide // 2  # from its middle to its first row and column
        first, begin = max(0, top - above), max(0, left - before)
        area_around = (slice(first, top + down + above + 1), slice(begin, left + across + before + 1))
        if not area or high > pixels[area_around].shape[0] or wide > pixels[area_around].shape[1]:
            continue
        color_error = cv2.matchTemplate(pixels[area_around], colors, cv2.TM_SQDIFF, mask=cv2.merge([inside] * 3)) / area / 3
        edge_match = np.nan_to_num(cv2.matchTemplate(edges[area_around], outline, cv2.TM_CCOEFF_NORMED))
        possible = places[first + above :, begin + before :][: color_error.shape[0], : color_error.shape[1]]
        likeness = np.exp(-color_error / (2 * _FAR**2)) * edge_match * possible
        best = max(best, float(likeness.max()) * (area / pixels[..., 0].size) ** _AREA)
    return best


@lru_cache(maxsize=2048)
def _template(description: str, width: int, height: int) -> tuple[Pixels, Pixels, Pixels]:
    """Colours (height, width, 3), 1.0 inside the outline and 0.0 outside, and edges, of an object drawn into a box.

    The box is cropped to the object.
    """
    premultiplied, cover = _artwork(description)
    factor = min(max(1, width) / cover.shape[1], max(1, height) / cover.shape[0])
    size = (max(1, round(cover.shape[1] * factor)), max(1, round(cover.shape[0] * factor)))
    margin = [(_EDGE, _EDGE), (_EDGE, _EDGE)]
    small = np.pad(cv2.resize(premultiplied, size, interpolation=cv2.INTER_AREA), [*margin, (0, 0)])
    covered = np.pad(cv2.resize(cover, size, interpolation=cv2.INTER_AREA), margin)[..., None]
    colors = np.clip(small / np.maximum(covered, 0.01), 0, 255).astype(np.float32)
    inside = (covered[..., 0] > 0.6).astype(np.float32)
    return colors, inside, _edges(np.dstack([small + 128 * (1 - covered), 255 * covered]))


@lru_cache(maxsize=128)
def _artwork(description: str) -> tuple[Pixels, Pixels]:
    """An object drawn once, large: its colours times its cover (height, width, 3), and its cover, 0 … 1."""
    edge = _LARGE // 8  # for parts outside the box, such as a shadow
    box = (edge, edge, _LARGE, _LARGE)
    dark, light = (Image.new("RGB", (_LARGE + 2 * edge,) * 2, (value,) * 3) for value in (0, 255))
    for ground in (dark, light):
        draw_object(ground, ObjectCondition(id="object", description=description, box=box), box)
    extent = ImageChops.invert(ImageChops.difference(dark, light)).getbbox()
    on_dark, on_light = (np.asarray(one.crop(extent), np.float32) for one in (dark, light))
    return on_dark, 1 - (on_light - on_dark).mean(-1) / 255


def _edges(pixels: Pixels) -> Pixels:
    steepest = np.zeros(pixels.shape[:2], np.float32)
    for channel in cv2.split(np.ascontiguousarray(pixels, np.float32)):
        slope = np.hypot(cv2.Sobel(channel, cv2.CV_32F, 1, 0), cv2.Sobel(channel, cv2.CV_32F, 0, 1))
        steepest = np.maximum(steepest, slope)
    return np.sqrt(steepest).astype(np.float32)
