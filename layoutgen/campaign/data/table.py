"""A table of rows, whatever it came from: values by column, and where each row stands in its data."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from layoutgen.base.files import file_digest
from layoutgen.base.suggest import listed
from layoutgen.diagnostics import Diagnostic, PosterError
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
    """Warnings about how it was read."""


@dataclass(eq=False)
class RowFile:
    """A file of rows, as its reader is given it."""

    name: str
    """As messages call it."""
    path: Path | None = None
    """None for standard input."""
    content: bytes | None = None
    """None until it is read."""
    encoding: str | None = None
    sheet: str | None = None
    query: str | None = None

    @property
    def digest(self) -> str:
        """Of the very bytes that were read; of the file as it is now where its reader opens it by itself."""
        if self.content is not None:
            return hashlib.sha256(self.content).hexdigest()
        return file_digest(self.path) if self.path else ""

    def read(self) -> bytes:
        """What it holds. LG901."""
        if self.content is not None or self.path is None:
            return self.content or b""
        try:
            self.content = self.path.read_bytes()
        except OSError as error:
            reason = "there is no such file" if isinstance(error, FileNotFoundError) else f"it cannot be read: {error.strerror}"
            raise data_error("LG901", f"`{self.path}`: {reason}", "check the name and the folder") from None
        return self.content


def data_error(code: str, message: str, hint: str, where: str = "", *, file: str = "") -> PosterError:
    return PosterError(Diagnostic(code, message, hint=hint, data=where, file=file))


def columns_of(header: Sequence[object], name: str) -> tuple[str, ...]:
    """The names of columns, those without one as empty texts. LG804 when there are none, LG805 for doubles and too many."""
    names = [str(cell).strip() if cell is not None else "" for cell in header]
    if not any(names):
        raise data_error(
            "LG804", f"`{name}` is empty", "its first row names the columns, such as the poster's params", file=name
        )
    if len(names) > MOST_COLUMNS:
        raise data_error("LG805", f"`{name}` has {len(names):,} columns", f"at most {MOST_COLUMNS:,} are read", file=name)
    doubled = [one for one in dict.fromkeys(names) if one and names.count(one) > 1]
    if doubled:
        message = f"columns of `{name}` have the same name: {listed(doubled)}"
        raise data_error("LG805", message, "rename one of each", f"{name} row 1", file=name)
    return tuple(names)


def table_of_mappings(items: Iterable[tuple[str, object]], name: str) -> Table:
    """A table of `(where, mapping)` pairs; columns are all keys in order of appearance. LG807 for whatever is not a mapping."""
    columns: dict[str, None] = {}
    rows, wrong = [], []
    for where, item in items:
        if isinstance(item, Mapping) and all(isinstance(key, str) for key in item):
            columns |= dict.fromkeys(item)
            rows.append(Row(dict(item), where))
        else:
            hint = 'a row is an object with a value for each param: {"sku": "A1", "price": "9.99"}'
            wrong.append(Diagnostic("LG807", "this is not a row", hint=hint, data=where))
    if wrong:
        raise PosterError(wrong)
    if len(columns) > MOST_COLUMNS:
        raise data_error("LG805", f"`{name}` has {len(columns):,} columns", f"at most {MOST_COLUMNS:,} are read", file=name)
    return Table(name, tuple(columns), tuple(rows))


def content_key(values: Mapping[str, object]) -> str:
    """A name for a row without a key column: 12 hexadecimal digits of the sha256 of its cells."""
    text = json.dumps({name: to_json(value) for name, value in values.items()}, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]
