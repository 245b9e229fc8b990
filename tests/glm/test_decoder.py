"""Decoding: equal to the stock pipeline where it should be, and the settings that the stock pipeline does not have."""

from __future__ import annotations

import copy
import gc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from diffusers.hooks import apply_group_offloading
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

from layoutgen.renderer.glm.decoder import DecoderSettings, NoiseSchedule, NotFinite
from layoutgen.renderer.glm.glyphs import encode_glyphs
from layoutgen.renderer.glm.guidance import CONDITIONAL, PLAN_ONLY, UNCONDITIONAL, Guidance
from layoutgen.renderer.glm.head_bias import OFF
from layoutgen.renderer.glm.regions import RegionBias, token_grid
from layoutgen.renderer.glm.settings import PARITY
from layoutgen.renderer.glm.vae import encode_image
from tests.glm.decoder_fixtures import (
    QUICK,
    SIZE,
    STEPS,
    WORDS,
    decoded,
    load,
    picture,
    prior_tokens,
    reference_pictures,
    stock,
)

STOCK = PARITY.decoder.model_copy(update={"steps": STEPS})


@pytest.fixture(scope="module")
def pipeline(tiny_checkpoint: Path) -> Any:
    return load(tiny_checkpoint)


def with_(settings: DecoderSettings, **changes: Any) -> DecoderSettings:
    return DecoderSettings.model_validate({**settings.model_dump(), **changes})


# Parity


@pytest.mark.parametrize("seed", [0, 1, 77])
@pytest.mark.parametrize("size", [(96, 64), (128, 128), (64, 192)])
def test_text_to_image_equals_the_stock_pipeline(pipeline: Any, size: tuple[int, int], seed: int) -> None:
    ours = decoded(pipeline, STOCK, size=size, seed=seed)
    assert torch.equal(ours.latents, stock(pipeline, STOCK, size=size, seed=seed))
    theirs = stock(pipeline, STOCK, size=size, seed=seed, output="pil")[0]
    assert ours.image.size == size
    assert ours.image.tobytes() == theirs.tobytes()


@pytest.mark.parametrize("guidance", [1.0, 4.0])
@pytest.mark.parametrize("words", [(), ("A",), WORDS])
def test_any_guidance_and_number_of_strings_equals_the_stock_pipeline(
    pipeline: Any, words: tuple[str, ...], guidance: float
) -> None:
    settings = with_(STOCK, guidance=guidance)
    assert torch.equal(decoded(pipeline, settings, words=words).latents, stock(pipeline, settings, words=words))


@pytest.mark.parametrize("sizes", [[(64, 64)], [(64, 64), (96, 32)]])
@pytest.mark.parametrize("settings", [STOCK, QUICK])
def test_references_equal_the_stock_pipeline(pipeline: Any, sizes: list[tuple[int, int]], settings: DecoderSettings) -> None:
    references = reference_pictures(*sizes)
    ours = decoded(pipeline, settings, references=references)
    assert torch.equal(ours.latents, stock(pipeline, settings, references=references))
    assert not torch.equal(ours.latents, decoded(pipeline, settings).latents)


@pytest.mark.parametrize("size", [(96, 64), (64, 192)])
def test_the_clean_step_changes_no_bit(pipeline: Any, size: tuple[int, int]) -> None:
    assert torch.equal(decoded(pipeline, QUICK, size=size).latents, stock(pipeline, QUICK, size=size))


@pytest.mark.parametrize("words", [(), WORDS])
@pytest.mark.parametrize("references", [None, reference_pictures((64, 64), (96, 32))])
def test_passes_in_one_batch_differ_in_the_last_bits_only(pipeline: Any, words: tuple[str, ...], references: Any) -> None:
    """Rows of unequal glyph length are masked, and the row without a plan does not read the references."""
    together = decoded(pipeline, with_(QUICK, passes="together"), words=words, references=references)
    apart = decoded(pipeline, QUICK, words=words, references=references)
    torch.testing.assert_close(together.latents, apart.latents, rtol=0, atol=1e-4)


def test_bfloat16_equals_the_stock_pipeline(tiny_checkpoint: Path) -> None:
    pipeline = load(tiny_checkpoint).to(torch.bfloat16)
    assert torch.equal(decoded(pipeline, QUICK).latents, stock(pipeline, QUICK))


# The step


class _Calls(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Records the operations that make a GPU wait for the host, or the host for it."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.masks = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        indices = args[1] if func.overloadpacket in (torch.ops.aten.index, torch.ops.aten.index_put_) else ()
        self.masks += any(item is not None and item.dtype == torch.bool for item in indices)
        return func(*args, **(kwargs or {}))


def _costs(pipeline: Any, run: Callable[[], Any], monkeypatch: pytest.MonkeyPatch) -> tuple[int, int]:
    """Position tables made, and indexings by a mask, in the denoising loop."""
    result: list[int] = []
    tables = pipeline.transformer.rope.forward

    def counted(states: Tensor) -> Any:
        result.append(1)
        return tables(states)

    monkeypatch.setattr(pipeline.transformer.rope, "forward", counted)
    forward = pipeline.transformer.forward
    calls = _Calls()

    def watched(*args: Any, **kwargs: Any) -> Any:
        with calls:
            return forward(*args, **kwargs)

    monkeypatch.setattr(pipeline.transformer, "forward", watched)
    run()
    monkeypatch.undo()
    return len(result), calls.masks


def test_tables_are_made_once_and_nothing_is_indexed_by_a_mask(pipeline: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _costs(pipeline, lambda: decoded(pipeline, QUICK), monkeypatch) == (1, 0)
    tables, masks = _costs(pipeline, lambda: stock(pipeline, QUICK), monkeypatch)
    assert tables == 2 * STEPS
    assert masks >= 2 * STEPS


def test_the_model_is_told_whole_unshifted_timesteps(pipeline: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    reported: list[float] = []
    forward = pipeline.transformer.forward

    def watched(*args: Any, **kwargs: Any) -> Any:
        reported.append(kwargs["timestep"].item())
        return forward(*args, **kwargs)

    monkeypatch.setattr(pipeline.transformer, "forward", watched)
    result = decoded(pipeline, with_(QUICK, guidance=1.0))
    assert reported == [999, 799, 599, 399, 199]
    assert result.sigmas[0] == 1.0
    assert result.sigmas[-1] == 0.0
    assert list(result.sigmas) == sorted(result.sigmas, reverse=True)


def test_the_scheduler_of_the_parts_is_not_touched(pipeline: Any) -> None:
    pipeline.scheduler.set_timesteps(3, mu=1.0)
    before = copy.deepcopy(vars(pipeline.scheduler))
    decoded(pipeline, QUICK)
    assert str(vars(pipeline.scheduler)) == str(before)


def test_fewest_steps(pipeline: Any) -> None:
    assert torch.equal(decoded(pipeline, with_(QUICK, steps=1)).latents, stock(pipeline, with_(QUICK, steps=1)))


# Guidance


@pytest.mark.parametrize(
    ("settings", "branches", "weights"),
    [
        ({}, (UNCONDITIONAL, CONDITIONAL), (1.5,)),
        ({"guidance": 1.0}, (CONDITIONAL,), ()),
        ({"prior_guidance": 1.5, "glyph_guidance": 3.0}, (UNCONDITIONAL, PLAN_ONLY, CONDITIONAL), (1.5, 3.0)),
        ({"prior_guidance": 2.0, "glyph_guidance": 2.0}, (UNCONDITIONAL, CONDITIONAL), (2.0,)),
        ({"prior_guidance": 1.0, "glyph_guidance": 3.0}, (PLAN_ONLY, CONDITIONAL), (3.0,)),
        ({"prior_guidance": 1.5, "glyph_guidance": 0.0}, (UNCONDITIONAL, PLAN_ONLY), (1.5,)),
        ({"prior_guidance": 1.0, "glyph_guidance": 0.0}, (PLAN_ONLY,), ()),
        ({"prior_guidance": 1.0, "glyph_guidance": 1.0}, (CONDITIONAL,), ()),
    ],
)
def test_passes_that_cannot_matter_are_not_made(settings: dict[str, Any], branches: Any, weights: Any) -> None:
    assert Guidance.of(DecoderSettings(**settings)) == Guidance(branches, weights)


def test_equal_weights_are_the_stock_formula() -> None:
    nothing, plan, everything = torch.randn(3, 4)
    three = Guidance((UNCONDITIONAL, PLAN_ONLY, CONDITIONAL), (1.5, 1.5)).combine([nothing, plan, everything])
    torch.testing.assert_close(three, nothing + 1.5 * (everything - nothing))


def test_weights_of_their_own(pipeline: Any) -> None:
    """The glyphs' weight alone changes the picture; without it, and without the plan's, the glyphs leave no trace."""
    both = {"prior_guidance": 1.5, "glyph_guidance": 1.5}
    assert torch.equal(decoded(pipeline, with_(QUICK, **both)).latents, decoded(pipeline, QUICK).latents)
    stronger = decoded(pipeline, with_(QUICK, prior_guidance=1.5, glyph_guidance=4.0))
    assert not torch.allclose(stronger.latents, decoded(pipeline, QUICK).latents, atol=1e-3)
    without = with_(QUICK, prior_guidance=1.5, glyph_guidance=0.0)
    assert torch.equal(decoded(pipeline, without).latents, decoded(pipeline, without, words=("Other",)).latents)
    together = decoded(pipeline, with_(QUICK, prior_guidance=1.5, glyph_guidance=4.0, passes="together"))
    torch.testing.assert_close(together.latents, stronger.latents, rtol=0, atol=1e-4)


# Where it starts


def test_it_starts_from_a_picture_at_a_strength(pipeline: Any) -> None:
    image = picture()
    latents = encode_image(pipeline.vae, image)
    faint, half = (decoded(pipeline, with_(QUICK, steps=20, strength=share), start=image) for share in (0.1, 0.6))
    assert faint.sigmas[0] <= 0.1
    assert 0.1 < half.sigmas[0] <= 0.6
    assert (faint.latents - latents).abs().mean() < (half.latents - latents).abs().mean()
    again = decoded(pipeline, with_(QUICK, steps=20, strength=0.6), start=latents)
    assert torch.equal(half.latents, again.latents)


def test_full_strength_leaves_nothing_of_the_picture(pipeline: Any) -> None:
    assert torch.equal(decoded(pipeline, QUICK, start=picture()).latents, decoded(pipeline, QUICK).latents)


@pytest.mark.parametrize("strength", [1.0, 0.7, 0.2, 1e-6])
def test_a_schedule_begins_at_or_below_the_strength(pipeline: Any, strength: float) -> None:
    schedule = NoiseSchedule.of(pipeline.scheduler, 24, 10, strength=strength)
    assert len(schedule.steps) == len(schedule.sigmas) - 1 >= 1
    assert schedule.sigmas[0] <= strength or len(schedule.steps) == 1
    clean, noise = torch.randn(2, 1, 4, 4, 4)
    sigma = schedule.sigmas[0]
    torch.testing.assert_close(schedule.noised(clean, noise), (1 - sigma) * clean + sigma * noise)


# Regions


def bias_of(pipeline: Any, steps: float = 1.0) -> RegionBias:
    """Every glyph is bound to the upper half of the picture."""
    grid, tokens = token_grid(SIZE), encode_glyphs(pipeline, WORDS).tokens
    pattern = np.zeros(grid, np.float32)
    pattern[grid[0] // 2 :] = OFF
    nothing = np.zeros((tokens, tokens), np.float32)
    return RegionBias(grid, pattern.reshape(1, -1), np.zeros(tokens, np.int64), nothing, steps=steps)


def test_regions_hold_in_their_share_of_the_steps(pipeline: Any) -> None:
    plain = decoded(pipeline, QUICK).latents
    assert torch.equal(decoded(pipeline, QUICK, bias=bias_of(pipeline, 0.0)).latents, plain)
    early, always = (decoded(pipeline, QUICK, bias=bias_of(pipeline, share)).latents for share in (0.4, 1.0))
    assert not torch.allclose(early, plain, atol=1e-3)
    assert not torch.allclose(early, always, atol=1e-3)


@pytest.mark.parametrize("references", [None, reference_pictures((64, 64))])
def test_regions_in_one_batch(pipeline: Any, references: Any) -> None:
    bias = bias_of(pipeline, 0.5)
    apart = decoded(pipeline, QUICK, bias=bias, references=references)
    together = decoded(pipeline, with_(QUICK, passes="together"), bias=bias, references=references)
    torch.testing.assert_close(together.latents, apart.latents, rtol=0, atol=1e-4)


# Faults


class _Fault:
    """Raises in the last block, in the middle of a step."""

    def __init__(self, transformer: Any, at: int, error: BaseException) -> None:
        self.block, self.at, self.error, self.calls = transformer.transformer_blocks[-1], at, error, 0

    def __enter__(self) -> None:
        self.handle = self.block.register_forward_hook(self._after)

    def __exit__(self, *exception: object) -> None:
        self.handle.remove()

    def _after(self, *args: object) -> None:
        self.calls += 1
        if self.calls == self.at:
            raise self.error


@pytest.mark.parametrize("error", [KeyboardInterrupt(), torch.OutOfMemoryError("CUDA out of memory")])
@pytest.mark.parametrize("settings", [QUICK, with_(QUICK, passes="together", cache="first-block")])
def test_an_interrupt_or_too_little_memory_in_mid_step_leaves_no_trace(
    pipeline: Any, settings: DecoderSettings, error: BaseException
) -> None:
    references = reference_pictures((64, 64))
    before = decoded(pipeline, settings, references=references)
    with _Fault(pipeline.transformer, 3, error), pytest.raises(type(error)):
        decoded(pipeline, settings, references=references)
    after = decoded(pipeline, settings, references=references)
    assert torch.equal(before.latents, after.latents)
    assert before.image.tobytes() == after.image.tobytes()


def test_it_reports_and_stops_between_steps(pipeline: Any) -> None:
    done: list[tuple[int, int]] = []
    decoded(pipeline, QUICK, progress=lambda step, steps: done.append((step, steps)))
    assert done == [(step, STEPS) for step in range(1, STEPS + 1)]
    done.clear()
    with pytest.raises(KeyboardInterrupt):
        decoded(pipeline, QUICK, progress=lambda step, steps: done.append((step, steps)), stop=lambda: len(done) == 2)
    assert len(done) == 2


@pytest.fixture
def damaged(tiny_checkpoint: Path) -> Any:
    pipeline = load(tiny_checkpoint)
    with torch.no_grad():
        pipeline.transformer.transformer_blocks[1].ff.net[0].proj.weight[0, 0] = torch.nan
    return pipeline


@pytest.mark.parametrize("changes", [{}, {"cache": "first-block", "cache_threshold": 10.0, "cache_warmup": 0}])
def test_weights_that_are_not_numbers_are_found(damaged: Any, changes: dict[str, Any]) -> None:
    with pytest.raises(NotFinite, match="not numbers") as error:
        decoded(damaged, with_(QUICK, **changes))
    assert error.value.hint


@pytest.mark.parametrize(
    "options",
    [
        {"size": (96, 48), "prior": prior_tokens((96, 48))},
        {"prior": prior_tokens((64, 64))},
        {"prior": prior_tokens()[0]},
        {"start": picture((64, 64))},
        {"start": torch.zeros(1, 16, 4, 4)},
    ],
)
def test_sizes_that_do_not_go_together(pipeline: Any, options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="a picture of"):
        decoded(pipeline, QUICK, **options)


# What is left behind


def test_nothing_stays_but_the_result(pipeline: Any) -> None:
    def tensors() -> int:
        gc.collect()
        return sum(issubclass(type(item), Tensor) for item in gc.get_objects())

    settings = with_(QUICK, cache="first-block", passes="together")
    options = {"references": reference_pictures((64, 64)), "bias": bias_of(pipeline)}
    decoded(pipeline, settings, **options)  # what is made once for all
    state, seed = torch.get_rng_state(), torch.initial_seed()
    before = tensors()
    result = decoded(pipeline, settings, **options)
    assert tensors() == before + 1
    assert result.latents.device.type == "cpu"
    assert torch.initial_seed() == seed
    assert torch.equal(torch.get_rng_state(), state)


def test_blocks_that_are_streamed_to_the_device(tiny_checkpoint: Path, pipeline: Any) -> None:
    """The transformer is called as a whole, so hooks that move weights see every call."""
    streamed = load(tiny_checkpoint)
    device = torch.device("cpu")
    apply_group_offloading(streamed.transformer, onload_device=device, offload_type="block_level", num_blocks_per_group=1)
    assert torch.equal(decoded(streamed, QUICK).latents, decoded(pipeline, QUICK).latents)
