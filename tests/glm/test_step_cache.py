"""Step caching and compiled blocks: off by default, no state shared between passes, nothing left behind."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers import FirstBlockCacheConfig
from diffusers.hooks import apply_group_offloading
from torch import Tensor

from layoutgen.renderer.glm.decoder import DecoderSettings, NotPossible
from layoutgen.renderer.glm.glyphs import encode_glyphs
from layoutgen.renderer.glm.step_cache import CachedForward, compiled_blocks
from layoutgen.renderer.glm.streaming import stream_blocks
from tests.glm.decoder_fixtures import SIZE, WORDS, decoded, load, prior_tokens, reference_pictures
from tests.glm.test_decoder import bias_of

PLAIN = DecoderSettings(steps=8, passes="separate")
REFERENCES = reference_pictures((64, 64))


@pytest.fixture(scope="module")
def pipeline(tiny_checkpoint: Path) -> Any:
    return load(tiny_checkpoint)


def cached(threshold: float, **values: Any) -> DecoderSettings:
    values = {"cache": "first-block", "cache_warmup": 0, **values}
    # A threshold of 0 is the limit of what may be set.
    return PLAIN.model_copy(update={"cache_threshold": threshold, **values})


def test_it_is_off_by_default() -> None:
    assert DecoderSettings().cache == "off"
    assert not DecoderSettings().compile


@pytest.mark.parametrize("references", [None, REFERENCES])
@pytest.mark.parametrize("passes", ["separate", "together"])
def test_a_threshold_of_zero_equals_no_caching(pipeline: Any, passes: str, references: Any) -> None:
    options: dict[str, Any] = {"references": references, "bias": bias_of(pipeline, 0.5)}
    result = decoded(pipeline, cached(0.0, passes=passes), **options)
    assert result.skipped == 0
    assert torch.equal(result.latents, decoded(pipeline, PLAIN.model_copy(update={"passes": passes}), **options).latents)


def test_steps_are_skipped_above_the_threshold(pipeline: Any) -> None:
    exact = decoded(pipeline, PLAIN)
    some, most = decoded(pipeline, cached(0.8)), decoded(pipeline, cached(100.0))
    assert exact.skipped == 0
    assert 0 < some.skipped < most.skipped == 2 * (PLAIN.steps - 1)
    errors = [(result.latents - exact.latents).abs().mean() for result in (some, most)]
    assert 0 < errors[0] < errors[1]


def test_the_first_and_last_steps_are_worked_out_in_full(pipeline: Any) -> None:
    assert decoded(pipeline, cached(100.0, cache_warmup=3)).skipped == 2 * (PLAIN.steps - 6)
    assert decoded(pipeline, cached(100.0, cache_warmup=4)).skipped == 0
    assert torch.equal(decoded(pipeline, cached(100.0, cache_warmup=9)).latents, decoded(pipeline, PLAIN).latents)


def test_a_step_in_which_regions_end_is_worked_out_in_full(pipeline: Any) -> None:
    assert decoded(pipeline, cached(100.0), bias=bias_of(pipeline, 0.5)).skipped == 2 * (PLAIN.steps - 2)


def test_a_pass_has_its_own_state(pipeline: Any) -> None:
    """Two passes that take turns give what each gives alone."""
    transformer = pipeline.transformer

    def call(words: tuple[str, ...], latents: Tensor, step: int) -> dict[str, Any]:
        prior = prior_tokens()
        return {
            "hidden_states": latents,
            "encoder_hidden_states": encode_glyphs(pipeline, words).embeddings,
            "prior_token_id": prior,
            "prior_token_drop": torch.full_like(prior, not words, dtype=torch.bool),
            "timestep": torch.tensor([900.0 - step]),
            "target_size": torch.tensor([[SIZE[1], SIZE[0]]]),
            "crop_coords": torch.zeros(1, 2),
        }

    steps = torch.randn(4, 1, 16, SIZE[1] // 8, SIZE[0] // 8, generator=torch.Generator().manual_seed(0)) * 0.05 + 1
    with torch.no_grad():
        alone = {}
        for words in (WORDS, ()):
            forward = CachedForward(transformer, 10.0)
            alone[words] = [forward(full=False, **call(words, latents, step)) for step, latents in enumerate(steps)]
            assert forward.skipped == 3
        turns = {words: CachedForward(transformer, 10.0) for words in (WORDS, ())}
        for step, latents in enumerate(steps):
            for words, forward in turns.items():
                assert torch.equal(forward(full=False, **call(words, latents, step)), alone[words][step])


def test_the_passes_of_a_picture_do_not_mix(pipeline: Any) -> None:
    """Taking turns or side by side in one batch: the same skips, and the same picture but for the last bits."""
    apart, together = (decoded(pipeline, cached(100.0, passes=passes)) for passes in ("separate", "together"))
    assert apart.skipped == 2 * together.skipped
    torch.testing.assert_close(apart.latents, together.latents, rtol=0, atol=1e-4)


def test_a_batch_is_skipped_only_if_every_row_may_be(pipeline: Any) -> None:
    forward = CachedForward(pipeline.transformer, 0.5)
    forward._stack.full, forward._stack._first = False, torch.ones(2, 3, 4)
    assert forward._stack._may_skip(torch.full((2, 3, 4), 1.1))
    assert not forward._stack._may_skip(torch.tensor([1.1, 2.0])[:, None, None].expand(2, 3, 4))
    assert not forward._stack._may_skip(torch.full((2, 3, 4), torch.nan))


def test_hooks_of_diffusers_do_not_know_the_block(tiny_checkpoint: Path) -> None:
    """Why caching is our own."""
    with pytest.raises(ValueError, match="not registered"):
        load(tiny_checkpoint).transformer.enable_cache(FirstBlockCacheConfig())


def test_nothing_is_hooked(pipeline: Any) -> None:
    before = [set(vars(module)) for module in pipeline.transformer.modules()]
    decoded(pipeline, cached(100.0))
    assert [set(vars(module)) for module in pipeline.transformer.modules()] == before


def test_blocks_that_are_streamed_cannot_be_cached(tiny_checkpoint: Path) -> None:
    streamed = load(tiny_checkpoint)
    apply_group_offloading(
        streamed.transformer, onload_device=torch.device("cpu"), offload_type="block_level", num_blocks_per_group=1
    )
    with pytest.raises(NotPossible, match="step caching") as error:
        decoded(streamed, cached(0.1))
    assert "decoder.cache=off" in error.value.hint


def test_blocks_that_are_streamed_cannot_be_compiled(tiny_checkpoint: Path) -> None:
    pipeline = load(tiny_checkpoint)
    stream_blocks(pipeline.transformer, list(pipeline.transformer.transformer_blocks), torch.device("cpu"))
    with pytest.raises(NotPossible, match="cannot be compiled"):
        decoded(pipeline, PLAIN.model_copy(update={"compile": True}))


# Compiled blocks; the eager backend traces them as the real one does, without waiting for a C++ compiler


class _Backend:
    """Counts the graphs that it is given, and runs them as they are."""

    def __init__(self) -> None:
        self.graphs = 0

    def __call__(self, graph: Any, inputs: Any) -> Any:
        self.graphs += 1
        return graph.forward


@pytest.fixture
def compiling(tiny_checkpoint: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, _Backend]:
    torch.compiler.reset()
    pipeline, backend = load(tiny_checkpoint), _Backend()
    compile_blocks = pipeline.transformer.compile_repeated_blocks
    monkeypatch.setattr(
        pipeline.transformer, "compile_repeated_blocks", partial(compile_blocks, backend=backend, fullgraph=True)
    )
    return pipeline, backend


@pytest.mark.parametrize(
    "values", [{}, {"passes": "together"}, {"cache": "first-block", "cache_threshold": 0.8, "cache_warmup": 0}]
)
def test_compiled_blocks_give_the_same_picture(compiling: tuple[Any, _Backend], values: dict[str, Any]) -> None:
    pipeline, backend = compiling
    plain = PLAIN.model_copy(update=values)
    options: dict[str, Any] = {"references": REFERENCES, "bias": bias_of(pipeline, 0.5)}
    expected = decoded(pipeline, plain, **options)
    result = decoded(pipeline, plain.model_copy(update={"compile": True}), **options)
    assert backend.graphs > 0
    torch.testing.assert_close(result.latents, expected.latents, rtol=0, atol=1e-4)
    assert all(block._compiled_call_impl is None for block in pipeline.transformer.transformer_blocks)
    graphs = backend.graphs
    decoded(pipeline, plain.model_copy(update={"compile": True}), **options)
    assert backend.graphs == graphs  # the second picture finds everything compiled


def test_a_compiler_that_fails_is_named(pipeline: Any) -> None:
    def broken(graph: Any, inputs: Any) -> Any:
        raise RuntimeError("no C++ compiler")

    torch.compiler.reset()
    with (
        pytest.raises(NotPossible, match="cannot be compiled here") as error,
        compiled_blocks(pipeline.transformer, True, backend=broken),
    ):
        decoded(pipeline, PLAIN)
    assert "decoder.compile=false" in error.value.hint
    assert all(block._compiled_call_impl is None for block in pipeline.transformer.transformer_blocks)
    torch.compiler.reset()
    decoded(pipeline, PLAIN)
