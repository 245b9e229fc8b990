"""GLM-Image: the stock pipeline of diffusers and ours, side by side in one run, with the published configuration.

    python benchmarks/glm.py [--size 1024] [--steps 50] [--parts planning drawing …] [--json]

On a GPU with 80 GB it builds the published configuration with random weights, so nothing is downloaded; a picture takes as
long as with the real ones. Without a GPU it runs on the tiny checkpoint of the tests: that shows that the benchmark works and
says nothing about speed, and the figures are still owed.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

import torch

sys.path.insert(0, str(Path(__file__).parents[1]))

import layoutgen
from benchmarks.glm_models import published, tiny
from layoutgen.conditions import Conditions
from layoutgen.pipeline import compile_poster
from layoutgen.renderer.glm import decoder, planner, stages
from layoutgen.renderer.glm.limits import LIMITS as GLM
from layoutgen.renderer.glm.loading import Components, load_components
from layoutgen.renderer.glm.memory import GIB, KINDS, PUBLISHED, MemoryPlan, apply_plan, plan_memory, release_memory
from layoutgen.renderer.glm.settings import EngineSettings, read_settings
from layoutgen.renderer.glm.vae import decode_latents

HERE = Path(__file__).parent
SAMPLE = HERE / "sample" / "sale.poster"
CAP = 22e9
"""Bytes: a card with 24 GB, less what others use of it."""
ROWS = (1, 4, 8)


@dataclass
class Bench:
    """One machine, one size, and the rows of the table."""

    device: torch.device
    size: int
    steps: int
    rows: list[dict[str, Any]] = field(default_factory=list)

    @property
    def conditions(self) -> Conditions:
        """The sample poster on a square canvas."""
        poster = layoutgen.load(SAMPLE)
        limits = GLM.model_copy(update={"smallest": 32})
        result = compile_poster(poster, {"price": "49.99", "legal": "Offer ends 30 June"}, limits=limits).conditions
        square = result.generation.model_copy(
            update={"width": self.size, "height": self.size, "crop": (0, 0, self.size, self.size), "scale": 1.0}
        )
        return result.model_copy(update={"generation": square})

    def add(self, what: str, ours: float | None, unit: str, stock: float | None = None, goal: str = "", note: str = "") -> None:
        row = {"what": what, "stock": stock, "ours": ours, "unit": unit, "goal": goal, "note": note}
        self.rows.append({key: round(value, 4) if isinstance(value, float) else value for key, value in row.items()})
        print(line(self.rows[-1]), file=sys.stderr, flush=True)

    def now(self) -> float:
        if self.device.type == "cuda":
            torch.cuda.synchronize(self.device)
        return time.perf_counter()

    def seconds(self, action: Callable[[], object], *, warm: bool = True) -> float:
        if warm:
            action()
        start = self.now()
        action()
        return self.now() - start

    @contextmanager
    def peak(self) -> Iterator[list[float]]:
        """GiB that were in use at once; empty on the CPU."""
        result: list[float] = []
        if self.device.type == "cuda":
            torch.cuda.reset_peak_memory_stats(self.device)
        yield result
        if self.device.type == "cuda":
            result.append(torch.cuda.max_memory_allocated(self.device) / GIB)


def wrapped(pipeline: Any, device: torch.device) -> Components:
    """A stock pipeline's parts as ours takes them."""
    names = ("tokenizer", "processor", "text_encoder", "vision_language_encoder", "vae", "transformer", "scheduler")
    parts = {name: getattr(pipeline, name) for name in names}
    dtype = pipeline.transformer.dtype
    return Components(
        **parts, pipeline=pipeline, identity=MappingProxyType({}), device=device, dtype=dtype, checkpoint=cast("Any", None)
    )


def engine_of(components: Components, *pairs: str, memory: MemoryPlan | None = None) -> stages.Engine:
    resident = MemoryPlan("resident", "for the benchmark", 0, device=components.device.type)
    return stages.Engine(components, memory or resident, read_settings(pairs=pairs))


def whole(engine: stages.Engine, conditions: Conditions) -> decoder.Decoded:
    result = stages.plan(engine, conditions, seed=1)
    return stages.decode(engine, conditions, result.prior(0), stages.encode(engine, conditions), seed=1)


def planning(bench: Bench, pipeline: Any, components: Components) -> None:
    """Milliseconds a token for every number of rows."""
    conditions, size = bench.conditions, bench.size
    grid = planner.plan(components, conditions.prompt, (size, size), seeds=[0])
    tokens = grid.tokens.shape[1] + (0 if grid.preview is None else grid.preview.shape[1])
    first = 0.0
    for rows in ROWS:

        def stock(rows: int = rows) -> None:
            prompts = [conditions.prompt] * rows if rows > 1 else conditions.prompt
            pipeline.generate_prior_tokens(prompts, size, size, generator=torch.Generator().manual_seed(0))

        def ours(rows: int = rows) -> None:
            planner.plan(components, conditions.prompt, (size, size), seeds=range(rows), device=components.device)

        seconds = bench.seconds(ours) / tokens * 1000
        first = first or seconds
        goal = "<= 8" if rows == 1 else f"<= 1.2 x k=1 (is {seconds / first:.2f})" if rows == 8 else ""
        bench.add(f"AR, k = {rows}", seconds, "ms/token", bench.seconds(stock, warm=False) / tokens * 1000, goal)


def drawing(bench: Bench, pipeline: Any, components: Components) -> None:
    """Seconds a step, the median over the steps of a picture."""
    conditions, size = bench.conditions, bench.size
    plain = engine_of(components, f"decoder.steps={bench.steps}", "regions.grain=none")
    prior = stages.plan(plain, conditions, seed=1).prior(0)
    encoded = stages.encode(plain, conditions)

    def stock() -> float:
        times: list[float] = []

        def step(_: Any, number: int, at: Any, tensors: dict[str, Any]) -> dict[str, Any]:
            times.append(bench.now())
            return tensors

        pipeline(
            None,
            prompt_embeds=encoded.glyphs.embeddings,
            negative_prompt_embeds=torch.zeros_like(encoded.glyphs.embeddings),
            prior_token_ids=prior.to(components.device),
            width=size,
            height=size,
            num_inference_steps=bench.steps,
            output_type="latent",
            callback_on_step_end=step,
        )
        return _median_step(times)

    ours = partial(_ours, bench, components, prior)
    stock(), ours("regions.grain=none")
    base, (ours_plain, _) = stock(), ours("regions.grain=none")
    bench.add("DiT, no regions", ours_plain, "s/step", base)
    for name, pairs in {
        "DiT, regions per string in every step": ("regions.steps=1",),
        "DiT, regions per character in every step": ("regions.grain=character", "regions.steps=1"),
    }.items():
        seconds, _ = ours(*pairs)
        bench.add(name, seconds, "s/step", base, f"<= 5% extra (is {seconds / ours_plain - 1:+.1%})")
    seconds, skipped = ours("regions.grain=none", "decoder.cache=first-block")
    bench.add("DiT, step caching", seconds, "s/step", base, note=f"{skipped} of {bench.steps} steps skipped; random weights")
    latents = torch.randn(1, 16, size // 8, size // 8)
    bench.add("VAE, decode", bench.seconds(lambda: decode_latents(components.vae, latents, device=components.device)), "s")


def compiling(bench: Bench, pipeline: Any, components: Components) -> None:
    """Seconds a step of compiled blocks, compared with blocks that are not."""
    prior = stages.plan(engine_of(components), bench.conditions, seed=1).prior(0)
    ours = partial(_ours, bench, components, prior, "regions.grain=none")
    seconds = None
    try:
        ours("decoder.compile=true")
        seconds, _ = ours("decoder.compile=true")
        note = f"not compiled {ours()[0]:.4g}"
    except decoder.NotPossible as error:
        note = str(error)[:60]
    bench.add("DiT, compiled blocks", seconds, "s/step", note=note)


def _ours(bench: Bench, components: Components, prior: torch.Tensor, *pairs: str) -> tuple[float, int]:
    """Seconds a step of our decoder, and steps skipped."""
    engine = engine_of(components, f"decoder.steps={bench.steps}", *pairs)
    times: list[float] = []
    words = stages.encode(engine, bench.conditions)
    report = lambda done, total: times.append(bench.now())  # noqa: E731
    result = stages.decode(engine, bench.conditions, prior, words, seed=1, progress=report)
    return _mean_step(times), result.skipped


def _median_step(times: list[float]) -> float:
    return statistics.median(after - before for before, after in pairwise(times))


def _mean_step(times: list[float]) -> float:
    """With caching the steps differ, and the mean is what counts."""
    return (times[-1] - times[0]) / (len(times) - 1)


def end_to_end(bench: Bench, pipeline: Any, components: Components) -> None:
    engine, conditions = engine_of(components, f"decoder.steps={bench.steps}"), bench.conditions

    def stock() -> None:
        generator = torch.Generator().manual_seed(1)
        pipeline(conditions.prompt, width=bench.size, height=bench.size, num_inference_steps=bench.steps, generator=generator)

    with bench.peak() as theirs:
        base = bench.seconds(stock, warm=False)
    with bench.peak() as mine:
        seconds = bench.seconds(lambda: whole(engine, conditions))
    bench.add(f"end to end, {bench.size} x {bench.size}", seconds, "s", base, f"<= 0.35 x stock (is {seconds / base:.2f})")
    if mine:
        bench.add("peak memory, resident", mine[0], "GiB", theirs[0])


def memory_plans(bench: Bench, make: Callable[[], Components]) -> None:
    """Time and peak of one picture under each plan, and of the whole under a cap. Each with parts of its own."""
    conditions = bench.conditions
    for kind in KINDS[1:]:
        settings = read_settings(pairs=[f"memory.plan={kind}"]).memory
        _under(bench, f"plan {kind}", make, plan_memory(2**62, PUBLISHED, settings, device=bench.device.type), conditions)
    capped = EngineSettings().memory.model_copy(update={"limit": CAP / GIB})
    if bench.device.type != "cuda":
        return
    components = make()
    total = torch.cuda.get_device_properties(bench.device).total_memory
    torch.cuda.set_per_process_memory_fraction(CAP / total, bench.device)
    try:
        plan = plan_memory(int(CAP), PUBLISHED, capped.model_copy(update={"reserve": 0.0}))
        _under(bench, f"under a cap of {CAP / 1e9:.0f} GB, plan {plan.kind}", lambda: components, plan, conditions)
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0, bench.device)


def _under(bench: Bench, name: str, make: Callable[[], Components], plan: MemoryPlan, conditions: Conditions) -> None:
    release_memory(bench.device)  # what the plan before left
    components = apply_plan(make(), plan)
    engine = engine_of(components, f"decoder.steps={bench.steps}", memory=plan)
    with bench.peak() as peak:
        seconds = bench.seconds(lambda: whole(engine, conditions), warm=False)
    bench.add(f"end to end, {name}", seconds, "s", note=f"peak {peak[0]:.1f} GiB" if peak else "")


PARTS = {"planning": planning, "drawing": drawing, "whole": end_to_end, "compiling": compiling}


def measure(size: int | None, steps: int | None, parts: Sequence[str]) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        if torch.cuda.is_available():
            device, owed = torch.device("cuda"), ""
            bench = Bench(device, size or 1024, steps or 50)
            pipeline = published(device)
            components = wrapped(pipeline, device)

            def make() -> Components:
                result = published(device)
                result.to("cpu")  # as after loading
                release_memory(device)
                return wrapped(result, device)

        else:
            device, owed = torch.device("cpu"), "no CUDA device: measured on the tiny checkpoint, the figures are still owed"
            bench = Bench(device, size or 128, steps or 4)
            torch.set_num_threads(1)  # matrices this small are no faster on more
            checkpoint = tiny(Path(folder))
            components = load_components(checkpoint)
            pipeline = components.pipeline

            def make() -> Components:
                return load_components(checkpoint)

        pipeline.set_progress_bar_config(disable=True)
        for part in parts:
            if part in PARTS:
                PARTS[part](bench, pipeline, components)
        del pipeline, components
        if "memory" in parts:
            release_memory(device)
            memory_plans(bench, make)
    name = torch.cuda.get_device_name() if device.type == "cuda" else "the CPU"
    return {"device": name, "size": bench.size, "steps": bench.steps, "owed": owed, "rows": bench.rows}


def line(row: dict[str, Any]) -> str:
    stock, ours = ("" if row[name] is None else f"{row[name]:.4g}" for name in ("stock", "ours"))
    return f"{row['what']:<52}{stock:>10}{ours:>10}  {row['unit']:<9} {row['goal']:<28} {row['note']}".rstrip()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, help="side of the picture, pixels")
    parser.add_argument("--steps", type=int, help="denoising steps")
    parser.add_argument("--parts", nargs="+", choices=[*PARTS, "memory"], default=[*PARTS, "memory"], help="in this order")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    result = measure(arguments.size, arguments.steps, arguments.parts)
    if arguments.json:
        print(json.dumps(result, indent=2))
        return
    print(f"{result['device']}, {result['size']} x {result['size']}, {result['steps']} steps")
    if result["owed"]:
        print(result["owed"])
    print(f"\n{'':<52}{'stock':>10}{'ours':>10}")
    print("\n".join(map(line, result["rows"])))


if __name__ == "__main__":
    main()
