"""Colours for editors: a swatch beside every one that is written or named, and how a chosen one is written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from layoutgen.document.load.colors import BUILT_IN
from layoutgen.language_server.tolerant_tree import Sketch
from layoutgen.language_server.workspace import Family

_HEX = re.compile(r"#(?:[0-9A-Fa-f]{6}|[0-9A-Fa-f]{8})")
Rgba = tuple[float, float, float, float]
"""Red, green, blue and how solid, from 0 to 1."""


@dataclass(frozen=True)
class Swatch:
    start: int
    end: int
    color: Rgba


def rgba(written: str) -> Rgba | None:
    """`#RRGGBB` or `#RRGGBBAA`."""
    if not _HEX.fullmatch(written):
        return None
    parts = [int(written[at : at + 2], 16) / 255 for at in range(1, len(written), 2)]
    red, green, blue, alpha = (*parts, 1.0)[:4]
    return red, green, blue, alpha


def written(color: Rgba) -> str:
    parts = [round(min(max(part, 0.0), 1.0) * 255) for part in color]
    return "#" + "".join(f"{part:02X}" for part in (parts if parts[3] < 255 else parts[:3]))


def swatches(sketch: Sketch, family: Family) -> Iterator[Swatch]:
    """In the order of the file: colours as they are written, and the names of palette colours where they are used."""
    found: dict[int, Swatch] = {}
    for mark in sketch.marks:
        color = rgba(mark.text) if mark.kind == "HEX" else None
        if color is not None:
            found[mark.start] = Swatch(mark.start, mark.end, color)
    for use in family.main.names.uses:
        if "color" not in use.sorts:
            continue
        symbol = family.resolve(use)
        value = symbol.kind if symbol is not None and symbol.sort == "color" else BUILT_IN.get(use.name) if not symbol else None
        color = rgba(value) if value else None
        if color is not None:
            found[use.start] = Swatch(use.start, use.end, color)
    yield from (found[start] for start in sorted(found))


def presentations(color: Rgba, family: Family, at: int) -> list[str]:
    """How a colour can be written at a place: the palette's name for it where it has one, and in figures.

    In `palette` itself only figures can stand.
    """
    figures = written(color)
    declared = any(symbol.sort == "color" and symbol.whole[0] <= at < symbol.whole[1] for symbol in family.main.names.symbols)
    named = [] if declared else [symbol.path for symbol in family.symbols("color") if symbol.kind.upper() == figures]
    return [*named, figures]
