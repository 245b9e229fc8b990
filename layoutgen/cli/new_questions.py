"""The questions of `layoutgen new`, on a terminal. Every answer is checked at once, by what will read it later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import typer

from layoutgen.cli.output import announce
from layoutgen.diagnostics import Collector
from layoutgen.starters.catalogue import about, limits_in_words, starter_path


def ask_for_template(names: Sequence[str]) -> str:
    """One of the starters, by number or name."""
    for number, name in enumerate(names, start=1):
        announce(f"{number:>3}  {name:<12} {about(name)}")
    while True:
        answer = _ask("template", names[0])
        if answer in names:
            return answer
        if answer.isascii() and answer.isdigit() and 0 < int(answer) <= len(names):
            return names[int(answer) - 1]
        announce(f"a number from 1 to {len(names)}, or a name")


def ask_for_params(template: str, given: Mapping[str, object]) -> dict[str, object]:
    """The given values, and an answer for every other param that is not a list. Enter keeps the default, `-` clears it."""
    from layoutgen.document import load
    from layoutgen.language.params.declare import bind_params

    poster = load(starter_path(template))
    answers = dict(given)
    for param in poster.params:
        if param.name in given:
            continue
        if param.type.kind == "list":
            announce(f"{param.name}: {param.type}; it is in a file of its own, to be edited there")
            continue
        default = "" if param.default is None else _written(param.default)
        wishes = [str(param.type), limits_in_words(param.type), "- for none" if param.type.optional else ""]
        while True:
            answer = _ask(f"{param.name} ({'; '.join(wish for wish in wishes if wish)})", default)
            if answer == default:
                break
            if answer == "-" and param.type.optional:
                answers[param.name] = ""
                break
            collector = Collector()
            bind_params([param], {param.name: answer}, palette=poster.palette, collector=collector)
            if not collector.diagnostics:
                answers[param.name] = answer
                break
            for item in collector.diagnostics:
                announce(item.message + (f" ({item.hint})" if item.hint else ""))
    return answers


def ask_for_canvases(template: str) -> list[str] | None:
    """Names of the canvases to keep; None for all."""
    from layoutgen.document import load

    known = {canvas.name: f"{canvas.name} {canvas.width}x{canvas.height}" for canvas in load(starter_path(template)).canvases}
    while True:
        answer = _ask(f"canvases to keep ({', '.join(known.values())})", "all")
        names = [part.strip() for part in answer.split(",") if part.strip()]
        if answer == "all":
            return None
        if names and set(names) <= set(known):
            return names
        announce(f"names, with commas between them: {', '.join(known)}")


def _ask(question: str, default: str) -> str:
    return str(typer.prompt(question, default=default, err=True)).strip()


def _written(value: Any) -> str:
    """A default as one would type it."""
    from layoutgen.starters.rewrite import written

    return written(value)
