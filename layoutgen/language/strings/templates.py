"""Strings: literal text with `{{ … }}` in it, compiled once and evaluated for every row and locale.

A value is only text: it may hold quotes, braces, newlines or `{{`, and is never evaluated again.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from layoutgen.base.suggest import did_you_mean
from layoutgen.diagnostics import Collector, Diagnostic, PosterError, Span
from layoutgen.language.strings.filters import FILTERS
from layoutgen.language.strings.source import (
    Lexeme,
    Offsets,
    Problem,
    SourceSegment,
    lexemes_of,
    offsets_of,
    pieces_of,
    place_of,
)
from layoutgen.language.values import LONGEST_TEXT, BadValue
from layoutgen.syntax import nodes

if TYPE_CHECKING:
    import jinja2
    from jinja2.nodes import Expr

LOCALE_NAME = "locale"
"""The name under which strings and conditions see the locale; no param can take it."""

_MARKS = ("{{", "}}", "{%", "{#")


class NameUse(NamedTuple):
    """A name (and field) that an expression asks for, and where in the value it stands."""

    name: str
    field: str | None
    start: int
    end: int


@dataclass(frozen=True, eq=False)
class _Program:
    value: str
    pieces: tuple[SourceSegment, ...]
    parts: tuple[str | Expr, ...]
    names: tuple[str, ...]
    uses: tuple[NameUse, ...]
    words: bool
    """There are letters in it that a translator can change."""

    @cached_property
    def template(self) -> jinja2.Template:
        from layoutgen.language.strings.expressions import compiled

        return compiled(self.parts)


@dataclass(frozen=True, eq=False)
class CompiledString:
    text: nodes.Text
    _program: _Program = field(repr=False)

    @property
    def names(self) -> frozenset[str]:
        """The names that its expressions ask for, `locale` included."""
        return frozenset(self._program.names)

    @property
    def constant(self) -> str | None:
        """The whole string when it has no expression."""
        return None if self._program.names or self._program.uses or self._has_expression else self._program.value

    @property
    def translatable(self) -> bool:
        """It holds words of its own, besides the values it shows."""
        return self._program.words

    @property
    def _has_expression(self) -> bool:
        return any(piece.kind == "expression" for piece in self._program.pieces)

    def evaluate(self, scope: Mapping[str, object], locale: str) -> str:
        """The text for these values (None: no value). Raises PosterError with one error that points into the string."""
        program = self._program
        if not self._has_expression:
            return self._checked(program.value)
        try:
            return self._checked(_run(program.template, self._values(scope, locale)))
        except BadValue as error:
            piece = self._culprit(scope, locale)
            raise self._error(error, piece.start, piece.end) from None

    def _values(self, scope: Mapping[str, object], locale: str) -> dict[str, object]:
        from layoutgen.language.strings.expressions import LOCALE, Absent

        values: dict[str, object] = {LOCALE: locale}
        for index, name in enumerate(self._program.names):
            if name in scope:
                value = scope[name]
                values[f"v{index}"] = Absent(name=name) if value is None else value
            elif name == LOCALE_NAME:
                values[f"v{index}"] = locale
            else:
                use = next(use for use in self._program.uses if use.name == name)
                near = did_you_mean(name, scope)
                raise self._error(
                    BadValue("LG255", f"there is no `{name}` here", near or "declare it: param NAME: TYPE"), use.start, use.end
                )
        return values

    def _culprit(self, scope: Mapping[str, object], locale: str) -> SourceSegment:
        """The expression that fails; only looked for when one does."""
        from layoutgen.language.strings.expressions import compiled

        values = self._values(scope, locale)
        pieces = [piece for piece in self._program.pieces if piece.kind == "expression"]
        expressions = [part for part in self._program.parts if not isinstance(part, str)]
        for piece, expression in zip(pieces, expressions, strict=True):
            try:
                _run(compiled([expression]), values)
            except BadValue:
                return _trimmed(piece, self._program.value)
        return SourceSegment("expression", 0, len(self._program.value))

    def _checked(self, result: str) -> str:
        if len(result) > LONGEST_TEXT:
            message = f"the text has {len(result):,} characters; at most {LONGEST_TEXT:,} are allowed"
            raise self._error(BadValue("LG258", message, "shorten it"), 0, len(self._program.value))
        return result

    def _error(self, error: BadValue, start: int, end: int) -> PosterError:
        span = self.span(start, end)
        return PosterError(Diagnostic(error.code, error.message, span, hint=error.hint))

    def span(self, start: int, end: int) -> Span:
        """Where characters of the value stand in the source."""
        return place_of(Problem("", start, end, ""), self.text, offsets_of(self.text))


def compile_string(text: nodes.Text, collector: Collector) -> CompiledString | None:
    """Check and compile one string; None when it has errors, which go to the collector (LG250 … LG259)."""
    offsets = offsets_of(text) if "\\u{" in text.span.text else None
    program = _compile(text.value, offsets.escaped if offsets else frozenset())
    if isinstance(program, _Program):
        return CompiledString(text, program)
    _report(program, text, collector)
    return None


def check_names(string: CompiledString, known: Mapping[str, Collection[str] | None], collector: Collector) -> None:
    """Report names (LG255) and fields (LG274) that do not exist, and `{name}` in single braces (LG275, a warning).

    `known` gives every name in reach with the fields of an item of a list, or None for a plain value; `locale` is
    known everywhere.
    """
    problems: list[Problem] = []
    for use in string._program.uses:
        if use.name not in known:
            if use.name != LOCALE_NAME:
                problems.append(_unknown_name(use, known))
            continue
        fields = known[use.name]
        if use.field is not None and (fields is None or use.field not in fields):
            start = use.end - len(use.field)
            message = f"`{use.name}` has no field `{use.field}`"
            hint = f"fields: {', '.join(fields)}" if fields else f"write {{{{ {use.name} }}}}"
            if not fields and use.field in FILTERS:
                hint = f"a filter follows a bar: {{{{ {use.name} | {use.field} }}}}"
            problems.append(Problem("LG274", start, use.end, message, did_you_mean(use.field, fields or ()), hint))
    _report(problems, string.text, collector)
    for piece in string._program.pieces:
        if piece.kind == "text":
            _warn_single_braces(string, piece, known, collector)


def quoted(text: str) -> str:
    """A `.poster` string that means exactly this text, whatever is in it."""
    out = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    out = re.sub(r"\{(?=[{%#])|\}(?=\})", lambda match: f"\\u{{{ord(match[0]):x}}}", out)
    out = "".join(c if c.isprintable() or ord(c) > 127 else f"\\u{{{ord(c):x}}}" for c in out)
    return f'"{out}"'


@lru_cache(4096)
def _compile(value: str, escaped: frozenset[int]) -> _Program | tuple[Problem, ...]:
    if not any(mark in value for mark in _MARKS):
        return _Program(value, (SourceSegment("text", 0, len(value)),), (value,), (), (), _has_letters(value))
    from layoutgen.language.strings.expressions import judge_lexemes, parse_expression

    pieces, problems = pieces_of(value, escaped)
    names: list[str] = []
    parts: list[str | Expr] = []
    lexemes: list[Lexeme] = []
    for piece in pieces:
        if piece.kind == "text":
            parts.append(value[piece.start : piece.end])
            continue
        inner, faults = lexemes_of(value, piece)
        faults = faults or judge_lexemes(inner)
        if not faults:
            place = _trimmed(piece, value)
            parsed = parse_expression(value, inner, names, place.start, place.end)
            if isinstance(parsed, Problem):
                faults = [parsed]
            else:
                parts.append(parsed)
        problems += faults
        lexemes += inner
    if problems:
        return tuple(problems)
    words = any(_has_letters(part) for part in parts if isinstance(part, str)) or _translatable_constants(lexemes)
    return _Program(value, tuple(pieces), tuple(parts), tuple(names), tuple(_uses(lexemes)), words)


def _run(template: jinja2.Template, values: Mapping[str, object]) -> str:
    from layoutgen.language.strings.expressions import run

    return run(template, values)


def _uses(lexemes: list[Lexeme]) -> list[NameUse]:
    uses: list[NameUse] = []
    for index, lexeme in enumerate(lexemes):
        if lexeme.role == "name":
            after = lexemes[index + 2] if index + 2 < len(lexemes) and lexemes[index + 2].role == "field" else None
            uses.append(NameUse(lexeme.text, after.text if after else None, lexeme.start, after.end if after else lexeme.end))
    return uses


def _translatable_constants(lexemes: list[Lexeme]) -> bool:
    """A text in an expression is copy, unless it is the argument of a filter such as `date`, or compared with something."""
    for index, lexeme in enumerate(lexemes):
        before = [item.text for item in lexemes[max(0, index - 2) : index]]
        argument = len(before) == 2 and before[1] == "(" and before[0] != "default" and before[0] in ("date", "truncate")
        if lexeme.role == "string" and _has_letters(lexeme.text) and not argument and before[-1:] not in (["=="], ["!="]):
            return True
    return False


def _has_letters(text: str) -> bool:
    return any(character.isalpha() for character in text)


def _trimmed(piece: SourceSegment, value: str) -> SourceSegment:
    inner = value[piece.start : piece.end]
    if not inner.strip():
        return SourceSegment("expression", piece.start - 2, piece.end + 2)
    return SourceSegment(
        "expression", piece.start + len(inner) - len(inner.lstrip()), piece.end - len(inner) + len(inner.rstrip())
    )


def _unknown_name(use: NameUse, known: Mapping[str, object]) -> Problem:
    end = use.start + len(use.name)
    near = did_you_mean(use.name, known)
    hint = "" if near else f"declare it: param {use.name}: text"
    if "-" in use.name and use.name.split("-")[0] in known:
        hint = f"to subtract, put spaces around the minus: {{{{ {' - '.join(use.name.split('-'))} }}}}"
    return Problem("LG255", use.start, end, f"there is no `{use.name}` here", near, hint)


_SINGLE = re.compile(r"(?<!\{)\{\s*([^\W\d][\w-]*)\s*\}(?!\})")


def _warn_single_braces(
    string: CompiledString, piece: SourceSegment, known: Mapping[str, object], collector: Collector
) -> None:
    for match in _SINGLE.finditer(string.text.value, piece.start, piece.end):
        if match[1] in known:
            collector.warning(
                "LG275",
                string.span(match.start(), match.end()),
                f"`{match[0]}` is printed as it stands",
                label=f"did you mean `{{{{ {match[1]} }}}}`?",
                hint="values stand in two braces",
            )


def _report(problems: Collection[Problem], text: nodes.Text, collector: Collector) -> None:
    offsets: Offsets | None = offsets_of(text) if problems else None
    for problem in problems:
        collector.error(problem.code, place_of(problem, text, offsets), problem.message, label=problem.label, hint=problem.hint)
