"""What stands just beside a known line is seen, however narrow."""

from __future__ import annotations

import pytest

from layoutgen.check import Cache, judge, open_reader, verify
from layoutgen.check.disputes import convincing
from layoutgen.check.model import Reading, ReadLine
from tests.check.making import conditions, line, slogan
from tests.check.setting import glyph, written


@pytest.mark.parametrize("text", ["33 FOR 2", "13 FOR 2", "3 FOR 21", "3 FOR 2 1", "I3 FOR 2"])
def test_a_narrow_character_beside_a_line(text: str) -> None:
    what = conditions(glyph("a", "3 FOR 2", (140, 300, 800, 120), size=90))
    (asked,) = what.glyphs
    drawn = conditions(glyph("a", text, asked.box, size=90))
    _, verdict = verify(written(drawn), what, open_reader(), Cache())
    assert verdict.status == "failed", verdict


def test_other_words_inside_the_box_of_a_slogan_are_extra() -> None:
    """Slanted words have large upright boxes, in which more can stand."""
    what = conditions(slogan("a", "TRIMMER", (0, 0, 1080, 1350)), slogan("b", "UNIVERSAL", (0, 0, 1080, 1350)))

    def extra(*more: ReadLine) -> list[str]:
        found = (line("TRIMMER", (323, 320, 295, 213)), line("UNIVERSAL", (252, 503, 254, 136)), *more)
        return [item.text for item in judge(what, Reading(reader="test", regions=(), found=found)).extra]

    assert extra(line("UNIVERSAL", (295, 439, 249, 130))) == ["UNIVERSAL"]
    assert extra(line("Fomeste", (330, 340, 151, 80))) == ["Fomeste"]
    assert extra(line("TRIMM", (330, 340, 200, 150))) == []
    assert extra(line("TRIMMER", (330, 340, 150, 30))) == ["TRIMMER"]
    assert extra(line("RAIYFES", (330, 340, 146, 102), 0.66)) == []


def test_a_later_look_sets_figures_right_only_when_it_is_sure() -> None:
    def read(text: str, score: float, of: str) -> tuple[ReadLine, ...]:
        scores = tuple(score if character in of else 0.99 for character in text)
        return (ReadLine(text=text, box=(0, 0, 100, 20), score=0.97, scores=scores),)

    five, fifty = read("5% OFF", 1.0, "5"), read("50% OFF", 0.52, "0")
    assert not convincing(five, fifty, same_place=True)
    assert convincing(five, read("50% OFF", 0.95, "0"), same_place=True)
    assert convincing(fifty, five, same_place=True)
    assert not convincing(read("50% OFF", 0.95, "0"), five, same_place=True)
    assert convincing(read("50% OFF", 0.95, "0"), five, same_place=False), "it may have been a neighbour's"
    pounds, euros = read("18 £", 0.94, "£"), read("18 €", 0.62, "€")
    assert not convincing(pounds, euros, same_place=False)
    assert convincing(euros, pounds, same_place=False)
