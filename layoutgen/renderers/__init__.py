"""Renderers: what they derive from, what they can do, and the registry that finds them by name."""

from layoutgen.renderers.abilities import Abilities, Action, Costs, RenderAction
from layoutgen.renderers.plugins import Plugin
from layoutgen.renderers.protocol import DrawnObject, Rendered, Renderer
from layoutgen.renderers.registry import (
    RENDERER_VARIABLE,
    Choice,
    all_limits,
    limits_of,
    open_renderer,
    plugin_named,
    plugins,
    registered,
    renderers,
    resolve,
)

__all__ = [
    "RENDERER_VARIABLE", "Abilities", "Action", "Choice", "Costs", "DrawnObject", "Plugin", "RenderAction", "Rendered",
    "Renderer", "all_limits", "limits_of", "open_renderer", "plugin_named", "plugins", "registered", "renderers", "resolve",
]  # fmt: skip
