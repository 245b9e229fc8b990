"""Overflow: extents that add up to more than there is, with the sum, which is what a designer has to see."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from layoutgen.diagnostics import Span
from layoutgen.document.model import Flow
from layoutgen.layout.extents import fixed_size, side_of
from layoutgen.layout.frames import Frame
from layoutgen.layout.search import solid
from layoutgen.layout.tree import LayoutNode, PlacementStatement, World, X, Y, holder_of, members, statements

WORDS = ("width", "height")
SERIAL = (("left-of", "right-of"), ("above", "below"))
"""Relations that put elements one after the other, by axis."""


class Crowd(NamedTuple):
    """Elements that all stand at one edge, so that they have to share it, and what they need of it."""

    nodes: Sequence[LayoutNode]
    edge: str
    axis: int
    """The axis along which they have to follow one another."""
    needs: float
    """Percent of the frame."""


def needed_by(conflict: Sequence[tuple[PlacementStatement, Span]], frame: Frame, world: World) -> str | None:
    """What the elements of a conflict need together, where they follow one another; None where that is not what is wrong."""
    written = {statement for statement, _ in conflict}
    nodes = [world.nodes[name] for name in dict.fromkeys(statement.element for statement in written)]
    # Both axes may add up to too much; the one that more of the conflict speaks of is meant.
    for axis in sorted((X, Y), key=lambda axis: -_speaking(written, nodes, axis)):
        total, serial = 0.0, False
        for node in nodes:
            extents = [extent for extent in (node.extent(X), node.extent(Y)) if extent]
            size = fixed_size(node, axis, frame)
            if size is not None and any(PlacementStatement.of(node.id, extent.where) in written for extent in extents):
                total += size
            for relation in node.relations:
                if PlacementStatement.of(node.id, relation.where) not in written or axis not in node.axes(relation):
                    continue
                if relation.kind != "between" and relation.kind not in SERIAL[axis]:
                    return None
                serial = True
                total += frame.pixels(relation.gap, axis) * (2 if relation.kind == "between" else 1) if relation.gap else 0.0
        percent = _percent(total, frame, axis)
        if serial and percent > 100:
            return f"together they need {percent:g}% of the {WORDS[axis]}{_of(nodes[0])}"
    return None


def needed_in(node: LayoutNode, flow: Flow, frame: Frame) -> str | None:
    """What the children of a row or column need of it, where the extents written for them are too much together."""
    if flow.columns > 1:
        return None
    axis = X if flow.direction == "row" else Y
    sizes = [fixed_size(child, axis, frame) or 0.0 for child in node.children]
    percent = _percent(sum(sizes) + frame.pixels(flow.gap, axis) * (len(sizes) - 1), frame, axis)
    return f"with the gaps it takes {percent:g}% of its {WORDS[axis]}" if percent > 100 else None


def crowds(frame: Frame, nodes: Sequence[LayoutNode]) -> Iterator[Crowd]:
    """Elements held at one edge that have more extent along it than there is, however they are moved."""
    for axis, side, edge in ((X, "start", "left"), (X, "end", "right"), (Y, "start", "top"), (Y, "end", "bottom")):
        held = [
            node
            for node in members(nodes)
            if solid(node)
            and node.anchor is not None
            and node.anchor.of in ("canvas", holder_of(node))
            and (node.anchor.of != "canvas" or holder_of(node) is None)
            and side_of(node.anchor, axis) == side
        ]
        along = 1 - axis
        total = sum(fixed_size(node, along, frame) or 0.0 for node in held)
        percent = _percent(total, frame, along)
        if percent > 100:
            yield Crowd(held, edge, along, percent)


def spans_of(crowd: Crowd) -> list[tuple[PlacementStatement, Span]]:
    """The lines that hold a crowd at its edge, and those that give it its extents along it."""
    result = []
    for statement, span in statements(crowd.nodes):
        node = next(node for node in crowd.nodes if node.id == statement.element)
        extent = node.extent(crowd.axis)
        if (node.anchor and span == node.anchor.where) or (extent and span == extent.where):
            result.append((statement, span))
    return result


def _speaking(written: set[PlacementStatement], nodes: Sequence[LayoutNode], axis: int) -> int:
    """How many statements of a conflict are about an axis and no other."""
    count = 0
    for node in nodes:
        count += sum(
            relation.kind in SERIAL[axis] and PlacementStatement.of(node.id, relation.where) in written
            for relation in node.relations
        )
        anchor = node.anchor
        count += (
            anchor is not None and PlacementStatement.of(node.id, anchor.where) in written and side_of(anchor, axis) is not None
        )
    return count


def _percent(pixels: float, frame: Frame, axis: int) -> float:
    return round(pixels / frame.inner.size(axis) * 100, 1)


def _of(node: LayoutNode) -> str:
    holder = holder_of(node)
    return f" of `{holder}`" if holder else ""
