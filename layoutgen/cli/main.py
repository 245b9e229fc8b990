"""`layoutgen`: the commands. Machine output goes to stdout as one JSON document, everything else to stderr.

Exit codes: 0 good, 1 the poster or its data has errors, 2 wrong usage, 3 words not right, 4 something outside,
5 stopped by a budget and to be resumed.
"""

from __future__ import annotations

import atexit
import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from copy import copy

import typer

from layoutgen.cli import (
    approve,
    campaign,
    check,
    compile,
    doctor,
    explain,
    fmt,
    help,
    list,
    lsp,
    new,
    preview,
    publish,
    redo,
    render,
    replay,
    report,
    verify,
)

app = typer.Typer(
    name="layoutgen",
    help="Posters as text: layout, slogans and objects for GLM-Image, checked by OCR until the words are right.",
    no_args_is_help=True,
    add_completion=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


COMMANDS = (
    new, check, fmt, preview, compile, render, verify, report, redo, replay, campaign, approve, publish, list, explain, doctor,
    lsp,
)  # fmt: skip
"""In the order in which one comes to need them."""
for command in COMMANDS:
    command.register(app)
help.arrange(app)


def main() -> None:
    """The entry point of the console script."""
    # Preparing sixteen commands that are not asked for takes a twentieth of a short command.
    asked = [info for info in app.registered_commands if [help.name_of(info)] == sys.argv[1:2]]
    command: Callable[[], object] = app
    if asked:
        single = copy(app)
        single.registered_commands = asked
        command = typer.main.get_group(single)
    try:
        command()
    except SystemExit as end:
        _leave(end)
        raise


def _leave(end: SystemExit) -> None:
    """End the process at once, as mypy does: taking its modules apart takes another twentieth.

    Returns when there is more to end than this thread, or output that cannot be written.
    """
    if "torch" in sys.modules or threading.active_count() > 1 or not isinstance(end.code, int | None):
        return
    atexit._run_exitfuncs()
    with suppress(OSError):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(end.code or 0)
