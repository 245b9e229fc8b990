"""The shape of a file for editors: its outline, and what can be folded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from layoutgen.language.statements import STATEMENTS
from layoutgen.language_server.tolerant_tree import STRINGS, TolerantNode, TolerantTree

LISTED = ("palette", "canvas", "font", "on", "language", "require")
"""Statements that have no one name; the outline shows what they list."""


@dataclass
class OutlineEntry:
    """One line of the outline."""

    name: str
    kind: str
    start: int
    end: int
    name_start: int
    name_end: int
    detail: str = ""
    inside: list[OutlineEntry] = field(default_factory=list)


def outline_of(tree: TolerantTree) -> list[OutlineEntry]:
    """Statements, nested as they are written."""
    root: list[OutlineEntry] = []
    pending = [(item, root) for item in tree.root.items[::-1]]
    while pending:
        item, into = pending.pop()
        if item.is_property or not item.marks:
            continue
        overridden = any(around.kind == "on" for around in item.around())
        if item.kind in STATEMENTS or overridden:
            entry = _entry(item, tree)
            into.append(entry)
            into = entry.inside
        pending.extend((child, into) for child in item.items[::-1])
    return root


def _entry(item: TolerantNode, tree: TolerantTree) -> OutlineEntry:
    first = item.marks[0]
    named = item.name if item.name is not None and item.name.text not in ("as", "when") else None
    head = item.marks[1:]
    content = next((mark for mark in head if mark.kind in STRINGS), None)
    name = named or first
    text = " ".join(mark.text for mark in head if mark.kind != "COMMA")
    if item.kind in LISTED:
        return OutlineEntry(item.kind, item.kind, item.start, item.end, first.start, first.end, _short(text))
    label = named.text if named else _short(content.text.strip('"')) if content else item.kind
    detail = f"{item.kind} {_short(content.text)}" if content and named else item.kind
    return OutlineEntry(
        label or item.kind, item.kind, item.start, item.end, name.start, name.end, detail if label != item.kind else ""
    )


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 60 else f"{text[:59]}…"


def folds(tree: TolerantTree) -> Iterator[tuple[int, int, bool]]:
    """Lines, counted from 0, that can be folded: blocks, strings of several lines, and comments in a row (True)."""

    def line(offset: int) -> int:
        return tree.source.position(offset)[0] - 1

    for item in tree.root.walk():
        if item.opening >= 0:
            first, last = line(item.opening), line(max(item.closing - 1, item.opening))
            # The line of the closing brace stays to be seen.
            last = last - 1 if tree.source.text[item.closing - 1 : item.closing] == "}" else last
            if last > first:
                yield first, last, False
    for mark in tree.marks:
        if mark.kind == "BLOCK_STRING" and line(mark.end) > line(mark.start):
            yield line(mark.start), line(mark.end), False
    alone = [line(note.start) for note in tree.comments if not tree.source.line(line(note.start) + 1).split("//")[0].strip()]
    start = 0
    for at in range(1, len(alone) + 1):
        if at == len(alone) or alone[at] != alone[at - 1] + 1:
            if at - start > 1:
                yield alone[start], alone[at - 1], True
            start = at
