"""More words in a slogan's own place than were asked for there."""

from __future__ import annotations

import pytest

from layoutgen.base.model import Box
from layoutgen.base.style import Lettering
from layoutgen.check import Cache, check_picture, judge
from layoutgen.check.model import Verdict
from layoutgen.conditions.model import CanvasSize
from tests.check.factories import conditions, line, perfect, slogan
from tests.check.typeset_samples import glyph, written

HERO: Box = (70, 60, 1060, 500)
TALL: Box = (270, 135, 540, 1080)


def verdict_on(asked: str, drawn: str, box: Box, face: str, width: int, height: int) -> Verdict:
    """A slogan of its own size in a box, judged on a picture that says something else in the same box."""
    canvas = CanvasSize(name="hero", width=width, height=height)
    pair = [conditions(glyph("a", text, box, lettering=Lettering(font=face)), canvas=canvas) for text in (asked, drawn)]
    return check_picture(written(pair[1]), pair[0], cache=Cache())[1]


@pytest.mark.parametrize("face", ["Anton", "Noto Sans", "Playfair Display"])
@pytest.mark.parametrize("drawn", ["SALE\nSALE", "NO\nSALE", "SALE\nxqzr", "SALE\nnot today"])
def test_a_second_line_in_a_wide_box_is_extra(face: str, drawn: str) -> None:
    verdict = verdict_on("SALE", drawn, HERO, face, 1200, 628)
    assert verdict.status == "failed"
    said = [item.text for item in verdict.extra] + [item.read for item in verdict.slogans if not item.passed]
    assert any(word in text for text in said for word in set(drawn.split("\n")) | {"SALE"}), verdict


@pytest.mark.parametrize("drawn", ["Jazz\nJazz\nJazz", "Jazz\nBlues\nJazz", "Jazz\nJazz"])
def test_more_lines_in_a_tall_box_are_extra(drawn: str) -> None:
    assert verdict_on("Jazz", drawn, TALL, "Anton", 1080, 1350).status == "failed"


@pytest.mark.parametrize("box", [HERO, TALL])
@pytest.mark.parametrize("face", ["Anton", "Noto Sans", "Playfair Display"])
def test_what_was_asked_for_is_not_extra(box: Box, face: str) -> None:
    width, height = (1200, 628) if box is HERO else (1080, 1350)
    for text in ("SALE", "La la land", "Tea tea tea tea"):
        verdict = verdict_on(text, text, box, face, width, height)
        assert verdict.passed, verdict


def test_a_text_read_twice_is_not_extra_but_one_written_twice_is() -> None:
    what = conditions(slogan("a", "La la land", (100, 300, 800, 200), 120))
    (place,) = what.glyphs[0].line_boxes
    left, top, width, height = place

    def extra(*found: tuple[str, Box]) -> list[str]:
        reading = perfect(what, found=tuple(line(text, box) for text, box in found))
        return [item.text for item in judge(what, reading).extra]

    third = width // 3
    assert extra(("La la land", place), ("La la land", (left - 4, top + 3, width + 8, height))) == []
    assert extra(("La", (left, top, third, height)), ("la", (left + third, top, third, height))) == []
    assert extra(("La la land", place), ("land", (left + 2 * third, top, third, height))) == []
    half = height // 2
    assert extra(("La la land", (left, top - 8, width, half)), ("La la land", (left, top + half, width, half))) == [
        "La la land"
    ]
