"""Settings → models: lettering, boxes, extents, flow and verify of one element."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from layoutgen.base.model import FrozenModel
from layoutgen.base.style import BoxStyle, Lettering
from layoutgen.document.model import Extent, Flow, Verify
from layoutgen.document.settings import Scope, Settings, is_constant, resolve


def _properties_of(model: type[FrozenModel]) -> dict[str, str]:
    """Property → field, of a model whose fields are properties."""
    return {field.replace("_", "-"): field for field in model.model_fields}


LETTERING = _properties_of(Lettering)
BOX_STYLE = _properties_of(BoxStyle)
EXTENT = _properties_of(Extent)
FLOW = {"flow": "direction", "columns": "columns", "gap": "gap", "align": "align", "valign": "valign"}
VERIFY = {"verify.text": "text", "verify.unchecked": "unchecked", "verify.then": "then"}


def constant(settings: Settings, fields: Iterable[str]) -> bool:
    """Whether none of these properties depends on params or the locale."""
    return all(is_constant(settings[name].value) for name in fields if name in settings)


def lettering(settings: Settings, scope: Scope) -> Lettering:
    return Lettering(**_values(settings, LETTERING, scope))


def box_style(settings: Settings, scope: Scope) -> BoxStyle:
    return BoxStyle(**_values(settings, BOX_STYLE, scope))


def extent(settings: Settings, scope: Scope) -> Extent:
    return Extent(**_values(settings, EXTENT, scope))


def flow(settings: Settings, kind: str, scope: Scope) -> Flow | None:
    """How a region or group stacks its contents; None for a group that says nothing about it and has no size of its own."""
    sized = "box" in settings or {"width", "height"} <= settings.keys()
    if kind == "group" and not sized and not {"flow", "columns", "gap", "valign"} & settings.keys():
        return None
    return Flow(**_values(settings, FLOW, scope))


def verify(settings: Settings, poster: Verify) -> Verify:
    """The poster's `verify` with what an element says itself."""
    own = {field: settings[name].value for name, field in VERIFY.items() if name in settings}
    return poster.model_copy(update=own) if own else poster


def _values(settings: Settings, fields: dict[str, str], scope: Scope) -> dict[str, Any]:
    values = {field: resolve(settings[name].value, scope) for name, field in fields.items() if name in settings}
    # A param without a value leaves the property at its default.
    return {field: value for field, value in values.items() if value is not None}
