"""What a policy is given and what it answers: the task, the history of steps, the decision."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from layoutgen.base.model import Box
from layoutgen.check.model import Verdict
from layoutgen.conditions.model import Conditions
from layoutgen.conditions.prompt.write import write_prompt
from layoutgen.renderers.abilities import Abilities, Action

FROM_NOTHING: frozenset[Action] = frozenset({"plan", "replan", "reprompt"})
"""Actions that make a new plan, so that nothing of an older picture is left."""


@dataclass(frozen=True)
class Decision:
    """What to do next; `action` None: stop."""

    action: Action | None
    seed: int = 0
    reason: str = ""
    targets: tuple[str, ...] = ()
    """Keys of the faults that it is meant to put right (`faults.Fault.key`)."""
    boxes: tuple[Box, ...] = ()
    """Of a repair: what is made again, in canvas pixels."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """Settings of the renderer for this picture alone."""
    start: int | None = None
    """Index of the step whose picture it starts from; None: from nothing."""
    emphasis: tuple[str, ...] = ()
    """Ids of the slogans that the prompt stresses."""


@dataclass(frozen=True)
class Step:
    """One attempt as the policy sees it."""

    decision: Decision
    seconds: float
    verdict: Verdict
    pixels: str
    """Equal for equal pictures."""
    cost: float = 0.0
    """In the renderer's own units (`Abilities.costs`); never negative."""

    @property
    def action(self) -> Action:
        """What was done. A decision to stop is never a step."""
        assert self.decision.action is not None
        return self.decision.action


History = Sequence[Step]


@dataclass(frozen=True)
class Task:
    """What stays the same from one attempt to the next."""

    conditions: Conditions
    abilities: Abilities
    attempts: int
    seconds: float | None = None
    """Wall time; no attempt begins after it."""
    prompted: bool = True
    """Whether the prompt may be written again; one that a person has edited may not."""

    @classmethod
    def of(
        cls,
        conditions: Conditions,
        abilities: Abilities | None = None,
        *,
        attempts: int | None = None,
        seconds: float | None = None,
    ) -> Task:
        """For a renderer of these abilities, by default the widest. Bounds that are given here win over the poster's own."""
        policy = conditions.policy
        return cls(
            conditions=conditions,
            abilities=abilities or Abilities(),
            attempts=policy.attempts if attempts is None else attempts,
            seconds=policy.seconds if seconds is None else seconds,
            prompted=conditions.prompt == write_prompt(conditions),
        )

    def seed(self, history: History) -> int:
        """The next attempt's: each has its own."""
        return self.conditions.seed + len(history)


RetryPolicy = Callable[[History, Task], Decision]
"""Pure: the same history and task give the same decision. It is not asked once the words are right or a bound is reached."""


def best(verdicts: Sequence[Verdict]) -> int:
    """Index of the picture to keep: one that passed, else the fewest failures, then the best score, then the earliest."""

    def merit(index: int) -> tuple[bool, int, float, int]:
        verdict = verdicts[index]
        failures = (
            sum(not item.passed for item in verdict.slogans)
            + len(verdict.extra)
            + sum(not item.passed for item in verdict.codes)
            + sum(not item.passed for item in verdict.objects)
            + sum(item.part == "panel" and not item.passed for item in verdict.colors)
        )
        return verdict.passed, -failures, verdict.score, -index

    return max(range(len(verdicts)), key=merit)


def verdicts_of(history: History) -> list[Verdict]:
    return [step.verdict for step in history]
