"""The tree of elements with what layout asks of it: parents, frames, and what was written about each place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from layoutgen.base.geometry import Rect
from layoutgen.diagnostics import Span
from layoutgen.document.model import Anchor, Element, Group, Range, Region, Relation, Slogan

X, Y = 0, 1
AXES: dict[str, tuple[int, ...]] = {
    "below": (Y,), "above": (Y,), "left-of": (X,), "right-of": (X,), "between": (X, Y), "inside": (X, Y),
    "align-left": (X,), "align-right": (X,), "align-top": (Y,), "align-bottom": (Y,), "center-with": (X, Y),
}  # fmt: skip
ONE_AXIS_RELATIONS: tuple[dict[str, int], ...] = (
    {"left-of": X, "right-of": X, "align-left": X, "align-right": X},
    {"below": Y, "above": Y, "align-top": Y, "align-bottom": Y},
)


class PlacementStatement(NamedTuple):
    """Something written about where an element goes; the unit in which a conflict is reported."""

    element: str
    start: int
    end: int

    @staticmethod
    def of(element: str, span: Span) -> PlacementStatement:
        return PlacementStatement(element, span.start, span.end)


@dataclass(eq=False, slots=True)
class LayoutNode:
    """An element in its tree."""

    element: Element
    parent: LayoutNode | None
    index: int
    """Place in the order of the file, over the whole tree."""
    id: str = field(init=False)
    children: list[LayoutNode] = field(default_factory=list)
    dropped: frozenset[PlacementStatement] = frozenset()
    """Statements to be ignored; only the search for a minimal conflict sets this."""

    def __post_init__(self) -> None:
        self.id = self.element.id

    @property
    def text(self) -> bool:
        """A region or a slogan: what designers call a text."""
        return isinstance(self.element, Region | Slogan)

    @property
    def container(self) -> bool:
        """It has a frame of its own, in which its children are laid out."""
        return isinstance(self.element, Region) or (isinstance(self.element, Group) and self.element.flow is not None)

    @property
    def wrapper(self) -> bool:
        """A group without flow: the box around its children, which are placed in the frame that it lies in itself."""
        return isinstance(self.element, Group) and self.element.flow is None

    def written(self, span: Span) -> bool:
        return not self.dropped or PlacementStatement.of(self.id, span) not in self.dropped

    @property
    def box(self) -> bool:
        box = self.element.placement.box
        return box is not None and self.written(box.where)

    @property
    def anchor(self) -> Anchor | None:
        at = self.element.placement.at
        return at if at is not None and self.written(at.where) else None

    @property
    def relations(self) -> tuple[Relation, ...]:
        relations = self.element.placement.relations
        return tuple(item for item in relations if self.written(item.where)) if self.dropped else relations

    @property
    def free(self) -> bool:
        """Whether nothing is written about where it goes."""
        return self.element.placement.free or not (self.box or self.anchor or self.relations)

    def extent(self, axis: int) -> Range | None:
        extent = self.element.extent.height if axis else self.element.extent.width
        return extent if extent is not None and self.written(extent.where) else None

    def axes(self, relation: Relation) -> tuple[int, ...]:
        """The axes that a relation speaks of; `center-with` leaves an axis to any other relation on it."""
        if relation.kind != "center-with":
            return AXES[relation.kind]
        taken = {
            axis for axis in (X, Y) for other in self.element.placement.relations if other.kind in ONE_AXIS_RELATIONS[axis]
        }
        return tuple(axis for axis in (X, Y) if axis not in taken) or (X, Y)

    def ancestors(self) -> Iterator[LayoutNode]:
        """The parent, its parent, and so on."""
        above = self.parent
        while above is not None:
            yield above
            above = above.parent

    def walk(self) -> Iterator[LayoutNode]:
        """This node and all below it, parents first."""
        pending = [self]
        while pending:
            node = pending.pop()
            yield node
            pending.extend(reversed(node.children))


class Tree(NamedTuple):
    roots: tuple[LayoutNode, ...]
    nodes: dict[str, LayoutNode]
    """By id, in the order of the file. References are not here: they have no place."""


@dataclass(frozen=True, slots=True)
class World:
    """What is known outside the frame that is being planned."""

    nodes: Mapping[str, LayoutNode]
    known: dict[str, Rect]
    """Elements placed already, in this pass."""
    previous: Mapping[str, Rect] = field(default_factory=dict)
    """All elements as an earlier pass placed them: where a target deep inside a sibling lies within it."""


def grow(elements: Iterable[Element]) -> Tree:
    """The tree of a canvas's elements."""
    nodes: dict[str, LayoutNode] = {}

    def add(element: Element, parent: LayoutNode | None) -> LayoutNode:
        node = LayoutNode(element, parent, len(nodes))
        nodes[element.id] = node
        if isinstance(element, Region | Group):
            node.children.extend(add(child, node) for child in element.children if child.kind != "reference")
        return node

    roots = tuple(add(element, None) for element in elements if element.kind != "reference")
    return Tree(roots, nodes)


def members(nodes: Iterable[LayoutNode]) -> Iterator[LayoutNode]:
    """The elements that are placed in one frame: the given ones, and the children of groups without flow."""
    for node in nodes:
        yield node
        if node.wrapper:
            yield from members(node.children)


def holder_of(node: LayoutNode) -> str | None:
    """The container in whose frame an element is placed; None on the canvas."""
    return next((above.id for above in node.ancestors() if not above.wrapper), None)


def statements(nodes: Iterable[LayoutNode]) -> list[tuple[PlacementStatement, Span]]:
    """What was written about the places of these elements, each once, in the order of the file."""
    spans_by_statement: dict[PlacementStatement, Span] = {}
    for node in nodes:
        element = node.element
        spans: list[Span] = []
        if element.placement.box:
            spans.append(element.placement.box.where)
        if element.placement.at:
            spans.append(element.placement.at.where)
        spans += [relation.where for relation in element.placement.relations]
        spans += [extent.where for extent in (element.extent.width, element.extent.height) if extent]
        for span in spans:
            spans_by_statement.setdefault(PlacementStatement.of(node.id, span), span)
    return list(spans_by_statement.items())
