"""Poster, row and locale → document. The poster was checked as a whole; here only what the data decides is done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from layoutgen.base.style import BoxStyle
from layoutgen.base.suggest import closest, listed
from layoutgen.diagnostics import Collector, Diagnostic, PosterError, Span
from layoutgen.document import resolve
from layoutgen.document.bind.instances import Instance, make_instances, walk
from layoutgen.document.load.picture_files import picture_size
from layoutgen.document.load.project import Project
from layoutgen.document.model import (
    Anchor,
    Backdrop,
    Contrast,
    Document,
    Element,
    Group,
    Image,
    NearColor,
    Object,
    Placement,
    Qr,
    Reference,
    Region,
    Relation,
    Slogan,
)
from layoutgen.document.poster import Poster
from layoutgen.document.predicates import explain, holds
from layoutgen.document.settings import Scope, Words
from layoutgen.language.params.declare import bind_params
from layoutgen.language.params.numbers import NumberStyle
from layoutgen.language.strings import filters
from layoutgen.language.values import to_json

CASES: dict[str, Callable[[str, str], str]] = {
    "upper": lambda text, locale: filters.upper(text, locale=locale),
    "lower": lambda text, locale: filters.lower(text, locale=locale),
    "title": lambda text, locale: filters.title(text, locale=locale),
    "none": lambda text, locale: text,
}


def bind(
    poster: Poster,
    params: Mapping[str, object] | None = None,
    *,
    locale: str | None = None,
    where: str = "",
    numbers: NumberStyle = "plain",
    assets: Path | None = None,
) -> tuple[Document, tuple[Diagnostic, ...]]:
    """The document for one set of params and one locale, and warnings.

    `where` names the data (`june.csv row 42`) in messages, `numbers` its number style; pictures named by params are
    looked for in the poster's folder and in `assets`. Raises PosterError with everything that is wrong.
    """
    collector = Collector(where)
    chosen = _choose_locale(poster, locale, collector)
    values = bind_params(
        poster.params,
        params or {},
        numbers=numbers,
        where=where,
        base=poster.folder,
        assets=assets,
        palette=poster.palette,
        translations=poster.translations.get(chosen),
        collector=collector,
    )
    collector.stop()
    project = Project(poster.project.root, assets.resolve() if assets else None)
    scope = Scope({**values, "locale": chosen}, chosen, collector, poster.palette, poster.locked_palette)
    binder = _Binder(poster, scope, project)
    binder.check_requires()
    elements = binder.elements()
    backdrop = Backdrop(description=binder.words(poster.backdrop), fill=binder.fill())
    look, never = binder.words(poster.look), ", ".join(filter(None, (binder.words(words) for words in poster.never))) or None
    near_colors = binder.near_colors()
    collector.stop()
    document = Document(
        title=poster.title,
        file=poster.name,
        locale=chosen,
        languages=poster.languages,
        canvases=poster.canvases,
        backdrop=backdrop,
        look=look,
        never=never,
        palette=dict(poster.palette),
        elements=elements,
        requires=binder.contrasts(),
        near_colors=near_colors,
        verify=poster.verify,
        params={name: to_json(value) for name, value in values.items()},
    )
    return document, collector.warnings


def _choose_locale(poster: Poster, locale: str | None, collector: Collector) -> str:
    if locale is None:
        return poster.languages[0]
    for language in poster.languages:
        if language.casefold() == locale.replace("_", "-").casefold():
            return language
    near = closest(locale, poster.languages)
    message = f"the poster has no language `{locale}`"
    hint = f"it has {listed(poster.languages)}; add others to the line `language`"
    collector.error("LG953", None, message, label=f"did you mean `{near}`?" if near else "", hint=hint, file=poster.name)
    raise PosterError(collector.diagnostics)


class _Binder:
    """Makes the elements of one row. Errors go to the collector of its scope."""

    def __init__(self, poster: Poster, scope: Scope, project: Project) -> None:
        self.poster = poster
        self.scope = scope
        self.project = project
        self.collector = scope.collector
        self.ids: dict[str, dict[str, None]] = {}
        """The live elements of each path, on any canvas."""

    def check_requires(self) -> None:
        """`require price < was`; one without its values does not apply."""
        for rule in self.poster.rules:
            if not holds(rule, self.scope.look_up, self.collector, missing=True):
                span = rule.span
                message = f"the poster requires {span.text if span else ''}"
                self.collector.error("LG229", span, message, hint=f"here {explain(rule, self.scope.look_up)}")

    def elements(self) -> dict[str, tuple[Element, ...]]:
        by_template: dict[int, tuple[Element, ...]] = {}
        by_canvas = {}
        for canvas, templates in self.poster.templates.items():
            shared = id(templates)
            if shared not in by_template:
                top = make_instances(templates, self.scope, canvas)
                by_template[shared] = self.level(top)
                for instance in walk(top):
                    if instance.alive:
                        self.ids.setdefault(instance.template.decl.path, {})[instance.id] = None
            by_canvas[canvas] = by_template[shared]
        return by_canvas

    def contrasts(self) -> tuple[Contrast, ...]:
        """The conditions on contrast, for every copy of their element."""
        return tuple(
            rule if element == rule.element else rule.model_copy(update={"element": element})
            for rule in self.poster.contrasts
            for element in self.ids.get(rule.element, ())
        )

    def near_colors(self) -> tuple[NearColor, ...]:
        """The colours that are required, for every copy of their element; those of params without values do not apply."""
        colors = [(rule, self.resolve(rule.color)) for rule in self.poster.required_colors]
        return tuple(
            NearColor(element=element, part=rule.part, color=color[:7], within=rule.within, where=rule.span)
            for rule, color in colors
            if color is not None
            for element in self.ids.get(rule.element, ())
        )

    def words(self, words: Words | None) -> str | None:
        return None if words is None else self.evaluate(words.compiled, self.scope) or None

    def fill(self) -> Any:
        return None if self.poster.fill is None else self.resolve(self.poster.fill)

    def resolve(self, value: Any) -> Any:
        from layoutgen.document.settings import resolve

        try:
            return resolve(value, self.scope)
        except PosterError as error:
            self.collector.extend(error.diagnostics)
            return None

    def evaluate(self, compiled: Any, scope: Scope) -> str | None:
        """The text, or None after an error."""
        try:
            return str(self.poster.in_language(compiled, scope.locale).evaluate(scope.values, scope.locale))
        except PosterError as error:
            self.collector.extend(error.diagnostics)
            return None

    def level(self, instances: list[Instance]) -> tuple[Element, ...]:
        elements = [self.element(instance) for instance in instances if instance.alive]
        return tuple(element for element in elements if element is not None)

    def element(self, instance: Instance) -> Element | None:
        template = instance.template
        decl = template.decl
        try:
            look = template.look or resolve.box_style(template.settings, instance.scope)
        except PosterError as error:
            self.collector.extend(error.diagnostics)
            look = BoxStyle()
        common: dict[str, Any] = {
            "id": instance.id,
            "name": instance.name,
            "placement": _placement(instance),
            "extent": instance.extent,
            "look": look,
            "rotate": template.value("rotate", 0.0),
            "overlap": template.overlap,
            "avoid": instance.avoid,
            "where": decl.span,
        }
        if decl.kind == "region":
            return Region(**common, flow=template.flow, children=self.level(instance.children))
        if decl.kind == "group":
            return Group(**common, flow=template.flow, children=self.level(instance.children))
        content = self.evaluate(decl.content, instance.scope)
        if content is None:
            return None
        if decl.kind == "slogan":
            return self.slogan(instance, content, common)
        if not content.strip():
            self.empty(instance)
            return None
        if decl.kind == "object":
            return Object(**common, description=" ".join(content.split()))
        if decl.kind == "qr":
            return Qr(**common, content=content)
        return self.picture(instance, content, common)

    def slogan(self, instance: Instance, text: str, common: dict[str, Any]) -> Slogan | None:
        template = instance.template
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        if not text.strip():
            self.empty(instance)
            return None
        try:
            lettering = template.lettering or resolve.lettering(template.settings, instance.scope)
        except PosterError as error:
            self.collector.extend(error.diagnostics)
            return None
        return Slogan(
            **common,
            text=CASES[template.value("case", "none")](text, self.scope.locale),
            lettering=lettering,
            draw=template.value("draw", "generate"),
            verify=template.verify,
        )

    def picture(self, instance: Instance, written: str, common: dict[str, Any]) -> Image | Reference | None:
        decl = instance.template.decl
        span = _place(instance)
        path = self.project.find(written, decl.base, span, self.collector, "picture", missing="LG222")
        size = picture_size(path, written, span, self.collector) if path else None
        if path is None or size is None:
            return None
        if decl.kind == "reference":
            return Reference(**common, source=str(path), role=instance.template.value("role", "subject"))
        return Image(**common, source=str(path), size=size, fit=instance.template.value("fit", "contain"))

    def empty(self, instance: Instance) -> None:
        """Text that is not there cannot be drawn or read."""
        kind = instance.template.decl.kind
        hint = "give it content, or leave it out when there is none: when PARAM"
        self.collector.error("LG235", _place(instance), f"the {kind} `{instance.id}` is empty", hint=hint)


def _place(instance: Instance) -> Span:
    decl = instance.template.decl
    return decl.content_span or decl.span


def _placement(instance: Instance) -> Placement:
    anchor = instance.anchor
    at = Anchor(point=anchor.point, of=anchor.of, where=anchor.where) if anchor else None
    relations = tuple(Relation(kind=link.kind, targets=link.targets, gap=link.gap, where=link.where) for link in instance.links)
    return Placement(box=instance.box, at=at, relations=relations)
