"""The filters for copy: how values are written for readers of one language. Pure functions, formats from Babel (CLDR).

Every filter takes the value and, by keyword, the `locale` (BCP 47). Wrong values raise BadValue LG259.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date as Date  # noqa: N812  (`date` is a filter)
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from layoutgen.language import values
from layoutgen.language.values import BadValue, Money, Percent, kind_of, printed, shown

if TYPE_CHECKING:
    from babel import Locale

MOST_DECIMALS = 15
DATE_STYLES = ("short", "medium", "long", "full")
_DATE_PATTERN = re.compile(r"(?:'[^']*'|[GyYMLdEecQqw]|[^A-Za-z'])+")
_REMEMBERED = 4096


@cache
def babel_locale(locale: str) -> Locale:
    """Babel's data for a BCP 47 tag, or for the nearest tag that it has."""
    from babel import Locale, UnknownLocaleError

    tag = locale
    while tag:
        try:
            return Locale.parse(tag, sep="-")
        except (UnknownLocaleError, ValueError):
            tag = tag.rpartition("-")[0]
    return Locale.parse("en")


def money(value: object, decimals: int | None = None, *, locale: str = "en") -> str:
    """`€49.99`, `49,99 €`. `decimals=0` leaves whole amounts without cents; it never rounds a price."""
    if not isinstance(value, Money):
        raise BadValue(
            "LG259", f"`money` writes amounts of money, not {kind_of(value)} ({shown(value)})", "declare it: money(EUR)"
        )
    if decimals is not None:
        _decimals("money", decimals)
        if value.amount != round(value.amount, decimals):
            raise BadValue(
                "LG259", f"{value} cannot be written with {decimals} decimals without changing it", "leave `decimals` out"
            )
    return _money(value.amount, value.currency, decimals, locale)


@lru_cache(_REMEMBERED)
def _money(amount: Decimal, currency: str, decimals: int | None, locale: str) -> str:
    from babel.numbers import format_currency

    data = babel_locale(locale)
    if decimals is None:
        written = format_currency(amount, currency, locale=data)
    else:
        pattern = data.currency_formats["standard"].pattern
        whole = re.sub(r"0\.0+", "0" + ("." + "0" * decimals if decimals else ""), pattern)
        written = format_currency(amount, currency, whole, locale=data, currency_digits=False)
    # CLDR keeps letters and digits apart (`CHF 5.00`); Babel does not.
    return re.sub(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])", "\N{NO-BREAK SPACE}", str(written))


def number(value: object, decimals: int | None = None, *, locale: str = "en") -> str:
    """`1,234.5`, `1.234,5`. All decimals are kept, or exactly `decimals` of them (rounded half up)."""
    amount = value.amount if isinstance(value, Money) else values.number(value)
    if amount is None:
        raise BadValue("LG259", f"`number` writes numbers, not {kind_of(value)} ({shown(value)})", _other_filter(value))
    if isinstance(value, Money) and decimals is None:
        decimals = values.currency_decimals(value.currency)
    return _number(amount, _decimals("number", decimals), locale)


@lru_cache(_REMEMBERED)
def _number(amount: Decimal, decimals: int | None, locale: str) -> str:
    from babel.numbers import format_decimal

    if decimals is None:
        return format_decimal(amount, locale=babel_locale(locale), decimal_quantization=False)
    rounded = amount.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    pattern = babel_locale(locale).decimal_formats[None].pattern
    fixed = re.sub(r"0\.[#0]+", "0" + ("." + "0" * decimals if decimals else ""), pattern)
    return format_decimal(rounded, fixed, locale=babel_locale(locale))


def percent(value: object, decimals: int | None = None, *, locale: str = "en") -> str:
    """`50%`, `50 %`, `٪50`. All decimals are kept, or exactly `decimals` of them (rounded half up).

    A plain number is a share of one, as calculations give it: `{{ ((was - price) / was) | percent }}` is `31%`. Between -1
    and 1, and whole percents unless `decimals` says otherwise: of a division nobody wants all decimals.
    """
    if isinstance(value, Percent):
        return _percent(value.fraction, _decimals("percent", decimals), locale)
    share = values.number(value)
    if share is None:
        hint = _other_filter(value)
        if isinstance(value, Money):
            hint += "; a filter counts before / does, so put a share in brackets: {{ ((was - price) / was) | percent }}"
        raise BadValue("LG259", f"`percent` writes percents, not {kind_of(value)} ({shown(value)})", hint)
    if abs(share) > 1:
        hint = f"a share of one is meant: {values.plain(share / 100)} prints {values.plain(share)}%"
        raise BadValue("LG259", f"`percent` cannot write the number {shown(value)}", hint)
    return _percent(share, _decimals("percent", 0 if decimals is None else decimals), locale)


@lru_cache(_REMEMBERED)
def _percent(fraction: Decimal, decimals: int | None, locale: str) -> str:
    from babel.numbers import format_percent

    if decimals is None:
        return format_percent(fraction, locale=babel_locale(locale), decimal_quantization=False)
    rounded = fraction.quantize(Decimal(1).scaleb(-decimals - 2), ROUND_HALF_UP)
    pattern = babel_locale(locale).percent_formats[None].pattern
    fixed = pattern.replace("0", "0" + ("." + "0" * decimals if decimals else ""), 1)
    return format_percent(rounded, fixed, locale=babel_locale(locale))


def date(value: object, style: str = "long", *, locale: str = "en") -> str:
    """`June 1, 2026`, `1. Juni 2026`. `style`: short, medium, long, full, or a CLDR pattern such as `d MMMM`."""
    if not isinstance(value, Date):
        raise BadValue("LG259", f"`date` writes dates, not {kind_of(value)} ({shown(value)})", _other_filter(value))
    if not isinstance(style, str) or (style not in DATE_STYLES and not _DATE_PATTERN.fullmatch(style)):
        raise BadValue(
            "LG259",
            f"`date` has no style {shown(style)}",
            'styles are short, medium, long, full, or a pattern: "d MMMM y" (d day, E weekday, M month, y year)',
        )
    return _date(value, style, locale)


@lru_cache(_REMEMBERED)
def _date(value: Date, style: str, locale: str) -> str:
    from babel.dates import format_date

    return format_date(value, style, locale=babel_locale(locale))


def upper(value: object, *, locale: str = "en") -> str:
    """Capitals by the rules of the language: Turkish `i` → `İ`, Greek without accents, German `ß` → `SS`."""
    text, language = printed(value), _language(locale)
    if language in ("tr", "az"):
        text = text.replace("i", "İ")
    return _greek_capitals(text) if language == "el" else text.upper()


def lower(value: object, *, locale: str = "en") -> str:
    """Small letters; in Turkish and Azeri `I` → `ı` and `İ` → `i`."""
    text = printed(value)
    if _language(locale) in ("tr", "az"):
        text = text.replace("I", "ı").replace("İ", "i")
    return text.lower()


def title(value: object, *, locale: str = "en") -> str:
    """A capital at the start of every word, small letters after it; words that begin with a digit stay as they are."""
    language = _language(locale)

    def word(match: re.Match[str]) -> str:
        text = match[0]
        if text[0].isnumeric():
            return text
        if language == "nl" and text[:2].casefold() == "ij":
            return "IJ" + lower(text[2:], locale=locale)
        first = "İ" if text[0] == "i" and language in ("tr", "az") else text[0].title()
        return first + lower(text[1:], locale=locale)

    return str(_words().sub(word, printed(value)))


def nbsp(value: object, *, locale: str = "en") -> str:
    """Spaces that no line break may use."""
    return printed(value).replace(" ", "\N{NO-BREAK SPACE}")


def truncate(value: object, length: int = 80, end: str = "…", *, locale: str = "en") -> str:
    """At most `length` characters as readers count them (`end` included), cut between words where that keeps half."""
    if isinstance(length, bool) or not isinstance(length, int) or not isinstance(end, str) or not len(end) < length:
        raise BadValue("LG259", f"`truncate` cannot cut to {shown(length)}", "give a whole number of characters: truncate(40)")
    import regex  # type: ignore[import-untyped, unused-ignore]

    text = printed(value)
    characters = regex.findall(r"\X", text)
    if len(characters) <= length:
        return text
    keep = length - len(end)
    shortened = "".join(characters[:keep])
    if not characters[keep].isspace():
        whole = shortened.rsplit(maxsplit=1)[0] if len(shortened.split()) > 1 else shortened
        shortened = whole if len(whole) * 2 >= len(shortened) else shortened
    return shortened.rstrip() + end


def _decimals(name: str, decimals: object) -> int | None:
    if decimals is None:
        return None
    if isinstance(decimals, bool) or not isinstance(decimals, int) or not 0 <= decimals <= MOST_DECIMALS:
        raise BadValue(
            "LG259", f"`{name}` takes decimals from 0 to {MOST_DECIMALS}, not {shown(decimals)}", f"write {name}(decimals=2)"
        )
    return decimals


def _other_filter(value: object) -> str:
    fitting = {"money": "money", "a percent": "percent", "a number": "number", "a date": "date"}.get(kind_of(value))
    return f"use the filter `{fitting}`" if fitting else ""


def _language(locale: str) -> str:
    return locale.partition("-")[0].casefold()


@cache
def _words() -> Any:
    import regex  # type: ignore[import-untyped, unused-ignore]

    return regex.compile(r"[\p{L}\p{N}][\p{L}\p{M}\p{N}'’]*")


def _greek_capitals(text: str) -> str:
    """Greek capitals carry no accent; where an accent kept two vowels apart, a dialytika does."""
    decomposed = unicodedata.normalize("NFD", text)
    decomposed = re.sub("([αεοΑΕΟ])\u0301([ιυ])(?![\u0300-\u036f])", "\\1\\2\u0308", decomposed)
    bare = re.sub("([\u0370-\u03ff\u1f00-\u1fff][\u0308]?)[\u0300\u0301\u0342\u0313\u0314\u0345]+", r"\1", decomposed)
    return unicodedata.normalize("NFC", bare.upper())


FILTERS: dict[str, Callable[..., str]] = {
    "money": money,
    "number": number,
    "percent": percent,
    "date": date,
    "upper": upper,
    "lower": lower,
    "title": title,
    "nbsp": nbsp,
    "truncate": truncate,
}
"""By the name that strings use; `default` is besides these, as it must see what has no value."""
