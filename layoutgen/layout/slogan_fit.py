"""Fitting slogans: the size of each in its own box, and the upright box in which a turned one is set."""

from __future__ import annotations

from layoutgen.base.geometry import Rect, turned_inside
from layoutgen.document.model import Slogan
from layoutgen.layout.intrinsic import IntrinsicSizes
from layoutgen.layout.tree import LayoutNode
from layoutgen.typeset.fit import block, fit

ASPECTS = (0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0)
"""Shapes that are tried for turned text, width over height."""


def base_in(node: LayoutNode, box: Rect, sizes: IntrinsicSizes) -> float | None:
    """The largest base size at which one slogan fits a box; None if none is allowed."""
    item = sizes.item(node).bare
    largest = max(box.width, box.height)
    rotate = node.element.rotate
    if not rotate:
        return fit([item], box.width, box.height, gap=0.0, largest=largest)
    bases = []
    for aspect in ASPECTS:
        inside = turned_inside(box, aspect, rotate)
        base = fit([item], float(int(inside.width)), float(int(inside.height)), gap=0.0, largest=largest)
        if base is not None:
            bases.append(base)
    return max(bases, default=None)


def text_box(node: LayoutNode, box: Rect, size: float, sizes: IntrinsicSizes) -> Rect:
    """The upright box that a slogan is set in, about the same centre as its own box."""
    rotate = node.element.rotate
    if not rotate:
        return box
    item = sizes.item(node).bare
    for aspect in ASPECTS:
        inside = turned_inside(box, aspect, rotate)
        _, tall, fits = block(item, size, float(int(inside.width)), None)
        if fits and tall <= int(inside.height) + 1:
            return inside
    wide, tall, _ = block(item, size, box.width, None)
    return Rect(box.centre(0) - wide / 2 - 1, box.centre(1) - tall / 2, wide + 2, tall + 1)


def slogans_of(node: LayoutNode) -> list[LayoutNode]:
    """The slogans directly in a container."""
    return [child for child in node.children if isinstance(child.element, Slogan)]
