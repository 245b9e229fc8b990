"""Real infographics: every text becomes exactly one slogan, and the draft of them is read back."""

from __future__ import annotations

from pathlib import Path

import pytest

import layoutgen
from layoutgen.check import open_reader
from layoutgen.document import bind
from layoutgen.document.model import Region, Slogan
from tests.real.bizgen import SAMPLE, run, total
from tests.real.infographics import SOURCE, infographics, poster_of

pytestmark = pytest.mark.skipif(not SOURCE.is_file(), reason="the infographics are not beside this checkout")


def test_every_text_is_one_slogan(tmp_path: Path) -> None:
    assert len(infographics()) == 41
    for source in infographics():
        path = tmp_path / f"{source.index}.poster"
        path.write_text(poster_of(source), "utf-8")
        document, _ = bind(layoutgen.load(path))
        regions = [element for element in document.elements["full"] if isinstance(element, Region)]
        texts = [child.text for region in regions for child in region.children if isinstance(child, Slogan)]
        assert texts == [layer.words for layer in source.texts]
        assert source.empty == 0


def test_the_source_has_512_texts() -> None:
    import json

    layers = [layer for entry in json.loads(SOURCE.read_text("utf-8")) for layer in entry["layers_all"]]
    assert sum(layer["category"] == "text" for layer in layers) == 512
    assert sum(len(source.texts) for source in infographics()) == 512


def test_sample_is_read_back(tmp_path: Path) -> None:
    reader = open_reader()
    totals = total([run(source, tmp_path, reader) for source in infographics() if source.index in SAMPLE])
    assert totals.slogans == totals.texts
    assert totals.read >= 0.98
    assert totals.unreadable < 0.05


@pytest.mark.slow
def test_all_are_read_back(tmp_path: Path) -> None:
    reader = open_reader()
    totals = total([run(source, tmp_path, reader) for source in infographics()])
    assert totals.good, totals
