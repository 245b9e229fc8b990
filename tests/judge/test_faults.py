"""Seeded faults on drafts are found. `python -m tests.judge.faults` measures many."""

from __future__ import annotations

import os
import random
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.judge import fault_kinds
from tests.judge.faults import Tally, collect, measure
from tests.judge.planted_faults import conditions_of, same_pixels, spoilt


def measured(pictures: Iterable[int]) -> Tally:
    total = Tally()
    for _, tally in measure(pictures):
        total.add(tally)
    return total


def test_a_sample_of_faults() -> None:
    tally = measured(range(420, 434))
    assert tally.count("figures") >= 30
    assert tally.count("others") >= 20
    assert not tally.missed("figures")
    assert not tally.missed("others")


@pytest.mark.slow
@pytest.mark.skipif("LAYOUTGEN_LONG" not in os.environ, reason="half an hour: set LAYOUTGEN_LONG=1")
def test_many_faults() -> None:
    tally = measured(range(600))
    assert not tally.missed("figures")
    assert len(tally.missed("others")) <= 0.005 * tally.count("others"), tally.missed("others")


def test_a_run_goes_on_where_it_was_stopped(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    assert collect(range(1), log=log).faults == collect(range(1), log=log).faults
    assert len(log.read_text("utf-8").splitlines()) == 1


def test_faults_are_always_the_same() -> None:
    for way in {*fault_kinds.FIGURES, *fault_kinds.LETTERS}:
        for text in ("Up to 50% off", "now 9,99 €", "Crème brûlée", "满300减50", "No. 316!"):
            assert way(text, random.Random(3)) == way(text, random.Random(3))
            assert way(text, random.Random(3)) != text or way is fault_kinds.words_swapped


def test_setting_a_string_again_changes_no_pixel() -> None:
    for glyph in conditions_of(3).glyphs:
        assert same_pixels(glyph, spoilt(glyph, glyph.text))
