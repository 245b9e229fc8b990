"""From the canvas inwards: every frame is placed, then the contents of every container in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from layoutgen.base.geometry import Rect, shared, turned_inside, whole
from layoutgen.document.model import Slogan
from layoutgen.layout.cells import Arrangement
from layoutgen.layout.flow import arrange
from layoutgen.layout.frames import Frame
from layoutgen.layout.intrinsic import IntrinsicSizes, flow_of
from layoutgen.layout.linear import Unsatisfiable
from layoutgen.layout.place import Reserve, as_written, place
from layoutgen.layout.repeats import Origin
from layoutgen.layout.root_column import root_column
from layoutgen.layout.search import Overlapping, containers_of, solid
from layoutgen.layout.slogan_fit import base_in, slogans_of
from layoutgen.layout.tree import LayoutNode, World, members

Problem = Callable[[Frame, Sequence[LayoutNode], World, Unsatisfiable | Overlapping], None]


@dataclass(slots=True)
class LayoutPass:
    """One pass over a canvas: boxes in whole pixels (before turning), the base size of every slogan, and what does not fit."""

    sizes: IntrinsicSizes
    world: World
    problem: Problem
    """Called with a frame whose statements cannot all hold; its elements are then left out."""
    overfull: Callable[[LayoutNode, Rect], None]
    """Called with a container whose flow has no room for the extents written on its children."""
    bases: dict[str, float] = field(default_factory=dict)
    misfits: list[tuple[list[LayoutNode], Rect]] = field(default_factory=list)
    """Slogans that fit at no allowed size, and the space they had."""
    frames: dict[str, Frame] = field(default_factory=dict)
    """The frame that each element's percentages are of."""

    def canvas(self, nodes: Sequence[LayoutNode], frame: Frame) -> None:
        """Place the whole canvas."""

        def flow(free: Sequence[LayoutNode], band: Rect, reserves: Mapping[str, Reserve]) -> dict[str, Rect]:
            return root_column(free, band, reserves, frame, self.sizes)

        rects = self._placed(nodes, frame, flow)
        if rects is not None:
            self._keep(nodes, frame, rects)

    def shared_bases(self) -> dict[Origin, float]:
        """The base size at which the texts of all copies fit, by the origin that they have in common."""
        smallest: dict[Origin, float] = {}
        for name, base in self.bases.items():
            written = self.sizes.repeats.of(_owner(self.world.nodes[name]))
            if written is not None:
                smallest[written] = min(base, smallest.get(written, base))
        return smallest

    def share_bases(self) -> None:
        """Set the texts of copies at one base size."""
        shared = self.shared_bases()
        for name, base in self.bases.items():
            written = self.sizes.repeats.of(_owner(self.world.nodes[name]))
            self.bases[name] = shared[written] if written is not None else base

    def _placed(
        self,
        nodes: Sequence[LayoutNode],
        frame: Frame,
        flow: Callable[[Sequence[LayoutNode], Rect, Mapping[str, Reserve]], dict[str, Rect]],
    ) -> dict[str, Rect] | None:
        try:
            return place(frame, nodes, self.world, self.sizes, flow)
        except (Unsatisfiable, Overlapping) as problem:
            self.problem(frame, nodes, self.world, problem)
            return None

    def _keep(self, nodes: Sequence[LayoutNode], frame: Frame, rects: Mapping[str, Rect]) -> None:
        placed = list(members(nodes))
        for node in placed:
            rect = rects[node.id]
            for above in node.ancestors():
                if not above.wrapper:
                    break
                rect = _shrunk(rect, rects[above.id], above.element.rotate)
            self.world.known[node.id] = whole(rect, frame.page)
            self.frames[node.id] = frame
        for node in _in_turn([node for node in placed if node.container]):
            self._fill(node, frame)
        for node in placed:
            if isinstance(node.element, Slogan) and node.id not in self.bases:
                self._fit_alone(node, frame)

    def _fill(self, node: LayoutNode, outer: Frame) -> None:
        """The contents of a region, or of a group with a flow."""
        if not node.children:
            return
        padding = self.sizes.padding(node)
        room = whole(self.world.known[node.id].inset(padding), outer.page)
        if node.element.rotate:
            room = self._turned(node, room, outer)
            outer = Frame(outer.inner, room, outer.dpi)  # upright it may reach beyond the canvas
        room = self._cleared(node, room, outer)
        frame = outer.within(room)
        free = [child for child in node.children if child.free and not child.wrapper]
        bases: list[float] = []

        def flow(nodes: Sequence[LayoutNode], band: Rect, reserves: Mapping[str, Reserve]) -> dict[str, Rect]:
            cells = self._cells(nodes, node, whole(band, outer.page), frame)
            if cells.base is not None:
                bases.append(cells.base)
            return cells.rects

        rects: dict[str, Rect] | None
        if len(free) == len(node.children):
            rects = flow(free, room, {})
            if bases and not as_written(frame, free, rects):
                self.overfull(node, room)
                return
        else:
            rects = self._placed(node.children, frame, flow)
        if rects is None:
            return
        slogans = slogans_of(node)
        for child in slogans:
            if child not in free:
                base = base_in(child, self._inner(child, whole(rects[child.id], outer.page), frame), self.sizes)
                if base is None:
                    self.misfits.append(([child], rects[child.id]))
                else:
                    bases.append(base)
        if bases:
            common = min(bases)
            for child in slogans:
                self.bases[child.id] = common
        self._keep(node.children, frame, rects)

    def _cells(self, nodes: Sequence[LayoutNode], parent: LayoutNode, room: Rect, frame: Frame) -> Arrangement:
        cells = arrange(nodes, flow_of(parent), room, frame, self.sizes)
        if cells.base is None and cells.short is not None:
            self.misfits.append(([node for node in nodes if isinstance(node.element, Slogan)], cells.short))
        return cells

    def _fit_alone(self, node: LayoutNode, frame: Frame) -> None:
        """A slogan outside any region is its own region."""
        box = self._inner(node, self.world.known[node.id], frame)
        base = base_in(node, box, self.sizes)
        if base is not None:
            self.bases[node.id] = base
        elif not any(node in nodes for nodes, _ in self.misfits):
            self.misfits.append(([node], box))

    def _inner(self, node: LayoutNode, box: Rect, frame: Frame) -> Rect:
        return whole(box.inset(self.sizes.padding(node)), frame.page)

    def _cleared(self, node: LayoutNode, room: Rect, outer: Frame) -> Rect:
        """The part of a container's room for its own content, beside what others placed in it (`at: … of`, `inside`)."""
        guests = [
            self.world.known[other.id]
            for other in self.world.nodes.values()
            if other.id in self.world.known and solid(other) and node.id in containers_of(other) and other.parent is not node
        ]
        guests = [guest for guest in guests if min(shared(guest, room)) > 0]
        if not guests or not any(solid(child) for child in node.children):
            return room
        left, top = min(guest.left for guest in guests), min(guest.top for guest in guests)
        right, bottom = max(guest.right for guest in guests), max(guest.bottom for guest in guests)
        rooms = [
            Rect(room.left, room.top, room.width, top - room.top),
            Rect(room.left, bottom, room.width, room.bottom - bottom),
            Rect(room.left, room.top, left - room.left, room.height),
            Rect(right, room.top, room.right - right, room.height),
        ]
        best, largest = room, 0.0
        for part in rooms:
            if part.width >= 1 and part.height >= 1:
                base = arrange(node.children, flow_of(node), part, outer.within(part), self.sizes).base or 0.0
                if base > largest:
                    best, largest = part, base
        return best

    def _turned(self, node: LayoutNode, room: Rect, outer: Frame) -> Rect:
        """The upright room for what is turned inside a box: the shape that gives the largest letters."""
        shape = room.width / room.height
        best: tuple[float, Rect] | None = None
        slogans = [child for child in node.children if isinstance(child.element, Slogan)]
        for aspect in (shape, shape * 1.5, shape * 2.5, shape * 4, shape / 2, 1 / shape):
            inside = turned_inside(room, aspect, node.element.rotate)
            width, height = max(1.0, float(int(inside.width))), max(1.0, float(int(inside.height)))
            inside = Rect(float(int(inside.left + 0.5)), float(int(inside.top + 0.5)), width, height)
            if not slogans:
                return inside
            base = arrange(node.children, flow_of(node), inside, outer.within(inside), self.sizes).base or 0.0
            if best is None or base > best[0]:
                best = (base, inside)
        assert best is not None
        return best[1]


def _owner(slogan: LayoutNode) -> LayoutNode:
    """Whose base size a slogan has: its container's, else its own."""
    return slogan.parent if slogan.parent is not None and slogan.parent.container else slogan


def _shrunk(rect: Rect, group: Rect, degrees: float) -> Rect:
    """A part of a turned group, smaller about the group's centre, so that the turned group stays within its box."""
    if not degrees:
        return rect
    inside = turned_inside(group, group.width / group.height, degrees)
    by = inside.width / group.width
    return Rect(
        inside.left + (rect.left - group.left) * by, inside.top + (rect.top - group.top) * by, rect.width * by, rect.height * by
    )


def _in_turn(containers: Sequence[LayoutNode]) -> list[LayoutNode]:
    """Containers in the order of the file, but after those whose contents theirs refer to."""
    owner = {inner.id: node for node in containers for inner in node.walk() if inner is not node}
    done: dict[str, LayoutNode] = {}
    visiting: set[str] = set()

    def visit(node: LayoutNode) -> None:
        if node.id in done or node.id in visiting:
            return
        visiting.add(node.id)
        for inner in node.walk():
            names = [target for relation in inner.relations for target in relation.targets]
            for name in [*names, *([inner.anchor.of] if inner.anchor else [])]:
                if name in owner and owner[name] is not node:
                    visit(owner[name])
        done[node.id] = node

    for node in containers:
        visit(node)
    return list(done.values())
