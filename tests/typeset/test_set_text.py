from __future__ import annotations

from itertools import combinations, pairwise
from typing import Literal

import numpy as np
import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from layoutgen.base.model import Box
from layoutgen.base.style import Lettering, Valign
from layoutgen.typeset import DoesNotFit, FitItem, SetText, fit, set_text
from layoutgen.typeset.draw import ink

WORDS = (
    "Sale", "office", "AVATAR", "fjord", "€9.99", "50%", "Œuvre", "Ёлка", "ночь", "Ωμέγα", "夏季大促销，", "「今日」", "セール",
    "سعر", "ريال", "(Nike)", "١٢٣", "שלום", "הנחה!", "e\u0301te\u0301", "مُحَمَّد", "한국어", "well-known", "…", "“全场”",
    "नमस्ते", "क्षत्रिय", "ลดราคา", "น้ำ", "Donau\u00addampf", "Tokyo", "12", "キャー」", "🎉", "👩‍🚀👍🏽", "🇩🇪1️⃣",
)  # fmt: skip
TEXT = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join)
LETTERING = st.builds(
    Lettering,
    face=st.sampled_from((None, "heavy condensed sans", "elegant serif", "script")),
    weight=st.sampled_from((None, 300, 800)),
    italic=st.booleans(),
    letter_spacing=st.sampled_from((0.0, 0.0, 0.08, -0.02)),
    line_height=st.sampled_from((1.0, 1.15, 1.4)),
    align=st.sampled_from(("left", "center", "right")),
    direction=st.sampled_from(("auto", "auto", "ltr", "rtl", "vertical")),
    bullet=st.sampled_from((None, None, "•")),
    hyphenate=st.booleans(),
)


def made(text: str, lettering: Lettering, box: Box, locale: str = "en", valign: Valign = "middle") -> SetText | None:
    size = fit([FitItem(text, lettering, locale, 9)], box[2], box[3], gap=0, largest=90)
    return None if size is None else set_text(text, lettering, size, box, locale=locale, valign=valign)


def inside(inner: Box, outer: Box) -> bool:
    return (
        inner[0] >= outer[0]
        and inner[1] >= outer[1]
        and inner[0] + inner[2] <= outer[0] + outer[2]
        and inner[1] + inner[3] <= outer[1] + outer[3]
    )


def crossing(one: Box, other: Box) -> bool:
    return all(one[axis] < other[axis] + other[axis + 2] and other[axis] < one[axis] + one[axis + 2] for axis in (0, 1))


@settings(deadline=None, max_examples=120)
@given(
    text=TEXT,
    lettering=LETTERING,
    width=st.integers(80, 700),
    height=st.integers(40, 500),
    valign=st.sampled_from(("top", "middle", "bottom")),
)
def test_boxes_nest_and_bytes_cover_the_text(
    text: str, lettering: Lettering, width: int, height: int, valign: Literal["top", "middle", "bottom"]
) -> None:
    box = (13, 17, width, height)
    result = made(text, lettering, box, valign=valign)
    if result is None:
        return
    assert all(inside(line.box, box) for line in result.lines)
    assert all(inside(item.box, result.lines[item.line].box) for item in result.characters)
    data = text.encode()
    graphemes = [item for item in regex.findall(r"\X", text) if not item.isspace() and item != "\u00ad"]
    assert [data[item.start : item.end].decode() for item in result.characters] == graphemes
    starts = [item.start for item in result.characters]
    assert starts == sorted(set(starts))
    axis = 1 if result.direction == "vertical" else 0
    for number, line in enumerate(result.lines):
        boxes = sorted(item.box for item in result.characters if item.line == number)
        spans = sorted((one[axis], one[axis] + one[axis + 2]) for one in boxes)
        assert spans[0][0] == line.box[axis]
        assert spans[-1][1] == line.box[axis] + line.box[axis + 2]
        apart = sorted(set(spans)) if axis else spans  # two figures of a column may stand abreast
        assert all(second[0] >= first[1] for first, second in pairwise(apart))
        assert not any(crossing(one, other) for one, other in combinations(boxes, 2))
        assert all(one[2] > 0 and one[3] > 0 for one in boxes)


@settings(deadline=None, max_examples=60)
@given(text=TEXT, lettering=LETTERING, width=st.integers(120, 500), height=st.integers(80, 400))
def test_ink_lies_in_the_boxes(text: str, lettering: Lettering, width: int, height: int) -> None:
    box = (10, 10, width, height)
    result = made(text, lettering, box)
    if result is None:
        return
    mask = np.asarray(ink(result, (0, 0, width + 20, height + 20)))
    beyond = mask.copy()
    beyond[10 - 1 : 10 + height + 1, 10 - 1 : 10 + width + 1] = 0
    assert not (beyond > 60).any()
    for item in result.characters:
        character = text.encode()[item.start : item.end].decode()
        left, top, wide, tall = item.box
        assert mask[top : top + tall, left : left + wide].any(), character


def order(result: SetText) -> str:
    """The characters of a one-line text from left to right."""
    data = result.text.encode()
    return "".join(data[item.start : item.end].decode() for item in sorted(result.characters, key=lambda item: item.box[0]))


@pytest.mark.parametrize(
    ("text", "direction", "seen"),
    [
        ("abc", "auto", "abc"),
        ("سعر", "auto", "رعس"),
        ("سعر 50", "auto", "50رعس"),
        ("سعر (Nike) 9.99", "auto", "9.99)Nike(رعس"),
        ("שלום!", "auto", "!םולש"),
        ("Nike שלום", "auto", "Nikeםולש"),
        ("Nike שלום", "rtl", "םולשNike"),
        ("Hello (שלום) עולם", "auto", "Hello(םולש)םלוע"),
        ("שלום [a (b) c] 5", "auto", "5]a(b)c[םולש"),
        ("\u2067שלום\u2069 a", "auto", "aםולש"),
        ("١٢٣ سعر", "auto", "رعس١٢٣"),
    ],
)
def test_visual_order(text: str, direction: Literal["auto", "rtl"], seen: str) -> None:
    result = set_text(text, Lettering(direction=direction), 40, (0, 0, 800, 80), locale="en")
    assert order(result) == seen


def test_brackets_are_mirrored_in_right_to_left_text() -> None:
    latin = set_text("(", Lettering(), 60, (0, 0, 100, 100), locale="en")
    hebrew = set_text("(", Lettering(), 60, (0, 0, 100, 100), locale="he")
    assert hebrew.direction == "rtl"
    one, other = (np.asarray(ink(item, (0, 0, 100, 100))) for item in (latin, hebrew))
    assert abs(one.astype(int) - other).max() > 200
    assert abs(one.astype(int) - other[:, ::-1]).mean() < abs(one.astype(int) - other).mean()


def test_vertical_columns_run_from_right_to_left() -> None:
    result = set_text("縦書きのセール", Lettering(direction="vertical"), 40, (0, 0, 200, 170), locale="ja")
    assert result.direction == "vertical"
    assert len(result.lines) == 2
    assert result.lines[0].box[0] > result.lines[1].box[0]
    first = [item.box[1] for item in result.characters if item.line == 0]
    assert first == sorted(first)


def test_a_column_has_figures_abreast_and_turned_words() -> None:
    result = set_text("12月Sale50%", Lettering(direction="vertical"), 40, (0, 0, 200, 400), locale="ja")
    one, two, month, *word = result.characters
    assert one.box[1] == two.box[1]
    assert one.box[3] == two.box[3] == pytest.approx(40, abs=2)
    assert one.box[0] + one.box[2] == two.box[0]
    assert month.box[1] >= two.box[1] + two.box[3]
    assert [item.box[3] < 36 for item in word[:4]] == [True] * 4  # as high as the letters are wide
    assert word[4].box[1] < word[5].box[1]  # figures that belong to a word are turned with it


@pytest.mark.parametrize(("align", "share"), [("left", 0.0), ("center", 0.5), ("right", 1.0)])
def test_align(align: Literal["left", "center", "right"], share: float) -> None:
    line = set_text("Sale", Lettering(align=align), 40, (100, 0, 500, 60), locale="en").lines[0]
    assert line.box[0] == pytest.approx(100 + (500 - line.box[2]) * share, abs=2)


@pytest.mark.parametrize("valign", ["top", "middle", "bottom"])
def test_valign(valign: Valign) -> None:
    line = set_text("SALE", Lettering(), 40, (0, 100, 500, 300), locale="en", valign=valign).lines[0]
    middle = line.box[1] + line.box[3] / 2
    assert middle == pytest.approx({"top": 123, "middle": 250, "bottom": 377}[valign], abs=1.5)


def test_faces_in_order_of_use() -> None:
    result = set_text("Sale 大促", Lettering(face="heavy condensed sans"), 40, (0, 0, 500, 80), locale="zh")
    assert result.faces == ("Anton", "Noto Sans CJK SC")


def test_a_bullet_is_not_part_of_the_text() -> None:
    result = set_text("item", Lettering(bullet="•", align="left"), 40, (0, 0, 300, 60), locale="en")
    assert result.text == "item"
    assert len(result.characters) == 4
    assert result.lines[0].box[0] > 20
    mask = np.asarray(ink(result, (0, 0, 300, 60)))
    assert mask[:, : result.lines[0].box[0] - 4].any()


def test_what_does_not_fit_says_what_would() -> None:
    with pytest.raises(DoesNotFit) as caught:
        set_text("Summer sale", Lettering(), 100, (0, 0, 200, 50), locale="en")
    assert caught.value.width > 200
    assert caught.value.height > 50


def test_a_set_text_survives_json() -> None:
    result = set_text("Sale سعر 50", Lettering(italic=True), 33, (3, 5, 300, 60), locale="ar")
    again = SetText.model_validate_json(result.model_dump_json())
    assert again == result
    area = (0, 0, 310, 70)
    assert ink(again, area).tobytes() == ink(result, area).tobytes()
    assert isinstance(ink(result, area), Image.Image)
