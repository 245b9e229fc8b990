"""Params: what is declared, what is accepted, and what is said about everything else."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from layoutgen.diagnostics import Collector, Diagnostic, Source
from layoutgen.language.params.declare import NumberStyle, Param, bind_params, declare_param, param_schema
from layoutgen.language.values import BadValue, ImageFile, ListItem, Money, Percent, compare, to_json
from layoutgen.syntax import parse
from tests.goldens import check_golden

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


@pytest.mark.parametrize(("type_", "value", "expected"), ACCEPTED, ids=str)
def test_accepts(type_: str, value: object, expected: object) -> None:
    values, collector = bound(one(type_), {"x": value})
    assert not collector.diagnostics
    assert values == {"x": expected}
    assert type(values["x"]) is type(expected)


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


def test_refuses() -> None:
    """Every wrong value has one message, with its place in the data; all of them are kept to be read."""
    messages = []
    for type_, value, code in REFUSED:
        values, collector = bound(one(type_), {"x": value}, where="june.csv row 42")
        (problem,) = collector.diagnostics
        assert problem.code == code, problem
        assert problem.data == "june.csv row 42 column x"
        assert problem.span is not None
        assert problem.span.line == 2
        assert values == {"x": None}
        messages.append(f"{type_}\n  {problem.code}: {problem.message}\n  hint: {problem.hint}\n")
    check_golden(GOLDENS / "refused.txt", "\n".join(messages))


@pytest.mark.parametrize(
    ("style", "written", "expected"),
    [
        ("plain", "1234.5", "1234.5"),
        ("en", "1,234.5", "1234.5"),
        ("en", "1234.5", "1234.5"),
        ("de", "1.234,5", "1234.5"),
        ("de", "1234,5", "1234.5"),
        ("de", "1 234,5", "1234.5"),
        ("de", "1.234", "1234"),
        ("en", "1,234", "1234"),
        ("plain", "−5", "-5"),
        ("plain", "1,234.5", None),
        ("en", "1.234,5", None),
        ("en", "12,34.5", None),
        ("de", "49.99", None),
        ("de", "1.23,5", None),
    ],
)
def test_number_styles(style: NumberStyle, written: str, expected: str | None) -> None:
    values, _ = bound(one("number"), {"x": written}, numbers=style)
    assert values["x"] == (None if expected is None else Decimal(expected))
    money, _ = bound(one(EUR), {"x": f"{written} €"}, numbers=style)
    assert money["x"] == (None if expected is None else Money(Decimal(expected), "EUR"))


def test_a_style_is_for_texts_of_data_only() -> None:
    params, _ = declared("a: number = 1.5", "b: number", "c: percent")
    values, collector = bound(params, {"b": 2.5, "c": "12,5 %"}, numbers="de")
    assert not collector.diagnostics
    assert values == {"a": Decimal("1.5"), "b": Decimal("2.5"), "c": Percent(Decimal("0.125"))}


@pytest.mark.parametrize("empty", [None, "", "  \t", float("nan"), Decimal("nan"), np.float64("nan")])
def test_empty_cells_are_no_value(empty: object) -> None:
    params, _ = declared("a: text?", "b: number = 5", "c: text")
    values, collector = bound(params, {"a": empty, "b": empty, "c": empty})
    assert values == {"a": None, "b": Decimal(5), "c": None}
    assert [(item.code, item.message) for item in collector.diagnostics] == [("LG701", "`c` has no value (it is empty)")]


def test_nothing_can_be_given_in_place_of_a_default() -> None:
    params, _ = declared("salary: money(EUR)? = 32000", "size: integer = 5")
    for nothing in (None, "", " ", float("nan")):
        values, collector = bound(params, {"salary": nothing, "size": nothing})
        assert not collector.diagnostics
        assert values == {"salary": None, "size": 5}
    values, _ = bound(params, {})
    assert values == {"salary": Money(Decimal("32000.00"), "EUR"), "size": 5}


def test_hints_of_numbers_fit_where_they_come_from() -> None:
    def hint(written: str, where: str) -> str:
        (item,) = bound(one(EUR), {"x": written}, where=where)[1].diagnostics
        return item.hint

    assert hint("9,99", "") == "write 9.99"
    assert hint("-1.234,50 €", "") == "write -1234.50"
    assert hint("1,234", "") == "numbers are written like 1234.56", "it could mean two numbers"
    assert hint("9,99", "june.csv row 42") == "write 9.99, or say that the data's number style is `de`"


@pytest.mark.parametrize(
    ("type_", "example"),
    [
        ("list(a: text)", "-p x=@x.json"),
        ("money(EUR)", "-p x=9.99"),
        ("enum(small, large)", "-p x=small"),
        ("text", '-p x="…"'),
    ],
)
def test_what_is_missing_on_the_command_line_is_shown_as_it_is_given(type_: str, example: str) -> None:
    (item,) = bound(one(type_), {})[1].diagnostics
    assert item.hint.startswith(f"give it: {example}, or declare ")
    (item,) = bound(one(type_), {}, where="june.csv row 42")[1].diagnostics
    assert item.hint.startswith("give it, or declare ")


def test_missing_and_unknown_are_named_together() -> None:
    params, _ = declared("headline: text", "price: money(EUR)", "legal: text?", "stock: integer")
    _, collector = bound(params, {"headlin": "x", "price": " ", "stock": 1}, where="june.csv row 7")
    check_golden(GOLDENS / "missing.txt", "\n\n".join(item.render_text() for item in collector.diagnostics) + "\n")


def test_pictures_lie_inside(tmp_path: Path) -> None:
    project, assets = tmp_path / "project", tmp_path / "assets"
    for folder in (project / "sub", assets):
        folder.mkdir(parents=True)
    (project / "a.png").touch()
    (project / "sub" / "b.png").touch()
    (assets / "c.png").touch()
    (tmp_path / "secret.png").touch()
    (project / "link.png").symlink_to(tmp_path / "secret.png")
    params = one("image")

    def found(written: str, **folders: Path) -> object:
        values, collector = bound(params, {"x": written}, **folders)
        assert values["x"] is not None or [item.code for item in collector.diagnostics] == ["LG712"]
        return values["x"]

    assert found("a.png", base=project) == ImageFile("a.png", (project / "a.png").resolve())
    assert str(found("sub\\b.png", base=project)) == (project / "sub/b.png").resolve().as_posix()
    assert found("c.png", base=project) is None
    assert isinstance(found("c.png", base=project, assets=assets), ImageFile)
    assert found("../secret.png", base=project, assets=assets) is None
    assert found(str(tmp_path / "secret.png"), base=project) is None
    assert found("link.png", base=project) is None
    assert found("../a.png", base=project / "sub") is None
    assert isinstance(found("../a.png", base=project / "sub", root=project), ImageFile)
    assert found("http://example.com/a.png", base=project) is None
    assert found("a\0.png", base=project) is None
    assert found("x" * 5000, base=project) is None


def test_defaults_of_pictures_and_colours_are_looked_up_when_bound(tmp_path: Path) -> None:
    params, problems = declared('logo: image = "logo.png"', "accent: color = sun", "other: color = sum")
    assert not problems
    _, collector = bound(params, {}, base=tmp_path)
    assert [item.code for item in collector.diagnostics] == ["LG712", "LG710"]
    (tmp_path / "logo.png").touch()
    values, collector = bound(params, {"other": "sun"}, base=tmp_path)
    assert not collector.diagnostics
    assert values["accent"] == "#f2a541"


DECLARATIONS = [
    "headline text", "a", "a b: text", '"a": text', "b: strng", "b: string", "b: 5", "b: text number", "c: money(eur)",
    "c: money", "c: money(EUR, USD)", "d: enum", "d: enum(a, a)", "d: enum(a b)", "e: list(text)", "e: list(a: list(b: text))",
    "e: list(a: text, a: text)", "e: list(in: text)", "f: text(EUR)", "g: text { min: 3 }", "g: text { len: 3 }",
    "g: flag { min: 3 }", "g: integer { min: 5; max: 1 }", "g: integer { min: 1.5 }", "g: integer { min: 1; min: 2 }",
    "g: number { min: 5% }", "g: percent { max: 50 }", "g: text { length: -1 }", "g: text { length: 40..1 }",
    'g: text { pattern: "(" }', "g: text { pattern: abc }", "g: date { min: 1 }", "g: date { min: 2026-13-01 }",
    "h: percent = 50", "h: text = hello", 'h: text = "{{ x }}"', 'h: text = ""', 'h: integer = "x"', "h: integer = 5px",
    "h: money(EUR) = 4.999", "h: enum(small, large) = larg", 'h: date = "2026-02-30"', 'h: text = "a", "b"',
    "h: money(EUR) = 34,90", "h: percent = 12,5%", "h: number = 1,234", "h: integer = 1,234", "h: number = 1, 2, 3",
    'h: list(a: text) = "a", "b"', "h: color = #FFF", "h: integer { min: 3 } = 2", "locale: text", "if: text", "a.b: text",
]  # fmt: skip


def test_wrong_declarations() -> None:
    reports = []
    for line in DECLARATIONS:
        params, problems = declared(line)
        assert not params
        assert len(problems) == 1
        reports.append(problems[0].render_text())
    check_golden(GOLDENS / "declarations.txt", "\n\n".join(reports) + "\n")


def test_declarations() -> None:
    params, problems = declared(
        'headline: text { length: 1..40 } = "SALE"',
        "discount: percent { min: 5%; max: 90% } = 50%",
        "price: money(EUR)? { min: 0.01; max: 9999 }",
        "was: money(EUR) = 59.9 EUR",
        "size: enum(small, large) = large",
        "day: date = 2026-06-01",
        "sold: flag = no",
        "accent: color = #F2A541",
        "stock: integer = 0",
        'dishes: list(name: text, price: money(EUR)?) = "[]"',
    )
    assert not problems
    assert [str(param.type) for param in params][:4] == ["text", "percent", "money(EUR)?", "money(EUR)"]
    assert str(params[-1].type) == "list(name: text, price: money(EUR)?)"
    values, collector = bound(params, {})
    assert not collector.diagnostics
    assert to_json(values) == {
        "headline": "SALE",
        "discount": "50%",
        "price": None,
        "was": "59.90 EUR",
        "size": "large",
        "day": "2026-06-01",
        "sold": False,
        "accent": "#f2a541",
        "stock": 0,
        "dishes": [],
    }


@pytest.mark.parametrize(("type_", "value", "expected"), ACCEPTED, ids=str)
def test_json_of_a_value_means_the_same_value(type_: str, value: object, expected: object) -> None:
    params = one(type_)
    values, _ = bound(params, {"x": value})
    again, collector = bound(params, json.loads(json.dumps(to_json(values)), parse_float=Decimal))
    assert not collector.diagnostics
    assert again == values


def json_values(cases: list[tuple[str, object, Any]]) -> list[tuple[str, object]]:
    """Those that JSON can hold, with decimals written as texts, as prices in JSON are."""
    able = (str, int, list, dict)
    return [(type_, value) for type_, value, _ in cases if isinstance(value, able) and not isinstance(value, np.generic)]


@pytest.mark.parametrize(("type_", "value"), json_values(ACCEPTED), ids=str)
def test_schema_takes_what_binding_takes(type_: str, value: object) -> None:
    if type_ == DISHES and isinstance(value, str):
        pytest.skip("JSON inside a text is for tables and the command line")
    schema = param_schema(one(type_))
    Draft202012Validator.check_schema(schema)
    assert not list(Draft202012Validator(schema).iter_errors({"x": value}))


ONLY_BOUND = ("LG703", "LG707", "LG709", "LG711", "LG715")
"""What JSON Schema cannot say: limits of amounts in texts, currencies by their signs, days that exist, whole addresses."""


@pytest.mark.parametrize(
    ("type_", "value"),
    json_values([case for case in REFUSED if case[2] not in ONLY_BOUND and case[1] not in (1, "sum", "a" * 60)]),
    ids=lambda value: str(value)[:20],
)
def test_schema_refuses_what_binding_refuses(type_: str, value: object) -> None:
    assert list(Draft202012Validator(param_schema(one(type_))).iter_errors({"x": value}))


def test_schema_of_a_poster() -> None:
    params, _ = declared(
        'headline: text { length: 1..40; pattern: "[A-Z ]+" } = "SALE"',
        "price: money(EUR) { min: 0.01 }",
        "discount: percent?",
        "size: enum(small, 2)",
        "dishes: list(name: text, hot: flag?) { length: 1..3 }",
        "day: date? { min: 2026-01-01 }",
        "logo: image?",
        "accent: color = sun",
        "sold: flag = no",
    )
    schema = param_schema(params)
    Draft202012Validator.check_schema(schema)
    check_golden(GOLDENS / "schema.json", json.dumps(schema, indent=2, ensure_ascii=False) + "\n")


MONEY = [Money(Decimal("1.00"), "EUR"), Money(Decimal("2.00"), "EUR")]
SHARES = [Percent(Decimal("0.1")), Percent(Decimal("0.5"))]
DAYS = [date(2026, 1, 1), date(2026, 6, 1)]


@pytest.mark.parametrize("pair", [MONEY, SHARES, DAYS, [1, Decimal("1.5")], [Decimal("1.1"), 1.2]], ids=str)
def test_order(pair: Sequence[object]) -> None:
    low, high = pair
    assert compare(low, "<", high)
    assert compare(low, "<=", high)
    assert compare(high, ">", low)
    assert compare(high, ">=", low)
    assert compare(low, "!=", high)
    assert compare(low, "==", low)
    assert not compare(low, "==", high)


@pytest.mark.parametrize(
    ("left", "sign", "right", "expected"),
    [
        (MONEY[0], "<", 5, True),
        (5, "<", MONEY[0], False),
        (SHARES[1], ">", Decimal("0.3"), True),
        (DAYS[0], "<", "2026-06-01", True),
        (True, "==", "yes", True),
        (False, "==", "on", False),
        ("de", "==", "de", True),
        ("de", "!=", "en", True),
    ],
)
def test_comparisons_across_kinds(left: object, sign: str, right: object, expected: bool) -> None:
    assert compare(left, sign, right) is expected


@pytest.mark.parametrize(
    ("left", "sign", "right", "message"),
    [
        (MONEY[0], "<", SHARES[0], "money (1.00 EUR) cannot be compared with a percent (10%)"),
        (MONEY[0], "<", Money(Decimal(1), "USD"), "EUR cannot be compared with USD"),
        (SHARES[0], ">", 30, "a percent is compared with 30, which has no %"),
        ("a", "<", "b", "text has no order, so `<` cannot compare it"),
        (True, "<", False, "a flag has no order, so `<` cannot compare it"),
        ("a", "==", 1, 'text ("a") cannot be compared with a number (1)'),
        (DAYS[0], "<", "tomorrow", 'a date (2026-01-01) cannot be compared with text ("tomorrow")'),
        (None, "<", 1, "there is no value to compare"),
    ],
)
def test_what_cannot_be_compared(left: object, sign: str, right: object, message: str) -> None:
    with pytest.raises(BadValue) as caught:
        compare(left, sign, right)
    assert caught.value.message == message
    assert caught.value.code in ("LG717", "LG256")


def test_truth_and_print() -> None:
    assert [bool(value) for value in (*MONEY, Money(Decimal("0.00"), "EUR"), *SHARES, Percent(Decimal(0)))] == [
        1,
        1,
        0,
        1,
        1,
        0,
    ]
    assert [str(value) for value in (*MONEY, *SHARES, Percent(Decimal("0.125")))] == [
        "1.00 EUR",
        "2.00 EUR",
        "10%",
        "50%",
        "12.5%",
    ]
    assert sorted([MONEY[1], MONEY[0]]) == MONEY
    assert sorted([SHARES[1], SHARES[0]]) == SHARES


@settings(max_examples=200)
@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2), st.sampled_from(["plain", "en", "de"]))
def test_amounts_survive_every_style(amount: Decimal, style: NumberStyle) -> None:
    written = {"plain": f"{amount:f}", "en": f"{amount:,f}", "de": f"{amount:,f}".translate(str.maketrans(",.", ".,"))}[style]
    values, collector = bound(one(EUR), {"x": written}, numbers=style)
    assert not collector.diagnostics
    assert values["x"] == Money(amount, "EUR")


TYPES = ["text", "integer", "number", "percent", EUR, "color", "url", "date", "flag", "enum(a, b)", DISHES]
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=200)
@given(st.sampled_from(TYPES), VALUES)
def test_any_value_is_bound_or_explained(type_: str, value: object) -> None:
    values, collector = bound(one(type_), {"x": value})
    assert (values["x"] is None) == collector.failed
    for problem in collector.diagnostics:
        assert problem.code.startswith("LG7")
        assert problem.render_text()
