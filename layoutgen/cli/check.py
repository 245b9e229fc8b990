"""`layoutgen check`: every stage that needs no renderer, on every canvas, with the params' defaults, then design hints."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from layoutgen.cli.options import Json
from layoutgen.cli.output import announce, diagnosed, emit, show
from layoutgen.diagnostics import Diagnostic, PosterError, merged

if TYPE_CHECKING:
    from layoutgen.document import Poster


def register(app: typer.Typer) -> None:
    app.command()(check)


@diagnosed
def check(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help=".poster or .kit files.")], as_json: Json = False
) -> int:
    """Look for mistakes and weak design, without rendering.

    Hints are what a good art director would say. They change no exit code, and `// layoutgen: allow LG002` above a
    statement keeps what is meant that way.

    Example: layoutgen check sale.poster
    Example: layoutgen check sale.poster menu.poster --json
    """
    diagnostics: list[Diagnostic] = []
    for file in files:
        diagnostics += check_file(file)
    ok = not any(item.severity == "error" for item in diagnostics)
    if as_json:
        emit({"ok": ok, "diagnostics": [item.to_json() for item in diagnostics]})
    else:
        show(diagnostics)
        if ok:
            announce(f"{', '.join(map(str, files))}: no mistakes found{_beside(diagnostics)}")
    return PosterError(diagnostics).exit_code if not ok else 0


def _beside(diagnostics: list[Diagnostic]) -> str:
    """What there is besides mistakes: `, but see the warning and 2 hints; …`."""
    counts = {kind: sum(item.severity == kind for item in diagnostics) for kind in ("warning", "hint")}
    others = [f"the {kind}" if count == 1 else f"{count} {kind}s" for kind, count in counts.items() if count]
    return f", but see {' and '.join(others)}; `layoutgen explain {diagnostics[0].code}` tells more" if others else ""


def check_file(file: Path) -> list[Diagnostic]:
    """Diagnostics of one file. Stages after the first with errors are not tried; canvases and locales all are."""
    from layoutgen.document import load

    try:
        poster = load(file)
    except PosterError as error:
        return list(error.diagnostics)
    return check_poster(poster)


def check_poster(poster: Poster) -> list[Diagnostic]:
    """What is wrong on the way to conditions, on every canvas and in every language, and the hints of those that get there."""
    from layoutgen.hints import Subject, hints_of, stages

    diagnostics = list(poster.warnings)
    if any(param.required for param in poster.params):
        # Without values for its required params a file cannot be laid out; that is not a mistake in the file.
        return diagnostics
    subjects: list[Subject] = []
    staged = (item for diagnostics, _ in stages(poster, subjects) for item in diagnostics)
    diagnostics += merged(staged, [canvas.name for canvas in poster.canvases], poster.languages)
    complete = len(subjects) == len(poster.canvases) * len(poster.languages)
    return list(dict.fromkeys((*diagnostics, *hints_of(poster, subjects, complete=complete))))
