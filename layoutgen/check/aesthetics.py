"""Which of several pictures that pass looks best? The `Aesthetics` protocol, and CLIP behind it where it is on disk."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from layoutgen.check.detector import load_local

if TYPE_CHECKING:
    from PIL.Image import Image

VARIABLE = "LAYOUTGEN_AESTHETICS"
"""Names the scorer: a folder with a CLIP model, or a name on the hub whose files are in the local cache."""
GOOD = ("a beautiful, professionally designed poster", "an elegant, well composed advertisement")
BAD = ("an ugly, badly designed poster", "a cluttered, blurry, distorted picture")


class Aesthetics(Protocol):
    """Scores pictures: the higher, the better. Scores of different scorers cannot be compared."""

    @property
    def name(self) -> str: ...

    def score(self, images: Sequence[Image]) -> tuple[float, ...]: ...


class ClipAesthetics:
    """How much more a picture is like words of praise than like words of blame, 0 … 1."""

    def __init__(self, model: str | Path) -> None:
        self._model_name = str(model)

    @property
    def name(self) -> str:
        return f"CLIP {self._model_name}"

    def score(self, images: Sequence[Image]) -> tuple[float, ...]:
        import torch

        if not images:
            return ()
        model, processor = self._loaded
        pictures = [image.convert("RGB") for image in images]
        inputs = processor(text=[*GOOD, *BAD], images=pictures, return_tensors="pt", padding=True, truncation=True)
        with torch.no_grad():
            likeness = model(**inputs).logits_per_image.softmax(dim=1)
        return tuple(round(float(value), 5) for value in likeness[:, : len(GOOD)].sum(dim=1))

    @cached_property
    def _loaded(self) -> tuple[Any, Any]:
        return load_local(self._model_name, "CLIPModel")


def open_aesthetics(model: str | Path | None = None) -> Aesthetics | None:
    """The scorer that is named, else that of `LAYOUTGEN_AESTHETICS`, else none."""
    chosen = str(model or os.environ.get(VARIABLE, ""))
    return ClipAesthetics(chosen) if chosen else None


def best_looking(images: Sequence[Image], aesthetics: Aesthetics | None) -> tuple[int, str]:
    """Index of the picture to take, and a sentence for the verdict if looks did not decide. ValueError for no images."""
    if not images:
        raise ValueError("there is no picture to choose from")
    if len(images) == 1:
        return 0, ""
    if aesthetics is None:
        return 0, f"The first picture was taken: nothing that judges looks is set ({VARIABLE} names it)."
    scores = aesthetics.score(images)
    return max(range(len(images)), key=lambda index: (scores[index], -index)), ""
