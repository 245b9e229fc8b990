"""`layoutgen preview`: the proof as files, or with `--watch` as a page that follows every save."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from layoutgen.cli.options import Assets, Canvases, Encoding, Locales, Output, Params, Query, Sheet
from layoutgen.cli.output import announce, diagnosed, output_path, param_values, poster_and_params, show, variants
from layoutgen.diagnostics import Diagnostic, PosterError

if TYPE_CHECKING:
    from layoutgen.proof import Told

PORT = 7370
STYLES = ("plain", "en", "de")


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(diagnosed(preview))


def preview(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A .poster file.")],
    params: Params = None,
    canvas: Canvases = None,
    locale: Locales = None,
    output: Output = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="A page of all canvases and languages, drawn anew at every save; Ctrl-C ends it.")
    ] = False,
    open_: Annotated[bool, typer.Option("--open", help="Open the page in the browser, or the picture.")] = False,
    port: Annotated[int | None, typer.Option("--port", metavar="N", help="Of the page; the next one if it is taken.")] = None,
    data: Annotated[
        str | None, typer.Option("--data", metavar="ROWS", help="On the page: rows as for `layoutgen campaign`.")
    ] = None,
    numbers: Annotated[
        str | None, typer.Option("--numbers", metavar="en|de|plain", help="How the data writes numbers.")
    ] = None,
    assets: Assets = None,
    encoding: Encoding = None,
    sheet: Sheet = None,
    query: Query = None,
) -> int:
    """Draw the proof: every word typeset where it will stand.

    Example: layoutgen preview sale.poster -o proof.png
    Example: layoutgen preview sale.poster --canvas all --locale all -o proofs
    Example: layoutgen preview sale.poster --watch --open
    """
    of_rows = {"numbers": numbers, "assets": assets, "encoding": encoding, "sheet": sheet, "query": query}
    _check_options(watch, {"output": output, "port": port, "data": data, **of_rows})
    if numbers is not None and numbers not in STYLES:
        hint = f"it takes one of {', '.join(STYLES)}"
        raise PosterError(Diagnostic("LG959", f"`--numbers {numbers}` is no number style", hint=hint))
    if watch:
        return _watch(file, params, canvas, locale, data, of_rows, PORT if port is None else port, open_)
    return _files(file, params, canvas, locale, output, open_)


def _check_options(watch: bool, given: Mapping[str, Any]) -> None:
    """LG950 for options that do not go together."""
    found = {name: value for name, value in given.items() if value is not None}
    wrong: list[Diagnostic] = []
    if watch and "output" in found:
        hint = "leave out -o; for files leave out --watch"
        wrong.append(Diagnostic("LG950", "`--watch` shows a page, and writes no files", hint=hint))
    if not watch:
        message = "`--{}` is for the page that `--watch` shows"
        hint = "add --watch; `layoutgen campaign` makes the pictures of all rows"
        wrong += [Diagnostic("LG950", message.format(name), hint=hint) for name in found if name != "output"]
    elif "data" not in found:
        told = [name for name in found if name not in ("output", "port")]
        wrong += [
            Diagnostic("LG950", f"`--{name}` says how rows are read, and there are none", hint="add --data ROWS")
            for name in told
        ]
    if wrong:
        raise PosterError(wrong)


def _files(
    file: Path, params: list[str] | None, canvas: str | None, locale: str | None, output: Path | None, open_: bool
) -> int:
    from layoutgen.base.files import write_atomically
    from layoutgen.compositing.composite import composite
    from layoutgen.pipeline import compile_poster
    from layoutgen.record.save import encode
    from layoutgen.renderers import open_renderer

    poster, given = poster_and_params(file, params)
    chosen = variants(poster, canvas, locale)
    several = "all" in (canvas, locale)
    path = output or (Path(f"{file.stem}-preview") if several else Path(f"{file.stem}.preview.png"))
    with open_renderer("draft", labels=True) as renderer:
        warnings: list[Diagnostic] = list(poster.warnings)
        for variant in chosen:
            compiled = compile_poster(poster, given, canvas=variant.canvas, locale=variant.locale, limits=renderer.limits)
            warnings += compiled.warnings
            target = output_path(path, file, variant, several)
            picture = composite(renderer.render(compiled.conditions).image, compiled.conditions)
            write_atomically(target, encode(picture, target.suffix))
            announce(f"wrote {target}")
            if open_:
                typer.launch(str(target))
    show(warnings)
    return 0


def _watch(
    file: Path,
    params: list[str] | None,
    canvas: str | None,
    locale: str | None,
    data: str | None,
    of_rows: Mapping[str, Any],
    port: int,
    open_: bool,
) -> int:
    from layoutgen.proof import Request, Table, live_proof

    table = Table(data, **{name: value for name, value in of_rows.items() if value is not None}) if data else None
    request = Request(file, param_values(params), canvas, locale, table)
    if not file.is_file():
        raise PosterError(Diagnostic("LG901", f"`{file}`: there is no such file", hint="check the name and the folder"))

    def ready(address: str) -> None:
        announce(f"the proof: {address} (Ctrl-C ends it)")
        if open_ and typer.launch(address):
            announce("no browser could be opened: open the address yourself")

    try:
        live_proof(request, port=port, explain=_explained, ready=ready, told=_Teller(file))
    except KeyboardInterrupt:
        announce("ended")
    return 0


def _explained(code: str) -> str:
    """What `layoutgen explain` says, without its colours. LG956."""
    from layoutgen.cli.explain import find, page

    return "\n".join(part.plain for part in page(find(code)))


class _Teller:
    """Says every round in the terminal: what is wrong, where that is something else than before, and how long it took."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._before: list[str] = []
        # Of rounds that were cut short by a change, with the one that follows.
        self._drawn, self._seconds = 0, 0.0

    def __call__(self, told: Told) -> None:
        texts = [item.render_text() for item in told.diagnostics]
        if texts != self._before:
            show(told.diagnostics)
            self._before = texts
            if not told.diagnostics:
                announce(f"{self._file}: no mistakes any more")
        self._drawn, self._seconds = self._drawn + told.drawn, self._seconds + told.seconds
        if not told.left:
            if self._drawn:
                pictures = f"{self._drawn} picture{'s' if self._drawn != 1 else ''}"
                announce(f"{time.strftime('%H:%M:%S')} {pictures} drawn in {self._seconds:.2f} s")
            self._drawn, self._seconds = 0, 0.0
