"""What to do next: a pure function of the history. Bounded by attempts and seconds; a pass is final."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from layoutgen.check.model import Verdict
from layoutgen.conditions.model import Policy


@dataclass(frozen=True)
class Step:
    """One attempt as the policy sees it."""

    action: str
    seed: int
    seconds: float
    verdict: Verdict
    pixels: str


@dataclass(frozen=True)
class Decision:
    action: str | None
    """The next action of the renderer; None: stop."""
    seed: int = 0
    reason: str = ""


def decide(history: Sequence[Step], policy: Policy, seed: int) -> Decision:
    """The next action. Same history, same decision; every answer but a stop uses up one of `policy.attempts`."""
    if not history:
        return Decision("plan", seed, "the first attempt")
    last = history[-1]
    if any(step.verdict.passed for step in history):
        return Decision(None, reason="the words are right")
    if len(history) >= policy.attempts:
        return Decision(None, reason=f"all {policy.attempts} attempts are used up")
    if policy.seconds is not None and sum(step.seconds for step in history) >= policy.seconds:
        return Decision(None, reason=f"the {policy.seconds:g} seconds are used up")
    if len(history) > 1 and last.pixels == history[-2].pixels:
        return Decision(None, reason="another seed gives the same picture")
    return Decision("plan", seed + len(history), "another seed")


def best(history: Sequence[Step]) -> int:
    """Index of the attempt to keep: one that passed, else the fewest failures, then the best score, then the earliest."""

    def merit(index: int) -> tuple[bool, int, float, int]:
        verdict = history[index].verdict
        failures = (
            sum(not item.passed for item in verdict.slogans)
            + len(verdict.extra)
            + sum(not item.passed for item in verdict.codes)
        )
        return verdict.passed, -failures, verdict.score, -index

    return max(range(len(history)), key=merit)
