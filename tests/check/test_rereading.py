"""Words that stand elsewhere in their room, and doubtful readings: the real reader on drawn pictures."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

import layoutgen
from layoutgen.base.model import Box
from layoutgen.base.style import Lettering
from layoutgen.check import Cache, check_picture, judge, open_reader, read
from layoutgen.check.arbitrate import clear_winner
from layoutgen.check.model import ReaderLimit, Verdict
from layoutgen.check.normalise import is_digit, split_number
from layoutgen.conditions.model import Conditions, Glyph, ObjectCondition
from layoutgen.renderer.draft.renderer import draft
from tests.check.factories import conditions, font, line, perfect, slogan
from tests.check.typeset_samples import glyph, written

PI = "No.3.1415926-53589793-23846264-33832795-02384197"
ROOM: Box = (100, 300, 880, 400)


def roomy(text: str, size: int = 30) -> Glyph:
    """One short line in the middle of a large room."""
    return slogan("a", text, (100, 470, 880, 60), size, room=ROOM)


def written_at(*lines: tuple[str, int, int, int]) -> Image.Image:
    image = Image.new("RGB", (1080, 1350), "#F2EBDD")
    pen = ImageDraw.Draw(image)
    for text, left, top, size in lines:
        pen.text((left, top), text, font=font(size), fill="#14233A")
    return image


def judged(image: Image.Image, what: Conditions) -> Verdict:
    return check_picture(image, what, cache=Cache())[1]


def test_lines_broken_otherwise_within_the_room_pass() -> None:
    what = conditions(roomy(PI))
    lines = (("No.3.1415926-", 330, 320, 62), ("53589793-23846264-", 220, 440, 62), ("33832795-02384197", 230, 560, 62))
    verdict = judged(written_at(*lines), what)
    assert verdict.passed, verdict.reasons
    assert not verdict.extra


@pytest.mark.parametrize(("right", "wrong"), [("3.1415926", "3.1415936"), ("23846264", "2384626"), ("53589793-", "53589793")])
def test_what_is_wrong_in_the_room_fails(right: str, wrong: str) -> None:
    lines = (("No.3.1415926-", 330, 320), ("53589793-23846264-", 220, 440), ("33832795-02384197", 230, 560))
    image = written_at(*((text.replace(right, wrong), left, top, 62) for text, left, top in lines))
    assert judged(image, conditions(roomy(PI))).status == "failed"


def test_more_words_in_the_room_and_words_outside_it_fail() -> None:
    what = conditions(roomy("Open air cinema"))
    assert judged(written_at(("Open air", 200, 330, 80), ("cinema", 420, 520, 80)), what).passed
    stray = judged(written_at(("Open air", 200, 330, 80), ("cinema", 420, 450, 80), ("HOT DEAL", 250, 610, 60)), what)
    assert [item.text for item in stray.extra] == ["HOT DEAL"]
    outside = judged(written_at(("Open air", 200, 900, 80), ("cinema", 420, 1000, 80)), what)
    assert "wrong place" in outside.slogans[0].reason


def test_a_room_is_shared_with_what_else_is_in_the_region(tmp_path: Path) -> None:
    path = tmp_path / "a.poster"
    path.write_text(
        'poster 1 "A"\ncanvas feed 1000x1000\nregion top { box: 100px 100px 800px 400px\n'
        '  slogan "First"\n  slogan "Second"\n}\n'
        'region side { box: 100px 600px 800px 300px; rotate: 5deg\n  slogan "Turned"\n}\n'
    )
    first, second, turned = layoutgen.compile(path).glyphs
    assert first.room is not None
    assert second.room is not None
    assert turned.room is None
    assert first.room[:2] == (100, 100)
    assert first.room[1] + first.room[3] <= second.room[1] + 1
    assert second.room[1] + second.room[3] == 500
    assert first.room[2] == second.room[2] == 800


@pytest.mark.parametrize("face", ["Playfair Display", "Oswald", "Anton"])
@pytest.mark.parametrize(
    ("text", "doubled"), [("el regalo ideal", "el regalo ideall"), ("hello", "helllo"), ("off 50", "off 500")]
)
def test_doubled_letters_of_narrow_faces(face: str, text: str, doubled: str) -> None:
    right = conditions(glyph("a", text, (60, 300, 960, 200), lettering=Lettering(font=face), size=60))
    assert judged(written(right), right).passed
    more = conditions(glyph("a", doubled, (60, 300, 960, 200), lettering=Lettering(font=face), size=60))
    assert judged(written(more), right).status == "failed"


def test_the_edge_of_a_panel_is_no_letter() -> None:
    lettering = Lettering(font="Playfair Display", weight=700)
    what = conditions(glyph("a", "Cómo elegir\nel regalo ideal", (120, 100, 648, 240), "es", lettering=lettering))
    image = written(what, "#101418")
    lines = what.glyphs[0].line_boxes
    right = max(box[0] + box[2] for box in lines) + 6
    left = min(box[0] for box in lines) - 6
    pen = ImageDraw.Draw(image)
    pen.rectangle((right, 0, 1080, 1350), fill="white")
    pen.rectangle((0, 0, left, 1350), fill="white")
    white = Image.new("RGB", image.size, "#2E8B57")
    ink = Image.eval(written(what, "#ffffff").convert("L"), lambda value: 255 - value)
    image.paste(white, (0, 0), ink)
    verdict = judged(image, what)
    assert verdict.passed, verdict.reasons


def test_a_full_stop_that_touches_its_letter_is_looked_for_in_black_on_white() -> None:
    text = "There are many benefits to having a pet.\nHere are some of the most well-known"
    what = conditions(glyph("a", text, (157, 380, 366, 70), lettering=Lettering(font="Oswald"), size=23.5))
    ink = Image.eval(written(what, "#ffffff").convert("L"), lambda value: 255 - value)
    image = Image.new("RGB", (1080, 1350), "#101418")
    image.paste(Image.new("RGB", image.size, "#D2691E"), (0, 0), ink)
    assert judged(image, what).passed


def over(description: str, text: str, size: int, box: Box = (300, 500, 480, 480)) -> Verdict:
    """A picture of something, with letters on it."""
    what = conditions(objects=(ObjectCondition(id="thing", description=description, box=box),))
    image = draft(what)
    if text:
        pen = ImageDraw.Draw(image)
        pen.text((box[0] + 150, box[1] + 150), text, font=font(size), fill="black", stroke_width=6, stroke_fill="white")
    return judge(what, read(image, what, open_reader()))


@pytest.mark.parametrize("description", ["a cat", "a blue running shoe", "a brown coat", "a piece of a puzzle", "a pizza"])
def test_words_drawn_over_an_object_are_found(description: str) -> None:
    assert not over(description, "", 0).extra
    for text in ("SALE", "OK", "50"):
        assert any(text in item.text for item in over(description, text, 110).extra), text


def test_slogans_on_a_picture_are_not_found_twice() -> None:
    small = slogan("a", "All year round", (340, 900, 400, 40), 22)
    what = conditions(small, objects=(ObjectCondition(id="thing", description="a cat", box=(200, 300, 680, 700)),))
    image = draft(what.model_copy(update={"glyphs": ()}))
    box = small.line_boxes[0]
    ImageDraw.Draw(image).text(box[:2], small.text, font=font(22), fill="black", stroke_width=2, stroke_fill="white")
    assert not judged(image, what).extra


def test_folds_and_laces_are_no_letters() -> None:
    boxes: tuple[Box, ...] = ((150, 300, 360, 300), (660, 900, 144, 158))
    for description in ("a running shoe", "a coat", "a puzzle piece", "pizza with olives", "pizza with meat"):
        for box in boxes:
            assert not over(description, "", 0, box).extra, (description, box)


@pytest.mark.parametrize("policy", ["exact", "digits"])
def test_a_space_inside_a_number_fails(policy: str) -> None:
    what = conditions(slogan("a", "now 9,99€", (100, 100, 880, 120), verify=policy))
    verdict = judge(what, perfect(what, {"a": "now 9,9 9€"}))
    assert verdict.status == "failed"
    assert verdict.slogans[0].reason == "Reads `now 9,9 9€`: a space stands inside `9,99`."
    for text in ("now 9,99 €", "now9,99€"):
        assert judge(what, perfect(what, {"a": text})).passed
    wide = {"a": ReaderLimit(reason="Set wide.", spaced=True)}
    assert judge(what, perfect(what, {"a": "now 9,9 9€"}), wide).passed


@pytest.mark.parametrize(
    ("expected", "read_as", "number"),
    [
        ("9,99€", "9,9 9€", "9,99"),
        ("9,99€", "9, 99€", "9,99"),
        ("call 0800 123", "call 08 00 123", "0800"),
        ("1 000", "1000", ""),
        ("3 for 2", "3 for  2", ""),
        ("23846264-33832795", "23846264- 33832795", ""),
        ("12:30", "12 :30", "12:30"),
    ],
)
def test_which_number_is_split(expected: str, read_as: str, number: str) -> None:
    assert split_number(expected, read_as) == number


PLACE: Box = (0, 0, 100, 20)
digits = st.text("0123456789", min_size=1, max_size=6)


@given(digits, digits, st.floats(0.5, 1.0), st.floats(0.5, 1.0))
def test_readings_of_other_digits_are_not_settled_by_what_is_asked(one: str, other: str, sure: float, surer: float) -> None:
    a, b = line(one, PLACE, sure, sure), line(other, PLACE, surer, surer)
    chosen = clear_winner((a,), (b,))
    same_length = len(one) == len(other) and one != other and all(map(is_digit, one + other))
    if same_length and _runs(one) != _runs(other):
        assert chosen == ((a,) if sure >= surer else (b,))


@given(st.sampled_from(["ideal", "Illinois", "SUMMER", "off 50"]), st.data())
def test_a_letter_more_is_believed_unless_it_stands_doubtful_at_the_end(text: str, data: st.DataObject) -> None:
    at = data.draw(st.sampled_from([index for index, character in enumerate(text) if character != " "]))
    doubled = text[: at + 1] + text[at:]
    plain = line(text, PLACE, 0.99, 0.99)
    surely = line(doubled, PLACE, 0.97, 0.97)
    assert clear_winner((plain,), (surely,)) == (surely,)
    doubtful = line(doubled, PLACE, 0.7, 0.7)
    at_end = len(set(text[:at] + " ")) == 1 or not text[at + 1 :]
    if not at_end and text[at] not in (text[0], text[-1]):
        assert clear_winner((plain,), (doubtful,)) == (doubtful,)
    if text == "ideal" and at == 4:
        assert clear_winner((plain,), (doubtful,)) == (plain,)


def _runs(text: str) -> list[str]:
    return [character for at, character in enumerate(text) if not at or text[at - 1] != character]
