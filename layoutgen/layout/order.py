"""Reading order: from top to bottom in bands, and within a band the way the language runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from layoutgen.layout.frames import Rect
from layoutgen.layout.tree import Node

SAME_BAND = 0.5
"""Two elements stand beside one another when they share this much of the lower one's height."""


def reading_order(nodes: Sequence[Node], rects: Mapping[str, Rect], rtl: bool) -> Iterator[Node]:
    """Parents before their children, and these before the next element."""
    for band in _bands(nodes, rects):
        for node in sorted(
            band, key=lambda item: (-rects[item.id].right if rtl else rects[item.id].left, rects[item.id].top, item.index)
        ):
            yield node
            yield from reading_order(node.children, rects, rtl)


def _bands(nodes: Sequence[Node], rects: Mapping[str, Rect]) -> list[list[Node]]:
    """Elements that stand beside the first of their band, from the top down."""
    bands: list[list[Node]] = []
    for node in sorted(nodes, key=lambda item: (rects[item.id].top, item.index)):
        if bands:
            first, rect = rects[bands[-1][0].id], rects[node.id]
            shared = min(first.bottom, rect.bottom) - max(first.top, rect.top)
            if shared > SAME_BAND * min(first.height, rect.height):
                bands[-1].append(node)
                continue
        bands.append([node])
    return bands
