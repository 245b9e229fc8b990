"""Colours and gradients: palette names, `#RRGGBB`, params and templates."""

from __future__ import annotations

import re

from layoutgen.base.color import BUILT_IN_COLORS, is_hex
from layoutgen.base.style import Gradient, Paint
from layoutgen.base.suggest import did_you_mean
from layoutgen.document.settings import Built, FromParam, FromText, NameScope
from layoutgen.syntax.nodes import Atom, Call, Hex, Number, Text, Word

Color = Paint | FromParam | FromText | Built


def read_hex(node: Hex, names: NameScope) -> str | None:
    """`#RRGGBB` or `#RRGGBBAA`, lower case."""
    if is_hex(node.text):
        return node.text.lower()
    digits = node.text[1:]
    hint = "a colour is # and six of 0-9 and A-F, for example #F2A541"
    if re.fullmatch(r"[0-9A-Fa-f]{3,4}", digits):
        hint = f"write `#{''.join(digit * 2 for digit in digits)}`"
    names.collector.error("LG211", node.span, f"`{node.text}` is not a colour", hint=hint)
    return None


def read_color(atom: Atom, names: NameScope) -> str | FromParam | FromText | None:
    """One plain colour; None when it was reported as wrong."""
    if isinstance(atom, Hex):
        value = read_hex(atom, names)
        if value and names.locked_palette is not None and value not in names.locked_palette.values():
            _locked(atom, names)
            return None
        return value
    if isinstance(atom, Text):
        compiled = names.compile(atom)
        return FromText(compiled, atom.span) if compiled else None
    if not isinstance(atom, Word):
        names.collector.error("LG211", atom.span, f"`{atom.span.text}` is not a colour", hint=_hint(names))
        return None
    if atom.text in names.palette:
        return names.palette[atom.text]
    name, _, item_field = atom.text.partition(".")
    if name in names.known and (not item_field or item_field in (names.known[name] or ())):
        return FromParam(atom.text, atom.span)
    if atom.text in BUILT_IN_COLORS:
        if names.locked_palette is not None:
            _locked(atom, names)
            return None
        return BUILT_IN_COLORS[atom.text]
    label = did_you_mean(atom.text, [*names.palette, *names.known, *BUILT_IN_COLORS])
    names.collector.error(
        "LG212",
        atom.span,
        f"no colour is called `{atom.text}`",
        label=label,
        hint=_hint(names) if label else _add_hint(atom.text, names),
    )
    return None


def read_paint(atom: Atom, names: NameScope) -> Color | None:
    """A colour or `gradient(COLOR, COLOR, …, ANGLE)`."""
    if not isinstance(atom, Call):
        return read_color(atom, names)
    if atom.name.text != "gradient":
        names.collector.error(
            "LG211", atom.name.span, f"`{atom.name.text}(…)` is not a colour", label=did_you_mean(atom.name.text, ["gradient"])
        )
        return None
    stops: list[object] = []
    angle = 90.0
    for index, argument in enumerate(atom.arguments):
        value = argument.value[0] if len(argument.value) == 1 and argument.key is None else None
        if isinstance(value, Number) and index == len(atom.arguments) - 1:
            if value.unit != "deg":
                names.collector.error("LG210", value.span, f"`{value.written}` has no unit", hint=f"write `{value.value:g}deg`")
                return None
            angle = value.value
        elif value is None:
            names.collector.error("LG211", argument.span, "this is not a colour", hint="gradient(sun, sea, 45deg)")
            return None
        else:
            stop = read_color(value, names)
            if stop is None:
                return None
            stops.append(stop)
    if not 2 <= len(stops) <= 8:
        names.collector.error("LG211", atom.span, "a gradient needs two to eight colours", hint="gradient(sun, sea, 45deg)")
        return None
    if all(isinstance(stop, str) for stop in stops):
        return Gradient(stops=tuple(str(stop) for stop in stops), angle=angle)
    return Built(Gradient, (("stops", tuple(stops)), ("angle", angle)))


def _hint(names: NameScope) -> str:
    from layoutgen.base.suggest import listed

    return f"the palette has {listed(names.palette)}" if names.palette else "write #RRGGBB, or name it: palette sun #F2A541"


def _add_hint(word: str, names: NameScope) -> str:
    """How to add a colour, by its web name where it has one."""
    from PIL.ImageColor import getrgb

    hint = _hint(names)
    if names.locked_palette is not None or not names.palette:
        return hint
    try:
        value = "#{:02X}{:02X}{:02X}".format(*getrgb(word.casefold().replace("-", "")))
    except ValueError:
        value = "#RRGGBB"
    return f"{hint}; to add it: palette {word} {value}"


def _locked(atom: Atom, names: NameScope) -> None:
    names.collector.error("LG225", atom.span, "the kit locks the palette, so only its colours can be used", hint=_hint(names))
