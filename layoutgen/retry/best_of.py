"""After a pass, where looks are judged: further pictures to choose from. None of them can undo the pass."""

from __future__ import annotations

from layoutgen.retry.decide import used_up
from layoutgen.retry.model import Decision, History, Task


def another(history: History, task: Task) -> Decision:
    """One more picture from another seed, until there are as many as the poster's candidates or the bounds are reached.

    Same history, same decision. The plan that passed is decoded again where the renderer can do that.
    """
    first = next((index for index, step in enumerate(history) if step.verdict.passed), None)
    if first is None:
        return Decision(None, reason="no picture passed")
    if history[first].action == "typeset":
        return Decision(None, reason="it is typeset")
    pictures = history[first:]
    if len(pictures) >= task.conditions.policy.candidates:
        return Decision(None, reason=f"{len(pictures)} pictures were made to choose from")
    if why := used_up(history, task):
        return Decision(None, reason=why)
    if any(step.pixels == pictures[-1].pixels for step in pictures[:-1]):
        return Decision(None, reason="another seed gives the same picture")
    seed, emphasis = task.seed(history), history[first].decision.emphasis
    if "redecode" in task.abilities.actions:
        return Decision("redecode", seed, "the same plan, decoded again to choose from", start=first, emphasis=emphasis)
    return Decision("plan", seed, "another picture to choose from", emphasis=emphasis)
