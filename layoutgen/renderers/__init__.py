"""Renderers: what they share, what they can do, and the registry that finds them by name."""

from layoutgen.renderers.protocol import Rendered, Renderer
from layoutgen.renderers.registry import (
    VARIABLE,
    Choice,
    all_limits,
    choose,
    limits_of,
    open_renderer,
    registered,
    renderers,
)

__all__ = [
    "VARIABLE", "Choice", "Rendered", "Renderer", "all_limits", "choose",
    "limits_of", "open_renderer", "registered", "renderers",
]  # fmt: skip
