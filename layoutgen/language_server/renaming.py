"""Renaming: every place of a name, in the file and wherever its kit is used, or the reason why it is not safe."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from layoutgen.diagnostics import PosterError, Source
from layoutgen.language.heads import RESERVED
from layoutgen.language_server.analysis import Checked, quick
from layoutgen.language_server.buffers import Buffers
from layoutgen.language_server.names import Symbol
from layoutgen.language_server.workspace import Workspace, posters_beside, workspace_of
from layoutgen.syntax import lex


class Unsafe(Exception):
    """Why a name cannot be changed, in one sentence."""


@dataclass(frozen=True)
class TextEdit:
    start: int
    end: int
    text: str


Edits = Mapping[Path, tuple[TextEdit, ...]]


def renameable(workspace: Workspace, offset: int) -> tuple[Symbol, int, int]:
    """What would be renamed at an offset, and the place of the name there. Raises Unsafe."""
    named = workspace.at(offset)
    if named is None:
        raise Unsafe("there is no name here")
    symbol, start, end = named
    if symbol.sort == "element" and not symbol.named:
        if symbol.kind == "image":
            raise Unsafe(f"`{symbol.path}` is an image of the kit, which knows it by this name; rename it there")
        raise Unsafe("this slogan has no name; write one after `slogan`")
    if symbol.sort == "kit image":
        raise Unsafe("posters take an image of a kit by its name, as a name of their own; rename it by hand in each")
    if symbol.sort == "canvas" and workspace.main.source.text[start:end] != symbol.name:
        raise Unsafe(f"`{symbol.name}` is also the name of a preset here")
    return symbol, start, end


def rename(
    workspace: Workspace, offset: int, new: str, buffers: Buffers, folders: Iterable[Path] = ()
) -> dict[Path, tuple[TextEdit, ...]]:
    """The edits, by file, that give a name another one. Raises Unsafe.

    It is tried on the texts first: every name must mean afterwards what it meant before, and the files must have the
    same mistakes, or none. That also finds translations that are kept by their source string.
    """
    symbol, _, _ = renameable(workspace, offset)
    _usable(new, symbol, workspace)
    workspaces = _workspaces(symbol, workspace, buffers, folders)
    edits: dict[Path, dict[tuple[int, int], None]] = {}
    for one in workspaces:
        for member, start, end in one.places(symbol):
            edits.setdefault(member.path, {})[start, end] = None
    changed = {path: tuple(TextEdit(start, end, new) for start, end in sorted(places)) for path, places in edits.items()}
    after = _Edited(buffers, {path: applied(buffers.read(path).text, some) for path, some in changed.items()})
    for one in workspaces:
        _same_meaning(one, workspace_of(one.main.path, after), symbol, changed)
        _same_mistakes(one, buffers, after)
    return changed


def applied(text: str, edits: Iterable[TextEdit]) -> str:
    """The text with edits that do not overlap carried out."""
    for edit in sorted(edits, key=lambda edit: edit.start, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


class _Edited(Buffers):
    """Texts as they would be."""

    def __init__(self, base: Buffers, changed: Mapping[Path, str]) -> None:
        super().__init__()
        self._open = {**base.opened, **{path: Source(str(path), text) for path, text in changed.items()}}


def _usable(new: str, symbol: Symbol, workspace: Workspace) -> None:
    source = Source("name", new)
    tokens = [token for token in lex(source)[0] if token.type != "NEWLINE"]
    if len(tokens) != 1 or tokens[0].type != "WORD" or str(tokens[0]) != new or "." in new:
        raise Unsafe(f"`{new}` cannot be a name: names hold letters, digits, _ and -, and begin with a letter")
    if new in RESERVED:
        raise Unsafe(f"`{new}` has a meaning of its own and cannot be a name")
    if new == symbol.name:
        return
    owner = symbol.path.rpartition(".")[0]
    path = f"{owner}.{new}" if owner else new
    if any(other.path == path for other in workspace.symbols(symbol.sort)):
        raise Unsafe(f"there is a {symbol.kind if symbol.sort == 'element' else symbol.sort} `{new}` already")


def _workspaces(symbol: Symbol, workspace: Workspace, buffers: Buffers, folders: Iterable[Path]) -> list[Workspace]:
    """The file itself; of a name that a kit declares, everything that uses the kit."""
    if not symbol.file.name.endswith(".kit") and symbol.file == workspace.main.path:
        return [workspace]
    others = posters_beside(symbol.file, buffers, {workspace.main.path.parent, *folders})
    if others is None:
        raise Unsafe(f"`{symbol.name}` is a name of {symbol.file.name}, and there are too many files here to find all its uses")
    workspaces = []
    for path in dict.fromkeys((workspace.main.path, *others)):
        try:
            other = workspace_of(path, buffers)
        except PosterError as error:
            raise Unsafe(f"{path.name} may use {symbol.file.name}, and it cannot be read") from error
        if any(member.path == symbol.file for member in other.members):
            workspaces.append(other)
    return workspaces


def _same_meaning(before: Workspace, after: Workspace, symbol: Symbol, changed: Edits) -> None:
    """Every use must mean the same declaration, at the place to which the edits moved it."""

    def moved(path: Path, offset: int) -> int:
        return offset + sum(len(e.text) - (e.end - e.start) for e in changed.get(path, ()) if e.start < offset)

    def meanings(workspace: Workspace, follow: bool) -> dict[tuple[Path, int], tuple[Path, int] | None]:
        by_place = {}
        for member in workspace.members:
            for use in member.names.uses:
                meant = workspace.resolve(use)
                place = member.path, moved(member.path, use.start) if follow else use.start
                at = (moved(meant.file, meant.start) if follow else meant.start) if meant else 0
                by_place[place] = (meant.file, at) if meant else None
        return by_place

    if meanings(before, True) != meanings(after, False):
        raise Unsafe(f"in {before.main.path.name} that name would be taken for something else than `{symbol.name}`")


def _same_mistakes(workspace: Workspace, buffers: Buffers, after: Buffers) -> None:
    path = workspace.main.path
    was, then = quick(path, buffers.read(path), buffers), quick(path, after.read(path), after)
    if any(code.startswith("LG1") for code in _codes(was)):
        raise Unsafe(f"{path.name} cannot be read as it stands; fix what is marked first")
    new = _codes(then) - _codes(was)
    if new:
        item = next(item for item in then.diagnostics if item.code in new)
        raise Unsafe(f"{path.name} would have a mistake then: {item.message}")


def _codes(checked: Checked) -> Counter[str]:
    return Counter(item.code for item in checked.diagnostics if item.severity != "hint")
