"""What an editor can do about a diagnostic: its own fix, what it suggests, or a comment that allows it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from layoutgen.diagnostics import Diagnostic, Source, Span
from layoutgen.language_server.tolerant_tree import tolerant_tree

_SUGGESTED = re.compile(r"did you mean `(.+?)`\?")
_BACKTICKED = re.compile(r"`([^`]+)`")

ALLOW = "layoutgen: allow"
WRITES = ("LG101", "LG105", "LG106", "LG117")
"""Their hint ends in what should stand there."""
CHOICES = ("LG210", "LG211")
"""Their hint names, between backticks, what could stand there."""

UNSILENCED = ("LG011", "LG236")
"""Hints that are not about the design."""


@dataclass(frozen=True)
class Remedy:
    title: str
    start: int
    end: int
    text: str
    preferred: bool = False
    allows: bool = False
    """It silences the message instead of mending anything."""


def remedies(item: Diagnostic, source: Source) -> Iterator[Remedy]:
    """The edits of this file that would make a diagnostic go away."""
    if item.fix is not None and item.fix.span.source.name == source.name:
        yield Remedy(item.fix.title, item.fix.span.start, item.fix.span.end, item.fix.text, preferred=True)
    span = item.span
    if span is None or span.source.name != source.name:
        return
    yield from _suggested(item, span)
    if item.code in WRITES:
        yield from _written(item, span)
    if item.code in CHOICES:
        for text in _BACKTICKED.findall(item.hint):
            if " " not in text:
                yield Remedy(f"write {text}", span.start, span.end, text)
    if item.code == "LG237":
        yield Remedy("put a comma before it", _before(source.text, span.start), _before(source.text, span.start), ",", True)
    if item.severity == "hint" and item.code not in UNSILENCED:
        yield _allowed(item.code, span, source)


def _suggested(item: Diagnostic, span: Span) -> Iterator[Remedy]:
    match = _SUGGESTED.search(item.label) or _SUGGESTED.search(item.hint)
    if match is None:
        return
    text, written = match[1], span.text
    if written[:1] in '"“„' and not text.startswith('"'):
        # A file name: what was meant is the last part of the path between the quotes.
        folder = written[1:-1].replace("\\", "/").rpartition("/")[0]
        text = f'"{folder}/{text}"' if folder else f'"{text}"'
    yield Remedy(f"write {text}", span.start, span.end, text, preferred=True)


def _written(item: Diagnostic, span: Span) -> Iterator[Remedy]:
    """`write "Hello"`, up to the `;` after which the hint goes on."""
    first = item.hint.splitlines()[0] if item.hint else ""
    match = re.search(r'(?:write|put it in quotes:) (".*")', first)
    if match is not None:
        yield Remedy(f"write {match[1]}", span.start, span.end, match[1], preferred=True)


def _before(text: str, offset: int) -> int:
    """Behind what stands before an offset."""
    return len(text[:offset].rstrip())


def _allowed(code: str, span: Span, source: Source) -> Remedy:
    """`// layoutgen: allow CODE` at the end of the line, or above it where the line ends in a comment or inside a string."""
    line, _ = source.position(span.start)
    start, text = source.line_starts[line - 1], source.line(line)
    end, drawn = start + len(text), tolerant_tree(source)
    title = f"allow {code} here, with a comment"
    comment = next((note for note in drawn.comments if start <= note.start < end), None)
    if comment is not None and comment.text.startswith(ALLOW):
        return Remedy(title, comment.end, comment.end, f" {code}", allows=True)
    if comment is None and not any(mark.kind == "BLOCK_STRING" and mark.start < end < mark.end for mark in drawn.marks):
        end = start + len(text.rstrip())
        return Remedy(title, end, end, f"  // {ALLOW} {code}", allows=True)
    indent = text[: len(text) - len(text.lstrip())]
    return Remedy(title, start, start, f"{indent}// {ALLOW} {code}\n", allows=True)
