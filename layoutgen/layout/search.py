"""Which way two elements that must not overlap go apart: a bounded depth-first search over directions.

Only pairs that do overlap in the present solution are branched on, the direction with the shortest way first. The linear
solver answers at each node. Reaching the bound is reported, never hidden.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from layoutgen.base.geometry import SNAP, Rect, shared
from layoutgen.document.model import Image, Object, Qr
from layoutgen.layout.linear import SEPARATE, SIZE, holds
from layoutgen.layout.plan import NEAR, FramePlan
from layoutgen.layout.tree import LayoutNode, X, Y

LEAVES = 400
AIR = 0.01
"""Of the frame: the air wished for between two elements that were moved apart."""
AGAINST_READING = 1.25
"""How much longer the way against the order of the file counts."""

Pair = tuple[LayoutNode, LayoutNode]


class Overlapping(Exception):
    """No arrangement keeps this pair apart."""

    def __init__(self, pair: Pair, exhausted: bool) -> None:
        super().__init__()
        self.pair = pair
        self.exhausted = exhausted
        """The bound was reached; there may be an arrangement that was not tried."""


def solid(node: LayoutNode) -> bool:
    """Texts, images and QR codes, alone or in a group with a flow."""
    element = node.element
    if element.overlap or any(above.element.overlap for above in node.ancestors()):
        return False
    if node.text or isinstance(element, Image | Qr):
        return True
    return node.container and any(solid(child) for child in node.children)


def forbidden_pairs(nodes: Sequence[LayoutNode]) -> list[Pair]:
    """Every pair that must not overlap, in the order of the file."""
    solids = {node.id for node in nodes if solid(node)}
    avoids = any(node.element.avoid for node in nodes)
    around = _around(nodes)
    pairs = []
    for index, first in enumerate(nodes):
        for second in nodes[index + 1 :]:
            apart = first.id in solids and second.id in solids
            if avoids and not apart:
                apart = second.id in first.element.avoid or first.id in second.element.avoid
            if apart and first.id not in around[second.id] and second.id not in around[first.id]:
                pairs.append((first, second))
    return pairs


def object_pairs(nodes: Sequence[LayoutNode]) -> list[Pair]:
    """Pairs of objects: kept apart where possible."""
    objects = [node for node in nodes if isinstance(node.element, Object) and not node.element.overlap]
    around = _around(nodes) if len(objects) > 1 else {}
    return [
        (first, second)
        for index, first in enumerate(objects)
        for second in objects[index + 1 :]
        if first.id not in around[second.id] and second.id not in around[first.id]
    ]


def _around(nodes: Sequence[LayoutNode]) -> dict[str, set[str]]:
    """What each element was placed inside or is a part of, directly and through others."""
    around: dict[str, set[str]] = {}
    names = {node.id: node for node in nodes}
    for node in nodes:
        within: set[str] = set()
        pending = [node]
        while pending:
            for name in containers_of(pending.pop()):
                if name not in within:
                    within.add(name)
                    if name in names:
                        pending.append(names[name])
        around[node.id] = within
    return around


def containers_of(node: LayoutNode) -> Iterator[str]:
    """What an element lies in: its parent, and what it was placed inside."""
    if node.parent is not None:
        yield node.parent.id
    anchor = node.anchor
    if anchor is not None and anchor.of not in ("canvas", "page"):
        yield anchor.of
    for relation in node.relations:
        if relation.kind == "inside":
            yield relation.targets[0]


def separate(plan: FramePlan, pairs: Sequence[Pair], leaves: int = LEAVES) -> None:
    """Add directions to the plan until no pair overlaps. Raises `Overlapping`."""
    search = _Search(plan, pairs, leaves)
    stuck = search.descend()
    if stuck is not None:
        raise Overlapping(stuck, search.left <= 0)


def separate_objects(plan: FramePlan, soft: Sequence[Pair], hard: Sequence[Pair]) -> None:
    """Keep objects apart as far as nothing else has to give way."""
    for pair in soft:
        rects = _rects(plan)
        if not _overlap(rects, pair):
            continue
        for first, second, axis in _directions(rects, pair):
            a, b = plan.edge(first, axis), plan.edge(second, axis)
            wish = plan.system.prefer(a.end, "<=", b.start, SIZE / 2)
            plan.system.solve()
            if holds(a.end, "<=", b.start) and not any(_overlap(_rects(plan), other) for other in hard):
                break
            plan.system.forget(wish)
            plan.system.solve()


def first_overlap(plan: FramePlan, pairs: Sequence[Pair]) -> Pair | None:
    """The first of these pairs that overlaps in the present solution."""
    rects = _rects(plan)
    return next((pair for pair in pairs if _overlap(rects, pair)), None)


class _Search:
    def __init__(self, plan: FramePlan, pairs: Sequence[Pair], leaves: int) -> None:
        self.plan = plan
        self.pairs = pairs
        self.left = leaves

    def descend(self) -> Pair | None:
        """None when all pairs are apart, with the directions left in the plan; else a pair that stays stuck."""
        rects = _rects(self.plan)
        pair = next((pair for pair in self.pairs if _overlap(rects, pair)), None)
        if pair is None:
            return None
        system = self.plan.system
        for first, second, axis in _directions(rects, pair):
            if self.left <= 0:
                break
            a, b = self.plan.edge(first, axis), self.plan.edge(second, axis)
            if not self._possible(first, second, axis):
                continue
            self.left -= 1
            wishes = [
                system.prefer(a.end, "<=", b.start, SEPARATE),
                system.prefer(a.end + AIR * self.plan.frame.inner.size(axis), "<=", b.start, NEAR),
            ]
            system.solve()
            self.plan.apart.append((a, b))
            if all(holds(before.end, "<=", after.start) for before, after in self.plan.apart) and self.descend() is None:
                return None
            self.plan.apart.pop()
            for wish in wishes:
                system.forget(wish)
        system.solve()
        return pair

    def _possible(self, first: LayoutNode, second: LayoutNode, axis: int) -> bool:
        """False where what is known already rules a direction out."""
        a, b = self.plan.edge(first, axis), self.plan.edge(second, axis)
        start = a.start if isinstance(a.start, float) else self.plan.room(first, axis)[0]
        end = b.start if isinstance(b.start, float) else self.plan.room(second, axis)[1]
        needed = a.size if isinstance(a.size, float) else 1.0
        if not isinstance(b.start, float):
            needed += b.size if isinstance(b.size, float) else 1.0
        return bool(start + needed <= end + SNAP)


def _rects(plan: FramePlan) -> dict[str, Rect]:
    return {node.id: plan.rect(node) for node in plan.members}


def _overlap(rects: dict[str, Rect], pair: Pair) -> bool:
    x, y = shared(rects[pair[0].id], rects[pair[1].id])
    return x > SNAP and y > SNAP


def _directions(rects: dict[str, Rect], pair: Pair) -> list[tuple[LayoutNode, LayoutNode, int]]:
    """`(before, after, axis)`, the shortest way first; the order of the file counts as the shorter way."""
    first, second = pair
    a, b = rects[first.id], rects[second.id]
    ways = [
        (a.bottom - b.top, 0, (first, second, Y)),
        (a.right - b.left, 1, (first, second, X)),
        ((b.bottom - a.top) * AGAINST_READING, 2, (second, first, Y)),
        ((b.right - a.left) * AGAINST_READING, 3, (second, first, X)),
    ]
    return [way for _, _, way in sorted(ways, key=lambda item: (round(item[0], 3), item[1]))]
