"""Where lines begin and end. Line breaks are the writer's; indents, spaces, blank lines and what is too long are the style's.

- Every statement begins a line of its own. A block that was written on one line, and fits, stays on one line; so do several
  properties. What does not fit is written one property a line.
- A list breaks after the commas where it was broken, and where it would become too long.
- At most one blank line between two statements, none at the edges of a block or file.
- A comment stays behind what it followed, or on its own line before what it preceded.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from layoutgen.diagnostics import Source, columns
from layoutgen.syntax import parse
from layoutgen.syntax.nodes import (
    Atom,
    Block,
    Call,
    Comment,
    Dimensions,
    File,
    Items,
    Number,
    Optional,
    Property,
    Spread,
    Statement,
    Word,
)

WIDTH = 110
"""Columns of a line, a comment behind it not counted. Strings are never broken, so a line of one long string is longer."""

INDENT = "  "
CONTINUED = INDENT * 2
"""The indent of a list that goes on: deeper than the contents of the block that may follow it."""


def format_source(text: str, name: str = "text") -> str:
    """The text of a poster or kit in the one style; what it means, and every comment, is unchanged.

    Formatting what is formatted changes nothing. `name` is shown in messages. Raises PosterError with every LG1 error of a text
    that cannot be parsed.
    """
    source = Source(name, text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n"))
    return _Writer(parse(source)[0]).written()


class _Entry(NamedTuple):
    """One line of a block: a comment, a statement, or properties that share the line."""

    start: int
    end: int
    parts: tuple[Property | Statement, ...]
    comment: Comment | None = None


class _Writer:
    def __init__(self, file: File) -> None:
        self._file = file
        self._text = file.source.text
        self._starts = [comment.span.start for comment in file.comments]

    def written(self) -> str:
        lines = self._lines(self._entries(self._file.items, 0, len(self._text)), 0, [], "")
        return "".join(f"{line}\n" for line in lines)

    def _lines(self, entries: Sequence[_Entry], at: int, opening: list[str], indent: str) -> list[str]:
        """`opening`, which ends at the offset `at`, and the entries after it."""
        lines = [*opening]
        for entry in entries:
            breaks = self._text.count("\n", at, entry.start)
            if entry.comment and lines and not breaks:
                lines[-1] += f" {_comment(entry.comment)}"
            else:
                if breaks > 1 and len(lines) > len(opening):
                    lines.append("")
                lines += [indent + _comment(entry.comment)] if entry.comment else self._parts(entry.parts, indent)
            at = entry.end
        return lines

    def _entries(self, items: Sequence[Property | Statement], start: int, end: int, *, together: bool = True) -> list[_Entry]:
        """What stands from `start` to `end`, in order; properties on one line are one entry, unless not `together`."""
        entries: list[_Entry] = []
        at = start
        for item in items:
            entries += self._between(at, item.span.start)
            entry = _Entry(item.span.start, item.span.end, (item,))
            one_line = together and "\n" not in self._text[at : entry.start]
            if entries and one_line and all(isinstance(part, Property) for part in (entries[-1].parts[-1], item)):
                before = entries.pop()
                entry = _Entry(before.start, entry.end, (*before.parts, item))
            entries.append(entry)
            at = entry.end
        return entries + self._between(at, end)

    def _between(self, start: int, end: int) -> list[_Entry]:
        """The comments from `start` to `end`."""
        first, last = bisect_left(self._starts, start), bisect_left(self._starts, end)
        return [_Entry(item.span.start, item.span.end, (), item) for item in self._file.comments[first:last]]

    def _parts(self, parts: Sequence[Property | Statement], indent: str) -> list[str]:
        """One statement, or the properties of one line."""
        if len(parts) > 1 and "\n" not in self._text[parts[0].span.start : parts[-1].span.end]:
            line = indent + "; ".join(map(one_line, parts))
            if columns(line) <= WIDTH:
                return [line]
        return [line for part in parts for line in self._item(part, indent)]

    def _item(self, item: Property | Statement, indent: str) -> list[str]:
        if isinstance(item, Property):
            return self._list([f"{indent}{item.name.text}:"], item.value, indent)
        braced = item.body is not None
        lines = self._list([indent + item.kind.text], item.head, indent, braced=braced)
        if item.annotation:
            lines[-1] += ":"
            lines = self._list(lines, item.annotation, indent, braced=braced)
        if item.body:
            ends = [values[-1][-1].span.end for values in (item.head, item.annotation) if values]
            lines = self._block(item.body, max(ends, default=item.kind.span.end), lines, indent)
        if item.default:
            lines[-1] += " ="
            lines = self._list(lines, item.default, indent)
        return lines

    def _block(self, body: Block, at: int, lines: list[str], indent: str) -> list[str]:
        """`lines`, a head that ends at `at`, and its block."""
        start, end = body.span.start, body.span.end
        before = self._between(at, start)
        on_one_line = "\n" not in self._text[start:end] or not (body.items or self._between(start, end))
        if on_one_line and not before:
            flat = f"{lines[-1]} {one_line_block(body)}"
            if columns(_last_line(flat)) <= WIDTH:
                return [*lines[:-1], flat]
        lines[-1] += " {"
        # Comments before the brace follow it: there they stay with the block.
        inner = self._entries(body.items, start + 1, end - 1, together=not on_one_line)
        opened = self._lines(before, start, lines, indent + INDENT)
        return [*self._lines(inner, before[-1].end if before else start, opened, indent + INDENT), indent + "}"]

    def _list(self, opening: list[str], values: tuple[Items, ...], indent: str, *, braced: bool = False) -> list[str]:
        """`opening`, and the values with commas between them; `braced` when a brace follows."""
        lines = [*opening]
        for number, items in enumerate(values):
            at = values[number - 1][-1].span.end if number else items[0].span.start
            start = items[0].span.start
            lines = self._lines(self._between(at, start), at, lines, indent + CONTINUED)
            last = number == len(values) - 1
            piece = side_by_side(items) + ("" if last else ",")
            first_line = f"{_last_line(lines[-1])} {piece}".partition("\n")[0]
            too_long = columns(first_line) + (2 if last and braced else 0) > WIDTH
            if number and (too_long or "\n" in self._text[at:start]):
                lines.append(indent + CONTINUED + piece)
            else:
                lines[-1] += f" {piece}"
        return lines


def _last_line(text: str) -> str:
    return text.rpartition("\n")[2]


def _comment(comment: Comment) -> str:
    """Spaces after `//` are the writer's; a word stands one apart. Rules of slashes, `////////`, stay."""
    written = comment.span.text[2:].rstrip()
    return f"//{written}" if not written or written[0] in "/ \t" else f"// {written}"


def one_line(item: Property | Statement) -> str:
    """A property, or a statement with its block."""
    if isinstance(item, Property):
        return f"{item.name.text}: {listed(item.value)}"
    written = " ".join([item.kind.text, *([listed(item.head)] if item.head else [])])
    written += f": {listed(item.annotation)}" if item.annotation else ""
    written += f" {one_line_block(item.body)}" if item.body else ""
    return written + (f" = {listed(item.default)}" if item.default else "")


def one_line_block(body: Block) -> str:
    return f"{{ {'; '.join(map(one_line, body.items))} }}" if body.items else "{}"


def listed(values: Sequence[Items]) -> str:
    return ", ".join(map(side_by_side, values))


def side_by_side(items: Sequence[Atom]) -> str:
    """`header gap 3%`"""
    written = _atom(items[0])
    for left, right in pairwise(items):
        before, after = _atom(left), _atom(right)
        # One space would join an open range and a number, `1..` and `5`, to one range.
        ahead = before.endswith("..") and after[0] in "+-0123456789"
        behind = after.startswith("..") and isinstance(left, Number)
        written += ("  " if ahead or behind else " ") + after
    return written


def _atom(atom: Atom) -> str:
    match atom:
        case Word(text=text):
            return text
        case Number():
            return atom.written.replace(" ", "")
        case Spread():
            return atom.span.text.replace(" ", "")
        case Dimensions():
            return atom.span.text.replace("×", "x")
        case Optional(inner=inner):
            return f"{_atom(inner)}?"
        case Call(name=name, arguments=arguments):
            keyed = ((f"{item.key.text}: " if item.key else "") + side_by_side(item.value) for item in arguments)
            return f"{name.text}({', '.join(keyed)})"
        case _:  # strings, colours, ratios and operators are as they were written
            return atom.span.text
