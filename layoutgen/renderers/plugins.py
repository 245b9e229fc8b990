"""An installed renderer before it is opened: all that its entry point and its module say, read once into a frozen value.

The entry point, in the group `layoutgen.renderers`, is a function `open_renderer(**options) -> Renderer`. The options that the
renderer takes are that function's parameters. Its module defines

- `LIMITS: Limits`, what the renderer can take;

and may define

- `unavailable() -> str | None`, why it cannot run here, in words, or None. It must be cheap: files are looked at, not loaded.
  With parameters, it is given the options that the renderer is about to be opened with;
- `findings() -> list[dict]`, lines for `layoutgen doctor`: `what`, `ok`, `detail`;
- `AUTO_RANK: int`, by which it takes part in `auto`, the highest first. Without it the renderer is chosen by name only;
- `NEEDS_GPU: bool`, True where each worker of a campaign needs a GPU of its own.

Nothing of a renderer is imported before it is asked for, so the core never loads torch.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import EntryPoint
from inspect import Parameter, signature
from types import ModuleType
from typing import Any

from layoutgen.conditions.model import Limits
from layoutgen.diagnostics import Diagnostic, PosterError
from layoutgen.renderers.protocol import Renderer

Finding = Mapping[str, Any]


def _nothing_missing() -> str | None:
    return None


def _no_findings() -> Iterable[Finding]:
    return ()


@dataclass(frozen=True)
class Plugin:
    """One renderer, not opened."""

    name: str
    opener: Callable[..., Renderer]
    limits: Limits
    why_unavailable: Callable[..., str | None] = _nothing_missing
    findings: Callable[[], Iterable[Finding]] = _no_findings
    """Lines for `layoutgen doctor`."""
    auto_rank: int | None = None
    """Its place in `auto`, the highest first; None: it is chosen by name only."""
    needs_gpu: bool = False

    def takes(self, option: str) -> bool:
        """Whether it can be opened with an option of this name."""
        parameters = signature(self.opener).parameters
        return option in parameters or any(item.kind is Parameter.VAR_KEYWORD for item in parameters.values())

    def unavailable(self, options: Mapping[str, Any] | None = None) -> str:
        """Why it cannot run here, in words, or empty."""
        reason = (
            self.why_unavailable(**options)
            if options and signature(self.why_unavailable).parameters
            else self.why_unavailable()
        )
        return reason or ""

    def open(self, options: Mapping[str, Any]) -> Renderer:
        """A warm handle. LG501 where it cannot run here, or what it opens is not a `Renderer`."""
        if reason := self.unavailable(options):
            raise cannot_open(self.name, reason)
        renderer = self.opener(**options)
        if not isinstance(renderer, Renderer):
            kind = type(renderer).__name__
            raise cannot_open(self.name, f"its `{kind}` does not derive from `layoutgen.renderers.Renderer`")
        return renderer


def read_plugin(point: EntryPoint) -> Plugin:
    """What an entry point's module says. LG501 when it cannot be imported, or lacks what it must define."""
    module = _module(point)
    opener = getattr(module, point.attr, None)
    if not callable(opener):
        raise cannot_open(point.name, f"`{point.module}` does not define `{point.attr}`")
    limits = getattr(module, "LIMITS", None)
    if not isinstance(limits, Limits):
        raise cannot_open(point.name, f"`{point.module}` does not define `LIMITS`")
    return Plugin(
        name=point.name,
        opener=opener,
        limits=limits,
        why_unavailable=getattr(module, "unavailable", _nothing_missing),
        findings=getattr(module, "findings", _no_findings),
        auto_rank=getattr(module, "AUTO_RANK", None),
        needs_gpu=getattr(module, "NEEDS_GPU", False),
    )


def _module(point: EntryPoint) -> ModuleType:
    try:
        return sys.modules.get(point.module) or importlib.import_module(point.module)
    except ImportError as error:
        raise cannot_open(point.name, f"`{error.name or point.module}` is not installed") from error


def cannot_open(name: str, reason: str, hint: str = "") -> PosterError:
    """LG501."""
    hint = hint or "`layoutgen list renderers` shows which can run here, and `--renderer draft` always does"
    return PosterError(Diagnostic("LG501", f"the renderer `{name}` cannot be opened: {reason}", hint=hint))
