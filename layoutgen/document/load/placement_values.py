"""Values that say where an element goes and how large it is."""

from __future__ import annotations

from typing import Any

from layoutgen.base.style import Length
from layoutgen.base.suggest import did_you_mean, listed
from layoutgen.diagnostics import Span
from layoutgen.document.load.value_atoms import LARGEST, Wrong, is_none, length_of, row_of, single, unit_missing, value_span
from layoutgen.document.model import AbsoluteBox, Range
from layoutgen.document.settings import AnchorValue, NameScope, RelationValue
from layoutgen.language.properties import RELATIONS, PropertyRule
from layoutgen.syntax.nodes import Atom, Dimensions, Number, Property, Ratio, Spread, Word

POINTS = ("top-left", "top", "top-right", "left", "center", "right", "bottom-left", "bottom", "bottom-right")
_OTHER_POINTS = {"middle": "center", "centre": "center", "top-center": "top", "bottom-center": "bottom", "center-left": "left",
                 "center-right": "right", "left-top": "top-left", "right-top": "top-right", "left-bottom": "bottom-left",
                 "right-bottom": "bottom-right"}  # fmt: skip
MOST_LINES = 100


def read_box(node: Property, rule: PropertyRule, names: NameScope) -> AbsoluteBox:
    row = row_of(node)
    if len(row) != 4:
        raise Wrong
    left, top, width, height = (length_of(atom, names, low=-LARGEST if at < 2 else 0) for at, atom in enumerate(row))
    if not width.value or not height.value:
        raise Wrong
    return AbsoluteBox(left=left, top=top, width=width, height=height, where=value_span(node))


def _range(atom: Atom, names: NameScope, where: Span) -> Range:
    if isinstance(atom, Spread):
        low, high = atom.low, atom.high
        # In `20..40%` the unit counts for both ends.
        if low and high and high.unit and not low.unit:
            low = Number(low.span, low.value, high.unit)
        ends = [length_of(end, names) if end else None for end in (low, high)]
        if ends[0] and ends[1] and ends[0].unit == ends[1].unit and ends[0].value > ends[1].value:
            names.collector.error(
                "LG209", atom.span, f"the range `{atom.span.text}` goes backwards", hint="write the smaller one first"
            )
            raise Wrong(reported=True)
        return Range(low=ends[0], high=ends[1], where=where)
    length = length_of(atom, names)
    if not length.value:
        raise Wrong
    return Range(low=length, high=length, where=where)


def read_extent(node: Property, rule: PropertyRule, names: NameScope) -> Range:
    return _range(single(node), names, node.span)


def read_size(node: Property, rule: PropertyRule, names: NameScope) -> tuple[Range, Range]:
    row = row_of(node)
    if len(row) == 1 and isinstance(row[0], Dimensions):
        unit_missing(row[0], names, f"write `{row[0].width}px x {row[0].height}px`")
        raise Wrong(reported=True)
    if len(row) != 3 or not isinstance(row[1], Word) or row[1].text != "x":
        raise Wrong
    return _range(row[0], names, node.span), _range(row[2], names, node.span)


def read_aspect(node: Property, rule: PropertyRule, names: NameScope) -> float:
    atom = single(node)
    if isinstance(atom, Ratio) and atom.width > 0 and atom.height > 0:
        value = atom.width / atom.height
    elif isinstance(atom, Number) and not atom.unit:
        value = atom.value
    else:
        raise Wrong
    if not 0.01 <= value <= 100:
        raise Wrong
    return value


def read_lines(node: Property, rule: PropertyRule, names: NameScope) -> tuple[int, int]:
    atom = single(node)
    ends: list[Number | None] = (
        [atom.low, atom.high] if isinstance(atom, Spread) else [atom, atom] if isinstance(atom, Number) else []
    )
    if not ends or any(end and (end.unit or not 1 <= end.value <= MOST_LINES or end.value % 1) for end in ends):
        raise Wrong
    low, high = (int(end.value) if end else default for end, default in zip(ends, (1, MOST_LINES), strict=True))
    if low > high:
        raise Wrong
    return low, high


def read_angle(node: Property, rule: PropertyRule, names: NameScope) -> float:
    atom = single(node)
    if not isinstance(atom, Number) or abs(atom.value) > 360:
        raise Wrong
    if atom.unit != "deg" and atom.value:
        unit_missing(atom, names, f"write `{atom.value:g}deg`")
        raise Wrong(reported=True)
    return atom.value


def read_names(node: Property, rule: PropertyRule, names: NameScope) -> tuple[Any, ...]:
    """`inside: header`, `align-left: a, b`, `avoid: cat, dog`."""
    if rule.name not in RELATIONS and len(node.value) == 1 and is_none(node.value[0]):
        return ()
    words = tuple(row[0] for row in node.value if len(row) == 1 and isinstance(row[0], Word))
    if len(words) != len(node.value):
        raise Wrong
    if rule.name in RELATIONS:
        return tuple(RelationValue(rule.name, (word,), None, node.span) for word in words)
    return words


def read_relation(node: Property, rule: PropertyRule, names: NameScope) -> tuple[RelationValue, ...]:
    """`below: header gap 3%`; with several names, one relation to each."""
    words, gap = _names_and_gap(node, names)
    return tuple(RelationValue(rule.name, (word,), gap, node.span) for word in words)


def read_relation_pair(node: Property, rule: PropertyRule, names: NameScope) -> tuple[RelationValue, ...]:
    words, gap = _names_and_gap(node, names)
    if len(words) != 2:
        raise Wrong
    return (RelationValue(rule.name, words, gap, node.span),)


def _names_and_gap(node: Property, names: NameScope) -> tuple[tuple[Word, ...], Length | None]:
    gap: Length | None = None
    rows = list(node.value)
    last = rows[-1]
    if len(last) == 3 and isinstance(last[1], Word) and last[1].text == "gap":
        gap = length_of(last[2], names, low=-LARGEST)
        rows[-1] = last[:1]
    elif len(last) == 2 and isinstance(last[0], Word) and isinstance(last[1], Number):
        names.collector.error(
            "LG209",
            last[1].span,
            f"what is `{last[1].written}`?",
            hint=f"write `{node.name.text}: {last[0].text} gap {last[1].written}`",
        )
        raise Wrong(reported=True)
    words = tuple(row[0] for row in rows if len(row) == 1 and isinstance(row[0], Word))
    if len(words) != len(rows):
        raise Wrong
    return words, gap


def read_anchor(node: Property, rule: PropertyRule, names: NameScope) -> AnchorValue:
    """`top-left of header`; `of canvas` may be left out."""
    row = row_of(node)
    words = [atom for atom in row if isinstance(atom, Word)]
    of = [word.text for word in words].index("of") if any(word.text == "of" for word in words) else len(words)
    if len(words) != len(row) or not 1 <= of <= 2 or len(words) - of not in (0, 2):
        raise Wrong
    point = "-".join(word.text for word in words[:of])
    if of == 2 or point not in POINTS:
        span = words[0].span.to(words[of - 1].span)
        label = did_you_mean(_OTHER_POINTS.get(point, point), POINTS)
        names.collector.error(
            "LG209", span, f"there is no point `{span.text}`", label=label, hint=f"the points are {listed(POINTS)}"
        )
        raise Wrong(reported=True)
    return AnchorValue(point, words[-1] if of < len(words) else None, node.span)
