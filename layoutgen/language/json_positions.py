"""JSON files beside a poster: their values, and where in the file each of them stands."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from layoutgen.diagnostics import Collector, Source, Span

JsonPath = tuple[str | int, ...]
"""The way to a value: `(1, "price")` is the price of the second item."""

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}:,]|[^\s\[\]{}:,"]+')
_TRAILING = re.compile(r",\s*[}\]]")


class Data(NamedTuple):
    value: object
    places: Mapping[JsonPath, Span]
    """Of an object's members the name belongs to the place; of lists and objects only their bracket."""

    def place(self, path: JsonPath) -> Span:
        """Where a value stands, or what holds it."""
        while path not in self.places:
            path = path[:-1]
        return self.places[path]


def read_data(source: Source, collector: Collector) -> Data | None:
    """The value of a JSON file, decimals exact. None after an error (LG719) was collected."""
    try:
        value = json.loads(source.text, parse_float=Decimal)
    except json.JSONDecodeError as error:
        place, message = json_fault(source, error)
        collector.error("LG719", place, message, hint="the file holds one JSON value; a spreadsheet can export one")
        return None
    except (RecursionError, ValueError):  # nested too deep, or a number of thousands of digits
        collector.error("LG719", Span(source, 0, 1), "this file cannot be read as JSON", hint="make it simpler")
        return None
    return Data(value, _places(source, collector))


def json_fault(source: Source, error: json.JSONDecodeError) -> tuple[Span, str]:
    """Where a JSON file is broken, and how; a comma too many is what it mostly is."""
    comma = _TRAILING.search(source.text, max(0, source.text.rfind(",", 0, error.pos + 1)))
    if comma and comma.start() <= error.pos < comma.end():
        return Span(source, comma.start(), comma.start() + 1), "this comma is one too many"
    return Span(source, error.pos, min(len(source.text), error.pos + 1)), "from here on this is not JSON"


def _places(source: Source, collector: Collector) -> dict[JsonPath, Span]:
    """The place of every value of a text that is JSON. A member that is there twice is an error (LG719)."""
    places: dict[JsonPath, Span] = {}
    path: list[str | int] = []
    """Of the value that comes next."""
    member: Span | None = None
    """The name of the member whose value comes next."""
    tokens = [Span(source, *match.span()) for match in _TOKEN.finditer(source.text)]
    open_: list[str] = []
    for index, span in enumerate(tokens):
        sign = source.text[span.start]
        if sign == ":":
            continue
        if sign == ",":
            last = path[-1]
            if isinstance(last, int):
                path[-1] = last + 1
            continue
        if sign in "]}":
            open_.pop()
            path.pop()
            continue
        if open_ and open_[-1] == "{" and index + 1 < len(tokens) and source.text[tokens[index + 1].start] == ":":
            path[-1] = json.loads(span.text)
            member = span
            if tuple(path) in places:
                collector.error("LG719", span, f"`{path[-1]}` is there twice", hint="delete one of the two")
            continue
        places[tuple(path)] = member.to(span) if member else span
        member = None
        if sign in "[{":
            open_.append(sign)
            path.append(0 if sign == "[" else "")
    return places
