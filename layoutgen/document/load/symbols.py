"""What the statements of a poster and its kits declare, gathered before elements are read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from layoutgen.diagnostics import Collector, Span
from layoutgen.document.load.elements import Items, KitImage
from layoutgen.document.load.project import Project
from layoutgen.document.model import Canvas, Export
from layoutgen.document.predicates import PredicateTypes
from layoutgen.document.settings import KnownNames, NameScope, Settings
from layoutgen.document.styles import StyleHead
from layoutgen.language.heads import report_twice
from layoutgen.language.params.types import Param, ParamType
from layoutgen.language.strings.templates import CompiledString, check_names, compile_string
from layoutgen.language.values import Money, Percent
from layoutgen.syntax.nodes import File, Statement, Text, Word

_SAMPLES: Mapping[str, Callable[[ParamType], object]] = {
    "text": lambda type_: "text",
    "url": lambda type_: "text",
    "integer": lambda type_: 1,
    "number": lambda type_: Decimal(1),
    "percent": lambda type_: Percent(Decimal("0.5")),
    "money": lambda type_: Money(Decimal(1), type_.currency or ""),
    "date": lambda type_: date(2026, 1, 1),
    "flag": lambda type_: True,
}


def _sample(type_: ParamType) -> object:
    """Some value of a type, to find out at load what it can be compared with."""
    return _SAMPLES[type_.kind](type_)


class SourceFile(NamedTuple):
    """One parsed file."""

    kind: str
    """`poster` or `kit`."""
    file: File
    folder: Path
    locks: frozenset[str] = frozenset()
    """Of a kit: `palette`, `fonts`."""

    def of_kind(self, kind: str) -> tuple[Statement, ...]:
        return tuple(statement for statement in self.file.statements if statement.kind.text == kind)


@dataclass
class SymbolTable:
    """Filled file by file, kits before those that use them. Names are unique over all files."""

    parts: tuple[SourceFile, ...]
    project: Project
    collector: Collector
    params: dict[str, Param] = field(default_factory=dict)
    faulty: set[str] = field(default_factory=set)
    """Params whose declaration has an error: known by name, so that nothing else is reported for want of them."""
    canvases: dict[str, Canvas] = field(default_factory=dict)
    exports: dict[str, Export] = field(default_factory=dict)
    export_sources: dict[str, Word] = field(default_factory=dict)
    """Canvases that come `from` another one."""
    languages: dict[str, Span] = field(default_factory=dict)
    palette: dict[str, str] = field(default_factory=dict)
    fonts: dict[str, str] = field(default_factory=dict)
    files: dict[str, Path] = field(default_factory=dict)
    """Fonts and pictures that belong to the poster whatever the data."""
    style_heads: dict[str, StyleHead] = field(default_factory=dict)
    own_styles: dict[str, Settings] = field(default_factory=dict)
    styles: dict[str, Settings] = field(default_factory=dict)
    defaults: dict[str, Settings] = field(default_factory=dict)
    """Of kits and of the poster, the inherited properties written at the top; by kind of file."""
    kit_images: dict[str, KitImage] = field(default_factory=dict)
    spans: dict[tuple[str, str], Span] = field(default_factory=dict)
    """Where each name was first declared, by what it is."""
    strings: list[tuple[CompiledString, KnownNames]] = field(default_factory=list)
    """Every string with the names that it may use."""

    @property
    def poster(self) -> SourceFile:
        return self.parts[-1]

    @property
    def locks(self) -> frozenset[str]:
        return frozenset(lock for part in self.parts for lock in part.locks)

    def known_with(self, items: Items) -> KnownNames:
        """The params, and the items of `for` with their fields."""
        lists = self.lists
        return {**dict.fromkeys((*self.params, *self.faulty)), **{item: lists[name] for item, name in items.items()}}

    @property
    def lists(self) -> dict[str, Collection[str]]:
        return {name: tuple(param.type.fields) for name, param in self.params.items() if param.type.kind == "list"}

    def predicate_types(self, items: Items) -> PredicateTypes:
        """What conditions can be about at a place."""
        types = {name: param.type for name, param in self.params.items()}
        for item, name in items.items():
            types |= {f"{item}.{field}": type_ for field, type_ in self.params[name].type.fields.items()}
        enums = {name: type_.choices for name, type_ in types.items() if type_.kind == "enum"}
        choices = {"locale": tuple(self.languages) or ("en",), "canvas": tuple(self.canvases), **enums}
        samples = {name: _sample(type_) for name, type_ in types.items() if type_.kind in _SAMPLES}
        return PredicateTypes(self.known_with(items), choices, samples)

    def declare(self, what: str, word: Word) -> bool:
        """Note a new name; False, with an error, when something of its sort has it already."""
        first = self.spans.setdefault((what, word.text), word.span)
        if first is not word.span:
            report_twice(what, word.text, word.span, first, self.collector)
        return first is word.span

    def names(self, part: SourceFile, items: Items) -> NameScope:
        """What values and strings of a file may refer to. Kits are not bound by their own locks."""
        known = self.known_with(items)
        bound = part.kind == "poster"
        return NameScope(
            self.collector,
            self.compiler(known),
            self.palette,
            self.fonts,
            known,
            self.palette if bound and "palette" in self.locks else None,
            bound and "fonts" in self.locks,
        )

    def compiler(self, known: KnownNames) -> Callable[[Text], CompiledString | None]:
        def compile_text(text: Text) -> CompiledString | None:
            compiled = compile_string(text, self.collector)
            if compiled is not None:
                check_names(compiled, known, self.collector)
                self.strings.append((compiled, known))
            return compiled

        return compile_text
