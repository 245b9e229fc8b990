"""What a container holds: its slogans at one common size, and what else flows in a column, a row or columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import ceil, inf

from layoutgen.document.model import Flow, Slogan
from layoutgen.layout.frames import Frame, Rect
from layoutgen.layout.naturals import Naturals, in_range
from layoutgen.layout.place import Reserve
from layoutgen.layout.plan import GAP, bounds, fixed_size, ratio
from layoutgen.layout.tree import Node, X, Y
from layoutgen.typeset.fit import fit, smallest_base

STEP = 0.25
"""Base sizes are multiples of this many pixels, as in typesetting."""
CROWDED = 0.3
"""Of the frame: all the air that a crowded column of the canvas keeps together."""


@dataclass(frozen=True, slots=True)
class Cells:
    """Where the children of a container go, and the base size of its slogans; None: they fit at no allowed size."""

    rects: dict[str, Rect]
    base: float | None
    short: Rect | None = None
    """The space that the slogans had, where they do not fit."""


def spread(
    nodes: Sequence[Node], band: Rect, reserves: Mapping[str, Reserve], frame: Frame, naturals: Naturals
) -> dict[str, Rect]:
    """The column of the canvas: natural sizes, even air between and around; all lower in proportion when it is crowded."""
    widths = [
        width if (width := fixed_size(node, X, frame)) is not None else min(naturals.width(node, frame), band.width)
        for node in nodes
    ]
    heights = [naturals.height(node, frame, width) for node, width in zip(nodes, widths, strict=True)]
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


def _lowest(node: Node, height: float, frame: Frame) -> float:
    """The height below which a crowded column does not press an element: what is written."""
    if fixed_size(node, Y, frame) is not None:
        return height
    low, _ = bounds(node, Y, frame)
    aspect = ratio(node)
    narrow = bounds(node, X, frame)[0] if aspect is not None else None
    if narrow is not None and aspect is not None:
        low = max(low or 0.0, narrow / aspect)
    return min(height, low if low is not None else 1.0)


def arrange(nodes: Sequence[Node], flow: Flow, room: Rect, frame: Frame, naturals: Naturals) -> Cells:
    """The children of a container in its inner box; `frame` is the one that their percentages are of."""
    if not nodes:
        return Cells({}, naturals.base)
    if flow.columns > 1:
        return _grid(nodes, flow, room, frame, naturals)
    if flow.direction == "row":
        return _row(nodes, flow, room, frame, naturals)
    return _column(nodes, flow, room, frame, naturals)


def _column(nodes: Sequence[Node], flow: Flow, room: Rect, frame: Frame, naturals: Naturals) -> Cells:
    gap = min(frame.pixels(flow.gap, Y), room.height / (2 * len(nodes)))
    left = room.height - gap * (len(nodes) - 1)
    widths = {node.id: min(_own_width(node, frame, naturals, room.width), room.width) for node in nodes}
    slogans = [node for node in nodes if isinstance(node.element, Slogan)]
    heights: dict[str, float] = {}
    flexible: list[Node] = []
    for node in nodes:
        fixed = _own_height(node, frame)
        if fixed is not None:
            heights[node.id] = fixed
        elif node not in slogans:
            heights[node.id] = naturals.height(node, frame, widths[node.id])
            flexible.append(node)
    loose = [node for node in slogans if node.id not in heights]
    fixed_total = sum(heights.values()) - sum(heights[node.id] for node in flexible)
    wanted = sum(heights[node.id] for node in flexible)
    if flexible:
        text = 0.0
        if loose:
            base = naturals.common_size(loose, room.width, 0.0)
            text = sum(naturals.text_size(node, base, widths[node.id])[1] for node in loose)
        share = (left - fixed_total) / (wanted + text)
        grow = share > 1 and not loose
        for node in flexible:
            if share < 1 or (grow and (node.text or node.container)):
                heights[node.id] *= max(0.0, share) if share < 1 else _growth(flexible, heights, left - fixed_total)
        if share < 1:
            for node in flexible:
                if not (node.text or node.container):
                    widths[node.id] = max(1.0, widths[node.id] * share)
    space = max(0.0, left - sum(heights.values()))
    base_: float | None = naturals.base
    short = None
    if slogans:
        plain = all(widths[node.id] == room.width and naturals.plain(node) for node in slogans) and len(loose) == len(slogans)
        if plain:
            items = [naturals.item(node) for node in slogans]
            base_ = fit(items, room.width, max(0.0, space - len(items)), gap=0.0, largest=max(room.height, room.width))
        else:

            def fits(base: float) -> bool:
                return all(
                    _fits(node, base, width=widths[node.id], height=heights.get(node.id, inf), naturals=naturals)
                    for node in slogans
                ) and sum(naturals.text_size(node, base, widths[node.id])[1] for node in loose) <= space - len(loose)

            base_ = _largest(slogans, room, naturals, fits)
        if base_ is None:
            short = Rect(room.left, room.top, room.width, space)
        down = [node for node in loose if naturals.item(node).lettering.direction == "vertical"]
        for node in loose:
            size = base_ if base_ is not None else smallest_base([naturals.item(node)])
            heights[node.id] = 0.0 if node in down else float(ceil(naturals.text_size(node, size, widths[node.id])[1] - 1e-6))
        for node in down:
            heights[node.id] = float(int(max(1.0, (left - sum(heights.values())) / len(down))))
            down = down[1:]
    total = sum(heights.values()) + gap * (len(nodes) - 1)
    top = room.top + _aligned(flow.valign, max(0.0, room.height - total))
    rects = {}
    for node in nodes:
        width = widths[node.id]
        rects[node.id] = Rect(room.left + _aligned(flow.align, room.width - width), top, width, heights[node.id])
        top += heights[node.id] + gap
    return Cells(rects, base_, short)


def _growth(flexible: Sequence[Node], heights: Mapping[str, float], space: float) -> float:
    """The factor by which the containers among these fill the space that is left."""
    rigid = sum(heights[node.id] for node in flexible if not (node.text or node.container))
    growing = sum(heights[node.id] for node in flexible) - rigid
    return max(1.0, (space - rigid) / growing) if growing else 1.0


def _row(nodes: Sequence[Node], flow: Flow, room: Rect, frame: Frame, naturals: Naturals) -> Cells:
    gap = min(frame.pixels(flow.gap, X), room.width / (2 * len(nodes)))
    space = room.width - gap * (len(nodes) - 1)
    slogans = [node for node in nodes if isinstance(node.element, Slogan)]
    fixed = {
        node.id: naturals.width(node, frame)
        for node in nodes
        if node.extent(X) is not None or fixed_size(node, X, frame) is not None
    }
    needs = {node.id: _row_width(node, room, frame, naturals) for node in nodes if node.id not in fixed}
    left = max(1.0, space - sum(fixed.values()))
    rigid = [node for node in nodes if node.id in needs and ratio(node) is not None]
    growing = [node for node in nodes if node.id in needs and node not in rigid]
    taken = sum(needs[node.id] for node in rigid)
    wanted = sum(needs[node.id] for node in growing)
    shrink = min(1.0, left / (taken + wanted)) if taken + wanted else 1.0
    best: tuple[float | None, dict[str, float]] = (None, {})
    for power in (1.0, 0.6) if len(growing) > 1 and slogans else (1.0,):
        shares = {node.id: needs[node.id] ** power for node in growing}
        rest = left - taken * shrink
        widths = fixed | {node.id: needs[node.id] * shrink for node in rigid}
        widths |= {name: rest * share / sum(shares.values()) for name, share in shares.items()}
        base = _row_base(slogans, widths, room, frame, naturals)
        if not best[1] or (base or 0.0) > (best[0] or 0.0):
            best = (base, widths)
    base, widths = best
    if not slogans:
        base = naturals.base
    x = room.left + (0.0 if growing else _aligned(flow.align, room.width - sum(widths.values()) - gap * (len(nodes) - 1)))
    if naturals.rtl:
        x = room.right - (x - room.left)
    rects = {}
    for node in nodes:
        width = max(1.0, float(int(widths[node.id])))
        height = _own_height(node, frame)
        if height is None:
            height = min(room.height, naturals.height(node, frame, width)) if node in rigid else room.height
        at = x - width if naturals.rtl else x
        rects[node.id] = Rect(at, room.top + _aligned(flow.valign, room.height - height), width, height)
        x = at - gap if naturals.rtl else x + width + gap
    return Cells(rects, base, room if base is None else None)


def _row_base(
    slogans: Sequence[Node], widths: Mapping[str, float], room: Rect, frame: Frame, naturals: Naturals
) -> float | None:
    found: list[float] = []
    for node in slogans:
        height = _own_height(node, frame) or room.height
        width, largest = float(int(widths[node.id])), max(room.height, room.width)
        if naturals.plain(node):
            base = fit([naturals.item(node)], width, height - 1, gap=0.0, largest=largest)
        else:
            base = _largest([node], room, naturals, partial(_fits, node, width=width, height=height - 1, naturals=naturals))
        if base is None:
            return None
        found.append(base)
    return min(found, default=None)


def _grid(nodes: Sequence[Node], flow: Flow, room: Rect, frame: Frame, naturals: Naturals) -> Cells:
    columns = flow.columns
    rows = ceil(len(nodes) / columns)
    gap = min(frame.pixels(flow.gap, X), room.width / (2 * columns), room.height / (2 * rows))
    width = float(int((room.width - gap * (columns - 1)) / columns))
    space = room.height - gap * (rows - 1)
    slogans = [node for node in nodes if isinstance(node.element, Slogan)]

    def needs(base: float) -> list[float]:
        tall = []
        for node in nodes:
            fixed = _own_height(node, frame)
            if fixed is None and isinstance(node.element, Slogan):
                fixed = naturals.text_size(node, base, width)[1]
            tall.append(naturals.height(node, frame, min(width, naturals.width(node, frame))) if fixed is None else fixed)
        return [max(tall[at : at + columns]) for at in range(0, len(tall), columns)]

    def fits(base: float) -> bool:
        return (
            all(_fits(node, base, width=width, height=inf, naturals=naturals) for node in slogans)
            and sum(needs(base)) <= space - rows
        )

    others = len(slogans) < len(nodes)
    base: float | None = naturals.base
    if slogans and not others:
        base = _largest(slogans, room, naturals, fits)
    elif slogans:
        base = min(naturals.common_size([node], width, 0.0) for node in slogans)
    heights = needs(base if base is not None else smallest_base([naturals.item(node) for node in slogans]))
    total = sum(heights)
    if total > space or any(node.container for node in nodes):
        heights = [height * space / total for height in heights]
        if slogans and others:
            base = _grid_base(nodes, heights, width, columns, room, naturals)
    top = room.top + _aligned(flow.valign, max(0.0, space - sum(heights)))
    rects = {}
    for index, node in enumerate(nodes):
        row, column = divmod(index, columns)
        wide = min(width, _own_width(node, frame, naturals, width))
        cell = heights[row]
        tall = cell if node.text or node.container else min(cell, naturals.height(node, frame, wide))
        at = columns - 1 - column if naturals.rtl else column
        left = room.left + at * (width + gap) + _aligned(flow.align, width - wide)
        rects[node.id] = Rect(left, top + sum(heights[:row]) + gap * row + _aligned(flow.valign, cell - tall), wide, tall)
    return Cells(rects, base, room if base is None else None)


def _grid_base(
    nodes: Sequence[Node], heights: Sequence[float], width: float, columns: int, room: Rect, naturals: Naturals
) -> float | None:
    cells = [(node, heights[index // columns]) for index, node in enumerate(nodes) if isinstance(node.element, Slogan)]
    return _largest(
        [node for node, _ in cells],
        room,
        naturals,
        lambda base: all(_fits(node, base, width=width, height=tall, naturals=naturals) for node, tall in cells),
    )


def _fits(node: Node, base: float, *, width: float, height: float, naturals: Naturals) -> bool:
    _, tall, fits = naturals.block(node, base, width)
    return fits and tall <= height


def _largest(slogans: Sequence[Node], room: Rect, naturals: Naturals, fits: Callable[[float], bool]) -> float | None:
    """The largest base size for which a predicate holds, which holds for all smaller ones too."""
    smallest = smallest_base([naturals.item(node) for node in slogans])
    if not fits(smallest):
        return None
    low, high = int(smallest / STEP), int(max(room.width, room.height) / STEP) + 1
    while high - low > 1:
        middle = (low + high) // 2
        if fits(middle * STEP):
            low = middle
        else:
            high = middle
    return max(smallest, low * STEP)


def _own_width(node: Node, frame: Frame, naturals: Naturals, whole: float) -> float:
    if node.text or node.container:
        return in_range(node, X, frame, whole) if fixed_size(node, X, frame) is None else naturals.width(node, frame)
    return naturals.width(node, frame)


def _own_height(node: Node, frame: Frame) -> float | None:
    """The height that is written; of a text's range the larger end."""
    fixed = fixed_size(node, Y, frame)
    if fixed is None and node.text:
        low, high = bounds(node, Y, frame)
        return high if high is not None else low
    return fixed


def _row_width(node: Node, room: Rect, frame: Frame, naturals: Naturals) -> float:
    """What an element would take of a row: as wide as its content, or as its height makes it."""
    if node.text or node.container:
        return naturals.content_width(node, frame)
    aspect = ratio(node)
    return naturals.width(node, frame) if aspect is None else room.height * aspect


def _aligned(where: str, rest: float) -> float:
    return 0.0 if where in ("left", "top") else rest if where in ("right", "bottom") else rest / 2
