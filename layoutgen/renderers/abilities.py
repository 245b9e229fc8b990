"""What an action costs: tokens of the planner, steps of the decoder, pixels.

A handle of a renderer may tell more about itself, each as an attribute:

- `actions`: those of `plan`, `redecode`, `repair`, `replan` that differ from one another;
- `takes`: the names of the `options` of its `render` that may be varied;
- `costs`: a mapping with the fields of `Costs`;
- `weakest`: the least share of noise that a repair may begin at, where it `takes` one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from layoutgen.base.model import FrozenModel
from layoutgen.conditions.model import Conditions

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
    """Whatever comes after the last step, the check with it, a megapixel."""


@dataclass(frozen=True)
class Abilities:
    """What a renderer can be told to do, and what that costs."""

    actions: frozenset[str] = frozenset({"plan", "redecode", "repair", "replan"})
    takes: frozenset[str] = frozenset()
    costs: Costs = field(default_factory=Costs)
    weakest: float = 0.0
    """Share of noise, 0 … 1."""

    @classmethod
    def of(cls, renderer: object) -> Abilities:
        """From the attributes of a handle, where it has them."""
        plain = cls()
        costs = getattr(renderer, "costs", None)
        return cls(
            actions=frozenset(getattr(renderer, "actions", plain.actions)),
            takes=frozenset(getattr(renderer, "takes", plain.takes)),
            costs=plain.costs if costs is None else Costs.model_validate(dict(costs)),
            weakest=float(getattr(renderer, "weakest", plain.weakest)),
        )

    def known(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """The options that the renderer takes."""
        return {name: value for name, value in options.items() if name in self.takes}


def cost(action: str, conditions: Conditions, costs: Costs, options: Mapping[str, Any] | None = None) -> float:
    """What one action costs, by the size of the picture and the share of the steps that it needs."""
    options = options or {}
    size = conditions.generation.width * conditions.generation.height
    area = size / MEGAPIXEL
    total = area * costs.pixels
    if action in ("plan", "replan", "reprompt"):
        rows = max(conditions.policy.candidates, int(options.get(CANDIDATES, 1)))
        total += costs.token * tokens(size) * (1 + costs.candidate * (rows - 1))
    if action != "typeset":
        share = float(options.get(STRENGTH, 1.0)) if action == "repair" else 1.0
        total += area * costs.step * costs.steps * share
    return total


def tokens(size: int) -> int:
    """How many the planner writes for a picture of so many pixels."""
    return PREVIEW + size // CELL**2
