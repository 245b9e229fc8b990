"""Property values: one small parser for each type of the table. What is wrong is reported, and the value is None."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from layoutgen.diagnostics import Span
from layoutgen.document.colors import read_color, read_paint
from layoutgen.document.model import AbsoluteBox, Range
from layoutgen.document.properties import RELATIONS, TYPES, PropertyRule
from layoutgen.document.settings import AnchorValue, Built, Names, RelationValue, Setting, Words
from layoutgen.document.suggest import did_you_mean, listed
from layoutgen.look import Border, Length, Outline, Shadow
from layoutgen.syntax.nodes import Atom, Call, Dimensions, Items, Number, Property, Ratio, Spread, Text, Word

WEIGHTS = {
    "thin": 100, "extralight": 200, "light": 300, "regular": 400, "normal": 400, "medium": 500, "semibold": 600, "bold": 700,
    "extrabold": 800, "heavy": 800, "black": 900,
}  # fmt: skip
POINTS = ("top-left", "top", "top-right", "left", "center", "right", "bottom-left", "bottom", "bottom-right")
_OTHER_POINTS = {"middle": "center", "centre": "center", "top-center": "top", "bottom-center": "bottom", "center-left": "left",
                 "center-right": "right", "left-top": "top-left", "right-top": "top-right", "left-bottom": "bottom-left",
                 "right-bottom": "bottom-right"}  # fmt: skip
_YES_NO = {"yes": True, "true": True, "no": False, "false": False}
LARGEST = 100_000
MOST_LINES = 100


class _Wrong(Exception):
    """A value that was reported already, or (without a report) does not have the shape of its type."""

    def __init__(self, reported: bool = False) -> None:
        self.reported = reported


def read_property(node: Property, rule: PropertyRule, names: Names) -> Setting | None:
    """The parsed value of a property, or None after an error was collected."""
    span = value_span(node)
    try:
        if not node.value:
            raise _Wrong
        return Setting(rule, _READERS[rule.type](node, rule, names), span)
    except _Wrong as wrong:
        if not wrong.reported:
            needs = listed(rule.words).replace(" and ", " or ") if rule.words else TYPES[rule.type]
            written = " ".join(span.text.split())
            names.collector.error(
                "LG209", span, f"`{rule.name}` cannot be `{written}`", hint=f"it takes {needs}: {rule.example}"
            )
        return None


def value_span(node: Property) -> Span:
    if not node.value:
        return node.span
    return node.value[0][0].span.to(node.value[-1][-1].span)


def length_of(atom: Atom, names: Names, *, low: float = 0.0) -> Length:
    """A length with its unit; a plain 0 needs none."""
    if not isinstance(atom, Number) or not math.isfinite(atom.value):
        raise _Wrong
    if atom.unit in ("%", "px", "mm") or (atom.value == 0 and not atom.unit):
        if not low <= atom.value <= LARGEST:
            raise _Wrong
        return Length(value=atom.value, unit=atom.unit or "px")
    _unit_missing(atom, names, f"write `{atom.value:g}%`, `{atom.value:g}px` or `{atom.value:g}mm`")
    raise _Wrong(reported=True)


def _unit_missing(atom: Number | Dimensions | Spread, names: Names, hint: str) -> None:
    written = atom.span.text
    unit = atom.unit if isinstance(atom, Number) else ""
    message = f"`{written}` has a unit that cannot be used here" if unit else f"`{written}` has no unit"
    names.collector.error("LG210", atom.span, message, hint=hint)


def _row(node: Property) -> Items:
    """The value as one row of atoms, without commas."""
    if len(node.value) != 1:
        raise _Wrong
    return node.value[0]


def _single(node: Property) -> Atom:
    row = _row(node)
    if len(row) != 1:
        raise _Wrong
    return row[0]


def _plain(atom: Atom, rule: PropertyRule, units: tuple[str, ...] = ("",)) -> float:
    if not isinstance(atom, Number) or atom.unit not in units or not rule.low <= atom.value <= rule.high:
        raise _Wrong
    return atom.value


def _choice(node: Property, rule: PropertyRule, names: Names) -> str:
    atom = _single(node)
    if not isinstance(atom, Word):
        raise _Wrong
    if atom.text not in rule.words:
        hint = f"it takes {listed(rule.words).replace(' and ', ' or ')}"
        names.collector.error(
            "LG209", atom.span, f"`{rule.name}` cannot be `{atom.text}`", label=did_you_mean(atom.text, rule.words), hint=hint
        )
        raise _Wrong(reported=True)
    return atom.text


def _yes_no(node: Property, rule: PropertyRule, names: Names) -> bool:
    atom = _single(node)
    if not isinstance(atom, Word) or atom.text not in _YES_NO:
        raise _Wrong
    return _YES_NO[atom.text]


def _text(node: Property, rule: PropertyRule, names: Names) -> Words:
    atom = _single(node)
    if not isinstance(atom, Text):
        span = value_span(node)
        names.collector.error(
            "LG209", span, f"the words of `{rule.name}` are not quoted", hint=f'write {rule.name}: "{span.text}"'
        )
        raise _Wrong(reported=True)
    compiled = names.compile(atom)
    if compiled is None:
        raise _Wrong(reported=True)
    return Words(compiled, atom.span)


def _length(node: Property, rule: PropertyRule, names: Names) -> Length:
    return length_of(_single(node), names)


def _margins(node: Property, rule: PropertyRule, names: Names) -> tuple[Length, ...]:
    found = [length_of(atom, names) for atom in _row(node)]
    if len(found) not in (1, 2, 4):
        raise _Wrong
    top, right, bottom, left = (*found, *found, *found, *found)[:4]
    return top, right, bottom, left


def _box(node: Property, rule: PropertyRule, names: Names) -> AbsoluteBox:
    row = _row(node)
    if len(row) != 4:
        raise _Wrong
    left, top, width, height = (length_of(atom, names, low=-LARGEST if at < 2 else 0) for at, atom in enumerate(row))
    if not width.value or not height.value:
        raise _Wrong
    return AbsoluteBox(left=left, top=top, width=width, height=height, where=value_span(node))


def _range(atom: Atom, names: Names, where: Span) -> Range:
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
            raise _Wrong(reported=True)
        return Range(low=ends[0], high=ends[1], where=where)
    length = length_of(atom, names)
    if not length.value:
        raise _Wrong
    return Range(low=length, high=length, where=where)


def _extent(node: Property, rule: PropertyRule, names: Names) -> Range:
    return _range(_single(node), names, node.span)


def _size(node: Property, rule: PropertyRule, names: Names) -> tuple[Range, Range]:
    row = _row(node)
    if len(row) == 1 and isinstance(row[0], Dimensions):
        _unit_missing(row[0], names, f"write `{row[0].width}px x {row[0].height}px`")
        raise _Wrong(reported=True)
    if len(row) != 3 or not isinstance(row[1], Word) or row[1].text != "x":
        raise _Wrong
    return _range(row[0], names, node.span), _range(row[2], names, node.span)


def _aspect(node: Property, rule: PropertyRule, names: Names) -> float:
    atom = _single(node)
    if isinstance(atom, Ratio) and atom.width > 0 and atom.height > 0:
        value = atom.width / atom.height
    elif isinstance(atom, Number) and not atom.unit:
        value = atom.value
    else:
        raise _Wrong
    if not 0.01 <= value <= 100:
        raise _Wrong
    return value


def _lines(node: Property, rule: PropertyRule, names: Names) -> tuple[int, int]:
    atom = _single(node)
    ends: list[Number | None] = (
        [atom.low, atom.high] if isinstance(atom, Spread) else [atom, atom] if isinstance(atom, Number) else []
    )
    if not ends or any(end and (end.unit or end.value != int(end.value) or not 1 <= end.value <= MOST_LINES) for end in ends):
        raise _Wrong
    low, high = (int(end.value) if end else default for end, default in zip(ends, (1, MOST_LINES), strict=True))
    if low > high:
        raise _Wrong
    return low, high


def _angle(node: Property, rule: PropertyRule, names: Names) -> float:
    atom = _single(node)
    if not isinstance(atom, Number) or abs(atom.value) > 360:
        raise _Wrong
    if atom.unit != "deg" and atom.value:
        _unit_missing(atom, names, f"write `{atom.value:g}deg`")
        raise _Wrong(reported=True)
    return atom.value


def _count(node: Property, rule: PropertyRule, names: Names) -> int:
    value = _plain(_single(node), rule)
    if value != int(value):
        raise _Wrong
    return int(value)


def _factor(node: Property, rule: PropertyRule, names: Names) -> float:
    atom = _single(node)
    value = atom.value / 100 if isinstance(atom, Number) and atom.unit == "%" else _plain_number(atom)
    if not rule.low <= value <= rule.high:
        raise _Wrong
    return value


def _plain_number(atom: Atom) -> float:
    if not isinstance(atom, Number) or atom.unit:
        raise _Wrong
    return atom.value


def _em(atom: Atom, names: Names) -> float:
    if not isinstance(atom, Number) or abs(atom.value) > LARGEST:
        raise _Wrong
    if atom.unit == "em" or not atom.value:
        value = atom.value
    elif atom.unit == "%":
        value = atom.value / 100
    else:
        _unit_missing(atom, names, "it is a part of the type size: write `5%` or `0.05em`")
        raise _Wrong(reported=True)
    if abs(value) > 5:
        raise _Wrong
    return value


def _ems(node: Property, rule: PropertyRule, names: Names) -> float:
    return _em(_single(node), names)


def _weight(node: Property, rule: PropertyRule, names: Names) -> int:
    atom = _single(node)
    if isinstance(atom, Number) and not atom.unit and 100 <= atom.value <= 900 and atom.value == int(atom.value):
        return int(atom.value)
    if isinstance(atom, Word) and atom.text in WEIGHTS:
        return WEIGHTS[atom.text]
    raise _Wrong


def _is_none(row: Items) -> bool:
    return len(row) == 1 and isinstance(row[0], Word) and row[0].text == "none"


def _some_color(value: Any) -> Any:
    if value is None:
        raise _Wrong(reported=True)
    return value


def _color(node: Property, rule: PropertyRule, names: Names) -> Any:
    return _some_color(read_paint(_single(node), names))


def _paint_or_none(node: Property, rule: PropertyRule, names: Names) -> Any:
    return None if _is_none(_row(node)) else _color(node, rule, names)


def _colored(row: Items, names: Names, make: Callable[..., Any], **parts: Any) -> Any:
    """`make(color=…, …)`, at once where the colour is known, else when params are."""
    color = _some_color(read_color(row[0], names))
    if isinstance(color, str):
        return make(color=color, **parts)
    return Built(make, (("color", color), *parts.items()))


def _outline(node: Property, rule: PropertyRule, names: Names) -> Any:
    row = _row(node)
    if _is_none(row):
        return None
    if len(row) > 2 or isinstance(row[0], (Number, Call)):
        raise _Wrong
    parts = {"width": _em(row[1], names)} if len(row) == 2 else {}
    if parts and parts["width"] <= 0:
        raise _Wrong
    return _colored(row, names, Outline, **parts)


def _shadow(node: Property, rule: PropertyRule, names: Names) -> Any:
    row = _row(node)
    if _is_none(row):
        return None
    if len(row) not in (1, 3, 4) or isinstance(row[0], (Number, Call)):
        raise _Wrong
    parts = dict(zip(("dx", "dy", "blur"), (_em(atom, names) for atom in row[1:]), strict=False))
    if parts.get("blur", 0.0) < 0:
        raise _Wrong
    return _colored(row, names, Shadow, **parts)


def _border(node: Property, rule: PropertyRule, names: Names) -> Any:
    row = _row(node)
    if _is_none(row):
        return None
    if len(row) != 2:
        raise _Wrong
    if isinstance(row[0], Number):
        row = (row[1], row[0])
    if isinstance(row[0], Call):
        raise _Wrong
    return _colored(row, names, Border, width=length_of(row[1], names))


def _font(node: Property, rule: PropertyRule, names: Names) -> str:
    atom = _single(node)
    if not isinstance(atom, (Word, Text)):
        raise _Wrong
    name = atom.text if isinstance(atom, Word) else atom.value
    if name in names.fonts:
        return names.fonts[name]
    if names.locked_fonts:
        names.collector.error("LG225", atom.span, f"the kit locks the fonts, and `{name}` is not one of them",
                              label=did_you_mean(name, names.fonts), hint=f"it has {listed(names.fonts)}")  # fmt: skip
        raise _Wrong(reported=True)
    if isinstance(atom, Text) and "{{" in name:
        raise _Wrong
    return name


def _names(node: Property, rule: PropertyRule, names: Names) -> tuple[Any, ...]:
    """`inside: header`, `align-left: a, b`, `avoid: cat, dog`."""
    if rule.name not in RELATIONS and len(node.value) == 1 and _is_none(node.value[0]):
        return ()
    words = tuple(row[0] for row in node.value if len(row) == 1 and isinstance(row[0], Word))
    if len(words) != len(node.value):
        raise _Wrong
    if rule.name in RELATIONS:
        return tuple(RelationValue(rule.name, (word,), None, node.span) for word in words)
    return words


def _relation(node: Property, rule: PropertyRule, names: Names) -> tuple[RelationValue, ...]:
    """`below: header gap 3%`; with several names, one relation to each."""
    words, gap = _names_and_gap(node, names)
    return tuple(RelationValue(rule.name, (word,), gap, node.span) for word in words)


def _relation_pair(node: Property, rule: PropertyRule, names: Names) -> tuple[RelationValue, ...]:
    words, gap = _names_and_gap(node, names)
    if len(words) != 2:
        raise _Wrong
    return (RelationValue(rule.name, words, gap, node.span),)


def _names_and_gap(node: Property, names: Names) -> tuple[tuple[Word, ...], Length | None]:
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
        raise _Wrong(reported=True)
    words = tuple(row[0] for row in rows if len(row) == 1 and isinstance(row[0], Word))
    if len(words) != len(rows):
        raise _Wrong
    return words, gap


def _anchor(node: Property, rule: PropertyRule, names: Names) -> AnchorValue:
    """`top-left of header`; `of canvas` may be left out."""
    row = _row(node)
    words = [atom for atom in row if isinstance(atom, Word)]
    of = [word.text for word in words].index("of") if any(word.text == "of" for word in words) else len(words)
    if len(words) != len(row) or not 1 <= of <= 2 or len(words) - of not in (0, 2):
        raise _Wrong
    point = "-".join(word.text for word in words[:of])
    if of == 2 or point not in POINTS:
        span = words[0].span.to(words[of - 1].span)
        label = did_you_mean(_OTHER_POINTS.get(point, point), POINTS)
        names.collector.error(
            "LG209", span, f"there is no point `{span.text}`", label=label, hint=f"the points are {listed(POINTS)}"
        )
        raise _Wrong(reported=True)
    return AnchorValue(point, words[-1] if of < len(words) else None, node.span)


def _dpi(node: Property, rule: PropertyRule, names: Names) -> float:
    return _plain(_single(node), rule, ("", "dpi"))


def _seconds(node: Property, rule: PropertyRule, names: Names) -> float:
    return _plain(_single(node), rule, ("", "s"))


_READERS: dict[str, Callable[[Property, PropertyRule, Names], Any]] = {
    "box": _box,
    "anchor": _anchor,
    "relation": _relation,
    "relation-pair": _relation_pair,
    "names": _names,
    "size": _size,
    "extent": _extent,
    "aspect": _aspect,
    "lines": _lines,
    "angle": _angle,
    "length": _length,
    "margins": _margins,
    "count": _count,
    "choice": _choice,
    "yes-no": _yes_no,
    "text": _text,
    "font": _font,
    "weight": _weight,
    "color": _color,
    "paint-or-none": _paint_or_none,
    "factor": _factor,
    "fraction": _factor,
    "ems": _ems,
    "outline": _outline,
    "shadow": _shadow,
    "border": _border,
    "dpi": _dpi,
    "seconds": _seconds,
}
