"""Holding a plan to the typeset draft: which cells belong to regions, and which tokens the draft has there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import torch
from PIL import Image
from torch import Tensor

from .prompt import written_grids
from .references import Grid, PlannerParts, image_tokens

FREE = -1
"""In place of a token: the draft is not asked about this cell."""

Rectangle = Sequence[float]
"""`[left, top, width, height]` in generation pixels."""


@dataclass(frozen=True, eq=False)
class DraftTokens:
    """The draft's semantic tokens, int64, row by row, on the CPU: in the cells of regions, and `FREE` elsewhere."""

    size: tuple[int, int]
    """Width and height of the picture to be planned, pixels."""
    preview: Tensor
    """(preview rows * columns,)"""
    target: Tensor
    """(height / 32 * width / 32,)"""
    objects: Tensor
    """As `preview`, in the cells of objects that no region has."""
    shares: Tensor
    """float32 (preview cells,): what each of these counts in the mean over all objects; in all 1, or 0 without objects."""


def read_draft(
    parts: PlannerParts,
    image: Image.Image,
    boxes: Iterable[Rectangle],
    *,
    size: tuple[int, int],
    coverage: float = 0.25,
    objects: Iterable[Rectangle] = (),
) -> DraftTokens:
    """The tokens of a draft picture in the cells of `boxes`; `size` (width, height) and the boxes in generation pixels.

    `objects`: boxes of what is looked at too when previews are compared, and never pushed.

    The draft is scaled to either grid and tokenised there, so the preview's tokens are those of a small picture, not a
    selection of the large one's.
    """
    preview, target = written_grids(parts, size)
    boxes = list(boxes)
    small, large = (image_tokens(parts, image, grid) for grid in (preview, target))
    in_regions = cells_of(boxes, size, preview, coverage)
    shares = _shares([cells_of([box], size, preview, coverage) & ~in_regions for box in objects], in_regions)
    return DraftTokens(
        size,
        preview=torch.where(in_regions, small, FREE),
        target=torch.where(cells_of(boxes, size, target, coverage), large, FREE),
        objects=torch.where(shares > 0, small, FREE),
        shares=shares,
    )


def _shares(objects: Sequence[Tensor], in_regions: Tensor) -> Tensor:
    """Of every cell, float32. Those of one object share alike, and objects too, however large they are."""
    per_object = [cells.float() / cells.sum() for cells in objects if cells.any()]
    return torch.stack(per_object).mean(0) if per_object else torch.zeros(in_regions.shape)


def cells_of(boxes: Iterable[Rectangle], size: tuple[int, int], grid: Grid, coverage: float = 0.25) -> Tensor:
    """Which cells of a grid over a picture of `size` (width, height) belong to the boxes: bool (rows * columns,).

    A cell belongs to a box that covers at least `coverage` of its area. A quarter, not a half, by default: a line of type is
    often lower than a cell, and cut in two by the border between cells it would otherwise have none.
    """
    rows, columns = grid
    width, height = size
    covered = torch.zeros(rows, columns, dtype=torch.bool)
    for left, top, across, down in boxes:
        share = _overlap(top, down, height, rows)[:, None] * _overlap(left, across, width, columns)[None, :]
        covered |= share >= coverage
    return covered.flatten()


def _overlap(start: float, length: float, side: int, cells: int) -> Tensor:
    """The share of each of `cells` equal parts of a side that lies between `start` and `start + length`."""
    edges = torch.arange(cells + 1, dtype=torch.float64) * side / cells
    covered = edges[1:].clamp(max=start + length) - edges[:-1].clamp(min=start)
    return covered.clamp(min=0) / (side / cells)
