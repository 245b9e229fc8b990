"""`layoutgen list`: what there is to write, each with how it is written."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from layoutgen.cli.options import Json
from layoutgen.cli.output import console, diagnosed, emit
from layoutgen.diagnostics import Diagnostic, PosterError

if TYPE_CHECKING:
    from rich.table import Table

Rows = list[dict[str, Any]]
WIDE = 110
"""Columns of a window that has room for everything."""


def register(app: typer.Typer) -> None:
    app.command("list")(list_)


@diagnosed
def list_(
    what: Annotated[
        str,
        typer.Argument(
            metavar="WHAT",
            help="faces, effects, presets, templates, kits, renderers or filters.",
            autocompletion=lambda incomplete: [name for name in LISTS if name.startswith(incomplete)],
        ),
    ],
    as_json: Json = False,
) -> int:
    """Show faces, effects, presets, templates, kits or filters.

    Also renderers, and what keeps one from running here.

    Example: layoutgen list faces
    Example: layoutgen list presets --json
    Example: layoutgen list templates
    """
    rows = listing(what)
    if as_json:
        emit({what: rows})
        return 0
    out = console()
    with out.capture() as captured:
        out.print(
            blocks(rows)
            if what in _IN_BLOCKS or (out.width < WIDE and what in _IN_BLOCKS_WHEN_NARROW)
            else table(_for_people(what, rows, out.width))
        )
        if note := _NOTES.get(what):
            out.print(f"\n{note}", style="dim")
    print("\n".join(line.rstrip() for line in captured.get().splitlines()))
    return 0


def listing(what: str) -> Rows:
    """Rows of one list, JSON-able. LG957 for an unknown one."""
    from layoutgen.base.suggest import did_you_mean

    if what not in LISTS:
        hint = did_you_mean(what, LISTS) or f"there are: {', '.join(LISTS)}"
        raise PosterError(Diagnostic("LG957", f"there is no list `{what}`", hint=hint))
    return LISTS[what]()


def _for_people(what: str, rows: Rows, width: int) -> Rows:
    """Without the many words that lead to a face, and the regional faces of one family in one row."""
    if what != "faces":
        return rows
    families: dict[tuple[str, str], dict[str, Any]] = {}
    for row in rows:
        stem, _, region = row["family"].rpartition(" ")
        regional = stem.endswith("CJK") and not row["face"]
        row = {name: value for name, value in row.items() if name not in (("words",) if width >= WIDE else ("words", "italic"))}
        family = families.setdefault((stem if regional else row["family"], str(row["face"])), row)
        if regional and family is not row:
            family["family"] += f", {region}"
    return list(families.values())


def blocks(rows: Rows) -> Table:
    """For people: a paragraph an entry, where there is too much for columns."""
    from rich.table import Table

    result = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=False)
    result.add_column(style="bold", no_wrap=True)
    result.add_column(overflow="fold")
    for row in rows:
        (_, name), (_, about), *others = row.items()
        result.add_row(cell_text(name), cell_text(about))
        inner = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=False)
        inner.add_column(style="dim", no_wrap=True)
        inner.add_column(overflow="fold")
        for field, value in others:
            inner.add_row(field, cell_text(value))
        result.add_row("", inner)
        if row is not rows[-1]:
            result.add_row("", "")
    return result


def table(rows: Rows) -> Table:
    """For people: a column a field, the first in bold, columns with nothing in them left out."""
    from rich.table import Table

    result = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    names = [name for name in rows[0] if any(row[name] not in ("", None, [], ()) for row in rows)] if rows else []
    for number, name in enumerate(names):
        narrow = number == 0 or all(len(cell_text(row[name])) <= 12 for row in rows)
        result.add_column(name.replace("_", " "), style="bold" if number == 0 else "", no_wrap=narrow, overflow="fold")
    for row in rows:
        result.add_row(*(cell_text(row[name]) for name in names))
    return result


def cell_text(value: object) -> str:
    """A cell for people: a range of weights is `100–900`, or `400` where it is one; a list has commas."""
    if isinstance(value, tuple) and len(value) == 2 and all(isinstance(part, int) for part in value):
        low, high = value
        return str(low) if low == high else f"{low}–{high}"
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, list | tuple):
        separator = "\n" if any("," in str(part) or "=" in str(part) for part in value) else ", "
        return separator.join(_part(part) for part in value)
    return "" if value is None else str(value)


def _part(value: object) -> str:
    return " ".join(str(part) for part in value.values() if part is not None) if isinstance(value, dict) else str(value)


def _faces() -> Rows:
    """Every family: what the words of `face:` lead to first, in the order of the catalogue."""
    from layoutgen.typeset import catalogue, faces

    order = [genre.name for genre in catalogue.GENRES]
    ranked = sorted(faces(), key=lambda face: (min(map(order.index, face.words), default=len(order)), face.family))
    words = {genre.name: sorted(genre.words) for genre in catalogue.GENRES}
    return [
        {
            "family": face.family,
            "face": list(face.words),
            "weights": face.weights,
            "italic": face.italic,
            "scripts": list(face.scripts),
            "words": sorted({word for name in face.words for word in words[name]}),
        }
        for face in ranked
    ]


def _effects() -> Rows:
    from layoutgen.typeset.effects import EFFECTS

    return [
        {"effect": one.name, "looks": one.explain, "write": f'effect: "{one.words[0]}"', "words": list(one.words)}
        for one in EFFECTS
    ]


def _presets() -> Rows:
    from layoutgen.language.presets import PRESETS

    return [
        {
            "name": name,
            "size": f"{preset.width}x{preset.height}",
            "paper": f"{_mm(preset.width, preset.dpi)} x {_mm(preset.height, preset.dpi)} mm" if preset.dpi else "",
            "dpi": f"{preset.dpi:g}" if preset.dpi else "",
            "for": preset.meaning,
        }
        for name, preset in PRESETS.items()
    ]


def _mm(pixels: int, dpi: float) -> str:
    return f"{pixels / dpi * 25.4:.0f}"


def _templates() -> Rows:
    from layoutgen.starters.catalogue import describe, starter_names

    return [_template(describe(name)) for name in starter_names()]


def _template(starter: dict[str, Any]) -> dict[str, Any]:
    sizes = [f"{canvas['name']} {canvas['width']}x{canvas['height']}" for canvas in starter["canvases"]]
    asked = [
        f"{param['name']}: {param['type']}" + (f", {param['limits']}" if param["limits"] else "") for param in starter["params"]
    ]
    return {
        "name": starter["name"],
        "about": starter["about"],
        "params": asked,
        "canvases": sizes,
        "languages": starter["languages"],
        "file": starter["file"],
        "thumbnail": starter["thumbnail"],
    }


def _kits() -> Rows:
    from layoutgen.starters.catalogue import kit_names, kit_path

    return [{"name": name, "write": f"layoutgen new sale --kit {name}", "file": str(kit_path(name))} for name in kit_names()]


def _renderers() -> Rows:
    from layoutgen.renderers import renderers

    return [
        {"name": one.name, "available": "can run here" if one.available else f"cannot run here: {one.reason}"}
        for one in renderers()
    ]


FILTER_EXAMPLES: dict[str, tuple[str, str]] = {
    "money": ("an amount, with its currency as the language has it", "{{ price | money }}"),
    "number": ("a number; decimals= sets how many", "{{ stock | number }}"),
    "percent": ("a share; of a plain number too, in brackets", "{{ ((was - price) / was) | percent }}"),
    "date": ("a date: short, medium, long, full, or a pattern", "{{ until | date }}"),
    "upper": ("capitals, by the rules of the language", "{{ name | upper }}"),
    "lower": ("small letters", "{{ name | lower }}"),
    "title": ("a capital at the start of every word", "{{ name | title }}"),
    "nbsp": ("spaces that no line breaks at", "{{ name | nbsp }}"),
    "truncate": ("at most this many characters, cut between words", "{{ name | truncate(12) }}"),
    "default": ("what stands there when nothing is given", '{{ extra | default("soon") }}'),
}
"""By filter: what it does, and a string that uses it; the results are worked out."""


def _filters() -> Rows:
    from datetime import date
    from decimal import Decimal

    from layoutgen.diagnostics import Collector, Source, Span
    from layoutgen.language.strings.templates import compile_string
    from layoutgen.language.values import Money
    from layoutgen.syntax.nodes import Text

    scope = {
        "price": Money(Decimal("1249.00"), "EUR"), "was": Money(Decimal("1810.00"), "EUR"), "stock": Decimal(12500),
        "until": date(2027, 8, 31), "name": "große Freude im Juni", "extra": None,
    }  # fmt: skip
    rows: Rows = []
    for name, (does, template) in FILTER_EXAMPLES.items():
        source = Source(name, f'"{template}"')
        string = compile_string(Text(Span(source, 0, len(source.text)), template), Collector())
        assert string is not None, template
        results = {locale: string.evaluate(scope, locale) for locale in ("en", "de")}
        rows.append({"filter": name, "does": does, "write": template, **results})
    return rows


LISTS: dict[str, Callable[[], Rows]] = {
    "faces": _faces,
    "effects": _effects,
    "presets": _presets,
    "templates": _templates,
    "kits": _kits,
    "renderers": _renderers,
    "filters": _filters,
}
_IN_BLOCKS = ("templates",)
_IN_BLOCKS_WHEN_NARROW = ("filters",)
_NOTES = {
    "faces": 'Write font: "Anton" for a family by name, or face: "heavy condensed sans" to have one chosen. '
    "--json has all words that lead to each.",
    "effects": "The image model takes any words; the draft draws these.",
    "presets": "Write canvas story, a3-portrait { margin: 6% }",
    "templates": "layoutgen new NAME begins a poster from one.",
    "filters": "Filters follow one another: {{ name | truncate(20) | upper }}",
}
