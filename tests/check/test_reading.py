"""The real reader on drawn pictures."""

from __future__ import annotations

import pytest
import segno
from PIL import Image, ImageDraw

from layoutgen.base.model import Box
from layoutgen.base.style import Lettering
from layoutgen.check import Cache, check_picture, judge, open_reader, read
from layoutgen.conditions.model import CanvasSize, Conditions, ContrastRule, Overlay
from layoutgen.diagnostics import PosterError
from tests.check.factories import conditions, drawn, font, sale, slogan
from tests.check.typeset_samples import glyph, written

CODE: Box = (60, 1040, 170, 170)


def test_a_good_picture_passes_and_needs_no_calibration() -> None:
    reading, verdict = check_picture(drawn(sale()), sale(), cache=_Refusing())
    assert verdict.status == "passed"
    assert verdict.score == 1
    assert reading.reader.startswith("rapidocr 3.")
    assert not reading.found


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("header.headline", "SUMER SALE", "the letter `M` is missing"),
        ("offer.1", "Up to 60% off", "`6` stands where `5` should"),
        ("offer.1", "Up to 50% off!", "the character `!` should not be there"),
        ("offer.1", "Up to 500% off", "the digit `0` should not be there"),
        ("offer.price", "now 999 €", "the character `,` is missing"),
        ("offer.price", "", "Nothing was read"),
    ],
)
def test_wrong_words_fail(name: str, text: str, reason: str) -> None:
    reading = read(drawn(sale(), {name: text}), sale(), open_reader())
    verdict = judge(sale(), reading)
    (wrong,) = [item for item in verdict.slogans if not item.passed]
    assert wrong.id == name
    assert reason in wrong.reason


def test_text_beyond_the_line_is_seen() -> None:
    narrow = conditions(slogan("a", "SALE", (340, 300, 400, 150), 100))
    assert not judge(narrow, read(drawn(narrow, {"a": "SALE SALE"}), narrow, open_reader())).passed
    assert not judge(narrow, read(drawn(narrow, {"a": "SALES"}), narrow, open_reader())).passed


def test_stray_and_doubled_text_is_found() -> None:
    image = drawn(sale())
    pen = ImageDraw.Draw(image)
    pen.text((100, 800), "SUMMER SALE", font=font(70), fill="black")
    pen.text((100, 1000), "Hot stuff", font=font(60), fill="black")
    pen.text((700, 1150), "tiny", font=font(6), fill="black")
    verdict = judge(sale(), read(image, sale(), open_reader()))
    assert [item.text for item in verdict.extra] == ["SUMMER SALE", "Hot stuff"]
    assert verdict.status == "failed"
    assert any("more than once" in reason for reason in verdict.reasons)


def test_a_slogan_elsewhere_is_in_the_wrong_place() -> None:
    image = drawn(sale(), {"offer.1": ""})
    ImageDraw.Draw(image).text((200, 900), "Up to 50% off", font=font(80), fill="black")
    verdict = judge(sale(), read(image, sale(), open_reader()))
    assert "wrong place" in next(item.reason for item in verdict.slogans if item.id == "offer.1")


def test_a_generator_that_writes_beside_its_lines_still_passes() -> None:
    """As real ones do: another size, the centre inside the box."""
    image = Image.new("RGB", (1080, 1350), "#1B2A41")
    pen = ImageDraw.Draw(image)
    pen.text((180, 90), "SUMMER SALE", font=font(104), fill="white")
    pen.text((230, 335), "Up to 50% off", font=font(70), fill="#FFD166")
    pen.text((420, 480), "now 9,99 €", font=font(50), fill="#FFD166")
    pen.text((300, 1263), "While stocks last. See shop for details.", font=font(24), fill="white")
    assert judge(sale(), read(image, sale(), open_reader())).status == "passed"


def test_a_picture_of_another_size() -> None:
    image = drawn(sale()).resize((720, 900), Image.Resampling.LANCZOS)
    reading, verdict = check_picture(image, sale())
    assert verdict.passed
    assert all(line.box[0] + line.box[2] <= 1080 for region in reading.regions for line in region.lines)
    assert not verdict.warnings
    _, squashed = check_picture(drawn(sale()).resize((900, 900)), sale())
    assert "shape differs" in squashed.warnings[0]


def test_turned_vertical_and_broken_lines() -> None:
    down = Lettering(direction="vertical")
    what = conditions(
        glyph("turned", "SUMMER SALE", (90, 120, 760, 180), rotation=-12),
        glyph("lines", "Open air\ncinema", (140, 420, 560, 260), rotation=6),
        glyph("column", "夏日大促销\n全场五折", (800, 480, 240, 700), "zh", lettering=down),
        glyph("row", "满300元减50元", (80, 900, 640, 130), "zh"),
        glyph("side", "Sideways", (300, 1130, 300, 150), rotation=90),
    )
    _, verdict = check_picture(written(what), what)
    assert verdict.passed, verdict.reasons


def test_codes_are_decoded_again() -> None:
    what = sale(overlays=(Overlay(id="link", kind="qr", source="https://example.com/s", box=CODE),))
    assert judge(what, read(_with_code(what, "https://example.com/s"), what, open_reader())).passed
    verdict = judge(what, read(_with_code(what, "https://example.com/other"), what, open_reader()))
    assert not verdict.passed
    assert not verdict.codes[0].passed
    assert not judge(what, read(drawn(what), what, open_reader())).codes[0].passed


def test_contrast_is_measured_on_the_picture() -> None:
    what = sale(contrast=(ContrastRule(element="header", operator=">=", value=4.5),))
    assert judge(what, read(drawn(what), what, open_reader())).passed
    verdict = judge(what, read(drawn(what, ground="#F2A541", ink="#FFF8E7"), what, open_reader()))
    assert verdict.slogans[0].reason.startswith("Its contrast is 1.9")


def test_scripts_the_reader_lacks_are_never_passed() -> None:
    what = conditions(
        glyph("ru", "Летняя распродажа", (90, 100, 900, 150), "ru"),
        glyph("price", "Скидка 50%", (90, 400, 900, 150), "ru"),
        glyph("ar", "تخفيضات الصيف", (90, 700, 900, 150), "ar"),
    )
    _, verdict = check_picture(written(what), what, cache=Cache(), second_engine=False)
    assert [item.status for item in verdict.slogans] == ["unchecked", "failed", "unchecked"]
    assert "Cyrillic" in verdict.slogans[0].reason
    assert not verdict.extra
    _, empty = check_picture(Image.new("RGB", (1080, 1350), "white"), what, cache=Cache())
    assert [item.status for item in empty.slogans] == ["failed", "failed", "failed"]


def test_a_typeface_without_small_letters() -> None:
    what = conditions(glyph("a", "Summer Sale 50%", (90, 100, 900, 200), lettering=Lettering(font="Bebas Neue")))
    _, verdict = check_picture(written(what), what, cache=Cache())
    assert verdict.passed, verdict.reasons


def test_a_picture_that_cannot_hold_words() -> None:
    with pytest.raises(PosterError) as caught:
        read(Image.new("RGB", (900, 8)), sale(), open_reader())
    assert [item.code for item in caught.value.diagnostics] == ["LG601"]


def test_an_empty_picture() -> None:
    what: Conditions = conditions(canvas=CanvasSize(name="x", width=64, height=64))
    verdict = judge(what, read(Image.new("RGB", (64, 64), "white"), what, open_reader()))
    assert verdict.passed
    assert verdict.score == 1


class _Refusing(Cache):
    def get(self, key: str) -> None:
        raise AssertionError("calibrated without need")


def _with_code(what: Conditions, content: str) -> Image.Image:
    image = drawn(what)
    rows = list(segno.make(content, error="m").matrix_iter(border=2))
    code = Image.frombytes("L", (len(rows), len(rows)), bytes(0 if dark else 255 for row in rows for dark in row))
    image.paste(code.convert("RGB").resize(CODE[2:], Image.Resampling.NEAREST), CODE[:2])
    return image
