"""What the parsers of property values share: rows of atoms, lengths, and how a wrong value is given up."""

from __future__ import annotations

import math

from layoutgen.base.style import Length
from layoutgen.diagnostics import Span
from layoutgen.document.settings import NameScope
from layoutgen.language.properties import PropertyRule
from layoutgen.syntax.nodes import Atom, Dimensions, Items, Number, Property, Spread, Word

LARGEST = 100_000


class Wrong(Exception):
    """A value that was reported already, or (without a report) does not have the shape of its type."""

    def __init__(self, reported: bool = False) -> None:
        self.reported = reported


def value_span(node: Property) -> Span:
    if not node.value:
        return node.span
    return node.value[0][0].span.to(node.value[-1][-1].span)


def row_of(node: Property) -> Items:
    """The value as one row of atoms, without commas."""
    if len(node.value) != 1:
        raise Wrong
    return node.value[0]


def single(node: Property) -> Atom:
    row = row_of(node)
    if len(row) != 1:
        raise Wrong
    return row[0]


def is_none(row: Items) -> bool:
    return len(row) == 1 and isinstance(row[0], Word) and row[0].text == "none"


def plain(atom: Atom, rule: PropertyRule, units: tuple[str, ...] = ("",)) -> float:
    if not isinstance(atom, Number) or atom.unit not in units or not rule.low <= atom.value <= rule.high:
        raise Wrong
    return atom.value


def plain_number(atom: Atom) -> float:
    if not isinstance(atom, Number) or atom.unit:
        raise Wrong
    return atom.value


def length_of(atom: Atom, names: NameScope, *, low: float = 0.0) -> Length:
    """A length with its unit; a plain 0 needs none."""
    if not isinstance(atom, Number) or not math.isfinite(atom.value):
        raise Wrong
    if atom.unit in ("%", "px", "mm") or (atom.value == 0 and not atom.unit):
        if not low <= atom.value <= LARGEST:
            raise Wrong
        return Length(value=atom.value, unit=atom.unit or "px")
    unit_missing(atom, names, f"write `{atom.value:g}%`, `{atom.value:g}px` or `{atom.value:g}mm`")
    raise Wrong(reported=True)


def ems_of(atom: Atom, names: NameScope) -> float:
    if not isinstance(atom, Number) or abs(atom.value) > LARGEST:
        raise Wrong
    if atom.unit == "em" or not atom.value:
        value = atom.value
    elif atom.unit == "%":
        value = atom.value / 100
    else:
        unit_missing(atom, names, "it is a part of the type size: write `5%` or `0.05em`")
        raise Wrong(reported=True)
    if abs(value) > 5:
        raise Wrong
    return value


def unit_missing(atom: Number | Dimensions | Spread, names: NameScope, hint: str) -> None:
    written = atom.span.text
    unit = atom.unit if isinstance(atom, Number) else ""
    message = f"`{written}` has a unit that cannot be used here" if unit else f"`{written}` has no unit"
    names.collector.error("LG210", atom.span, message, hint=hint)
