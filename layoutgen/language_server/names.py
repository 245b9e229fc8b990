"""Tolerant tree → the names that a file declares and uses, each with its place. What a use means is found in `workspace.py`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Literal

from layoutgen.document.load.requires import NEAR
from layoutgen.language.properties import RELATIONS, rules_named
from layoutgen.language.statements import ELEMENT_KINDS
from layoutgen.language.strings.source import Lexeme, lexemes_of, pieces_of
from layoutgen.language_server.tolerant_tree import STRINGS, TolerantNode, TolerantTree, TreeToken

Sort = Literal["element", "param", "field", "item", "canvas", "color", "font", "style", "kit image"]

COLORED = ("color", "paint-or-none", "outline", "shadow", "border")
"""The types of properties that take colours."""
NAMING = ("relation", "relation-pair", "names", "anchor")
"""The types of properties that take names of elements."""


@dataclass(frozen=True)
class Symbol:
    """A name where it is declared. `path`: dotted, as the document writes it; of a field `PARAM.FIELD`."""

    sort: Sort
    path: str
    file: Path
    start: int
    end: int
    kind: str = ""
    """Of an element its kind, of a param its type, of a colour its value, of an item its list."""
    whole: tuple[int, int] = (0, 0)
    """The statement."""
    named: bool = True
    """It can be renamed: slogans without a name, and images that a kit names, cannot."""

    @property
    def name(self) -> str:
        return self.path.rpartition(".")[2]


@dataclass(frozen=True)
class NameReference:
    """A word that means something declared elsewhere. Of several sorts the first that knows it counts."""

    sorts: tuple[Sort, ...]
    name: str
    """All of it: `header.price`."""
    start: int
    end: int
    segment: int = 0
    """Which of the words between its dots stands at `start`."""
    scope: str = ""
    """The path of the element in which an element is named; see `declared.find`."""
    absolute: bool = False
    """The name of an element is a whole path."""
    items: tuple[Symbol, ...] = ()
    """The items of `for` that are known there."""


@dataclass(frozen=True)
class FileNames:
    symbols: tuple[Symbol, ...]
    uses: tuple[NameReference, ...]
    kits: tuple[tuple[str, TreeToken], ...] = ()
    """What `use` names, as written."""
    languages: tuple[str, ...] = ()


@lru_cache(64)
def names_in(tree: TolerantTree, file: Path) -> FileNames:
    return _Reader(tree, file).read()


class _Reader:
    def __init__(self, tree: TolerantTree, file: Path) -> None:
        self.tree, self.file = tree, file
        self.symbols: list[Symbol] = []
        self.uses: list[NameReference] = []
        self.kits: list[tuple[str, TreeToken]] = []
        self.languages: list[str] = []
        self.slogans: dict[str, int] = {}
        first = tree.root.items[0].kind if tree.root.items else ""
        self.is_kit = first == "kit" or file.suffix == ".kit"

    def read(self) -> FileNames:
        pending: list[tuple[TolerantNode, str, tuple[Symbol, ...], bool]] = [
            (item, "", (), False) for item in self.tree.root.items[::-1]
        ]
        while pending:
            item, path, items, overrides = pending.pop()
            below = path, items
            if item.is_property:
                self._property(item, path, items)
            elif overrides:
                below = self._override(item, path, items)
            else:
                below = self._statement(item, path, items)
            self._strings(item.marks, below[1])
            inside_on = overrides or (item.kind == "on" and not path)
            pending.extend((child, *below, inside_on) for child in item.items[::-1])
        return FileNames(tuple(self.symbols), tuple(self.uses), tuple(self.kits), tuple(self.languages))

    def _statement(self, item: TolerantNode, path: str, items: tuple[Symbol, ...]) -> tuple[str, tuple[Symbol, ...]]:
        """What a statement declares and uses; the scope of its block."""
        kind, head = item.kind, item.marks[1:]
        if kind in ELEMENT_KINDS:
            return self._element(item, path, items), items
        match kind:
            case "param":
                self._param(item)
            case "canvas":
                for row in _rows(head):
                    self._declare("canvas", row[0], item, " ".join(mark.text for mark in row[1:2]) or row[0].text)
            case "palette":
                for row in _rows(head):
                    for name, value in zip(row[::2], row[1::2], strict=False):
                        self._declare("color", name, item, value.text)
            case "font":
                for row in _rows(head):
                    self._declare("font", row[0], item, row[1].text if len(row) > 1 else "")
            case "style":
                if item.name:
                    self._declare("style", item.name, item)
                for mark in _after(head, "extends"):
                    self._use(("style",), mark)
            case "for" if item.name:
                lists = _after(head, "in")
                symbol = self._declare("item", item.name, item, lists[0].text if lists else "")
                self.uses += [NameReference(("param",), mark.text, mark.start, mark.end) for mark in lists]
                return path, (*items, symbol) if symbol else items
            case "on":
                for row in _rows(head):
                    self._use(("canvas",), row[0])
            case "require":
                self._condition(head, items)
            case "use":
                self.kits += [(mark.text[1:-1], mark) for mark in head if mark.kind in STRINGS]
            case "language":
                self.languages += [mark.text for mark in head if mark.kind == "WORD"]
        return path, items

    def _element(self, item: TolerantNode, path: str, items: tuple[Symbol, ...]) -> str:
        """An element and its clauses; its path."""
        kind, head, name = item.kind, item.marks[1:], item.name
        clause = name is not None and name.text in ("as", "when") and len(head) > 1 and head[1].kind == "WORD"
        if kind == "slogan":
            self.slogans[path] = self.slogans.get(path, 0) + 1
            if clause:
                name = None
        if name is not None and "." not in name.text:
            own = f"{path}.{name.text}" if path else name.text
            given = any(mark.kind in STRINGS for mark in head)
            if self.is_kit and kind == "image":
                self.symbols.append(self._symbol("kit image", own, name, item, kind))
            else:
                borrowed = kind == "image" and not given
                self.symbols.append(self._symbol("element", own, name, item, kind, named=not borrowed))
        else:
            own = f"{path}.{self.slogans.get(path, 1)}"
            if kind == "slogan" and path:
                self.symbols.append(self._symbol("element", own, item.marks[0], item, kind, named=False))
        rest = [mark for mark in head if mark is not name]
        for mark in _after(rest, "as"):
            self._use(("style",), mark)
        when = next((at for at, mark in enumerate(rest) if mark.kind == "WORD" and mark.text == "when"), None)
        if when is not None:
            condition = rest[when + 1 :]
            stop = next((at for at, mark in enumerate(condition) if mark.text == "as" and at), len(condition))
            self._condition(condition[:stop], items)
        return own

    def _override(self, item: TolerantNode, path: str, items: tuple[Symbol, ...]) -> tuple[str, tuple[Symbol, ...]]:
        """`NAME { … }` inside `on`."""
        if not item.kind or (item.kind == "verify" and path):
            return path, items
        own = f"{path}.{item.kind}" if path else item.kind
        self._dotted(item.marks[0], ("element",), name=own, absolute=True)
        return own, items

    def _param(self, item: TolerantNode) -> None:
        if item.name is None:
            return
        colon = next((at for at, mark in enumerate(item.marks) if mark.kind == "COLON"), None)
        type_ = item.marks[colon + 1 :] if colon is not None else []
        end = next((at for at, mark in enumerate(type_) if mark.kind == "EQUAL"), len(type_))
        source = self.tree.source.text
        written = source[type_[0].start : type_[end - 1].end] if end else ""
        self._declare("param", item.name, item, written)
        if end and type_[0].text == "list":
            for at, mark in enumerate(type_[: end - 1]):
                if mark.kind == "WORD" and type_[at + 1].kind == "COLON":
                    stop = next((j for j in range(at + 2, end) if type_[j].kind in ("COMMA",)), end - 1)
                    inner = source[type_[at + 2].start : type_[stop - 1].end] if at + 2 < stop else ""
                    self.symbols.append(self._symbol("field", f"{item.name.text}.{mark.text}", mark, item, inner))

    def _property(self, item: TolerantNode, path: str, items: tuple[Symbol, ...]) -> None:
        rules = rules_named(item.kind)
        types = {rule.type for rule in rules}
        value = item.marks[2:]
        words = [mark for mark in value if mark.kind == "WORD"]
        # What a `gradient(…)` is made of stands in the same row; its own name is followed by a bracket.
        called = {id(mark) for mark, after in pairwise(value) if after.kind == "LPAR"}
        if types & set(COLORED):
            for mark in words:
                if id(mark) not in called and mark.text != "none":
                    self._dotted(mark, ("color", "item", "param"), items=items)
        elif "anchor" in types:
            for mark in _after(value, "of"):
                self._dotted(mark, ("element",), scope=path)
        elif item.kind in RELATIONS or item.kind == "avoid":
            for mark in words:
                if mark.text not in ("gap", "none"):
                    self._dotted(mark, ("element",), scope=path)
        elif "font" in types:
            for mark in words:
                self._use(("font",), mark)
        elif "name" in types:
            for mark in words:
                self._use(("canvas",), mark)

    def _condition(self, marks: Iterable[TreeToken], items: tuple[Symbol, ...]) -> None:
        marks = list(marks)
        if len(marks) > 1 and marks[0].kind == "WORD" and marks[1].text == NEAR:
            written = marks[0].text.rpartition(".")[2]
            self._dotted(marks[0], ("element",), absolute=True, ending=f".{written}")
            for mark in marks[2:3]:
                self._use(("color", "param"), mark)
            return
        for at, mark in enumerate(marks):
            if mark.kind != "WORD" or (mark.text == "not" and at == 0 and len(marks) > 1):
                continue
            if mark.text.endswith(".contrast"):
                self._dotted(mark, ("item", "param", "element"), items=items, absolute=True, ending=".contrast")
            elif at and marks[at - 1].kind == "OPERATOR" and marks[0].text == "canvas":
                self._use(("canvas",), mark)
            else:
                self._dotted(mark, ("item", "param"), items=items)

    def _strings(self, marks: Iterable[TreeToken], items: tuple[Symbol, ...]) -> None:
        for mark in marks:
            if mark.kind not in STRINGS or "{{" not in mark.text:
                continue
            for piece in pieces_of(mark.text, frozenset())[0]:
                if piece.kind == "expression":
                    self._expression(mark, lexemes_of(mark.text, piece)[0], items)

    def _expression(self, mark: TreeToken, lexemes: list[Lexeme], items: tuple[Symbol, ...]) -> None:
        before: Lexeme | None = None
        for lexeme in lexemes:
            start, end = mark.start + lexeme.start, mark.start + lexeme.end
            if lexeme.role == "name":
                self.uses.append(NameReference(("item", "param"), lexeme.text, start, end, items=items))
                before = lexeme
            elif lexeme.role == "field" and before is not None:
                self.uses.append(NameReference(("item", "param"), f"{before.text}.{lexeme.text}", start, end, 1, items=items))
                before = None
            elif lexeme.text != ".":
                before = None

    def _dotted(
        self,
        mark: TreeToken,
        sorts: tuple[Sort, ...],
        *,
        name: str = "",
        scope: str = "",
        absolute: bool = False,
        items: tuple[Symbol, ...] = (),
        ending: str = "",
    ) -> None:
        """One use for each word between the dots of a mark. `name`: the whole path that it is the end of."""
        written = mark.text.removesuffix(ending) if ending else mark.text
        name = name or written
        words = written.split(".")
        at, first = mark.start, name.count(".") + 1 - len(words)
        for index, word in enumerate(words):
            self.uses.append(NameReference(sorts, name, at, at + len(word), first + index, scope, absolute, items))
            at += len(word) + 1

    def _use(self, sorts: tuple[Sort, ...], mark: TreeToken) -> None:
        if mark.kind == "WORD":
            self.uses.append(NameReference(sorts, mark.text, mark.start, mark.end))

    def _declare(self, sort: Sort, mark: TreeToken, item: TolerantNode, kind: str = "") -> Symbol | None:
        if mark.kind != "WORD" or "." in mark.text:
            return None
        symbol = self._symbol(sort, mark.text, mark, item, kind)
        self.symbols.append(symbol)
        return symbol

    def _symbol(self, sort: Sort, path: str, mark: TreeToken, item: TolerantNode, kind: str, named: bool = True) -> Symbol:
        return Symbol(sort, path, self.file, mark.start, mark.end, kind, (item.start, item.end), named)


def _rows(marks: list[TreeToken]) -> Iterator[list[TreeToken]]:
    """What stands between commas; empty rows are left out."""
    row: list[TreeToken] = []
    for mark in marks:
        if mark.kind == "COMMA":
            if row:
                yield row
            row = []
        else:
            row.append(mark)
    if row:
        yield row


def _after(marks: list[TreeToken], word: str) -> list[TreeToken]:
    """The word after `as`, `of`, `in` …, if there is one."""
    for mark, following in pairwise(marks):
        if mark.kind == "WORD" and mark.text == word and following.kind == "WORD":
            return [following]
    return []
