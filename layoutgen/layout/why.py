"""Why a box is where it is: one plain sentence for each thing that fixed it."""

from __future__ import annotations

from layoutgen.diagnostics import Span
from layoutgen.document.model import Range, Slogan
from layoutgen.layout.contents import Contents
from layoutgen.layout.extents import fixed_size, ratio
from layoutgen.layout.tree import Node, X, Y
from layoutgen.typeset.model import SetText


def reasons(node: Node, contents: Contents, text: SetText | None) -> tuple[str, ...]:
    """Sentences about the place first, then about the extents, then about the text."""
    element = node.element
    found: list[str] = []
    placement = element.placement
    if placement.box:
        box = placement.box
        found.append(f"box: {box.left} {box.top} {box.width} {box.height}{_line(box.where)}")
    if placement.at:
        found.append(f"at: {placement.at.point} of {placement.at.of}{_line(placement.at.where)}")
    for relation in placement.relations:
        gap = f" gap {relation.gap}" if relation.gap else ""
        found.append(f"{relation.kind}: {', '.join(relation.targets)}{gap}{_line(relation.where)}")
    if placement.free:
        if node.parent is not None:
            found.append(f"place: in the flow of `{node.parent.id}`")
        else:
            found.append("place: in the column of what is not placed otherwise")
    if not placement.box:
        frame = contents.frames[node.id]
        for axis, name in ((X, "width"), (Y, "height")):
            extent = element.extent.height if axis else element.extent.width
            if extent is not None:
                found.append(f"{name}: {_range(extent)}{_line(extent.where)}")
            elif fixed_size(node, axis, frame) is not None and ratio(node) is not None:
                found.append(f"{name}: from the aspect {ratio(node):.3g}")
            elif node.wrapper:
                found.append(f"{name}: around its parts")
    if text is not None:
        count = len(text.lines)
        found.append(f"text: {count} line{'' if count == 1 else 's'} at {text.size:.4g} px")
        if isinstance(element, Slogan) and node.parent is not None and node.parent.container:
            copies = " and of its copies" if contents.naturals.copies.of(node.parent) else ""
            found.append(f"size: the largest at which all slogans of `{node.parent.id}`{copies} fit")
    return tuple(found)


def _range(extent: Range) -> str:
    if extent.low is not None and extent.low == extent.high:
        return str(extent.low)
    return f"{extent.low or ''}..{extent.high or ''}"


def _line(where: Span) -> str:
    return f" (line {where.line})"
