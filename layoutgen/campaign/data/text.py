"""CSV, JSON and JSONL → rows. Dialect and encoding are detected and reported; damaged data is refused, never repaired."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from layoutgen.campaign.data.table import Row, RowFile, Table, columns_of, data_error, table_of_mappings
from layoutgen.diagnostics import Diagnostic, PosterError

LONGEST_CELL = 10_000_000
"""Characters; a cell that is longer than a text may be is refused where it is bound, with its row and column."""
SAMPLE = 65_536
DELIMITERS = ",;\t|"
_BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def decode(file: RowFile) -> tuple[str, tuple[Diagnostic, ...]]:
    """The text of a file, and a warning that names the encoding where it had to be guessed. LG802, LG804 for an empty one."""
    raw = file.read()
    if not raw.strip():
        columns_of([], file.name)
    return _decode(raw, file.name, file.encoding)


def _decode(raw: bytes, name: str, encoding: str | None) -> tuple[str, tuple[Diagnostic, ...]]:
    if encoding is not None:
        try:
            return raw.decode(encoding).removeprefix("\ufeff"), ()
        except LookupError:
            raise data_error(
                "LG802", f"there is no encoding `{encoding}`", "for example --encoding cp1252", file=name
            ) from None
        except UnicodeDecodeError as error:
            message = f"`{name}` is not {encoding}: byte {error.start} is not valid in it"
            raise data_error("LG802", message, "leave `--encoding` out, or name the right one", file=name) from None
    for mark, marked in _BYTE_ORDER_MARKS:
        if raw.startswith(mark):
            return _decode(raw, name, marked)
    if b"\0" in raw:
        raise data_error("LG802", f"`{name}` is not a text", "save the table as CSV, UTF-8", file=name)
    try:
        return raw.decode("utf-8"), ()
    except UnicodeDecodeError:
        return _guessed(raw, name)


def _guessed(raw: bytes, name: str) -> tuple[str, tuple[Diagnostic, ...]]:
    from charset_normalizer import from_bytes

    guess = from_bytes(raw).best()
    if guess is None:
        raise data_error("LG802", f"`{name}` is in no known encoding", "save it as UTF-8, or say --encoding", file=name)
    text = raw.decode(guess.encoding)
    sample = next((line for line in text.splitlines() if not line.isascii()), "").strip()
    message = f"`{name}` is not UTF-8; it is read as {guess.encoding}: `{sample[:48]}`"
    hint = f"if that looks wrong, say what it is: --encoding cp1252; if it is right: --encoding {guess.encoding}"
    return text, (Diagnostic("LG803", message, severity="warning", hint=hint, file=name),)


def read_csv(file: RowFile) -> Table:
    """CSV with any delimiter. LG804 no rows, LG805 columns, LG806 every row that does not fit the header."""
    text, notes = decode(file)
    before = csv.field_size_limit(LONGEST_CELL)
    try:
        columns, rows = _rows_of_csv(text, file.name)
        return Table(file.name, columns, tuple(rows), notes=notes)
    except csv.Error as error:
        message = f"`{file.name}` is not a table that can be read: {error}"
        raise data_error("LG806", message, "open it in a spreadsheet and save it as CSV again", file=file.name) from None
    finally:
        csv.field_size_limit(before)


def _rows_of_csv(text: str, name: str) -> tuple[tuple[str, ...], list[Row]]:
    lines = csv.reader(io.StringIO(text, newline=""), _dialect(text), strict=True)
    numbered = ((number, cells) for number, cells in enumerate(lines, start=1) if any(cell.strip() for cell in cells))
    _, header = next(numbered, (0, []))
    columns = columns_of(header, name)
    rows, wrong = [], []
    for number, cells in numbered:
        where = f"{name} row {number}"
        if len(cells) != len(header):
            hint = "a cell that holds the delimiter stands in quotes" if len(cells) > len(header) else "give it all its cells"
            message = f"the row has {len(cells)} cell{'s' * (len(cells) != 1)}, and the header {len(header)}"
            wrong.append(Diagnostic("LG806", message, hint=hint, data=where))
            continue
        rows.append(Row({column: cell for column, cell in zip(columns, cells, strict=False) if column}, where))
    if wrong:
        raise PosterError(wrong)
    return tuple(filter(None, columns)), rows


def _dialect(text: str) -> type[csv.Dialect]:
    # Only whole lines tell how a file is written; the first one has the names, so it always counts.
    sample = text[:SAMPLE] if len(text) <= SAMPLE else text[:SAMPLE].rpartition("\n")[0]
    first = text.lstrip("\r\n").split("\n", 1)[0]
    try:
        sniffed = csv.Sniffer().sniff(sample, DELIMITERS)
    except csv.Error:
        sniffed = csv.excel
    delimiter = sniffed.delimiter
    if delimiter not in first:
        delimiter = max(DELIMITERS, key=first.count) if any(mark in first for mark in DELIMITERS) else ","

    class Sniffed(csv.excel):
        pass

    # Only the delimiter is trusted: inside quotes, every spreadsheet doubles quotes.
    Sniffed.delimiter = delimiter
    Sniffed.skipinitialspace = sniffed.skipinitialspace
    return Sniffed


def read_json(file: RowFile) -> Table:
    """A list of objects, or an object with that list as `rows`. Numbers are exact. LG807."""
    text, notes = decode(file)
    name = file.name
    hint = 'write a list of rows: [{"sku": "A1", "price": "9.99"}]'
    try:
        value = json.loads(text, parse_float=Decimal)
    except RecursionError:
        raise data_error("LG807", f"`{name}` is nested too deeply", hint, file=name) from None
    except ValueError as error:
        raise data_error("LG807", f"`{name}` is not JSON: {error}", hint, file=name) from None
    if isinstance(value, dict) and isinstance(value.get("rows"), list):
        value = value["rows"]
    if not isinstance(value, list):
        raise data_error("LG807", f"`{name}` is not a list of rows", hint, file=name)
    items = ((f"{name} row {number}", item) for number, item in enumerate(value, start=1))
    return replace(table_of_mappings(items, name), notes=notes)


def read_json_lines(file: RowFile) -> Table:
    """JSONL: one object per line. LG807 with every line that is not one."""
    text, notes = decode(file)

    def items() -> Iterator[tuple[str, object]]:
        for number, line in enumerate(text.split("\n"), start=1):
            if line.strip():
                try:
                    yield f"{file.name} row {number}", json.loads(line, parse_float=Decimal)
                except (ValueError, RecursionError):
                    yield f"{file.name} row {number}", None

    return replace(table_of_mappings(items(), file.name), notes=notes)
