"""Strings: what an expression may say, what comes out, and where messages point."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layoutgen.diagnostics import Collector, PosterError, Source
from layoutgen.language.strings.filters import money
from layoutgen.language.strings.templates import check_names, compile_string, quoted
from layoutgen.syntax import nodes
from tests.document.string_scope import KNOWN, SCOPE, compiled, evaluated, report, text_node, whole_span
from tests.goldens import check_golden
from tests.timing import ratio

GOLDENS = Path(__file__).parent / "strings"


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ("plain", "plain"),
        ("", ""),
        ("{ braces } {#1 {", "{ braces } {#1 {"),
        ("Up to {{ discount }} off", "Up to 50% off"),
        ("{{headline}}!", "summer sale!"),
        ("now {{ price | money }}", "now €49.99"),
        ("{{ price }}", "49.99 EUR"),
        ('{{ legal | default("Open") }}', "Open"),
        ('{{ legal | default("it\'s \\"it\\"") }}', 'it\'s "it"'),
        ('{{ headline | default("Open") | upper }}', "SUMMER SALE"),
        ("{{ dish.name }}", "Soup"),
        ('{{ dish.price | default("-") }}', "-"),
        ("{{ old-price | money }}", "€1.00"),
        ("{{ (was - price) | money }}", "€10.00"),
        ("{{ price * 2 }}", "99.98 EUR"),
        ("{{ price * discount }}", "25.00 EUR"),
        ("{{ price / was > 0.8 and 'yes' }}", "yes"),
        ("{{ price * (1 - discount) }}", "25.00 EUR"),
        ("{{ discount + discount }}", "100%"),
        ("{{ 0.1 + 0.2 }}", "0.3"),
        ("{{ stock * 1.5 }} {{ 10 / 4 }} {{ 10 // 3 }} {{ 10 % 3 }} {{ stock + 1 }} {{ -stock }}", "4.5 2.5 3 1 4 -3"),
        ('{{ "few" if stock < 5 else "many" }}', "few"),
        ('{{ "few" if stock > 5 }}', ""),
        ('{{ "cheaper" if price < was else "same" }}', "cheaper"),
        ('{{ "half" if discount == 0.5 else "other" }}', "half"),
        ('{{ "a" if not legal and sold else "b" }}', "a"),
        ("{{ legal or headline }}", "summer sale"),
        ('{{ "odd" if stock is odd else "even" }}', "odd"),
        ('{{ "there" if legal is defined else "not" }}', "not"),
        ('{{ "y" if "sale" in headline and locale in ("en", "de") else "n" }}', "y"),
        ('{{ headline ~ " " ~ stock }}', "summer sale 3"),
        ("{{ locale }}", "en"),
        ("{{ 名前 }}{{ मूल्य }}", "太郎१०"),
        ('{{ "{{" }} and {{ "}}" }}', "{{ and }}"),
        (r"\u{7B}\u{7B} price \u{7D}\u{7D} {\u{25}", "{{ price }} {%"),
        (r"a\nb \"c\" \\", 'a\nb "c" \\'),
        ('{{ day | date("d MMMM") }}', "1 June"),
        ("{{ headline | truncate(8) }}", "summer…"),
        ("{{ headline | nbsp }}", "summer\u00a0sale"),
    ],
)
def test_evaluates(inner: str, expected: str) -> None:
    assert evaluated(inner) == expected


def test_a_block_of_text_keeps_its_offsets() -> None:
    source = '"""\n    One {{ price | money }}\n      two \\u{e9} {{ headlin }}\n    """'
    collector = Collector()
    string = compile_string(text_node(source), collector)
    assert string is not None
    assert string.text.value.startswith("One {{")
    check_names(string, KNOWN, collector)
    (problem,) = collector.diagnostics
    assert problem.span is not None
    assert problem.span.text == "headlin"


@pytest.mark.parametrize(
    "before", ["", "a", r"\n", r"\"", r"\u{1F600}", "€", "{{ price }}", '{{ legal | default("\\n") }}', "{ ", "😀"]
)
def test_places_survive_escapes(before: str) -> None:
    collector = Collector()
    string = compile_string(text_node(f'"{before}{{{{ headlin | upper }}}}"'), collector)
    assert string is not None
    check_names(string, KNOWN, collector)
    assert [item.span.text for item in collector.diagnostics if item.span] == ["headlin"]


def test_names_and_constants() -> None:
    string = compiled("{{ price | money }} {{ dish.name }} {{ 'x' if stock else locale }}")
    assert string.names == {"price", "dish", "stock", "locale"}
    assert string.constant is None
    assert compiled(r"a \u{7B}{ b").constant == "a {{ b"
    assert compiled("{{ 1 + 1 }}").constant is None


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ("Sale", True),
        ("{{ headline }}", False),
        ("{{ price | money }} / {{ stock }}", False),
        ("{{ stock }} left", True),
        ('{{ legal | default("Open") }}', True),
        ('{{ day | date("d MMMM") }}', False),
        ('{{ price if locale == "de" else was }}', False),
        ('{{ "few" if stock < 5 }}', True),
        ("100%", False),
    ],
)
def test_knows_what_a_translator_can_change(inner: str, expected: bool) -> None:
    assert compiled(inner).translatable is expected


MISTAKES = {
    "block": '"{% if price %}now{% endif %}"',
    "comment": '"{# note #} sale"',
    "stray-close": '"now {{ price }} }}"',
    "unclosed": '"""\n  now {{ price\n  """',
    "empty": '"{{ }}"',
    "missing-bar": '"now {{ price money }}"',
    "missing-tilde": '"{{ headline stock }}"',
    "unknown-filter": '"{{ price | mony }}"',
    "unknown-test": '"{{ stock is od }}"',
    "unknown-name": '"{{ headlin }} and {{ prce | money }}"',
    "unknown-field": '"{{ dish.nme }} {{ headline.upper }}"',
    "minus-without-spaces": '"{{ price-was }}"',
    "call": '"{{ headline.upper() }}"',
    "subscript": '"{{ headline[0] }}"',
    "power": '"{{ stock ** 9 }}"',
    "none": '"{{ none }}"',
    "assignment": '"{{ stock = 3 }}"',
    "and": '"{{ stock && sold }}"',
    "curly-quotes": '"{{ legal | default(“Open”) }}"',
    "chain": '"{{ 1 < stock < 5 }}"',
    "two-dots": '"{{ dish.price.amount }}"',
    "arguments": '"{{ price | money(1, 2, 3) }}"',
    "absent": '"now {{ legal | upper }}"',
    "absent-field": '"{{ dish.name }} {{ dish.price | money }}"',
    "absent-joined": '"{{ headline ~ legal }}"',
    "flag": '"{{ sold }}"',
    "list": '"{{ dishes }}"',
    "item": '"{{ dish }}"',
    "kinds": '"{{ 1 if price < discount else 2 }}"',
    "currencies": '"{{ 1 if price < dollars else 2 }}"',
    "percent-against-number": '"{{ 1 if discount > 30 else 2 }}"',
    "text-sum": '"{{ headline + headline }}"',
    "filter-too-early": '"{{ was - price | money }}"',
    "zero": '"{{ stock / 0 }}"',
    "wrong-filter": '"{{ price | percent }}"',
    "cents": '"{{ price | money(decimals=0) }}"',
    "date-style": "\"{{ day | date('HH:mm') }}\"",
    "single-braces": '"now {price}, {nothing}"',
    "nonsense": '"{{ 1 + }}"',
}


@pytest.mark.parametrize("name", MISTAKES)
def test_mistakes(name: str) -> None:
    check_golden(GOLDENS / f"{name}.txt", f"{MISTAKES[name]}\n\n{report(MISTAKES[name])}\n")


@pytest.mark.parametrize(
    "inner",
    ["{{ long }}", "{{ long ~ long }}", "{{ part ~ part ~ part }}", "{{ part }}{{ part }}{{ part }}", "{{ long | upper }}"],
)
def test_output_is_bounded(inner: str) -> None:
    with pytest.raises(PosterError) as caught:
        compiled(inner).evaluate({"long": "x" * 10_001, "part": "x" * 4_000}, "en")
    assert [item.code for item in caught.value.diagnostics] == ["LG258"]


def test_output_may_have_ten_thousand_characters() -> None:
    assert len(compiled("{{ long }}").evaluate({"long": "x" * 10_000}, "en")) == 10_000


NASTY = st.one_of(
    st.text(max_size=200),
    st.text(alphabet="{}%#\"'\\\n\r\t |`$u7Bb;:/()[]\u200f\u202e\u2066 region", max_size=60),
    st.sampled_from(
        ["{{ price }}", "{% raw %}", "{{", "}}", "{#", '" region x { slogan "', "\u202eabc", "\x00", "\\u{7B}", "\r\n"]
    ),
)


@given(NASTY)
def test_a_value_is_only_text(value: str) -> None:
    assert compiled("{{ headline }}").evaluate({"headline": value}, "en") == value
    assert compiled("<{{ headline }}>").evaluate({"headline": value}, "en") == f"<{value}>"
    assert compiled('{{ "[" ~ headline ~ "]" }}').evaluate({"headline": value}, "en") == f"[{value}]"
    assert compiled('{{ headline | default("x") }}').evaluate({"headline": value}, "en") == value


@settings(max_examples=150, deadline=None)
@given(NASTY)
def test_any_text_can_be_quoted(value: str) -> None:
    collector = Collector()
    node = text_node(quoted(value))
    string = compile_string(node, collector)
    assert string is not None, collector.diagnostics
    assert string.evaluate({}, "en") == value
    assert not collector.diagnostics


@given(st.text(alphabet="{}%#\"'|.()[]~-+*/<>=!a1 \n", max_size=40))
def test_any_expression_is_evaluated_or_explained(inner: str) -> None:
    value = f"{{{{{inner}}}}}"
    source = Source("a.json", value)
    collector = Collector()
    string = compile_string(nodes.Text(span=whole_span(source), value=value), collector)
    if string is None:
        assert collector.failed
        return
    try:
        string.evaluate({"a": 1, "a1": "x"}, "en")
    except PosterError as error:
        collector.extend(error.diagnostics)
    assert all(item.span and item.hint for item in collector.diagnostics)


@pytest.mark.timed
def test_evaluation_takes_little_longer_than_its_filters() -> None:
    string = compiled("now {{ price | money }} instead of {{ was | money }}")
    prices = SCOPE["price"], SCOPE["was"]
    assert ratio(lambda: string.evaluate(SCOPE, "de"), lambda: [money(price, locale="de") for price in prices], runs=200) < 40
