"""What must hold of a whole poster, each rule a small function; all of them run, and all they find is reported."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from layoutgen.base.style import Border, Length
from layoutgen.base.suggest import did_you_mean
from layoutgen.diagnostics import Collector, Related, Span
from layoutgen.document.element_templates import ElementTemplate, RepeatTemplate
from layoutgen.document.load.property_values import read_property
from layoutgen.document.load.symbols import SourceFile, SymbolTable
from layoutgen.document.model import AbsoluteBox, Range
from layoutgen.document.settings import NameScope, RelationValue
from layoutgen.language.heads import check_place
from layoutgen.language.properties import rules_for
from layoutgen.language.statements import ELEMENT_KINDS, STATEMENTS
from layoutgen.syntax.nodes import Number, Property, Statement, Text

VERSION = 1
LOCKS = ("palette", "fonts")


def first_line(part: SourceFile, collector: Collector) -> None:
    """`poster 1 "Title"` or `kit 1 "Name"` comes first, once, and in a version that is known."""
    kind, items = part.kind, part.file.items
    first = items[0] if items else None
    if not isinstance(first, Statement) or first.kind.text not in ("poster", "kit"):
        span = first.span if first else part.file.span
        start = (
            Span(span.source, span.start, span.start + 1)
            if not first
            else (first.kind if isinstance(first, Statement) else first.name).span
        )
        collector.error(
            "LG201",
            start,
            f"a {kind} begins with its version and title",
            hint=f'write on the first line: {kind} {VERSION} "Title"',
        )
    elif first.kind.text != kind:
        hint = (
            "a kit is taken in with use, a poster is made with render"
            if kind == "kit"
            else f'make it: poster {VERSION} "Title"'
        )
        collector.error("LG201", first.kind.span, f"this file is a {first.kind.text}, not a {kind}", hint=hint)
    else:
        _version(first, collector)
    for statement in part.file.statements:
        if statement is not first and statement.kind.text in ("poster", "kit"):
            kind = statement.kind.text
            collector.error(
                "LG214",
                statement.kind.span,
                f"`{kind}` is the first line of a file, and stands there once",
                hint="move or delete it",
            )


def _version(first: Statement, collector: Collector) -> None:
    kind = first.kind.text
    row = first.head[0] if len(first.head) == 1 else ()
    number = row[0] if row and isinstance(row[0], Number) else None
    if number is not None and (number.value != VERSION or number.unit):
        hint = f"this layoutgen reads version {VERSION}; a newer layoutgen may read the file"
        collector.error("LG200", number.span, f"`{number.written}` is not a version of the language that is known", hint=hint)
    elif number is None or len(row) != 2 or not isinstance(row[1], Text) or first.body is not None:
        collector.error("LG201", first.span, "the first line is not complete", hint=f'write {kind} {VERSION} "Title"')


def known_statements(part: SourceFile, symbols: SymbolTable) -> None:
    """Only statements that may stand at the top of a file do. Elements are judged where they are read."""
    for statement in part.file.statements:
        kind = statement.kind.text
        if kind in ("poster", "kit"):
            continue  # judged by `first_line`
        if part.kind == "kit" or kind not in (*ELEMENT_KINDS, "for") or kind == "slogan":
            check_place(statement, part.kind, symbols.collector)


def only_once(part: SourceFile, symbols: SymbolTable) -> None:
    for kind in (name for name, rule in STATEMENTS.items() if rule.once):
        first, *rest = part.of_kind(kind) or (None,)
        for statement in rest:
            related = (Related(first.kind.span, "the first one"),) if first else ()
            assert statement is not None
            symbols.collector.error(
                "LG234", statement.kind.span, f"there is more than one `{kind}`", related=related, hint="put them together"
            )


def no_loose_parts(part: SourceFile, symbols: SymbolTable) -> None:
    """`= value` and `: type` belong to params, blocks only to statements that have properties."""
    for statement in part.file.statements:
        kind = statement.kind.text
        if kind in STATEMENTS and not STATEMENTS[kind].block and statement.body is not None:
            symbols.collector.error("LG215", statement.kind.span, f"`{kind}` has no block", hint="delete the block")


VALIDATORS: tuple[Callable[[SourceFile, SymbolTable], None], ...] = (known_statements, only_once, no_loose_parts)


def validate(symbols: SymbolTable) -> None:
    for check in VALIDATORS:
        for part in symbols.parts:
            check(part, symbols)


def read_locks(items: tuple[Property | Statement, ...], names: NameScope) -> frozenset[str]:
    """`locked: palette, fonts` of a kit."""
    locks: set[str] = set()
    for item in items:
        if not isinstance(item, Property) or item.name.text != "locked":
            continue
        setting = read_property(item, rules_for("kit")["locked"], names)
        for word in setting.value if setting else ():
            if word.text in LOCKS:
                locks.add(word.text)
            else:
                label = did_you_mean(word.text, LOCKS)
                names.collector.error(
                    "LG209", word.span, f"`{word.text}` cannot be locked", label=label, hint="locked: palette, fonts"
                )
    return frozenset(locks)


def millimetres(templates: tuple[ElementTemplate | RepeatTemplate, ...], canvas: str, symbols: SymbolTable) -> None:
    """`mm` can only be used where the canvas has dots per inch."""
    if symbols.canvases[canvas].dpi is not None:
        return
    for template in _all(templates):
        for setting in template.settings.values():
            if any(length.unit == "mm" for length in _lengths(setting.value)):
                # The same for width and height of one `size`, so that it is reported once.
                symbols.collector.error(
                    "LG232",
                    setting.span,
                    f"`mm` needs the dots per inch of the canvas `{canvas}`",
                    hint="give the canvas dpi: 300, or write this with % or px",
                )


def _all(templates: tuple[ElementTemplate | RepeatTemplate, ...]) -> Iterator[ElementTemplate]:
    for template in templates:
        if isinstance(template, ElementTemplate):
            yield template
        yield from _all(template.children)


def _lengths(value: Any) -> Iterator[Length]:
    if isinstance(value, Length):
        yield value
    elif isinstance(value, Range):
        yield from (end for end in (value.low, value.high) if end)
    elif isinstance(value, AbsoluteBox):
        yield from (value.left, value.top, value.width, value.height)
    elif isinstance(value, Border):
        yield value.width
    elif isinstance(value, RelationValue):
        yield from (value.gap,) if value.gap else ()
    elif isinstance(value, tuple):
        for part in value:
            yield from _lengths(part)
