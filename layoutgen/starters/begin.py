"""A new poster, written to disk from a starter template with everything that belongs to it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from layoutgen.base.files import write_together
from layoutgen.diagnostics import Diagnostic, PosterError
from layoutgen.starters.catalogue import kit_path, starter_path
from layoutgen.starters.rewrite import rewrite_starter


def begin_poster(
    name: str,
    target: Path,
    given: Mapping[str, object] | None = None,
    *,
    canvases: list[str] | None = None,
    kit: str | None = None,
    force: bool = False,
) -> list[Path]:
    """Write a starter as `target`, with what belongs to it, and return the paths, the poster first.

    `given` become the defaults of its params, `canvases` are kept, and the brand `kit` gives it its colours and typefaces.
    All or nothing: LG955 when a file is in the way and not `force`, LG700 … for values that do not fit, LG952 for an unknown
    canvas, LG954 for an unknown name.
    """
    contents = rewrite_starter(
        starter_path(name), target.stem, given or {}, canvases=canvases, kit=kit_path(kit) if kit is not None else None
    )
    paths = {target.parent / part: content for part, content in contents.items()}
    # A kit that is there already, with the same content, is not in the way.
    blocked = [path for path, content in paths.items() if path.exists() and (path.is_dir() or path.read_bytes() != content)]
    if blocked and not force:
        hint = f"choose another name: layoutgen new {name} -o my-{name}.poster, or write over it with --force"
        raise PosterError([Diagnostic("LG955", f"`{path}` is there already", hint=hint) for path in blocked])
    write_together(paths)
    return list(paths)
