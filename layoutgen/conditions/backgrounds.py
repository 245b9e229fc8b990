"""What lies on what: the z-stack of a layout, the free area around each text, and words that something covers.

Beneath a text may be panels, the backdrop, or a picture that does not exist yet.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import ceil, sqrt

from layoutgen.base.color import Rgba, over, rgba, stops
from layoutgen.base.geometry import (
    area,
    centre,
    enclosing,
    gaps,
    holds,
    intersection,
    overlaps,
    rotate,
    turned_inside_whole,
    turned_size,
    upright_around,
)
from layoutgen.base.model import Box
from layoutgen.base.style import Border, Length
from layoutgen.conditions.colors import Surface, surface
from layoutgen.conditions.model import Overlay, Panel
from layoutgen.diagnostics import Collector
from layoutgen.document.model import Backdrop, Group, Image, Object, Qr, Region, Slogan
from layoutgen.layout.model import Layout, Placed

COVERED = 0.05
"""Of a slogan's box: below this much, only air is covered."""


class ZStack:
    """The elements of one layout, where each lies before it is turned, the panels, and what lies beneath a text.

    The layout gives everything an upright box with room for it as it is turned. A box here is what lies in there, before
    it is turned about its own centre: the meaning that boxes have in conditions.
    """

    def __init__(self, layout: Layout, backdrop: Backdrop, order: Mapping[str, int]) -> None:
        """`order` is the place of every element in the file: what comes later lies on top."""
        self.layout = layout
        self.order = order
        self.placed = {item.id: item for item in layout.placed}
        self.page: Box = (0, 0, layout.canvas.width, layout.canvas.height)
        self._backdrop = surface(backdrop.fill, self.page) if backdrop.fill and not backdrop.description else None
        self._objects = [item.box for item in layout.placed if isinstance(item.element, Object)]
        self._overlaid = {item.id: item.box for item in layout.placed if isinstance(item.element, Image | Qr)}
        self._panels = {item.id: panel for item in layout.placed if (panel := self._panel(item))}

    def ancestors(self, item: Placed) -> Iterator[Placed]:
        """What holds an element, from the inside out."""
        while item.parent is not None and item.parent in self.placed:
            item = self.placed[item.parent]
            yield item

    def region_of(self, item: Placed) -> str:
        """The id of the nearest region that holds a slogan, else of whatever holds it."""
        above = list(self.ancestors(item))
        return next((held.id for held in above if isinstance(held.element, Region)), item.parent or item.id)

    def panel_behind(self, item: Placed) -> Panel | None:
        return next((self._panels[held.id] for held in (item, *self.ancestors(item)) if held.id in self._panels), None)

    def box(self, item: Placed) -> Box:
        """The box of an element before it is turned by `item.rotation` about its centre."""
        if item.text is not None:
            return item.text.box
        if not item.rotation % 360:
            return item.box
        element, (_, _, width, height) = item.element, item.box
        held = [other for other in self.layout.placed if self._within(other, item) and not self._holds(other)]
        if held:
            return self._around(item, held)
        aspect = width / height
        if isinstance(element, Qr):
            aspect = 1.0
        elif isinstance(element, Image) and element.fit == "contain":
            aspect = element.size[0] / element.size[1]
        return turned_inside_whole(item.box, aspect, item.rotation)

    def content_box(self, item: Placed) -> Box:
        """The box of a picture or QR code inside its padding, before it is turned."""
        left, top, width, height = self.box(item)
        air = min(round(self._padding(item)), (min(width, height) - 1) // 2)
        return left + air, top + air, width - 2 * air, height - 2 * air

    def content_radius(self, item: Placed) -> float:
        """Pixels: how round the corners inside the padding are."""
        box = self.box(item)
        return max(0.0, min(min(box[2:]) / 2, self._pixels(item.element.look.radius)) - self._padding(item))

    def bounds(self, item: Placed) -> Box:
        """The upright whole-pixel box around an element as it lies on the canvas."""
        return intersection(upright_around(self.box(item), item.rotation), self.page)

    def panels(self, overlays: Sequence[str]) -> tuple[Panel, ...]:
        """All panels, outer before inner. Those that carry only what is composited are composited themselves.

        `overlays` are the ids of what is composited, from the bottom up.
        """
        drawn = [
            self.bounds(item)
            for item in self.layout.placed
            if isinstance(item.element, Object) or (isinstance(item.element, Slogan) and item.element.draw == "generate")
        ]
        first: dict[str, str] = {}
        for overlay in overlays:
            for held in (self.placed[overlay], *self.ancestors(self.placed[overlay])):
                first.setdefault(held.id, overlay)
        return tuple(
            panel.model_copy(update={"exact": True, "before": first[panel.id]})
            if panel.id in first and not any(overlaps(upright_around(panel.box, panel.rotation), box) for box in drawn)
            else panel
            for panel in self._panels.values()
        )

    def beneath(self, item: Placed) -> Surface | None:
        """The colours that a slogan lies on, or None where a picture that does not exist yet shows through."""
        box = self.bounds(item)
        covered = [name for name, other in self._overlaid.items() if overlaps(box, other)]
        layers: list[Surface] = []
        for held in (item, *self.ancestors(item)):
            panel = self._panels.get(held.id)
            if panel and panel.paint is not None:
                layers.append(surface(panel.paint, panel.box, panel.opacity))
                above = [name for name in covered if self.order[name] > self.order[held.id]]
                if not above and _opaque(panel):
                    return _flattened(layers)
        if covered or any(overlaps(box, other) for other in self._objects):
            return None
        for panel in self._behind(item, box):
            if panel.paint is not None:
                layers.append(surface(panel.paint, panel.box, panel.opacity))
                if _opaque(panel):
                    return _flattened(layers)
        return _flattened([*layers, self._backdrop]) if self._backdrop else None

    def _behind(self, item: Placed, box: Box) -> list[Panel]:
        """Panels of others, earlier in the file, that lie under all of a box; the uppermost first."""
        own = (item.id, *(held.id for held in self.ancestors(item)))
        first = min(self.order[name] for name in own)
        behind = [
            (self.order[name], panel)
            for name, panel in self._panels.items()
            if name not in own and self.order[name] < first and _holds_all(panel, box)
        ]
        return [panel for _, panel in sorted(behind, key=lambda pair: -pair[0])]

    def _within(self, item: Placed, container: Placed) -> bool:
        return any(held.id == container.id for held in self.ancestors(item))

    def _holds(self, item: Placed) -> bool:
        return any(other.parent == item.id for other in self.layout.placed)

    def _around(self, item: Placed, held: Sequence[Placed]) -> Box:
        """The box that is turned with everything in it: around what it holds, and the padding that there is room for."""
        about = centre(item.box)
        edges: list[tuple[float, float, float, float]] = []
        for other in held:
            box = self.box(other)
            along, across = rotate(centre(box), about, -item.rotation)
            wide, high = turned_size(box[2], box[3], other.rotation - item.rotation)
            edges.append((along - wide / 2, across - high / 2, along + wide / 2, across + high / 2))
        air = self._padding(item) / sum(turned_size(1, 0, item.rotation))
        lefts, tops, rights, bottoms = zip(*edges, strict=True)
        width, height = max(rights) - min(lefts) + 2 * air, max(bottoms) - min(tops) + 2 * air
        x, y = rotate(((max(rights) + min(lefts)) / 2, (max(bottoms) + min(tops)) / 2), about, item.rotation)
        return round(x - width / 2), round(y - height / 2), max(1, round(width)), max(1, round(height))

    def _padding(self, item: Placed) -> float:
        return self._pixels(item.element.look.padding)

    def _pixels(self, length: Length) -> float:
        """Percent is of the canvas's shorter side, as the layout takes padding."""
        return round(length.pixels(min(self.layout.canvas.inner[2:]), self.layout.canvas.dpi), 2)

    def _panel(self, item: Placed) -> Panel | None:
        element = item.element
        if not isinstance(element, Region | Group | Slogan | Image | Qr):
            return None
        look = element.look
        if look.panel is None and look.border is None:
            return None
        box = self._panel_box(item)
        border = look.border
        if border is not None:
            border = Border(color=border.color, width=Length(value=self._pixels(border.width), unit="px"))
        return Panel(
            id=item.id,
            box=box,
            paint=look.panel,
            radius=min(min(box[2:]) / 2, self._pixels(look.radius)),
            opacity=1.0 if isinstance(element, Image) else look.opacity,
            border=border,
            rotation=item.rotation,
        )

    def _panel_box(self, item: Placed) -> Box:
        if item.text is None or not item.rotation % 360:
            return self.box(item) if item.text is None else item.box
        left, top, width, height = item.text.box
        air = round(self._padding(item) / sum(turned_size(1, 0, item.rotation)))
        return left - air, top - air, width + 2 * air, height + 2 * air


def _opaque(panel: Panel) -> bool:
    return panel.opacity >= 1 and panel.paint is not None and all(rgba(stop)[3] == 1 for stop in stops(panel.paint))


def _holds_all(panel: Panel, box: Box) -> bool:
    """Whether a box lies wholly on a panel, round corners left out."""
    air = ceil(panel.radius * (1 - sqrt(0.5)))
    left, top, width, height = panel.box
    inner = (left + air, top + air, width - 2 * air, height - 2 * air)
    return not panel.rotation % 360 and holds(inner, box)


def _flattened(layers: Sequence[Surface]) -> Surface:
    """Layers from the top down; the last one is opaque."""

    def at(x: float, y: float) -> Rgba:
        color = layers[-1](x, y)
        for layer in reversed(layers[:-1]):
            color = over(layer(x, y), color)
        return color

    return at


def free_area_of(item: Placed, z_stack: ZStack) -> Box | None:
    """The region of a slogan, up to half the way to every other element in it and every other slogan; None if it is turned."""
    if item.rotation % 360:
        return None
    own = z_stack.bounds(item)
    region = next((held for held in z_stack.ancestors(item) if isinstance(held.element, Region)), item)
    left, top, width, height = enclosing((own, region.box))
    right, bottom = left + width, top + height
    for box in _others(item, region, z_stack):
        free = gaps(own, box)
        gap = max(free)
        if gap < 0:
            continue  # they overlap, so there is nothing between them to share
        if gap == free[0]:
            left = max(left, own[0] - gap // 2)
        elif gap == free[2]:
            right = min(right, own[0] + own[2] + gap // 2)
        elif gap == free[1]:
            top = max(top, own[1] - gap // 2)
        else:
            bottom = min(bottom, own[1] + own[3] + gap // 2)
    return left, top, right - left, bottom - top


def _others(item: Placed, region: Placed, z_stack: ZStack) -> Iterator[Box]:
    for other in z_stack.layout.placed:
        inside = isinstance(other.element, Object | Image | Qr) and region in z_stack.ancestors(other)
        if other is not item and (inside or isinstance(other.element, Slogan)):
            yield z_stack.bounds(other)


def check_covered(overlays: tuple[Overlay, ...], z_stack: ZStack, collector: Collector) -> None:
    """LG412: generated words under anything composited, typeset words under what stands after them in the file."""
    order = {overlay.id: place for place, overlay in enumerate(overlays)}
    pictures = [overlay for overlay in overlays if overlay.kind != "text"]
    for item in z_stack.layout.placed:
        if not isinstance(item.element, Slogan):
            continue
        box = z_stack.bounds(item)
        for overlay in pictures:
            if order.get(item.id, -1) > order[overlay.id]:
                continue
            part = intersection(upright_around(overlay.box, overlay.rotation), box)
            if area(part) <= COVERED * box[2] * box[3]:
                continue
            typeset = item.id in order
            collector.warning(
                "LG412",
                item.element.where,
                f"`{item.id}` lies under `{overlay.id}`, which is put on the finished picture",
                hint=f"write it after `{overlay.id}`" if typeset
                else f"to have the words on top, add draw: typeset to them and write them after `{overlay.id}`",
            )  # fmt: skip
