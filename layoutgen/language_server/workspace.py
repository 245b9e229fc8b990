"""A poster with its kits, and what every name in them means."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from layoutgen.diagnostics import PosterError, Source
from layoutgen.document.declared import find
from layoutgen.document.load.project import Project
from layoutgen.language_server.buffers import Buffers
from layoutgen.language_server.names import FileNames, NameReference, Sort, Symbol, names_in
from layoutgen.language_server.tolerant_tree import tolerant_tree

MOST_FILES = 500
"""Posters and kits of one project that are looked at for uses of a kit."""
SKIPPED = ("node_modules", "__pycache__", "site-packages")


@dataclass(frozen=True)
class Member:
    """One file of a workspace."""

    path: Path
    source: Source
    names: FileNames


@dataclass(frozen=True)
class Workspace:
    """Kits stand before what uses them, the file that was asked about is the last."""

    members: tuple[Member, ...]

    @property
    def main(self) -> Member:
        return self.members[-1]

    def symbols(self, *sorts: Sort) -> Iterator[Symbol]:
        """What is declared, of these sorts: elements of the file itself alone, all else of its kits, too."""
        for member in self.members:
            for symbol in member.names.symbols:
                if symbol.sort in sorts and (symbol.sort != "element" or member is self.main):
                    yield symbol

    @cached_property
    def elements(self) -> dict[str, Symbol]:
        """By path."""
        by_path: dict[str, Symbol] = {}
        for symbol in self.symbols("element"):
            by_path.setdefault(symbol.path, symbol)
        return by_path

    @cached_property
    def _declared(self) -> dict[tuple[Sort, str], Symbol]:
        by_name: dict[tuple[Sort, str], Symbol] = {}
        for symbol in self.symbols("param", "field", "canvas", "color", "font", "style", "kit image"):
            by_name.setdefault((symbol.sort, symbol.path), symbol)
        return by_name

    def resolve(self, use: NameReference) -> Symbol | None:
        """What a use means; None for a name that is declared nowhere."""
        for sort in use.sorts:
            match sort:
                case "element":
                    symbol = self._element(use)
                case "item":
                    symbol = self._item(use)
                case "param":
                    symbol = self._declared.get(("param", use.name.partition(".")[0])) if not use.segment else None
                case _:
                    symbol = self._declared.get((sort, use.name))
            if symbol is not None:
                return symbol
        return None

    def _element(self, use: NameReference) -> Symbol | None:
        path = use.name if use.absolute else find(use.name, use.scope, self.elements)
        if path is None:
            return None
        # `header.price` may be found further out: its words stand for the last parts of the path.
        parts = path.split(".")
        missing = use.name.count(".") - use.segment
        return self.elements.get(".".join(parts[: len(parts) - missing]))

    def _item(self, use: NameReference) -> Symbol | None:
        name, _, field = use.name.partition(".")
        item = next((item for item in reversed(use.items) if item.path == name), None)
        if item is None or not use.segment:
            return item
        return self._declared.get(("field", f"{item.kind}.{field}"))

    def at(self, offset: int) -> tuple[Symbol, int, int] | None:
        """What the name at an offset of the file means, and the name's own place."""
        for symbol in self.main.names.symbols:
            if symbol.start <= offset <= symbol.end:
                return symbol, symbol.start, symbol.end
        for use in self.main.names.uses:
            if use.start <= offset <= use.end:
                meant = self.resolve(use)
                if meant is not None:
                    return meant, use.start, use.end
        return None

    def places(self, symbol: Symbol) -> Iterator[tuple[Member, int, int]]:
        """Where a symbol is declared and used within the workspace."""
        for member in self.members:
            spans = {(item.start, item.end) for item in member.names.symbols if _same(item, symbol)}
            for use in member.names.uses:
                meant = self.resolve(use)
                if meant is not None and _same(meant, symbol):
                    spans.add((use.start, use.end))
            yield from ((member, *place) for place in sorted(spans))


def _same(one: Symbol, other: Symbol) -> bool:
    return (one.sort, one.path, one.file, one.start) == (other.sort, other.path, other.file, other.start)


def workspace_of(path: Path, buffers: Buffers) -> Workspace:
    """A file with its kits, as far as they can be read. Raises PosterError when the file itself cannot be."""
    members: list[Member] = []
    done: set[Path] = set()

    def take(path: Path, source: Source, depth: int) -> None:
        done.add(path)
        names = names_in(tolerant_tree(source), path)
        for written, _ in names.kits:
            kit = kit_path(path, written)
            if kit is not None and kit not in done and depth < 8:
                try:
                    inner = buffers.read(kit)
                except PosterError:
                    continue
                take(kit, inner, depth + 1)
        members.append(Member(path, source, names))

    take(path.resolve(), buffers.read(path), 0)
    return Workspace(tuple(members))


def kit_path(path: Path, written: str) -> Path | None:
    """The kit that `use "written"` in a file means, when it lies in the project and is there."""
    if not written.strip() or "\0" in written or re.match(r"[A-Za-z][A-Za-z0-9+.-]+://", written):
        return None
    try:
        path_of_kit = (path.parent / written.replace("\\", "/")).resolve()
        return path_of_kit if path_of_kit.is_file() and Project.around(path.parent).holds(path_of_kit) else None
    except (OSError, RuntimeError, ValueError):
        return None


def posters_beside(path: Path, buffers: Buffers, folders: Iterable[Path]) -> list[Path] | None:
    """Every poster and kit of the project, of the folders that are open, and of the editor. None: too many to look at."""
    roots = {Project.around(path.parent).root, *(folder.resolve() for folder in folders)}
    posters = dict.fromkeys(buffers.opened)
    seen = 0
    for root in sorted(roots):
        for folder, below, files in os.walk(root):
            below[:] = sorted(name for name in below if not name.startswith(".") and name not in SKIPPED)
            seen += len(files)
            for name in sorted(files):
                if name.endswith((".poster", ".kit")):
                    posters[(Path(folder) / name).resolve()] = None
            if len(posters) > MOST_FILES or seen > 100 * MOST_FILES:
                return None
    return list(posters)
