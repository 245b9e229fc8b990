"""What is trained is what runs: the training forward equals the engine's, and a window sees what the whole poster sees."""

from __future__ import annotations

import random
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from diffusers import GlmImageTransformer2DModel
from PIL import Image
from transformers import ByT5Tokenizer

from layoutgen.conditions import Conditions
from layoutgen.renderer.draft.renderer import DraftRenderer
from layoutgen.renderer.glm.decoder import NoiseSchedule
from layoutgen.renderer.glm.glyphs import encode_glyphs, unencoded
from layoutgen.renderer.glm.guidance import DecoderInputs, GuidedPasses
from layoutgen.renderer.glm.references import image_tokens
from layoutgen.renderer.glm.regions import region_bias
from layoutgen.renderer.glm.settings import DecoderSettings
from layoutgen.renderer.mini import defaults
from layoutgen.renderer.mini.training import batches, train_decoder, train_vision
from layoutgen.renderer.mini.training.models import make_decoder, make_planner, make_scheduler, shifted
from layoutgen.renderer.mini.training.posters import random_poster
from layoutgen.renderer.mini.training.prepare import PreparedPoster, packed
from layoutgen.renderer.mini.training.samples import conditions_of
from layoutgen.renderer.mini.training.tokenizer import make_processor


def conditions_with_words() -> Conditions:
    for seed in range(40):
        conditions: Conditions | None = conditions_of(random_poster(seed), seed)
        if conditions is not None and len(conditions.glyphs) > 1 and conditions.objects:
            return conditions
    raise AssertionError("none of 40 random posters has two slogans and an object")


def prepared(conditions: Conditions) -> PreparedPoster:
    """The conditions with made-up latents and tokens: what they are does not matter here."""
    rng = np.random.default_rng(0)
    height, width = conditions.generation.height, conditions.generation.width
    layout = unencoded([glyph.text for glyph in conditions.glyphs])
    tokens = rng.integers(0, 64, (3, height // 32, width // 32)).astype(np.int16)
    return PreparedPoster(
        latents=rng.normal(size=(16, height // 8, width // 8)).astype(np.float16),
        tokens=tokens[0],
        decoy=tokens[1],
        preview=tokens[2],
        strings=tuple(string.text for string in layout.strings),
        spans=tuple(string.span for string in layout.strings),
        packed=packed(conditions),
        objects=tuple(item.box for item in conditions.objects),
        prompt=conditions.prompt,
    )


@pytest.fixture(scope="module")
def model() -> train_decoder.Decoder:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        decoder = train_decoder.Decoder().eval().requires_grad_(False)
        for weight in decoder.parameters():
            if weight.ndim == 2 and not weight.any():
                weight.normal_(0, 0.3 / weight.shape[1] ** 0.5)
    return decoder


def test_training_sees_what_the_engine_sees(model: train_decoder.Decoder) -> None:
    conditions = conditions_with_words()
    poster = prepared(conditions)
    rows, columns = poster.latents.shape[1] // 2, poster.latents.shape[2] // 2
    tokens = poster.patterns.shape[1]
    batch = batches.batch_of([(poster, (0, 0, rows, columns))], random.Random(0), tokens, learn=False)
    time = torch.tensor([0.7])
    with torch.no_grad():
        trained = model(batch.latents, time, batch)

    transformer: GlmImageTransformer2DModel = make_decoder()
    transformer.load_state_dict(model.transformer.state_dict())
    components = type("Parts", (), {"tokenizer": ByT5Tokenizer(), "text_encoder": model.glyphs})()
    glyphs = encode_glyphs(components, [glyph.text for glyph in conditions.glyphs], parity=False)
    inputs = DecoderInputs(
        prior=batch.prior,
        glyphs=glyphs.embeddings,
        empty=encode_glyphs(components, [], parity=False).embeddings,
        size=batch.sizes,
        crop=torch.zeros(1, 2),
        tables=None,
        bias=region_bias(conditions, glyphs, (rows, columns), defaults().regions),
    )
    passes = GuidedPasses(transformer.eval(), inputs, DecoderSettings(guidance=1.0, steps=10))
    with torch.no_grad():
        engine = passes(batch.latents, torch.tensor(700.0), 0)
    spread = float(engine.std())
    # Training computes in bfloat16.
    assert float((trained - engine).abs().mean()) < 0.02 * spread
    assert float((trained - engine).abs().max()) < 0.2 * spread


def test_a_window_sees_its_part_of_the_poster() -> None:
    poster = prepared(conditions_with_words())
    rng = random.Random(1)
    rows, columns = batches.WINDOW
    height, width = poster.latents.shape[1] // 2, poster.latents.shape[2] // 2
    whole = poster.patterns[0].reshape(-1, height, width)
    for _ in range(20):
        top, left, *_ = window = batches.window_of(poster, rng)
        batch = batches.batch_of([(poster, window)], rng, 20, learn=False)
        assert torch.equal(
            batch.latents[0],
            torch.from_numpy(poster.latents[:, 2 * top : 2 * (top + rows), 2 * left : 2 * (left + columns)]).float(),
        )
        assert batch.offsets.tolist() == [[top, left]]
        cut = whole[:, top : top + rows, left : left + columns].reshape(len(whole), -1)
        visible = (cut > -5000).any(1)
        assert int(batch.known.sum()) == min(20, int(visible.sum()))
        assert torch.equal(batch.letters[0], torch.from_numpy((cut > -8).any(0)))
        # The embeddings that are looked up are those of the very bytes.
        ids = batch.ids.flatten()[batch.at[0]][batch.known[0]].tolist()
        strings = [[byte + 3 for byte in text.encode()] for text in poster.strings]
        padding = (len(strings) + 1) % 2
        laid_out = [token for string in strings for token in [*[0] * padding, *string, 1]]
        assert ids == [token for token, keep in zip(laid_out, visible, strict=True) if keep][:20]


def test_noise_levels_are_those_of_the_scheduler() -> None:
    for tokens in (256, 832, 1024):
        schedule = NoiseSchedule.of(make_scheduler(), tokens, 20)
        times = schedule.scheduler.timesteps / 1000
        assert torch.allclose(shifted(times, torch.tensor(tokens)), torch.tensor(schedule.sigmas[:-1]), atol=1e-6)


def test_semantic_tokens_are_those_that_the_engine_reads() -> None:
    processor = make_processor(["a cat and a dog"] * 5)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        planner = make_planner(processor.tokenizer).eval()
    parts = SimpleNamespace(processor=processor, vision_language_encoder=planner)
    noise = np.random.default_rng(0).integers(0, 255, (16, 13, 3)).astype(np.uint8)
    picture = np.asarray(Image.fromarray(noise).resize((416, 512)))
    for grid in train_vision.grids(picture):
        ours = train_vision.tokens(planner.model.visual, planner.model.vqmodel, [picture], grid)[0]
        assert len(np.unique(ours)) > 1
        assert ours.reshape(-1).tolist() == image_tokens(parts, Image.fromarray(picture), grid).tolist()


def test_a_window_around_an_object_has_its_middle() -> None:
    poster, rng = prepared(conditions_with_words()), random.Random(0)
    middles = {(y + h // 2, x + w // 2) for x, y, w, h in poster.objects}
    for _ in range(20):
        top, left, rows, columns = batches.window_around(poster, rng)
        assert (rows, columns) == batches.AROUND
        assert 0 <= top <= poster.latents.shape[1] // 2 - rows
        assert 0 <= left <= poster.latents.shape[2] // 2 - columns
        assert any(
            16 * top <= down < 16 * (top + rows) and 16 * left <= across < 16 * (left + columns) for down, across in middles
        )


POSTER = """poster 1 "A cat"
canvas sheet 416x512 {{ margin: 4% }}
backdrop {{ fill: #FFFFFF }}
region text {{ box: 4% 4% 92% 20%; slogan "Hello" {{ min-size: 20px }} }}
{thing}
verify {{ unchecked: allow }}
"""
CAT = 'object thing "a cat" { box: 8% 40% 84% 34% }'


def test_the_cells_of_an_object_are_those_that_it_is_drawn_in() -> None:
    with_thing, without = (conditions_of(POSTER.format(thing=thing), 0) for thing in (CAT, ""))
    assert with_thing is not None
    assert without is not None
    marked = batches.batch_of([(prepared(with_thing), (0, 0, 32, 26))], random.Random(0), 40, learn=False).objects
    drafts = [np.asarray(DraftRenderer().render(one, seed=0).image.convert("RGB"), int) for one in (with_thing, without)]
    changed = np.abs(drafts[0] - drafts[1]).sum(-1).reshape(32, 16, 26, 16).sum((1, 3))
    inside = marked.view(32, 26).numpy()
    assert changed[inside].sum() > 0.9 * changed.sum()
    assert (changed[inside] > 0).mean() > 0.6


def test_letters_and_objects_count_for_more() -> None:
    conditions = conditions_of(POSTER.format(thing=CAT), 0)
    assert conditions is not None
    batch = batches.batch_of([(prepared(conditions), (0, 0, 32, 26))], random.Random(0), 40, learn=False)
    noise = torch.randn(batch.latents.shape, generator=torch.Generator().manual_seed(1))
    counts = {"letters": int(batch.letters.sum()), "objects": int(batch.objects.sum())}
    assert min(counts.values()) > 20
    assert not (batch.letters & batch.objects).any()
    whole = 32 * 26 + 3 * counts["letters"] + 2 * counts["objects"]
    for place, weight in (("letters", 4), ("objects", 3)):
        # What is right everywhere else, and one off there.
        cells = getattr(batch, place).view(1, 1, 32, 26).repeat_interleave(2, 2).repeat_interleave(2, 3)
        answer = noise - batch.latents + cells
        loss, alone = train_decoder.loss_of(
            lambda *_, answer=answer: answer, batch, torch.Generator().manual_seed(1), torch.tensor([0.5])
        )
        assert float(loss) == pytest.approx(weight * counts[place] / whole, rel=1e-4)
        assert alone.tolist() == pytest.approx([float(place == name) for name in counts], abs=1e-4)


def test_crowded_posters_are_full_of_objects() -> None:
    candidates = [conditions_of(random_poster(seed, crowded=True), seed) for seed in range(12)]
    crowded = [conditions for conditions in candidates if conditions is not None]
    usual = [conditions for seed in range(12) if (conditions := conditions_of(random_poster(seed), seed)) is not None]
    assert all(conditions.glyphs for conditions in crowded)
    mean, as_usual = (sum(len(one.objects) for one in some) / len(some) for some in (crowded, usual))
    assert mean > 2.5 * as_usual


def test_an_unbound_decoder_gets_no_places() -> None:
    poster = prepared(conditions_with_words())
    window = (0, 0, poster.latents.shape[1] // 2, poster.latents.shape[2] // 2)
    bound, unbound = (
        batches.batch_of([(poster, window)], random.Random(0), 40, learn=False, bound=bound) for bound in (True, False)
    )
    assert torch.equal(bound.known, unbound.known)
    assert not unbound.bias[0, :, unbound.known[0]].any()
    assert bound.bias[0, :, bound.known[0]].any()
