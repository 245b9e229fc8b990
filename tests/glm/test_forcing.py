"""Holding a plan to the draft: which cells belong to a region, and that exactly they take the draft's tokens."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers import GlmImagePipeline
from hypothesis import given
from hypothesis import strategies as st

from layoutgen.renderer.glm.forcing import FREE, cells_of, read_draft
from layoutgen.renderer.glm.planner import PlannerSettings, plan
from layoutgen.renderer.glm.prompt import written_grids
from layoutgen.renderer.glm.references import image_tokens, vision_tokens
from tests.glm.test_planner import PROMPT, picture

SIZE = (192, 128)
BOXES = [(0, 40, 192, 24), (128, 96, 32, 32)]


@pytest.fixture(scope="module")
def pipeline(tiny_checkpoint: Path) -> Any:
    return GlmImagePipeline.from_pretrained(tiny_checkpoint)


def drawn(cells: torch.Tensor, columns: int) -> list[str]:
    return ["".join(".#"[cell] for cell in row) for row in cells.reshape(-1, columns).int().tolist()]


def test_cells() -> None:
    assert drawn(cells_of(BOXES, SIZE, (4, 6)), 6) == ["......", "######", "......", "....#."]
    # A line of type across the border of two rows of cells: a quarter of either is enough.
    assert drawn(cells_of([(0, 24, 64, 16)], SIZE, (4, 6)), 6) == ["##....", "##....", "......", "......"]
    assert drawn(cells_of([(0, 24, 64, 16)], SIZE, (4, 6), 0.5), 6) == ["......"] * 4
    # The cells of a preview need not be whole pixels.
    assert drawn(cells_of([(0, 0, 192, 64)], SIZE, (3, 5), 0.5), 5) == ["#####", "#####", "....."]
    assert drawn(cells_of([(0, 0, 192, 63)], SIZE, (3, 5), 0.5), 5) == ["#####", ".....", "....."]
    assert not cells_of([], SIZE, (4, 6)).any()
    assert cells_of([(-50, -50, 500, 500)], SIZE, (4, 6), 1.0).all()


boxes = st.tuples(*[st.integers(-40, 200)] * 2, *[st.integers(0, 200)] * 2)


@given(st.lists(boxes, max_size=4), st.floats(0.01, 1), st.integers(1, 9), st.integers(1, 9))
def test_laws_of_cells(found: list[tuple[int, int, int, int]], coverage: float, rows: int, columns: int) -> None:
    cells = cells_of(found, SIZE, (rows, columns), coverage)
    assert not (cells & ~cells_of(found, SIZE, (rows, columns), coverage / 2)).any()
    apart = [cells_of([box], SIZE, (rows, columns), coverage) for box in found]
    assert torch.equal(cells, torch.stack(apart).any(dim=0) if apart else torch.zeros(rows * columns, dtype=torch.bool))
    turned = cells_of([(top, left, down, across) for left, top, across, down in found], SIZE[::-1], (columns, rows), coverage)
    assert torch.equal(turned.reshape(columns, rows).T.flatten(), cells)


def test_tokens_of_a_picture_are_those_of_the_processor(pipeline: Any) -> None:
    """At a size that the processor leaves alone but for halving it, its own way and ours agree."""
    image = picture((512, 512))
    inputs = pipeline.processor.image_processor(images=[image], return_tensors="pt")
    (expected,) = vision_tokens(pipeline.vision_language_encoder, inputs["pixel_values"], inputs["image_grid_thw"])
    ours = image_tokens(pipeline, image, (16, 16))
    assert torch.equal(ours, expected)
    assert len(ours.unique()) > 5


def test_a_draft_on_both_grids(pipeline: Any) -> None:
    preview, target = written_grids(pipeline, SIZE)
    assert target == (4, 6)
    draft = read_draft(pipeline, picture(SIZE), BOXES, size=SIZE)
    for tokens, grid in ((draft.preview, preview), (draft.target, target)):
        cells = cells_of(BOXES, SIZE, grid)
        whole = image_tokens(pipeline, picture(SIZE), grid)
        assert tokens.shape == (grid[0] * grid[1],)
        assert torch.equal(tokens, torch.where(cells, whole, FREE))
        assert cells.any()
        assert not cells.all()


@pytest.mark.parametrize("seed", [0, 1])
def test_forcing_puts_the_drafts_tokens_into_the_regions_and_only_there(pipeline: Any, seed: int) -> None:
    draft = read_draft(pipeline, picture(SIZE), BOXES, size=SIZE)
    seeds = [seed, seed + 100]
    free = plan(pipeline, PROMPT, SIZE, seeds=seeds)
    forced = plan(pipeline, PROMPT, SIZE, seeds=seeds, draft=draft, settings=PlannerSettings(forcing="force"))
    for grid, was, now, expected in (
        ("preview", free.preview, forced.preview, draft.preview),
        ("target", free.tokens, forced.tokens, draft.target),
    ):
        assert was is not None
        assert now is not None
        held = expected >= 0
        assert torch.equal(now[:, held], expected[held].expand(2, -1)), grid
        assert not torch.equal(was[:, held], now[:, held]), grid
        # Free cells are sampled from the model: the rows differ there, and from the draft.
        assert not torch.equal(now[0, ~held], now[1, ~held]), grid
    # Up to the first cell of a region nothing is different from a plan without a draft.
    first = int((draft.preview >= 0).nonzero()[0])
    assert first > 0
    assert free.preview is not None
    assert forced.preview is not None
    assert torch.equal(free.preview[:, :first], forced.preview[:, :first])
    # On the target grid alone: the preview stays, and so does the target up to its first region.
    settings = PlannerSettings(forcing="force", forcing_preview=False)
    late = plan(pipeline, PROMPT, SIZE, seeds=seeds, draft=draft, settings=settings)
    first = int((draft.target >= 0).nonzero()[0])
    assert late.preview is not None
    assert torch.equal(free.preview, late.preview)
    assert torch.equal(free.tokens[:, :first], late.tokens[:, :first])
    assert torch.equal(late.tokens[:, draft.target >= 0], forced.tokens[:, draft.target >= 0])


def test_a_bias_lies_between_nothing_and_forcing(pipeline: Any) -> None:
    draft = read_draft(pipeline, picture(SIZE), BOXES, size=SIZE)

    def planned(**settings: Any) -> Any:
        return plan(pipeline, PROMPT, SIZE, seeds=[2], draft=draft, settings=PlannerSettings(**settings))

    off, force = planned(), planned(forcing="force")
    assert torch.equal(planned(forcing="bias", forcing_bias=0).tokens, off.tokens)
    assert torch.equal(planned(forcing="bias", forcing_bias=1000).tokens, force.tokens)
    held = draft.preview >= 0
    agreement = [
        float((planned(forcing="bias", forcing_bias=bias).preview[0] == draft.preview)[held].float().mean())
        for bias in (0, 3, 1000)
    ]
    assert agreement[0] < agreement[1] < agreement[2] == 1.0


def test_a_draft_of_another_size_is_refused(pipeline: Any) -> None:
    draft = read_draft(pipeline, picture(SIZE), BOXES, size=SIZE)
    with pytest.raises(ValueError, match="the draft is for"):
        plan(pipeline, PROMPT, (128, 128), seeds=[0], draft=draft)
