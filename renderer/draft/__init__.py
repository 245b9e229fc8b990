"""The draft renderer: a poster's proof, made from its conditions alone, on any machine, in milliseconds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layoutgen.conditions.limits import DRAFT as LIMITS

if TYPE_CHECKING:
    from .renderer import DraftRenderer

__all__ = ["AUTO_RANK", "LIMITS", "open_renderer"]

AUTO_RANK = 0
"""Below every other, since it can run anywhere."""


def open_renderer(*, labels: bool = False) -> DraftRenderer:
    """The draft. `labels`: objects without artwork carry their description, as in a preview; never in a finished picture."""
    from .renderer import DraftRenderer

    return DraftRenderer(labels=labels)
