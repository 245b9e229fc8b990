"""Repeats: elements that one `for` copied from the same lines. What corresponds in them is set alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from layoutgen.layout.tree import LayoutNode

Origin = tuple[str, int]
"""The file and the offset that an element was written at; what `for` copies has the same."""


def origin(node: LayoutNode) -> Origin:
    return node.element.where.source.name, node.element.where.start


class Repeats:
    """Which elements correspond to one another."""

    def __init__(self, nodes: Iterable[LayoutNode]) -> None:
        everything = list(nodes)
        origins = [origin(node) for node in everything]
        counts = Counter(origins)
        self._copied = {node.id: written for node, written in zip(everything, origins, strict=True) if counts[written] > 1}
        self._columns: dict[tuple[Origin, int], list[LayoutNode]] = {}
        self._places: dict[str, tuple[Origin, int]] = {}
        earlier: Counter[tuple[str, Origin]] = Counter()
        for node in everything:
            written = self._copied.get(node.id)
            if written is None:
                continue
            parent = node.parent.id if node.parent else ""
            place = (written, earlier[parent, written])
            earlier[parent, written] += 1
            self._places[node.id] = place
            self._columns.setdefault(place, []).append(node)

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self._copied)

    def of(self, node: LayoutNode) -> Origin | None:
        """What an element is a copy of, if it is one."""
        return self._copied.get(node.id)

    def same(self, nodes: Sequence[LayoutNode]) -> bool:
        """Whether all of these are copies of one element."""
        origins = {self._copied.get(node.id) for node in nodes}
        return len(origins) == 1 and None not in origins

    def across(self, node: LayoutNode) -> Sequence[LayoutNode]:
        """The elements in the same place in copies of its parent, itself among them: what stands in one column of a table."""
        place = self._places.get(node.id)
        return self._columns[place] if place is not None else (node,)
