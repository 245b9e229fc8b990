"""The types of params as nouns, and how a type, its limits and its default are read from a `param` statement."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Literal, get_args

from pydantic import Field

from layoutgen.base.model import FrozenModel, Place
from layoutgen.base.suggest import closest, did_you_mean, listed
from layoutgen.diagnostics import Collector, Span
from layoutgen.language.values import BadValue, Percent, currency_decimals, iso_date, plain
from layoutgen.syntax import nodes

Kind = Literal[
    "text", "integer", "number", "percent", "money", "color", "url", "image", "date", "flag", "enum", "list"
]  # fmt: skip
KINDS: tuple[Kind, ...] = get_args(Kind)
LIMITS: dict[str, tuple[str, ...]] = {
    "min": ("integer", "number", "percent", "money", "date"),
    "max": ("integer", "number", "percent", "money", "date"),
    "length": ("text", "url", "list"),
    "pattern": ("text", "url"),
}
"""Which types take each limit."""

MOST_FIELDS = 32
LONGEST_PATTERN = 300


class ParamLimits(FrozenModel):
    min: Decimal | date | None = None
    """Of a number, an amount of money, a date, or a percent as a share of one; included."""
    max: Decimal | date | None = None
    length: tuple[int | None, int | None] | None = None
    """Fewest and most characters of a text, or items of a list."""
    pattern: str | None = None
    """A regular expression that the whole text matches."""


class ParamType(FrozenModel):
    """`text`, `money(EUR)`, `list(name: text, price: money(EUR)?)` … with its limits."""

    kind: Kind
    optional: bool = False
    currency: str | None = None
    choices: tuple[str, ...] = ()
    fields: dict[str, ParamType] = Field(default_factory=dict)
    """Of the items of a list, by name."""
    limits: ParamLimits = ParamLimits()

    def __str__(self) -> str:
        inner = {
            "money": self.currency or "",
            "enum": ", ".join(self.choices),
            "list": ", ".join(f"{name}: {type_}" for name, type_ in self.fields.items()),
        }.get(self.kind)
        return self.kind + (f"({inner})" if inner else "") + ("?" if self.optional else "")


class Param(FrozenModel):
    name: str
    type: ParamType
    default: Any = None
    """As `bind_params` reads it; None: no default."""
    where: Place

    @property
    def required(self) -> bool:
        return self.default is None and not self.type.optional


class Misdeclared(Exception):
    """A fault in a declaration, at a span."""

    def __init__(self, code: str, span: Span, message: str, label: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.code, self.span, self.message, self.label, self.hint = code, span, message, label, hint

    def report(self, collector: Collector) -> None:
        collector.error(self.code, self.span, self.message, label=self.label, hint=self.hint)


def read_type(atom: nodes.Atom, *, inside_list: bool = False) -> ParamType:
    """The type that one atom names. Raises Misdeclared LG260, LG261."""
    if isinstance(atom, nodes.Optional):
        return read_type(atom.inner, inside_list=inside_list).model_copy(update={"optional": True})
    if isinstance(atom, nodes.Word):
        name, arguments = atom, None
    elif isinstance(atom, nodes.Call):
        name, arguments = atom.name, atom.arguments
    else:
        hint = "write the value after `=`" if isinstance(atom, nodes.Text | nodes.Number | nodes.Hex) else ""
        raise Misdeclared("LG260", atom.span, f"`{atom.span.text}` is not a type", hint=hint or f"types: {', '.join(KINDS)}")
    kind = next((kind for kind in KINDS if kind == name.text), None)
    if kind is None:
        near = closest(name.text, [*KINDS, *_SYNONYMS])
        label = f"did you mean `{_SYNONYMS.get(near, near)}`?" if near else ""
        raise Misdeclared("LG260", name.span, f"there is no type `{name.text}`", label, f"types: {', '.join(KINDS)}")
    if kind == "money":
        return ParamType(kind=kind, currency=_currency(name, arguments))
    if kind == "enum":
        return ParamType(kind=kind, choices=_choices(name, arguments))
    if kind == "list":
        if inside_list:
            raise Misdeclared("LG261", name.span, "a list cannot hold lists", hint="make the inner list a param of its own")
        return ParamType(kind=kind, fields=_fields(name, arguments))
    if arguments is not None:
        raise Misdeclared(
            "LG261", atom.span, f"`{kind}` takes nothing in brackets", hint=f"limits stand in braces: {kind} {{ … }}"
        )
    return ParamType(kind=kind)


_SYNONYMS = {
    "string": "text", "str": "text", "words": "text", "int": "integer", "whole": "integer", "float": "number",
    "decimal": "number", "bool": "flag", "boolean": "flag", "price": "money", "currency": "money", "link": "url",
    "picture": "image", "photo": "image", "file": "image", "choice": "enum", "array": "list", "day": "date", "colour": "color",
}  # fmt: skip


def _currency(name: nodes.Word, arguments: tuple[nodes.Argument, ...] | None) -> str:
    atoms = _plain_words(arguments or ())
    if len(atoms) != 1 or len(arguments or ()) != 1:
        raise Misdeclared("LG261", name.span, "`money` needs one currency", hint="write money(EUR)")
    code = atoms[0].text
    if currency_decimals(code) is None:
        upper = code.upper()
        near = f"did you mean `{upper}`?" if currency_decimals(upper) is not None else ""
        raise Misdeclared(
            "LG261", atoms[0].span, f"`{code}` is not a currency", near, "three capitals of ISO 4217: EUR, USD, JPY …"
        )
    return code


def _choices(name: nodes.Word, arguments: tuple[nodes.Argument, ...] | None) -> tuple[str, ...]:
    choices: list[str] = []
    for argument in arguments or ():
        atom = argument.value[0]
        if argument.key or len(argument.value) != 1 or not isinstance(atom, nodes.Word | nodes.Text | nodes.Number):
            raise Misdeclared(
                "LG261",
                argument.span,
                "this is not a choice",
                hint='choices are words or texts: enum(small, large, "extra large")',
            )
        text = atom.value if isinstance(atom, nodes.Text) else atom.written if isinstance(atom, nodes.Number) else atom.text
        if text in choices:
            raise Misdeclared("LG261", atom.span, f"the choice `{text}` is there twice", hint="delete one")
        choices.append(text)
    if not choices:
        raise Misdeclared("LG261", name.span, "`enum` needs its choices", hint="write enum(small, large)")
    return tuple(choices)


def _fields(name: nodes.Word, arguments: tuple[nodes.Argument, ...] | None) -> dict[str, ParamType]:
    fields: dict[str, ParamType] = {}
    for argument in arguments or ():
        if argument.key is None or len(argument.value) != 1:
            raise Misdeclared(
                "LG261",
                argument.span,
                "a field of a list has a name and a type",
                hint="write list(name: text, price: money(EUR))",
            )
        if argument.key.text in fields:
            raise Misdeclared("LG261", argument.key.span, f"the field `{argument.key.text}` is there twice", hint="rename one")
        judge_name(argument.key, "a field")
        fields[argument.key.text] = read_type(argument.value[0], inside_list=True)
    if not 0 < len(fields) <= MOST_FIELDS:
        message = "`list` needs the fields of its items" if not fields else f"a list has at most {MOST_FIELDS} fields"
        raise Misdeclared("LG261", name.span, message, hint="write list(name: text, price: money(EUR))")
    return fields


def _plain_words(arguments: tuple[nodes.Argument, ...]) -> list[nodes.Word]:
    return [atom for argument in arguments if argument.key is None for atom in argument.value if isinstance(atom, nodes.Word)]


RESERVED: Mapping[str, str] = {
    **dict.fromkeys(("locale", "canvas"), "is the name of something that every poster has"),
    **dict.fromkeys(
        ("and", "or", "not", "if", "else", "is", "in", "true", "false", "True", "False", "none", "None"),
        "is a word of the language inside `{{ }}` and `when`",
    ),
}


def judge_name(word: nodes.Word, what: str) -> None:
    """Raises Misdeclared LG264 for a name that a string could not ask for."""
    if word.text in RESERVED:
        raise Misdeclared(
            "LG264",
            word.span,
            f"`{word.text}` {RESERVED[word.text]}, so {what} cannot be called that",
            hint="choose another name",
        )
    if "." in word.text:
        raise Misdeclared("LG264", word.span, f"the name of {what} holds no dot", hint=f"write `{word.text.replace('.', '_')}`")


def read_limits(block: nodes.Block, type_: ParamType) -> ParamLimits:
    """The block after a type. Raises Misdeclared LG262."""
    values: dict[str, Any] = {}
    for item in block.items:
        if not isinstance(item, nodes.Property):
            raise Misdeclared("LG262", item.kind.span, "limits are written with a colon", hint=f"write {item.kind.text}: …")
        name = item.name.text
        if name not in LIMITS or type_.kind not in LIMITS[name]:
            fitting = [limit for limit, kinds in LIMITS.items() if type_.kind in kinds]
            hint = f"`{type_.kind}` can have {listed(fitting)}" if fitting else f"`{type_.kind}` has no limits"
            raise Misdeclared(
                "LG262", item.name.span, f"`{type_.kind}` has no limit `{name}`", did_you_mean(name, fitting), hint
            )
        if name in values:
            raise Misdeclared("LG262", item.name.span, f"`{name}` is set twice", hint="delete one")
        atom = item.value[0][0]
        if len(item.value) != 1 or len(item.value[0]) != 1:
            raise Misdeclared("LG262", item.span, f"`{name}` takes one value", hint=_EXAMPLES[name])
        values[name] = _limit(name, atom, type_)
    limits = ParamLimits(**values)
    low, high = limits.length or (limits.min, limits.max)
    if low is not None and high is not None and low > high:  # type: ignore[operator]
        raise Misdeclared("LG262", block.span, "the smallest value is above the largest", hint="swap them")
    return limits


_EXAMPLES = {
    "min": "for example min: 0.01",
    "max": "for example max: 9999",
    "length": "for example length: 1..40",
    "pattern": 'for example pattern: "[A-Z]{2}-[0-9]+"',
}


def _limit(name: str, atom: nodes.Atom, type_: ParamType) -> object:
    wrong = Misdeclared(
        "LG262", atom.span, f"`{atom.span.text}` cannot be the `{name}` of `{type_.kind}`", hint=_EXAMPLES[name]
    )
    if name == "length":
        return _length(atom, wrong)
    if name == "pattern":
        if not isinstance(atom, nodes.Text):
            raise wrong
        return _pattern(atom)
    if type_.kind in ("date", "percent"):
        example = f"for example {name}: {'2026-06-01' if type_.kind == 'date' else '5%'}"
        wrong = Misdeclared("LG262", atom.span, wrong.message, hint=example)
    if type_.kind == "date":
        if not isinstance(atom, nodes.Word | nodes.Text):
            raise wrong
        try:
            return iso_date(atom.value if isinstance(atom, nodes.Text) else atom.text)
        except BadValue as error:
            raise Misdeclared("LG262", atom.span, f"`{atom.span.text}` {error.message}", hint=error.hint) from None
    if not isinstance(atom, nodes.Number):
        raise wrong
    value = amount_of(atom)
    if (type_.kind == "percent") != isinstance(value, Percent) or value is None:
        unit = "a number with %" if type_.kind == "percent" else "a number without a unit"
        raise Misdeclared("LG262", atom.span, f"the `{name}` of `{type_.kind}` is {unit}", hint=wrong.hint)
    if type_.kind == "integer" and isinstance(value, Decimal) and value != value.to_integral_value():
        raise Misdeclared(
            "LG262", atom.span, f"the `{name}` of `integer` is a whole number", hint=f"for example {name}: {plain(value // 1)}"
        )
    return value.fraction if isinstance(value, Percent) else value


def amount_of(atom: nodes.Number) -> Decimal | Percent | None:
    """An exact number as written; None for one with a unit other than %."""
    digits = Decimal(atom.written.removesuffix(atom.unit).strip())
    if atom.unit == "%":
        return Percent(digits / 100)
    return None if atom.unit else digits


def _length(atom: nodes.Atom, wrong: Misdeclared) -> tuple[int | None, int | None]:
    ends = (atom.low, atom.high) if isinstance(atom, nodes.Spread) else (atom, atom)
    whole: list[int | None] = []
    for end in ends:
        if end is None:
            whole.append(None)
        elif not isinstance(end, nodes.Number) or end.unit or end.value != int(end.value) or end.value < 0:
            raise wrong
        else:
            whole.append(int(end.value))
    return whole[0], whole[1]


def _pattern(atom: nodes.Text) -> str:
    import regex  # type: ignore[import-untyped, unused-ignore]

    if len(atom.value) > LONGEST_PATTERN:
        raise Misdeclared(
            "LG262", atom.span, f"the pattern is longer than {LONGEST_PATTERN} characters", hint="write a shorter one"
        )
    try:
        regex.compile(atom.value)
    except regex.error as error:
        raise Misdeclared("LG262", atom.span, f"this pattern is broken: {error.msg}", hint=_EXAMPLES["pattern"]) from None
    return atom.value
