"""Where everything goes: `solve` turns a document into the layout of one canvas.

Frames are filled from the canvas inwards; then containers are turned, texts are set, and elements are put in reading order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import cos, radians, sin

from layoutgen.base.geometry import Rect, rounded, turned_size, whole
from layoutgen.base.model import Box
from layoutgen.base.style import Valign
from layoutgen.diagnostics import Collector
from layoutgen.document.model import Document, Slogan
from layoutgen.layout.fill import LayoutPass
from layoutgen.layout.frames import Frame, canvas_frame
from layoutgen.layout.intrinsic import IntrinsicSizes, flow_of
from layoutgen.layout.model import Layout, Placed
from layoutgen.layout.reports import Problems, reasons, report_misfits, report_overlaps
from layoutgen.layout.slogan_fit import text_box
from layoutgen.layout.tree import LayoutNode, Tree, World, grow
from layoutgen.layout.validate import validate
from layoutgen.typeset import set_text
from layoutgen.typeset.model import SetText

SAME_BAND = 0.5
"""Two elements stand beside one another when they share this much of the lower one's height."""


def solve(document: Document, canvas: str) -> Layout:
    """The layout of a document on one of its canvases.

    Deterministic. References have no place and are not in the layout. Raises PosterError with every LG3 error found.
    """
    chosen = document.canvas(canvas)
    collector = Collector()
    tree = grow(document.elements[canvas])
    sizes = IntrinsicSizes(chosen, document.locale, tree)
    validate(tree, sizes, collector)
    collector.stop()

    frame = canvas_frame(chosen)
    layout_pass = _passes(tree, frame, sizes, collector)
    collector.stop()
    report_misfits(layout_pass, collector)
    collector.stop()

    rects, turns = _turned(tree, layout_pass.world.known)
    report_overlaps(layout_pass, rects, collector)
    collector.stop()
    placed = []
    for node in reading_order(tree.roots, rects, sizes.rtl):
        text = _set(node, layout_pass, rects[node.id]) if isinstance(node.element, Slogan) else None
        placed.append(
            Placed(
                id=node.id,
                parent=node.parent.id if node.parent else None,
                box=rounded(rects[node.id], frame.page),
                element=node.element,
                text=text,
                rotation=turns[node.id],
                why=reasons(node, layout_pass, text),
            )
        )
    return Layout(canvas=chosen, locale=document.locale, placed=tuple(placed))


def _passes(tree: Tree, frame: Frame, sizes: IntrinsicSizes, collector: Collector) -> LayoutPass:
    """One pass over the canvas, and another where it was needed to know something.

    The place of what lies deep inside a sibling, for what is placed by it; the sizes of the texts in copies, which share
    the smallest.
    """

    def once(previous: Mapping[str, Rect], reports_to: Collector) -> LayoutPass:
        world = World(tree.nodes, {"canvas": frame.inner, "page": frame.page}, previous)
        problems = Problems(reports_to, sizes)
        layout_pass = LayoutPass(sizes, world, problems, problems.overfull)
        layout_pass.canvas(tree.roots, frame)
        return layout_pass

    layout_pass = once({}, collector)
    if not collector.failed and _looks_inside(tree):
        layout_pass = once(dict(layout_pass.world.known), collector)
    if collector.failed or layout_pass.misfits or not sizes.repeats:
        return layout_pass
    shared = layout_pass.shared_bases()
    if shared:
        sizes.share(shared)
        trial = Collector()
        alike = once(dict(layout_pass.world.known), trial)
        if not trial.failed and not alike.misfits:
            layout_pass = alike
        layout_pass.share_bases()
    return layout_pass


def _looks_inside(tree: Tree) -> bool:
    """Whether an element is placed by another that lies inside a container it is not in itself."""
    for node in tree.nodes.values():
        above = {item.id for item in node.ancestors()}
        names = [target for relation in node.relations for target in relation.targets]
        for name in [*names, *([node.anchor.of] if node.anchor else [])]:
            target = tree.nodes.get(name)
            if target is not None and any(item.container and item.id not in above for item in target.ancestors()):
                return True
    return False


def _turned(tree: Tree, local: Mapping[str, Rect]) -> tuple[dict[str, Rect], dict[str, float]]:
    """The upright boxes around all elements after their containers were turned, and by how much each is turned in all."""
    rects, turns = dict(local), {}
    for node in tree.nodes.values():
        rect = local[node.id]
        turning = [above for above in node.ancestors() if above.element.rotate]
        turns[node.id] = sum((above.element.rotate for above in turning), node.element.rotate)
        if turning:
            x, y = rect.centre(0), rect.centre(1)
            for above in turning:
                pivot, angle = local[above.id], radians(above.element.rotate)
                dx, dy = x - pivot.centre(0), y - pivot.centre(1)
                x = pivot.centre(0) + dx * cos(angle) - dy * sin(angle)
                y = pivot.centre(1) + dx * sin(angle) + dy * cos(angle)
            width, height = turned_size(rect.width, rect.height, sum(above.element.rotate for above in turning))
            rects[node.id] = Rect(x - width / 2, y - height / 2, width, height)
    return rects, turns


def _set(node: LayoutNode, layout_pass: LayoutPass, rect: Rect) -> SetText:
    """The text of a slogan at its final size, about the centre of its (turned) box."""
    slogan = node.element
    assert isinstance(slogan, Slogan)
    sizes = layout_pass.sizes
    box = whole(layout_pass.world.known[node.id].inset(sizes.padding(node)), layout_pass.frames[node.id].page)
    size = layout_pass.bases[node.id] * slogan.lettering.scale
    inner = text_box(node, box, size, sizes)
    inner = inner.moved(rect.centre(0) - box.centre(0), rect.centre(1) - box.centre(1))
    parent = node.parent
    valign: Valign = flow_of(parent).valign if parent is not None and parent.container else "middle"
    return set_text(
        slogan.text,
        slogan.lettering,
        size,
        _pixels(inner),
        locale=sizes.locale,
        valign=valign,
        lines=slogan.extent.lines,
        nobreak=slogan.nobreak,
    )


def _pixels(rect: Rect) -> Box:
    """Whole pixels; a box of whole pixels stays as it is, one between pixels keeps its extents."""
    left, top = round(rect.left), round(rect.top)
    return left, top, max(1, int(rect.width + 1e-6)), max(1, int(rect.height + 1e-6))


def reading_order(nodes: Sequence[LayoutNode], rects: Mapping[str, Rect], rtl: bool) -> Iterator[LayoutNode]:
    """Parents before their children, and these before the next element."""
    for band in _bands(nodes, rects):
        for node in sorted(
            band, key=lambda item: (-rects[item.id].right if rtl else rects[item.id].left, rects[item.id].top, item.index)
        ):
            yield node
            yield from reading_order(node.children, rects, rtl)


def _bands(nodes: Sequence[LayoutNode], rects: Mapping[str, Rect]) -> list[list[LayoutNode]]:
    """Elements that stand beside the first of their band, from the top down."""
    bands: list[list[LayoutNode]] = []
    for node in sorted(nodes, key=lambda item: (rects[item.id].top, item.index)):
        if bands:
            first, rect = rects[bands[-1][0].id], rects[node.id]
            shared = min(first.bottom, rect.bottom) - max(first.top, rect.top)
            if shared > SAME_BAND * min(first.height, rect.height):
                bands[-1].append(node)
                continue
        bands.append([node])
    return bands
