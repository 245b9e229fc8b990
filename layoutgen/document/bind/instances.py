"""Element templates → instances: `for` carried out, `when` decided, relations between the right copies. One row, one canvas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from layoutgen.base.style import Length
from layoutgen.document.element_templates import ElementTemplate, RepeatTemplate
from layoutgen.document.model import AbsoluteBox, Extent, Range
from layoutgen.document.predicates import holds
from layoutgen.document.relations import AXIS, BESIDE, Link, ResolvedAnchor, anchor_without_missing, without_missing
from layoutgen.document.settings import Scope

Turns = tuple[tuple[int, int], ...]
"""Which copy of which `for` an instance belongs to: (identity of the Copies, number)."""


@dataclass(slots=True, eq=False)
class Instance:
    """One element of one row on one canvas, switched on or off."""

    template: ElementTemplate
    id: str
    name: str
    scope: Scope
    alive: bool
    turns: Turns
    box: AbsoluteBox | None
    anchor: ResolvedAnchor | None
    links: tuple[Link, ...]
    extent: Extent
    avoid: tuple[str, ...] = ()
    children: list[Instance] = field(default_factory=list)


def walk(instances: list[Instance]) -> Iterator[Instance]:
    for instance in instances:
        yield instance
        yield from walk(instance.children)


def make_instances(items: tuple[ElementTemplate | RepeatTemplate, ...], scope: Scope, canvas: str) -> list[Instance]:
    """The instances of one canvas with every relation resolved to ids of live elements, `canvas` or `page`."""
    maker = _Maker(canvas)
    top = maker.level(items, "", scope, True, (), False)
    for instance in walk(top):
        _resolve(instance, maker.by_path)
    for group, flows in maker.stacks:
        stack(group, flows)
    _replace_missing(top)
    return top


class _Maker:
    def __init__(self, canvas: str) -> None:
        self.canvas = canvas
        self.by_path: dict[str, list[Instance]] = {}
        self.stacks: list[tuple[list[list[Instance]], bool]] = []

    def level(
        self,
        items: tuple[ElementTemplate | RepeatTemplate, ...],
        prefix: str,
        scope: Scope,
        alive: bool,
        turns: Turns,
        flows: bool,
        number: str = "",
    ) -> list[Instance]:
        """One level; `number` is `.2` in the second copy of a `for`."""
        instances: list[Instance] = []
        for item in items:
            if isinstance(item, RepeatTemplate):
                instances += self.copies(item, prefix, scope, alive, turns, flows, number)
            else:
                instances.append(self.one(item, prefix, scope, alive, turns, number))
        return instances

    def copies(
        self, item: RepeatTemplate, prefix: str, scope: Scope, alive: bool, turns: Turns, flows: bool, number: str
    ) -> list[Instance]:
        records = scope.values.get(item.repeat.param) or ()
        if not records:
            # Switched off, but known: others may be placed relative to it.
            return self.level(item.children, prefix, scope, False, turns, flows, number)
        groups: list[list[Instance]] = []
        for count, record in enumerate(records, 1):
            inner = scope._replace(values={**scope.values, item.repeat.item: record})
            turn = (*turns, (id(item), count))
            groups.append(self.level(item.children, prefix, inner, alive, turn, flows, f"{number}.{count}"))
        self.stacks.append((groups, flows))
        return [instance for group in groups for instance in group]

    def one(self, template: ElementTemplate, prefix: str, scope: Scope, alive: bool, turns: Turns, number: str) -> Instance:
        decl = template.decl
        name = f"{decl.name}{number}"
        own_id = f"{prefix}.{name}" if prefix else name
        if alive and decl.when is not None:
            alive = holds(decl.when, lambda name: self.canvas if name == "canvas" else scope.look_up(name), scope.collector)
        instance = Instance(
            template, own_id, name, scope, alive, turns, template.box, template.anchor, template.links, template.extent
        )
        self.by_path.setdefault(decl.path, []).append(instance)
        if template.children:
            flows = decl.kind == "region" or template.flow is not None
            instance.children = self.level(template.children, own_id, scope, alive, turns, flows)
        return instance


def _resolve(instance: Instance, by_path: Mapping[str, list[Instance]]) -> None:
    """Paths in links and anchors → ids, in the same copy where there is one."""
    if instance.links:
        instance.links = tuple(
            Link(link.kind, tuple(target_id(path, instance, by_path, link.kind) for path in link.targets), link.gap, link.where)
            for link in instance.links
        )
    if instance.template.avoid:
        copies = (other for path in instance.template.avoid for other in _same_copy(path, instance, by_path))
        instance.avoid = tuple(other.id for other in copies if other.alive)
    if instance.anchor is not None and instance.anchor.of not in ("canvas", "page"):
        instance.anchor = instance.anchor._replace(of=target_id(instance.anchor.of, instance, by_path, "at"))


def target_id(path: str, instance: Instance, by_path: Mapping[str, list[Instance]], kind: str) -> str:
    """Which copy is meant: the one of the same `for`, else the last for what comes after all of them, else the first."""
    same = _same_copy(path, instance, by_path)
    alive = [other for other in same if other.alive] or same
    return alive[-1 if kind in ("below", "right-of") else 0].id


def _same_copy(path: str, instance: Instance, by_path: Mapping[str, list[Instance]]) -> list[Instance]:
    copies = by_path[path]
    if len(copies) == 1:
        return copies
    own = dict(instance.turns)
    return [other for other in copies if all(own.get(loop, count) == count for loop, count in other.turns)]


def _replace_missing(top: list[Instance]) -> None:
    everything = list(walk(top))
    alive = {instance.id: instance for instance in everything if instance.alive}
    if len(alive) == len(everything):
        return
    off_links = {instance.id: instance.links for instance in everything if not instance.alive}
    off_holds: dict[str, Any] = {instance.id: instance.anchor for instance in everything if not instance.alive}
    for instance in alive.values():
        if instance.links:
            instance.links = without_missing(instance.links, instance.id, alive, off_links)
        if instance.anchor is not None:
            instance.anchor = anchor_without_missing(instance.anchor, instance.id, alive, off_holds)


_BACKWARDS = ("above", "left-of")
"""Relations with which the last copy keeps the place of the original, so that the copies still read in order."""


def stack(groups: list[list[Instance]], flows: bool) -> None:
    """Place each copy after the one before it. `groups`: the first-level elements of each copy, in order.

    An element that is placed relative to another one of its own copy stays so. Elements that say nothing and whose
    parent flows its contents are left to the flow.
    """
    for index in range(len(groups[0])):
        chain = [group[index] for group in groups]
        original = chain[0]
        if flows and original.box is None and original.anchor is None and not original.links:
            continue
        if _tied(original, groups[0]):
            continue
        _chain([(instance, group) for instance, group in zip(chain, groups, strict=True) if instance.alive])


def _tied(instance: Instance, copy: list[Instance]) -> bool:
    """Whether it is placed relative to another element of its copy."""
    others = [other.id for other in copy if other is not instance]
    targets = [target for link in instance.links for target in link.targets]
    if instance.anchor is not None:
        targets.append(instance.anchor.of)
    return any(target == other or target.startswith(f"{other}.") for target in targets for other in others)


def _chain(chain: list[tuple[Instance, list[Instance]]]) -> None:
    if len(chain) < 2:
        return
    kind, gap = _direction(chain[0][0])
    if kind in _BACKWARDS:
        chain = chain[::-1]
    axis = AXIS[kind]
    for (before, copy), (instance, _) in pairwise(chain):
        where = (
            instance.links[0].where
            if instance.links
            else instance.anchor.where
            if instance.anchor
            else instance.template.decl.span
        )
        links = [Link(kind, (_tail(before, copy, kind).id,), gap, where)]
        links += [link for link in instance.links if AXIS.get(link.kind) not in (None, axis) or link.kind == "inside"]
        if instance.anchor is not None or instance.box is not None:
            links.append(Link(_alignment(instance, axis), (before.id,), None, where))
        if instance.box is not None:
            extent = instance.extent.model_copy(
                update={
                    "width": instance.extent.width or _fixed(instance.box.width, instance),
                    "height": instance.extent.height or _fixed(instance.box.height, instance),
                }
            )
            instance.extent = extent
        instance.links, instance.anchor, instance.box = tuple(links), None, None


def _direction(instance: Instance) -> tuple[str, Length | None]:
    for link in instance.links:
        if link.kind in BESIDE:
            return link.kind, link.gap
    if instance.anchor is not None and instance.anchor.point.startswith("bottom"):
        return "above", None
    return "below", None


def _alignment(instance: Instance, axis: str) -> str:
    """The relation that keeps the copies in one line across the direction in which they follow one another."""
    point = instance.anchor.point if instance.anchor else "top-left"
    for side in ("left", "right") if axis == "y" else ("top", "bottom"):
        if side in point.split("-"):
            return f"align-{side}"
    return "center-with"


def _tail(instance: Instance, copy: list[Instance], kind: str) -> Instance:
    """The last element of a copy that hangs on this one in the same direction: what the next copy must clear."""
    tail, seen = instance, {instance.id}
    while True:
        following = [other for other in copy if other.id not in seen and _hangs_on(other, tail, kind)]
        if not following:
            return tail
        tail = following[-1]
        seen.add(tail.id)


def _hangs_on(other: Instance, tail: Instance, kind: str) -> bool:
    return other.alive and any(link.kind == kind and tail.id in link.targets for link in other.links)


def _fixed(length: Length, instance: Instance) -> Range:
    return Range(low=length, high=length, where=instance.box.where if instance.box else instance.template.decl.span)
