"""The JSON Schema of params takes and refuses what binding does; values survive JSON."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from jsonschema import Draft202012Validator

from layoutgen.language.params.declare import param_schema
from layoutgen.language.values import to_json
from tests.document.param_cases import ACCEPTED, DISHES, GOLDENS, REFUSED, bound, declared, one
from tests.goldens import check_golden


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
