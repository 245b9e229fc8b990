"""`layoutgen check`: every stage that needs no renderer, on every canvas, with the params' defaults, then design hints."""

from __future__ import annotations

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
    return check_poster(poster)


def check_poster(poster: Poster) -> list[Diagnostic]:
    """What is found on the way to conditions on every canvas and in every language, and the hints of those that get there."""
    from layoutgen.hints import Subject, hints_of, stages

    found = list(poster.warnings)
    if any(param.required for param in poster.params):
        # Without values for its required params a file cannot be laid out; that is no mistake of the file.
        return found
    subjects: list[Subject] = []
    staged = (item for diagnostics, _ in stages(poster, subjects) for item in diagnostics)
    found += merged(staged, [canvas.name for canvas in poster.canvases], poster.languages)
    complete = len(subjects) == len(poster.canvases) * len(poster.languages)
    return list(dict.fromkeys((*found, *hints_of(poster, subjects, complete=complete))))
