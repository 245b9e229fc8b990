"""`require`: conditions on the data, on the design's contrasts, and on the colours of the finished picture."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from layoutgen.base.color import rgba8
from layoutgen.base.suggest import did_you_mean, listed
from layoutgen.diagnostics import Span
from layoutgen.document.declared import ElementDecl, RequiredColor
from layoutgen.document.load.colors import read_color
from layoutgen.document.load.symbols import SourceFile, SymbolTable
from layoutgen.document.model import Contrast
from layoutgen.document.predicates import Condition, read_condition
from layoutgen.language.properties import rules_for
from layoutgen.syntax.nodes import Number, Operator, Ratio, Word

NEAR, WITHIN = "near", "within"
COLOR_PROPERTIES: Mapping[str, Literal["lettering", "panel"]] = {"color": "lettering", "panel": "panel"}
"""Properties whose colour can be required, and what has it."""
WITHIN_UNSAID = 5.0
"""CIEDE2000: seen at a glance."""
_FARTHEST = 100.0
"""Black and white."""
_NEAR_HINT = "write require header.title.color near brand within 5, or require header.panel near #E4002B"


class Required(NamedTuple):
    """All that the poster and its kits require."""

    rules: tuple[Condition, ...]
    contrasts: tuple[Contrast, ...]
    colors: tuple[RequiredColor, ...]


def read_requires(symbols: SymbolTable, paths: Mapping[str, ElementDecl]) -> Required:
    rules: list[Condition] = []
    contrasts: list[Contrast] = []
    colors: list[RequiredColor] = []
    for part in symbols.parts:
        for statement in part.of_kind("require"):
            row = statement.head[0] if len(statement.head) == 1 else ()
            if not row:
                hint = "write require header.contrast >= 4.5, or require price < was"
                symbols.collector.error("LG215", statement.span, "`require` needs one condition", hint=hint)
            elif _about_color(row, symbols):
                color = _read_color(row, part, paths, symbols)
                colors += [color] if color else []
            elif (
                isinstance(row[0], Word)
                and row[0].text.endswith(".contrast")
                and row[0].text.partition(".")[0] not in symbols.params
            ):
                contrast = _read_contrast(row, part, paths, symbols)
                contrasts += [contrast] if contrast else []
            else:
                rule = read_condition(row, symbols.predicate_types({}), symbols.collector)
                rules += [rule] if rule else []
    return Required(tuple(rules), tuple(contrasts), tuple(colors))


def _read_contrast(
    row: tuple[Any, ...], part: SourceFile, paths: Mapping[str, ElementDecl], symbols: SymbolTable
) -> Contrast | None:
    """`header.contrast >= 4.5` (or `4.5:1`); one of a kit counts where the poster has the element."""
    word = row[0]
    path = word.text.removesuffix(".contrast")
    span = word.span.to(row[-1].span)
    value = row[2].value if len(row) == 3 and isinstance(row[2], Number) and not row[2].unit else None
    if len(row) == 3 and isinstance(row[2], Ratio) and row[2].height == 1:
        value = row[2].width
    if value is None or not isinstance(row[1], Operator) or not 1 <= value <= 21:
        hint = "contrast is between 1 and 21: require header.contrast >= 4.5"
        symbols.collector.error("LG231", span, f"`{span.text}` is not a condition", hint=hint)
        return None
    if not _known(word, path, part, paths, symbols):
        return None
    if paths[path].kind not in ("region", "group", "slogan"):
        symbols.collector.error(
            "LG231",
            word.span,
            f"`{path}` has no letters, so it has no contrast",
            hint=f"name one of {listed(rules_for('slogan')['color'].kinds)}",
        )
        return None
    return Contrast(element=path, operator=row[1].text, value=value, where=span)


def _about_color(row: tuple[Any, ...], symbols: SymbolTable) -> bool:
    """`NAME.color near …`, and what is likely meant to be that."""
    if not isinstance(row[0], Word):
        return False
    path, _, written = row[0].text.rpartition(".")
    near = len(row) > 1 and isinstance(row[1], Word) and row[1].text == NEAR
    return near or bool(path and written in COLOR_PROPERTIES and path.partition(".")[0] not in symbols.params)


def _read_color(
    row: tuple[Any, ...], part: SourceFile, paths: Mapping[str, ElementDecl], symbols: SymbolTable
) -> RequiredColor | None:
    """`header.title.color near brand within 5`; one of a kit counts where the poster has the element."""
    word, span = row[0], row[0].span.to(row[-1].span)
    path, _, written = word.text.rpartition(".")
    within, rest = WITHIN_UNSAID, row[3:]
    if rest:
        limit = rest[1] if len(rest) == 2 and isinstance(rest[0], Word) and rest[0].text == WITHIN else None
        within = limit.value if isinstance(limit, Number) and not limit.unit else -1.0
        if isinstance(limit, Number) and not 0 < within <= _FARTHEST:
            hint = "it is a difference of colours (CIEDE2000) between 0 and 100: within 5"
            symbols.collector.error("LG231", limit.span, f"`{limit.written}` is not a difference of colours", hint=hint)
            return None
    if len(row) < 3 or not isinstance(row[1], Word) or row[1].text != NEAR or within < 0:
        symbols.collector.error("LG231", span, f"`{span.text}` is not a condition", hint=_NEAR_HINT)
        return None
    names = symbols.names(part, {})
    color = read_color(row[2], names)
    if written not in COLOR_PROPERTIES or not path:
        near = did_you_mean(written, COLOR_PROPERTIES) if path else ""
        message = f"`{word.text}` is not the colour of anything"
        last = Span(word.span.source, word.span.end - len(written), word.span.end)
        symbols.collector.error("LG231", last, message, label=near, hint=_NEAR_HINT)
        return None
    if not _known(word, path, part, paths, symbols) or color is None:
        return None
    kinds = rules_for("slogan")[written].kinds
    if paths[path].kind not in kinds:
        lacking = "panel" if written == "panel" else "letters"
        message = f"`{path}` has no {lacking} whose colour could be required"
        symbols.collector.error("LG231", word.span, message, hint=f"name one of {listed(kinds)}")
        return None
    if isinstance(color, str) and rgba8(color)[3] != 255:
        hint = f"write near {color[:7]}"
        symbols.collector.error("LG231", row[2].span, f"`{row[2].span.text}` lets other colours through", hint=hint)
        return None
    return RequiredColor(path, COLOR_PROPERTIES[written], color, within, span)


def _known(word: Word, path: str, part: SourceFile, paths: Mapping[str, ElementDecl], symbols: SymbolTable) -> bool:
    if path not in paths and part.kind == "poster":
        label = did_you_mean(path, paths)
        name = Span(word.span.source, word.span.start, word.span.start + len(path))
        symbols.collector.error("LG204", name, f"no region or object is called `{path}`", label=label)
    return path in paths
