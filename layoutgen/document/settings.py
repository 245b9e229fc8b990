"""Parsed property values. Most are final at load; those that depend on params or locale are finished by `resolve`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from layoutgen.base.color import BUILT_IN_COLORS, is_hex
from layoutgen.base.style import Length
from layoutgen.diagnostics import Collector, Span
from layoutgen.language.properties import PropertyRule
from layoutgen.syntax.nodes import Text, Word

if TYPE_CHECKING:
    from layoutgen.language.strings.templates import CompiledString


class Setting(NamedTuple):
    """One property with its parsed value."""

    rule: PropertyRule
    value: Any
    span: Span


Settings = Mapping[str, Setting]
KnownNames = Mapping[str, Collection[str] | None]


class RelationValue(NamedTuple):
    """`below: header gap 3%`, names not yet looked up."""

    kind: str
    names: tuple[Word, ...]
    gap: Length | None
    span: Span


class AnchorValue(NamedTuple):
    """`at: top of header`; no name: the canvas."""

    point: str
    of: Word | None
    span: Span


class FromParam(NamedTuple):
    """A colour held by a param (or by a field of a list item)."""

    name: str
    span: Span


class FromText(NamedTuple):
    """A colour given by a quoted string."""

    compiled: CompiledString
    span: Span


class Words(NamedTuple):
    """Words in quotes, evaluated for each row and locale."""

    compiled: CompiledString
    span: Span


class Built(NamedTuple):
    """A value of which a part is not known before params are bound."""

    make: Callable[..., Any]
    parts: tuple[tuple[str, object], ...]


@dataclass(frozen=True)
class NameScope:
    """What values may refer to, and how their strings are compiled."""

    collector: Collector
    compile: Callable[[Text], CompiledString | None]
    palette: Mapping[str, str] = field(default_factory=dict)
    fonts: Mapping[str, str] = field(default_factory=dict)
    known: KnownNames = field(default_factory=dict)
    """Params and items of `for`, with the fields of an item (None for a plain value)."""
    locked_palette: Mapping[str, str] | None = None
    locked_fonts: bool = False


class Scope(NamedTuple):
    """What is known while one row is bound."""

    values: Mapping[str, Any]
    locale: str
    collector: Collector
    palette: Mapping[str, str]
    locked_palette: Mapping[str, str] | None = None

    def look_up(self, path: str) -> Any:
        """The value of `name` or `item.field`; None when it is absent."""
        name, _, rest = path.partition(".")
        value = self.values.get(name)
        for part in rest.split(".") if rest else ():
            value = value.get(part) if isinstance(value, Mapping) else getattr(value, part, None)
        return value


def resolve(value: Any, scope: Scope) -> Any:
    """A value with everything that params decide filled in; constants pass through."""
    if isinstance(value, Words):
        return value.compiled.evaluate(scope.values, scope.locale)
    if isinstance(value, FromText):
        return _color(value.compiled.evaluate(scope.values, scope.locale), value.span, scope)
    if isinstance(value, FromParam):
        bound = scope.look_up(value.name)
        return None if bound is None else _color(str(bound), value.span, scope)
    if isinstance(value, Built):
        parts = {name: _resolve_part(part, scope) for name, part in value.parts}
        return None if any(_missing(part) for part in parts.values()) else value.make(**parts)
    return value


def is_constant(value: Any) -> bool:
    """Whether no param decides a value."""
    if isinstance(value, (Words, FromText)):
        return value.compiled.constant is not None
    return not isinstance(value, (FromParam, Built))


# A plain tuple is several values; the records above are tuples, too, and each of them is one.
def _resolve_part(part: Any, scope: Scope) -> Any:
    return tuple(resolve(item, scope) for item in part) if type(part) is tuple else resolve(part, scope)


def _missing(part: Any) -> bool:
    return part is None or (type(part) is tuple and None in part)


def _color(text: str, span: Span, scope: Scope) -> str | None:
    text = text.strip()
    color = scope.palette.get(text, BUILT_IN_COLORS.get(text, text.lower()))
    if not is_hex(color):
        scope.collector.error("LG211", span, f"`{text}` is not a colour", hint="give a palette name or #RRGGBB")
        return None
    if scope.locked_palette is not None and color not in scope.locked_palette.values():
        scope.collector.error("LG225", span, f"`{text}` is not in the kit's palette, which is locked")
        return None
    return color
