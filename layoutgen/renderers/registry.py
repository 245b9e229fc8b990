"""Renderers: the Protocol they share, and the registry that finds them by name.

A renderer is an entry point of the group `layoutgen.renderers`: a function `open_renderer(**options) -> Renderer`.
The module of that function may also define

- `LIMITS: Limits`, what the renderer can take, known without opening it;
- `unavailable() -> str | None`, why it cannot run here, in words, or None. It must be cheap: files are looked at, not loaded.
  With parameters, it is given the options that the renderer is about to be opened with;
- `findings() -> list[dict]`, lines for `layoutgen doctor`: `what`, `ok`, `detail`.

A handle may tell the retry policy more about itself: attributes `actions`, `takes`, `weakest` and `costs`, see
`layoutgen.renderers.abilities`. Without them it is given no options, and all actions are tried.

Nothing of a renderer is imported before it is asked for, so the core never loads torch.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.metadata import EntryPoint, entry_points
from inspect import signature
from typing import Any, cast

from layoutgen.conditions.limits import DRAFT
from layoutgen.conditions.model import Limits
from layoutgen.diagnostics import Diagnostic, PosterError
from layoutgen.renderers.protocol import Renderer

GROUP = "layoutgen.renderers"
PREFERENCE = ("glm", "mini", "draft")
"""The order in which `auto` looks."""
VARIABLE = "LAYOUTGEN_RENDERER"
"""Environment variable: the renderer that `auto` stands for on this machine."""

Compiles = Callable[[Limits], object]
"""Compiles what is to be made for a renderer with these limits, or raises PosterError."""


@dataclass(frozen=True)
class RendererInfo:
    """A line of `layoutgen list renderers`."""

    name: str
    source: str
    """`module:function` of its entry point."""
    available: bool
    reason: str
    """Why it is not available, or empty."""


@dataclass(frozen=True)
class Choice:
    """What `auto` chose, and why: announced and recorded."""

    name: str
    reason: str


def registered() -> dict[str, EntryPoint]:
    """The renderers that are installed, by name: ours first, in order of preference, others by name."""
    found = {point.name: point for point in entry_points(group=GROUP)}
    ours = [name for name in reversed(PREFERENCE) if name in found]
    return {name: found[name] for name in [*ours, *sorted(set(found) - set(ours))]}


def renderers() -> list[RendererInfo]:
    """All renderers, and whether each can run here."""
    found = []
    for name, point in registered().items():
        reason = _unavailable(point)
        found.append(RendererInfo(name, point.value, not reason, reason))
    return found


def limits_of(name: str, compiles: Compiles | None = None) -> Limits:
    """What a renderer can take, without opening it, or having it. `auto`: of the one that `choose` takes. LG500, LG501."""
    if name == "auto":
        name = choose(compiles).name
    point = _point(name)
    limits = getattr(_module(point), "LIMITS", None)
    if not isinstance(limits, Limits):
        raise _cannot_open(name, f"`{point.module}` does not define `LIMITS`")
    return limits


def choose(compiles: Compiles | None = None) -> Choice:
    """The renderer that `auto` stands for: the best one that can run here, and takes what is to be made.

    PosterError: what is wrong with that for every renderer; LG500 for a name in `LAYOUTGEN_RENDERER` that there is none of;
    LG501 when none can run.
    """
    named = os.environ.get(VARIABLE, "").strip() or "auto"
    if named != "auto":
        return Choice(_point(named).name, f"`{VARIABLE}` names it")
    if compiles is not None:
        compiles(DRAFT)
    points = registered()
    passed_over: list[str] = []
    for name in PREFERENCE:
        if name not in points:
            continue
        reason = _unavailable(points[name]) or _refused(name, compiles)
        if not reason:
            return Choice(name, "; ".join(passed_over) or "the best one that is installed")
        passed_over.append(f"not `{name}`: {reason}")
    raise PosterError(
        Diagnostic(
            "LG501", "no renderer can run here", hint="reinstall layoutgen; `layoutgen list renderers` shows what is there"
        )
    )


def _refused(name: str, compiles: Compiles | None) -> str:
    """Why a renderer does not take what is to be made, or empty."""
    limits = limits_of(name)
    if limits == DRAFT or compiles is None:
        return ""
    try:
        compiles(limits)
    except PosterError as error:
        return error.diagnostics[0].message.replace(f"the renderer `{name}`", "it")
    return ""


def open_renderer(name: str = "auto", **options: Any) -> Renderer:
    """Open a renderer by name; with `auto`, the best one that can run here.

    `options` are the renderer's own: `model`, `lora`, `memory` for `glm`. LG500 for an unknown name, LG501 when it cannot open.
    """
    if name == "auto":
        name = choose().name
    point = _point(name)
    opener = getattr(_module(point), point.attr)
    if reason := _unavailable(point, options):
        raise _cannot_open(name, reason)
    try:
        return cast("Renderer", opener(**options))
    except TypeError as error:
        if "unexpected keyword argument" not in str(error):
            raise
        option = str(error).rpartition("argument ")[2].strip("'")
        raise _cannot_open(name, f"it has no option `{option}`") from error


def _point(name: str) -> EntryPoint:
    points = registered()
    if name in points:
        return points[name]
    close = get_close_matches(name.lower(), ["auto", *points], n=1, cutoff=0.5)
    hint = f"did you mean `{close[0]}`?" if close else f"there are: {', '.join(['auto', *points])}"
    raise PosterError(Diagnostic("LG500", f"no renderer is called `{name}`", hint=hint))


def all_limits() -> list[Limits]:
    """What each of the installed renderers can take; those that cannot be imported are left out."""
    found = []
    for name in registered():
        with suppress(PosterError):
            found.append(limits_of(name))
    return found


def _module(point: EntryPoint) -> Any:
    try:
        return sys.modules.get(point.module) or importlib.import_module(point.module)
    except ImportError as error:
        raise _cannot_open(point.name, f"`{error.name or point.module}` is not installed") from error


def _unavailable(point: EntryPoint, options: Mapping[str, Any] | None = None) -> str:
    try:
        module = _module(point)
    except PosterError as error:
        return error.diagnostics[0].message
    ask = getattr(module, "unavailable", None)
    if ask is None:
        return ""
    return (ask(**options) if options and signature(ask).parameters else ask()) or ""


def _cannot_open(name: str, reason: str) -> PosterError:
    return PosterError(
        Diagnostic(
            "LG501",
            f"the renderer `{name}` cannot be opened: {reason}",
            hint="`layoutgen list renderers` shows which can run here, and `--renderer draft` always does",
        )
    )
