"""The plan of one frame: what is written about its elements, as edges and linear constraints.

Edges that follow from what is known are numbers; only the rest become variables. Axes are worked out apart, each element
after those it refers to (a circle was refused before).
"""

from __future__ import annotations

from collections.abc import Sequence

from layoutgen.base.geometry import Rect
from layoutgen.document.model import Relation
from layoutgen.layout.extents import bounds, fixed_size, ratio, side_of, sole
from layoutgen.layout.frames import Frame
from layoutgen.layout.linear import PLACE, SHY, SIZE, Edge, System, Term, Unsatisfiable
from layoutgen.layout.tree import ONE_AXIS_RELATIONS, LayoutNode, World, X, Y, holder_of, members

GAP = 0.02
"""Of the frame: the gap where a relation names none."""
NEAR = 100.0
"""Weight of staying as near to what an element relates to as was written."""
TIGHT = 50.0
"""Weight of a group's box lying close around its parts: below how the parts stand, above where the group would like to be."""


class FramePlan:
    """The edges of the elements of one frame, over one system of constraints."""

    def __init__(self, frame: Frame, nodes: Sequence[LayoutNode], world: World) -> None:
        self.frame = frame
        self.world = world
        self.system = System()
        self.members = list(members(nodes))
        self._here = {node.id: node for node in self.members}
        self._holder = holder_of(self.members[0]) if self.members else None
        self._edges: dict[tuple[str, int], Edge] = {}
        self._loose: dict[str, bool] = {}
        self.betweens: list[tuple[LayoutNode, Relation]] = []
        self.apart: list[tuple[Edge, Edge]] = []
        """Directions that the search chose: the first ends before the second starts. No later one may undo them."""

    def build(self) -> None:
        """Everything that is written, but for `between`, whose axis depends on where its two elements are.

        Raises `Unsatisfiable`.
        """
        for node in self.members:
            for axis in (X, Y):
                self.edge(node, axis)
        for node in self.members:
            aspect = ratio(node)
            width, height = self.edge(node, X).size, self.edge(node, Y).size
            if aspect is not None and not node.box and not (isinstance(width, float) and isinstance(height, float)):
                self.system.require(width, "==", height * aspect)
            if node.wrapper:
                self._wrap(node)

    def edge(self, node: LayoutNode, axis: int) -> Edge:
        """The edge of an element of this frame along an axis; worked out when first asked for."""
        key = (node.id, axis)
        edge = self._edges.get(key)
        if edge is None:
            edge = self._edges[key] = self._work_out(node, axis)
        return edge

    def rect(self, node: LayoutNode) -> Rect:
        """Where an element is after the last solve."""
        x, y = self._edges[node.id, X].values, self._edges[node.id, Y].values
        return Rect(x[0], y[0], x[1], y[1])

    def target(self, name: str, axis: int) -> Edge:
        """The edge of whatever a relation or anchor names."""
        if name in ("canvas", "page"):
            rect = self.canvas if name == "canvas" else self.frame.page
            return Edge(rect.start(axis), rect.size(axis))
        if name == self._holder:
            return Edge(self.frame.inner.start(axis), self.frame.inner.size(axis))
        node = self._here.get(name)
        if node is not None:
            return self.edge(node, axis)
        known = self.world.known.get(name)
        if known is not None:
            return Edge(known.start(axis), known.size(axis))
        inside = self.world.nodes[name]
        above = next((item for item in inside.ancestors() if item.id in self._here), None)
        if above is None:
            raise Unsatisfiable
        edge = self.edge(above, axis)
        before, outer = self.world.previous.get(name), self.world.previous.get(above.id)
        if before is None or outer is None:
            return edge
        return Edge(edge.start + (before.start(axis) - outer.start(axis)), before.size(axis))

    @property
    def canvas(self) -> Rect:
        return self.world.known["canvas"]

    def loose(self, node: LayoutNode) -> bool:
        """Whether an element may leave the frame, because what is written about it speaks of the page or of others."""
        loose = self._loose.get(node.id)
        if loose is None:
            self._loose[node.id] = False
            anchor = node.anchor
            loose = node.box or (anchor is not None and self._outside(anchor.of))
            loose = loose or any(self._outside(target) for relation in node.relations for target in relation.targets)
            loose = loose or (node.parent is not None and node.parent.wrapper and self.loose(node.parent))
            loose = loose or (node.wrapper and any(self.loose(child) for child in node.children))
            self._loose[node.id] = loose
        return loose

    def _outside(self, name: str) -> bool:
        if name == "canvas":
            return self.frame.inner != self.canvas
        if name == self._holder:
            return False
        node = self._here.get(name)
        if node is not None:
            return self.loose(node)
        return name == "page" or not any(item.id in self._here for item in self.world.nodes[name].ancestors())

    def room(self, node: LayoutNode, axis: int) -> tuple[float, float]:
        """The first and last pixel that an element may take along an axis."""
        rect = self.frame.page if self.loose(node) else self.frame.inner
        return rect.start(axis), rect.end(axis)

    def _work_out(self, node: LayoutNode, axis: int) -> Edge:
        low, high = self.room(node, axis)
        size: Term = fixed_size(node, axis, self.frame)
        if isinstance(size, float) and (size < 1 or size > high - low + 1e-6):
            raise Unsatisfiable
        start, end = self._pins(node, axis)
        if size is None and isinstance(start, float) and isinstance(end, float) and start + 1 <= end:
            size = end - start
        if isinstance(size, float):
            if isinstance(start, float):
                pass
            elif isinstance(end, float):
                start = end - size
            elif isinstance(centre := self._pinned_centre(node, axis), float):
                start = centre - size / 2
        if size is None:
            least, most = bounds(node, axis, self.frame)
            size = self.system.variable(max(1.0, least or 0.0), min(high - low, most) if most is not None else high - low)
        if not isinstance(start, float):
            start = self.system.variable(low, high - size if isinstance(size, float) else None)
        edge = self._edges[node.id, axis] = Edge(start, size)
        if isinstance(start, float):
            self.system.require(start, ">=", low)
        if not (isinstance(size, float) and not isinstance(start, float)):
            self.system.require(edge.end, "<=", high)
        self._constrain(node, axis, edge)
        return edge

    def _pins(self, node: LayoutNode, axis: int) -> tuple[Term, Term]:
        """Numbers or terms that the start and the end must equal, where something written says so."""
        start: Term = None
        end: Term = None
        if node.box:
            box = node.element.placement.box
            assert box is not None
            offset = self.frame.pixels(box.top if axis else box.left, axis)
            origin = self._origin(node, axis)
            return (origin + offset, None)
        anchor = node.anchor
        if anchor is not None:
            target = self.target(anchor.of, axis)
            side = side_of(anchor, axis)
            start = target.start if side == "start" else start
            end = target.end if side == "end" else end
        for relation in node.relations:
            if relation.kind in ONE_AXIS_RELATIONS[axis]:
                target = self.target(relation.targets[0], axis)
                if relation.kind in ("align-left", "align-top"):
                    start = target.start
                elif relation.kind in ("align-right", "align-bottom"):
                    end = target.end
                elif sole(node, axis) and relation.gap is not None:
                    gap = self.frame.pixels(relation.gap, axis)
                    if relation.kind in ("below", "right-of"):
                        start = target.end + gap
                    else:
                        end = target.start - gap
        return start, end

    def _pinned_centre(self, node: LayoutNode, axis: int) -> Term:
        anchor = node.anchor
        if anchor is not None and anchor.point == "center":
            return self.target(anchor.of, axis).centre
        for relation in node.relations:
            if relation.kind == "center-with" and axis in node.axes(relation):
                return self.target(relation.targets[0], axis).centre
        return None

    def _origin(self, node: LayoutNode, axis: int) -> Term:
        """Where `box` counts from: the frame, or a group that has a place of its own and takes its children along."""
        for above in node.ancestors():
            if not above.wrapper:
                break
            if not above.free:
                return self.edge(above, axis).start
        return self.frame.inner.start(axis)

    def _constrain(self, node: LayoutNode, axis: int, edge: Edge) -> None:
        """All that is written about one axis of an element, required; and where it would like to be."""
        system, frame = self.system, self.frame
        anchor = node.anchor
        stated = False
        if node.box:
            start, _ = self._pins(node, axis)
            system.require(edge.start, "==", start)
            stated = True
        if anchor is not None:
            target = self.target(anchor.of, axis)
            side = side_of(anchor, axis)
            if side is not None:
                system.require(getattr(edge, side), "==", getattr(target, side))
                stated = True
            if anchor.of not in ("canvas", "page"):
                system.require(edge.start, ">=", target.start)
                system.require(edge.end, "<=", target.end)
        low: list[Term] = []
        high: list[Term] = []
        alone = sole(node, axis)
        for relation in node.relations:
            if axis not in node.axes(relation):
                continue
            target = self.target(relation.targets[0], axis)
            kind = relation.kind
            if kind in ("below", "right-of", "above", "left-of"):
                after = kind in ("below", "right-of")
                gap = frame.pixels(relation.gap, axis) if relation.gap else 0.0
                near = target.end + gap if after else target.start - gap
                mine = edge.start if after else edge.end
                system.require(mine, "==" if alone and relation.gap is not None else ">=" if after else "<=", near)
                air = 0.0 if relation.gap else GAP * frame.inner.size(axis)
                (low if after else high).append(near + (air if after else -air))
                stated = True
            elif kind == "inside":
                system.require(edge.start, ">=", target.start)
                system.require(edge.end, "<=", target.end)
                system.prefer(edge.centre, "==", target.centre, SHY)
            elif kind == "between":
                if axis == X:
                    self.betweens.append((node, relation))
            elif kind == "center-with":
                system.require(edge.centre, "==", target.centre)
                stated = True
            else:
                side = "start" if kind in ("align-left", "align-top") else "end"
                system.require(getattr(edge, side), "==", getattr(target, side))
                stated = True
        if low and high:
            for before in low:
                for after_ in high:
                    system.prefer(edge.start - before, "==", after_ - edge.end, PLACE)
        else:
            for term in low:
                system.prefer(edge.start, "==", term, NEAR)
            for term in high:
                system.prefer(edge.end, "==", term, NEAR)
        if not stated and not node.free:
            self._guess(node, axis, edge)

    def _guess(self, node: LayoutNode, axis: int, edge: Edge) -> None:
        """Where nothing is written for this axis: in line with what the element relates to on the other one."""
        about = next(
            (relation.targets[0] for relation in node.relations if relation.kind in ONE_AXIS_RELATIONS[1 - axis]), None
        )
        if about is None and any(relation.kind in ("between", "inside") for relation in node.relations):
            return
        if about is None:
            about = node.anchor.of if node.anchor else None
        centre = self.target(about, axis).centre if about else self.frame.inner.centre(axis)
        self.system.prefer(edge.centre, "==", centre, PLACE)

    def _wrap(self, group: LayoutNode) -> None:
        """A group without flow or size is the box around its children, and its padding."""
        canvas = self.canvas
        padding = group.element.look.padding.pixels(min(canvas.width, canvas.height), self.frame.dpi)
        for axis in (X, Y):
            edge = self.edge(group, axis)
            for child in group.children:
                inner = self.edge(child, axis)
                self.system.require(edge.start + padding, "<=", inner.start)
                self.system.require(edge.end - padding, ">=", inner.end)
            self.system.prefer(edge.size, "<=", 1.0, TIGHT)

    def settle_between(self, node: LayoutNode, relation: Relation) -> None:
        """Put an element into the space between two others, along the axis on which they lie apart. Raises `Unsatisfiable`."""
        if {statement.element for statement in node.dropped} & set(relation.targets):
            return  # A search for a conflict: where one of the two lies means nothing without what is written about it.
        first, second = ([self.target(name, axis) for axis in (X, Y)] for name in relation.targets[:2])
        apart = []
        for axis in (X, Y):
            (a, a_size), (b, b_size) = first[axis].values, second[axis].values
            apart.append(max(a, b) - (a + a_size if a <= b else b + b_size))
        axis = X if apart[X] >= apart[Y] else Y
        gap = self.frame.pixels(relation.gap, axis) if relation.gap else 0.0
        before, after = first[axis], second[axis]
        if before.values[0] > after.values[0]:
            before, after = after, before
        edge = self.edge(node, axis)
        self.system.require(edge.start, ">=", before.end + gap)
        self.system.require(edge.end, "<=", after.start - gap)
        self.system.prefer(edge.start - before.end, "==", after.start - edge.end, PLACE)
        other = 1 - axis
        cross = self.edge(node, other)
        middle = (first[other].centre + second[other].centre) * 0.5
        self.system.prefer(cross.centre, "==", middle, SHY)

    def wish_size(self, node: LayoutNode, axis: int, size: float, weight: float = SIZE) -> object:
        """Ask for an extent, as far as it is not decided."""
        return self.system.prefer(self.edge(node, axis).size, "==", size, weight)
