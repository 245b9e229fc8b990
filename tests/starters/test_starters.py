"""Every starter: all canvases and languages without a warning, and the gallery shows it as it is."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import layoutgen
from layoutgen.cli.check import check_file
from layoutgen.starters.catalogue import about, starter_names, starter_path, thumbnail

ROOT = Path(__file__).parents[2]
GALLERY = ROOT / "docs/pictures/gallery"


@pytest.fixture(scope="module")
def gallery() -> Any:
    """The script that draws the gallery."""
    spec = importlib.util.spec_from_file_location("gallery", GALLERY / "draw.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_there_are_twelve() -> None:
    names = "sale event hiring menu product quote real-estate webinar fashion fitness charity seasonal"
    assert set(starter_names()) == set(names.split())


@pytest.mark.parametrize("name", starter_names())
def test_check_finds_nothing(name: str) -> None:
    """All canvases in all languages: no error, no warning, no hint."""
    assert [item.render_text() for item in check_file(starter_path(name))] == []


@pytest.mark.parametrize("name", starter_names())
def test_is_complete(name: str) -> None:
    poster = layoutgen.load(starter_path(name))
    assert len(poster.canvases) == 3
    assert len(poster.languages) == 2
    assert poster.languages[1] in poster.translations
    assert not [param.name for param in poster.params if param.required]
    assert len({id(template) for template in poster.templates.values()}) >= 2, "no canvas has a layout of its own"
    assert about(name).endswith(".")


@pytest.mark.slow
@pytest.mark.parametrize("name", starter_names())
def test_every_word_of_the_draft_is_right(name: str) -> None:
    for locale in layoutgen.load(starter_path(name)).languages:
        generated = {glyph.id for glyph in layoutgen.compile(starter_path(name), locale=locale, renderer="draft").glyphs}
        result = layoutgen.render(starter_path(name), locale=locale, renderer="draft", attempts=1)
        assert result.passed, result.verdict.reasons
        assert not result.verdict.extra
        # Read, not set as a last resort.
        statuses = {slogan.status for slogan in result.verdict.slogans if slogan.id in generated}
        assert statuses == ({"passed"} if generated else set())


def test_thumbnails_are_small() -> None:
    sizes = {name: thumbnail(name).stat().st_size for name in starter_names()}
    assert max(sizes.values()) <= 25_000
    assert sum(sizes.values()) < 300_000


def test_the_gallery_page_is_as_drawn(gallery: Any) -> None:
    assert (ROOT / "docs/gallery.md").read_text("utf-8") == gallery.page()
    for name in starter_names():
        assert f"`layoutgen new {name}`" in gallery.page()


def test_pictures_are_of_the_present_sources(gallery: Any) -> None:
    """Otherwise: python docs/pictures/gallery/draw.py"""
    stamps = json.loads((GALLERY / "conditions.json").read_text("utf-8"))
    assert stamps == {name: gallery.stamp(gallery.conditions_of(name)) for name in gallery.names()}
    assert {path.stem for path in GALLERY.glob("*.webp")} == set(gallery.names())


def test_pictures_are_small(gallery: Any) -> None:
    for path in GALLERY.glob("*.webp"):
        assert path.stat().st_size <= 60_000
        with Image.open(path) as picture:
            assert picture.width == gallery.WIDTH
