"""Stage 4, the planner: from a prompt to the semantic tokens of preview and picture, one after the other.

    python -m layoutgen.renderer.mini.training.train_planner PREPARED RUNS --minutes 40 [--crowds PREPARED]

The vision tower and codebook come from stage 2 and are not changed.
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
from torch import Tensor, nn
from transformers import GlmImageProcessor

from layoutgen.renderer.glm.prompt import PlannerPrompt, read_prompt

from . import train_vision
from .batches import of_one_shape
from .loop import Optimiser, Tensors, TrainingRun, ahead, averaged, by_turns, rate
from .models import make_planner
from .options import arguments, shared_arguments
from .prepare import PreparedPoster, endless, read_prepared
from .tokenizer import make_processor

STAGE = "planner"
_BATCH = 8
_OBJECTS = 4.0
"""Weight of the loss in cells of objects: they are few, and the rest is mostly backdrop."""


@dataclass(frozen=True, eq=False)
class PlannerBatch(Tensors):
    ids: Tensor
    """int64 (batch, length): prompts, padded on the left; preview; picture."""
    positions: Tensor
    """int64 (3, batch, length)."""
    attention_mask: Tensor
    """int64 (batch, length)."""
    targets: Tensor
    """int64 (batch, cells): the tokens of the last `cells` places."""
    weight: Tensor
    """(batch, cells)."""


class LanguageModel(nn.Module):
    """The part of the planner that is trained here."""

    def __init__(self, planner: Any) -> None:
        super().__init__()
        self.language_model, self.lm_head = planner.model.language_model, planner.lm_head

    def forward(self, batch: PlannerBatch) -> Tensor:
        """float32 (batch, cells, vocabulary): the scores for each target token."""
        with torch.autocast(batch.ids.device.type, torch.bfloat16):
            states = self.language_model(
                input_ids=batch.ids, attention_mask=batch.attention_mask, position_ids=batch.positions, use_cache=False
            ).last_hidden_state
            scores: Tensor = self.lm_head(states[:, -batch.targets.shape[1] - 1 : -1]).float()
        return scores


def processor_of(folder: Path, runs: Path) -> GlmImageProcessor:
    """The processor of this run, made from the prompts at hand when it begins."""
    saved = runs / "processor"
    if not saved.exists():
        prompts = [row.prompt for path in sorted(folder.glob("*.prepared"))[:12] for row in read_prepared(path)]
        make_processor(prompts).save_pretrained(saved)
    return GlmImageProcessor.from_pretrained(saved)


ReadPrompt = Callable[[str, tuple[int, int]], PlannerPrompt]


def prompt_reader(parts: Any) -> ReadPrompt:
    """What reads a prompt for a size, each only once: the stock processor takes longer than a training step."""
    return cache(lambda prompt, size: read_prompt(parts, prompt, size))


def batch_of(
    rows: list[PreparedPoster], read_prompt_of: ReadPrompt, pad: int, noise: np.random.Generator | None = None
) -> PlannerBatch:
    """Posters of one shape. With `noise`, some of the cells that the planner reads are wrong, as they can be in a free plan."""
    height, width = rows[0].tokens.shape[0] * 32, rows[0].tokens.shape[1] * 32
    prompts = [read_prompt_of(row.prompt, (width, height)) for row in rows]
    longest = max(prompt.ids.shape[1] for prompt in prompts)
    ids, positions, masks, targets, weights = [], [], [], [], []
    for row, prompt in zip(rows, prompts, strict=True):
        cells = torch.from_numpy(np.concatenate([row.preview.reshape(-1), row.tokens.reshape(-1)]).astype(np.int64))
        missing = longest - prompt.ids.shape[1]
        read = cells if noise is None else _with_noise(cells, noise)
        ids.append(torch.cat([torch.full((missing,), pad), prompt.ids[0], read]))
        positions.append(torch.cat([torch.zeros(3, missing, dtype=torch.int64), prompt.positions, prompt.cell_positions], 1))
        masks.append(torch.cat([torch.zeros(missing), torch.ones(prompt.ids.shape[1] + len(cells))]).long())
        targets.append(cells)
        weights.append(
            torch.from_numpy(np.concatenate([_weights(row, grid) for grid in (row.preview.shape, row.tokens.shape)]))
        )
    return PlannerBatch(
        torch.stack(ids), torch.stack(positions, 1), torch.stack(masks), torch.stack(targets), torch.stack(weights).float()
    )


def _with_noise(cells: Tensor, noise: np.random.Generator) -> Tensor:
    """Some of the cells replaced by others: then the targets must come from the prompt, not from the cells before."""
    replaced = torch.from_numpy(noise.random(len(cells)) < noise.choice((0.0, 0.1, 0.25)))
    return torch.where(replaced, cells[torch.from_numpy(noise.permutation(len(cells)))], cells)


def _weights(row: PreparedPoster, grid: tuple[int, ...]) -> np.ndarray:
    weights = np.ones(grid)
    down, across = grid[0] / (row.tokens.shape[0] * 32), grid[1] / (row.tokens.shape[1] * 32)
    for box in row.objects:
        weights[train_vision.covered_cells(train_vision.drawn_box(box), down, across, 0.0)] = _OBJECTS
    return weights.reshape(-1)


def _cross_entropy(model: nn.Module, rows: PlannerBatch) -> Tensor:
    """Cross entropy of every cell: float32 (batch, cells)."""
    return F.cross_entropy(model(rows).flatten(0, 1), rows.targets.flatten(), reduction="none").view_as(rows.weight)


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
    target = torch.device(device)
    processor = processor_of(folder, runs)
    planner = make_planner(processor.tokenizer)
    parts = SimpleNamespace(processor=processor, vision_language_encoder=planner, pad=processor.tokenizer.pad_token_id)
    model = LanguageModel(planner).to(target)
    optimiser = Optimiser([model], blocks=("layers.",))
    run = TrainingRun(runs, STAGE, {"language": model}, optimiser, 0.998)

    def start(rng: random.Random) -> Callable[[], PlannerBatch]:
        same_shape = by_turns(of_one_shape(endless(one, rng), batch * _BATCH) for one in (folder, crowds) if one is not None)
        read, noise = prompt_reader(parts), np.random.default_rng(rng.getrandbits(32))
        return lambda: batch_of(next(same_shape), read, parts.pad, noise)

    batches = ahead(start, f"{seed} {run.step}", workers=workers)
    unseen = _validation_rows(read_prepared(min(folder.glob("*.prepared"))))
    check = batch_of(unseen, prompt_reader(parts), parts.pad).to(target)
    limit, losses = minutes * 60, []
    while (progress := run.elapsed() / limit) < 1:
        rows = next(batches).to(target)
        cross_entropy = _cross_entropy(model, rows)
        loss = (cross_entropy * rows.weight).sum() / rows.weight.sum()
        if progress > 1 - cool:
            run.keep_hot()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step(rate(peak, run.step - run.first, progress, warmup=100, cool=cool))
        run.average.update()
        run.step += 1
        with torch.no_grad():
            on_objects = rows.weight > 1
            losses.append(torch.stack([loss, cross_entropy.mean(), (cross_entropy * on_objects).sum() / on_objects.sum()]))
        if run.step % 25 == 0:
            loss_, cells_, objects_ = torch.stack(losses).nanmean(0).double().cpu().numpy().round(3).tolist()
            losses.clear()
            run.log(loss=loss_, cells=cells_, things=objects_)
        if run.step % 200 == 0:
            run.average.swap()
            with torch.no_grad():
                cross_entropy = _cross_entropy(model, check)
            run.average.swap()
            run.log(
                validation=round(float(cross_entropy.mean()), 3), things=round(float(cross_entropy[check.weight > 1].mean()), 3)
            )
            run.save()
    run.save()


def _validation_rows(rows: list[PreparedPoster]) -> list[PreparedPoster]:
    shape = next(row.tokens.shape for row in rows if row.objects)
    return [row for row in rows if row.tokens.shape == shape][: 2 * _BATCH]


def finished(runs: Path) -> tuple[Any, GlmImageProcessor]:
    """The planner with averaged weights, its tower and codebook in it, and its processor."""
    processor = GlmImageProcessor.from_pretrained(runs / "processor")
    planner = make_planner(processor.tokenizer)
    averaged(runs, STAGE, {"language": LanguageModel(planner)})
    tower, codebook = train_vision.finished(runs)
    planner.model.visual.load_state_dict(tower.state_dict())
    planner.model.vqmodel.load_state_dict(codebook.state_dict())
    return planner.eval(), processor


if __name__ == "__main__":
    train(
        arguments().shards,
        arguments().runs,
        peak=arguments().rate,
        cool=arguments().cool,
        crowds=arguments().crowds,
        **shared_arguments(),
    )
