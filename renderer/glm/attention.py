"""The decoder's attention with regions: our processor for every block of `GlmImageTransformer2DModel`.

Without regions and without a mask it equals the stock processor bit for bit. Regions travel with each call, in the
transformer's own `attention_kwargs`, so threads that share a transformer share no state. There are two ways to the same result:

- masked: one attention with the whole additive mask, (glyphs + picture)². For the CPU and small pictures.
- merged: what the picture takes from pictures needs no mask and goes through the fused kernel; what it takes from the few glyph
  tokens is computed separately with its bias, and the two are merged by their log-sum-exp. For CUDA and large pictures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

import torch
import torch.nn.functional as F  # noqa: N812
from diffusers.models.attention_dispatch import dispatch_attention_fn
from diffusers.models.embeddings import apply_rotary_emb
from torch import Tensor

from .head_bias import OFF
from .regions import RegionBias

Kernel = Literal["auto", "masked", "merged"]

LARGEST_MASK = 2**25
"""On the CPU, with more pairs than this the merged form is used."""
_CHUNK = 2**25  # scores of glyph keys that are held at a time


@dataclass(frozen=True, eq=False)
class DeviceBias:
    """A region bias on its device; the leading axis is the batch, or 1 for all rows alike."""

    to_image: Tensor
    """(batch, heads or 1, picture tokens, glyph tokens): for the picture's queries on glyph keys."""
    to_glyphs: Tensor
    """(batch, heads or 1, glyph tokens, glyph + picture tokens): for glyph queries."""
    layers: tuple[bool, ...] | None = None
    """Which layers have it; None: all."""
    _full_masks: dict[int, Tensor] = field(default_factory=dict, repr=False)

    @property
    def tokens(self) -> int:
        return self.to_image.shape[3]

    def full(self, cached: int) -> Tensor:
        """(batch, heads or 1, glyphs + picture, cached + glyphs + picture), made once."""
        if cached not in self._full_masks:
            batch, heads, cells, tokens = self.to_image.shape
            mask = self.to_image.new_zeros(batch, heads, tokens + cells, cached + tokens + cells)
            mask[:, :, :tokens, cached:] = self.to_glyphs
            mask[:, :, tokens:, cached : cached + tokens] = self.to_image
            self._full_masks[cached] = mask
        return self._full_masks[cached]


def bias_on_device(
    biases: RegionBias | Sequence[RegionBias | None],
    *,
    layers: int,
    tokens: int | None = None,
    device: torch.device | str = "cpu",
    dtype: torch.dtype = torch.float32,
) -> DeviceBias:
    """Put a bias, or one for each row of a batch (None: a row without), on a device, for a decoder of this many layers.

    Rows with fewer glyph tokens than `tokens` (None: the most among them) are taken to be padded on the left.
    """
    rows = [biases] if isinstance(biases, RegionBias) else list(biases)
    first = next((bias for bias in rows if bias is not None), None)
    if first is None:
        raise ValueError("there is no bias")
    if any(bias and (bias.grid, bias.steps, bias.layers) != (first.grid, first.steps, first.layers) for bias in rows):
        raise ValueError("the biases of a batch must share their grid and their schedule")
    cells = first.grid[0] * first.grid[1]
    tokens = max(bias.tokens for bias in rows if bias) if tokens is None else tokens
    heads = max(bias.heads for bias in rows if bias)
    to_image = torch.zeros(len(rows), heads, cells, tokens)
    to_glyphs = torch.zeros(len(rows), heads, tokens, tokens + cells)
    for row, bias in enumerate(rows):
        if bias is not None:
            at = tokens - bias.tokens
            to_image[row, ..., at:] = torch.from_numpy(bias.to_image().copy())
            to_glyphs[row, :, at:, at:] = torch.from_numpy(bias.to_glyphs())
    on = tuple(first.in_layer(layer, layers) for layer in range(layers))
    return DeviceBias(to_image.to(device, dtype), to_glyphs.to(device, dtype), None if all(on) else on)


class RegionAttnProcessor:
    """Joint attention of one block. `regions` arrives through the transformer's `attention_kwargs`.

    `attention_mask`, (batch, glyph tokens), 1 or True for real tokens: the others are never attended to. (The stock processor
    adds it to the scores as a number, which hardly changes anything.) A row that reads references' keys sees all of them;
    their bias is 0. `readers`, (batch,) bool: the rows that read those keys; None: all.
    """

    # Set by `transformer.set_attention_backend`; used where there is neither regions nor mask.
    _attention_backend = None
    _parallel_config = None

    def __init__(self, layer: int, kernel: Kernel = "auto", stock: Any = None) -> None:
        self.layer, self.kernel, self.stock = layer, kernel, stock
        self._attention_backend = getattr(stock, "_attention_backend", None)
        self._parallel_config = getattr(stock, "_parallel_config", None)

    def __call__(
        self,
        attn: Any,
        hidden_states: Tensor,
        encoder_hidden_states: Tensor,
        attention_mask: Tensor | None = None,
        image_rotary_emb: tuple[Tensor, Tensor] | None = None,
        kv_cache: Any = None,
        regions: DeviceBias | None = None,
        readers: Tensor | None = None,
    ) -> tuple[Tensor, Tensor]:
        tokens, dtype = encoder_hidden_states.shape[1], encoder_hidden_states.dtype
        joint = torch.cat([encoder_hidden_states, hidden_states], dim=1)
        query, key, value = (project(joint).unflatten(2, (attn.heads, -1)) for project in (attn.to_q, attn.to_k, attn.to_v))
        query = query if attn.norm_q is None else attn.norm_q(query).to(dtype=dtype)
        key = key if attn.norm_k is None else attn.norm_k(key).to(dtype=dtype)
        if image_rotary_emb is not None:  # glyphs have no position
            query, key = (_rotate(item, tokens, image_rotary_emb) for item in (query, key))
        if kv_cache is not None and kv_cache.mode == "write":
            kv_cache.store(key, value)
        elif kv_cache is not None and kv_cache.mode == "read":
            key, value = kv_cache.get(key, value)
        readers = readers if key.shape[1] > query.shape[1] else None

        # Compiled blocks share one graph as long as the layer's number is not looked at.
        if regions is not None and regions.layers is not None and not regions.layers[self.layer]:
            regions = None
        if regions is None and attention_mask is None and readers is None:
            out = dispatch_attention_fn(
                query, key, value, backend=self._attention_backend, parallel_config=self._parallel_config
            )
        else:
            out = attend(query, key, value, tokens, regions, attention_mask, readers, kernel=self.kernel)
        out = out.flatten(2, 3).to(query.dtype)
        out = attn.to_out[1](attn.to_out[0](out))
        return out[:, tokens:], out[:, :tokens]


def install(transformer: Any, *, kernel: Kernel = "auto") -> None:
    """Give every block our processor. A second call changes nothing but the kernel."""
    for layer, block in enumerate(transformer.transformer_blocks):
        stock = block.attn1.processor
        if isinstance(stock, RegionAttnProcessor):
            stock.kernel = kernel
        else:
            block.attn1.set_processor(RegionAttnProcessor(layer, kernel, stock))


def uninstall(transformer: Any) -> None:
    """Give every block back the processor that it had."""
    for block in transformer.transformer_blocks:
        if isinstance(block.attn1.processor, RegionAttnProcessor):
            block.attn1.set_processor(block.attn1.processor.stock)


@contextmanager
def biased(
    transformer: Any,
    biases: RegionBias | Sequence[RegionBias | None] | None,
    *,
    steps: int,
    tokens: int | None = None,
) -> Iterator[Callable[[int], dict[str, Any] | None]]:
    """Yields what to hand the transformer as `attention_kwargs` at a denoising step, counted from 0 of `steps`.

    The processors stay installed afterwards: others may be using them, and without regions they are the stock ones.
    """
    rows = [biases] if biases is None or isinstance(biases, RegionBias) else list(biases)
    schedule = next((bias for bias in rows if bias is not None), None)
    if schedule is None:
        yield lambda step: None
        return
    if not all(isinstance(block.attn1.processor, RegionAttnProcessor) for block in transformer.transformer_blocks):
        install(transformer)
    layers, parameter = len(transformer.transformer_blocks), transformer.proj_out.weight
    heads_biased, heads = max(bias.heads for bias in rows if bias), transformer.config.num_attention_heads
    if heads_biased not in (1, heads):
        raise ValueError(f"the regions have views for {heads_biased} attention heads, and the decoder has {heads}")
    device, dtype = parameter.device, transformer.dtype
    kwargs = {"regions": bias_on_device(rows, layers=layers, tokens=tokens, device=device, dtype=dtype)}
    try:
        yield lambda step: kwargs if schedule.on(step, steps) else None
    finally:
        kwargs.clear()  # the masks are large; a caller that keeps the function keeps nothing


def rotary_tables(transformer: Any, height: int, width: int, device: torch.device | str) -> tuple[Tensor, Tensor]:
    """Cosines and sines, each (picture tokens, head dimension), for latents of height × width, on the device once.

    Handed to the transformer as `image_rotary_emb`: otherwise the model makes them on the CPU in every forward, and copies them
    in every block.
    """
    cosines, sines = transformer.rope(torch.empty(1, 1, height, width, device="meta"))
    return cosines.to(device), sines.to(device)


def attend(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    tokens: int,
    regions: DeviceBias | None = None,
    real: Tensor | None = None,
    readers: Tensor | None = None,
    *,
    kernel: Kernel = "auto",
) -> Tensor:
    """Attention with regions, with a mask of known glyph tokens, with rows that do not read the cached tokens, or all three.

    `query` is (batch, glyphs + picture, heads, dimension); `key` and `value` may have cached tokens in front. The result has
    the shape of `query`.
    """
    cells, cached = query.shape[1] - tokens, key.shape[1] - query.shape[1]
    if regions is not None and regions.to_image.shape[2:] != (cells, tokens):
        covered = " + ".join(map(str, reversed(regions.to_image.shape[2:])))
        raise ValueError(f"regions for {covered} tokens of glyphs and picture, where there are {tokens} + {cells}")
    query, key, value = (item.transpose(1, 2) for item in (query, key, value))
    excluded = _excluded_keys(query, cached, tokens, real, readers)
    if kernel == "auto":
        kernel = "merged" if query.is_cuda or query.shape[2] * key.shape[2] > LARGEST_MASK else "masked"
    if kernel == "merged":
        return _merged(query, key, value, cached, tokens, regions, excluded).transpose(1, 2)
    mask = query.new_zeros(1, 1, 1, key.shape[2]) if regions is None else regions.full(cached).to(query.dtype)
    return F.scaled_dot_product_attention(query, key, value, attn_mask=_with_excluded(mask, excluded)).transpose(1, 2)


def _merged(
    query: Tensor, key: Tensor, value: Tensor, cached: int, tokens: int, regions: DeviceBias | None, excluded: Tensor | None
) -> Tensor:
    first = cached + tokens
    picture = query[:, :, tokens:]
    parts = [_with_weight(picture, key[:, :, first:], value[:, :, first:])]
    if cached:
        out, weight = _with_weight(picture, key[:, :, :cached], value[:, :, :cached])
        parts.append((out, weight if excluded is None else weight.masked_fill(excluded[..., 0], OFF)))
    if tokens:
        bias = query.new_zeros(1, 1, 1, tokens) if regions is None else regions.to_image
        bias = _with_excluded(bias, None if excluded is None else excluded[..., cached:])
        parts.append(_with_bias(picture, key[:, :, cached:first], value[:, :, cached:first], bias))
    shares = torch.softmax(torch.stack([weight for _, weight in parts]), dim=0)[..., None]  # of each part in the whole sum
    merged = sum((out * share for (out, _), share in zip(parts, shares, strict=True)), torch.zeros_like(shares[0]))

    rows = query.new_zeros(1, 1, 1, key.shape[2]) if regions is None else F.pad(regions.to_glyphs.to(query.dtype), (cached, 0))
    own = F.scaled_dot_product_attention(query[:, :, :tokens], key, value, attn_mask=_with_excluded(rows, excluded))
    return torch.cat([own, merged.to(query.dtype)], dim=2)


def _with_weight(query: Tensor, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor]:
    """Attention without a mask, and the logarithm of the sum of its exponentials, (batch, heads, queries) float32."""
    aten = torch.ops.aten
    if (
        query.is_cuda
        and query.dtype in (torch.bfloat16, torch.float16)
        and torch.cuda.get_device_capability(query.device)[0] >= 8
    ):
        out, weight, *_ = aten._scaled_dot_product_flash_attention(query, key, value, 0.0, False, False)
    elif query.is_cuda:
        out, weight, *_ = aten._scaled_dot_product_efficient_attention(query, key, value, None, True)
    elif query.device.type == "cpu":
        out, weight = aten._scaled_dot_product_flash_attention_for_cpu(query, key, value, 0.0, False)
    else:
        return _with_bias(query, key, value, query.new_zeros(1, 1, 1, 1))
    return out, weight[..., : query.shape[2]].float()  # some kernels round the number of queries up


def _with_bias(query: Tensor, key: Tensor, value: Tensor, bias: Tensor) -> tuple[Tensor, Tensor]:
    """The same with a bias, (batch or 1, heads or 1, queries or 1, keys); the result is float32. Some queries at a time."""
    scale = query.shape[-1] ** -0.5
    size = max(1, _CHUNK // (query.shape[0] * query.shape[1] * key.shape[2]))
    bias = bias.expand(-1, -1, query.shape[2], -1)
    outs, weights = [], []
    for part, added in zip(torch.split(query, size, dim=2), torch.split(bias, size, dim=2), strict=True):
        scores = (part @ key.transpose(-1, -2)).float() * scale + added
        weight = torch.logsumexp(scores, dim=-1)
        outs.append((scores - weight[..., None]).exp().to(value.dtype) @ value)
        weights.append(weight)
    return torch.cat(outs, dim=2).float(), torch.cat(weights, dim=2)


def _excluded_keys(query: Tensor, cached: int, tokens: int, real: Tensor | None, readers: Tensor | None) -> Tensor | None:
    """(batch, 1, 1, cached + glyph tokens): the keys that a row of the batch never sees."""
    if real is None and readers is None:
        return None
    excluded = torch.zeros(query.shape[0], 1, 1, cached + tokens, dtype=torch.bool, device=query.device)
    if readers is not None:
        excluded[..., :cached] |= ~readers.to(query.device, torch.bool)[:, None, None, None]
    if real is not None:
        excluded[..., cached:] |= ~real.to(query.device, torch.bool)[:, None, None]
    return excluded


def _with_excluded(mask: Tensor, excluded: Tensor | None) -> Tensor:
    """The mask with those of its first keys switched off."""
    if excluded is None:
        return mask
    closed = mask.expand(excluded.shape[0], -1, -1, -1).clone()
    closed[..., : excluded.shape[3]].masked_fill_(excluded, OFF)
    return closed


def _rotate(states: Tensor, tokens: int, tables: tuple[Tensor, Tensor]) -> Tensor:
    """Rotary positions on the picture's part, in place."""
    picture = states[:, tokens:]
    states[:, tokens:] = apply_rotary_emb(picture, tables, sequence_dim=1, use_real_unbind_dim=-2)
    return states
