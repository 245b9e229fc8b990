"""The planner's prompt as the processor writes it, and the three-dimensional positions of all tokens, also of those to come.

A position has three parts: time, row, column. Words count up in all three at once. The cells of a picture share one time, and
their rows and columns count from there; what follows continues after the picture's longer side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from PIL import Image
from torch import Tensor

from .references import CELL, Grid, PlannerParts, References, prepare_reference, read_references


@dataclass(frozen=True, eq=False)
class PlannerPrompt:
    """One prompt, ready to be read by the model."""

    ids: Tensor
    """int64 (1, length); the references' placeholders are already their tokens."""
    mask: Tensor
    """int64 (1, length), all ones: nothing is padded."""
    positions: Tensor
    """int64 (3, length): time, row, column."""
    grids: tuple[Grid, ...]
    """The grids to be written, in that order: preview and target, or the target alone with references."""
    cell_positions: Tensor
    """int64 (3, all cells of `grids`)."""
    references: References | None


def read_prompt(parts: PlannerParts, prompt: str, size: tuple[int, int], images: Sequence[Image.Image] = ()) -> PlannerPrompt:
    """The prompt for a picture of `size` (width, height; multiples of 32), through the checkpoint's own chat template."""
    width, height = size
    if width % CELL or height % CELL or width < CELL or height < CELL:
        raise ValueError(f"{width} x {height}: both sides must be multiples of {CELL}")
    prepared = [prepare_reference(parts, image) for image in images]
    content: list[dict[str, object]] = [{"type": "image", "image": image} for image in prepared]
    content.append({"type": "text", "text": prompt})
    inputs = parts.processor.apply_chat_template(
        [[{"role": "user", "content": content}]],
        tokenize=True,
        return_dict=True,
        return_tensors="pt",
        processor_kwargs={"padding": False, "target_h": height, "target_w": width, "return_tensors": "pt"},
    )
    model = parts.vision_language_encoder
    ids, thw = inputs["input_ids"], inputs["image_grid_thw"]
    shapes: list[Grid] = [(int(rows), int(columns)) for _, rows, columns in thw.tolist()]
    references = None
    if prepared:
        pixels = inputs["pixel_values"].to(model.device)
        references = read_references(parts, prepared, pixels, thw[: len(prepared)].to(model.device))
        ids = ids.masked_scatter(ids == model.config.image_token_id, torch.cat(references.cells))
    positions, following = prompt_positions(
        ids[0], shapes[: len(prepared)], model.config.image_start_token_id, model.config.image_end_token_id
    )
    # The processor lists the target before the preview; the model writes the preview first.
    grids = tuple(reversed(shapes[len(prepared) :]))
    return PlannerPrompt(ids, inputs["attention_mask"], positions, grids, cell_positions(grids, following), references)


def written_grids(parts: PlannerParts, size: tuple[int, int]) -> tuple[Grid, Grid]:
    """The preview's and the target's grid of a text-to-image plan, as the checkpoint's processor sets them."""
    preview, target = read_prompt(parts, "", size).grids
    return preview, target


def prompt_positions(ids: Tensor, grids: Sequence[Grid], start: int, end: int) -> tuple[Tensor, int]:
    """Positions (3, length) of a prompt's ids (length,) on the CPU, and the first position behind it.

    `grids` are those of the complete pictures in it; `start` and `end` are the tokens around a picture and count as words.
    """
    starts = (torch.nonzero(ids == start).flatten() + 1).tolist()
    ends = torch.nonzero(ids == end).flatten().tolist()
    parts: list[Tensor] = []
    at = consumed = 0
    for first, last, grid in zip(starts, ends, grids, strict=False):
        parts += [_words(at, first - consumed), _cells(at + first - consumed, grid)]
        at += first - consumed + max(grid)
        consumed = last
    rest = len(ids) - consumed
    return torch.cat([*parts, _words(at, rest)], dim=1), at + rest


def cell_positions(grids: Sequence[Grid], first: int) -> Tensor:
    """Positions (3, cells) of grids written one after the other from position `first` on.

    The model's own `forward` finds them by slicing a table at the length of the cache, which with a static cache reads a
    device tensor back for every token. Here they are all known before the first token is written, and handed over.
    """
    parts = []
    for grid in grids:
        parts.append(_cells(first, grid))
        first += max(grid)
    return torch.cat(parts, dim=1)


def _words(first: int, count: int) -> Tensor:
    return torch.arange(first, first + count).expand(3, count)


def _cells(first: int, grid: Grid) -> Tensor:
    rows, columns = grid
    row = torch.arange(rows).repeat_interleave(columns)
    column = torch.arange(columns).repeat(rows)
    return torch.stack([torch.zeros_like(row), row, column]) + first
