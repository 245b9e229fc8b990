"""`layoutgen render`: the picture, its record, and a verdict on its words."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from layoutgen.cli.options import (
    Attempts,
    Candidates,
    Canvases,
    Json,
    Locales,
    Loras,
    Memory,
    Model,
    Output,
    Params,
    Policy,
    PosterFile,
    Renderer,
    Revision,
    Seconds,
    Seed,
    Set,
    SettingsFile,
)
from layoutgen.cli.output import diagnosed, emit, output_path, poster_and_params, renderer_options, variants
from layoutgen.diagnostics import Diagnostic, PosterError


def register(app: typer.Typer) -> None:
    app.command()(render)


@diagnosed
def render(
    file: PosterFile,
    params: Params = None,
    canvas: Canvases = None,
    locale: Locales = None,
    output: Output = None,
    renderer: Renderer = "auto",
    seed: Seed = None,
    attempts: Attempts = None,
    seconds: Seconds = None,
    policy: Policy = "ladder",
    candidates: Candidates = None,
    variations: Annotated[
        int | None,
        typer.Option("--variations", metavar="N", min=1, max=64, help="Make N pictures to choose from, in a folder."),
    ] = None,
    model: Model = None,
    revision: Revision = None,
    lora: Loras = None,
    memory: Memory = None,
    settings: SettingsFile = None,
    set_: Set = None,
    conditions: Annotated[
        Path | None, typer.Option("--conditions", metavar="C.json", help="Render these edited conditions.")
    ] = None,
    as_json: Json = False,
) -> int:
    """Make the picture, and keep it only if its words are right.

    Example: layoutgen render sale.poster -p price=9.99 -o sale.png
    Example: layoutgen render sale.poster --canvas all --locale all -o out
    Example: layoutgen render sale.poster --variations 4 -o drafts
    """
    from layoutgen.cli.render_variants import render_all

    poster, given = poster_and_params(file, params)
    several = "all" in (canvas, locale)
    path = output or (Path(file.stem) if several or variations else Path(f"{file.stem}.png"))
    if variations and not several and path.suffix:
        hint = "name a folder: -o drafts"
        raise PosterError(Diagnostic("LG692", f"{variations} pictures cannot all be called `{path}`", hint=hint))
    chosen = variants(poster, canvas, locale)
    if variations and not several:
        targets = dict.fromkeys(chosen, path / f"{file.stem}.png")
    else:
        targets = {variant: output_path(path, file, variant, several) for variant in chosen}
    results = render_all(
        poster,
        given,
        targets,
        renderer=renderer,
        options=renderer_options(model=model, revision=revision, lora=lora, memory=memory, settings=settings, set=set_),
        seed=seed,
        attempts=attempts,
        seconds=seconds,
        policy=policy,
        candidates=candidates,
        edited=conditions,
        variations=variations,
    )
    if as_json:
        emit({"results": results} if several or variations else results[0])
    return 0 if all(result["passed"] for result in results) else 3
