"""Frames: what percentages are of. A frame is the canvas inside its margin, or the inner box of a parent."""

from __future__ import annotations

from typing import NamedTuple

from layoutgen.base.geometry import Rect
from layoutgen.base.style import Length
from layoutgen.document.model import Canvas


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
