"""Which canvases and languages of a poster are asked for: one by its name, several, or `all`."""

from __future__ import annotations

from collections.abc import Sequence

from layoutgen.diagnostics import Diagnostic, PosterError
from layoutgen.document.poster import Poster

ALL = "all"


def requested_canvases(poster: Poster, requested: str | Sequence[str] | None, default: str | None = None) -> list[str]:
    """Names of canvases; by default the first, or `default`. LG952 for every name that the poster does not have."""
    return _requested(requested or default, [canvas.name for canvas in poster.canvases], "canvas", "LG952")


def requested_locales(poster: Poster, requested: str | Sequence[str] | None, default: str | None = None) -> list[str]:
    """Languages; by default the first, or `default`. LG953 for every one that the poster does not have."""
    return _requested(requested or default, list(poster.languages), "language", "LG953")


def _requested(requested: str | Sequence[str] | None, known: list[str], what: str, code: str) -> list[str]:
    if not requested:
        return known[:1]
    if requested == ALL:
        return known
    names = [requested] if isinstance(requested, str) else list(dict.fromkeys(requested))
    if unknown := [name for name in names if name not in known]:
        hint = f"it has {', '.join(known)}"
        raise PosterError([Diagnostic(code, f"the poster has no {what} `{name}`", hint=hint) for name in unknown])
    return names
