"""Filters: how copy is written in each language."""

from __future__ import annotations

import itertools
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layoutgen.language.strings import filters
from layoutgen.language.values import BadValue, Money, Percent
from tests.timing import ratio


def euros(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


@pytest.mark.parametrize(
    ("locale", "expected"),
    [
        ("en", "€1,049.90"),
        ("de", "1.049,90\u00a0€"),
        ("de-AT", "€\u00a01.049,90"),
        ("fr", "1\u202f049,90\u00a0€"),
        ("nl", "€\u00a01.049,90"),
        ("ja", "€1,049.90"),
        ("xx-nowhere", "€1,049.90"),
    ],
)
def test_money(locale: str, expected: str) -> None:
    assert filters.money(euros("1049.90"), locale=locale) == expected


def test_money_keeps_the_decimals_of_its_currency() -> None:
    assert filters.money(Money(Decimal(4900), "JPY"), locale="en") == "¥4,900"
    assert filters.money(Money(Decimal("1.250"), "TND"), locale="en") == "TND\u00a01.250"
    assert filters.money(euros("49.00"), locale="en") == "€49.00"
    assert filters.money(euros("49.00"), 0, locale="en") == "€49"
    assert filters.money(euros("-49.50"), locale="en") == "-€49.50"
    with pytest.raises(BadValue):
        filters.money(euros("49.50"), 0)


@pytest.mark.parametrize(
    ("value", "decimals", "locale", "expected"),
    [
        ("1234567.125", None, "en", "1,234,567.125"),
        ("1234567.125", 2, "en", "1,234,567.13"),
        ("1234567.125", 0, "de", "1.234.567"),
        ("0.000001", None, "en", "0.000001"),
        ("5", 2, "fr", "5,00"),
        ("1234567", None, "hi", "12,34,567"),
    ],
)
def test_number(value: str, decimals: int | None, locale: str, expected: str) -> None:
    assert filters.number(Decimal(value), decimals, locale=locale) == expected


@pytest.mark.parametrize(
    ("fraction", "decimals", "locale", "expected"),
    [
        ("0.5", None, "en", "50%"),
        ("0.5", None, "de", "50\u00a0%"),
        ("0.125", None, "en", "12.5%"),
        ("0.125", 0, "en", "13%"),
        ("0.5", 1, "fr", "50,0\u202f%"),
        ("0.5", None, "tr", "%50"),
        ("12", None, "en", "1,200%"),
    ],
)
def test_percent(fraction: str, decimals: int | None, locale: str, expected: str) -> None:
    found = filters.percent(Percent(Decimal(fraction)), decimals, locale=locale)
    assert found.replace("\u202f", "\u00a0") == expected.replace("\u202f", "\u00a0")


@pytest.mark.parametrize(
    ("share", "decimals", "locale", "expected"),
    [
        (Decimal(281) / Decimal(590), None, "en", "48%"),
        (Decimal(281) / Decimal(590), 1, "de", "47,6\N{NO-BREAK SPACE}%"),
        (Decimal("0.005"), None, "en", "1%"),
        (Decimal("-0.2"), None, "en", "-20%"),
        (1, None, "en", "100%"),
        (0, None, "en", "0%"),
    ],
)
def test_percent_of_a_ratio(share: object, decimals: int | None, locale: str, expected: str) -> None:
    assert filters.percent(share, decimals, locale=locale) == expected


def test_percent_of_a_number_above_one() -> None:
    with pytest.raises(BadValue) as caught:
        filters.percent(31)
    assert (caught.value.code, caught.value.hint) == ("LG259", "a share of one is meant: 0.31 prints 31%")


@pytest.mark.parametrize(
    ("style", "locale", "expected"),
    [
        ("long", "en", "June 1, 2026"),
        ("long", "de", "1. Juni 2026"),
        ("full", "fr", "lundi 1 juin 2026"),
        ("d MMMM", "es", "1 junio"),
        ("EEEE, d. MMMM", "de", "Montag, 1. Juni"),
        ("short", "en-GB", "01/06/2026"),
        ("y年M月d日", "ja", "2026年6月1日"),
    ],
)
def test_date(style: str, locale: str, expected: str) -> None:
    assert filters.date(date(2026, 6, 1), style, locale=locale) == expected


@pytest.mark.parametrize(
    ("text", "locale", "upper", "lower", "title"),
    [
        ("straße", "de", "STRASSE", "straße", "Straße"),
        ("istanbul IŞIK", "tr", "İSTANBUL IŞIK", "istanbul ışık", "İstanbul Işık"),
        ("istanbul", "en", "ISTANBUL", "istanbul", "Istanbul"),
        ("Αθήνα άυλος", "el", "ΑΘΗΝΑ ΑΫΛΟΣ", "αθήνα άυλος", "Αθήνα Άυλος"),
        ("ΟΔΟΣ", "el", "ΟΔΟΣ", "οδος", "Οδος"),
        ("DON'T stop 1st o’clock", "en", "DON'T STOP 1ST O’CLOCK", "don't stop 1st o’clock", "Don't Stop 1st O’clock"),
        ("ijs en wijn", "nl", "IJS EN WIJN", "ijs en wijn", "IJs En Wijn"),
        ("ǆungla ﬁne", "hr", "ǄUNGLA FINE", "ǆungla ﬁne", "ǅungla Fine"),
        ("cafe\u0301 été", "fr", "CAFE\u0301 ÉTÉ", "cafe\u0301 été", "Cafe\u0301 Été"),
        ("夏のセール مرحبا", "ja", "夏のセール مرحبا", "夏のセール مرحبا", "夏のセール مرحبا"),
    ],
)
def test_case(text: str, locale: str, upper: str, lower: str, title: str) -> None:
    assert filters.upper(text, locale=locale) == upper
    assert filters.lower(text, locale=locale).replace("ς", "σ") == lower.replace("ς", "σ")
    assert filters.title(text, locale=locale).replace("ς", "σ") == title.replace("ς", "σ")


def test_greek_final_sigma() -> None:
    assert filters.lower("ΟΔΟΣ", locale="el") == "οδος"


@given(st.text(max_size=80), st.sampled_from(["en", "tr", "el", "nl", "de"]))
def test_capitals_stay_capitals(text: str, locale: str) -> None:
    once = filters.upper(text, locale=locale)
    assert filters.upper(once, locale=locale) == once


@pytest.mark.parametrize(
    ("text", "length", "expected"),
    [
        ("short", 10, "short"),
        ("a long text about cats", 12, "a long text…"),
        ("a long text about cats", 11, "a long…"),
        ("Donaudampfschifffahrt", 8, "Donauda…"),
        ("日本語のテキスト", 5, "日本語の…"),
        ("👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦", 2, "👨‍👩‍👧‍👦…"),
        ("e\u0301e\u0301e\u0301", 2, "e\u0301…"),
    ],
)
def test_truncate(text: str, length: int, expected: str) -> None:
    assert filters.truncate(text, length) == expected


@given(st.text(max_size=60), st.integers(2, 40))
def test_truncate_never_exceeds_its_length(text: str, length: int) -> None:
    import regex  # type: ignore[import-untyped, unused-ignore]

    assert len(regex.findall(r"\X", filters.truncate(text, length))) <= max(length, 2)


@pytest.mark.parametrize("name", sorted(filters.FILTERS))
def test_wrong_values_are_explained(name: str) -> None:
    with pytest.raises(BadValue) as caught:
        filters.FILTERS[name]([1, 2])
    assert caught.value.code in ("LG257", "LG259")


@pytest.mark.timed
def test_a_repeated_price_is_cheap() -> None:
    price, others = euros("49.99"), (euros(f"{number}.99") for number in itertools.count(100))
    repeated = ratio(lambda: filters.money(price, locale="de"), lambda: filters.money(next(others), locale="de"), runs=100)
    assert repeated < 0.5
