"""What the statements of a poster and its kits declare, gathered before elements are read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from layoutgen.diagnostics import Collector, Span
from layoutgen.document.elements import KitImage
from layoutgen.document.model import Canvas
from layoutgen.document.params import Param
from layoutgen.document.project import Project
from layoutgen.document.settings import Known, Names, Settings
from layoutgen.document.statements import report_twice
from layoutgen.document.strings import CompiledString, check_names, compile_string
from layoutgen.document.styles import StyleHead
from layoutgen.syntax.nodes import File, Statement, Text, Word


@dataclass(frozen=True)
class Part:
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
class Sheet:
    """Filled file by file, kits before those that use them. Names are unique over all files."""

    parts: tuple[Part, ...]
    project: Project
    collector: Collector
    params: dict[str, Param] = field(default_factory=dict)
    canvases: dict[str, Canvas] = field(default_factory=dict)
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
    strings: list[tuple[CompiledString, Known]] = field(default_factory=list)
    """Every string with the names that it may use."""

    @property
    def poster(self) -> Part:
        return self.parts[-1]

    @property
    def locks(self) -> frozenset[str]:
        return frozenset(lock for part in self.parts for lock in part.locks)

    @property
    def known(self) -> dict[str, Collection[str] | None]:
        """The params with the fields of lists, for strings. A list itself has no fields: its items do."""
        return dict.fromkeys(self.params)

    @property
    def lists(self) -> dict[str, Collection[str]]:
        return {name: tuple(param.type.fields) for name, param in self.params.items() if param.type.kind == "list"}

    @property
    def choices(self) -> Mapping[str, tuple[str, ...]]:
        """The words that a name in a condition can be."""
        enums = {name: param.type.choices for name, param in self.params.items() if param.type.kind == "enum"}
        return {"locale": tuple(self.languages) or ("en",), "canvas": tuple(self.canvases), **enums}

    def declare(self, what: str, word: Word) -> bool:
        """Note a new name; False, with an error, when something of its sort has it already."""
        first = self.spans.setdefault((what, word.text), word.span)
        if first is not word.span:
            report_twice(what, word.text, word.span, first, self.collector)
        return first is word.span

    def names(self, part: Part, items: Known) -> Names:
        """What values and strings of a file may refer to. Kits are not bound by their own locks."""
        known: Known = {**self.known, **items}
        bound = part.kind == "poster"
        return Names(
            self.collector,
            self.compiler(known),
            self.palette,
            self.fonts,
            known,
            self.palette if bound and "palette" in self.locks else None,
            bound and "fonts" in self.locks,
        )

    def compiler(self, known: Known) -> Callable[[Text], CompiledString | None]:
        def compile_text(text: Text) -> CompiledString | None:
            compiled = compile_string(text, self.collector)
            if compiled is not None:
                check_names(compiled, known, self.collector)
                self.strings.append((compiled, known))
            return compiled

        return compile_text
