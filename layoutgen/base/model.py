"""The base class of everything that passes between two stages: frozen, closed, JSON-able."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, PlainSerializer

from layoutgen.diagnostics import Span

Box = tuple[int, int, int, int]
"""`[left, top, width, height]` in whole pixels of the output canvas."""
Place = Annotated[Span, PlainSerializer(lambda span: span.to_json())]
"""Where something was written; in JSON its file, line and column."""


class FrozenModel(BaseModel):
    """A frozen pydantic model. Unknown fields are refused, so a misspelt key in edited JSON is never ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True, defer_build=True)
