"""`layoutgen list` and `layoutgen explain`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from layoutgen.codes import codes
from layoutgen.diagnostics import Diagnostic, PosterError


def explain_code(code: str) -> str:
    """What a code means, with its example. LG956 for an unknown one."""
    wanted = code.strip().strip("[]").upper()
    entry = codes().get(wanted)
    if entry is None:
        raise PosterError(
            Diagnostic("LG956", f"there is no code `{code}`", hint="codes look like LG204; they stand in every message")
        )
    parts = [f"{entry.code}: {entry.title}", "", entry.explain.strip()]
    for name, text in entry.files.items():
        if not text.startswith("base64:"):
            parts += ["", f"For example, {name}:", "", *(f"    {line}" for line in text.strip().splitlines()[:30])]
    if entry.fixed:
        parts += ["", "Put right:", "", *(f"    {line}" for line in entry.fixed.strip().splitlines()[:30])]
    return "\n".join(parts)


def listing(what: str) -> list[dict[str, Any]]:
    """Rows of one list. LG957 for an unknown one."""
    if what not in _LISTS:
        raise PosterError(Diagnostic("LG957", f"there is no list `{what}`", hint=f"there are: {', '.join(_LISTS)}"))
    return _LISTS[what]()


def shown(value: object) -> str:
    """A cell of a list for people: a range of weights is `100–900`, or `400` where it is one."""
    if isinstance(value, tuple) and len(value) == 2:
        low, high = value
        return str(low) if low == high else f"{low}–{high}"
    return str(value)


def _faces() -> list[dict[str, Any]]:
    from layoutgen.typeset import faces

    return [
        {"family": face.family, "weights": face.weights, "scripts": ", ".join(face.scripts), "words": ", ".join(face.words)}
        for face in faces()
    ]


def _effects() -> list[dict[str, Any]]:
    from layoutgen.typeset.effects import EFFECTS

    return [{"effect": one.name, "looks": one.explain, "words": ", ".join(one.words)} for one in EFFECTS]


def _presets() -> list[dict[str, Any]]:
    from layoutgen.document.presets import PRESETS

    return [{"name": name, "size": f"{preset.width}x{preset.height}"} for name, preset in PRESETS.items()]


def _templates() -> list[dict[str, Any]]:
    from layoutgen.cli.starting import starters

    return [{"name": name} for name in starters()]


def _renderers() -> list[dict[str, Any]]:
    from layoutgen.renderers import renderers

    return [
        {"name": one.name, "available": "can run here" if one.available else f"cannot run here: {one.reason}"}
        for one in renderers()
    ]


_LISTS: dict[str, Callable[[], list[dict[str, Any]]]] = {
    "faces": _faces,
    "effects": _effects,
    "presets": _presets,
    "templates": _templates,
    "renderers": _renderers,
}
