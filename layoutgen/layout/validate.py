"""What can be wrong with the places before any of them is worked out."""

from __future__ import annotations

from collections.abc import Iterator

from layoutgen.diagnostics import Collector, Related, Span
from layoutgen.document.model import Canvas, Range, Relation, Slogan
from layoutgen.layout.naturals import Naturals, flow_of
from layoutgen.layout.tree import Node, Tree, X, Y
from layoutgen.look import Length
from layoutgen.typeset import BrokenFont, MissingGlyphs, UnknownFont
from layoutgen.typeset.measure import natural_width


def validate_canvas(canvas: Canvas, collector: Collector) -> None:
    """The canvas itself: its margins must leave room."""
    if canvas.dpi is None and any(length.unit == "mm" for length in canvas.margin):
        _no_dpi(canvas, canvas.where, "the margin", collector)
        return
    _, _, width, height = canvas.inner
    if width < 1 or height < 1:
        collector.error(
            "LG309",
            canvas.where,
            f"the margins of canvas `{canvas.name}` leave no room inside",
            label=f"{canvas.width} x {canvas.height} px",
            hint="make the margin smaller, for example `margin: 5%`",
        )


def validate(tree: Tree, canvas: Canvas, naturals: Naturals, collector: Collector) -> None:
    """Every check that needs no solver, in the order of the file."""
    for node in tree.nodes.values():
        _lengths(node, canvas, collector)
        _extents(node, collector)
        _targets(node, tree, collector)
        if isinstance(node.element, Slogan):
            _letters(node, node.element, naturals, collector)
    collector.stop()
    _circles(tree, collector)


def _lengths(node: Node, canvas: Canvas, collector: Collector) -> None:
    if canvas.dpi is None:
        for length, where in _written_lengths(node):
            if length is not None and length.unit == "mm":
                _no_dpi(canvas, where, f"`{node.id}`", collector)


def _no_dpi(canvas: Canvas, where: Span, what: str, collector: Collector) -> None:
    collector.error(
        "LG305",
        where,
        f"{what} is given in mm, but canvas `{canvas.name}` has no `dpi`",
        hint=f"write `{{ dpi: 300 }}` after the size of canvas `{canvas.name}`, or use % or px",
    )


def _written_lengths(node: Node) -> Iterator[tuple[Length | None, Span]]:
    element = node.element
    box = element.placement.box
    if box:
        yield from ((length, box.where) for length in (box.left, box.top, box.width, box.height))
    for relation in element.placement.relations:
        yield relation.gap, relation.where
    for extent in (element.extent.width, element.extent.height):
        if extent:
            yield from ((length, extent.where) for length in (extent.low, extent.high))
    look = element.look
    yield from ((length, element.where) for length in (look.padding, look.radius, look.border.width if look.border else None))
    if node.container:
        yield flow_of(node).gap, element.where
    if isinstance(element, Slogan):
        yield element.lettering.min_size, element.where


def _extents(node: Node, collector: Collector) -> None:
    element = node.element
    box = element.placement.box
    empty: list[tuple[str, Span]] = []
    if box:
        empty += [(str(length), box.where) for length in (box.width, box.height) if length.value <= 0]
    for extent in (element.extent.width, element.extent.height):
        if extent:
            empty += [(str(length), extent.where) for length in _ends(extent) if length.value <= 0]
            low, high = extent.low, extent.high
            if low and high and low.unit == high.unit and low.value > high.value > 0:
                collector.error(
                    "LG304",
                    extent.where,
                    f"the extent of `{node.id}` runs from {low} down to {high}",
                    hint=f"write the smaller one first: `{high}..{low}`",
                )
    if element.extent.aspect is not None and element.extent.aspect <= 0:
        empty.append((f"aspect {element.extent.aspect:g}", element.where))
    for written, where in empty:
        collector.error(
            "LG304", where, f"`{node.id}` would have no size: {written}", hint="widths, heights and aspects are greater than 0"
        )


def _ends(extent: Range) -> Iterator[Length]:
    if extent.low:
        yield extent.low
    if extent.high and extent.high is not extent.low and extent.high != extent.low:
        yield extent.high


def _targets(node: Node, tree: Tree, collector: Collector) -> None:
    above = {item.id for item in node.ancestors()}
    below = {item.id for item in node.walk()} - {node.id}
    for words, names, where in _named(node):
        for name in names:
            if name == node.id:
                problem = f"`{node.id}` is placed by itself"
            elif name in below:
                problem = f"`{node.id}` is placed by its own content, `{name}`"
            elif name in above and words not in ("at", "inside", "center-with") and not words.startswith("align-"):
                problem = f"`{node.id}` lies in `{name}` and cannot be {words.replace('-', ' ')} it"
            elif name not in tree.nodes and name not in ("canvas", "page"):
                collector.error(
                    "LG308",
                    where,
                    f"`{name}` has no place on the canvas, so `{node.id}` cannot be placed by it",
                    hint="name a region, slogan, object, image, QR code or group",
                )
                continue
            else:
                continue
            collector.error("LG302", where, problem, hint="name another element, or `canvas` or `page`")


def _named(node: Node) -> Iterator[tuple[str, tuple[str, ...], Span]]:
    anchor = node.anchor
    if anchor is not None:
        yield "at", (anchor.of,), anchor.where
    for relation in node.relations:
        yield relation.kind, relation.targets, relation.where


def _letters(node: Node, slogan: Slogan, naturals: Naturals, collector: Collector) -> None:
    try:
        natural_width(slogan.text, slogan.lettering, 1.0, naturals.locale)
    except MissingGlyphs as problem:
        code = "LG321" if problem.font else "LG320"
        hint = problem.package_hint or "use a font that has them, or leave `font` out so that one is found"
        collector.error(code, slogan.where, f"`{node.id}` cannot be set: {problem}", hint=hint)
    except BrokenFont as problem:
        collector.error("LG322", slogan.where, f"`{node.id}` cannot be set: {problem}", hint="use another font file")
    except UnknownFont as problem:
        close = ", ".join(f"`{name}`" for name in problem.suggestions)
        hint = f"did you mean {close}?" if close else "`layoutgen list faces` shows those there are"
        collector.error("LG323", slogan.where, f"`{node.id}` cannot be set: {problem}", hint=hint)


Link = tuple[str, Span]


def _circles(tree: Tree, collector: Collector) -> None:
    """Report every circle of relations on one axis, each once."""
    told: set[frozenset[str]] = set()
    for axis in (X, Y):
        done: set[str] = set()
        for start in tree.nodes.values():
            trail: list[str] = []
            links: list[Link] = []
            stack: list[tuple[str, Iterator[Link]]] = [(start.id, _links(start, axis))]
            trail.append(start.id)
            while stack:
                name, rest = stack[-1]
                link = next(rest, None) if name not in done else None
                if link is None:
                    done.add(name)
                    stack.pop()
                    trail.pop()
                    if links:
                        links.pop()
                    continue
                target, _ = link
                if target in trail:
                    at = trail.index(target)
                    circle, spans = trail[at:], [*links[at:], link]
                    if frozenset(circle) not in told:
                        told.add(frozenset(circle))
                        _tell(circle, [span for _, span in spans], collector)
                elif target not in done and target in tree.nodes:
                    stack.append((target, _links(tree.nodes[target], axis)))
                    trail.append(target)
                    links.append(link)


def _links(node: Node, axis: int) -> Iterator[Link]:
    """What an element's place on an axis follows from; a part of a group goes where the group goes."""
    anchor = node.anchor
    if anchor is not None:
        yield anchor.of, anchor.where
    for relation in _on(node, axis):
        for target in relation.targets:
            yield target, relation.where
    for above in node.ancestors():
        if not above.wrapper:
            break
        if above.anchor is not None:
            yield above.anchor.of, above.anchor.where
        for relation in _on(above, axis):
            for target in relation.targets:
                yield target, relation.where


def _on(node: Node, axis: int) -> list[Relation]:
    return [relation for relation in node.relations if axis in node.axes(relation)]


def _tell(circle: list[str], spans: list[Span], collector: Collector) -> None:
    names = [*circle, circle[0]]
    related = [Related(span, f"`{names[at]}` is placed by `{names[at + 1]}`") for at, span in enumerate(spans)]
    if len(circle) == 1:
        message = f"`{circle[0]}` is placed by itself"
    else:
        message = "each of these is placed by the next, in a circle: " + " → ".join(f"`{name}`" for name in names)
    collector.error(
        "LG301",
        spans[0],
        message,
        label=related[0].label,
        related=related[1:],
        hint="give one of them a place of its own, such as `at: top of canvas`",
    )
