"""The options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from layoutgen.cli import completion

PosterFile = Annotated[Path, typer.Argument(metavar="FILE", help="A .poster file.")]
Renderer = Annotated[
    str,
    typer.Option(
        "--renderer",
        metavar="R",
        help="auto, or a name that `layoutgen list renderers` shows.",
        autocompletion=completion.renderers,
    ),
]
Seed = Annotated[int | None, typer.Option("--seed", metavar="N", help="Chance's number; the same seed gives the same picture.")]
Params = Annotated[
    list[str] | None,
    typer.Option(
        "-p",
        "--param",
        metavar="NAME=VALUE",
        help="A param of the poster; NAME=@FILE takes the value from a file. May be repeated.",
        autocompletion=completion.params,
    ),
]
Canvases = Annotated[
    str | None,
    typer.Option(
        "--canvas", metavar="NAME|all", help="One canvas, or all; without it the first.", autocompletion=completion.canvases
    ),
]
Locales = Annotated[
    str | None,
    typer.Option(
        "--locale", metavar="L|all", help="One language, or all; without it the first.", autocompletion=completion.locales
    ),
]
Output = Annotated[Path | None, typer.Option("-o", "--output", metavar="PATH", help="The picture, or a folder for several.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]

# How the rows of a campaign are read.
Assets = Annotated[Path | None, typer.Option("--assets", metavar="FOLDER", help="Where rows' pictures may lie, too.")]
Encoding = Annotated[str | None, typer.Option("--encoding", metavar="E", help="Of the data, where it is not UTF-8.")]
Sheet = Annotated[str | None, typer.Option("--sheet", metavar="NAME", help="Of a workbook; without it the first.")]
Query = Annotated[str | None, typer.Option("--query", metavar="SQL", help="Of an SQLite file: SELECT ….")]

# Options of renderers that run a model. One that has no such option says so.
Model = Annotated[
    str | None, typer.Option("--model", metavar="ID|FOLDER", help="The model's weights: a name on the hub, or a folder.")
]
Revision = Annotated[
    str | None, typer.Option("--revision", metavar="R", help="Of weights from the hub: a commit, a branch or a tag.")
]
Loras = Annotated[
    list[str] | None, typer.Option("--lora", metavar="PATH[:SCALE]", help="An adapter for the model. May be repeated.")
]
Memory = Annotated[
    str | None,
    typer.Option("--memory", metavar="PLAN", help="auto, resident, offload-planner, group-offload or quantised."),
]
SettingsFile = Annotated[
    Path | None, typer.Option("--settings", metavar="ENGINE.toml", help="Settings of the renderer, from a file.")
]
Set = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="One setting of the renderer, as decoder.steps=30. May be repeated."),
]
