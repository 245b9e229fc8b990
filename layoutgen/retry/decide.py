"""Around every policy: a pass ends it, the bounds end it, and what it decides must make sense."""

from __future__ import annotations

import importlib
import os
import sys
from collections import Counter
from typing import get_args

from layoutgen.base.suggest import listed
from layoutgen.diagnostics import Diagnostic, PosterError
from layoutgen.renderers.abilities import Action
from layoutgen.retry.faults import HOPELESS, FaultKind, faults
from layoutgen.retry.ladder import ladder
from layoutgen.retry.model import FROM_NOTHING, Decision, History, RetryPolicy, Task, best, verdicts_of


def naive(history: History, task: Task) -> Decision:
    """The policy to compare with: everything again, from another seed, until it passes."""
    if not history:
        return Decision("plan", task.conditions.seed, "the first attempt")
    return Decision("plan", task.seed(history), "everything again, from another seed")


POLICIES: dict[str, RetryPolicy] = {"ladder": ladder, "naive": naive}


def decide(history: History, task: Task, policy: RetryPolicy = ladder) -> Decision:
    """The next action. Same history, same decision; every action but `typeset` uses up one of `task.attempts`.

    `typeset` comes once, last, and only for slogans whose poster says `then: typeset`. PosterError (LG652) when the policy's
    answer cannot be acted on.
    """
    if any(step.verdict.passed for step in history):
        return Decision(None, reason="the words are right")
    if history and history[-1].action == "typeset":
        return Decision(None, reason=f"not even typesetting put it right: {_still_wrong(history, task)}")
    if history and (why := _given_up(history, task)):
        return _last_resort(history, task, why)
    decision = policy(history, task)
    if not isinstance(decision, Decision):
        raise _senseless(f"it answered {type(decision).__name__}, not a Decision")
    if decision.action is None:
        return _last_resort(history, task, decision.reason or "the policy gave up") if history else decision
    _check(decision, history, task)
    return decision


def open_policy(name: str) -> RetryPolicy:
    """`ladder`, `naive`, or `package:function`, also of a module in the current folder. LG650, LG651."""
    if name in POLICIES:
        return POLICIES[name]
    module, colon, attribute = name.partition(":")
    if not (module and colon and attribute):
        raise PosterError(
            Diagnostic(
                "LG650",
                f"no retry policy is called `{name}`",
                hint=f"there are {listed(POLICIES)}; one of your own is `package:function`",
            )
        )
    here = os.getcwd()
    sys.path.insert(0, here)
    try:
        policy = getattr(importlib.import_module(module), attribute)
    except (ImportError, AttributeError, SyntaxError) as error:
        raise _unusable(name, str(error)) from error
    finally:
        sys.path.remove(here)
    if not callable(policy):
        raise _unusable(name, f"`{attribute}` is not a function")
    return policy  # type: ignore[no-any-return]


def used_up(history: History, task: Task) -> str:
    """Which bound is reached, in words; empty when none is."""
    if len(history) >= task.attempts:
        return f"all {task.attempts} attempts are used up" if task.attempts > 1 else "the one attempt is used up"
    if task.seconds is not None and sum(step.seconds for step in history) >= task.seconds:
        return f"the {task.seconds:g} seconds are used up"
    return ""


def _given_up(history: History, task: Task) -> str:
    """Why no further attempt is made; empty when one is."""
    if why := used_up(history, task):
        return why
    last = history[-1]
    if last.action in FROM_NOTHING and any(step.pixels == last.pixels and step.action in FROM_NOTHING for step in history[:-1]):
        return "another seed gives the same picture"
    wrong = faults(history[best(verdicts_of(history))].verdict, task.conditions)
    if wrong and all(fault.kind in HOPELESS for fault in wrong):
        return "another picture would not change what is wrong"
    return ""


def _last_resort(history: History, task: Task, why: str) -> Decision:
    allowed = {glyph.id for glyph in task.conditions.glyphs if glyph.then == "typeset"}
    start = best(verdicts_of(history))
    keys = tuple(fault.key for fault in faults(history[start].verdict, task.conditions) if fault.key in allowed)
    if keys:
        why = f"{why}, and the poster says `then: typeset`"
        return Decision("typeset", history[start].decision.seed, why, keys, start=start)
    return Decision(None, reason=f"{why}: {_still_wrong(history, task)}")


def _still_wrong(history: History, task: Task) -> str:
    """What stays wrong in the best picture, and how often each was wrong."""
    wrong = faults(history[best(verdicts_of(history))].verdict, task.conditions)
    counts = Counter(fault.key for step in history for fault in faults(step.verdict, task.conditions))
    parts = [f"`{fault.key}` ({_KINDS[fault.kind]}, wrong in {counts[fault.key]} of {len(history)})" for fault in wrong]
    return "still wrong: " + ", ".join(parts) if parts else "nothing is wrong that could be named"


_KINDS: dict[FaultKind, str] = {
    "letters": "letters",
    "digits": "figures",
    "missing": "not there",
    "place": "in the wrong place",
    "doubled": "written twice",
    "extra": "words that nobody asked for",
    "contrast": "too little contrast",
    "color": "another colour than required",
    "damaged": "faded, cut or drawn over",
    "unreadable": "cannot be read",
    "code": "cannot be decoded",
    "object": "not there or not in its place",
    "undrawn": "cannot be drawn by this renderer",
}


def _check(decision: Decision, history: History, task: Task) -> None:
    action = decision.action
    if action not in get_args(Action):
        raise _senseless(f"there is no action `{action}`")
    if action == "typeset":
        raise _senseless("a policy cannot choose `typeset`; it follows by itself where the poster says `then: typeset`")
    if action not in FROM_NOTHING:
        if decision.start is None or not 0 <= decision.start < len(history):
            raise _senseless(f"`{action}` needs a picture to start from")
        if action == "repair" and not decision.boxes:
            raise _senseless("a repair needs boxes")


def _senseless(problem: str) -> PosterError:
    return PosterError(
        Diagnostic(
            "LG652",
            f"the retry policy cannot be followed: {problem}",
            hint="`--policy ladder` is the one that comes with layoutgen",
        )
    )


def _unusable(name: str, problem: str) -> PosterError:
    return PosterError(
        Diagnostic(
            "LG651", f"the retry policy `{name}` cannot be used: {problem}", hint="check the module and the function's name"
        )
    )
