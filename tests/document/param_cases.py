"""Values that params take and refuse, and what declares and binds them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np

from layoutgen.diagnostics import Collector, Diagnostic, Source
from layoutgen.language.params.declare import Param, bind_params, declare_param
from layoutgen.language.values import ListItem, Money, Percent
from layoutgen.syntax import parse

GOLDENS = Path(__file__).parent / "params"


PALETTE = {"sun": "#f2a541"}


def declared(*lines: str) -> tuple[list[Param], tuple[Diagnostic, ...]]:
    file, _ = parse(Source("a.poster", "\n".join(['poster 1 "A"', *(f"param {line}" for line in lines), ""])))
    collector = Collector()
    params = [declare_param(statement, collector) for statement in file.statements if statement.kind.text == "param"]
    return [param for param in params if param], tuple(collector.diagnostics)


def one(type_: str) -> list[Param]:
    params, problems = declared(f"x: {type_}")
    assert not problems, problems
    return params


def bound(params: Sequence[Param], given: Mapping[str, object], **more: Any) -> tuple[dict[str, object], Collector]:
    collector = Collector()
    return bind_params(params, given, palette=PALETTE, collector=collector, **more), collector


EUR, JPY = "money(EUR)", "money(JPY)"


DISHES = "list(name: text, price: money(EUR)?, hot: flag?)"


ACCEPTED: list[tuple[str, object, object]] = [
    ("text", "Hello", "Hello"),
    ("text", ' "a" {b} {{ c }}\n', ' "a" {b} {{ c }}\n'),
    ('text { length: 2..3; pattern: "[a-z]+" }', "abc", "abc"),
    ("integer", 12, 12),
    ("integer", "-12", -12),
    ("integer", " +12 ", 12),
    ("integer", 12.0, 12),
    ("integer", np.int64(3), 3),
    ("integer { min: 1; max: 5 }", "5", 5),
    ("number", "1.50", Decimal("1.50")),
    ("number", 0.1, Decimal("0.1")),
    ("number", Decimal("1E+3"), Decimal(1000)),
    ("number", np.float64(0.25), Decimal("0.25")),
    ("percent", "50%", Percent(Decimal("0.5"))),
    ("percent", "12.5 %", Percent(Decimal("0.125"))),
    ("percent", "-20%", Percent(Decimal("-0.2"))),
    ("percent", "150%", Percent(Decimal("1.5"))),
    ("percent", 0.5, Percent(Decimal("0.5"))),
    ("percent", 1.0, Percent(Decimal(1))),
    ("percent", 0, Percent(Decimal(0))),
    ("percent { min: 5%; max: 50% }", "50%", Percent(Decimal("0.5"))),
    (EUR, "49.99", Money(Decimal("49.99"), "EUR")),
    (EUR, "49.9", Money(Decimal("49.90"), "EUR")),
    (EUR, "49.990", Money(Decimal("49.99"), "EUR")),
    (EUR, "49.99 EUR", Money(Decimal("49.99"), "EUR")),
    (EUR, "EUR 49.99", Money(Decimal("49.99"), "EUR")),
    (EUR, "€49.99", Money(Decimal("49.99"), "EUR")),
    (EUR, "49.99 €", Money(Decimal("49.99"), "EUR")),
    (EUR, "-€5", Money(Decimal("-5.00"), "EUR")),
    (EUR, "€ -5", Money(Decimal("-5.00"), "EUR")),
    (EUR, Decimal("49.99"), Money(Decimal("49.99"), "EUR")),
    (EUR, 49, Money(Decimal("49.00"), "EUR")),
    (EUR, Money(Decimal(5), "EUR"), Money(Decimal(5), "EUR")),
    (JPY, "¥4900", Money(Decimal(4900), "JPY")),
    ("money(CAD)", "$5", Money(Decimal("5.00"), "CAD")),
    ("money(PLN)", "5 zł", Money(Decimal("5.00"), "PLN")),
    ("color", "#F2A541", "#f2a541"),
    ("color", "#F2A54180", "#f2a54180"),
    ("color", "sun", "#f2a541"),
    ("color", "white", "#ffffff"),
    ("url", "https://example.com/s?a=1&b=%20#x", "https://example.com/s?a=1&b=%20#x"),
    ("url", "http://münchen.de", "http://münchen.de"),
    ("url", "http://[::1]:8080/", "http://[::1]:8080/"),
    ("date", "2026-06-01", date(2026, 6, 1)),
    ("date", date(2026, 6, 1), date(2026, 6, 1)),
    ("date", datetime(2026, 6, 1), date(2026, 6, 1)),
    ("date { min: 2026-01-01 }", "2026-01-01", date(2026, 1, 1)),
    ("flag", True, True),
    ("flag", "No", False),
    ("flag", "1", True),
    ("flag", 0, False),
    ("enum(small, large)", "large", "large"),
    ('enum("extra large", 2)', "extra large", "extra large"),
    ('enum("extra large", 2)', 2, "2"),
    (DISHES, [], ()),
    (DISHES, [{"name": "Soup"}], (ListItem({"name": "Soup", "price": None, "hot": None}),)),
    (
        DISHES,
        '[{"name": "Soup", "price": 4.50, "hot": true}]',
        (ListItem({"name": "Soup", "price": Money(Decimal("4.50"), "EUR"), "hot": True}),),
    ),
    (DISHES, ({"name": "A", "price": "€1"},), (ListItem({"name": "A", "price": Money(Decimal("1.00"), "EUR"), "hot": None}),)),
    ("image", "logo.png", "logo.png"),
]


REFUSED: list[tuple[str, object, str]] = [
    ("text", 2026, "LG702"),
    ("text", True, "LG702"),
    ("text", "\ud83c", "LG715"),
    ("text", "x" * 10_001, "LG715"),
    ("text { length: ..3 }", "abcd", "LG703"),
    ("text { length: 3 }", "abcd", "LG703"),
    ("text { length: 5.. }", "abcd", "LG703"),
    ('text { pattern: "[A-Z]{2}" }', "ABC", "LG716"),
    ('text { pattern: "(a|aa)+c" }', "a" * 60, "LG716"),
    ("integer", "1.5", "LG702"),
    ("integer", 1.5, "LG702"),
    ("integer", True, "LG702"),
    ("integer", "many", "LG702"),
    ("integer", "٣", "LG702"),
    ("integer", [1], "LG702"),
    ("integer { max: 5 }", 6, "LG703"),
    ("integer", 10**5000, "LG703"),
    ("number", "1e5", "LG702"),
    ("number", "1,5", "LG706"),
    ("number", "0x10", "LG702"),
    ("number", float("inf"), "LG702"),
    ("number", "9" * 16, "LG703"),
    ("percent", 50, "LG704"),
    ("percent", 1, "LG704"),
    ("percent", 1.5, "LG704"),
    ("percent", "50", "LG704"),
    ("percent", "half", "LG704"),
    ("percent", "5,5%", "LG706"),
    ("percent { max: 50% }", "60%", "LG703"),
    (EUR, 49.99, "LG702"),
    (EUR, "9,99", "LG706"),
    (EUR, "9.99 USD", "LG707"),
    (EUR, "$9.99", "LG707"),
    (EUR, Money(Decimal("5.00"), "USD"), "LG707"),
    (EUR, "9.999", "LG708"),
    (JPY, "9.5", "LG708"),
    (EUR, "free", "LG706"),
    (EUR, "4 99", "LG706"),
    (EUR + " { min: 0.01 }", "0", "LG703"),
    ("color", "#FFF", "LG710"),
    ("color", "sum", "LG710"),
    ("color", "#GG0000", "LG710"),
    ("color", 5, "LG710"),
    ("url", "example.com/a", "LG711"),
    ("url", "ftp://example.com", "LG711"),
    ("url", "https://a b.de", "LG711"),
    ("url", "javascript:alert(1)", "LG711"),
    ("url", "http://[::1", "LG711"),
    ("url", "https://", "LG711"),
    ("url", "https://a.de:99999", "LG711"),
    ("date", "1.6.2026", "LG709"),
    ("date", "2026-02-30", "LG709"),
    ("date", "20260601", "LG709"),
    ("date", datetime(2026, 6, 1, 9), "LG709"),
    ("date", 20260601, "LG709"),
    ("date { max: 2026-12-31 }", "2027-01-01", "LG703"),
    ("flag", "maybe", "LG718"),
    ("flag", 2, "LG718"),
    ("flag", 1.0, "LG718"),
    ("enum(small, large)", "Large", "LG713"),
    ("enum(small, large)", "xyz", "LG713"),
    ("enum(small, large)", ["small"], "LG713"),
    (DISHES, "[", "LG714"),
    (DISHES, "[" * 5000, "LG714"),
    (DISHES, {"name": "a"}, "LG714"),
    (DISHES, ["Soup"], "LG714"),
    (DISHES, [{"name": "a", "prise": 1}], "LG714"),
    (DISHES, [{"name": "a"}, {"price": "1"}], "LG714"),
    (DISHES, [{"name": "a", "price": "1,5"}], "LG706"),
    (DISHES, [{"name": "a", "price": 1.5}], "LG702"),
    (DISHES + " { length: 2..3 }", [{"name": "a"}], "LG703"),
    (DISHES, [{"name": "a"}] * 1001, "LG714"),
]
