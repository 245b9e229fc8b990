"""Reading the files that hold translations: JSON, gettext `.po` and `.mo`. All give source string → `Text`."""

from __future__ import annotations

import io
import json
import re
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

from layoutgen.diagnostics import Collector, Source, Span
from layoutgen.language.json_positions import json_fault
from layoutgen.syntax import nodes
from layoutgen.syntax.parse import LARGEST, read_source

Entries = dict[str, nodes.Text]
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_PO_LINE = re.compile(r'(#.*)?|(msgctxt |msgid |msgid_plural |msgstr |msgstr\[\d+\] )?\s*"(?:[^"\\]|\\.)*"')
_PO_SHAPE = 'a translation is two lines: msgid "source" and msgstr "translation"'


def read_json(path: Path, name: str, collector: Collector) -> Entries:
    """`{"source": "translation"}`. Raises PosterError when the file cannot be read as text."""
    source = read_source(path, name)
    try:
        pairs = json.loads(source.text, object_pairs_hook=list)
    except json.JSONDecodeError as error:
        place, message = json_fault(source, error)
        collector.error("LG273", place, message, hint=_SHAPE)
        return {}
    except RecursionError:
        collector.error("LG273", Span(source, 0, 1), "the sidecar is nested too deep", hint=_SHAPE)
        return {}
    if not source.text.lstrip().startswith("{"):
        collector.error("LG273", _first(source), "the sidecar is not a JSON object", hint=_SHAPE)
        return {}
    return _pairs(pairs, source, collector)


_SHAPE = 'a sidecar is {"source string": "translation", …}'


def _pairs(pairs: list[tuple[str, Any]], source: Source, collector: Collector) -> Entries:
    """Keys and values with their places: as long as all values are strings, they are every second string of the file."""
    places = _STRING.finditer(source.text)
    entries: Entries = {}
    for key, value in pairs:
        place = next(places)
        if not isinstance(value, str):
            collector.error("LG273", Span(source, *place.span()), "this translation is not a text", hint=_SHAPE)
            break
        if key in entries:
            collector.error(
                "LG273", Span(source, *place.span()), "this string is translated twice", hint="delete one of the two"
            )
        text = nodes.Text(Span(source, *next(places).span()), value)
        if value:
            entries[key] = text
    return entries


def read_po(path: Path, name: str, collector: Collector) -> Entries:
    """A gettext catalogue. Fuzzy and empty translations count as missing, contexts are not told apart."""
    from babel.messages import pofile

    source = read_source(path, name)
    for number in range(1, len(source.line_starts) + 1):  # Babel reads some of what is wrong as empty
        line = source.line(number)
        if not _PO_LINE.fullmatch(line.strip()):
            start = source.line_starts[number - 1]
            collector.error(
                "LG273", Span(source, start, start + len(line)), "this is not a line of a gettext catalogue", hint=_PO_SHAPE
            )
            return {}
    try:
        catalog = pofile.read_po(io.StringIO(source.text), abort_invalid=True)
    except (pofile.PoFileError, ValueError, LookupError) as error:
        number = min(max(1, getattr(error, "lineno", None) or 1), len(source.line_starts))
        start = source.line_starts[number - 1]
        collector.error("LG273", Span(source, start, start + 1), "this is not a line of a gettext catalogue", hint=_PO_SHAPE)
        return {}
    entries: Entries = {}
    for message in catalog:
        place = _translation_place(source, message.lineno or 1)
        if isinstance(message.id, tuple | list):
            collector.error(
                "LG273", place, "a string of the language has no plural forms", hint="write one msgid for each string"
            )
        elif message.id and isinstance(message.string, str) and message.string and not message.fuzzy:
            entries[message.id] = nodes.Text(place, message.string)
    return entries


def _translation_place(source: Source, line: int) -> Span:
    """The quoted text after `msgstr`, from the line of its message on."""
    start = source.line_starts[min(line, len(source.line_starts)) - 1]
    match = re.compile(r'msgstr(\[\d+\])?\s+((?:"(?:[^"\\\n]|\\.)*"\s*)+)').search(source.text, start)
    return Span(source, match.start(2), match.start(2) + len(match[2].rstrip())) if match else Span(source, start, start + 1)


def read_mo(path: Path, name: str, collector: Collector) -> Entries:
    """A compiled gettext catalogue; messages about its strings show the string in place of a line of the file."""
    from babel.messages.mofile import read_mo as read

    try:
        raw = path.read_bytes() if path.stat().st_size <= LARGEST else b""
        catalog = read(io.BytesIO(raw))
        messages = [(message.id, message.string) for message in catalog]
    except (OSError, ValueError, LookupError, struct.error):
        collector.error("LG273", None, "the file is not a compiled gettext catalogue", hint="make it again: msgfmt", file=name)
        return {}
    pairs = [(key, value) for key, value in messages if isinstance(key, str) and key and isinstance(value, str) and value]
    return {key: nodes.Text(Span(Source(name, value), 0, len(value)), value) for key, value in pairs}


def _first(source: Source) -> Span:
    start = len(source.text) - len(source.text.lstrip())
    return Span(source, min(start, len(source.text)), start + 1)


SIDECARS: dict[str, Callable[[Path, str, Collector], Entries]] = {".json": read_json, ".po": read_po, ".mo": read_mo}
"""By file ending, in the order of preference."""
