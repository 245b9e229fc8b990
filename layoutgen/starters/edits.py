"""Edits of a text at the places that the parser found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from layoutgen.diagnostics import Source
from layoutgen.syntax import nodes


@dataclass(frozen=True)
class Edit:
    """The characters from `start` up to `end` become `text`."""

    start: int
    end: int
    text: str = ""


def without_line(statement: nodes.Statement) -> Edit:
    """A statement taken out with its line, and the empty line before it."""
    text = statement.span.source.text
    start, end = statement.span.start, statement.span.end
    start = text.rfind("\n", 0, start) + 1
    end = text.find("\n", end) + 1 or len(text)
    if text[:start].endswith("\n\n"):
        start -= 1
    return Edit(start, end)


def apply_edits(source: Source, edits: Iterable[Edit]) -> str:
    text = source.text
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end), reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text
