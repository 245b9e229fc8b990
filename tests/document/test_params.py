"""Params: what is declared, what is accepted, and what is said about everything else."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layoutgen.language.params.declare import NumberStyle
from layoutgen.language.values import ImageFile, Money, Percent, to_json
from tests.document.param_cases import ACCEPTED, DISHES, EUR, GOLDENS, REFUSED, bound, declared, one
from tests.goldens import check_golden


@pytest.mark.parametrize(("type_", "value", "expected"), ACCEPTED, ids=str)
def test_accepts(type_: str, value: object, expected: object) -> None:
    values, collector = bound(one(type_), {"x": value})
    assert not collector.diagnostics
    assert values == {"x": expected}
    assert type(values["x"]) is type(expected)


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
