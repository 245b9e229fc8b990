"""What every renderer derives from, and what it gives back."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Self

from layoutgen.base.model import Box
from layoutgen.conditions.model import Conditions, Limits
from layoutgen.renderers.abilities import Abilities, RenderAction

if TYPE_CHECKING:
    from PIL import Image


@dataclass(frozen=True)
class DrawnObject:
    """What a renderer knows of an object that it was to draw."""

    id: str
    status: Literal["drawn", "stand-in", "missing"]
    """`stand-in`: something of its kind. `missing`: nothing, or an empty frame."""
    drawn_as: str = ""
    """What was drawn, in a word or two; empty where nothing was, or where that is what was asked for."""


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
    objects: tuple[DrawnObject, ...] = ()
    """Of the objects that it knows about, by design rather than by looking: a model that draws from words knows of none."""


class Renderer(ABC):
    """A warm handle that many renders share. A subclass says what it can take, in `limits`, and how it draws, in `render`.

    It is a context manager that closes itself. Whatever is a property here may be a class attribute of a subclass.
    """

    @property
    @abstractmethod
    def limits(self) -> Limits:
        """What it can take, as opened."""

    @property
    def name(self) -> str:
        """As it is called in records."""
        return self.limits.name

    @property
    def identity(self) -> Mapping[str, str]:
        """Versions and weights that decide the pixels, for the record and for `art_key`."""
        return {}

    @property
    def abilities(self) -> Abilities:
        """What the retry policy may ask of it."""
        return Abilities()

    @abstractmethod
    def render(
        self,
        conditions: Conditions,
        *,
        seed: int | None = None,
        action: RenderAction = "plan",
        previous: Rendered | None = None,
        boxes: Sequence[Box] = (),
        options: Mapping[str, Any] | None = None,
    ) -> Rendered:
        """One picture. `seed` None: the conditions' own.

        `action` says how much is made again: `plan` everything; `redecode`, `repair` and `replan` start from `previous`,
        `repair` only inside `boxes` (canvas pixels). A renderer that has nothing cheaper may treat each as `plan`.
        `options` are its own settings for this render alone.
        """

    def close(self) -> None:  # noqa: B027 - most have nothing to give back
        """Give memory back. May be called twice."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()
