"""Nodes → text on one line. Strings and numbers keep their digits, letters and escapes; spaces and signs are in one style."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from layoutgen.syntax.nodes import Atom, Block, Call, Dimensions, Items, Number, Optional, Property, Spread, Statement, Word


def one_line(item: Property | Statement) -> str:
    """A property, or a statement with its block."""
    if isinstance(item, Property):
        return f"{item.name.text}: {listed(item.value)}"
    written = " ".join([item.kind.text, *([listed(item.head)] if item.head else [])])
    written += f": {listed(item.annotation)}" if item.annotation else ""
    written += f" {one_line_block(item.body)}" if item.body else ""
    return written + (f" = {listed(item.default)}" if item.default else "")


def one_line_block(body: Block) -> str:
    return f"{{ {'; '.join(map(one_line, body.items))} }}" if body.items else "{}"


def listed(values: Sequence[Items]) -> str:
    return ", ".join(map(side_by_side, values))


def side_by_side(items: Sequence[Atom]) -> str:
    """`header gap 3%`"""
    written = _atom(items[0])
    for left, right in pairwise(items):
        before, after = _atom(left), _atom(right)
        # One space would join an open range and a number, `1..` and `5`, to one range.
        ahead = before.endswith("..") and after[0] in "+-0123456789"
        behind = after.startswith("..") and isinstance(left, Number)
        written += ("  " if ahead or behind else " ") + after
    return written


def _atom(atom: Atom) -> str:
    match atom:
        case Word(text=text):
            return text
        case Number():
            return atom.written.replace(" ", "")
        case Spread():
            return atom.span.text.replace(" ", "")
        case Dimensions():
            return atom.span.text.replace("×", "x")
        case Optional(inner=inner):
            return f"{_atom(inner)}?"
        case Call(name=name, arguments=arguments):
            keyed = ((f"{item.key.text}: " if item.key else "") + side_by_side(item.value) for item in arguments)
            return f"{name.text}({', '.join(keyed)})"
        case _:  # strings, colours, ratios and operators are as they were written
            return atom.span.text
