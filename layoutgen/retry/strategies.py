"""The ways to put faults right without a new plan: repairs of some boxes, and decoding the same plan again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from layoutgen.renderers.abilities import START, STRENGTH, Abilities
from layoutgen.retry.model import History

Origin = Literal["draft", "kept", "noise", "redecode"]
"""What a strategy starts from: of a repair, the typeset draft, what is there, or nothing but noise."""

BINDINGS: tuple[Mapping[str, object], ...] = (
    {},
    {"regions.steps": 0.5},
    {"regions.grain": "character", "regions.steps": 0.3},
    {"regions.grain": "character", "regions.steps": 0.6},
)
"""How firmly words are bound to their places; the first is as the renderer was opened."""


@dataclass(frozen=True)
class Strategy:
    """An action with settings of its own."""

    action: Literal["repair", "redecode"]
    origin: Origin
    strength: float = 1.0
    """Of a repair: the share of noise that it begins at."""
    binding: int = 0
    """Of a redecode: index in `BINDINGS`."""
    decay: float = field(default=0.35, compare=False)
    """Its odds shrink by this each time that it failed on the same fault of the same plan."""

    @property
    def options(self) -> Mapping[str, object]:
        """What the renderer is given."""
        if self.action == "redecode":
            return BINDINGS[self.binding]
        return {START: "draft" if self.origin == "draft" else "kept", STRENGTH: self.strength}


FROM_NOISE = Strategy("repair", "noise")
REPAIRS = (
    Strategy("repair", "draft", 0.4),
    Strategy("repair", "kept", 0.5),
    Strategy("repair", "draft", 0.6),
    Strategy("repair", "kept", 0.7),
    Strategy("repair", "draft", 0.8),
    FROM_NOISE,
)


def repairs_of(abilities: Abilities) -> tuple[Strategy, ...]:
    """The repairs that a renderer can tell apart."""
    if "repair" not in abilities.actions:
        return ()
    if STRENGTH not in abilities.tunable:
        return (replace(FROM_NOISE, decay=0.7),)  # only chance varies
    strong = [item for item in REPAIRS if item.strength >= abilities.minimum_repair_strength]
    return tuple(item for item in strong if item.origin != "draft" or START in abilities.tunable)


def redecoding_after(history: History) -> Strategy:
    """The next way to decode a plan again: each time with the next binding."""
    number = sum(step.action == "redecode" for step in history)
    return Strategy("redecode", "redecode", binding=number % len(BINDINGS))


def strategy_of(history: History, index: int) -> Strategy | None:
    """The strategy that a step followed; None for a new plan, and for typesetting."""
    step = history[index]
    if step.action == "redecode":
        return redecoding_after(history[:index])
    if step.action == "repair":
        options = step.decision.options
        strength = float(options.get(STRENGTH, 1.0))
        origin: Origin = "draft" if options.get(START) == "draft" else "kept"
        return Strategy("repair", "noise" if strength == 1.0 else origin, strength)
    return None
