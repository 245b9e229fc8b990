"""Values that say what letters and boxes look like."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from layoutgen.base.style import Border, Outline, Shadow
from layoutgen.base.suggest import did_you_mean, listed
from layoutgen.document.load.colors import read_color, read_paint
from layoutgen.document.load.value_atoms import Wrong, ems_of, is_none, length_of, row_of, single
from layoutgen.document.settings import Built, NameScope
from layoutgen.language.properties import PropertyRule
from layoutgen.syntax.nodes import Call, Items, Number, Property, Text, Word

WEIGHTS = {
    "thin": 100, "extralight": 200, "light": 300, "regular": 400, "normal": 400, "medium": 500, "semibold": 600, "bold": 700,
    "extrabold": 800, "heavy": 800, "black": 900,
}  # fmt: skip


def read_font(node: Property, rule: PropertyRule, names: NameScope) -> str:
    atom = single(node)
    if not isinstance(atom, (Word, Text)):
        raise Wrong
    name = atom.text if isinstance(atom, Word) else atom.value
    if name in names.fonts:
        return names.fonts[name]
    if names.locked_fonts:
        names.collector.error("LG225", atom.span, f"the kit locks the fonts, and `{name}` is not one of them",
                              label=did_you_mean(name, names.fonts), hint=f"it has {listed(names.fonts)}")  # fmt: skip
        raise Wrong(reported=True)
    if isinstance(atom, Text) and "{{" in name:
        raise Wrong
    return name


def read_weight(node: Property, rule: PropertyRule, names: NameScope) -> int:
    atom = single(node)
    if isinstance(atom, Number) and not atom.unit and 100 <= atom.value <= 900 and atom.value == int(atom.value):
        return int(atom.value)
    if isinstance(atom, Word) and atom.text in WEIGHTS:
        return WEIGHTS[atom.text]
    raise Wrong


def _some_color(value: Any) -> Any:
    if value is None:
        raise Wrong(reported=True)
    return value


def read_paint_value(node: Property, rule: PropertyRule, names: NameScope) -> Any:
    return _some_color(read_paint(single(node), names))


def read_paint_or_none(node: Property, rule: PropertyRule, names: NameScope) -> Any:
    return None if is_none(row_of(node)) else read_paint_value(node, rule, names)


def _colored(row: Items, names: NameScope, make: Callable[..., Any], **parts: Any) -> Any:
    """`make(color=…, …)`, at once where the colour is known, else when params are."""
    color = _some_color(read_color(row[0], names))
    if isinstance(color, str):
        return make(color=color, **parts)
    return Built(make, (("color", color), *parts.items()))


def read_outline(node: Property, rule: PropertyRule, names: NameScope) -> Any:
    row = row_of(node)
    if is_none(row):
        return None
    if len(row) > 2 or isinstance(row[0], (Number, Call)):
        raise Wrong
    parts = {"width": ems_of(row[1], names)} if len(row) == 2 else {}
    if parts and parts["width"] <= 0:
        raise Wrong
    return _colored(row, names, Outline, **parts)


def read_shadow(node: Property, rule: PropertyRule, names: NameScope) -> Any:
    row = row_of(node)
    if is_none(row):
        return None
    if len(row) not in (1, 3, 4) or isinstance(row[0], (Number, Call)):
        raise Wrong
    parts = dict(zip(("dx", "dy", "blur"), (ems_of(atom, names) for atom in row[1:]), strict=False))
    if parts.get("blur", 0.0) < 0:
        raise Wrong
    return _colored(row, names, Shadow, **parts)


def read_border(node: Property, rule: PropertyRule, names: NameScope) -> Any:
    row = row_of(node)
    if is_none(row):
        return None
    if len(row) != 2:
        raise Wrong
    if isinstance(row[0], Number):
        row = (row[1], row[0])
    if isinstance(row[0], Call):
        raise Wrong
    return _colored(row, names, Border, width=length_of(row[1], names))
