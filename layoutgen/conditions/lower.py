"""Lowering: a layout and what a renderer can take → conditions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from layoutgen.base.qr import check_room
from layoutgen.conditions.backgrounds import ZStack, check_covered, free_area_of
from layoutgen.conditions.color_rules import check_colors
from layoutgen.conditions.limits import can_draw, can_write, fit, foreign, unwritable
from layoutgen.conditions.model import (
    CanvasSize,
    Conditions,
    Glyph,
    Limits,
    ObjectCondition,
    ObjectRelation,
    Overlay,
    Policy,
    ReferenceCondition,
    Scene,
)
from layoutgen.conditions.prompt.quotes import unquoted
from layoutgen.conditions.prompt.write import language_of, write_prompt
from layoutgen.conditions.text_colors import check_contrast, style_of, text_colors_of
from layoutgen.diagnostics import Collector, Diagnostic, PosterError
from layoutgen.document.model import Document, Element, Group, Image, Object, Qr, Reference, Region, Slogan
from layoutgen.layout.model import Layout, Placed


def lower(
    document: Document,
    layout: Layout,
    limits: Limits,
    *,
    seed: int = 0,
    data: str = "",
    prompt: bool = True,
    alternatives: Callable[[], Iterable[Limits]] = tuple,
) -> tuple[Conditions, tuple[Diagnostic, ...]]:
    """The conditions of one canvas for one renderer, and the warnings met on the way.

    `data` says where the bound row comes from; without `prompt` none is written, for those who only want the warnings.
    `alternatives` gives the limits of other renderers, which messages name where these can do what this one cannot.
    Raises `PosterError` with LG400 (contrast), LG401 (characters), LG402 (scripts that the renderer cannot write), LG403
    (texts too long for it), LG404 (objects that it cannot draw), LG405 and LG406 (letters and objects too small for it),
    LG407 (colours other than required), LG430 and LG431 (QR codes).
    """
    collector = Collector(data)
    canvas = layout.canvas
    z_stack = z_stack_of(document, layout)
    generation = fit(canvas.width, canvas.height, limits)
    text_colors = text_colors_of(layout, z_stack)
    slogans = [_glyph(item, z_stack, text_colors.get(item.id)) for item in layout.placed if isinstance(item.element, Slogan)]
    typeset = {item.id for item in layout.placed if isinstance(item.element, Slogan) and item.element.draw == "typeset"}
    glyphs = tuple(glyph for glyph in slogans if glyph.id not in typeset)
    overlays = _overlays(document, layout, z_stack, {glyph.id: glyph for glyph in slogans if glyph.id in typeset})

    _check_letters(layout, glyphs, limits, generation.scale, alternatives, collector)
    _check_things(layout, limits, generation.scale, alternatives, collector)
    _check_quotes(document, layout, collector)
    _check_codes(layout, z_stack, collector)
    check_covered(overlays, z_stack, collector)
    by_id = {glyph.id: glyph for glyph in slogans}
    rules = check_contrast(document, layout, z_stack, by_id, collector)
    color_rules = check_colors(document, layout, z_stack, by_id, collector)
    collector.stop()

    verify = document.verify
    conditions = Conditions(
        title=document.title,
        canvas=CanvasSize(name=canvas.name, width=canvas.width, height=canvas.height),
        locale=layout.locale,
        generation=generation,
        prompt="",
        negative=document.never,
        scene=Scene(
            description=document.backdrop.description,
            fill=document.backdrop.fill,
            look=document.look,
            never=document.never,
            palette=document.palette,
        ),
        panels=z_stack.panels([overlay.id for overlay in overlays]),
        glyphs=glyphs,
        objects=_objects(layout, z_stack),
        overlays=overlays,
        forbidden=tuple(z_stack.bounds(z_stack.placed[overlay.id]) for overlay in overlays),
        references=tuple(
            ReferenceCondition(id=element.id, source=element.source, role=element.role)
            for element in _walk(document.elements[canvas.name])
            if isinstance(element, Reference)
        ),
        contrast=rules,
        colors=color_rules,
        policy=Policy(extra=verify.extra, attempts=verify.attempts, seconds=verify.seconds, candidates=verify.candidates),
        seed=seed,
    )
    if not prompt:
        return conditions, collector.warnings
    requested = language_of(layout.locale)
    language = requested if requested in limits.prompt_languages else limits.prompt_languages[0]
    return conditions.model_copy(update={"prompt": write_prompt(conditions, language)}), collector.warnings


def z_stack_of(document: Document, layout: Layout) -> ZStack:
    """What a layout shows, and in which order it lies on top of one another."""
    order = {element.id: place for place, element in enumerate(_walk(document.elements[layout.canvas.name]))}
    return ZStack(layout, document.backdrop, order)


def _glyph(item: Placed, z_stack: ZStack, text_color: str | None) -> Glyph:
    slogan, text = item.element, item.text
    if not isinstance(slogan, Slogan) or text is None:
        raise ValueError(f"the slogan {item.id} has not been set")
    panel = z_stack.panel_behind(item)
    return Glyph(
        id=item.id,
        region=z_stack.region_of(item),
        text=text.text,
        box=text.box,
        lines=tuple(line.text for line in text.lines),
        characters=text.characters,
        direction=text.direction,
        rotation=item.rotation,
        style=style_of(text, text_color),
        verify=slogan.verify.text,
        unchecked=slogan.verify.unchecked,
        then=slogan.verify.then,
        line_boxes=tuple(line.box for line in text.lines),
        baselines=tuple(line.baseline for line in text.lines),
        panel=panel.id if panel else None,
        locale=text.locale,
        room=free_area_of(item, z_stack),
        order=z_stack.order[item.id],
    )


def _overlays(document: Document, layout: Layout, z_stack: ZStack, typeset: dict[str, Glyph]) -> tuple[Overlay, ...]:
    """What is composited, in the order of the file: later ones lie on top."""
    overlays: list[Overlay] = []
    for element in _walk(document.elements[layout.canvas.name]):
        if element.id not in z_stack.placed:
            continue
        item = z_stack.placed[element.id]
        if isinstance(element, Image | Qr):
            overlays.append(
                Overlay(
                    id=element.id,
                    kind=element.kind,
                    source=element.source if isinstance(element, Image) else element.content,
                    box=z_stack.content_box(item),
                    rotation=item.rotation,
                    opacity=element.look.opacity if isinstance(element, Image) else 1.0,
                    fit=element.fit if isinstance(element, Image) else "contain",
                    radius=z_stack.content_radius(item),
                )
            )
        elif element.id in typeset:
            glyph = typeset[element.id]
            overlays.append(
                Overlay(id=element.id, kind="text", source=glyph.text, box=glyph.box, rotation=glyph.rotation, glyph=glyph)
            )
    return tuple(overlays)


def _objects(layout: Layout, z_stack: ZStack) -> tuple[ObjectCondition, ...]:
    objects = {item.id for item in layout.placed if isinstance(item.element, Object)}
    return tuple(
        ObjectCondition(
            id=item.id,
            description=item.element.description,
            box=z_stack.box(item),
            rotation=item.rotation,
            relations=tuple(
                ObjectRelation(kind=relation.kind, targets=relation.targets)
                for relation in item.element.placement.relations
                if relation.kind in ("below", "above", "left-of", "right-of", "between", "inside")
                and objects.issuperset(relation.targets)
            ),
        )
        for item in layout.placed
        if isinstance(item.element, Object)
    )


def _check_letters(
    layout: Layout,
    glyphs: tuple[Glyph, ...],
    limits: Limits,
    scale: float,
    alternatives: Callable[[], Iterable[Limits]],
    collector: Collector,
) -> None:
    """LG401, LG402: letters that the renderer cannot write; LG403: too many of them; LG405, LG411: too small ones."""
    where = {item.id: item.element.where for item in layout.placed}
    for glyph in glyphs:
        if missing := unwritable(glyph.text, limits):
            listed = " ".join(f"`{character}`" for character in missing[:8]) + (" …" if len(missing) > 8 else "")
            message = f"the renderer `{limits.name}` cannot write {listed} of the slogan `{glyph.id}`"
            collector.error("LG401", where[glyph.id], message, hint=_typeset_or(_writers(glyph.text, limits, alternatives)))
        elif missing := foreign(glyph.text, limits.scripts):
            listed = " ".join(f"`{word}`" for word in missing[:3]) + (" …" if len(missing) > 3 else "")
            known = " and ".join(_SCRIPTS.get(script, script) for script in limits.scripts or ())
            message = f"the renderer `{limits.name}` writes {known} only, and the slogan `{glyph.id}` has {listed}"
            collector.error("LG402", where[glyph.id], message, hint=_typeset_or(_writers(glyph.text, limits, alternatives)))
        if limits.longest is not None and (length := len(glyph.text.encode())) > limits.longest:
            collector.error(
                "LG403",
                where[glyph.id],
                f"the slogan `{glyph.id}` is {length} bytes long, and `{limits.name}` takes {limits.longest} at most",
                hint="split it into several slogans, or write `draw: typeset` in it",
            )
        size = glyph.style.size / scale
        if size < limits.least_type:
            collector.error(
                "LG405",
                where[glyph.id],
                f"the letters of `{glyph.id}` are only {size:.3g} pixels high where `{limits.name}` draws them, "
                f"and it writes none below {limits.least_type:g}",
                hint=f"make them larger ({limits.least_type * scale:.0f} pixels or more), "
                f"{_typeset_or(_writers(glyph.text, limits, alternatives))}",
            )
        elif size < limits.smallest_type:
            collector.warning(
                "LG411",
                where[glyph.id],
                f"the letters of `{glyph.id}` are only {size:.0f} pixels high where `{limits.name}` draws them, "
                "and are likely to be misspelt",
                hint=f"make them larger ({limits.smallest_type * scale:.0f} pixels or more), or write `draw: typeset`",
            )


def _writers(text: str, limits: Limits, alternatives: Callable[[], Iterable[Limits]]) -> list[str]:
    """Names of the other renderers that can write a text."""
    return [other.name for other in alternatives() if other.name != limits.name and can_write(text, other)]


def _typeset_or(renderers: list[str]) -> str:
    hint = "write `draw: typeset` in the slogan"
    return f"{hint}, or {_use(renderers)}" if renderers else hint


def _use(renderers: list[str]) -> str:
    return f"use the renderer {' or '.join(f'`{name}`' for name in renderers)}"


def _check_things(
    layout: Layout, limits: Limits, scale: float, alternatives: Callable[[], Iterable[Limits]], collector: Collector
) -> None:
    """LG404: objects that the renderer cannot draw; LG406: objects too small for it."""
    for item in layout.placed:
        element = item.element
        if not isinstance(element, Object):
            continue
        size, known = min(item.box[2:]) / scale, can_draw(element.description, limits)
        if known and size >= limits.least_thing:
            continue
        able = [other.name for other in alternatives() if other.name != limits.name and can_draw(element.description, other)]
        ways = [_use(able)] if able else []
        if not known:
            collector.error(
                "LG404",
                element.where,
                f"the renderer `{limits.name}` cannot draw `{element.description[:60]}`",
                hint=", or ".join([*ways, _one_of(limits)]),
            )
        else:
            collector.error(
                "LG406",
                element.where,
                f"there are only {size:.3g} pixels for `{item.id}` where `{limits.name}` draws it, "
                f"and it draws nothing below {limits.least_thing:g}",
                hint=", or ".join([f"make it larger ({limits.least_thing * scale:.0f} pixels or more)", *ways]),
            )


def _one_of(limits: Limits) -> str:
    """The objects that a renderer can draw, for the hint on one that it cannot."""
    names = [things[0] for things in limits.things or ()]
    return f"one of {len(names)} things: {', '.join(names)}"


_SCRIPTS = {"Latin": "Latin letters", "Han": "Chinese characters"}


def _check_quotes(document: Document, layout: Layout, collector: Collector) -> None:
    """LG410: quote marks in words that are not to be drawn."""
    phrases: list[tuple[str, str | None, Element | None]] = [
        ("the backdrop", document.backdrop.description, None),
        ("`look`", document.look, None),
        ("`never`", document.never, None),
    ]
    for item in layout.placed:
        element = item.element
        if isinstance(element, Object):
            phrases.append((f"the description of `{item.id}`", element.description, element))
        elif isinstance(element, Slogan) and element.draw == "generate":
            phrases.append((f"the `face` of `{item.id}`", element.lettering.face, element))
            phrases.append((f"the `effect` of `{item.id}`", element.lettering.effect, element))
    for what, words, place in phrases:
        if words and unquoted(words)[1]:
            collector.warning(
                "LG410",
                place.where if place else None,
                f"quote marks in {what} are left out of the prompt, where only slogans stand in quotes",
                hint="words that the picture must show belong in a slogan",
                file="" if place else document.file,
            )


def _check_codes(layout: Layout, z_stack: ZStack, collector: Collector) -> None:
    """LG430, LG431: QR codes that cannot be drawn or scanned."""
    for item in layout.placed:
        if isinstance(item.element, Qr):
            try:
                check_room(item.element.content, *z_stack.content_box(item)[2:], name=item.id)
            except PosterError as error:
                collector.extend(replace(diagnostic, span=item.element.where) for diagnostic in error.diagnostics)


def _walk(elements: tuple[Element, ...]) -> Iterator[Element]:
    """Every element in the order of the file, parents before children."""
    for element in elements:
        yield element
        if isinstance(element, Region | Group):
            yield from _walk(element.children)
