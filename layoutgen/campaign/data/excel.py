"""Excel → rows, by openpyxl. Cells are exact decimals, percents, dates; of formulas the last value counts, nothing is run."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from datetime import time, timedelta
from decimal import Decimal
from typing import Any

from layoutgen.base.suggest import did_you_mean, listed
from layoutgen.campaign.data.table import Row, RowFile, Table, columns_of, data_error
from layoutgen.diagnostics import Diagnostic, PosterError
from layoutgen.language.values import Percent


def read_excel(file: RowFile) -> Table:
    """The rows of one sheet, by default the first. LG808 not a workbook, or no such sheet; LG809 cells without a usable
    value, all of them; LG816 without openpyxl."""
    raw, name = file.read(), file.name
    try:
        import openpyxl
    except ImportError:
        raise data_error("LG816", "Excel files are read by `openpyxl`, which is not installed", _INSTALL, file=name) from None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and validations, which are not read
            values = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
            written = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=False)
            title = _sheet(values.sheetnames, file.sheet, name)
            columns, rows = _read(values[title], written[title], name)
            return Table(name, columns, tuple(rows), sheet=True)
    except PosterError:
        raise
    except Exception as error:  # openpyxl lets through whatever zip, XML and its own parser raise
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        message = f"`{name}` is not a workbook that can be read: {reason}"
        raise data_error("LG808", message, "open it in a spreadsheet, and save it as .xlsx or CSV", file=name) from None


_INSTALL = "run pip install 'layoutgen[excel]', or save the table as CSV"


def _sheet(names: list[str], requested: str | None, name: str) -> str:
    if requested is None:
        return names[0]
    if requested not in names:
        hint = did_you_mean(requested, names) or f"there are {listed(names)}"
        raise data_error("LG808", f"`{name}` has no sheet `{requested}`", hint, file=name)
    return requested


def _read(values: Any, written: Any, name: str) -> tuple[tuple[str, ...], list[Row]]:
    for sheet in (values, written):
        sheet.reset_dimensions()  # what the file says of its own size may be wrong
    pairs = enumerate(zip(values.iter_rows(), written.iter_rows(), strict=True), start=1)
    header: tuple[str, ...] = ()
    rows, wrong = [], []
    for number, (cells, formulas) in pairs:
        if all(cell.value is None for cell in formulas):
            continue
        if not header:
            header = columns_of([cell.value for cell in cells], name)
            continue
        where = f"{name} row {number}"
        row: dict[str, object] = {}
        for column, cell, formula in _named(header, cells, formulas):
            if (
                isinstance(formula.value, str)
                and formula.value.startswith("=")
                and formula.data_type == "f"
                and cell.value is None
            ):
                message = "this formula was never calculated, so it has no value"
                wrong.append(_wrong(message, "open the file in a spreadsheet and save it again", f"{where} column {column}"))
            elif cell.data_type == "e":
                message = f"this cell holds the error `{cell.value}`"
                wrong.append(_wrong(message, "correct the formula in the spreadsheet", f"{where} column {column}"))
            elif column:
                row[column] = _value(cell)
            elif cell.value is not None:
                message = f"this cell has no column name above it: `{cell.value}`"
                wrong.append(_wrong(message, "name the column in row 1, or empty it", where))
        rows.append(Row({column: row.get(column) for column in header if column}, where))
    if wrong:
        raise PosterError(wrong)
    if not header:
        columns_of([], name)
    return tuple(filter(None, header)), rows


def _named(header: tuple[str, ...], cells: Any, formulas: Any) -> Iterator[tuple[str, Any, Any]]:
    for index, (cell, formula) in enumerate(zip(cells, formulas, strict=False)):
        yield header[index] if index < len(header) else "", cell, formula


def _wrong(message: str, hint: str, where: str) -> Diagnostic:
    return Diagnostic("LG809", message, hint=hint, data=where)


def _value(cell: Any) -> object:
    """Numbers as the fifteen digits that Excel itself shows, percents as such."""
    value = cell.value
    if isinstance(value, float) or (isinstance(value, int) and not isinstance(value, bool)):
        exact = Decimal(f"{value:.15g}") if isinstance(value, float) else Decimal(value)
        if "%" in (cell.number_format or ""):
            return Percent(exact)
        return int(exact) if exact == exact.to_integral_value() and exact.adjusted() < 15 else exact
    # No param takes times of day or spans of time: as texts they are refused where they are bound.
    return str(value) if isinstance(value, time | timedelta) else value
