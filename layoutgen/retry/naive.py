"""The policy to compare with: everything again until it passes."""

from __future__ import annotations

from layoutgen.retry.model import Decision, History, Task


def naive(history: History, task: Task) -> Decision:
    """A new picture from a new seed each time."""
    if not history:
        return Decision("plan", task.conditions.seed, "the first attempt")
    return Decision("plan", task.seed(history), "everything again, from another seed")
