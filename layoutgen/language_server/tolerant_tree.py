"""Text → tolerant tree: statements, properties and blocks as far as they are written. Any text has one, however unfinished.

`layoutgen.syntax.parse` refuses a file with mistakes; an editor asks about such files all the time. The words are those
of the same grammar, the shape is the same, only nothing is judged.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from layoutgen.diagnostics import Source
from layoutgen.syntax import lex

WORDS = ("WORD", "TIMES")
STRINGS = ("STRING", "BLOCK_STRING", "CURLY_STRING", "BAD_STRING", "BAD_QUOTED")


class TreeToken(NamedTuple):
    """One word, string, number or sign, at `start` … `end` of the source; `kind` is its name in the grammar."""

    kind: str
    text: str
    start: int
    end: int


@dataclass(eq=False, slots=True)
class TolerantNode:
    """A statement (`kind head { … }`) or a property (`name: value`); the file itself has no marks. Built once, then read."""

    parent: TolerantNode | None
    marks: list[TreeToken] = field(default_factory=list)
    items: list[TolerantNode] = field(default_factory=list)
    opening: int = -1
    """Offset of its `{`, or -1."""
    closing: int = -1
    """Offset past its `}`; the end of the text when it is still open."""

    @property
    def is_property(self) -> bool:
        return len(self.marks) > 1 and self.marks[1].kind == "COLON"

    @property
    def kind(self) -> str:
        """The first word: `region`, `below`; empty for the file."""
        return self.marks[0].text if self.marks and self.marks[0].kind in WORDS else ""

    @property
    def start(self) -> int:
        return self.marks[0].start if self.marks else max(self.opening, 0)

    @property
    def end(self) -> int:
        return max(self.closing, self.marks[-1].end if self.marks else 0)

    @property
    def name(self) -> TreeToken | None:
        """The word after the kind, where it can be a name."""
        second = self.marks[1] if len(self.marks) > 1 else None
        return second if second and second.kind == "WORD" else None

    def walk(self) -> Iterator[TolerantNode]:
        """Everything below, in the order it is written."""
        pending = self.items[::-1]
        while pending:
            item = pending.pop()
            yield item
            pending.extend(item.items[::-1])

    def around(self) -> Iterator[TolerantNode]:
        """The items that this one stands in, the nearest first; the file is not among them."""
        item = self.parent
        while item is not None and item.parent is not None:
            yield item
            item = item.parent


@dataclass(frozen=True)
class TolerantTree:
    source: Source
    marks: tuple[TreeToken, ...]
    comments: tuple[TreeToken, ...]
    root: TolerantNode

    def at(self, offset: int) -> TreeToken | None:
        """The mark that an offset is in, or just behind."""
        touching = [mark for mark in self.marks if mark.start <= offset <= mark.end and mark.kind != "NEWLINE"]
        return next((mark for mark in touching if mark.kind in (*WORDS, *STRINGS)), touching[-1] if touching else None)


@lru_cache(64)
def tolerant_tree(source: Source) -> TolerantTree:
    tokens, comments = lex(source)
    marks = tuple(TreeToken(token.type, str(token), token.start_pos or 0, token.end_pos or 0) for token in tokens)
    notes = tuple(TreeToken("COMMENT", note.text, note.span.start, note.span.end) for note in comments)
    return TolerantTree(source, marks, notes, build_tree(marks, len(source.text))[0])


def build_tree(marks: tuple[TreeToken, ...], end: int) -> tuple[TolerantNode, TolerantNode, TolerantNode | None]:
    """The file, the innermost block that is open at the end of the marks, and the item that goes on there, if one does."""
    root = TolerantNode(None, closing=end)
    block, current = root, None
    before: TreeToken | None = None
    for index, mark in enumerate(marks):
        match mark.kind:
            case "NEWLINE":
                following = next((other for other in marks[index + 1 :] if other.kind != "NEWLINE"), None)
                goes_on = (before and before.kind == "COMMA") or (following is not None and following.kind == "LBRACE")
                current = current if goes_on else None
                continue
            case "SEMICOLON":
                current = None
            case "LBRACE":
                current = current or _begin(block)
                current.opening, current.closing = mark.start, end
                block, current = current, None
            case "RBRACE" if block is not root:
                block.closing = mark.end
                # `param price: money(EUR) { min: 1 } = 9`: what it is by default follows its block.
                after = marks[index + 1] if index + 1 < len(marks) else None
                current, block = (block if after and after.kind == "EQUAL" else None), block.parent or root
            case "RBRACE":
                current = None
            case _:
                current = current or _begin(block)
                current.marks.append(mark)
        before = mark
    return root, block, current


def _begin(block: TolerantNode) -> TolerantNode:
    item = TolerantNode(block)
    block.items.append(item)
    return item
