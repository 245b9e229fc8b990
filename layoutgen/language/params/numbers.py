"""Numbers as data writes them: exact, in one stated style, with the signs of currencies around them."""

from __future__ import annotations

import re
from decimal import Decimal
from numbers import Integral
from typing import Literal, get_args

from layoutgen.language.values import LARGEST_NUMBER, BadValue, currency_decimals

NumberStyle = Literal["plain", "en", "de"]
STYLES: tuple[NumberStyle, ...] = get_args(NumberStyle)
"""How texts write numbers: `1234.56`, `1,234.56` or `1.234,56`."""

MOST_DIGITS = 30
_NUMBERS: dict[NumberStyle, re.Pattern[str]] = {
    "plain": re.compile(r"[0-9]+(\.[0-9]+)?"),
    "en": re.compile(r"([0-9]+|[0-9]{1,3}(,[0-9]{3})+)(\.[0-9]+)?"),
    "de": re.compile(r"([0-9]+|[0-9]{1,3}([. \u00a0\u202f][0-9]{3})+)(,[0-9]+)?"),
}
_SYMBOLS: dict[str, tuple[str, ...]] = {
    "€": ("EUR",), "£": ("GBP", "GIP", "FKP", "SHP", "EGP"), "¥": ("JPY", "CNY"), "￥": ("JPY", "CNY"), "円": ("JPY",),
    "元": ("CNY",), "$": ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD", "MXN", "ARS", "CLP", "COP"), "US$": ("USD",),
    "C$": ("CAD",), "A$": ("AUD",), "R$": ("BRL",), "₹": ("INR",), "₩": ("KRW",), "₽": ("RUB",), "₺": ("TRY",),
    "₴": ("UAH",), "₪": ("ILS",), "₫": ("VND",), "฿": ("THB",), "₱": ("PHP",), "₦": ("NGN",), "zł": ("PLN",), "Kč": ("CZK",),
    "Ft": ("HUF",), "lei": ("RON",), "kr": ("SEK", "NOK", "DKK", "ISK"), "Fr.": ("CHF",), "R": ("ZAR",), "Rp": ("IDR",),
    "RM": ("MYR",),
}  # fmt: skip
"""Signs that stand for a currency in data, with the currencies they can mean."""


def without_currency(text: str, currency: str) -> str:
    """The number in `49.99 EUR`, `€49.99`, `-5 €`."""
    own = [currency, *(sign for sign, meanings in _SYMBOLS.items() if currency in meanings)]
    bare = text.strip()
    minus = bare.startswith(("-", "−")) and not bare[1:2].isdigit()
    bare = bare[1:] if minus else bare
    for sign in sorted(own, key=len, reverse=True):
        if bare.startswith(sign) or bare.endswith(sign):
            bare = bare.removeprefix(sign) if bare.startswith(sign) else bare.removesuffix(sign)
            break
    bare = bare.strip()
    rest = re.sub(r"[-+−0-9.,\s]", "", bare)
    if rest in _SYMBOLS or (currency_decimals(rest.upper()) is not None and len(rest) == 3):
        raise BadValue("LG707", f"is not in {currency}", f"give an amount of {currency}, such as 49.99 or 49.99 {currency}")
    return f"-{bare}" if minus else bare


def decimal_of_text(text: str, style: NumberStyle, fault: str, code: str = "LG702", unit: str = "") -> Decimal:
    """The number of a text. BadValue: `code` for what is not a number, LG706 for one in another style; hints end in `unit`."""
    bare = text.strip().replace("−", "-")
    sign, digits = (bare[0], bare[1:]) if bare[:1] in ("+", "-") else ("", bare)
    if not _NUMBERS[style].fullmatch(digits):
        other = next((style for style, pattern in _NUMBERS.items() if pattern.fullmatch(digits)), None)
        raise BadValue(code if other is None else "LG706", fault, _number_hint(bare, style, unit), other or "")
    return bounded(Decimal(sign + _plain(digits, style)))


def _plain(digits: str, style: NumberStyle) -> str:
    """A number of a style in the style `plain`."""
    if style == "de":
        digits = re.sub(r"[.\s]", "", digits).replace(",", ".")
    return digits.replace(",", "")


def _number_hint(written: str, style: NumberStyle, unit: str) -> str:
    """What to write instead, where the text is a number in another style and means only one."""
    sign, digits = (written[0], written[1:]) if written[:1] in ("+", "-") else ("", written)
    meant = {_plain(digits, other) for other, pattern in _NUMBERS.items() if pattern.fullmatch(digits)}
    if style == "plain" and len(meant) == 1:
        return f"write {sign}{meant.pop()}{unit}"
    examples = {"plain": "1234.56", "en": "1,234.56", "de": "1.234,56"}
    return f"numbers are written like {examples[style]}{unit}"


def decimal_of_number(value: object, fault: str) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, Integral | float | Decimal):
        raise BadValue("LG702", fault, "give a number")
    number = Decimal(str(value)) if isinstance(value, float) else Decimal(int(value)) if isinstance(value, Integral) else value
    if not number.is_finite():
        raise BadValue("LG702", fault, "give a finite number")
    return bounded(number)


def bounded(number: Decimal) -> Decimal:
    if abs(number) >= LARGEST_NUMBER or len(number.as_tuple().digits) > MOST_DIGITS or number.adjusted() < -MOST_DIGITS:
        raise BadValue("LG703", "has too many digits", f"numbers stay below {LARGEST_NUMBER:,}")
    return number if int(number.as_tuple().exponent) <= 0 else number.quantize(Decimal(1))
