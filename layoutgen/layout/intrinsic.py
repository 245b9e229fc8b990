"""Intrinsic sizes: what elements take when no size is written, measured from their own content."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil, inf

from layoutgen.base.geometry import Rect
from layoutgen.document.model import Canvas, Flow, Group, Image, Qr, Region, Slogan
from layoutgen.layout.extents import bounds, fixed_size, ratio
from layoutgen.layout.frames import Frame, canvas_frame
from layoutgen.layout.repeats import Origin, Repeats
from layoutgen.layout.tree import LayoutNode, Tree, X, Y, holder_of
from layoutgen.typeset.fit import FitItem, block, fit, smallest_base

BASE = 0.05
"""Base size of a text whose height is not given, of the canvas's height."""
NEIGHBOUR = 0.45
"""Of the frame: the widest that a text gets which stands beside another element, when no width is given."""
LINES = 3.0
"""Lines that such a text may take before its size is reduced."""
OBJECT = 0.30
IMAGE = 0.25
QR = 0.15
RTL = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "iw", "ks", "ps", "sd", "ug", "ur", "yi"})
LEAST = 0.25
"""Of its intrinsic size: what an object, image or QR code may be squeezed to; of the frame: the least width of a text."""


class IntrinsicSizes:
    """Intrinsic sizes on one canvas, for one locale. Each is measured once and cached."""

    def __init__(self, canvas: Canvas, locale: str, tree: Tree) -> None:
        self.canvas = canvas
        self.locale = locale
        self.base = BASE * canvas.height
        self.frame = canvas_frame(canvas)
        self.rtl = locale.replace("_", "-").split("-")[0] in RTL
        """Rows and columns run from right to left."""
        self.neighbours = _neighbours(tree)
        self.repeats = Repeats(tree.nodes.values())
        self.shared: dict[Origin, float] = {}
        """The base size that all copies of a container, or of a slogan of its own, have in common; known after a first pass."""
        self.grow_exponents: dict[Origin, float] = {}
        """How rows that are copies share out their width; as the first of them does, so do all."""
        self._trial: float | None = None
        """The base size that all texts are taken to have, while heights at that size are asked for."""
        self._items: dict[str, FitItem] = {}
        self._needs: dict[tuple[str, float], float] = {}
        self._heights: dict[tuple[str, Rect, float], float] = {}

    def item(self, node: LayoutNode) -> FitItem:
        """What typesetting fits, of a slogan."""
        item = self._items.get(node.id)
        if item is None:
            slogan = node.element
            assert isinstance(slogan, Slogan)
            smallest = slogan.lettering.min_size.pixels(self.canvas.height, self.canvas.dpi)
            item = self._items[node.id] = FitItem(
                slogan.text,
                slogan.lettering,
                self.locale,
                smallest,
                slogan.extent.lines,
                slogan.nobreak,
                self.padding(node),
                slogan.rotate,
            )
        return item

    def share(self, bases: Mapping[Origin, float]) -> None:
        """Give copies the base sizes that a first pass found to fit all of them."""
        self.shared = dict(bases)
        self._heights.clear()

    def cap(self, nodes: Sequence[LayoutNode]) -> float:
        """The largest base size that the children of a container may have, because its copies have no larger one."""
        parent = nodes[0].parent
        if not self.shared or parent is None:
            return inf
        written = self.repeats.of(parent)
        return self.shared.get(written, inf) if written is not None else inf

    def width(self, node: LayoutNode, frame: Frame) -> float:
        """Pixels: the whole width for texts, unless they stand beside something; then as wide as their content."""
        return in_range(node, X, frame, self._width(node, frame))

    def _width(self, node: LayoutNode, frame: Frame) -> float:
        inner = frame.inner
        element = node.element
        fixed = fixed_size(node, X, frame)
        if fixed is not None:
            return fixed
        if node.text or node.container:
            if node.id in self.neighbours:
                return min(self.content_width(node, frame), NEIGHBOUR * inner.width)
            return min(self.content_width(node, frame), inner.width) if _beside(node) else inner.width
        share = IMAGE if isinstance(element, Image) else OBJECT
        if isinstance(element, Qr):
            return QR * min(inner.width, inner.height)
        if isinstance(element, Group):
            return max((self.width(child, frame) for child in node.children), default=share * inner.width)
        aspect = ratio(node)
        width = share * inner.width
        return width if aspect is None else min(width, share * inner.height * aspect)

    def height(self, node: LayoutNode, frame: Frame, width: float) -> float:
        """Pixels, at a width."""
        return in_range(node, Y, frame, self._height(node, frame, width))

    def _height(self, node: LayoutNode, frame: Frame, width: float) -> float:
        fixed = fixed_size(node, Y, frame)
        if fixed is not None:
            return fixed
        aspect = ratio(node)
        if aspect is not None:
            return width / aspect
        if node.text or node.container:
            if self._trial is not None:
                return self._content_height(node, frame, width)
            key = (node.id, frame.inner, width)
            cached = self._heights.get(key)
            if cached is None:
                cached = self._heights[key] = self._content_height(node, frame, width)
            return cached
        if isinstance(node.element, Group):
            return sum(self.height(child, frame, width) for child in node.children) or OBJECT * frame.inner.height
        return OBJECT * frame.inner.height

    def height_at(self, node: LayoutNode, frame: Frame, width: float, base: float) -> float:
        """Pixels, of an element all of whose texts are set at a base size; infinite where a word is too long for that."""
        before, self._trial = self._trial, base
        try:
            return self._content_height(node, frame, width)
        finally:
            self._trial = before

    def least(self, node: LayoutNode, axis: int, frame: Frame) -> float:
        """Pixels below which an element is not squeezed to make way for others."""
        if node.text or node.container:
            smallest = [self.item(child).smallest for child in node.walk() if isinstance(child.element, Slogan)]
            if axis:
                return max(smallest, default=1.0) + 2 * self.padding(node)
            return min(self.content_width(node, frame), LEAST * frame.inner.width)
        width = self.width(node, frame)
        return LEAST * (self.height(node, frame, width) if axis else width)

    def padding(self, node: LayoutNode) -> float:
        """Pixels between the box and its content; percent of the canvas's shorter side, wherever the element lies."""
        padding = node.element.look.padding
        return self.frame.short(padding) if padding.value else 0.0

    def common_size(self, slogans: Sequence[LayoutNode], width: float, gap: float) -> float:
        """The base size of texts whose height is not given: the default, less where they would take too many lines."""
        items = [self.item(node).bare for node in slogans]
        if not items:
            return self.base
        room = sum(LINES * self.base * item.lettering.scale * item.lettering.line_height for item in items)
        size = fit(items, width, room + gap * (len(items) - 1), gap=gap, largest=max(self.base, smallest_base(items)))
        return size if size is not None else smallest_base(items)

    def text_size(self, node: LayoutNode, base: float, width: float) -> tuple[float, float]:
        """Width and height of a slogan set within `width` at a base size."""
        wide, tall, _ = self.block(node, base, width)
        return wide, tall

    def block(self, node: LayoutNode, base: float, width: float) -> tuple[float, float, bool]:
        """Width and height of a slogan set within `width`, turned and padded as it is to be, and whether its lines fit."""
        item = self.item(node)
        return block(item, base * item.lettering.scale, width, None)

    def content_width(self, node: LayoutNode, frame: Frame) -> float:
        """Pixels of a text's or container's content with no line broken, at the default size."""
        padding = 2 * self.padding(node)
        if isinstance(node.element, Slogan):
            return self.text_size(node, self.base, inf)[0]
        widths = [
            self.text_size(child, self.base, inf)[0]
            if isinstance(child.element, Slogan)
            else self.content_width(child, frame)
            if child.text or child.container
            else self.width(child, frame)
            for child in node.children
        ]
        flow = flow_of(node)
        gap = frame.pixels(flow.gap, X)
        if flow.columns > 1:
            count = min(flow.columns, len(widths))
            return max(widths, default=0.0) * count + gap * (count - 1) + padding
        if flow.direction == "row":
            return sum(widths) + gap * max(0, len(widths) - 1) + padding
        return max(widths, default=0.0) + padding

    def row_widths(
        self,
        nodes: Sequence[LayoutNode],
        frame: Frame,
        space: float,
        height: float | None = None,
        exponent: float | None = None,
    ) -> dict[str, float]:
        """How the children of a row share `space`: what is written first, then what keeps its proportions, then the others.

        Each of these gets by what its content needs, to a power: less than 1 is kinder to the narrow. In rows that are
        copies, what stands in one column needs as much as the widest of it.
        """
        fixed = {node.id: self.width(node, frame) for node in nodes if not self.shares(node, frame)}
        needs = {
            node.id: max(self._row_need(like, frame, height) for like in self.repeats.across(node))
            for node in nodes
            if node.id not in fixed
        }
        if exponent is None:
            written = self.repeats.of(nodes[0].parent) if nodes[0].parent else None
            exponent = self.grow_exponents.get(written, 1.0) if written else 1.0
        rigid = {node.id: needs[node.id] for node in nodes if node.id in needs and ratio(node) is not None}
        growing = {name: need**exponent for name, need in needs.items() if name not in rigid}
        left = max(1.0, space - sum(fixed.values()))
        shrink = min(1.0, left / sum(needs.values())) if needs else 1.0
        rest = left - sum(rigid.values()) * shrink
        widths = fixed | {name: need * shrink for name, need in rigid.items()}
        return widths | {name: rest * share / sum(growing.values()) for name, share in growing.items()}

    def shares(self, node: LayoutNode, frame: Frame) -> bool:
        """Whether the row decides how wide it is."""
        return node.extent(X) is None and fixed_size(node, X, frame) is None

    def _row_need(self, node: LayoutNode, frame: Frame, height: float | None) -> float:
        """What an element would take of a row: as wide as its content, or as its height makes it."""
        if node.text or node.container:
            key = (node.id, frame.inner.width)
            cached = self._needs.get(key)
            if cached is None:
                cached = self._needs[key] = self.content_width(node, frame)
            return cached
        aspect = ratio(node)
        return self.width(node, frame) if aspect is None or height is None else height * aspect

    def _content_height(self, node: LayoutNode, frame: Frame, width: float) -> float:
        padding = self.padding(node)
        inner = max(1.0, width - 2 * padding)
        if isinstance(node.element, Slogan):
            return self._cell(node, self._trial or self.common_size([node], inner, 0.0), width)
        rows, gap = self._rows(node, frame, inner)
        gaps = max(0, len(rows) - 1)
        flow = flow_of(node)
        if flow.gap.unit == "%" and not (flow.columns > 1 or flow.direction == "row"):
            return sum(rows) / max(0.2, 1 - gaps * flow.gap.value / 100) + 2 * padding
        return sum(rows) + gaps * gap + 2 * padding

    def _cell(self, node: LayoutNode, base: float, width: float) -> float:
        """Whole pixels for a slogan: setting rounds its box, and fitting keeps a pixel back for that."""
        _, tall, fits = self.block(node, base, width)
        return float(ceil(tall - 1e-6) + 1) if fits or self._trial is None else inf

    def _rows(self, node: LayoutNode, frame: Frame, width: float) -> tuple[list[float], float]:
        """The heights of what stands one under the other in a region, and the pixels between."""
        flow = flow_of(node)
        inside = frame.within(Rect(0.0, 0.0, width, frame.inner.height))
        gap = inside.pixels(flow.gap, X)
        slogans = [child for child in node.children if isinstance(child.element, Slogan)]
        columns = flow.columns if flow.columns > 1 else len(node.children) if flow.direction == "row" else 1
        shares = [width] * len(node.children)
        if flow.columns > 1:
            shares = [max(1.0, (width - gap * (columns - 1)) / columns)] * len(node.children)
        elif columns > 1:
            widths = self.row_widths(node.children, inside, width - gap * (columns - 1))
            shares = [max(1.0, widths[child.id]) for child in node.children]
        shared = self._trial or self.shared.get(self.repeats.of(node) or ("", 0))
        if shared is not None:
            base = shared
        elif columns > 1:
            cells = [(child, share) for child, share in zip(node.children, shares, strict=True) if child in slogans]
            base = min((self.common_size([child], share, 0.0) for child, share in cells), default=self.base)
        else:
            base = self.common_size(slogans, width, 0.0)
        heights = []
        for child, share in zip(node.children, shares, strict=True):
            fixed = fixed_size(child, Y, inside)
            if fixed is not None:
                heights.append(fixed)
            elif isinstance(child.element, Slogan):
                heights.append(self._cell(child, base, share))
            else:
                heights.append(self.height(child, inside, min(share, self.width(child, inside))))
        return [max(heights[at : at + columns]) for at in range(0, len(heights), max(1, columns))], gap


def in_range(node: LayoutNode, axis: int, frame: Frame, natural: float) -> float:
    """The wished size where a range is written: its larger end for texts, its middle for what is not text."""
    low, high = bounds(node, axis, frame)
    if low is not None and high is not None:
        return high if node.text else (low + high) / 2
    if low is not None:
        return max(low, natural)
    return min(high, natural) if high is not None else natural


def flow_of(node: LayoutNode) -> Flow:
    """How a region or group stacks its children."""
    element = node.element
    if isinstance(element, Region):
        return element.flow
    return element.flow or Flow() if isinstance(element, Group) else Flow()


def _neighbours(tree: Tree) -> set[str]:
    """Elements that stand to the left or right of one another."""
    neighbours: set[str] = set()
    for node in tree.nodes.values():
        for relation in node.relations:
            if relation.kind in ("left-of", "right-of"):
                neighbours.update((node.id, *relation.targets))
    return neighbours


def _beside(node: LayoutNode) -> bool:
    """Whether it stands beside or within something, so that the whole width is not its own."""
    anchor = node.anchor
    whole = ("canvas", "page", holder_of(node))
    if anchor is not None and (anchor.of not in whole or "left" in anchor.point or "right" in anchor.point):
        return True
    kinds = {relation.kind for relation in node.relations}
    return bool(kinds & {"between", "inside", "align-left", "align-right"})
