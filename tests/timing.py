"""Times compared within one run: tests marked `timed` assert ratios of these, never seconds."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter


def ratio(action: Callable[[], object], reference: Callable[[], object], *, runs: int = 15) -> float:
    """The fastest run of an action over the fastest of a reference; both take turns, so that a busy machine slows both."""
    fastest = [float("inf"), float("inf")]
    for _ in range(runs):
        for number, work in enumerate((action, reference)):
            started = perf_counter()
            work()
            fastest[number] = min(fastest[number], perf_counter() - started)
    return fastest[0] / fastest[1]
