"""Our attention processor: the stock one without regions, exact binding with them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
import torch
from diffusers.models.transformers.transformer_glm_image import GlmImageAttnProcessor
from torch import Tensor

from layoutgen.renderer.glm.attention import (
    RegionAttnProcessor,
    bias_on_device,
    biased,
    install,
    rotary_tables,
    uninstall,
)
from layoutgen.renderer.glm.glyphs import encode_glyphs, stack_embeddings
from layoutgen.renderer.glm.regions import RegionSettings, cells, region_bias
from tests.glm.attention_inputs import (
    FIRST,
    GRID,
    SECOND,
    SIZE,
    TOKENS,
    bias_of,
    inputs,
    references,
    regions,
    run,
    tokens_changed,
)
from tests.glm.test_regions import HARD, LETTERS, conditions, slogan

# The stock processor


@pytest.mark.parametrize("batch", [1, 2])
@pytest.mark.parametrize("with_references", [False, True])
def test_without_regions_equal_to_stock_bit_for_bit(transformer: Any, batch: int, with_references: bool) -> None:
    given = inputs(batch=batch)

    def both() -> list[Tensor]:
        caches = references(transformer) if with_references else None
        return [run(transformer, given, kv_caches=caches), *(caches[1].k_caches + caches[1].v_caches if caches else [])]

    stock = both()
    install(transformer)
    ours = both()
    assert len(ours) == (3 if with_references else 1)
    assert all(torch.equal(a, b) for a, b in zip(ours, stock, strict=True))


def test_installing_and_uninstalling(transformer: Any) -> None:
    blocks = transformer.transformer_blocks
    transformer.set_attention_backend("native")
    install(transformer)
    first = blocks[0].attn1.processor
    assert first._attention_backend is not None
    install(transformer, kernel="merged")
    assert blocks[0].attn1.processor is first
    assert [block.attn1.processor.layer for block in blocks] == [0, 1]
    uninstall(transformer)
    uninstall(transformer)
    assert all(type(block.attn1.processor) is GlmImageAttnProcessor for block in blocks)


def test_position_tables_made_once_on_the_device(transformer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """By itself the transformer makes them in every forward; handed to it, the result is the same and it makes none."""
    given = inputs()
    expected = run(transformer, given)
    tables = rotary_tables(transformer, 12, 16, "cpu")
    result: list[int] = []
    transformer.rope.register_forward_hook(lambda *_: result.append(1))
    assert torch.equal(run(transformer, given, image_rotary_emb=tables), expected)
    assert result == []


# Binding


def changed_string(transformer: Any, given: dict[str, Any], first: int, last: int, attention_kwargs: Any, **more: Any) -> Any:
    """Which picture tokens change when the embeddings of some glyph tokens do."""
    other = given["encoder_hidden_states"].clone()
    other[:, first:last] = torch.randn(other[:, first:last].shape, generator=torch.Generator().manual_seed(99))
    return tokens_changed(
        *(run(transformer, {**given, "encoder_hidden_states": item}, attention_kwargs=attention_kwargs, **more)
          for item in (given["encoder_hidden_states"], other))
    )  # fmt: skip


@pytest.mark.parametrize("kernel", ["masked", "merged"])
@pytest.mark.parametrize("with_references", [False, True])
def test_a_string_reaches_its_own_box_only(one_layer: Any, kernel: Literal["masked", "merged"], with_references: bool) -> None:
    given = inputs()
    caches = references(one_layer) if with_references else None
    assert changed_string(one_layer, given, 0, 3, None, kv_caches=caches).all()  # unbound, it reaches every token
    install(one_layer, kernel=kernel)
    kwargs = regions(one_layer, bias_of(HARD))
    first, second = cells(FIRST.box, GRID), cells(SECOND.box, GRID)
    assert np.array_equal(changed_string(one_layer, given, 0, 3, kwargs, kv_caches=caches), first)
    assert np.array_equal(changed_string(one_layer, given, 3, TOKENS, kwargs, kv_caches=caches), second)


def test_changing_a_string_of_the_conditions_changes_its_box_only(one_layer_checkpoint: Path, one_layer: Any) -> None:
    """From the strings on: same number of bytes, same number of strings."""
    from diffusers import GlmImagePipeline

    pipeline = GlmImagePipeline.from_pretrained(one_layer_checkpoint)
    install(one_layer)
    result = []
    for text in ("SALE", "ÄÖ"):
        slogans = (slogan(text, (0, 0, 64, 32)), slogan("now", (64, 48, 64, 48)))
        glyphs = encode_glyphs(pipeline, [item.text for item in slogans], parity=False)
        bias = region_bias(conditions(*slogans, size=SIZE), glyphs, GRID, HARD)
        given = {**inputs(), "encoder_hidden_states": glyphs.embeddings}
        result.append(run(one_layer, given, attention_kwargs=regions(one_layer, bias)))
    assert np.array_equal(tokens_changed(*result), cells((0, 0, 64, 32), GRID))


@pytest.mark.parametrize("kernel", ["masked", "merged"])
def test_a_character_reaches_its_own_columns_only(one_layer: Any, kernel: Literal["masked", "merged"]) -> None:
    install(one_layer, kernel=kernel)
    word = slogan("ABCDEFGH", (0, 32, 128, 32))
    bias = bias_of(LETTERS, word)
    changed = changed_string(one_layer, inputs(9), 2, 3, regions(one_layer, bias))
    # The third character's centre is x = 40, its width 16; columns within twice its width.
    assert np.argwhere(changed).tolist() == [[row, column] for row in (2, 3) for column in range(5)]
    assert np.array_equal(changed, (bias.image[2] > -13).reshape(GRID))


def test_soft_bias_reaches_everything_but_less_outside(one_layer: Any) -> None:
    install(one_layer)
    given = inputs()
    changed = changed_string(one_layer, given, 0, 3, regions(one_layer, bias_of(RegionSettings(base=0.01))))
    assert changed.all()
    free = run(one_layer, given)
    neutral = run(one_layer, given, attention_kwargs=regions(one_layer, bias_of(RegionSettings(strength=0))))
    torch.testing.assert_close(neutral, free, atol=1e-5, rtol=1e-5)


def test_isolated_strings_do_not_see_each_other(transformer: Any) -> None:
    """In the second layer a string's tokens have taken in the others, unless they are kept apart."""
    install(transformer)
    seen: list[Tensor] = []
    transformer.transformer_blocks[1].attn1.register_forward_pre_hook(
        lambda module, args, kwargs: seen.append(kwargs["encoder_hidden_states"]), with_kwargs=True
    )
    for isolate in (True, False):
        kwargs = regions(transformer, bias_of(HARD.model_copy(update={"isolate": isolate})))
        changed_string(transformer, inputs(), 0, 3, kwargs)
    apart, together = (torch.equal(seen[i][:, 3:], seen[i + 1][:, 3:]) for i in (0, 2))
    assert (apart, together) == (True, False)


# Batches of unequal glyph length


def unequal() -> tuple[list[dict[str, Any]], dict[str, Any], Tensor]:
    """Two prompts alone, and as one batch with its mask."""
    alone = [inputs(TOKENS), inputs(2)]
    embeddings, real = stack_embeddings([item["encoder_hidden_states"] for item in alone])
    return alone, {**inputs(batch=2), "encoder_hidden_states": embeddings}, real


def worst(transformer: Any, mask: Tensor | None) -> float:
    """The largest difference that batching makes, with the mask or without."""
    alone, batch, _ = unequal()
    single = torch.cat([run(transformer, item) for item in alone])
    return (run(transformer, batch, attention_mask=mask) - single).abs().max().item()


def test_a_batch_of_unequal_prompts_equals_each_alone(transformer: Any) -> None:
    """The stock processor attends to the padding, with its mask and without."""
    mask = unequal()[2]
    assert worst(transformer, None) > 1e-2
    assert worst(transformer, mask) > 1e-2
    for kernel in ("masked", "merged"):
        install(transformer, kernel=kernel)
        assert worst(transformer, mask) < 1e-5


@pytest.mark.parametrize("kernel", ["masked", "merged"])
def test_a_biased_row_beside_an_unbiased_one(transformer: Any, kernel: Literal["masked", "merged"]) -> None:
    """As in guidance, both branches in one batch: only one of them has regions and reads the references."""
    install(transformer, kernel=kernel)
    alone, batch, mask = unequal()
    bias, caches = bias_of(HARD), references(transformer)
    with_words = run(transformer, alone[0], attention_kwargs=regions(transformer, bias), kv_caches=caches)
    caches.set_mode("skip")
    without = run(transformer, alone[1], kv_caches=caches)
    caches.set_mode("read")
    kwargs = {**regions(transformer, [bias, None]), "readers": torch.tensor([True, False])}
    both = run(transformer, batch, attention_mask=mask, attention_kwargs=kwargs, kv_caches=caches)
    torch.testing.assert_close(both, torch.cat([with_words, without]), atol=1e-5, rtol=1e-5)


def test_regions_of_another_size_are_refused(transformer: Any) -> None:
    install(transformer)
    with pytest.raises(ValueError, match=r"regions for 7 \+ 48 tokens .* there are 5 \+ 48"):
        run(transformer, inputs(5), attention_kwargs=regions(transformer, bias_of(HARD)))
    with pytest.raises(ValueError, match="no bias"):
        bias_on_device([None], layers=1)
    with pytest.raises(ValueError, match="schedule"):
        bias_on_device([bias_of(HARD), bias_of(RegionSettings(steps=0.9))], layers=1)


# Schedules and threads


def test_the_schedule_over_layers(transformer: Any) -> None:
    install(transformer)
    given = inputs()
    half = HARD.model_copy(update={"layers": (0.5, 1.0)})
    kwargs = regions(transformer, bias_of(half))
    assert kwargs["regions"].layers == (False, True)
    both = run(transformer, given, attention_kwargs=regions(transformer, bias_of(HARD)))
    only_second = run(transformer, given, attention_kwargs=kwargs)
    assert not torch.equal(only_second, both)
    transformer.transformer_blocks[0].attn1.set_processor(GlmImageAttnProcessor())
    assert torch.equal(run(transformer, given, attention_kwargs=regions(transformer, bias_of(HARD))), only_second)


def test_the_schedule_over_steps(transformer: Any) -> None:
    with biased(transformer, bias_of(RegionSettings(steps=0.2)), steps=10) as kwargs_at:
        assert isinstance(transformer.transformer_blocks[0].attn1.processor, RegionAttnProcessor)
        assert [step for step in range(10) if kwargs_at(step) is not None] == [0, 1]
        kept = kwargs_at(0)
    assert not kept
    with biased(transformer, None, steps=10) as kwargs_at:
        assert kwargs_at(0) is None


@pytest.mark.parametrize("kernel", ["masked", "merged"])
def test_compiled_blocks_share_one_graph(transformer: Any, kernel: Literal["masked", "merged"]) -> None:
    """Whole graphs, and none for each layer: the layer's number is looked at only when a schedule leaves layers out."""
    install(transformer, kernel=kernel)
    given, kwargs = inputs(), regions(transformer, bias_of(HARD))
    tables = rotary_tables(transformer, 12, 16, "cpu")
    expected = [run(transformer, given, attention_kwargs=item, image_rotary_emb=tables) for item in (None, kwargs)]
    graphs: list[int] = []

    def count(graph: Any, example: Any) -> Any:
        graphs.append(1)
        return graph.forward

    transformer.compile_repeated_blocks(backend=count, fullgraph=True)
    for item, eager in zip((None, kwargs), expected, strict=True):
        assert torch.equal(run(transformer, given, attention_kwargs=item, image_rotary_emb=tables), eager)
    assert len(graphs) == 2
    torch._dynamo.reset()


def test_threads_share_a_transformer_and_nothing_else(transformer: Any) -> None:
    given, kinds = inputs(), [HARD, LETTERS, None, RegionSettings(base=0.05, steps=1)]

    def render(settings: RegionSettings | None) -> list[Tensor]:
        bias = bias_of(settings.model_copy(update={"steps": 0.5})) if settings else None
        with biased(transformer, bias, steps=4) as kwargs_at:
            return [run(transformer, given, attention_kwargs=kwargs_at(step)) for step in range(4)]

    expected = [render(settings) for settings in kinds]
    result: dict[int, list[Tensor]] = {}

    def work(index: int) -> Callable[[], None]:
        return lambda: result.__setitem__(index, render(kinds[index]))

    workers = [threading.Thread(target=work(index)) for index in range(len(kinds))]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    for index, results in enumerate(expected):
        assert all(torch.equal(a, b) for a, b in zip(results, result[index], strict=True))
    assert not torch.equal(expected[0][0], expected[1][0])
    assert torch.equal(expected[0][3], expected[2][3])
