"""Faults that are planted on pictures are found, and nothing right is refused. `python -m tests.judge.faults` measures many."""

from __future__ import annotations

import os
import random
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.judge import fault_kinds
from tests.judge.faults import collect, measure
from tests.judge.figures import interval
from tests.judge.planted_faults import KINDS, conditions_of, same_pixels, spoil_poster, spoilt
from tests.judge.tally import Tally


def measured(pictures: Iterable[int]) -> Tally:
    total = Tally()
    for _, tally in measure(pictures):
        total.add(tally)
    return total


def test_a_sample_of_faults() -> None:
    tally = measured(range(421, 447, 2))
    assert len(tally.faults) >= 36
    assert tally.right.total() >= 35
    assert not tally.missed()
    assert len(tally.refused) <= 1, tally.refused


@pytest.mark.slow
@pytest.mark.skipif("LAYOUTGEN_LONG" not in os.environ, reason="half an hour: set LAYOUTGEN_LONG=1")
def test_many_faults() -> None:
    tally = measured(range(1001, 2001, 2))
    assert not tally.missed(figures=True)
    assert len(tally.missed()) <= 0.003 * len(tally.faults), tally.missed()
    assert len(tally.refused) <= 0.01 * tally.right.total(), tally.refused


def test_every_kind_comes_often_enough() -> None:
    """Of sixty posters most kinds are planted, in all faces and on all grounds."""
    faults = [fault for number in range(1, 421, 7) for fault in spoil_poster(number).faults]
    assert len({fault.kind for fault in faults}) >= len(KINDS) - 8
    assert len({fault.face for fault in faults}) >= 12
    assert sum(fault.ground != "paint" for fault in faults) > 0.2 * len(faults)


def test_the_interval_of_a_share() -> None:
    assert interval(0, 100) == pytest.approx((0.0, 0.0370), abs=1e-4)
    assert interval(50, 100) == pytest.approx((0.4038, 0.5962), abs=1e-4)


def test_a_run_goes_on_where_it_was_stopped(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    assert collect(range(2, 3), log=log).faults == collect(range(2, 3), log=log).faults
    assert len(log.read_text("utf-8").splitlines()) == 1


def test_faults_are_always_the_same() -> None:
    for way in {*fault_kinds.FIGURES, *fault_kinds.LETTERS}:
        for text in ("Up to 50% off", "now 9,99 €", "Crème brûlée", "满300减50", "No. 316!", "-5 €", "きっと"):
            assert way(text, random.Random(3)) == way(text, random.Random(3))
            assert way(text, random.Random(3)) != text or way is fault_kinds.words_swapped
    one, other = spoil_poster(7), spoil_poster(7)
    assert one.faults == other.faults
    assert one.picture().tobytes() == other.picture().tobytes()


def test_setting_a_string_again_changes_no_pixel() -> None:
    for glyph in conditions_of(3).glyphs:
        assert same_pixels(glyph, spoilt(glyph, glyph.text))
