"""One given value → the value of a type. Nothing is guessed: what could mean two things is refused with a hint.

Faults are predicates (`is not a whole number`), so that the caller can say of what and where.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from numbers import Integral
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from layoutgen.base.color import BUILT_IN_COLORS, is_hex
from layoutgen.base.suggest import did_you_mean, listed
from layoutgen.language.params.numbers import NumberStyle, bounded, decimal_of_number, decimal_of_text, without_currency
from layoutgen.language.params.types import ParamLimits, ParamType
from layoutgen.language.values import (
    FLAGS,
    LONGEST_TEXT,
    BadValue,
    ImageFile,
    ListItem,
    Money,
    Percent,
    currency_decimals,
    iso_date,
    plain,
)

MOST_ITEMS = 1_000
_LIMITED = "change the value, or the limit where the param is declared"


@dataclass(frozen=True)
class ReadingContext:
    """What decides how given values are understood."""

    numbers: NumberStyle = "plain"
    folders: tuple[tuple[Path, Path], ...] | None = None
    """Pairs of a folder that relative paths start from and the folder that pictures may lie in; the first file found
    counts. None: pictures are not looked for."""
    palette: Mapping[str, str] | None = field(default_factory=dict)
    """Names that a colour may have; None: any word."""


class ParamFault(NamedTuple):
    place: str
    """`price`, or for a list `price` of item 2 of `dishes`; names in backticks."""
    value: object
    error: BadValue
    path: tuple[str | int, ...] = ()
    """Where it is inside a list: `(1, "price")` is the price of the second item."""


def absent(value: object) -> bool:
    """None, not-a-number and texts of nothing but white space are no value."""
    if isinstance(value, str):
        return not value.strip()
    return value is None or (isinstance(value, float | Decimal | date) and value != value)


def read_value(
    value: object,
    type_: ParamType,
    reading: ReadingContext,
    place: str,
    faults: list[ParamFault],
    path: tuple[str | int, ...] = (),
) -> object | None:
    """The value as its type has it, or None after faults were noted."""
    if type(value).__module__ == "numpy" and hasattr(value, "item"):
        value = value.item()
    try:
        if type_.kind == "list":
            return _read_list(value, type_, reading, place, faults)
        result = _READERS[type_.kind](value, type_, reading)
        _within_limits(result, type_.limits, type_)
        return result
    except BadValue as error:
        faults.append(ParamFault(place, value, error, path))
        return None


def _text(value: object, type_: ParamType, reading: ReadingContext) -> str:
    if not isinstance(value, str):
        hint = (
            f'write it in quotes: "{value}"' if isinstance(value, int | float | Decimal) and not isinstance(value, bool) else ""
        )
        raise BadValue("LG702", "is not text", hint or "give a text")
    if len(value) > LONGEST_TEXT:
        raise BadValue("LG715", f"has {len(value):,} characters; at most {LONGEST_TEXT:,} are allowed", "shorten it")
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise BadValue("LG715", "holds half of a character (a lone surrogate)", "save the data as UTF-8 again")
    return value


def _integer(value: object, type_: ParamType, reading: ReadingContext) -> int:
    if isinstance(value, str):
        number = decimal_of_text(value, reading.numbers, "is not a whole number")
    elif isinstance(value, Integral) and not isinstance(value, bool):
        number = bounded(Decimal(int(value)))
    elif isinstance(value, float | Decimal):
        number = decimal_of_number(value, "is not a whole number")
    else:
        raise BadValue("LG702", "is not a whole number", "for example 12")
    if number != number.to_integral_value():
        raise BadValue("LG702", "is not a whole number", "declare the param as `number` to allow decimals")
    return int(number)


def _number(value: object, type_: ParamType, reading: ReadingContext) -> Decimal:
    if isinstance(value, str):
        return decimal_of_text(value, reading.numbers, "is not a number")
    return decimal_of_number(value, "is not a number")


def _percent(value: object, type_: ParamType, reading: ReadingContext) -> Percent:
    if isinstance(value, Percent):
        return value
    if isinstance(value, str):
        text = value.strip()
        if not text.endswith(("%", "٪", "％")):
            digits = re.fullmatch(r"[+-]?[0-9.,]+", text)
            raise BadValue(
                "LG704", "has no %" if digits else "is not a percent", f"write {text}%" if digits else "for example 50%"
            )
        return Percent(decimal_of_text(text[:-1], reading.numbers, "is not a percent", unit="%") / 100)
    number = decimal_of_number(value, "is not a percent")
    whole = isinstance(value, Integral) and number != 0
    if whole or not 0 <= number <= 1:
        raise BadValue(
            "LG704", "could mean two things as a percent", f'write "{plain(number)}%", or a share of one such as 0.5'
        )
    return Percent(number)


def _money(value: object, type_: ParamType, reading: ReadingContext) -> Money:
    currency = type_.currency or ""
    if isinstance(value, Money):
        if value.currency != currency:
            raise BadValue("LG707", f"is {value.currency}, not {currency}", f"give an amount of {currency}")
        return value
    if isinstance(value, float):
        raise BadValue(
            "LG702", "is a binary float, which cannot hold every price", 'give a text ("49.99") or a decimal.Decimal'
        )
    if isinstance(value, str):
        amount = decimal_of_text(without_currency(value, currency), reading.numbers, f"is not an amount of {currency}", "LG706")
    else:
        amount = decimal_of_number(value, f"is not an amount of {currency}")
    decimals = currency_decimals(currency) or 0
    if amount != round(amount, decimals):
        raise BadValue("LG708", f"has more than the {decimals} decimals of {currency}", "round it first")
    return Money(round(amount, decimals), currency)


def _color(value: object, type_: ParamType, reading: ReadingContext) -> str:
    text = value.strip() if isinstance(value, str) else ""
    palette = {**BUILT_IN_COLORS, **(reading.palette or {})}
    if text in palette:
        return palette[text]
    if is_hex(text):
        return text.lower()
    if reading.palette is None and text and not text.startswith("#"):
        return text
    if re.fullmatch(r"#[0-9A-Fa-f]{3,4}", text):
        hint = f"write #{''.join(digit * 2 for digit in text[1:])}"
    else:
        near = did_you_mean(text, palette) if text else ""
        hint = near or "write #RRGGBB" + (f", or one of the palette: {listed(reading.palette)}" if reading.palette else "")
    raise BadValue("LG710", "is not a colour", hint)


def _url(value: object, type_: ParamType, reading: ReadingContext) -> str:
    text = _text(value, type_, reading).strip()
    try:
        parts = urlsplit(text)
        known = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        known = False
    if not known or len(text) > 2048 or re.search(r"[\s\x00-\x1f\x7f\"<>\\^`{|}]", text):
        hint = (
            f"write https://{text}"
            if re.fullmatch(r"[\w-]+(\.[\w-]+)+(/[^\s\"<>]*)?", text)
            else "for example https://example.com/sale"
        )
        raise BadValue("LG711", "is not a web address", hint)
    return text


def _image(value: object, type_: ParamType, reading: ReadingContext) -> ImageFile | str:
    text = str(value) if isinstance(value, Path) else _text(value, type_, reading).strip()
    if reading.folders is None:
        return text
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]+://", text):
        raise BadValue("LG712", "is a web address", "save the picture in the project folder and give its path")
    outside = False
    for folder, whole in reading.folders:
        try:
            path = (folder / text.replace("\\", "/")).resolve()
            if not path.is_relative_to(whole.resolve()):
                outside = True
            elif path.is_file():
                return ImageFile(text, path)
        except (OSError, RuntimeError, ValueError):  # a name that no file can have, or a circle of links
            continue
    if outside:
        raise BadValue("LG712", "is outside the project folder", "copy the picture into the project or assets folder")
    raise BadValue("LG712", "is not a file of the project", "paths are relative to the poster's folder or the assets folder")


def _date(value: object, type_: ParamType, reading: ReadingContext) -> date:
    if isinstance(value, datetime):
        if value.time() != time():
            raise BadValue("LG709", "has a time of day", "give the day alone: 2026-06-01")
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, str):
        return iso_date(value.strip())
    raise BadValue("LG709", "is not an ISO date", "dates are YEAR-MONTH-DAY, such as 2026-06-01")


def _flag(value: object, type_: ParamType, reading: ReadingContext) -> bool:
    if isinstance(value, bool):
        return value
    word = str(value).strip().casefold() if isinstance(value, str | int) else ""
    if word not in FLAGS:
        raise BadValue("LG718", "is neither yes nor no", "write yes or no (true and false, 1 and 0 will do)")
    return FLAGS[word]


def _enum(value: object, type_: ParamType, reading: ReadingContext) -> str:
    text = (
        value.strip()
        if isinstance(value, str)
        else str(value)
        if isinstance(value, int) and not isinstance(value, bool)
        else ""
    )
    if text not in type_.choices:
        raise BadValue(
            "LG713", "is not one of its choices", did_you_mean(text, type_.choices) or f"choices: {listed(type_.choices)}"
        )
    return text


def _read_list(
    value: object, type_: ParamType, reading: ReadingContext, place: str, faults: list[ParamFault]
) -> tuple[ListItem, ...]:
    if isinstance(value, str):
        try:
            value = json.loads(value, parse_float=Decimal)
        except (ValueError, RecursionError):
            raise BadValue("LG714", "is not a JSON list", _list_example(type_)) from None
    if not isinstance(value, list | tuple):
        raise BadValue("LG714", "is not a list", _list_example(type_))
    if len(value) > MOST_ITEMS:
        raise BadValue("LG714", f"has {len(value):,} items; at most {MOST_ITEMS:,} are allowed", "make several posters of it")
    low, high = type_.limits.length or (None, None)
    if (low is not None and len(value) < low) or (high is not None and len(value) > high):
        raise BadValue(
            "LG703", f"has {len(value)} item{'s' * (len(value) != 1)}, but {_between(low, high)} are allowed", _LIMITED
        )
    return tuple(_read_item(item, type_, reading, place, faults, index) for index, item in enumerate(value))


def _read_item(
    item: object, type_: ParamType, reading: ReadingContext, whole: str, faults: list[ParamFault], index: int
) -> ListItem:
    place = f"item {index + 1} of {whole}"
    if not isinstance(item, Mapping):
        faults.append(ParamFault(place, item, BadValue("LG714", "is not an item with fields", _list_example(type_)), (index,)))
        return ListItem({})
    for name in item:
        if name not in type_.fields:
            near = did_you_mean(str(name), type_.fields) or f"fields: {listed(type_.fields)}"
            faults.append(
                ParamFault(place, name, BadValue("LG714", "has a field that is not declared", near), (index, str(name)))
            )
    fields: dict[str, object] = {}
    for name, field_type in type_.fields.items():
        given = item.get(name)
        if not absent(given):
            fields[name] = read_value(given, field_type, reading, f"`{name}` of {place}", faults, (index, name))
            continue
        fields[name] = None
        if not field_type.optional:
            hint = f"give it, or declare it as `{name}: {field_type}?`"
            faults.append(ParamFault(place, name, BadValue("LG714", "lacks a field", hint), (index,)))
    return ListItem(fields)


def _list_example(type_: ParamType) -> str:
    examples: dict[str, Any] = {"integer": 3, "number": 2.5, "flag": True}
    words = {"money": "4.50", "percent": "50%", "date": "2026-06-01", "color": "#F2A541", "url": "https://example.com"}
    item = {name: examples.get(inner.kind, words.get(inner.kind, "…")) for name, inner in list(type_.fields.items())[:3]}
    return f"for example [{json.dumps(item, ensure_ascii=False)}]"


def _within_limits(value: object, limits: ParamLimits, type_: ParamType) -> None:
    size: Any = value.amount if isinstance(value, Money) else value.fraction if isinstance(value, Percent) else value
    if limits.min is not None and size < limits.min:
        raise BadValue("LG703", f"is below the smallest allowed, {_limit_shown(limits.min, type_)}", _LIMITED)
    if limits.max is not None and size > limits.max:
        raise BadValue("LG703", f"is above the largest allowed, {_limit_shown(limits.max, type_)}", _LIMITED)
    if limits.length and isinstance(value, str):
        low, high = limits.length
        if (low is not None and len(value) < low) or (high is not None and len(value) > high):
            raise BadValue(
                "LG703", f"has {len(value)} character{'s' * (len(value) != 1)}, but {_between(low, high)} are allowed", _LIMITED
            )
    if limits.pattern is not None and isinstance(value, str):
        _matches(value, limits.pattern)


def _matches(value: str, pattern: str) -> None:
    import regex  # type: ignore[import-untyped, unused-ignore]

    try:
        match = regex.fullmatch(pattern, value, timeout=0.5)
    except TimeoutError:
        raise BadValue("LG716", "takes too long to match against its pattern", "simplify the pattern") from None
    if not match:
        raise BadValue("LG716", "does not match its pattern", f"the pattern is {pattern}")


def _limit_shown(limit: Decimal | date, type_: ParamType) -> str:
    if isinstance(limit, date):
        return limit.isoformat()
    if type_.kind == "percent":
        return str(Percent(limit))
    return plain(limit) + (f" {type_.currency}" if type_.currency else "")


def _between(low: int | None, high: int | None) -> str:
    if low is None:
        return f"at most {high}"
    if high is None:
        return f"at least {low}"
    return f"exactly {low}" if low == high else f"{low} to {high}"


_READERS: dict[str, Callable[[object, ParamType, ReadingContext], object]] = {
    "text": _text,
    "integer": _integer,
    "number": _number,
    "percent": _percent,
    "money": _money,
    "color": _color,
    "url": _url,
    "image": _image,
    "date": _date,
    "flag": _flag,
    "enum": _enum,
}
