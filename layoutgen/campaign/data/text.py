"""CSV, JSON and JSONL → rows. Dialect and encoding are found out and said; what is damaged is refused, never mended."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from layoutgen.base.suggest import listed
from layoutgen.campaign.data.table import MOST_COLUMNS, Row
from layoutgen.diagnostics import Diagnostic, PosterError

LONGEST_CELL = 10_000_000
"""Characters; a cell that is longer than a text may be is refused where it is bound, with its row and column."""
SAMPLE = 65_536
DELIMITERS = ",;\t|"
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def fault(code: str, message: str, hint: str, where: str = "", *, file: str = "") -> PosterError:
    return PosterError(Diagnostic(code, message, hint=hint, data=where, file=file))


def decoded(raw: bytes, name: str, encoding: str | None = None) -> tuple[str, tuple[Diagnostic, ...]]:
    """The text of a file, and a warning that names the encoding where it had to be guessed. LG802."""
    if encoding is not None:
        try:
            return raw.decode(encoding).removeprefix("\ufeff"), ()
        except LookupError:
            raise fault("LG802", f"there is no encoding `{encoding}`", "for example --encoding cp1252", file=name) from None
        except UnicodeDecodeError as error:
            message = f"`{name}` is not {encoding}: byte {error.start} means nothing in it"
            raise fault("LG802", message, "leave `--encoding` out, or name the right one", file=name) from None
    for mark, marked in _MARKS:
        if raw.startswith(mark):
            return decoded(raw, name, marked)
    if b"\0" in raw:
        raise fault("LG802", f"`{name}` is not a text", "save the table as CSV, UTF-8", file=name)
    try:
        return raw.decode("utf-8"), ()
    except UnicodeDecodeError:
        return _guessed(raw, name)


def _guessed(raw: bytes, name: str) -> tuple[str, tuple[Diagnostic, ...]]:
    from charset_normalizer import from_bytes

    found = from_bytes(raw).best()
    if found is None:
        raise fault("LG802", f"`{name}` is in no encoding that is known", "save it as UTF-8, or say --encoding", file=name)
    text = raw.decode(found.encoding)
    sample = next((line for line in text.splitlines() if not line.isascii()), "").strip()
    message = f"`{name}` is not UTF-8; it is read as {found.encoding}: `{sample[:48]}`"
    hint = f"if that looks wrong, say what it is: --encoding cp1252; if it is right: --encoding {found.encoding}"
    return text, (Diagnostic("LG803", message, severity="warning", hint=hint, file=name),)


def read_csv(text: str, name: str) -> tuple[tuple[str, ...], list[Row]]:
    """Columns and rows. LG804 no rows, LG805 columns, LG806 cells that do not fit the header; all of a file are collected."""
    before = csv.field_size_limit(LONGEST_CELL)
    try:
        return _read_csv(text, name)
    except csv.Error as error:
        message = f"`{name}` is not a table that can be read: {error}"
        raise fault("LG806", message, "open it in a spreadsheet and save it as CSV again", file=name) from None
    finally:
        csv.field_size_limit(before)


def _read_csv(text: str, name: str) -> tuple[tuple[str, ...], list[Row]]:
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
        found = csv.Sniffer().sniff(sample, DELIMITERS)
    except csv.Error:
        found = csv.excel
    delimiter = found.delimiter
    if delimiter not in first:
        delimiter = max(DELIMITERS, key=first.count) if any(mark in first for mark in DELIMITERS) else ","

    class Found(csv.excel):
        pass

    # Of what was found only the delimiter is believed: quotes are doubled inside quotes in every file of a spreadsheet.
    Found.delimiter = delimiter
    Found.skipinitialspace = found.skipinitialspace
    return Found


def columns_of(header: Sequence[object], name: str) -> tuple[str, ...]:
    """The names of columns, those without one as empty texts. LG804 when there are none, LG805 for doubles and too many."""
    names = [str(cell).strip() if cell is not None else "" for cell in header]
    if not any(names):
        raise fault("LG804", f"`{name}` is empty", "its first row names the columns, such as the poster's params", file=name)
    if len(names) > MOST_COLUMNS:
        raise fault("LG805", f"`{name}` has {len(names):,} columns", f"at most {MOST_COLUMNS:,} are read", file=name)
    doubled = [one for one in dict.fromkeys(names) if one and names.count(one) > 1]
    if doubled:
        said = f"columns of `{name}` have the same name: {listed(doubled)}"
        raise fault("LG805", said, "rename one of each", f"{name} row 1", file=name)
    return tuple(names)


def read_json(text: str, name: str) -> tuple[tuple[str, ...], list[Row]]:
    """A list of objects, or an object whose one list that is. Numbers are exact. LG807."""
    hint = 'write a list of rows: [{"sku": "A1", "price": "9.99"}]'
    try:
        value = json.loads(text, parse_float=Decimal)
    except RecursionError:
        raise fault("LG807", f"`{name}` is nested too deeply", hint, file=name) from None
    except ValueError as error:
        raise fault("LG807", f"`{name}` is not JSON: {error}", hint, file=name) from None
    if isinstance(value, dict) and isinstance(value.get("rows"), list):
        value = value["rows"]
    if not isinstance(value, list):
        raise fault("LG807", f"`{name}` is not a list of rows", hint, file=name)
    return collected(((f"{name} row {number}", item) for number, item in enumerate(value, start=1)), name)


def read_lines(text: str, name: str) -> tuple[tuple[str, ...], list[Row]]:
    """JSONL: one object a line. LG807 with every line that is none."""

    def items() -> Iterator[tuple[str, object]]:
        for number, line in enumerate(text.split("\n"), start=1):
            if line.strip():
                try:
                    yield f"{name} row {number}", json.loads(line, parse_float=Decimal)
                except (ValueError, RecursionError):
                    yield f"{name} row {number}", None

    return collected(items(), name)


def collected(items: Iterator[tuple[str, object]], name: str) -> tuple[tuple[str, ...], list[Row]]:
    """Rows of mappings; columns are all keys in order of appearance. LG807 for what is no mapping."""
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
        raise fault("LG805", f"`{name}` has {len(columns):,} columns", f"at most {MOST_COLUMNS:,} are read", file=name)
    return tuple(columns), rows
