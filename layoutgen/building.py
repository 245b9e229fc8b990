"""Posters written in Python: one function for each kind of statement, and `poster`, which puts them together.

    from layoutgen.building import canvas, palette, poster, region, slogan

    sale = poster(
        "Summer Sale",
        canvas("feed 1080x1350", margin="5%"),
        palette(sea="#0B3C5D"),
        region("header", slogan("SUMMER SALE", face="heavy condensed sans", color="sea"), at="top of canvas", size="90% x 22%"),
    )
    print(sale.dump())

What is built is a text of the language, read as if it came from a file: everything that is checked there is checked here, and
messages point into that text. Keyword arguments are properties, `_` in their names is `-`. Their values are what the language
would have, `"90% x 22%"`; what it has in quotes, such as a `face`, is given without them. Numbers, decimals, dates and booleans
are themselves, a list is a list with commas. `object_`, `for_` and `from_` have a `_` because Python has these names.

Words may hold `{{ … }}`. A text that may hold anything, and is to be printed as it stands, is a `Literal`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from layoutgen.diagnostics import Diagnostic, PosterError, Source
from layoutgen.document import Poster, load_text
from layoutgen.language.properties import rules_for
from layoutgen.language.strings.source import TEMPLATE
from layoutgen.syntax import parse
from layoutgen.syntax.formatter import format_source
from layoutgen.syntax.nodes import Statement

Value = str | int | float | Decimal | date | list["Value"] | tuple["Value", ...]


class Literal(str):
    """A text in which `{{` is two braces."""

    __slots__ = ()


@dataclass(frozen=True)
class Part:
    """One statement, as text."""

    head: str
    properties: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    default: str = ""

    def lines(self) -> Iterator[str]:
        """What holds other statements takes several lines; `fmt` sees to the rest."""
        inside = "; ".join(self.properties)
        if self.parts:
            yield f"{self.head} {{"
            yield from self.properties
            for part in self.parts:
                yield from part.lines()
            yield "}"
        else:
            yield self.head + (f" {{ {inside} }}" if inside else "") + (f" = {self.default}" if self.default else "")


def poster(title: str, *parts: Part, folder: str | Path = ".", name: str = "built.poster", **defaults: Value) -> Poster:
    """The poster that these statements make; `defaults` are properties for all of it.

    `folder` is where kits, fonts, pictures and translations are looked for, `name` what messages call the text.
    Raises PosterError with everything that is wrong, as `layoutgen.load` does.
    """
    first = Part(f"poster 1 {quoted(Literal(title))}")
    lines = [*first.lines(), *_part("defaults", "", defaults).properties]
    for part in parts:
        written = list(part.lines())
        lines += ["", *written, ""] if len(written) > 1 else written
    return load_text(format_source("\n".join(lines), name), name, Path(folder))


def use(path: str) -> Part:
    """`use "brand/acme.kit"`"""
    return Part(f"use {quoted(Literal(path))}")


def param(name: str, type_: str, default: Value | None = None, **limits: Value) -> Part:
    """`param("price", "money(EUR)?", Decimal("9.90"), min=1)`"""
    written = "" if default is None else _value(Literal(default) if isinstance(default, str) else default)
    return _part("param", f"{_word(name)}: {type_}", limits, default=written)


def canvas(*sizes: str, **properties: Value) -> Part:
    """`canvas("feed 1080x1350", "story", margin="5%")`"""
    return _part("canvas", ", ".join(sizes), properties)


def language(*codes: str) -> Part:
    """`language("en", "de")`"""
    return _part("language", ", ".join(codes), {})


def backdrop(description: str | None = None, **properties: Value) -> Part:
    """`backdrop("a beach")`, `backdrop(fill="gradient(sun, sea, 45deg)")`"""
    return _part("backdrop", "" if description is None else quoted(description), properties)


def look(description: str | None = None, **properties: Value) -> Part:
    """`look("travel poster", never="people, watermarks")`"""
    return _part("look", "" if description is None else quoted(description), properties)


def palette(**colors: str) -> Part:
    """`palette(sun="#F2A541", sea="#0B3C5D")`"""
    return _part("palette", ", ".join(f"{_word(name)} {color}" for name, color in colors.items()), {})


def font(name: str, source: str) -> Part:
    """`font("display", "fonts/Acme-Bold.otf")`"""
    return _part("font", f"{_word(name)} {quoted(Literal(source))}", {})


def style(name: str, *parts: Part, extends: str | None = None, **properties: Value) -> Part:
    """`style("shout", case="upper")`"""
    head = _word(name) + (f" extends {_word(extends)}" if extends else "")
    return _part("style", head, properties, parts)


def region(name: str, *parts: Part, style: str | None = None, when: str | None = None, **properties: Value) -> Part:
    """A box that holds slogans and other regions."""
    return _element("region", name, None, parts, style, when, properties)


def group(name: str, *parts: Part, style: str | None = None, when: str | None = None, **properties: Value) -> Part:
    """Several elements, placed as one."""
    return _element("group", name, None, parts, style, when, properties)


def slogan(
    text: str, *parts: Part, name: str | None = None, style: str | None = None, when: str | None = None, **properties: Value
) -> Part:
    """Words that must appear, exactly."""
    return _element("slogan", name, text, parts, style, when, properties)


def object_(name: str, description: str, *, style: str | None = None, when: str | None = None, **properties: Value) -> Part:
    """What the picture must show, and where."""
    return _element("object", name, description, (), style, when, properties)


def image(
    name: str, path: str | None = None, *, style: str | None = None, when: str | None = None, **properties: Value
) -> Part:
    """A picture file, put on the poster as it is; without a `path`, one of a kit."""
    return _element("image", name, path, (), style, when, properties)


def qr(name: str, content: str, *, style: str | None = None, when: str | None = None, **properties: Value) -> Part:
    """A QR code."""
    return _element("qr", name, content, (), style, when, properties)


def reference(name: str, path: str, *, when: str | None = None, **properties: Value) -> Part:
    """A picture that the generator is given."""
    return _element("reference", name, path, (), None, when, properties)


def for_(item: str, of: str, *parts: Part) -> Part:
    """`for_("dish", "dishes", slogan("{{ dish.name }}"))`: the same for every entry of a list."""
    return _part("for", f"{_word(item)} in {_word(of)}", {}, parts)


def on(canvases: str, *changes: Part) -> Part:
    """`on("story, banner", change("header", size="100% x 32%"))`"""
    return _part("on", canvases, {}, changes)


def change(name: str, *changes: Part, **properties: Value) -> Part:
    """Inside `on`: what is different for an element."""
    return _part(_word(name), "", properties, changes, rules="style")


def require(condition: str) -> Part:
    """`require("price < was")`, `require("header.contrast >= 4.5")`"""
    return _part("require", condition, {})


def verify(**properties: Value) -> Part:
    """`verify(text="exact", attempts=6)`, of the poster or inside a slogan, region or style."""
    return _part("verify", "", properties)


def quoted(text: str) -> str:
    """The text as the language writes it: what is parsed again is this text. Raises PosterError (LG104)."""
    if isinstance(text, Literal):
        return f'"{_SPECIAL_IN_LITERALS.sub(_escape, text)}"'
    pieces, at = [], 0
    for match in TEMPLATE.finditer(text):
        if "\n" in match[0]:
            raise _refused("LG104", f"`{match[0]}` holds a line break", "write what stands in {{ }} on one line")
        pieces += [_SPECIAL.sub(_escape, text[at : match.start()]), match[0]]
        at = match.end()
    if "{{" in text[at:]:
        raise _refused(
            "LG104", f"a `{{{{` in `{text}` is never closed", "close it, or make it a Literal: braces and nothing else"
        )
    return f'"{"".join(pieces)}{_SPECIAL.sub(_escape, text[at:])}"'


_SPECIAL = re.compile(r'["\\\x00-\x1f\x7f-\x9f]')
_SPECIAL_IN_LITERALS = re.compile(_SPECIAL.pattern + r"|\{(?=[{%#])|\}(?=\})")
"""Of the two signs that begin or end a template it is enough to escape the first."""


def _escape(match: re.Match[str]) -> str:
    short = {'"': r"\"", "\\": r"\\", "\n": r"\n"}
    return short.get(match[0], f"\\u{{{ord(match[0]):X}}}")


def _element(
    kind: str,
    name: str | None,
    content: str | None,
    parts: tuple[Part, ...],
    style: str | None,
    when: str | None,
    properties: dict[str, Value],
) -> Part:
    head = [
        *([_word(name)] if name else []),
        *([quoted(content)] if content is not None else []),
        *([f"as {_word(style)}"] if style else []),
        *([f"when {when}"] if when else []),
    ]
    return _part(kind, " ".join(head), properties, parts)


def _part(
    kind: str, head: str, given: dict[str, Any], parts: tuple[Part, ...] = (), *, default: str = "", rules: str = ""
) -> Part:
    known = rules_for(rules or kind)
    properties = []
    for name, value in given.items():
        name = name.rstrip("_").replace("_", "-")
        words = name == "pattern" or (name in known and known[name].type in ("text", "font"))
        properties.append(f"{name}: {_value(value, words)}")
    part = Part(f"{kind} {head}".rstrip(), tuple(properties), parts, default)
    _check_one(part)
    return part


def _value(value: Any, words: bool = False) -> str:
    if isinstance(value, (list, tuple)):
        return ", ".join(_value(item, words) for item in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return quoted(value) if words or isinstance(value, Literal) or "{{" in value else value
    if isinstance(value, float):
        value = Decimal(str(value))
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _check_one(part: Part) -> None:
    """That no value holds more than a value, and no head more than a head: neither may add statements."""
    written = "\n".join(Part(part.head, part.properties, (), part.default).lines())
    file = parse(Source("built.poster", written))[0]
    names = [item.partition(":")[0] for item in part.properties]
    if len(file.items) == 1 and isinstance(file.items[0], Statement) and not file.comments:
        body = file.items[0].body
        if [item.name.text for item in body.properties] == names and not body.statements if body else not names:
            return
    raise _refused(
        "LG123", f"`{written}` is not one statement", "give each property its own value, and each statement its own call"
    )


@cache
def _word(text: str) -> str:
    """A name, if it is one."""
    try:
        (item,) = parse(Source("built.poster", text))[0].items
    except (PosterError, ValueError):
        item = None
    if not isinstance(item, Statement) or item.span.text != text or item.kind.text != text:
        raise _refused("LG101", f"`{text}` is not a name", "names hold letters, digits, _ and -")
    return text


def _refused(code: str, message: str, hint: str) -> PosterError:
    return PosterError(Diagnostic(code, message, hint=hint))
