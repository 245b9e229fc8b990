"""What a param can hold: money, percents, dates, items of lists … and how they print, compare and calculate.

Text, whole numbers, numbers and dates are Python's `str`, `int`, `Decimal` and `date`; a param without a value is None.
Nothing here is a binary float: a price is what was written.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, total_ordering
from pathlib import Path
from typing import Any

from layoutgen.syntax import nodes

LARGEST_NUMBER = Decimal(10) ** 15
LONGEST_TEXT = 10_000
"""Characters of one text, given or evaluated."""

FLAGS = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}
ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class BadValue(ValueError):
    """A value that cannot be used as asked. The caller knows the place and makes a `Diagnostic` of it."""

    def __init__(self, code: str, message: str, hint: str = "", style: str = "") -> None:
        super().__init__(message)
        self.style = style
        """The number style in which the value would be one."""
        self.code = code
        self.message = message
        self.hint = hint


@total_ordering
@dataclass(frozen=True, slots=True)
class Money:
    """An amount, exact to the currency's smallest coin. Prints `49.99 EUR`; the filter `money` writes it for readers."""

    amount: Decimal
    currency: str
    """ISO 4217."""

    def __lt__(self, other: object) -> bool:
        return compare(self, "<", other)

    def __bool__(self) -> bool:
        return self.amount != 0

    def __str__(self) -> str:
        return f"{self.amount:f} {self.currency}"


@total_ordering
@dataclass(frozen=True, slots=True)
class Percent:
    """A share of one: 50% is `Percent(Decimal("0.5"))` and prints `50%`."""

    fraction: Decimal

    def __lt__(self, other: object) -> bool:
        return compare(self, "<", other)

    def __bool__(self) -> bool:
        return self.fraction != 0

    def __str__(self) -> str:
        return f"{plain(self.fraction * 100)}%"


@dataclass(frozen=True, slots=True)
class ImageFile:
    """A picture file that was found inside the project or assets folder. Prints its absolute path."""

    written: str
    path: Path

    def __str__(self) -> str:
        return self.path.as_posix()


@dataclass(frozen=True, slots=True)
class ListItem(Mapping[str, object]):
    """One item of a list param: its fields by name; a field without a value is None."""

    fields: dict[str, object]

    def __getitem__(self, name: str) -> object:
        return self.fields[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.fields)

    def __len__(self) -> int:
        return len(self.fields)


@cache
def currency_decimals(currency: str) -> int | None:
    """Decimals of a currency's amounts; None when no such currency is in use."""
    from babel.core import get_global  # slow to import, and only money needs it
    from babel.numbers import get_currency_precision

    if currency not in get_global("all_currencies"):
        return None
    return int(get_currency_precision(currency))


def rounded_money(amount: Decimal, currency: str) -> Money:
    """An amount rounded (half up) to the currency's decimals."""
    return Money(amount.quantize(Decimal(1).scaleb(-(currency_decimals(currency) or 0)), ROUND_HALF_UP), currency)


def plain(number: Decimal) -> str:
    """A number without exponent and without trailing zeros."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def shown(value: object) -> str:
    """A value as messages quote it: in quotes when it is text, at most 40 characters."""
    if isinstance(value, str):
        inner = value.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
        text = "".join(c if c.isprintable() else f"\\u{{{ord(c):x}}}" for c in inner)
        return f'"{text[:37]}…"' if len(text) > 38 else f'"{text}"'
    if isinstance(value, int) and abs(value) >= 10**40:
        return "a number of more than 40 digits"
    text = f"{value:f}" if isinstance(value, Decimal) and value.is_finite() and -30 < value.adjusted() < 30 else str(value)
    return f"{text[:39]}…" if len(text) > 40 else text


def kind_of(value: object) -> str:
    """What a value is, in the words of messages."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "a flag"
    if isinstance(value, int | Decimal | float):
        return "a number"
    for kind, words in _KINDS.items():
        if isinstance(value, kind):
            return words
    return f"a {type(value).__name__}"


_KINDS: dict[type | tuple[type, ...], str] = {
    Money: "money",
    Percent: "a percent",
    date: "a date",
    str: "text",
    ImageFile: "an image",
    Mapping: "an item of a list",
    (tuple, list): "a list",
}


def printed(value: object) -> str:
    """A value as it stands in a slogan. Raises BadValue (LG257) for what has no words: flags, lists, items."""
    if isinstance(value, str):
        text = value
    elif isinstance(value, bool) or not isinstance(value, int | Decimal | Money | Percent | date | ImageFile):
        raise BadValue("LG257", f"{kind_of(value)} cannot be printed", _PRINT_HINTS.get(kind_of(value), ""))
    else:
        text = f"{value:f}" if isinstance(value, Decimal) else str(value)
    if len(text) > LONGEST_TEXT:
        raise BadValue("LG258", f"the text has {len(text):,} characters; at most {LONGEST_TEXT:,} are allowed", "shorten it")
    return text


_PRINT_HINTS = {
    "a flag": 'choose words for it: {{ "sold out" if sold else "in stock" }}',
    "a list": "repeat an element for each item: for ITEM in LIST { … }",
    "an item of a list": "name a field: {{ item.name }}",
}

OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}


def compare(left: object, sign: str, right: object) -> bool:
    """`left sign right` for `< <= > >= == !=`.

    Money compares with money of its currency and with numbers, a percent with percents and with shares of one, a date
    with a date or an ISO text, a flag with `yes`, `no`, `true`, `false`; text only for equality. Anything else raises
    BadValue: LG256 (no value), LG717 (different kinds).
    """
    for side in (left, right):
        if side is None:
            raise BadValue("LG256", "there is no value to compare", "test it first: when NAME")
    a, b = _alike(left, right)
    if isinstance(a, str | bool | ImageFile) and sign not in ("==", "!="):
        raise BadValue("LG717", f"{kind_of(a)} has no order, so `{sign}` cannot compare it", "use == or !=")
    return OPERATORS[sign](a, b)


def _alike(left: object, right: object) -> tuple[object, object]:
    for value, other, swapped in ((left, right, False), (right, left, True)):
        pair = _as_kind_of(value, other)
        if pair is not None:
            return (pair[1], pair[0]) if swapped else pair
    raise BadValue(
        "LG717",
        f"{kind_of(left)} ({shown(left)}) cannot be compared with {kind_of(right)} ({shown(right)})",
        "compare values of one kind",
    )


def _as_kind_of(value: object, other: object) -> tuple[object, object] | None:
    """The two as plain comparable values when `other` can be read as the kind of `value`."""
    if isinstance(value, bool):
        if isinstance(other, str) and other.casefold() in FLAGS:
            return value, FLAGS[other.casefold()]
        return (value, other) if isinstance(other, bool) else None
    if isinstance(value, Money):
        if isinstance(other, Money) and other.currency != value.currency:
            raise BadValue(
                "LG717", f"{value.currency} cannot be compared with {other.currency}", "compare amounts of one currency"
            )
        amount = other.amount if isinstance(other, Money) else number(other)
        return None if amount is None else (value.amount, amount)
    if isinstance(value, Percent):
        share = other.fraction if isinstance(other, Percent) else number(other)
        if share is not None and not isinstance(other, Percent) and abs(share) > 1:
            hint = f"write {shown(other)}% (inside `{{{{ }}}}`, where % means something else: {plain(share / 100)})"
            raise BadValue("LG717", f"a percent is compared with {shown(other)}, which has no %", hint)
        return None if share is None else (value.fraction, share)
    if isinstance(value, date):
        if isinstance(other, str) and ISO_DATE.fullmatch(other):
            return value, iso_date(other)
        return (value, other) if isinstance(other, date) else None
    if isinstance(value, str):
        return (value, other) if isinstance(other, str) else None
    one, two = number(value), number(other)
    return (one, two) if one is not None and two is not None else None


def number(value: object) -> Decimal | None:
    """A plain number as a Decimal, floats by their shortest form; None for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, float):
        return Decimal(str(value))
    return Decimal(value) if isinstance(value, int | Decimal) else None


def iso_date(text: str) -> date:
    """`2026-06-01`. Raises BadValue LG709."""
    try:
        if ISO_DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        raise BadValue("LG709", "is a day that does not exist", "dates are YEAR-MONTH-DAY, such as 2026-06-01") from None
    raise BadValue("LG709", "is not an ISO date", "dates are YEAR-MONTH-DAY, such as 2026-06-01")


def calculate(sign: str, left: object, right: object) -> object:
    """`+ - * / // %` on numbers, percents (their share of one) and money. Raises BadValue LG257, LG258 (too large)."""
    for side in (left, right):
        if not isinstance(side, Money | Percent) and number(side) is None:
            what = kind_of(side)
            hint = "only numbers can be; a filter comes last: {{ (was - price) | money }}"
            if what == "text" and sign == "+":
                hint = 'join texts with ~: {{ first ~ " " ~ second }}'
            raise BadValue("LG257", f"{what} ({shown(side)}) cannot be calculated with `{sign}`", hint)
    a, b = _amount(left), _amount(right)
    if sign in ("/", "//", "%") and b == 0:
        raise BadValue("LG257", "a number is divided by zero", "test it first: {{ a / b if b else 0 }}")
    if max(abs(a), abs(b)) >= LARGEST_NUMBER:
        raise BadValue("LG258", "a number is too large to calculate with", f"numbers stay below {LARGEST_NUMBER:,}")
    result = _CALCULATIONS[sign](a, b)
    if abs(result) >= LARGEST_NUMBER:
        raise BadValue("LG258", "the result of a calculation is too large", f"numbers stay below {LARGEST_NUMBER:,}")
    return _same_kind(sign, left, right, result)


_CALCULATIONS: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
}


def _amount(value: object) -> Decimal:
    if isinstance(value, Money):
        return value.amount
    return value.fraction if isinstance(value, Percent) else number(value) or Decimal(0)


def _same_kind(sign: str, left: object, right: object, result: Decimal) -> object:
    """The result as what it is: money stays money, a ratio of two amounts is a number."""
    both = {type(side) for side in (left, right)}
    if Money in both:
        if both == {Money}:
            if left.currency != right.currency:  # type: ignore[attr-defined]
                raise BadValue("LG257", "amounts of different currencies cannot be calculated", "use one currency")
            if sign in ("+", "-"):
                return rounded_money(result, left.currency)  # type: ignore[attr-defined]
            if sign == "/":
                return result
        elif sign == "*" or (sign == "/" and isinstance(left, Money)):
            return rounded_money(result, (left if isinstance(left, Money) else right).currency)  # type: ignore[attr-defined]
        raise BadValue(
            "LG257",
            f"money cannot be calculated like this with `{sign}`",
            "add or subtract money, multiply or divide it by a number",
        )
    if both == {Percent} and sign in ("+", "-", "*"):
        return Percent(result)
    if both == {int} and result == result.to_integral_value():
        return int(result)
    return result


def negated(value: object) -> object:
    """`-value`."""
    if isinstance(value, Money):
        return Money(-value.amount, value.currency)
    if isinstance(value, Percent):
        return Percent(-value.fraction)
    return calculate("-", 0, value)


def literal(items: nodes.Items) -> object:
    """The value of one atom written in a condition: `5`, `50%`, `"text"`, `de`, `2026-06-01`, `#F2A541`.

    Words stay text: what they mean depends on what they are compared with. Raises BadValue LG717.
    """
    atom = items[0] if len(items) == 1 else None
    if isinstance(atom, nodes.Number):
        digits = atom.written.removesuffix(atom.unit).strip()
        if atom.unit == "%":
            return Percent(Decimal(digits) / 100)
        if not atom.unit:
            return Decimal(digits)
    elif isinstance(atom, nodes.Text):
        return atom.value
    elif isinstance(atom, nodes.Word | nodes.Hex):
        return atom.text
    raise BadValue("LG717", "this is not a value that can be compared", 'compare with a number, a percent, a word or "text"')


def to_json(value: object) -> object:
    """A value for records: read again by `bind_params` it gives the same value."""
    if isinstance(value, Mapping):
        return {name: to_json(item) for name, item in value.items()}
    if isinstance(value, tuple | list):
        return [to_json(item) for item in value]
    if isinstance(value, ImageFile):
        return value.written
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    return str(value) if isinstance(value, Money | Percent) else value
