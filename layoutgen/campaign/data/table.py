"""A table of rows, whatever it came from: values by column, and where each row stands in its data."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from layoutgen.diagnostics import Diagnostic
from layoutgen.language.values import to_json

MOST_COLUMNS = 2_000


@dataclass(frozen=True, slots=True)
class Row:
    """One poster's worth of data."""

    values: Mapping[str, object]
    """By column, as the data has them; a cell without a value is None or an empty text."""
    where: str
    """`june.csv row 42`: as a spreadsheet counts, the header being row 1."""
    key: str = ""
    """What names it for good: its cell in the key column, or a hash of all its cells."""


@dataclass(frozen=True)
class Table:
    name: str
    """As messages call it."""
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    path: Path | None = None
    """The file that it was read from."""
    digest: str = ""
    """sha256 of that file as it was read."""
    sheet: bool = False
    """Whether cells have types of their own, as in a spreadsheet, where a whole number may be meant as text."""
    notes: tuple[Diagnostic, ...] = field(default=())
    """What there is to say of how it was read."""


def content_key(values: Mapping[str, object]) -> str:
    """A name for a row without a key column: 12 hexadecimal digits of the sha256 of its cells."""
    told = json.dumps({name: to_json(value) for name, value in values.items()}, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:12]
