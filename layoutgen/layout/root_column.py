"""The root column: top-level elements without a written place, in the space that the others leave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from layoutgen.base.geometry import Rect
from layoutgen.layout.extents import bounds, fixed_size, ratio
from layoutgen.layout.frames import Frame
from layoutgen.layout.intrinsic import IntrinsicSizes
from layoutgen.layout.place import Reserve
from layoutgen.layout.plan import GAP
from layoutgen.layout.tree import LayoutNode, X, Y

CROWDED = 0.3
"""Of the frame: all the air that a crowded column of the canvas keeps together."""


def root_column(
    nodes: Sequence[LayoutNode], band: Rect, reserves: Mapping[str, Reserve], frame: Frame, sizes: IntrinsicSizes
) -> dict[str, Rect]:
    """Intrinsic sizes with even gaps between and around them; when it is crowded, all shrink in proportion."""
    widths = [
        width if (width := fixed_size(node, X, frame)) is not None else min(sizes.width(node, frame), band.width)
        for node in nodes
    ]
    heights = [sizes.height(node, frame, width) for node, width in zip(nodes, widths, strict=True)]
    held = sum(reserve.before + reserve.after for reserve in reserves.values())
    air = min(GAP * frame.inner.height * max(0, len(nodes) - 1), CROWDED * band.height)
    crowded = sum(heights) > band.height - held - air
    if crowded:
        limits = [_lowest(node, height, frame) for node, height in zip(nodes, heights, strict=True)]
        lower = shrunk(heights, limits, band.height - held - air)
        for at, node in enumerate(nodes):
            if lower[at] < heights[at]:
                lower[at] = max(1.0, limits[at], float(int(lower[at])))
                if ratio(node) is not None or (node.extent(X) is None and not (node.text or node.container)):
                    widths[at] *= lower[at] / heights[at]
        heights = lower
    left = max(0.0, band.height - held - sum(heights))
    gap = left / max(1, len(nodes) - 1) if crowded else left / (len(nodes) + 1)
    top = band.top + (0.0 if crowded else gap)
    rects = {}
    for node, width, height in zip(nodes, widths, heights, strict=True):
        reserve = reserves.get(node.id, Reserve())
        top += reserve.before
        at_whole = float(int(top + 1e-6)) if fixed_size(node, Y, frame) is None else top
        rects[node.id] = Rect(band.left + (band.width - width) / 2, at_whole, width, height)
        top += height + reserve.after + gap
    return rects


def shrunk(sizes: Sequence[float], limits: Sequence[float], room: float) -> list[float]:
    """Sizes reduced in proportion until they take `room`, none below its limit (then they take more)."""
    flexible = set(range(len(sizes)))
    while flexible:
        held = sum(limits[at] for at in range(len(sizes)) if at not in flexible)
        share = max(0.0, min(1.0, (room - held) / sum(sizes[at] for at in sorted(flexible))))
        stuck = {at for at in flexible if sizes[at] * share < limits[at]}
        if not stuck:
            return [sizes[at] * share if at in flexible else limits[at] for at in range(len(sizes))]
        flexible -= stuck
    return list(limits)


def _lowest(node: LayoutNode, height: float, frame: Frame) -> float:
    """The height below which a crowded column does not shrink an element: what is written."""
    if fixed_size(node, Y, frame) is not None:
        return height
    low, _ = bounds(node, Y, frame)
    aspect = ratio(node)
    narrow = bounds(node, X, frame)[0] if aspect is not None else None
    if narrow is not None and aspect is not None:
        low = max(low or 0.0, narrow / aspect)
    return min(height, low if low is not None else 1.0)
