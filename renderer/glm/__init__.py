"""GLM-Image in this process: our own planning and decoding loops over its published components.

This module stays light: torch and the models are imported when a renderer is opened, not when one is listed.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from layoutgen.renderer.glm.limits import LIMITS

if TYPE_CHECKING:
    from layoutgen.conditions.model import Limits

    from .renderer import GlmRenderer
    from .settings import EngineSettings

__all__ = ["AUTO_RANK", "LIMITS", "NEEDS_GPU", "findings", "open_renderer", "unavailable"]

AUTO_RANK = 10
NEEDS_GPU = True


def unavailable(
    model: str | Path | None = None, revision: str | None = None, device: str = "auto", **others: Any
) -> str | None:
    """Why GLM-Image cannot run here, in words, or None. Files are looked at, nothing is loaded.

    It takes the options that a renderer would be opened with. A `model` that is asked for is not looked up here: opening it
    says more exactly what is wrong with it.
    """
    from .weights import why_unavailable

    return why_unavailable(look=model is None, revision=revision, device=str(device))


def open_renderer(
    *,
    model: str | Path | None = None,
    revision: str | None = None,
    device: str | None = None,
    dtype: str | None = None,
    lora: str | Path | Iterable[str | Path] = (),
    memory: str | None = None,
    settings: EngineSettings | Path | str | None = None,
    set: Iterable[str] = (),  # noqa: A002 - the command line calls it so
    verify_weights: bool | None = None,
    limits: Limits = LIMITS,
) -> GlmRenderer:
    """A warm renderer on a checkpoint of the hub's local cache or in a folder; nothing is downloaded.

    `lora`: adapters, `PATH` or `PATH:SCALE`. `settings`: all of them, or a TOML file; `set`: pairs such as
    `decoder.steps=30` on top; `device`, `dtype` and `memory` are short for `memory.device`, `memory.dtype` and `memory.plan`.
    `limits`: what these weights can take, for checkpoints that differ from the published one.
    PosterError: LG550 … LG573.
    """
    from .adapters import Lora, may_quantise, quiet

    with quiet():
        from .loading import choose_device, choose_dtype, load_components
        from .memory import Workload, apply_plan, free_bytes, plan_memory, sizes_of
        from .progress import loading
        from .renderer import GlmRenderer
        from .settings import EngineSettings, read_settings
        from .weights import MODEL, find, inspect

    shorthands = {"device": device, "dtype": dtype, "plan": memory}
    pairs = [*set, *(f"memory.{name}={value}" for name, value in shorthands.items() if value is not None)]
    base = settings if isinstance(settings, EngineSettings) else None
    path = None if settings is None or base else Path(str(settings))
    resolved = read_settings(path, pairs, base=base)
    torch_device = choose_device(resolved.memory.device)
    torch_dtype = choose_dtype(resolved.memory.dtype, torch_device)
    if resolved.memory.plan == "quantised":
        may_quantise(resolved.memory.quantise, torch_device)
    adapters = [Lora.parse(one) for one in ([lora] if isinstance(lora, (str, Path)) else lora)]
    checkpoint = inspect(find(model or MODEL, revision))
    plan = plan_memory(
        free_bytes(torch_device),
        sizes_of(checkpoint, torch_dtype.itemsize),
        resolved.memory,
        device=torch_device.type,
        work=Workload(candidates=resolved.planner.candidates, bytes_per_number=torch_dtype.itemsize),
    )
    with loading() as progress:
        components = load_components(
            checkpoint, dtype=torch_dtype, device=torch_device, loras=adapters, verify_weights=verify_weights, progress=progress
        )
    return GlmRenderer(apply_plan(components, plan), plan, resolved, limits=limits)


def findings() -> list[dict[str, Any]]:
    """Lines for `layoutgen doctor`: what would be done with the published weights on this machine."""
    from .memory import findings

    return findings()
