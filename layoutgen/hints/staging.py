"""The stages between a poster and its hints: bind, solve and lower, for every canvas and language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from layoutgen.conditions import DRAFT
from layoutgen.conditions.stages import compile_canvas
from layoutgen.diagnostics import Diagnostic, PosterError
from layoutgen.document import Poster, bind
from layoutgen.hints.subject import Subject
from layoutgen.layout import Layout


def stages(poster: Poster, subjects: list[Subject]) -> Iterator[tuple[list[Diagnostic], Layout | None]]:
    """The stages of each language and of each of its canvases, with the canvas's layout where there is one.

    What comes through all of them is added to `subjects`.
    """
    for locale in poster.languages:
        try:
            document, warnings = bind(poster, locale=locale)
        except PosterError as error:
            yield [replace(item, locale=locale) for item in error.diagnostics], None
            continue
        yield [replace(item, locale=locale) for item in warnings], None
        for canvas in document.canvases:
            compiled = compile_canvas(document, canvas.name, DRAFT, prompt=False)
            if compiled.layout is not None and compiled.conditions is not None:
                subjects.append(Subject(poster, document, compiled.layout, compiled.conditions))
            located = [replace(item, canvas=canvas.name, locale=locale) for item in compiled.diagnostics]
            yield located, compiled.layout
