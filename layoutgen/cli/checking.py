"""`layoutgen check`: every stage that needs no renderer, on every canvas, with the params' defaults."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from layoutgen.diagnostics import Diagnostic, PosterError, merged

if TYPE_CHECKING:
    from layoutgen.document import Poster


def check_file(file: Path) -> list[Diagnostic]:
    """Diagnostics of one file. Stages after the first with errors are not tried; canvases and locales all are."""
    from layoutgen.document import load

    try:
        poster = load(file)
    except PosterError as error:
        return list(error.diagnostics)
    found = list(poster.warnings)
    if any(param.required for param in poster.params):
        # Without values for its required params a file cannot be laid out; that is no mistake of the file.
        return found
    found += merged(_stages(poster), [canvas.name for canvas in poster.canvases], poster.languages)
    return list(dict.fromkeys(found))


def _stages(poster: Poster) -> Iterator[Diagnostic]:
    """Everything that is found on the way to conditions, for each canvas and language."""
    from layoutgen.conditions import DRAFT, lower
    from layoutgen.document import bind
    from layoutgen.layout import solve

    for locale in poster.languages:
        try:
            document, warnings = bind(poster, locale=locale)
        except PosterError as error:
            yield from (replace(item, locale=locale) for item in error.diagnostics)
            continue
        yield from (replace(item, locale=locale) for item in warnings)
        for canvas in document.canvases:
            try:
                found = lower(document, solve(document, canvas.name), DRAFT, prompt=False)[1]
            except PosterError as error:
                found = error.diagnostics
            yield from (replace(item, canvas=canvas.name, locale=locale) for item in found)
