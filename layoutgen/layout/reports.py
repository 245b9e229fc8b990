"""What a layout reports: what went wrong, and why each element is where it is.

Errors name one minimal set of statements in conflict, texts that do not fit, or elements that overlap.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor

from layoutgen.base.geometry import Rect, shared, whole
from layoutgen.base.style import Length
from layoutgen.diagnostics import Collector, Related, Span
from layoutgen.document.model import Range, Slogan
from layoutgen.layout.conflicts import Conflict, Trials, conflicts
from layoutgen.layout.extents import fixed_size, ratio
from layoutgen.layout.fill import LayoutPass
from layoutgen.layout.frames import Frame
from layoutgen.layout.intrinsic import IntrinsicSizes, flow_of
from layoutgen.layout.linear import Unsatisfiable
from layoutgen.layout.overfull import WORDS, crowds, needed_by, needed_in, spans_of
from layoutgen.layout.search import LEAVES, Overlapping, Pair, forbidden_pairs, solid
from layoutgen.layout.tree import LayoutNode, PlacementStatement, World, X, Y, members, statements
from layoutgen.typeset.fit import FitItem, fit, needed
from layoutgen.typeset.model import SetText


@dataclass(frozen=True, slots=True)
class Problems:
    """Reports a frame in which not everything that is written can hold."""

    collector: Collector
    sizes: IntrinsicSizes

    def __call__(self, frame: Frame, nodes: Sequence[LayoutNode], world: World, problem: Unsatisfiable | Overlapping) -> None:
        overlapping = isinstance(problem, Overlapping)
        if overlapping and (self._absolute(frame, nodes) or self._crowded(frame, nodes)):
            return
        minimal = conflicts(Trials(frame, nodes, world, self.sizes.least), overlapping)
        for conflict in minimal:
            if conflict.pairs:
                self._no_room(conflict)
            elif len(conflict.statements) == 1:
                self._outside(frame, world, *conflict.statements[0])
            else:
                self._conflict(conflict.statements, needed_by(conflict.statements, frame, world))
        if not minimal:
            assert isinstance(problem, Overlapping)
            self._bound(problem.pair)

    def overfull(self, node: LayoutNode, room: Rect) -> None:
        """Report a container whose flow has no room for the extents written on its children."""
        spans = [Related(span, f"`{statement.element}`") for statement, span in statements(node.children)]
        head, *related = spans or [Related(node.element.where, f"`{node.id}`")]
        needed = needed_in(node, flow_of(node), self.sizes.frame.within(room))
        self.collector.error(
            "LG306",
            head.span,
            f"what `{node.id}` holds does not fit into it" + (f": {needed}" if needed else ""),
            label=head.label,
            related=related,
            hint=f"`{node.id}` has {room.width:.0f} x {room.height:.0f} px inside; make it larger, or these smaller",
        )

    def _crowded(self, frame: Frame, nodes: Sequence[LayoutNode]) -> bool:
        """Report elements that all stand at one edge and need more of it than there is."""
        crowded = list(crowds(frame, nodes))
        for crowd in crowded:
            first, *rest = [Related(span, f"`{statement.element}`") for statement, span in spans_of(crowd)]
            way = "one under the other" if crowd.axis else "side by side"
            self.collector.error(
                "LG300",
                first.span,
                f"{listed([node.id for node in crowd.nodes])} all stand at the {crowd.edge}, {way}: "
                f"together they need {crowd.needs:g}% of the {WORDS[crowd.axis]}",
                label=first.label,
                related=rest,
                hint="place some of them elsewhere, or make them smaller",
            )
        return bool(crowded)

    def _conflict(self, conflict: Sequence[tuple[PlacementStatement, Span]], needed: str | None) -> None:
        names = list(dict.fromkeys(statement.element for statement, _ in conflict))
        first, *rest = [Related(span, f"`{statement.element}`") for statement, span in conflict]
        what = (
            f"what is said about {listed(names)} cannot all hold"
            if len(names) > 1
            else f"`{names[0]}` cannot be all of this at once"
        )
        if needed:
            what += f": {needed}"
        hint = "change or remove any one of these lines" if rest else "change or remove this line"
        self.collector.error("LG300", first.span, what, label=first.label, related=rest, hint=hint)

    def _outside(self, frame: Frame, world: World, statement: PlacementStatement, span: Span) -> None:
        node = world.nodes[statement.element]
        parent = next((above for above in node.ancestors() if above.container), None)
        where = f"`{parent.id}`" if parent else "the canvas"
        size = [fixed_size(node, axis, frame) for axis in (X, Y)]
        room = f"{where} has {frame.inner.width:.0f} x {frame.inner.height:.0f} px inside"
        extents = " x ".join("?" if value is None else f"{value:.0f}" for value in size)
        self.collector.error(
            "LG303",
            span,
            f"`{node.id}` does not lie within {where}",
            label=f"{extents} px" if any(value is not None for value in size) else "",
            hint=f"{room}; make `{node.id}` smaller or move it",
        )

    def _absolute(self, frame: Frame, nodes: Sequence[LayoutNode]) -> bool:
        """Report every pair that overlaps because of the boxes written for both."""
        overlapping = False
        for first, second in forbidden_pairs(list(members(nodes))):
            a, b = _written_box(first, frame), _written_box(second, frame)
            if a is not None and b is not None and min(shared(a, b)) > 1e-3:
                overlapping = True
                _overlapping(first, second, self.collector)
        return overlapping

    def _bound(self, pair: Pair) -> None:
        first, second = pair
        self.collector.error(
            "LG307",
            second.element.where,
            f"no arrangement in which `{first.id}` and `{second.id}` do not overlap was found in {LEAVES} tries",
            related=[Related(first.element.where, f"`{first.id}`")],
            hint=f"say where one of them goes, for example `below: {first.id} gap 2%`, or make some elements smaller",
        )

    def _no_room(self, conflict: Conflict) -> None:
        nodes = sorted({node.index: node for pair in conflict.pairs for node in pair}.items())
        names = [node.id for _, node in nodes]
        if not conflict.statements:
            spans = [Related(node.element.where, f"`{node.id}`") for _, node in nodes]
        else:
            spans = [Related(span, f"`{statement.element}`") for statement, span in conflict.statements]
        head, *related = spans
        self.collector.error(
            "LG306",
            head.span,
            f"there is no room to keep {listed(names)} apart",
            label=head.label,
            related=related,
            hint="change or remove any one of these lines, make something smaller, or say `overlap: allow` on one of them",
        )


def _fits_divided(items: Sequence[FitItem], room: Rect) -> bool:
    """Whether texts would fit if words too wide for a line were divided."""
    divided = [item._replace(lettering=item.lettering.model_copy(update={"hyphenate": True})) for item in items]
    if divided == items:
        return False
    return fit(divided, room.width, room.height, gap=0.0, largest=max(room.width, room.height, 1.0)) is not None


def report_misfits(layout_pass: LayoutPass, collector: Collector) -> None:
    """Texts that are too long for their space even at their smallest size."""
    sizes = layout_pass.sizes
    inner = sizes.frame.inner
    for nodes, room in layout_pass.misfits:
        items = [sizes.item(node) for node in nodes]
        base, wide, tall = needed(items, room.width, gap=0.0)
        scale = items[0].lettering.scale
        loose = [item.bare._replace(smallest=0.25) for item in items]
        would = fit(loose, room.width, room.height, gap=0.0, largest=max(room.width, room.height, 1.0))
        text = listed([node.id for node in nodes])
        needs = f"{_percent(wide, inner.width)}% x {_percent(tall, inner.height)}%"
        hint = f"give {text} a box of at least {needs}, or shorten the text"
        if would is not None:
            percent = floor(would * scale / sizes.canvas.height * 1000) / 10
            hint += f"; it would fit with `min-size: {percent:g}%`" if percent > 0 else ""
        if _fits_divided([item.bare for item in items], room):
            hint += ", or with `hyphenate: yes`" if would is not None else "; it would fit with `hyphenate: yes`"
        after, padding_hint = _padding_hint(nodes[0], room, (wide, tall), layout_pass)
        collector.error(
            "LG313",
            nodes[0].element.where,
            f"{text} {'does' if len(nodes) == 1 else 'do'} not fit at the smallest size, {base * scale:.3g} px",
            label=f"needs {needs} of the canvas, "
            f"has {_percent(room.width, inner.width)}% x {_percent(room.height, inner.height)}%{after}",
            hint=hint + padding_hint,
        )


def _padding_hint(node: LayoutNode, room: Rect, needed: tuple[float, float], layout_pass: LayoutPass) -> tuple[str, str]:
    """Where padding leaves a text too little room: whose padding, and how much of it would let the text fit."""
    sizes = layout_pass.sizes
    padded = [each for each in (node, *node.ancestors()) if sizes.padding(each) > 0]
    if not padded:
        return "", ""
    names = " and ".join(f"`padding: {each.element.look.padding}` of `{each.id}`" for each in padded)
    box = layout_pass.world.known.get(padded[0].id, room)
    inside = box.inset(sizes.padding(padded[0]))
    spare = (room.width + box.width - inside.width - needed[0], room.height + box.height - inside.height - needed[1])
    left = min(spare) / 2
    percent = floor(left / sizes.frame.short(Length(value=1, unit="%")) * 2) / 2
    hint = f"; or write `padding: {percent:g}%` (it is percent of the canvas's shorter side)" if percent >= 0 else ""
    return f" after {names}", hint


def _percent(part: float, whole: float) -> str:
    return str(ceil(part / whole * 100 - 1e-6))


def report_overlaps(layout_pass: LayoutPass, turned: Mapping[str, Rect], collector: Collector) -> None:
    """Texts, images and QR codes of different frames, which no search could keep apart.

    `turned`: boxes after containers were turned; what is turned together is compared as it was before.
    """
    leaves = [node for node in layout_pass.world.nodes.values() if solid(node) and not (node.container and node.children)]
    for first, second in forbidden_pairs(leaves):
        if _turning(first) == _turning(second):
            a, b = (whole(layout_pass.world.known[node.id], layout_pass.frames[node.id].page) for node in (first, second))
        else:
            a, b = (whole(turned[node.id], layout_pass.sizes.frame.page) for node in (first, second))
        if min(shared(a, b)) > 0:
            _overlapping(first, second, collector)


def _turning(node: LayoutNode) -> list[LayoutNode]:
    return [above for above in node.ancestors() if above.element.rotate]


def _overlapping(first: LayoutNode, second: LayoutNode, collector: Collector) -> None:
    collector.error(
        "LG306",
        _place(second),
        f"`{second.id}` would lie on `{first.id}`",
        related=[Related(_place(first), f"`{first.id}`")],
        hint=f"move one of them, or say `overlap: allow` on `{second.id}` if that is meant",
    )


def _place(node: LayoutNode) -> Span:
    placement = node.element.placement
    if placement.box:
        return placement.box.where
    if placement.at:
        return placement.at.where
    return placement.relations[0].where if placement.relations else node.element.where


def _written_box(node: LayoutNode, frame: Frame) -> Rect | None:
    box = node.element.placement.box
    if box is None or (node.parent is not None and node.parent.wrapper):
        return None
    return Rect(
        frame.inner.left + frame.pixels(box.left, X),
        frame.inner.top + frame.pixels(box.top, Y),
        frame.pixels(box.width, X),
        frame.pixels(box.height, Y),
    )


def listed(names: Sequence[str]) -> str:
    """`a`, `b` and `c`"""
    quoted = [f"`{name}`" for name in names]
    return quoted[0] if len(quoted) == 1 else ", ".join(quoted[:-1]) + " and " + quoted[-1]


def reasons(node: LayoutNode, layout_pass: LayoutPass, text: SetText | None) -> tuple[str, ...]:
    """Sentences about the place first, then about the extents, then about the text."""
    element = node.element
    sentences: list[str] = []
    placement = element.placement
    if placement.box:
        box = placement.box
        sentences.append(f"box: {box.left} {box.top} {box.width} {box.height}{_line(box.where)}")
    if placement.at:
        sentences.append(f"at: {placement.at.point} of {placement.at.of}{_line(placement.at.where)}")
    for relation in placement.relations:
        gap = f" gap {relation.gap}" if relation.gap else ""
        sentences.append(f"{relation.kind}: {', '.join(relation.targets)}{gap}{_line(relation.where)}")
    if placement.free:
        if node.parent is not None:
            sentences.append(f"place: in the flow of `{node.parent.id}`")
        else:
            sentences.append("place: in the column of what is not placed otherwise")
    if not placement.box:
        frame = layout_pass.frames[node.id]
        for axis, name in ((X, "width"), (Y, "height")):
            extent = element.extent.height if axis else element.extent.width
            if extent is not None:
                sentences.append(f"{name}: {_range(extent)}{_line(extent.where)}")
            elif fixed_size(node, axis, frame) is not None and ratio(node) is not None:
                sentences.append(f"{name}: from the aspect {ratio(node):.3g}")
            elif node.wrapper:
                sentences.append(f"{name}: around its parts")
    if text is not None:
        count = len(text.lines)
        sentences.append(f"text: {count} line{'' if count == 1 else 's'} at {text.size:.4g} px")
        if isinstance(element, Slogan) and node.parent is not None and node.parent.container:
            repeated = " and of its copies" if layout_pass.sizes.repeats.of(node.parent) else ""
            sentences.append(f"size: the largest at which all slogans of `{node.parent.id}`{repeated} fit")
    return tuple(sentences)


def _range(extent: Range) -> str:
    if extent.low is not None and extent.low == extent.high:
        return str(extent.low)
    return f"{extent.low or ''}..{extent.high or ''}"


def _line(where: Span) -> str:
    return f" (line {where.line})"
