"""Cells: the space of each child of a container."""

from __future__ import annotations

from typing import NamedTuple

from layoutgen.base.geometry import Rect
from layoutgen.layout.extents import bounds, fixed_size
from layoutgen.layout.frames import Frame
from layoutgen.layout.intrinsic import IntrinsicSizes, in_range
from layoutgen.layout.tree import LayoutNode, X, Y


class Arrangement(NamedTuple):
    """Where the children of a container go, and the base size of its slogans; None: they fit at no allowed size."""

    rects: dict[str, Rect]
    base: float | None
    short: Rect | None = None
    """The space that the slogans had, where they do not fit."""


def own_width(node: LayoutNode, frame: Frame, sizes: IntrinsicSizes, whole: float) -> float:
    if node.text or node.container:
        return in_range(node, X, frame, whole) if fixed_size(node, X, frame) is None else sizes.width(node, frame)
    return sizes.width(node, frame)


def own_height(node: LayoutNode, frame: Frame) -> float | None:
    """The height that is written; of a text's range the larger end."""
    fixed = fixed_size(node, Y, frame)
    if fixed is None and node.text:
        low, high = bounds(node, Y, frame)
        return high if high is not None else low
    return fixed


def aligned(where: str, rest: float) -> float:
    return 0.0 if where in ("left", "top") else rest if where in ("right", "bottom") else rest / 2
