"""Memory plans: laws of the pure part, and the same pictures whatever the plan."""

from __future__ import annotations

import copy
import itertools
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from layoutgen.diagnostics import PosterError
from layoutgen.renderer.glm.generate import has_hooks
from layoutgen.renderer.glm.loading import load_components
from layoutgen.renderer.glm.memory import (
    GIB,
    KINDS,
    MODULE_OF,
    PUBLISHED,
    MemoryPlan,
    PartSize,
    Sizes,
    Workload,
    apply_plan,
    blocks_of,
    findings,
    on_device,
    plan_memory,
    release_memory,
    sizes_of,
    step_down,
)
from layoutgen.renderer.glm.settings import MemorySettings
from layoutgen.renderer.glm.streaming import _Slot, stream_blocks
from layoutgen.renderer.glm.weights import Checkpoint, CheckpointSource, TensorInfo, find, inspect
from tests.glm.checkpoint_runs import outputs

SIZES = st.builds(
    lambda full, small, few: PartSize(full, int(full * small), int(full * few)),
    st.integers(1, 60 * GIB),
    st.floats(0.5, 1),
    st.floats(0.05, 1),
)
ALL_SIZES = st.builds(Sizes, SIZES, SIZES, SIZES, SIZES)


@given(ALL_SIZES, st.integers(0, 120 * GIB), st.floats(0, 4))
def test_a_plan_fits_and_is_the_fastest_that_does(sizes: Sizes, free: int, reserve: float) -> None:
    settings = MemorySettings(reserve=reserve)
    room = free - int(reserve * GIB)
    every = [plan_memory(free, sizes, MemorySettings(reserve=reserve, plan=kind)) for kind in KINDS]
    fitting = [other.kind for other in every if other.peak <= room]
    if not fitting:
        with pytest.raises(PosterError, match="LG571"):
            plan_memory(free, sizes, settings)
        return
    plan = plan_memory(free, sizes, settings)
    assert plan.peak <= room
    assert plan.kind == fitting[0]


@given(ALL_SIZES, st.integers(0, 120 * GIB), st.integers(0, 40 * GIB))
def test_more_memory_never_gives_a_slower_plan(sizes: Sizes, free: int, more: int) -> None:
    def rank(room: int) -> int:
        try:
            kind = plan_memory(room, sizes).kind
            return int(KINDS.index(kind))
        except PosterError:
            return len(KINDS)

    assert rank(free + more) <= rank(free)


@given(ALL_SIZES, st.sampled_from(KINDS), st.integers(0, 120 * GIB))
def test_stepping_down_is_smaller_and_happens_once(sizes: Sizes, kind: str, free: int) -> None:
    plan = plan_memory(free, sizes, MemorySettings.model_validate({"plan": kind}))
    smaller = step_down(plan)
    if smaller is None:
        return
    assert smaller.peak < plan.peak
    assert KINDS.index(smaller.kind) > KINDS.index(plan.kind) or (smaller.turns and not plan.turns)
    assert smaller.stepped
    assert plan.kind in smaller.reason
    assert step_down(smaller) is None


@given(ALL_SIZES, st.integers(1, 8), st.integers(1, 8))
def test_larger_pictures_and_more_candidates_need_no_less(sizes: Sizes, candidates: int, more: int) -> None:
    def peak(work: Workload) -> int:
        plan = plan_memory(200 * GIB, sizes, MemorySettings(plan="resident"), work=work)
        return int(plan.peak)

    small = Workload(512, 512, candidates)
    assert peak(small) <= peak(replace(small, candidates=candidates + more))
    assert peak(small) <= peak(replace(small, width=512 + 32 * more))


@pytest.mark.parametrize(
    ("free", "kind", "turns"),
    [(80, "resident", False), (40, "resident", False), (24, "offload-planner", True), (16, "quantised", True)],
)
def test_the_published_weights_on_common_cards(free: int, kind: str, turns: bool) -> None:
    plan = plan_memory(free * GIB, PUBLISHED)
    assert (plan.kind, plan.turns) == (kind, turns)


def test_the_whole_pipeline_under_a_limit() -> None:
    plan = plan_memory(80 * GIB, PUBLISHED, MemorySettings(limit=22e9 / GIB))
    assert plan.kind == "offload-planner"
    assert plan.peak <= 22e9


def test_the_published_sizes_follow_from_the_configuration() -> None:
    from diffusers import GlmImageTransformer2DModel
    from transformers import GlmImageConfig, GlmImageForConditionalGeneration, T5Config, T5EncoderModel

    rope = {"rope_type": "default", "rope_theta": 10000.0, "partial_rotary_factor": 0.5, "mrope_section": [8, 12, 12]}
    glyphs = T5Config(
        vocab_size=384, d_model=1472, d_kv=64, d_ff=3584, num_layers=12, num_heads=6, feed_forward_proj="gated-gelu"
    )
    with torch.device("meta"):
        modules = {
            "vision_language_encoder": GlmImageForConditionalGeneration(GlmImageConfig(text_config={"rope_parameters": rope})),
            "transformer": GlmImageTransformer2DModel(num_attention_heads=32, attention_head_dim=128),
            "text_encoder": T5EncoderModel(glyphs),
            "vae": torch.nn.Module(),
        }
    tensors = {
        part: {name: TensorInfo("BF16", tuple(value.shape), 0, 0) for name, value in module.named_parameters()}
        for part, module in modules.items()
    }
    result = sizes_of(Checkpoint(CheckpointSource("", Path(), "", ""), {}, tensors, {}, ""))
    assert replace(result, vae=PUBLISHED.vae) == PUBLISHED


def test_the_sizes_of_a_checkpoint_are_its_modules(tiny_checkpoint: Path) -> None:
    sizes = sizes_of(inspect(find(tiny_checkpoint)), 4)
    components = load_components(tiny_checkpoint)
    for phase, part in MODULE_OF.items():
        module = getattr(components, part)
        assert sizes.of(phase).full == sum(value.numel() * 4 for value in module.parameters())
        assert sizes.of(phase).quantised <= sizes.of(phase).full


def test_on_the_cpu_everything_is_resident(tiny_checkpoint: Path) -> None:
    for kind in ("auto", "resident", "offload-planner", "group-offload"):
        plan = plan_memory(8 * GIB, PUBLISHED, MemorySettings.model_validate({"plan": kind}), device="cpu")
        assert plan.kind == "resident"
    with pytest.raises(PosterError, match="LG571"):
        plan_memory(8 * GIB, PUBLISHED, MemorySettings(limit=8), device="cpu")


@pytest.mark.parametrize(
    "plan",
    [
        MemoryPlan("resident", "", 0),
        MemoryPlan("offload-planner", "", 0, turns=True),
        MemoryPlan("group-offload", "", 0),
    ],
    ids=lambda plan: plan.kind,
)
def test_exact_plans_give_the_same_numbers(plan: MemoryPlan, tiny_checkpoint: Path) -> None:
    expected = outputs(load_components(tiny_checkpoint))
    components = apply_plan(load_components(tiny_checkpoint), plan)
    with on_device(components, plan, "planner"), on_device(components, plan, "decoder"):
        assert all(map(torch.equal, outputs(components), expected))
    assert "quantised" not in components.identity


def test_streamed_blocks_hold_their_own_weights_only_while_they_run(tiny_checkpoint: Path) -> None:
    components = load_components(tiny_checkpoint)
    blocks = blocks_of(components.transformer)
    assert blocks == list(components.transformer.transformer_blocks)
    assert len(blocks_of(components.vision_language_encoder)) == 4  # two of the language model, two of the vision tower
    apply_plan(components, MemoryPlan("group-offload", "", 0))
    waiting = [value.data_ptr() for value in blocks[0].parameters()]
    seen: list[list[int]] = []
    blocks[0].register_forward_pre_hook(lambda *_: seen.append([value.data_ptr() for value in blocks[0].parameters()]))
    outputs(components)
    assert seen
    assert [value.data_ptr() for value in blocks[0].parameters()] == waiting


def test_a_quantised_plan_is_close_and_says_so(tiny_checkpoint: Path) -> None:
    pytest.importorskip("torchao")
    expected = outputs(load_components(tiny_checkpoint))
    plan = MemoryPlan("quantised", "", 0, quantise="int8", device="cpu")
    components = apply_plan(load_components(tiny_checkpoint), plan)
    assert components.identity["quantised"] == "int8"
    for result, exact in zip(outputs(components), expected, strict=True):
        assert not torch.equal(result, exact)
        assert (result - exact).abs().mean() < 0.02 * exact.abs().mean()
    expected = outputs(components)
    assert all(map(torch.equal, outputs(apply_plan(components, plan)), expected))
    streamed = apply_plan(components, MemoryPlan("group-offload", "", 0))
    assert all(map(torch.equal, outputs(streamed), expected))


def test_weights_in_8_bits_move_whole(tiny_checkpoint: Path) -> None:
    pytest.importorskip("torchao")
    plan = MemoryPlan("quantised", "", 0, quantise="int8", device="cpu")
    slot = _Slot(apply_plan(load_components(tiny_checkpoint), plan).transformer.transformer_blocks[0].attn1.to_q, "weight")
    host = slot.tensor.data
    slot.put(host.to("meta"))
    assert slot.tensor.device.type == slot.owner.weight.qdata.device.type == "meta"
    slot.put(host)
    assert torch.equal(slot.owner.weight.qdata, host.qdata)


def test_streamed_blocks_are_not_captured(tiny_checkpoint: Path) -> None:
    components = load_components(tiny_checkpoint)
    assert not has_hooks(components.vision_language_encoder)
    apply_plan(components, MemoryPlan("group-offload", "", 0))
    assert has_hooks(components.vision_language_encoder)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_no_more_than_two_streamed_blocks_are_on_the_device() -> None:
    device, side = torch.device("cuda"), 4096
    blocks = torch.nn.Sequential(*(torch.nn.Linear(side, side, bias=False) for _ in range(12))).requires_grad_(False)
    seen = torch.randn(side, side)
    with torch.no_grad():
        expected = copy.deepcopy(blocks).to(device)(seen.to(device)).cpu()
        release_memory(device)
        stream_blocks(blocks, list(blocks), device)
        torch.cuda.reset_peak_memory_stats()
        before = torch.cuda.memory_allocated()
        for _ in range(2):
            assert torch.equal(blocks(seen.to(device)).cpu(), expected)
    # Two blocks, the pictures between them, and what a kernel needs.
    assert torch.cuda.max_memory_allocated() - before < 8 * 4 * side**2


@pytest.mark.parametrize("error", [torch.OutOfMemoryError("x"), RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when")])
def test_a_plan_that_does_not_fit_after_all(
    tiny_checkpoint: Path, error: RuntimeError, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise error

    components = load_components(tiny_checkpoint)
    monkeypatch.setattr(components.transformer, "to", full)
    with pytest.raises(PosterError, match="LG571"):
        apply_plan(components, MemoryPlan("resident", "", 0))


def test_the_record_of_a_plan() -> None:
    plan = step_down(plan_memory(24 * GIB, PUBLISHED))
    assert plan is not None
    written = plan.to_json()
    assert written["plan"] == "quantised"
    assert written["stepped_down"] is True
    assert written["reason"] == "out of memory with `offload-planner`"


def test_doctor_has_a_line() -> None:
    from layoutgen.renderer.glm import findings as of_the_renderer

    lines = findings()
    assert lines == of_the_renderer()
    assert all(set(line) == {"what", "ok", "detail"} for line in lines)
    for one, other in itertools.pairwise(lines):
        assert one != other
