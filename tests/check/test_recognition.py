"""The recogniser, run by ourselves, beside rapidocr's own way with it."""

from __future__ import annotations

from typing import Any

import pytest
from PIL import Image

from layoutgen.base.style import Lettering
from layoutgen.check import RapidReader
from layoutgen.check.crops import line_height
from layoutgen.check.guarded_reader import GuardedReader
from layoutgen.check.recognition import LINE_HEIGHT, LONGEST_LINE, blue_first
from layoutgen.conditions.model import set_text_of
from layoutgen.typeset.draw import draw
from tests.check.typeset_samples import glyph
from tests.judge.caching_reader import CachingReader

WIDE = [
    "Summer sale from 9.99",
    "ONLY TODAY: €49 instead of €79",
    "Fresh bread every morning",
    "全场特价，仅限今天一天，欢迎光临本店",
]
SHORT = ["5%", "€9", "50%", "-20%", "Café", "24h", "NEW", "10:30", "大特价", "$5"]


def line_of(text: str, size: int = 40, ink: str = "#202020", **lettering: Any) -> Image.Image:
    item = glyph("line", text, (30, 20, 2000, 2 * size), size=float(size), lettering=Lettering(**lettering))
    (left, top, width, height), *_ = item.line_boxes
    picture = Image.new("RGB", (2060, 4 * size), "#F4EFE6")
    draw(picture, set_text_of(item), color=ink)
    return picture.crop((left - 8, top - 4, left + width + 8, top + height + 4))


@pytest.fixture(scope="module")
def reader() -> RapidReader:
    return RapidReader()


@pytest.mark.parametrize("size", [18, 40, 90])
@pytest.mark.parametrize("text", WIDE)
def test_wide_lines_are_read_as_by_rapidocr(text: str, size: int, reader: RapidReader) -> None:
    from rapidocr import RapidOCR

    crop = line_of(text, size)
    engine = RapidOCR(params={"Global.log_level": "critical", "Global.max_side_len": LONGEST_LINE, "Global.min_side_len": 1})
    pixels = blue_first(line_height(crop, LINE_HEIGHT, LONGEST_LINE))
    theirs: Any = engine(pixels, use_det=False, use_cls=False, use_rec=True, return_word_box=True)
    (ours,) = reader.read([crop])
    assert ours.text == theirs.txts[0].strip()
    assert ours.scores == pytest.approx(theirs.word_results[0].confs[: len(ours.text)], abs=2e-4)


@pytest.mark.parametrize("text", SHORT)
def test_short_lines(text: str, reader: RapidReader) -> None:
    (line,) = reader.read([line_of(text)])
    assert line.text.replace(" ", "") == text.replace(" ", "")


def test_characters_lie_where_they_are_set(reader: RapidReader) -> None:
    text = "Only 9.99"
    item = glyph("line", text, (0, 0, 900, 120), size=60.0)
    crop = line_of(text, 60)
    (aligned,) = reader.align([crop], [text])
    assert aligned.line == reader.read([crop])[0]
    assert "".join(one.text for one in aligned.characters) == "Only9.99"
    set_boxes = [one.box for one in item.characters if one.box[2] and not text[one.start : one.end].isspace()]
    for one, box in zip(aligned.characters, set_boxes, strict=True):
        middle = item.line_boxes[0][0] - 8 + (one.start + one.end) / 2 * crop.width
        assert box[0] - 12 <= middle <= box[0] + box[2] + 12
        assert one.posterior > 0.8
        assert one.margin > 0.6


def test_a_text_that_is_not_there(reader: RapidReader) -> None:
    crop = line_of("Only 9.99", 60)
    (aligned,) = reader.align([crop], ["Only 9.49"])
    assert aligned.line.text == "Only 9.99"
    doubted = [one for one in aligned.characters if one.margin < 0]
    assert [(one.text, one.rival) for one in doubted] == [("4", "9")]


def test_readers_around_a_reader_pass_it_on(reader: RapidReader) -> None:
    crop = line_of("Only 9.99")
    expected = reader.align([crop], ["Only 9.99"])
    assert expected[0].characters
    assert GuardedReader(reader).align([crop], ["Only 9.99"]) == expected
    assert CachingReader(reader).align([crop], ["Only 9.99"]) == expected
