"""What every renderer is, and what it gives back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, Self, runtime_checkable

from layoutgen.base.model import Box
from layoutgen.conditions.model import Conditions, Limits

if TYPE_CHECKING:
    from PIL import Image


@dataclass(frozen=True)
class Rendered:
    """One picture as a renderer made it, before anything is composited."""

    image: Image.Image
    """RGB, exactly `conditions.generation` in size."""
    seed: int
    """The seed that was used."""
    seconds: float
    """Wall time of this render."""
    artefacts: Mapping[str, Any] = field(default_factory=dict)
    """What a later attempt may start from: `latents`, `prior_tokens` … Empty for the draft."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """Everything besides conditions, seed and identity that decided the pixels; JSON-able."""


@runtime_checkable
class Renderer(Protocol):
    """A warm handle that many renders share. It is a context manager; `close` gives memory back and may be called twice."""

    @property
    def name(self) -> str: ...

    @property
    def limits(self) -> Limits: ...

    @property
    def identity(self) -> Mapping[str, str]:
        """Versions and weights that decide the pixels, for the record and for `art_key`."""
        ...

    def render(
        self,
        conditions: Conditions,
        *,
        seed: int | None = None,
        action: str = "plan",
        previous: Rendered | None = None,
        boxes: Sequence[Box] = (),
        options: Mapping[str, Any] | None = None,
    ) -> Rendered:
        """One picture. `seed` None: the conditions' own.

        `action` says how much is made again: `plan` everything; `redecode`, `repair` and `replan` start from `previous`,
        `repair` only inside `boxes` (canvas pixels). A renderer that has nothing cheaper may treat each as `plan`.
        `options` are its own settings for this render alone.
        """
        ...

    def close(self) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *exception: object) -> None: ...
