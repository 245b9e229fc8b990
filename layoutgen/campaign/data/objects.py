"""Rows that a program has: a data frame, a cursor, a query's result, any iterable of mappings or records."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from layoutgen.campaign.data.table import data_error


def is_frame(source: object) -> bool:
    """Whether it is a data frame, such as one of pandas."""
    return hasattr(source, "to_dict") and hasattr(source, "columns")


def mappings_of(source: Any, name: str) -> Iterator[tuple[str, object]]:
    """`(where, mapping)` of anything that can be iterated. LG800."""
    if is_frame(source):
        # Missing values are None, numpy numbers those of Python.
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
        raise data_error(
            "LG800", f"{type(source).__name__} is not a table", "give a list of rows, a frame, a cursor or a file's path"
        )
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
