"""`layoutgen explain`: what a message means, a file that shows it, and what puts it right."""

from __future__ import annotations

import difflib
import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from layoutgen.cli import completion
from layoutgen.cli.list import table
from layoutgen.cli.options import Json
from layoutgen.cli.output import console, diagnosed, emit
from layoutgen.diagnostics import Diagnostic, PosterError

if TYPE_CHECKING:
    from rich.text import Text

    from layoutgen.diagnostics.codes import Code

LONGEST = 40
"""Lines of a file that are shown."""


def register(app: typer.Typer) -> None:
    app.command()(explain)


@diagnosed
def explain(
    code: Annotated[
        str, typer.Argument(metavar="CODE", help="Such as LG204, or a word to look for.", autocompletion=completion.codes)
    ],
    as_json: Json = False,
) -> int:
    """Tell more about a message, with an example.

    Example: layoutgen explain LG204
    Example: layoutgen explain contrast
    Example: layoutgen explain LG001 --json
    """
    about = near_misses(code) if not any(map(str.isdecimal, code)) else []
    if about:
        if as_json:
            emit({"codes": [{"code": one.code, "title": one.title} for one in about]})
        else:
            console().print(table([{"code": one.code, "title": one.title} for one in about]))
        return 0
    entry = find(code)
    if as_json:
        emit(as_data(entry))
        return 0
    out = console()
    for part in page(entry, out.width):
        out.print(part)
    return 0


def find(written: str) -> Code:
    """The code that was meant: `LG204`, `lg204`, `[LG204]`, `204`. LG956 with what is near where there is none."""
    from layoutgen.diagnostics.codes import codes

    code = written.strip().strip("[]").upper()
    code = f"LG{code}" if code.isdigit() else code
    entry = codes().get(code)
    if entry is None:
        near = "\n".join(f"{one.code}  {one.title}" for one in near_misses(code))
        hint = f"near it are:\n{near}" if near else "codes look like LG204; they stand in every message"
        raise PosterError(Diagnostic("LG956", f"there is no code `{written}`", hint=hint))
    return entry


def near_misses(written: str, most: int = 8) -> list[Code]:
    """Codes that look like what was written, or whose titles or words have it."""
    from layoutgen.diagnostics.codes import codes

    every = codes()
    if (number := written.removeprefix("LG")).isdecimal():
        place = int(f"{number:0<3}"[:3])
        return sorted(every.values(), key=lambda one: abs(int(one.code[2:]) - place))[:most]
    words = written.casefold().split()
    titled = [one for one in every.values() if all(word in one.title.casefold() for word in words)]
    explained = [one for one in every.values() if all(word in one.explain.casefold() for word in words)]
    return list({one.code: one for one in (*titled, *explained)}.values())[:most] if words else []


def as_data(entry: Code) -> dict[str, Any]:
    from layoutgen.diagnostics.codes import STAGES

    return {
        "code": entry.code,
        "title": entry.title,
        "stage": STAGES[entry.code[:3]],
        "explain": " ".join(entry.explain.split()),
        "run": f"layoutgen {entry.run}",
        "files": {name: text for name, text in entry.files.items() if not text.startswith(("base64:", "repeat:"))},
        "fixed": entry.fixed,
    }


def page(entry: Code, width: int = 1000) -> Iterator[Text]:
    """The parts of the page, a line or paragraph each; long lines of files go on below their beginning."""
    from rich.text import Text

    from layoutgen.diagnostics.codes import STAGES

    head = Text(entry.code, style="bold cyan")
    yield head.append(f"  {entry.title}", style="bold").append(f"  · {STAGES[entry.code[:3]]}", style="dim")
    for paragraph in entry.explain.strip().split("\n\n"):
        yield Text("\n" + " ".join(paragraph.split()))
    yield Text("\nShown by ", style="bold").append(f"layoutgen {entry.run}", style="green")
    for name, text in entry.files.items():
        if text and not text.startswith(("base64:", "repeat:")):
            yield Text(f"\n  {name}", style="dim")
            yield from _numbered(text.strip("\n").splitlines(), width)
    if entry.fixed:
        yield Text("\nPut right", style="bold")
        yield from _changed(entry.files.get("a.poster", ""), entry.fixed, width)
    if entry.code.startswith("LG0") and entry.code != "LG011":
        yield (
            Text("\nMeant that way? ", style="bold")
            .append(f"// layoutgen: allow {entry.code}", style="green")
            .append(" above the statement, or at the head of the file")
        )


def _numbered(lines: list[str], width: int) -> Iterator[Text]:
    from rich.text import Text

    for number, line in enumerate(lines[:LONGEST], 1):
        for at, part in enumerate(_folded(line, width)):
            yield Text(f"{number:>4} │ " if at == 0 else "     │ ", style="dim").append(part, style="default")
    if len(lines) > LONGEST:
        yield Text(f"     … and {len(lines) - LONGEST} lines more", style="dim")


def _folded(line: str, width: int) -> list[str]:
    """The line in parts that fit beside its number."""
    indent = len(line) - len(line.lstrip())
    return textwrap.wrap(line, max(20, width - 8), subsequent_indent=" " * (indent + 4), break_long_words=False) or [""]


def _changed(before: str, after: str, width: int) -> Iterator[Text]:
    """What must change, line by line."""
    from rich.text import Text

    styles = {"-": "red", "+": "green", " ": "dim"}
    for line in difflib.ndiff(before.strip("\n").splitlines(), after.strip("\n").splitlines()):
        if line[0] != "?":
            for at, part in enumerate(_folded(line[2:], width)):
                yield Text(f"   {line[0] if at == 0 else ' '} │ {part}", style=styles[line[0]])
