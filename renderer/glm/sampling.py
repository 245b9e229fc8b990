"""Sampling one token for every row: transformers' own warpers, a random generator for each row, and what a cell may hold.

A row is drawn as torch's `multinomial` draws one sample: the largest of probability / noise, with exponential noise. Written
out like this, every row can take its noise from a generator of its own, the global one is never touched, and nothing has to be
read back to the host, which `multinomial` does to check its input. One row with seed s draws exactly what the stock pipeline
draws after `torch.manual_seed(s)`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import torch
from torch import Tensor
from transformers import LogitsProcessorList, MinPLogitsWarper, TemperatureLogitsWarper, TopKLogitsWarper, TopPLogitsWarper

Forcing = Literal["off", "bias", "force"]

DEFAULTS = {"temperature": 1.0, "top_k": 50, "top_p": 1.0, "min_p": None}
"""What `generate` uses when neither the checkpoint nor the caller says otherwise."""


def warpers(
    checkpoint: Any, *, temperature: float | None = None, top_k: int | None = None, top_p: float | None = None
) -> LogitsProcessorList:
    """The warpers in the order in which `generate` applies them. `checkpoint` is its generation config; None: as it says."""

    def effective(name: str, requested: float | None = None) -> Any:
        setting = getattr(checkpoint, name, None) if requested is None else requested
        return DEFAULTS[name] if setting is None else setting

    chain = LogitsProcessorList()
    if (value := effective("temperature", temperature)) != 1.0:
        chain.append(TemperatureLogitsWarper(float(value)))
    if (value := effective("top_k", top_k)) != 0:
        chain.append(TopKLogitsWarper(int(value)))
    if (value := effective("top_p", top_p)) < 1.0:
        chain.append(TopPLogitsWarper(float(value)))
    if (value := effective("min_p")) is not None:
        chain.append(MinPLogitsWarper(float(value)))
    return chain


class Noise:
    """Exponential noise for the next choice, each row from its own generator."""

    def __init__(self, seeds: Sequence[int], vocabulary: int, device: torch.device) -> None:
        self.values = torch.ones(len(seeds), vocabulary, dtype=torch.float32, device=device)
        self._generators = [torch.Generator(device).manual_seed(seed) for seed in seeds]

    def draw(self) -> None:
        """New noise in place, so that a captured graph reads it. One draw for every choice, whatever the number of rows."""
        for row, generator in zip(self.values, self._generators, strict=True):
            row.exponential_(generator=generator)

    def keep_rows(self, rows: Sequence[int]) -> None:
        self.values = self.values[list(rows)].contiguous()
        self._generators = [self._generators[row] for row in rows]


@dataclass(frozen=True)
class SampledTokens:
    tokens: Tensor
    """int64 (rows,)"""
    likelihood: Tensor
    """float32 (rows,): the log-probability of the chosen tokens, as the model gave it before any warper or forcing."""
    draft_likelihood: Tensor
    """float32 (rows,): that of the draft's token, times its weight; 0 where that is 0."""


@dataclass(frozen=True, eq=False)
class DraftGuide:
    """What the draft has in cells to be written."""

    tokens: Tensor
    """int64 (cells,), negative in a free cell."""
    forced: Tensor
    """bool (cells,): where `SamplingRule.forcing` acts."""
    weights: Tensor
    """float32 (cells,): the weight of each token's log-probability when rows are compared."""

    def at(self, step: Tensor) -> DraftGuide:
        """Of one cell; `step` int64 (1,)."""
        return DraftGuide(*(part.index_select(0, step) for part in (self.tokens, self.forced, self.weights)))

    def to(self, device: torch.device) -> DraftGuide:
        return DraftGuide(*(part.to(device) for part in (self.tokens, self.forced, self.weights)))


@dataclass(frozen=True)
class SamplingRule:
    """How one token is sampled. `__call__` consists of tensor operations alone: no shape, branch or value depends on data."""

    warp: LogitsProcessorList
    legal: int | None
    """Only tokens below this, the codebook, may stand in a cell; None: anything, as in the stock pipeline."""
    forcing: Forcing = "off"
    """What the draft's token does in its cell: nothing, gains `bias`, or is taken."""
    bias: float = 0.0
    """Nats."""

    def __call__(self, logits: Tensor, noise: Tensor, guide: DraftGuide) -> SampledTokens:
        """`logits` and `noise` float32 (rows, vocabulary); `guide` of this cell."""
        if self.legal is not None:
            outside = torch.arange(logits.shape[1], device=logits.device) >= self.legal
            logits = logits.masked_fill(outside, -torch.inf)
        logs = logits.log_softmax(dim=-1)
        draft = guide.tokens.clamp(min=0)
        if self.forcing == "bias":
            logits = logits.index_add(1, draft, (guide.forced * self.bias).expand(len(logits), 1))
        # The warpers' first argument, the tokens so far, is used by none of these.
        scores = self.warp(None, logits) if self.warp else logits
        tokens = (scores.softmax(dim=-1) / noise).argmax(dim=-1)
        if self.forcing == "force":
            tokens = torch.where(guide.forced, draft, tokens)
        likelihood = logs.gather(1, tokens[:, None])[:, 0]
        agreement = (logs.index_select(1, draft)[:, 0] * guide.weights).masked_fill(guide.weights == 0, 0.0)
        return SampledTokens(tokens, likelihood, agreement)
