"""References: the tokens and plans of the stock pipeline, with either calling convention of transformers."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
import transformers
from diffusers import GlmImagePipeline
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.version import Version
from PIL import Image

from layoutgen.renderer.glm.forcing import read_draft
from layoutgen.renderer.glm.planner import PlannerSettings, plan
from layoutgen.renderer.glm.references import image_tokens, prepare_reference, vision_tokens
from tests.glm.stock_references import OUTPUT, PROMPT, SIZE, pictures

STOCK = json.loads(OUTPUT.read_text("utf-8"))
MAPS = Version(transformers.__version__) >= Version("5.20.0.dev0")
"""Whether the vision features come as maps, which the stock pipeline does not expect."""


@pytest.fixture(scope="module")
def pipeline(tiny_checkpoint: Path) -> Any:
    return GlmImagePipeline.from_pretrained(tiny_checkpoint)


@pytest.mark.parametrize("stock", STOCK["plans"], ids=lambda item: f"{item['references']}-seed{item['seed']}")
def test_parity_with_the_stock_pipeline_where_it_works(pipeline: Any, stock: dict[str, Any]) -> None:
    images = pictures(stock["references"])
    result = plan(pipeline, PROMPT, SIZE, seeds=[stock["seed"]], references=images, settings=PlannerSettings(constrain=False))
    assert result.references is not None
    assert torch.cat(result.references.tokens).tolist() == stock["tokens"]
    assert result.references.grids.tolist() == stock["grids"]
    assert result.prior(0)[0].tolist() == stock["prior"]
    assert result.preview is None
    assert [image.size for image in result.references.images] == [image.size for image in images]


@pytest.mark.skipif(not MAPS, reason="the stock pipeline works with this version of transformers")
def test_the_stock_pipeline_fails_on_references(pipeline: Any) -> None:
    with torch.random.fork_rng(devices=[]), pytest.raises(RuntimeError, match="channels"):
        pipeline.generate_prior_tokens(
            PROMPT, SIZE[1], SIZE[0], image=[pictures(1)], generator=torch.Generator().manual_seed(0)
        )


def test_the_plan_is_that_of_generate(pipeline: Any) -> None:
    """`generate` tokenises the references itself, from their pixels."""
    images, seed = pictures(2), 11
    content = [*({"type": "image", "image": image} for image in images), {"type": "text", "text": PROMPT}]
    inputs = pipeline.processor.apply_chat_template(
        [[{"role": "user", "content": content}]],
        tokenize=True,
        return_dict=True,
        processor_kwargs={"target_h": SIZE[1], "target_w": SIZE[0], "return_tensors": "pt"},
    )
    model, cells = pipeline.vision_language_encoder, SIZE[0] // 32 * SIZE[1] // 32
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        written = model.generate(**inputs, max_new_tokens=cells, do_sample=True)
    model.model.rope_deltas = model.model._cached_decode_position_ids = None
    result = plan(pipeline, PROMPT, SIZE, seeds=[seed], references=images)
    assert torch.equal(result.tokens[0], written[0, -cells:])


def test_candidates_forcing_and_references_go_together(pipeline: Any) -> None:
    image = pictures(2)[1]
    draft = read_draft(pipeline, image, [(0, 32, 192, 32)], size=SIZE, objects=[(0, 64, 64, 32)])
    result = plan(
        pipeline,
        PROMPT,
        SIZE,
        seeds=[1, 2, 3],
        draft=draft,
        references=[image],
        settings=PlannerSettings(forcing="force", survivors=1, object_weight=1),
    )
    assert result.seeds == (1, 2, 3)  # there is no preview to judge
    assert torch.equal(result.tokens[:, 6:12], draft.target[6:12].expand(3, -1))
    alone = plan(pipeline, PROMPT, SIZE, seeds=[2], draft=draft, references=[image], settings=PlannerSettings(forcing="force"))
    assert torch.equal(alone.tokens[0], result.tokens[1])


def test_either_calling_convention_gives_the_same_tokens(pipeline: Any) -> None:
    model = pipeline.vision_language_encoder
    inputs = pipeline.processor.image_processor(images=pictures(2), return_tensors="pt")
    pixels, grids = inputs["pixel_values"], inputs["image_grid_thw"]
    with torch.no_grad():
        features = list(model.get_image_features(pixels, grids).pooler_output)
    shapes = [tuple(grid[1:]) for grid in grids.tolist()]
    maps = [item if item.ndim == 3 else item.T.reshape(-1, *shape) for item, shape in zip(features, shapes, strict=True)]

    def quantise(picture: torch.Tensor) -> torch.Tensor:
        tokens: torch.Tensor = model.model.vqmodel.encode(picture[None]).image_tokens
        return tokens

    def from_maps(found: list[torch.Tensor]) -> torch.Tensor:
        return torch.cat([quantise(item) for item in found])

    def from_cells(joined: torch.Tensor, sizes: torch.Tensor) -> torch.Tensor:
        parts = torch.split(joined, sizes.prod(dim=-1).tolist())
        return from_maps([item.T.reshape(-1, *shape) for item, shape in zip(parts, shapes, strict=True)])

    def answering(found: list[torch.Tensor], tokens: Any) -> Any:
        return SimpleNamespace(
            get_image_features=lambda *_: SimpleNamespace(pooler_output=tuple(found)), get_image_tokens=tokens
        )

    expected = vision_tokens(model, pixels, grids)
    old = vision_tokens(answering([item.flatten(1).T for item in maps], from_cells), pixels, grids)
    new = vision_tokens(answering(maps, from_maps), pixels, grids)
    for one, two, three in zip(expected, old, new, strict=True):
        assert torch.equal(one, two)
        assert torch.equal(one, three)
    assert [len(item) for item in expected] == [16 * 16, 24 * 32]


def test_tokens_of_a_reference_are_those_of_the_picture(pipeline: Any) -> None:
    image = pictures(1)[0]
    result = plan(pipeline, PROMPT, (32, 32), seeds=[0], references=[image])
    assert result.references is not None
    assert torch.equal(result.references.cells[0], image_tokens(pipeline, image, (16, 16)))


@settings(max_examples=40, deadline=None)
@given(st.integers(20, 3000), st.integers(20, 3000))
def test_prepared_references_have_one_grid_in_both_halves(width: int, height: int) -> None:
    image = prepare_reference(_PROCESSOR, Image.new("L", (width, height)))
    assert image.mode == "RGB"
    assert max(image.size) <= 2048
    grid = _PROCESSOR.processor.image_processor.get_number_of_image_patches(image.height, image.width)
    assert 4 * grid == (image.width // 16) * (image.height // 16)
    assert prepare_reference(_PROCESSOR, image) is not None
    assert prepare_reference(_PROCESSOR, image).size == image.size


def test_a_narrow_reference_is_padded_with_its_edge() -> None:
    image = Image.new("RGB", (2000, 100), "white")
    image.paste("red", (0, 0, 2000, 1))
    image.paste("blue", (0, 99, 2000, 100))
    result = prepare_reference(_PROCESSOR, image)
    assert result.size == (2048, 512)
    assert result.getpixel((1000, 5)) == (255, 0, 0)
    assert result.getpixel((1000, 506)) == (0, 0, 255)
    assert result.getpixel((1000, 256)) == (255, 255, 255)


def test_a_reference_that_fits_is_left_alone() -> None:
    for size in ((512, 512), (1024, 768), (1000, 1000)):
        image = Image.new("RGB", size, "green")
        assert prepare_reference(_PROCESSOR, image).size == size
    assert prepare_reference(_PROCESSOR, Image.new("RGB", (300, 200))).size == (768, 512)
    assert prepare_reference(_PROCESSOR, Image.new("RGB", (4096, 4096))).size == (2048, 2048)


_PROCESSOR: Any = SimpleNamespace(
    processor=SimpleNamespace(
        image_processor=transformers.models.glm_image.image_processing_pil_glm_image.GlmImageImageProcessorPil(
            patch_size=16, merge_size=1, temporal_patch_size=1, size={"shortest_edge": 512 * 512, "longest_edge": 2048 * 2048}
        )
    )
)
