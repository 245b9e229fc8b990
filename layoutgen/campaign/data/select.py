"""Which rows: their keys, and `--only`, `--where`, `--limit`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from layoutgen.base.suggest import did_you_mean, listed
from layoutgen.campaign.data.table import Row, Table, content_key
from layoutgen.diagnostics import Collector, Diagnostic, PosterError, Source, Span
from layoutgen.document.predicates import Condition, PredicateTypes, holds, read_condition
from layoutgen.language.params.reading import absent
from layoutgen.language.values import shown
from layoutgen.syntax import parse

LONGEST_KEY = 200
_LEAD = 'poster 1 "x"\nrequire '


def identified(table: Table, key: str | None) -> Table:
    """Every row with its key. LG810 for keys that are missing or not unique, all of them; LG811 no such column."""
    if key is not None:
        has_column(table, key, "--key")
    first: dict[str, Row] = {}
    rows, wrong = [], []
    for row in table.rows:
        value = content_key(row.values) if key is None else row.values.get(key)
        where = f"{row.where} column {key}" if key else row.where
        name = str(value).strip()
        if absent(value):
            wrong.append(Diagnostic("LG810", "the row has no key", hint=f"fill in `{key}`", data=where))
        elif len(name) > LONGEST_KEY:
            hint = f"a key has at most {LONGEST_KEY} characters: choose another column"
            wrong.append(Diagnostic("LG810", f"the key has {len(name):,} characters", hint=hint, data=where))
        elif name in first:
            what = "the row says the same as" if key is None else f"the key {shown(name)} is also that of"
            hint = "delete one of the two, or name a column whose cells differ: --key COLUMN"
            wrong.append(Diagnostic("LG810", f"{what} {first[name].where}", hint=hint, data=where))
        else:
            first[name] = replace(row, key=name)
            rows.append(first[name])
    if wrong:
        raise PosterError(wrong)
    return replace(table, rows=tuple(rows))


def has_column(table: Table, name: str, option: str) -> None:
    if name not in table.columns:
        hint = did_you_mean(name, table.columns) or f"its columns: {listed(table.columns)}"
        raise PosterError(Diagnostic("LG811", f"`{option} {name}`: there is no such column", hint=hint, file=table.name))


def only(table: Table, keys: Collection[str]) -> Table:
    """The rows of these keys. LG812 for every key that no row has."""
    known = {row.key for row in table.rows}
    if missing := [key for key in keys if key not in known]:
        near = [Diagnostic("LG812", f"no row is called `{key}`", hint=did_you_mean(key, known) or _SOME, file=table.name)
                for key in missing]  # fmt: skip
        raise PosterError(near)
    return replace(table, rows=tuple(row for row in table.rows if row.key in keys))


_SOME = "`--only` takes keys, with commas between them, from the column of `--key`"


def read_where(written: str, names: Iterable[str]) -> Condition:
    """`price < 5`, `stock`, `not sold`: a condition as `when` has them. PosterError with its place in what was written."""
    collector = Collector()
    source = Source("--where", written)

    def placed(span: Span | None) -> Span | None:
        if span is None or span.source is not whole:
            return span
        start = min(max(span.start - len(_LEAD), 0), len(written))
        return Span(source, start, min(max(span.end - len(_LEAD), start), len(written)))

    whole = Source("--where", _LEAD + written + "\n")
    try:
        file, _ = parse(whole)
        rows: Sequence[Any] = [row for statement in file.statements[1:] for row in statement.head]
        if len(file.statements) != 2 or len(rows) != 1:
            hint = "write one condition: --where 'price < 5'"
            raise PosterError(Diagnostic("LG231", f"`{written}` is not a condition", hint=hint, file="--where"))
        condition = read_condition(rows[0], PredicateTypes(dict.fromkeys(names), {}, {}), collector)
        collector.stop()
    except PosterError as error:
        raise PosterError(replace(item, span=placed(item.span)) for item in error.diagnostics) from None
    assert condition is not None
    return condition


def meets(condition: Condition, row: Row, values: Mapping[str, object]) -> bool:
    """Whether a row's values (bound ones for params, cells for other columns) meet a condition. PosterError with the row."""
    collector = Collector(row.where)
    met = holds(condition, lambda name: values.get(name, row.values.get(name)), collector)
    if collector.failed:
        raise PosterError(replace(item, span=None, file="") for item in collector.diagnostics)
    return met
