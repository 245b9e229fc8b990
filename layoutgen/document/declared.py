"""The elements of a poster as written: names, parsed properties, conditions and compiled strings; no canvas, no params."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from layoutgen.diagnostics import Span
from layoutgen.document.predicates import Condition
from layoutgen.document.settings import Settings

if TYPE_CHECKING:
    from layoutgen.language.strings.templates import CompiledString


@dataclass(frozen=True, slots=True, eq=False)
class ElementDecl:
    """One element statement."""

    kind: str
    name: str
    """Its own name; an unnamed slogan's number among the slogans of its region."""
    path: str
    """Dotted path of names, without the numbers of copies."""
    span: Span
    """Its name, or its kind where it has none."""
    own: Settings
    style: str | None = None
    when: Condition | None = None
    content: CompiledString | None = None
    content_span: Span | None = None
    base: Path = Path()
    """The folder that file names in it are relative to."""
    children: tuple[ElementDecl | Repeat, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class RequiredColor:
    """`require NAME.color near COLOR within 5`."""

    element: str
    part: Literal["lettering", "panel"]
    color: object
    """`#rrggbb`, or what makes one from params."""
    within: float
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Repeat:
    """`for ITEM in PARAM { … }`."""

    item: str
    param: str
    span: Span
    children: tuple[ElementDecl | Repeat, ...]


def elements(items: tuple[ElementDecl | Repeat, ...]) -> Iterator[ElementDecl]:
    """The elements of one level, those of `for` included, in the order of the file."""
    for item in items:
        if isinstance(item, Repeat):
            yield from elements(item.children)
        else:
            yield item


def index(items: tuple[ElementDecl | Repeat, ...]) -> dict[str, ElementDecl]:
    """Every element by its path, parents before children."""
    by_path: dict[str, ElementDecl] = {}
    pending = list(elements(items))[::-1]
    while pending:
        decl = pending.pop()
        by_path.setdefault(decl.path, decl)
        pending.extend(list(elements(decl.children))[::-1])
    return by_path


class HasKind(Protocol):
    @property
    def kind(self) -> str: ...


def find(name: str, outline_path: str, paths: Mapping[str, HasKind]) -> str | None:
    """The path of the element that `name` means when written in the element at `outline_path`.

    Siblings first, then outward; the element itself only when nothing else has the name.
    """
    scope = outline_path
    while scope:
        scope = scope.rpartition(".")[0]
        candidate = f"{scope}.{name}" if scope else name
        if candidate in paths and candidate != outline_path and paths[candidate].kind != "reference":
            return candidate
    own = outline_path.rpartition(".")[2]
    return outline_path if name in (own, outline_path) else None
