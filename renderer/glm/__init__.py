"""GLM-Image in this process: our own planning and decoding loops over its published components.

This module stays light: torch and the models are imported when a renderer is opened, not when one is listed.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from layoutgen.conditions.limits import GLM as LIMITS

if TYPE_CHECKING:
    from .renderer import GlmRenderer
    from .settings import Settings

__all__ = ["LIMITS", "findings", "open_renderer", "unavailable"]


def unavailable(
    model: str | Path | None = None, revision: str | None = None, device: str = "auto", **others: Any
) -> str | None:
    """Why GLM-Image cannot run here, in words, or None. Files are looked at, nothing is loaded.

    It may be asked about the options that a renderer would be opened with; by itself it is about the published weights.
    """
    from .weights import MODEL, why_unavailable

    return why_unavailable(model or MODEL, revision, str(device))


def open_renderer(
    *,
    model: str | Path | None = None,
    revision: str | None = None,
    dtype: str = "auto",
    device: str = "auto",
    lora: str | Path | Iterable[str | Path] = (),
    memory: Literal["auto", "resident", "offload-planner", "group-offload", "quantised"] | None = None,
    settings: Settings | Path | str | None = None,
    set: Iterable[str] = (),  # noqa: A002 - the command line calls it so
    verify_weights: bool | None = None,
) -> GlmRenderer:
    """A warm renderer on a checkpoint of the hub's local cache or in a folder; nothing is downloaded.

    `lora`: adapters, `PATH` or `PATH:SCALE`. `settings`: all of them, or a TOML file; `set`: pairs such as
    `decoder.steps=30` on top; `memory`: short for `memory.plan=…`. PosterError: LG550 … LG573.
    """
    from .loading import load_components
    from .memory import Work, apply_plan, free_bytes, plan_memory, sizes_of
    from .renderer import GlmRenderer
    from .settings import Settings, read_settings
    from .weights import MODEL

    base = settings if isinstance(settings, Settings) else None
    path = None if settings is None or base else Path(str(settings))
    chosen = read_settings(path, [*set, *([f"memory.plan={memory}"] if memory else [])], base=base)
    adapters = [lora] if isinstance(lora, (str, Path)) else [*lora]
    components = load_components(
        model or MODEL, revision=revision, dtype=dtype, device=device, loras=adapters, verify_weights=verify_weights
    )
    width = components.dtype.itemsize
    plan = plan_memory(
        free_bytes(components.device),
        sizes_of(components.checkpoint, width),
        chosen.memory,
        device=components.device.type,
        work=Work(candidates=chosen.planner.candidates, bytes_per_number=width),
    )
    return GlmRenderer(apply_plan(components, plan), plan, chosen)


def findings() -> list[dict[str, Any]]:
    """Lines for `layoutgen doctor`: what would be done with the published weights on this machine."""
    from .memory import findings

    return findings()
