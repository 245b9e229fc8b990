"""`layoutgen check`: every stage that needs no renderer, on every canvas, with the params' defaults."""

from __future__ import annotations

from pathlib import Path

from layoutgen.diagnostics import Diagnostic, PosterError


def check_file(file: Path) -> list[Diagnostic]:
    """Diagnostics of one file. Stages after the first with errors are not tried; canvases and locales all are."""
    from layoutgen.conditions import DRAFT, lower
    from layoutgen.document import bind, load
    from layoutgen.layout import solve

    try:
        poster = load(file)
    except PosterError as error:
        return list(error.diagnostics)
    found = list(poster.warnings)
    if any(param.required for param in poster.params):
        # Without values for its required params a file cannot be laid out; that is no mistake of the file.
        return found
    for locale in poster.languages:
        try:
            document, warnings = bind(poster, locale=locale)
        except PosterError as error:
            found += error.diagnostics
            continue
        found += warnings
        for canvas in document.canvases:
            try:
                found += lower(document, solve(document, canvas.name), DRAFT)[1]
            except PosterError as error:
                found += error.diagnostics
    return list(dict.fromkeys(found))
