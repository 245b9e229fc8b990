"""Edits of the source that carry out what a hint says."""

from __future__ import annotations

import re
from functools import lru_cache
from math import ceil, floor

from layoutgen.diagnostics import Fix, PosterError, Source, Span
from layoutgen.document.model import Element, Range
from layoutgen.syntax import parse
from layoutgen.syntax.nodes import File, Statement, walk


def set_property(element: Element, name: str, value: str) -> Fix | None:
    """Write `name: value` in an element's own block, over what stands there. None where its statement is not found."""
    statement = _statement(element.where)
    if statement is None:
        return None
    written, title = f"{name}: {value}", f"write `{name}: {value}`"
    body, source = statement.body, statement.span.source
    if body is None:
        end = statement.span.end
        return Fix(Span(source, end, end), f" {{ {written} }}", title)
    for item in body.properties:
        if item.name.text == name:
            return Fix(item.value[0][0].span.to(item.value[-1][-1].span), value, title)
    if not body.items:
        return Fix(body.span, f"{{ {written} }}", title)
    first, last = body.items[0].span, body.items[-1].span
    own_lines = "\n" in source.text[body.span.start : last.start]
    apart = "\n" + " " * (first.column - 1) if own_lines else "; "
    return Fix(Span(source, last.end, last.end), apart + written, title)


def resize(extent: Range | None, factor: float) -> Fix | None:
    """Write another number for an extent, rounded up to tenths where it grows, else down.

    None where it is not a single number, or would be more than all there is.
    """
    match = re.fullmatch(r"(?:width|height): *((\d+(?:\.\d+)?) ?(%|px|mm))", extent.where.text) if extent is not None else None
    if extent is None or match is None:
        return None
    tenths = float(match[2]) * factor * 10
    value = (ceil(tenths - 1e-6) if factor > 1 else floor(tenths + 1e-6)) / 10
    if match[3] == "%" and value > 100:
        return None
    start = extent.where.start + match.start(1)
    return Fix(Span(extent.where.source, start, extent.where.end), f"{value:g}{match[3]}", f"make it {value:g}{match[3]}")


@lru_cache(8)
def parsed(source: Source) -> File | None:
    """The syntax of a source, or None where it has errors."""
    try:
        return parse(source)[0]
    except PosterError:
        return None


def _statement(place: Span) -> Statement | None:
    """The innermost statement around a place."""
    file = parsed(place.source)
    around = [
        item
        for item in (walk(file) if file else ())
        if isinstance(item, Statement) and item.span.start <= place.start < item.span.end
    ]
    return min(around, key=lambda item: item.span.end - item.span.start, default=None)
