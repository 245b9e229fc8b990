"""Boxes: sizes, overlaps, growing, scaling, turning and rounding; each of them once, for every stage.

A `Box` is whole pixels, a `FloatBox` or a `Rect` is one before rounding; all are `left, top, width, height`. Pixels depend on
how a box is rounded, so every function that rounds says how. Angles are degrees, clockwise on a picture (y grows downwards),
as `rotate:` is written.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import cos, floor, radians, sin
from typing import Any, NamedTuple, TypeVar

from layoutgen.base.model import Box

Point = tuple[float, float]
FloatBox = tuple[float, float, float, float]
Quad = tuple[Point, Point, Point, Point]
"""Corners, clockwise; those of a line of text from where it starts to be read."""
Number = TypeVar("Number", int, float)
_Box = tuple[Number, Number, Number, Number]

SNAP = 1e-4
"""Edges this close, in pixels, are one edge; the error of the layout solver is far below."""
_ROUNDING = 0.0005
"""Pixels by which turning a box may miss a whole number."""
_SAMPLES = 24
"""Along each side of a box, for estimating how much of it several others cover."""


class Rect(NamedTuple):
    """A box before rounding, in pixels, that can be asked for its edges along an axis (0: x, 1: y)."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def bottom(self) -> float:
        return self.top + self.height

    def start(self, axis: int) -> float:
        return self[axis]

    def size(self, axis: int) -> float:
        return self[axis + 2]

    def end(self, axis: int) -> float:
        return self[axis] + self[axis + 2]

    def centre(self, axis: int) -> float:
        return self[axis] + self[axis + 2] / 2

    def inset(self, by: float) -> Rect:
        """The box inside a border of `by` pixels; never negative."""
        by = min(by, self.width / 2, self.height / 2)
        return Rect(self.left + by, self.top + by, self.width - 2 * by, self.height - 2 * by)

    def moved(self, dx: float, dy: float) -> Rect:
        return Rect(self.left + dx, self.top + dy, self.width, self.height)


# Measures


def area(box: Box) -> int:
    return max(0, box[2]) * max(0, box[3])


def centre(box: FloatBox) -> Point:
    return box[0] + box[2] / 2, box[1] + box[3] / 2


def edges(box: Box) -> Box:
    """Left, top, right, bottom: as Pillow crops."""
    return box[0], box[1], box[0] + box[2], box[1] + box[3]


def array_slices(box: Box) -> tuple[slice, slice]:
    """Rows and columns of a box in an array of pixels; what lies left of or above the array is cut off."""
    left, top, right, bottom = (max(0, edge) for edge in edges(box))
    return slice(top, bottom), slice(left, right)


# Two boxes or more


def contains(box: FloatBox, point: Point) -> bool:
    """Whether a point lies inside a box or on its edge."""
    return box[0] <= point[0] <= box[0] + box[2] and box[1] <= point[1] <= box[1] + box[3]


def holds(outer: FloatBox, inner: FloatBox) -> bool:
    """Whether all of a box lies inside another; their edges may touch."""
    return (
        outer[0] <= inner[0]
        and outer[1] <= inner[1]
        and inner[0] + inner[2] <= outer[0] + outer[2]
        and inner[1] + inner[3] <= outer[1] + outer[3]
    )


def overlaps(a: FloatBox, b: FloatBox) -> bool:
    """Whether two boxes have more than an edge in common."""
    return a[0] < b[0] + b[2] and b[0] < a[0] + a[2] and a[1] < b[1] + b[3] and b[1] < a[1] + a[3]


def shared(a: _Box[Number], b: _Box[Number]) -> tuple[Number, Number]:
    """How much two boxes have in common along x and along y; negative where they are apart."""
    return min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0]), min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])


def gaps(a: Box, b: Box) -> Box:
    """How far `b` lies from `a`: on its left, above it, on its right and below it; negative where it reaches past that edge."""
    return a[0] - b[0] - b[2], a[1] - b[1] - b[3], b[0] - a[0] - a[2], b[1] - a[1] - a[3]


def intersection(a: Box, b: Box) -> Box:
    """The part that two boxes have in common; without extent where there is none."""
    across, down = shared(a, b)
    return max(a[0], b[0]), max(a[1], b[1]), max(0, across), max(0, down)


def clip(box: Box, width: int, height: int) -> Box:
    """The part of a box that lies on a page of this size."""
    return intersection(box, (0, 0, width, height))


def enclosing(boxes: Iterable[_Box[Number]]) -> _Box[Number]:
    """The smallest box around all of these, of which there is at least one."""
    boxes = tuple(boxes)
    left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
    return left, top, max(box[0] + box[2] for box in boxes) - left, max(box[1] + box[3] for box in boxes) - top


def union(boxes: Iterable[Box]) -> Box | None:
    """The smallest box around all that have an area; None where none has."""
    known = [box for box in boxes if area(box)]
    return enclosing(known) if known else None


def covered(box: Box, covers: Iterable[Box]) -> float:
    """How much of a box lies under others, 0 … 1 (overlaps of the covers counted once, to about 2%)."""
    parts = [part for part in (intersection(box, cover) for cover in covers) if area(part)]
    if not area(box) or not parts:
        return 0.0
    if len(parts) == 1:
        return area(parts[0]) / area(box)
    hits = 0
    for row in range(_SAMPLES):
        y = box[1] + (row + 0.5) * box[3] / _SAMPLES
        for column in range(_SAMPLES):
            x = box[0] + (column + 0.5) * box[2] / _SAMPLES
            hits += any(contains(part, (x, y)) for part in parts)
    return hits / _SAMPLES**2


# Moving, growing and scaling


def moved(box: Box, dx: int, dy: int) -> Box:
    return box[0] + dx, box[1] + dy, box[2], box[3]


def grow(box: Box, dx: float, dy: float) -> Box:
    """Larger by `dx` on the left and right and by `dy` above and below; every number is rounded to the nearest."""
    return round(box[0] - dx), round(box[1] - dy), round(box[2] + 2 * dx), round(box[3] + 2 * dy)


def grow_by_share(box: Box, share: float) -> Box:
    """Larger on every side by a share of the shorter one."""
    more = share * min(box[2], box[3])
    return grow(box, more, more)


def scale(box: Box, sx: float, sy: float) -> Box:
    """Every edge is rounded to the nearest pixel, so boxes that touch still do."""
    left, top = round(box[0] * sx), round(box[1] * sy)
    return left, top, round((box[0] + box[2]) * sx) - left, round((box[1] + box[3]) * sy) - top


def shrink(box: Box, across: float, down: float) -> Box:
    """Divided by a factor for x and one for y. Place and size are rounded, so boxes of one size keep one size."""
    return round(box[0] / across), round(box[1] / down), round(box[2] / across), round(box[3] / down)


# Turning


def rotate(point: tuple[Any, Any], about: Point, degrees: float) -> tuple[Any, Any]:
    """A point (or arrays of x and of y) turned about another point."""
    angle = radians(degrees)
    x, y = point[0] - about[0], point[1] - about[1]
    return about[0] + x * cos(angle) - y * sin(angle), about[1] + x * sin(angle) + y * cos(angle)


def corners(box: FloatBox) -> Quad:
    left, top, right, bottom = box[0], box[1], box[0] + box[2], box[1] + box[3]
    return (left, top), (right, top), (right, bottom), (left, bottom)


def rotated(box: FloatBox, about: Point, degrees: float) -> Quad:
    """The corners of a box turned about a point."""
    a, b, c, d = (rotate(corner, about, degrees) for corner in corners(box))
    return a, b, c, d


def turned_size(width: float, height: float, degrees: float) -> tuple[float, float]:
    """The extents of a box after it is turned."""
    turn_cos, turn_sin = abs(cos(radians(degrees))), abs(sin(radians(degrees)))
    return width * turn_cos + height * turn_sin, width * turn_sin + height * turn_cos


def bounds(quad: Iterable[Point]) -> Box:
    """The upright box around corners; every edge is rounded to the nearest pixel."""
    left, top, right, bottom = (round(edge) for edge in _extremes(quad))
    return left, top, right - left, bottom - top


def float_bounds(quad: Iterable[Point]) -> FloatBox:
    """The upright box around corners, not rounded."""
    left, top, right, bottom = _extremes(quad)
    return left, top, right - left, bottom - top


def _extremes(quad: Iterable[Point]) -> FloatBox:
    xs, ys = zip(*quad, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def upright(box: Box, degrees: float) -> Box:
    """The upright box around a box turned about its own centre; every edge is rounded to the nearest pixel."""
    return bounds(rotated(box, centre(box), degrees)) if degrees else box


def upright_around(box: Box, degrees: float) -> Box:
    """The same of whole pixels that hold all of it: every edge is rounded outwards."""
    if not degrees % 360:
        return box
    width, height = turned_size(box[2], box[3], degrees)
    x, y = centre(box)
    left, top = floor(x - width / 2 + _ROUNDING), floor(y - height / 2 + _ROUNDING)
    return left, top, -floor(_ROUNDING - (x + width / 2)) - left, -floor(_ROUNDING - (y + height / 2)) - top


def turned_inside(rect: Rect, aspect: float, degrees: float) -> Rect:
    """The largest box of an aspect (width / height) that, turned about the centre of `rect`, lies inside it; not rounded."""
    by = _largest(rect, aspect, degrees)
    x, y = centre(rect)
    return Rect(x - aspect * by / 2, y - by / 2, aspect * by, by)


def turned_inside_whole(box: Box, aspect: float, degrees: float) -> Box:
    """The same of whole pixels: the size is rounded down, the place to the nearest pixel."""
    by = _largest(box, aspect, degrees)
    width, height = max(1, int(aspect * by + 1e-6)), max(1, int(by + 1e-6))
    return round(box[0] + (box[2] - width) / 2), round(box[1] + (box[3] - height) / 2), width, height


def _largest(box: FloatBox, aspect: float, degrees: float) -> float:
    """The height of the largest box of an aspect that, turned, fits into a box."""
    width, height = turned_size(aspect, 1.0, degrees)
    return min(box[2] / width, box[3] / height)


# Rounding on a page


def rounded(rect: Rect, page: Rect) -> Box:
    """Whole pixels on a page. Every edge is rounded by itself, so that boxes which touch still touch and never overlap."""
    left, right = _rounded_edges(rect.left, rect.right, page.left, page.right)
    top, bottom = _rounded_edges(rect.top, rect.bottom, page.top, page.bottom)
    return left, top, right - left, bottom - top


def whole(rect: Rect, page: Rect) -> Rect:
    """The same as a `Rect`."""
    return Rect(*map(float, rounded(rect, page)))


def _rounded_edges(start: float, end: float, least: float, most: float) -> tuple[int, int]:
    low = max(int(least), floor(start + 0.5 + SNAP))
    high = min(int(most), floor(end + 0.5 + SNAP))
    if high <= low:
        low = min(low, int(most) - 1)
        high = low + 1
    return low, high
