"""Property values: one small parser for each type of the table. What is wrong is reported, and the value is None."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from layoutgen.base.style import Length
from layoutgen.base.suggest import did_you_mean, listed
from layoutgen.document.load import placement_values as places
from layoutgen.document.load import style_values as looks
from layoutgen.document.load.value_atoms import Wrong, ems_of, length_of, plain, plain_number, row_of, single, value_span
from layoutgen.document.settings import NameScope, Setting, Words
from layoutgen.language.properties import TYPES, PropertyRule
from layoutgen.syntax.nodes import Number, Property, Text, Word

_YES_NO = {"yes": True, "true": True, "no": False, "false": False}


def read_property(node: Property, rule: PropertyRule, names: NameScope) -> Setting | None:
    """The parsed value of a property, or None after an error was collected."""
    span = value_span(node)
    try:
        if not node.value:
            raise Wrong
        return Setting(rule, _READERS[rule.type](node, rule, names), span)
    except Wrong as wrong:
        if not wrong.reported:
            needs = listed(rule.words).replace(" and ", " or ") if rule.words else TYPES[rule.type]
            written = " ".join(span.text.split())
            names.collector.error(
                "LG209", span, f"`{rule.name}` cannot be `{written}`", hint=f"it takes {needs}: {rule.example}"
            )
        return None


def _choice(node: Property, rule: PropertyRule, names: NameScope) -> str:
    atom = single(node)
    if not isinstance(atom, Word):
        raise Wrong
    if atom.text not in rule.words:
        hint = f"it takes {listed(rule.words).replace(' and ', ' or ')}"
        names.collector.error(
            "LG209", atom.span, f"`{rule.name}` cannot be `{atom.text}`", label=did_you_mean(atom.text, rule.words), hint=hint
        )
        raise Wrong(reported=True)
    return atom.text


def _yes_no(node: Property, rule: PropertyRule, names: NameScope) -> bool:
    atom = single(node)
    if not isinstance(atom, Word) or atom.text not in _YES_NO:
        raise Wrong
    return _YES_NO[atom.text]


def _text(node: Property, rule: PropertyRule, names: NameScope) -> Words:
    atom = single(node)
    if not isinstance(atom, Text):
        span = value_span(node)
        names.collector.error(
            "LG209", span, f"the words of `{rule.name}` are not quoted", hint=f'write {rule.name}: "{span.text}"'
        )
        raise Wrong(reported=True)
    compiled = names.compile(atom)
    if compiled is None:
        raise Wrong(reported=True)
    return Words(compiled, atom.span)


def _length(node: Property, rule: PropertyRule, names: NameScope) -> Length:
    return length_of(single(node), names)


def _margins(node: Property, rule: PropertyRule, names: NameScope) -> tuple[Length, ...]:
    lengths = [length_of(atom, names) for atom in row_of(node)]
    if len(lengths) not in (1, 2, 4):
        raise Wrong
    top, right, bottom, left = (*lengths, *lengths, *lengths, *lengths)[:4]
    return top, right, bottom, left


def _count(node: Property, rule: PropertyRule, names: NameScope) -> int:
    value = plain(single(node), rule)
    if value != int(value):
        raise Wrong
    return int(value)


def _factor(node: Property, rule: PropertyRule, names: NameScope) -> float:
    atom = single(node)
    value = atom.value / 100 if isinstance(atom, Number) and atom.unit == "%" else plain_number(atom)
    if not rule.low <= value <= rule.high:
        raise Wrong
    return value


def _ems(node: Property, rule: PropertyRule, names: NameScope) -> float:
    return ems_of(single(node), names)


def _dpi(node: Property, rule: PropertyRule, names: NameScope) -> float:
    return plain(single(node), rule, ("", "dpi"))


def _bytes(node: Property, rule: PropertyRule, names: NameScope) -> int:
    atom = single(node)
    factor = _SIZES.get(atom.unit) if isinstance(atom, Number) else None
    if not isinstance(atom, Number) or factor is None or not rule.low <= atom.value * factor <= rule.high:
        raise Wrong
    return round(atom.value * factor)


_SIZES = {"kB": 1000, "KB": 1000, "kb": 1000, "MB": 1_000_000, "mb": 1_000_000}


def _name(node: Property, rule: PropertyRule, names: NameScope) -> Word:
    atom = single(node)
    if not isinstance(atom, Word):
        raise Wrong
    return atom


def _seconds(node: Property, rule: PropertyRule, names: NameScope) -> float:
    return plain(single(node), rule, ("", "s"))


_READERS: dict[str, Callable[[Property, PropertyRule, NameScope], Any]] = {
    "box": places.read_box,
    "anchor": places.read_anchor,
    "relation": places.read_relation,
    "relation-pair": places.read_relation_pair,
    "names": places.read_names,
    "size": places.read_size,
    "extent": places.read_extent,
    "aspect": places.read_aspect,
    "lines": places.read_lines,
    "angle": places.read_angle,
    "length": _length,
    "margins": _margins,
    "count": _count,
    "choice": _choice,
    "yes-no": _yes_no,
    "text": _text,
    "font": looks.read_font,
    "weight": looks.read_weight,
    "color": looks.read_paint_value,
    "paint-or-none": looks.read_paint_or_none,
    "factor": _factor,
    "fraction": _factor,
    "ems": _ems,
    "outline": looks.read_outline,
    "shadow": looks.read_shadow,
    "border": looks.read_border,
    "dpi": _dpi,
    "bytes": _bytes,
    "name": _name,
    "seconds": _seconds,
}
