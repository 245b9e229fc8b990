"""What can be wrong with the places before any of them is worked out."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from layoutgen.diagnostics import Collector, Related, Span
from layoutgen.document.model import Relation, Slogan
from layoutgen.layout.extents import bounds
from layoutgen.layout.intrinsic import IntrinsicSizes
from layoutgen.layout.tree import LayoutNode, Tree, X, Y
from layoutgen.typeset import BrokenFont, MissingGlyphs, UnknownFont
from layoutgen.typeset.emoji import picture_of
from layoutgen.typeset.measure import natural_width


def validate(tree: Tree, sizes: IntrinsicSizes, collector: Collector) -> None:
    """Every check that needs no solver, in the order of the file."""
    for node in tree.nodes.values():
        _ranges(node, sizes, collector)
        _targets(node, collector)
        if isinstance(node.element, Slogan):
            _letters(node, node.element, sizes, collector)
    collector.stop()
    _circles(tree, collector)


def _ranges(node: LayoutNode, sizes: IntrinsicSizes, collector: Collector) -> None:
    """Ranges whose ends have different units; what they mean in pixels is known once there is a canvas."""
    if node.parent is not None:
        return
    for axis in (X, Y):
        extent = node.extent(axis)
        low, high = bounds(node, axis, sizes.frame)
        if extent is not None and low is not None and high is not None and low > high + 1e-6:
            collector.error(
                "LG304",
                extent.where,
                f"the extent of `{node.id}` runs backwards: {extent.low} is {low:.0f} px here, {extent.high} is {high:.0f} px",
                hint="use one unit for both ends",
            )


def _targets(node: LayoutNode, collector: Collector) -> None:
    above = {item.id for item in node.ancestors()}
    below = {item.id for item in node.walk()} - {node.id}
    for words, names, where in _named(node):
        for name in names:
            if name in below:
                problem = f"`{node.id}` is placed by its own content, `{name}`"
            elif name in above and words not in ("at", "inside", "center-with") and not words.startswith("align-"):
                problem = f"`{node.id}` lies in `{name}` and cannot be {words.replace('-', ' ')} it"
            else:
                continue
            collector.error(
                "LG302", where, problem, hint="name another element; one that is switched off hands on its own relation"
            )


def _named(node: LayoutNode) -> Iterator[tuple[str, tuple[str, ...], Span]]:
    anchor = node.anchor
    if anchor is not None:
        yield "at", (anchor.of,), anchor.where
    for relation in node.relations:
        yield relation.kind, relation.targets, relation.where


def _letters(node: LayoutNode, slogan: Slogan, sizes: IntrinsicSizes, collector: Collector) -> None:
    try:
        natural_width(slogan.text, slogan.lettering, 1.0, sizes.locale)
    except MissingGlyphs as problem:
        code = "LG311" if problem.font else "LG310"
        hint = problem.package_hint or _without_glyphs(problem)
        collector.error(code, slogan.where, f"`{node.id}` cannot be set: {problem}", hint=hint)
    except BrokenFont as problem:
        collector.error("LG312", slogan.where, f"`{node.id}` cannot be set: {problem}", hint="use another font file")
    except UnknownFont as problem:
        close = ", ".join(f"`{name}`" for name in problem.suggestions)
        hint = f"did you mean {close}?" if close else "`layoutgen list faces` shows those there are"
        collector.error("LG314", slogan.where, f"`{node.id}` cannot be set: {problem}", hint=hint)


def _without_glyphs(problem: MissingGlyphs) -> str:
    """What to do about characters for which no package has a font: an emoji that is not drawn is best shown as an object."""
    if problem.font:
        return "use another font, or leave `font` out so that one is found"
    signs = [character for character in problem.characters if picture_of(f"{character}\ufe0f")]
    if signs:
        return f"write `{signs[0]}` as an emoji: `\\u{{{ord(signs[0]):x}}}\\u{{fe0f}}`"
    hint = 'leave them out, or put a font that has them beside the poster: font NAME "fonts/….ttf"'
    pictures = [unicodedata.name(c, "").lower() for c in problem.characters if unicodedata.category(c) == "So"]
    return f'{hint}\nor let the picture show it: object NAME "{pictures[0]}"' if pictures and pictures[0] else hint


Link = tuple[str, Span]


def _circles(tree: Tree, collector: Collector) -> None:
    """Report every circle of relations on one axis, each once."""
    reported: set[frozenset[str]] = set()
    for axis in (X, Y):
        done: set[str] = set()
        for start in tree.nodes.values():
            trail: list[str] = []
            links: list[Link] = []
            stack: list[tuple[str, Iterator[Link]]] = [(start.id, _links(start, axis))]
            trail.append(start.id)
            while stack:
                name, rest = stack[-1]
                link = next(rest, None) if name not in done else None
                if link is None:
                    done.add(name)
                    stack.pop()
                    trail.pop()
                    if links:
                        links.pop()
                    continue
                target, _ = link
                if target in trail:
                    at = trail.index(target)
                    circle, spans = trail[at:], [*links[at:], link]
                    if frozenset(circle) not in reported:
                        reported.add(frozenset(circle))
                        _report_circle(circle, [span for _, span in spans], collector)
                elif target not in done and target in tree.nodes:
                    stack.append((target, _links(tree.nodes[target], axis)))
                    trail.append(target)
                    links.append(link)


def _links(node: LayoutNode, axis: int) -> Iterator[Link]:
    """What an element's place on an axis follows from; a part of a group goes where the group goes."""
    anchor = node.anchor
    if anchor is not None:
        yield anchor.of, anchor.where
    for relation in _on(node, axis):
        for target in relation.targets:
            yield target, relation.where
    for above in node.ancestors():
        if not above.wrapper:
            break
        if above.anchor is not None:
            yield above.anchor.of, above.anchor.where
        for relation in _on(above, axis):
            for target in relation.targets:
                yield target, relation.where


def _on(node: LayoutNode, axis: int) -> list[Relation]:
    return [relation for relation in node.relations if axis in node.axes(relation)]


def _report_circle(circle: list[str], spans: list[Span], collector: Collector) -> None:
    names = [*circle, circle[0]]
    related = [Related(span, f"`{names[at]}` is placed by `{names[at + 1]}`") for at, span in enumerate(spans)]
    if len(circle) == 1:
        message = f"`{circle[0]}` is placed by itself"
    else:
        message = "each of these is placed by the next, in a circle: " + " → ".join(f"`{name}`" for name in names)
    collector.error(
        "LG301",
        spans[0],
        message,
        label=related[0].label,
        related=related[1:],
        hint="give one of them a place of its own, such as `at: top of canvas`",
    )
