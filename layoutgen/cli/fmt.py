"""`layoutgen fmt`: posters and kits in one style."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer

from layoutgen.cli.options import Json
from layoutgen.cli.output import announce, diagnosed, emit, show
from layoutgen.diagnostics import Diagnostic, PosterError

STDIN = Path("-")


def register(app: typer.Typer) -> None:
    app.command()(fmt)


@diagnosed
def fmt(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help=".poster or .kit files; - for standard input.")],
    check: Annotated[bool, typer.Option("--check", help="Change nothing; exit code 1 where something would change.")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Change nothing; show what would change.")] = False,
    as_json: Json = False,
) -> int:
    """Write posters and kits in one style.

    Line breaks, comments and what is in quotes stay as they are. Spaces, indents and lines that are too long are put in order.
    A file that has syntax errors is left alone.

    Example: layoutgen fmt sale.poster brand/acme.kit
    Example: layoutgen fmt sale.poster --diff
    Example: layoutgen fmt *.poster --check
    """
    from layoutgen.base.files import write_atomically

    problems: list[Diagnostic] = []
    results: list[dict[str, Any]] = []
    for file in files:
        try:
            text = _read(file)
            if text.changed and file != STDIN and not (check or diff):
                # A link stays one: the file that it names is written.
                write_atomically(file.resolve(), text.after.encode())
        except PosterError as error:
            problems += error.diagnostics
            continue
        entry: dict[str, Any] = {"file": str(file), "changed": text.changed}
        if diff:
            entry["diff"] = "".join(_diff(text, text.name))
        elif file == STDIN and not check:
            entry["text"] = text.after
        results.append(entry)
    would_change = check and any(entry["changed"] for entry in results)
    code = PosterError(problems).exit_code if problems else int(would_change)
    if as_json:
        emit({"ok": code == 0, "files": results, "diagnostics": [item.to_json() for item in problems]})
        return code
    for entry in results:
        sys.stdout.write(entry.get("diff", entry.get("text", "")))
        if entry["changed"] and "text" not in entry:
            announce(f"{'would format' if check or diff else 'formatted'} {entry['file']}")
    if results and not any(entry["changed"] or "text" in entry for entry in results):
        announce("nothing to change")
    show(problems)
    return code


class _Text(NamedTuple):
    name: str
    before: str
    after: str

    @property
    def changed(self) -> bool:
        return self.before != self.after


def _read(file: Path) -> _Text:
    """A file as it is, and as it should be. Raises PosterError: LG1 for what is wrong in it, LG901."""
    from layoutgen.syntax import decode_source, read_source
    from layoutgen.syntax.formatter import format_source

    if file == STDIN:
        raw = sys.stdin.buffer.read()
        source = decode_source(raw, "stdin")
    else:
        source = read_source(file)
        raw = file.read_bytes()
    return _Text(source.name, raw.decode(), format_source(source.text, source.name))


def _diff(text: _Text, name: str) -> Iterator[str]:
    """A unified diff, as `patch` reads it. Only "\\n" ends a line: what else may, stands in strings."""
    before, after = (written.split("\n") for written in (text.before, text.after))
    lines = [f"{line}\n" for line in before[:-1]] + before[-1:] * bool(before[-1]), [f"{line}\n" for line in after[:-1]]
    for line in difflib.unified_diff(*lines, name, name):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
