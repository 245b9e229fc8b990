"""Frames: what percentages are of. A frame is the canvas inside its margin, or the inner box of a parent."""

from __future__ import annotations

from math import cos, floor, radians, sin
from typing import NamedTuple

from layoutgen.base.model import Box
from layoutgen.base.style import Length
from layoutgen.document.model import Canvas

SNAP = 1e-4
"""Edges this close, in pixels, are one edge; the solver's own error is far below."""


class Rect(NamedTuple):
    """A box before rounding, in pixels."""

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

    def overlap(self, other: Rect) -> tuple[float, float]:
        """How far the two reach into one another, in x and in y; both positive where they overlap."""
        return (
            min(self.left + self.width, other.left + other.width) - max(self.left, other.left),
            min(self.top + self.height, other.top + other.height) - max(self.top, other.top),
        )

    def moved(self, dx: float, dy: float) -> Rect:
        return Rect(self.left + dx, self.top + dy, self.width, self.height)


class Frame(NamedTuple):
    """Where some elements are placed: the box that percentages are of, the page around it, and pixels per inch."""

    inner: Rect
    page: Rect
    """What nothing may leave: the whole canvas; for what is turned, which lies upright here, the room it is turned in."""
    dpi: float | None

    def pixels(self, length: Length, axis: int) -> float:
        """Pixels of a length along an axis (0: x, 1: y). Canvases without dpi were refused before."""
        return length.pixels(self.inner[axis + 2], self.dpi)

    def short(self, length: Length) -> float:
        """Pixels of a length that belongs to neither axis (padding): percent of the shorter side."""
        return length.pixels(min(self.inner.width, self.inner.height), self.dpi)

    def within(self, inner: Rect) -> Frame:
        return Frame(inner, self.page, self.dpi)


def canvas_frame(canvas: Canvas) -> Frame:
    """The frame of the top-level elements."""
    return Frame(Rect(*canvas.inner), Rect(0.0, 0.0, float(canvas.width), float(canvas.height)), canvas.dpi)


def rounded(rect: Rect, page: Rect) -> Box:
    """Whole pixels. Every edge is rounded by itself, so that boxes which touch still touch and never overlap."""
    left, right = _edges(rect.left, rect.right, page.left, page.right)
    top, bottom = _edges(rect.top, rect.bottom, page.top, page.bottom)
    return left, top, right - left, bottom - top


def whole(rect: Rect, page: Rect) -> Rect:
    """The same as a `Rect`."""
    left, top, width, height = rounded(rect, page)
    return Rect(float(left), float(top), float(width), float(height))


def _edges(start: float, end: float, least: float, most: float) -> tuple[int, int]:
    low = max(int(least), floor(start + 0.5 + SNAP))
    high = min(int(most), floor(end + 0.5 + SNAP))
    if high <= low:
        low = min(low, int(most) - 1)
        high = low + 1
    return low, high


def turned_size(width: float, height: float, degrees: float) -> tuple[float, float]:
    """The extents of a box after turning it about its centre."""
    c, s = abs(cos(radians(degrees))), abs(sin(radians(degrees)))
    return width * c + height * s, width * s + height * c


def turned_about(rect: Rect, pivot: Rect, degrees: float) -> Rect:
    """The upright box around `rect` after turning it about the centre of `pivot`, clockwise."""
    angle = radians(degrees)
    dx, dy = rect.centre(0) - pivot.centre(0), rect.centre(1) - pivot.centre(1)
    x = pivot.centre(0) + dx * cos(angle) - dy * sin(angle)
    y = pivot.centre(1) + dx * sin(angle) + dy * cos(angle)
    width, height = turned_size(rect.width, rect.height, degrees)
    return Rect(x - width / 2, y - height / 2, width, height)


def upright_inside(rect: Rect, aspect: float, degrees: float) -> Rect:
    """The largest box of an aspect that, turned about the centre of `rect`, lies inside it."""
    width, height = turned_size(aspect, 1.0, degrees)
    by = min(rect.width / width, rect.height / height)
    return Rect(rect.centre(0) - aspect * by / 2, rect.centre(1) - by / 2, aspect * by, by)
