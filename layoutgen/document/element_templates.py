"""Declarations → templates: the elements of one canvas with everything decided that params do not decide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from layoutgen.base.style import BoxStyle, Lettering
from layoutgen.diagnostics import Collector
from layoutgen.document import resolve
from layoutgen.document.declared import ElementDecl, Repeat
from layoutgen.document.model import AbsoluteBox, Extent, Flow, Verify
from layoutgen.document.relations import Link, ResolvedAnchor, link_anchor, link_relation, look_up
from layoutgen.document.settings import Scope, Settings
from layoutgen.document.styles import cascade, inherited
from layoutgen.language.properties import RELATIONS


@dataclass(frozen=True, slots=True, eq=False)
class ElementTemplate:
    """One element on one canvas. What is None here and has a default there depends on params and is made for each row."""

    decl: ElementDecl
    settings: Settings
    box: AbsoluteBox | None
    anchor: ResolvedAnchor | None
    links: tuple[Link, ...]
    extent: Extent
    look: BoxStyle | None
    lettering: Lettering | None
    flow: Flow | None
    verify: Verify
    overlap: bool
    avoid: tuple[str, ...]
    children: tuple[ElementTemplate | RepeatTemplate, ...]

    def value(self, name: str, default: Any) -> Any:
        """The value of a property that never depends on params."""
        setting = self.settings.get(name)
        return default if setting is None else setting.value


@dataclass(frozen=True, slots=True, eq=False)
class RepeatTemplate:
    """The elements that `for` repeats."""

    repeat: Repeat
    children: tuple[ElementTemplate | RepeatTemplate, ...]


@dataclass(frozen=True)
class TemplateContext:
    """What the elements of one canvas share."""

    paths: Mapping[str, ElementDecl]
    styles: Mapping[str, Settings]
    overrides: Mapping[str, Settings]
    verify: Verify
    scope: Scope
    """For constants: it knows no params."""

    @property
    def collector(self) -> Collector:
        return self.scope.collector


def make_templates(
    items: tuple[ElementDecl | Repeat, ...], passed_on: Settings, context: TemplateContext, holder: str = "canvas"
) -> tuple[ElementTemplate | RepeatTemplate, ...]:
    """The templates of one level; `passed_on` is what they inherit, `holder` what their percentages are of.

    Unknown names and the like are reported.
    """
    return tuple(
        RepeatTemplate(item, make_templates(item.children, passed_on, context, holder))
        if isinstance(item, Repeat)
        else _make_template(item, passed_on, context, holder)
        for item in items
    )


def _make_template(decl: ElementDecl, passed_on: Settings, context: TemplateContext, holder: str) -> ElementTemplate:
    settings = cascade(decl, passed_on, context.styles, context.overrides.get(decl.path, {}))
    values = {name: setting.value for name, setting in settings.items()}
    links = [
        link_relation(value, decl, context.paths, context.collector)
        for name in sorted(RELATIONS & values.keys(), key=lambda name: settings[name].span.start)
        for value in values[name]
    ]
    avoid = [look_up(word, decl, context.paths, context.collector) for word in values.get("avoid", ())]
    flow = resolve.flow(settings, decl.kind, context.scope) if decl.kind in ("region", "group") else None
    return ElementTemplate(
        decl=decl,
        settings=settings,
        box=values.get("box"),
        anchor=link_anchor(values["at"], decl, holder, context.paths, context.collector) if "at" in values else None,
        links=tuple(link for link in links if link),
        extent=resolve.extent(settings, context.scope),
        look=resolve.box_style(settings, context.scope) if resolve.constant(settings, resolve.BOX_STYLE) else None,
        lettering=_lettering(decl, settings, context),
        flow=flow,
        verify=resolve.verify(settings, context.verify),
        overlap=values.get("overlap") == "allow",
        avoid=tuple(path for path in avoid if path),
        children=make_templates(decl.children, inherited(settings), context, decl.path if flow else holder),
    )


def _lettering(decl: ElementDecl, settings: Settings, context: TemplateContext) -> Lettering | None:
    if decl.kind != "slogan" or not resolve.constant(settings, resolve.LETTERING):
        return None
    return resolve.lettering(settings, context.scope)
