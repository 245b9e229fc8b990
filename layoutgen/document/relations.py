"""Relations between elements: looking names up, and what becomes of a relation to an element that is switched off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from layoutgen.base.style import Length
from layoutgen.base.suggest import did_you_mean
from layoutgen.diagnostics import Collector, Span
from layoutgen.document.declared import ElementDecl, find
from layoutgen.document.settings import AnchorValue, RelationValue
from layoutgen.syntax.nodes import Word

HORIZONTAL = ("left-of", "right-of", "align-left", "align-right")
VERTICAL = ("below", "above", "align-top", "align-bottom")
BESIDE = ("below", "above", "left-of", "right-of")
"""Relations that put one element next to another; nothing can be next to what holds it."""

AXIS = {**dict.fromkeys(HORIZONTAL, "x"), **dict.fromkeys(VERTICAL, "y")}
"""The axis of a relation; those that speak of both stand for themselves."""


class Link(NamedTuple):
    """A relation with its targets found: paths at load, ids once copies are made."""

    kind: str
    targets: tuple[str, ...]
    gap: Length | None
    where: Span

    @property
    def axis(self) -> str:
        return AXIS.get(self.kind, self.kind)


class ResolvedAnchor(NamedTuple):
    """An anchor with its target found."""

    point: str
    of: str
    where: Span


def link_relation(
    value: RelationValue, decl: ElementDecl, paths: Mapping[str, ElementDecl], collector: Collector
) -> Link | None:
    """A relation with its names looked up; None after an error."""
    targets = [look_up(word, decl, paths, collector) for word in value.names]
    if not all(_may_relate(value, word, target, decl, collector) for word, target in zip(value.names, targets, strict=True)):
        return None
    if value.kind == "between" and targets[0] == targets[1]:
        collector.error(
            "LG226", value.span, f"`between` names `{value.names[0].text}` twice", hint="name two different elements"
        )
        return None
    return Link(value.kind, tuple(target for target in targets if target), value.gap, value.span)


def link_anchor(
    value: AnchorValue, decl: ElementDecl, holder: str, paths: Mapping[str, ElementDecl], collector: Collector
) -> ResolvedAnchor | None:
    """An anchor with its target looked up: `holder` where none is named; None after an error."""
    if value.of is None or value.of.text in ("canvas", "page"):
        return ResolvedAnchor(value.point, value.of.text if value.of else holder, value.span)
    target = look_up(value.of, decl, paths, collector, extra=("canvas", "page"))
    if target == decl.path:
        collector.error(
            "LG226", value.of.span, f"`{decl.name}` is placed at itself", hint="name another element, `canvas` or `page`"
        )
        return None
    return ResolvedAnchor(value.point, target, value.span) if target else None


def look_up(
    word: Word, decl: ElementDecl, paths: Mapping[str, ElementDecl], collector: Collector, extra: tuple[str, ...] = ()
) -> str | None:
    """The path of the element that a word means; None after LG204."""
    path = find(word.text, decl.path, paths)
    if path is None:
        if word.text in ("canvas", "page"):
            hint = f"to place something on the {word.text}, write at: top of {word.text}"
            collector.error("LG204", word.span, f"the {word.text} is not an element", hint=hint)
            return None
        deeper = [known for known in paths if known.endswith(f".{word.text}")]
        label = (
            f"did you mean `{deeper[0]}`?"
            if deeper
            else did_you_mean(word.text, [*paths, *(known.rpartition(".")[2] for known in paths), *extra])
        )
        if word.text in paths:
            message = f"`{word.text}` is a reference, which has no place on the canvas"
            collector.error("LG204", word.span, message, hint="name a region or an object")
            return None
        collector.error("LG204", word.span, f"no region or object is called `{word.text}`", label=label)
    return path


def _may_relate(value: RelationValue, word: Word, target: str | None, decl: ElementDecl, collector: Collector) -> bool:
    if target is None:
        return False
    if target == decl.path:
        collector.error("LG226", word.span, f"`{decl.name}` is placed relative to itself", hint="name another element")
        return False
    inside, around = target.startswith(f"{decl.path}."), decl.path.startswith(f"{target}.")
    if inside or (around and value.kind in (*BESIDE, "between")):
        what = f"`{word.text}` is inside it" if inside else f"it is inside `{word.text}`"
        collector.error(
            "LG226",
            word.span,
            f"`{decl.name}` cannot be {value.kind} `{word.text}`: {what}",
            hint="name an element outside it",
        )
        return False
    return True


def without_missing(
    links: tuple[Link, ...],
    own_id: str,
    alive: Mapping[str, object],
    off: Mapping[str, tuple[Link, ...]],
) -> tuple[Link, ...]:
    """Links of a live element with those to missing elements replaced.

    Such a link takes over the missing element's own link on the same axis (its kind, targets and gap), again and again
    along a chain of missing elements; where there is none, or it leads back, it is dropped.
    """
    if all(target in alive for link in links for target in link.targets):
        return links
    relations: dict[tuple[str, tuple[str, ...]], Link] = {}
    for link in links:
        for followed in _follow(link, alive, off):
            if own_id not in followed.targets:
                relations.setdefault((followed.kind, followed.targets), followed)
    return tuple(relations.values())


def _follow(link: Link, alive: Mapping[str, object], off: Mapping[str, tuple[Link, ...]]) -> list[Link]:
    """What a link comes to; each missing element is asked once."""
    relations: list[Link] = []
    seen: set[str] = set()
    pending = [link]
    while pending:
        current = pending.pop(0)
        missing = [target for target in current.targets if target not in alive]
        if not missing:
            # The statement written on the live element stays the place that messages point to.
            relations.append(Link(current.kind, current.targets, current.gap, link.where))
        elif len(current.targets) == 1 and missing[0] not in seen:
            seen.add(missing[0])
            pending += [other for other in off.get(missing[0], ()) if other.axis == link.axis]
    return relations


def anchor_without_missing(
    anchor: ResolvedAnchor | None, own_id: str, alive: Mapping[str, object], off: Mapping[str, ResolvedAnchor | None]
) -> ResolvedAnchor | None:
    """An anchor to a missing element takes over that element's own anchor, or is dropped."""
    seen: set[str] = set()
    while anchor is not None and anchor.of not in alive and anchor.of not in ("canvas", "page"):
        if anchor.of in seen:
            return None
        seen.add(anchor.of)
        other = off.get(anchor.of)
        anchor = ResolvedAnchor(other.point, other.of, anchor.where) if other else None
    return None if anchor is not None and anchor.of == own_id else anchor
