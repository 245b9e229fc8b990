"""What the ladder costs, beside making everything again until it passes."""

from __future__ import annotations

import random

import pytest

from layoutgen.retry import ladder, naive
from tests.retry.faulty_renderers import FIRST, SECOND, Odds, poster, simulate

POSTERS = 500


@pytest.mark.parametrize(("odds", "most"), [(FIRST, 0.45), (SECOND, 0.6)], ids=["first", "redecoding never works"])
def test_a_pass_costs_less_than_everything_again(odds: Odds, most: float) -> None:
    chance = random.Random(1)
    sizes = [chance.randint(2, 6) for _ in range(POSTERS)]
    ours = [simulate(poster(size, number), ladder, odds, number) for number, size in enumerate(sizes)]
    theirs = [simulate(poster(size, number), naive, odds, number) for number, size in enumerate(sizes)]
    assert all(run.passed for run in (*ours, *theirs)), "given up before its bounds"
    assert sum(run.cost for run in ours) <= most * sum(run.cost for run in theirs)


def test_bounds_are_reached_before_it_gives_up_and_it_says_why() -> None:
    hopeless = Odds(0.0, 0.0, 0.0)
    for number in range(20):
        conditions = poster(3, number)
        # The first picture is wrong, and odds of 0 put nothing right.
        run = simulate(conditions, ladder, hopeless, number, attempts=9)
        assert not run.passed
        assert len(run.actions) == 9
        assert run.stopped.startswith("all 9 attempts are used up: still wrong: `s")
        assert "wrong in 9 of 9" in run.stopped


def test_what_never_works_is_given_up_for_what_does() -> None:
    """Only a new plan puts anything right: this is found out within a few attempts."""
    runs = [simulate(poster(3, number), ladder, Odds(0.0, 0.0, 0.8), number) for number in range(100)]
    assert all(run.passed for run in runs)
    assert sum(len(run.actions) for run in runs) / len(runs) < 12
    assert any("reprompt" in run.actions for run in runs)
