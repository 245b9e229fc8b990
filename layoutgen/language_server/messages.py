"""Diagnostics as editors show them. What is wrong in a kit or a translation is shown where the open file takes it in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lsprotocol import types

from layoutgen.diagnostics import Diagnostic, Source, Span
from layoutgen.language_server.buffers import Buffers
from layoutgen.language_server.positions import Positions
from layoutgen.language_server.tolerant_tree import STRINGS, tolerant_tree
from layoutgen.language_server.workspace import kit_path

SEVERITY = {
    "error": types.DiagnosticSeverity.Error,
    "warning": types.DiagnosticSeverity.Warning,
    "hint": types.DiagnosticSeverity.Information,
}


def message_of(item: Diagnostic) -> str:
    """The sentence, what stands beside the carets, what it is about, what to do."""
    notes = {"canvas": item.canvas, "language": item.locale, "data": item.data}
    about = ", ".join(f"{name} {value}" for name, value in notes.items() if value)
    lines = [item.message + (f" ({about})" if about else ""), item.label, f"hint: {item.hint}" if item.hint else ""]
    return "\n".join(line for line in lines if line)


def to_lsp(item: Diagnostic, source: Source, buffers: Buffers, positions: Positions) -> types.Diagnostic:
    """One diagnostic of a file that is open."""
    elsewhere = item.span is not None and item.span.source.name != source.name
    where = entrance(item.span, source) if elsewhere or item.span is None else item.span
    message = message_of(item)
    related = [(place.span, place.label) for place in item.related]
    if elsewhere and item.span is not None:
        message = f"in {Path(item.span.source.name).name}, line {item.span.line}: {message}"
        related.insert(0, (item.span, item.label or item.message))
    return types.Diagnostic(
        range=positions.range(where.start, max(where.end, where.start)),
        message=message,
        severity=SEVERITY[item.severity],
        code=item.code,
        source="layoutgen",
        related_information=list(_related(related, buffers, positions)) or None,
    )


def _related(
    places: list[tuple[Span, str]], buffers: Buffers, positions: Positions
) -> Iterator[types.DiagnosticRelatedInformation]:
    for span, label in places:
        path = Path(span.source.name)
        if path.is_absolute():
            there = Positions(span.source, positions.codec)
            yield types.DiagnosticRelatedInformation(types.Location(buffers.uri(path), there.of(span)), label)


def entrance(span: Span | None, source: Source) -> Span:
    """Where a file takes in what lies in another one: the `use` that names the kit, or leads to it; `language` for a
    translation; else the first word."""
    items = tolerant_tree(source).root.items
    name = span.source.name if span is not None else ""
    kits = [mark for item in items if item.kind == "use" for mark in item.marks[1:] if mark.kind in STRINGS]
    naming = next((mark for mark in kits if str(kit_path(Path(source.name), mark.text[1:-1])) == name), None)
    if naming is None and name.endswith(".kit") and kits:
        naming = kits[0]
    if naming is None and name.endswith((".json", ".po", ".mo")):
        naming = next((item.marks[0] for item in items if item.kind == "language"), None)
    if naming is None:
        naming = next((item.marks[0] for item in items if item.marks), None)
    return Span(source, naming.start, naming.end) if naming else Span(source, 0, 0)
