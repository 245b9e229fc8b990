"""The tables of `docs/language.md` that are made from the code: properties, limits, filters, canvas sizes."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

from layoutgen.language.params.types import LIMITS
from layoutgen.language.presets import PRESETS
from layoutgen.language.properties import BOXES, PROPERTIES
from layoutgen.language.strings.filters import FILTERS

BEGIN, END = "<!-- generated: {name} -->\n", "<!-- end -->"


def tables() -> dict[str, str]:
    """Every table as Markdown, by the name of its place on the page."""
    lines_by_name = {"properties": _properties(), "limits": _limits(), "filters": _filters(), "sizes": _sizes()}
    return {name: "\n".join(lines) + "\n" for name, lines in lines_by_name.items()}


def filled(page: str) -> str:
    """The page with its tables renewed. ValueError where a table has no place."""
    for name, table in tables().items():
        begin = BEGIN.format(name=name)
        if begin not in page:
            raise ValueError(f"the page has no `{begin.strip()}`")
        before, _, rest = page.partition(begin)
        page = f"{before}{begin}{table}{END}{rest.partition(END)[2]}"
    return page


def _properties() -> Iterator[str]:
    yield "| | on | properties |"
    yield "| --- | --- | --- |"
    for section, kinds in dict.fromkeys((rule.section, rule.kinds) for rule in PROPERTIES):
        names = [f"`{rule.name}`" for rule in PROPERTIES if (rule.section, rule.kinds) == (section, kinds)]
        yield f"| {section} | {'everything with a box' if kinds == BOXES else ', '.join(kinds)} | {', '.join(names)} |"
    yield ""
    inherited = (f"`{rule.name}`" for rule in PROPERTIES if rule.inherited)
    yield f"Inherited: {', '.join(inherited)}."


def _limits() -> Iterator[str]:
    yield "| limit | on params of the types |"
    yield "| --- | --- |"
    for name, kinds in LIMITS.items():
        yield f"| `{name}` | {', '.join(kinds)} |"


def _filters() -> Iterator[str]:
    yield "| filter | |"
    yield "| --- | --- |"
    for name, function in FILTERS.items():
        yield f"| `{name}` | {' '.join((inspect.getdoc(function) or '').split())} |"
    yield '| `default` | What stands instead where there is no value: `{{ note \\| default("…") }}`. |'


def _sizes() -> Iterator[str]:
    yield "| size | | |"
    yield "| --- | --- | --- |"
    presets = PRESETS.values() if isinstance(PRESETS, dict) else PRESETS
    for preset in presets:
        dots = f", {preset.dpi:g} dpi" if preset.dpi else ""
        yield f"| `{preset.name}` | {preset.width} x {preset.height}{dots} | {preset.meaning} |"
