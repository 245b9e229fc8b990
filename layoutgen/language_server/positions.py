"""Offsets ↔ positions. A source counts characters, an editor lines and UTF-16 units (or what it was agreed on)."""

from __future__ import annotations

from lsprotocol import types
from pygls.workspace import PositionCodec

from layoutgen.diagnostics import Source, Span


def normalised(text: str) -> str:
    """As `read_source` gives a file. A byte order mark is a space, so that columns stay what the editor says."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return " " + text[1:] if text.startswith("\ufeff") else text


class Positions:
    def __init__(self, source: Source, codec: PositionCodec) -> None:
        self.source, self.codec = source, codec

    def position(self, offset: int) -> types.Position:
        line, column = self.source.position(min(max(offset, 0), len(self.source.text)))
        start = self.source.line_starts[line - 1]
        return types.Position(line - 1, self.codec.client_num_units(self.source.text[start : start + column - 1]))

    def range(self, start: int, end: int) -> types.Range:
        return types.Range(self.position(start), self.position(end))

    def of(self, span: Span) -> types.Range:
        return self.range(span.start, span.end)

    def offset(self, position: types.Position) -> int:
        """The character at a position; one behind the end of a line or of the text is that end."""
        starts = self.source.line_starts
        if position.line >= len(starts):
            return len(self.source.text)
        line = self.source.line(position.line + 1)
        units = 0
        for column, character in enumerate(line):
            units += self.codec.client_num_units(character)
            if units > position.character:
                return starts[position.line] + column
        return starts[position.line] + len(line)

    def changed(self, change: types.TextDocumentContentChangeEvent) -> str:
        """The text after one change that an editor tells of."""
        new = normalised(change.text)
        if not isinstance(change, types.TextDocumentContentChangePartial):
            return new
        start, end = self.offset(change.range.start), self.offset(change.range.end)
        return self.source.text[:start] + new + self.source.text[end:]
