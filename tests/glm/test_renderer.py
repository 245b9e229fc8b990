"""The renderer: what each action makes, what it records, and what is left when something goes wrong."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

import layoutgen
from layoutgen.conditions import Conditions
from layoutgen.diagnostics import PosterError
from layoutgen.renderer.glm import stages
from layoutgen.renderer.glm.forcing import FREE
from layoutgen.renderer.glm.memory import MemoryPlan
from layoutgen.renderer.glm.planner import plan as plan_rows
from layoutgen.renderer.glm.planner import row_seeds
from layoutgen.renderer.glm.renderer import GlmRenderer
from layoutgen.renderers import Rendered, Renderer
from layoutgen.renderers.abilities import CANDIDATES, START, STRENGTH
from tests.glm.posters import conditions_of, poster_file
from tests.glm.stock_references import pictures

QUICK = ["decoder.steps=3", "decoder.feather=16"]


def opened(checkpoint: Path, *pairs: str) -> GlmRenderer:
    renderer = layoutgen.open_renderer("glm", model=checkpoint, set=[*QUICK, *pairs])
    assert isinstance(renderer, GlmRenderer)
    return renderer


@pytest.fixture(scope="module")
def renderer(tiny_checkpoint: Path) -> Iterator[GlmRenderer]:
    with opened(tiny_checkpoint) as result:
        yield result


@pytest.fixture
def spoilt(tiny_checkpoint: Path) -> Iterator[GlmRenderer]:
    """One of its own for a test that breaks it."""
    with opened(tiny_checkpoint) as result:
        yield result


@pytest.fixture(scope="module")
def conditions(tmp_path_factory: pytest.TempPathFactory) -> Conditions:
    return conditions_of(poster_file(tmp_path_factory.mktemp("poster")), seed=5)


@pytest.fixture(scope="module")
def first(renderer: GlmRenderer, conditions: Conditions) -> Rendered:
    result: Rendered = renderer.render(conditions)
    return result


def same(one: Rendered, other: Rendered) -> bool:
    return one.image.tobytes() == other.image.tobytes() and all(
        np.array_equal(one.artefacts[name], other.artefacts[name]) for name in ("latents", "prior_tokens")
    )


def codes(error: PosterError) -> list[str]:
    return [item.code for item in error.diagnostics]


# What it is


def test_it_is_a_renderer(renderer: GlmRenderer) -> None:
    assert isinstance(renderer, Renderer)
    assert (renderer.name, renderer.limits.grid) == ("glm", 32)
    real = {"model", "revision", "weights", "licence", "dtype", "torch", "diffusers", "transformers"}
    assert real <= set(renderer.identity)
    assert all(isinstance(value, str) for value in renderer.identity.values())


def test_what_it_tells_the_retry_policy(renderer: GlmRenderer) -> None:
    able = renderer.abilities
    assert able.actions == {"plan", "redecode", "repair", "replan"}
    assert able.costs.steps == 3
    assert {START, STRENGTH, CANDIDATES, "regions.grain", "regions.steps", "memory.tiling"} <= able.tunable
    assert "memory.plan" not in able.tunable


def test_it_can_be_closed_twice_and_not_used_afterwards(tiny_checkpoint: Path, conditions: Conditions) -> None:
    renderer = opened(tiny_checkpoint)
    identity = renderer.identity
    renderer.close()
    renderer.close()
    assert renderer.identity == identity
    with pytest.raises(RuntimeError, match="closed"):
        renderer.render(conditions)


# Actions


def test_a_plan(renderer: GlmRenderer, conditions: Conditions, first: Rendered) -> None:
    assert first.image.size == (conditions.generation.width, conditions.generation.height)
    assert first.seed == 5
    assert first.artefacts["latents"].shape == (1, 16, 12, 16)
    assert first.artefacts["latents"].dtype == np.float32
    assert first.artefacts["prior_tokens"].shape == (3, 4)
    assert same(first, renderer.render(conditions))
    assert same(first, renderer.render(conditions, seed=5))
    assert not same(first, renderer.render(conditions, seed=6))


@pytest.mark.parametrize("seed", [-1, 2**70])
def test_any_whole_number_is_a_seed(renderer: GlmRenderer, conditions: Conditions, seed: int) -> None:
    result = renderer.render(conditions, seed=seed, options={"decoder.steps": 1})
    assert result.seed == seed


def test_what_is_recorded(renderer: GlmRenderer, first: Rendered) -> None:
    settings = json.loads(json.dumps(dict(first.settings)))
    assert settings["action"] == "plan"
    assert settings["settings"]["decoder"]["steps"] == 3
    assert settings["settings"] == renderer.engine.settings.model_dump(mode="json")
    assert settings["memory"]["plan"] == "resident"
    assert settings["memory"]["peak_gib"] is None
    assert settings["plan"]["width"] == 1
    assert settings["plan"]["seeds"] == [5]
    assert settings["decoder"] == {"steps": 3, "skipped": 0}


def test_candidates_are_planned_together_and_the_likeliest_is_drawn(renderer: GlmRenderer, conditions: Conditions) -> None:
    several = conditions.model_copy(update={"policy": conditions.policy.model_copy(update={"candidates": 4})})
    result = renderer.render(several, options={"planner.survivors": 3})
    report = result.settings["plan"]
    assert report["width"] == 4
    assert len(report["seeds"]) == 3
    assert [item["seed"] for item in report["dropped"]] == [seed for seed in row_seeds(5, 4) if seed not in report["seeds"]]
    assert report["row"] == int(np.argmax(report["draft_likelihood"]))
    alone = plan_rows(renderer.engine.components, conditions.prompt, (128, 96), seeds=[report["seeds"][report["row"]]])
    assert np.array_equal(alone.tokens[0].reshape(3, 4).numpy(), result.artefacts["prior_tokens"])


def test_redecode_keeps_the_plan(renderer: GlmRenderer, conditions: Conditions, first: Rendered) -> None:
    again = renderer.render(conditions, seed=9, action="redecode", previous=first)
    assert np.array_equal(again.artefacts["prior_tokens"], first.artefacts["prior_tokens"])
    assert not np.array_equal(again.artefacts["latents"], first.artefacts["latents"])
    assert again.settings["action"] == "redecode"
    assert same(first, renderer.render(conditions, action="redecode", previous=first))


def test_repair_changes_nothing_outside_the_feather(renderer: GlmRenderer, conditions: Conditions, first: Rendered) -> None:
    box = conditions.glyphs[1].box
    again = renderer.render(conditions, seed=9, action="repair", previous=first, boxes=[box])
    assert again.settings["boxes"] == [list(box)]
    left, top = max(0, box[0] // 8 * 8 - 16), max(0, box[1] // 8 * 8 - 16)
    right, bottom = -(-(box[0] + box[2]) // 8) * 8 + 16, -(-(box[1] + box[3]) // 8) * 8 + 16
    before, after = (np.asarray(one.image).copy() for one in (first, again))
    assert not np.array_equal(before, after)
    for pixels in (before, after):
        pixels[top:bottom, left:right] = 0
    assert np.array_equal(before, after)
    kept, result = (one.artefacts["latents"].copy() for one in (first, again))
    for latents in (kept, result):
        latents[..., top // 8 : bottom // 8, left // 8 : right // 8] = 0
    assert np.array_equal(kept, result)
    started = renderer.render(
        conditions,
        seed=9,
        action="repair",
        previous=first,
        boxes=[box],
        options={"decoder.repair_start": "draft", "decoder.repair_strength": 0.5},
    )
    assert not same(again, started)


def test_a_feather_does_not_reach_into_other_slogans(renderer: GlmRenderer, conditions: Conditions, first: Rendered) -> None:
    one, other = (glyph.box for glyph in conditions.glyphs)
    again = renderer.render(conditions, seed=9, action="repair", previous=first, boxes=[one], options={"decoder.feather": 512})
    inside = (other[0], other[1], other[0] + other[2], other[1] + other[3])
    assert first.image.crop(inside).tobytes() == again.image.crop(inside).tobytes()


def test_replan_holds_the_regions_to_the_draft(renderer: GlmRenderer, conditions: Conditions, first: Rendered) -> None:
    pushed = renderer.render(conditions, seed=6, action="replan", previous=first)
    assert pushed.settings["settings"]["planner"]["forcing"] == "bias"
    forced = renderer.render(conditions, seed=6, action="replan", previous=first, options={"planner.replan": "force"})
    expected = stages.draft_tokens(renderer.engine, conditions, 6).target.numpy()
    held = expected != FREE
    assert 0 < held.sum() < held.size
    assert np.array_equal(forced.artefacts["prior_tokens"].flatten()[held], expected[held])
    free = renderer.render(conditions, seed=6)
    assert not np.array_equal(free.artefacts["prior_tokens"].flatten()[held], expected[held])
    kept = renderer.render(conditions, seed=6, action="replan", previous=first, options={"planner.forcing": "force"})
    assert same(kept, forced)


def test_a_picture_may_begin_from_the_draft(renderer: GlmRenderer, conditions: Conditions, first: Rendered) -> None:
    from_draft = renderer.render(conditions, options={"decoder.start": "draft", "decoder.strength": 0.6})
    assert np.array_equal(from_draft.artefacts["prior_tokens"], first.artefacts["prior_tokens"])
    assert not same(from_draft, first)
    assert from_draft.settings["decoder"]["steps"] < 3


def test_without_anything_to_start_from_everything_is_made_again(
    renderer: GlmRenderer, conditions: Conditions, first: Rendered
) -> None:
    small = Rendered(Image.new("RGB", (64, 64)), 0, 0.0, dict(first.artefacts))
    for previous in (None, Rendered(first.image, 5, 0.0), small):
        for action in ("redecode", "repair"):
            result = renderer.render(conditions, action=action, previous=previous, boxes=[(0, 0, 32, 32)])
            assert result.settings["action"] == "plan"
            assert same(result, first)


def test_references_are_read_again_where_they_are_not_known(
    renderer: GlmRenderer, tiny_checkpoint: Path, tmp_path: Path
) -> None:
    path = tmp_path / "cat.png"
    pictures(1)[0].save(path)
    conditions = conditions_of(poster_file(tmp_path, references=(path,)), seed=1)
    first = renderer.render(conditions)
    with opened(tiny_checkpoint) as other:
        again = other.render(conditions, action="redecode", previous=first)
    assert same(first, again)
    Image.new("RGB", (512, 512), "red").save(path)
    assert not same(first, renderer.render(conditions, action="redecode", previous=first))
    path.unlink()
    with pytest.raises(PosterError) as caught:
        renderer.render(conditions)
    assert codes(caught.value) == ["LG510"]


# What it refuses


@pytest.mark.parametrize(
    ("options", "code"), [({"decoder.stesp": 3}, "LG551"), ({"decoder.steps": 0}, "LG552"), ({"regions.grain": 7}, "LG552")]
)
def test_settings_for_one_picture_are_checked(
    renderer: GlmRenderer, conditions: Conditions, options: dict[str, Any], code: str
) -> None:
    with pytest.raises(PosterError) as caught:
        renderer.render(conditions, options=options)
    assert codes(caught.value) == [code]


def test_wrong_use(renderer: GlmRenderer, conditions: Conditions, first: Rendered) -> None:
    with pytest.raises(ValueError, match="no action"):
        renderer.render(conditions, action="upscale")
    with pytest.raises(ValueError, match="needs boxes"):
        renderer.render(conditions, action="repair", previous=first)
    with pytest.raises(ValueError, match="when the renderer is opened"):
        renderer.render(conditions, options={"memory.plan": "quantised"})
    odd = conditions.model_copy(update={"generation": conditions.generation.model_copy(update={"width": 130})})
    with pytest.raises(PosterError) as caught:
        renderer.render(odd)
    assert codes(caught.value) == ["LG424"]


# Faults


def fail(module: torch.nn.Module, error: BaseException, *, call: int, times: int = 1) -> Any:
    """Raise when a module is called for the `call`-th time, and the times after it."""
    seen = iter(range(10**9))

    def before(*_: Any) -> None:
        if call <= next(seen) < call + times:
            raise error

    return module.register_forward_pre_hook(before)


def stepping(renderer: GlmRenderer, kind: str = "group-offload") -> None:
    """Give it a plan with a smaller one behind it, as on a device with little memory."""
    smaller = MemoryPlan(kind, "", 1, turns=kind == "offload-planner", device="cpu")
    renderer._engine = replace(renderer.engine, memory=MemoryPlan("resident", "", 2, device="cpu", smaller=(smaller,)))


@pytest.mark.parametrize("part", ["vision_language_encoder", "transformer", "vae"])
def test_out_of_memory_takes_the_smaller_plan_once(
    spoilt: GlmRenderer, conditions: Conditions, first: Rendered, part: str
) -> None:
    stepping(spoilt)
    module = getattr(spoilt.engine.components, part)
    fail(module.decoder if part == "vae" else module, torch.OutOfMemoryError("CUDA out of memory"), call=0)
    result = spoilt.render(conditions)
    assert same(result, first)
    memory = result.settings["memory"]
    assert (memory["plan"], memory["stepped_down"]) == ("group-offload", True)
    assert "out of memory" in memory["reason"]
    fail(spoilt.engine.components.transformer, torch.OutOfMemoryError("CUDA out of memory"), call=0)
    with pytest.raises(PosterError) as caught:
        spoilt.render(conditions)
    assert codes(caught.value) == ["LG571"]
    assert caught.value.exit_code == 4
    assert same(first, spoilt.render(conditions))


@pytest.mark.parametrize("error", [torch.OutOfMemoryError("x"), RuntimeError("DefaultCPUAllocator: can't allocate memory")])
def test_out_of_memory_without_a_smaller_plan(
    spoilt: GlmRenderer, conditions: Conditions, first: Rendered, error: RuntimeError
) -> None:
    fail(spoilt.engine.components.transformer, error, call=2)
    with pytest.raises(PosterError) as caught:
        spoilt.render(conditions)
    assert codes(caught.value) == ["LG571"]
    assert same(first, spoilt.render(conditions))


def test_stepping_down_can_be_forbidden(tiny_checkpoint: Path, conditions: Conditions) -> None:
    with opened(tiny_checkpoint, "memory.step_down=false") as renderer:
        stepping(renderer)
        fail(renderer.engine.components.transformer, torch.OutOfMemoryError("x"), call=0)
        with pytest.raises(PosterError) as caught:
            renderer.render(conditions)
    assert codes(caught.value) == ["LG571"]


def test_other_errors_are_not_hidden(spoilt: GlmRenderer, conditions: Conditions) -> None:
    fail(spoilt.engine.components.transformer, RuntimeError("a mistake of ours"), call=0)
    with pytest.raises(RuntimeError, match="a mistake of ours"):
        spoilt.render(conditions)


@pytest.mark.parametrize(
    ("part", "name"),
    [
        ("transformer", "transformer_blocks.1.attn1.to_q.weight"),
        ("vision_language_encoder", "lm_head.weight"),
        ("text_encoder", "encoder.final_layer_norm.weight"),
    ],
)
def test_weights_that_are_not_numbers(spoilt: GlmRenderer, conditions: Conditions, part: str, name: str) -> None:
    with torch.no_grad():
        getattr(spoilt.engine.components, part).get_parameter(name).view(-1)[0] = float("nan")
    with pytest.raises(PosterError) as caught:
        spoilt.render(conditions)
    assert codes(caught.value) == ["LG567"]


def test_settings_that_do_not_go_together(spoilt: GlmRenderer, conditions: Conditions) -> None:
    spoilt.engine.components.transformer.forward = spoilt.engine.components.transformer.forward  # as hooks leave it
    with pytest.raises(PosterError) as caught:
        spoilt.render(conditions, options={"decoder.cache": "first-block"})
    assert codes(caught.value) == ["LG552"]


@pytest.mark.parametrize(("part", "call"), [("vision_language_encoder", 40), ("transformer", 2)])
def test_an_interrupt_in_mid_step_is_answered_after_it(
    spoilt: GlmRenderer, conditions: Conditions, first: Rendered, part: str, call: int
) -> None:
    calls: list[int] = []

    def press(*_: Any) -> None:
        calls.append(1)
        if len(calls) == call:
            os.kill(os.getpid(), signal.SIGINT)

    module = getattr(spoilt.engine.components, part)
    handle = module.register_forward_pre_hook(press)
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        spoilt.render(conditions, options={"decoder.passes": "separate"})
    assert signal.getsignal(signal.SIGINT) is before
    # The step, or the stretch of tokens, in which it came was finished, and no other was begun.
    assert len(calls) <= (call + 32 if part == "vision_language_encoder" else call)
    handle.remove()
    assert same(first, spoilt.render(conditions))


def test_pressed_twice_it_interrupts_at_once(spoilt: GlmRenderer, conditions: Conditions) -> None:
    def press(*_: Any) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)

    blocks = spoilt.engine.components.transformer.transformer_blocks
    calls: list[int] = []
    blocks[0].register_forward_pre_hook(press)
    blocks[1].register_forward_pre_hook(lambda *_: calls.append(1))
    with pytest.raises(KeyboardInterrupt):
        spoilt.render(conditions)
    assert not calls
