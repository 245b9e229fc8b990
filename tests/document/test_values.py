"""Values of params compared, tested for truth, and printed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest

from layoutgen.language.values import BadValue, Money, Percent, compare

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
