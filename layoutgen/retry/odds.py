"""How likely an action mends a fault: a first guess for each kind, corrected by what happened to this poster so far."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from layoutgen.retry.faults import Fault, faults, right
from layoutgen.retry.model import FROM_NOTHING, History, Step, Task

SPELLING = "spelling"
_GROUPS = {"letters": SPELLING, "digits": SPELLING, "doubled": SPELLING, "extra": "extra"}
GUESSES: Mapping[str, Mapping[str, float]] = {
    # Words that are not there, or elsewhere, come from the plan: a repair helps only where it starts from the typeset draft.
    SPELLING: {"draft": 0.6, "kept": 0.6, "noise": 0.6, "redecode": 0.5},
    "missing": {"draft": 0.25, "kept": 0.05, "noise": 0.1, "redecode": 0.1},
    "place": {"draft": 0.25, "kept": 0.05, "noise": 0.1, "redecode": 0.05},
    "extra": {"draft": 0.6, "kept": 0.3, "noise": 0.4, "redecode": 0.25},
    "contrast": {"draft": 0.4, "kept": 0.3, "noise": 0.3, "redecode": 0.3},
}
"""Group of faults → way → odds. What is in no group, as objects are, can only be planned again."""
_WEIGHT = 1.2
"""How much a guess weighs, in mended faults."""
_KEPT = 0.9
"""Odds that a slogan which is right stays so when everything is decoded again."""
_SURE = 0.95


@dataclass(frozen=True)
class Way:
    """A way to mend: an action with settings of its own."""

    name: str
    action: str
    start: str
    """Column of `GUESSES`."""
    options: Mapping[str, object] = field(default_factory=dict)
    again: float = 0.35
    """Its odds shrink by this each time that it failed on the same fault of the same plan."""


def lineage(history: History, index: int) -> int:
    """Index of the plan that a picture comes from."""
    while history[index].action not in FROM_NOTHING:
        start = history[index].decision.start
        if start is None:
            break
        index = start
    return index


class Known:
    """What a history teaches. `ways`: name of the way that each step took."""

    def __init__(self, history: History, task: Task, ways: Mapping[int, str]) -> None:
        self._wins: Counter[tuple[str, str]] = Counter()
        self._hopes: Counter[tuple[str, str]] = Counter()
        self._failed: Counter[tuple[int, str, str]] = Counter()
        self._planned = [1.0, 2.0]
        for index, step in enumerate(history):
            if step.action in FROM_NOTHING:
                self._planned[0] += len(right(step.verdict))
                self._planned[1] += len(step.verdict.slogans)
            elif step.decision.start is not None:
                self._learn(history, index, step, task, ways.get(index, step.action))

    def _learn(self, history: History, index: int, step: Step, task: Task, way: str) -> None:
        assert step.decision.start is not None
        before = {fault.key: fault for fault in faults(history[step.decision.start].verdict, task.conditions)}
        after = {fault.key for fault in faults(step.verdict, task.conditions)}
        plan = lineage(history, index)
        for key in step.decision.targets:
            if key not in before:
                continue
            group, start = group_of(before[key]), way.split(" ")[0]
            self._hopes[step.action, group] += GUESSES.get(group, {}).get(start, 0.0)  # type: ignore[assignment]
            if key in after:
                self._failed[plan, way, key] += 1
            else:
                self._wins[step.action, group] += 1

    def mends(self, way: Way, fault: Fault, plan: int) -> float:
        """Odds that a way mends a fault of a picture that comes from `plan`; -1 for a plan yet to be made."""
        group = group_of(fault)
        guess = GUESSES.get(group, {}).get(way.start, 0.0)
        learned = (_WEIGHT + self._wins[way.action, group]) / (_WEIGHT + self._hopes[way.action, group])
        return min(_SURE, guess * learned) * way.again ** self._failed[plan, way.name, fault.key]

    @property
    def right_at_once(self) -> float:
        """Odds that a slogan is right in a new plan."""
        return min(_SURE, self._planned[0] / self._planned[1])

    def stays(self, slogans: int) -> float:
        """Odds that so many right slogans are still right when everything is decoded again."""
        return float(_KEPT**slogans)


def group_of(fault: Fault) -> str:
    return _GROUPS.get(fault.kind, fault.kind)
