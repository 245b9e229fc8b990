"""What the commands share: how they print, and how errors become exit codes."""

from __future__ import annotations

import functools
import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, ParamSpec

import typer

from layoutgen.diagnostics import Diagnostic, PosterError, merged

if TYPE_CHECKING:
    from rich.console import Console

    from layoutgen.document import Poster
    from layoutgen.language.params.numbers import NumberStyle

MOST_SHOWN = 30

_COLOURS = {"error": typer.colors.RED, "warning": typer.colors.YELLOW, "hint": typer.colors.CYAN}

P = ParamSpec("P")


class Variant(NamedTuple):
    """One canvas and one locale of a poster."""

    canvas: str
    locale: str
    several_locales: bool = False


def diagnosed(command: Callable[P, int]) -> Callable[P, None]:
    """Run a command; its return value is the exit code, a PosterError becomes messages and the code it carries."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            code = command(*args, **kwargs)
            if not sys.stdout.closed:  # an editor's conversation ends with it
                sys.stdout.flush()
        except PosterError as error:
            if kwargs.get("as_json"):
                emit({"ok": False, "diagnostics": [item.to_json() for item in error.diagnostics]})
            else:
                show(error.diagnostics)
            code = error.exit_code
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            code = 0
        except KeyboardInterrupt:
            announce("interrupted")
            code = 130
        raise typer.Exit(code)

    return run


def emit(document: Mapping[str, Any]) -> None:
    """The one JSON document of a command."""
    print(json.dumps(document, ensure_ascii=False, indent=2))


def announce(message: str) -> None:
    """Progress and messages, for people."""
    typer.echo(message, err=True)


def console() -> Console:
    """Standard output for people: as wide as the window of a terminal, unbroken lines elsewhere, so that grep works."""
    from rich.console import Console

    terminal = sys.stdout.isatty()
    return Console(highlight=False, markup=False, emoji=False, width=None if terminal else 1000, legacy_windows=False)


def show(diagnostics: Iterable[Diagnostic]) -> None:
    """Diagnostics on stderr, coloured where it is a terminal."""
    listed = list(merged(diagnostics))
    for item in listed[:MOST_SHOWN]:
        head, *rest = item.render_text().split("\n")
        mark, _, message = head.partition(": ")
        typer.secho(mark, fg=_COLOURS[item.severity], bold=True, nl=False, err=True)
        typer.secho(f": {message}", bold=True, err=True)
        announce("\n".join([*rest, ""]))
    if len(listed) > MOST_SHOWN:
        announce(f"… and {len(listed) - MOST_SHOWN} more")
    codes = list(dict.fromkeys(item.code for item in listed if item.severity == "error"))
    if codes:
        announce(f"{_count(listed)}; `layoutgen explain {codes[0]}` tells more")


def _count(diagnostics: list[Diagnostic]) -> str:
    errors = sum(item.severity == "error" for item in diagnostics)
    return f"{errors} error{'s' if errors != 1 else ''}"


def poster_and_params(file: Path, written: list[str] | None) -> tuple[Poster, dict[str, object]]:
    """Load the poster and split `NAME=VALUE` pairs. LG951 for a pair without `=`, LG901 for a missing `@FILE`."""
    from layoutgen.document import load

    return load(file), param_values(written)


def param_values(written: list[str] | None) -> dict[str, object]:
    """`NAME=VALUE` pairs, split. LG951 for a pair without `=`, LG901 for a missing `@FILE`."""
    from layoutgen.syntax import read_source

    given: dict[str, object] = {}
    wrong: list[Diagnostic] = []
    for pair in written or ():
        name, equals, value = pair.partition("=")
        if not equals or not name:
            wrong.append(Diagnostic("LG951", f"`-p {pair}` names no value", hint=f"write -p {name or 'NAME'}=VALUE"))
        elif value.startswith("@") and len(value) > 1:
            given[name] = read_source(Path(value[1:])).text.rstrip("\n")
        else:
            given[name] = value
    if wrong:
        raise PosterError(wrong)
    return given


def number_style(written: str | None) -> NumberStyle:
    """The style of `--numbers`, by default plain. LG959 for an unknown one."""
    from layoutgen.language.params.numbers import STYLES

    for style in STYLES:
        if style == (written or "plain"):
            return style
    hint = f"it takes one of {', '.join(STYLES)}"
    raise PosterError(Diagnostic("LG959", f"`--numbers {written}` is not a number style", hint=hint))


def renderer_options(**written: Any) -> dict[str, Any]:
    """The options that were given, to open a renderer with."""
    return {name: value for name, value in written.items() if value}


def variants(poster: Poster, canvas: str | None, locale: str | None) -> list[Variant]:
    """The canvases and locales that were asked for. LG952, LG953 for unknown ones."""
    from layoutgen.document.variants import requested_canvases, requested_locales

    several = locale == "all" and len(poster.languages) > 1
    return [
        Variant(name, language, several)
        for name in requested_canvases(poster, canvas)
        for language in requested_locales(poster, locale)
    ]


def output_path(path: Path, file: Path, variant: Variant, several: bool) -> Path:
    """The picture's path: `path` itself, or a file of its own in the folder `path`."""
    if not several:
        return path / f"{file.stem}.png" if path.is_dir() else path
    name = f"{file.stem}-{variant.canvas}" + (f"-{variant.locale}" if variant.several_locales else "")
    return path / f"{name}.png"


def beside_record(record: Path, ending: str) -> Path:
    """`a.record.json` → `a` and the ending, in the same folder."""
    return record.with_name(record.name.removesuffix(".record.json") + ending)
