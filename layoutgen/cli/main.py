"""`layoutgen`: the commands. Machine output goes to stdout as one JSON document, everything else to stderr.

Exit codes: 0 good, 1 the poster or its data has errors, 2 wrong usage, 3 words not right, 4 something outside,
5 stopped by a budget and to be resumed.
"""

from __future__ import annotations

import atexit
import os
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib import import_module
from typing import Any

import typer

from layoutgen.cli import help

COMMANDS = (
    "new", "check", "fmt", "preview", "compile", "render", "verify", "report", "redo", "replay", "campaign", "approve",
    "publish", "list", "explain", "doctor", "lsp",
)  # fmt: skip
"""Each is a module of this package, in the order in which one comes to need them."""


def application(commands: Sequence[str] = COMMANDS) -> typer.Typer:
    """The command line, with these commands."""
    application = typer.Typer(
        name="layoutgen",
        help="Posters as text: layout, slogans and objects for GLM-Image, checked by OCR until the words are right.",
        no_args_is_help=True,
        add_completion=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    for command in commands:
        import_module(f"layoutgen.cli.{command}").register(application)
    help.arrange(application)
    return application


def __getattr__(name: str) -> Any:
    """`app`, the whole command line, is only made for those who ask for it."""
    if name != "app":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()["app"] = application()
    return globals()["app"]


def main() -> None:
    """The entry point of the console script."""
    # Loading and preparing the commands that are not asked for takes a tenth of a short command.
    asked = [command for command in COMMANDS if [command] == sys.argv[1:2]]
    command: Callable[[], object] = typer.main.get_group(application(asked)) if asked else application()
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
    with suppress(OSError, ValueError):  # nobody listens any more, or it is closed
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(end.code or 0)
