"""Words that stand on their heads are not the slogan; words that run up or down are, in either turn."""

from __future__ import annotations

import pytest
from PIL import Image

from layoutgen.check import Cache, check_picture, judge, open_reader, read
from tests.check.factories import conditions, drawn, slogan
from tests.check.typeset_samples import glyph, written


@pytest.mark.parametrize("text", ["Fresh Bread", "since 1998", "Grand Opening", "50% off"])
def test_words_upside_down_fail(text: str) -> None:
    what = conditions(slogan("a", text, (100, 300, 880, 200), 130))
    image = drawn(what)
    assert check_picture(image, what, cache=Cache())[1].passed
    left, top, width, height = what.glyphs[0].line_boxes[0]
    edges = (left - 10, top - 10, left + width + 10, top + height + 10)
    image.paste(image.crop(edges).transpose(Image.Transpose.ROTATE_180), edges[:2])
    verdict = check_picture(image, what, cache=Cache())[1]
    assert not verdict.passed


@pytest.mark.parametrize("text", ["NOON", "SOS 69", "SIS", "pod"])
def test_words_that_look_alike_upside_down_pass(text: str) -> None:
    what = conditions(slogan("a", text, (100, 300, 880, 200), 130))
    assert judge(what, read(drawn(what), what, open_reader())).passed


@pytest.mark.parametrize("degrees", [90, -90, 180, 270])
@pytest.mark.parametrize(("text", "size"), [("Sideways 30% off", 34), ("Sideways 30% off", 22), ("Open daily 9-18", 60)])
def test_what_is_asked_to_be_turned_is_read_turned(text: str, size: float, degrees: float) -> None:
    what = conditions(glyph("a", text, (290, 575, 500, 200), size=size, rotation=degrees))
    verdict = check_picture(written(what), what, open_reader(), Cache())[1]
    assert verdict.passed, verdict
    reading = read(written(what), what, open_reader())  # without comparing it with the typeface
    assert judge(what, reading).passed, reading


def test_words_that_run_up_instead_of_down_are_read() -> None:
    down, up = (conditions(glyph("a", "Summer Sale", (290, 575, 500, 120), rotation=turn)) for turn in (90, -90))
    reading = read(written(up), down, open_reader())
    assert judge(down, reading).passed, reading
