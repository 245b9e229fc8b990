"""`layoutgen new`: a new poster from a starter template. It overwrites nothing unasked."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from layoutgen.cli import completion
from layoutgen.cli.options import Json, Params
from layoutgen.cli.output import announce, diagnosed, emit, param_values


def register(app: typer.Typer) -> None:
    app.command()(new)


@diagnosed
def new(
    template: Annotated[
        str | None,
        typer.Argument(
            metavar="[TEMPLATE]",
            help="The starter template; `layoutgen new --list` shows them.",
            autocompletion=completion.templates,
        ),
    ] = None,
    folder: Annotated[Path | None, typer.Argument(metavar="[FOLDER]", help="Where to put it.")] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="The new poster; by default TEMPLATE.poster.")
    ] = None,
    kit: Annotated[
        str | None, typer.Option("--kit", metavar="NAME|FILE", help="Give it the colours and typefaces of a brand kit.")
    ] = None,
    params: Params = None,
    canvas: Annotated[
        str | None, typer.Option("--canvas", metavar="NAME,…", help="Keep only these canvases; by default all.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing; whatever is not given keeps its default.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite existing files.")] = False,
    list_: Annotated[bool, typer.Option("--list", help="Show the templates and kits.")] = False,
    as_json: Json = False,
) -> int:
    """Begin a poster from a starter template.

    Example: layoutgen new --list
    Example: layoutgen new sale
    Example: layoutgen new sale -p discount=30% --kit corner -o friday.poster
    """
    from layoutgen.starters.begin import begin_poster
    from layoutgen.starters.catalogue import starter_names

    if list_:
        return _show_list(as_json)
    asking = not (yes or as_json) and sys.stdin.isatty() and sys.stderr.isatty()
    if template is None and not asking:
        announce(f"say which one: {', '.join(starter_names())}; for example: layoutgen new {starter_names()[0]}")
        return 2
    if folder is not None and output is not None:
        announce(f"say either the folder `{folder}` or -o {output}")
        return 2
    given = param_values(params)
    canvases = [part.strip() for part in canvas.split(",") if part.strip()] if canvas else None
    if asking:
        from layoutgen.cli.new_questions import ask_for_canvases, ask_for_params, ask_for_template

        template = template or ask_for_template(starter_names())
        given = ask_for_params(template, given)
        canvases = canvases or ask_for_canvases(template)
    assert template is not None
    target = output or (folder or Path()) / f"{template}.poster"
    if target.suffix != ".poster":
        target = target / f"{template}.poster"
    written = begin_poster(template, target, given, canvases=canvases, kit=kit, force=force)
    if as_json:
        emit({"poster": str(written[0]), "files": [str(path) for path in written]})
        return 0
    for path in written:
        announce(f"wrote {path}")
    announce(f"next: layoutgen preview {target}")
    return 0


def _show_list(as_json: bool) -> int:
    from layoutgen.starters.catalogue import describe, kit_names, kit_path, starter_names

    rows = [describe(name) for name in starter_names()]
    if as_json:
        emit({"templates": rows, "kits": [{"name": name, "file": str(kit_path(name))} for name in kit_names()]})
        return 0
    for row in rows:
        print(f"{row['name']:<12} {row['about']}")
        print(f"{'':<12} params: {', '.join(param['name'] for param in row['params'])}")
        sizes = ", ".join(f"{item['name']} {item['width']}x{item['height']}" for item in row["canvases"])
        print(f"{'':<12} canvases: {sizes}; languages: {', '.join(row['languages'])}")
        print(f"{'':<12} {row['thumbnail']}")
    print(f"kits: {', '.join(kit_names())}")
    return 0
