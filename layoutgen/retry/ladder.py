"""The policy of layoutgen: what is cheapest by expectation, given what is wrong and what was tried.

    repair     only the boxes in which something is wrong; everything else stays as it is in the picture that is kept
    redecode   the same plan with new noise: when the letters are wrong everywhere
    replan     a new plan for everything: when the plan is to blame, since words are missing or misplaced, when repairs keep
               failing, and always when an object is not there or not in its place
    reprompt   likewise, with a prompt that stresses the strings that failed in several plans

Repairs alternate between the two things that they can start from, what is there and the typeset draft, at rising strength;
in the end from nothing but noise. Each is weighed by its cost over its odds, so what failed on a fault is not soon tried on
it again. A picture in which a repair has made another slogan worse is thrown away.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, log2, prod
from typing import Literal

from layoutgen.renderers.abilities import CANDIDATES, cost
from layoutgen.retry.faults import HOPELESS, Fault, faults, right, spares
from layoutgen.retry.model import FROM_NOTHING, Decision, History, Task
from layoutgen.retry.odds import SuccessEstimate, group_of, lineage
from layoutgen.retry.strategies import BINDINGS, Origin, Strategy, redecoding_after, repairs_of

CHEAP = 0.05
"""A further candidate that costs no more than this share of the first is planned."""
ROWS = (4, 8)
"""Candidates of the first new plan, and of later ones."""
_SEVERAL = 3
"""From this many slogans on, all of them misspelt speaks for decoding everything again."""
_NEVER = float("inf")
_NO_PLAN = -1
"""Stands for a plan yet to be made, of which nothing has failed."""
_ORIGINS: dict[Origin, str] = {"draft": "from the typeset draft", "kept": "from what is there", "noise": "from noise"}

_Step = Literal["repair", "redecode", "replan"]
"""What there is to choose from."""


def ladder(history: History, task: Task) -> Decision:
    """The next action; see the module."""
    if not history:
        return Decision("plan", task.conditions.seed, "the first attempt")
    if not {"repair", "redecode", "replan"} & task.abilities.actions:
        return Decision("plan", task.seed(history), "another seed")
    situation = _Situation(history, task)
    if situation.all_misspelt():
        return situation.redecode("every slogan is misspelt")
    prices: dict[_Step, float] = {
        "repair": situation.price_of_repairing(),
        "redecode": situation.price_of_redecoding(),
        "replan": situation.price_of_replanning(),
    }
    # When nothing comes after it, what it costs matters less than whether it succeeds.
    last = task.attempts - len(history) == 1
    step = max(prices, key=situation.odds) if last else min(prices, key=lambda name: prices[name])
    return {"repair": situation.repair, "redecode": situation.redecode, "replan": situation.replan}[step]()


class _Situation:
    """A history as the ladder looks at it: the picture that it builds on, what is wrong there, what was learned."""

    def __init__(self, history: History, task: Task) -> None:
        self.history, self.task = history, task
        self.estimate = SuccessEstimate(history, task)
        self.base = base_of(history, task)
        self.wrong = curable(history, task, self.base)
        self.plan = lineage(history, self.base)
        self.repairs = repairs_of(task.abilities)

    def price_of_repairing(self) -> float:
        """Expected cost until repairs have put everything right."""
        return remaining(self.wrong, self.repairs, self.estimate, self.plan, self.task)

    def price_of_redecoding(self) -> float:
        """Cost of decoding again, and of repairing what is then wrong."""
        if "redecode" not in self.task.abilities.actions or not self.wrong:
            return _NEVER
        once = cost("redecode", self.task.conditions, self.task.abilities.costs)
        rest = self.price_of_repairing()
        if rest == _NEVER:  # nothing can be repaired: again and again
            all_right = self.odds("redecode")
            return once / all_right if all_right > 0 else _NEVER
        return once + (1 - self.odds("redecode")) * rest

    def price_of_replanning(self) -> float:
        """Cost of a new plan, and of repairing what is then wrong."""
        once = cost("replan", self.task.conditions, self.task.abilities.costs, self._plan_options())
        slogans = len(self.task.conditions.glyphs)
        misses = (1 - self.estimate.right_at_once) * slogans
        expected = tuple(Fault(f"new {number}", "letters") for number in range(max(1, ceil(misses - 0.5))))
        rest = remaining(expected, self.repairs, self.estimate, _NO_PLAN, self.task)
        if rest == _NEVER:
            return once / max(self.odds("replan"), 1e-6)
        return once + (1 - self.odds("replan")) * rest

    def odds(self, step: _Step) -> float:
        """That one action of this kind makes everything right."""
        if step == "replan":
            return float(self.estimate.right_at_once ** len(self.task.conditions.glyphs))
        if step == "redecode":
            if "redecode" not in self.task.abilities.actions:
                return 0.0
            stays = self.estimate.all_stay_right(len(right(self.history[self.base].verdict)))
            return stays * self._all_right(redecoding_after(self.history))
        return self._all_right(self._best_repair()) if self.repairs else 0.0

    def _all_right(self, strategy: Strategy) -> float:
        return float(prod(self.estimate.of(strategy, fault, self.plan) for fault in self.wrong))

    def all_misspelt(self) -> bool:
        """Whether all of several slogans are misspelt, in a plan that was not decoded again yet."""
        tried = any(
            step.action == "redecode" and lineage(self.history, index) == self.plan for index, step in enumerate(self.history)
        )
        misspelt = [fault for fault in self.wrong if group_of(fault) == "spelling"]
        if any(fault.kind == "object" for fault in self.wrong):
            return False  # where objects are comes from the plan
        every = len(misspelt) == len(self.task.conditions.glyphs) >= _SEVERAL
        return every and not tried and "redecode" in self.task.abilities.actions

    def repair(self) -> Decision:
        strategy = self._best_repair()
        targets = [fault for fault in self.wrong if self.estimate.of(strategy, fault, self.plan) > 0]
        return Decision(
            "repair",
            self.task.seed(self.history),
            f"{_names(targets)}: made again {_ORIGINS[strategy.origin]}",
            tuple(fault.key for fault in targets),
            tuple(dict.fromkeys(box for fault in targets for box in fault.boxes)),
            self.task.abilities.tuned(strategy.options),
            self.base,
            self._emphasis(),
        )

    def redecode(self, why: str = "") -> Decision:
        return Decision(
            "redecode",
            self.task.seed(self.history),
            f"{why or _names(self.wrong)}: the same plan, decoded again",
            tuple(fault.key for fault in self.wrong),
            (),
            self.task.abilities.tuned(redecoding_after(self.history).options),
            self.base,
            self._emphasis(),
        )

    def replan(self) -> Decision:
        stubborn, emphasis = self._stubborn(), self._emphasis()
        stress = self.task.prompted and bool(set(stubborn) - set(emphasis))
        return Decision(
            "reprompt" if stress else "replan",
            self.task.seed(self.history),
            f"{_names(self.wrong)}: a new plan{', its prompt stressing them' if stress else ''}",
            tuple(fault.key for fault in self.wrong),
            (),
            self._plan_options(),
            self.base,
            tuple(dict.fromkeys([*emphasis, *stubborn])) if stress else emphasis,
        )

    def _best_repair(self) -> Strategy:
        """The one that puts most faults right for the money."""

        def rate(strategy: Strategy) -> float:
            expected = sum(self.estimate.of(strategy, fault, self.plan) for fault in self.wrong)
            return expected / max(price(strategy, self.task), 1e-9)

        return max(self.repairs, key=rate)

    def _plan_options(self) -> dict[str, object]:
        replans = sum(step.action in FROM_NOTHING for step in self.history) - 1
        options: dict[str, object] = dict(BINDINGS[replans % len(BINDINGS)])
        if self.task.abilities.costs.candidate <= CHEAP:
            rows = ROWS[min(replans, len(ROWS) - 1)]
            options[CANDIDATES] = max(rows, self.task.conditions.policy.candidates)
        return self.task.abilities.tuned(options)

    def _emphasis(self) -> tuple[str, ...]:
        """What the last prompt stressed; it stays stressed."""
        return next((step.decision.emphasis for step in reversed(self.history) if step.decision.emphasis), ())

    def _stubborn(self) -> list[str]:
        """Slogans that are wrong now and have been so in more than one plan."""
        slogans = {glyph.id for glyph in self.task.conditions.glyphs}
        plans: dict[str, set[int]] = {}
        for index, step in enumerate(self.history):
            for fault in faults(step.verdict, self.task.conditions):
                plans.setdefault(fault.key, set()).add(lineage(self.history, index))
        return [fault.key for fault in self.wrong if fault.key in slogans and len(plans[fault.key]) > 1]


def base_of(history: History, task: Task) -> int:
    """The picture to build on: the first one, until one comes that leaves less to do."""
    base = 0
    for index in range(1, len(history)):
        if _better(history[: index + 1], task, base, index):
            base = index
    return base


def _better(history: History, task: Task, old: int, new: int) -> bool:
    before, step = history[old].verdict, history[new]
    if step.action in FROM_NOTHING:
        estimate, repairs = SuccessEstimate(history, task), repairs_of(task.abilities)

        def left_to_do(index: int) -> tuple[float, int, float]:
            wrong = curable(history, task, index)
            rest = remaining(wrong, repairs, estimate, lineage(history, index), task)
            return rest, len(wrong), -history[index].verdict.score

        return left_to_do(new) < left_to_do(old)
    if step.action == "repair" and not spares(before, step.verdict, step.decision.targets):
        return False
    then, now = len(faults_at(history, task, old)), len(faults_at(history, task, new))
    return now < then or (now == then and step.verdict.score > before.score)


def faults_at(history: History, task: Task, index: int) -> tuple[Fault, ...]:
    return faults(history[index].verdict, task.conditions)


def curable(history: History, task: Task, index: int) -> tuple[Fault, ...]:
    """What is wrong in a picture and could be right in another."""
    return tuple(fault for fault in faults_at(history, task, index) if fault.kind not in HOPELESS)


def remaining(wrong: Sequence[Fault], repairs: Sequence[Strategy], estimate: SuccessEstimate, plan: int, task: Task) -> float:
    """Expected cost until repairs have put every fault right: the hardest one's, and some more for each further one.

    A repair makes all boxes again at once, so k faults of odds p take about 1 / p · (1 + 0.3 log2 k) rounds.
    """
    if not wrong:
        return 0.0
    if not repairs:
        return _NEVER
    hardest = 0.0
    for fault in wrong:
        chances = [(price(item, task), estimate.of(item, fault, plan)) for item in repairs]
        hardest = max(hardest, min((paid / odds for paid, odds in chances if odds > 0), default=_NEVER))
    return hardest * (1 + 0.3 * log2(len(wrong)))


def price(strategy: Strategy, task: Task) -> float:
    return cost(strategy.action, task.conditions, task.abilities.costs, task.abilities.tuned(strategy.options))


def _names(wrong: Sequence[Fault]) -> str:
    names = [f"`{fault.key}`" if fault.key != "extra" else "words that nobody asked for" for fault in wrong]
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
