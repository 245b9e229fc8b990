"""How long a run will take, judged by the jobs of this folder so far, or by one job run on trial."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from layoutgen.base.model import FrozenModel
from layoutgen.campaign.model import ManifestEntry
from layoutgen.campaign.plan import Order, RunPlan
from layoutgen.campaign.run_job import Assignment, JobRunner

RECENT = 200
"""Jobs that count."""


class Estimate(FrozenModel):
    """`seconds` of one worker after another, `gpu_seconds` of all GPUs together; None where nothing is known yet."""

    jobs: int
    shared: int
    """Jobs whose art is not generated, being that of another."""
    seconds: float | None
    gpu_seconds: float | None
    basis: Literal["nothing to do", "jobs of this folder", "one job on trial", "nothing is known before the first job"]


def estimate(plan: RunPlan, entries: Mapping[tuple[str, str, str], ManifestEntry], runner: JobRunner | None = None) -> Estimate:
    """By the canvas, where it is known. `runner`: runs one job on trial where the folder has none; nothing is written."""
    counts: dict[str, Any] = {"jobs": len(plan.orders), "shared": plan.shared}
    if not plan.orders:
        return Estimate(**counts, seconds=0.0, gpu_seconds=0.0, basis="nothing to do")
    known = [entry for entry in entries.values() if entry.attempts][-RECENT:]
    if known:
        seconds, on_gpu = (_total(plan.orders, known, name) for name in ("seconds", "gpu_seconds"))
        return Estimate(**counts, seconds=seconds, gpu_seconds=on_gpu, basis="jobs of this folder")
    if runner is None:
        return Estimate(**counts, seconds=None, gpu_seconds=None, basis="nothing is known before the first job")
    for _ in range(2):  # the first job opens models and files that are open for the others
        began = time.perf_counter()
        entry = runner.work(Assignment(plan.orders[0].job)).entry
        each = time.perf_counter() - began
    count = len(plan.orders)
    gpu = round(count * entry.gpu_seconds, 3)
    return Estimate(**counts, seconds=round(count * each, 3), gpu_seconds=gpu, basis="one job on trial")


def _total(orders: Sequence[Order], known: Sequence[ManifestEntry], name: str) -> float:
    """The mean of the jobs of a canvas, or of all, times how many there are of it."""

    def mean(entries: Sequence[ManifestEntry]) -> float:
        return float(sum(getattr(entry, name) for entry in entries) / len(entries))

    of_canvas = {canvas: mean([one for one in known if one.canvas == canvas]) for canvas in {one.canvas for one in known}}
    every = mean(known)
    return round(sum(of_canvas.get(order.job.canvas, every) for order in orders), 3)
