"""Blueprints → instances: `for` carried out, `when` decided, relations between the right copies. One row, one canvas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from layoutgen.document.blueprint import Blueprint, Copies
from layoutgen.document.conditionals import holds
from layoutgen.document.model import AbsoluteBox, Extent
from layoutgen.document.relations import Hold, Link, anchor_without_missing, without_missing
from layoutgen.document.repeat import stack
from layoutgen.document.settings import Scope

Turns = tuple[tuple[int, int], ...]
"""Which copy of which `for` an instance belongs to: (identity of the Copies, number)."""


@dataclass(slots=True, eq=False)
class Instance:
    """One element of one row on one canvas, switched on or off."""

    blueprint: Blueprint
    id: str
    name: str
    scope: Scope
    alive: bool
    turns: Turns
    box: AbsoluteBox | None
    hold: Hold | None
    links: tuple[Link, ...]
    extent: Extent
    avoid: tuple[str, ...] = ()
    children: list[Instance] = field(default_factory=list)


def walk(instances: list[Instance]) -> Iterator[Instance]:
    for instance in instances:
        yield instance
        yield from walk(instance.children)


def make_instances(items: tuple[Blueprint | Copies, ...], scope: Scope, canvas: str) -> list[Instance]:
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
        items: tuple[Blueprint | Copies, ...],
        prefix: str,
        scope: Scope,
        alive: bool,
        turns: Turns,
        flows: bool,
        number: str = "",
    ) -> list[Instance]:
        """One level; `number` is `.2` in the second copy of a `for`."""
        found: list[Instance] = []
        for item in items:
            if isinstance(item, Copies):
                found += self.copies(item, prefix, scope, alive, turns, flows, number)
            else:
                found.append(self.one(item, prefix, scope, alive, turns, number))
        return found

    def copies(
        self, item: Copies, prefix: str, scope: Scope, alive: bool, turns: Turns, flows: bool, number: str
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

    def one(self, blueprint: Blueprint, prefix: str, scope: Scope, alive: bool, turns: Turns, number: str) -> Instance:
        outline = blueprint.outline
        name = f"{outline.name}{number}"
        own_id = f"{prefix}.{name}" if prefix else name
        if alive and outline.when is not None:
            alive = holds(outline.when, lambda name: self.canvas if name == "canvas" else scope.look_up(name), scope.collector)
        instance = Instance(
            blueprint, own_id, name, scope, alive, turns, blueprint.box, blueprint.hold, blueprint.links, blueprint.extent
        )
        self.by_path.setdefault(outline.path, []).append(instance)
        if blueprint.children:
            flows = outline.kind == "region" or blueprint.flow is not None
            instance.children = self.level(blueprint.children, own_id, scope, alive, turns, flows)
        return instance


def _resolve(instance: Instance, by_path: Mapping[str, list[Instance]]) -> None:
    """Paths in links and anchors → ids, in the same copy where there is one."""
    if instance.links:
        instance.links = tuple(
            Link(link.kind, tuple(target_id(path, instance, by_path, link.kind) for path in link.targets), link.gap, link.where)
            for link in instance.links
        )
    if instance.blueprint.avoid:
        copies = (other for path in instance.blueprint.avoid for other in _same_copy(path, instance, by_path))
        instance.avoid = tuple(other.id for other in copies if other.alive)
    if instance.hold is not None and instance.hold.of not in ("canvas", "page"):
        instance.hold = instance.hold._replace(of=target_id(instance.hold.of, instance, by_path, "at"))


def target_id(path: str, instance: Instance, by_path: Mapping[str, list[Instance]], kind: str) -> str:
    """Which copy is meant: the one of the same `for`, else the last for what comes after all of them, else the first."""
    same = _same_copy(path, instance, by_path)
    alive = [other for other in same if other.alive] or same
    return alive[-1 if kind in ("below", "right-of") else 0].id


def _same_copy(path: str, instance: Instance, by_path: Mapping[str, list[Instance]]) -> list[Instance]:
    found = by_path[path]
    if len(found) == 1:
        return found
    own = dict(instance.turns)
    return [other for other in found if all(own.get(loop, count) == count for loop, count in other.turns)]


def _replace_missing(top: list[Instance]) -> None:
    everything = list(walk(top))
    alive = {instance.id: instance for instance in everything if instance.alive}
    if len(alive) == len(everything):
        return
    off_links = {instance.id: instance.links for instance in everything if not instance.alive}
    off_holds: dict[str, Any] = {instance.id: instance.hold for instance in everything if not instance.alive}
    for instance in alive.values():
        if instance.links:
            instance.links = without_missing(instance.links, instance.id, alive, off_links)
        if instance.hold is not None:
            instance.hold = anchor_without_missing(instance.hold, instance.id, alive, off_holds)
