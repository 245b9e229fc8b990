"""What a renderer can be asked to do, and what that costs: tokens of the planner, steps of the decoder, pixels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from layoutgen.base.model import FrozenModel
from layoutgen.conditions.model import Conditions

RenderAction = Literal["plan", "redecode", "repair", "replan"]
"""How much of a picture a renderer makes again."""
Action = Literal[RenderAction, "reprompt", "typeset"]
"""What an attempt does. `reprompt` is a `replan` whose prompt stresses some strings; `typeset` needs no renderer."""

MEGAPIXEL = 1_000_000
PREVIEW = 257
"""Tokens of the planner before those of the picture itself: its preview of about 16 × 16, and the end."""
CELL = 32
"""Pixels on a side that one token of the picture stands for."""
STRENGTH = "decoder.repair_strength"
START = "decoder.repair_start"
CANDIDATES = "planner.candidates"


class Costs(FrozenModel):
    """Prices in any one unit. The defaults are seconds of GLM-Image on one large GPU."""

    token: float = 0.008
    """One token of the planner."""
    candidate: float = 0.04
    """Each further candidate that is planned side by side, as a share of the first."""
    step: float = 0.2
    """One step of the decoder, a megapixel."""
    steps: int = 50
    """Steps of a whole picture."""
    pixels: float = 0.5
    """Whatever comes after the last step, including the check, a megapixel."""


@dataclass(frozen=True)
class Abilities:
    """What the retry policy knows of a renderer. With the defaults it tries every action and varies no option."""

    actions: frozenset[RenderAction] = frozenset({"plan", "redecode", "repair", "replan"})
    """Those that differ from one another."""
    tunable: frozenset[str] = frozenset()
    """Names of the `options` of `render` that may be varied."""
    costs: Costs = field(default_factory=Costs)
    minimum_repair_strength: float = 0.0
    """The least share of noise, 0 … 1, that a repair may begin at."""

    def tuned(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """The options of these that may be varied."""
        return {name: value for name, value in options.items() if name in self.tunable}


def cost(action: Action, conditions: Conditions, costs: Costs, options: Mapping[str, Any] | None = None) -> float:
    """What one action costs, by the size of the picture and the share of the steps that it needs."""
    options = options or {}
    pixels = conditions.generation.width * conditions.generation.height
    area = pixels / MEGAPIXEL
    total = area * costs.pixels
    if action in ("plan", "replan", "reprompt"):
        rows = max(conditions.policy.candidates, int(options.get(CANDIDATES, 1)))
        total += costs.token * tokens(pixels) * (1 + costs.candidate * (rows - 1))
    if action != "typeset":
        share = float(options.get(STRENGTH, 1.0)) if action == "repair" else 1.0
        total += area * costs.step * costs.steps * share
    return total


def tokens(pixels: int) -> int:
    """How many the planner writes for a picture of this many pixels."""
    return PREVIEW + pixels // CELL**2
