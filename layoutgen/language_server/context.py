"""Where the cursor stands: in which block, behind which words, in which string."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from layoutgen.language.statements import ELEMENT_KINDS
from layoutgen.language_server.names import Symbol
from layoutgen.language_server.tolerant_tree import STRINGS, TolerantNode, TolerantTree, TreeToken, build_tree
from layoutgen.language_server.workspace import Workspace

Place = Literal["nothing", "start", "value", "head", "expression", "string"]


@dataclass(frozen=True)
class Context:
    place: Place
    start: int
    """Where the word that is being typed begins; the cursor where there is none."""
    end: int
    """Where it ends; what is chosen replaces it."""
    typed: str = ""
    block: TolerantNode | None = None
    """The block around; the file itself has no kind."""
    item: TolerantNode | None = None
    """The statement or property, with the marks that stand before the word."""
    path: str = ""
    """Of the element around, dotted."""
    items: tuple[Symbol, ...] = ()
    expression: str = ""
    """What stands in `{{` before the cursor."""

    @property
    def before(self) -> list[TreeToken]:
        return self.item.marks if self.item else []

    @property
    def last(self) -> str:
        return self.before[-1].text if self.before else ""


def context_at(tree: TolerantTree, offset: int, workspace: Workspace) -> Context:
    """What surrounds an offset of the main file of a workspace."""
    if any(note.start < offset <= note.end for note in tree.comments):
        return Context("nothing", offset, offset)
    text = tree.source.text
    inside = next((mark for mark in tree.marks if mark.kind in STRINGS and mark.start < offset < _inner_end(mark)), None)
    word = None
    if inside is None:
        word = next((mark for mark in tree.marks if mark.start < offset <= mark.end and _wordlike(mark)), None)
    start = inside.start if inside else word.start if word else offset
    marks = tuple(mark for mark in tree.marks if mark.end <= start)
    _, block, item = build_tree(marks, len(text))
    path, items = _scope(block, offset, workspace)
    if inside is not None:
        open_at = text.rfind("{{", inside.start, offset)
        if open_at >= 0 and "}}" not in text[open_at:offset]:
            begin, finish = word_around(text, offset, open_at + 2, inside.end)
            before = text[open_at + 2 : begin]
            return Context("expression", begin, finish, text[begin:offset], block, item, path, items, before)
        return Context("string", inside.start + 1, offset, text[inside.start + 1 : offset], block, item, path, items)
    place: Place = "start" if item is None else "value" if item.is_property else "head"
    return Context(place, start, word.end if word else offset, text[start:offset], block, item, path, items)


def word_around(text: str, offset: int, low: int, high: int) -> tuple[int, int]:
    """The name that an offset is in or beside, within `low` … `high`."""
    start = end = offset
    while start > low and (text[start - 1].isalnum() or text[start - 1] in "_-"):
        start -= 1
    while end < high and (text[end].isalnum() or text[end] in "_-"):
        end += 1
    return start, end


def _inner_end(mark: TreeToken) -> int:
    """Behind what the cursor is no longer in a string: before its closing quote, or at the end of one that has none."""
    closed = mark.kind not in ("BAD_STRING", "BAD_QUOTED") and len(mark.text) > 1
    return mark.end if closed else mark.end + 1


def _wordlike(mark: TreeToken) -> bool:
    return mark.kind in ("WORD", "HEX", "TIMES") or (mark.kind == "NUMBER" and mark.text[-1].isalpha())


def _scope(block: TolerantNode, offset: int, workspace: Workspace) -> tuple[str, tuple[Symbol, ...]]:
    """The path of the element that a block belongs to, and the items of `for` around it."""
    path: list[str] = []
    items: list[Symbol] = []
    chain = [block, *block.around()] if block.parent is not None else []
    override = any(item.kind == "on" and item.parent is not None and item.parent.parent is None for item in chain)
    for item in reversed(chain):
        if item.kind == "for":
            items += [symbol for symbol in workspace.main.names.symbols if symbol.sort == "item" and symbol.start == _at(item)]
        elif override and item.kind not in ("on", "verify"):
            path.append(item.kind)
        elif item.kind in ELEMENT_KINDS and item.name is not None:
            path.append(item.name.text)
    return ".".join(path), tuple(items)


def _at(item: TolerantNode) -> int:
    return item.name.start if item.name else -1


def kind_of(block: TolerantNode | None, workspace: Workspace, path: str) -> str:
    """What a block takes: the kind of its statement; within `on` that of the element it changes; "" for the file."""
    if block is None or block.parent is None:
        return ""
    if any(item.kind == "on" for item in block.around()) and block.kind != "verify":
        return workspace.elements[path].kind if path in workspace.elements else "region"
    if block.kind == "for":
        outer = block.parent
        return kind_of(outer, workspace, path) if outer is not None else ""
    return block.kind
