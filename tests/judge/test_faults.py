"""Seeded faults on drafts are found. `python -m tests.judge.faults` measures many."""

from __future__ import annotations

import os
import random

import pytest

from tests.judge import kinds
from tests.judge.faults import measure
from tests.judge.seeding import conditions_of, same_pixels, spoilt


def test_a_sample_of_faults() -> None:
    tally = measure(30, 30, posters=3, first=7)
    assert tally.count("figures") >= 30
    assert tally.count("others") >= 30
    assert not tally.missed("figures")
    assert not tally.missed("others")


@pytest.mark.slow
@pytest.mark.skipif("LAYOUTGEN_LONG" not in os.environ, reason="half an hour: set LAYOUTGEN_LONG=1")
def test_many_faults() -> None:
    tally = measure(2000, 1000)
    assert not tally.missed("figures")
    assert len(tally.missed("others")) <= 0.005 * tally.count("others"), tally.missed("others")


def test_faults_are_always_the_same() -> None:
    for way in {*kinds.FIGURES, *kinds.LETTERS}:
        for text in ("Up to 50% off", "now 9,99 €", "Crème brûlée", "满300减50", "No. 316!"):
            assert way(text, random.Random(3)) == way(text, random.Random(3))
            assert way(text, random.Random(3)) != text or way is kinds.words_swapped


def test_setting_a_string_again_changes_no_pixel() -> None:
    for glyph in conditions_of(3).glyphs:
        assert same_pixels(glyph, spoilt(glyph, glyph.text))
