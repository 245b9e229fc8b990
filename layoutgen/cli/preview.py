"""`layoutgen preview`: drafts as files, or with `--watch` as a page that follows every save."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from layoutgen.cli.options import Assets, Canvases, Encoding, Locales, Numbers, Output, Params, PosterFile, Query, Sheet
from layoutgen.cli.output import (
    announce,
    diagnosed,
    number_style,
    output_path,
    param_values,
    poster_and_params,
    show,
    variants,
)
from layoutgen.diagnostics import Diagnostic, PosterError

if TYPE_CHECKING:
    from layoutgen.proof.compiling import RowSource
    from layoutgen.proof.live import RoundReport

PORT = 7370


def register(app: typer.Typer) -> None:
    app.command()(preview)


@diagnosed
def preview(
    file: PosterFile,
    params: Params = None,
    canvas: Canvases = None,
    locale: Locales = None,
    output: Output = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Show a page of all canvases and languages that follows every save; Ctrl-C ends it.")
    ] = False,
    open_: Annotated[bool, typer.Option("--open", help="Open the page, or the picture.")] = False,
    port: Annotated[
        int | None, typer.Option("--port", metavar="N", help="Port of the page; the next free one if it is taken.")
    ] = None,
    data: Annotated[
        str | None, typer.Option("--data", metavar="ROWS", help="Rows to show on the page, as for `layoutgen campaign`.")
    ] = None,
    numbers: Numbers = None,
    assets: Assets = None,
    encoding: Encoding = None,
    sheet: Sheet = None,
    query: Query = None,
) -> int:
    """Draw a draft: every word typeset where it will stand.

    Example: layoutgen preview sale.poster -o proof.png
    Example: layoutgen preview sale.poster --canvas all --locale all -o proofs
    Example: layoutgen preview sale.poster --watch --open
    """
    reading = {"numbers": numbers, "assets": assets, "encoding": encoding, "sheet": sheet, "query": query}
    _check_options(watch, {"output": output, "port": port, "data": data, **reading})
    style = number_style(numbers)
    if watch:
        from layoutgen.proof.compiling import RowSource

        rows = RowSource(data, style, assets, encoding, sheet, query) if data else None
        return _watch(file, params, canvas, locale, rows, PORT if port is None else port, open_)
    return _files(file, params, canvas, locale, output, open_)


def _check_options(watch: bool, given: Mapping[str, Any]) -> None:
    """LG950 for options that do not go together."""
    options = [name for name, value in given.items() if value is not None]
    wrong: list[Diagnostic] = []
    if watch and "output" in options:
        hint = "leave out -o; for files leave out --watch"
        wrong.append(Diagnostic("LG950", "`--watch` shows a page, and writes no files", hint=hint))
    if not watch:
        message = "`--{}` is for the page that `--watch` shows"
        hint = "add --watch; `layoutgen campaign` makes the pictures of all rows"
        wrong += [Diagnostic("LG950", message.format(name), hint=hint) for name in options if name != "output"]
    elif "data" not in options:
        wrong += [
            Diagnostic("LG950", f"`--{name}` says how rows are read, and there are none", hint="add --data ROWS")
            for name in options
            if name not in ("output", "port")
        ]
    if wrong:
        raise PosterError(wrong)


def _files(
    file: Path, params: list[str] | None, canvas: str | None, locale: str | None, output: Path | None, open_: bool
) -> int:
    from layoutgen.base.files import write_atomically
    from layoutgen.base.picture_formats import encode
    from layoutgen.compositing.composite import composite
    from layoutgen.pipeline import compile_poster
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
    rows: RowSource | None,
    port: int,
    open_: bool,
) -> int:
    from layoutgen.proof.compiling import PreviewRequest
    from layoutgen.proof.live import serve_preview

    request = PreviewRequest(file, param_values(params), canvas, locale, rows)
    if not file.is_file():
        raise PosterError(Diagnostic("LG901", f"`{file}`: there is no such file", hint="check the name and the folder"))

    def ready(address: str) -> None:
        announce(f"live preview: {address} (Ctrl-C ends it)")
        if open_ and typer.launch(address):
            announce("no browser could be opened: open the address yourself")

    try:
        serve_preview(request, port=port, explain=_explained, ready=ready, report=_RoundPrinter(file))
    except KeyboardInterrupt:
        announce("ended")
    return 0


def _explained(code: str) -> str:
    """What `layoutgen explain` says, without its colours. LG956."""
    from layoutgen.cli.explain import find, page

    return "\n".join(part.plain for part in page(find(code)))


class _RoundPrinter:
    """Prints every round in the terminal: what is wrong, if that has changed, and how long it took."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._before: list[str] = []
        # Of rounds that were cut short by a change, with the one that follows.
        self._drawn, self._seconds = 0, 0.0

    def __call__(self, report: RoundReport) -> None:
        texts = [item.render_text() for item in report.diagnostics]
        if texts != self._before:
            show(report.diagnostics)
            self._before = texts
            if not report.diagnostics:
                announce(f"{self._file}: no mistakes any more")
        self._drawn, self._seconds = self._drawn + report.drawn, self._seconds + report.seconds
        if not report.left:
            if self._drawn:
                pictures = f"{self._drawn} picture{'s' if self._drawn != 1 else ''}"
                announce(f"{time.strftime('%H:%M:%S')} {pictures} drawn in {self._seconds:.2f} s")
            self._drawn, self._seconds = 0, 0.0
