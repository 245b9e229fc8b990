"""Attention with a bias: one result from both kernels."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor

from layoutgen.renderer.glm.attention import (
    LARGEST_MASK,
    attend,
    bias_on_device,
)
from layoutgen.renderer.glm.regions import RegionSettings
from tests.glm.attention_inputs import (
    AREA,
    TOKENS,
    bias_of,
)
from tests.glm.test_regions import HARD, LETTERS


def states(
    batch: int, cached: int, tokens: int, cells: int, dtype: torch.dtype = torch.float32
) -> tuple[Tensor, Tensor, Tensor]:
    random = torch.Generator().manual_seed(5)
    query = torch.randn(batch, tokens + cells, 2, 16, generator=random)
    key, value = (torch.randn(batch, cached + tokens + cells, 2, 16, generator=random) for _ in range(2))
    return query.to(dtype), (2 * key).to(dtype), value.to(dtype)


@pytest.mark.parametrize("cached", [0, 13])
@pytest.mark.parametrize("settings", [HARD, LETTERS, RegionSettings(), RegionSettings(isolate=True, direction="image")])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_merged_is_equal_to_masked(cached: int, settings: RegionSettings, dtype: torch.dtype) -> None:
    device_bias = bias_on_device([bias_of(settings), None], layers=2, dtype=dtype)
    query, key, value = states(2, cached, TOKENS, AREA, dtype)
    real = torch.arange(TOKENS) >= torch.tensor([[0], [2]])
    readers = torch.tensor([True, False]) if cached else None
    masked, merged = (
        attend(query, key, value, TOKENS, device_bias, real, readers, kernel=kernel) for kernel in ("masked", "merged")
    )
    assert merged.dtype is dtype
    near = 1e-5 if dtype is torch.float32 else 3e-2
    torch.testing.assert_close(merged, masked, atol=near, rtol=near)
    # ... and to the definition, worked out in one piece.
    mask = device_bias.full(cached).float().expand(2, -1, -1, -1).clone()
    mask[..., cached : cached + TOKENS].masked_fill_(~real[:, None, None], -1e4)
    if cached:
        mask[1, ..., :cached] = -1e4
    q, k, v = (item.float().transpose(1, 2) for item in (query, key, value))
    plain = (torch.softmax(q @ k.transpose(2, 3) / 4 + mask, dim=-1) @ v).transpose(1, 2)
    torch.testing.assert_close(masked.float(), plain, atol=near, rtol=near)


def test_large_pictures_are_merged_on_the_cpu(monkeypatch: pytest.MonkeyPatch) -> None:
    from layoutgen.renderer.glm import attention

    used: list[str] = []
    merged = attention._merged

    def watched(*given: Any) -> Tensor:
        used.append("merged")
        result: Tensor = merged(*given)
        return result

    monkeypatch.setattr(attention, "_merged", watched)
    monkeypatch.setattr(attention, "LARGEST_MASK", (TOKENS + AREA) ** 2)
    query, key, value = states(1, 0, TOKENS, AREA)
    attend(query, key, value, TOKENS, bias_on_device(bias_of(HARD), layers=1))
    assert used == []
    query, key, value = states(1, 1, TOKENS, AREA)
    attend(query, key, value, TOKENS, bias_on_device(bias_of(HARD), layers=1))
    assert used == ["merged"]
    assert LARGEST_MASK > 5000**2


def test_many_glyph_tokens_are_taken_in_stretches(monkeypatch: pytest.MonkeyPatch) -> None:
    from layoutgen.renderer.glm import attention

    query, key, value = states(1, 3, TOKENS, AREA)
    device_bias = bias_on_device(bias_of(LETTERS), layers=1)
    whole = attend(query, key, value, TOKENS, device_bias, kernel="merged")
    monkeypatch.setattr(attention, "_CHUNK", 100)
    torch.testing.assert_close(attend(query, key, value, TOKENS, device_bias, kernel="merged"), whole)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_merged_is_equal_to_masked_on_cuda(dtype: torch.dtype) -> None:
    device_bias = bias_on_device(bias_of(LETTERS), layers=1, device="cuda", dtype=dtype)
    query, key, value = (item.cuda() for item in states(1, 13, TOKENS, AREA, dtype))
    masked, merged = (attend(query, key, value, TOKENS, device_bias, kernel=kernel) for kernel in ("masked", "merged"))
    near = 1e-4 if dtype is torch.float32 else 3e-2
    torch.testing.assert_close(merged, masked, atol=near, rtol=near)
