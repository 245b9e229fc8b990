"""What the words of a file are, for editors that colour them by meaning."""

from __future__ import annotations

from layoutgen.language.properties import PROPERTIES
from layoutgen.language.statements import STATEMENTS
from layoutgen.language.strings.source import lexemes_of, pieces_of
from layoutgen.language_server.catalogue import CLAUSES
from layoutgen.language_server.tolerant_tree import STRINGS, TolerantTree, TreeToken
from layoutgen.language_server.workspace import Workspace

TOKEN_TYPES = ("keyword", "property", "string", "number", "comment", "variable", "type", "function", "operator", "enumMember",
               "class", "parameter")  # fmt: skip
_SORTS = {"element": "variable", "param": "parameter", "field": "property", "item": "parameter", "canvas": "type",
          "color": "enumMember", "font": "type", "style": "class", "kit image": "variable"}  # fmt: skip
_MARKS = {
    "NUMBER": "number",
    "DIMENSIONS": "number",
    "RATIO": "number",
    "SPREAD": "number",
    "HEX": "number",
    "OPERATOR": "operator",
}
_PROPERTY_NAMES = frozenset(rule.name for rule in PROPERTIES)


def tokens_of(tree: TolerantTree, workspace: Workspace) -> list[tuple[int, int, str]]:
    """Every coloured piece of the text, in order and without overlaps: start, end, one of TOKEN_TYPES."""
    kinds: dict[int, tuple[int, str]] = {}
    for note in tree.comments:
        kinds[note.start] = note.end, "comment"
    for mark in tree.marks:
        if mark.kind in _MARKS:
            kinds[mark.start] = mark.end, _MARKS[mark.kind]
        elif mark.kind in STRINGS:
            kinds |= _string_tokens(mark)
    for item in tree.root.walk():
        for index, mark in enumerate(item.marks):
            if mark.kind != "WORD":
                continue
            if index == 0:
                if item.is_property and mark.text in _PROPERTY_NAMES:
                    kinds[mark.start] = mark.end, "property"
                elif not item.is_property and mark.text in STATEMENTS:
                    kinds[mark.start] = mark.end, "keyword"
            elif mark.text in CLAUSES:
                kinds[mark.start] = mark.end, "keyword"
            elif item.is_property:
                kinds[mark.start] = mark.end, "enumMember"
            elif item.kind == "param":
                kinds[mark.start] = mark.end, "type"
    for symbol in workspace.main.names.symbols:
        if symbol.named:
            kinds[symbol.start] = symbol.end, _SORTS[symbol.sort]
    for use in workspace.main.names.uses:
        meant = workspace.resolve(use)
        if meant is not None:
            kinds[use.start] = use.end, _SORTS[meant.sort]
    return _apart([(start, end, kind) for start, (end, kind) in sorted(kinds.items())])


def _string_tokens(mark: TreeToken) -> dict[int, tuple[int, str]]:
    """Text and expressions of a string; filters are functions."""
    kinds: dict[int, tuple[int, str]] = {}
    at = mark.start
    for piece in pieces_of(mark.text, frozenset())[0]:
        if piece.kind == "expression":
            start, end = mark.start + piece.start, mark.start + piece.end
            if at < start - 2:
                kinds[at] = start - 2, "string"
            for lexeme in lexemes_of(mark.text, piece)[0]:
                kind = {"filter": "function", "string": "string", "number": "number", "keyword": "keyword"}.get(lexeme.role)
                if kind:
                    kinds[mark.start + lexeme.start] = mark.start + lexeme.end, kind
            at = end + 2
    if at < mark.end:
        kinds[at] = mark.end, "string"
    return kinds


def _apart(tokens: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Without overlaps: a longer one ends where the next begins."""
    disjoint: list[tuple[int, int, str]] = []
    for start, end, kind in tokens:
        if disjoint and disjoint[-1][1] > start:
            disjoint[-1] = disjoint[-1][0], start, disjoint[-1][2]
        disjoint.append((start, end, kind))
    return [token for token in disjoint if token[1] > token[0]]
