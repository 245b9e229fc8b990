"""Where the elements of one frame go: widths, then heights, then the flow of what is free, then who makes way for whom."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

from layoutgen.base.geometry import SNAP, Rect
from layoutgen.layout.extents import bounds, ratio
from layoutgen.layout.frames import Frame
from layoutgen.layout.intrinsic import IntrinsicSizes
from layoutgen.layout.linear import PLACE, SEPARATE, SIZE
from layoutgen.layout.plan import GAP, FramePlan
from layoutgen.layout.search import Pair, forbidden_pairs, object_pairs, separate, separate_objects, solid
from layoutgen.layout.tree import LayoutNode, World, X, Y, members

SQUEEZES = 3
"""Rounds in which texts that had to give way share the loss."""


class Reserve(NamedTuple):
    """Space that others need before and after a free element, along y, because they relate to it."""

    before: float = 0.0
    after: float = 0.0


FlowFunction = Callable[[Sequence[LayoutNode], Rect, Mapping[str, Reserve]], dict[str, Rect]]
"""Lays out the elements whose place is not written, in the space that is left."""


def place(
    frame: Frame, nodes: Sequence[LayoutNode], world: World, sizes: IntrinsicSizes, flow: FlowFunction
) -> dict[str, Rect]:
    """The boxes of these elements and of the children of groups without flow.

    Raises `Unsatisfiable` when what is written cannot hold, `Overlapping` when it leaves no room to keep elements apart.
    """
    if all(node.free and not node.wrapper for node in nodes):
        rects = flow(nodes, frame.inner, {})
        if as_written(frame, nodes, rects):
            return rects
    plan = FramePlan(frame, nodes, world)
    plan.build()
    free = [node for node in nodes if node.free]
    waiting = _depending(plan, free)
    placed = [node for node in plan.members if node.id not in waiting]
    wishes = _wish_sizes(plan, sizes)
    plan.system.solve()
    _settle(plan, placed)
    hard = forbidden_pairs(plan.members)
    soft = object_pairs(plan.members)
    if free:
        separate(plan, [pair for pair in hard if not waiting & {pair[0].id, pair[1].id}])
        rects = {node.id: plan.rect(node) for node in plan.members}
        reserves = {node.id: _reserve(node, plan, rects) for node in free}
        band = _band(frame, [node for node in placed if not node.wrapper], free, rects, reserves, sizes)
        for name, rect in flow(free, band, reserves).items():
            node = world.nodes[name]
            for axis in (X, Y):
                plan.system.prefer(plan.edge(node, axis).size, "==", rect.size(axis), SIZE)
                plan.system.prefer(plan.edge(node, axis).start, "==", rect.start(axis), PLACE)
        plan.system.solve()
        _settle(plan, [node for node in plan.members if node.id in waiting])
    separate(plan, hard)
    if any(wish.height for wish in wishes):
        _share_losses(plan, wishes, sizes)
        separate(plan, hard)
    if soft:
        separate_objects(plan, soft, hard)
    return {node.id: plan.rect(node) for node in plan.members}


def feasible_plan(
    frame: Frame,
    nodes: Sequence[LayoutNode],
    world: World,
    least: Callable[[LayoutNode, int, Frame], float],
    pairs: Sequence[Pair],
    leaves: int,
) -> FramePlan:
    """A plan in which everything written holds and `pairs` are apart, preferences aside; raises what `place` raises."""
    plan = FramePlan(frame, nodes, world)
    plan.build()
    _floors(plan, least)
    plan.system.solve()
    _settle(plan, plan.members)
    separate(plan, pairs, leaves)
    return plan


def as_written(frame: Frame, nodes: Sequence[LayoutNode], rects: Mapping[str, Rect]) -> bool:
    """Whether a flow holds everything inside its frame and every written extent; if not, the solver has to place it."""
    room = frame.inner
    for node in nodes:
        rect = rects[node.id]
        if rect.left < room.left - SNAP or rect.top < room.top - SNAP:
            return False
        if rect.right > room.right + SNAP or rect.bottom > room.bottom + SNAP:
            return False
        aspect = ratio(node)
        if aspect is not None and abs(rect.width - rect.height * aspect) > 1:
            return False
        for axis in (X, Y):
            low, high = bounds(node, axis, frame)
            if aspect is None and low is not None and rect.size(axis) < low - 1:
                return False
            if high is not None and rect.size(axis) > high + 1:
                return False
    return True


@dataclass(slots=True)
class _Wish:
    node: LayoutNode
    size: float
    constraint: Any
    height: bool


def _floors(plan: FramePlan, least: Callable[[LayoutNode, int, Frame], float]) -> None:
    for node in plan.members:
        if not node.wrapper:
            for axis in (X, Y):
                edge = plan.edge(node, axis)
                if not isinstance(edge.size, float):
                    plan.system.prefer(edge.size, ">=", least(node, axis, plan.frame), SEPARATE * 10)


def _wish_sizes(plan: FramePlan, sizes: IntrinsicSizes) -> list[_Wish]:
    """Widths first; heights, and the heights of texts, follow from them. Returns the wishes for texts' heights."""
    _floors(plan, sizes.least)
    frame = plan.frame
    wishes: list[_Wish] = []
    pending: list[LayoutNode] = []
    for node in plan.members:
        if node.wrapper:
            continue
        width, height = plan.edge(node, X).size, plan.edge(node, Y).size
        if not isinstance(width, float):
            plan.wish_size(node, X, sizes.width(node, frame))
        if isinstance(height, float):
            continue
        pending.append(node)
    if any(not isinstance(plan.edge(node, X).size, float) for node in pending):
        plan.system.solve()
    for node in pending:
        if ratio(node) is not None:
            continue
        width = plan.edge(node, X).values[1]
        size = sizes.height(node, frame, width)
        wishes.append(_Wish(node, size, plan.wish_size(node, Y, size), node.text))
    for node in plan.members:
        if node.wrapper:
            _stack(plan, [child for child in node.children if child.free])
    return wishes


def _stack(plan: FramePlan, children: Sequence[LayoutNode]) -> None:
    """In a group, what is not placed stands under what comes before it."""
    gap = GAP * plan.frame.inner.height
    for above, below in pairwise(children):
        plan.system.prefer(plan.edge(below, Y).start, "==", plan.edge(above, Y).end + gap, SIZE)
        plan.system.prefer(plan.edge(below, X).centre, "==", plan.edge(above, X).centre, SIZE)


def _settle(plan: FramePlan, nodes: Sequence[LayoutNode]) -> None:
    """Decide the axis of each `between`, those first that others stand between."""
    names = {node.id for node in nodes}
    for node, relation in plan.betweens:
        if node.id in names:
            plan.settle_between(node, relation)
            plan.system.solve()


def _share_losses(plan: FramePlan, wishes: Sequence[_Wish], sizes: IntrinsicSizes) -> None:
    """Texts that had to become lower than they want to share the loss, instead of one of them taking it all."""
    for _ in range(SQUEEZES):
        squeezed = [wish for wish in wishes if wish.height and plan.rect(wish.node).height < wish.size - 0.5]
        if len(squeezed) < 2:
            return
        share = sum(plan.rect(wish.node).height for wish in squeezed) / sum(wish.size for wish in squeezed)
        for wish in squeezed:
            plan.system.forget(wish.constraint)
            wish.size *= share
            wish.constraint = plan.wish_size(wish.node, Y, wish.size)
        plan.system.solve()


def _depending(plan: FramePlan, free: Sequence[LayoutNode]) -> set[str]:
    """The free elements and all that are placed by them, directly or through others."""
    waiting = {node.id for node in members(free)}
    while True:
        more = {
            node.id
            for node in plan.members
            if node.id not in waiting
            and (
                any(target in waiting for relation in node.relations for target in relation.targets)
                or (node.anchor is not None and node.anchor.of in waiting)
                or (node.parent is not None and node.parent.id in waiting and node.parent.wrapper)
            )
        }
        if not more:
            return waiting
        waiting |= more


def _reserve(node: LayoutNode, plan: FramePlan, rects: Mapping[str, Rect]) -> Reserve:
    """The space around a free element that those need which are placed by it."""
    own = rects[node.id]
    top, bottom = own.top, own.bottom
    for name in _depending(plan, [node]) - {node.id}:
        if solid(plan.world.nodes[name]):
            top, bottom = min(top, rects[name].top), max(bottom, rects[name].bottom)
    return Reserve(own.top - top, bottom - own.bottom)


def _band(
    frame: Frame,
    placed: Sequence[LayoutNode],
    free: Sequence[LayoutNode],
    rects: Mapping[str, Rect],
    reserves: Mapping[str, Reserve],
    sizes: IntrinsicSizes,
) -> Rect:
    """The free space for the column of what is not placed: beside objects too if that is high enough, else over them."""
    inner = frame.inner
    need = sum(
        sizes.height(node, frame, min(sizes.width(node, frame), inner.width))
        + reserves[node.id].before
        + reserves[node.id].after
        for node in free
    )
    need += GAP * inner.height * (len(free) + 1)
    everything = _widest(inner, [rects[node.id] for node in placed])
    if everything.height >= need:
        return everything
    texts = _widest(inner, [rects[node.id] for node in placed if solid(node)])
    return texts if texts.height >= need / 3 else inner


def _widest(inner: Rect, obstacles: Sequence[Rect]) -> Rect:
    """The highest band of the frame that no obstacle reaches into; the first of equals."""
    edges = sorted((max(item.top, inner.top), min(item.bottom, inner.bottom)) for item in obstacles)
    best, top = Rect(inner.left, inner.top, inner.width, 0.0), inner.top
    for start, end in [*edges, (inner.bottom, inner.bottom)]:
        if start - top > best.height + 1e-6:
            best = Rect(inner.left, top, inner.width, start - top)
        top = max(top, end)
    return best
