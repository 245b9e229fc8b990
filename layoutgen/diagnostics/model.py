"""Messages for people: a stable code, the exact place, one plain sentence, what to do next.

A stage collects `Diagnostic` values and raises them together as one `PosterError`; `render_text` and `to_json` are
its two faces. Codes: LG0 design hints, LG1 syntax, LG2 validation, LG3 layout, LG4 lowering, LG5 rendering, LG6 checking,
LG7 data, LG8 campaigns (LG89 things outside), LG9 things outside (files, disk, memory; LG95 wrong usage). Of records, LG68
is what was asked for, LG69 wrong usage.
`layoutgen/diagnostics/*.toml` explain each of them.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal, NamedTuple

Severity = Literal["error", "warning", "hint"]
TAB = 4
WIDEST = 120
"""Columns of a source line that an excerpt shows."""


_QUOTED = re.compile(r"`([^`\n]{60})[^`\n]{40,}`")


@dataclass(frozen=True)
class Source:
    """A named text: a `.poster` file, a kit, a sidecar."""

    name: str
    """The path as the user wrote it."""
    text: str = field(repr=False)

    @cached_property
    def line_starts(self) -> list[int]:
        starts = [0]
        starts.extend(i + 1 for i, character in enumerate(self.text) if character == "\n")
        return starts

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column, both counted from 1, of a character offset."""
        line = bisect_right(self.line_starts, offset)
        return line, offset - self.line_starts[line - 1] + 1

    def line(self, number: int) -> str:
        start = self.line_starts[number - 1]
        end = self.line_starts[number] - 1 if number < len(self.line_starts) else len(self.text)
        return self.text[start:end].rstrip("\r")


@dataclass(frozen=True)
class Span:
    """From `start` up to, not including, `end`: character offsets into a source."""

    source: Source = field(repr=False)
    start: int
    end: int

    @property
    def line(self) -> int:
        return self.source.position(self.start)[0]

    @property
    def column(self) -> int:
        return self.source.position(self.start)[1]

    @property
    def text(self) -> str:
        return self.source.text[self.start : self.end]

    def to(self, other: Span) -> Span:
        """The span from the start of this one to the end of another."""
        return Span(self.source, self.start, other.end)

    def to_json(self) -> dict[str, Any]:
        end_line, end_column = self.source.position(self.end)
        return {
            "file": self.source.name,
            "line": self.line,
            "column": self.column,
            "end_line": end_line,
            "end_column": end_column,
        }


class Related(NamedTuple):
    """A second place that the message is about."""

    span: Span
    label: str


class Fix(NamedTuple):
    """An edit that corrects it: `text` instead of what stands at `span` (which is empty where something is put in)."""

    span: Span
    text: str
    title: str
    """What an editor calls it: ``write `draw: typeset` ``."""

    def to_json(self) -> dict[str, Any]:
        return {"title": self.title, "text": self.text, **self.span.to_json()}


@dataclass(frozen=True)
class Diagnostic:
    code: str
    message: str
    """One plain sentence, without a full stop."""
    span: Span | None = None
    label: str = ""
    """What stands beside the carets."""
    hint: str = ""
    """What to do next."""
    related: tuple[Related, ...] = ()
    severity: Severity = "error"
    data: str = ""
    """Where in the data it comes from: `june.csv row 42 column price`."""
    file: str = ""
    """The file it is about when there is no span."""
    canvas: str = ""
    """The canvas it is about, or several with commas between them, when it is not about all of them."""
    locale: str = ""
    """Likewise the language."""
    fix: Fix | None = None
    """Where mending it is mechanical."""

    def __post_init__(self) -> None:
        # What was written may be of any length; a message quotes no more of it than helps.
        object.__setattr__(self, "message", _QUOTED.sub(r"`\1…`", self.message))

    def to_json(self) -> dict[str, Any]:
        place: dict[str, Any] = {"file": self.file or None, "line": None, "column": None, "end_line": None, "end_column": None}
        if self.span:
            place = self.span.to_json()
        result = {"code": self.code, "severity": self.severity, "message": self.message, **place, "hint": self.hint or None}
        if self.label:
            result["label"] = self.label
        if self.related:
            result["related"] = [{"label": item.label, **item.span.to_json()} for item in self.related]
        if self.data:
            result["data"] = self.data
        if self.canvas:
            result["canvas"] = self.canvas
        if self.locale:
            result["locale"] = self.locale
        if self.fix:
            result["fix"] = self.fix.to_json()
        return result

    def render_text(self) -> str:
        """The message as the terminal shows it, without colours."""
        out = [f"{self.severity}[{self.code}]: {self.message}"]
        if self.span:
            places = [Related(self.span, self.label), *self.related]
            gutter = max(len(str(place.span.line)) for place in places)
            for number, place in enumerate(places):
                out += _excerpt(place, gutter, arrow=":::" if number else "-->")
            if self.canvas or self.locale or self.data or self.hint:
                out.append(" " * gutter + " |")
        elif self.file:
            out.append(f"  --> {self.file}")
        notes = {"canvas": self.canvas, "language": self.locale, "data": self.data}
        out += [f"  {name}: {value}" for name, value in notes.items() if value]
        if self.hint:
            first, *rest = self.hint.splitlines()
            out += [f"  hint: {first}", *(f"        {line}" for line in rest)]
        return "\n".join(out)


class PosterError(Exception):
    """One stage's errors (and the warnings met with them), collected. `exit_code` follows the command line's contract."""

    def __init__(self, diagnostics: Diagnostic | Iterable[Diagnostic]) -> None:
        collected = (diagnostics,) if isinstance(diagnostics, Diagnostic) else tuple(diagnostics)
        self.diagnostics: tuple[Diagnostic, ...] = in_order(collected)
        super().__init__("\n\n".join(item.render_text() for item in self.diagnostics))

    @property
    def exit_code(self) -> int:
        """1 when the poster or its data is at fault, 2 when the command was misused, 4 when something outside is."""
        kinds = {_exit_code(item.code) for item in self.diagnostics if item.severity == "error"}
        return min(kinds, default=1)


def _exit_code(code: str) -> int:
    if code.startswith(("LG95", "LG69")) or code in ("LG500", "LG650", "LG651"):
        return 2
    if code.startswith("LG68"):
        return 1
    return 4 if code.startswith(("LG5", "LG6", "LG89", "LG9")) else 1


class Collector:
    """Gathers one stage's diagnostics; `stop` ends the stage when an error is among them."""

    def __init__(self, data: str = "") -> None:
        self.diagnostics: list[Diagnostic] = []
        self._data = data

    def error(
        self,
        code: str,
        span: Span | None,
        message: str,
        *,
        label: str = "",
        hint: str = "",
        related: Sequence[Related] = (),
        file: str = "",
    ) -> None:
        self.add(Diagnostic(code, message, span, label, hint, tuple(related), "error", self._data, file))

    def warning(self, code: str, span: Span | None, message: str, *, label: str = "", hint: str = "", file: str = "") -> None:
        self.add(Diagnostic(code, message, span, label, hint, (), "warning", self._data, file))

    def add(self, diagnostic: Diagnostic) -> None:
        if self._data and not diagnostic.data:
            diagnostic = replace(diagnostic, data=self._data)
        if diagnostic not in self.diagnostics:
            self.diagnostics.append(diagnostic)

    def extend(self, diagnostics: Iterable[Diagnostic]) -> None:
        for diagnostic in diagnostics:
            self.add(diagnostic)

    @property
    def failed(self) -> bool:
        return any(item.severity == "error" for item in self.diagnostics)

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        return in_order(item for item in self.diagnostics if item.severity != "error")

    def stop(self) -> None:
        """Raise what was collected, if any of it is an error."""
        if self.failed:
            raise PosterError(self.diagnostics)


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Sorted by place; those of one place keep their order."""
    return tuple(
        sorted(
            diagnostics,
            key=lambda item: (
                item.span is not None,
                item.span.source.name if item.span else "",
                item.span.start if item.span else 0,
            ),
        )
    )


def merged(
    diagnostics: Iterable[Diagnostic], canvases: Sequence[str] = (), locales: Sequence[str] = ()
) -> tuple[Diagnostic, ...]:
    """What is said of several canvases or languages, said once. Of all of `canvases`, or `locales`, none is named."""
    diagnostics_once = _joined(_joined(diagnostics, "canvas", canvases), "locale", locales)
    return tuple(dict.fromkeys(diagnostics_once))


def _joined(
    diagnostics: Iterable[Diagnostic], field_name: Literal["canvas", "locale"], every: Sequence[str]
) -> list[Diagnostic]:
    groups: dict[Diagnostic, dict[str, None]] = {}
    for item in diagnostics:
        bare = replace(item, canvas="") if field_name == "canvas" else replace(item, locale="")
        names = item.canvas if field_name == "canvas" else item.locale
        groups.setdefault(bare, {}).update(dict.fromkeys(names.split(", ")))
    result = []
    for bare, names_found in groups.items():
        scope = "" if "" in names_found or (every and set(every) <= set(names_found)) else ", ".join(names_found)
        result.append(replace(bare, canvas=scope) if field_name == "canvas" else replace(bare, locale=scope))
    return result


def columns(text: str, start: int = 0) -> int:
    """Terminal columns of a text that starts at column `start`: wide East Asian characters count two, marks none."""
    at = start
    for character in text:
        if character == "\t":
            at += TAB - at % TAB
        elif unicodedata.category(character) in ("Mn", "Me", "Cf"):
            continue
        else:
            at += 2 if unicodedata.east_asian_width(character) in "WF" else 1
    return at - start


def _excerpt(place: Related, gutter: int, *, arrow: str) -> list[str]:
    span = place.span
    line = span.source.line(span.line)
    start = span.column - 1
    end = min(start + span.end - span.start, max(len(line), start + 1))
    # Of a very long line only what stands around the place is shown.
    first = max(0, start - WIDEST // 2) if columns(line) > WIDEST else 0
    last = max(end, first + WIDEST) if columns(line) > WIDEST else len(line)
    last = min(last, first + 2 * WIDEST)
    lead = "…" if first else ""
    indent = columns(lead + line[first:start])
    carets = "^" * max(1, columns(line[start : min(end, last)], indent))
    visible = _visible(lead + line[first:last] + ("…" if last < len(line) else ""))
    margin = " " * gutter
    return [
        f"{margin}{arrow} {span.source.name}:{span.line}:{span.column}",
        f"{margin} |",
        f"{span.line:>{gutter}} | {visible}",
        f"{margin} | {' ' * indent}{carets} {place.label}".rstrip(),
    ]


def _visible(line: str) -> str:
    """The line with tabs expanded and control characters shown as their code points, so that a terminal obeys none."""
    out: list[str] = []
    at = 0
    for character in line:
        glyph = " " * (TAB - at % TAB) if character == "\t" else character
        if unicodedata.category(character) == "Cc" and character != "\t":
            glyph = "\N{REPLACEMENT CHARACTER}"
        out.append(glyph)
        at += columns(glyph, at)
    return "".join(out)
