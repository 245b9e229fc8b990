"""Messages for people: a stable code, the exact place, one plain sentence, what to do next. `codes` explains each of them."""

from layoutgen.diagnostics.model import (
    Collector,
    Diagnostic,
    Fix,
    PosterError,
    Related,
    Severity,
    Source,
    Span,
    columns,
    in_order,
    merged,
)

__all__ = [
    "Collector", "Diagnostic", "Fix", "PosterError", "Related", "Severity", "Source", "Span", "columns", "in_order",
    "merged",
]  # fmt: skip
