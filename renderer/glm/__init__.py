"""GLM-Image in this process: our own planning and decoding loops over its published components.

This module stays light: torch and the models are imported when a renderer is opened, not when one is listed.
"""

from __future__ import annotations

from typing import Any

from layoutgen.conditions.limits import GLM as LIMITS

__all__ = ["LIMITS", "open_renderer", "unavailable"]


def unavailable() -> str | None:
    """Why GLM-Image cannot run here, in words, or None. Files are looked at, nothing is loaded."""
    from .weights import why_unavailable

    return why_unavailable()


def open_renderer(**options: Any) -> Any:
    """A warm `GlmRenderer`. Options: `model`, `revision`, `settings`, `lora`, `memory`, `device`, `dtype`, `quantize`."""
    from .renderer import GlmRenderer

    return GlmRenderer.open(**options)
