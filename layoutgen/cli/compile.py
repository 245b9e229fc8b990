"""`layoutgen compile`: the conditions that a renderer would be given."""

from __future__ import annotations

from functools import partial

import typer

from layoutgen.cli.options import Canvases, Json, Locales, Params, PosterFile, Renderer, Seed
from layoutgen.cli.output import announce, diagnosed, emit, poster_and_params, show, variants


def register(app: typer.Typer) -> None:
    app.command("compile")(compile_)


@diagnosed
def compile_(
    file: PosterFile,
    params: Params = None,
    canvas: Canvases = None,
    locale: Locales = None,
    renderer: Renderer = "auto",
    seed: Seed = None,
    as_json: Json = False,
) -> int:
    """Show the conditions that a renderer would be given.

    Example: layoutgen compile sale.poster
    Example: layoutgen compile sale.poster --canvas story --locale de --json
    """
    from layoutgen.cli.render_variants import compile_variants
    from layoutgen.conditions import to_json
    from layoutgen.renderers import resolve

    poster, given = poster_and_params(file, params)
    compiles = partial(compile_variants, poster, given, variants(poster, canvas, locale), seed=seed)
    compiled = compiles(resolve(renderer, compiles=compiles).limits)
    show([*poster.warnings, *(item for one in compiled.values() for item in one.warnings)])
    documents = [to_json(one.conditions) for one in compiled.values()]
    if as_json:
        emit({"results": documents} if "all" in (canvas, locale) else documents[0])
    else:
        for one in compiled.values():
            size = one.conditions.canvas
            announce(f"{size.name} {size.width}x{size.height}, {one.conditions.locale}")
            print(one.conditions.prompt + "\n")
    return 0
