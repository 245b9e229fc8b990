"""The starter templates and brand kits that come with layoutgen, and what each is for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from layoutgen.base.suggest import did_you_mean
from layoutgen.diagnostics import Diagnostic, PosterError


def starter_names() -> list[str]:
    """Names of the starter templates."""
    return sorted(path.stem for path in _folder("starters").glob("*.poster"))


def kit_names() -> list[str]:
    """Names of the brand kits that come with layoutgen."""
    return sorted(path.stem for path in _folder("kits").glob("*.kit"))


def starter_path(name: str) -> Path:
    """The `.poster` of a starter. LG954 for an unknown name."""
    return _named(name, starter_names(), "starters", "poster", "template")


def kit_path(name: str) -> Path:
    """A kit by its name, or a `.kit` file. LG954 for an unknown name."""
    return Path(name) if name.endswith(".kit") else _named(name, kit_names(), "kits", "kit", "kit")


def thumbnail(name: str) -> Path:
    """The small picture of a starter, which `docs/pictures/gallery/draw.py` draws."""
    return _folder("starters") / f"{name}.webp"


def describe(name: str) -> dict[str, Any]:
    """A starter as data: its purpose, params with type, default and limits, canvases, languages, thumbnail."""
    from layoutgen.document import load
    from layoutgen.language.values import to_json

    poster = load(starter_path(name))
    return {
        "name": name,
        "title": poster.title,
        "about": about(name),
        "params": [
            {
                "name": param.name,
                "type": str(param.type),
                "limits": limits_in_words(param.type),
                "default": None if param.default is None else to_json(param.default),
                "required": param.required,
            }
            for param in poster.params
        ],
        "canvases": [{"name": canvas.name, "width": canvas.width, "height": canvas.height} for canvas in poster.canvases],
        "languages": list(poster.languages),
        "thumbnail": str(thumbnail(name)),
        "file": str(starter_path(name)),
    }


def about(name: str) -> str:
    """What a starter is for: its first comment."""
    from layoutgen.syntax import parse, read_source

    comments = parse(read_source(starter_path(name)))[0].comments
    return comments[0].text.removeprefix("//").strip() if comments else ""


def limits_in_words(type_: Any) -> str:
    """`1 to 24 characters`, `5% to 90%`; empty where there are none."""
    from layoutgen.language.values import Percent, plain

    limits, parts = type_.limits, []
    low, high = limits.length or (None, None)
    if limits.length:
        unit = "entries" if type_.kind == "list" else "characters"
        parts.append(f"{_between(low, high)} {unit}")

    def number(value: Any) -> str:
        if type_.kind == "percent":
            return str(Percent(value))
        return value.isoformat() if hasattr(value, "isoformat") else plain(value)

    if limits.min is not None or limits.max is not None:
        parts.append(_between(*(None if limit is None else number(limit) for limit in (limits.min, limits.max))))
    if limits.pattern:
        parts.append(f"as in {limits.pattern}")
    return ", ".join(parts)


def _between(low: object, high: object) -> str:
    return f"{low} to {high}" if None not in (low, high) else f"at least {low}" if high is None else f"at most {high}"


def _folder(part: str) -> Path:
    from importlib.resources import files

    return Path(str(files("layoutgen.templates") / part))


def _named(name: str, known: list[str], folder: str, ending: str, what: str) -> Path:
    if name not in known:
        hint = did_you_mean(name, known) or f"there are: {', '.join(known)}"
        raise PosterError(Diagnostic("LG954", f"no {what} is called `{name}`", hint=hint))
    return _folder(folder) / f"{name}.{ending}"
