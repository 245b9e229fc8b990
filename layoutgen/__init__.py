"""Posters as text, whose words are right.

    import layoutgen

    poster = layoutgen.load("sale.poster")
    result = layoutgen.render(poster, params={"headline": "FINAL DAYS"}, canvas="story")
    result.save("final.png")

Nothing heavy is imported until it is used: neither torch nor onnxruntime comes with `import layoutgen`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from layoutgen.api import Interrupted, compile, load, open_renderer, preview, render, verify
    from layoutgen.campaign import Campaign
    from layoutgen.check.model import Verdict
    from layoutgen.conditions import Conditions
    from layoutgen.diagnostics import Diagnostic, PosterError
    from layoutgen.document import Document, Poster
    from layoutgen.layout import Layout
    from layoutgen.record import Record
    from layoutgen.record.result import Result, WordsWrong
    from layoutgen.syntax.formatter import format_source

__version__ = "0.1.0"

_HOMES = {
    "layoutgen.api": ("Interrupted", "compile", "load", "open_renderer", "preview", "render", "verify"),
    "layoutgen.campaign": ("Campaign",),
    "layoutgen.check.model": ("Verdict",),
    "layoutgen.conditions": ("Conditions",),
    "layoutgen.diagnostics": ("Diagnostic", "PosterError"),
    "layoutgen.document": ("Document", "Poster"),
    "layoutgen.syntax.formatter": ("format_source",),
    "layoutgen.layout": ("Layout",),
    "layoutgen.record": ("Record",),
    "layoutgen.record.result": ("Result", "WordsWrong"),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "Campaign",
    "Conditions",
    "Diagnostic",
    "Document",
    "Interrupted",
    "Layout",
    "Poster",
    "PosterError",
    "Record",
    "Result",
    "Verdict",
    "WordsWrong",
    "compile",
    "format_source",
    "load",
    "open_renderer",
    "preview",
    "render",
    "verify",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module 'layoutgen' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOME_OF[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOME_OF])
