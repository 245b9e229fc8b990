"""A table beside a poster's params: which columns count, and every cell that is wrong, before anything is rendered."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

from layoutgen.base.suggest import closest, listed
from layoutgen.campaign.data.table import Row, Table
from layoutgen.diagnostics import Collector, Diagnostic, PosterError
from layoutgen.document.poster import Poster
from layoutgen.language.params.declare import bind_params
from layoutgen.language.params.numbers import NumberStyle

MOST_FAULTS = 1_000
"""Cells; with more of them it is the wrong file."""


def fitting(table: Table, poster: Poster, used: Collection[str] = ()) -> tuple[Diagnostic, ...]:
    """Warnings about the columns. `used`: columns that serve another purpose than params.

    LG813 for params that need a column and have none, LG814 for a column that is most likely a misspelt param: a price must
    not go missing quietly. Warning LG801 names the columns that are not used.
    """
    names = {param.name for param in poster.params}
    wrong: list[Diagnostic] = []
    spare: list[str] = []
    suspected: set[str] = set()
    for param in poster.params:
        if param.required and param.name not in table.columns:
            near = closest(param.name, [column for column in table.columns if column not in names])
            if near:
                suspected.add(near)
            hint = (
                f"is it the column `{near}`? rename it" if near else f"add the column, or declare a default for `{param.name}`"
            )
            message = f"the data has no column `{param.name}`, which the poster needs"
            wrong.append(
                Diagnostic("LG813", message, param.where, label="declared here", hint=hint, data=f"{table.name} row 1")
            )
    unfilled = [name for name in names if name not in table.columns]
    for column in table.columns:
        if column in names or column in used:
            continue
        near = closest(column, unfilled)
        if near is None:
            spare.append(column)
        elif column not in suspected:
            message = f"no param is called `{column}`, but `{near}` is, and it has no column"
            hint = f"rename the column to `{near}`, or to something else if it is not meant"
            wrong.append(Diagnostic("LG814", message, hint=hint, data=f"{table.name} row 1 column {column}"))
    if wrong:
        raise PosterError(wrong)
    if not spare:
        return ()
    what = "this column is not a param" if len(spare) == 1 else f"{len(spare)} columns are not params"
    message = f"{what} of the poster, and left out: {listed(spare, 8)}"
    return (Diagnostic("LG801", message, severity="warning", hint="nothing to do, if that is meant", file=table.name),)


def given(row: Row, poster: Poster, *, sheet: bool = False) -> dict[str, object]:
    """A row's cells that are params. In spreadsheets and frames a whole number may be meant as text, such as an article's."""
    cells = {}
    for param in poster.params:
        if param.name in row.values:
            value = row.values[param.name]
            if sheet and param.type.kind == "text" and isinstance(value, int) and not isinstance(value, bool):
                value = str(value)
            cells[param.name] = value
    return cells


def bound(
    rows: Sequence[Row],
    poster: Poster,
    *,
    numbers: NumberStyle = "plain",
    assets: Path | None = None,
    sheet: bool = False,
    keep: bool = True,
) -> list[dict[str, object]]:
    """Every row's values, if they are kept. PosterError with all cells that are wrong: file, row, column, value, hint."""
    wrong: list[Diagnostic] = []
    values: list[dict[str, object]] = []
    for row in rows:
        collector = Collector(row.where)
        bound_values = bind_params(
            poster.params,
            given(row, poster, sheet=sheet),
            numbers=numbers,
            where=row.where,
            base=poster.folder,
            assets=assets.resolve() if assets else None,
            palette=poster.palette,
            collector=collector,
        )
        values += [bound_values] if keep else []
        wrong += collector.diagnostics
        if len(wrong) >= MOST_FAULTS:
            message = f"the first {MOST_FAULTS:,} mistakes are shown, and there may be more"
            raise PosterError([*map(_bare, wrong), Diagnostic("LG236", message, severity="hint")])
    if wrong:
        raise PosterError(map(_bare, wrong))
    return values


def _bare(item: Diagnostic) -> Diagnostic:
    """The place of a cell is in the data; where its param is declared would only be repeated for every row."""
    return replace(item, span=None, label="")
