"""Colours for editors: a swatch beside every one that is written or named, and how a chosen one is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from layoutgen.base.color import BUILT_IN_COLORS, Rgba, is_hex, rgba, to_hex
from layoutgen.language_server.tolerant_tree import TolerantTree
from layoutgen.language_server.workspace import Workspace


@dataclass(frozen=True)
class Swatch:
    start: int
    end: int
    color: Rgba


def written(color: Rgba) -> str:
    parts = [round(min(max(part, 0.0), 1.0) * 255) for part in color]
    return to_hex(parts if parts[3] < 255 else parts[:3]).upper()


def swatches(tree: TolerantTree, workspace: Workspace) -> Iterator[Swatch]:
    """In the order of the file: colours as they are written, and the names of palette colours where they are used."""
    by_start: dict[int, Swatch] = {}
    for mark in tree.marks:
        color = rgba(mark.text) if mark.kind == "HEX" and is_hex(mark.text) else None
        if color is not None:
            by_start[mark.start] = Swatch(mark.start, mark.end, color)
    for use in workspace.main.names.uses:
        if "color" not in use.sorts:
            continue
        symbol = workspace.resolve(use)
        value = (
            symbol.kind
            if symbol is not None and symbol.sort == "color"
            else BUILT_IN_COLORS.get(use.name)
            if not symbol
            else None
        )
        color = rgba(value) if value and is_hex(value) else None
        if color is not None:
            by_start[use.start] = Swatch(use.start, use.end, color)
    yield from (by_start[start] for start in sorted(by_start))


def presentations(color: Rgba, workspace: Workspace, at: int) -> list[str]:
    """How a colour can be written at a place: the palette's name for it where it has one, and in figures.

    In `palette` itself only figures can stand.
    """
    figures = written(color)
    declared = any(
        symbol.sort == "color" and symbol.whole[0] <= at < symbol.whole[1] for symbol in workspace.main.names.symbols
    )
    named = [] if declared else [symbol.path for symbol in workspace.symbols("color") if symbol.kind.upper() == figures]
    return [*named, figures]
