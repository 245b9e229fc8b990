"""The public interface of a poster as JSON Schema (draft 2020-12): what a row of JSON may hold, in the plain number style."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from layoutgen.language.params.reading import MOST_ITEMS
from layoutgen.language.params.types import Param, ParamType
from layoutgen.language.values import LONGEST_TEXT, currency_decimals, to_json

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_NUMBER = r"[+-]?[0-9]+(\.[0-9]+)?"
_SOMETHING = r"\S"
_FLAG = r"^\s*([Tt]rue|[Ff]alse|TRUE|FALSE|[Yy]es|[Nn]o|YES|NO|[Oo]n|[Oo]ff|ON|OFF|0|1)\s*$"


def param_schema(params: Iterable[Param]) -> dict[str, Any]:
    """An object with one property a param. Limits on amounts written as texts are beyond JSON Schema; binding checks them."""
    params = tuple(params)
    return {
        "$schema": DIALECT,
        "type": "object",
        "properties": {param.name: _property(param) for param in params},
        "required": [param.name for param in params if param.required],
        "additionalProperties": False,
    }


def _property(param: Param) -> dict[str, Any]:
    schema = _optional(_schema(param.type), not param.required)
    schema = {"description": str(param.type), **schema}
    return schema if param.default is None else {**schema, "default": to_json(param.default)}


def _optional(schema: dict[str, Any], optional: bool) -> dict[str, Any]:
    return {"anyOf": [schema, {"type": "null"}, {"type": "string", "pattern": r"^\s*$"}]} if optional else schema


def _schema(type_: ParamType) -> dict[str, Any]:
    return _SCHEMAS[type_.kind](type_)


def _string(pattern: str, **more: Any) -> dict[str, Any]:
    return {"type": "string", "pattern": pattern, **more}


def _text(type_: ParamType) -> dict[str, Any]:
    low, high = type_.limits.length or (None, None)
    schema = _string(_SOMETHING, maxLength=min(high or LONGEST_TEXT, LONGEST_TEXT))
    if low is not None:
        schema["minLength"] = low
    return {**schema, "allOf": [{"pattern": f"^(?:{type_.limits.pattern})$"}]} if type_.limits.pattern else schema


def _numeric(type_: ParamType, kind: str, pattern: str) -> dict[str, Any]:
    number: dict[str, Any] = {"type": kind}
    for key, limit in (("minimum", type_.limits.min), ("maximum", type_.limits.max)):
        if isinstance(limit, Decimal):
            number[key] = int(limit) if limit == limit.to_integral_value() else float(limit)
    return {"anyOf": [number, _string(rf"^\s*{pattern}\s*$")]}


def _percent(type_: ParamType) -> dict[str, Any]:
    share = _numeric(type_, "number", rf"{_NUMBER}\s*[%٪％]")
    number = share["anyOf"][0]
    number["minimum"] = max(0, number.get("minimum", 0))
    number["maximum"] = min(1, number.get("maximum", 1))
    number["description"] = "a share of one"
    return share


def _money(type_: ParamType) -> dict[str, Any]:
    decimals = currency_decimals(type_.currency or "") or 0
    amount = r"[+-]?[0-9]+" + (rf"(\.[0-9]{{1,{decimals}}}0*)?" if decimals else r"(\.0+)?")
    sign = r"[^\s0-9.,+-]{0,3}"
    return _numeric(type_, "integer", rf"[+-]?{sign}\s*{amount}\s*{sign}")


def _date(type_: ParamType) -> dict[str, Any]:
    limits = [
        f"{word} {limit}" for word, limit in (("from", type_.limits.min), ("to", type_.limits.max)) if isinstance(limit, date)
    ]
    more = {"description": " ".join(limits)} if limits else {}
    return _string(r"^\s*[0-9]{4}-[0-9]{2}-[0-9]{2}\s*$", format="date", **more)


def _enum(type_: ParamType) -> dict[str, Any]:
    numbers = [int(choice) for choice in type_.choices if choice.isascii() and choice.isdigit() and choice == str(int(choice))]
    return {"enum": [*type_.choices, *numbers]}


def _list(type_: ParamType) -> dict[str, Any]:
    low, high = type_.limits.length or (None, None)
    item = {
        "type": "object",
        "properties": {name: _optional(_schema(inner), inner.optional) for name, inner in type_.fields.items()},
        "required": [name for name, inner in type_.fields.items() if not inner.optional],
        "additionalProperties": False,
    }
    schema: dict[str, Any] = {"type": "array", "items": item, "maxItems": min(high or MOST_ITEMS, MOST_ITEMS)}
    return schema if low is None else {**schema, "minItems": low}


_SCHEMAS: dict[str, Callable[[ParamType], dict[str, Any]]] = {
    "text": _text,
    "integer": lambda type_: _numeric(type_, "integer", r"[+-]?[0-9]+(\.0+)?"),
    "number": lambda type_: _numeric(type_, "number", _NUMBER),
    "percent": _percent,
    "money": _money,
    "color": lambda type_: _string(
        r"^\s*(#[0-9A-Fa-f]{6}([0-9A-Fa-f]{2})?|[^\s#].*)\s*$", description="#RRGGBB or a palette name"
    ),
    "url": lambda type_: {**_text(type_), "pattern": r"^\s*https?://\S+\s*$", "format": "uri"},
    "image": lambda type_: _string(_SOMETHING, description="a path inside the project or assets folder"),
    "date": _date,
    "flag": lambda type_: {"anyOf": [{"type": "boolean"}, {"enum": [0, 1]}, _string(_FLAG)]},
    "enum": _enum,
    "list": _list,
}
