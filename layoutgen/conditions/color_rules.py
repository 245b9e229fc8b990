"""The colours that a poster requires: refused where it asks for others itself, and left to be measured on the picture."""

from __future__ import annotations

from collections.abc import Mapping

from layoutgen.base.color import difference, stops
from layoutgen.base.style import Paint
from layoutgen.conditions.backgrounds import ZStack
from layoutgen.conditions.model import ColorRule, Glyph
from layoutgen.diagnostics import Collector, Related
from layoutgen.document.model import Document, NearColor
from layoutgen.layout.model import Layout, Placed


def check_colors(
    document: Document, layout: Layout, z_stack: ZStack, glyphs: Mapping[str, Glyph], collector: Collector
) -> tuple[ColorRule, ...]:
    """LG407 where the poster asks for another colour than it requires; the rules for what is to be measured."""
    rules: list[ColorRule] = []
    for rule in document.near_colors:
        for item, paint in _about(rule, layout, z_stack, glyphs):
            if paint is None:
                message = f"`{item.id}` has no panel, so it has no colour that could be near {rule.color}"
                hint = f"write `panel: {_named(rule.color, document)}` in it"
                collector.error("LG407", rule.where, message, label="required here", hint=hint, related=_related(item))
                continue
            farthest = max(stops(paint), key=lambda color: difference(color, rule.color))
            apart = difference(farthest, rule.color)
            if apart > rule.within:
                _report(rule, item, farthest, apart, document, collector)
                continue
            measured = ColorRule(element=item.id, part=rule.part, near=rule.color, within=rule.within)
            rules += [measured] if measured not in rules else []
    return tuple(rules)


def _about(rule: NearColor, layout: Layout, z_stack: ZStack, glyphs: Mapping[str, Glyph]) -> list[tuple[Placed, Paint | None]]:
    """What a rule is about on this canvas, each with its paint: all the lettering in an element, or its own panel."""
    if rule.part == "panel":
        panels = {panel.id: panel.paint for panel in z_stack.panels(())}
        return [(item, panels.get(item.id)) for item in layout.placed if item.id == rule.element]
    return [
        (item, glyphs[item.id].style.color)
        for item in layout.placed
        if item.id in glyphs and rule.element in (item.id, *(held.id for held in z_stack.ancestors(item)))
    ]


def _report(rule: NearColor, item: Placed, asked: str, apart: float, document: Document, collector: Collector) -> None:
    written = "panel" if rule.part == "panel" else "color"
    collector.error(
        "LG407",
        rule.where,
        f"`{item.id}` is to be {asked[:7]}, which is {apart:.1f} from {rule.color}; "
        f"required is {rule.within:g} at most (CIEDE2000)",
        label="required here",
        hint=f"write `{written}: {_named(rule.color, document)}` in it, or allow more: `within {int(apart) + 1}`",
        related=_related(item),
    )


def _named(color: str, document: Document) -> str:
    return next((name for name, value in document.palette.items() if value == color), color)


def _related(item: Placed) -> tuple[Related, ...]:
    return (Related(item.element.where, "this element"),)
