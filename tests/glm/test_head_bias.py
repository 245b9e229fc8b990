"""Attention heads that see the characters differently."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from layoutgen.renderer.glm.attention import attend, bias_on_device, biased
from layoutgen.renderer.glm.head_bias import OFF, HeadBias, head_bias
from layoutgen.renderer.glm.regions import RegionSettings
from tests.glm.attention_inputs import AREA, TOKENS, bias_of, decoder, inputs, run

VIEWS = (
    HeadBias(what="near"),
    HeadBias(what="at", shift=6),
    HeadBias(what="along"),
    HeadBias(what="nothing"),
)
SETTINGS = RegionSettings(grain="character", hard=True, steps=1.0, views=VIEWS)


def row(view: HeadBias, size: float = 32.0) -> Any:
    """The bias of one character at the pixels from 40 left to 40 right of its middle."""
    along = np.arange(-40.0, 41.0)[None]
    return head_bias(view, along, np.zeros_like(along), (size, 32.0))[0]


def test_one_bias_for_each_head() -> None:
    bias = bias_of(SETTINGS)
    assert bias.heads == len(VIEWS)
    assert bias.image.shape == (len(VIEWS), TOKENS, AREA)
    assert bias.full(cached=3).shape == (len(VIEWS), TOKENS + AREA, 3 + TOKENS + AREA)
    plain = bias_of(SETTINGS.model_copy(update={"views": ()}))
    assert np.array_equal(bias.image[0], plain.image)
    assert (bias.image[3] == OFF).all()


@given(st.floats(8, 64), st.floats(1, 9))
def test_along_rises_from_one_side_to_the_other(size: float, slope: float) -> None:
    result = row(HeadBias(what="along", slope=slope), size)
    seen = result[result > OFF]
    assert (np.diff(seen) >= 0).all()
    assert seen[0] == pytest.approx(-seen[-1])
    assert len(seen) == pytest.approx(size + 8, abs=2)


def test_a_shifted_head_looks_beside_the_cell() -> None:
    here, right = row(HeadBias(what="at")), row(HeadBias(what="at", shift=10))
    assert np.array_equal(here[10:], right[:-10])
    assert (here[40 - 16 : 40 + 17] == 0).all()


def test_in_a_relative_head_the_end_of_the_string_weighs_nothing_more() -> None:
    bias = bias_of(SETTINGS)
    along = bias.image[2].reshape(TOKENS, -1)
    end = along[2]  # the tokens of "AB": A, B, end
    assert end[end > OFF / 2].tolist() == [0.0] * int((end > OFF / 2).sum())
    assert (end > OFF / 2).any()


def test_both_kernels_agree() -> None:
    device_bias = bias_on_device(bias_of(SETTINGS), layers=1)
    random = torch.Generator().manual_seed(0)
    query, key, value = (torch.randn(1, TOKENS + AREA, len(VIEWS), 16, generator=random) for _ in range(3))
    masked, merged = (attend(query, key, value, TOKENS, device_bias, kernel=kernel) for kernel in ("masked", "merged"))
    assert torch.allclose(masked, merged, atol=1e-5)


def test_a_decoder_with_other_heads_refuses_them(tiny_checkpoint: Path) -> None:
    transformer = decoder(tiny_checkpoint)
    heads = transformer.config.num_attention_heads
    views = (HeadBias(),) * (heads + 1)
    with pytest.raises(ValueError, match=f"{heads + 1} attention heads, and the decoder has {heads}"):
        biased(transformer, bias_of(SETTINGS.model_copy(update={"views": views})), steps=1).__enter__()


def test_heads_told_alike_are_as_one_bias(tiny_checkpoint: Path) -> None:
    transformer = decoder(tiny_checkpoint)
    views = (HeadBias(),) * transformer.config.num_attention_heads
    result = []
    for settings in (SETTINGS.model_copy(update={"views": views}), SETTINGS.model_copy(update={"views": ()})):
        with biased(transformer, bias_of(settings), steps=1) as at:
            result.append(run(transformer, inputs(), attention_kwargs=at(0)))
    assert torch.allclose(result[0], result[1], atol=1e-6)
