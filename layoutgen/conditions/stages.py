"""Document → layout → conditions, on one canvas: the two stages that always follow one another."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from layoutgen.conditions.lower import lower
from layoutgen.conditions.model import Conditions, Limits
from layoutgen.diagnostics import Diagnostic, PosterError
from layoutgen.document.model import Document
from layoutgen.layout import Layout, solve


@dataclass(frozen=True)
class CanvasStages:
    """How far a document came on one canvas."""

    layout: Layout | None
    """None where it could not be solved."""
    conditions: Conditions | None
    """None where it could not be lowered either."""
    diagnostics: tuple[Diagnostic, ...]
    """Warnings, or the errors of the stage that failed."""


def compile_canvas(
    document: Document,
    canvas: str,
    limits: Limits,
    *,
    seed: int = 0,
    prompt: bool = True,
    alternatives: Callable[[], Iterable[Limits]] = tuple,
) -> CanvasStages:
    """Solve and lower a document for one canvas. Errors are in the result; `prompt` and `alternatives` as `lower` has them."""
    try:
        layout = solve(document, canvas)
    except PosterError as error:
        return CanvasStages(None, None, tuple(error.diagnostics))
    try:
        conditions, warnings = lower(document, layout, limits, seed=seed, prompt=prompt, alternatives=alternatives)
    except PosterError as error:
        return CanvasStages(layout, None, tuple(error.diagnostics))
    return CanvasStages(layout, conditions, tuple(warnings))
