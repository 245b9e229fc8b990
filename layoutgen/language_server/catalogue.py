"""What the words of the language mean, as an editor shows it: clauses, types of params, filters, properties, statements."""

from __future__ import annotations

import inspect
import json
from functools import cache
from importlib.resources import files

from layoutgen.language.properties import TYPES, PropertyRule, rules_named
from layoutgen.language.statements import STATEMENTS
from layoutgen.language.strings.filters import FILTERS

CLAUSES = {
    "as": "takes the properties of a style",
    "when": "shows it only while this holds: a param, `not` and a param, or a comparison",
    "not": "turns the condition round",
    "extends": "begins with the properties of another style",
    "of": "what it is placed at: `canvas` (inside its margin), `page` (all of it), or an element",
    "gap": "the distance to it",
    "in": "the list to go through",
    "near": "the colour that it must be near on the finished picture",
    "within": "how far it may be off: a difference by CIEDE2000, 5 where nothing is said",
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
    entries = json.loads(files(__package__).joinpath("snippets.json").read_text("utf-8"))
    return {name: (entry["prefix"], "\n".join(entry["body"]), entry["description"]) for name, entry in entries.items()}


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
