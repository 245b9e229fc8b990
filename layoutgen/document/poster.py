"""A loaded poster: checked, and ready to be bound to any number of rows."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from layoutgen.diagnostics import Diagnostic
from layoutgen.document.declared import RequiredColor
from layoutgen.document.element_templates import ElementTemplate, RepeatTemplate
from layoutgen.document.load.project import Project
from layoutgen.document.model import Canvas, Contrast, Export, Verify
from layoutgen.document.predicates import Condition
from layoutgen.document.settings import Words
from layoutgen.language.params.declare import Param
from layoutgen.language.params.schema import param_schema
from layoutgen.syntax.formatter import format_source

if TYPE_CHECKING:
    from layoutgen.language.strings.locales import Translations
    from layoutgen.language.strings.templates import CompiledString


@dataclass(frozen=True, eq=False)
class Poster:
    """Everything of a `.poster` file and its kits that does not depend on data."""

    title: str
    name: str
    """The file as the user wrote it."""
    folder: Path
    project: Project
    params: tuple[Param, ...]
    canvases: tuple[Canvas, ...]
    languages: tuple[str, ...]
    palette: Mapping[str, str]
    fonts: Mapping[str, str]
    """Name → a family, or the absolute path of a font file."""
    templates: Mapping[str, tuple[ElementTemplate | RepeatTemplate, ...]]
    """By canvas; canvases without differences share one."""
    backdrop: Words | None = None
    fill: Any = None
    """Of the backdrop: a paint, or what makes one from params."""
    look: Words | None = None
    never: tuple[Words, ...] = ()
    rules: tuple[Condition, ...] = ()
    """`require` conditions on the data."""
    contrasts: tuple[Contrast, ...] = ()
    required_colors: tuple[RequiredColor, ...] = ()
    verify: Verify = field(default_factory=Verify)
    locked_palette: Mapping[str, str] | None = None
    exports: Mapping[str, Export] = field(default_factory=dict)
    """By canvas, where it says anything about files or families."""
    translations: Mapping[str, Translations] = field(default_factory=dict)
    files: tuple[tuple[str, bytes | Path], ...] = ()
    """All it consists of: the texts that were parsed, and the paths of fonts, pictures and sidecars."""
    warnings: tuple[Diagnostic, ...] = ()

    @property
    def source(self) -> str:
        """The text of the poster file, kits not included."""
        return next(content.decode() for name, content in self.files if name == self.name and isinstance(content, bytes))

    def dump(self) -> str:
        """The text in the style of `layoutgen fmt`; what it means, and its comments, are unchanged."""
        return format_source(self.source, self.name)

    def schema(self) -> dict[str, Any]:
        """The JSON Schema of a data row."""
        return param_schema(self.params)

    @cached_property
    def digest(self) -> str:
        """sha256 over all files that it consists of, names included; hexadecimal."""
        total = hashlib.sha256()
        for name, content in self.files:
            raw = content if isinstance(content, bytes) else content.read_bytes()
            for part in (name.encode(), raw):
                total.update(len(part).to_bytes(8, "big") + part)
        return total.hexdigest()

    def in_language(self, string: CompiledString, locale: str) -> CompiledString:
        """The translation of a string, or itself where there is none."""
        translations = self.translations.get(locale)
        return string if translations is None else translations.of(string)
