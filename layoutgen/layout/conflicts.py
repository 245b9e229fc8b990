"""Which statements are to blame: small sets that cannot all hold, found by leaving some of them out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from layoutgen.diagnostics import Span
from layoutgen.layout.frames import Frame
from layoutgen.layout.linear import Unsatisfiable
from layoutgen.layout.place import feasible_plan
from layoutgen.layout.plan import FramePlan
from layoutgen.layout.search import Overlapping, Pair, first_overlap, forbidden_pairs
from layoutgen.layout.tree import LayoutNode, PlacementStatement, World, members, statements

LEAVES = 200
"""Bound of the search in each trial."""
PAIRS = 12
"""The most pairs that are examined together."""
CONFLICTS = 8
"""The most conflicts reported for one frame."""


class Conflict(NamedTuple):
    """Statements that cannot all hold: without any one of them the others can. `pairs` must be kept apart for that to be so."""

    statements: tuple[tuple[PlacementStatement, Span], ...]
    pairs: tuple[Pair, ...] = ()


@dataclass(slots=True)
class Trials:
    """Plans of one frame in which some statements are ignored."""

    frame: Frame
    nodes: Sequence[LayoutNode]
    world: World
    least: Callable[[LayoutNode, int, Frame], float]

    def plan(self, dropped: frozenset[PlacementStatement], pairs: Sequence[Pair]) -> FramePlan:
        """The plan without `dropped`, with `pairs` apart. Raises `Unsatisfiable` and `Overlapping`."""
        placed = list(members(self.nodes))
        for node in placed:
            node.dropped = dropped
        try:
            return feasible_plan(self.frame, self.nodes, self.world, self.least, pairs, LEAVES)
        finally:
            for node in placed:
                node.dropped = frozenset()

    def holds(self, dropped: frozenset[PlacementStatement], pairs: Sequence[Pair]) -> bool:
        """Whether there is such a plan; True also where the search reached its bound, so that there may be one."""
        try:
            self.plan(dropped, pairs)
        except Unsatisfiable:
            return False
        except Overlapping as problem:
            return problem.exhausted
        return True


def conflicts(trials: Trials, overlapping: bool) -> list[Conflict]:
    """Conflicts of a frame that have no statement in common; none where only the bound was in the way."""
    written = statements(members(trials.nodes))
    done: frozenset[PlacementStatement] = frozenset()
    result: list[Conflict] = []
    reported: set[Pair] = set()
    while len(result) < CONFLICTS:
        pairs: tuple[Pair, ...] = ()
        if trials.holds(done, ()):
            if not overlapping:
                break
            pairs = _pairs(trials, done, reported)
            if not pairs:
                break
            reported.update(pairs)
        left = [(statement, span) for statement, span in written if statement not in done]
        core = _core(trials, done, [statement for statement, _ in left], pairs)
        result.append(Conflict(tuple(item for item in left if item[0] in core), pairs))
        if not core:
            break
        done |= core
    return result


def _core(
    trials: Trials, done: frozenset[PlacementStatement], rest: list[PlacementStatement], pairs: Sequence[Pair]
) -> set[PlacementStatement]:
    everything = frozenset(rest)
    if not everything:
        return set()

    def holds(remaining: Iterable[PlacementStatement]) -> bool:
        return trials.holds(done | (everything - frozenset(remaining)), pairs)

    return set(_explain([], False, rest, holds))


def _explain(
    background: list[PlacementStatement],
    grown: bool,
    rest: list[PlacementStatement],
    holds: Callable[[Iterable[PlacementStatement]], bool],
) -> list[PlacementStatement]:
    """QuickXplain: halves what is looked at, so that long posters with short conflicts need few trials."""
    if grown and not holds(background):
        return []
    if len(rest) == 1:
        return rest
    half = len(rest) // 2
    first, second = rest[:half], rest[half:]
    late = _explain(background + first, True, second, holds)
    early = _explain(background + late, bool(late), first, holds)
    return early + late


def _pairs(trials: Trials, done: frozenset[PlacementStatement], reported: set[Pair]) -> tuple[Pair, ...]:
    """A smallest set of pairs that cannot all be kept apart: one by itself, else pairs gathered as they come to overlap."""
    every = [pair for pair in forbidden_pairs(list(members(trials.nodes))) if pair not in reported]
    for pair in every:
        if not trials.holds(done, [pair]):
            return (pair,)
    gathered: list[Pair] = []
    while len(gathered) < PAIRS:
        try:
            plan = trials.plan(done, gathered)
        except Overlapping as problem:
            if problem.exhausted:
                return ()
            break
        pair_ = first_overlap(plan, [pair for pair in every if pair not in gathered])
        if pair_ is None:
            return ()
        gathered.append(pair_)
    else:
        return ()
    for pair in list(gathered):
        without = [other for other in gathered if other is not pair]
        if not trials.holds(done, without):
            gathered = without
    return tuple(gathered)
