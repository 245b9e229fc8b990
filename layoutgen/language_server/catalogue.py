"""What the words of the language mean, one plain sentence each: statements, clauses, types of params, filters."""

from __future__ import annotations

import inspect
import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from layoutgen.language.properties import TYPES, PropertyRule, rules_named
from layoutgen.language.strings.filters import FILTERS


@dataclass(frozen=True)
class Statement:
    meaning: str
    example: str
    snippet: str
    """As it is put in, with `${1:places}` to fill."""


STATEMENTS: dict[str, Statement] = {
    "poster": Statement("The first line of a poster: the version of the language, and a title.", 'poster 1 "Summer sale"',
        'poster 1 "${1:Title}"'),
    "kit": Statement("The first line of a brand kit: the version of the language, and a name.", 'kit 1 "Acme"',
        'kit 1 "${1:Name}"'),
    "use": Statement("Takes in the names of a kit: fonts, palette, styles, params, images.", 'use "brand/acme.kit"',
        'use "${1:brand/acme.kit}"'),
    "param": Statement("A typed input. The params of a file are what a row of data fills in.",
        "param price: money(EUR)? = 9.90", "param ${1:name}: ${2:text}"),
    "canvas": Statement("One or more sizes that the poster is made in; the first is the default. A preset needs no size.",
        "canvas feed 1080x1350, story { margin: 5% }", "canvas ${1:feed} ${2:1080x1350} { margin: ${3:5%} }"),
    "language": Statement("The languages of the copy: that of the file, and those of the translations beside it.",
        "language en, de", "language ${1:en}"),
    "backdrop": Statement("What the background shows, in words, or a plain colour or gradient.",
        'backdrop "sunlit beach" or backdrop { fill: sea }', 'backdrop "${1:what it shows}"'),
    "look": Statement("The overall style in words, and what must not appear.",
        'look "screen print" { never: "people" }', 'look "${1:style}" { never: "${2:watermarks}" }'),
    "palette": Statement("Named colours.", "palette sun #F2A541, sea #0B3C5D", "palette ${1:name} #${2:F2A541}"),
    "font": Statement("A font file of the project or kit, or an installed family, by a name.",
        'font acme "fonts/Acme-Bold.otf"', 'font ${1:name} "${2:Noto Sans}"'),
    "style": Statement("Properties to use again, with `as`.", "style small extends shout { scale: 60% }",
        "style ${1:name} {\n\t$0\n}"),
    "region": Statement("A box that holds slogans and other elements, in a column unless it says otherwise.",
        'region header { at: top of canvas; slogan "Hello" }', "region ${1:name} {\n\tat: ${2:top} of canvas\n\t$0\n}"),
    "slogan": Statement("Words that must appear, exactly, inside a region. A name gives it a stable id.",
        'slogan price "now {{ price | money }}" as small', 'slogan "${1:words}"'),
    "object": Statement("A thing that the picture must show, described in words.",
        'object cat "a ginger tabby cat" { at: left of canvas; size: 30% x 35% }',
        'object ${1:name} "${2:description}" { at: ${3:center} of canvas; size: ${4:30% x 30%} }'),
    "image": Statement("An exact picture, such as a logo, put on top pixel for pixel.",
        'image logo "assets/logo.png" { at: bottom-right of canvas; width: 14% }',
        'image ${1:logo} "${2:assets/logo.png}" { at: ${3:bottom-right} of canvas; width: ${4:14%} }'),
    "qr": Statement("A QR code, drawn exactly and read again by the check.",
        'qr link "https://example.com" { at: bottom-left of canvas; width: 12% }',
        'qr ${1:link} "${2:https://example.com}" { at: ${3:bottom-left} of canvas; width: ${4:12%} }'),
    "reference": Statement("A picture that the image model is given to go by.",
        'reference mood "photos/mood.jpg" { role: style }', 'reference ${1:mood} "${2:photos/mood.jpg}" { role: ${3:style} }'),
    "group": Statement("Places several elements as one.", "group pair { at: right of canvas; … }",
        "group ${1:name} {\n\t$0\n}"),
    "for": Statement("Repeats elements for every entry of a list; its fields are seen in `{{ }}`.",
        'for dish in menu { slogan "{{ dish.name }}" }',
        'for ${1:item} in ${2:list} {\n\tslogan "{{ ${1:item}.${3:name} }}"\n}'),
    "on": Statement("What is different on some canvases. Placement written there replaces all that the element had.",
        "on banner { header { at: top-left of canvas } }", "on ${1:canvas} {\n\t${2:name} { $0 }\n}"),
    "require": Statement("A condition on the design or on the data.", "require header.contrast >= 4.5, or require price < was",
        "require ${1:name}.contrast >= ${2:4.5}"),
    "verify": Statement("How exact the words must be, and how hard to try.", "verify { text: exact; attempts: 6 }",
        "verify { text: ${1:exact}; attempts: ${2:6} }"),
}  # fmt: skip

CLAUSES = {
    "as": "takes the properties of a style",
    "when": "shows it only while this holds: a param, `not` and a param, or a comparison",
    "not": "turns the condition round",
    "extends": "begins with the properties of another style",
    "of": "what it is placed at: `canvas` (inside its margin), `page` (all of it), or an element",
    "gap": "the distance to it",
    "in": "the list to go through",
}

PARAM_TYPES = {
    "text": "any words",
    "integer": "a whole number",
    "number": "a number, exact to every decimal",
    "percent": "a share: 50% is 0.5, and prints 50%",
    "money": "an amount in one currency: money(EUR)",
    "color": "a colour: #RRGGBB or a name of the palette",
    "url": "a web address",
    "image": "a picture file",
    "date": "a day, written 2027-08-31",
    "flag": "yes or no",
    "enum": "one of some words: enum(small, large)",
    "list": "several entries with fields: list(name: text, price: money(EUR))",
}

DEFAULT_FILTER = 'What stands instead where there is no value: `{{ note | default("…") }}`.'


def filter_meaning(name: str) -> str:
    """What a filter does: the documentation of its code."""
    return DEFAULT_FILTER if name == "default" else inspect.getdoc(FILTERS[name]) or ""


FILTER_NAMES = (*FILTERS, "default")


@cache
def snippets() -> dict[str, tuple[str, str, str]]:
    """Longer pieces to begin with, by name: what to type, the text, what it is. The extension for VS Code has the same file."""
    found = json.loads(files(__package__).joinpath("snippets.json").read_text("utf-8"))
    return {name: (entry["prefix"], "\n".join(entry["body"]), entry["description"]) for name, entry in found.items()}


def rule_of(name: str, kind: str) -> PropertyRule | None:
    """The rule of a property on a kind, or else on any; None where there is none of that name."""
    rules = rules_named(name)
    return next((rule for rule in rules if kind in rule.kinds), rules[0] if rules else None)


def values_of(rule: PropertyRule) -> str:
    """What a property takes, in words."""
    return ", ".join(rule.words) or TYPES[rule.type]


def property_page(rule: PropertyRule) -> str:
    """A property as Markdown: its row of docs/properties.md."""
    lines = [
        f"**{rule.name}**: {values_of(rule)}",
        rule.meaning,
        f"Default: {rule.default}" + (". Inherited." if rule.inherited else "."),
        f"```poster\n{rule.example}\n```",
    ]
    return "\n\n".join(lines)


def statement_page(kind: str) -> str:
    """A statement as Markdown."""
    entry = STATEMENTS[kind]
    return f"**{kind}**\n\n{entry.meaning}\n\n```poster\n{entry.example}\n```"
