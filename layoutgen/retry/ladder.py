"""The policy of layoutgen: what is cheapest by expectation, given what is wrong and what was tried.

    repair     only the boxes in which something is wrong; everything else is held to the picture that is kept
    redecode   the same plan with new noise: when the letters are wrong everywhere
    replan     everything anew: when the plan is to blame, since words are missing or misplaced, when repairs keep failing,
               and always when an object is not there or not in its place
    reprompt   likewise, with a prompt that stresses the strings that failed in several plans

Repairs alternate between the two things that they can start from, what is there and the typeset draft, at rising strength;
in the end from nothing but noise. Each is weighed by its cost over its odds, so what failed on a fault is not soon tried on
it again. A picture in which a repair has made another slogan worse is thrown away.
"""

from __future__ import annotations

from dataclasses import replace
from math import ceil, log2, prod
from typing import cast

from layoutgen.renderers.abilities import CANDIDATES, START, STRENGTH, cost
from layoutgen.retry.faults import HOPELESS, Fault, faults, right, spares
from layoutgen.retry.model import FROM_NOTHING, Decision, History, Task
from layoutgen.retry.odds import SPELLING, Known, Way, group_of, lineage

REPAIRS = (
    Way("draft 0.4", "repair", "draft", {START: "draft", STRENGTH: 0.4}),
    Way("kept 0.5", "repair", "kept", {START: "kept", STRENGTH: 0.5}),
    Way("draft 0.6", "repair", "draft", {START: "draft", STRENGTH: 0.6}),
    Way("kept 0.7", "repair", "kept", {START: "kept", STRENGTH: 0.7}),
    Way("draft 0.8", "repair", "draft", {START: "draft", STRENGTH: 0.8}),
    Way("noise 1", "repair", "noise", {START: "kept", STRENGTH: 1.0}),
)
REGIONS: tuple[dict[str, object], ...] = (
    {},
    {"regions.steps": 0.5},
    {"regions.grain": "character", "regions.steps": 0.3},
    {"regions.grain": "character", "regions.steps": 0.6},
)
"""How firmly words are bound to their places; the first is as the renderer was opened."""
CHEAP = 0.05
"""A further candidate that costs no more than this share of the first is planned."""
ROWS = (4, 8)
"""Candidates of the first new plan, and of later ones."""
_ALL = 3
"""So many slogans, all of them misspelt, speak for decoding everything again."""
_NEVER = float("inf")


def ladder(history: History, task: Task) -> Decision:
    """The next action; see the module."""
    if not history:
        return Decision("plan", task.conditions.seed, "the first attempt")
    if not {"repair", "redecode", "replan"} & task.abilities.actions:
        return Decision("plan", task.seed(history), "another seed")
    view = _View(history, task)
    if view.all_misspelt():
        return view.redecode("every slogan is misspelt")
    ways = {"repair": view.repairing(), "redecode": view.redecoding(), "replan": view.replanning()}
    # When nothing comes after it, what it costs matters less than whether it does it.
    last = task.attempts - len(history) == 1
    chosen = max(ways, key=view.odds) if last else min(ways, key=lambda name: ways[name])
    return {"repair": view.repair, "redecode": view.redecode, "replan": view.replan}[chosen]()


class _View:
    """A history as the ladder looks at it: the picture that it builds on, what is wrong there, what was learned."""

    def __init__(self, history: History, task: Task) -> None:
        self.history, self.task = history, task
        self.ways = {index: _way_of(history, index) for index in range(len(history))}
        self.known = Known(history, task, self.ways)
        self.base = base_of(history, task)
        self.wrong = mendable(history, task, self.base)
        self.plan = lineage(history, self.base)
        self.repairs = _repairs(task)

    def repairing(self) -> float:
        """Cost until repairs have mended everything, by expectation."""
        return remaining(self.wrong, self.repairs, self.known, self.plan, self.task)

    def redecoding(self) -> float:
        """Cost of decoding again, and of repairing what is then wrong."""
        if "redecode" not in self.task.abilities.actions or not self.wrong:
            return _NEVER
        price = cost("redecode", self.task.conditions, self.task.abilities.costs)
        rest = self.repairing()
        if rest == _NEVER:  # nothing can be repaired: again and again
            all_right = self.odds("redecode")
            return price / all_right if all_right > 0 else _NEVER
        return price + (1 - self.odds("redecode")) * rest

    def replanning(self) -> float:
        """Cost of a new plan, and of repairing what is then wrong."""
        price = cost("replan", self.task.conditions, self.task.abilities.costs, self._plan_options())
        slogans = len(self.task.conditions.glyphs)
        misses = (1 - self.known.right_at_once) * slogans
        some = tuple(Fault(f"new {number}", "letters") for number in range(max(1, ceil(misses - 0.5))))
        rest = remaining(some, self.repairs, self.known, -1, self.task)
        if rest == _NEVER:
            return price / max(self.odds("replan"), 1e-6)
        return price + (1 - self.odds("replan")) * rest

    def odds(self, action: str) -> float:
        """That one action of this kind makes everything right."""
        if action == "replan":
            return float(self.known.right_at_once ** len(self.task.conditions.glyphs))
        if action == "redecode":
            if "redecode" not in self.task.abilities.actions:
                return 0.0
            way = self._redecode_way()
            stays = self.known.stays(len(right(self.history[self.base].verdict)))
            return stays * prod(self.known.mends(way, fault, self.plan) for fault in self.wrong)
        if not self.repairs:
            return 0.0
        way = self._repair_way()
        return float(prod(self.known.mends(way, fault, self.plan) for fault in self.wrong))

    def all_misspelt(self) -> bool:
        """Whether all of several slogans are misspelt, in a plan that was not decoded again yet."""
        tried = any(
            step.action == "redecode" and lineage(self.history, index) == self.plan for index, step in enumerate(self.history)
        )
        misspelt = [fault for fault in self.wrong if group_of(fault) == SPELLING and fault.key != "extra"]
        if any(fault.kind == "object" for fault in self.wrong):
            return False  # where things are comes from the plan
        every = len(misspelt) == len(self.task.conditions.glyphs) >= _ALL
        return every and not tried and "redecode" in self.task.abilities.actions

    def repair(self) -> Decision:
        way = self._repair_way()
        targets = [fault for fault in self.wrong if self.known.mends(way, fault, self.plan) > 0]
        begun = {"draft": "from the typeset draft", "kept": "from what is there", "noise": "from noise"}[way.start]
        return Decision(
            "repair",
            self.task.seed(self.history),
            f"{_named(targets)}: made again {begun}",
            tuple(fault.key for fault in targets),
            tuple(dict.fromkeys(box for fault in targets for box in fault.boxes)),
            self.task.abilities.known(way.options),
            self.base,
            self._emphasis(),
        )

    def redecode(self, why: str = "") -> Decision:
        return Decision(
            "redecode",
            self.task.seed(self.history),
            f"{why or _named(self.wrong)}: the same plan, decoded again",
            tuple(fault.key for fault in self.wrong),
            (),
            self.task.abilities.known(self._redecode_way().options),
            self.base,
            self._emphasis(),
        )

    def replan(self) -> Decision:
        stubborn = self._stubborn()
        new = set(stubborn) - set(self._emphasis())
        action = "reprompt" if new and self.task.prompted else "replan"
        emphasis = tuple(dict.fromkeys([*self._emphasis(), *stubborn])) if action == "reprompt" else self._emphasis()
        said = "a new plan, its prompt stressing them" if action == "reprompt" else "a new plan"
        return Decision(
            action,
            self.task.seed(self.history),
            f"{_named(self.wrong)}: {said}",
            tuple(fault.key for fault in self.wrong),
            (),
            self._plan_options(),
            self.base,
            emphasis,
        )

    def _repair_way(self) -> Way:
        return max(self.repairs, key=lambda way: _rate(way, self.wrong, self.known, self.plan, self.task))

    def _redecode_way(self) -> Way:
        done = sum(step.action == "redecode" for step in self.history)
        options = REGIONS[done % len(REGIONS)]
        return Way(f"redecode {done % len(REGIONS)}", "redecode", "redecode", options)

    def _plan_options(self) -> dict[str, object]:
        done = sum(step.action in FROM_NOTHING for step in self.history) - 1
        options: dict[str, object] = dict(REGIONS[done % len(REGIONS)])
        if self.task.abilities.costs.candidate <= CHEAP:
            rows = ROWS[min(done, len(ROWS) - 1)]
            options[CANDIDATES] = max(rows, self.task.conditions.policy.candidates)
        return self.task.abilities.known(options)

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
    """The picture to build on: the first one, until one came that leaves less to do."""
    base = 0
    for index in range(1, len(history)):
        if _better(history[: index + 1], task, base, index):
            base = index
    return base


def _better(history: History, task: Task, old: int, new: int) -> bool:
    before, step = history[old].verdict, history[new]
    if step.action in FROM_NOTHING:
        known = Known(history, task, {index: _way_of(history, index) for index in range(len(history))})
        ways = _repairs(task)
        left = [
            (remaining(wrong, ways, known, lineage(history, one), task), len(wrong), -history[one].verdict.score)
            for one in (old, new)
            for wrong in [mendable(history, task, one)]
        ]
        return left[1] < left[0]
    if step.action == "repair" and not spares(before, step.verdict, step.decision.targets):
        return False
    was, now = len(faults_at(history, task, old)), len(faults_at(history, task, new))
    return now < was or (now == was and step.verdict.score > before.score)


def faults_at(history: History, task: Task, index: int) -> tuple[Fault, ...]:
    return faults(history[index].verdict, task.conditions)


def mendable(history: History, task: Task, index: int) -> tuple[Fault, ...]:
    """What is wrong in a picture and could be right in another."""
    return tuple(fault for fault in faults_at(history, task, index) if fault.kind not in HOPELESS)


def remaining(wrong: tuple[Fault, ...], ways: tuple[Way, ...], known: Known, plan: int, task: Task) -> float:
    """Expected cost until repairs have mended every fault: the hardest one's, and some more for each further one.

    A repair makes all boxes again at once, so k faults of odds p take about 1 / p · (1 + 0.3 log2 k) rounds.
    """
    if not wrong:
        return 0.0
    if not ways:
        return _NEVER
    hardest = 0.0
    for fault in wrong:
        chances = [(price(way, task), known.mends(way, fault, plan)) for way in ways]
        hardest = max(hardest, min((paid / odds for paid, odds in chances if odds > 0), default=_NEVER))
    return hardest * (1 + 0.3 * log2(len(wrong)))


def price(way: Way, task: Task) -> float:
    return cost(way.action, task.conditions, task.abilities.costs, task.abilities.known(way.options))


def _rate(way: Way, wrong: tuple[Fault, ...], known: Known, plan: int, task: Task) -> float:
    """Faults mended for the money."""
    return sum(known.mends(way, fault, plan) for fault in wrong) / max(price(way, task), 1e-9)


def _repairs(task: Task) -> tuple[Way, ...]:
    """The ways to repair that the renderer can tell apart."""
    if "repair" not in task.abilities.actions:
        return ()
    if STRENGTH not in task.abilities.takes:
        return (replace(REPAIRS[-1], again=0.7),)  # only chance varies
    ways = [way for way in REPAIRS if cast("float", way.options[STRENGTH]) >= task.abilities.weakest]
    return tuple(way for way in ways if way.start != "draft" or START in task.abilities.takes)


def _way_of(history: History, index: int) -> str:
    """The name of the way that a step took."""
    decision = history[index].decision
    if decision.action == "redecode":
        done = sum(step.action == "redecode" for step in history[:index])
        return f"redecode {done % len(REGIONS)}"
    if decision.action == "repair":
        strength = decision.options.get(STRENGTH, 1.0)
        start = "noise" if strength == 1.0 else decision.options.get(START, "kept")
        return f"{start} {strength:g}"
    return str(decision.action)


def _named(wrong: tuple[Fault, ...] | list[Fault]) -> str:
    names = [f"`{fault.key}`" if fault.key != "extra" else "words that nobody asked for" for fault in wrong]
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
