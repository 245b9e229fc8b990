"""Outlines → blueprints: the elements of one canvas with everything decided that params do not decide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from layoutgen.base.style import BoxStyle, Lettering
from layoutgen.diagnostics import Collector
from layoutgen.document import resolve
from layoutgen.document.declared import Outline, Repeat
from layoutgen.document.model import AbsoluteBox, Extent, Flow, Verify
from layoutgen.document.relations import Hold, Link, link_anchor, link_relation, look_up
from layoutgen.document.settings import Scope, Settings
from layoutgen.document.styles import cascade, inherited
from layoutgen.language.properties import RELATIONS


@dataclass(frozen=True, slots=True, eq=False)
class Blueprint:
    """One element on one canvas. What is None here and has a default there depends on params and is made for each row."""

    outline: Outline
    settings: Settings
    box: AbsoluteBox | None
    hold: Hold | None
    links: tuple[Link, ...]
    extent: Extent
    look: BoxStyle | None
    lettering: Lettering | None
    flow: Flow | None
    verify: Verify
    overlap: bool
    avoid: tuple[str, ...]
    children: tuple[Blueprint | Copies, ...]

    def value(self, name: str, default: Any) -> Any:
        """The value of a property that never depends on params."""
        setting = self.settings.get(name)
        return default if setting is None else setting.value


@dataclass(frozen=True, slots=True, eq=False)
class Copies:
    """The elements that `for` repeats."""

    repeat: Repeat
    children: tuple[Blueprint | Copies, ...]


@dataclass(frozen=True)
class Plan:
    """What the elements of one canvas share."""

    paths: Mapping[str, Outline]
    styles: Mapping[str, Settings]
    overrides: Mapping[str, Settings]
    verify: Verify
    scope: Scope
    """For constants: it knows no params."""

    @property
    def collector(self) -> Collector:
        return self.scope.collector


def draw_up(
    items: tuple[Outline | Repeat, ...], passed_on: Settings, plan: Plan, holder: str = "canvas"
) -> tuple[Blueprint | Copies, ...]:
    """The blueprints of one level; `passed_on` is what they inherit, `holder` what their percentages are of.

    Unknown names and the like are reported.
    """
    return tuple(
        Copies(item, draw_up(item.children, passed_on, plan, holder))
        if isinstance(item, Repeat)
        else _draw_up(item, passed_on, plan, holder)
        for item in items
    )


def _draw_up(outline: Outline, passed_on: Settings, plan: Plan, holder: str) -> Blueprint:
    settings = cascade(outline, passed_on, plan.styles, plan.overrides.get(outline.path, {}))
    values = {name: setting.value for name, setting in settings.items()}
    links = [
        link_relation(value, outline, plan.paths, plan.collector)
        for name in sorted(RELATIONS & values.keys(), key=lambda name: settings[name].span.start)
        for value in values[name]
    ]
    avoid = [look_up(word, outline, plan.paths, plan.collector) for word in values.get("avoid", ())]
    flow = resolve.flow(settings, outline.kind, plan.scope) if outline.kind in ("region", "group") else None
    return Blueprint(
        outline=outline,
        settings=settings,
        box=values.get("box"),
        hold=link_anchor(values["at"], outline, holder, plan.paths, plan.collector) if "at" in values else None,
        links=tuple(link for link in links if link),
        extent=resolve.extent(settings, plan.scope),
        look=resolve.box_style(settings, plan.scope) if resolve.constant(settings, resolve.BOX_STYLE) else None,
        lettering=_lettering(outline, settings, plan),
        flow=flow,
        verify=resolve.verify(settings, plan.verify),
        overlap=values.get("overlap") == "allow",
        avoid=tuple(path for path in avoid if path),
        children=draw_up(outline.children, inherited(settings), plan, outline.path if flow else holder),
    )


def _lettering(outline: Outline, settings: Settings, plan: Plan) -> Lettering | None:
    if outline.kind != "slogan" or not resolve.constant(settings, resolve.LETTERING):
        return None
    return resolve.lettering(settings, plan.scope)
