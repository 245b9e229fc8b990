"""What a container holds: its slogans at one common size, and what else flows in a column, a row or columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil, inf

from layoutgen.base.geometry import Rect
from layoutgen.document.model import Flow, Slogan
from layoutgen.layout.cells import Arrangement, aligned, own_height, own_width
from layoutgen.layout.frames import Frame
from layoutgen.layout.intrinsic import IntrinsicSizes, flow_of
from layoutgen.layout.row import GROW_EXPONENTS, row
from layoutgen.layout.tree import LayoutNode, X, Y
from layoutgen.typeset.fit import fit, largest_step, smallest_base


def arrange(nodes: Sequence[LayoutNode], flow: Flow, room: Rect, frame: Frame, sizes: IntrinsicSizes) -> Arrangement:
    """The children of a container in its inner box; `frame` is the one that their percentages are of."""
    if not nodes:
        return Arrangement({}, sizes.base)
    if flow.columns > 1:
        return _grid(nodes, flow, room, frame, sizes)
    if flow.direction == "row":
        return row(nodes, flow, room, frame, sizes)
    return _column(nodes, flow, room, frame, sizes)


def _column(nodes: Sequence[LayoutNode], flow: Flow, room: Rect, frame: Frame, sizes: IntrinsicSizes) -> Arrangement:
    gap = min(frame.pixels(flow.gap, Y), room.height / (2 * len(nodes)))
    space = room.height - gap * (len(nodes) - 1)
    widths = {node.id: min(own_width(node, frame, sizes, room.width), room.width) for node in nodes}
    heights = {node.id: height for node in nodes if (height := own_height(node, frame)) is not None}
    slogans = [node for node in nodes if isinstance(node.element, Slogan)]
    loose = [node for node in slogans if node.id not in heights]
    flexible = [node for node in nodes if node.id not in heights and node not in slogans]
    if flexible:
        shared, narrowed = _shared_out(flexible, loose, widths, space - sum(heights.values()), room.width, frame, sizes)
        heights |= shared
        widths |= narrowed
    base: float | None = sizes.base
    short = None
    if slogans:
        left = max(0.0, space - sum(heights.values()))
        items = [sizes.item(node)._replace(width=widths[node.id], height=heights.get(node.id)) for node in slogans]
        # A pixel each is kept back, because the boxes of texts are rounded up.
        tall = left - len(loose) + sum(item.height or 0.0 for item in items)
        base = fit(items, room.width, tall, gap=0.0, largest=max(room.height, room.width))
        if base is not None:
            base = min(base, sizes.cap(nodes))
        else:
            short = Rect(room.left, room.top, room.width, left)
        heights |= _text_heights(loose, base, widths, space - sum(heights.values()), sizes)
    total = sum(heights.values()) + gap * (len(nodes) - 1)
    top = room.top + aligned(flow.valign, max(0.0, room.height - total))
    rects = {}
    for node in nodes:
        width = widths[node.id]
        rects[node.id] = Rect(room.left + aligned(flow.align, room.width - width), top, width, heights[node.id])
        top += heights[node.id] + gap
    return Arrangement(rects, base, short)


def _shared_out(
    flexible: Sequence[LayoutNode],
    loose: Sequence[LayoutNode],
    widths: Mapping[str, float],
    space: float,
    width: float,
    frame: Frame,
    sizes: IntrinsicSizes,
) -> tuple[dict[str, float], dict[str, float]]:
    """The heights of a column's children without a written one, and the widths of those that had to become smaller.

    `loose` are the slogans that need a part of the space as well.
    """
    heights = {node.id: sizes.height(node, frame, widths[node.id]) for node in flexible}
    if not loose and sizes.repeats.same(flexible):
        alike = _alike([[node] for node in flexible], widths, space, frame, sizes)
        if alike is not None:
            return {node.id: height for node, height in zip(flexible, alike, strict=True)}, {}
    text = 0.0
    if loose:
        base = sizes.common_size(loose, width, 0.0)
        text = sum(sizes.text_size(node, base, widths[node.id])[1] for node in loose)
    share = space / (sum(heights.values()) + text)
    if share >= 1:
        factor = _growth(flexible, heights, text, space)
        growing = {node.id for node in flexible if node.text or node.container}
        return {name: height * (factor if name in growing else 1.0) for name, height in heights.items()}, {}
    narrowed = {node.id: max(1.0, widths[node.id] * share) for node in flexible if not (node.text or node.container)}
    return {name: height * max(0.0, share) for name, height in heights.items()}, narrowed


def _text_heights(
    nodes: Sequence[LayoutNode], base: float | None, widths: Mapping[str, float], space: float, sizes: IntrinsicSizes
) -> dict[str, float]:
    """The heights of slogans at a base size, else at their smallest; those that run down share what the others leave."""
    heights: dict[str, float] = {}
    for node in nodes:
        item = sizes.item(node)
        size = base if base is not None else smallest_base([item])
        vertical = item.lettering.direction == "vertical"
        heights[node.id] = 0.0 if vertical else float(ceil(sizes.text_size(node, size, widths[node.id])[1] - 1e-6))
    down = [name for name, height in heights.items() if not height]
    for at, name in enumerate(down):
        heights[name] = float(int(max(1.0, (space - sum(heights.values())) / (len(down) - at))))
    return heights


def _alike(
    rows: Sequence[Sequence[LayoutNode]], widths: Mapping[str, float], space: float, frame: Frame, sizes: IntrinsicSizes
) -> list[float] | None:
    """The heights of rows of copies that fill a space: of their texts at the largest size common to all, and equal air.

    None where they are not texts, or not even the smallest size fits.
    """
    nodes = [node for row in rows for node in row]
    slogans = [item for node in nodes for item in node.walk() if isinstance(item.element, Slogan)]
    written = sizes.repeats.of(nodes[0])
    if not slogans or written is None:
        return None

    def heights(base: float) -> list[float]:
        return [max(sizes.height_at(node, frame, widths[node.id], base) for node in row) for row in rows]

    smallest = smallest_base([sizes.item(node) for node in slogans])
    exponents = GROW_EXPONENTS if flow_of(nodes[0]).direction == "row" and written not in sizes.grow_exponents else (None,)
    best, chosen = 0.0, exponents[0]
    for exponent in exponents:
        if exponent is not None:
            sizes.grow_exponents[written] = exponent
        # A later exponent matters only where it allows a larger size than those before.
        if sum(heights(max(smallest, best))) <= space:
            base = largest_step(max(smallest, best), space, lambda base: sum(heights(base)) <= space)
            if base > best:
                best, chosen = base, exponent
    if chosen is not None:
        sizes.grow_exponents[written] = chosen
    if not best:
        return None
    natural = heights(best)
    air = (space - sum(natural)) / len(rows)
    return [height + air for height in natural]


def _growth(flexible: Sequence[LayoutNode], heights: Mapping[str, float], text: float, space: float) -> float:
    """The factor by which the containers among these, and text as high as `text`, fill the space that is left."""
    rigid = sum(heights[node.id] for node in flexible if not (node.text or node.container))
    growing = sum(heights[node.id] for node in flexible) + text - rigid
    return max(1.0, (space - rigid) / growing) if growing else 1.0


def _grid(nodes: Sequence[LayoutNode], flow: Flow, room: Rect, frame: Frame, sizes: IntrinsicSizes) -> Arrangement:
    columns = flow.columns
    rows = ceil(len(nodes) / columns)
    gap = min(frame.pixels(flow.gap, X), room.width / (2 * columns), room.height / (2 * rows))
    width = float(int((room.width - gap * (columns - 1)) / columns))
    space = room.height - gap * (rows - 1)
    slogans = [node for node in nodes if isinstance(node.element, Slogan)]
    widths = {node.id: min(width, own_width(node, frame, sizes, width)) for node in nodes}
    items = {node.id: sizes.item(node)._replace(width=widths[node.id], height=own_height(node, frame)) for node in slogans}
    largest = max(room.width, room.height)

    def needs(base: float) -> list[float]:
        tall = []
        for node in nodes:
            fixed = own_height(node, frame)
            if fixed is None and isinstance(node.element, Slogan):
                fixed = sizes.text_size(node, base, widths[node.id])[1]
            tall.append(sizes.height(node, frame, min(width, sizes.width(node, frame))) if fixed is None else fixed)
        return [max(tall[at : at + columns]) for at in range(0, len(tall), columns)]

    others = len(slogans) < len(nodes)
    base: float | None = sizes.base
    if slogans and not others:
        base = fit(list(items.values()), width, space - rows, gap=0.0, largest=largest, columns=columns)
    elif slogans:
        base = min(sizes.common_size([node], width, 0.0) for node in slogans)
    if base is not None:
        base = min(base, sizes.cap(nodes))
    heights = needs(base if base is not None else smallest_base(list(items.values())))
    total = sum(heights)
    if total > space or any(node.container for node in nodes):
        alike = None
        if not slogans and sizes.repeats.same(nodes) and all(node.container for node in nodes):
            cells = [nodes[at : at + columns] for at in range(0, len(nodes), columns)]
            alike = _alike(cells, {node.id: width for node in nodes}, space, frame, sizes)
        heights = alike if alike is not None else [height * space / total for height in heights]
        if slogans and others:
            held = [items[node.id]._replace(height=heights[at // columns]) for at, node in enumerate(nodes) if node.id in items]
            base = fit(held, width, inf, gap=0.0, largest=largest)
    top = room.top + aligned(flow.valign, max(0.0, space - sum(heights)))
    rects = {}
    for index, node in enumerate(nodes):
        row, column = divmod(index, columns)
        wide = widths[node.id]
        cell = heights[row]
        tall = cell if node.text or node.container else min(cell, sizes.height(node, frame, wide))
        at = columns - 1 - column if sizes.rtl else column
        left = room.left + at * (width + gap) + aligned(flow.align, width - wide)
        rects[node.id] = Rect(left, top + sum(heights[:row]) + gap * row + aligned(flow.valign, cell - tall), wide, tall)
    return Arrangement(rects, base, room if base is None else None)
