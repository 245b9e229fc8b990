"""`// layoutgen: allow LG002`: comments that silence a hint where it is meant that way.

On the line of the statement or on a line of its own just above, for that statement; above the first statement after
`poster …`, for the whole file.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from layoutgen.base.suggest import closest
from layoutgen.diagnostics import Diagnostic, Fix, Source, Span
from layoutgen.hints.fixes import parsed

MARK = "layoutgen:"
CODE = "LG011"
_ALLOW = re.compile(r"layoutgen:\s*allow\s+(.*)")
_WORD = re.compile(r"[^\s,;]+")


class Allowance(NamedTuple):
    """One code of one comment. `lines`: those whose hints it silences; None: all of the file."""

    code: str
    span: Span
    """Of the code."""
    comment: Span
    lines: Collection[int] | None

    def covers(self, hint: Diagnostic) -> bool:
        span = hint.span
        return (
            hint.code == self.code
            and span is not None
            and span.source == self.span.source
            and (self.lines is None or span.line in self.lines)
        )


def allowances(sources: Iterable[Source]) -> tuple[Allowance, ...]:
    """Every allowance of the sources. Those without any are not even parsed."""
    return tuple(found for source in sources if MARK in source.text for found in _of(source))


def silence(hints: Iterable[Diagnostic], allowed: Iterable[Allowance]) -> tuple[Diagnostic, ...]:
    return tuple(hint for hint in hints if not any(one.covers(hint) for one in allowed))


def idle(hints: Collection[Diagnostic], allowed: Iterable[Allowance], hint_codes: Collection[str]) -> Iterator[Diagnostic]:
    """LG011: allowances that silence nothing, or name no code of a hint."""
    for one in allowed:
        if any(one.covers(hint) for hint in hints):
            continue
        from layoutgen.diagnostics.codes import codes  # reads all of them: only where something is to be said

        near = closest(one.code, hint_codes)
        if one.code in hint_codes:
            message, hint = f"nothing here calls for `{one.code}`, so there is nothing to allow", "delete the comment"
        elif one.code in codes():
            message, hint = f"`{one.code}` is not a hint and cannot be allowed", "correct what it is about"
        else:
            message = f"there is no hint `{one.code}`"
            hint = f"did you mean `{near}`?" if near else f"hints are {min(hint_codes)} to {max(hint_codes)}"
        yield Diagnostic(CODE, message, one.span, hint=hint, severity="hint", fix=_deletion(one))


def _of(source: Source) -> Iterator[Allowance]:
    file = parsed(source)
    if file is None:
        return
    head = file.items[1].span.line if len(file.items) > 1 else len(source.line_starts) + 1
    for comment in file.comments:
        match = _ALLOW.match(comment.text)
        if match is None:
            continue
        line = comment.span.line
        own = source.line(line)[: comment.span.column - 1].strip() == ""
        lines = (_next_line(source, line),) if own else (line,)
        start = comment.span.start + comment.span.text.index(match[1]) if match[1] else comment.span.end
        for word in _WORD.finditer(match[1]):
            span = Span(source, start + word.start(), start + word.end())
            yield Allowance(word[0].upper(), span, comment.span, None if own and line < head else lines)


def _next_line(source: Source, line: int) -> int:
    """The next line that is neither empty nor a comment: allowances may stand above one another."""
    for number in range(line + 1, len(source.line_starts) + 1):
        written = source.line(number).strip()
        if written and not written.startswith("//"):
            return number
        if not written:
            break
    return line


def _deletion(one: Allowance) -> Fix | None:
    """The whole comment goes where it allows nothing else; its line too, if it has one of its own."""
    source, comment = one.span.source, one.comment
    if len(_WORD.findall(_ALLOW.sub(r"\1", comment.text.removeprefix("//").strip()))) != 1:
        return None
    start, end = comment.start, comment.end
    before = source.text[source.line_starts[comment.line - 1] : start]
    start -= len(before) - len(before.rstrip())
    if not before.strip() and source.text[end : end + 1] == "\n":
        end += 1
    return Fix(Span(source, start, end), "", "delete the comment")
