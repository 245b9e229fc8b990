"""How the weights share the memory of the device: a plan from their sizes and what is free, then its execution.

The plan is a pure function. Four kinds, from fast to small:

- `resident`: everything stays on the device.
- `offload-planner`: the planner and all else take turns; each is moved in before it runs, and out after it.
- `quantised`: the linear layers of both in 8 bits, taking turns as well where that is needed. Pixels change a little.
- `group-offload`: the blocks of both stay in the computer's memory and come in one by one. Exact, and far slower: the planner
  reads all its weights once a token.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, get_args

from layoutgen.diagnostics import Diagnostic, PosterError

from .settings import MemorySettings
from .streaming import stream_blocks
from .weights import QUANTISED, Checkpoint

if TYPE_CHECKING:
    import torch

    from .loading import Components

PlanKind = Literal["resident", "offload-planner", "quantised", "group-offload"]
Phase = Literal["planner", "glyphs", "decoder", "vae"]
KINDS: tuple[PlanKind, ...] = get_args(PlanKind)
GIB = 2**30

_BLOCK = re.compile(r"(?:.*\.)?(?:language_model\.layers|visual\.blocks|transformer_blocks|encoder\.block)\.\d+\.")
_PART_OF: Mapping[str, Phase] = {
    "vision_language_encoder": "planner",
    "text_encoder": "glyphs",
    "transformer": "decoder",
    "vae": "vae",
}
MODULE_OF: Mapping[Phase, str] = {phase: part for part, phase in _PART_OF.items()}

# Room besides the weights for one megapixel, estimated from the shapes alive at once in 16 bits; not measured on a GPU.
_PLANNER_ROW = 0.15 * GIB
_PLANNER_BASE = 0.6 * GIB
_DECODER_PIXELS = 1.6 * GIB
_VAE_PIXELS = 2.8 * GIB


@dataclass(frozen=True)
class PartSize:
    """Bytes of one part on the device."""

    full: int
    quantised: int
    """With the blocks in 8 bits."""
    streamed: int
    """With two blocks at a time on the device, and all else."""


@dataclass(frozen=True)
class Sizes:
    planner: PartSize
    glyphs: PartSize
    decoder: PartSize
    vae: PartSize

    def of(self, phase: Phase) -> PartSize:
        size: PartSize = getattr(self, phase)
        return size


PUBLISHED = Sizes(
    planner=PartSize(20_228_491_264, 12_077_000_704, 2_460_323_840),
    glyphs=PartSize(435_314_944, 435_314_944, 73_497_728),
    decoder=PartSize(13_853_765_760, 7_069_315_200, 1_165_373_568),
    vae=PartSize(812_201_286, 812_201_286, 812_201_286),
)
"""GLM-Image in bfloat16, counted from its configuration."""


@dataclass(frozen=True)
class Workload:
    """What is computed at once: it decides the memory needed besides the weights."""

    width: int = 1024
    height: int = 1024
    candidates: int = 1
    bytes_per_number: int = 2
    tiling: bool = False

    @property
    def megapixels(self) -> float:
        return self.width * self.height / 2**20

    def of(self, phase: Phase) -> int:
        """Bytes besides the weights while a part runs."""
        wide = self.bytes_per_number / 2
        room = {
            "planner": _PLANNER_BASE + self.candidates * _PLANNER_ROW * max(1.0, self.megapixels),
            "glyphs": 0.1 * GIB,
            "decoder": _DECODER_PIXELS * self.megapixels,
            "vae": _VAE_PIXELS * (min(self.megapixels, 0.3) if self.tiling else self.megapixels),
        }
        return int(room[phase] * wide)


@dataclass(frozen=True)
class MemoryPlan:
    kind: PlanKind
    reason: str
    peak: int
    """Bytes on the device, estimated."""
    quantise: Literal["int8", "fp8"] | None = None
    turns: bool = False
    """The planner and the other parts take turns on the device."""
    device: str = "cuda"
    """The type of the device."""
    smaller: tuple[MemoryPlan, ...] = ()
    """What may be stepped down to, in order."""
    stepped: bool = False

    def to_json(self) -> dict[str, Any]:
        """For the record."""
        return {
            "plan": self.kind,
            "reason": self.reason,
            "estimated_peak_gib": round(self.peak / GIB, 2),
            "quantise": self.quantise,
            "turns": self.turns,
            "stepped_down": self.stepped,
        }


def sizes_of(checkpoint: Checkpoint, bytes_per_number: int = 2) -> Sizes:
    """The parts' sizes on the device, from the headers of the weight files, in a type of this many bytes a number."""
    sizes: dict[str, PartSize] = {}
    for part, phase in _PART_OF.items():
        full = quantised = outside = 0
        blocks: dict[str, int] = {}
        for name, tensor in checkpoint.tensors[part].items():
            width = bytes_per_number if tensor.floating else 1
            if part in checkpoint.quantised:
                size = small = tensor.end - tensor.start
            else:
                size = tensor.count * width
                small = tensor.count + 4 * tensor.shape[0] if QUANTISED.search(name) and len(tensor.shape) == 2 else size
            full, quantised = full + size, quantised + min(size, small)
            if block := _BLOCK.match(name):
                key = block[0]
                blocks[key] = blocks.get(key, 0) + size
            else:
                outside += size
        sizes[phase] = PartSize(full, quantised, outside + 2 * max(blocks.values(), default=0))
    return Sizes(**sizes)


def plan_memory(
    free: int, sizes: Sizes, settings: MemorySettings | None = None, *, device: str = "cuda", work: Workload | None = None
) -> MemoryPlan:
    """The fastest plan whose estimated peak fits into `free` bytes less the reserve, or into the limit that is set.

    A plan that is asked for by name is taken whether it fits or not. On the CPU everything is resident, quantised
    only when asked for. LG571: nothing fits.
    """
    settings, work = settings or MemorySettings(), work or Workload()
    if settings.tiling:
        work = replace(work, tiling=True)
    room = _room(free, settings, device)
    if not device.startswith("cuda"):
        small = settings.plan == "quantised"
        peak = _peak(sizes, work, (lambda size: size.quantised) if small else (lambda size: size.full), turns=False)
        if settings.limit is not None and peak > room:
            raise _too_small(peak, room)
        if small:
            return MemoryPlan("quantised", "asked for", peak, quantise=settings.quantise, device=device)
        return MemoryPlan("resident", "nothing to move: it runs on the CPU", peak, device=device)
    plans = _plans(sizes, settings, work, device)
    if settings.plan != "auto":
        named = [index for index, plan in enumerate(plans) if plan.kind == settings.plan]
        first = next((index for index in named if plans[index].peak <= room), named[-1])
        chosen = replace(plans[first], reason="asked for")
    else:
        fitting = (index for index, plan in enumerate(plans) if plan.peak <= room)
        first = next(fitting, -1)
        if first < 0:
            raise _too_small(min(plan.peak for plan in plans), room)
        before = f"; `{plans[first - 1].kind}` would need {plans[first - 1].peak / GIB:.1f}" if first else ""
        chosen = replace(plans[first], reason=f"the fastest that fits into {room / GIB:.1f} GiB{before}")
    return replace(chosen, smaller=tuple(plan for plan in plans[first + 1 :] if plan.peak < chosen.peak))


def step_down(plan: MemoryPlan) -> MemoryPlan | None:
    """After running out of memory: the next smaller plan. None when there is none, or one was already taken."""
    if plan.stepped or not plan.smaller:
        return None
    following, *rest = plan.smaller
    return replace(following, reason=f"out of memory with `{plan.kind}`", stepped=True, smaller=tuple(rest))


def out_of_memory(plan: MemoryPlan) -> PosterError:
    """LG571: the error for people when stepping down was not enough, or not allowed."""
    return PosterError(
        Diagnostic(
            "LG571",
            f"the device ran out of memory with the plan `{plan.kind}`",
            hint="close other programs that use it, make the canvas smaller, or `--set memory.plan=group-offload`",
        )
    )


def is_out_of_memory(error: RuntimeError) -> bool:
    """Whether torch, or a library below it that allocates memory itself, says that there is none left."""
    import torch

    return isinstance(error, torch.OutOfMemoryError) or any(phrase in str(error) for phrase in _NO_MEMORY)


_NO_MEMORY = (
    "can't allocate memory",
    "CUDA error: out of memory",
    "CUBLAS_STATUS_ALLOC_FAILED",
    "CUDNN_STATUS_ALLOC_FAILED",
)


def free_bytes(device: torch.device) -> int:
    """What is free on the device now."""
    import torch

    if device.type == "cuda":
        return int(torch.cuda.mem_get_info(device)[0])
    import os

    return int(os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")) if hasattr(os, "sysconf") else 2**62


def apply_plan(components: Components, plan: MemoryPlan) -> Components:
    """Put the parts where the plan wants them; again with a smaller plan after a `step_down`.

    The modules are changed in place; what comes back has the identity that goes with them. LG569: they cannot be quantised.
    LG571: there is not enough memory for the plan, which may have been asked for by name.
    """
    try:
        return _applied(components, plan)
    except RuntimeError as error:
        if is_out_of_memory(error):
            raise out_of_memory(plan) from error
        raise


def _applied(components: Components, plan: MemoryPlan) -> Components:
    device = components.device
    if plan.quantise:
        from .adapters import quantise

        quantise((components.transformer, components.vision_language_encoder), plan.quantise, device)
        components = replace(components, identity=MappingProxyType({**components.identity, "quantised": plan.quantise}))
    streamed = plan.kind == "group-offload"
    for part in MODULE_OF.values():
        module = getattr(components, part)
        if streamed:
            stream_blocks(module, blocks_of(module), device)
        elif plan.turns:
            module.to("cpu")
        else:
            module.to(device)
    release_memory(device)
    return components


@contextmanager
def on_device(components: Components, plan: MemoryPlan, phase: Phase) -> Iterator[None]:
    """While a part runs it is on the device; where there are turns, the planner is there alone, and the others without it."""
    if plan.turns:
        for other, part in MODULE_OF.items():
            if (other == "planner") != (phase == "planner"):
                getattr(components, part).to("cpu")
        release_memory(components.device)
        for other, part in MODULE_OF.items():
            if (other == "planner") == (phase == "planner"):
                getattr(components, part).to(components.device)
    yield


def findings() -> list[dict[str, Any]]:
    """For `layoutgen doctor`: what would be done with GLM-Image's weights on this machine."""
    import torch

    if not torch.cuda.is_available():
        total = sum(PUBLISHED.of(phase).full for phase in MODULE_OF) / GIB
        detail = f"no CUDA device; on the CPU its weights take {total:.0f} GiB and a picture takes hours"
        return [{"what": "glm memory", "ok": True, "detail": detail}]
    free = free_bytes(torch.device("cuda"))
    try:
        plan = plan_memory(free, PUBLISHED)
    except PosterError as error:
        return [{"what": "glm memory", "ok": True, "detail": error.diagnostics[0].message}]
    detail = f"plan `{plan.kind}`, about {plan.peak / GIB:.0f} GiB of {free / GIB:.0f} that are free ({plan.reason})"
    return [{"what": "glm memory", "ok": True, "detail": detail}]


def _plans(sizes: Sizes, settings: MemorySettings, work: Workload, device: str) -> list[MemoryPlan]:
    """All there are, fast to small; the quantised one at once and, smaller still, in turns."""

    def full(size: PartSize) -> int:
        return size.full

    def small(size: PartSize) -> int:
        return size.quantised

    def streamed(size: PartSize) -> int:
        return size.streamed

    kinds: tuple[tuple[PlanKind, Callable[[PartSize], int], bool], ...] = (
        ("resident", full, False),
        ("offload-planner", full, True),
        ("quantised", small, False),
        ("quantised", small, True),
        ("group-offload", streamed, False),
    )
    return [
        MemoryPlan(
            kind,
            "",
            _peak(sizes, work, size, turns=turns),
            quantise=settings.quantise if kind == "quantised" else None,
            turns=turns,
            device=device,
        )
        for kind, size, turns in kinds
    ]


def _peak(sizes: Sizes, work: Workload, size: Callable[[PartSize], int], *, turns: bool) -> int:
    """The largest sum of weights and work over all phases."""
    peaks = []
    for phase in MODULE_OF:
        there = [other for other in MODULE_OF if not turns or (other == "planner") == (phase == "planner")]
        peaks.append(sum(size(sizes.of(other)) for other in there) + work.of(phase))
    return max(peaks)


def _room(free: int, settings: MemorySettings, device: str) -> int:
    """Bytes that may be used. A limit counts as given; the reserve is taken from what is free."""
    room = max(0, free - int(settings.reserve * GIB)) if device.startswith("cuda") else free
    return room if settings.limit is None else min(room, int(settings.limit * GIB))


def _too_small(peak: int, room: int) -> PosterError:
    return PosterError(
        Diagnostic(
            "LG571",
            f"the model needs about {peak / GIB:.1f} GiB, and {room / GIB:.1f} may be used",
            hint="close other programs that use the device, make the canvas smaller, or raise `memory.limit`",
        )
    )


def blocks_of(module: torch.nn.Module) -> list[torch.nn.Module]:
    """The repeated blocks of planner, decoder or glyph encoder, in order; none for the VAE."""
    return [block for name, block in module.named_modules() if _BLOCK.fullmatch(f"{name}.")]


def release_memory(device: torch.device) -> None:
    """Give memory that nothing holds any more back to the device."""
    import gc

    import torch

    if device.type == "cuda":
        gc.collect()
        torch.cuda.empty_cache()
