"""Pictures as semantic tokens: references for image-to-image, and the typeset draft that a plan is held to.

The planner's vision tower cuts a picture into cells of 32 x 32 pixels and names each by one entry of the codebook. The same
tokens condition the decoder, on its own grid of 16-pixel cells, so every token is there four times.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from transformers.models.glm_image.image_processing_pil_glm_image import smart_resize

CELL = 32
"""Side of one semantic token, pixels."""

Grid = tuple[int, int]
"""Rows and columns of cells."""


class PlannerParts(Protocol):
    """What planning needs of the components: the processor and the autoregressive model."""

    @property
    def processor(self) -> Any: ...

    @property
    def vision_language_encoder(self) -> Any: ...


@dataclass(frozen=True, eq=False)
class References:
    """Reference pictures as both halves of the model take them."""

    images: tuple[Image.Image, ...]
    """RGB, in the size that the decoder encodes: `16 * grids`, up to a margin below 16 pixels that it cuts off."""
    tokens: tuple[Tensor, ...]
    """Of each picture, int64 (rows * columns,), on the decoder's 16-pixel grid, on the CPU."""
    grids: Tensor
    """int64 (pictures, 3): one frame, rows, columns of that grid."""
    cells: tuple[Tensor, ...]
    """Of each picture, int64, on the planner's 32-pixel grid: what its placeholders in the prompt become."""


def prepare_reference(parts: PlannerParts, image: Image.Image) -> Image.Image:
    """The picture in RGB and in a size at which both halves of the model see the same grid.

    The processor scales small and large pictures and rounds to whole cells, the decoder only cuts; where the two would differ
    the stock pipeline fails. Such a picture is first padded to at most 4 : 1 by repeating its edge, then scaled.
    """
    image = image.convert("RGB")
    processor = parts.processor.image_processor
    smallest, largest = (round(processor.size[name] ** 0.5) for name in ("shortest_edge", "longest_edge"))
    if _same_grid(image.size, smallest, largest, processor.patch_size * processor.merge_size):
        return image
    image = _pad_to_aspect(image, 4)
    width, height = image.size
    scale = max(1.0, smallest / min(width, height))
    scale = min(scale, largest / max(width, height))
    # The longer side is at most `largest`, so the shorter may be below `smallest` in a narrow picture; the processor agrees.
    fitted = tuple(max(CELL, round(side * scale / CELL) * CELL) for side in (width, height))
    return image.resize((fitted[0], fitted[1]), Image.Resampling.LANCZOS)


def read_references(parts: PlannerParts, images: Sequence[Image.Image], pixel_values: Tensor, grids: Tensor) -> References:
    """The tokens of prepared pictures; `pixel_values` and `grids` (pictures, 3) as the processor made them."""
    cells = vision_tokens(parts.vision_language_encoder, pixel_values, grids)
    sizes = [(int(height), int(width)) for _, height, width in grids.tolist()]
    return References(
        images=tuple(images),
        tokens=tuple(upsample(ids[None], grid)[0] for ids, grid in zip(cells, sizes, strict=True)),
        grids=grids.cpu() * torch.tensor([1, 2, 2]),
        cells=cells,
    )


def image_tokens(parts: PlannerParts, image: Image.Image, grid: Grid) -> Tensor:
    """The semantic tokens of a picture scaled to exactly `grid` cells, int64 (rows * columns,), on the CPU.

    The processor's own resizing is left out, since its limits (512 to 2048 pixels a side) would change the grid of a preview.
    """
    processor = parts.processor.image_processor
    rows, columns = grid
    patch = processor.patch_size * processor.merge_size
    resample = Image.Resampling(int(processor.resample))
    scaled = image.convert("RGB").resize((columns * patch, rows * patch), resample)
    inputs = processor(images=[scaled], do_resize=False, return_tensors="pt")
    model = parts.vision_language_encoder
    return vision_tokens(model, inputs["pixel_values"].to(model.device), inputs["image_grid_thw"].to(model.device))[0]


def vision_tokens(model: Any, pixel_values: Tensor, grids: Tensor) -> tuple[Tensor, ...]:
    """The codebook ids of each picture, on the CPU, with either calling convention of transformers.

    From 5.20 on the features are a list of (channels, rows, columns) maps that go into the quantiser as they are; up to 5.17
    they are (cells, channels) and have to be joined and accompanied by their grids.
    """
    with torch.no_grad():
        features = list(model.get_image_features(pixel_values, grids).pooler_output)
        if features[0].ndim == 3:
            ids = model.get_image_tokens(features)
        else:
            ids = model.get_image_tokens(torch.cat(features, dim=0), grids)
    return tuple(ids.reshape(-1).cpu().split(grids.prod(dim=-1).tolist()))


def upsample(tokens: Tensor, grid: Grid) -> Tensor:
    """Tokens (n, rows * columns) on the 32-pixel grid as (n, 4 * rows * columns) on the 16-pixel grid: each one 2 x 2 times."""
    rows, columns = grid
    cells = tokens.reshape(-1, rows, columns)
    return cells.repeat_interleave(2, dim=1).repeat_interleave(2, dim=2).reshape(len(cells), -1)


def _same_grid(size: tuple[int, int], smallest: int, largest: int, patch: int) -> bool:
    """Whether the processor's cells, doubled, are the decoder's 16-pixel cells."""
    width, height = size
    if max(size) > 4 * min(size):
        return False
    rows, columns = (side // patch for side in smart_resize(height, width, patch, smallest * smallest, largest * largest))
    return (2 * rows, 2 * columns) == (height // 16, width // 16)


def _pad_to_aspect(image: Image.Image, aspect: int) -> Image.Image:
    width, height = image.size
    across = max(0, -(-height // aspect) - width)
    down = max(0, -(-width // aspect) - height)
    if not across and not down:
        return image
    margins = ((down // 2, down - down // 2), (across // 2, across - across // 2), (0, 0))
    return Image.fromarray(np.pad(np.asarray(image), margins, mode="edge"))
