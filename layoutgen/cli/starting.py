"""`layoutgen new`: copies a starter template. Never writes over anything."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from layoutgen.diagnostics import Diagnostic, PosterError
from layoutgen.output import write_atomically


def starters() -> list[str]:
    """Names of the starter templates."""
    folder = files("layoutgen.templates") / "starters"
    return sorted(entry.name.removesuffix(".poster") for entry in folder.iterdir() if entry.name.endswith(".poster"))


def copy_starter(name: str, folder: Path) -> list[Path]:
    """Copy `NAME.poster` and what belongs to it. LG954 unknown name, LG955 a file is in the way."""
    from difflib import get_close_matches

    known = starters()
    if name not in known:
        close = get_close_matches(name, known, n=1)
        hint = f"did you mean `{close[0]}`?" if close else f"there are: {', '.join(known)}"
        raise PosterError(Diagnostic("LG954", f"no template is called `{name}`", hint=hint))
    source = files("layoutgen.templates") / "starters"
    parts = [entry for entry in source.iterdir() if entry.name.split(".")[0] == name]
    taken = [folder / entry.name for entry in parts if (folder / entry.name).exists()]
    if taken:
        raise PosterError(
            Diagnostic("LG955", f"`{taken[0]}` is there already", hint=f"choose another folder: layoutgen new {name} my-{name}")
        )
    for entry in parts:
        write_atomically(folder / entry.name, entry.read_bytes())
    return sorted(folder / entry.name for entry in parts)
