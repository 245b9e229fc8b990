"""`--help` of every command: the docstring, and its lines `Example: …` as a part of their own."""

from __future__ import annotations

import inspect
from typing import Any

import typer
from typer.core import TyperCommand

MARK = "Example: "


class HelpfulCommand(TyperCommand):
    """A command whose docstring may end in lines of examples."""

    @property
    def examples(self) -> list[str]:
        """The command lines of its `Example: …` lines, in order."""
        lines = inspect.cleandoc((self.callback and self.callback.__doc__) or "").splitlines()
        return [line.removeprefix(MARK) for line in lines if line.startswith(MARK)]

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        if self.examples:
            with formatter.section("Examples"):
                for line in self.examples:
                    # Written as they are: a line that is broken cannot be copied.
                    formatter.write(f"{'':>{formatter.current_indent}}{line}\n")


def arrange(app: typer.Typer) -> None:
    """Show the examples of every command as a part of their own."""
    for info in app.registered_commands:
        info.cls = HelpfulCommand
        if info.callback is not None:
            lines = inspect.cleandoc(info.callback.__doc__ or "").splitlines()
            info.help = "\n".join(line for line in lines if not line.startswith(MARK)).strip()
