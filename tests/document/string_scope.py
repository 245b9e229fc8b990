"""Names that expressions see in tests, and ways to compile and evaluate them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from layoutgen.diagnostics import Collector, PosterError, Source, Span
from layoutgen.language.strings.templates import CompiledString, check_names, compile_string
from layoutgen.language.values import ListItem, Money, Percent
from layoutgen.syntax import nodes, parse

SCOPE: dict[str, object] = {
    "price": Money(Decimal("49.99"), "EUR"),
    "was": Money(Decimal("59.99"), "EUR"),
    "dollars": Money(Decimal("5.00"), "USD"),
    "old-price": Money(Decimal("1.00"), "EUR"),
    "discount": Percent(Decimal("0.5")),
    "headline": "summer sale",
    "legal": None,
    "stock": 3,
    "weight": Decimal("1.5"),
    "day": date(2026, 6, 1),
    "sold": True,
    "dish": ListItem({"name": "Soup", "price": None}),
    "dishes": (ListItem({"name": "Soup", "price": None}),),
    "名前": "太郎",
    "मूल्य": "१०",
}


KNOWN = {name: tuple(value) if isinstance(value, ListItem) else None for name, value in SCOPE.items()}


def text_node(written: str) -> nodes.Text:
    """The first slogan of a poster; `written` includes its quotes."""
    file, _ = parse(Source("a.poster", f'poster 1 "A"\nregion r {{\n  slogan {written}\n}}\n'))
    region = file.statements[1]
    assert region.body is not None
    atom = region.body.statements[0].head[0][0]
    assert isinstance(atom, nodes.Text)
    return atom


def compiled(inner: str) -> CompiledString:
    collector = Collector()
    string = compile_string(text_node(f'"{inner}"'), collector)
    collector.stop()
    assert string is not None
    return string


def evaluated(inner: str, locale: str = "en") -> str:
    return compiled(inner).evaluate(SCOPE, locale)


def report(inner: str) -> str:
    """All that is said about a string, as the terminal shows it."""
    collector = Collector()
    string = compile_string(text_node(inner), collector)
    if string is not None:
        check_names(string, KNOWN, collector)
        if not collector.failed:
            try:
                string.evaluate(SCOPE, "en")
            except PosterError as error:
                collector.extend(error.diagnostics)
    return "\n\n".join(item.render_text() for item in collector.diagnostics)


def whole_span(source: Source) -> Span:
    return Span(source, 0, len(source.text))
