"""The traps of the stock pipeline: what it does there, and what ours does. Those that fit elsewhere are tested there:

| trap | test |
| --- | --- |
| 1 strings read off a prompt's quotes | test_glyphs: an_apostrophe_in_the_prompt_begins_no_string |
| 2 pads that follow the number of strings | test_glyphs: the_pad_in_front_follows…, the_pad_changes_a_string… |
| 3 padding of a batch is attended to | test_attention: a_batch_of_unequal_prompts_equals_each_alone |
| 4 one global seed for all rows | test_planner: the_global_random_state_is_neither_read_nor_changed; seeds_of_a_batch here |
| 5 an early end crashes | test_planner: an_early_end_crashes_the_stock_pipeline_but_not_ours |
| 6 the host waits at every token | here |
| 7 position tables and masks in every pass | test_decoder: tables_are_made_once_and_nothing_is_indexed_by_a_mask |
| 8 hooks that raise, match nothing or mix states | test_step_cache: hooks_of_diffusers…, a_pass_has_its_own_state; here |
| 9 masks that kernels or the processor refuse | here |
| 10 diffusers 0.40.0 drops timesteps | here; test_decoder: the_model_is_told_whole_unshifted_timesteps |
| 11 as many references for each; offloading breaks the quantiser | here |
| 12 the door past quotes and planner | here |
| 13 references fail from transformers 5.20 on | test_references: the_stock_pipeline_fails…, either_calling_convention… |
| 14 what the picture processor does | here; test_references: prepared_references_have_one_grid_in_both_halves |

Where a later version has fixed what is wrong, its test says so and is skipped.
"""

from __future__ import annotations

import inspect
import tomllib
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import accelerate
import pytest
import torch
from diffusers import FirstBlockCacheConfig, GlmImagePipeline, TaylorSeerCacheConfig
from diffusers.hooks._helpers import TransformerBlockMetadata, TransformerBlockRegistry
from diffusers.models.attention_dispatch import dispatch_attention_fn
from diffusers.models.transformers.transformer_glm_image import GlmImageTransformerBlock
from packaging.requirements import Requirement
from PIL import Image
from torch.utils._python_dispatch import TorchDispatchMode

import layoutgen
from layoutgen.renderer.glm import stages, weights
from layoutgen.renderer.glm.attention import install
from layoutgen.renderer.glm.glyphs import encode_glyphs
from layoutgen.renderer.glm.memory import blocks_of
from layoutgen.renderer.glm.planner import PlannerSettings, plan, row_seeds
from layoutgen.renderer.glm.references import prepare_reference, vision_tokens
from layoutgen.renderer.glm.renderer import GlmRenderer
from layoutgen.renderer.glm.streaming import stream_blocks
from tests.glm.posters import conditions_of, poster_file
from tests.glm.stock_references import pictures

PROMPT = 'A flat poster of a cat. The title "The Mat" stands at the top.'
SIZE = (96, 64)


def load(checkpoint: Path) -> Any:
    pipeline = GlmImagePipeline.from_pretrained(checkpoint)
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


@pytest.fixture(scope="module")
def pipeline(tiny_checkpoint: Path) -> Any:
    return load(tiny_checkpoint)


@pytest.fixture
def fresh(tiny_checkpoint: Path) -> Any:
    """One that a test may spoil."""
    return load(tiny_checkpoint)


def stock(pipeline: Any, prompt: str | None = PROMPT, *, seed: int = 0, **options: Any) -> Any:
    """Latents after two steps."""
    with torch.random.fork_rng(devices=[]):
        return pipeline(
            prompt,
            width=SIZE[0],
            height=SIZE[1],
            num_inference_steps=2,
            generator=torch.Generator().manual_seed(seed),
            output_type="latent",
            **options,
        ).images


def test_1_strings_come_from_the_conditions_whatever_the_prompt_says(tiny_checkpoint: Path, tmp_path: Path) -> None:
    conditions = conditions_of(poster_file(tmp_path, headline="Don't miss"))
    prompt = f"Joe's Cafe by the sea, the owner's cat on a wall. {conditions.prompt}"
    texts = [glyph.text for glyph in conditions.glyphs]
    with layoutgen.open_renderer("glm", model=tiny_checkpoint) as renderer:
        assert isinstance(renderer, GlmRenderer)
        assert renderer.engine.components.pipeline.get_glyph_texts(prompt) != [texts]
        tricky = conditions.model_copy(update={"prompt": prompt})
        assert [string.text for string in stages.encode(renderer.engine, tricky).glyphs.strings] == texts


def test_4_seeds_of_a_batch(pipeline: Any) -> None:
    """The stock pipeline takes the first generator's seed for all rows; ours has one for each."""

    def rows(*seeds: int) -> torch.Tensor:
        with torch.random.fork_rng(devices=[]):
            prior, _, _ = pipeline.generate_prior_tokens(
                [PROMPT] * 2, SIZE[1], SIZE[0], generator=torch.Generator().manual_seed(seeds[0])
            )
        return torch.as_tensor(prior)

    assert not torch.equal(rows(5, 5)[0], rows(5, 5)[1])  # equal seeds, different rows
    assert "generator[0] if isinstance(generator, list)" in inspect.getsource(GlmImagePipeline.__call__)
    seeds = row_seeds(5, 2)
    result, again = (plan(pipeline, PROMPT, SIZE, seeds=some).tokens for some in (seeds, [seeds[1], seeds[1]]))
    assert torch.equal(result[1], again[0])
    assert torch.equal(again[0], again[1])


class _HostReads(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Counts the operations that make the host wait for the value of a tensor."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.count: int = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        self.count += func in (torch.ops.aten._local_scalar_dense.default, torch.ops.aten.nonzero.default)
        return func(*args, **(kwargs or {}))


def test_6_the_host_waits_at_every_token(pipeline: Any) -> None:
    """Position ids are cut out of a table at the length of the cache, and `generate` looks at every token for its end."""

    def stock_reads(tokens: int) -> int:
        inputs = pipeline.processor.apply_chat_template(
            [[{"role": "user", "content": [{"type": "text", "text": PROMPT}]}]],
            tokenize=True,
            return_dict=True,
            processor_kwargs={"target_h": SIZE[1], "target_w": SIZE[0], "return_tensors": "pt"},
        )
        with torch.random.fork_rng(devices=[]), torch.no_grad(), _HostReads() as reads:
            pipeline.vision_language_encoder.generate(
                **inputs, max_new_tokens=tokens, do_sample=True, cache_implementation="static"
            )
        return int(reads.count)

    def ours(size: tuple[int, int]) -> int:
        with _HostReads() as reads:
            plan(pipeline, PROMPT, size, seeds=[0], settings=PlannerSettings(cache="static"))
        return int(reads.count)

    each = (stock_reads(12) - stock_reads(4)) / 8
    if each < 1:
        pytest.skip("`generate` no longer waits for the device")
    assert ours((32, 96)) == ours((96, 96))  # as many for nine cells as for three


def test_8_hooks_match_nothing_or_mix_states(fresh: Any) -> None:
    transformer = fresh.transformer
    transformer.enable_cache(TaylorSeerCacheConfig())
    hooked = [name for name, module in transformer.named_modules() if name and hasattr(module, "_diffusers_hook")]
    if hooked:
        pytest.skip("TaylorSeer knows the blocks now")
    transformer.disable_cache()
    TransformerBlockRegistry.register(
        GlmImageTransformerBlock, TransformerBlockMetadata(return_hidden_states_index=0, return_encoder_hidden_states_index=1)
    )
    try:
        transformer.enable_cache(FirstBlockCacheConfig(threshold=0.1))
        with pytest.raises(ValueError, match="No cache context"):
            stock(fresh)
    finally:
        TransformerBlockRegistry._registry.pop(GlmImageTransformerBlock)


def test_9_masks_are_refused(pipeline: Any) -> None:
    """By the fastest kernels, and by the stock processor unless they are (batch, glyph tokens)."""
    states = torch.zeros(1, 4, 2, 8)
    for backend in ("_native_flash", "flash"):
        with pytest.raises(ValueError, match="not supported"):
            dispatch_attention_fn(states, states, states, attn_mask=torch.zeros(1, 1, 4, 4), backend=backend)
    attention = pipeline.transformer.transformer_blocks[0].attn1
    hidden, glyphs = torch.randn(1, 4, 32), torch.randn(1, 3, 32)
    with pytest.raises(AssertionError, match="text_seq_length"):
        attention(hidden, glyphs, attention_mask=torch.zeros(1, 1, 7, 7))
    # What it takes, it adds to the scores as a number: a token that is masked out still counts.
    real = torch.tensor([[1, 1, 0]])
    changed = torch.cat([glyphs[:, :2], glyphs[:, 2:] + 5], dim=1)

    def differs() -> bool:
        before, after = (attention(hidden, words, attention_mask=real)[0] for words in (glyphs, changed))
        return not torch.allclose(before, after, atol=1e-5)

    assert differs()
    stock_processor = attention.processor
    install(pipeline.transformer)
    try:
        assert not differs()
    finally:
        for block in pipeline.transformer.transformer_blocks:
            block.attn1.set_processor(stock_processor)


def test_10_the_version_that_drops_timesteps_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8"))["project"]
    expected = next(item for item in map(Requirement, project["dependencies"]) if item.name == "diffusers")
    assert "0.40.0" not in expected.specifier
    assert "0.42.1" in expected.specifier
    monkeypatch.setattr("importlib.metadata.version", lambda name: "0.40.0")
    assert "0.40.0" in (weights.why_unavailable(look=False) or "")


def test_11_unequal_numbers_of_references(pipeline: Any) -> None:
    """One batch of the stock pipeline cannot hold them; ours makes one picture at a time."""
    one, two = pictures(1), pictures(2)
    with pytest.raises(ValueError, match="same number"):
        pipeline([PROMPT] * 2, image=[one, two], width=SIZE[0], height=SIZE[1])
    for some in (one, two):
        result = plan(pipeline, PROMPT, (32, 32), seeds=[0], references=some).references
        assert result is not None
        assert len(result.images) == len(some)


def test_11_the_quantiser_when_the_planner_is_offloaded(fresh: Any, tiny_checkpoint: Path) -> None:
    model = fresh.vision_language_encoder
    inputs = fresh.processor.image_processor(images=pictures(1), return_tensors="pt")
    pixels, grids = inputs["pixel_values"], inputs["image_grid_thw"]
    expected = vision_tokens(model, pixels, grids)
    stream_blocks(model, blocks_of(model), torch.device("cpu"))
    assert torch.equal(vision_tokens(model, pixels, grids)[0], expected[0])

    offloaded = load(tiny_checkpoint).vision_language_encoder
    accelerate.cpu_offload(offloaded, torch.device("cpu"))
    with pytest.raises(RuntimeError, match="meta"):
        vision_tokens(offloaded, pixels, grids)


def test_12_the_door_past_quotes_and_planner(pipeline: Any) -> None:
    """Embeddings and tokens of ours, given to the stock pipeline without a prompt, make the picture of the prompt."""
    glyphs = encode_glyphs(pipeline, ["The Mat"]).embeddings
    tokens = plan(pipeline, PROMPT, SIZE, seeds=[3], settings=PlannerSettings(constrain=False)).prior(0)
    through = stock(pipeline, None, seed=3, prompt_embeds=glyphs, prior_token_ids=tokens)
    assert torch.equal(through, stock(pipeline, seed=3))


def test_14_what_the_picture_processor_does(pipeline: Any) -> None:
    processor = pipeline.processor.image_processor
    assert (processor.patch_size, processor.merge_size, processor.temporal_patch_size) == (16, 1, 1)
    sizes = {(1024, 768): (24, 32), (512, 512): (16, 16), (256, 256): (16, 16), (4096, 4096): (64, 64)}
    for (width, height), (rows, columns) in sizes.items():  # a token is 32 pixels, between 512 and 2048 of them
        inputs = processor(images=[Image.new("RGB", (width, height))], return_tensors="pt")
        assert inputs["image_grid_thw"].tolist() == [[1, rows, columns]]
    if find_spec("torchvision") is None:
        assert type(processor).__name__.endswith("Pil")
    narrow = Image.new("RGB", (2100, 512))
    with pytest.raises(ValueError, match="aspect ratio"):
        processor(images=[narrow], return_tensors="pt")
    padded = prepare_reference(pipeline, narrow)
    assert processor(images=[padded], return_tensors="pt")["image_grid_thw"].tolist() == [[1, 16, 64]]
