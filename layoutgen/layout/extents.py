"""What is written about extents and edges, in pixels of a frame."""

from __future__ import annotations

from layoutgen.document.model import Anchor, Image, Qr
from layoutgen.layout.frames import Frame
from layoutgen.layout.tree import LayoutNode


def ratio(node: LayoutNode) -> float | None:
    """Width over height that the box must keep."""
    element = node.element
    if isinstance(element, Qr):
        return 1.0
    if element.extent.width is not None and element.extent.height is not None:
        return None  # even where one of them is ignored: leaving a statement out must not add a condition
    if element.extent.aspect is None and isinstance(element, Image):
        return element.size[0] / element.size[1]
    return element.extent.aspect


def fixed_size(node: LayoutNode, axis: int, frame: Frame) -> float | None:
    """The extent along an axis where what is written decides it, in pixels."""
    if node.box:
        box = node.element.placement.box
        assert box is not None
        return frame.pixels(box.height if axis else box.width, axis)
    own, other = _given(node, axis, frame), _given(node, 1 - axis, frame)
    aspect = ratio(node)
    if isinstance(node.element, Qr) and own is not None and other is not None:
        return min(own, other)
    if own is None and other is not None and aspect is not None and node.extent(axis) is None:
        return other / aspect if axis else other * aspect
    return own


def bounds(node: LayoutNode, axis: int, frame: Frame) -> tuple[float | None, float | None]:
    """Smallest and largest extent where a range is written, in pixels."""
    extent = node.extent(axis)
    if extent is None:
        return None, None
    low = frame.pixels(extent.low, axis) if extent.low else None
    high = frame.pixels(extent.high, axis) if extent.high else None
    return low, high


def _given(node: LayoutNode, axis: int, frame: Frame) -> float | None:
    extent = node.extent(axis)
    if extent is None or extent.low is None or extent.high is None:
        return None
    if extent.low is not extent.high and extent.low != extent.high:
        return None
    return frame.pixels(extent.low, axis)


def side_of(anchor: Anchor, axis: int) -> str | None:
    """Which part of an element an anchor holds along an axis: its start, its end or its centre."""
    if anchor.point == "center":
        return "centre"
    words = anchor.point.split("-")
    if ("top" if axis else "left") in words:
        return "start"
    return "end" if ("bottom" if axis else "right") in words else None


def sole(node: LayoutNode, axis: int) -> bool:
    """Whether exactly one statement is about an element's place on this axis."""
    count = sum(axis in node.axes(relation) for relation in node.relations if relation.kind != "inside")
    anchor = node.anchor
    return count + (anchor is not None and side_of(anchor, axis) is not None) == 1
