"""The syntax tree: what was written, every node with its span, comments kept. No meaning is attached here.

`kind name "content" { property: value }` is the only shape, so a tree is made of statements, properties and a handful
of atoms; `layoutgen.document` says what they mean. One rule of `grammar/poster.lark` makes one class.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from layoutgen.diagnostics import Source, Span


@dataclass(frozen=True, slots=True)
class Node:
    span: Span


@dataclass(frozen=True, slots=True)
class Word(Node):
    """A name or keyword, in any script; dotted paths (`header.contrast`) are one word."""

    text: str


@dataclass(frozen=True, slots=True)
class Text(Node):
    """A quoted string. `value`: escapes resolved outside `{{ }}`, block indent removed, templates not evaluated."""

    value: str


@dataclass(frozen=True, slots=True)
class Number(Node):
    """`12`, `50%`, `3mm`, `-8deg`; `unit` is empty when none was written."""

    value: float
    unit: str

    @property
    def written(self) -> str:
        return self.span.text


@dataclass(frozen=True, slots=True)
class Dimensions(Node):
    """`1080x1350` or `1080×1350`."""

    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Hex(Node):
    """`#F2A541`; any length, judged later."""

    text: str


@dataclass(frozen=True, slots=True)
class Spread(Node):
    """`20%..40%`; an open end is None."""

    low: Number | None
    high: Number | None


@dataclass(frozen=True, slots=True)
class Ratio(Node):
    """`4:5`"""

    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Optional(Node):
    """`text?` or `money(EUR)?`"""

    inner: Word | Call


@dataclass(frozen=True, slots=True)
class Operator(Node):
    """`>= <= == != > <`"""

    text: str


@dataclass(frozen=True, slots=True)
class Argument(Node):
    """One argument of a call; `name: text` has a key."""

    key: Word | None
    value: tuple[Atom, ...]


@dataclass(frozen=True, slots=True)
class Call(Node):
    """`gradient(sun, sea, 45deg)`, `money(EUR)`, `list(name: text, price: money(EUR))`"""

    name: Word
    arguments: tuple[Argument, ...]


Atom = Word | Text | Number | Dimensions | Hex | Spread | Ratio | Optional | Operator | Call
Items = tuple[Atom, ...]
"""Atoms written side by side: `header gap 3%`."""


@dataclass(frozen=True, slots=True)
class Property(Node):
    """`name: a b, c d`; one `Items` between commas."""

    name: Word
    value: tuple[Items, ...]


@dataclass(frozen=True, slots=True)
class Block(Node):
    """`{ … }`"""

    items: tuple[Property | Statement, ...]

    @property
    def properties(self) -> tuple[Property, ...]:
        return tuple(item for item in self.items if isinstance(item, Property))

    @property
    def statements(self) -> tuple[Statement, ...]:
        return tuple(item for item in self.items if isinstance(item, Statement))


@dataclass(frozen=True, slots=True)
class Statement(Node):
    """`kind head, head: annotation { body } = default`. Only `param` has an annotation (its type) and a default."""

    kind: Word
    head: tuple[Items, ...]
    annotation: tuple[Items, ...]
    body: Block | None
    default: tuple[Items, ...]


@dataclass(frozen=True, slots=True)
class Comment(Node):
    """`// …` up to the end of its line."""

    text: str


@dataclass(frozen=True, slots=True)
class File(Node):
    source: Source
    items: tuple[Property | Statement, ...]
    comments: tuple[Comment, ...]

    @property
    def statements(self) -> tuple[Statement, ...]:
        return tuple(item for item in self.items if isinstance(item, Statement))


def walk(node: File | Block) -> Iterator[Property | Statement]:
    """Every property and statement below a file or block, in the order they are written; iterative, for any depth."""
    pending = list(reversed(node.items))
    while pending:
        item = pending.pop()
        yield item
        if isinstance(item, Statement) and item.body:
            pending.extend(reversed(item.body.items))
