"""Calibration and its cache."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from PIL import Image

from layoutgen.base.geometry import Quad
from layoutgen.base.style import Lettering
from layoutgen.check import Cache, calibrate, default_cache, open_reader
from layoutgen.check.model import ReadLine
from layoutgen.check.reader import DETECTION_SIDE
from tests.check.factories import conditions
from tests.check.typeset_samples import glyph


class Counting:
    """The real reader, and how often it was asked."""

    def __init__(self) -> None:
        self.reader = open_reader()
        self.name = self.reader.name
        self.asked = 0

    def readable(self, text: str) -> bool:
        return self.reader.readable(text)

    def detect(self, image: Image.Image, side: int = DETECTION_SIDE) -> tuple[Quad, ...]:
        return self.reader.detect(image, side)

    def read(self, crops: Sequence[Image.Image]) -> tuple[ReadLine, ...]:
        self.asked += len(crops)
        return self.reader.read(crops)

    def find(self, image: Image.Image, side: int = DETECTION_SIDE) -> tuple[ReadLine, ...]:
        return self.reader.find(image, side)


def test_what_can_be_read_is_not_listed() -> None:
    what = conditions(glyph("a", "SUMMER SALE 50%", (90, 100, 900, 150)), glyph("b", "夏日促销", (90, 400, 900, 150), "zh"))
    assert calibrate(what, open_reader(), Cache()) == {}


def test_what_cannot_be_read_has_a_reason() -> None:
    what = conditions(
        glyph("ru", "Привет", (90, 100, 900, 150), "ru"),
        glyph("caps", "Summer Sale", (90, 400, 900, 150), lettering=Lettering(font="Bebas Neue")),
        glyph("off", "Привет", (90, 700, 900, 150), "ru", verify="off"),
    )
    limits = calibrate(what, open_reader(), Cache())
    assert set(limits) == {"ru", "caps"}
    assert "Cyrillic" in limits["ru"].reason
    assert not limits["ru"].caseless
    assert limits["caps"].caseless


def test_the_cache_is_shared_by_equal_slogans_and_survives_on_disk(tmp_path: Path) -> None:
    reader = Counting()
    here = conditions(glyph("a", "Fresh fish", (90, 100, 900, 150)))
    there = conditions(glyph("b", "Fresh fish", (90, 600, 900, 150)))
    calibrate(here, reader, Cache(tmp_path))
    asked = reader.asked
    assert asked > 0
    assert calibrate(there, reader, Cache(tmp_path)) == {}
    assert reader.asked == asked
    (entry,) = tmp_path.rglob("*.json")
    for damaged in (b"{", b"[]", b'{"read": 3}', b"\xff\xfe"):
        entry.write_bytes(damaged)
        assert calibrate(here, reader, Cache(tmp_path)) == {}
        assert reader.asked > asked
        asked = reader.asked
    assert calibrate(conditions(glyph("a", "Fresh fish", (90, 100, 900, 150), size=40.0)), reader, Cache(tmp_path)) == {}
    assert reader.asked > asked


def test_a_folder_that_cannot_be_written_is_no_problem(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    cache = Cache(blocked / "cache")
    cache.put("key", {"right": True})
    assert cache.get("key") == {"right": True}
    assert Cache(blocked / "cache").get("key") is None


def test_the_cache_folder_follows_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for value, folder in ((str(tmp_path), tmp_path / "calibration"), ("off", None)):
        monkeypatch.setenv("LAYOUTGEN_CACHE", value)
        default_cache.cache_clear()
        assert default_cache().folder == folder
    default_cache.cache_clear()
