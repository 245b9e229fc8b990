"""Conditions: `when PARAM`, `when not PARAM`, `when stock < 5`, `when locale == de`, and `require price < was`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from layoutgen.base.suggest import did_you_mean, listed
from layoutgen.diagnostics import Collector, Span
from layoutgen.document.settings import KnownNames
from layoutgen.language.values import BadValue, compare, kind_of, literal, shown
from layoutgen.syntax.nodes import Atom, Operator, Word

BUILT_IN = ("locale", "canvas")
"""What conditions know beside params: the chosen language and the canvas."""


class Value(NamedTuple):
    """A side of a comparison: a name to look up, or a constant."""

    name: str | None
    constant: object
    span: Span


class Condition(NamedTuple):
    left: Value
    operator: str = ""
    right: Value | None = None
    negated: bool = False
    span: Span | None = None

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(side.name for side in (self.left, self.right) if side and side.name)


class PredicateTypes(NamedTuple):
    """What conditions can be about."""

    known: KnownNames
    choices: Mapping[str, tuple[str, ...]]
    """The words that a name can be: languages, canvases, those of an enum."""
    samples: Mapping[str, object]
    """For each other name, some value of its type."""


def read_condition(atoms: tuple[Atom, ...], predicate_types: PredicateTypes, collector: Collector) -> Condition | None:
    """The condition after `when` or `require`; None after an error."""
    known = predicate_types.known
    span = atoms[0].span.to(atoms[-1].span)
    if len(atoms) == 1 and isinstance(atoms[0], Word) and (atoms[0].text != "not" or "not" in known):
        name = _name(atoms[0], known, collector)
        return Condition(name, span=span) if name else None
    if len(atoms) == 2 and isinstance(atoms[0], Word) and atoms[0].text == "not" and isinstance(atoms[1], Word):
        name = _name(atoms[1], known, collector)
        return Condition(name, negated=True, span=span) if name else None
    if len(atoms) == 3 and isinstance(atoms[0], Word) and isinstance(atoms[1], Operator):
        left = _name(atoms[0], known, collector)
        right = _side(atoms[2], known, collector)
        if left is None or right is None:
            return None
        if not _comparable(left, atoms[1], right, predicate_types, collector):
            return None
        return Condition(left, atoms[1].text, right, span=span)
    collector.error(
        "LG231", span, f"`{span.text}` is not a condition", hint="write a param, `not` and a param, or a comparison: stock < 5"
    )
    return None


def _is_name(word: Word, known: KnownNames) -> bool:
    """Whether a word is a param, an item or a field of one."""
    name, _, item_field = word.text.partition(".")
    return word.text in BUILT_IN or (name in known and (not item_field or item_field in (known[name] or ())))


def _name(word: Word, known: KnownNames, collector: Collector) -> Value | None:
    if _is_name(word, known):
        return Value(word.text, None, word.span)
    name, _, item_field = word.text.partition(".")
    fields = known.get(name)
    if fields:
        message = f"`{name}` has no field `{item_field}`"
        collector.error("LG213", word.span, message, label=did_you_mean(item_field, fields), hint=f"it has {listed(fields)}")
        return None
    hint = f"the params are {listed(sorted(known))}" if known else "declare it: param NAME: flag"
    collector.error("LG213", word.span, f"no param is called `{word.text}`", label=did_you_mean(word.text, known), hint=hint)
    return None


def _side(atom: Atom, known: KnownNames, collector: Collector) -> Value | None:
    if isinstance(atom, Word) and _is_name(atom, known):
        return Value(atom.text, None, atom.span)
    try:
        return Value(None, literal((atom,)), atom.span)
    except BadValue as bad:
        collector.error(bad.code, atom.span, bad.message, hint=bad.hint)
        return None


def _comparable(left: Value, sign: Operator, right: Value, predicate_types: PredicateTypes, collector: Collector) -> bool:
    """A word compared with the locale, the canvas or an enum must be one that it can be; other values must fit the type."""
    words = predicate_types.choices.get(left.name or "")
    if words is not None and right.name is None:
        if right.constant in words:
            return True
        code = "LG216" if left.name == "canvas" else "LG231"
        label, hint = did_you_mean(str(right.constant), words), f"it can be {listed(words).replace(' and ', ' or ')}"
        collector.error(code, right.span, f"`{left.name}` is never `{right.span.text}`", label=label, hint=hint)
        return False
    sample = predicate_types.samples.get(left.name or "")
    other = predicate_types.samples.get(right.name) if right.name else right.constant
    if sample is None or other is None:
        return True
    try:
        compare(sample, sign.text, other)
    except BadValue as bad:
        word = right.name is None and isinstance(right.constant, str) and right.constant == right.span.text
        if word and not isinstance(sample, str):
            collector.error(
                "LG213",
                right.span,
                f"no param is called `{right.span.text}`",
                label=did_you_mean(right.span.text, predicate_types.known),
            )
        else:
            shown_left = f"`{left.name}` ({kind_of(sample)})"
            collector.error("LG231", left.span.to(right.span), f"{shown_left} cannot be compared like this", hint=bad.hint)
        return False
    return True


def holds(condition: Condition, look_up: Any, collector: Collector, *, missing: bool = False) -> bool:
    """Whether a condition is true; `look_up` gives the value of a name. `missing`: the answer when a value is absent."""
    left = look_up(condition.left.name)
    if condition.right is None:
        return bool(left) != condition.negated
    right = look_up(condition.right.name) if condition.right.name else condition.right.constant
    if left is None or right is None:
        return True if condition.operator == "!=" else missing
    try:
        return compare(left, condition.operator, right)
    except BadValue as bad:
        collector.error(bad.code, condition.span, bad.message, hint=bad.hint)
        return missing


def explain(condition: Condition, look_up: Any) -> str:
    """The values of a comparison that does not hold: `price is 49.00 EUR, was is 39.00 EUR`."""
    return ", ".join(f"`{name}` is {shown(look_up(name))}" for name in condition.names)
