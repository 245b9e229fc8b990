"""`layoutgen lsp`: what editors start."""

from __future__ import annotations

import typer

from layoutgen.cli.output import diagnosed
from layoutgen.diagnostics import Diagnostic, PosterError


def register(app: typer.Typer) -> None:
    app.command()(lsp)


@diagnosed
def lsp() -> int:
    """Serve an editor over standard input and output.

    Messages, completion, names. Editors start it, people do not.

    Example: layoutgen lsp
    """
    try:
        from layoutgen.language_server.server import serve
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("pygls", "lsprotocol"):
            raise
        hint = "run pip install 'layoutgen[lsp]'"
        raise PosterError(
            Diagnostic("LG960", "the language server cannot start: `pygls` is not installed", hint=hint)
        ) from error
    serve()
    return 0
