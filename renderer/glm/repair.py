"""Repair: only chosen boxes of a picture are made again, and everything else is held to it.

At every noise level the latents outside the boxes are those that the kept picture has there, noised with the same noise. Around
each box lies a feather in which the two are mixed; beyond it, latents are the kept ones bit for bit, and pixels byte for byte.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from layoutgen.base.geometry import FloatBox
from layoutgen.base.model import Box
from layoutgen.conditions.model import Conditions

from .regions import in_generation

Mask = NDArray[np.float32]
"""(rows, columns): 1 is made again, 0 is kept, between is mixed."""


@dataclass(frozen=True, eq=False)
class KeptPicture:
    """A picture to keep, and where not to. Boxes are in generation pixels."""

    latents: Tensor
    """Normalised, (1, channels, height / 8, width / 8), as `Decoded.latents`."""
    image: Image.Image
    """RGB, in generation size."""
    boxes: tuple[FloatBox, ...]
    protected: tuple[FloatBox, ...] = ()
    """Boxes into which no feather reaches, such as those of neighbouring words that are right."""

    @classmethod
    def of(
        cls, conditions: Conditions, latents: Tensor, image: Image.Image, boxes: Sequence[Box], protected: Sequence[Box] = ()
    ) -> KeptPicture:
        """From boxes of the canvas."""
        inside, outside = (tuple(in_generation(box, conditions) for box in some) for some in (boxes, protected))
        return cls(latents, image, inside, outside)

    def mask(self, cell: int, feather: int, *, pitch: int) -> Mask:
        """Over the whole picture, one number every `pitch` pixels.

        Boxes are widened to whole cells of `cell` pixels; from their edge the mask falls to 0 within `feather` pixels.
        ValueError when no box lies in the picture.
        """
        size = self.image.size
        inside = [box for box in (_snapped(box, cell, size) for box in self.boxes) if box is not None]
        if not inside:
            raise ValueError("a repair needs at least one box inside the picture")
        distance = np.minimum.reduce([_distance(box, size, pitch) for box in inside])
        if feather:
            mask = np.where(distance < feather, 0.5 + 0.5 * np.cos(np.pi * np.minimum(distance, feather) / feather), 0.0)
        else:
            mask = (distance == 0).astype(float)
        for box in self.protected:
            snapped = _snapped(box, cell, size)
            if snapped is not None:
                mask[(_distance(snapped, size, pitch) == 0) & (distance > 0)] = 0.0
        result: Mask = mask.astype(np.float32)
        return result


@dataclass(frozen=True, eq=False)
class KeptLatents:
    """A kept picture on the device, and the noise that it is seen through."""

    latents: Tensor
    noise: Tensor
    mask: Tensor
    """(1, 1, rows, columns)."""

    def __call__(self, latents: Tensor, sigma: Tensor) -> Tensor:
        """Latents at noise level `sigma`, a scalar, with the kept ones outside the mask: at level 0 exactly those."""
        kept = torch.where(sigma == 0, self.latents, (1.0 - sigma) * self.latents + sigma * self.noise)
        return torch.where(self.mask > 0, torch.lerp(kept, latents.to(kept.dtype), self.mask), kept)


def _snapped(box: FloatBox, cell: int, size: tuple[int, int]) -> tuple[int, int, int, int] | None:
    """Left, top, right, bottom in pixels, widened to whole cells and cut to the picture; None when nothing is left."""
    left, top, width, height = box
    near = 1e-6  # a box that was scaled to the edge of a cell does not take the next one
    first = [max(0, int(np.floor(at / cell + near)) * cell) for at in (left, top)]
    last = [
        min(side, int(np.ceil(at / cell - near)) * cell) for at, side in zip((left + width, top + height), size, strict=True)
    ]
    return (first[0], first[1], last[0], last[1]) if first[0] < last[0] and first[1] < last[1] else None


def _distance(box: tuple[int, int, int, int], size: tuple[int, int], pitch: int) -> NDArray[np.float64]:
    """Pixels from the middle of each square of `pitch` to the box, (rows, columns)."""
    across, down = ((np.arange(side // pitch) + 0.5) * pitch for side in size)
    left, top, right, bottom = box
    beside = np.maximum(0.0, np.maximum(left - across, across - right))
    below = np.maximum(0.0, np.maximum(top - down, down - bottom))
    distance: NDArray[np.float64] = np.hypot(beside[None, :], below[:, None])
    return distance
