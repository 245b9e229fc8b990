"""`layoutgen verify`: does any picture say what the poster says?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from layoutgen.cli.options import Canvases, Json, Locales, Params, PosterFile
from layoutgen.cli.output import Variant, diagnosed, emit, poster_and_params, variants

if TYPE_CHECKING:
    from layoutgen.check.model import Verdict


def register(app: typer.Typer) -> None:
    app.command()(verify)


@diagnosed
def verify(
    image: Annotated[Path, typer.Argument(metavar="IMAGE", help="Any picture.")],
    file: PosterFile,
    params: Params = None,
    canvas: Canvases = None,
    locale: Locales = None,
    detector: Annotated[
        str | None, typer.Option("--detector", metavar="ID|FOLDER", help="A model that looks for the objects, too.")
    ] = None,
    as_json: Json = False,
) -> int:
    """Judge whether any picture says what the poster says.

    Example: layoutgen verify photo.jpg sale.poster
    Example: layoutgen verify photo.jpg sale.poster -p price=9.99 --canvas story --json
    """
    from layoutgen.api import open_flat
    from layoutgen.check import check_picture, open_detector
    from layoutgen.cli.result_text import verdict_lines
    from layoutgen.conditions import DRAFT
    from layoutgen.pipeline import compile_poster

    poster, given = poster_and_params(file, params)
    picture, looking = open_flat(image), open_detector(detector)
    verdicts: dict[Variant, Verdict] = {}
    for variant in variants(poster, canvas, locale):
        compiled = compile_poster(poster, given, canvas=variant.canvas, locale=variant.locale, limits=DRAFT)
        verdicts[variant] = check_picture(picture, compiled.conditions, composited=False, detector=looking)[1]
    if as_json:
        documents = [json.loads(verdict.model_dump_json()) for verdict in verdicts.values()]
        emit({"results": documents} if "all" in (canvas, locale) else documents[0])
    else:
        for verdict in verdicts.values():
            print("\n".join(verdict_lines(verdict)))
    return 0 if all(verdict.passed for verdict in verdicts.values()) else 3
