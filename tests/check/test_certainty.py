"""How sure a verdict is, and what may as well be another character."""

from __future__ import annotations

import pytest

from layoutgen.base.style import Lettering
from layoutgen.check import Cache, check_picture
from layoutgen.check.certainty import LEAST, certainty, doubted
from layoutgen.check.model import CharacterReading, RegionReading, SloganVerdict
from tests.check.factories import conditions
from tests.check.typeset_samples import glyph, written

BOX = (100, 300, 800, 200)


def character(text: str, posterior: float, rival: str = "", rival_posterior: float = 0.0) -> CharacterReading:
    return CharacterReading(text=text, box=(0, 0, 9, 9), posterior=posterior, rival=rival, rival_posterior=rival_posterior)


def region(*characters: CharacterReading) -> RegionReading:
    return RegionReading(id="a", lines=(), characters=characters)


def verdict(sure: float | None) -> SloganVerdict:
    return SloganVerdict(
        id="a", expected="5-8", read="5-8", status="passed", passed=True, distance=0.0, box=BOX, certainty=sure
    )


def test_the_least_certain_character_decides() -> None:
    assert certainty(region(character("A", 0.9), character("B", 0.6, "8", 0.4)), exact=False) == pytest.approx(0.6)
    assert certainty(region(), exact=False) is None
    assert certainty(region(), exact=True) == 1.0


def test_size_does_not_count() -> None:
    assert certainty(region(character("o", 0.5, "O", 0.45)), exact=False) == 1.0


def test_what_may_as_well_be_another_fails() -> None:
    unsure = region(character("5", 0.98), character("-", 0.5, "·", 0.45), character("8", 0.97))
    sure = certainty(unsure, exact=False)
    assert sure is not None
    assert sure < LEAST
    failed = doubted(verdict(sure), unsure, "exact", settled=False)
    assert (failed.status, failed.fault) == ("failed", "letters")
    assert failed.reason == "What should be `-` may as well be `·`."
    assert doubted(verdict(sure), unsure, "exact", settled=True).passed
    assert doubted(verdict(sure), unsure, "loose", settled=False).passed
    assert doubted(verdict(None), region(), "exact", settled=False).passed


def test_figures_are_named_as_such() -> None:
    twin = region(character("O", 0.5, "0", 0.45))
    assert doubted(verdict(0.53), twin, "exact", settled=False).fault == "digits"


def test_characters_of_a_picture_in_their_places() -> None:
    """In another face than the one asked for, as a generator would write it."""
    what = conditions(glyph("a", "Only 9.99", BOX, lettering=Lettering(font="Archivo"), size=90.0))
    other = conditions(glyph("a", "Only 9.99", BOX, lettering=Lettering(font="Playfair Display"), size=90.0))
    image = written(other)
    reading, judged = check_picture(image, what, cache=Cache())
    assert judged.passed, judged.reasons
    (read,) = reading.regions
    assert "".join(one.text for one in read.characters) == "Only9.99"
    lefts = [one.box[0] for one in read.characters]
    assert lefts == sorted(lefts)
    left, _, width, _ = what.glyphs[0].line_boxes[0]
    assert all(left - 30 <= x <= left + width + 30 for x in lefts)
    sure = judged.slogans[0].certainty
    assert sure is not None
    assert sure > 0.8
