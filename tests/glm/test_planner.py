"""Planning: the stock pipeline's tokens bit for bit where it works, and ours where it does not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers import GlmImagePipeline
from PIL import Image
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from transformers import GenerationConfig

from layoutgen.diagnostics import PosterError
from layoutgen.renderer.glm.forcing import cells_of, read_draft
from layoutgen.renderer.glm.generate import TokenGenerator
from layoutgen.renderer.glm.planner import PlannerSettings, best, plan, row_seeds
from layoutgen.renderer.glm.prompt import prompt_positions, read_prompt, written_grids
from layoutgen.renderer.glm.references import upsample
from layoutgen.renderer.glm.sampling import DraftGuide, Noise, SamplingRule, warpers
from tests.glm.tiny_checkpoint import CODEBOOK, IMAGE_END, IMAGE_START

PROMPT = 'A flat poster of a cat. The title "The Mat" stands at the top in bold red letters.'
SIZE = (128, 96)
PARITY = PlannerSettings(constrain=False)


@pytest.fixture(scope="module")
def pipeline(tiny_checkpoint: Path) -> Any:
    return GlmImagePipeline.from_pretrained(tiny_checkpoint)


@pytest.fixture(scope="module")
def eos_prone(eos_prone_checkpoint: Path) -> Any:
    return GlmImagePipeline.from_pretrained(eos_prone_checkpoint)


def picture(size: tuple[int, int]) -> Image.Image:
    """Noise, so that the cells have different tokens."""
    generator = torch.Generator().manual_seed(3)
    return Image.fromarray(torch.randint(0, 256, (size[1], size[0], 3), generator=generator, dtype=torch.uint8).numpy())


@pytest.mark.parametrize("size", [(128, 128), (256, 128), (96, 224)])
@pytest.mark.parametrize("seed", [0, 1, 20_000_000_000])
def test_parity_with_the_stock_pipeline(pipeline: Any, size: tuple[int, int], seed: int) -> None:
    width, height = size
    with torch.random.fork_rng(devices=[]):
        stock, _, _ = pipeline.generate_prior_tokens(PROMPT, height, width, generator=torch.Generator().manual_seed(seed))
    ours = plan(pipeline, PROMPT, size, seeds=[seed], settings=PARITY)
    assert torch.equal(stock, ours.prior(0))


def test_the_constraint_changes_nothing_where_the_model_stays_in_the_codebook(pipeline: Any) -> None:
    free, held = plan(pipeline, PROMPT, SIZE, seeds=[4], settings=PARITY), plan(pipeline, PROMPT, SIZE, seeds=[4])
    assert torch.equal(free.tokens, held.tokens)
    assert free.preview is not None
    assert held.preview is not None
    assert torch.equal(free.preview, held.preview)


def test_rows_are_the_plans_of_their_seeds_alone(pipeline: Any) -> None:
    seeds = [0, 7, 7, 123456789, 2**62]
    together = plan(pipeline, PROMPT, SIZE, seeds=seeds)
    for row, seed in enumerate(seeds):
        alone = plan(pipeline, PROMPT, SIZE, seeds=[seed])
        assert torch.equal(alone.tokens[0], together.tokens[row])
        assert torch.allclose(alone.likelihood[0], together.likelihood[row], atol=1e-4)
    assert together.width == 5
    assert not torch.equal(together.tokens[0], together.tokens[1])
    assert torch.equal(together.tokens[1], together.tokens[2])


def test_the_global_random_state_is_neither_read_nor_changed(pipeline: Any) -> None:
    """The stock pipeline seeds it again for every picture, and samples the whole batch from it."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        before = torch.get_rng_state()
        first = plan(pipeline, PROMPT, SIZE, seeds=[5, 6])
        assert torch.equal(torch.get_rng_state(), before)
        torch.manual_seed(2)
        assert torch.equal(plan(pipeline, PROMPT, SIZE, seeds=[5, 6]).tokens, first.tokens)
        pipeline.generate_prior_tokens(PROMPT, 96, 128, generator=torch.Generator().manual_seed(5))
        assert not torch.equal(torch.get_rng_state(), before)


def test_an_early_end_crashes_the_stock_pipeline_but_not_ours(eos_prone: Any) -> None:
    with torch.random.fork_rng(devices=[]), pytest.raises(RuntimeError, match="invalid for input of size"):
        eos_prone.generate_prior_tokens(PROMPT, 96, 128, generator=torch.Generator().manual_seed(0))
    ours = plan(eos_prone, PROMPT, SIZE, seeds=[0, 1])
    assert ours.tokens.shape == (2, 3 * 4)
    assert ours.preview is not None
    assert int(torch.cat([ours.tokens, ours.preview], dim=1).max()) < CODEBOOK
    with pytest.raises(PosterError) as caught:
        plan(eos_prone, PROMPT, SIZE, seeds=[0, 1], settings=PARITY)
    assert [item.code for item in caught.value.diagnostics] == ["LG552"]


@pytest.mark.parametrize("size", [(128, 128), (512, 192), (96, 288)])
def test_positions_are_those_of_the_model(pipeline: Any, size: tuple[int, int]) -> None:
    """The model rebuilds them by slicing at the length of the cache; ours are known before the first token."""
    prompt = read_prompt(pipeline, PROMPT, size)
    model = pipeline.vision_language_encoder.model
    thw = torch.tensor([[1, *grid] for grid in reversed(prompt.grids)])
    positions, _ = model.get_rope_index(prompt.ids, thw, torch.tensor([2]), prompt.mask)
    later = model._cached_decode_position_ids
    model._cached_decode_position_ids = model._prefill_len = None
    assert torch.equal(positions[:, 0], prompt.positions)
    assert torch.equal(later[0, :, :-1], prompt.cell_positions)  # the last one is the end token's, which is never read


def test_positions_with_references_are_those_of_the_model(pipeline: Any) -> None:
    grids = [(3, 5), (4, 2), (6, 7)]
    ids = [90, 91]
    for rows, columns in grids[:2]:
        ids += [IMAGE_START, *range(rows * columns), IMAGE_END]
    tensor = torch.tensor([[*ids, 92, 93, 94, IMAGE_START]])
    model = pipeline.vision_language_encoder.model
    thw = torch.tensor([[1, *grid] for grid in grids])
    positions, _ = model.get_rope_index(tensor, thw, torch.tensor([3]), torch.ones_like(tensor))
    first = model._cached_decode_position_ids[0, 0, 0]
    model._cached_decode_position_ids = model._prefill_len = None
    ours, following = prompt_positions(tensor[0], grids[:2], IMAGE_START, IMAGE_END)
    assert torch.equal(positions[:, 0], ours)
    assert following == first


def test_the_static_cache_gives_the_same_tokens(pipeline: Any) -> None:
    draft = read_draft(pipeline, picture(SIZE), [(0, 0, 128, 40)], size=SIZE)
    for survivors in (None, 1):
        plans = [
            plan(
                pipeline,
                PROMPT,
                SIZE,
                seeds=[1, 2, 3],
                draft=draft,
                settings=PlannerSettings(cache=cache, survivors=survivors),
            )
            for cache in ("static", "dynamic")
        ]
        assert torch.equal(plans[0].tokens, plans[1].tokens)
        assert plans[0].seeds == plans[1].seeds


def test_unlikely_previews_are_dropped(pipeline: Any) -> None:
    draft = read_draft(pipeline, picture(SIZE), [(0, 0, 128, 40), (64, 60, 30, 36)], size=SIZE)
    seeds = [10, 11, 12, 13]
    everyone = plan(pipeline, PROMPT, SIZE, seeds=seeds, draft=draft)
    assert everyone.dropped == ()
    scores = everyone.draft_likelihood
    assert scores is not None
    assert everyone.preview is not None
    some = plan(pipeline, PROMPT, SIZE, seeds=seeds, draft=draft, settings=PlannerSettings(survivors=2))
    kept = sorted(scores.argsort(descending=True)[:2].tolist())
    assert some.seeds == tuple(seeds[row] for row in kept)
    assert torch.equal(some.tokens, everyone.tokens[kept])
    assert {item.seed for item in some.dropped} == set(seeds) - set(some.seeds)
    assert some.draft_likelihood is not None
    assert max(item.draft_likelihood for item in some.dropped) <= float(some.draft_likelihood.min())
    assert some.width == 4

    # The score, from one ordinary forward pass over a finished preview.
    assert torch.allclose(scores[0], _agreement(pipeline, everyone.preview[0], draft.preview), atol=1e-4)


@pytest.mark.parametrize("forcing", ["off", "bias", "force"])
def test_objects_count_when_previews_are_compared_and_are_never_pushed(pipeline: Any, forcing: Any) -> None:
    boxes, objects = [(0, 0, 128, 40)], [(64, 60, 30, 36), (0, 20, 32, 76)]
    draft = read_draft(pipeline, picture(SIZE), boxes, size=SIZE, objects=objects)
    plain = read_draft(pipeline, picture(SIZE), boxes, size=SIZE)
    assert torch.equal(draft.preview, plain.preview)
    assert torch.equal(draft.target, plain.target)
    assert not ((draft.objects >= 0) & (draft.preview >= 0)).any()
    assert draft.shares.sum() == pytest.approx(1)
    assert plain.shares.sum() == 0

    weight, seeds = 2.0, [10, 11, 12, 13]
    settings = PlannerSettings(object_weight=weight, forcing=forcing)
    result, without = (plan(pipeline, PROMPT, SIZE, seeds=seeds, draft=one, settings=settings) for one in (draft, plain))
    assert torch.equal(result.tokens, without.tokens)
    assert result.draft_likelihood is not None
    assert without.draft_likelihood is not None
    assert result.preview is not None
    of_objects = [_agreement(pipeline, preview, draft.objects, draft.shares) for preview in result.preview]
    assert torch.allclose(result.draft_likelihood, without.draft_likelihood + weight * torch.stack(of_objects), atol=1e-3)
    # With nothing else to compare, they alone decide.
    bare = read_draft(pipeline, picture(SIZE), [], size=SIZE, objects=objects)
    everyone, best_one = (
        plan(pipeline, PROMPT, SIZE, seeds=seeds, draft=bare, settings=settings.model_copy(update={"survivors": survivors}))
        for survivors in (None, 1)
    )
    assert everyone.preview is not None
    scores = torch.stack([_agreement(pipeline, preview, bare.objects, bare.shares) for preview in everyone.preview])
    assert best_one.seeds == (seeds[int(scores.argmax())],)


def test_objects_count_alike_however_large_they_are_and_however_much_lettering_is_on_them(pipeline: Any) -> None:
    boxes, objects = [(0, 0, 128, 48)], [(0, 0, 80, 96), (96, 64, 32, 32)]
    preview, _ = written_grids(pipeline, SIZE)
    draft = read_draft(pipeline, picture(SIZE), boxes, size=SIZE, objects=objects)
    assert [float(draft.shares[cells_of([item], SIZE, preview)].sum()) for item in objects] == pytest.approx([0.5, 0.5])
    # One that is all under lettering is not looked at, the other one counts for all.
    draft = read_draft(pipeline, picture(SIZE), boxes, size=SIZE, objects=[(0, 0, 64, 48), objects[1]])
    assert float(draft.shares[cells_of([objects[1]], SIZE, preview)].sum()) == pytest.approx(1)


def _agreement(pipeline: Any, preview: Tensor, wanted: Tensor, shares: Tensor | None = None) -> Tensor:
    """Mean log-probability of the wanted tokens in a finished preview, or their sum by these shares."""
    prompt, held = read_prompt(pipeline, PROMPT, SIZE), wanted >= 0
    written = torch.cat([prompt.ids, preview[None]], dim=1)
    places = torch.cat([prompt.positions, prompt.cell_positions[:, : len(held)]], dim=1)
    with torch.no_grad():
        logits = pipeline.vision_language_encoder(input_ids=written, position_ids=places[:, None]).logits
    logs = logits[0, prompt.ids.shape[1] - 1 : -1, :CODEBOOK].log_softmax(dim=-1)
    likelihood: Tensor = logs[held].gather(1, wanted[held][:, None])[:, 0]
    return likelihood.mean() if shares is None else (likelihood * shares[held]).sum()


def test_without_anything_to_judge_by_no_row_is_dropped(pipeline: Any) -> None:
    result = plan(pipeline, PROMPT, SIZE, seeds=[1, 2], settings=PlannerSettings(survivors=1))
    assert result.seeds == (1, 2)
    assert result.draft_likelihood is None


def test_best() -> None:
    assert best(torch.tensor([-3.0, -1.0, -2.0]), 2) == [1, 2]
    assert best(torch.tensor([-1.0, -1.0, -1.0]), 1) == [0]
    assert best(torch.tensor([float("nan"), -9.0]), 1) == [1]
    assert best(torch.tensor([-1.0]), 5) == [0]


def test_progress_and_interruption_leave_nothing_behind(pipeline: Any) -> None:
    model = pipeline.vision_language_encoder.model
    model._cached_decode_position_ids = model._prefill_len = model.rope_deltas = None  # what the stock pipeline left
    reports: list[tuple[int, int]] = []
    before = plan(pipeline, PROMPT, SIZE, seeds=[3], progress=lambda done, total: reports.append((done, total)))
    total = reports[-1][1]
    assert reports[-1] == (total, total)
    assert [done for done, _ in reports[:-1]] == list(range(32, total, 32))
    assert before.preview is not None
    assert total == before.preview.shape[1] + before.tokens.shape[1]
    seen: list[int] = []
    with torch.random.fork_rng(devices=[]):
        state = torch.get_rng_state()
        with pytest.raises(KeyboardInterrupt):
            plan(
                pipeline,
                PROMPT,
                SIZE,
                seeds=[3, 4],
                stop=lambda: len(seen) == 2,
                progress=lambda done, _: seen.append(done),
            )
        assert torch.equal(torch.get_rng_state(), state)
    assert seen == [32, 64]
    assert model._cached_decode_position_ids is None
    assert model.rope_deltas is None
    assert torch.equal(plan(pipeline, PROMPT, SIZE, seeds=[3]).tokens, before.tokens)


def test_weights_that_are_not_numbers(tiny_checkpoint: Path) -> None:
    broken = GlmImagePipeline.from_pretrained(tiny_checkpoint)
    with torch.no_grad():
        broken.vision_language_encoder.model.language_model.layers[1].mlp.down_proj.weight[0, 0] = float("nan")
    with pytest.raises(PosterError) as caught:
        plan(broken, PROMPT, SIZE, seeds=[0])
    assert [item.code for item in caught.value.diagnostics] == ["LG567"]


class HostReads(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Counts the operations that make the host wait for the value of a tensor."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.count = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        waits = (torch.ops.aten._local_scalar_dense.default, torch.ops.aten.nonzero.default, torch.ops.aten.equal.default)
        self.count += func in waits
        return func(*args, **(kwargs or {}))


@pytest.mark.parametrize("cache", ["static", "dynamic"])
def test_no_step_waits_for_the_device(pipeline: Any, cache: Any) -> None:
    prompt, model = read_prompt(pipeline, PROMPT, SIZE), pipeline.vision_language_encoder
    with torch.no_grad():
        generator = TokenGenerator(model, prompt, [1, 2], device=torch.device("cpu"), cache=cache)
        cells = prompt.cell_positions.shape[1]
        expected = DraftGuide(torch.full((cells,), -1), torch.zeros(cells, dtype=torch.bool), torch.zeros(cells))
        rule = SamplingRule(warpers(model.generation_config), CODEBOOK, "bias", 2.0)
        with HostReads() as reads:
            generator.generate(40, rule, expected, last=False)
    assert reads.count == 0


def test_a_row_is_drawn_as_multinomial_draws_it() -> None:
    scores = torch.randn(50, generator=torch.Generator().manual_seed(0))[None]
    noise, generator = Noise([42], 50, torch.device("cpu")), torch.Generator().manual_seed(42)
    rule = SamplingRule(warpers(GenerationConfig(top_k=0)), None)
    free = DraftGuide(torch.tensor([-1]), torch.tensor([False]), torch.zeros(1))
    for _ in range(20):
        noise.draw()
        expected = torch.multinomial(scores.softmax(dim=-1), 1, generator=generator)[0]
        assert torch.equal(rule(scores, noise.values, free).tokens, expected)


@pytest.mark.parametrize(
    "sampling",
    [
        {},
        {"temperature": 0.9, "top_p": 0.75},
        {"temperature": 1.0, "top_k": 0},
        {"top_k": 5, "top_p": 0.5, "min_p": 0.1, "temperature": 2.0},
    ],
)
def test_warpers_are_those_of_generate(pipeline: Any, sampling: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    model = pipeline.vision_language_encoder
    config = GenerationConfig(do_sample=True, **sampling)
    monkeypatch.setattr(model, "generation_config", config)
    scores = torch.randn(3, 200, generator=torch.Generator().manual_seed(1))
    filled, _ = model._prepare_generation_config(None)
    expected = model._get_logits_processor(filled, input_ids_seq_length=1, device="cpu")(None, scores.clone())
    assert torch.equal(warpers(config)(None, scores.clone()) if warpers(config) else scores, expected)


def test_settings_win_over_the_checkpoint() -> None:
    names = [type(item).__name__ for item in warpers(GenerationConfig(top_k=3, top_p=0.5), top_k=0, top_p=1.0, temperature=1.0)]
    assert names == []


def test_upsampling_is_that_of_the_stock_pipeline() -> None:
    tokens = torch.randint(0, 16384, (1, 12), generator=torch.Generator().manual_seed(0))
    assert torch.equal(upsample(tokens, (3, 4)), GlmImagePipeline._upsample_token_ids(tokens, 3, 4))
    assert upsample(tokens.expand(5, 12), (4, 3)).shape == (5, 48)


def test_row_seeds() -> None:
    assert row_seeds(5, 1) == (5,)
    assert row_seeds(5, 3)[:2] == row_seeds(5, 2)
    assert len({seed for start in range(50) for seed in row_seeds(start, 8)}) == 400


def test_sizes_are_whole_cells(pipeline: Any) -> None:
    with pytest.raises(ValueError, match="multiples of 32"):
        plan(pipeline, PROMPT, (100, 96), seeds=[0])


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_a_captured_step_is_the_step(tiny_checkpoint: Path) -> None:
    pipeline = GlmImagePipeline.from_pretrained(tiny_checkpoint).to("cuda")
    draft = read_draft(pipeline, picture(SIZE), [(0, 0, 128, 40)], size=SIZE)
    settings = PlannerSettings(survivors=2, forcing="bias")
    captured = plan(pipeline, PROMPT, SIZE, seeds=[1, 2, 3], draft=draft, settings=settings)
    stepped = plan(
        pipeline, PROMPT, SIZE, seeds=[1, 2, 3], draft=draft, settings=settings.model_copy(update={"capture": False})
    )
    assert captured.captured
    assert not stepped.captured
    assert torch.equal(captured.tokens, stepped.tokens)
