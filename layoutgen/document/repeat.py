"""How the copies of a `for` follow one another."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from layoutgen.document.model import Range
from layoutgen.document.relations import AXIS, BESIDE, Link
from layoutgen.look import Length

if TYPE_CHECKING:
    from layoutgen.document.instances import Instance

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
        if flows and original.box is None and original.hold is None and not original.links:
            continue
        if _tied(original, groups[0]):
            continue
        _chain([(instance, group) for instance, group in zip(chain, groups, strict=True) if instance.alive])


def _tied(instance: Instance, copy: list[Instance]) -> bool:
    """Whether it is placed relative to another element of its copy."""
    others = [other.id for other in copy if other is not instance]
    targets = [target for link in instance.links for target in link.targets]
    if instance.hold is not None:
        targets.append(instance.hold.of)
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
            else instance.hold.where
            if instance.hold
            else instance.blueprint.outline.span
        )
        links = [Link(kind, (_tail(before, copy, kind).id,), gap, where)]
        links += [link for link in instance.links if AXIS.get(link.kind) not in (None, axis) or link.kind == "inside"]
        if instance.hold is not None or instance.box is not None:
            links.append(Link(_alignment(instance, axis), (before.id,), None, where))
        if instance.box is not None:
            extent = instance.extent.model_copy(
                update={
                    "width": instance.extent.width or _fixed(instance.box.width, instance),
                    "height": instance.extent.height or _fixed(instance.box.height, instance),
                }
            )
            instance.extent = extent
        instance.links, instance.hold, instance.box = tuple(links), None, None


def _direction(instance: Instance) -> tuple[str, Length | None]:
    for link in instance.links:
        if link.kind in BESIDE:
            return link.kind, link.gap
    if instance.hold is not None and instance.hold.point.startswith("bottom"):
        return "above", None
    return "below", None


def _alignment(instance: Instance, axis: str) -> str:
    """The relation that keeps the copies in one line across the direction in which they follow one another."""
    point = instance.hold.point if instance.hold else "top-left"
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
    return Range(low=length, high=length, where=instance.box.where if instance.box else instance.blueprint.outline.span)
