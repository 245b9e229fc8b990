"""Linear constraints over edges: a thin layer over kiwisolver in which what is known stays a number.

Variables are registered one by one, in a fixed order, through constraints of a single variable. kiwisolver numbers its
symbols in that order and breaks ties by it, so equal documents give equal boxes in every process.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import kiwisolver

from layoutgen.base.geometry import SNAP

Term = Any
"""A float, or an expression of kiwisolver (which has no types)."""

SEPARATE = 1e6
"""Weight of a chosen direction: above every preference; the search checks whether it was met."""
SIZE = 1e3
PLACE = 10.0
SHY = 1.0


class Unsatisfiable(Exception):
    """What is written cannot all hold."""


@dataclass(slots=True)
class Edge:
    """One axis of an element: where it starts and how long it is."""

    start: Term
    size: Term

    @property
    def end(self) -> Term:
        return self.start + self.size

    @property
    def centre(self) -> Term:
        return self.start + self.size * 0.5

    @property
    def fixed(self) -> bool:
        return isinstance(self.start, float) and isinstance(self.size, float)

    @property
    def values(self) -> tuple[float, float]:
        return value(self.start), value(self.size)


def value(term: Term) -> float:
    """The number that a term has after the last `solve`."""
    return term if isinstance(term, float) else float(term.value())


def holds(left: Term, operator: str, right: Term) -> bool:
    """Whether a relation of two terms holds for their present numbers."""
    difference = value(left) - value(right)
    if operator == "==":
        return abs(difference) <= SNAP
    return difference >= -SNAP if operator == ">=" else difference <= SNAP


class System:
    """A solver, and the constraints that can be taken back."""

    def __init__(self) -> None:
        self._solver = kiwisolver.Solver()
        self.variables = 0

    def variable(self, low: float, high: float | None = None) -> Term:
        """A new variable with its bounds."""
        variable = kiwisolver.Variable(str(self.variables))
        self.variables += 1
        self.require(variable, ">=", low)
        if high is not None:
            self.require(variable, "<=", high)
        return variable

    def require(self, left: Term, operator: str, right: Term) -> None:
        """Raises `Unsatisfiable` when it cannot hold together with what is required already."""
        if isinstance(left, float) and isinstance(right, float):
            if not holds(left, operator, right):
                raise Unsatisfiable
            return
        try:
            self._solver.addConstraint(_constraint(left, operator, right))
        except kiwisolver.UnsatisfiableConstraint:
            raise Unsatisfiable from None

    def prefer(self, left: Term, operator: str, right: Term, weight: float) -> Any:
        """Add a wish; `weight` is its cost for each pixel that it is missed by. Returns what `forget` takes."""
        if isinstance(left, float) and isinstance(right, float):
            return None
        constraint = _constraint(left, operator, right) | weight
        self._solver.addConstraint(constraint)
        return constraint

    def forget(self, constraint: Any) -> None:
        if constraint is not None:
            self._solver.removeConstraint(constraint)

    def solve(self) -> None:
        """Give every variable its number."""
        self._solver.updateVariables()


def _constraint(left: Term, operator: str, right: Term) -> Any:
    if operator == "==":
        return left == right
    return left >= right if operator == ">=" else left <= right
