"""What stands just beside a known line is seen, however narrow."""

from __future__ import annotations

import pytest

from layoutgen.check import Cache, check_picture, judge, open_reader
from layoutgen.check.model import Reading, ReadLine
from tests.check.factories import conditions, line, slogan
from tests.check.typeset_samples import glyph, written


@pytest.mark.parametrize("text", ["33 FOR 2", "13 FOR 2", "3 FOR 21", "3 FOR 2 1", "I3 FOR 2"])
def test_a_narrow_character_beside_a_line(text: str) -> None:
    what = conditions(glyph("a", "3 FOR 2", (140, 300, 800, 120), size=90))
    (asked,) = what.glyphs
    drawn = conditions(glyph("a", text, asked.box, size=90))
    _, verdict = check_picture(written(drawn), what, open_reader(), Cache())
    assert verdict.status == "failed", verdict


def test_other_words_inside_the_box_of_a_slogan_are_extra() -> None:
    """Slanted words have large upright boxes, in which more can stand."""
    what = conditions(slogan("a", "TRIMMER", (0, 0, 1080, 1350)), slogan("b", "UNIVERSAL", (0, 0, 1080, 1350)))

    def extra(*more: ReadLine) -> list[str]:
        stray = (line("TRIMMER", (323, 320, 295, 213)), line("UNIVERSAL", (252, 503, 254, 136)), *more)
        return [item.text for item in judge(what, Reading(reader="test", regions=(), found=stray)).extra]

    assert extra(line("UNIVERSAL", (295, 439, 249, 130))) == ["UNIVERSAL"]
    assert extra(line("Fomeste", (330, 340, 151, 80))) == ["Fomeste"]
    assert extra(line("TRIMM", (330, 340, 200, 150))) == []
    assert extra(line("TRIMMER", (330, 340, 150, 30))) == ["TRIMMER"]
    assert extra(line("RAIYFES", (330, 340, 146, 102), 0.66)) == []


def test_lines_found_as_one_are_not_extra() -> None:
    what = conditions(slogan("a", "Lorem ipsum\ndolor sit amet", (100, 300, 800, 200)))
    lines = (line("Lorem ipsum", (150, 310, 400, 40)), line("dolor sit amet", (150, 360, 400, 40)))

    def extra(score: float) -> list[str]:
        around = line("cosergit", (120, 290, 520, 150), score)
        return [item.text for item in judge(what, Reading(reader="test", regions=(), found=(*lines, around))).extra]

    assert extra(0.57) == []
    assert extra(0.95) == ["cosergit"]
