"""Jinja over our own templates; what strings of a poster may hold is `layoutgen.language.strings.templates`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import jinja2


def environment(*, html: bool) -> jinja2.Environment:
    """For the templates that come with layoutgen; with `html`, values are escaped. An undefined value is an error."""
    import jinja2

    return jinja2.Environment(
        loader=jinja2.PackageLoader("layoutgen.templates", ""),
        undefined=jinja2.StrictUndefined,
        autoescape=html,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
