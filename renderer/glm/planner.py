"""Planning: the autoregressive model writes a small preview of the picture in semantic tokens, then the picture's plan.

The stock pipeline plans one picture through `generate`. Here several candidates are written side by side, each from its own
seed, only codebook tokens may stand inside a grid, the cells of regions can be held to a typeset draft, and candidates whose
preview disagrees with it are dropped before the target grid is written, which in large pictures is by far the larger one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from PIL import Image
from torch import Tensor

from layoutgen.diagnostics import Diagnostic, PosterError

from .forcing import FREE, DraftTokens
from .generate import Progress, TokenGenerator
from .prompt import PlannerPrompt, read_prompt
from .references import Grid, PlannerParts, References, upsample
from .sampling import DraftGuide, SamplingRule, warpers
from .settings import PlannerSettings


@dataclass(frozen=True)
class DroppedCandidate:
    """A candidate that did not get past its preview."""

    seed: int
    draft_likelihood: float


@dataclass(frozen=True, eq=False)
class TokenPlan:
    """What was planned; a row for each candidate that was kept, all tensors on the CPU.

    The same seeds in one batch give the same plan again. On the CPU in float32 a row does not depend on the others; on a GPU
    the last bits of its logits change with the width of the batch, so an exact replay needs `width` and `survivors` as they
    were.
    """

    tokens: Tensor
    """int64 (rows, height / 32 * width / 32)"""
    grid: Grid
    """Rows and columns of `tokens`."""
    seeds: tuple[int, ...]
    """Of each row."""
    likelihood: Tensor
    """float32 (rows,): mean log-probability of the tokens of all grids, as the model gave it."""
    draft_likelihood: Tensor | None
    """float32 (rows,): mean log-probability of the draft's tokens in the preview's region cells, plus `object_weight` times the
    mean over its objects; None: no such cells."""
    width: int
    """Rows in the batch at the start."""
    preview: Tensor | None = None
    """int64 (rows, preview cells); None with references, which have no preview."""
    preview_grid: Grid | None = None
    dropped: tuple[DroppedCandidate, ...] = ()
    references: References | None = None
    captured: bool = False
    """Whether the steps were replayed from a captured graph."""

    def prior(self, row: int) -> Tensor:
        """The tokens of one row as the decoder takes them: int64 (1, height / 16 * width / 16)."""
        return upsample(self.tokens[row : row + 1], self.grid)


@torch.no_grad()
def plan(
    parts: PlannerParts,
    prompt: str,
    size: tuple[int, int],
    *,
    seeds: Sequence[int],
    settings: PlannerSettings | None = None,
    draft: DraftTokens | None = None,
    references: Sequence[Image.Image] = (),
    device: torch.device | None = None,
    progress: Progress | None = None,
    stop: Callable[[], bool] | None = None,
) -> TokenPlan:
    """Plan a picture of `size` (width, height; multiples of 32), one candidate for each seed.

    `device` is where the model runs when its weights rest elsewhere. `stop` is asked now and then and raises KeyboardInterrupt
    by answering True. Nothing in the model and no global random state is changed, however it ends.
    PosterError: LG567 when the model's scores are not numbers, LG552 when it left the grid because it was allowed to.
    """
    settings = settings or PlannerSettings()
    model = parts.vision_language_encoder
    device = device or model.device
    # 1. The prompt as the checkpoint's own processor writes it, and the position of every token to come.
    inputs = read_prompt(parts, prompt, size, references)
    *preview, target = inputs.grids
    before, cells = sum(rows * columns for rows, columns in preview), target[0] * target[1]
    # 2. What may stand in a cell, and what the draft has there.
    codebook = model.config.vq_config.num_embeddings
    guide = _guide(draft, inputs, size, settings.object_weight)
    compares = bool(guide.weights.any())
    guide = guide.to(device)
    # 3. Read the prompt once; a row of the batch for each seed.
    generator = TokenGenerator(
        model, inputs, seeds, device=device, cache=settings.cache, capture=settings.capture, progress=progress, stop=stop
    )
    # 4. The preview, in text-to-image only, and of its rows those that agree best with the draft.
    kept_rows, scores = list(range(len(seeds))), None
    if preview:
        generator.generate(before, _rule(model, settings, codebook, settings.forcing_preview), guide, last=False)
        if compares:
            scores = generator.draft_likelihood.cpu().clone()
            kept_rows = best(scores, settings.survivors or len(seeds))
            generator.keep_rows(kept_rows)
    # 5. The target. Its end is known, so no step is spent on the end token.
    generator.generate(cells, _rule(model, settings, codebook, settings.forcing_target), guide, last=True)
    # 6. The plan.
    tokens, likelihood = generator.tokens.cpu(), generator.likelihood.cpu() / (before + cells)
    _check(tokens, tokens[:, before:], likelihood, codebook, model.config.image_end_token_id)
    return TokenPlan(
        tokens=tokens[:, before:].contiguous(),
        grid=target,
        seeds=tuple(seeds[row] for row in kept_rows),
        likelihood=likelihood,
        draft_likelihood=None if scores is None else scores[kept_rows],
        width=len(seeds),
        preview=tokens[:, :before].contiguous() if preview else None,
        preview_grid=preview[0] if preview else None,
        dropped=() if scores is None else _dropped_candidates(seeds, scores, kept_rows),
        references=inputs.references,
        captured=generator.captured,
    )


def row_seeds(seed: int, candidates: int) -> tuple[int, ...]:
    """A seed for each candidate: the first is `seed` itself, the others are far from those of neighbouring seeds."""
    return tuple((seed + row * 0x9E3779B97F4A7C15) % 2**63 for row in range(candidates))


def best(scores: Tensor, count: int) -> list[int]:
    """The `count` best rows in their old order. Equal scores: the earlier row; a score that is not a number comes last."""
    order = scores.nan_to_num(nan=-torch.inf).sort(descending=True, stable=True).indices
    return sorted(order[:count].tolist())


def _rule(model: Any, settings: PlannerSettings, codebook: int, forced: bool) -> SamplingRule:
    return SamplingRule(
        warp=warpers(model.generation_config, temperature=settings.temperature, top_k=settings.top_k, top_p=settings.top_p),
        legal=codebook if settings.constrain else None,
        forcing=settings.forcing if forced else "off",
        bias=settings.forcing_bias,
    )


def _guide(draft: DraftTokens | None, prompt: PlannerPrompt, size: tuple[int, int], object_weight: float) -> DraftGuide:
    """The draft's token of every cell to be written. Regions are pushed; those of the preview are compared, as objects are."""
    if draft is None:
        free = torch.full((prompt.cell_positions.shape[1],), FREE)
        return DraftGuide(free, free != FREE, torch.zeros(len(free)))
    if draft.size != size:
        raise ValueError(f"the draft is for {draft.size}, not for {size}")
    target, nothing = draft.target, torch.zeros(len(draft.target))
    if len(prompt.grids) == 1:
        return DraftGuide(target, target != FREE, nothing)
    in_regions = draft.preview != FREE
    return DraftGuide(
        torch.cat([torch.where(in_regions, draft.preview, draft.objects), target]),
        torch.cat([in_regions, target != FREE]),
        torch.cat([in_regions / in_regions.sum().clamp(min=1) + object_weight * draft.shares, nothing]),
    )


def _check(tokens: Tensor, target: Tensor, likelihood: Tensor, codebook: int, end: int) -> None:
    if not bool(likelihood.isfinite().all()):
        hint = "fetch the weights again, or choose another number format: `bfloat16` or `float32`"
        raise PosterError(
            Diagnostic("LG567", "the weights of `vision_language_encoder` are damaged: its scores are not numbers", hint=hint)
        )
    if bool((target >= codebook).any()) or bool((tokens == end).any()):
        problem = "`planner.constrain` cannot be `false` here: the planner left the grid before its end"
        raise PosterError(Diagnostic("LG552", problem, hint="leave it on, or take another seed"))


def _dropped_candidates(seeds: Sequence[int], scores: Tensor, kept_rows: Sequence[int]) -> tuple[DroppedCandidate, ...]:
    return tuple(DroppedCandidate(seeds[row], float(scores[row])) for row in range(len(seeds)) if row not in kept_rows)
