"""What the word under the pointer means: a message, a property, a statement, a name and where its box ended up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from layoutgen.diagnostics import Diagnostic
from layoutgen.diagnostics.codes import codes
from layoutgen.language.statements import STATEMENTS
from layoutgen.language_server.catalogue import (
    CLAUSES,
    FILTER_NAMES,
    PARAM_TYPES,
    filter_meaning,
    property_page,
    rule_of,
    statement_page,
)
from layoutgen.language_server.context import kind_of, word_around
from layoutgen.language_server.names import Symbol
from layoutgen.language_server.tolerant_tree import STRINGS, TolerantNode, TolerantTree, TreeToken
from layoutgen.language_server.workspace import Workspace
from layoutgen.layout import Layout, Placed

WORDING = {
    "element": "",
    "param": "a param",
    "field": "a field of the list",
    "item": "an entry of the list",
    "canvas": "a canvas",
    "color": "a colour of the palette",
    "font": "a font",
    "style": "a style",
    "kit image": "an image of the kit",
}


def hover_page(
    tree: TolerantTree, offset: int, workspace: Workspace, diagnostics: tuple[Diagnostic, ...], layouts: Mapping[str, Layout]
) -> tuple[str, int, int] | None:
    """Markdown for what stands at an offset, and the place that it is about; None where there is nothing to say."""
    parts: list[str] = []
    place: tuple[int, int] | None = None
    mark = tree.at(offset)
    item = _item_of(tree, mark) if mark else None
    named = workspace.at(offset)
    if named is not None:
        symbol, start, end = named
        place = start, end
        if item is not None and mark is item.marks[0] and mark.text in STATEMENTS and not symbol.named:
            parts.append(statement_page(mark.text))
        parts.append(symbol_page(symbol, workspace, layouts))
    elif mark is not None and item is not None:
        word = _word_page(mark, item, offset, tree, workspace)
        if word:
            parts.append(word)
            place = mark.start, mark.end
            if mark.kind in STRINGS and item.kind in STATEMENTS and not item.is_property:
                owner = next((one for one in workspace.main.names.symbols if one.whole[0] == item.start), None)
                parts += [boxes_page(owner.path, layouts)] if owner and owner.sort == "element" else []
    for diagnostic in diagnostics:
        span = diagnostic.span
        if span is not None and span.source.name == tree.source.name and span.start <= offset <= max(span.end, span.start):
            entry = codes().get(diagnostic.code)
            if entry is not None:
                parts.append(f"**{entry.code}: {entry.title}**\n\n{' '.join(entry.explain.split())}")
                place = place or (span.start, span.end)
    text = "\n\n---\n\n".join(dict.fromkeys(part for part in parts if part))
    return (text, *place) if text and place else None


def _item_of(tree: TolerantTree, mark: TreeToken) -> TolerantNode | None:
    return next((item for item in tree.root.walk() if any(other is mark for other in item.marks)), None)


def _word_page(mark: TreeToken, item: TolerantNode, offset: int, tree: TolerantTree, workspace: Workspace) -> str:
    """What a word of the language means where it stands; empty where it is none."""
    if mark.kind in STRINGS:
        start, end = word_around(tree.source.text, offset, mark.start, mark.end)
        word = tree.source.text[start:end]
        before = tree.source.text[mark.start : offset].rpartition("{{")[2]
        if word in FILTER_NAMES and "|" in before:
            return f"**{word}**\n\n{filter_meaning(word)}"
        return statement_page(item.kind) if not item.is_property and item.kind in STATEMENTS else ""
    if mark.kind != "WORD":
        return ""
    if item.is_property:
        block = item.parent
        rule = rule_of(item.kind, kind_of(block, workspace, _path_of(block, workspace)))
        first = mark is item.marks[0]
        return property_page(rule) if rule is not None and (first or mark.text in rule.words) else _clause(mark.text)
    if mark is item.marks[0]:
        return statement_page(mark.text) if mark.text in STATEMENTS else ""
    if item.kind == "param" and mark.text in PARAM_TYPES:
        return f"**{mark.text}**: {PARAM_TYPES[mark.text]}"
    return _clause(mark.text)


def _path_of(block: TolerantNode | None, workspace: Workspace) -> str:
    return next((s.path for s in workspace.main.names.symbols if block is not None and s.whole[0] == block.start), "")


def _clause(word: str) -> str:
    return f"**{word}**: {CLAUSES[word]}" if word in CLAUSES else ""


def symbol_page(symbol: Symbol, workspace: Workspace, layouts: Mapping[str, Layout]) -> str:
    """A name: what it is, where it comes from, and of an element its boxes."""
    what = symbol.kind if symbol.sort == "element" else WORDING[symbol.sort]
    lines = [f"**{symbol.path}**: {what}"]
    if symbol.sort in ("param", "field", "color", "canvas", "font", "item") and symbol.kind:
        lines[0] += f", `{symbol.kind}`"
    if symbol.file != workspace.main.path:
        lines.append(f"from {symbol.file.name}")
    if symbol.sort == "element":
        lines.append(boxes_page(symbol.path, layouts))
    return "\n\n".join(line for line in lines if line)


def boxes_page(path: str, layouts: Mapping[str, Layout]) -> str:
    """Where an element's box ended up: in pixels, in percent of the whole canvas, and why."""
    rows: list[str] = []
    why: list[str] = []
    for name, layout in layouts.items():
        for placed in _copies(path, layout):
            left, top, width, height = placed.box
            across, down = layout.canvas.width, layout.canvas.height
            share = " ".join(f"{part * 100 / side:.1f}%" for part, side in zip(placed.box, (across, down) * 2, strict=True))
            size = f", type {placed.text.size:.0f} px" if placed.text is not None else ""
            label = name if placed.id == path else f"{name}, {placed.id}"
            rows.append(f"- {label}: {width}x{height} px at {left}, {top}{size} ({share} of the canvas)")
            why = why or list(placed.why)
    if len(rows) > 8:
        rows = [*rows[:8], f"- … and {len(rows) - 8} more"]
    reasons = "\n\n" + "\n".join(f"- {reason}" for reason in why[:6]) if why and rows else ""
    return "\n".join(rows) + reasons


def _copies(path: str, layout: Layout) -> Iterator[Placed]:
    """The element itself, or the copies that `for` made of it: their ids have numbers between the names."""
    exact = [placed for placed in layout.placed if placed.id == path]
    yield from exact or (placed for placed in layout.placed if _is_copy(placed.id.split("."), path.split(".")))


def _is_copy(found: list[str], names: list[str]) -> bool:
    rest = list(names)
    for part in found:
        if rest and part == rest[0]:
            rest.pop(0)
        elif not part.isdigit():
            return False
    return not rest and found[0] == names[0]
