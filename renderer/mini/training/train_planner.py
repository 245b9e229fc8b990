"""Stage 4, the planner: from a prompt to the semantic tokens of preview and picture, one after the other.

    python -m layoutgen.renderer.mini.training.train_planner PREPARED RUNS --minutes 40 [--crowds PREPARED]

The vision tower and codebook come from stage 2 and stay as they are.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from layoutgen.renderer.glm.prompt import PlannerPrompt, read_prompt
from torch import Tensor, nn
from transformers import GlmImageProcessor

from . import train_vision
from .batches import of_one_shape
from .loop import Optimiser, Run, Tensors, ahead, averaged, by_turns, rate
from .models import make_planner
from .options import asked, given
from .prepare import Prepared, endless, read_prepared
from .tokenizer import make_processor

STAGE = "planner"
_BATCH = 8
_THINGS = 4.0
"""Weight of the loss in cells of things: they are few, and the rest is mostly backdrop."""


@dataclass(frozen=True, eq=False)
class Batch(Tensors):
    ids: Tensor
    """int64 (batch, length): prompts, padded on the left; preview; picture."""
    positions: Tensor
    """int64 (3, batch, length)."""
    real: Tensor
    """int64 (batch, length)."""
    wanted: Tensor
    """int64 (batch, cells): the tokens of the last `cells` places."""
    weight: Tensor
    """(batch, cells)."""


class Language(nn.Module):
    """The part of the planner that is trained here."""

    def __init__(self, planner: Any) -> None:
        super().__init__()
        self.language_model, self.lm_head = planner.model.language_model, planner.lm_head

    def forward(self, batch: Batch) -> Tensor:
        """float32 (batch, cells, vocabulary): the scores of each wanted token."""
        with torch.autocast(batch.ids.device.type, torch.bfloat16):
            states = self.language_model(
                input_ids=batch.ids, attention_mask=batch.real, position_ids=batch.positions, use_cache=False
            ).last_hidden_state
            scores: Tensor = self.lm_head(states[:, -batch.wanted.shape[1] - 1 : -1]).float()
        return scores


def processor_of(folder: Path, runs: Path) -> GlmImageProcessor:
    """That of this run, made from the prompts at hand when it begins."""
    kept = runs / "processor"
    if not kept.exists():
        prompts = [row.prompt for path in sorted(folder.glob("*.prepared"))[:12] for row in read_prepared(path)]
        make_processor(prompts).save_pretrained(kept)
    return GlmImageProcessor.from_pretrained(kept)


Read = Callable[[str, tuple[int, int]], PlannerPrompt]


def reading(parts: Any) -> Read:
    """What reads a prompt for a size. Every one is kept: the stock processor takes longer than a step of the training."""
    return cache(lambda prompt, size: read_prompt(parts, prompt, size))


def batch_of(rows: list[Prepared], read_one: Read, pad: int, noise: np.random.Generator | None = None) -> Batch:
    """Posters of one shape. With `noise`, some of the cells that are read are wrong, as a free plan's now and then are."""
    height, width = rows[0].tokens.shape[0] * 32, rows[0].tokens.shape[1] * 32
    reads = [read_one(row.prompt, (width, height)) for row in rows]
    longest = max(read.ids.shape[1] for read in reads)
    ids, positions, real, wanted, weights = [], [], [], [], []
    for row, read in zip(rows, reads, strict=True):
        cells = torch.from_numpy(np.concatenate([row.preview.reshape(-1), row.tokens.reshape(-1)]).astype(np.int64))
        missing = longest - read.ids.shape[1]
        ids.append(torch.cat([torch.full((missing,), pad), read.ids[0], cells if noise is None else _disturbed(cells, noise)]))
        positions.append(torch.cat([torch.zeros(3, missing, dtype=torch.int64), read.positions, read.cell_positions], 1))
        real.append(torch.cat([torch.zeros(missing), torch.ones(read.ids.shape[1] + len(cells))]).long())
        wanted.append(cells)
        weights.append(
            torch.from_numpy(np.concatenate([_weights(row, grid) for grid in (row.preview.shape, row.tokens.shape)]))
        )
    return Batch(
        torch.stack(ids), torch.stack(positions, 1), torch.stack(real), torch.stack(wanted), torch.stack(weights).float()
    )


def _disturbed(cells: Tensor, noise: np.random.Generator) -> Tensor:
    """With some of them put where others are: what is wanted is then to be known from the prompt, not from what came before."""
    wrong = torch.from_numpy(noise.random(len(cells)) < noise.choice((0.0, 0.1, 0.25)))
    return torch.where(wrong, cells[torch.from_numpy(noise.permutation(len(cells)))], cells)


def _weights(row: Prepared, grid: tuple[int, ...]) -> np.ndarray:
    found = np.ones(grid)
    down, across = grid[0] / (row.tokens.shape[0] * 32), grid[1] / (row.tokens.shape[1] * 32)
    for box in row.things:
        found[train_vision.inside(train_vision.drawn_box(box), down, across, 0.0)] = _THINGS
    return found.reshape(-1)


def _off(model: nn.Module, rows: Batch) -> Tensor:
    """Cross entropy of every cell: float32 (batch, cells)."""
    return F.cross_entropy(model(rows).flatten(0, 1), rows.wanted.flatten(), reduction="none").view_as(rows.weight)


def train(
    folder: Path,
    runs: Path,
    minutes: float,
    seed: int,
    *,
    peak: float = 3e-3,
    cool: float = 0.25,
    device: str = "cpu",
    workers: int = 1,
    batch: int = 1,
    crowds: Path | None = None,
) -> None:
    """`crowds`: another folder of prepared posters, from which every other batch comes."""
    torch.manual_seed(seed)
    where = torch.device(device)
    processor = processor_of(folder, runs)
    planner = make_planner(processor.tokenizer)
    parts = SimpleNamespace(processor=processor, vision_language_encoder=planner, pad=processor.tokenizer.pad_token_id)
    model = Language(planner).to(where)
    optimiser = Optimiser([model], blocks=("layers.",))
    run = Run(runs, STAGE, {"language": model}, optimiser, 0.998)

    def start(rng: random.Random) -> Callable[[], Batch]:
        alike = by_turns(of_one_shape(endless(one, rng), batch * _BATCH) for one in (folder, crowds) if one is not None)
        read, noise = reading(parts), np.random.default_rng(rng.getrandbits(32))
        return lambda: batch_of(next(alike), read, parts.pad, noise)

    batches = ahead(start, f"{seed} {run.step}", workers=workers)
    check = batch_of(_alike(read_prepared(min(folder.glob("*.prepared")))), reading(parts), parts.pad).to(where)
    limit, losses = minutes * 60, []
    while (done := run.elapsed() / limit) < 1:
        rows = next(batches).to(where)
        off = _off(model, rows)
        loss = (off * rows.weight).sum() / rows.weight.sum()
        if done > 1 - cool:
            run.keep_hot()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step(rate(peak, run.step - run.first, done, warmup=100, cool=cool))
        run.average.update()
        run.step += 1
        with torch.no_grad():
            things = rows.weight > 1
            losses.append(torch.stack([loss, off.mean(), (off * things).sum() / things.sum()]))
        if run.step % 25 == 0:
            loss_, cells, things_ = torch.stack(losses).nanmean(0).double().cpu().numpy().round(3).tolist()
            losses.clear()
            run.log(loss=loss_, cells=cells, things=things_)
        if run.step % 200 == 0:
            run.average.swap()
            with torch.no_grad():
                off = _off(model, check)
            run.average.swap()
            run.log(validation=round(float(off.mean()), 3), things=round(float(off[check.weight > 1].mean()), 3))
            run.save()
    run.save()


def _alike(rows: list[Prepared]) -> list[Prepared]:
    shape = next(row.tokens.shape for row in rows if row.things)
    return [row for row in rows if row.tokens.shape == shape][: 2 * _BATCH]


def finished(runs: Path) -> tuple[Any, GlmImageProcessor]:
    """The planner with averaged weights, its tower and codebook in it, and its processor."""
    processor = GlmImageProcessor.from_pretrained(runs / "processor")
    planner = make_planner(processor.tokenizer)
    averaged(runs, STAGE, {"language": Language(planner)})
    tower, codebook = train_vision.finished(runs)
    planner.model.visual.load_state_dict(tower.state_dict())
    planner.model.vqmodel.load_state_dict(codebook.state_dict())
    return planner.eval(), processor


if __name__ == "__main__":
    train(asked().shards, asked().runs, peak=asked().rate, cool=asked().cool, crowds=asked().crowds, **given())
