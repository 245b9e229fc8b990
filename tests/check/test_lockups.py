"""Words of several sizes in one place, as designers lock them up, are one slogan."""

from __future__ import annotations

import pytest
from PIL import Image, ImageDraw

from layoutgen.check import Cache, check_picture
from layoutgen.check.model import Verdict
from tests.check.factories import conditions, font, slogan

Words = tuple[tuple[str, int, int, int], ...]
"""Each word with its left and top edge and its size."""
OPEN: Words = (("We are", 160, 330, 40), ("OPEN", 330, 300, 180), ("Every", 200, 560, 44), ("DAY", 380, 500, 200))
TIGHT: Words = (("We are", 400, 330, 40), ("OPEN", 300, 360, 180), ("Every", 440, 590, 44), ("DAY", 340, 610, 200))
SALE: Words = (("The", 160, 420, 30), ("BIG", 240, 310, 200), ("Summer", 300, 540, 50), ("SALE", 240, 590, 220))
OFF: Words = (("Up to", 200, 330, 50), ("50%", 200, 380, 260), ("off", 840, 590, 60))
FOR: Words = (("3", 250, 300, 300), ("for", 450, 420, 50), ("2", 560, 300, 300))


def verdict_on(text: str, words: Words) -> Verdict:
    what = conditions(slogan("a", text, (100, 470, 880, 60), 50, room=(100, 300, 880, 600)))
    image = Image.new("RGB", (1080, 1350), "#F2EBDD")
    pen = ImageDraw.Draw(image)
    for word, left, top, size in words:
        pen.text((left, top), word, font=font(size), fill="#14233A")
    return check_picture(image, what, cache=Cache())[1]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("We are OPEN Every DAY", OPEN),
        ("We are OPEN Every DAY", TIGHT),
        ("The BIG Summer SALE", SALE),
        ("Up to 50% off", OFF),
        ("3 for 2", FOR),
    ],
)
def test_a_lockup_is_read(text: str, words: Words) -> None:
    verdict = verdict_on(text, words)
    assert verdict.passed, verdict


@pytest.mark.parametrize("wrong", ["We are OPEN Every NIGHT", "We are OPEN DAY", "We are NOT OPEN Every DAY"])
def test_other_words_in_a_lockup_fail(wrong: str) -> None:
    assert not verdict_on(wrong, OPEN).passed
