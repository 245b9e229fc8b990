"""Whatever holds rows → a table: a file, standard input, a data frame, a query's result, any iterable."""

from __future__ import annotations

import dataclasses
import hashlib
import sqlite3
import sys
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from layoutgen.base.files import file_digest
from layoutgen.campaign.data.excel import read_excel
from layoutgen.campaign.data.table import Row, Table
from layoutgen.campaign.data.text import collected, decoded, fault, read_csv, read_json, read_lines
from layoutgen.language.params.reading import absent

STDIN = "standard input"
_DELIMITED = (".csv", ".tsv", ".txt")
_WORKBOOKS = (".xlsx", ".xlsm")
_DATABASES = (".db", ".sqlite", ".sqlite3")
_OTHERS = {
    ".xls": "an old Excel file",
    ".xlsb": "a binary Excel file",
    ".ods": "an OpenDocument table",
    ".parquet": "a Parquet file",
}
KINDS = (*_DELIMITED, ".json", ".jsonl", ".ndjson", *_WORKBOOKS, *_DATABASES)


def read_rows(
    source: object,
    *,
    encoding: str | None = None,
    sheet: str | None = None,
    query: str | None = None,
    name: str | None = None,
) -> Table:
    """The table in `source`: the path of a file, `-` for standard input, or rows that a program has.

    Files are CSV (any delimiter), JSON, JSONL, Excel, or an SQLite database with a `query`. Of a program: a pandas frame, a
    DB-API cursor or SQLAlchemy result, or any iterable of mappings, dataclasses, named tuples or pydantic models.
    `name` is what messages call it. Raises PosterError, LG800 … LG809, LG815, LG816, LG901.
    """
    if isinstance(source, Table):
        return source
    if isinstance(source, str | Path) and str(source) == "-":
        raw = sys.stdin.buffer.read()
        return _of_bytes(raw, name or STDIN, "", encoding, sheet)
    if isinstance(source, str | Path):
        return _of_file(Path(source), name or Path(source).name, encoding, sheet, query)
    told = name or "the rows"
    frame = hasattr(source, "to_dict") and hasattr(source, "columns")
    return _filled(Table(told, *_gathered(collected(_items(source, told), told)), sheet=frame))


def _gathered(found: tuple[tuple[str, ...], list[Row]]) -> tuple[tuple[str, ...], tuple[Row, ...]]:
    return found[0], tuple(found[1])


def _of_file(path: Path, name: str, encoding: str | None, sheet: str | None, query: str | None) -> Table:
    suffix = path.suffix.lower()
    if suffix in _OTHERS:
        hint = "save it as .xlsx or CSV, or read it with pandas: layoutgen.Campaign(poster, frame)"
        raise fault("LG816", f"`{name}` is {_OTHERS[suffix]}, which nothing here reads", hint, file=str(path))
    if suffix not in KINDS:
        hint = f"a table ends in one of {', '.join(KINDS)}; `-` is standard input"
        raise fault("LG800", f"`{name}` is not a table that can be read", hint, file=str(path))
    if suffix in _DATABASES:
        return _of_database(path, name, query)
    try:
        raw = path.read_bytes()
    except OSError as error:
        reason = "there is no such file" if isinstance(error, FileNotFoundError) else f"it cannot be read: {error.strerror}"
        raise fault("LG901", f"`{path}`: {reason}", "check the name and the folder") from None
    table = _of_bytes(raw, name, suffix, encoding, sheet)
    return dataclasses.replace(table, path=path, digest=hashlib.sha256(raw).hexdigest())


def _of_bytes(raw: bytes, name: str, suffix: str, encoding: str | None, sheet: str | None) -> Table:
    if suffix in _WORKBOOKS or (not suffix and raw.startswith(b"PK\x03\x04")):
        return _filled(Table(name, *_gathered(read_excel(raw, name, sheet)), sheet=True))
    if not raw.strip():
        raise fault("LG804", f"`{name}` is empty", "its first row names the columns, such as the poster's params", file=name)
    text, notes = decoded(raw, name, encoding)
    read = {".json": read_json, ".jsonl": read_lines, ".ndjson": read_lines}.get(suffix)
    if read is None and not suffix and text.lstrip()[:1] in ("[", "{"):
        read = read_json if text.lstrip().startswith("[") or _is_one(text) else read_lines
    return _filled(Table(name, *_gathered((read or read_csv)(text, name)), notes=notes))


def _is_one(text: str) -> bool:
    """Whether an object is the whole text, not only its first line."""
    return "}" not in text.lstrip().split("\n", 1)[0]


def _filled(table: Table) -> Table:
    """Rows with a value; empty ones at the end of a spreadsheet are none."""
    rows = tuple(row for row in table.rows if not all(absent(value) for value in row.values.values()))
    if not rows:
        hint = "give at least one row below the names of the columns"
        raise fault("LG804", f"`{table.name}` has no rows", hint, file=table.name)
    return dataclasses.replace(table, rows=rows)


def _of_database(path: Path, name: str, query: str | None) -> Table:
    """An SQLite file, opened so that nothing can be changed in it."""
    if not query:
        raise fault("LG815", f"`{name}` is a database", 'say which rows: --query "SELECT sku, price FROM offers"', file=name)
    if not path.is_file():
        raise fault("LG901", f"`{path}`: there is no such file", "check the name and the folder")
    try:
        with sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True) as connection:
            cursor = connection.execute(query)
            if cursor.description is None:
                raise fault(
                    "LG815", "the query gives no rows", 'it begins with SELECT: --query "SELECT * FROM offers"', file=name
                )
            return _filled(Table(name, *_gathered(collected(_items(cursor, name), name)), path=path, digest=file_digest(path)))
    except sqlite3.Error as error:
        raise fault("LG815", f"the query cannot be run: {error}", "try it in `sqlite3`", file=name) from None


def _items(source: Any, name: str) -> Iterator[tuple[str, object]]:
    """`(where, mapping)` of anything that can be gone through."""
    if hasattr(source, "to_dict") and hasattr(source, "columns"):
        # A frame: missing values are None, numpy numbers those of Python.
        names = [str(column) for column in source.columns]
        for label, cells in zip(source.index, source.itertuples(index=False, name=None), strict=True):
            yield f"{name} row {label}", dict(zip(names, (_plain(cell) for cell in cells), strict=True))
        return
    if hasattr(source, "description") and hasattr(source, "fetchone"):
        columns = [str(item[0]) for item in source.description or ()]
        for number, cells in enumerate(source, start=1):
            yield f"{name} row {number}", dict(zip(columns, cells, strict=True))
        return
    if hasattr(source, "mappings") and callable(source.mappings):
        source = source.mappings()
    if isinstance(source, Mapping) or not isinstance(source, Iterable):
        raise fault("LG800", f"{type(source).__name__} is no table", "give a list of rows, a frame, a cursor or a file's path")
    for number, item in enumerate(source, start=1):
        yield f"{name} row {number}", _mapping(item)


def _plain(cell: Any) -> object:
    """A frame's cell as Python has it. A missing value of whatever kind is None; a float is exact by its shortest form."""
    cell = cell.item() if type(cell).__module__ == "numpy" and hasattr(cell, "item") else cell
    if cell is None or (not isinstance(cell, list | tuple | dict | str) and _is_missing(cell)):
        return None
    if isinstance(cell, float):
        exact = Decimal(repr(cell))
        return int(exact) if exact.is_finite() and exact == exact.to_integral_value() and exact.adjusted() < 15 else exact
    return cell.to_pydatetime() if hasattr(cell, "to_pydatetime") else cell


def _is_missing(cell: Any) -> bool:
    try:
        return bool(cell != cell)
    except TypeError:  # pandas' own NA is neither equal nor unequal
        return True


def _mapping(item: Any) -> object:
    if isinstance(item, Mapping):
        return dict(item)
    if dataclasses.is_dataclass(item) and not isinstance(item, type):
        return {field.name: getattr(item, field.name) for field in dataclasses.fields(item)}
    if hasattr(item, "_asdict"):
        return item._asdict()
    if hasattr(type(item), "model_fields"):
        return {name: getattr(item, name) for name in type(item).model_fields}
    return item
