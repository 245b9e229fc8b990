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
Seed = Annotated[int | None, typer.Option("--seed", metavar="N", help="Random seed; the same seed gives the same picture.")]
Attempts = Annotated[
    int | None, typer.Option("--attempts", metavar="N", min=1, help="Maximum number of attempts for a picture.")
]
Seconds = Annotated[
    float | None,
    typer.Option("--seconds", metavar="S", min=0, help="Start no new attempt at a picture after this many seconds."),
]
Policy = Annotated[
    str, typer.Option("--policy", metavar="P", help="What to try next: ladder, naive, or your own package:function.")
]
Candidates = Annotated[
    int | None,
    typer.Option("--candidates", metavar="N", min=1, max=64, help="Plan this many at a time, and draw the best one."),
]
Params = Annotated[
    list[str] | None,
    typer.Option(
        "-p",
        "--param",
        metavar="NAME=VALUE",
        help="A param of the poster; NAME=@FILE reads the value from a file. Can be repeated.",
        autocompletion=completion.params,
    ),
]
Canvases = Annotated[
    str | None,
    typer.Option(
        "--canvas", metavar="NAME|all", help="One canvas, or all; by default the first.", autocompletion=completion.canvases
    ),
]
Locales = Annotated[
    str | None,
    typer.Option(
        "--locale", metavar="L|all", help="One language, or all; by default the first.", autocompletion=completion.locales
    ),
]
Output = Annotated[
    Path | None, typer.Option("-o", "--output", metavar="PATH", help="The picture, or a folder for several of them.")
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document to stdout.")]

RecordFile = Annotated[Path, typer.Argument(metavar="RECORD", help="The NAME.record.json beside a picture.")]
CampaignFolder = Annotated[Path, typer.Argument(metavar="OUT", help="The folder of a campaign.")]

# How the rows of a campaign are read.
Numbers = Annotated[
    str | None, typer.Option("--numbers", metavar="en|de|plain", help="How numbers are written in the data; by default plain.")
]
Assets = Annotated[
    Path | None, typer.Option("--assets", metavar="FOLDER", help="Another folder to look for the rows' pictures in.")
]
Encoding = Annotated[str | None, typer.Option("--encoding", metavar="E", help="Encoding of the data, if it is not UTF-8.")]
Sheet = Annotated[str | None, typer.Option("--sheet", metavar="NAME", help="Sheet of a workbook; by default the first.")]
Query = Annotated[str | None, typer.Option("--query", metavar="SQL", help="Rows of an SQLite file: SELECT ….")]

# Options of renderers that run a model. One that has no such option says so.
Model = Annotated[
    str | None, typer.Option("--model", metavar="ID|FOLDER", help="The model's weights: a name on the hub, or a folder.")
]
Revision = Annotated[
    str | None, typer.Option("--revision", metavar="R", help="Revision of weights on the hub: a commit, branch or tag.")
]
Loras = Annotated[
    list[str] | None, typer.Option("--lora", metavar="PATH[:SCALE]", help="An adapter for the model. Can be repeated.")
]
Memory = Annotated[
    str | None,
    typer.Option("--memory", metavar="PLAN", help="Memory plan: auto, resident, offload-planner, group-offload or quantised."),
]
SettingsFile = Annotated[
    Path | None, typer.Option("--settings", metavar="ENGINE.toml", help="A file with settings of the renderer.")
]
Set = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="One setting of the renderer, such as decoder.steps=30. Can be repeated."),
]
