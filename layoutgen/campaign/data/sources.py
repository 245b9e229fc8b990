"""Whatever holds rows → a table: a file, standard input, a data frame, a query's result, any iterable."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from layoutgen.campaign.data.database import read_database
from layoutgen.campaign.data.excel import read_excel
from layoutgen.campaign.data.objects import is_frame, mappings_of
from layoutgen.campaign.data.table import RowFile, Table, data_error, table_of_mappings
from layoutgen.campaign.data.text import decode, read_csv, read_json, read_json_lines
from layoutgen.language.params.reading import absent

STDIN = "standard input"
READERS: Mapping[str, Callable[[RowFile], Table]] = {
    **dict.fromkeys((".csv", ".tsv", ".txt"), read_csv),
    ".json": read_json,
    **dict.fromkeys((".jsonl", ".ndjson"), read_json_lines),
    **dict.fromkeys((".xlsx", ".xlsm"), read_excel),
    **dict.fromkeys((".db", ".sqlite", ".sqlite3"), read_database),
}
"""By the end of a file's name: what reads it. A new kind of file is its reader and a line here."""
UNSUPPORTED = {
    ".xls": "an old Excel file",
    ".xlsb": "a binary Excel file",
    ".ods": "an OpenDocument table",
    ".parquet": "a Parquet file",
}
"""Known kinds of tables without a reader."""


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
        file = RowFile(name or STDIN, None, sys.stdin.buffer.read(), encoding, sheet, query)
        return _without_empty_rows(READERS[_sniffed_suffix(file)](file))
    if isinstance(source, str | Path):
        path = Path(source)
        return _read_file(RowFile(name or path.name, path, None, encoding, sheet, query), path)
    name = name or "the rows"
    return _without_empty_rows(replace(table_of_mappings(mappings_of(source, name), name), sheet=is_frame(source)))


def _read_file(file: RowFile, path: Path) -> Table:
    suffix = path.suffix.lower()
    if suffix in UNSUPPORTED:
        hint = "save it as .xlsx or CSV, or read it with pandas: layoutgen.Campaign(poster, frame)"
        message = f"`{file.name}` is {UNSUPPORTED[suffix]}, which layoutgen does not read"
        raise data_error("LG816", message, hint, file=str(path))
    if suffix not in READERS:
        hint = f"a table ends in one of {', '.join(READERS)}; `-` is standard input"
        raise data_error("LG800", f"`{file.name}` is not a table that can be read", hint, file=str(path))
    table = _without_empty_rows(READERS[suffix](file))
    return replace(table, path=path, digest=file.digest)


def _sniffed_suffix(file: RowFile) -> str:
    """How the name of standard input would end if it were a file: a workbook, JSON, JSONL, else CSV."""
    if file.read().startswith(b"PK\x03\x04"):
        return ".xlsx"
    text = decode(file)[0].lstrip()
    if text.startswith("["):
        return ".json"
    if text.startswith("{"):
        # A first line with a closing brace is a row; without one, the object goes on.
        return ".jsonl" if "}" in text.split("\n", 1)[0] else ".json"
    return ".csv"


def _without_empty_rows(table: Table) -> Table:
    """Spreadsheets have empty rows at their end. LG804 where no others are left."""
    rows = tuple(row for row in table.rows if not all(absent(value) for value in row.values.values()))
    if not rows:
        hint = "give at least one row below the names of the columns"
        raise data_error("LG804", f"`{table.name}` has no rows", hint, file=table.name)
    return replace(table, rows=rows)
