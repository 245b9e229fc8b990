"""Classifier-free guidance: which passes of the decoder a denoising step makes, and how they are put together.

A pass sees the plan (prior tokens, and the references that go with them) or not, and the glyphs or not. The stock pipeline
makes two, v = nothing + w (all - nothing). With a weight for each there is one more in between, and each weight scales what
its own condition adds to the ones before it:

    v = nothing + plan_weight (plan - nothing) + glyph_weight (all - plan)

Equal weights are the stock formula, and passes that cannot matter are not made. The plan comes first because it says what the
picture is; glyphs alone, on no picture, are nothing that is ever asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from .attention import DeviceBias, bias_on_device, install
from .glyphs import stack_embeddings
from .regions import RegionBias
from .settings import DecoderSettings
from .step_cache import CachedForward

Tables = tuple[Tensor, Tensor]


@dataclass(frozen=True)
class Branch:
    """What one pass sees."""

    plan: bool
    glyphs: bool


UNCONDITIONAL, PLAN_ONLY, CONDITIONAL = Branch(False, False), Branch(True, False), Branch(True, True)


@dataclass(frozen=True)
class Guidance:
    branches: tuple[Branch, ...]
    """From the one that sees least to the one that sees most."""
    weights: tuple[float, ...]
    """Of the differences between neighbours."""

    @classmethod
    def of(cls, settings: DecoderSettings) -> Guidance:
        plan, glyphs = settings.prior_guidance, settings.glyph_guidance
        if plan is None or glyphs is None:
            single = settings.guidance
            return cls((UNCONDITIONAL, CONDITIONAL), (single,)) if single > 1 else cls((CONDITIONAL,), ())
        if plan == glyphs:
            branches, weights = [UNCONDITIONAL, CONDITIONAL], [plan]
        else:
            branches, weights = [UNCONDITIONAL, PLAN_ONLY, CONDITIONAL], [plan, glyphs]
        while weights and weights[0] == 1:  # nothing + (plan - nothing)
            del branches[0], weights[0]
        while weights and weights[-1] == 0:
            del branches[-1], weights[-1]
        return cls(tuple(branches), tuple(weights))

    def combine(self, velocities: Sequence[Tensor]) -> Tensor:
        """The guided velocity from those of the branches."""
        guided = velocities[0]
        for weight, less, more in zip(self.weights, velocities[:-1], velocities[1:], strict=True):
            guided = guided + weight * (more - less)
        return guided


@dataclass(frozen=True, eq=False)
class DecoderInputs:
    """All that stays the same over the steps of one picture; on the device, one row each."""

    prior: Tensor
    """int64 (1, picture tokens)."""
    glyphs: Tensor
    """(1, glyph tokens, d)."""
    empty: Tensor
    """(1, tokens, d): the glyphs of a picture without strings."""
    size: Tensor
    """(1, 2): height and width in pixels."""
    crop: Tensor
    """(1, 2)."""
    tables: Tables | None
    """Positions, made once; None: the transformer makes them in every pass, as in the stock pipeline."""
    bias: RegionBias | None = None
    keys: Any = None
    """Keys and values of the references, one cache a layer, or None."""


class GuidedPasses:
    """The decoder's velocity at one step after another, guided. For one picture."""

    def __init__(self, transformer: Any, inputs: DecoderInputs, settings: DecoderSettings) -> None:
        self._guidance, self._settings = Guidance.of(settings), settings
        self._dtype = transformer.dtype
        self._bias = inputs.bias
        branches = self._guidance.branches
        groups = [branches] if settings.passes == "together" else [(branch,) for branch in branches]
        self._passes = [_Pass.of(transformer, inputs, group) for group in groups]
        self._cached = [CachedForward(transformer, settings.cache_threshold) for _ in groups] if settings.cache != "off" else []
        self._had_bias: bool | None = None
        if any(item.needs_our_attention for item in self._passes):
            install(transformer)

    @property
    def skipped(self) -> int:
        """Passes in which only the first block ran."""
        return sum(cached.skipped for cached in self._cached)

    def __call__(self, latents: Tensor, timestep: Tensor, step: int) -> Tensor:
        """Float32, shaped like `latents`. `timestep` is a scalar on the device; `step` counts from 0 of `settings.steps`."""
        has_bias = self._bias is not None and self._bias.on(step, self._settings.steps)
        warmup = self._settings.cache_warmup
        full = not warmup <= step < self._settings.steps - warmup or has_bias != self._had_bias
        self._had_bias = has_bias
        latents = latents.to(self._dtype)
        velocities: list[Tensor] = []
        for index, item in enumerate(self._passes):
            forward = _Cached(self._cached[index], full) if self._cached else None
            velocities += item(latents, timestep, has_bias, forward)
        return self._guidance.combine(velocities)


@dataclass(frozen=True)
class _Cached:
    forward: CachedForward
    full: bool

    def __call__(self, **inputs: Any) -> Tensor:
        return self.forward(full=self.full, **inputs)


@dataclass(frozen=True, eq=False)
class _Pass:
    """One call of the transformer, with a row for each of its branches."""

    transformer: Any
    rows: int
    fixed: dict[str, Any]
    bias: DeviceBias | None
    readers: Tensor | None
    keys: Any
    mode: str

    @classmethod
    def of(cls, transformer: Any, inputs: DecoderInputs, branches: Sequence[Branch]) -> _Pass:
        rows, device = len(branches), inputs.prior.device
        glyphs, real = _stacked([inputs.glyphs if branch.glyphs else inputs.empty for branch in branches])
        prior = inputs.prior.expand(rows, -1)
        fixed = {
            "encoder_hidden_states": glyphs,
            "prior_token_id": prior,
            "prior_token_drop": _dropped(prior, branches, by_mask=inputs.tables is None),
            "target_size": inputs.size.expand(rows, -1),
            "crop_coords": inputs.crop.expand(rows, -1),
            "attention_mask": real,
            "image_rotary_emb": inputs.tables,
        }
        biases = [inputs.bias if branch.glyphs else None for branch in branches]
        bias = None
        if any(biases):
            layers, dtype = len(transformer.transformer_blocks), transformer.dtype
            bias = bias_on_device(biases, layers=layers, tokens=glyphs.shape[1], device=device, dtype=dtype)
        reads = [branch.plan for branch in branches]
        mixed = inputs.keys is not None and any(reads) and not all(reads)
        return cls(
            transformer,
            rows,
            fixed,
            bias,
            torch.tensor(reads, device=device) if mixed else None,
            inputs.keys,
            "read" if any(reads) else "skip",
        )

    @property
    def needs_our_attention(self) -> bool:
        return self.bias is not None or self.readers is not None or self.fixed["attention_mask"] is not None

    def __call__(
        self, latents: Tensor, timestep: Tensor, has_bias: bool, forward: Callable[..., Tensor] | None
    ) -> list[Tensor]:
        """The velocity of each branch, float32."""
        if self.keys is not None:
            self.keys.set_mode(self.mode)
        extra: dict[str, Any] = {}
        if has_bias and self.bias is not None:
            extra["regions"] = self.bias
        if self.readers is not None:
            extra["readers"] = self.readers
        call = {
            "hidden_states": latents.expand(self.rows, -1, -1, -1),
            "timestep": timestep.expand(self.rows) - 1,
            "attention_kwargs": extra or None,
            "kv_caches": self.keys,
            **self.fixed,
        }
        output = self.transformer(return_dict=False, **call)[0] if forward is None else forward(**call)
        return list(output.float().chunk(self.rows))


def _stacked(embeddings: Sequence[Tensor]) -> tuple[Tensor, Tensor | None]:
    """Rows of glyph tokens as one batch, and which are real where they are not equally many."""
    if len({item.shape[1] for item in embeddings}) == 1:
        return torch.cat(list(embeddings)), None
    return stack_embeddings(embeddings)


def _dropped(prior: Tensor, branches: Sequence[Branch], *, by_mask: bool) -> Tensor | slice:
    """What the transformer zeroes of its prior embeddings: whole rows, always the first ones.

    It indexes the embeddings with this. A mask makes the processor wait for the device in every pass; a slice does not, and the
    same numbers are multiplied by the same zero.
    """
    count = sum(not branch.plan for branch in branches)
    if by_mask:
        return torch.arange(len(branches), device=prior.device)[:, None].expand_as(prior) < count
    return slice(0, count)
