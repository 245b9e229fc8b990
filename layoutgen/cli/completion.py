"""What the shell offers on Tab: names out of the poster on the command line, codes, lists, templates.

Each function takes what has been typed so far. A poster that cannot be read offers nothing, and says nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from layoutgen.diagnostics import PosterError

if TYPE_CHECKING:
    from layoutgen.document import Poster


def canvases(ctx: typer.Context, incomplete: str) -> list[str]:
    poster = _poster(ctx)
    return _listed([canvas.name for canvas in poster.canvases] if poster else [], incomplete)


def locales(ctx: typer.Context, incomplete: str) -> list[str]:
    poster = _poster(ctx)
    return _listed(poster.languages if poster else (), incomplete)


def params(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """`NAME=`, with the type."""
    poster = _poster(ctx)
    declared = poster.params if poster else ()
    return [(f"{param.name}=", str(param.type)) for param in declared if param.name.startswith(incomplete)]


def codes(incomplete: str) -> list[tuple[str, str]]:
    from layoutgen.diagnostics.codes import codes as every

    return [(code, entry.title) for code, entry in every().items() if code.startswith(incomplete.upper())]


def templates(incomplete: str) -> list[str]:
    from layoutgen.starters.catalogue import starter_names

    return [name for name in starter_names() if name.startswith(incomplete)]


def renderers(incomplete: str) -> list[str]:
    from layoutgen.renderers import registered

    return [name for name in ("auto", *registered()) if name.startswith(incomplete)]


def _listed(names: list[str] | tuple[str, ...], incomplete: str) -> list[str]:
    """Of `NAME,NAME` the last one is completed."""
    before, comma, last = incomplete.rpartition(",")
    return [f"{before}{comma}{name}" for name in (*names, *(() if comma else ("all",))) if name.startswith(last)]


def _poster(ctx: typer.Context) -> Poster | None:
    from layoutgen.document import load

    # An option that still waits for its value keeps the arguments before it from being read.
    file = ctx.params.get("file") or next((word for word in ctx.args if word.endswith(".poster")), None)
    try:
        return load(Path(file)) if file else None
    except PosterError:
        return None
