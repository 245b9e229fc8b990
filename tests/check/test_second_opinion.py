"""Second opinions: tesseract where it is installed, and what it may and may not decide."""

from __future__ import annotations

import stat
from collections.abc import Sequence
from pathlib import Path

import pytest
from PIL import Image

from layoutgen.check import Cache, check_picture, judge
from layoutgen.check.model import ReadLine
from layoutgen.check.second_opinion import second_opinion
from layoutgen.check.tesseract import TesseractReader, installed_languages, open_tesseract
from layoutgen.conditions.model import CanvasSize, Conditions, Generation
from layoutgen.diagnostics import PosterError
from tests.check.factories import conditions, drawn, line, perfect, slogan
from tests.check.typeset_samples import glyph, written

needs = pytest.mark.skipif(not installed_languages(), reason="tesseract is not installed")
needs_russian = pytest.mark.skipif("rus" not in installed_languages(), reason="tesseract's Russian is not installed")


def page(*glyphs: object) -> Conditions:
    size = {"width": 900, "height": 500}
    return Conditions.model_validate(
        {
            "canvas": CanvasSize(name="feed", **size),
            "locale": "ru",
            "generation": Generation(**size, crop=(0, 0, 900, 500), scale=1.0),
            "prompt": "",
            "glyphs": glyphs,
        }
    )


@needs
def test_it_reads_lines_light_and_dark() -> None:
    what = conditions(slogan("a", "SUMMER SALE", (60, 60, 900, 160), 100), slogan("b", "now 9,99 €", (60, 400, 900, 100), 60))
    for ground, ink in (("#ffffff", "#000000"), ("#101820", "#f4efe6")):
        image = drawn(what, ground=ground, ink=ink)
        reader = TesseractReader(("eng",))
        crops = [image.crop((60, top, 960, top + height)) for top, height in ((60, 140), (400, 90))]
        read = reader.read(crops)
        assert read[0].text == "SUMMER SALE"
        assert "9,99" in read[1].text
        assert all(len(one.scores) == len(one.text) for one in read)
    assert reader.readable("Sale 50 %")
    assert not reader.readable("Скидка")


@needs_russian
@pytest.mark.parametrize(("instead", "passed"), [({}, True), ({"a": "ЛЕТНЯЯ РАСПРОЖАДА"}, False)])
def test_scripts_that_the_reader_does_not_know_are_checked_by_it(instead: dict[str, str], passed: bool) -> None:
    right = page(glyph("a", "ЛЕТНЯЯ РАСПРОДАЖА", (40, 40, 820, 120), "ru"), glyph("b", "Sale", (40, 300, 400, 120)))
    drawn = page(glyph("a", instead.get("a", "ЛЕТНЯЯ РАСПРОДАЖА"), (40, 40, 820, 120), "ru"), right.glyphs[1])
    reading, verdict = check_picture(written(drawn), right, cache=Cache())
    first = verdict.slogans[0]
    assert first.status == ("passed" if passed else "failed"), first.reason
    assert first.fault == ("" if passed else "letters")
    region = next(region for region in reading.regions if region.id == "a")
    assert region.reader.startswith("tesseract")
    assert verdict.slogans[1].passed


class Fixed:
    """A second engine that always reads the same."""

    name = "fixed"

    def __init__(self, text: str, score: float = 0.95) -> None:
        self._text, self._score = text, score

    def readable(self, text: str) -> bool:
        return True

    def detect(self, image: Image.Image, side: int = 640) -> tuple[()]:
        return ()

    def read(self, crops: Sequence[Image.Image]) -> tuple[ReadLine, ...]:
        return tuple(line(self._text, (0, 0, crop.width, crop.height), self._score) for crop in crops)

    def find(self, image: Image.Image, side: int = 640) -> tuple[()]:
        return ()


@pytest.mark.parametrize(
    ("expected", "read", "score", "second", "passed"),
    [
        ("SUMMER SALE", "SUMNER SALE", 0.4, "SUMMER SALE", True),
        ("SUMMER SALE", "SUMNER SALE", 0.99, "SUMMER SALE", False),
        ("SUMMER SALE", "SUMNER SALE", 0.4, "SUMNER SALE", False),
        ("Up to 50% off", "Up to 60% off", 0.4, "Up to 50% off", False),
        ("Up to 50% off", "Up to 50% of", 0.4, "Up to 50% off", True),
        ("Up to 50% off", "Up to 50% off", 0.4, "Up to 50% off", True),
    ],
    ids=["doubtful", "clear", "agreed", "another figure", "figures agree", "faint figures"],
)
def test_it_may_only_settle_doubts(expected: str, read: str, score: float, second: str, passed: bool) -> None:
    what = conditions(slogan("a", expected, (100, 100, 880, 120)))
    reading = perfect(what)
    (region,) = reading.regions
    doubted = region.model_copy(update={"lines": (line(read, region.lines[0].box, score),)})
    reading = reading.model_copy(update={"regions": (doubted,)})
    verdict = judge(what, reading)
    assert not verdict.passed
    picture = drawn(what)
    engine = Fixed(second)
    # Calibration reads what is perfectly set, which this engine gets right only when it says what is expected.
    opinion = second_opinion(picture, what, reading, verdict, {}, Cache(), find=lambda text: engine)
    assert judge(what, opinion.reading, opinion.unreadable).passed is passed


def program(folder: Path, script: str) -> str:
    path = folder / "tesseract"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("exec sleep 60", "did not answer within 0.3 seconds"),
        ("echo boom >&2; exit 3", "boom"),
        ('[ "$1" = --version ] || { echo boom >&2; exit 3; }', "boom"),
    ],
    ids=["hangs", "crashes", "has no version"],
)
def test_one_that_hangs_or_crashes_is_a_coded_error_and_no_opinion(tmp_path: Path, script: str, message: str) -> None:
    engine = TesseractReader(("eng",), program(tmp_path, script), seconds=0.3)
    with pytest.raises(PosterError, match=message) as caught:
        engine.read([Image.new("RGB", (200, 60), "white")])
    assert caught.value.diagnostics[0].code == "LG601"
    what = conditions(slogan("a", "SUMMER SALE", (100, 100, 880, 120)))
    reading = perfect(what, {"a": "SUMNER SALE"})
    (region,) = reading.regions
    faint = region.model_copy(update={"lines": (line("SUMNER SALE", region.lines[0].box, 0.3),)})
    reading = reading.model_copy(update={"regions": (faint,)})
    opinion = second_opinion(drawn(what), what, reading, judge(what, reading), {}, Cache(), find=lambda text: engine)
    assert opinion.reading == reading
    assert message in opinion.warnings[0]


def test_without_the_program_there_is_no_second_reader(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    installed_languages.cache_clear()
    assert open_tesseract("Sale") is None
    installed_languages.cache_clear()
