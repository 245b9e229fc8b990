"""The pieces of a written string: literal text, `{{ expressions }}` and the words in them, each with its offset.

Offsets count characters of `Text.value`; `offsets_of` carries them back to the source, past escapes and indents.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from layoutgen.diagnostics import Span
from layoutgen.syntax import nodes

LONGEST_EXPRESSION = 1_000
TEMPLATE = re.compile(r"""\{\{(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|(?!\}\})[^"'])*\}\}""", re.S)
_ESCAPE = re.compile(r"\\(?:u\{[0-9A-Fa-f]{1,6}\}|.)", re.S)
_JSON_ESCAPE = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.")
_MARK = re.compile(r"\{\{|\}\}|\{%|\{#")


class Problem(NamedTuple):
    """A fault at `start` … `end` of a string's value."""

    code: str
    start: int
    end: int
    message: str
    label: str = ""
    hint: str = ""


class SourceSegment(NamedTuple):
    """Literal text, or what stands between `{{` and `}}` (the marks themselves are not in it)."""

    kind: Literal["text", "expression"]
    start: int
    end: int


Role = Literal["name", "field", "filter", "test", "argument", "keyword", "string", "number", "operator"]


class Lexeme(NamedTuple):
    """One word or sign of an expression; `start` counts from the start of the whole value."""

    role: Role
    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


class Offsets(NamedTuple):
    """Where every character of a value stands in its source; one more entry for the end."""

    places: tuple[int, ...]
    escaped: frozenset[int]
    """Value offsets of characters that were written as escapes: they never begin or end a template."""


def offsets_of(text: nodes.Text) -> Offsets | None:
    """None when the source does not show the value, as for a compiled catalogue."""
    raw, name = text.span.text, text.span.source.name
    if raw == text.value:
        return Offsets((*range(text.span.start, text.span.end + 1),), frozenset())
    catalogue = name.endswith((".json", ".po"))  # where escapes count inside `{{ }}`, too
    quotes = 3 if raw.startswith('"""') and not catalogue else 1
    value, at, stop = text.value, quotes, len(raw) - quotes
    places: list[int] = []
    escaped: set[int] = set()
    template_end = 0
    while len(places) < len(value) and at < stop:
        here = len(places)
        if here >= template_end and value.startswith("{{", here) and raw.startswith("{{", at):
            match = TEMPLATE.match(value, here)
            template_end = match.end() if match else here
        inside = here < template_end and not catalogue
        escape = None if inside else (_JSON_ESCAPE if name.endswith(".json") else _ESCAPE).match(raw, at)
        if escape:
            escaped.add(here)
            places.append(text.span.start + at)
            at = escape.end()
        elif raw[at] == '"' and name.endswith(".po"):  # between the lines of one text
            at += 1
        elif raw[at] == value[here]:
            places.append(text.span.start + at)
            at += 1
        elif raw[at].isspace():  # indent of a block
            at += 1
        else:
            return None
    if len(places) < len(value):
        return None
    return Offsets((*places, text.span.start + at), frozenset(() if catalogue else escaped))


def place_of(problem: Problem, text: nodes.Text, offsets: Offsets | None) -> Span:
    """The span of a problem in the source; the whole string when it is not known."""
    if offsets is None:
        return text.span
    start = offsets.places[problem.start]
    last = offsets.places[max(problem.start, problem.end - 1)]
    return Span(text.span.source, start, max(start + 1, last + 1 if problem.end > problem.start else last))


def pieces_of(value: str, escaped: frozenset[int]) -> tuple[list[SourceSegment], list[Problem]]:
    """Split a value into text and expressions."""
    pieces: list[SourceSegment] = []
    problems: list[Problem] = []
    literal = at = 0
    while mark := _next_mark(value, at, escaped):
        start = mark.start()
        at = mark.end()
        if mark[0] == "{{":
            template = TEMPLATE.match(value, start)
            if not template:
                problems.append(_unclosed(value, start))
                break
            if literal < start:
                pieces.append(SourceSegment("text", literal, start))
            pieces.append(SourceSegment("expression", start + 2, template.end() - 2))
            literal = at = template.end()
        elif mark[0] == "}}":
            problems.append(
                Problem("LG251", start, at, "this `}}` closes nothing", "no `{{` before it", 'to print it, write {{ "}}" }}')
            )
        elif mark[0] == "{%":
            end = value.find("%}", at)
            at = end + 2 if end >= 0 else at
            hint = "use `when` to switch an element on or off, `for ITEM in LIST { … }` to repeat it"
            if not any(problem.code == "LG250" for problem in problems):  # `{% if %}` and `{% endif %}` are one mistake
                problems.append(Problem("LG250", start, at, "`{% … %}` is not part of the language", hint=hint))
        elif (end := value.find("#}", at)) >= 0:
            at = end + 2
            problems.append(
                Problem("LG250", start, at, "a string holds no comments", hint="write // … on a line outside the string")
            )
    if literal < len(value):
        pieces.append(SourceSegment("text", literal, len(value)))
    return pieces, problems


def _next_mark(value: str, at: int, escaped: frozenset[int]) -> re.Match[str] | None:
    while mark := _MARK.search(value, at):
        if mark.start() not in escaped and mark.start() + 1 not in escaped:
            return mark
        at = mark.start() + 1
    return None


def _unclosed(value: str, start: int) -> Problem:
    if "}}" in value[start:]:
        rest = value[start : value.index("}}", start)]
        quote = next((sign for sign in ('"', "'") if rest.count(sign) % 2), '"')
        at = start + rest.index(quote) if quote in rest else start
        return Problem(
            "LG251", at, at + 1, f"a {quote} inside this `{{{{ … }}}}` is never closed", "opened here", f"add a second {quote}"
        )
    return Problem("LG251", start, start + 2, "this `{{` is never closed", "opened here", "close it with `}}`")


# The characters of a name are those of the language outside strings: letters, marks, digits, `_`, and `-` between them.
_NAME_CHARACTER = r"[^\s\x00-\x1f!-/:-@\[-^`{-~\x7f-\xa0«»×‘-‟、-〟！-／：-＠]"
_LEXEME = re.compile(
    rf"""(?P<space>\s+)
    |(?P<string>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')
    |(?P<number>[0-9]+(?:\.[0-9]+)?(?!\w))
    |(?P<name>[^\W\d]{_NAME_CHARACTER}*(?:-{_NAME_CHARACTER}+)*)
    |(?P<operator>(?!\|\|)(?:==|!=|<=|>=|//|[-+*/%<>~|.,:()\[\]=]))
    |(?P<bad>&&?|\|\||[“”„‘’]|.)""",
    re.X | re.S,
)
KEYWORDS = frozenset(["and", "or", "not", "if", "else", "is", "in", "true", "false", "True", "False", "none", "None"])

_BAD = {
    "&": "write `and`",
    "&&": "write `and`",
    "||": "write `or`",
    "!": "write `not`",
    "?": "write: A if CONDITION else B",
    "{": "values stand in `{{ … }}` once; there are no braces inside",
    "}": "values stand in `{{ … }}` once; there are no braces inside",
}


def lexemes_of(value: str, piece: SourceSegment) -> tuple[list[Lexeme], list[Problem]]:
    """The words and signs of an expression, each with what it is used as."""
    lexemes: list[Lexeme] = []
    problems: list[Problem] = []
    for match in _LEXEME.finditer(value, piece.start, piece.end):
        kind, text, start = match.lastgroup, match[0], match.start()
        if kind == "space":
            continue
        if kind == "bad":
            hint = 'text inside `{{ }}` stands in straight quotes: "…"' if text in "“”„‘’" else _BAD.get(text, "")
            problems.append(
                Problem("LG252", start, match.end(), f"`{text}` means nothing inside `{{{{ … }}}}`", hint=hint or _ALLOWED)
            )
            continue
        role: Role = "operator" if kind == "operator" else "string" if kind == "string" else "number"
        if kind == "name":
            role = _role(text, lexemes)
        elif text == "=" and lexemes and lexemes[-1].role == "name":
            lexemes[-1] = Lexeme("argument", lexemes[-1].text, lexemes[-1].start)
        lexemes.append(Lexeme(role, text, start))
    return lexemes, problems


_ALLOWED = "an expression is a name, often with a filter: {{ price | money }}"


def _role(text: str, before: list[Lexeme]) -> Role:
    last = before[-1].text if before else ""
    if last == ".":
        return "field"
    if last == "|":
        return "filter"
    if text in KEYWORDS:
        return "keyword"
    if last == "is" or (last == "not" and len(before) > 1 and before[-2].text == "is"):
        return "test"
    return "name"
