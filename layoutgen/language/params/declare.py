"""Params: the typed inputs of a poster. Declared once, bound for every row, described by a JSON Schema."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from layoutgen.base.suggest import did_you_mean, listed
from layoutgen.diagnostics import Collector, Diagnostic, Related, Source
from layoutgen.language.json_positions import read_data
from layoutgen.language.params.numbers import NumberStyle
from layoutgen.language.params.reading import ParamFault, ReadingContext, absent, read_value
from layoutgen.language.params.schema import param_schema
from layoutgen.language.params.types import Misdeclared, Param, ParamType, amount_of, judge_name, read_limits, read_type
from layoutgen.language.strings.locales import Translations
from layoutgen.language.values import BadValue, Percent, shown
from layoutgen.syntax import nodes

__all__ = ["NumberStyle", "Param", "ParamType", "bind_params", "declare_param", "param_schema"]


OpenFile = Callable[[nodes.Text], Source | None]
"""Opens a file that a poster names; None after an error was collected."""


def declare_param(statement: nodes.Statement, collector: Collector, open_file: OpenFile | None = None) -> Param | None:
    """`param NAME: TYPE [{ limits }] [= default]`. None after an error was collected: LG260 … LG265, and for a default
    that is kept in a JSON file LG719 and those of `bind_params`."""
    try:
        name = _name(statement)
        judge_name(name, "a param")
        type_ = read_type(_type_atom(statement, name))
        if statement.body:
            type_ = type_.model_copy(update={"limits": read_limits(statement.body, type_)})
        default = None
        if (file := _file_of(statement.default, type_)) and open_file:
            source = open_file(file)
            default = _default_in(source, file, type_, name.text, collector) if source else None
            if default is None:
                return None
        elif statement.default:
            default = _default(statement.default, type_, name.text)
    except Misdeclared as fault:
        fault.report(collector)
        return None
    return Param(name=name.text, type=type_, default=default, where=statement.kind.span.to(statement.annotation[-1][-1].span))


def _name(statement: nodes.Statement) -> nodes.Word:
    words = [atom for items in statement.head for atom in items]
    if len(words) == 1 and isinstance(words[0], nodes.Word):
        return words[0]
    place = words[-1].span if words else statement.kind.span
    hint = "write param NAME: TYPE, for example param headline: text"
    if len(words) > 1 and isinstance(words[0], nodes.Word) and isinstance(words[1], nodes.Word):
        hint = f"a colon is missing: param {words[0].text}: {words[1].text}"
    raise Misdeclared("LG265", place, "a param has one name", hint=hint)


def _type_atom(statement: nodes.Statement, name: nodes.Word) -> nodes.Atom:
    atoms = [atom for items in statement.annotation for atom in items]
    if not atoms:
        raise Misdeclared("LG265", name.span, f"the param `{name.text}` has no type", hint=f"write param {name.text}: text")
    if len(atoms) > 1:
        raise Misdeclared("LG265", atoms[1].span, "a param has one type", hint="a default follows `=`, limits stand in { }")
    return atoms[0]


def _default(written: tuple[nodes.Items, ...], type_: ParamType, name: str) -> object:
    first, last = written[0][0], written[-1][-1]
    span = first.span.to(last.span)
    if len(written) != 1:
        raise Misdeclared("LG263", span, "a default is one value", hint=_comma_hint(span.text, type_))
    given = _given(written[0], type_)
    if absent(given):
        raise Misdeclared("LG263", span, "an empty default is not a value", hint=f"make the param optional: {type_.kind}?")
    faults: list[ParamFault] = []
    # Pictures and palette names are looked up when the param is bound: only then folder and palette are known.
    value = read_value(given, type_, ReadingContext(folders=None, palette=None), f"the default of `{name}`", faults)
    for fault in faults:
        raise Misdeclared("LG263", span, f"{fault.place} {fault.error.message}", hint=fault.error.hint)
    return value


def _comma_hint(written: str, type_: ParamType) -> str:
    if type_.kind == "list":
        return 'write a list as JSON text, or keep it in a file beside the poster: = "items.json"'
    number = re.fullmatch(r"([+-]?\d+)\s*,\s*(\d+)(\s*%|\s+[A-Z]{3})?", written)
    if type_.kind not in ("money", "number", "percent", "integer") or not number:
        return "text stands in quotes, commas included"
    whole, part, unit = number[1], number[2], number[3] or ""
    point = f"write {whole}.{part}{unit}"
    if len(part) != 3:
        return f"the decimals follow a point: {point}"
    return f"write {whole}{part}{unit}" + (
        f", or {whole}.{part}{unit} if the comma parts decimals" if type_.kind != "integer" else ""
    )


def _file_of(written: tuple[nodes.Items, ...], type_: ParamType) -> nodes.Text | None:
    """The file that a default is kept in: a text that ends in `.json`, for types that no such text can be of."""
    if type_.kind in ("text", "url", "image", "enum", "color") or len(written) != 1 or len(written[0]) != 1:
        return None
    atom = written[0][0]
    return atom if isinstance(atom, nodes.Text) and atom.value.strip().lower().endswith(".json") else None


def _default_in(source: Source, file: nodes.Text, type_: ParamType, name: str, collector: Collector) -> object:
    """The default that a JSON file holds; None after errors, each at its place in the file, were collected."""
    related = (Related(file.span, f"the default of `{name}`"),)
    data = read_data(source, collector)
    if data is None:
        return None
    if absent(data.value):
        collector.error(
            "LG719", data.place(()), "this file holds no value", related=related, hint=f"delete `= {file.span.text}`"
        )
        return None
    faults: list[ParamFault] = []
    value = read_value(data.value, type_, ReadingContext(folders=None, palette=None), f"`{name}`", faults)
    for fault in faults:
        message = f"{fault.place} {fault.error.message}: {shown(fault.value)}"
        collector.error(fault.error.code, data.place(fault.path), message, hint=fault.error.hint, related=related)
    return None if faults else value


def _given(items: nodes.Items, type_: ParamType) -> object:
    """What a default gives to the reader of its type."""
    atom, span = items[0], items[0].span.to(items[-1].span)
    if isinstance(atom, nodes.Text) and len(items) == 1:
        if "{{" in atom.value or "{%" in atom.value:
            message = "a default is plain text, so `{{ … }}` in it would be printed as it stands"
            raise Misdeclared("LG263", span, message, hint="write the expression in the slogan")
        return atom.value
    if type_.kind in ("text", "url", "image", "list"):
        raise Misdeclared("LG263", span, f"a default of `{type_.kind}` stands in quotes", hint=f'write "{span.text}"')
    if isinstance(atom, nodes.Number) and len(items) == 1:
        value = amount_of(atom)
        if isinstance(value, Percent) and type_.kind == "percent":
            return value
        if isinstance(value, Decimal) and type_.kind == "percent":
            raise Misdeclared("LG263", span, f"`{span.text}` has no %", hint=f"write {span.text}%")
        return value if isinstance(value, Decimal) and type_.kind != "enum" else span.text
    return span.text


def bind_params(
    params: Sequence[Param],
    given: Mapping[str, object],
    *,
    numbers: NumberStyle = "plain",
    where: str = "",
    base: Path | None = None,
    root: Path | None = None,
    assets: Path | None = None,
    palette: Mapping[str, str] | None = None,
    translations: Translations | None = None,
    collector: Collector,
) -> dict[str, object]:
    """Check and convert one set of given values; every declared param is in the result, None where it has no value.

    `numbers` is the number style of texts, `where` names the row (`june.csv row 42`). Pictures are looked up in the
    folder `base` (they may lie anywhere in the project folder `root`, by default `base` itself), then in `assets`; with
    neither they are not looked for. A param that is not given has its default. One that is given but empty (None,
    not-a-number, a text of white space) has no value where it is optional, and otherwise its default as well.
    Default texts are translated. Errors: LG700 … LG718, each at the param's declaration, with the data's row and column.
    """
    folders = tuple((folder, whole) for folder, whole in ((base, root or base), (assets, assets)) if folder and whole)
    reading = ReadingContext(numbers, folders or None, palette or {})
    declared = {param.name: param for param in params}
    for name in given:
        if name not in declared:
            hint = did_you_mean(name, declared) or (f"its params: {listed(declared)}" if declared else "it has no params")
            collector.add(Diagnostic("LG700", f"the poster has no param `{name}`", hint=hint, data=_data(where, name)))
    missing = [param for param in params if param.required and absent(given.get(param.name))]
    if missing:
        _report_missing(missing, given, where, collector)
    values: dict[str, object] = {}
    for param in params:
        value = given.get(param.name)
        if not absent(value):
            values[param.name] = _bind(param, value, reading, where, collector)
        elif param.default is None or (param.name in given and param.type.optional):
            values[param.name] = None
        else:
            values[param.name] = _bind_default(param, reading, where, translations, collector)
    return values


def _bind(param: Param, value: object, reading: ReadingContext, where: str, collector: Collector) -> object:
    faults: list[ParamFault] = []
    result = read_value(value, param.type, reading, f"`{param.name}`", faults)
    for fault in faults:
        collector.add(
            Diagnostic(
                fault.error.code,
                f"{fault.place} {fault.error.message}: {shown(fault.value)}",
                param.where,
                label="declared here",
                hint=_hint(fault.error, where),
                data=_data(where, param.name),
            )
        )
    return None if faults else result


def _bind_default(
    param: Param, reading: ReadingContext, where: str, translations: Translations | None, collector: Collector
) -> object:
    default = param.default
    if param.type.kind == "text" and translations and isinstance(default, str):
        return translations.translate_value(default)
    if {param.type.kind, *(inner.kind for inner in param.type.fields.values())} & {"image", "color"}:
        return _bind(param, default, replace(reading, numbers="plain"), where, collector)
    return default


def _report_missing(missing: Iterable[Param], given: Mapping[str, object], where: str, collector: Collector) -> None:
    names = [param.name for param in missing]
    empty = [name for name in names if name in given]
    message = f"{listed(names, 20)} {'has' if len(names) == 1 else 'have'} no value"
    if empty:
        message += f" ({'it is' if len(names) == 1 else listed(empty) + ' given but'} empty)"
    first = next(iter(missing))
    give = f"give {'it' if len(names) == 1 else 'them'}"
    if not where:
        example = _EXAMPLES.get(first.type.kind) or first.type.choices[0]
        give += f": -p {first.name}={example.format(first.name)}"
    hint = f"{give}, or declare `{first.name}: {first.type}?` or a default"
    collector.add(Diagnostic("LG701", message, first.where, label="declared here", hint=hint, data=where))


_EXAMPLES = {
    "list": "@{}.json", "money": "9.99", "number": "9.99", "integer": "12", "percent": "30%", "date": "2026-06-01",
    "color": "#F2A541", "url": "https://example.com", "image": "photo.jpg", "flag": "yes", "text": '"…"',
}  # fmt: skip
"""Values as the command line takes them."""


def _hint(error: BadValue, where: str) -> str:
    """Rows have a number style; what is given without a row has none to choose."""
    return error.hint + (f", or say that the data's number style is `{error.style}`" if where and error.style else "")


def _data(where: str, name: str) -> str:
    return f"{where} column {name}" if where else ""
