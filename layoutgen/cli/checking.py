"""`layoutgen check`: every stage that needs no renderer, on every canvas, with the params' defaults, then design hints."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from layoutgen.diagnostics import Diagnostic, PosterError, merged

if TYPE_CHECKING:
    from layoutgen.document import Poster
    from layoutgen.hints import Subject


def check_file(file: Path) -> list[Diagnostic]:
    """Diagnostics of one file. Stages after the first with errors are not tried; canvases and locales all are."""
    from layoutgen.document import load

    try:
        poster = load(file)
    except PosterError as error:
        return list(error.diagnostics)
    return check_poster(poster)


def check_poster(poster: Poster) -> list[Diagnostic]:
    """What is found on the way to conditions on every canvas and in every language, and the hints of those that get there."""
    from layoutgen.hints import hints_of

    found = list(poster.warnings)
    if any(param.required for param in poster.params):
        # Without values for its required params a file cannot be laid out; that is no mistake of the file.
        return found
    subjects: list[Subject] = []
    found += merged(_stages(poster, subjects), [canvas.name for canvas in poster.canvases], poster.languages)
    complete = len(subjects) == len(poster.canvases) * len(poster.languages)
    return list(dict.fromkeys((*found, *hints_of(poster, subjects, complete=complete))))


def _stages(poster: Poster, subjects: list[Subject]) -> Iterator[Diagnostic]:
    """The stages of each canvas and language; those that come through are added to `subjects`."""
    from layoutgen.conditions import DRAFT, lower
    from layoutgen.document import bind
    from layoutgen.hints import Subject
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
                layout = solve(document, canvas.name)
                conditions, found = lower(document, layout, DRAFT, prompt=False)
                subjects.append(Subject(poster, document, layout, conditions))
            except PosterError as error:
                found = error.diagnostics
            yield from (replace(item, canvas=canvas.name, locale=locale) for item in found)
