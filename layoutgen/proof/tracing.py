"""Boxes ↔ lines: which lines of a poster and its kits a box comes from."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from layoutgen.diagnostics import PosterError, Source, Span
from layoutgen.proof.model import SourceLines
from layoutgen.syntax import parse
from layoutgen.syntax.nodes import Argument, Atom, Block, Call, Optional, Property, Statement, Text, Word

DECLARATIONS = ("param", "style", "palette", "font")
_TEMPLATE = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_NAME = re.compile(r"[^\W\d][\w-]*")


@dataclass(frozen=True)
class _TracedElement:
    """A statement that makes a box, or an override in an `on`."""

    path: str
    span: Span
    names: frozenset[str]
    """Every name in it, those in `{{ }}` included, that may be of a declaration."""
    words: str = ""
    """The text it holds, as a translation is keyed by."""


@dataclass(frozen=True)
class _TracedDeclaration:
    name: str
    span: Span
    names: frozenset[str]


@dataclass
class Trace:
    """Everything of the sources of one poster that boxes are traced by."""

    elements: list[_TracedElement] = field(default_factory=list)
    overrides: dict[str, list[_TracedElement]] = field(default_factory=dict)
    """By canvas."""
    declared: dict[str, list[_TracedDeclaration]] = field(default_factory=dict)
    translated: dict[str, dict[str, SourceLines]] = field(default_factory=dict)
    """By language and text."""

    def lines_of(self, where: Span, canvas: str, locale: str) -> tuple[SourceLines, ...]:
        """What the box of the element at `where` comes from, on one canvas and in one language; its own statement first."""
        own = self._own(where)
        if own is None:
            return (_lines(where, "own"),)
        lines = [_lines(own.span, "own")]
        over = [item for item in self.overrides.get(canvas, ()) if item.path == own.path]
        lines += [_lines(item.span, "on") for item in over]
        names = own.names.union(*(item.names for item in over))
        lines += [_lines(item.span, "uses") for item in self._used(names)]
        if translation := self.translated.get(locale, {}).get(own.words):
            lines.append(translation)
        return tuple(dict.fromkeys(lines))

    def _own(self, where: Span) -> _TracedElement | None:
        around = [
            item
            for item in self.elements
            if item.span.source.name == where.source.name and item.span.start <= where.start < item.span.end
        ]
        return max(around, key=lambda item: item.span.start, default=None)

    def _used(self, names: Iterable[str]) -> Iterator[_TracedDeclaration]:
        """The declarations behind names, and behind those: a style may use a colour."""
        pending, seen = list(names), set[str]()
        while pending:
            name = pending.pop()
            if name in seen:
                continue
            seen.add(name)
            for item in self.declared.get(name, ()):
                yield item
                pending += item.names


def trace(sources: Iterable[Source], sidecars: Mapping[str, Source]) -> Trace:
    """`sources`: the poster and its kits. `sidecars`: translations by language; only those in JSON are traced."""
    result = Trace()
    for source in sources:
        for statement, path, canvases in _statements(source):
            names = frozenset(_names(statement))
            if canvases is not None:
                for canvas in canvases:
                    result.overrides.setdefault(canvas, []).append(_TracedElement(path, statement.span, names))
            elif statement.kind.text in DECLARATIONS:
                for row in statement.head[:1] if statement.kind.text != "palette" else statement.head:
                    if row and isinstance(row[0], Word):
                        span = row[0].span if statement.kind.text == "palette" else statement.span
                        declared = _TracedDeclaration(row[0].text, span, names - {row[0].text})
                        result.declared.setdefault(row[0].text, []).append(declared)
            else:
                words = next((atom.value for row in statement.head for atom in row if isinstance(atom, Text)), "")
                result.elements.append(_TracedElement(path, statement.span, names, words))
    for locale, source in sidecars.items():
        result.translated[locale] = dict(_translations(source))
    return result


@lru_cache(maxsize=32)
def _statements(source: Source) -> tuple[tuple[Statement, str, tuple[str, ...] | None], ...]:
    """Every statement with its path; of those in an `on`, its canvases. A source with mistakes has none."""
    try:
        file, _ = parse(source)
    except PosterError:
        return ()
    result: list[tuple[Statement, str, tuple[str, ...] | None]] = []

    def go(statements: Iterable[Statement], above: str, canvases: tuple[str, ...] | None) -> None:
        for statement in statements:
            if canvases is None and not above and statement.kind.text == "on":
                on = tuple(atom.text for row in statement.head for atom in row if isinstance(atom, Word))
                go(statement.body.statements if statement.body else (), "", on)
                continue
            name = statement.kind.text if canvases is not None else _name_of(statement)
            path = f"{above}.{name}" if above else name
            result.append((statement, path, canvases))
            go(statement.body.statements if statement.body else (), path, canvases)

    go(file.statements, "", None)
    return tuple(result)


def _name_of(statement: Statement) -> str:
    first = statement.head[0][0] if statement.head and statement.head[0] else None
    # What has no name is identified by its place.
    return first.text if isinstance(first, Word) else f"@{statement.span.start}"


def _names(statement: Statement) -> Iterator[str]:
    """Names in the statement itself and its properties, not in the elements that it holds."""
    pending: list[Atom | Argument] = [
        atom for part in (statement.head, statement.annotation, statement.default) for row in part for atom in row
    ]
    for item in _properties(statement.body):
        pending += [atom for row in item.value for atom in row]
    while pending:
        atom = pending.pop()
        match atom:
            case Word():
                yield atom.text
            case Text():
                for inside in _TEMPLATE.findall(atom.value):
                    yield from _NAME.findall(inside)
            case Call():
                pending += atom.arguments
            case Argument():
                pending += atom.value
            case Optional():
                pending.append(atom.inner)
            case _:
                pass


def _properties(body: Block | None) -> tuple[Property, ...]:
    return body.properties if body else ()


def _translations(source: Source) -> Iterator[tuple[str, SourceLines]]:
    try:
        translations = json.loads(source.text)
    except ValueError:
        return
    if not isinstance(translations, dict):
        return
    for text in translations:
        # As it may be written: with letters beyond ASCII, or with their escapes.
        for written in (json.dumps(text, ensure_ascii=False), json.dumps(text)):
            if (at := source.text.find(written)) >= 0:
                line = source.position(at)[0]
                yield text, SourceLines(file=source.name, first=line, last=line, how="uses")
                break


def _lines(span: Span, how: str) -> SourceLines:
    last = span.source.position(max(span.start, span.end - 1))[0]
    return SourceLines.model_validate({"file": span.source.name, "first": span.line, "last": last, "how": how})
