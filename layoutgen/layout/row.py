"""A row: what a container holds, side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil

from layoutgen.base.geometry import Rect
from layoutgen.document.model import Flow, Slogan
from layoutgen.layout.cells import Arrangement, aligned, own_height
from layoutgen.layout.extents import ratio
from layoutgen.layout.frames import Frame
from layoutgen.layout.intrinsic import IntrinsicSizes, flow_of
from layoutgen.layout.tree import LayoutNode, X
from layoutgen.typeset.fit import fit

GROW_EXPONENTS = (1.0, 0.6)
"""Ways to share out a row that are tried for the larger letters: by need, and kinder to the narrow."""


def row(nodes: Sequence[LayoutNode], flow: Flow, room: Rect, frame: Frame, sizes: IntrinsicSizes) -> Arrangement:
    """The children of a container side by side: as wide as is written, else as their content needs."""
    gap = min(frame.pixels(flow.gap, X), room.width / (2 * len(nodes)))
    space = room.width - gap * (len(nodes) - 1)
    growing = [node for node in nodes if sizes.shares(node, frame) and ratio(node) is None]
    widths = sizes.row_widths(nodes, frame, space, room.height, _grow_exponent(nodes, growing, space, room, frame, sizes))
    slogans = [node for node in nodes if isinstance(node.element, Slogan)]
    base = _base(slogans, widths, room, frame, sizes) if slogans else sizes.base
    filled = bool(growing)
    if base is not None and slogans:
        base = min(base, sizes.cap(nodes))
        if growing and all(_packs(node, flow) for node in growing):
            widths |= {node.id: _tight(node, base, widths[node.id], sizes) for node in growing}
            filled = False
    x = room.left + (0.0 if filled else aligned(flow.align, room.width - sum(widths.values()) - gap * (len(nodes) - 1)))
    if sizes.rtl:
        x = room.right - (x - room.left)
    rects = {}
    for node in nodes:
        width = max(1.0, float(int(widths[node.id])))
        height = own_height(node, frame)
        if height is None:
            rigid = node not in growing and sizes.shares(node, frame)
            height = min(room.height, sizes.height(node, frame, width)) if rigid else room.height
        at = x - width if sizes.rtl else x
        rects[node.id] = Rect(at, room.top + aligned(flow.valign, room.height - height), width, height)
        x = at - gap if sizes.rtl else x + width + gap
    return Arrangement(rects, base, room if base is None else None)


def _grow_exponent(
    nodes: Sequence[LayoutNode], growing: Sequence[LayoutNode], space: float, room: Rect, frame: Frame, sizes: IntrinsicSizes
) -> float:
    """The way to share out the row that lets its texts, and those in the same columns of its copies, be largest."""
    parent = nodes[0].parent
    written = sizes.repeats.of(parent) if parent is not None else None
    if written is not None and written in sizes.grow_exponents:
        return sizes.grow_exponents[written]
    best, largest = GROW_EXPONENTS[0], 0.0
    if len(growing) > 1 and any(_lines(node) for node in growing):
        for exponent in GROW_EXPONENTS:
            widths = sizes.row_widths(nodes, frame, space, room.height, exponent)
            base = _smallest(growing, widths, room, frame, sizes)
            if base > largest:
                best, largest = exponent, base
    if written is not None:
        sizes.grow_exponents[written] = best
    return best


def _smallest(
    nodes: Sequence[LayoutNode], widths: Mapping[str, float], room: Rect, frame: Frame, sizes: IntrinsicSizes
) -> float:
    """The base size of whatever text of these columns comes out smallest; 0 where one does not fit."""
    bases: list[float] = []
    for node in nodes:
        for like in sizes.repeats.across(node):
            if isinstance(like.element, Slogan):
                base = _base([like], {like.id: widths[node.id]}, room, frame, sizes)
            elif lines := _lines(like):
                padding = 2 * sizes.padding(like)
                width, height = float(int(widths[node.id])) - padding, room.height - padding
                items = [sizes.item(child).bare for child in lines]
                base = fit(items, max(1.0, width), max(1.0, height), gap=0.0, largest=max(width, height, 1.0))
            else:
                continue
            bases.append(base or 0.0)
    return min(bases, default=0.0)


def _lines(node: LayoutNode) -> list[LayoutNode]:
    """The slogans that stand one under the other in an element, where it holds nothing else."""
    if isinstance(node.element, Slogan):
        return [node]
    flow = flow_of(node)
    plain = node.container and flow.columns == 1 and flow.direction == "column"
    return node.children if plain and all(isinstance(child.element, Slogan) for child in node.children) else []


def _base(
    slogans: Sequence[LayoutNode], widths: Mapping[str, float], room: Rect, frame: Frame, sizes: IntrinsicSizes
) -> float | None:
    bases: list[float] = []
    for node in slogans:
        height = own_height(node, frame) or room.height
        width, largest = float(int(widths[node.id])), max(room.height, room.width)
        base = fit([sizes.item(node)], width, height - 1, gap=0.0, largest=largest)
        if base is None:
            return None
        bases.append(base)
    return min(bases, default=None)


def _packs(node: LayoutNode, flow: Flow) -> bool:
    """Whether a cell may be as narrow as its words: one that aligns them otherwise than the row wants the space to do so."""
    slogan = node.element
    return (
        isinstance(slogan, Slogan)
        and slogan.lettering.align == flow.align
        and slogan.lettering.direction != "vertical"
        and not slogan.rotate
    )


def _tight(node: LayoutNode, base: float, width: float, sizes: IntrinsicSizes) -> float:
    """Pixels that the words of a column take at a base size, within the width of its cell."""
    cell = float(int(width))
    return min(cell, max(ceil(sizes.text_size(like, base, cell)[0]) + 1.0 for like in sizes.repeats.across(node)))
