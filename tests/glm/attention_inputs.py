"""What the tests of attention share: a small decoder's inputs, slogans and their biases."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from diffusers import GlmImageTransformer2DModel
from diffusers.models.transformers.transformer_glm_image import GlmImageKVCache
from torch import Tensor

from layoutgen.renderer.glm.attention import (
    bias_on_device,
)
from layoutgen.renderer.glm.regions import RegionBias, RegionSettings, region_bias, token_grid
from tests.glm.test_regions import conditions, encoded, slogan

SIZE = (128, 96)
GRID = token_grid(SIZE)
AREA = GRID[0] * GRID[1]
FIRST, SECOND = slogan("AB", (0, 0, 64, 32)), slogan("CDE", (48, 48, 80, 48))
TOKENS = 3 + 4


def decoder(folder: Path) -> Any:
    return GlmImageTransformer2DModel.from_pretrained(folder, subfolder="transformer").eval()


def inputs(tokens: int = TOKENS, batch: int = 1, *, seed: int = 1, size: tuple[int, int] = SIZE) -> dict[str, Any]:
    random, (rows, columns) = torch.Generator().manual_seed(seed), token_grid(size)
    return {
        "hidden_states": torch.randn(1, 16, 2 * rows, 2 * columns, generator=random).repeat(batch, 1, 1, 1),
        "prior_token_id": torch.randint(64, (1, rows * columns), generator=random).repeat(batch, 1),
        "encoder_hidden_states": torch.randn(batch, tokens, 32, generator=random),
        "prior_token_drop": torch.zeros(batch, rows * columns, dtype=torch.bool),
        "timestep": torch.full((batch,), 700.0),
        "target_size": torch.tensor([size[::-1]] * batch, dtype=torch.float32),
        "crop_coords": torch.zeros(batch, 2),
        "return_dict": False,
    }


def run(transformer: Any, given: dict[str, Any], **more: Any) -> Tensor:
    with torch.no_grad():
        result: Tensor = transformer(**given, **more)[0]
    return result


def tokens_changed(before: Tensor, after: Tensor) -> Any:
    """(rows, columns) of picture tokens of which any latent differs by any bit."""
    differs = (before != after).any(1)[0]
    rows, columns = differs.shape
    return differs.reshape(rows // 2, 2, columns // 2, 2).any(3).any(1).numpy()


def bias_of(settings: RegionSettings, *slogans: Any) -> RegionBias:
    slogans = slogans or (FIRST, SECOND)
    bias = region_bias(conditions(*slogans, size=SIZE), encoded(*(item.text for item in slogans)), GRID, settings)
    assert bias is not None
    return bias


def regions(transformer: Any, bias: Any, **more: Any) -> dict[str, Any]:
    return {"regions": bias_on_device(bias, layers=len(transformer.transformer_blocks), **more)}


def references(transformer: Any, count: int = 2) -> GlmImageKVCache:
    """What reference pictures leave in the cache, written by whichever processors are installed."""
    caches = GlmImageKVCache(num_layers=len(transformer.transformer_blocks))
    caches.set_mode("write")
    for seed in range(count):
        run(transformer, inputs(0, seed=10 + seed, size=(64, 32 * (1 + seed))), kv_caches=caches)
    caches.set_mode("read")
    return caches
