"""The installed renderers by name, and the one way from a name, or from `auto`, to the renderer that is meant."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from layoutgen.base.suggest import listed
from layoutgen.conditions.limits import DRAFT
from layoutgen.conditions.model import Limits
from layoutgen.diagnostics import Diagnostic, PosterError
from layoutgen.renderers.plugins import Plugin, cannot_open, read_plugin
from layoutgen.renderers.protocol import Renderer

GROUP = "layoutgen.renderers"
AUTO = "auto"
RENDERER_VARIABLE = "LAYOUTGEN_RENDERER"
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
    """The renderer that is meant, and why: announced and recorded."""

    name: str
    reason: str
    limits: Limits
    automatic: bool = False
    """Whether `auto` chose it."""


def registered() -> dict[str, EntryPoint]:
    """The renderers that are installed, by name."""
    points = {point.name: point for point in entry_points(group=GROUP)}
    return dict(sorted(points.items()))


def plugin_named(name: str) -> Plugin:
    """The renderer of this name. LG500 for an unknown one, LG501 when it cannot be imported."""
    points = registered()
    if name in points:
        return read_plugin(points[name])
    close = get_close_matches(name.lower(), [AUTO, *points], n=1, cutoff=0.5)
    hint = f"did you mean `{close[0]}`?" if close else f"there are: {', '.join([AUTO, *points])}"
    raise PosterError(Diagnostic("LG500", f"no renderer is called `{name}`", hint=hint))


def plugins() -> list[Plugin]:
    """All renderers, without those that cannot be imported."""
    result = []
    for point in registered().values():
        with suppress(PosterError):
            result.append(read_plugin(point))
    return result


def renderers() -> list[RendererInfo]:
    """All renderers, and whether each can run here."""
    reasons = {name: _unavailable(point) for name, point in registered().items()}
    return [RendererInfo(name, point.value, not reasons[name], reasons[name]) for name, point in registered().items()]


def _unavailable(point: EntryPoint) -> str:
    try:
        return read_plugin(point).unavailable()
    except PosterError as error:
        return error.diagnostics[0].message


def limits_of(name: str) -> Limits:
    """What a renderer can take, without opening it, or having it. LG500, LG501."""
    return plugin_named(name).limits


def all_limits() -> list[Limits]:
    """What each of the installed renderers can take."""
    return [plugin.limits for plugin in plugins()]


def resolve(
    renderer: Renderer | str = AUTO, options: Mapping[str, Any] | None = None, compiles: Compiles | None = None
) -> Choice:
    """The renderer that a handle, a name or `auto` means, to be opened with these options.

    `auto` is the renderer that `LAYOUTGEN_RENDERER` names; else, of those that declare a rank, the highest that can run here
    and takes what is to be made. PosterError: what is wrong with that for every renderer; LG500 for an unknown name, also in
    the variable; LG501 when none can run, or for an option that the renderer does not have. TypeError for options of an open
    one.
    """
    options = options or {}
    if not isinstance(renderer, str):
        if options:
            raise TypeError(f"`{next(iter(options))}` is for opening a renderer, and this one is open")
        return Choice(renderer.name, "given by the caller", renderer.limits)
    if renderer == AUTO:
        plugin, reason = _automatic(options, compiles)
        _check_options(plugin, options, f"; `auto` chose `{plugin.name}`: {reason}")
        return Choice(plugin.name, f"auto: {reason}", plugin.limits, automatic=True)
    plugin = plugin_named(renderer)
    _check_options(plugin, options)
    return Choice(plugin.name, "asked for", plugin.limits)


def open_renderer(name: str = AUTO, **options: Any) -> Renderer:
    """Open a renderer by name; with `auto`, the best one that can run here.

    `options` are the renderer's own, the parameters of its `open_renderer`. LG500 for an unknown name, LG501 when it cannot
    be opened.
    """
    return plugin_named(resolve(name, options).name).open(options)


def _automatic(options: Mapping[str, Any], compiles: Compiles | None) -> tuple[Plugin, str]:
    """The renderer that `auto` stands for, and why."""
    named = os.environ.get(RENDERER_VARIABLE, "").strip() or AUTO
    if named != AUTO:
        return plugin_named(named), f"`{RENDERER_VARIABLE}` names it"
    if compiles is not None:
        compiles(DRAFT)
    passed_over: list[str] = []
    ranked = [(-plugin.auto_rank, plugin.name, plugin) for plugin in plugins() if plugin.auto_rank is not None]
    for _, name, plugin in sorted(ranked, key=lambda one: one[:2]):
        reason = plugin.unavailable(options) or _refusal(plugin, compiles)
        if not reason:
            return plugin, "; ".join(passed_over) or "the best one that is installed"
        passed_over.append(f"not `{name}`: {reason}")
    hint = "reinstall layoutgen; `layoutgen list renderers` shows what is there"
    raise PosterError(Diagnostic("LG501", "no renderer can run here", hint=hint))


def _refusal(plugin: Plugin, compiles: Compiles | None) -> str:
    """Why a renderer does not take what is to be made, or empty."""
    if plugin.limits == DRAFT or compiles is None:
        return ""
    try:
        compiles(plugin.limits)
    except PosterError as error:
        return error.diagnostics[0].message.replace(f"the renderer `{plugin.name}`", "it")
    return ""


def _check_options(plugin: Plugin, options: Mapping[str, Any], choice: str = "") -> None:
    """LG501 for options that a renderer does not have; the hint names the renderers that have them all."""
    unknown = [name for name in options if not plugin.takes(name)]
    if not unknown:
        return
    able = [other.name for other in plugins() if all(other.takes(name) for name in options)]
    hint = f"{listed(able)} {'has' if len(able) == 1 else 'have'} {'it' if len(options) == 1 else 'them'}" if able else ""
    reason = f"it has no option{'s' if len(unknown) > 1 else ''} {listed(unknown)}"
    raise cannot_open(plugin.name, reason, hint and f"{hint}: `--renderer {able[0]}`{choice}")
