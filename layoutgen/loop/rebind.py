"""Other params for a picture whose layout must stay: the new words set into the recorded boxes, everything else as recorded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from layoutgen.base.style import Valign
from layoutgen.conditions import lower, write_prompt
from layoutgen.conditions.model import Conditions, Limits, Overlay
from layoutgen.conditions.prompt.facts import Language
from layoutgen.diagnostics import Diagnostic, PosterError
from layoutgen.document import Document, Poster, bind, load
from layoutgen.document.model import Element, Group, Region, Slogan
from layoutgen.layout import Layout, solve
from layoutgen.layout.model import Placed
from layoutgen.record import Record, files_of
from layoutgen.typeset import FitItem, fit, needed, set_text
from layoutgen.typeset.model import SetText

SCENE = ("backdrop", "look", "never", "palette", "title")
"""What of a document is in the whole picture."""


def poster_of(record: Record, folder: Path) -> Poster:
    """The poster of a record, as it was: looked for from the current folder and beside the record. LG682 if it is not there
    or has been changed.
    """
    name = Path(record.poster)
    path = next((path for path in (name, folder / name, folder / name.name) if path.is_file()), None)
    if path is None:
        hint = "run the command in the folder where the picture was rendered"
        raise PosterError(
            Diagnostic("LG682", f"`{record.poster}`, the poster of this picture, is not there", hint=hint, file=record.poster)
        )
    poster = load(path, display_name=record.poster)
    if poster.digest != record.digest:
        was = {item.name: item.sha256 for item in record.files}
        changed = [item.name for item in files_of(poster) if was.get(item.name) != item.sha256]
        changed += [name for name in was if name not in {item.name for item in files_of(poster)}]
        what = ", ".join(f"`{name}`" for name in changed) or f"`{record.poster}`"
        hint = "render the poster again; the record still holds the text that it had"
        raise PosterError(Diagnostic("LG682", f"{what} has been changed since this picture was made", hint=hint))
    return poster


def rebind(
    record: Record, poster: Poster, params: Mapping[str, object], parts: Iterable[str], limits: Limits
) -> tuple[Conditions, dict[str, Any], tuple[str, ...]]:
    """The record's conditions with these params on top of its own, the params as recorded, and the ids that changed.

    LG680 when anything outside `parts` would change or move, LG681 when new words do not fit where the old ones were; and what
    binding and lowering say of the new values.
    """
    before = {name: value for name, value in record.params.items() if value is not None}
    old = bind(poster, before, locale=record.locale)[0]
    new = bind(poster, {**before, **params}, locale=record.locale)[0]
    old_by_id, new_by_id = _flat(old, record.canvas), _flat(new, record.canvas)
    changed = tuple(name for name in new_by_id if new_by_id[name] != old_by_id.get(name))
    _check_only_named(old, new, old_by_id, new_by_id, changed, set(parts))
    layout = solve(old, record.canvas)
    texts = {
        name: _set(new_by_id[name], layout, record.conditions, record.locale) for name in changed if _is_slogan(new_by_id[name])
    }
    placed = tuple(
        _with(item, new_element=_find(new, record.canvas, item.id), text=texts.get(item.id)) for item in layout.placed
    )
    lowered = lower(new, layout.model_copy(update={"placed": placed}), limits, seed=record.conditions.seed)[0]
    return _merged(record.conditions, lowered, set(changed)), dict(new.params), changed


def _check_only_named(
    old: Document,
    new: Document,
    old_by_id: Mapping[str, Element],
    new_by_id: Mapping[str, Element],
    changed: tuple[str, ...],
    named: set[str],
) -> None:
    problems: list[str] = []
    hint = "render the poster again with these params: the layout would not stay as it is"
    problems += [f"`{name}` would appear" for name in new_by_id if name not in old_by_id]
    problems += [f"`{name}` would go away" for name in old_by_id if name not in new_by_id]
    problems += [f"the {name} would change" for name in SCENE if getattr(old, name) != getattr(new, name)]
    problems += [
        f"`{name}` would move"
        for name in changed
        if name in old_by_id and _geometry(new_by_id[name]) != _geometry(old_by_id[name])
    ]
    if not problems:
        outside = [name for name in changed if name not in named]
        problems = [f"`{name}` would change as well" for name in outside]
        hint = f"name it too: --only {','.join(sorted({*named, *outside}))}"
    if problems:
        raise PosterError(Diagnostic("LG680", message, hint=hint) for message in problems)


def _geometry(element: Element) -> tuple[object, ...]:
    return element.kind, element.placement, element.extent, element.rotate


def _flat(document: Document, canvas: str) -> dict[str, Element]:
    """Every element by its id, without what lies in it."""

    def walk(elements: Iterable[Element]) -> Iterable[Element]:
        for element in elements:
            yield element
            if isinstance(element, Region | Group):
                yield from walk(element.children)

    by_id = {}
    for element in walk(document.elements[canvas]):
        by_id[element.id] = element.model_copy(update={"children": ()}) if isinstance(element, Region | Group) else element
    return by_id


def _find(document: Document, canvas: str, name: str) -> Element:
    """The element as it is in the document, with what lies in it."""

    def search(elements: Iterable[Element]) -> Element | None:
        for element in elements:
            if element.id == name:
                return element
            inner = search(element.children) if isinstance(element, Region | Group) else None
            if inner is not None:
                return inner
        return None

    element = search(document.elements[canvas])
    assert element is not None, "an element that would go away has been refused"
    return element


def _is_slogan(element: Element) -> bool:
    return isinstance(element, Slogan)


def _with(item: Placed, new_element: Element, text: SetText | None) -> Placed:
    return item.model_copy(update={"element": new_element, **({"text": text} if text is not None else {})})


def _set(element: Element, layout: Layout, conditions: Conditions, locale: str) -> SetText:
    """New words in the box of the old ones: as large as those were if others share their size, else as large as fits."""
    assert isinstance(element, Slogan)
    glyph = next(glyph for glyph in conditions.all_glyphs if glyph.id == element.id)
    item = layout[element.id]
    parent = layout[item.parent] if item.parent else None
    alone = parent is None or sum(other.parent == item.parent and _is_slogan(other.element) for other in layout.placed) == 1
    canvas, lettering = layout.canvas, element.lettering
    smallest = lettering.min_size.pixels(canvas.height, canvas.dpi)
    left, top, width, height = glyph.box
    fit_item = FitItem(element.text, lettering, locale, smallest, element.extent.lines, element.nobreak)
    largest = max(width, height) if alone else glyph.style.size / lettering.scale
    base = fit([fit_item], float(width), float(height), gap=0.0, largest=float(largest))
    if base is None:
        room = needed([fit_item], float(width), gap=0.0)
        message = f"the new words of `{element.id}` do not fit where the old ones were: {width} x {height} px"
        hint = f"they need {round(room.width)} x {round(room.height)} px at their smallest; render the poster again instead"
        raise PosterError(Diagnostic("LG681", message, hint=hint))
    holder = parent.element if parent is not None else None
    valign: Valign = holder.flow.valign if isinstance(holder, Region | Group) and holder.flow else "middle"
    return set_text(
        element.text,
        lettering,
        base * lettering.scale,
        (left, top, width, height),
        locale=locale,
        valign=valign,
        lines=element.extent.lines,
        nobreak=element.nobreak,
    )


def _merged(recorded: Conditions, lowered: Conditions, changed: set[str]) -> Conditions:
    """The recorded conditions with what changed taken from the lowered ones; boxes stay the recorded ones."""
    glyphs = {item.id: item for item in lowered.glyphs}
    objects = {item.id: item for item in lowered.objects}
    overlays = {item.id: item for item in lowered.overlays}
    panels = {item.id: item for item in lowered.panels}

    def overlay(item: Overlay) -> Overlay:
        fresh = overlays[item.id] if item.id in changed else item
        return fresh.model_copy(update={"box": item.box})

    merged = recorded.model_copy(
        update={
            "glyphs": tuple(glyphs[item.id] if item.id in changed else item for item in recorded.glyphs),
            "objects": tuple(
                item.model_copy(update={"description": objects[item.id].description}) if item.id in changed else item
                for item in recorded.objects
            ),
            "overlays": tuple(overlay(item) for item in recorded.overlays),
            "panels": tuple(
                panels[item.id].model_copy(update={"box": item.box}) if item.id in changed else item for item in recorded.panels
            ),
        }
    )
    return merged.model_copy(update={"prompt": _prompt(recorded, merged)})


def _prompt(recorded: Conditions, merged: Conditions) -> str:
    """The prompt for the new words. LG680 when the recorded one was edited by hand and cannot be written again."""
    languages: tuple[Language, ...] = ("en", "zh")
    for language in languages:
        if write_prompt(recorded, language) == recorded.prompt:
            return write_prompt(merged, language)
    raise PosterError(
        Diagnostic(
            "LG680",
            "the prompt of this picture was edited by hand, or written by another version, and cannot be written for new words",
            hint="edit the conditions as well, and render them: --conditions C.json",
        )
    )
