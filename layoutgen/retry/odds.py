"""How likely a strategy puts a fault right: a first guess for each kind, corrected by what happened to this poster so far."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Literal

from layoutgen.renderers.abilities import Action
from layoutgen.retry.faults import Fault, FaultKind, faults, right
from layoutgen.retry.model import FROM_NOTHING, History, Step, Task
from layoutgen.retry.strategies import Origin, Strategy, strategy_of

FaultGroup = Literal["spelling"] | FaultKind
"""Kinds of faults that are put right alike."""
_GROUPS: Mapping[FaultKind, FaultGroup] = {
    "letters": "spelling",
    "digits": "spelling",
    "doubled": "spelling",
    "damaged": "spelling",
}
GUESSES: Mapping[FaultGroup, Mapping[Origin, float]] = {
    # Words that are not there, or elsewhere, come from the plan: a repair helps only where it starts from the typeset draft.
    "spelling": {"draft": 0.6, "kept": 0.6, "noise": 0.6, "redecode": 0.5},
    "missing": {"draft": 0.25, "kept": 0.05, "noise": 0.1, "redecode": 0.1},
    "place": {"draft": 0.25, "kept": 0.05, "noise": 0.1, "redecode": 0.05},
    "extra": {"draft": 0.6, "kept": 0.3, "noise": 0.4, "redecode": 0.25},
    "contrast": {"draft": 0.4, "kept": 0.3, "noise": 0.3, "redecode": 0.3},
    "color": {"draft": 0.4, "kept": 0.3, "noise": 0.3, "redecode": 0.3},
}
"""Group of faults → origin of the strategy → odds. What is in no group, such as objects, needs a new plan."""
_WEIGHT = 1.2
"""How much a guess weighs, in faults put right."""
_STAYS_RIGHT = 0.9
"""Odds that a slogan which is right stays so when everything is decoded again."""
_CERTAIN = 0.95


def lineage(history: History, index: int) -> int:
    """Index of the plan that a picture comes from."""
    while history[index].action not in FROM_NOTHING:
        start = history[index].decision.start
        if start is None:
            break
        index = start
    return index


class SuccessEstimate:
    """The odds of strategies and of new plans, as a history corrects the guesses."""

    def __init__(self, history: History, task: Task) -> None:
        self._successes: Counter[tuple[Action, FaultGroup]] = Counter()
        self._expected: dict[tuple[Action, FaultGroup], float] = {}
        self._failures: Counter[tuple[int, Strategy, str]] = Counter()
        self._planned = [1.0, 2.0]
        for index, step in enumerate(history):
            if step.action in FROM_NOTHING:
                self._planned[0] += len(right(step.verdict))
                self._planned[1] += len(step.verdict.slogans)
            elif step.decision.start is not None and (strategy := strategy_of(history, index)) is not None:
                self._learn(history, index, step, task, strategy)

    def _learn(self, history: History, index: int, step: Step, task: Task, strategy: Strategy) -> None:
        assert step.decision.start is not None
        before = {fault.key: fault for fault in faults(history[step.decision.start].verdict, task.conditions)}
        after = {fault.key for fault in faults(step.verdict, task.conditions)}
        plan = lineage(history, index)
        for key in step.decision.targets:
            if key not in before:
                continue
            group = group_of(before[key])
            column = step.action, group
            self._expected[column] = self._expected.get(column, 0.0) + _guess(group, strategy)
            if key in after:
                self._failures[plan, strategy, key] += 1
            else:
                self._successes[column] += 1

    def of(self, strategy: Strategy, fault: Fault, plan: int) -> float:
        """Odds that a strategy puts a fault of a picture right that comes from `plan`; -1 for a plan yet to be made."""
        group = group_of(fault)
        column = strategy.action, group
        learned = (_WEIGHT + self._successes[column]) / (_WEIGHT + self._expected.get(column, 0.0))
        odds = min(_CERTAIN, _guess(group, strategy) * learned)
        return odds * strategy.decay ** self._failures[plan, strategy, fault.key]

    @property
    def right_at_once(self) -> float:
        """Odds that a slogan is right in a new plan."""
        return min(_CERTAIN, self._planned[0] / self._planned[1])

    def all_stay_right(self, slogans: int) -> float:
        """Odds that this many right slogans are still right when everything is decoded again."""
        return float(_STAYS_RIGHT**slogans)


def _guess(group: FaultGroup, strategy: Strategy) -> float:
    return GUESSES.get(group, {}).get(strategy.origin, 0.0)


def group_of(fault: Fault) -> FaultGroup:
    return _GROUPS.get(fault.kind, fault.kind)
